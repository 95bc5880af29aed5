import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { ClientLoadPeople } from "../client_policy/client_load";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// While the base is computed the page asks again after so many milliseconds.
const POLL = 4000;

/** Launch page: what an administrator decides before the client base starts. */
export class ClientLaunch extends Component {
    static template = "client_base_retention.ClientLaunch";
    static components = { ClientLoadPeople, DateTimeInput, Layout, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.state = useState({
            data: null,
            busy: false,
            proposed: null,
            left: null,
            date: null,
            teams: [],
            months: null,
        });
        onWillStart(() => this.load());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    // ---------------------------------------------------------------------- data

    async load() {
        this.show(await this.orm.call("client.launch", "get_state"));
        this.state.date = deserializeDate(this.data.started || this.data.today);
        this.state.teams = [...this.data.pilots];
        this.state.months = this.data.history.months;
        // Back from the preview: what was proposed is still there.
        this.state.proposed = this.data.owners.proposed || null;
    }

    show(data) {
        clearTimeout(this.timer);
        this.state.data = data;
        if (data.progress || this.readingHistory) {
            this.timer = setTimeout(() => this.refresh(), POLL);
        }
    }

    async refresh() {
        const shown = this.data;
        const data = await this.orm.silent.call("client.launch", "get_state");
        // What a decision brought meanwhile is newer.
        this.show(shown === this.data ? data : this.data);
    }

    get data() {
        return this.state.data;
    }

    /** Call the server; what it hands back is the page's new state. */
    async decide(method, ...args) {
        if (this.state.busy) {
            return; // a key pressed while the decision before it is being saved
        }
        this.state.busy = true;
        try {
            this.show(await this.orm.call("client.launch", method, args));
        } finally {
            this.state.busy = false;
        }
    }

    /** Ask once, also where the button is clicked twice. */
    ask(question) {
        if (!this.asking) {
            this.asking = true;
            this.dialog.add(
                ConfirmationDialog,
                { ...question, cancel: () => {} },
                { onClose: () => (this.asking = false) }
            );
        }
    }

    number(count) {
        if (typeof count === "number") {
            return formatInteger(count);
        }
        const value = formatInteger(count.value);
        return count.more ? _t("more than %s", value) : value;
    }

    get percent() {
        const { cards, total } = this.data.progress;
        return total ? Math.round((100 * cards) / total) : 0;
    }

    get readingHistory() {
        const { state } = this.data.history;
        return state && state !== "done";
    }

    get historyLeft() {
        const minutes = Math.ceil(this.data.history.left / 60);
        return minutes > 1 ? _t("%s min left", formatInteger(minutes)) : _t("1 min left");
    }

    readHistory() {
        return this.decide("read_history", Number(this.state.months) || 0);
    }

    /** Until when the first round lasts: as it is cut, or with the chosen start. */
    get firstRound() {
        const round = this.data.first_round;
        const { started } = this.data;
        if (!round || !this.state.date) {
            return "";
        }
        if (started && serializeDate(this.state.date) === started && !round.until) {
            return ""; // it is over
        }
        const last =
            round.until && serializeDate(this.state.date) === started
                ? deserializeDate(round.until)
                : this.state.date.plus({ days: round.days });
        return _t("First round: %(each)s contacts a day each until %(day)s", {
            each: round.each,
            day: formatDate(last),
        });
    }

    get purchases() {
        const names = {
            order: _t("Confirmed sales orders"),
            invoice: _t("Posted invoices"),
            pos: _t("Point of sale"),
            entry: _t("From elsewhere"),
        };
        return Object.entries(this.data.purchases.counts).map(([key, count]) => ({
            key,
            name: names[key],
            count: this.number(count),
            choice: ["order", "invoice"].includes(key),
        }));
    }

    // ----------------------------------------------------------------- decisions

    chooseTrade(trade) {
        if (trade !== this.data.trade.chosen) {
            return this.decide("choose_trade", trade);
        }
    }

    async open(method, ...args) {
        await this.action.doAction(await this.orm.call("client.launch", method, args));
    }

    openPolicy() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "client.policy",
            res_id: this.data.trade.policy_id,
            views: [[false, "form"]],
        });
    }

    async importPurchases() {
        const model = "client.purchase.entry";
        await this.action.doAction(
            await this.orm.call(model, "action_import_purchases", [[]])
        );
    }

    async propose() {
        this.state.busy = true;
        try {
            this.state.proposed = await this.orm.call("client.launch", "propose_owners");
        } finally {
            this.state.busy = false;
        }
    }

    applyProposals() {
        this.ask({
            title: _t("Assign salespeople"),
            body: _t(
                "%s clients get the salesperson who sold most to them in the last 12 months. The salesperson is written on the contact. Nobody is notified.",
                this.number(this.state.proposed)
            ),
            confirmLabel: _t("Assign"),
            confirm: () => this.runProposals(),
        });
    }

    async runProposals() {
        this.state.busy = true;
        try {
            let left = (this.state.left = this.state.proposed);
            while (left) {
                left = await this.orm.call("client.launch", "apply_proposals");
                this.state.left = left;
            }
            this.state.proposed = null;
            this.show(await this.orm.call("client.launch", "get_state"));
        } finally {
            this.state.left = null;
            this.state.busy = false;
        }
    }

    get appliedPercent() {
        const { proposed, left } = this.state;
        return Math.round((100 * (proposed - left)) / proposed);
    }

    // -------------------------------------------------------------------- access

    get rolesInWords() {
        return this.data.access.roles
            .map(({ name, count }) =>
                _t("%(role)s: %(count)s", { role: name, count: this.number(count) })
            )
            .join(", ");
    }

    get restrictedInWords() {
        return _t(
            "See only some clients: %s",
            this.number(this.data.access.restricted)
        );
    }

    get withoutInWords() {
        const { without, without_selling: selling } = this.data.access;
        return selling
            ? _t("%(all)s without a role, %(selling)s of them sell", {
                  all: this.number(without),
                  selling: this.number(selling),
              })
            : _t("%s without a role", this.number(without));
    }

    narrowExport() {
        this.ask({
            title: _t("Only heads may export"),
            body: _t(
                "%s people lose the right to take clients out of Odoo as a file. Other exports stay as they are. You give the right back in the list of roles.",
                this.number(this.data.access.other_exporters)
            ),
            confirmLabel: _t("Take the right away"),
            confirm: () => this.decide("narrow_export"),
        });
    }

    // --------------------------------------------------------------------- start

    toggleTeam(id) {
        const { teams } = this.state;
        this.state.teams = teams.includes(id)
            ? teams.filter((team) => team !== id)
            : [...teams, id];
    }

    teamNames(ids) {
        const teams = this.data.teams.filter(({ id }) => ids.includes(id));
        return teams.map(({ name }) => name).join(", ");
    }

    get startedInWords() {
        const { started, today, pilots } = this.data;
        const values = {
            day: formatDate(deserializeDate(started)),
            whom: this.teamNames(pilots) || _t("everybody"),
        };
        return started > today
            ? _t("Starts on %(day)s for %(whom)s", values)
            : _t("Started on %(day)s for %(whom)s", values);
    }

    start() {
        this.ask({
            title: _t("Start the client base of %s", this.data.company),
            body: _t(
                "From %(day)s for %(whom)s: contacts that are due are planned as activities, no more than the limit of the regulation for each. A changed class is noted on the contact. No e-mail is sent.",
                { day: formatDate(this.state.date), whom: this.teamNames(this.state.teams) || _t("everybody") }
            ),
            confirmLabel: _t("Start"),
            confirm: () =>
                this.decide("start", serializeDate(this.state.date), this.state.teams),
        });
    }
}

registry.category("actions").add("client_launch", ClientLaunch);
