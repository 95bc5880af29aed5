from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import ROLE


class ResPartner(models.Model):
    """Hand over clients from the list and the form of contacts."""

    _inherit = "res.partner"

    client_may_hand_over = fields.Boolean(
        compute="_compute_client_may_hand_over", groups=ROLE
    )

    @api.depends_context("uid")
    def _compute_client_may_hand_over(self):
        """The head hands over clients, a leader those of his team."""
        head = self.env.user.has_group("client_base_retention.group_client_head")
        for partner in self:
            leader = partner.client_card_id.team_id.user_id
            partner.client_may_hand_over = head or leader == self.env.user

    def action_hand_over_client(self):
        """Open the dialog *Hand over* for these contacts' clients here.

        :raise UserError: none of them is a client
        """
        cards = self.client_card_id
        if not cards:
            raise UserError(
                self.env._("None of these contacts is in the client base here.")
            )
        return self.env["client.card"].browse(cards.ids).action_hand_over()
