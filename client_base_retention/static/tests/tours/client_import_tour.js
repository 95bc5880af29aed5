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
const open = [
    ...menu("client_card_menu", "client_dossier_menu"),
    {
        content: "the ready template",
        trigger:
            ".o_import_action a[href='/client_base_retention/static/xlsx/clients.xlsx']:contains(Template for clients from an old list)",
    },
];
/** What the file chooser does after somebody has chosen a file. */
const upload = (name) => [
    {
        trigger: ".o_import_file",
    },
    {
        trigger: ".o_control_panel .o_file_input input[type=file]:not(:visible)",
        run: async ({ anchor }) => {
            const answer = await fetch(`/tour/${name}.xlsx`);
            const chosen = new DataTransfer();
            chosen.items.add(new File([await answer.blob()], `${name}.xlsx`));
            anchor.files = chosen.files;
            anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    },
    {
        content: "a heading that nobody knows is kept as a note",
        trigger:
            ".o_import_data_content tr:contains(Colour of the folder):contains(Notes from the old list)",
    },
];
const press = (button) => ({
    trigger: `.o_control_panel button:contains(/^${button}$/)`,
    run: "click",
});
const errors = [
    {
        trigger:
            ".o_import_data_content .alert-danger:contains(Row 2):contains(Birthday: spring is no birthday)",
    },
    {
        trigger:
            ".o_import_data_content .alert-danger:contains(Row 4):contains(Segment: there is no Tour nobody)",
    },
];

/** A sheet with errors: they are told by row and column, and nothing is imported. */
tours.add("client_import_errors", {
    steps: () => [
        ...open,
        ...upload("wrong"),
        press("Test"),
        ...errors,
        press("Import"),
        {
            trigger: ".o_import_action:not(:has(.o_blockUI))",
        },
        ...errors,
    ],
});

/** The corrected sheet: what it would bring, then it is brought. */
tours.add("client_import_corrected", {
    steps: () => [
        ...open,
        ...upload("right"),
        press("Test"),
        {
            trigger:
                ".o_import_data_content .alert-info:contains(Clients to make: 2.):contains(Persons to add: 1.):contains(Purchases read: 2.):contains(Purchases to confirm: 2.)",
        },
        press("Import"),
        {
            trigger: ".o_notification:contains(Clients made: 2.):contains(Purchases to confirm: 2.)",
        },
        {
            content: "the clients, not the rows",
            trigger: ".o_list_view .o_data_row .o_data_cell:contains(Tour Ivanova Anna)",
            run: "click",
        },
        {
            trigger: ".o_form_view a[name=client_base]",
            run: "click",
        },
        {
            trigger: "a[name=client_old_notes]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=client_old_notes] textarea:value(Colour of the folder: green)",
        },
        {
            trigger: "button[name=action_client_old_purchases]:contains(2)",
        },
    ],
});

/** The same sheet again brings nothing. */
tours.add("client_import_again", {
    steps: () => [
        ...open,
        ...upload("right"),
        press("Import"),
        {
            trigger:
                ".o_notification:contains(Clients made: 0.):contains(Rows that bring nothing new: 2)",
        },
    ],
});

const waiting = (text) => `.o_list_view .o_data_row:contains(${text})`;

/** What could not be read waits to be confirmed: corrected and confirmed, or dropped. */
tours.add("client_import_confirm", {
    steps: () => [
        ...menu("client_card_menu", "client_old_purchase_menu"),
        {
            content: "the day is not known, only the month",
            trigger: `${waiting("03.2013 Tea 200")} .o_data_cell[name=date]`,
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=date] input, .o_selected_row [name=date] button",
            run: "click",
        },
        {
            trigger: ".o_selected_row [name=date] input",
            run: "edit 03/05/2013",
        },
        {
            trigger: ".o_list_button_save:visible",
            run: "click",
        },
        {
            trigger: `.o_list_view:not(:has(.o_selected_row)) .o_data_row:contains(03.2013 Tea 200) button[name=action_confirm]`,
            run: "click",
        },
        {
            content: "confirmed: it waits no longer",
            trigger: `.o_list_view:not(:contains(03.2013 Tea 200)) .o_data_row:contains(wants a diet) button[name=action_drop]`,
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:contains(wants a diet)), .o_view_nocontent:contains(Nothing waits)",
        },
    ],
});
