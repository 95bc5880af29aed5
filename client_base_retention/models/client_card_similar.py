from odoo import models
from odoo.tools import SQL

# So many clients like him are compared, the nearest by class and turnover.
LIKE_HIM = 200
# Bought by at least so many of them, and by such a share.
BUYERS = 2
SHARE = 0.3
SHOWN = 10


class ClientCard(models.Model):
    """What clients like him buy and he does not (N49)."""

    _inherit = "client.card"

    def _products_of_similar(self, today=None):
        """Products that clients like this one buy from us and he does not.

        Like him are active clients of the same company and segment (of the same
        regulation, where he has no segment), the nearest by class and turnover. What
        counts is bought within the window of his regulation.

        :return: list of dicts ``product_id``, ``buyers``, ``of`` (clients compared),
            ``amount`` (mean turnover of a buyer with it in the window, untaxed, company
            currency), those most of them buy first
        """
        self.ensure_one()
        # sudo: numbers only, of clients who are not named.
        card = self.sudo()
        today = today or card.company_id._client_today()
        self.env.flush_all()
        rows = card._execute(card._similar_query(card._similar_bought(today)))
        return [
            dict(zip(("product_id", "buyers", "of", "amount"), row, strict=True))
            for row in rows
        ]

    def _similar_query(self, bought):
        return SQL(
            """WITH mine AS (
                    SELECT c.*, p.segment_id FROM client_card c
                      JOIN res_partner p ON p.id = c.partner_id WHERE c.id = %(id)s),
                  alike AS (
                    SELECT c.partner_id
                      FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                      JOIN mine ON mine.company_id = c.company_id
                       AND CASE WHEN mine.segment_id IS NOT NULL
                                THEN p.segment_id = mine.segment_id
                                ELSE c.policy_id = mine.policy_id END
                     WHERE c.status = 'active' AND c.active IS TRUE AND c.id <> mine.id
                  ORDER BY (c.abc_class = mine.abc_class) IS TRUE DESC,
                           abs(c.turnover - mine.turnover), c.id
                     LIMIT %(alike)s),
                  bought AS (
                    SELECT product_id, partner_id, sum(amount) AS amount
                      FROM (%(bought)s) AS line
                     WHERE partner_id IN (SELECT partner_id FROM alike
                                           UNION SELECT partner_id FROM mine)
                  GROUP BY product_id, partner_id
                    HAVING sum(amount) > 0)
               SELECT b.product_id, count(*) AS buyers, size.number, avg(b.amount)
                 FROM bought b
                CROSS JOIN (SELECT count(*) AS number FROM alike) AS size
                WHERE b.product_id NOT IN (
                      SELECT product_id FROM bought JOIN mine USING (partner_id))
             GROUP BY b.product_id, size.number
               HAVING count(*) >= greatest(%(buyers)s, %(share)s * size.number)
             ORDER BY buyers DESC, avg(b.amount) DESC, b.product_id
                LIMIT %(shown)s""",
            id=self.id,
            alike=LIKE_HIM,
            bought=bought,
            buyers=BUYERS,
            share=SHARE,
            shown=SHOWN,
        )

    def _similar_bought(self, today):
        """``SQL`` of the lines bought in the window: product, client, amount."""
        company = self.company_id
        by = {
            "company": company.id,
            "since": SQL(
                "(%s::date - make_interval(months => %s))::date",
                today,
                self.policy_id.abc_period_months,
            ),
            "today": today,
        }
        if company.client_purchase_source == "invoice":
            return SQL(
                """SELECT l.product_id, m.commercial_partner_id AS partner_id,
                          -l.balance AS amount
                     FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                    WHERE m.company_id = %(company)s AND m.state = 'posted'
                      AND m.move_type IN ('out_invoice', 'out_refund')
                      AND l.display_type = 'product' AND l.product_id IS NOT NULL
                      AND m.invoice_date > %(since)s
                      AND m.invoice_date <= %(today)s""",
                **by,
            )
        return SQL(
            """SELECT l.product_id, p.commercial_partner_id AS partner_id,
                      l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1)
                      AS amount
                 FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.company_id = %(company)s AND o.state = 'sale'
                  AND l.display_type IS NULL AND l.product_id IS NOT NULL
                  AND l.is_downpayment IS NOT TRUE
                  AND o.date_order > %(since)s
                  AND o.date_order < %(today)s::date + 1""",
            **by,
        )

    def action_similar_products(self):
        """Open the list of what clients like this one buy and he does not."""
        self.ensure_one()
        self.check_access("read")
        return self.env["client.similar.products"]._open(self)
