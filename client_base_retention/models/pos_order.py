from odoo import api, models

POS_PURCHASE_FIELDS = {"state", "partner_id", "account_move", "lines", "date_order"}


class Base(models.AbstractModel):
    """Point-of-sale orders are events where that app is installed.

    The addon does not depend on the point of sale, so its model cannot be extended by a
    class of its own; and a method put into the registry is thrown out by the automation
    rules whenever one of them changes.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._name == "pos.order":
            self.env["client.card"]._touch(_pos_pairs(records))
        return records

    def write(self, vals):
        if self._name != "pos.order" or not POS_PURCHASE_FIELDS & vals.keys():
            return super().write(vals)
        before = _pos_pairs(self)
        result = super().write(vals)
        self.env["client.card"]._touch(before | _pos_pairs(self))
        return result


def _pos_pairs(orders):
    """{(partner id, company id)} of the paid orders with a client."""
    return {
        (order.partner_id.id, order.company_id.id)
        for order in orders
        if order.partner_id and order.state in ("paid", "done")
    }
