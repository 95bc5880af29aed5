import { Component, onMounted, onPatched, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ClientMyDayReached } from "./client_my_day_reached";
import { ClientMyDayTarget } from "./client_my_day_target";
import { callHidden } from "../client_mask/client_mask";

const MODEL = "client.my.day";
// Back on the page after so many milliseconds it is read again.
const STALE = 5 * 60 * 1000;
const TYPING = 300;
// Each has its icon: a colour never stands alone.
const ICONS = {
    overdue: "fa-exclamation-circle",
    soon: "fa-clock-o",
    arranged: "fa-calendar-check-o",
    paused: "fa-pause-circle-o",
    grace: "fa-hourglass-half",
    ok: "fa-check",
    none: "fa-circle-o",
    late: "fa-clock-o",
    at_risk: "fa-exclamation-triangle",
};
const TALK_ICONS = {
    complaint: "fa-frown-o",
    late: "fa-shopping-basket",
    quotation: "fa-file-text-o",
    newcomer: "fa-star-o",
    planned: "fa-calendar",
    growth: "fa-line-chart",
    script: "fa-comments-o",
};

/** My day: whom a salesperson owes a contact today, why, and what to say. */
export class ClientMyDay extends Component {
    static template = "client_base_retention.ClientMyDay";
    static components = { ClientMyDayReached, ClientMyDayTarget, Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.display = { controlPanel: {} };
        // What was chosen stays when one comes back from a client.
        const chosen = this.props.state || { chip: "today", search: "", more: 0 };
        this.state = useState({ ...chosen, data: null, loading: false, reached: null, busy: {} });
        useSetupAction({
            getLocalState: () => ({
                chip: this.state.chip,
                search: this.state.search,
                more: this.state.more,
            }),
        });
        this.env.config.setDisplayName?.(_t("My day"));
        this.searchLater = useDebounced(() => this.load(), TYPING);
        onWillStart(() => this.load());
        onMounted(() => this.env.isSmall || this.focusRow(0));
        onPatched(() => this.focusWanted());
        useExternalListener(document, "visibilitychange", () => this.onVisible());
    }

    // ---------------------------------------------------------------------- data

    get data() {
        return this.state.data;
    }

    get chosen() {
        return [this.state.chip, this.state.search, this.state.more];
    }

    async load() {
        const asked = String(this.chosen);
        this.state.loading = true;
        try {
            const data = await this.orm.call(MODEL, "get_day", this.chosen);
            if (asked === String(this.chosen)) {
                this.state.data = data; // else what was chosen meanwhile is on the way
                this.loaded = Date.now();
            }
        } finally {
            this.state.loading = false;
        }
    }

    onVisible() {
        const open = this.state.reached || document.querySelector(".modal");
        if (!document.hidden && !open && Date.now() - this.loaded > STALE) {
            this.load();
        }
    }

    get rows() {
        return this.data.sections.flatMap((section) => section.rows);
    }

    choose(chip) {
        Object.assign(this.state, { chip, search: "", more: 0, reached: null });
        return this.load();
    }

    onSearch(ev) {
        Object.assign(this.state, { search: ev.target.value, more: 0, reached: null });
        return this.searchLater();
    }

    clearSearch() {
        return this.choose(this.state.chip);
    }

    showMore() {
        this.state.more += this.data.step;
        return this.load();
    }

    number(value) {
        return formatInteger(value);
    }

    icon(row) {
        return ICONS[row.state] || ICONS.none;
    }

    /** What was promised is told by its own words, unless he is due as well. */
    hasMark(row) {
        return !row.items.length || !["ok", "none"].includes(row.state);
    }

    markClass(row) {
        const purchase = ["late", "at_risk"].includes(row.state);
        return purchase ? `o_client_${row.state}` : `o_client_contact_${row.state}`;
    }

    talkIcon(talk) {
        return TALK_ICONS[talk.kind] || TALK_ICONS.script;
    }

    telephone(row) {
        if (row.person.hidden) {
            return "#";
        }
        return `tel:${row.person.phone.replace(/[^0-9+]/g, "")}`;
    }

    tryInWords(row) {
        return row.tried_today
            ? _t("Tried today: %s×", row.tries)
            : _t("Tried: %s×", row.tries);
    }

    // ------------------------------------------------------------------- logging

    /** What is known of a contact in a row before it is logged. */
    known(row) {
        return { kind: row.kind, person_id: row.person.id, activities: row.activities };
    }

    openReached(row) {
        this.state.reached = this.state.reached === row.id ? null : row.id;
    }

    closeReached() {
        this.wanted = this.rows.findIndex((row) => row.id === this.state.reached);
        this.state.reached = null;
    }

    reached(row, said) {
        return this.log(row, "reached", said);
    }

    noAnswer(row) {
        return this.log(row, "no_answer", {});
    }

