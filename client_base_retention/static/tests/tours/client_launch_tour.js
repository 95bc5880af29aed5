import { registry } from "@web/core/registry";

/** Click the breadcrumb that leads back to a page. */
const back = (name) => ({
    trigger: `.o_breadcrumb a:contains(${name}), .o_back_button:contains(${name})`,
    run: "click",
});

/** The head goes through the launch page, starts, and reads the overview. */
registry.category("web_tour.tours").add("client_base_launch", {
    url: "/odoo/client-launch",
    steps: () => [
        {
            content: "nothing is chosen and nothing is started",
            trigger: ".o_client_launch:contains(until you press Start) li[name=trade]:not(:has(.active))",
        },
        {
            trigger: "li[name=trade] button[name=wholesale]",
            run: "click",
        },
        {
            trigger: "li[name=trade] button[name=wholesale].active",
        },
        {
            content: "the preset's norms ask something of the salespeople",
            trigger: "li[name=load]:contains(These norms need):contains(limit 12)",
        },
        {
            content: "the history is read in the background",
            trigger: "li[name=history] button[name=read_history]",
            run: "click",
        },
        {
            trigger: "li[name=history]:contains(of 24 months):contains(waiting for the clients)",
        },
        {
            trigger: "li[name=start] [name=first_round]:contains(First round)",
        },
        {
            content: "what the preset sets",
            trigger: "li[name=trade] a[name=preset]",
            run: "click",
        },
        {
            trigger: ".modal .o_form_view:contains(Former after months)",
        },
        {
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) input[name=source][value=order]:checked",
        },
        {
            content: "who is in, and back",
            trigger: "li[name=clients] a[name=clients]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour Late)",
        },
        back("Launch"),
        {
            content: "who sold to a client is proposed",
            trigger: "li[name=owners] button[name=propose]",
            run: "click",
        },
        {
            trigger: "li[name=owners] button[name=preview]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Tour Big)",
        },
        back("Launch"),
        {
            content: "the proposals are still there",
            trigger: "li[name=owners] button[name=apply]",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary:contains(Assign)",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) li[name=owners]:not(:has(button)) a[name=unassigned]:contains(0)",
        },
        {
            trigger: "li[name=start] button[name=start]",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary:contains(Start)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_client_launch:contains(Started on)",
        },
        {
            trigger: "[data-menu-xmlid='client_base_retention.client_overview_menu']",
            run: "click",
        },
        {
            trigger: ".o_client_overview button[name=quarter]",
            run: "click",
        },
        {
            trigger: ".o_client_overview:has(button[name=quarter].active) a[name=active]:contains(2)",
            run: "click",
        },
        {
            content: "the list has as many rows as the number said",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
        },
        {
            trigger: ".o_pager_limit:contains(2)",
        },
        back("Overview"),
        {
            content: "the chosen quarter stays",
            trigger: ".o_client_overview button[name=quarter].active",
        },
        {
            trigger: ".o_client_overview select",
            run: "selectByLabel Tour team without clients",
        },
        {
            trigger: ".o_client_overview a[name=active] .o_client_value:contains(0)",
        },
    ],
});

const TRADES = {
    wholesale: "Wholesale",
    contracts: "Contracts and services",
    travel: "Travel agency",
    children: "Children's centre",
    consultant: "Direct-sales consultant",
    salon: "Beauty salon",
    clothes: "Clothes shop",
    info: "Info-products and courses",
    building: "Building materials",
    other: "Standard regulation",
};

/** One trade after the other is chosen; nobody changed anything, so each replaces the
 * one before, and its regulation is in force at once. */
registry.category("web_tour.tours").add("client_base_trades", {
    url: "/odoo/client-launch",
    steps: () =>
        Object.entries(TRADES).flatMap(([trade, regulation]) => [
            {
                trigger: `li[name=trade] button[name=${trade}]:not(.active)`,
                run: "click",
            },
            {
                trigger: `li[name=trade]:has(button[name=${trade}].active) p:contains("Regulation in force: ${regulation}")`,
            },
        ]),
});
