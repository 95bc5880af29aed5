"""A database that people work in: three companies, 300 users, 20,000 contacts.

Odoo makes one record of each kind, so that every column is as it should be; PostgreSQL
copies it as often as wanted. Who and what is spread by the copies' numbers, so a
database is filled the same way each time.
"""

from odoo import fields
from odoo.tools import SQL

from .copies import ago, copy, dealt, numbered

COMPANIES = ("Hammer", "Saw", "Plane")
# {kind: (how many, groups)}; 299 and the administrator are 300.
KINDS = {
    "seller": (120, "sales_team.group_sale_salesman"),
    "lead_seller": (60, "sales_team.group_sale_salesman_all_leads"),
    "manager": (14, "sales_team.group_sale_manager"),
    "clerk": (90, "base.group_user"),
    "keeper": (
        15,
        "base.group_user,base.group_partner_manager,base.group_allow_export",
    ),
    "portal": (20, "base.group_portal"),
}
FIRMS, PEOPLE = 8000, 12_000
# Of each company.
ORDERS, INVOICES, LEADS = 5000, 300, 700
MESSAGES, FOLLOWERS, ACTIVITIES, MEETINGS = 6000, 4000, 2000, 900
QUIET = {
    "tracking_disable": True,
    "no_reset_password": True,
    "mail_create_nosubscribe": True,
    "mail_activity_quick_update": True,
}


def fill(env):
    """Fill a database that has the addon's dependencies and nothing else; commits."""
    env = env(context=QUIET)
    # Odoo's own daily mail to its users is none of our business.
    env["digest.digest"].search([]).action_deactivate()
    companies = make_companies(env)
    users = make_users(env, companies)
    clients = make_contacts(env, users)
    share = len(clients) // 6
    for number, company in enumerate(companies, 3):
        people = users["seller"].filtered(lambda u, c=company: u.company_id == c)
        # Half of the clients buy in every company, a sixth in this one alone.
        alone = clients[number * share : (number + 1) * share]
        belong(env, alone[::3], company)
        mine = clients[: 3 * share] + alone
        make_orders(env(user=people[0]), company, mine, people)
        make_invoices(env, company, mine)
        make_leads(env(user=people[0]), company, mine, people)
    make_talk(env, clients, users["seller"])
    make_followers(env, clients, users["seller"])
    make_meetings(env, clients, users["seller"])
    env.cr.execute("ANALYZE")
    env.cr.commit()


# ------------------------------------------------------------------- companies, people


def make_companies(env):
    """Three companies with accounts; the second keeps its books in euro."""
    euro = env.ref("base.EUR")
    euro.active = True
    env["res.currency.rate"].create({"currency_id": euro.id, "rate": 0.9})
    companies = env.company
    companies.name = COMPANIES[0]
    for name, currency in zip(
        COMPANIES[1:], (euro, companies.currency_id), strict=True
    ):
        companies |= env["res.company"].create(
            # Nothing here asks services on the network.
            {"name": name, "currency_id": currency.id, "iap_enrich_auto_done": True}
        )
    for company in companies[1:]:
        env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
    return companies


def make_users(env, companies):
    """{kind: users}: in turn of each company, every tenth of two companies."""
    found = {}
    for kind, (count, groups) in KINDS.items():
        found[kind] = env["res.users"].create(
            [
                {
                    "name": f"{kind.title()} {number}",
                    "login": f"{kind}{number}",
                    "email": f"{kind}{number}@office.example.com",
                    "company_id": companies[number % 3].id,
                    "company_ids": [
                        fields.Command.link(companies[(number + step) % 3].id)
                        for step in range(1 + (number % 10 == 9))
                    ],
                    "group_ids": [
                        fields.Command.set(
                            [env.ref(group).id for group in groups.split(",")]
                        )
                    ],
                }
                for number in range(count)
            ]
        )
    for company in companies:
        team = env["crm.team"].create({"name": company.name, "company_id": company.id})
        sellers = found["seller"].filtered(lambda u, c=company: u.company_id == c)
        env["crm.team.member"].create(
            [{"crm_team_id": team.id, "user_id": user.id} for user in sellers]
        )
    return found


