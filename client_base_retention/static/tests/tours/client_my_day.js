import { registry } from "@web/core/registry";

const row = (name) => `.o_my_day_row:contains(${name})`;
const gone = (name) => ({
    content: `${name} is off the list, without a reload`,
    trigger: `.o_my_day:not(:has(${row(name)}))`,
});
const tours = registry.category("web_tour.tours");

/** A VIP overdue in red is reached: the row goes, the counters follow. */
tours.add("client_my_day_reached", {
    url: "/odoo",
    steps: () => [
        {
            trigger: ".o_navbar_apps_menu button:enabled",
            run: "click",
        },
        {
            content: "the app opens with My day",
            trigger: ".o_app[data-menu-xmlid='client_base_retention.client_base_menu']",
            run: "click",
        },
        {
            content: "overdue is red, with icon and word",
            trigger: `${row("Tour Vip")} .o_client_contact_overdue:has(i.fa):contains(Overdue)`,
        },
        {
            trigger: `${row("Tour Vip")} .o_client_contact_overdue:contains(3 d late of 7)`,
        },
        {
            content: "whom to call",
            trigger: `${row("Tour Vip")} a[name=phone]:contains(555-0102)`,
        },
        {
            content: "what to talk about opens the script",
            trigger: `${row("Tour Vip")} a[name=talk]:contains(Care call)`,
            run: "click",
        },
        {
            trigger: ".modal:contains(We sell nothing) footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_my_day_done:contains(Done 0 of 2)",
        },
        {
            trigger: `${row("Tour Vip")} button[name=reached]`,
            run: "click",
        },
        {
            content: "the next contact by the norm is said before it is logged",
            trigger: ".o_my_day_reached:contains(by the norm)",
        },
        {
            trigger: ".o_my_day_reached input[name=note]",
            run: "edit Wants saws in May",
        },
        {
            trigger: ".o_my_day_reached input[name=note]",
            run: "press Enter",
        },
        gone("Tour Vip"),
        {
            trigger: ".o_my_day_done:contains(Done 1 of 2)",
        },
        {
            trigger: ".o_my_day_chip[name=overdue]:contains(1)",
        },
        {
            content: "another client, by the keyboard: Enter, note, Enter",
            trigger: row("Tour Second"),
            run: "press Enter",
        },
        {
            trigger: ".o_my_day_reached input[name=note]",
            run: "press Enter",
        },
        {
            trigger: "div[name=done]:contains(Everything for today is done: 2 of 2)",
        },
        {
            content: "what was found stays when one comes back from a client",
            trigger: ".o_my_day_search input",
            run: "edit 555-0102",
        },
        {
            trigger: `section[name=found] ${row("Tour Vip")} a[name=client]`,
            run: "click",
        },
        {
            trigger: ".o_form_view .o_breadcrumb a:contains(My day), .o_form_view .o_back_button:contains(My day), .breadcrumb-item:contains(My day) a",
            run: "click",
        },
        {
            trigger: `section[name=found] ${row("Tour Vip")}`,
        },
        {
            content: "it is a page of its own",
            trigger: "body",
            run: () => {
                if (!location.pathname.endsWith("/my-day")) {
                    throw new Error(`My day stands at ${location.pathname}`);
                }
            },
        },
    ],
});

