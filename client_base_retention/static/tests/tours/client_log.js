import { registry } from "@web/core/registry";

const logged = (text) => ({
    content: "what was logged is told, and the dialog is gone",
    trigger: `body:not(:has(.modal)) .o_notification:contains(${text})`,
});

/** A call from the contact form: two clicks. */
registry.category("web_tour.tours").add("client_log_two_clicks", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_reached]",
            run: "click",
        },
        logged("Next contact"),
    ],
});

/** *Done* on a contact planned by the norm asks; the first answer is *Not now*. */
registry.category("web_tour.tours").add("client_log_norm_activity", {
    steps: () => [
        {
            trigger: ".o-mail-Activity:contains(by the norm) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            content: "in place of Odoo's popover",
            trigger:
                "body:not(:has(.o-mail-ActivityMarkAsDone)) .modal footer button[name=action_not_now]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=pause_for] :contains(3 months)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=pause_until] :value(/./)",
        },
        {
            content: "he has changed his mind: the pause is no longer asked for",
            trigger: ".modal footer button[name=action_no_answer]",
            run: "click",
        },
        logged("try 1"),
        {
            content: "not reached, so it is still to be done",
            trigger: ".o-mail-Activity:contains(by the norm) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Waits for saws",
        },
        {
            trigger: ".modal footer button[name=action_reached]",
            run: "click",
        },
        logged("Next contact"),
        {
            content: "it is done, and the history says what was said",
            trigger:
                ".o-mail-Chatter:not(:has(.o-mail-Activity)) .o-mail-Message:contains(Waits for saws)",
        },
    ],
});

const clickNumber = {
    trigger: ".o_form_view .o_field_widget[name=phone]:has(a[href^='tel:'])",
    run() {
        const link = this.anchor.querySelector("a[href^='tel:']");
        // The browser has no telephone.
        link.addEventListener("click", (ev) => ev.preventDefault());
        link.click();
    },
};

/** Clicking on the number calls, as everywhere, and opens the dialog filled in. */
registry.category("web_tour.tours").add("client_log_telephone", {
    steps: () => [
        clickNumber,
        {
            trigger: ".modal .o_field_widget[name=person_id] input:value(Tour Anna)",
        },
        {
            trigger: ".modal footer button[name=action_reached]",
            run: "click",
        },
        logged("Logged"),
    ],
});

/** Of others than clients, and for users without a role, it calls and no more. */
registry.category("web_tour.tours").add("client_log_telephone_quiet", {
    steps: () => [
        clickNumber,
        {
            content: "no dialog comes up",
            trigger: ".o_form_view",
            async run() {
                await new Promise((resolve) => setTimeout(resolve, 1000));
                if (document.querySelector(".modal")) {
                    throw new Error("A dialog was opened.");
                }
            },
        },
    ],
});
