import { registry } from "@web/core/registry";

/** A salesperson looks at an overdue client, asks why, and plans from the board. */
registry.category("web_tour.tours").add("client_base_contacts", {
    url: "/odoo/overdue-clients",
    steps: () => [
        {
            content: "an overdue row is told by colour, icon and words",
            trigger:
                ".o_data_row.text-danger:contains(Tour Overdue) .o_client_contact_overdue:has(i):contains(3 d late of 7)",
        },
        {
            trigger: ".o_data_row:not(:contains(Tour Calm)) .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            content: "the contact says the same",
            trigger: ".o_form_view .o_client_contact_overdue:contains(3 d late of 7)",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: ".o_client_norm:contains(Call at least once a week):contains(3 d late)",
        },
        {
            trigger: "a[name=client_touchpoints]",
            run: "click",
        },
        {
            trigger: "[name=client_recent_touchpoint_ids] .o_data_row:contains(Reached)",
        },
        {
            trigger: "button[name=action_client_why]",
            run: "click",
        },
        {
            trigger:
                ".modal .o_field_widget[name=contact_reason]:contains(Last contact that counts)",
        },
        {
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_breadcrumb a:contains(Overdue clients)",
            run: "click",
        },
        {
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "what is planned on the card lands on the contact",
            trigger: ".o_kanban_record:contains(Tour Overdue) .o-mail-ActivityButton",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityListPopover button:contains(Schedule)",
            run: "click",
        },
        {
            trigger: ".modal footer button:contains(Save)",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains(Tour Overdue) .o-mail-ActivityButton i:not(.fa-clock-o)",
        },
    ],
});
