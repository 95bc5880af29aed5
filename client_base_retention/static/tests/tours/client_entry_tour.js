import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const menu = (section, entry) => [
    {
        trigger: `button[data-menu-xmlid='client_base_retention.${section}']`,
        run: "click",
    },
    {
        trigger: `.o-dropdown--menu a[data-menu-xmlid='client_base_retention.${entry}']`,
        run: "click",
    },
];
const typed = (field, text) => ({
    trigger: `.modal .o_field_widget[name=${field}] input`,
    run: `edit ${text}`,
});

/** A business card: who is perhaps known is shown, one save makes company and person. */
tours.add("client_entry_card", {
    steps: () => [
        ...menu("client_card_menu", "client_business_card_menu"),
        typed("person_name", "Petrov Sergey"),
        typed("email", "sergey@known.example"),
        typed("function", "Buyer"),
        {
            content: "somebody at this address is a client",
            trigger: ".modal .alert-warning:contains(Perhaps we have them already):contains(Tour Known)",
        },
        {
            content: "it was misread",
            ...typed("email", "sergey@yard.example"),
        },
        typed("company_name", "Tour Yard"),
        {
            trigger: ".modal:not(:contains(Perhaps we have them already))",
        },
        typed("phone", "+1 212-555-0961"),
        typed("source_id", "Tour fair"),
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour fair)",
            run: "click",
        },
        {
            content: "how he is called is proposed from his name",
            trigger: ".modal .o_field_widget[name=salutation] input:value(Sergey)",
        },
        {
            trigger: ".modal footer button[name=action_save]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name=name] :value(Tour Yard)",
        },
    ],
});

/** Who left his address on the page stands among the clients. */
tours.add("client_entry_prospect", {
    steps: () => [
        {
            trigger: ".o_searchview_input",
            run: "edit Tour Visitor",
        },
        {
            trigger: ".o_searchview_facet .o_facet_remove",
            run: "click",
        },
        {
            trigger: ".o_searchview_input",
            run: "edit Tour Visitor",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            trigger: ".o_kanban_record:contains(Tour Visitor)",
        },
    ],
});

const line = ".o_client_history_line";

/** The history of a client: by kind, with results; a document is opened. */
tours.add("client_entry_history", {
    steps: () => [
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            content: "all, the latest first",
            trigger: `.o_client_history:has(${line}[data-kind=purchase]):has(${line}[data-kind=quotation]):has(${line}[data-kind=opportunity])`,
        },
        {
            trigger: ".o_client_history button[data-view=opportunities]",
            run: "click",
        },
        {
            content: "with its result and the reason",
            trigger: `.o_client_history:not(:has(${line}[data-kind=purchase])) ${line}:contains(Tour renovation):contains(Lost):contains(Tour too dear)`,
        },
        {
            trigger: ".o_client_history button[data-view=proposals]",
            run: "click",
        },
        {
            content: "the decision taken, and the one that is open",
            trigger: `.o_client_history:not(:has(${line}[data-kind=opportunity])):has(${line}[data-kind=purchase]:contains(Accepted)) ${line}[data-kind=quotation]:contains(Open) button`,
            run: "click",
        },
        {
            content: "it opens",
            trigger: ".o_form_view a[name=other_information]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=client_order_ref] input",
            run: "edit Read by the tour",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            trigger: ".o_breadcrumb a:contains(Tour Client), .o_back_button a:contains(Tour Client)",
            run: "click",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: ".o_client_history_all",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour renovation)",
        },
    ],
});

/** The steward's page: a new client and something sent; then a sale is confirmed. */
tours.add("client_entry_steward", {
    steps: () => [
        {
            trigger: ".o_client_steward_page section[name=checks] .o_client_steward_row:contains(Tour New) button[name=confirm]",
            run: "click",
        },
        {
            trigger: ".o_client_steward_page:not(:has(section[name=checks] .o_client_steward_row:contains(Tour New)))",
        },
        {
            trigger: "section[name=sent] .o_client_steward_row:contains(Tour Sent: has moved) button[name=take_down]",
            run: "click",
        },
        {
            content: "what was sent stands beside the form",
            trigger: ".o_client_review:contains(Tour Sent: has moved) button[name=dismiss]",
            run: "click",
        },
        {
            trigger: ".o_client_steward_page:not(:contains(Tour Sent: has moved))",
        },
        ...menu("client_card_menu", "client_confirmation_confirm_menu"),
        {
            content: "what lacks is said beside the sale that waits",
            trigger: ".o_list_view .o_data_row:contains(Tour New):contains(Telephone) button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Confirmed: 1)",
        },
        {
            trigger: ".o_list_view:not(:contains(Tour New))",
        },
    ],
});
