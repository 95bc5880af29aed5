from odoo import models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_log_contact(self):
        """Open the dialog *Log a contact* for this client or person of a client."""
        if len(self) != 1:
            raise ValidationError(
                self.env._("Choose one client: each contact is logged by itself.")
            )
        client = self.commercial_partner_id
        person = self - client or self.client_card_id.contact_person_id
        return self.env["client.log.contact"]._action_log(
            client, self.env.company, person
        )
