"""Norms, contacts and what is due, each beside bare SQL or plain Odoo."""

import contextlib
import statistics
from datetime import timedelta
from unittest.mock import patch

from cases import AGGREGATE, COUNTED, PAGE, fields_of
from clock import median, timed
from generate import generate_contacts, vacuum

from odoo import SUPERUSER_ID, fields

EVENTS = 120
# The last contact of each kind, the norm that holds for each card and kind, and the day
# it is due: the least that a derivation of the norms has to compute.
DUE = """
    SELECT DISTINCT ON (c.id, r.kind) c.id, r.kind, r.id AS rule_id,
           (COALESCE(CASE r.kind
                WHEN 'call' THEN GREATEST(t.call, t.meeting)
                WHEN 'meeting' THEN t.meeting WHEN 'email' THEN t.email
                WHEN 'message' THEN t.message
                ELSE GREATEST(t.call, t.meeting, t.email, t.message) END::date,
                GREATEST(c.last_purchase_date, c.entry_date))
            + make_interval(
                months => CASE r.interval_unit WHEN 'month' THEN r.interval_count
                               ELSE 0 END,
                days => CASE r.interval_unit WHEN 'day' THEN r.interval_count
                             WHEN 'week' THEN 7 * r.interval_count ELSE 0 END)
           )::date AS due
      FROM client_card c
 LEFT JOIN (SELECT card_id, max(date) FILTER (WHERE kind = 'call') AS call,
                   max(date) FILTER (WHERE kind = 'meeting') AS meeting,
                   max(date) FILTER (WHERE kind = 'email') AS email,
                   max(date) FILTER (WHERE kind = 'message') AS message
              FROM client_touchpoint WHERE outcome = 'reached'
          GROUP BY card_id) AS t ON t.card_id = c.id
      JOIN client_contact_rule r ON r.policy_id = c.policy_id AND r.status = c.status
       AND (r.abc_class IS NULL OR r.abc_class = c.abc_class)
       AND (r.potential_level IS NULL OR r.potential_level = c.potential_level)
       AND (r.is_newcomer IS NOT TRUE OR c.newcomer_until >= CURRENT_DATE)
     WHERE c.company_id = %(company)s AND c.active IS TRUE
  ORDER BY c.id, r.kind, r.is_newcomer DESC NULLS LAST, r.abc_class IS NULL,
           r.potential_level IS NULL, r.sequence, r.id"""
DUE_COUNT = f"SELECT count(*), min(due) FROM ({DUE}) AS due"


def contacts(env, table):
    """All about contacts, in a base that has had none so far."""
    system = env(user=SUPERUSER_ID, context={})
    seller = generate_contacts(system, env.company)
    due_dates(system, env.company, table)
    own = env(user=seller)
    mine = [("user_id", "=", seller.id)]
    overdue(own, table, "a salesperson of 500", mine, f"user_id = {seller.id}")
    overdue(env, table, "the head", [], "TRUE")
    for user in (seller, env["res.users"].search([("login", "=", "seller0")])):
        my_day(env(user=user), table)
    tasks(env, table)
    done_activities(own, table)
    sent_messages(own, table)
    logged(own, table)


# ------------------------------------------------------------------------- derivation


def due_dates(env, company, table):
    """The derivation of the norms of all clients: the first, an unchanged, a wave."""
    cr, today = env.cr, company._client_today()
    cards = env["client.card"]

    def run():
        cards._derive_contacts_company(company, today)

    def bare():
        cr.execute(DUE_COUNT, {"company": company.id})

    def night():
        cards._cron_derive()
        cr.commit()

    what = "last contacts and due dates, SQL"
    limit = median(bare, 3)
    table.add("norms of all, first", timed(run), limit, what)
    cr.commit()
    vacuum(cr, "client_card", "client_obligation")
    limit = min(limit, median(bare, 3))
    seconds = timed(run)
    note = f"{what} ({written(cr):.0f} rows written)"
    table.add("norms of all, nothing changed", seconds, limit, note)
    cr.commit()
    night()
    vacuum(cr, "client_card", "client_transition")
    limit += median(lambda: cr.execute(AGGREGATE), 3)
    what = "the same and the aggregate over the orders"
    table.add("scheduled action, nothing changed", timed(night), limit, what)
    first_round(env, company, today, table)


def written(cr):
    """Rows of cards and norms that this transaction has written."""
    cr.execute(
        """SELECT sum(number) FROM (
           SELECT count(*) AS number FROM client_card
            WHERE write_date = now() AT TIME ZONE 'UTC'
        UNION ALL
           SELECT count(*) FROM client_obligation
            WHERE write_date = now() AT TIME ZONE 'UTC') AS changed"""
    )
    return cr.fetchone()[0]


