import { PivotModel } from "@web/views/pivot/pivot_model";
import { patch } from "@web/core/utils/patch";

/**
 * The file is made of what the browser shows: the server is told what that was, for the
 * log of exports.
 */
patch(PivotModel.prototype, {
    exportData() {
        return {
            ...super.exportData(),
            client_export: {
                domain: this.searchParams.domain,
                groupbys: [...this.metaData.fullRowGroupBys, ...this.metaData.fullColGroupBys],
                measures: this.metaData.activeMeasures.filter((name) => name !== "__count"),
            },
        };
    },
});
