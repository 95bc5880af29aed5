from odoo import fields, models

from .client_card import CLASSES, STATUSES
from .client_contact_rule import KINDS

RESULTS = [("kept", "Kept"), ("late", "Late"), ("not_made", "Not made")]


class ClientCompliance(models.Model):
    """The kept result of a norm in a month (design 4.3 *Kept, late, not made*).

    One row per client, kind of contact, status and responsible, with rule, class and
    owner as they were. Written by ``client_compliance_measure.py`` only; the rows of
    a closed month stay as they are (``client_compliance_kept.py``): a client who is
    merged or deleted leaves the name he had, and users and teams are archived, not
    deleted. There may be a million rows a month, so only what is deleted often has
    an index of its own.
    """

    _name = "client.compliance"
    _inherit = ["client.compliance.line"]
    _description = "Compliance with the regulation"
    _order = "result desc, overdue_days desc, id"
    _rec_name = "client_name"
    _log_access = False

    card_id = fields.Many2one(
        "client.card",
        string="Client",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty where the client has left the client base since.",
    )
    client_name = fields.Char(
        string="Name then", readonly=True, help="The client's name in that month."
    )
    # No foreign key: the figures outlive the obligation.
    obligation_id = fields.Integer(required=True, readonly=True, aggregator=None)
    rule_id = fields.Many2one(
        "client.contact.rule", string="Norm", readonly=True, ondelete="set null"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    norm_days = fields.Integer(string="Norm, days", readonly=True, aggregator="avg")
    status = fields.Selection(STATUSES, readonly=True)
    abc_class = fields.Selection(CLASSES, string="Class", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        readonly=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales team", readonly=True, ondelete="restrict"
    )
    result = fields.Selection(RESULTS, required=True, readonly=True)
    is_kept = fields.Integer(string="Kept", readonly=True)
    is_late = fields.Integer(string="Late", readonly=True)
    is_not_made = fields.Integer(string="Not made", readonly=True)
    is_tried = fields.Integer(
        string="Tried",
        readonly=True,
        help="Not made, with three or more tries on different days since it was due.",
    )
    tries = fields.Integer(string="Days of tries", readonly=True)
    due_date = fields.Date(string="Due", readonly=True)
    late_date = fields.Date(string="In time until", readonly=True)
    last_contact_date = fields.Date(string="Last contact", readonly=True)
    overdue_days = fields.Integer(
        readonly=True,
        help="Days of the month on which it was overdue, without days away.",
    )
    is_out = fields.Integer(
        string="We called first",
        readonly=True,
        help="Satisfied in the month by a contact that we began.",
    )
    is_in = fields.Integer(
        string="The client called first",
        readonly=True,
        help="Satisfied in the month by a contact that the client began.",
    )
    is_closed = fields.Boolean(
        readonly=True,
        help="Ended within the month: another status, or another responsible.",
    )
    taken_on = fields.Date(string="Taken over on", readonly=True)
    taken_from_id = fields.Many2one(
        "res.users",
        string="Taken over from",
        readonly=True,
        ondelete="set null",
    )
    grace_until = fields.Date(string="Days of grace until", readonly=True)

    _unit_uniq = models.UniqueIndex(
        "(month_id, obligation_id, COALESCE(status, ''), COALESCE(user_id, 0))",
        "The norm is counted in this month already.",
    )
    _user_idx = models.Index("(company_id, month, user_id, result)")
