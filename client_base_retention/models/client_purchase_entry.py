from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain=[("sale_ok", "=", True)],
        help="Fills in what was bought and the sum; both may be changed.",
    )
    what = fields.Char(help="What was bought.")
    lasts_days = fields.Integer(
        string="Lasts, days",
        help="For how many days the purchase lasts. Then the client is expected again.",
    )
    lasts_until = fields.Date(
        string="Next purchase",
        compute="_compute_lasts_until",
        help="The day on which the purchase is used up.",
    )
    # The client's own data, for lists; in an import they are what finds the client.
    phone = fields.Char(related="partner_id.phone", string="Telephone", readonly=False)
    email = fields.Char(related="partner_id.email", string="E-mail", readonly=False)
    vat = fields.Char(related="partner_id.vat", string="Tax number", readonly=False)
    ref = fields.Char(
        related="partner_id.ref",
        string="Client's number",
        readonly=False,
        help="The client's number in your other program.",
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
        # A rate is looked up once for each day and currency, not for each entry.
        for (currency, company, date), entries in self.grouped(
            lambda entry: (entry.currency_id, entry.company_id, entry.date)
        ).items():
            own, day = company.currency_id, date or fields.Date.context_today(self)
            rate = currency._get_conversion_rate(currency, own, company, day)
            for entry in entries:
                entry.amount_company = own.round(entry.amount * rate)

    @api.depends("date", "lasts_days")
    def _compute_lasts_until(self):
        for entry in self:
            lasts = entry.date and entry.lasts_days
            entry.lasts_until = lasts and entry.date + timedelta(days=entry.lasts_days)

    @api.depends("number", "what", "partner_id")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = (
                entry.number or entry.what or entry.partner_id.display_name or ""
            )

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id:
            self.what = self.product_id.display_name
            company = self.company_id or self.env.company
            self.amount = self.product_id.currency_id._convert(
                self.product_id.lst_price,
                self.currency_id or company.currency_id,
                company,
                self.date or company._client_today(),
            )

    @api.onchange("date")
    def _onchange_date(self):
        if self.date and self.date > self.company_id._client_today():
            return {
                "warning": {
                    "title": self.env._("A day to come"),
                    "message": self.env._("The purchase counts from that day on."),
                }
            }
        return None

    @api.constrains("amount", "lasts_days")
    def _check_amount(self):
        """A gift may stand in the books with nothing; who records a purchase in the
        dialog has forgotten the sum."""
        in_dialog = self.env.context.get("client_bought")
        for entry in self:
            if in_dialog and entry.currency_id.is_zero(entry.amount):
                raise ValidationError(self.env._("The sum of a purchase is missing."))
            if entry.lasts_days < 0:
                raise ValidationError(
                    self.env._("A purchase cannot last less than no days.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries.partner_id._client_keep_seen()
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

    # ----------------------------------------------------------------------- actions

    def action_import_purchases(self):
        """Open Odoo's import screen for purchases from elsewhere."""
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import purchases from elsewhere"),
            "params": {"model": self._name},
        }

    @api.model
    def _action_bought(self, partner, company=None):
        """The dialog *Bought*, for a client or, with none, to choose him in it."""
        company = company or self.env.company
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bought"),
            "res_model": self._name,
            "views": [
                (
                    self.env.ref(
                        "client_base_retention.client_purchase_entry_view_form_bought"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "client_bought": True,
                "default_partner_id": partner.id,
                "default_company_id": company.id,
                "default_date": company._client_today(),
            },
        }
