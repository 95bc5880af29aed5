from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClientConfirmation(models.Model):
    """What became of the client data of an order, append-only (N130, N133).

    A ledger: what was confirmed and released for commission, and what was taken back,
    each on its day, with the amount and the salesperson of that moment. So a month that
    was paid says the same later: a confirmation withdrawn in December lessens December.
    Written by ``sale_order_data.py`` and ``sale_order_data_confirm.py`` only.
    """

    _name = "client.confirmation"
    _description = "Confirmation of client data"
    _order = "date desc, id desc"
    _rec_name = "order_name"

    order_id = fields.Many2one(
        "sale.order", readonly=True, index=True, ondelete="set null"
    )
    order_name = fields.Char(string="Number", readonly=True)
    kind = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("withdrawn", "Withdrawn"),
            ("cancelled", "Order cancelled"),
            ("corrected", "Amount changed"),
        ],
        string="What happened",
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Client", readonly=True, index=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    salesperson_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        ondelete="restrict",
        help="Whose sale it was on that day.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales team", readonly=True, ondelete="set null"
    )
    sale_date = fields.Date(string="Sold on", required=True, readonly=True)
    date = fields.Date(
        required=True,
        readonly=True,
        help="Day of the confirmation or withdrawal in the company's time zone.",
    )
    amount = fields.Monetary(
        string="Released",
        readonly=True,
        help="Sale without tax in company currency, released for commission on this "
        "day. Negative where it was taken back.",
    )
    automatic = fields.Boolean(
        string="By itself", readonly=True, help="Nobody did it by hand."
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        readonly=True,
        ondelete="restrict",
        help="Empty: it happened by itself.",
    )
    reason = fields.Char(readonly=True)
    lacking = fields.Char(string="Codes of what lacked", readonly=True)
    lacking_text = fields.Char(
        string="What lacked",
        compute="_compute_lacking_text",
        help="What was not known of the client when his data were confirmed.",
    )

    _date_idx = models.Index("(company_id, date)")

    @api.depends("lacking")
    @api.depends_context("lang")
    def _compute_lacking_text(self):
        words = self._words_of(self.mapped("lacking"))
        for entry in self:
            entry.lacking_text = words[entry.lacking]

    @api.model
    def _words_of(self, lacking):
        """{codes joined by comma: what they say} of several."""
        checks = self.env["client.card"]._data_checks()
        return {
            codes: ", ".join(
                checks[code].label
                for code in (codes or "").split(",")
                if code in checks
            )
            for codes in set(lacking)
        }

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse()

    def _refuse(self):
        """Nobody alters what was written, code with sudo included."""
        if self:
            raise UserError(
                self.env._(
                    "What was confirmed and withdrawn is a record of what was paid: it "
                    "is neither changed nor deleted. Withdraw a confirmation instead."
                )
            )

    @api.model
    def _columns(self):
        """``SQL`` list of the columns that a statement inserts, in its order."""
        return SQL(
            "order_id, order_name, kind, partner_id, company_id, salesperson_id,"
            " team_id, sale_date, date, amount, automatic, user_id, lacking,"
            " create_uid, write_uid, create_date, write_date"
        )
