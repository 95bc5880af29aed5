from odoo import api, fields, models
from odoo.tools import SQL


class ClientConfirmationReport(models.Model):
    """Sales that wait for the data of their clients, and what was released, read-only.

    Orders that are held back stand here by name as they are now, beside the ledger
    (``client.confirmation``), which never changes. Each line has both days: of the
    sale and of the release. What is sold is what is held back and what is released,
    whatever was withdrawn and cancelled meanwhile. Posted credit notes of these orders
    stand beside it and change neither: whether they cost commission is for the one who
    pays it to say.
    """

    _name = "client.confirmation.report"
    _description = "Sales and confirmed client data"
    _auto = False
    _order = "sale_date desc, id desc"
    _rec_name = "order_name"
    _depends = {
        "sale.order": [
            "amount_untaxed",
            "client_data_state",
            "company_id",
            "currency_rate",
            "date_order",
            "name",
            "partner_id",
            "state",
            "team_id",
            "user_id",
        ],
        "sale.order.line": ["order_id", "invoice_lines"],
        "account.move": ["invoice_date", "date", "move_type", "state", "name"],
        "account.move.line": ["balance", "move_id"],
        "client.confirmation": [
            "amount",
            "automatic",
            "company_id",
            "date",
            "kind",
            "lacking",
            "order_id",
            "order_name",
            "partner_id",
            "reason",
            "sale_date",
            "salesperson_id",
            "team_id",
            "user_id",
        ],
        "client.card": ["company_id", "data_lacking", "data_completeness"],
        "res.partner": ["commercial_partner_id", "tz"],
        "res.company": ["partner_id", "currency_id"],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    order_name = fields.Char(string="Number", readonly=True)
    kind = fields.Selection(
        [
            ("held", "Held back"),
            ("confirmed", "Confirmed"),
            ("withdrawn", "Withdrawn"),
            ("cancelled", "Order cancelled"),
            ("corrected", "Amount changed"),
            ("credited", "Credit note"),
        ],
        string="What happened",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    salesperson_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    sale_date = fields.Date(string="Sold on", readonly=True)
    date = fields.Date(
        string="Confirmed on",
        readonly=True,
        help="The day on which the sale was released for commission, or taken back. "
        "Empty while it is held back.",
    )
    amount = fields.Monetary(
        string="Sold",
        readonly=True,
        help="Without tax, in company currency. What is held back and what is released "
        "together.",
    )
    held_back = fields.Monetary(
        string="Held back",
        readonly=True,
        help="Sold, but not yet counted for commission: the data of the client wait.",
    )
    released = fields.Monetary(
        readonly=True, help="Released for commission; negative where taken back."
    )
    credited = fields.Monetary(
        string="Credit notes",
        readonly=True,
        help="Posted credit notes of these orders, for information: they change "
        "neither what is held back nor what is released.",
    )
    automatic = fields.Boolean(string="By itself", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    reason = fields.Char(readonly=True)
    lacking = fields.Char(string="Codes of what lacks", readonly=True)
    is_complete = fields.Boolean(
        string="Nothing lacks",
        readonly=True,
        help="Everything is known that the regulation asks for: only the steward's "
        "confirmation is waited for.",
    )
    lacking_text = fields.Char(
        string="What lacks",
        compute="_compute_lacking_text",
        help="What is not known of the client; of confirmed sales, what was not known "
        "when they were confirmed.",
    )

    @api.depends("lacking")
    @api.depends_context("lang")
    def _compute_lacking_text(self):
        words = self.env["client.confirmation"]._words_of(self.mapped("lacking"))
        for line in self:
            line.lacking_text = words[line.lacking]

    # -------------------------------------------------------------------------- query

    @property
    def _table_query(self):
        companies = self.env["res.company"]._client_companies()
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._query_held(companies),
            self._query_ledger(),
            self._query_credited(companies),
        )

    def _query_held(self, companies):
        """Orders that wait, as they are now."""
        return SQL(
            """SELECT o.id::bigint * 4 AS id, o.id AS order_id, o.name AS order_name,
                      'held' AS kind, p.commercial_partner_id AS partner_id,
                      o.company_id, o.user_id AS salesperson_id, o.team_id,
                      %(day)s AS sale_date, NULL::date AS date,
                      %(amount)s AS amount, %(amount)s AS held_back, 0 AS released,
                      0 AS credited, FALSE AS automatic, NULL::integer AS user_id,
                      NULL::varchar AS reason, c.data_lacking AS lacking,
                      COALESCE(c.data_lacking = '' AND c.data_completeness >= 100,
                               FALSE) AS is_complete
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
            LEFT JOIN client_card c ON c.partner_id = p.commercial_partner_id
                                   AND c.company_id = o.company_id
                WHERE o.client_data_state = 'lacking' AND o.state = 'sale'""",
            day=self.env["client.purchase"]._day(companies, "o", "date_order"),
            amount=self.env["sale.order"]._client_data_amount_sql(companies),
        )

    def _query_ledger(self):
        """What was released and taken back."""
        return SQL(
            """SELECT l.id::bigint * 4 + 1, l.order_id, l.order_name, l.kind,
                      l.partner_id, l.company_id, l.salesperson_id, l.team_id,
                      l.sale_date, l.date, l.amount, 0, l.amount, 0, l.automatic,
                      l.user_id, l.reason, l.lacking, FALSE
                 FROM client_confirmation l"""
        )

    def _query_credited(self, companies):
        """Posted credit notes of the orders that were asked, each on its day."""
        return SQL(
            """SELECT min(i.id)::bigint * 4 + 2, o.id, o.name, 'credited',
                      p.commercial_partner_id, o.company_id, o.user_id, o.team_id,
                      %(day)s, COALESCE(m.invoice_date, m.date), 0, 0, 0,
                      sum(i.balance), FALSE, NULL::integer, m.name, NULL, FALSE
                 FROM account_move m
                 JOIN account_move_line i ON i.move_id = m.id
                 JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
                 JOIN sale_order_line s ON s.id = r.order_line_id
                 JOIN sale_order o ON o.id = s.order_id
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE m.move_type = 'out_refund' AND m.state = 'posted'
                  AND o.client_data_state IS NOT NULL
             GROUP BY m.id, o.id, p.commercial_partner_id""",
            day=self.env["client.purchase"]._day(companies, "o", "date_order"),
        )

    # ------------------------------------------------------------------------ actions

    @api.model
    def _orders_seen(self, order_ids):
        """Those of these orders whose lines the user sees here, whether or not he has
        a right in the sales app: the steward need not sell.

        :return: ``sale.order`` records
        """
        lines = self.search_fetch([("order_id", "in", order_ids)], ["order_id"])
        return lines.order_id

    def action_confirm(self):
        """Confirm the orders of these lines by hand."""
        return self.order_id.action_client_data_confirm()

    def action_withdraw(self):
        """Ask why, then withdraw the confirmation of the orders of these lines."""
        return self.order_id.action_client_data_withdraw()

    def action_open_order(self):
        """Open the order, or the client for who may not read orders."""
        self.ensure_one()
        record = self.order_id
        if not record or not record.has_access("read"):
            record = self.partner_id
        return record._get_records_action()

    def action_open_partner(self):
        """Open the client, to type in what lacks."""
        return self.partner_id._get_records_action()
