import { registry } from "@web/core/registry";

const person = (name) => `.o_compliance_row:contains(${name})`;
const client = (name) => `.o_compliance_unfolded .o_compliance_client:contains(${name})`;
const tours = registry.category("web_tour.tours");

/** The head opens the report, unfolds, reminds, hands over and prints. */
tours.add("client_compliance_head", {
    url: "/odoo",
    steps: () => [
        {
            trigger: ".o_navbar_apps_menu button:enabled",
            run: "click",
        },
        {
            trigger: ".o_app[data-menu-xmlid='client_base_retention.client_base_menu']",
            run: "click",
        },
        {
            trigger: "button[data-menu-xmlid='client_base_retention.client_reporting_menu']",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Compliance with the regulation)",
            run: "click",
        },
        {
            content: "the open month is preliminary",
            trigger: ".o_compliance_notes:contains(is not closed yet: preliminary as of)",
        },
        {
            content: "two norms were not made",
            trigger: `${person("Tour Olga")} td[name=not_made] a:contains(2)`,
        },
        {
            content: "the number opens its list",
            trigger: `${person("Tour Olga")} td[name=not_made] a`,
            run: "click",
        },
        {
            trigger: ".o_list_view .o_pager_limit:contains(/^2$/)",
        },
        {
            trigger: ".breadcrumb-item a:contains(Compliance), .o_back_button",
            run: "click",
        },
        {
            content: "a row unfolds with Enter",
            trigger: `${person("Tour Olga")} button[name=unfold]`,
            async run({ press }) {
                this.anchor.focus();
                await press("Enter");
            },
        },
        {
            content: "not made is red, with icon and word",
            trigger: `${client("Tour Vip")} .o_compliance_word_not_made:has(i.fa):contains(3 d late of 7)`,
        },
        {
            content: "nobody is chosen yet",
            trigger: "button[name=remind]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Choose salespeople first)",
        },
        {
            trigger: `${person("Tour Olga")} input[name=person]`,
            run: "check",
        },
        {
            trigger: `${person("Tour Ivan")} input[name=person]`,
            run: "check",
        },
        {
            trigger: "button[name=remind]",
            run: "click",
        },
        {
            trigger:
                ".o_notification:contains(Tour Olga was reminded. Nothing is overdue now: Tour Ivan)",
        },
        {
            trigger: `${person("Tour Olga")} .o_compliance_reminded:contains(reminded today)`,
        },
        {
            content: "a second time on one day is asked about",
            trigger: `${person("Tour Olga")} input[name=person]:not(:checked)`,
            run: "check",
        },
        {
            trigger: "button[name=remind]",
            run: "click",
        },
        {
            trigger: ".modal:contains(was reminded today) footer button:contains(Cancel)",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) ${client("Tour Vip")} input[name=card]`,
            run: "check",
        },
        {
            trigger: "button[name=hand_over]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit Tour Ivan",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Ivan)",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_apply]:visible",
            run: "click",
        },
        {
            content: "it stays counted for the one before, as of today",
            trigger: `body:not(:has(.modal)) ${client("Tour Vip")}:contains(ended within the month)`,
        },
        {
            trigger: `${person("Tour Ivan")} button[name=unfold]`,
            run: "click",
        },
        {
            content: "and is nothing overdue for the new one",
            trigger: `${client("taken over today from Tour Olga")} .o_compliance_word_grace:has(i.fa):contains(Days of grace)`,
        },
        {
            trigger: ".o_compliance_head button[name=by_class]",
            run: "click",
        },
        {
            trigger: ".o_compliance_row .o_client_vip",
        },
        {
            trigger: "button[name=explain]",
            run: "click",
        },
        {
            trigger: ".o_compliance_explained dd:contains(It was overdue on no day of the month)",
        },
        {
            trigger: "button[name=print]",
            run: "click",
        },
        {
            trigger: ":iframe body:contains(Tour Olga)",
        },
    ],
});

/** A salesperson sees his own figures, on a telephone as a card. */
tours.add("client_compliance_phone", {
    url: "/odoo/client-compliance",
    steps: () => [
        {
            trigger: `.o_compliance:not(:has(${person("Tour Ivan")})) ${person("Tour Olga")}`,
        },
        {
            content: "nobody to remind, nothing to hand over",
            trigger:
                ".o_compliance:not(:has(button[name=remind])):not(:has(button[name=hand_over]))",
        },
        {
            content: "each figure stands beside its word, within the screen",
            trigger: `${person("Tour Olga")} td[name=not_made]`,
            run() {
                const word = getComputedStyle(this.anchor, "::before").content;
                if (!word.includes("Not made")) {
                    throw new Error(`no word beside the figure: ${word}`);
                }
                if (this.anchor.getBoundingClientRect().right > window.innerWidth) {
                    throw new Error("the card is wider than the screen");
                }
            },
        },
        {
            trigger: `${person("Tour Olga")} button[name=unfold]`,
            run: "click",
        },
        {
            trigger: `${client("Tour Vip")}:contains(3 d late of 7)`,
        },
    ],
});

/** Before the start: a sentence, and the way to the launch page. */
tours.add("client_compliance_not_started", {
    url: "/odoo/client-compliance",
    steps: () => [
        {
            trigger: ".o_compliance_empty:contains(is not started yet) button[name=launch]",
            run: "click",
        },
        {
            trigger: ".o_client_launch",
        },
    ],
});
