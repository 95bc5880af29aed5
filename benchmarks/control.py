"""The month of compliance of all clients, beside the least that it has to compute."""

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


def control(env, table):
    """Closing a month and measuring the present one."""
    env = env(user=SUPERUSER_ID, context={})
    company, cr = env.company, env.cr
    cr.execute("SELECT count(*) FROM client_touchpoint")
    if not cr.fetchone()[0]:
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
    months(env, company, today, before, table)


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
