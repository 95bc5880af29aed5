from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_roles import HEAD, ROLE


class ResPartner(models.Model):
    """Hand over clients from the list and the form of contacts."""

    _inherit = "res.partner"

    client_may_hand_over = fields.Boolean(
        compute="_compute_client_may_hand_over", groups=ROLE
    )

    @api.depends_context("uid")
    def _compute_client_may_hand_over(self):
        """The head hands over clients, a leader those of his team, everybody his."""
        head = self.env.user.has_group(HEAD)
        for partner in self:
            card = partner.client_card_id
            may = self.env.user in card.user_id | card.team_id.user_id
            partner.client_may_hand_over = head or may

    def web_save(self, vals, specification, next_id=None):
        if "user_id" in vals:
            cards = self.env["client.card"].browse(self.client_card_id.ids)
            cards._check_stays_on_screen(vals["user_id"])
        return super().web_save(vals, specification, next_id)

    def action_hand_over_client(self):
        """Open the dialog *Hand over* for these contacts' clients here.

        :raise UserError: none of them is a client
        """
        cards = self._client_cards_checked()
        if not cards:
            raise UserError(
                self.env._("None of these contacts is in the client base here.")
            )
        return self.env["client.card"].browse(cards.ids).action_hand_over()
