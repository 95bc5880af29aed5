import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MODEL = "client.history.line";
const PAGE = 20;
const GOOD = ["accepted", "won", "paid", "held", "reached"];
const BAD = ["overdue", "lost", "refused"];
const ASK = ["unpaid", "partial", "expired", "not_now"];
// What the buttons above the list show, and the filter of the whole list with it.
const VIEWS = [
    { key: "all", label: _t("All"), domain: [] },
    { key: "purchases", label: _t("Purchases"), kinds: ["purchase"] },
    {
        key: "proposals",
        label: _t("Proposals and decisions"),
        kinds: ["purchase", "quotation"],
        model: "sale.order",
    },
    { key: "opportunities", label: _t("Opportunities"), kinds: ["opportunity"] },
    { key: "invoices", label: _t("Invoices and payments"), kinds: ["invoice", "payment"] },
    { key: "contacts", label: _t("Meetings and touchpoints"), kinds: ["meeting", "touchpoint"] },
    { key: "documents", label: _t("Documents"), kinds: ["document", "material"] },
    { key: "class", label: _t("Class and status"), kinds: ["class"] },
];
// Only on the form of a person.
const PERSON = { key: "person", label: _t("With this person"), person: true };
const NAMED = { fields: { display_name: {} } };
const COLUMNS = {
    date: {},
    kind: {},
    name: {},
    detail: {},
    amount: {},
    currency_id: {},
    result: {},
    reason: {},
    person_id: { ...NAMED, context: { partner_display_name_hide_company: true } },
    user_id: NAMED,
    res_model: {},
};

/** What happened with a client, the latest first: read when the tab is opened. */
export class ClientHistory extends Component {
    static template = "client_base_retention.ClientHistory";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.fields = useService("field");
        this.last = new KeepLast();
        this.state = useState({ view: VIEWS[0], lines: [], total: 0, loaded: false });
        onWillStart(async () => {
            const { kind, result } = await this.fields.loadFields(MODEL, {
                fieldNames: ["kind", "result"],
            });
            this.words = {
                kind: Object.fromEntries(kind.selection),
                result: Object.fromEntries(result.selection),
            };
            await this.load(this.props);
        });
        onWillUpdateProps((props) => {
            if (this.clientOf(props) !== this.client) {
                this.state.view = VIEWS[0];
                return this.load(props);
            }
        });
    }

    get views() {
        return this.isPerson ? [...VIEWS, PERSON] : VIEWS;
    }

    get isPerson() {
        return Boolean(this.client) && this.props.record.resId !== this.client;
    }

    clientOf(props) {
        return props.record.data.commercial_partner_id?.id;
    }

    domain(client) {
        const { kinds, model, person } = this.state.view;
        const domain = [["partner_id", "=", client]];
        if (kinds) {
            domain.push(["kind", "in", kinds]);
        }
        if (person) {
            domain.push(["person_id", "=", this.props.record.resId]);
        }
        if (model) {
            domain.push(["res_model", "=", model]);
        }
        return domain;
    }

    async load(props, limit = PAGE) {
        const client = this.clientOf(props);
        this.client = client;
        if (!client) {
            Object.assign(this.state, { lines: [], total: 0, loaded: true });
            return;
        }
        const { records, length } = await this.last.add(
            this.orm.webSearchRead(MODEL, this.domain(client), {
                specification: COLUMNS,
                order: "date desc, id desc",
                limit,
                count_limit: limit + 1,
            })
        );
        Object.assign(this.state, { lines: records, total: length, loaded: true });
    }

    show(view) {
        this.state.view = view;
        return this.load(this.props);
    }

    more() {
        return this.load(this.props, this.state.lines.length + 4 * PAGE);
    }

    get hasMore() {
        return this.state.total > this.state.lines.length;
    }

    day(line) {
        return line.date ? formatDate(deserializeDate(line.date)) : "";
    }

    amount(line) {
        return line.amount ? formatMonetary(line.amount, { currencyId: line.currency_id }) : "";
    }

    badge(line) {
        if (GOOD.includes(line.result)) {
            return "text-bg-success";
        }
        if (BAD.includes(line.result)) {
            return "text-bg-danger";
        }
        return ASK.includes(line.result) ? "text-bg-warning" : "text-bg-light";
    }

    who(line) {
        return [line.person_id, line.user_id]
            .filter(Boolean)
            .map((one) => one.display_name)
            .join(" · ");
    }

    canOpen(line) {
        return line.res_model !== "client.transition";
    }

    async open(line) {
        if (!this.canOpen(line)) {
            return;
        }
        const action = await this.orm.call(MODEL, "action_open", [[line.id]]);
        await this.action.doAction(action);
    }

    filterOf(key) {
        if (key === "person") {
            return { search_default_person_id: this.props.record.resId };
        }
        return key === "all" ? {} : { [`search_default_${key}`]: 1 };
    }

    async openAll() {
        const action = await this.orm.call("res.partner", "action_open_client_history", [
            [this.client],
        ]);
        const { key } = this.state.view;
        await this.action.doAction(action, {
            additionalContext: this.filterOf(key),
        });
    }
}

export const clientHistory = {
    component: ClientHistory,
    fieldDependencies: [{ name: "commercial_partner_id", type: "many2one" }],
};

registry.category("view_widgets").add("client_history", clientHistory);
