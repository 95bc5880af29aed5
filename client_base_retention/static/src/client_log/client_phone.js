import { useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { PhoneField, phoneField } from "@web/views/fields/phone/phone_field";

/**
 * A telephone number that is called by clicking on it, as everywhere; of a client it
 * opens *Log a contact* besides, filled in: a call, now, from us.
 *
 * Whether it is a client's the record says: a card, or a contact with
 * `client_card_id` in its view, which users without a role do not get.
 */
export class ClientPhoneField extends PhoneField {
    static template = "client_base_retention.ClientPhone";

    setup() {
        super.setup();
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get isClient() {
        const { record } = this.props;
        return record.resModel === "client.card" || Boolean(record.data.client_card_id);
    }

    async onClickCall() {
        const { record } = this.props;
        if (!this.isClient || !record.resId) {
            return;
        }
        const { resId, resModel } = record;
        const dialog = await this.orm.call(resModel, "action_log_contact", [[resId]], {
            context: { ...record.context, default_kind: "call", default_direction: "out" },
        });
        await this.action.doAction(dialog, {
            onClose: async () => {
                if (!(await record.model.root.isDirty?.())) {
                    await record.model.root.load();
                }
            },
        });
    }
}

export class ClientFormPhoneField extends ClientPhoneField {
    static template = "client_base_retention.ClientFormPhone";
}

// What other addons add to telephone numbers is asked for when it is needed.
const describe = (component) => ({
    ...phoneField,
    component,
    extractProps: (...args) => phoneField.extractProps(...args),
});

registry.category("fields").add("client_phone", describe(ClientPhoneField));
registry.category("fields").add("form.client_phone", describe(ClientFormPhoneField));
