from odoo import api, models


class ClientConsent(models.Model):
    """A consent may be what lacked of a client."""

    _inherit = "client.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        consents.partner_id._client_data_touched()
        return consents