/** No answer three times: the row stays, at the end; another way is proposed. */
tours.add("client_my_day_no_answer", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: `.o_my_day_row:first-of-type:contains(Tour Vip) button[name=no_answer]`,
            run: "click",
        },
        {
            trigger: ".o_notification:contains(try 1)",
        },
        {
            content: "who was tried comes last",
            trigger: `.o_my_day_section .o_my_day_row:last-child:contains(Tour Vip):contains(Tried today: 1×)`,
        },
        {
            content: "a mistake is taken back",
            trigger: ".o_notification button:contains(Undo)",
            run: "click",
        },
        {
            trigger: `${row("Tour Vip")}:not(:contains(Tried))`,
        },
        ...[1, 2].flatMap((number) => [
            {
                trigger: `${row("Tour Vip")} button[name=no_answer]:enabled`,
                run: "click",
            },
            {
                trigger: `${row("Tour Vip")}:contains(Tried today: ${number}×)`,
            },
        ]),
        {
            trigger: `${row("Tour Vip")} button[name=no_answer]:enabled`,
            run: "click",
        },
        {
            trigger: ".o_notification:contains(try 3):contains(Try another person), .o_notification:contains(try 3):contains(Write a message)",
        },
        {
            content: "he is as late as before",
            trigger: `${row("Tour Vip")} .o_client_contact_overdue:contains(Overdue)`,
        },
    ],
});

/** Not now, until a day to come. */
tours.add("client_my_day_not_now", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: `${row("Tour Vip")} button[name=not_now]`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=pause_for] .o_selection_badge:contains(3 months)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=pause_until] :value(/./)",
        },
        {
            trigger: ".modal .o_field_widget[name=pause_reason] input",
            run: "edit Buys again in March",
        },
        {
            trigger: ".modal footer button.btn-primary[name=action_not_now]:visible",
            run: "click",
        },
        gone("Tour Vip"),
        {
            trigger: ".o_my_day_chip[name=paused]:contains(1)",
            run: "click",
        },
        {
            trigger: `${row("Tour Vip")} .o_client_contact_paused:has(i.fa):contains(Paused)`,
        },
    ],
});

/** A meeting arranged for next week: blue, and off the day's work. */
tours.add("client_my_day_arranged", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: `section[name=arranged] ${row("Tour Vip")} .o_client_contact_arranged:has(i.fa):contains(Arranged)`,
        },
        {
            trigger: ".o_my_day_done:contains(Done 0 of 1)",
        },
    ],
});

/** Nobody is hers yet. */
tours.add("client_my_day_nobody", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: "div[name=no_clients]:contains(No client has you as salesperson yet)",
        },
        {
            trigger: "div[name=no_clients] button[name=take]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour Unassigned)",
        },
    ],
});

/** The start page is chosen in the cog, and given up again. */
tours.add("client_my_day_start_page", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: ".o_my_day button[name=cog]",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Make this my start page)",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(You begin with My day)",
        },
    ],
});

/** A telephone's width: the number opens the dialog prefilled. */
tours.add("client_my_day_phone", {
    url: "/odoo/my-day",
    steps: () => [
        {
            trigger: `${row("Tour Vip")} a[name=phone]`,
            run: () => {
                const link = document.querySelector(".o_my_day_row a[name=phone]");
                if (!link.href.startsWith("tel:+1617555")) {
                    throw new Error(`no number to dial: ${link.href}`);
                }
                // The browser has no telephone to go to.
                link.removeAttribute("href");
                link.click();
            },
        },
        {
            trigger: ".modal .o_field_widget[name=person_id]",
        },
        {
            trigger: ".modal footer button[name=action_reached]:visible",
            run: "click",
        },
        gone("Tour Vip"),
    ],
});

const left = {
    content: "the page is left",
    trigger: ".modal .o_form_view",
    run: () => window.location.reload(),
    expectUnloadPage: true,
};

/** Who only looks into the dialogs is not away, and keeps his target. */
tours.add("client_my_day_left", {
    steps: () => [
        { trigger: ".o_my_day button[name=away]", run: "click" },
        { trigger: ".modal .o_field_widget[name=stand_in_id]" },
        left,
        { trigger: ".o_my_day:not(:has(.o_my_day_away)) button:has(.fa-cog)", run: "click" },
        { trigger: ".o-dropdown-item[name=target]", run: "click" },
        { trigger: ".modal .o_field_widget[name=amount]" },
        left,
        { trigger: "body:not(:has(.modal)) .o_my_day" },
    ],
});
