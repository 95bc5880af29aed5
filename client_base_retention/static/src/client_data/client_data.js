import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// Tabs of the contact's form that must be opened before a field of theirs is there.
const TABS = {
    child_ids: "contact_addresses",
    user_id: "sales_purchases",
};

/** How much is known of a client; what lacks, each with the way to its field. */
export class ClientData extends Component {
    static template = "client_base_retention.ClientData";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.root = useRef("root");
    }

    get places() {
        return this.props.record.data[this.props.name] || [];
    }

    get percent() {
        return this.props.record.data.client_data_completeness;
    }

    get words() {
        return this.places.length ? _t("Lacking:") : _t("Nothing lacks.");
    }

    onClick(place) {
        const { record } = this.props;
        if (place.model === record.resModel && place.res_id === record.resId) {
            this.focus(place.field);
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: place.model,
            res_id: place.res_id,
            views: [[false, "form"]],
        });
    }

    focus(name) {
        const form = this.root.el.closest(".o_form_view");
        const find = () => form.querySelector(`.o_field_widget[name="${name}"]`);
        if (!find() && TABS[name]) {
            form.querySelector(`.o_notebook_headers [name="${TABS[name]}"]`)?.click();
        }
        // The tab is drawn in the next frame.
        requestAnimationFrame(() => {
            const field = find();
            field?.scrollIntoView({ block: "center" });
            field?.querySelector("input, textarea, select, button")?.focus();
        });
    }
}

export const clientData = {
    component: ClientData,
    displayName: _t("Completeness of a client's data"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "client_data_completeness", type: "integer" }],
};

registry.category("fields").add("client_data", clientData);
