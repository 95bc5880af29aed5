import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ClientOverviewPeople } from "./client_overview_people";

/** Overview of the head: numbers of the client base, each opening its list. */
export class ClientOverview extends Component {
    static template = "client_base_retention.ClientOverview";
    static components = { ClientOverviewPeople, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.periods = [
            ["month", _t("This month")],
            ["quarter", _t("This quarter")],
            ["year", _t("This year")],
        ];
        // What was chosen stays when one comes back from a list.
        const chosen = this.props.state || { period: "month", team: false };
        this.state = useState({
            ...chosen,
            figures: null,
            comparison: null,
            readiness: null,
            kept: null,
            funnel: null,
            people: null,
        });
        useSetupAction({
            getLocalState: () => ({ period: this.state.period, team: this.state.team }),
        });
        this.env.config.setDisplayName?.(_t("Overview"));
        onWillStart(() => this.load());
    }

    get chosen() {
        return [this.state.period, this.state.team];
    }

    async load() {
        const { state } = this;
        const asked = String(this.chosen);
        const figures = await this.orm.call("client.overview", "get_figures", this.chosen);
        if (asked !== String(this.chosen)) {
            return; // something else was chosen meanwhile: its figures are on the way
        }
        state.figures = figures;
        // These take longer in a large base: the page does not wait for them.
        this.loadLater("comparison", "get_comparison", this.chosen);
        this.loadLater("kept", "get_kept", [state.team]);
        this.loadLater("funnel", "get_funnel", this.chosen);
        this.loadLater("people", "get_people", this.chosen);
        this.loadLater("readiness", "get_readiness", [state.team]);
    }

    async loadLater(name, method, args) {
        const asked = String(this.chosen);
        this.state[name] = null;
        const result = await this.orm.silent.call("client.overview", method, args);
        if (asked === String(this.chosen)) {
            this.state[name] = result;
        }
    }

    choose(name, value) {
        this.state[name] = value;
        return this.load();
    }

    onTeam(ev) {
        return this.choose("team", Number(ev.target.value) || false);
    }

    open(figure) {
        return this.action.doAction(figure.action, { onClose: () => this.load() });
    }

    /** The list behind a number of a salesperson. */
    openRow(figure) {
        const list = this.state.people.lists[figure.list];
        const { name, domain } = figure;
        return this.open({ action: { ...list, name, display_name: name, domain } });
    }

    async importPurchases() {
        const model = "client.purchase.entry";
        await this.action.doAction(
            await this.orm.call(model, "action_import_purchases", [[]])
        );
    }

    number(value) {
        return formatInteger(value);
    }
}

registry.category("actions").add("client_overview", ClientOverview);
