"""What a dossier adds to the clients there are, made by set-based statements.

Nine of ten clients have a segment, shops or producers, and most of these the answers
of its portrait, from which a formula makes a potential. Each order has a line of one of
300 products, some of which most buy. Every second client has an invoice, four of five
of them paid; every fifth a child in one of two branches; three of ten a remark, one of
a thousand of which mentions sharpening; every fifth person a telephone of his own. One
client has 5,000 documents, another one 50. There are four contacts for each client, if
there are none yet.
"""

import time

import cdnow_rows
from generate import BATCH, drop_indexes, reserve, touchpoints, vacuum

from odoo import Command, fields
from odoo.tools import SQL

PRODUCTS = 300
TOUCHPOINTS_EACH = 4
REMARKS_OF_TEN = 3
DOCUMENTS = (5000, 50)
SEGMENTS = {
    "client_segment_wholesale": "[Sales area] * 9000",
    "client_segment_producer": "[Output per year] * 0.05",
}


def generate_dossier(env, company):
    """Fill the dossiers of a company whose clients have their cards.

    :return: ids of the clients with 5,000 and with 50 documents
    """
    started = time.perf_counter()
    company.client_children_on = True
    policies = env["client.policy"].search([("is_preset", "=", False)])
    policies.write({"potential_high": 1_000_000, "potential_medium": 300_000})
    segments = []
    for name, formula in SEGMENTS.items():
        segment = env.ref(f"client_base_retention.{name}")
        segment.write({"active": True, "potential_formula": formula})
        segments.append(segment.id)
    env.cr.commit()
    rows = dossier_rows(env, company)
    cr = env.cr
    cr.execute("SET synchronous_commit = off")
    cr.execute("SET session_replication_role = replica")
    for what, fill in (
        ("portraits", lambda: portraits(cr, company, segments)),
        ("lines", lambda: lines(env, rows["sale_order_line"])),
        ("invoices", lambda: invoices(cr, company, rows)),
        ("children", lambda: children(env, company, rows["res_partner"])),
        ("remarks", lambda: remarks(cr, company, rows["client_remark"])),
        ("contacts", lambda: contacts(cr, company, rows["client_touchpoint"])),
    ):
        fill()
        cr.commit()
        print(f"bench: {what}, {time.perf_counter() - started:.0f} s", flush=True)
    clients = [documents(cr, company, number) for number in DOCUMENTS]
    cr.execute("SET session_replication_role = DEFAULT")
    env.invalidate_all(flush=False)
    vacuum(cr, *rows, "sale_order", "client_card")
    print(f"bench: dossiers, {time.perf_counter() - started:.0f} s", flush=True)
    return clients


def dossier_rows(env, company):
    """Rows of what is copied, as Odoo makes them: {table: JSON}.

    All are made in a transaction that is rolled back, but for the paid invoice: the
    copies lead to its journal items.
    """
    product_id = cdnow_rows.product(env).id
    rows = cdnow_rows.pattern(env, company, product_id)
    partner = env["res.partner"].create({"name": "Pattern"})
    line = {"product_id": product_id, "price_unit": 100}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": fields.Date.today(),
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({}).action_create_payments()
    env.cr.commit()
    made = [invoice, invoice.line_ids.filtered("matched_credit_ids")]
    made.append(made[1].matched_credit_ids)
    with env.registry.cursor() as cr:
        env = env(cr=cr)
        partner = partner.with_env(env)
        partner.action_add_to_client_base()
        values = {"partner_id": partner.id, "company_id": company.id}
        made.append(env["client.touchpoint"].create(values))
        made.append(env["client.remark"].create(values | {"text": "-"}))
        env.flush_all()
        rows |= {record._table: cdnow_rows.row_of(cr, record) for record in made}
        cr.rollback()
    return rows


def portraits(cr, company, segments):
    """Segments and answers, who recommended whom, telephones of persons."""
    cr.execute(
        """WITH found AS (
               SELECT partner_id AS id, abs(hashint4(partner_id)) AS h,
                      lag(partner_id) OVER (ORDER BY partner_id) AS before
                 FROM client_card WHERE company_id = %s)
           UPDATE res_partner p
              SET segment_id = (%s::integer[])[1 + h %% 2],
                  profile_properties = CASE
                      WHEN h %% 10 >= 8 THEN NULL
                      WHEN h %% 2 = 0 THEN jsonb_build_object(
                           'sales_area', h %% 501,
                           'price_segment', (ARRAY['low', 'middle', 'premium'])
                                            [1 + h %% 3])
                      ELSE jsonb_build_object(
                           'output', h %% 90001,
                           'expansion', (ARRAY['grows', 'steady', 'shrinks'])
                                        [1 + h %% 3]) END,
                  referrer_id = CASE WHEN h %% 20 = 7 THEN before END
             FROM found
            WHERE found.id = p.id AND h %% 10 > 0""",
        [company.id, segments],
    )
    cr.execute(
        """UPDATE res_partner
              SET personal_phone = '+7777' || lpad(id::text, 7, '0'),
                  personal_phone_sanitized = '+7777' || lpad(id::text, 7, '0')
            WHERE parent_id IS NOT NULL AND client_base AND id % 5 = 0"""
    )


