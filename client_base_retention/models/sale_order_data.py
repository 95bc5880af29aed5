import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from .client_roles import ROLE

# Only these make a sale, undo one, or make it another client's.
SALE_FIELDS = {"state", "partner_id", "company_id"}
DATA_FIELDS = {
    "client_data_state",
    "client_data_confirmed_on",
    "client_data_confirmed_by_id",
    "client_data_amount",
}


class SaleOrder(models.Model):
    """A sale counts for commission once the data of its client are confirmed (N133).

    Nothing blocks the sale. A confirmed order of a client whose regulation asks for it
    is *held back* until the steward confirms the data, or until nothing lacks where the
    regulation says so. Empty state: there is nothing to confirm, because it is no sale
    yet, the buyer is no client, or it was sold before the function was switched on.
    """

    _inherit = "sale.order"

    client_data_state = fields.Selection(
        [("lacking", "Not confirmed"), ("confirmed", "Confirmed")],
        string="Client data",
        readonly=True,
        copy=False,
        groups=ROLE,
        help="Whether the data of the client are confirmed, so that the sale counts "
        "for commission. Empty: there is nothing to confirm.",
    )
    client_data_confirmed_on = fields.Date(
        string="Client data confirmed on", readonly=True, copy=False, groups=ROLE
    )
    client_data_confirmed_by_id = fields.Many2one(
        "res.users",
        string="Client data confirmed by",
        readonly=True,
        copy=False,
        groups=ROLE,
        help="Empty: they were confirmed by themselves, since nothing lacked.",
    )
    client_data_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency", groups=ROLE
    )
    client_data_amount = fields.Monetary(
        string="Released for commission",
        currency_field="client_data_currency_id",
        readonly=True,
        copy=False,
        groups=ROLE,
        help="Without tax, in company currency.",
    )
    client_data_lacking = fields.Html(
        string="What lacks in the client's data",
        compute="_compute_client_data_lacking",
        compute_sudo=True,
        sanitize=False,
        groups=ROLE,
    )

    _client_data_idx = models.Index("(partner_id) WHERE client_data_state = 'lacking'")

    def _has_field_access(self, field, operation):
        """Confirming is the steward's, by the methods below."""
        if operation == "write" and field.name in DATA_FIELDS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.sudo().filtered(lambda o: o.state == "sale")._client_data_ask()
        return orders

    def write(self, vals):
        if not SALE_FIELDS & vals.keys():
            return super().write(vals)
        # sudo: whoever confirms or cancels need not see the client, nor have a role.
        orders = self.sudo()
        sold = {o: o._client_data_key() for o in orders if o.state == "sale"}
        result = super().write(vals)
        still = orders.filtered(lambda o: o.state == "sale")
        same = still.filtered(lambda o: sold.get(o) == o._client_data_key())
        undone = orders.browse([o.id for o in sold]) - same
        undone._client_data_undo(still)
        (still - same)._client_data_ask()
        return result

    # --------------------------------------------------------------- asking and undoing

    def _client_data_key(self):
        """Whose sale this is: the client, in a company."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id, self.company_id

    def _client_sale_day(self):
        """Day of the sale in the company's time zone, as in the figures of clients."""
        moment = pytz.utc.localize(self.date_order)
        zone = pytz.timezone(self.company_id._client_tz())
        return moment.astimezone(zone).date()

    def _client_data_ask(self):
        """Hold back those of these new sales whose regulation asks for good data, and
        release at once where nothing lacks and the regulation says so.

        Runs as superuser. Costs nothing where no regulation asks.
        """
        asking = self and self.env["client.policy"]._data_confirmations()
        if not asking:
            return
        cards = self._client_data_cards([("policy_id", "in", list(asking))])
        held, complete = self.browse(), self.browse()
        for order in self:
            card = cards.get(order._client_data_key())
            mode, first = asking[card.policy_id.id] if card else (None, None)
            if (
                card
                and order._client_sale_day() >= first
                and order.company_id._client_started(card.team_id)
            ):
                held |= order
                if mode == "automatic" and not card.data_lacking:
                    complete |= order
        held.client_data_state = "lacking"
        if complete:
            complete._client_data_release(automatic=True)

    def _client_data_cards(self, domain=()):
        """{(client, company): card} of the clients of these orders."""
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        found = cards.search_fetch(
            [
                ("partner_id", "in", self.partner_id.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                *domain,
            ],
            ["partner_id", "company_id", "policy_id", "team_id", "data_lacking"],
        )
        return {(card.partner_id, card.company_id): card for card in found}

    def _client_data_undo(self, still):
        """These were sales of the client they were confirmed for, and are so no more:
        what was released is taken back, in the month in which this happens.

        :param still: those of them that are sales of another client now
        """
        asked = self.filtered("client_data_state")
        for orders, kind, reason in (
            (asked - still, "cancelled", False),
            (asked & still, "withdrawn", self.env._("The order got another client.")),
        ):
            orders._client_data_take_back(kind, reason, automatic=True)
        asked.write(dict.fromkeys(DATA_FIELDS, False))

    def _client_data_take_back(self, kind, reason, automatic=False):
        """Write into the ledger that nothing of these orders is released any more.

        Each salesperson gives back what he got: the order may have another one today.
        """
        released = self.filtered(lambda o: o.client_data_state == "confirmed")
        if not released:
            return
        entries = self.env["client.confirmation"].sudo()
        last = entries.search([("order_id", "in", released.ids)], order="id")
        kept = {}
        for entry in last:
            kept.setdefault((entry.order_id, entry.salesperson_id), []).append(entry)
        newest = {entry.order_id: entry for entry in last}
        vals_list = []
        for (order, salesperson), group in kept.items():
            amount = sum(entry.amount for entry in group)
            if order.company_id.currency_id.is_zero(amount) and (
                newest[order] not in group
            ):
                continue
            vals_list.append(
                {
                    "order_id": order.id,
                    "order_name": order.name,
                    "kind": kind,
                    "partner_id": group[-1].partner_id.id,
                    "company_id": order.company_id.id,
                    "salesperson_id": salesperson.id,
                    "team_id": group[-1].team_id.id,
                    "sale_date": group[-1].sale_date,
                    "date": order.company_id._client_today(),
                    "amount": -amount,
                    "automatic": automatic,
                    "user_id": self.env.uid,
                    "reason": reason,
                }
            )
        entries.create(vals_list)

    # -------------------------------------------------------------------------- words

    @api.depends("client_data_state", "state", "partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_client_data_lacking(self):
        """What lacks, each with a link to where it is typed in; why money waits."""
        orders = self.filtered(
            lambda o: o.client_data_state == "lacking" or o.state in ("draft", "sent")
        )
        (self - orders).client_data_lacking = False
        asking = self.env["client.policy"]._data_confirmations()
        cards = orders._client_data_cards() if orders else {}
        lacking = (
            self.env["client.card"].concat(*cards.values())._data_lacking_of_each()
        )
        withdrawn = orders._client_data_withdrawn()
        for order in orders:
            card = cards.get(order._client_data_key())
            words = _links(lacking.get(card, []))
            if order.client_data_state:
                text = order._client_data_why(words, withdrawn.get(order))
            elif words and card.policy_id.id in asking:
                text = Markup("<p class='mb-0'>%s</p>") % self.env._(
                    "Before this sale counts: %(what)s.", what=words
                )
            else:
                text = False
            order.client_data_lacking = text

    def _client_data_withdrawn(self):
        """{order: the withdrawal} of those of these whose confirmation was withdrawn
        by a person, and which nobody confirmed since."""
        entries = self.env["client.confirmation"].sudo()
        if not self.ids:
            return {}
        last = {
            entry.order_id: entry
            for entry in entries.search([("order_id", "in", self.ids)], order="id")
        }
        return {
            order: entry
            for order, entry in last.items()
            if entry.kind == "withdrawn" and not entry.automatic
        }

    def _client_data_why(self, words, withdrawal):
        """Why the sale is held back, as HTML: who withdrew it, and what lacks."""
        lines = []
        if withdrawal:
            lines.append(
                self.env._(
                    "Withdrawn by %(user)s on %(date)s: %(reason)s",
                    user=withdrawal.user_id.name,
                    date=format_date(self.env, withdrawal.date),
                    reason=withdrawal.reason or "",
                )
            )
        steward = self.company_id.client_steward_id.name
        if words:
            lines.append(self.env._("Lacking: %(what)s.", what=words))
        elif steward:
            lines.append(
                self.env._("Nothing lacks; %(steward)s confirms it.", steward=steward)
            )
        else:
            lines.append(self.env._("Nothing lacks; the data steward confirms it."))
        return Markup("").join(Markup("<p class='mb-0'>%s</p>") % x for x in lines)


def _links(places):
    """What lacks as links to the forms where it is typed in, joined by commas."""
    return Markup(", ").join(
        Markup(
            '<a href="/odoo/%(model)s/%(res_id)s" data-model="%(model)s"'
            ' data-id="%(res_id)s" data-field="%(field)s">%(label)s</a>'
        )
        % place
        for place in places
    )
