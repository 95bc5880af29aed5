from odoo import api, fields, models
from odoo.fields import Domain

from .client_my_day_talk import GROWTH_SHARE


class ClientCard(models.Model):
    """Growth points (N49): who could buy much and buys little from us.

    What to offer him and what is done next is the salesperson's own plan.
    """

    _inherit = "client.card"

    growth_plan = fields.Text(
        string="What to offer",
        help="The salesperson's plan: what this client could buy from us beside what "
        "he buys already, and how to get there.",
    )
    growth_next_step = fields.Date(
        string="Next step on", help="When the salesperson goes on with the plan."
    )
    is_growth_point = fields.Boolean(
        string="Growth point",
        compute="_compute_is_growth_point",
        search="_search_is_growth_point",
        help="High potential of which less than half is bought from us.",
    )

    # The list of growth points, the largest missing amount first.
    _growth_idx = models.Index(
        "(company_id, potential_missing DESC, id)"
        " WHERE active IS TRUE AND potential_level = 'high'"
    )

    @api.depends("potential_level", "wallet_share")
    def _compute_is_growth_point(self):
        for card in self:
            card.is_growth_point = (
                card.potential_level == "high" and card.wallet_share < GROWTH_SHARE
            )

    @api.model
    def _search_is_growth_point(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) > 1:
            return Domain.TRUE
        growth = Domain(self.env["client.my.day"]._growth_leaves())
        return growth if True in value else ~growth

    def _fold_values(self, target):
        values = super()._fold_values(target)
        for name in ("growth_plan", "growth_next_step"):
            if self[name] and not target[name]:
                values[name] = self[name]
        return values
