import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const { DateTime } = luxon;
const tours = registry.category("web_tour.tours");

/** The birthday of who is so many years old today, as the list takes it. */
function born(age, month, day) {
    const today = DateTime.utc().startOf("day");
    let birthday = DateTime.utc(today.year - age, month, day);
    if (birthday > today.set({ year: today.year - age })) {
        birthday = birthday.minus({ years: 1 });
    }
    return birthday.toFormat("MM/dd/yyyy");
}

const familyPage = [
    {
        trigger: "a[name=client_base]",
        run: "click",
    },
    {
        trigger: "a[name=client_family]",
        run: "click",
    },
];
const children = ".o_field_widget[name=client_child_ids]";
const child = (name, birthday) => [
    {
        trigger: `${children} .o_field_x2many_list_row_add a`,
        run: "click",
    },
    {
        trigger: `${children} .o_selected_row [name=name] input:value(/^$/)`,
        run: `edit ${name}`,
    },
    {
        trigger: `${children} .o_selected_row [name=birthdate_date] button, ${children} .o_selected_row [name=birthdate_date] input`,
        run: "click",
    },
    {
        trigger: `${children} .o_selected_row [name=birthdate_date] input`,
        run: `edit ${birthday}`,
    },
];
const dated = (form, field, days) => [
    {
        trigger: `${form} .o_field_widget[name=${field}] button, ${form} .o_field_widget[name=${field}] input`,
        run: "click",
    },
    {
        trigger: `${form} .o_field_widget[name=${field}] input`,
        run: `edit ${DateTime.utc().plus({ days }).toFormat("MM/dd/yyyy")}`,
    },
];
const chosen = (field, label) => [
    {
        trigger: `.modal .o_field_widget[name=${field}] input`,
        run: "click",
    },
    {
        trigger: `.o_select_menu_item:contains(${label})`,
        run: "click",
    },
];
const filter = (name) => [
    {
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        trigger: `.o_filter_menu .o_menu_item:contains(/^${name}$/)`,
        run: "click",
    },
    {
        trigger: ".o_searchview_dropdown_toggler",
        run: "click",
    },
    {
        trigger: `.o_searchview_facet:contains(${name})`,
    },
];
const month = (name, item) => [
    {
        trigger: ".o_searchview_input",
        run: `edit ${name}`,
    },
    {
        trigger: `.o_searchview_autocomplete .o-dropdown-item:contains(/^Search ${item}/)`,
        run: "click",
    },
    {
        trigger: `.o_searchview_autocomplete .o_indent:contains(${name})`,
        run: "click",
    },
    {
        trigger: `.o_searchview_facet:contains(${name})`,
    },
];
const typed = (text, item) => [
    {
        trigger: ".o_searchview_input",
        run: `edit ${text}`,
    },
    {
        trigger: `.o_searchview_autocomplete .o-dropdown-item:contains(${item})`,
        run: "click",
    },
    {
        trigger: `.o_searchview_facet:contains(${text})`,
    },
];
const unsearched = [
    {
        trigger: ".o_searchview_facet .o_facet_remove",
        run: async ({ queryAll }) => {
            for (const cross of queryAll(".o_searchview_facet .o_facet_remove")) {
                cross.click();
            }
        },
    },
    {
        trigger: ".o_searchview:not(:has(.o_searchview_facet))",
    },
];
const rows = (shown, ...hidden) => ({
    trigger: `.o_list_view:has(.o_data_row:contains(${shown}))${hidden
        .map((name) => `:not(:has(.o_data_row:contains(${name})))`)
        .join("")}`,
});

