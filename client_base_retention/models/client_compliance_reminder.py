from odoo import fields, models


class ClientComplianceReminder(models.Model):
    """That a salesperson was reminded of his overdue clients: by whom and when, so that
    nobody is reminded twice without knowing."""

    _name = "client.compliance.reminder"
    _description = "Reminder of overdue clients"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who was reminded",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    sender_id = fields.Many2one(
        "res.users", string="By whom", readonly=True, ondelete="set null"
    )
    clients = fields.Integer(string="Clients overdue", readonly=True)

    _user_idx = models.Index("(user_id, company_id)")
