import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ICONS } from "../client_word/client_word";

/** How many clients each class and status has now, and would have. */
export class ClientPreview extends Component {
    static template = "client_base_retention.ClientPreview";
    static props = { ...standardFieldProps };

    get preview() {
        return this.props.record.data[this.props.name];
    }

    icon(line) {
        return ICONS[line.key];
    }

    number(value) {
        return formatInteger(value);
    }

    title(line) {
        return _t("Now %(now)s, then %(then)s", {
            now: this.number(line.now),
            then: this.number(line.then),
        });
    }
}

export const clientPreview = {
    component: ClientPreview,
    displayName: _t("Preview of a regulation"),
    supportedTypes: ["json"],
};

registry.category("fields").add("client_preview", clientPreview);
