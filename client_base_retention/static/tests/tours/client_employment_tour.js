import { registry } from "@web/core/registry";

/** A buyer works for somebody else now: her salesperson moves her and looks at what is
 * left with the old company and what stands on her. */
registry.category("web_tour.tours").add("client_base_changed_employer", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_client_change_employer]",
            run: "click",
        },
        {
            content: "the dialog says where she works and keeps nothing of the old mail",
            trigger: ".modal .o_field_widget[name=old_partner_id]:contains(Tour Mill)",
        },
        {
            trigger: ".modal .o_field_widget[name=new_name] input",
            run: "edit Tour Yard",
        },
        {
            trigger: ".modal .o_field_widget[name=function] input",
            run: "edit Director",
        },
        {
            trigger: ".modal .o_field_widget[name=email] input",
            run: "edit ann@yard.example",
        },
        {
            trigger: ".modal footer button[name=action_change]",
            run: "click",
        },
        {
            content: "the same person at the new company",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name=parent_id] input:value(Tour Yard)",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=client_employment_ids] .o_data_row:contains(Tour Yard):contains(Director)",
        },
        {
            trigger:
                ".o_field_widget[name=client_employment_ids] .o_data_row:contains(Tour Mill):contains(ann@mill.example)",
        },
        {
            content: "she left the new company, too: nobody knows where to",
            trigger: ".o_form_view button[name=action_client_change_employer]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=way] label:contains(unknown where)",
            run: "click",
        },
        {
            trigger: ".modal:not(:has([name=new_name])) footer button[name=action_change]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name=client_employment_text]:contains(Worked at Tour Yard)",
        },
    ],
});

/** The old company: who left, the task, and that the quotation stayed. */
registry.category("web_tour.tours").add("client_base_former_staff", {
    steps: () => [
        {
            trigger: ".o-mail-Activity:contains(New contact wanted)",
        },
        {
            trigger: "a[name=client_base]",
            run: "click",
        },
        {
            trigger: "a[name=client_staff]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=client_staff_ids] .o_data_row:contains(Tour Ann):contains(Buyer)",
        },
    ],
});