    async log(row, outcome, said) {
        if (this.state.busy[row.id]) {
            return; // a second click logs nothing
        }
        this.state.busy[row.id] = true;
        const index = this.rows.findIndex((each) => each.id === row.id);
        try {
            const values = { ...this.known(row), ...said };
            const logged = await this.orm.call(MODEL, "log", [row.id, outcome, values]);
            this.tell(row, outcome, logged);
            this.state.reached = null;
            this.wanted = index; // the next one, when the list is drawn anew
            await this.load();
        } finally {
            delete this.state.busy[row.id];
        }
    }

    tell(row, outcome, { text, propose, touchpoint_id }) {
        const buttons = [];
        if (outcome === "no_answer") {
            buttons.push({
                name: _t("Undo"),
                onClick: async () => {
                    close();
                    await this.orm.call(MODEL, "undo", [touchpoint_id]);
                    await this.load();
                },
            });
        }
        if (propose === "message") {
            buttons.push({
                name: _t("Message sent"),
                primary: true,
                onClick: () => {
                    close();
                    return this.openLog(row, { kind: "message", outcome: "reached" });
                },
            });
        } else if (propose) {
            buttons.push({
                name: _t("Choose a person"),
                primary: true,
                onClick: () => {
                    close();
                    return this.openLog(row, { person_id: false });
                },
            });
        }
        const type = propose ? "warning" : "success";
        const close = this.notification.add(text, { type, buttons });
    }

    /** Odoo's own composer: it needs no address. */
    onWrite(row, ev) {
        if (row.person.hidden) {
            ev.preventDefault();
            const id = row.person.id || row.partner_id;
            return this.runOn("res.partner", "action_client_write_to", [[id]]);
        }
    }

    notNow(row) {
        return this.openLog(row, { outcome: "refused" });
    }

    async onPhone(row, ev) {
        // The link goes on to the telephone; a hidden number only the server knows.
        if (row.person.hidden) {
            ev.preventDefault();
            await callHidden(this.orm, "res.partner", row.person.called_id);
        }
        return this.openLog(row, { kind: "call", outcome: "reached" });
    }

    openLog(row, values) {
        const known = row ? { ...this.known(row), ...values } : {};
        return this.run("open_log", [row ? row.id : false, known]);
    }

    async finish(item) {
        await this.orm.call(MODEL, "finish", [item.activity_id]);
        return this.load();
    }

    // ------------------------------------------------------------------- opening

    /** Do the action that the server names; then look again. */
    run(method, args = []) {
        return this.runOn(MODEL, method, args);
    }

    async runOn(model, method, args) {
        const action = await this.orm.call(model, method, args);
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    openClient(row) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: "res.partner",
                res_id: row.partner_id,
                views: [[false, "form"]],
            },
            { props: { resIds: this.rows.map((each) => each.partner_id) } }
        );
    }

    openItem(item) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: item.model,
                res_id: item.res_id,
                views: [[false, "form"]],
            },
            { onClose: () => this.load() }
        );
    }

    openTalk(row) {
        return this.run("open_talk", [row.id, row.talk]);
    }

    async newQuotation(row) {
        const action = await this.orm.call("client.card", "action_new_quotation", [[row.id]]);
        return this.action.doAction(action);
    }

    newClient() {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            title: _t("New client"),
            context: { default_is_company: true, default_user_id: this.data.uid },
            onRecordSaved: (record) => this.run("add_client", [record.resId]),
        });
    }

    async endAway() {
        await this.orm.call(MODEL, "end_away", [this.data.away.id]);
        return this.load();
    }

    async setStartPage() {
        const wanted = !this.data.start_page;
        this.data.start_page = await this.orm.call(MODEL, "set_start_page", [wanted]);
        this.notification.add(
            this.data.start_page
                ? _t("You begin with My day when you log in.")
                : _t("You begin where Odoo begins when you log in."),
            { type: "success" }
        );
    }

    // ------------------------------------------------------------------ keyboard

    focusRow(index) {
        const rows = this.root.el?.querySelectorAll(".o_my_day_row") || [];
        rows[Math.min(index, rows.length - 1)]?.focus({ preventScroll: index === 0 });
    }

    focusWanted() {
        const index = this.wanted;
        if (index !== undefined && !this.state.loading && !this.state.reached) {
            delete this.wanted;
            this.focusRow(index);
        }
    }

    onRowKeydown(ev, row) {
        if (ev.target !== ev.currentTarget || ev.altKey || ev.ctrlKey || ev.metaKey) {
            return; // typed into a field or onto a button of the row
        }
        const index = this.rows.findIndex((each) => each.id === row.id);
        const does = {
            ArrowDown: () => this.focusRow(index + 1),
            ArrowUp: () => this.focusRow(Math.max(index - 1, 0)),
            Enter: () => this.openReached(row),
            KeyN: () => this.noAnswer(row),
            KeyL: () => this.notNow(row),
            KeyO: () => this.openClient(row),
        };
        // By the place of the key, so that it works in every layout.
        const act = does[ev.key] || does[ev.code];
        if (act) {
            ev.preventDefault();
            act();
        }
    }
}

registry.category("actions").add("client_my_day", ClientMyDay);
