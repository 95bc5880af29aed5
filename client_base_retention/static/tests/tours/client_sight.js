import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const search = [
    { trigger: ".o_searchview_input", run: "edit Tour" },
    { trigger: ".o_searchview_input", run: "press Enter" },
];
const listed = [
    {
        trigger: ".o_searchview_facet:contains(Tour)",
    },
    {
        trigger: ".o_action_manager :contains(Tour Mine)",
    },
    {
        content: "the client of a colleague is nowhere on the page",
        trigger: ".o_action_manager:not(:contains(Tour Hidden))",
    },
];

/** Contacts are searched; one's own client is opened and called. */
tours.add("client_sight_contacts", {
    steps: () => [
        ...search,
        ...listed,
        {
            trigger: ".o_data_row .o_data_cell:contains(Tour Mine)",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_reached]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_notification:contains(Next contact)",
        },
    ],
});

/** The same search in the list of clients. */
tours.add("client_sight_clients", { steps: () => [...search, ...listed] });

/** My day has the own client, not the colleague's, though both are overdue. */
tours.add("client_sight_day", {
    steps: () => [
        { trigger: ".o_my_day_row:contains(Tour Mine)" },
        { trigger: ".o_my_day:not(:contains(Tour Hidden))" },
    ],
});

/** A quotation: the picker names own clients only; the order is confirmed. */
tours.add("client_sight_order", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Tour",
        },
        {
            trigger:
                ".o-autocomplete--dropdown-menu:contains(Tour Mine):not(:contains(Tour Hidden))",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour Mine)",
            run: "click",
        },
        {
            trigger: "button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Sales Order)",
        },
    ],
});

/** A role that hides telephones: dots, until *Show* is clicked. */
tours.add("client_sight_show", {
    steps: () => [
        {
            trigger: ".o_form_view:contains(••••)",
        },
        {
            trigger: ".o_form_view button[name=action_client_show]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_phone input:value(+1 617-555-0142)",
        },
    ],
});
