import { Component } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";

/** Salespeople of the overview, a row each; every number opens its list. */
export class ClientOverviewPeople extends Component {
    static template = "client_base_retention.ClientOverviewPeople";
    // How complete the data are takes longer to count: null meanwhile.
    static props = {
        people: Object,
        ready: { type: [Object, { value: null }] },
        open: Function,
    };

    get columns() {
        return this.props.people.columns;
    }

    ready(row) {
        return this.props.ready[row.id || 0];
    }

    number(value) {
        return formatInteger(value);
    }
}
