import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** A sum that may be unknown: nothing is shown for it, not 0.00. */
export class ClientAmount extends MonetaryField {
    get formattedValue() {
        return this.value ? super.formattedValue : "";
    }
}

registry.category("fields").add("client_amount", {
    ...monetaryField,
    component: ClientAmount,
});
