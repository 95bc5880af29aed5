from odoo import models


class ClientTouchpoint(models.Model):
    """No way to a hidden client by logging a contact with him."""

    _name = "client.touchpoint"
    _inherit = ["client.touchpoint", "client.sight.guard"]

    _client_names = ("partner_id", "person_id")
