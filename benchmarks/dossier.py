"""Dossiers: what of them is derived, growth, boards and filters over portraits."""

import contextlib
from collections import Counter
from functools import wraps
from unittest.mock import patch

from asking import beside, fresh, names_of, page_of, sql
from cases import PAGE
from clock import timed
from dossier_pages import pages
from generate import vacuum
from generate_dossier import generate_dossier

from odoo import SUPERUSER_ID
from odoo.tools import SQL

PHASES = {
    "purchases": ("client.card", "_derive_standing"),
    "potential by formula": ("client.card", "_derive_potential"),
    "loyalty": ("client.card", "_derive_loyalty"),
    "products of the segments": ("client.growth.product", "_derive_products"),
}


def dossier(env, table):
    """All about dossiers, in a base that has had none so far."""
    system = env(user=SUPERUSER_ID, context={})
    documents = generate_dossier(system, env.company)
    phases(system, env.company, table)
    regularity(system, env.company, table)
    growth(env, table)
    portraits(env, table)
    pages(env, table, documents)


# ---------------------------------------------------------------------------- phases


def phases(env, company, table):
    """The derivation of all clients: the first with dossiers, and an unchanged one;
    what the dossiers add to it beside the purchases."""
    today = company._client_today()
    for name in ("first", "nothing changed"):
        spent = Counter()
        with stopwatch(env, spent):
            whole = timed(lambda: env["client.card"]._derive_company(company, today))
        spent["purchases"] -= spent["potential by formula"]
        added = sum(spent.values()) - spent["purchases"]
        what = "the same without what the dossiers add"
        table.add(f"all derived with dossiers, {name}", whole, whole - added, what)
        for phase in PHASES:
            if phase != "purchases":
                note = "the phase of the purchases"
                table.add(f"{phase}, {name}", spent[phase], spent["purchases"], note)
        env.cr.commit()
        vacuum(env.cr, "client_card", "res_partner", "client_growth_product")


@contextlib.contextmanager
def stopwatch(env, spent):
    """Add the seconds that the methods of ``PHASES`` take to ``spent``."""
    with contextlib.ExitStack() as stack:
        for phase, (model, method) in PHASES.items():
            owner = type(env[model])
            original = getattr(owner, method)
            stack.enter_context(
                patch.object(owner, method, clocked(original, phase, spent))
            )
        yield


def clocked(original, phase, spent):
    """The method with its seconds added up."""

    @wraps(original)
    def method(self, *arguments, **options):
        found = []
        spent[phase] += timed(
            lambda: found.append(original(self, *arguments, **options))
        )
        return found[0]

    return method


def regularity(env, company, table):
    """Reading the figures of a batch of clients, with XYZ and with none."""
    cards = next(env["client.card"]._batches(company))
    today, owner = company._client_today(), type(cards)
    rules = cards._rules(company)

    def read():
        figures = cards._standing_figures(company, today, rules)
        env.cr.execute(SQL("WITH %s SELECT count(*) FROM figure", figures))

    def nothing():
        empty = SQL("NULL::date[] AS xyz_days, NULL::numeric[] AS xyz_amounts")
        none = SQL("SELECT NULL::integer AS months, NULL AS class, 0.0 AS variation")
        with (
            patch.object(owner, "_xyz_bought", lambda self: empty),
            patch.object(owner, "_xyz_regularity", lambda self, paused: none),
        ):
            read()

    what = f"figures of {len(cards):,} clients with regularity (XYZ)"
    beside(table, what, read, nothing, "the same figures without it")


# ---------------------------------------------------------------------------- growth


def growth(env, table):
    """Hints for one client and for a page, the list of growth points, the boards."""
    cards = env["client.card"]
    domain = ["|", ("potential_missing", ">", 0), ("potential_level", "=", "high")]
    domain = [*domain, ("is_growth_point", "=", True)]
    order = "potential_missing desc, id"
    names = names_of(env.ref("client_base_retention.client_card_view_list_growth"))
    with_hints = page_of(env, "client.card", domain, order, names)
    clients = page_of(env, "client.card")
    note = "the first page of the client list"
    beside(table, "list of growth points, with hints", with_hints, clients, note)
    names = {name: how for name, how in names.items() if name != "growth_hint"}
    bare = page_of(env, "client.card", domain, order, names)
    beside(table, "list of growth points, no hints", bare, clients, note)
    found = cards.search(domain, order=order, limit=PAGE)
    name = fresh(env, lambda: found.mapped("partner_id.display_name"))
    for some in (found[:1], found):
        beside(
            table,
            f"hints for {len(some)} clients",
            fresh(env, lambda some=some: some.mapped("growth_hint")),
            name,
            "the names of 80 clients",
        )
    groups = "GROUP BY 1, 2"
    where = "FROM client_card WHERE company_id = %(company)s AND active IS TRUE"
    for second in ("potential_level", "xyz_class"):
        beside(
            table,
            f"class × {second}",
            fresh(
                env,
                lambda second=second: cards.formatted_read_group(
                    [], ["abc_class", second], ["__count", "turnover:sum"]
                ),
            ),
            sql(
                env,
                f"SELECT abc_class, {second}, count(*), sum(turnover) {where} {groups}",
            ),
            "the same groups, SQL",
        )
    beside(
        table,
        "list by loyalty",
        page_of(env, "client.card", order="loyalty_score desc, id"),
        clients,
        note,
    )


def portraits(env, table):
    """Clients by answers, beside an ordinary column of the contact."""
    cards = env["client.card"]

    def count(*domain):
        return fresh(env, lambda: cards.search_count(list(domain)))

    ordinary = count(("partner_id.city", "=", "City 7"))
    note = "a filter on the city"
    for what, name, operator, value in (
        ("a number", "sales_area", ">", 490),
        ("a choice", "price_segment", "=", "premium"),
    ):
        beside(
            table,
            f"filter on {what} of the portrait",
            count((f"profile_properties.{name}", operator, value)),
            ordinary,
            note,
        )
    page = [("profile_properties.sales_area", ">", 490)]
    beside(
        table,
        "list filtered by a number of the portrait",
        page_of(env, "client.card", page),
        page_of(env, "client.card", [("partner_id.city", "=", "City 7")]),
        "the list filtered by city",
    )

    def groups(name):
        return fresh(env, lambda: cards.formatted_read_group([], [name], ["__count"]))

    beside(
        table,
        "groups by a choice of the portrait",
        groups("profile_properties.price_segment"),
        groups("segment_id"),
        "groups by segment",
    )
