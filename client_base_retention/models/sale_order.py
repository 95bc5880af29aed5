from odoo import api, models

# What a change of makes another purchase out of a confirmed order.
PURCHASE_FIELDS = {
    "state",
    "partner_id",
    "date_order",
    "company_id",
    "currency_id",
    "pricelist_id",
    "order_line",
    "user_id",
}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "client.card.shown"]

    _client_purchase_idx = models.Index(
        "(partner_id, company_id) INCLUDE (date_order, amount_untaxed, currency_rate) "
        "WHERE state = 'sale'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        bought = orders.filtered(lambda order: order.state == "sale")
        self.env["client.card"]._touch(bought._client_pairs())
        self.env["client.card"]._touch_prospects((orders - bought)._client_pairs())
        return orders

    def write(self, vals):
        if not PURCHASE_FIELDS & vals.keys():
            return super().write(vals)
        before = self._client_purchase_pairs()
        result = super().write(vals)
        self.env["client.card"]._touch(before | self._client_purchase_pairs())
        if {"partner_id", "company_id"} & vals.keys():
            self.env["mail.activity"]._find_clients_of(self)
        if "partner_id" in vals:
            self.env["client.card"]._touch_prospects(self._client_pairs())
        return result

    def _client_pairs(self):
        """{(partner id, company id)} of these orders."""
        return {(order.partner_id.id, order.company_id.id) for order in self}

    def _client_purchase_pairs(self):
        """The same of the confirmed ones, which count as purchases."""
        return self.filtered(lambda order: order.state == "sale")._client_pairs()
