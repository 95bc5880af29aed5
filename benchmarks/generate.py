"""A client base of any size, made by set-based statements.

Of `size` clients every second one has a person; two of ten orders are on persons. Each
client has about ten orders over three years: nine of ten are confirmed, the others are
quotations or cancelled. Four of five clients have one of five salespeople.

When their cards are derived each gets about eight contacts of two years, the norms of
the wholesale trade, and one client of fifty an activity that is still to be done. Half
as many meetings as clients stand in the calendar, one of twenty is still to come.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tools import SQL

sys.path.append(str(Path(__file__).resolve().parents[1] / "tools"))

import cdnow_rows  # noqa: E402

ORDERS_EACH = 10
SALESPEOPLE = 5
ROLES = ("sales_team.group_sale_salesman", "client_base_retention.group_client_all")
TOUCHPOINTS_EACH = 8
CLIENTS_OF_ONE = 500
ACTIVITY_EVERY = 50
BATCH = 500_000


def generate(env, company, size):
    """Fill a database that has no orders yet."""
    started = time.perf_counter()
    people = salespeople(env)
    product_id = cdnow_rows.product(env).id
    env.cr.commit()
    rows = cdnow_rows.pattern(env, company, product_id)
    cr = env.cr
    cr.execute("SET synchronous_commit = off")
    cr.execute("SELECT current_setting('is_superuser')")
    if cr.fetchone()[0] == "on":
        # The references are right by construction.
        cr.execute("SET session_replication_role = replica")
    first_client = reserve(cr, "res_partner", size)
    first_person = reserve(cr, "res_partner", size)
    first_order = reserve(cr, "sale_order", size * ORDERS_EACH)
    clients(cr, rows["res_partner"], size, first_client, people)
    persons(cr, rows["res_partner"], size, first_client, first_person, people)
    indexes = drop_indexes(cr, "sale_order")
    for start in range(0, size * ORDERS_EACH, BATCH):
        end = min(start + BATCH, size * ORDERS_EACH)
        orders(
            *(cr, rows["sale_order"], size, start, end),
            *(first_client, first_person, first_order),
        )
        cr.commit()
        print(
            f"bench: {end:,} orders, {time.perf_counter() - started:.0f} s", flush=True
        )
    for definition in indexes:
        cr.execute(definition)
    cr.execute("SET session_replication_role = DEFAULT")
    cr.commit()
    vacuum(cr, "res_partner", "sale_order", "client_card")
    print(f"bench: generated in {time.perf_counter() - started:.0f} s", flush=True)


def salespeople(env):
    """Ids of the users who own the clients."""
    users = env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"seller{number}",
                "group_ids": [(4, env.ref(role).id) for role in ROLES],
            }
            for number in range(SALESPEOPLE)
        ]
    )
    return users.ids


def reserve(cr, table, count):
    """The first of so many ids that nobody else will get."""
    cr.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    (sequence,) = cr.fetchone()
    cr.execute(f"SELECT nextval('{sequence}')")
    (first,) = cr.fetchone()
    cr.execute("SELECT setval(%s, %s)", [sequence, first + count])
    return first


def owner(people):
    """The salesperson of a client's number, or nobody."""
    return SQL(
        "CASE WHEN s.g %% 10 < 8 THEN (%s::integer[])[1 + s.g %% %s] END",
        people,
        len(people),
    )


def clients(cr, row, size, first_client, people):
    """Companies with telephone and e-mail."""
    identity = SQL("%s + s.g", first_client)
    values = {
        "id": identity,
        "commercial_partner_id": identity,
        "name": SQL("'Client ' || s.g"),
        "complete_name": SQL("'Client ' || s.g"),
        "ref": SQL("NULL"),
        "is_company": SQL("TRUE"),
        "email": SQL("'client' || s.g || '@example.com'"),
        "email_normalized": SQL("'client' || s.g || '@example.com'"),
        "phone": SQL("'+7999' || lpad(s.g::text, 7, '0')"),
        "city": SQL("'City ' || s.g %% 500"),
        "user_id": owner(people),
    }
    source = SQL("SELECT generate_series(0, %s) AS g", size - 1)
    cdnow_rows.copy_row(cr, "res_partner", row, values, source)


def persons(cr, row, size, first_client, first_person, people):
    """A person for every second client."""
    values = {
        "id": SQL("%s + s.g", first_person),
        "parent_id": SQL("%s + s.g", first_client),
        "commercial_partner_id": SQL("%s + s.g", first_client),
        "name": SQL("'Person ' || s.g"),
        "complete_name": SQL("'Client ' || s.g || ', Person ' || s.g"),
        "ref": SQL("NULL"),
        "email": SQL("'person' || s.g || '@example.com'"),
        "email_normalized": SQL("'person' || s.g || '@example.com'"),
        "phone": SQL("'+7888' || lpad(s.g::text, 7, '0')"),
        "user_id": owner(people),
    }
    source = SQL("SELECT generate_series(1, %s, 2) AS g", size - 1)
    cdnow_rows.copy_row(cr, "res_partner", row, values, source)


