import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// Values that are shown with an icon: a colour never stands alone.
export const ICONS = {
    on_time: "fa-check",
    late: "fa-clock-o",
    at_risk: "fa-exclamation-triangle",
    newcomer: "fa-star-o",
    returned: "fa-undo",
    dissatisfied: "fa-frown-o",
};
// Facts that are no selection: what is shown where they hold.
const FACTS = {
    is_newcomer: "newcomer",
    winback_count: "returned",
    is_dissatisfied: "dissatisfied",
};
// Who explains it.
const WHY = {
    "client.card": "action_why",
    "res.partner": "action_client_why",
};

/** What explains itself: a click, or Enter, asks the client why. */
export class Explained extends Component {
    setup() {
        this.action = useService("action");
    }

    get explained() {
        const { record, why } = this.props;
        return why && record.resId && !record.model.useSampleModel && WHY[record.resModel];
    }

    get title() {
        return this.explained ? _t("Why?") : "";
    }

    onClick(ev) {
        if (!this.explained) {
            return;
        }
        ev.stopPropagation();
        const { record } = this.props;
        this.action.doActionButton({
            type: "object",
            name: this.explained,
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
        });
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            this.onClick(ev);
        }
    }
}

/**
 * Class, status, purchase alarm of a client, newcomers and those who came back: looking
 * the same on every screen. A click says why.
 */
export class ClientWord extends Explained {
    static template = "client_base_retention.ClientWord";
    static props = {
        ...standardFieldProps,
        why: { type: Boolean, optional: true },
        word: { type: String, optional: true },
    };

    get field() {
        return this.props.record.fields[this.props.name];
    }

    get value() {
        const value = this.props.record.data[this.props.name];
        if (this.field.type === "selection") {
            return value;
        }
        return value && FACTS[this.props.name.replace(/^client_/, "")];
    }

    get icon() {
        return ICONS[this.value];
    }

    get label() {
        if (this.field.type === "selection") {
            return Object.fromEntries(this.field.selection)[this.value];
        }
        const times = this.props.record.data[this.props.name];
        const word = this.props.word || this.field.string;
        return times > 1 ? `${word} × ${times}` : word;
    }
}

export const clientWord = {
    component: ClientWord,
    displayName: _t("Client word"),
    supportedTypes: ["selection", "boolean", "integer"],
    supportedOptions: [
        {
            label: _t("A click says why"),
            name: "why",
            type: "boolean",
            default: true,
        },
    ],
    extractProps: ({ options, string }) => ({
        why: options.why ?? true,
        word: string,
    }),
};

registry.category("fields").add("client_word", clientWord);