def make_contacts(env, users):
    """Firms and people; some archived, some without salesperson, some of no firm.

    :return: ids of those who buy: every firm, and people who belong to none
    """
    sellers = users["seller"].ids
    firm = env["res.partner"].create(
        {"name": "Firm", "is_company": True, "email": "firm@example.com"}
    )
    person = env["res.partner"].create({"name": "Person", "parent_id": firm.id})
    common = {
        "user_id": SQL("CASE WHEN s.g %% 5 < 4 THEN %s END", dealt(sellers, 7)),
        "active": SQL("s.g %% 50 <> 49"),
        "phone": SQL("'+1 555 ' || lpad(s.g::text, 7, '0')"),
    }
    firms = copy(
        firm,
        FIRMS,
        name=numbered("Firm"),
        complete_name=numbered("Firm"),
        commercial_partner_id=SQL("s.id"),
        email=SQL("'firm' || s.g || '@example.com'"),
        email_normalized=SQL("'firm' || s.g || '@example.com'"),
        **common,
    )
    # Two of three people belong to a firm.
    parent = SQL("CASE WHEN s.g %% 3 < 2 THEN %s END", dealt(firms))
    people = copy(
        person,
        PEOPLE,
        name=numbered("Person"),
        complete_name=numbered("Person"),
        parent_id=parent,
        commercial_partner_id=SQL("COALESCE(%s, s.id)", parent),
        **common,
    )
    for number, partner in enumerate(users["portal"].partner_id):
        partner.parent_id = firms[number]
    return firms + people[2::3]


def belong(env, clients, company):
    """Let these clients and their people be contacts of one company only."""
    env.cr.execute(
        "UPDATE res_partner SET company_id = %s WHERE commercial_partner_id = ANY(%s)",
        [company.id, clients],
    )
    env.invalidate_all()


# --------------------------------------------------------------------------- documents


def make_orders(env, company, clients, people):
    """Orders of three years, some of them quotations or cancelled.

    Every twentieth is of the marketplace, which buys more than all the others.
    """
    order = market_order(env, company)
    market = order.partner_id
    partner = SQL(
        "CASE WHEN s.g %% 20 = 0 THEN %s ELSE %s END", market.id, dealt(clients, 11)
    )
    amount = SQL(
        "CASE WHEN s.g %% 20 = 0 THEN 90000 ELSE 10 + (s.g %% 97) * (s.g %% 89) END"
    )
    foreign = env.ref("base.USD") + env.ref("base.EUR") - company.currency_id
    rate = SQL("CASE WHEN s.g %% 7 = 3 THEN %s ELSE 1 END", foreign.rate)
    currency = SQL(
        "CASE WHEN s.g %% 7 = 3 THEN %s ELSE %s END", foreign.id, company.currency_id.id
    )
    orders = copy(
        order,
        ORDERS,
        name=SQL("%s || s.g", company.name[0]),
        partner_id=partner,
        partner_invoice_id=partner,
        partner_shipping_id=partner,
        user_id=dealt(people.ids),
        state=SQL(
            "CASE s.g %% 12 WHEN 5 THEN 'draft' WHEN 7 THEN 'cancel' ELSE 'sale' END"
        ),
        date_order=ago(1100),
        currency_id=currency,
        currency_rate=rate,
        amount_untaxed=amount,
        amount_total=amount,
        access_token=None,
    )
    copy(
        order.order_line,
        ORDERS,
        order_id=dealt(orders),
        order_partner_id=partner,
        currency_id=currency,
        price_unit=amount,
        price_subtotal=amount,
        price_total=amount,
    )


