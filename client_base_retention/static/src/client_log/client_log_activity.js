import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";

/**
 * Finish an activity that a norm planned: the server opens *Log a contact* where the
 * user may log contacts with the client, and just finishes it elsewhere.
 */
async function finishNorm(env, activity) {
    const { action, orm } = env.services;
    const { id, res_id, res_model, store } = activity;
    const next = await orm.call("mail.activity", "action_done", [[id]]);
    if (next?.type) {
        await new Promise((resolve) => action.doAction(next, { onClose: resolve }));
    }
    store.activityBroadcastChannel?.postMessage({
        type: "RELOAD_CHATTER",
        payload: { id: res_id, model: res_model },
    });
}

// In the chatter.
patch(Activity.prototype, {
    async onClickMarkAsDone(ev) {
        const { activity, onActivityChanged, reloadParentView } = this.props;
        if (!activity.is_client_norm) {
            return super.onClickMarkAsDone(...arguments);
        }
        const thread = this.thread;
        await finishNorm(this.env, activity);
        onActivityChanged(thread);
        await thread.fetchNewMessages();
        await reloadParentView?.();
    },
});

// In the popover of lists, boards and the activity view.
patch(ActivityListPopoverItem.prototype, {
    async onClickMarkAsDone() {
        const { activity, onActivityChanged } = this.props;
        if (!activity.is_client_norm) {
            return super.onClickMarkAsDone(...arguments);
        }
        await finishNorm(this.env, activity);
        onActivityChanged?.();
    },
});