def orders(cr, row, size, start, end, first_client, first_person, first_order):
    """A batch of orders; what they are follows from a hash of their number."""
    partner = SQL(
        """CASE WHEN s.g %% 2 = 1 AND abs(hashint4(s.k + 5)) %% 10 < 4
                THEN %s ELSE %s END + s.g""",
        first_person,
        first_client,
    )
    amount = SQL("round((10 + s.h %% 1000 * (1 + s.h %% 97) / 10.0)::numeric, 2)")
    day = SQL(
        """date_trunc('second', now() AT TIME ZONE 'UTC')
           - s.h %% 1100 * interval '1 day' - s.h %% 40000 * interval '1 second'"""
    )
    values = {
        "id": SQL("%s + s.k", first_order),
        "name": SQL("'B' || s.k"),
        "partner_id": partner,
        "partner_invoice_id": partner,
        "partner_shipping_id": partner,
        "state": SQL(
            "CASE s.h %% 20 WHEN 0 THEN 'cancel' WHEN 1 THEN 'draft' ELSE 'sale' END"
        ),
        "date_order": day,
        "create_date": day,
        "amount_untaxed": amount,
        "amount_total": amount,
        "access_token": SQL("NULL"),
    }
    source = SQL(
        """SELECT k, k %% %s AS g, abs(hashint4(k)) AS h
             FROM generate_series(%s, %s) AS k""",
        size,
        start,
        end - 1,
    )
    cdnow_rows.copy_row(cr, "sale_order", row, values, source)


def generate_contacts(env, company):
    """Norms, contacts that took place and activities to come, for the cards there are.

    :return: the user who has just ``CLIENTS_OF_ONE`` clients and no more
    """
    started = time.perf_counter()
    cr = env.cr
    env["client.policy"]._choose_trade(company, "wholesale")
    company.client_start_date = fields.Date.today()
    seller = one_seller(env, company)
    cr.commit()
    rows = contact_rows(env, company)
    cr.execute("SET synchronous_commit = off")
    cr.execute("SELECT count(*) FROM client_card WHERE company_id = %s", [company.id])
    (size,) = cr.fetchone()
    indexes = drop_indexes(cr, "client_touchpoint")
    for start in range(0, size * TOUCHPOINTS_EACH, BATCH):
        end = min(start + BATCH, size * TOUCHPOINTS_EACH)
        touchpoints(cr, rows["client_touchpoint"], company, size, start, end)
        cr.commit()
    for definition in indexes:
        cr.execute(definition)
    activities(cr, rows["mail_activity"], company, seller)
    first_event = reserve(cr, "calendar_event", size)
    meetings(cr, rows, company, first_event)
    cr.commit()
    env.invalidate_all(flush=False)
    vacuum(cr, *rows, "client_card", "res_partner")
    count = f"{TOUCHPOINTS_EACH * size:,} contacts"
    print(f"bench: {count}, {time.perf_counter() - started:.0f} s", flush=True)
    return seller


def one_seller(env, company):
    """A salesperson with as many clients as one person looks after."""
    groups = [(4, env.ref(role).id) for role in ROLES]
    user = env["res.users"].create(
        {"name": "Seller of 500", "login": "seller500", "group_ids": groups}
    )
    domain = [("company_id", "=", company.id), ("status", "=", "active")]
    # Every seventh of the list, so that all classes are among them.
    cards = env["client.card"].search(domain, order="id", limit=7 * CLIENTS_OF_ONE)
    chosen = cards[::7].partner_id.with_context(mail_auto_subscribe_no_notify=True)
    chosen.write({"user_id": user.id})
    env.flush_all()
    return user


def contact_rows(env, company):
    """Rows of a contact, an activity and a meeting: {table: JSON}."""
    with env.registry.cursor() as cr:
        env = env(cr=cr, context={"mail_activity_quick_update": True})
        partner = env["res.partner"].create({"name": "Client"})
        values = {"partner_id": partner.id, "company_id": company.id}
        contact = env["client.touchpoint"].create(values)
        activity = env["mail.activity"].create(
            {
                "res_model_id": env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "activity_type_id": env.ref("mail.mail_activity_data_call").id,
                "summary": "Call back",
            }
        )
        start = fields.Datetime.now()
        event = env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": partner.ids,
            }
        )
        env.flush_all()
        made = (contact, activity, event, event.attendee_ids)
        rows = {record._table: cdnow_rows.row_of(cr, record) for record in made}
        cr.rollback()
    return rows


