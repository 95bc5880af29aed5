"""What is measured, each beside its limit, in one process and database."""

import random
import statistics
from unittest.mock import patch

from clock import median, timed
from generate import vacuum
from lxml import etree

from odoo.tools import SQL

PAGE = 80
COUNTED = 10_001
DOCUMENTS = 120
# Every client's number, turnover, first and last purchase: the least that a derivation
# has to read.
AGGREGATE = """
    SELECT count(*), sum(turnover) FROM (
        SELECT o.company_id, p.commercial_partner_id, min(o.date_order),
               max(o.date_order), count(*) FILTER (WHERE o.amount_untaxed > 0),
               sum(o.amount_untaxed / o.currency_rate) FILTER (
                   WHERE o.date_order > now() - interval '12 months') AS turnover
          FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
         WHERE o.state = 'sale'
      GROUP BY 1, 2) AS client
"""


def derive(env):
    """The clients as a night leaves them."""
    env["client.card"]._cron_derive()
    env.cr.commit()
    vacuum(env.cr, "client_card", "res_partner", "client_transition")


def nightly(env, table, size):
    """The derivation of all clients, the first and an unchanged one."""
    times = 3 if size <= 100_000 else 1
    cr, cards = env.cr, env["client.card"]

    def derive():
        cards._derive_all()
        env.flush_all()

    def night():
        env["client.card"]._cron_derive()
        cr.commit()

    limit = median(lambda: cr.execute(AGGREGATE), 3)
    what = "the SQL aggregate over the same orders"
    table.add("`_derive_all`, first", timed(derive), limit, what)
    cr.rollback()
    env.invalidate_all(flush=False)
    vacuum(cr, "client_card", "res_partner", "client_transition")
    table.add("scheduled action, first", timed(night), limit, what)
    vacuum(cr, "client_card", "res_partner", "client_transition")
    limit = min(limit, median(lambda: cr.execute(AGGREGATE), 3))
    table.add("`_derive_all`, nothing changed", median(derive, times), limit, what)
    cr.commit()
    table.add("scheduled action, nothing changed", median(night, times), limit, what)


def fields_of(model, view_type):
    """Read specification of a view, as the web client sends it."""
    arch = etree.fromstring(model.get_view(view_type=view_type)["arch"])
    names = {node.get("name") for node in arch.iter("field")}
    return {
        name: {"fields": {"display_name": {}}}
        if model._fields[name].type == "many2one"
        else {}
        for name in names
    }


def bare(env, condition="TRUE", order="turnover DESC, id"):
    """The first page of cards and their number, by SQL alone."""

    def run():
        env.cr.execute(
            f"""SELECT * FROM client_card WHERE company_id = %s AND active IS TRUE
                   AND {condition} ORDER BY {order} LIMIT {PAGE}""",
            [env.company.id],
        )
        env.cr.fetchall()
        env.cr.execute(
            f"""SELECT count(*) FROM (SELECT FROM client_card WHERE company_id = %s
                   AND active IS TRUE AND {condition} LIMIT {COUNTED}) AS counted""",
            [env.company.id],
        )

    return run


def lists(env, table):
    """The client list: first page of all fields, and the number of clients."""
    cards = env["client.card"]
    specification = fields_of(cards, "list")
    seller = env["res.users"].search([("login", "=", "seller0")]).id
    late = "late_date < CURRENT_DATE AND risk_date >= CURRENT_DATE"
    for what, domain, condition, order in (
        ("all clients", [], "TRUE", None),
        ("class A", [("abc_class", "=", "a")], "abc_class = 'a'", None),
        ("late with purchase", [("purchase_state", "=", "late")], late, None),
        ("of one salesperson", [("user_id", "=", seller)], f"user_id = {seller}", None),
        ("by last purchase", [], "TRUE", "last_purchase_date DESC, id"),
    ):

        def read(domain=domain, order=order):
            env.invalidate_all()
            cards.web_search_read(
                domain, specification, limit=PAGE, order=order, count_limit=COUNTED
            )

        read()
        compare = bare(env, condition, order or "turnover DESC, id")
        compare()
        table.add(f"list: {what}", median(read), median(compare), "page and count, SQL")


