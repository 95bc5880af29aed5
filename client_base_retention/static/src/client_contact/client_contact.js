import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Explained } from "../client_word/client_word";

// Each has its icon: a colour never stands alone.
const ICONS = {
    overdue: "fa-exclamation-circle",
    soon: "fa-clock-o",
    arranged: "fa-calendar-check-o",
    paused: "fa-pause-circle-o",
    grace: "fa-hourglass-half",
};
/** "contact_state" -> "contact_": the words stand in fields beside it. */
const prefix = (name) => name.slice(0, name.length - "state".length);

/**
 * How the contact with a client stands, in words with an icon and a colour: overdue,
 * soon, arranged, paused, in norm. Put on the field of the state, by which lists are
 * ordered and grouped; what is shown stands in "..._mark" and "..._text". A click says
 * why.
 */
export class ClientContact extends Explained {
    static template = "client_base_retention.ClientContact";
    static props = {
        ...standardFieldProps,
        why: { type: Boolean, optional: true },
        overdueOnly: { type: Boolean, optional: true },
    };

    get mark() {
        return this.props.record.data[`${prefix(this.props.name)}mark`];
    }

    get text() {
        if (this.props.overdueOnly && this.mark !== "overdue") {
            return "";
        }
        return this.props.record.data[`${prefix(this.props.name)}text`];
    }

    get icon() {
        return ICONS[this.mark];
    }
}

export const clientContact = {
    component: ClientContact,
    displayName: _t("Client contact"),
    supportedTypes: ["selection"],
    supportedOptions: [
        {
            label: _t("A click says why"),
            name: "why",
            type: "boolean",
            default: true,
        },
        {
            label: _t("Only say what is overdue"),
            name: "overdue_only",
            type: "boolean",
        },
    ],
    fieldDependencies: ({ name }) => [
        { name: `${prefix(name)}mark`, type: "selection", selection: [] },
        { name: `${prefix(name)}text`, type: "char" },
    ],
    extractProps: ({ options }) => ({
        why: options.why ?? true,
        overdueOnly: options.overdue_only ?? false,
    }),
};

registry.category("fields").add("client_contact", clientContact);

/** The norms of a client, a line each: what is due how often, and how it stands. */
export class ClientNorms extends Component {
    static template = "client_base_retention.ClientNorms";
    static props = standardFieldProps;

    get norms() {
        return this.props.record.data[this.props.name].records.map((norm) => ({
            id: norm.id,
            norm: norm.data.norm_text,
            text: norm.data.contact_text,
            mark: norm.data.contact_mark,
            icon: ICONS[norm.data.contact_mark],
        }));
    }
}

export const clientNorms = {
    component: ClientNorms,
    displayName: _t("Client norms"),
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "norm_text", type: "char" },
        { name: "contact_text", type: "char" },
        { name: "contact_mark", type: "selection", selection: [] },
    ],
};

registry.category("fields").add("client_norms", clientNorms);
