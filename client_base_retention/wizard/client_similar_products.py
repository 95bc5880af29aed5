from odoo import fields, models


class ClientSimilarProducts(models.TransientModel):
    """What clients like this one buy and he does not: what to offer him next (N49)."""

    _name = "client.similar.products"
    _description = "What similar clients buy"

    card_id = fields.Many2one("client.card", required=True, readonly=True)
    partner_id = fields.Many2one(related="card_id.partner_id")
    compared = fields.Integer(string="Clients compared", readonly=True)
    line_ids = fields.One2many(
        "client.similar.products.line", "wizard_id", readonly=True
    )

    def _open(self, card):
        """Action that shows the list for a card the user may read."""
        rows = card._products_of_similar()
        wizard = self.create(
            {
                "card_id": card.id,
                "compared": rows[0]["of"] if rows else 0,
                "line_ids": [fields.Command.create(row) for row in rows],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What similar clients buy"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }


class ClientSimilarProductsLine(models.TransientModel):
    _name = "client.similar.products.line"
    _description = "Product that similar clients buy"

    wizard_id = fields.Many2one(
        "client.similar.products", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    product_name = fields.Char(string="What", compute="_compute_product_name")
    buyers = fields.Integer(readonly=True)
    of = fields.Integer(readonly=True)
    text = fields.Char(string="Who buys it", compute="_compute_text")
    currency_id = fields.Many2one(related="wizard_id.card_id.currency_id")
    amount = fields.Monetary(
        string="A buyer spends",
        readonly=True,
        help="Mean of those who buy it, in the window of the classes, without tax.",
    )

    def _compute_product_name(self):
        for line in self:
            # sudo: a name to offer; the salesperson need not have a right in products.
            line.product_name = line.product_id.sudo().display_name

    def _compute_text(self):
        for line in self:
            line.text = self.env._(
                "%(buyers)s of %(number)s like him buy this",
                buyers=line.buyers,
                number=line.of,
            )
