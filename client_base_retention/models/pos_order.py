from odoo import api, models

PURCHASE_FIELDS = {"state", "partner_id", "account_move", "lines", "date_order"}


class ClientPurchase(models.Model):
    """Point-of-sale orders are purchases where that app is installed.

    The addon does not depend on the point of sale, so its model cannot be extended by
    a class: the hook is put in when the registry is complete, as automation rules do.
    """

    _inherit = "client.purchase"

    def _register_hook(self):
        result = super()._register_hook()
        if "pos.order" not in self.env:
            return result

        @api.model_create_multi
        def create(self, vals_list):
            orders = create.origin(self, vals_list)
            self.env["client.card"]._touch(_pairs(orders))
            return orders

        def write(self, vals):
            touched = PURCHASE_FIELDS & vals.keys()
            before = _pairs(self) if touched else set()
            result = write.origin(self, vals)
            if touched:
                self.env["client.card"]._touch(before | _pairs(self))
            return result

        model = self.env.registry["pos.order"]
        for name, method in (("create", create), ("write", write)):
            method.origin = getattr(model, name)
            setattr(model, name, method)
        return result

    def _unregister_hook(self):
        result = super()._unregister_hook()
        if "pos.order" in self.env:
            model = self.env.registry["pos.order"]
            for name in ("create", "write"):
                if hasattr(model.__dict__.get(name), "origin"):
                    delattr(model, name)
        return result


def _pairs(orders):
    """{(partner id, company id)} of the paid orders with a client."""
    return {
        (order.partner_id.id, order.company_id.id)
        for order in orders
        if order.partner_id and order.state in ("paid", "done")
    }
