import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "client.contact.plan";
const CHOSEN = ["period", "user", "team", "by"];

/** Plan of contacts by month and week; every number opens the clients it counts. */
export class ClientContactPlan extends Component {
    static template = "client_base_retention.ClientContactPlan";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.periods = [
            ["quarter", _t("Quarter")],
            ["half", _t("Half-year")],
        ];
        // What was chosen stays when one comes back from a list.
        const chosen = this.props.state || {
            period: "quarter",
            user: 0,
            team: 0,
            by: "kinds",
        };
        this.state = useState({ ...chosen, plan: null, rows: {} });
        useSetupAction({
            getLocalState: () =>
                Object.fromEntries(CHOSEN.map((name) => [name, this.state[name]])),
        });
        this.env.config.setDisplayName?.(_t("Plan of contacts"));
        onWillStart(() => this.load());
    }

    get chosen() {
        return [this.state.period, this.state.user, this.state.team];
    }

    /** What the numbers of a week are told apart by. */
    get columns() {
        return this.state.plan.columns[this.state.by];
    }

    async load() {
        const asked = String(this.chosen);
        const plan = await this.orm.call(MODEL, "get_plan", this.chosen);
        if (asked === String(this.chosen)) {
            this.state.plan = plan;
            this.state.user = plan.user_id;
            this.state.rows = {};
        }
    }

    choose(name, value) {
        this.state[name] = value;
        return this.load();
    }

    onSelect(name, ev) {
        return this.choose(name, Number(ev.target.value));
    }

    count(figures, column) {
        const of = this.state.by === "kinds" ? figures.counts : figures.classes;
        return of[column.key] || 0;
    }

    /** The arguments that name the contacts behind a number. */
    behind(figures, column) {
        const only = column ? column.key : false;
        return [
            ...this.chosen,
            figures.first,
            figures.last,
            this.state.by === "kinds" && only,
            this.state.by === "classes" && only,
        ];
    }

    async open(figures, column) {
        const args = this.behind(figures, column);
        return this.action.doAction(await this.orm.call(MODEL, "open_clients", args));
    }

    async toggle(week) {
        if (this.state.rows[week.first]) {
            delete this.state.rows[week.first];
        } else {
            const args = this.behind(week);
            const asked = String(this.chosen);
            const rows = await this.orm.call(MODEL, "get_rows", args);
            if (asked === String(this.chosen)) {
                this.state.rows[week.first] = rows;
            }
        }
    }

    openCard(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "client.card",
            res_id: row.card_id,
            views: [[false, "form"]],
        });
    }

    async print() {
        return this.action.doAction(
            await this.orm.call(MODEL, "action_print", this.chosen)
        );
    }

    number(value) {
        return formatInteger(value);
    }
}

registry.category("actions").add("client_contact_plan", ClientContactPlan);
