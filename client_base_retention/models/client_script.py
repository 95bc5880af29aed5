from odoo import fields, models

USES = [
    ("care", "Care call"),
    ("first", "After the first purchase"),
    ("when_next", "When again?"),
    ("win_back", "Win back"),
    ("greeting", "Greeting on the telephone"),
    ("closing", "Closing phrase"),
    ("other", "Other"),
]


class ClientScript(models.Model):
    """What to say to a client (N71, N72, N79, N80)."""

    _name = "client.script"
    _description = "Script"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    use = fields.Selection(USES, required=True, default="other")
    text = fields.Html(string="What to say", translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    active = fields.Boolean(default=True)
