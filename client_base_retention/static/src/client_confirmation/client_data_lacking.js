import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Why a sale is held back; what lacks opens where it is typed in. */
export class ClientDataLacking extends Component {
    static template = "client_base_retention.ClientDataLacking";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get words() {
        return this.props.record.data[this.props.name] || "";
    }

    async onClick(ev) {
        const link = ev.target.closest("a[data-id]");
        // With these keys the browser opens another tab.
        if (!link || ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const { model, id, field } = link.dataset;
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: Number(id),
            views: [[false, "form"]],
        });
        const place = document.querySelector(
            `.o_form_view .o_field_widget[name="${field}"]`
        );
        place?.scrollIntoView({ block: "center" });
        place?.querySelector("input, textarea, select, button")?.focus();
    }
}

export const clientDataLacking = {
    component: ClientDataLacking,
    displayName: _t("What lacks in the client's data"),
    supportedTypes: ["html"],
};

registry.category("fields").add("client_data_lacking", clientDataLacking);