def market_order(env, company):
    """The first order of a company, confirmed, by its marketplace."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    product = env["product.product"].sudo().search([("name", "=", "Tool")], limit=1)
    product = product or product.create({"name": "Tool", "type": "service"})
    name = f"Marketplace {company.name}"
    market = env["res.partner"].sudo().create({"name": name, "is_company": True})
    line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
    order = env["sale.order"].create(
        {"partner_id": market.id, "order_line": [fields.Command.create(line)]}
    )
    order.action_confirm()
    return order


def make_invoices(env, company, clients):
    """Posted invoices, with their lines."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    line = {"name": "Repair", "quantity": 1, "price_unit": 50, "tax_ids": False}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": clients[0],
            "invoice_date": fields.Date.today(),
            "invoice_line_ids": [fields.Command.create(line)],
        }
    )
    invoice.action_post()
    partner = dealt(clients, 3)
    moves = copy(
        invoice,
        INVOICES,
        name=SQL("%s || s.g", f"{company.name}/"),
        sequence_prefix=f"{company.name}/",
        sequence_number=SQL("s.g"),
        partner_id=partner,
        commercial_partner_id=partner,
        access_token=None,
    )
    for part in invoice.line_ids:
        copy(part, INVOICES, move_id=dealt(moves), partner_id=partner)


def make_leads(env, company, clients, people):
    """Opportunities of contacts who mostly buy elsewhere, and leads without one."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    lead = env["crm.lead"].create(
        {
            "name": "Lead",
            "type": "opportunity",
            "partner_id": clients[0],
            # Nothing here asks services on the network.
            "iap_enrich_done": True,
        }
    )
    opportunity = SQL("s.g %% 4 < 3")
    copy(
        lead,
        LEADS,
        name=numbered("Lead"),
        type=SQL("CASE WHEN %s THEN 'opportunity' ELSE 'lead' END", opportunity),
        partner_id=SQL("CASE WHEN %s THEN %s END", opportunity, dealt(clients, 17)),
        user_id=dealt(people.ids),
        date_deadline=SQL("current_date + s.g %% 60"),
    )


def make_talk(env, clients, users):
    """Messages with notifications on contacts."""
    partner = env["res.partner"].browse(clients[0])
    reader = users[0].partner_id
    message = partner.message_post(body="Hello")
    messages = copy(
        message,
        MESSAGES,
        res_id=dealt(clients, 13),
        message_id=SQL("'<' || s.g || '@office.example.com>'"),
        date=ago(300),
    )
    notification = env["mail.notification"].create(
        {
            "mail_message_id": message.id,
            "res_partner_id": reader.id,
            "notification_type": "inbox",
        }
    )
    copy(
        notification,
        MESSAGES // 3,
        mail_message_id=dealt(messages),
        res_partner_id=dealt(users.partner_id.ids),
    )


def make_followers(env, clients, users):
    """Followers of contacts, and activities on them."""
    partner = env["res.partner"].browse(clients[0])
    reader = users[0].partner_id
    partner.message_subscribe(reader.ids)
    follower = partner.message_follower_ids.filtered(lambda f: f.partner_id == reader)
    copy(
        follower,
        FOLLOWERS,
        res_id=dealt(clients[1:]),
        partner_id=dealt(users.partner_id.ids),
    )
    activity = partner.activity_schedule("mail.mail_activity_data_call")
    copy(
        activity,
        ACTIVITIES,
        res_id=dealt(clients, 19),
        user_id=dealt(users.ids),
        date_deadline=SQL("current_date - 30 + s.g %% 60"),
    )


def make_meetings(env, clients, users):
    """Meetings of the past and the coming weeks, each with a client."""
    event = env["calendar.event"].create(
        {
            "name": "Meeting",
            "start": "2026-01-01 10:00:00",
            "stop": "2026-01-01 11:00:00",
            "user_id": users[0].id,
            "partner_ids": [fields.Command.set([clients[0]])],
        }
    )
    day = SQL("date_trunc('hour', now() AT TIME ZONE 'UTC')")
    start = SQL("%s + (s.g %% 90 - 60) * interval '1 day'", day)
    stop = SQL("%s + interval '1 hour'", start)
    events = copy(event, MEETINGS, start=start, stop=stop, user_id=dealt(users.ids))
    attendee = event.attendee_ids[:1]
    copy(
        attendee,
        MEETINGS,
        event_id=dealt(events),
        partner_id=dealt(clients, 23),
        access_token=SQL("md5(s.g::text)"),
    )
    env.cr.execute(
        """INSERT INTO calendar_event_res_partner_rel
                       (calendar_event_id, res_partner_id)
           SELECT event_id, partner_id FROM calendar_attendee ON CONFLICT DO NOTHING"""
    )
