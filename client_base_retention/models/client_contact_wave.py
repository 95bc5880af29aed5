from odoo import fields, models


class ClientContactWave(models.Model):
    """The first round of a norm: from which client on the contacts of a day begin.

    With a start date of the regulation nobody is due before it, and those who would be
    are spread over one interval of the norm: by class, turnover and card. The order is
    cut once, when the start date is set; the first client of each day is kept, so that
    a client derived by day gets the day that the night would give him.
    """

    _name = "client.contact.wave"
    _description = "First round of a contact norm"
    _log_access = False
    _order = "rule_id, day"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    rule_id = fields.Many2one("client.contact.rule", required=True, ondelete="cascade")
    # What the round was cut for; another start date or interval cuts it anew.
    start_date = fields.Date(required=True)
    interval_days = fields.Integer(string="Days of the interval")
    day = fields.Date(required=True)
    # Place in the order of the first client of the day. 0: whoever comes first.
    class_place = fields.Integer()
    turnover = fields.Float(digits=0)
    card = fields.Integer(string="Card number")

    _rule_idx = models.Index("(rule_id, company_id, day)")
