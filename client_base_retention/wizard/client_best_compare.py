from odoo import api, fields, models

BEST = [
    ("vip", "VIP"),
    ("vip_a", "VIP and A"),
    ("loyal", "Loyalty of 70 and more"),
]
DOMAINS = {
    "vip": [("abc_class", "=", "vip")],
    "vip_a": [("abc_class", "in", ("vip", "a"))],
    "loyal": [("is_loyal", "=", True)],
}


class ClientBestCompare(models.TransientModel):
    """What the best clients have in common, against the rest (N51).

    Compares the active clients of the current company that the user may see.
    """

    _name = "client.best.compare"
    _description = "What the best clients have in common"

    best = fields.Selection(BEST, string="Who is best", default="vip_a", required=True)
    segment_id = fields.Many2one("client.segment", help="Empty: clients of all.")
    best_count = fields.Integer(string="Best", compute="_compute_lines")
    rest_count = fields.Integer(string="The others", compute="_compute_lines")
    line_ids = fields.One2many(
        "client.best.compare.line", compute="_compute_lines", string="In common"
    )

    @api.depends("best", "segment_id")
    def _compute_lines(self):
        for wizard in self:
            domain, best = wizard._domains()
            cards = self.env["client.card"]
            best_count, rest_count, lines = cards._best_features(domain, best)
            wizard.best_count = best_count
            wizard.rest_count = rest_count
            wizard.line_ids = wizard.line_ids.new().browse()
            for line in lines:
                wizard.line_ids |= wizard.line_ids.new(line)

    def _domains(self):
        """Domain of the clients compared, and of the best among them."""
        self.ensure_one()
        domain = [("status", "=", "active"), ("company_id", "=", self.env.company.id)]
        if self.segment_id:
            domain.append(("partner_id.segment_id", "=", self.segment_id.id))
        return domain, DOMAINS[self.best]


class ClientBestCompareLine(models.TransientModel):
    _name = "client.best.compare.line"
    _description = "What the best clients have in common: a feature"

    feature = fields.Char()
    value = fields.Char()
    best_count = fields.Integer(string="Best")
    rest_count = fields.Integer(string="Others")
    best_share = fields.Float(string="Of the best, %", digits=(16, 0))
    rest_share = fields.Float(string="Of the others, %", digits=(16, 0))
    difference = fields.Float(digits=(16, 0))
