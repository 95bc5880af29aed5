import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/**
 * The dialog *Log a contact*: the first click on *Not now* asks until when and why, the
 * second one saves; Ctrl+Enter is the button that stands first.
 */
class ClientLogFormController extends formView.Controller {
    setup() {
        super.setup();
        useEffect(
            (root) => {
                const onKeydown = (ev) => this.onLogKeydown(ev);
                root?.addEventListener("keydown", onKeydown);
                return () => root?.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
        useEffect(
            (refusing) => {
                if (refusing) {
                    // On a telephone what is asked now stands below the fold.
                    const reason = this.rootRef.el?.querySelector("[name=pause_reason]");
                    reason?.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.model.root.data.is_refusing]
        );
    }

    async beforeExecuteActionButton(clickParams) {
        const record = this.model.root;
        const { is_refusing } = record.data;
        const refuses = clickParams.name === "action_not_now";
        if (!clickParams.special && refuses !== is_refusing) {
            // The pause is required for *Not now* only.
            await record.update({ is_refusing: refuses });
            if (refuses) {
                return false;
            }
        }
        return super.beforeExecuteActionButton(clickParams);
    }

    async onLogKeydown(ev) {
        if (ev.key !== "Enter" || !(ev.ctrlKey || ev.metaKey)) {
            return;
        }
        ev.preventDefault();
        // What is being typed goes into the record when the field is left.
        ev.target.blur();
        await this.model.root.isDirty();
        ev.target.closest(".modal")?.querySelector(".modal-footer .btn-primary")?.click();
    }
}

registry.category("views").add("client_log_form", {
    ...formView,
    Controller: ClientLogFormController,
});
