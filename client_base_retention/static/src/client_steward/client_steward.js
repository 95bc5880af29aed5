import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const PAGE = "client.steward";
const REVIEW = "client.review";
const DUPLICATE = "client.duplicate";

/** The data steward's page: what came, what is worth filling, how far he is. */
export class ClientSteward extends Component {
    static template = "client_base_retention.ClientSteward";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const chosen = this.props.state || { month: 0 };
        this.state = useState({ ...chosen, page: null, figures: null, busy: {} });
        useSetupAction({ getLocalState: () => ({ month: this.state.month }) });
        this.env.config.setDisplayName?.(_t("Data steward"));
        onWillStart(() => this.load());
    }

    get page() {
        return this.state.page;
    }

    async load() {
        this.state.page = await this.orm.call(PAGE, "get_page");
        // The page does not wait for the figures.
        this.loadFigures();
    }

    async loadFigures() {
        const { month } = this.state;
        const figures = await this.orm.silent.call(PAGE, "get_figures", [month]);
        if (month === this.state.month) {
            this.state.figures = figures;
        }
    }

    onMonth(ev) {
        this.state.month = Number(ev.target.value);
        return this.loadFigures();
    }

    number(value) {
        return formatInteger(value);
    }

    thumbnail(row) {
        return `/web/image/${REVIEW}/${row.id}/image/256x256`;
    }

    /** Colours never stand alone: the words say the same. */
    barClass(percent) {
        return percent === 100 ? "bg-success" : "bg-primary";
    }

    open(figure) {
        return this.run(figure.action);
    }

    run(action) {
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    async openReview(row) {
        await this.run(await this.orm.call(REVIEW, "action_open", [row.id]));
    }

    openContact(id) {
        return this.run({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async send() {
        await this.run(await this.orm.call(REVIEW, "action_send"));
    }

    confirm(row) {
        return this.decide(`review${row.id}`, REVIEW, "action_confirm", [[row.id]]);
    }

    async giveBack(row) {
        await this.run(await this.orm.call(REVIEW, "action_open_return", [row.id]));
    }

    lookedThrough(row) {
        return this.decide(`card${row.id}`, PAGE, "looked_through", [row.id]);
    }

    async merge(pair) {
        await this.run(await this.orm.call(DUPLICATE, "action_merge", [pair.id]));
    }

    different(pair) {
        return this.decide(`pair${pair.id}`, DUPLICATE, "action_different", [[pair.id]]);
    }

    /** A row that is being decided on is not decided on twice. */
    async decide(key, model, method, args) {
        if (this.state.busy[key]) {
            return;
        }
        this.state.busy[key] = true;
        try {
            await this.orm.call(model, method, args);
            await this.load();
        } finally {
            delete this.state.busy[key];
        }
    }
}

registry.category("actions").add("client_steward", ClientSteward);
