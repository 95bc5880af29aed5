import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LOOKS = {
    on_time: { icon: "fa-check", color: "text-success" },
    late: { icon: "fa-clock-o", color: "o_client_alarm_late" },
    at_risk: { icon: "fa-exclamation-triangle", color: "o_client_alarm_risk" },
};

/** The alarm before a client leaves: an icon and a word, never the colour alone. */
export class ClientAlarm extends Component {
    static template = "client_base_retention.ClientAlarm";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get look() {
        return LOOKS[this.value];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value];
    }
}

export const clientAlarm = {
    component: ClientAlarm,
    displayName: _t("Purchase alarm"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("client_alarm", clientAlarm);
