from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .client_roles import ROLE


class ResPartner(models.Model):
    """The history of the client on the contact, and how he pays.

    These figures are the same for everybody who sees the client, as his turnover is:
    who sells must know that a client pays late, though he may not open the invoices.
    """

    _inherit = "res.partner"

    client_deal_sum = fields.Monetary(
        related="client_card_id.turnover_total",
        string="Sum of all deals",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    client_period = fields.Char(
        string="Works with us",
        compute="_compute_client_period",
        groups=ROLE,
        help="From the first deal to the last one.",
    )
    client_debt = fields.Monetary(
        string="Owes",
        compute="_compute_client_debt",
        currency_field="client_currency_id",
        groups=ROLE,
        help="What stands open on the client's accounts today, less what he paid "
        "ahead.",
    )
    client_overdue = fields.Monetary(
        string="Of it overdue",
        compute="_compute_client_debt",
        currency_field="client_currency_id",
        groups=ROLE,
        help="What should have been paid by now.",
    )
    client_payment_delay_days = fields.Integer(
        string="Mean delay of payment, days",
        compute="_compute_client_payment_delay",
        groups=ROLE,
        help="Weighted by the sums, over invoices due in the last 12 months and those "
        "that are open. What is late and open counts until today, paid early counts as "
        "in time.",
    )
    client_payment_count = fields.Integer(
        string="Invoices behind the mean delay",
        compute="_compute_client_payment_delay",
        groups=ROLE,
    )
    client_payment_text = fields.Char(
        string="Pays",
        compute="_compute_client_payment_delay",
        groups=ROLE,
        help="Mean delay, weighted by the sums, over invoices due in the last 12 "
        "months and those that are open. What is late and open counts until today, "
        "paid early counts as in time.",
    )

    @api.depends(
        "client_card_id.first_purchase_date", "client_card_id.last_purchase_date"
    )
    @api.depends_context("company", "lang")
    def _compute_client_period(self):
        for partner in self:
            card = partner.client_card_id
            partner.client_period = partner._client_period_text(
                card.first_purchase_date, card.last_purchase_date
            )

    def _client_period_text(self, first, last):
        """ "3/12/2019 – 11/14/2026 (7 years 8 months)" """
        if not first:
            return False
        if first == last:
            return format_date(self.env, first)
        past = relativedelta(last, first)
        spans = []
        if past.years:
            spans.append(self.env._("%(years)s y", years=past.years))
        if past.months:
            spans.append(self.env._("%(months)s mo", months=past.months))
        if not spans:
            spans.append(self.env._("%(days)s d", days=past.days))
        return self.env._(
            "%(first)s – %(last)s (%(span)s)",
            first=format_date(self.env, first),
            last=format_date(self.env, last),
            span=" ".join(spans),
        )

    @api.depends("client_card_id")
    @api.depends_context("company", "uid")
    def _compute_client_debt(self):
        clients = self.client_card_id.partner_id
        debts = {}
        if clients:
            moves = self.env["account.move"]
            debts = moves._client_debts(clients.ids, self.env.company)
        for partner in self:
            client = partner.client_card_id.partner_id.id
            partner.client_debt, partner.client_overdue = debts.get(client, (0, 0))

    @api.depends("client_card_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_client_payment_delay(self):
        clients = self.client_card_id.partner_id
        habits = {}
        if clients:
            moves = self.env["account.move"]
            habits = moves._client_payment_habit(clients.ids, self.env.company)
        for partner in self:
            client = partner.client_card_id.partner_id.id
            late, number = habits.get(client, (0, 0))
            partner.client_payment_delay_days = round(late)
            partner.client_payment_count = number
            partner.client_payment_text = self._client_payment_words(
                round(late), number
            )

    def _client_payment_words(self, late, number):
        if not number:
            return False
        if late:
            return self.env._(
                "%(days)s d late on average (invoices: %(number)s)",
                days=late,
                number=number,
            )
        return self.env._("in time (invoices: %(number)s)", number=number)

    def action_open_client_history(self):
        """Open the whole history of this client, to filter and to group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_history_line_action"
        )
        client = self.commercial_partner_id
        return action | {
            "display_name": self.env._("History of %(client)s", client=client.name),
            "domain": [("partner_id", "=", client.id)],
        }
