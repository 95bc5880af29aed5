from odoo import fields, models

from .res_partner import ROLE


class ResPartner(models.Model):
    """When the client was contacted last and is due next (design 4.1)."""

    _inherit = "res.partner"

    last_contact_date = fields.Date(
        related="client_card_id.last_contact_date", groups=ROLE
    )
    next_contact_date = fields.Date(
        related="client_card_id.next_contact_date", groups=ROLE
    )
    contact_state = fields.Selection(
        related="client_card_id.contact_state", groups=ROLE
    )

    def action_open_client_touchpoints(self):
        """Open the contacts that took place with this client."""
        self.ensure_one()
        client = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_touchpoint_action"
        )
        return action | {
            "domain": [("partner_id", "=", client.id)],
            "context": {"default_partner_id": self.id},
        }
