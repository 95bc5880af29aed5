import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { EmailField } from "@web/views/fields/email/email_field";
import { PhoneField } from "@web/views/fields/phone/phone_field";

/**
 * Telephones and e-mails that the user's role hides are dots. A click on them still
 * calls and writes: the server gives the number of this one client and counts it, and
 * letters go through Odoo's own composer.
 */

const DOT = "\u2022";
// Models that know how to reach their client; elsewhere the field partner_id does.
const MODELS = ["res.partner", "crm.lead", "client.card"];

export function isHidden(value) {
    return Boolean(value) && value.includes(DOT);
}

/** Dial the hidden number of one record; what is shown from now on is the server's. */
export async function callHidden(orm, resModel, resId) {
    const shown = await orm.call(resModel, "client_show_details", [[resId], "called"]);
    if (shown.phone) {
        browser.location.assign(`tel:${shown.phone.replace(/[^0-9+]/g, "")}`);
    }
}

function whose({ data, resId, resModel }) {
    if (MODELS.includes(resModel) && resId) {
        return [resModel, resId];
    }
    return data.partner_id ? ["res.partner", data.partner_id.id] : null;
}

patch(PhoneField.prototype, {
    async onClickNumber(ev) {
        const { name, record } = this.props;
        const holder = whose(record);
        if (!isHidden(record.data[name]) || !holder) {
            return super.onClickNumber(ev);
        }
        ev.preventDefault();
        ev.stopPropagation();
        await callHidden(this.env.services.orm, ...holder);
        if (!(await record.isDirty())) {
            await record.model.root.load();
        }
        return super.onClickNumber(ev);
    },
});

patch(EmailField.prototype, {
    async onClickAddress(ev) {
        const { name, record } = this.props;
        const holder = whose(record);
        if (!isHidden(record.data[name]) || !holder) {
            return;
        }
        ev.preventDefault();
        const { action, orm } = this.env.services;
        const composer = await orm.call(holder[0], "action_client_write_to", [[holder[1]]]);
        await action.doAction(composer);
    },
});