/** Two children are entered on their mother; the grandmother stands on both sides. */
tours.add("client_family_entered", {
    steps: () => [
        ...familyPage,
        ...child("Misha", born(4, 6, 10)),
        ...child("Liza", born(2, 3, 15)),
        {
            trigger: `${children} .o_selected_row [name=branch_ids] input`,
            run: "edit Tour North",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour North)",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "beside her name, the eldest first",
            trigger: ".o_form_view div[name=client_children]:contains(Misha 4, Liza 2)",
        },
        {
            content: "from the child the mother and the sister are seen",
            trigger: `${children} .o_data_row:contains(Misha) .o_list_record_open_form_view button, ${children} .o_data_row:contains(Misha) button:contains(View)`,
            run: "click",
        },
        {
            trigger:
                ".o_form_view div[name=client_parents]:contains(4):contains(Ivanova Anna, Liza 2)",
        },
        ...familyPage,
        {
            trigger: "button[name=action_client_relation]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=seen_id] input",
            run: "edit Tour Granny",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(/^Tour Granny/)",
            run: "click",
        },
        ...chosen("seen_role", "Grandparent"),
        {
            trigger: ".modal .o_field_widget[name=note] input",
            run: "edit Collects on Fridays",
        },
        {
            trigger: ".modal footer button:contains(Record)",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) [name=client_relation_ids] .o_data_row:contains(Grandparent):contains(Tour Granny)",
        },
    ],
});