def first_round(env, company, today, table):
    """With a start date: the order of the first round is cut, and all get their day."""
    cr, cards = env.cr, env["client.card"]
    cr.execute(
        "UPDATE client_policy SET start_date = %s WHERE is_preset IS NOT TRUE",
        [today + timedelta(days=7)],
    )
    limit = median(lambda: cr.execute(DUE_COUNT, {"company": company.id}), 3)
    what = "due dates without a first round, SQL"
    cut = timed(lambda: cards._cut_waves(company, today))
    table.add("first round: the order is cut", cut, limit, what)
    given = timed(lambda: cards._derive_contacts_company(company, today))
    table.add("first round: the days are given", given, limit, what)
    cr.rollback()
    env.invalidate_all(flush=False)


# ------------------------------------------------------------------------------ lists


def late_column(env):
    """The column of a card that tells since when it is overdue."""
    named = "contact_late_date" in env["client.card"]._fields
    return "contact_late_date" if named else "next_contact_date"


def overdue(env, table, who, domain, condition):
    """The list of the overdue clients among some, and how many of them stand how."""
    cards, late = env["client.card"], late_column(env)
    specification = fields_of(cards, "list")
    condition = f"company_id = {env.company.id} AND active IS TRUE AND {condition}"

    def page():
        env.invalidate_all()
        cards.web_search_read(
            [*domain, ("contact_state", "=", "overdue")],
            specification,
            limit=PAGE,
            count_limit=COUNTED,
        )

    def bare_page():
        where = f"FROM client_card WHERE {condition} AND {late} < CURRENT_DATE"
        env.cr.execute(f"SELECT * {where} ORDER BY turnover DESC, id LIMIT {PAGE}")
        env.cr.fetchall()
        env.cr.execute(f"SELECT count(*) FROM (SELECT {where} LIMIT {COUNTED}) AS c")

    def groups():
        env.invalidate_all()
        cards.web_read_group(domain, ["contact_state"], ["turnover:sum"])

    def bare_groups():
        env.cr.execute(
            f"""SELECT CASE WHEN next_contact_date IS NULL THEN 'none'
                            WHEN {late} < CURRENT_DATE THEN 'overdue'
                            WHEN warn_date <= CURRENT_DATE THEN 'soon' ELSE 'ok' END,
                       count(*), sum(turnover)
                  FROM client_card WHERE {condition} GROUP BY 1"""
        )

    for what, call, compare, note in (
        ("list: overdue", page, bare_page, "page and count, SQL"),
        ("groups by the norm", groups, bare_groups, "the same groups, SQL"),
    ):
        call()
        compare()
        table.add(f"{what}, {who}", median(call), median(compare), note)


def my_day(env, table):
    """All that a salesperson owes his clients today."""
    if "client.my.day" not in env:
        print("bench: *My day* is not there yet: skipped", flush=True)
        return
    user = env.user
    env.cr.execute(
        "SELECT count(*) FROM client_card WHERE user_id = %s AND active IS TRUE",
        [user.id],
    )
    (clients,) = env.cr.fetchone()

    def day():
        env.invalidate_all()
        env["client.my.day"].get_day()

    def bare():
        env.cr.execute(
            f"""SELECT c.*, p.* FROM client_card c JOIN res_partner p
                    ON p.id = c.partner_id
                 WHERE c.company_id = %(company)s AND c.active IS TRUE
                   AND (c.user_id = %(user)s
                        AND (c.{late_column(env)} < CURRENT_DATE
                             OR c.warn_date <= CURRENT_DATE
                             OR c.late_date < CURRENT_DATE)
                        OR c.partner_id IN (
                            SELECT client_id FROM mail_activity
                             WHERE user_id = %(user)s AND active
                               AND date_deadline <= CURRENT_DATE))
              ORDER BY c.abc_class, c.turnover DESC LIMIT {PAGE}""",
            {"company": env.company.id, "user": user.id},
        )
        env.cr.fetchall()

    day()
    bare()
    what = f"*My day* of a salesperson of {clients:,}"
    table.add(what, median(day), median(bare), "clients of the day, SQL")


