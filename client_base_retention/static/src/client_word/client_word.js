import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// Values that are shown with an icon: a colour never stands alone.
const ICONS = {
    on_time: "fa-check",
    late: "fa-clock-o",
    at_risk: "fa-exclamation-triangle",
};

/** Class, status and purchase alarm of a client, looking the same on every screen. */
export class ClientWord extends Component {
    static template = "client_base_retention.ClientWord";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return ICONS[this.value];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value];
    }
}

export const clientWord = {
    component: ClientWord,
    displayName: _t("Client word"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("client_word", clientWord);
