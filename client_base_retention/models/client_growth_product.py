from odoo import api, fields, models
from odoo.tools import SQL

# Purchases of the last months say what clients of a segment buy.
MONTHS = 12
# Fewer buyers than this, or a smaller part of the segment, are no hint.
LEAST_BUYERS = 3
LEAST_SHARE = 0.3
# The products kept for a segment, the most usual first.
MOST_PRODUCTS = 200


class ClientGrowthProduct(models.Model):
    """How many clients of a segment buy a product: "7 of 10 like him buy this".

    Made at night, of active clients who bought any product in the last year. Names no
    client, so everybody who works with clients may read it.
    """

    _name = "client.growth.product"
    _description = "Product that clients of a segment buy"
    _order = "buyers desc, id"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    segment_id = fields.Many2one(
        "client.segment", required=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="cascade"
    )
    buyers = fields.Integer(string="Clients who buy it", readonly=True)
    clients = fields.Integer(string="Clients who buy anything", readonly=True)

    _segment_product_uniq = models.Constraint(
        "UNIQUE(company_id, segment_id, product_id)",
        "A product is counted once for a segment.",
    )

    @api.model
    def _derive_products(self, company, today):
        """Count anew what clients of each segment buy; only what differs is written.

        :return: number of rows made, changed and removed
        """
        self._flush_lines()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH bought AS MATERIALIZED (
                       SELECT DISTINCT p.segment_id, p.id AS partner_id, line.product_id
                         FROM (%(lines)s) AS line
                         JOIN res_partner p ON p.id = line.partner_id
                         JOIN client_card c ON c.partner_id = p.id
                        WHERE c.company_id = %(company)s AND c.active IS TRUE
                          AND c.status = 'active' AND p.segment_id IS NOT NULL),
                   total AS (
                       SELECT segment_id, count(DISTINCT partner_id)::integer AS clients
                         FROM bought GROUP BY segment_id),
                   best AS (
                       SELECT *, row_number() OVER (PARTITION BY segment_id
                                     ORDER BY buyers DESC, product_id) AS place
                         FROM (SELECT segment_id, product_id,
                                      count(*)::integer AS buyers
                                 FROM bought GROUP BY 1, 2) AS counted
                         JOIN total USING (segment_id)
                        WHERE buyers >= %(least)s AND buyers >= %(share)s * clients),
                   gone AS (
                       DELETE FROM client_growth_product g
                        WHERE company_id = %(company)s AND NOT EXISTS (
                              SELECT FROM best WHERE place <= %(most)s
                                 AND best.segment_id = g.segment_id
                                 AND best.product_id = g.product_id)
                    RETURNING id),
                   made AS (
                       INSERT INTO client_growth_product AS g (company_id, segment_id,
                              product_id, buyers, clients, create_uid, write_uid,
                              create_date, write_date)
                       SELECT %(company)s, segment_id, product_id, buyers, clients,
                              %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                              now() AT TIME ZONE 'UTC'
                         FROM best WHERE place <= %(most)s
                           ON CONFLICT (company_id, segment_id, product_id) DO UPDATE
                              SET buyers = EXCLUDED.buyers, clients = EXCLUDED.clients,
                                  write_date = EXCLUDED.write_date
                            WHERE (g.buyers, g.clients)
                                  <> (EXCLUDED.buyers, EXCLUDED.clients)
                    RETURNING id)
                   SELECT id FROM gone UNION ALL SELECT id FROM made""",
                lines=self._query_lines(company, today),
                company=company.id,
                uid=self.env.uid,
                least=LEAST_BUYERS,
                share=LEAST_SHARE,
                most=MOST_PRODUCTS,
            )
        )
        self.invalidate_model(flush=False)
        return len(rows)

    # ------------------------------------------------------------- what clients bought

    @api.model
    def _query_lines(self, company, today, partner_ids=None):
        """``SQL`` of (partner_id, product_id): what was bought in the last year.

        Of the documents that count as purchases in this company, without their rights:
        whoever sees a client sees what he buys.

        :param partner_ids: commercial partners, None for all
        """
        days = fields.Date.subtract(today, months=MONTHS), today
        branches = [self._query_entry_lines(company, days, partner_ids)]
        if company.client_purchase_source == "order":
            branches.append(self._query_order_lines(company, days, partner_ids))
        else:
            branches.append(self._query_invoice_lines(company, days, partner_ids))
        if "pos.order" in self.env:
            branches.append(self._query_pos_lines(company, days, partner_ids))
        return SQL(
            """SELECT line.partner_id, line.product_id
                 FROM (%s) AS line
                 JOIN product_product product ON product.id = line.product_id
                 JOIN product_template goods ON goods.id = product.product_tmpl_id
                WHERE product.active AND goods.sale_ok""",
            SQL(" UNION ALL ").join(branches),
        )

    def _query_entry_lines(self, company, days, partner_ids):
        """Purchases from elsewhere, as far as they name a product."""
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, e.product_id
                 FROM client_purchase_entry e
                 JOIN res_partner p ON p.id = e.partner_id
                WHERE e.company_id = %(company)s AND %(within)s AND %(among)s
                  AND e.product_id IS NOT NULL AND e.amount_company >= 0""",
            company=company.id,
            within=self._within(SQL("e.date"), days),
            among=self._among("p", partner_ids),
        )

    def _query_order_lines(self, company, days, partner_ids):
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, l.product_id
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
                 JOIN sale_order_line l ON l.order_id = o.id
                WHERE o.state = 'sale' AND o.company_id = %(company)s
                  AND %(near)s AND %(within)s AND %(among)s
                  AND l.product_id IS NOT NULL AND l.product_uom_qty > 0
                  AND l.is_downpayment IS NOT TRUE""",
            company=company.id,
            near=self._near(SQL("o.date_order"), days),
            within=self._within(self._day(company, "o"), days),
            among=self._among("p", partner_ids),
        )

    def _query_invoice_lines(self, company, days, partner_ids):
        """Who gave back all he bought of a product did not buy it."""
        return SQL(
            """SELECT m.commercial_partner_id AS partner_id, l.product_id
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id
                WHERE m.state = 'posted' AND m.company_id = %(company)s
                  AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND %(within)s AND %(among)s
                  AND l.display_type = 'product' AND l.product_id IS NOT NULL
             GROUP BY m.commercial_partner_id, l.product_id
               HAVING sum(CASE m.move_type WHEN 'out_refund' THEN -l.quantity
                                           ELSE l.quantity END) > 0""",
            company=company.id,
            within=self._within(SQL("m.invoice_date"), days),
            among=self._among("m", partner_ids),
        )

    def _query_pos_lines(self, company, days, partner_ids):
        """What was given back is in lines of less than nothing."""
        return SQL(
            """SELECT p.commercial_partner_id AS partner_id, l.product_id
                 FROM pos_order o
                 JOIN res_partner p ON p.id = o.partner_id
                 JOIN pos_order_line l ON l.order_id = o.id
                WHERE o.state IN ('paid', 'done', 'invoiced')
                  AND o.company_id = %(company)s
                  AND %(near)s AND %(within)s AND %(among)s
             GROUP BY p.commercial_partner_id, l.product_id
               HAVING sum(l.qty) > 0""",
            company=company.id,
            near=self._near(SQL("o.date_order"), days),
            within=self._within(self._day(company, "o"), days),
            among=self._among("p", partner_ids),
        )

    def _within(self, day, days):
        """Whether a day lies in the year that ends today."""
        return SQL("(%s > %s AND %s <= %s)", day, days[0], day, days[1])

    def _near(self, column, days):
        return self.env["client.purchase"]._near(column, days)

    def _day(self, company, alias):
        return self.env["client.purchase"]._day(company, alias, "date_order")

    def _among(self, alias, partner_ids):
        if partner_ids is None:
            return SQL("TRUE")
        column = SQL.identifier(alias, "commercial_partner_id")
        return SQL("%s = ANY(%s)", column, list(partner_ids))

    def _flush_lines(self):
        """Write what is pending in the tables that the statements read."""
        for model in ("sale.order", "sale.order.line", "account.move"):
            self.env[model].flush_model()
        self.env["account.move.line"].flush_model()
        self.env["client.purchase.entry"].flush_model()
        self.env["client.purchase"]._flush_pos()
        self.env["client.card"].flush_model(["status", "active"])
        self.env["res.partner"].flush_model(["segment_id", "commercial_partner_id"])
        self.env["product.product"].flush_model(["active"])
        self.env["product.template"].flush_model(["sale_ok"])


class ClientCard(models.Model):
    _inherit = "client.card"

    growth_hint = fields.Text(
        string="Others like him buy",
        compute="_compute_growth_hint",
        help="Products that clients of his segment bought in the last twelve months "
        "and he did not.",
    )

    @api.depends("partner_id.segment_id", "company_id")
    @api.depends_context("lang")
    def _compute_growth_hint(self):
        """ "Discs: 7 of 10 like him buy this", a line for each product"""
        hints = self._growth_hints()
        products = self.env["product.product"].sudo()
        for card in self:
            card.growth_hint = "\n".join(
                self.env._(
                    "%(product)s: %(buyers)s of %(clients)s like him buy this",
                    product=products.browse(product_id).display_name,
                    buyers=buyers,
                    clients=clients,
                )
                for product_id, buyers, clients in hints.get(card.id, ())
            )

    def _growth_hints(self, limit=5):
        """What clients of the same segment buy and these do not: one query a company.

        He himself is not among those like him. The counts are of the night: who became
        a client today is not among them either.

        :return: {card id: [(product id, buyers, clients), ...]}, the most usual first
        """
        found = {}
        lines = self.env["client.growth.product"].sudo()
        lines._flush_lines()
        for company, cards in self._origin._by_company().items():
            rows = self.env.execute_query(
                SQL(
                    """WITH bought AS MATERIALIZED (%(lines)s)
                       SELECT card_id, product_id, buyers, clients
                         FROM (SELECT c.id AS card_id, g.product_id, g.buyers,
                                      GREATEST(g.buyers, g.clients - (
                                          c.status = 'active' AND c.partner_id IN (
                                              SELECT partner_id FROM bought))::integer)
                                      AS clients,
                                      row_number() OVER (PARTITION BY c.id
                                          ORDER BY g.buyers DESC, g.id) AS place
                                 FROM client_card c
                                 JOIN res_partner p ON p.id = c.partner_id
                                 JOIN client_growth_product g
                                   ON g.segment_id = p.segment_id
                                  AND g.company_id = c.company_id
                                 JOIN product_product product
                                   ON product.id = g.product_id AND product.active
                                WHERE c.id = ANY(%(ids)s)
                                  AND (c.partner_id, g.product_id) NOT IN (
                                      SELECT partner_id, product_id FROM bought)
                              ) AS hint
                        WHERE place <= %(limit)s ORDER BY card_id, place""",
                    lines=lines._query_lines(
                        company, company._client_today(), cards.partner_id.ids
                    ),
                    ids=cards.ids,
                    limit=limit,
                )
            )
            for card_id, *hint in rows:
                found.setdefault(card_id, []).append(tuple(hint))
        return found

    def _derive_company(self, company, today):
        result = super()._derive_company(company, today)
        self.env["client.growth.product"].sudo()._derive_products(company, today)
        return result


class ClientDeriveRun(models.Model):
    _inherit = "client.derive.run"

    def _step_cut(self):
        """With the limits of the classes: what clients of each segment buy."""
        done = super()._step_cut()
        products = self.env["client.growth.product"]
        products._derive_products(self.company_id, self.date)
        return done
