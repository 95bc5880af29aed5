import { registry } from "@web/core/registry";
import {
    kanbanActivity,
    KanbanActivity,
} from "@mail/views/web/fields/kanban_activity/kanban_activity";
import { listActivity, ListActivity } from "@mail/views/web/fields/list_activity/list_activity";

/** Activities shown on a client's card are those of its contact: they are planned there. */
const onContact = (Button) =>
    class extends Button {
        onClick() {
            if (this.popover.isOpen) {
                return this.popover.close();
            }
            const { record } = this.props;
            const contactId = (card) => card.data.partner_id.id;
            const selected = this.env?.model?.root?.selection ?? [];
            const many = selected.includes(record) && selected.length > 1;
            this.popover.open(this.buttonRef.el, {
                activityIds: record.data.activity_ids.currentIds,
                onActivityChanged: () => {
                    (many ? selected : [record]).forEach((card) => card.load());
                    this.popover.close();
                },
                resId: contactId(record),
                resIds: many ? selected.map(contactId) : undefined,
                resModel: "res.partner",
            });
        }
    };

class ClientListActivity extends ListActivity {
    static components = {
        ActivityButton: onContact(ListActivity.components.ActivityButton),
    };
}

class ClientKanbanActivity extends KanbanActivity {
    static components = {
        ActivityButton: onContact(KanbanActivity.components.ActivityButton),
    };
}

registry.category("fields").add("client_list_activity", {
    ...listActivity,
    component: ClientListActivity,
});
registry.category("fields").add("client_kanban_activity", {
    ...kanbanActivity,
    component: ClientKanbanActivity,
});
