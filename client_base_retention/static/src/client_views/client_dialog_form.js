import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/**
 * A dialog whose defaults already say something, such as an absence of today: it is
 * saved by its button only. Odoo saves a new record when the page is left or another
 * tab is looked at.
 */
class ClientDialogFormController extends formView.Controller {
    async beforeUnload(ev) {
        const { root } = this.model;
        if (!this.env.inDialog || !root.isNew) {
            return super.beforeUnload(ev);
        }
        if (root.dirty) {
            ev.preventDefault();
            ev.returnValue = "Unsaved changes";
        }
    }

    beforeVisibilityChange() {
        if (!this.env.inDialog || !this.model.root.isNew) {
            return super.beforeVisibilityChange();
        }
    }
}

registry.category("views").add("client_dialog_form", {
    ...formView,
    Controller: ClientDialogFormController,
});