def lines(env, row):
    """A line for each order."""
    cr = env.cr
    products = env["product.product"].create(
        [
            {"name": f"Product {number}", "type": "consu", "taxes_id": False}
            for number in range(PRODUCTS)
        ]
    )
    cr.commit()
    indexes = drop_indexes(cr, "sale_order_line")
    cr.execute("SELECT min(id), max(id) FROM sale_order")
    first, last = cr.fetchone()
    values = {
        "order_id": SQL("s.id"),
        "order_partner_id": SQL("s.partner_id"),
        # Nine of ten are one of the six that are bought most.
        "product_id": SQL(
            "(%s::integer[])[1 + CASE WHEN s.h %% 10 > 0 THEN s.h / 10 %% 6"
            " ELSE s.h / 10 %% %s END]",
            products.ids,
            PRODUCTS,
        ),
        "price_unit": SQL("s.amount_untaxed"),
        "price_subtotal": SQL("s.amount_untaxed"),
        "price_total": SQL("s.amount_untaxed"),
    }
    for start in range(first, last + 1, BATCH):
        source = SQL(
            """SELECT id, partner_id, amount_untaxed, abs(hashint4(id + 9)) AS h
                 FROM sale_order WHERE id BETWEEN %s AND %s""",
            start,
            start + BATCH - 1,
        )
        cdnow_rows.copy_row(cr, "sale_order_line", row, values, source)
        cr.commit()
    for definition in indexes:
        cr.execute(definition)


def invoices(cr, company, rows):
    """An invoice of the last year for every second client; four of five are paid."""
    cr.execute("SELECT count(*) FROM client_card")
    (size,) = cr.fetchone()
    first_move = reserve(cr, "account_move", size)
    first_line = reserve(cr, "account_move_line", size)
    source = SQL(
        """SELECT partner_id, row_number() OVER (ORDER BY id) AS n,
                  abs(hashint4(partner_id + 4)) AS h,
                  current_date - 10 - abs(hashint4(partner_id)) %% 350 AS day
             FROM client_card WHERE company_id = %s AND id %% 2 = 0""",
        company.id,
    )
    move = SQL("%s + s.n", first_move)
    values = {
        "id": move,
        "name": SQL("'G/' || s.n"),
        "sequence_prefix": SQL("'G/'"),
        "sequence_number": SQL("s.n"),
        "partner_id": SQL("s.partner_id"),
        "commercial_partner_id": SQL("s.partner_id"),
        "partner_shipping_id": SQL("s.partner_id"),
        "date": SQL("s.day"),
        "invoice_date": SQL("s.day"),
        "invoice_date_due": SQL("s.day"),
        "access_token": SQL("NULL"),
    }
    cdnow_rows.copy_row(cr, "account_move", rows["account_move"], values, source)
    item = SQL("%s + s.n", first_line)
    values = {
        "id": item,
        "move_id": move,
        "move_name": SQL("'G/' || s.n"),
        "partner_id": SQL("s.partner_id"),
        "date": SQL("s.day"),
        "invoice_date": SQL("s.day"),
        "date_maturity": SQL("s.day"),
        "reconciled": SQL("s.h %% 5 > 0"),
    }
    row = rows["account_move_line"]
    cdnow_rows.copy_row(cr, "account_move_line", row, values, source)
    values = {
        "debit_move_id": item,
        "max_date": SQL("s.day + (s.h %% 40 - 10)"),
    }
    row = rows["account_partial_reconcile"]
    paid = SQL("SELECT * FROM (%s) AS one WHERE h %% 5 > 0", source)
    cdnow_rows.copy_row(cr, "account_partial_reconcile", row, values, paid)


