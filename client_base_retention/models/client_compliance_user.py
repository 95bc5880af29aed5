from odoo import fields, models


class ClientComplianceUser(models.Model):
    """How much a salesperson had to do in a month, and what came of it: the load beside
    the result. Kept with the month.

    Clients, norms and load are those of the day of measuring, in a closed month those
    of the day on which it was closed, as a rule the first of the next one. Written by
    ``client_compliance_people.py`` only.
    """

    _name = "client.compliance.user"
    _inherit = ["client.compliance.line"]
    _description = "Load and result of a salesperson"
    _order = "month_id, user_id"
    _rec_name = "user_id"
    _log_access = False

    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        ondelete="restrict",
        help="Empty: clients without salesperson.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales team", readonly=True, ondelete="restrict"
    )
    clients = fields.Integer(readonly=True)
    norms = fields.Integer(readonly=True)
    load = fields.Float(string="Contacts a day needed", readonly=True)
    limit = fields.Integer(string="Contacts a day allowed", readonly=True)
    late_purchases = fields.Integer(string="Late with purchase", readonly=True)
    lost = fields.Integer(string="Became former", readonly=True)
    came_back = fields.Integer(readonly=True)
    taken_over = fields.Integer(string="Clients taken over", readonly=True)
    contacts = fields.Integer(string="Contacts made", readonly=True)
    contacts_with_note = fields.Integer(string="With a note", readonly=True)
    days_away = fields.Integer(readonly=True)

    _user_uniq = models.UniqueIndex(
        "(month_id, COALESCE(user_id, 0))", "The salesperson has a line already."
    )
