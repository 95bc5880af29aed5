import { Component } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";

/** Salespeople of the overview, a row each; every number opens its list. */
export class ClientOverviewPeople extends Component {
    static template = "client_base_retention.ClientOverviewPeople";
    static props = { people: Object, open: Function };

    get columns() {
        return this.props.people.columns;
    }

    number(value) {
        return formatInteger(value);
    }
}
