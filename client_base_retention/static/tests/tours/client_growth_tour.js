import { registry } from "@web/core/registry";

const { DateTime } = luxon;
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
const row = (name) => `.o_list_view .o_data_row:contains(${name})`;
const nobody = (...names) => ({
    content: `${names} are not there`,
    trigger: names.map((name) => `:not(:contains(${name}))`).reduce((a, b) => a + b, ".o_action_manager"),
});

/** The list of growth points, largest first; the plan is typed in and stays. */
tours.add("client_growth_points", {
    steps: () => [
        ...menu("client_card_menu", "client_growth_menu"),
        {
            content: "what is missing most stands first",
            trigger: `.o_list_view:contains(Missing) .o_data_row:first:contains(Tour Small):contains(49,950.00)`,
        },
        {
            trigger: `.o_data_row:nth-child(2):contains(Tour Middle):contains(19,500.00)`,
        },
        nobody("Tour Big", "Tour Calm", "Tour Hidden"),
        {
            trigger: `${row("Tour Small")} .o_data_cell[name=growth_plan]`,
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=growth_plan] textarea",
            run: "edit Bring a sample set of discs",
        },
        {
            trigger: ".o_selected_row [name=growth_next_step] input, .o_selected_row [name=growth_next_step] button",
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=growth_next_step] input",
            run: `edit ${DateTime.utc().plus({ days: 7 }).toFormat("MM/dd/yyyy")}`,
        },
        {
            trigger: ".o_list_button_save:visible",
            run: "click",
        },
        {
            trigger: `.o_list_view:not(:has(.o_selected_row)) .o_data_row:contains(Tour Small):contains(Bring a sample set of discs):contains(In 7 days)`,
        },
        {
            trigger: `${row("Tour Small")} button[name=action_open_partner]`,
            run: "click",
        },
        {
            trigger: ".o_form_view a[name=client_base]",
            run: "click",
        },
        {
            trigger: "a[name=client_growth]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=client_growth_plan] textarea:value(Bring a sample set of discs)",
        },
        {
            content: "what others like him buy",
            trigger: ".o_field_widget[name=client_growth_hint]:contains(Tour disc: 7 of 10 like him buy this)",
        },
    ],
});

/** Classes against potential: small class and high potential is a growth point. */
tours.add("client_growth_board", {
    steps: () => [
        ...menu("client_reporting_menu", "client_potential_menu"),
        {
            content: "as a table",
            trigger: ".o_pivot:contains(High):contains(Low):contains(Missing a year) tr:contains(C):contains(49,950.00)",
        },
        {
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        {
            content: "as a graph",
            trigger: ".o_graph_view canvas",
        },
        {
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "as a board: what is missing most stands first",
            trigger:
                ".o_kanban_group:contains(High) .o_kanban_record:first:contains(Tour Small):contains(Growth point):contains(49,950.00 a year)",
        },
        {
            trigger: ".o_kanban_group:contains(High) .o_kanban_record:contains(Tour Big):not(:contains(Growth point))",
        },
        {
            trigger: ".o_kanban_group:contains(Low) .o_kanban_record:contains(Tour Calm)",
        },
        nobody("Tour Hidden"),
        {
            content: "a card opens its client",
            trigger: ".o_kanban_record:contains(Tour Small)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name] textarea:value(Tour Small), .o_form_view .o_field_widget[name=name] input:value(Tour Small)",
        },
    ],
});

/** ABC against XYZ: a cell opens the clients it counts. */
tours.add("client_growth_xyz", {
    steps: () => [
        ...menu("client_reporting_menu", "client_xyz_menu"),
        {
            trigger: ".o_pivot:contains(X):contains(Z) tr:has(th:contains(VIP)) .o_pivot_cell_value:contains(/^1$/):first",
            run: "click",
        },
        {
            trigger: row("Tour Big"),
        },
        nobody("Tour Small", "Tour Middle", "Tour Calm", "Tour Hidden"),
        {
            trigger: ".o_breadcrumb a:contains(Class and regularity), .o_back_button a:contains(Class and regularity)",
            run: "click",
        },
        {
            trigger: ".o_pivot tr:has(th:contains(/^C$/)) .o_pivot_cell_value:contains(/^1$/):first",
            run: "click",
        },
        {
            trigger: row("Tour Small"),
        },
        nobody("Tour Big", "Tour Middle", "Tour Calm", "Tour Hidden"),
    ],
});

/** The head sees where all growth lies. */
tours.add("client_growth_head", {
    steps: () => [
        ...menu("client_card_menu", "client_growth_menu"),
        {
            trigger: ".o_list_view .o_data_row:first:contains(Tour Hidden):contains(90,000.00)",
        },
        {
            trigger: ".o_data_row:nth-child(2):contains(Tour Small)",
        },
    ],
});
