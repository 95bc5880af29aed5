"""Dossiers: people, remarks, history and the form of one client, the best, leads."""

from asking import beside, fresh, names_of, page_of, specification, sql
from cases import PAGE
from clock import timed

from odoo.fields import Command

LEADS = 1000
NAMES = 1000


def pages(env, table, documents):
    """
    :param documents: ids of a client with 5,000 documents and of one with 50
    """
    children(env, table)
    people(env, table)
    remarks(env, table)
    history(env, table, documents)
    form(env, table, documents[1])
    best(env, table)
    leads(env, table)


# -------------------------------------------------------------------- people, remarks


def children(env, table):
    """Children by age, month of birth and branch, and their clients."""
    partners = env["res.partner"]
    north = env["client.branch"].search([("name", "=", "North")], limit=1)
    among = [("is_child", "=", True)]
    asked = [
        ("age", "<", 3),
        ("birth_month", "=", "03"),
        ("branch_ids", "in", north.id),
    ]
    told = ["name", "age", "birthdate_date", "client_parents_text"]
    number = partners.search_count([*among, *asked])
    bare = """FROM res_partner p JOIN res_partner_client_branch_rel b
                ON b.partner_id = p.id AND b.branch_id = %(branch)s
             WHERE p.is_child AND p.active
               AND p.birthdate_date > current_date - interval '3 years'
               AND EXTRACT(month FROM p.birthdate_date) = 3"""
    both = f"SELECT p.*, count(*) OVER () {bare} ORDER BY p.complete_name LIMIT {PAGE}"
    what = f"list of {number:,} children: under 3, March, North"
    view = env.ref("client_base_retention.res_partner_view_list_children")
    names = names_of(view)
    beside(
        table,
        what,
        page_of(env, "res.partner", [*among, *asked], None, names),
        sql(env, both, branch=north.id),
        "page and count, SQL",
    )
    of_child = [
        ("child_age", "<", 3),
        ("child_birth_month", "=", "03"),
        ("child_branch_ids", "in", north.id),
    ]
    own = f"""SELECT c.*, count(*) OVER () FROM client_card c
               WHERE partner_id IN (SELECT p.commercial_partner_id {bare})
                 AND c.company_id = %(company)s AND c.active IS TRUE
            ORDER BY turnover DESC, id LIMIT {PAGE}"""
    beside(
        table,
        f"list of their {number:,} clients",
        page_of(env, "client.card", of_child),
        sql(env, own, branch=north.id),
        "page and count, SQL",
    )
    beside(
        table,
        "all of them opened",
        fresh(env, lambda: partners.search([*among, *asked]).read(told)),
        sql(env, f"SELECT p.* {bare}", branch=north.id),
        "their rows, SQL",
    )


def people(env, table):
    """Clients found by a child's name and by a personal telephone; names that carry
    the children."""
    cards = env["client.card"]
    env.cr.execute("SELECT max(name) FROM res_partner WHERE is_child")
    (child,) = env.cr.fetchone()
    env.cr.execute(
        """SELECT personal_phone FROM res_partner WHERE personal_phone IS NOT NULL
         ORDER BY id DESC LIMIT 1"""
    )
    (phone,) = env.cr.fetchone()
    usual = page_of(env, "client.card", [("contact_search", "ilike", "Person 77771")])
    note = "a search by a person's name"
    for what, words in (("name of a child", child), ("personal telephone", phone)):
        beside(
            table,
            f"search: {what}",
            page_of(env, "client.card", [("contact_search", "ilike", words)]),
            usual,
            note,
        )
    partners = env["res.partner"]
    beside(
        table,
        "who calls: a personal telephone",
        fresh(env, lambda: partners.search([("phone_mobile_search", "ilike", phone)])),
        fresh(env, lambda: partners.search([("phone", "ilike", phone)])),
        "a search by part of the telephone",
    )
    some = cards.search([("partner_id.client_child_ids", "!=", False)], limit=NAMES)
    ids = some.partner_id.ids
    named = partners.with_context(client_children=True).browse(ids)
    beside(
        table,
        f"names of {len(ids):,} clients with their children",
        fresh(env, lambda: named.mapped("display_name")),
        fresh(env, lambda: partners.browse(ids).mapped("display_name")),
        "their names alone",
    )


