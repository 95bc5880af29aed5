"""Rows that Odoo makes once and PostgreSQL copies as often as wanted."""

from odoo.tools import SQL


def product(env):
    """The product of all lines, untaxed; made by the first call."""
    products = env["product.product"].with_context(active_test=False)
    found = products.search([("default_code", "=", "CDNOW")], limit=1)
    return found or products.create(
        {
            "name": "CD",
            "default_code": "CDNOW",
            "type": "consu",
            "invoice_policy": "order",
            "list_price": 15,
            "taxes_id": False,
            "supplier_taxes_id": False,
        }
    )


def pattern(env, company, product_id):
    """Rows of a contact, a confirmed order and its line, as Odoo makes them.

    They are made in a transaction that is rolled back. `{table: row as JSON}`.
    """
    with env.registry.cursor() as cr:
        env = env(cr=cr, context={"tracking_disable": True})
        partner = env["res.partner"].create({"name": "CDNOW", "ref": "CDNOW"})
        order = env["sale.order"].create(
            {
                "name": "CDNOW",
                "partner_id": partner.id,
                "company_id": company.id,
                "user_id": False,
                "validity_date": False,
                "order_line": [(0, 0, {"product_id": product_id, "price_unit": 15})],
            }
        )
        order.action_confirm()
        env.flush_all()
        rows = {
            record._table: row_of(cr, record)
            for record in (partner, order, order.order_line)
        }
        cr.rollback()
    return rows


def row_of(cr, record):
    """The whole row of a record as JSON."""
    cr.execute(
        SQL(
            "SELECT to_jsonb(t)::text FROM %s AS t WHERE id = %s",
            SQL.identifier(record._table),
            record.id,
        )
    )
    return cr.fetchone()[0]


def copy_row(cr, table, row, values, source):
    """Insert a row of `table` once for each row of `source`.

    :param row: the pattern as JSON
    :param values: {column: SQL} of what is different in the copies
    :param source: SQL of a relation; `values` see its columns as `s`
    :return: number of rows written
    """
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = %s
              AND is_generated = 'NEVER'""",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    if "id" not in values:
        columns.remove("id")
    chosen = [values.get(name, SQL.identifier("t", name)) for name in columns]
    cr.execute(
        SQL(
            """INSERT INTO %(table)s (%(columns)s)
               SELECT %(chosen)s FROM (%(source)s) AS s,
                      jsonb_populate_record(NULL::%(table)s, %(row)s::jsonb) AS t""",
            table=SQL.identifier(table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            chosen=SQL(", ").join(chosen),
            source=source,
            row=row,
        )
    )
    return cr.rowcount
