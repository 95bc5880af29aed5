import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How many contacts a day norms ask of each salesperson, and of whom too many. */
export class ClientLoadPeople extends Component {
    static template = "client_base_retention.ClientLoadPeople";
    static props = { load: Object };
}

/** The norms of a regulation as a table, in words, with the load beside it. */
export class ClientLoad extends Component {
    static template = "client_base_retention.ClientLoad";
    static components = { ClientLoadPeople };
    static props = { ...standardFieldProps };

    get load() {
        return this.props.record.data[this.props.name];
    }
}

export const clientLoad = {
    component: ClientLoad,
    displayName: _t("Load by norms"),
    supportedTypes: ["json"],
};

registry.category("fields").add("client_load", clientLoad);
