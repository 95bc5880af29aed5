from odoo import api, fields, models


class ClientPurchaseEntry(models.Model):
    """A purchase made outside this Odoo, imported or typed in (N6, N8, N11).

    It counts as a purchase whatever the company's source of purchases is. A negative
    amount is goods given back.
    """

    _name = "client.purchase.entry"
    _description = "Purchase from elsewhere"
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "number"

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        required=True, default=lambda self: self.env.company._client_today()
    )
    amount = fields.Monetary(
        required=True, help="Without tax. A negative amount is goods given back."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    number = fields.Char(help="Number of the sale in the other program.")
    what = fields.Char(help="What was bought.")
    lasts_days = fields.Integer(
        string="Lasts, days", help="For how many days the purchase lasts."
    )
    amount_company = fields.Monetary(
        string="Amount in company currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
        help="At the rate of the day of the purchase.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for entry in self:
            entry.currency_id = entry.company_id.currency_id

    @api.depends("amount", "currency_id", "company_id", "date")
    def _compute_amount_company(self):
        for entry in self:
            entry.amount_company = entry.currency_id._convert(
                entry.amount,
                entry.company_id.currency_id,
                entry.company_id,
                entry.date or fields.Date.context_today(entry),
            )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        self.env["client.card"]._touch(entries._client_pairs())
        return entries

    def write(self, vals):
        before = self._client_pairs()
        result = super().write(vals)
        self.env["client.card"]._touch(before | self._client_pairs())
        return result

    def unlink(self):
        before = self._client_pairs()
        result = super().unlink()
        self.env["client.card"]._touch(before)
        return result

    def _client_pairs(self):
        """{(partner id, company id)} whose figures these entries are part of."""
        return {(entry.partner_id.id, entry.company_id.id) for entry in self}
