from odoo import models


class SaleOrder(models.Model):
    """No way to a hidden client's telephone and e-mail by naming him."""

    _name = "sale.order"
    _inherit = ["sale.order", "client.sight.guard"]

    _client_names = ("partner_id", "partner_invoice_id", "partner_shipping_id")
