import { Component, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "client.compliance.report";
// Each state has its icon: a colour never stands alone.
const ICONS = {
    not_made: "fa-exclamation-circle",
    tried: "fa-repeat",
    late: "fa-clock-o",
    grace: "fa-pause-circle-o",
};

/** Compliance with the regulation: a month by salesperson, team, class or kind. */
export class ClientCompliance extends Component {
    static template = "client_base_retention.ClientCompliance";
    static components = { Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        // What was chosen stays when one comes back from a list.
        const chosen = this.props.state || { month: false, team: false, by: "user", open: [] };
        this.state = useState({
            ...chosen,
            report: null,
            clients: {}, // {key of a row: what it unfolds to}
            people: {}, // {user id: chosen}
            cards: {}, // {client card id: chosen}
            loading: false,
            measuring: false,
            explained: false,
        });
        useSetupAction({
            getLocalState: () => ({
                month: this.state.month,
                team: this.state.team,
                by: this.state.by,
                open: this.openKeys,
            }),
        });
        this.env.config.setDisplayName?.(_t("Compliance with the regulation"));
        onWillStart(async () => {
            await this.load("open_report");
            await Promise.all(chosen.open.map((name) => this.unfold(this.rowNamed(name))));
            if (this.report.stale) {
                this.refresh(); // the older figures are looked at meanwhile
            }
        });
    }

    // ---------------------------------------------------------------------- data

    get report() {
        return this.state.report;
    }

    get chosen() {
        return [this.state.month, this.state.team, this.state.by];
    }

    async load(method = "get_report") {
        const asked = String(this.chosen);
        this.state.loading = true;
        try {
            const report = await this.orm.call(MODEL, method, this.chosen);
            if (asked === String(this.chosen)) {
                this.state.report = report; // else what was chosen meanwhile is on the way
            }
        } finally {
            this.state.loading = false;
        }
    }

    /** Read again, and what is unfolded too. */
    async reload(method = "get_report") {
        const open = this.openKeys;
        await this.load(method);
        this.state.cards = {};
        await Promise.all(open.map((name) => this.unfold(this.rowNamed(name))));
    }

    async refresh() {
        this.state.measuring = true;
        try {
            await this.reload("refresh");
        } finally {
            this.state.measuring = false;
        }
    }

    choose(name, value) {
        Object.assign(this.state, { [name]: value, clients: {}, people: {}, cards: {} });
        return this.load();
    }

    onMonth(ev) {
        return this.choose("month", ev.target.value);
    }

    onTeam(ev) {
        return this.choose("team", Number(ev.target.value) || false);
    }

    // ---------------------------------------------------------------------- rows

    name(row) {
        return String(row.key);
    }

    rowNamed(name) {
        return this.report.rows.find((row) => this.name(row) === name);
    }

    get openKeys() {
        return Object.keys(this.state.clients);
    }

    isOpen(row) {
        return this.name(row) in this.state.clients;
    }

    toggle(row) {
        if (this.isOpen(row)) {
            delete this.state.clients[this.name(row)];
        } else {
            return this.unfold(row);
        }
    }

    async unfold(row, more = 0) {
        if (!row) {
            return;
        }
        const { month, by, team_id } = this.report;
        const args = [month, by, row.key, team_id, more];
        const found = await this.orm.call(MODEL, "get_clients", args);
        this.state.clients[this.name(row)] = { ...found, more };
    }

    unfoldMore(row) {
        const { more, step } = this.state.clients[this.name(row)];
        return this.unfold(row, more + step);
    }

    onRowClick(ev, row) {
        // A click beside the numbers unfolds, like a click on the name.
        if (!ev.target.closest("a, button, input, label")) {
            return this.toggle(row);
        }
    }

    icon(client) {
        return ICONS[client.state];
    }

    number(value) {
        return formatInteger(value);
    }

    signed(value) {
        return value > 0 ? `+${formatInteger(value)}` : formatInteger(value);
    }

    // ------------------------------------------------------------------- opening

    open(cell) {
        const list = this.report.lists[cell.list];
        return this.action.doAction(
            { ...list, name: cell.name, display_name: cell.name, domain: cell.domain, context: {} },
            { onClose: () => this.reload() }
        );
    }

    async openTakenOver(cell) {
        const args = [cell.line_id];
        return this.action.doAction(await this.orm.call(MODEL, "open_taken_over", args));
    }

    /** The whole month: for the list export, a pivot or the trend of months. */
    openAll(list, view, domain) {
        const action = this.report.lists[list];
        const views = [...action.views].sort((one, two) => (two[1] === view) - (one[1] === view));
        const name = domain.length
            ? `${this.env.config.getDisplayName()}: ${this.report.month_label}`
            : this.env.config.getDisplayName();
        return this.action.doAction({ ...action, views, name, display_name: name, domain, context: {} });
    }

    get monthDomain() {
        const { month_id, team_id } = this.report;
        const domain = [["month_id", "=", month_id]];
        return team_id ? [...domain, ["team_id", "=", team_id]] : domain;
    }

    openClient(client, row) {
        const { clients } = this.state.clients[this.name(row)];
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: "res.partner",
                res_id: client.partner_id,
                views: [[false, "form"]],
            },
            { props: { resIds: [...new Set(clients.map((each) => each.partner_id).filter(Boolean))] } }
        );
    }

    openLaunch() {
        return this.action.doAction("client_base_retention.client_launch_action");
    }

    // ------------------------------------------------------------------ choosing

    chosenIds(name) {
        return Object.entries(this.state[name])
            .filter(([, chosen]) => chosen)
            .map(([id]) => Number(id));
    }

    /** Whom one can choose: where there is only oneself, nobody. */
    get people() {
        const { rows, may_remind } = this.report;
        if (!may_remind && rows.length === 1) {
            return [];
        }
        return rows.filter((row) => row.has_user).map((row) => row.key);
    }

    get allPeople() {
        return this.people.length && this.people.every((id) => this.state.people[id]);
    }

    togglePeople(ev) {
        this.chooseMany("people", this.people, ev.target.checked);
    }

    cardsOf(row) {
        const { clients } = this.state.clients[this.name(row)];
        return clients.map((client) => client.card_id).filter(Boolean);
    }

    allCards(row) {
        return this.cardsOf(row).every((id) => this.state.cards[id]);
    }

    toggleCards(ev, row) {
        this.chooseMany("cards", this.cardsOf(row), ev.target.checked);
    }

    chooseMany(name, ids, chosen) {
        for (const id of ids) {
            this.state[name][id] = chosen;
        }
    }

    tellToChoose(text) {
        this.notification.add(text, { type: "warning" });
    }

    // ------------------------------------------------------------------- buttons

    async remind(again = false) {
        const ids = this.chosenIds("people");
        if (!ids.length) {
            return this.tellToChoose(_t("Choose salespeople first: tick them in the table."));
        }
        const { ask, text, sent } = await this.orm.call(MODEL, "remind", [ids, again]);
        if (ask) {
            return this.dialog.add(ConfirmationDialog, {
                title: _t("Remind once more?"),
                body: ask,
                confirmLabel: _t("Remind"),
                confirm: () => this.remind(true),
                cancel: () => {},
            });
        }
        this.notification.add(text, { type: sent ? "success" : "warning" });
        this.state.people = {};
        await this.reload();
    }

    async handOver() {
        const ids = this.chosenIds("cards");
        if (!ids.length) {
            return this.tellToChoose(_t("Choose clients first: open a row and tick them."));
        }
        const action = await this.orm.call("client.card", "action_hand_over", [ids]);
        // What it changed is measured anew, where that takes no time.
        return this.action.doAction(action, { onClose: () => this.reload("open_report") });
    }

    async print() {
        const args = [this.report.month_id];
        return this.action.doAction(await this.orm.call(MODEL, "print_month", args));
    }

    /** For the chosen salespeople, or for all of them. */
    async printSheets() {
        const chosen = this.chosenIds("people");
        const rows = this.report.rows.filter(
            (row) => row.has_user && (!chosen.length || chosen.includes(row.key))
        );
        const ids = rows.flatMap((row) => row.line_ids);
        if (!ids.length) {
            return this.tellToChoose(_t("There is no salesperson to print a sheet for."));
        }
        return this.action.doAction(await this.orm.call(MODEL, "print_meeting_sheets", [ids]));
    }
}

registry.category("actions").add("client_compliance", ClientCompliance);
