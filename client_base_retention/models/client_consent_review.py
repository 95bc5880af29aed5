from odoo import api, models


class ClientConsent(models.Model):
    """A consent that a salesperson records is looked at by the data steward."""

    _inherit = "client.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        if not self.env.su and self.env["client.review"]._is_noticed():
            self.env["client.review"]._notice_consents(consents)
        return consents
