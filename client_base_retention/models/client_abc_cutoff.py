from odoo import fields, models


class ClientAbcCutoff(models.Model):
    """Where the classes of a company and policy ended in the last full derivation.

    For each class the turnover and the partner id of the last client that is at least
    that good; a client is in the class if he stands at or before that place (turnover
    descending, then partner id). So one client is classified by day exactly as the
    nightly run would classify him in an unchanged base.
    """

    _name = "client.abc.cutoff"
    _description = "Limits of the classes"
    _rec_name = "policy_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    policy_id = fields.Many2one(
        "client.policy", string="Regulation", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    clients = fields.Integer(help="Clients that took part in the shares.")
    vip_turnover = fields.Monetary(string="VIP from turnover")
    vip_partner = fields.Integer(string="Last VIP")
    a_turnover = fields.Monetary(string="A from turnover")
    a_partner = fields.Integer(string="Last A")
    b_turnover = fields.Monetary(string="B from turnover")
    b_partner = fields.Integer(string="Last B")
    regulation = fields.Char(
        string="Made with", help="Shares and period that the limits were made with."
    )
    reviewed_on = fields.Date(
        string="Reviewed on", help="Day on which effective classes followed last."
    )

    _company_policy_uniq = models.Constraint(
        "UNIQUE(company_id, policy_id)", "Limits are kept once per regulation."
    )
