from odoo import models
from odoo.exceptions import ValidationError


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def action_log_contact(self):
        """Open the dialog *Log a contact* for the client of this opportunity."""
        self.ensure_one()
        if not self.partner_id:
            raise ValidationError(
                self.env._("Choose the contact of the opportunity first.")
            )
        company = self.company_id or self.env.company
        return self.partner_id.with_company(company).action_log_contact()