/** On a telephone a child is typed into a form of its own. */
tours.add("client_family_phone", {
    steps: () => [
        ...familyPage,
        {
            trigger: `${children} .o-kanban-button-new`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] textarea:visible, .modal .o_field_widget[name=name] input:visible",
            run: "edit Misha",
        },
        ...dated(".modal", "birthdate_date", -800),
        {
            trigger: ".modal .o_form_button_save:contains(Save)",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) ${children} .o_kanban_record:contains(Misha)`,
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_form_view div[name=client_children]:contains(Misha 2)",
        },
    ],
});

/** The other side of the same entry. */
tours.add("client_family_other_side", {
    steps: () => [
        ...familyPage,
        {
            trigger:
                "[name=client_relation_ids] .o_data_row:contains(Grandchild):contains(Misha):contains(Collects on Fridays)",
        },
    ],
});

/** The family in the list of clients: title, search, filters, of own clients only. */
tours.add("client_family_found", {
    steps: () => [
        ...unsearched,
        {
            trigger: ".o_kanban_record:contains(Ivanova Anna):contains(Misha 4, Liza 2)",
        },
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        rows("Ivanova Anna (Misha 4, Liza 2)", "Tour Hidden"),
        rows("Tour Olga (Petya 9, Kolya 1)", "Tour Hidden"),
        {
            content: "by the name of a child",
            trigger: ".o_searchview_input",
            run: "edit Liza",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        rows("Ivanova Anna (Misha 4, Liza 2)", "Tour Olga", "Tour Hidden"),
        ...unsearched,
        ...filter("Child: under 3 years"),
        rows("Ivanova Anna", "Tour Hidden"),
        rows("Tour Olga"),
        ...month("March", "Child born in"),
        {
            content: "one and the same child is under 3 and born in March",
            ...rows("Ivanova Anna", "Tour Olga", "Tour Hidden"),
        },
        ...unsearched,
        ...typed("Tour South", "Branch of a child"),
        rows("Tour Olga", "Ivanova Anna", "Tour Hidden"),
        ...unsearched,
        ...typed("Tour North", "Branches"),
        rows("Ivanova Anna", "Tour Olga", "Tour Hidden"),
    ],
});

/** Clients > Children: filters, and from there to their clients. */
tours.add("client_family_children", {
    steps: () => [
        rows("Petya"),
        rows("Misha"),
        ...month("March", "Born in"),
        rows("Petya", "Misha", "Kolya"),
        ...filter("Under 3 years"),
        rows("Liza", "Petya", "Misha", "Kolya"),
        {
            content: "the other Liza is the child of a colleague's client",
            trigger: ".o_list_view .o_data_row:only-of-type:contains(Ivanova Anna):contains(Tour North)",
        },
        {
            trigger: ".o_list_view .o_data_row .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: "button[name=action_client_of_children]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Ivanova Anna), .o_data_row:contains(Ivanova Anna)",
        },
        {
            trigger: ".o_action_manager:not(:contains(Tour Olga))",
        },
    ],
});

/** Liza begins a course, and stops: the reason is asked. */
tours.add("client_family_course", {
    steps: () => [
        ...familyPage,
        {
            trigger: "button[name=action_client_enrol]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=person_id] input",
            run: "edit Liza",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Liza)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=course_id] input",
            run: "edit Tour speech",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour speech)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=branch_id] input",
            run: "edit Tour North",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Tour North)",
            run: "click",
        },
        ...dated(".modal", "enrolled_on", -30),
        {
            trigger: ".modal .o_field_widget[name=has_contract] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=contract_number] input",
            run: "edit C-17",
        },
        {
            trigger: ".modal .o_field_widget[name=discount] input",
            run: "edit 10",
        },
        {
            trigger: ".modal footer .o_form_button_save",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) [name=client_family_enrolment_ids] .o_data_row:contains(Liza):contains(Tour speech):contains(Tour North):contains(Attends)",
        },
        {
            trigger: `${children} .o_data_row:contains(Liza):contains(Tour speech)`,
        },
        {
            trigger: "[name=client_family_enrolment_ids] .o_data_row .o_data_cell[name=course_name]",
            run: "click",
        },
        ...dated(".modal", "stopped_on", -1),
        {
            content: "why?",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=stop_reason].o_field_invalid",
        },
        ...chosen("stop_reason", "Moved, or too far"),
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) [name=client_family_enrolment_ids] .o_data_row.text-muted:contains(Stopped):contains(Moved, or too far)",
        },
        ...stepUtils.saveForm(),
    ],
});

const particulars = "div[name=client_sensitive]";

/** Who has not the right sees no particulars at all. */
tours.add("client_family_particulars_none", {
    steps: () => [
        ...familyPage,
        {
            trigger: "button[name=action_client_relation]",
        },
        {
            trigger: `.o_form_view:not(:has(${particulars})):not(:contains(Particulars))`,
        },
    ],
});

/** Without a parent's consent nothing can be written. */
tours.add("client_family_particulars_refused", {
    steps: () => [
        ...familyPage,
        {
            trigger: `${particulars}:contains(No parent has given the consent)`,
        },
        {
            trigger: `${particulars}:not(:has(button[name=action_client_sensitive_note]))`,
        },
    ],
});

/** The mother agrees. */
tours.add("client_family_consent", {
    steps: () => [
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: "button[name=action_client_consent]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=state] label:contains(Given)",
            run: "click",
        },
        ...chosen("how", "Signed on paper"),
        {
            trigger: ".modal footer button:contains(Record)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name=client_consent]:contains(Given)",
        },
    ],
});

/** Particulars are written, and opened: it is said that this is written down. */
tours.add("client_family_particulars", {
    steps: () => [
        ...familyPage,
        {
            trigger: `${particulars} button[name=action_client_sensitive_note]`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: "edit Hears worse with the left ear",
        },
        {
            trigger: ".modal footer button:contains(Record)",
            run: "click",
        },
        {
            content: "the text stands nowhere on the page",
            trigger: `body:not(:has(.modal)):not(:contains(left ear)) ${particulars} .o_data_row button[name=action_open]`,
            run: "click",
        },
        {
            trigger: ".modal:contains(written down) .o_field_widget[name=text] textarea:value(Hears worse with the left ear)",
        },
        {
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)):not(:contains(left ear))",
        },
    ],
});

/** The head sees who opened what, not the text. */
tours.add("client_family_log", {
    steps: () => [
        {
            trigger: ".o_list_view:not(:contains(left ear)) .o_data_row:contains(tour_me):contains(Opened):contains(Misha)",
        },
    ],
});
