"""The month of compliance of all clients, beside the least that it has to compute."""

import statistics

from clock import median, timed
from dateutil.relativedelta import relativedelta
from generate import generate_contacts, vacuum

from odoo import SUPERUSER_ID

# How the norms stand on one day, by salesperson: no overdue days, no former states.
STANDING = """
    SELECT user_id, count(*), count(*) FILTER (WHERE late_date < %(last)s),
           count(*) FILTER (WHERE last_contact_date >= %(first)s)
      FROM client_obligation
     WHERE company_id = %(company)s
       AND (due_date <= %(last)s OR last_contact_date >= %(first)s)
  GROUP BY user_id"""
# So many clients are derived in one go.
CLIENTS = 10_000
# In turns with and without states to keep, each so often.
TURNS = 3
CALLED = """
    INSERT INTO client_touchpoint (card_id, partner_id, company_id, user_id, date,
                                   kind, direction, outcome)
    SELECT id, partner_id, company_id, user_id,
           now() AT TIME ZONE 'UTC' - interval '1 minute', 'call', 'out', 'reached'
      FROM client_card WHERE id = ANY(%(cards)s)"""
GIVEN = """
    UPDATE client_card SET user_id = %(user)s, user_is_manual = TRUE
     WHERE id = ANY(%(cards)s)"""


def control(env, table):
    """Closing a month and measuring the present one."""
    env = env(user=SUPERUSER_ID, context={})
    company, cr = env.company, env.cr
    if not count(cr, "client_touchpoint"):
        generate_contacts(env, company)
        env["client.card"]._derive_contacts_company(company, company._client_today())
    today = company._client_today()
    last_year = today - relativedelta(years=1)
    company.client_start_date = last_year
    # As if states had been kept for a year.
    cr.execute("UPDATE client_obligation SET since = %s", [last_year])
    before = today.replace(day=1) - relativedelta(months=1)
    env["client.compliance.month"].create(
        {
            "company_id": company.id,
            "month": before - relativedelta(months=1),
            "state": "closed",
        }
    )
    cr.commit()
    vacuum(cr, "client_obligation", "client_obligation_past", "client_touchpoint")
    states(env, company, today, table)
    months(env, company, today, before, table)


def states(env, company, today, table):
    """All clients of a batch are called, and given to somebody else: their norms as
    they stood are kept. Beside it the same where nothing was recorded before, and so
    nothing is kept."""
    cr = env.cr
    cr.execute(
        """SELECT id FROM client_card WHERE company_id = %s AND active IS TRUE
         ORDER BY id LIMIT %s""",
        [company.id, CLIENTS],
    )
    cards = env["client.card"].browse([row[0] for row in cr.fetchall()])
    # What was not derived today yet is no part of it.
    cards._derive_contacts(company, today)
    cr.execute(
        "SELECT id FROM res_users WHERE active AND NOT share ORDER BY id DESC LIMIT 1"
    )
    (user_id,) = cr.fetchone()
    for what, statement in (("called", CALLED), ("given to another", GIVEN)):
        seconds = {False: [], True: []}
        for kept in (False, True) * TURNS:
            cr.execute(
                "UPDATE client_obligation SET since = %s WHERE card_id = ANY(%s)",
                [today - relativedelta(years=1) if kept else None, cards.ids],
            )
            vacuum(cr, "client_obligation")
            before = count(cr, "client_obligation_past")
            cr.execute(statement, {"cards": cards.ids, "user": user_id})
            env.invalidate_all(flush=False)
            seconds[kept].append(timed(lambda: cards._derive_contacts(company, today)))
            rows = count(cr, "client_obligation_past") - before
            cr.rollback()
        table.add(
            f"{len(cards):,} clients {what}: norms derived, {rows:,} states kept",
            *(statistics.median(seconds[kept]) for kept in (True, False)),
            "the same, nothing kept",
        )


def count(cr, table):
    """Number of rows."""
    cr.execute(f"SELECT count(*) FROM {table}")
    return cr.fetchone()[0]


def months(env, company, today, before, table):
    """A month closed that nobody measured before; the present one again and again."""
    cr, month = env.cr, env["client.compliance.month"]
    standing = {"company": company.id, "first": today.replace(day=1), "last": today}
    read = median(lambda: cr.execute(STANDING, standing), 3)
    what = "norms by salesperson on one day, SQL"

    seconds = timed(lambda: month._close_next(company, today))
    limit, rows = kept(cr, before)
    note = f"{what}; its {rows:,} rows inserted into an empty table with the indexes"
    table.add("a month closed, never measured before", seconds, read + limit, note)
    cr.commit()
    vacuum(cr, "client_compliance")

    def measure():
        month._measure(company, today, today)

    seconds = timed(measure)
    limit, rows = kept(cr, today.replace(day=1))
    note = f"{what}; its {rows:,} rows inserted into an empty table with the indexes"
    table.add("the present month, first", seconds, read + limit, note)
    cr.commit()
    vacuum(cr, "client_compliance")
    table.add("the present month, unchanged", timed(measure), read, what)
    cr.rollback()


def kept(cr, first):
    """Seconds to insert the rows of a month by themselves, and their number."""
    cr.execute(
        "CREATE TEMP TABLE copy (LIKE client_compliance INCLUDING INDEXES) "
        "ON COMMIT DROP"
    )
    seconds = timed(
        lambda: cr.execute(
            "INSERT INTO copy SELECT * FROM client_compliance WHERE month = %s",
            [first],
        )
    )
    rows = cr.rowcount
    cr.execute("DROP TABLE copy")
    return seconds, rows
