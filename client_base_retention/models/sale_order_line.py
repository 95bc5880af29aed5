from odoo import api, models

AMOUNT_FIELDS = {
    "price_unit",
    "product_uom_qty",
    "product_uom_id",
    "product_id",
    "discount",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    """The amount of an order follows from its lines: an edit of the lines of a
    confirmed order is a change of the purchase, though nobody writes the order."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["client.card"]._touch(lines.order_id._client_purchase_pairs())
        return lines

    def write(self, vals):
        result = super().write(vals)
        if AMOUNT_FIELDS & vals.keys():
            self.env["client.card"]._touch(self.order_id._client_purchase_pairs())
        return result

    def unlink(self):
        pairs = self.order_id._client_purchase_pairs()
        result = super().unlink()
        self.env["client.card"]._touch(pairs)
        return result
