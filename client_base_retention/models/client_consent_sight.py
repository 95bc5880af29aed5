from odoo import models


class ClientConsent(models.Model):
    """No way to a hidden client's name by saying what he agreed to."""

    _name = "client.consent"
    _inherit = ["client.consent", "client.sight.guard"]

    _client_names = ("partner_id",)
