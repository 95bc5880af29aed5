from odoo import models


class ClientPurchaseEntry(models.Model):
    """No word about a hidden client in errors either: he cannot be named at all."""

    _name = "client.purchase.entry"
    _inherit = ["client.purchase.entry", "client.sight.guard"]

    _client_names = ("partner_id",)
