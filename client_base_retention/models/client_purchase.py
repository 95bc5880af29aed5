from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# The id of a purchase is the document's id times 4 plus this number of its source.
SOURCE_CODES = {"order": 0, "invoice": 1, "pos": 2, "entry": 3}
DOCUMENTS = {
    "order": "sale.order",
    "invoice": "account.move",
    "pos": "pos.order",
    "entry": "client.purchase.entry",
}
# No purchase is taken to last longer than this many days.
LONGEST = 36500


class ClientPurchase(models.Model):
    """A purchase document of a client, read-only (design 4.3 *Purchases*).

    Union of confirmed sale orders or posted invoices and refunds (the company chooses),
    point-of-sale orders where that app is installed, and purchases from elsewhere.
    ``partner_id`` is the commercial partner, ``date`` the day in the company's time
    zone, ``amount`` untaxed in company currency, negative for refunds. Only a purchase
    from elsewhere says for how many days it lasts.
    """

    _name = "client.purchase"
    _description = "Client purchase"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "number"
    _depends = {
        "sale.order": [
            "amount_untaxed",
            "company_id",
            "currency_rate",
            "date_order",
            "name",
            "partner_id",
            "state",
            "user_id",
        ],
        "account.move": [
            "amount_untaxed_signed",
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "invoice_user_id",
            "move_type",
            "name",
            "state",
        ],
        "client.purchase.entry": [
            "amount_company",
            "company_id",
            "date",
            "lasts_days",
            "number",
            "partner_id",
        ],
        "res.partner": ["commercial_partner_id", "tz"],
        "res.company": ["client_purchase_source", "partner_id", "currency_id"],
    }

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True, help="Untaxed, in company currency.")
    number = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Seller", readonly=True)
    lasts_days = fields.Integer(
        string="Lasts, days",
        readonly=True,
        aggregator="max",
        help="For how many days the purchase lasts.",
    )
    source = fields.Selection(
        [
            ("order", "Sales order"),
            ("invoice", "Invoice or credit note"),
            ("pos", "Point of sale"),
            ("entry", "From elsewhere"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        # A list behind one client passes him in the context: a condition on the id of
        # a union is not pushed down by PostgreSQL, this one is.
        companies = self.env["res.company"]._client_companies()
        partner_id = self.env.context.get("client_purchase_partner_id")
        self._flush_pos()
        return self._query(companies, [partner_id] if partner_id else None)

    def action_open_document(self):
        self.ensure_one()
        code, document_id = self.id % 4, self.id // 4
        source = next(name for name, number in SOURCE_CODES.items() if number == code)
        return {
            "type": "ir.actions.act_window",
            "res_model": DOCUMENTS[source],
            "res_id": document_id,
            "views": [(False, "form")],
        }

    def _flush_pos(self):
        """Write what is pending on point-of-sale orders, where they exist."""
        if "pos.order" in self.env:
            self.env["pos.order"].flush_model()
            self.env["pos.order.line"].flush_model()

    # ------------------------------------------------------------------ statements

    @api.model
    def _query(self, companies, partner_ids=None, days=None):
        """Every purchase document of ``companies``, of all or of some clients.

        :param companies: ``res.company`` records; rows of others are not seen. Access
            rights of the documents are not applied: figures of a client are the same
            for everybody who may see the client.
        :param partner_ids: ids of commercial partners, ``SQL`` of one id (a column of
            an outer row), or None for all
        :param days: (first, last) day, to read only documents of about these days, by
            index; who asks compares ``date`` exactly. None for all
        :return: ``SQL`` with columns id, partner_id, company_id, date, amount, number,
            user_id (the seller, may be null), lasts_days (null where nothing is said),
            source
        """
        by_order = companies.filtered(lambda c: c.client_purchase_source == "order")
        by_invoice = companies - by_order
        branches = [self._query_entry(companies, partner_ids, days)]
        if by_order:
            branches.append(self._query_order(by_order, partner_ids, days))
        if by_invoice:
            branches.append(self._query_invoice(by_invoice, partner_ids, days))
        if "pos.order" in self.env:
            branches.append(self._query_pos(companies, by_order, partner_ids, days))
        return SQL(" UNION ALL ").join(branches)

    def _query_order(self, companies, partner_ids, days):
        """Confirmed sale orders; they follow a person who changes the company."""
        return SQL(
            """SELECT o.id::bigint * 4 AS id, p.commercial_partner_id AS partner_id,
                      o.company_id, %(day)s AS date, %(amount)s AS amount,
                      o.name AS number, o.user_id, NULL::integer AS lasts_days,
                      'order' AS source
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.state = 'sale'
                  AND o.company_id = ANY(%(companies)s)
                  AND %(partners)s AND %(near)s""",
            near=self._near(SQL("o.date_order"), days),
            day=self._day(companies, "o", "date_order"),
            amount=self._rounded(
                companies,
                "o",
                SQL("o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)"),
            ),
            companies=companies.ids,
            partners=self._among("p", "commercial_partner_id", partner_ids),
        )

    def _query_invoice(self, companies, partner_ids, days):
        """Posted customer invoices and refunds; they stay with the client they were
        posted for, as in accounting."""
        return SQL(
            """SELECT m.id::bigint * 4 + 1 AS id, m.commercial_partner_id AS partner_id,
                      m.company_id, COALESCE(m.invoice_date, m.date) AS date,
                      m.amount_untaxed_signed AS amount, m.name AS number,
                      m.invoice_user_id AS user_id, NULL::integer AS lasts_days,
                      'invoice' AS source
                 FROM account_move m
                WHERE m.state = 'posted'
                  AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  AND m.commercial_partner_id IS NOT NULL
                  AND m.company_id = ANY(%(companies)s)
                  AND %(partners)s
                  AND (%(near)s OR m.invoice_date IS NULL AND %(near_date)s)""",
            near=self._near(SQL("m.invoice_date"), days),
            near_date=self._near(SQL("m.date"), days),
            companies=companies.ids,
            partners=self._among("m", "commercial_partner_id", partner_ids),
        )

    def _query_entry(self, companies, partner_ids, days):
        """Purchases from elsewhere, whatever the company counts.

        A number of days that cannot be meant, as a date typed into the wrong column,
        must not lead out of the calendar.
        """
        return SQL(
            """SELECT e.id::bigint * 4 + 3 AS id, p.commercial_partner_id AS partner_id,
                      e.company_id, e.date, e.amount_company AS amount, e.number,
                      NULL::integer AS user_id,
                      CASE WHEN e.lasts_days > 0
                           THEN LEAST(e.lasts_days, %(longest)s) END AS lasts_days,
                      'entry' AS source
                 FROM client_purchase_entry e
                 JOIN res_partner p ON p.id = e.partner_id
                WHERE e.company_id = ANY(%(companies)s)
                  AND %(partners)s AND %(near)s""",
            near=self._near(SQL("e.date"), days),
            longest=LONGEST,
            companies=companies.ids,
            partners=self._among("p", "commercial_partner_id", partner_ids),
        )

    def _query_pos(self, companies, by_order, partner_ids, days):
        """Paid point-of-sale orders, each sale counted once.

        An invoiced one counts through its invoice where invoices count; lines that
        settle a confirmed sale order count through that order where orders count.
        The cashier is not taken for the client's salesperson.
        """
        settled = SQL("0")
        if "sale_order_origin_id" in self.env["pos.order.line"]._fields:
            settled = SQL(
                """CASE WHEN o.company_id = ANY(%s) THEN COALESCE((
                       SELECT sum(l.price_subtotal)
                         FROM pos_order_line l
                         JOIN sale_order s ON s.id = l.sale_order_origin_id
                        WHERE l.order_id = o.id AND s.state = 'sale'
                          AND l.refunded_orderline_id IS NULL), 0)
                   ELSE 0 END""",
                by_order.ids,
            )
        untaxed = SQL(
            "(o.amount_total - o.amount_tax - %s) / COALESCE(NULLIF(%s, 0), 1)",
            settled,
            SQL("o.currency_rate"),
        )
        return SQL(
            """SELECT o.id::bigint * 4 + 2 AS id, p.commercial_partner_id AS partner_id,
                      o.company_id, %(day)s AS date, %(amount)s AS amount,
                      o.name AS number, NULL::integer AS user_id,
                      NULL::integer AS lasts_days, 'pos' AS source
                 FROM pos_order o
                 JOIN res_partner p ON p.id = o.partner_id
            LEFT JOIN account_move m ON m.id = o.account_move AND m.state = 'posted'
                WHERE o.state IN ('paid', 'done', 'invoiced')
                  AND o.company_id = ANY(%(companies)s)
                  AND (m.id IS NULL OR o.company_id = ANY(%(by_order)s))
                  AND %(partners)s AND %(near)s""",
            near=self._near(SQL("o.date_order"), days),
            day=self._day(companies, "o", "date_order"),
            amount=self._rounded(companies, "o", untaxed),
            companies=companies.ids,
            by_order=by_order.ids,
            partners=self._among("p", "commercial_partner_id", partner_ids),
        )

    # ------------------------------------------------------------------ expressions

    def _among(self, alias, column, partner_ids):
        if partner_ids is None:
            return SQL("TRUE")
        if isinstance(partner_ids, SQL):
            return SQL("%s = %s", SQL.identifier(alias, column), partner_ids)
        return SQL("%s = ANY(%s)", SQL.identifier(alias, column), partner_ids)

    def _near(self, column, days):
        """Whether a column lies within ``days`` or a day beside them: a timestamp in
        UTC is of another day in most time zones."""
        if days is None:
            return SQL("TRUE")
        first, last = days
        return SQL(
            "(%s >= %s AND %s < %s)",
            column,
            first - timedelta(days=1),
            column,
            last + timedelta(days=2),
        )

    def _day(self, companies, alias, column):
        """The day of a UTC timestamp in the time zone of the row's company."""
        return SQL(
            "((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date",
            SQL.identifier(alias, column),
            self._per_company(companies, alias, lambda c: c._client_tz()),
        )

    def _rounded(self, companies, alias, amount):
        """An amount rounded to the decimal places of the company's currency."""
        return SQL(
            "round((%s)::numeric, %s)",
            amount,
            self._per_company(companies, alias, lambda c: c.currency_id.decimal_places),
        )

    def _per_company(self, companies, alias, value):
        """One value where the companies agree, else a CASE over the company."""
        values = {company.id: value(company) for company in companies}
        if len(set(values.values())) <= 1:
            return SQL("%s", next(iter(values.values()), value(self.env.company)))
        return SQL(
            "CASE %s %s END",
            SQL.identifier(alias, "company_id"),
            SQL(" ").join(SQL("WHEN %s THEN %s", k, v) for k, v in values.items()),
        )
