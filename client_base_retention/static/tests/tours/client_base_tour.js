import { registry } from "@web/core/registry";

/** A salesperson looks through the clients: board, contact, why, purchases, list. */
registry.category("web_tour.tours").add("client_base_salesperson", {
    url: "/odoo/clients",
    steps: () => [
        {
            content: "the board shows the classes, the best first",
            trigger: ".o_kanban_group:first-child .o_kanban_header:contains(VIP)",
        },
        {
            content: "a late client is told by icon and word",
            trigger: ".o_kanban_record:contains(Tour Late) .o_client_late:contains(Late)",
        },
        {
            trigger: ".o_kanban_record:contains(Tour Big) .o_client_vip:contains(VIP)",
        },
        {
            content: "cards cannot be dragged to another class",
            trigger: ".o_kanban_renderer:not(:has(.o_draggable))",
        },
        {
            trigger: ".o_kanban_record:contains(Tour Big)",
            run: "click",
        },
        {
            content: "a card opens the contact, with a pager over the board",
            trigger: ".o_form_view .o_client_active:contains(Active)",
        },
        {
            trigger: ".o_pager_limit:contains(2)",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=turnover]:contains(9,000)",
        },
        {
            trigger: "button[name=action_client_why]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=class_reason]:contains(in 12 months)",
        },
        {
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_open_client_purchases]",
            run: "click",
        },
        {
            content: "the list has as many rows as the button said",
            trigger: ".o_list_renderer:has(.o_data_row:nth-child(3))",
        },
        {
            trigger: ".o_breadcrumb a:contains(Clients), .o_back_button:contains(Clients)",
            run: "click",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_group_header:contains(VIP)",
        },
        {
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            trigger: ".o_pivot_view table:contains(VIP)",
        },
        {
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        {
            trigger: ".o_graph_view canvas",
        },
    ],
});

/** A salesperson takes a contact into the base and sets the class by hand. */
registry.category("web_tour.tours").add("client_base_by_hand", {
    steps: () => [
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            content: "no card yet: a sentence and a button, not an empty tab",
            trigger: "button[name=action_add_to_client_base]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Tour Newcomer)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_client_prospect:contains(Prospect)",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=abc_class_manual] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(VIP)",
            run: "click",
        },
        {
            content: "a class set by hand needs a reason",
            trigger: ".o_field_widget.o_required_modifier[name=abc_lock_reason] input",
            run: "edit Signed a yearly contract",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved .o_client_vip:contains(VIP)",
        },
    ],
});

/** The head starts the client base and reads the movement of the base. */
registry.category("web_tour.tours").add("client_base_head", {
    url: "/odoo/action-client_base_retention.res_config_settings_action",
    steps: () => [
        {
            content: "from the settings to the launch page",
            trigger: "#client_start button:contains(Open the launch page)",
            run: "click",
        },
        {
            trigger: ".o_client_launch button[name=start]",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary:contains(Start)",
            run: "click",
        },
        {
            trigger: ".o_client_launch:contains(Started on)",
        },
        {
            trigger: "[data-menu-xmlid='client_base_retention.client_reporting_menu'], .o_menu_sections button:contains(Reporting)",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='client_base_retention.client_transition_menu'], .dropdown-item:contains(Movement)",
            run: "click",
        },
        {
            trigger: ".o_pivot_view table:contains(Rose)",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour Big) .o_data_cell[name=card_id]",
            run: "click",
        },
        {
            content: "a row of the movement opens the contact",
            trigger: ".o_form_view .o_client_vip",
        },
    ],
});