def boards(env, table):
    """The kanban by class: counts, sums, first cards of each column, progress bars."""
    cards = env["client.card"]
    specification = fields_of(cards, "kanban")

    def board():
        env.invalidate_all()
        cards.with_context(read_group_expand=True).web_read_group(
            [],
            ["abc_class"],
            ["turnover:sum"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=PAGE,
        )

    def bars():
        env.invalidate_all()
        colours = dict.fromkeys(("at_risk", "late", "on_time", "none"), "muted")
        cards.read_progress_bar(
            [], "abc_class", {"field": "purchase_state", "colors": colours}
        )

    def group(columns):
        env.cr.execute(
            f"""SELECT {columns}, count(*), sum(turnover) FROM client_card
                 WHERE company_id = %s AND active IS TRUE GROUP BY {columns}""",
            [env.company.id],
        )

    def bare_board():
        group("abc_class")
        for name in ("vip", "a", "b", "c"):
            env.cr.execute(
                f"""SELECT * FROM client_card WHERE company_id = %s AND active IS TRUE
                       AND abc_class = %s ORDER BY turnover DESC, id LIMIT {PAGE}""",
                [env.company.id, name],
            )
            env.cr.fetchall()

    def bare_bars():
        group("abc_class, late_date < CURRENT_DATE, risk_date < CURRENT_DATE")

    for what, function, compare in (
        ("kanban by class", board, bare_board),
        ("progress bars of the kanban", bars, bare_bars),
    ):
        function()
        compare()
        table.add(what, median(function), median(compare), "the same groups, SQL")


def searches(env, table):
    """One client found by his person's name, and why he has his class."""
    cards = env["client.card"]
    size = cards.search_count([])
    words = f"Person {size // 3 | 1}"
    specification = fields_of(cards, "list")

    def search():
        env.invalidate_all()
        domain = [("contact_search", "ilike", words)]
        cards.web_search_read(domain, specification, limit=PAGE, count_limit=COUNTED)

    names = ("complete_name", "email", "phone", "ref", "vat")
    matches = " OR ".join(f"unaccent({n}) ILIKE unaccent(%(like)s)" for n in names)
    if not env.registry.has_unaccent:
        matches = matches.replace("unaccent", "")

    def bare_search():
        env.cr.execute(
            f"""SELECT * FROM client_card WHERE company_id = %(company)s
                   AND partner_id IN (SELECT commercial_partner_id
                                        FROM res_partner WHERE {matches})
              ORDER BY turnover DESC, id LIMIT {PAGE}""",
            {"company": env.company.id, "like": f"%{words}%"},
        )

    search()
    bare_search()
    table.add(
        "list: telephone, name, e-mail",
        *(median(search), median(bare_search)),
        "the same search, SQL",
    )
    domain = [("abc_class", "=", "b"), ("status", "=", "active")]
    card = cards.search(domain, limit=1, offset=10)

    def why():
        env.invalidate_all()
        card.read(["class_reason", "status_reason"])

    def bare_why():
        env.cr.execute(
            """SELECT sum(turnover), sum(turnover) FILTER (WHERE turnover > %s)
                 FROM client_card
                WHERE company_id = %s AND policy_id = %s AND active IS TRUE
                  AND status = 'active' AND turnover > 0""",
            [card.turnover, card.company_id.id, card.policy_id.id],
        )

    why()
    table.add("*Why?* of one client", median(why), median(bare_why), "his share, SQL")


def one_by_one(env, documents, act):
    """Median seconds and queries of `act` on documents, with and without the addon.

    Taken in turns, so that whatever else the machine does meets both alike.
    """
    seconds, queries = {True: [], False: []}, {True: [], False: []}
    deriver = type(env["client.card"])
    for number, document in enumerate(documents):
        hooked = bool(number % 2)
        silent = patch.object(deriver, "_touch", lambda self, pairs: None)
        if not hooked:
            silent.start()
        before = env.cr.sql_log_count
        seconds[hooked].append(timed(lambda d=document: (act(d), env.flush_all())))
        queries[hooked].append(env.cr.sql_log_count - before)
        if not hooked:
            silent.stop()
    return [
        (statistics.median(seconds[hooked]), statistics.median(queries[hooked]))
        for hooked in (True, False)
    ]


def events(env, table):
    """Confirming an order and posting an invoice of a client with ten purchases."""
    clients = env["client.card"].search([("purchase_count", ">", 5)], limit=5000)
    chosen = random.Random(19).sample(clients.partner_id.ids, 2 * DOCUMENTS)
    product = env["product.product"].search([("default_code", "=", "CDNOW")])
    line = [(0, 0, {"product_id": product.id, "price_unit": 100})]
    orders = env["sale.order"].create(
        [{"partner_id": partner, "order_line": line} for partner in chosen]
    )
    env.flush_all()
    for what, documents, act in (
        ("confirming an order", orders, lambda order: order.action_confirm()),
        ("posting an invoice", None, lambda invoice: invoice.action_post()),
    ):
        if documents is None:
            # In this transaction only, and without the derivation it asks for.
            env.cr.execute(
                SQL(
                    "UPDATE res_company SET client_purchase_source = 'invoice'"
                    " WHERE id = %s",
                    env.company.id,
                )
            )
            env.company.invalidate_recordset()
            documents = orders._create_invoices(grouped=False)
            env.flush_all()
        (hooked, more), (plain, less) = one_by_one(env, documents, act)
        note = f"the same without the hook ({more:.0f} and {less:.0f} queries)"
        table.add(what, hooked, plain, note)
    env.cr.rollback()
    env.invalidate_all(flush=False)
