from odoo import models


class ClientReview(models.Model):
    """No way to a hidden client's name by sending him to the steward."""

    _name = "client.review"
    _inherit = ["client.review", "client.sight.guard"]

    _client_names = ("partner_id", "person_id")