def children(env, company, row):
    """A child for every fifth client, from a baby to twelve years; two branches."""
    branches = env["client.branch"].create([{"name": "North"}, {"name": "South"}])
    cr = env.cr
    values = {
        "id": SQL("s.child_id"),
        "parent_id": SQL("s.partner_id"),
        "commercial_partner_id": SQL("s.partner_id"),
        "name": SQL("s.name"),
        "complete_name": SQL("'Client, ' || s.name"),
        "ref": SQL("NULL"),
        "is_child": SQL("TRUE"),
        "birthdate_date": SQL("current_date - s.h %% 4380"),
        "client_base": SQL("TRUE"),
        "client_user_id": SQL("s.user_id"),
        "user_id": SQL("s.user_id"),
    }
    cr.execute("SELECT count(*) FROM client_card")
    first = reserve(cr, "res_partner", cr.fetchone()[0])
    source = SQL(
        """SELECT *, (ARRAY['Misha', 'Liza', 'Oleg', 'Anna', 'Ivan'])[1 + h %% 5]
                     || ' ' || n AS name, %s + n AS child_id
             FROM (SELECT partner_id, user_id, row_number() OVER (ORDER BY id) AS n,
                          abs(hashint4(partner_id + 6)) AS h
                     FROM client_card WHERE company_id = %s AND id %% 5 = 0) AS card""",
        first,
        company.id,
    )
    cdnow_rows.copy_row(cr, "res_partner", row, values, source)
    cr.execute(
        """INSERT INTO res_partner_client_branch_rel (partner_id, branch_id)
           SELECT id, (%s::integer[])[1 + id %% 2] FROM res_partner
            WHERE is_child AND id >= %s""",
        [branches.ids, first],
    )


def remarks(cr, company, row):
    """Problems, wishes and praise; most problems are solved."""
    values = {
        "partner_id": SQL("s.partner_id"),
        "card_id": SQL("s.id"),
        "date": SQL("current_date - s.h %% 700"),
        "kind": SQL("(ARRAY['problem', 'positive', 'wish'])[1 + s.h %% 3]"),
        "state": SQL(
            "CASE WHEN s.h %% 3 = 0 THEN"
            " CASE WHEN s.h %% 40 = 0 THEN 'open' ELSE 'solved' END END"
        ),
        "text": SQL(
            """'The ' || (ARRAY['saw', 'disc', 'oil', 'price', 'driver'])[1 + s.h %% 5]
               || CASE WHEN s.h %% 1000 = 1 THEN ' needs sharpening' ELSE ' came ' END
               || ' number ' || s.h"""
        ),
        "activity_id": SQL("NULL"),
    }
    source = SQL(
        """SELECT *, abs(hashint4(id + 7)) AS h FROM client_card
            WHERE company_id = %s AND id %% 10 < %s""",
        company.id,
        REMARKS_OF_TEN,
    )
    cdnow_rows.copy_row(cr, "client_remark", row, values, source)


def contacts(cr, company, row):
    """Contacts, where there are none."""
    cr.execute("SELECT count(*) FROM client_touchpoint")
    if cr.fetchone()[0]:
        return
    cr.execute("SELECT count(*) FROM client_card WHERE company_id = %s", [company.id])
    (size,) = cr.fetchone()
    indexes = drop_indexes(cr, "client_touchpoint")
    for start in range(0, size * TOUCHPOINTS_EACH, BATCH):
        end = min(start + BATCH, size * TOUCHPOINTS_EACH)
        touchpoints(cr, row, company, size, start, end)
        cr.commit()
    for definition in indexes:
        cr.execute(definition)


def documents(cr, company, number):
    """A client gets so many documents: orders, and a fifth of them contacts.

    :return: his id
    """
    cr.execute(
        """SELECT id, partner_id FROM client_card
            WHERE company_id = %s AND id %% 100 = %s ORDER BY id LIMIT 1""",
        [company.id, number % 7],
    )
    card, client = cr.fetchone()
    cr.execute(
        """UPDATE sale_order SET partner_id = %(client)s,
                  partner_invoice_id = %(client)s, partner_shipping_id = %(client)s
            WHERE id IN (SELECT id FROM sale_order WHERE id %% 3 = %(third)s
                       ORDER BY id LIMIT %(number)s)""",
        {"client": client, "number": number * 4 // 5, "third": number % 3},
    )
    cr.execute(
        """UPDATE client_touchpoint SET partner_id = %(client)s, card_id = %(card)s
            WHERE id IN (SELECT id FROM client_touchpoint WHERE id %% 3 = %(third)s
                       ORDER BY id LIMIT %(number)s)""",
        {
            "client": client,
            "card": card,
            "number": number // 5,
            "third": number % 3,
        },
    )
    cr.commit()
    return client
