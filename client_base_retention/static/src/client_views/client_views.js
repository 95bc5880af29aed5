import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

/**
 * Lists of client cards open the contact. The contacts of the whole list go along, so
 * that the pager of the form leads from client to client.
 */
const openingContact = (Controller) =>
    class extends Controller {
        async openRecord(record, { newWindow } = {}) {
            if (await record.isDirty()) {
                await record.save();
            }
            const { records } = this.model.root;
            await this.actionService.doAction(
                {
                    type: "ir.actions.act_window",
                    res_model: "res.partner",
                    res_id: record.data.partner_id.id,
                    views: [[false, "form"]],
                },
                {
                    newWindow,
                    props: { resIds: records.map((card) => card.data.partner_id.id) },
                }
            );
        }
    };

/** Clients without a class, an alarm... stand under a name, where Odoo shows none. */
class ClientModel extends RelationalModel {
    static Group = class extends RelationalModel.Group {
        setup() {
            super.setup(...arguments);
            this.displayName = this.displayName || _t("None");
        }
    };
}

/** On the board those without a class, a salesperson... stand behind the others. */
class ClientKanbanRenderer extends KanbanRenderer {
    getGroupsOrRecords() {
        const groups = super.getGroupsOrRecords();
        const unset = groups.filter(({ group }) => group && !group.value);
        return [...groups.filter((item) => !unset.includes(item)), ...unset];
    }
}

registry.category("views").add("client_list", {
    ...listView,
    Model: ClientModel,
    Controller: openingContact(listView.Controller),
});
registry.category("views").add("client_kanban", {
    ...kanbanView,
    Model: ClientModel,
    Renderer: ClientKanbanRenderer,
    Controller: openingContact(kanbanView.Controller),
});