def remarks(env, table):
    """Who mentioned sharpening."""
    env.cr.execute("SELECT count(*) FROM client_remark")
    (number,) = env.cr.fetchone()
    bare = """FROM client_remark WHERE company_id = %(company)s
               AND text ILIKE '%%sharpening%%'"""
    beside(
        table,
        f"{number:,} remarks searched for a word",
        page_of(env, "client.remark", [("text", "ilike", "sharpening")]),
        sql(env, f"SELECT *, count(*) OVER () {bare} ORDER BY date DESC LIMIT {PAGE}"),
        "page and count, SQL",
    )
    beside(
        table,
        "clients who mentioned it",
        page_of(env, "client.card", [("remark_search", "ilike", "sharpening")]),
        sql(
            env,
            f"""SELECT *, count(*) OVER () FROM client_card WHERE partner_id IN (
                SELECT partner_id {bare}) AND company_id = %(company)s
                 ORDER BY turnover DESC LIMIT {PAGE}""",
        ),
        "page and count, SQL",
    )
    beside(
        table,
        "list of dissatisfied clients",
        page_of(env, "client.card", [("is_dissatisfied", "=", True)]),
        page_of(env, "client.card"),
        "the first page of the client list",
    )


# ------------------------------------------------------------------------ one client


def history(env, table, documents):
    """The page *History* of a client with 5,000 documents and of one with 50."""
    lines = env["client.history.line"]
    many, few = (
        page_of(env, "client.history.line", [("partner_id", "=", client)])
        for client in documents
    )
    numbers = [lines.search_count([("partner_id", "=", c)]) for c in documents]
    what = f"history of a client with {numbers[0]:,} documents"
    beside(table, what, many, few, f"that of one with {numbers[1]:,}")
    bare = f"""SELECT * FROM sale_order WHERE partner_id = %(client)s
            ORDER BY date_order DESC LIMIT {PAGE}"""
    what = f"history of a client with {numbers[1]:,} documents"
    beside(table, what, few, sql(env, bare, client=documents[1]), "his orders, SQL")


def form(env, table, client):
    """The form of a contact, for a user with a role and for one without: as Odoo has
    it. Times of the second and later openings."""
    sales = [
        env.ref(name).id
        for name in (
            "sales_team.group_sale_salesman_all_leads",
            "account.group_account_invoice",
        )
    ]
    role = env.ref("client_base_retention.group_client_all").id
    users = env["res.users"].with_context(no_reset_password=True)
    sides = []
    for login, groups in (("with_role", [*sales, role]), ("without_role", sales)):
        values = {"name": login, "login": login, "group_ids": [Command.set(groups)]}
        user = users.create(values)
        # New users get a role by themselves.
        user.group_ids = [Command.set(groups)]
        own = env(user=user.id)
        contact = own["res.partner"].browse(client)
        names = specification(own["res.partner"], "form")
        sides.append(fresh(own, lambda c=contact, n=names: c.web_read(n)))
    beside(table, "opening a contact", *sides, "the same without the addon's fields")
    env.cr.rollback()
    env.invalidate_all(flush=False)


def best(env, table):
    """What the best have in common, of all active clients."""
    wizard = env["client.best.compare"].create({})
    bare = """SELECT p.city, p.segment_id, p.is_company, c.abc_class, count(*)
                FROM client_card c JOIN res_partner p ON p.id = c.partner_id
               WHERE c.company_id = %(company)s AND c.status = 'active'
            GROUP BY GROUPING SETS ((1, 4), (2, 4), (3, 4))"""
    beside(
        table,
        "what the best have in common",
        fresh(env, lambda: wizard.line_ids),
        sql(env, bare),
        "three of its features, SQL",
        times=3,
    )


def leads(env, table):
    """New leads of an import become prospects."""
    values = [
        {
            "name": f"Lead {number}",
            "type": "lead",
            "contact_name": f"New Person {number}",
            "email_from": f"lead{number}@new.example.com",
            "phone": f"+1666{number:07}",
        }
        for number in range(LEADS)
    ]
    contacts = [
        {"name": f"Contact {n}", "email": f"c{n}@plain.example.com", "phone": f"+1{n}"}
        for n in range(LEADS)
    ]
    seconds, queries = {}, {}
    for prospects in (False, True):
        env.company.sudo().client_lead_prospects = prospects
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count

        def create(prospects=prospects):
            env["crm.lead"].create(values)
            if not prospects:
                env["res.partner"].create(contacts)
            env.flush_all()

        with env.cr.savepoint() as point:
            seconds[prospects] = timed(create)
            queries[prospects] = env.cr.sql_log_count - before
            point.rollback()
    note = f"Odoo makes both ({queries[True]:,} and {queries[False]:,} queries)"
    what = f"{LEADS:,} leads that become prospects"
    table.add(what, seconds[True], seconds[False], note)
    env.cr.rollback()
    env.invalidate_all(flush=False)