def tasks(env, table):
    """Planning the activities of a morning, and once more with nothing left to plan."""
    env = env(user=SUPERUSER_ID)
    cards = env["client.card"]
    if not hasattr(cards, "_plan_tasks"):
        print("bench: planning of tasks is not there yet: skipped", flush=True)
        return

    def plan():
        cards._plan_tasks()
        env.flush_all()

    def bare():
        # Of each user as many as he may get a day, the best clients first.
        env.cr.execute(
            """SELECT * FROM (
               SELECT o.id, c.user_id, pol.daily_task_limit, row_number() OVER (
                      PARTITION BY c.user_id
                          ORDER BY array_position(ARRAY['vip', 'a', 'b', 'c'],
                                                  c.abc_class::text),
                                   o.due_date, c.turnover DESC) AS place
                 FROM client_obligation o
                 JOIN client_card c ON c.id = o.card_id
                 JOIN client_contact_rule r ON r.id = o.rule_id
                 JOIN client_policy pol ON pol.id = c.policy_id
                WHERE c.active IS TRUE AND c.company_id = %s
                  AND o.due_date - COALESCE(NULLIF(r.warning_days, 0),
                                            pol.warning_days) <= CURRENT_DATE
                  AND NOT EXISTS (SELECT FROM mail_activity a
                                   WHERE a.client_obligation_id = o.id AND a.active)
               ) AS due WHERE place <= daily_task_limit""",
            [env.company.id],
        )
        env.cr.fetchall()

    bare()
    limit, what = median(bare, 3), "the first due of each user, SQL"
    before = env["mail.activity"].search_count([("is_client_norm", "=", True)])
    seconds = timed(plan)
    made = env["mail.activity"].search_count([("is_client_norm", "=", True)]) - before
    table.add(f"planning {made} tasks of a morning", seconds, limit, what)
    table.add("planning, nothing to plan", median(plan, 3), limit, what)
    env.cr.rollback()
    env.invalidate_all(flush=False)


# ----------------------------------------------------------------------------- events


@contextlib.contextmanager
def unnoticed(env):
    """As if the addon neither noticed contacts nor derived from them."""
    with contextlib.ExitStack() as stack:
        for model, method in (
            ("mail.activity", "_client_notice"),
            ("mail.message", "_client_notice"),
            ("client.card", "_touch_clients"),
        ):
            quiet = patch.object(type(env[model]), method, nothing)
            stack.enter_context(quiet)
        yield


def nothing(records, *arguments, **options):
    """In place of what the addon does; no contact arises."""
    return records.env["client.touchpoint"].sudo().browse()


def in_turns(env, records, act):
    """Medians of seconds and queries of ``act``: with the addon, and without.

    Each begins with nothing in the cache, as a request does.

    :return: ``(seconds, queries)`` with it, ``(seconds, queries)`` without
    """
    seconds, queries = {True: [], False: []}, {True: [], False: []}
    for number, record in enumerate(records):
        hooked = bool(number % 2)
        with contextlib.nullcontext() if hooked else unnoticed(env):
            env.invalidate_all()
            record = record.browse(record.id)
            before = env.cr.sql_log_count
            seconds[hooked].append(timed(lambda r=record: (act(r), env.flush_all())))
            queries[hooked].append(env.cr.sql_log_count - before)
    median_of = statistics.median
    return [(median_of(seconds[h]), median_of(queries[h])) for h in (True, False)]


def compare(env, table, what, records, act):
    """Add what an event takes to the table, and take it back."""
    (hooked, more), (plain, less) = in_turns(env, records, act)
    note = f"the same without the addon ({more:.0f} and {less:.0f} queries)"
    table.add(what, hooked, plain, note)
    env.cr.rollback()
    env.invalidate_all(flush=False)


def own_clients(env):
    """Clients of the user with norms, two for each measurement."""
    domain = [("user_id", "=", env.uid), ("next_contact_date", "!=", False)]
    return env["client.card"].search(domain, limit=2 * EVENTS, order="id").partner_id


def done_activities(env, table):
    """A call is done: its activity is completed from the chatter."""
    clients = own_clients(env)
    activities = env["mail.activity"].create(
        [
            {
                "res_model_id": env["ir.model"]._get_id("res.partner"),
                "res_id": client.id,
                "activity_type_id": env.ref("mail.mail_activity_data_call").id,
                "user_id": env.uid,
            }
            for client in clients
        ]
    )
    env.flush_all()
    compare(
        *(env, table, "completing an activity", activities),
        lambda activity: activity.action_feedback(feedback="He will order soon"),
    )


def sent_messages(env, table):
    """An e-mail is written to a client in his chatter; none leaves."""
    # Without the thread that sends e-mails after the transaction.
    quiet = env(context=env.context | {"mail_notify_force_send": False})
    clients = own_clients(quiet)

    def send(client):
        client.message_post(
            body="Good day",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=client.ids,
        )

    compare(quiet, table, "sending a message", clients, send)


def logged(env, table):
    """A contact is typed in."""
    cards = env["client.card"].search(
        [("user_id", "=", env.uid), ("next_contact_date", "!=", False)],
        limit=2 * EVENTS,
        order="id",
    )

    def log(card):
        values = {"partner_id": card.partner_id.id, "company_id": env.company.id}
        env["client.touchpoint"].create(values | {"date": fields.Datetime.now()})

    compare(env, table, "recording a contact", cards, log)
    if hasattr(cards, "log_contact"):
        compare(
            *(env, table, "*Log a contact*: reached", cards),
            lambda card: card.log_contact("reached", note="All is well"),
        )
