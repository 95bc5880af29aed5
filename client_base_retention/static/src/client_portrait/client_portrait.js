import { registry } from "@web/core/registry";
import {
    PropertiesField,
    propertiesField,
} from "@web/views/fields/properties/properties_field";
import { PropertyValue } from "@web/views/fields/properties/property_value";

/** An answer of the portrait: 0 is an answer, an emptied number is none. */
export class ClientPortraitValue extends PropertyValue {
    get isNumber() {
        return ["integer", "float"].includes(this.props.type);
    }

    get displayValue() {
        if (this.isNumber && (this.props.value ?? false) === false) {
            return "";
        }
        return super.displayValue;
    }

    async onValueChange(newValue) {
        if (this.isNumber && !String(newValue ?? "").trim()) {
            this.props.onChange(false);
            return;
        }
        return super.onValueChange(newValue);
    }
}

export class ClientPortraitField extends PropertiesField {
    static components = { ...PropertiesField.components, PropertyValue: ClientPortraitValue };
}

registry.category("fields").add("client_portrait", {
    ...propertiesField,
    component: ClientPortraitField,
});
