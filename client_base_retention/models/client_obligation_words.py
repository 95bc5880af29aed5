from odoo import api, fields, models

from .client_card_contact import CONTACT_STATES
from .client_card_taken import taken_in_words
from .client_card_words import MARKS, in_grace, mark_in_words, mark_of


class ClientObligation(models.Model):
    """How each norm of a client stands: "3 d late of 7", "due Nov 26"."""

    _inherit = "client.obligation"

    contact_state = fields.Selection(
        CONTACT_STATES, string="By the norm", compute="_compute_contact_state"
    )
    contact_mark = fields.Selection(
        MARKS, string="How it stands", compute="_compute_contact_state"
    )
    contact_text = fields.Char(string="When", compute="_compute_contact_state")
    norm_text = fields.Char(string="How often", compute="_compute_norm_text")

    @api.depends("rule_id.sentence")
    @api.depends_context("lang")
    def _compute_norm_text(self):
        """ "Call at least once a week" """
        for norm in self:
            rule = norm.rule_id
            norm.norm_text = self.env._(
                "%(kind)s %(often)s",
                kind=norm._fields["kind"].convert_to_export(norm.kind, norm),
                often=rule._often_in_words() if rule else "",
            )

    @api.depends(
        "due_date",
        "warn_date",
        "late_date",
        "norm_days",
        "arranged_date",
        "manual_due_date",
        "card_id.pause_until",
        "taken_on",
        "taken_from_id",
        "grace_until",
    )
    @api.depends_context("tz", "lang")
    def _compute_contact_state(self):
        today = fields.Date.context_today(self)
        for norm in self:
            due, pause = norm.due_date, norm.card_id.pause_until
            norm.contact_state = norm._state_on(today)
            arranged = norm.arranged_date
            norm.contact_mark = mark_of(
                norm.contact_state,
                due,
                arranged if arranged and arranged >= today else False,
                pause and pause > today,
                in_grace(due, norm.grace_until, today),
            )
            words = mark_in_words(
                self.env,
                norm.contact_mark,
                today,
                late=due and (today - due).days,
                norm=norm.norm_days,
                due=due,
                agreed=due and due == norm.manual_due_date,
                arranged=arranged,
                pause=pause,
                grace=norm.grace_until,
            )
            taken = taken_in_words(
                self.env,
                norm.taken_on,
                norm.grace_until,
                today,
                norm.taken_from_id,
            )
            norm.contact_text = " · ".join(filter(None, [words, taken]))

    def _state_on(self, today):
        self.ensure_one()
        if not self.late_date:
            return "none"
        if self.late_date < today:
            return "overdue"
        return "soon" if self.warn_date <= today else "ok"