def touchpoints(cr, row, company, size, start, end):
    """A batch of contacts, more of them lately; some with persons, some in vain."""
    answered = SQL("s.h %% 100 >= 25 OR s.kind <> 'call'")
    outcome = SQL(
        "CASE WHEN %s THEN 'reached' WHEN s.h %% 100 < 5 THEN 'refused'"
        " ELSE 'no_answer' END",
        answered,
    )
    moment = SQL(
        """date_trunc('second', now() AT TIME ZONE 'UTC')
           - interval '1 day' * (730 * (s.h %% 997 / 997.0) ^ 2)
           - interval '1 second' * (s.h %% 40000)"""
    )
    values = {
        "partner_id": SQL("s.partner_id"),
        "card_id": SQL("s.card_id"),
        "person_id": SQL("CASE WHEN s.h %% 3 > 0 THEN s.person_id END"),
        "user_id": SQL("COALESCE(s.user_id, 1)"),
        "kind": SQL("s.kind"),
        "direction": SQL("CASE WHEN s.h %% 7 < 2 THEN 'in' ELSE 'out' END"),
        "outcome": outcome,
        "attempt_number": SQL("CASE WHEN %s = 'no_answer' THEN 1 ELSE 0 END", outcome),
        "date": moment,
        "create_date": moment,
        "logged_on": SQL("(%s)::date", moment),
    }
    source = SQL(
        """SELECT card.*, abs(hashint4(k + 3)) AS h,
                  CASE WHEN abs(hashint4(k + 1)) %% 20 < 11 THEN 'call'
                       WHEN abs(hashint4(k + 1)) %% 20 < 14 THEN 'meeting'
                       WHEN abs(hashint4(k + 1)) %% 20 < 18 THEN 'email'
                       ELSE 'message' END AS kind
             FROM generate_series(%s, %s) AS k
             JOIN (SELECT row_number() OVER (ORDER BY c.id) - 1 AS g,
                          c.id AS card_id, c.partner_id, c.user_id, p.id AS person_id
                     FROM client_card c
                LEFT JOIN res_partner p ON p.parent_id = c.partner_id
                    WHERE c.company_id = %s) AS card
               ON card.g = abs(hashint4(k + 2)) %% %s
         ORDER BY k""",
        start,
        end - 1,
        company.id,
        size,
    )
    cdnow_rows.copy_row(cr, "client_touchpoint", row, values, source)


def activities(cr, row, company, seller):
    """Calls that salespeople have promised, from five days ago to two weeks ahead."""
    values = {
        "res_id": SQL("s.partner_id"),
        "res_name": SQL("'Client'"),
        "client_id": SQL("s.partner_id"),
        "user_id": SQL("s.user_id"),
        "date_deadline": SQL("current_date - 5 + s.id %% 20"),
    }
    source = SQL(
        """SELECT id, partner_id, user_id FROM client_card
            WHERE company_id = %s AND user_id IS NOT NULL
              AND (abs(hashint4(id)) %% %s = 0 OR user_id = %s AND id %% 5 = 0)""",
        company.id,
        ACTIVITY_EVERY,
        seller.id,
    )
    cdnow_rows.copy_row(cr, "mail_activity", row, values, source)


def meetings(cr, rows, company, first_event):
    """Meetings with clients, of two years and of the next five weeks."""
    start = SQL(
        "date_trunc('hour', now() AT TIME ZONE 'UTC')"
        " + interval '1 day' * (s.number %% 738 - 702)"
    )
    source = SQL(
        """SELECT c.id, %s + c.id - min(c.id) OVER () AS event_id, c.partner_id,
                  c.user_id, abs(hashint4(c.id + 1)) AS number
             FROM client_card c
            WHERE c.company_id = %s AND abs(hashint4(c.id)) %% 2 = 0""",
        first_event,
        company.id,
    )
    values = {
        "id": SQL("s.event_id"),
        "user_id": SQL("COALESCE(s.user_id, 1)"),
        "start": start,
        "stop": SQL("%s + interval '1 hour'", start),
        "access_token": SQL("NULL"),
    }
    cdnow_rows.copy_row(cr, "calendar_event", rows["calendar_event"], values, source)
    values = {
        "event_id": SQL("s.event_id"),
        "partner_id": SQL("s.partner_id"),
        "access_token": SQL("NULL"),
    }
    row = rows["calendar_attendee"]
    cdnow_rows.copy_row(cr, "calendar_attendee", row, values, source)


def drop_indexes(cr, table):
    """Drop the indexes of a table but its keys; return what makes them again."""
    cr.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
             FROM pg_index i
            WHERE i.indrelid = %s::regclass
              AND NOT EXISTS (SELECT FROM pg_constraint c
                               WHERE c.conindid = i.indexrelid)""",
        [table],
    )
    found = cr.fetchall()
    for name, _definition in found:
        cr.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def vacuum(cr, *tables):
    """VACUUM ANALYZE, as autovacuum does some time after a large change."""
    cr.commit()
    cr.connection.autocommit = True
    for table in tables:
        cr.execute(f"VACUUM ANALYZE {table}")
    cr.connection.autocommit = False
