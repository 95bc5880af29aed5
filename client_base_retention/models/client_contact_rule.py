from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_card import CLASSES, LEVELS, STATUSES

KINDS = [
    ("call", "Call"),
    ("meeting", "Meeting"),
    ("email", "E-mail"),
    ("message", "Message"),
    ("any", "Any contact"),
]
UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months")]


class ClientContactRule(models.Model):
    """One norm of a regulation: a kind of contact at least every so often (N64, N65).

    Of the norms of one kind that fit a client the most special holds: newcomer, then
    class and potential, then class, then status alone (design 4.3 *Which rule*).
    """

    _name = "client.contact.rule"
    _description = "Contact norm"
    _order = "policy_id, sequence, id"
    _rec_name = "sentence"

    policy_id = fields.Many2one(
        "client.policy",
        string="Regulation",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    status = fields.Selection(
        STATUSES, required=True, default="active", help="For clients of this status."
    )
    abc_class = fields.Selection(
        CLASSES, string="Class", help="Empty: for clients of every class."
    )
    potential_level = fields.Selection(
        LEVELS,
        string="Level of potential",
        help="Empty: whatever the client's potential is.",
    )
    is_newcomer = fields.Boolean(
        string="Newcomers only",
        help="Only in the days after the first purchase; goes before other norms.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="call",
        help="Any contact: a call, a meeting, an e-mail or a message.",
    )
    interval_count = fields.Integer(
        string="Every", required=True, default=1, help="At least once in so many..."
    )
    interval_unit = fields.Selection(
        UNITS, string="Unit", required=True, default="month"
    )
    season_from = fields.Integer(
        string="From month",
        help="First month (1 to 12) in which the norm holds. 0: the whole year.",
    )
    season_to = fields.Integer(
        string="To month",
        help="Last month of the season, which may run over the turn of the year.",
    )
    warning_days = fields.Integer(
        string="Warning, days",
        help="So many days before the due date the contact is announced. "
        "0: as the regulation says.",
    )
    responsible = fields.Selection(
        [
            ("salesperson", "Salesperson"),
            ("team_leader", "Team leader"),
            ("user", "One user"),
        ],
        required=True,
        default="salesperson",
        help="Who makes the contact.",
    )
    responsible_user_id = fields.Many2one("res.users", string="User")
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity type",
        help="Empty: the usual type of this kind of contact.",
    )
    from_practice = fields.Boolean(
        help="Found in the practice of companies of this trade. Otherwise the norm is "
        "our suggestion.",
    )
    sentence = fields.Char(string="Norm", compute="_compute_sentence")

    _interval_positive = models.Constraint(
        "CHECK(interval_count > 0)", "A norm needs an interval of at least one."
    )
    _season_months = models.Constraint(
        "CHECK((COALESCE(season_from, 0) = 0 AND COALESCE(season_to, 0) = 0) "
        "OR (season_from BETWEEN 1 AND 12 AND season_to BETWEEN 1 AND 12))",
        "The season needs both a first and a last month, from 1 to 12.",
    )
    _warning_not_negative = models.Constraint(
        "CHECK(warning_days >= 0)", "Days of warning cannot be negative."
    )

    @api.constrains("responsible", "responsible_user_id")
    def _check_responsible(self):
        for rule in self:
            if rule.responsible == "user" and not rule.responsible_user_id:
                raise ValidationError(
                    self.env._("Say which user is responsible for “%s”.", rule.sentence)
                )

    @api.depends(
        "status",
        "abc_class",
        "potential_level",
        "is_newcomer",
        "kind",
        "interval_count",
        "interval_unit",
        "season_from",
        "season_to",
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            sentence = self.env._(
                "%(who)s: %(kind)s, %(often)s",
                who=rule._who_in_words(),
                kind=rule._label("kind").lower(),
                often=rule._often_in_words(),
            )
            if rule.season_from:
                sentence = self.env._(
                    "%(norm)s, months %(first)s to %(last)s",
                    norm=sentence,
                    first=rule.season_from,
                    last=rule.season_to,
                )
            rule.sentence = sentence

    def _who_in_words(self):
        """ "VIP", "C, high potential", "Newcomer", "Former"."""
        if self.is_newcomer:
            return self.env._("Newcomer")
        words = [] if self.status == "active" else [self._label("status")]
        if self.abc_class:
            words.append(self._label("abc_class"))
        if self.potential_level:
            words.append(
                self.env._("%s potential", self._label("potential_level").lower())
            )
        return ", ".join(words) or self._label("status")

    def _often_in_words(self):
        """ "at least once a week", "at least once in 6 months"."""
        count = self.interval_count
        if self.interval_unit == "day":
            if count == 1:
                return self.env._("at least once a day")
            return self.env._("at least once in %s days", count)
        if self.interval_unit == "week":
            if count == 1:
                return self.env._("at least once a week")
            return self.env._("at least once in %s weeks", count)
        if count == 1:
            return self.env._("at least once a month")
        return self.env._("at least once in %s months", count)

    def _label(self, name):
        """The word for a selection value, in the user's language."""
        words = dict(self._fields[name]._description_selection(self.env))
        return words.get(self[name], "")
