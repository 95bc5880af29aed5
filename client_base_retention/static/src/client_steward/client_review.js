import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatDateTime, deserializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MODEL = "client.review";

/** What is to be checked, beside the form of the client: photo, sentence, changes. */
export class ClientReview extends Component {
    static template = "client_base_retention.ClientReview";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({ pane: null, busy: false });
        onWillStart(() => this.load());
    }

    get reviewId() {
        return this.props.record.context.client_review_id;
    }

    get pane() {
        return this.state.pane;
    }

    async load() {
        if (this.reviewId) {
            this.state.pane = await this.orm.call(MODEL, "get_pane", [this.reviewId]);
        }
    }

    get image() {
        return `/web/image/${MODEL}/${this.pane.id}/image`;
    }

    get file() {
        const name = encodeURIComponent(this.pane.file_name);
        return `/web/content/${MODEL}/${this.pane.id}/file?download=true&filename=${name}`;
    }

    get date() {
        return formatDateTime(deserializeDateTime(this.pane.date), { showSeconds: false });
    }

    /** The contact is saved first: what the steward typed is what he confirms. */
    async confirm() {
        await this.doOnce(async () => {
            const { record } = this.props;
            const saved = await record.save();
            if (!saved || !record.resId) {
                return;
            }
            await this.orm.call(MODEL, "action_confirm", [[this.pane.id]], {
                partner_id: record.resId,
            });
            this.notification.add(_t("Checked: %s", record.data.display_name || record.data.name), {
                type: "success",
            });
            await this.leave();
        });
    }

    async dismiss() {
        await this.doOnce(async () => {
            await this.orm.call(MODEL, "action_dismiss", [[this.pane.id]]);
            await this.props.record.discard();
            await this.leave();
        });
    }

    /** Who is on the photo is a client already: his form instead of the empty one. */
    choose() {
        this.dialog.add(SelectCreateDialog, {
            title: _t("Which client is it?"),
            resModel: "res.partner",
            noCreate: true,
            multiSelect: false,
            onSelected: async ([resId]) => {
                await this.props.record.discard();
                await this.action.doAction(
                    {
                        type: "ir.actions.act_window",
                        res_model: "res.partner",
                        res_id: resId,
                        views: [[false, "form"]],
                        context: { client_review_id: this.pane.id },
                    },
                    { stackPosition: "replaceCurrentAction" }
                );
            },
        });
    }

    async giveBack() {
        const action = await this.orm.call(MODEL, "action_open_return", [this.pane.id]);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    async doOnce(act) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await act();
        } finally {
            this.state.busy = false;
        }
    }

    /** Back to where the steward came from; his own page, where he came from nowhere. */
    async leave() {
        if (this.env.config.breadcrumbs?.length > 1) {
            return this.action.restore();
        }
        return this.action.doAction("client_base_retention.client_steward_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("view_widgets").add("client_review", { component: ClientReview });
