import { patch } from "@web/core/utils/patch";
import { PhoneField } from "@web/views/fields/phone/phone_field";

/**
 * A click on a telephone number calls, as everywhere; on a client's it opens *Log a
 * contact* besides, filled in: a call, now, from us.
 *
 * Whose number it is the record says: a client card, or a contact with its card in the
 * view, which users without a role do not get. Everywhere else nothing is changed.
 */
patch(PhoneField.prototype, {
    get isClientNumber() {
        const { data, resId, resModel } = this.props.record;
        if (!resId) {
            return false;
        }
        return resModel === "client.card" || (resModel === "res.partner" && data.client_card_id);
    },

    async onClickNumber(ev) {
        if (!this.isClientNumber) {
            return;
        }
        // Not the row or the card that the number stands in.
        ev.stopPropagation();
        const { action, orm } = this.env.services;
        const { context, model, resId, resModel } = this.props.record;
        const dialog = await orm.call(resModel, "action_log_contact", [[resId]], {
            context: { ...context, default_kind: "call", default_direction: "out" },
        });
        await action.doAction(dialog, {
            onClose: async () => {
                if (!(await model.root.isDirty?.())) {
                    await model.root.load();
                }
            },
        });
    },
});
