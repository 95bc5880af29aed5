from odoo import models


class ClientCard(models.Model):
    """No word about a hidden client in errors either: he cannot be named at all."""

    _name = "client.card"
    _inherit = ["client.card", "client.sight.guard"]

    _client_names = ("partner_id",)
