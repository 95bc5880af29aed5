import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/** The dialog *Bought*: Enter goes to the sum, then saves; no mouse is needed. */
class ClientBoughtFormController extends formView.Controller {
    setup() {
        super.setup();
        useEffect(
            (root) => {
                const onKeydown = (ev) => this.onBoughtKeydown(ev);
                root?.addEventListener("keydown", onKeydown);
                return () => root?.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
    }

    async onBoughtKeydown(ev) {
        const choosing = ev.target.closest(".o-autocomplete, .o_datetime_picker");
        if (ev.key !== "Enter" || ev.target.tagName !== "INPUT" || choosing) {
            return;
        }
        ev.preventDefault();
        // What is being typed goes into the record when the field is left.
        ev.target.blur();
        await this.model.root.isDirty();
        if (this.model.root.data.amount) {
            ev.target.closest(".modal")?.querySelector(".modal-footer .btn-primary")?.click();
        } else {
            this.rootRef.el?.querySelector("[name=amount] input")?.focus();
        }
    }
}

registry.category("views").add("client_bought_form", {
    ...formView,
    Controller: ClientBoughtFormController,
});
