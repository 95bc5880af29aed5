from babel.dates import get_month_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, get_lang

from .client_card import CLASSES, LEVELS, STATUSES

KINDS = [
    ("call", "Call"),
    ("meeting", "Meeting"),
    ("email", "E-mail letter"),
    ("message", "Message"),
    ("any", "Any contact"),
]
UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months")]
RESPONSIBLES = [
    ("salesperson", "Salesperson"),
    ("team_leader", "Team leader"),
    ("user", "One user"),
]

# What a norm says: whom and what it is about first, then how often, when and who.
NORM = (
    "status",
    "abc_class",
    "potential_level",
    "is_newcomer",
    "kind",
    "interval_count",
    "interval_unit",
    "first_days",
    "season_from",
    "season_to",
    "warning_days",
    "responsible",
    "responsible_user_id",
    "activity_type_id",
)
# What changes when clients are due, or who took them over from whom.
DERIVED_FROM = frozenset({"policy_id", "sequence", *NORM} - {"activity_type_id"})


class ClientContactRule(models.Model):
    """One norm of a regulation: a kind of contact at least every so often (N64, N65).

    Of the norms of one kind that fit a client the most special holds: newcomer, then
    class and potential, then class, then status alone (design 4.3 *Which rule*).
    """

    _name = "client.contact.rule"
    _inherit = ["client.policy.line"]
    _description = "Contact norm"
    _order = "policy_id, sequence, id"
    _rec_name = "sentence"
    _rec_names_search = ["policy_id"]

    _derived_from = DERIVED_FROM

    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    status = fields.Selection(
        STATUSES, required=True, default="active", help="For clients of this status."
    )
    abc_class = fields.Selection(
        CLASSES,
        string="Class",
        help="Empty: for every class that has no norm of its own for this kind of "
        "contact.",
    )
    potential_level = fields.Selection(
        LEVELS,
        string="Potential",
        help="Only for clients with this level of potential. Empty: whatever it is.",
    )
    is_newcomer = fields.Boolean(
        string="Newcomer",
        help="Only in the days after the first purchase; goes before the norms of the "
        "client's class.",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="call",
        help="Any contact: a call, a meeting, an e-mail or a message.",
    )
    interval_count = fields.Integer(
        string="Every",
        required=True,
        default=1,
        help="At least one contact in so many days, weeks or months.",
    )
    interval_unit = fields.Selection(
        UNITS, string="Unit", required=True, default="month"
    )
    first_days = fields.Integer(
        string="First after, days",
        help="The first contact is due so many days after he came into the base, "
        "bought for the first time or became a former client; the next ones follow by "
        "the interval. 0: the first one by the interval, too.",
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
        string="Announced, days before",
        help="So many days before the due date the contact is announced. "
        "0: as the regulation says.",
    )
    responsible = fields.Selection(
        RESPONSIBLES,
        string="Who",
        required=True,
        default="salesperson",
        help="Who makes the contact.",
    )
    responsible_user_id = fields.Many2one(
        "res.users",
        string="User",
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity type",
        ondelete="set null",
        help="Empty: the usual type of this kind of contact.",
    )
    script_id = fields.Many2one(
        "client.script",
        string="Script",
        ondelete="set null",
        help="What to say in this contact. Empty: the care call.",
    )
    from_practice = fields.Boolean(
        readonly=True,
        copy=True,
        help="Found in the practice of companies of this trade. Otherwise the norm is "
        "our suggestion.",
    )
    sentence = fields.Char(string="Norm", compute="_compute_sentence")

    _interval_positive = models.Constraint(
        "CHECK(interval_count > 0)", "A norm needs an interval of at least one."
    )
    _season_months = models.Constraint(
        "CHECK((COALESCE(season_from, 0) = 0 AND COALESCE(season_to, 0) = 0) "
        "OR (COALESCE(season_from, 0) BETWEEN 1 AND 12 "
        "AND COALESCE(season_to, 0) BETWEEN 1 AND 12))",
        "The season needs both a first and a last month, from 1 to 12.",
    )
    _days_not_negative = models.Constraint(
        "CHECK(warning_days >= 0 AND first_days >= 0)",
        "Days of a norm cannot be negative.",
    )
    _within_the_calendar = models.Constraint(
        "CHECK(interval_count <= 36500 AND first_days <= 36500 "
        "AND warning_days <= 36500)",
        "A hundred years are the most that a norm can say.",
    )
    _newcomer_is_active = models.Constraint(
        "CHECK(is_newcomer IS NOT TRUE OR status = 'active')",
        "A newcomer has bought: his norm is one for active clients.",
    )
    _prospect_has_no_class = models.Constraint(
        "CHECK(status <> 'prospect' OR abc_class IS NULL)",
        "Prospects have no class: leave it empty in their norms.",
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
        "first_days",
        "season_from",
        "season_to",
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            sentence = self.env._(
                "%(who)s: %(kind)s %(often)s",
                who=rule._who_in_words(),
                kind=rule._label("kind").lower(),
                often=rule._often_in_words(),
            )
            if rule.first_days:
                sentence = self.env._(
                    "%(norm)s, the first after %(days)s d",
                    norm=sentence,
                    days=rule.first_days,
                )
            if rule.season_from:
                sentence = self.env._(
                    "%(norm)s (%(season)s)",
                    norm=sentence,
                    season=rule._season_in_words(),
                )
            rule.sentence = sentence

    @api.onchange("status")
    def _onchange_status(self):
        """Take away what clients of this status cannot be."""
        for rule in self:
            if rule.status != "active":
                rule.is_newcomer = False
            if rule.status == "prospect":
                rule.abc_class = False

    def write(self, vals):
        if set(NORM) & vals.keys():
            # What somebody changed is no longer what was found in practice.
            vals = {"from_practice": False} | vals
        return super().write(vals)

    @api.model
    def _policies_changed(self, policies):
        policies._norms_changed()

    def _as_norm(self):
        """What this norm says, as something that can be compared."""
        self.ensure_one()
        # 0 and "not set" mean the same.
        return tuple(self[name] or False for name in NORM)

    def _who_in_words(self):
        """ "VIP", "C, high potential", "Newcomer", "Former client"."""
        words = []
        if self.is_newcomer:
            words.append(self.env._("Newcomer"))
        elif self.status != "active":
            words.append(self._label("status"))
        if self.abc_class:
            words.append(self._label("abc_class"))
        if self.potential_level:
            words.append(
                self.env._(
                    "%(level)s potential", level=self._label("potential_level").lower()
                )
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

    def _season_in_words(self):
        """ "September", "April–October"."""
        first, last = self._month(self.season_from), self._month(self.season_to)
        return first if first == last else f"{first}–{last}"

    def _details_in_words(self):
        """The sentence with what it leaves out: announcement, who, activity type."""
        words = [self.sentence]
        if self.warning_days:
            words.append(
                self.env._("announced %(days)s d before", days=self.warning_days)
            )
        if self.responsible == "user":
            words.append(self.responsible_user_id.sudo().name)
        elif self.responsible != "salesperson":
            words.append(self._label("responsible").lower())
        if self.activity_type_id:
            words.append(self.activity_type_id.sudo().name)
        return "; ".join(words)

    @api.model
    def _month(self, number):
        """Name of a month from 1 to 12 in the user's language."""
        locale = babel_locale_parse(get_lang(self.env).code)
        names = get_month_names("wide", context="stand-alone", locale=locale)
        return names.get(number, "")

    def _label(self, name):
        """The word for a selection value, in the user's language."""
        words = dict(self._fields[name]._description_selection(self.env))
        return words.get(self[name], "")
