from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .client_card_words import short_day

HEAD = "client_base_retention.group_client_head"
# So many days back salespeople may say themselves that they were away.
LONG_AGO = 14
STATES = [("now", "Away"), ("later", "To come"), ("past", "Back")]


class ClientAway(models.Model):
    """The dialog *Away*: what it will do in words, and *I am back*."""

    _inherit = "client.away"

    state = fields.Selection(STATES, string="Today", compute="_compute_state")
    may_choose = fields.Boolean(compute="_compute_may_choose")
    effect = fields.Char(string="What it does", compute="_compute_effect")
    warning = fields.Char(compute="_compute_warning")

    @api.depends("date_from", "date_to")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for away in self:
            if not away.date_from or not away.date_to:
                away.state = False
            elif away.date_to < today:
                away.state = "past"
            else:
                away.state = "now" if away.date_from <= today else "later"

    @api.depends_context("uid")
    def _compute_may_choose(self):
        """Salespeople say it of themselves, leaders of their team, the head of all."""
        may = self.env.su or self.env.user.has_group(HEAD) or self._leads_a_team()
        self.may_choose = may

    @api.model
    def _leads_a_team(self):
        # sudo: whether one leads a team is known to oneself.
        teams = self.env["crm.team"].sudo()
        return bool(teams.search_count([("user_id", "=", self.env.uid)], limit=1))

    @api.depends("user_id", "date_from", "date_to", "stand_in_id")
    @api.depends_context("lang", "uid")
    def _compute_effect(self):
        """ "14 contacts fall due in these days; Pavel takes over." """
        for away in self:
            away.effect = away._effect_in_words()

    def _effect_in_words(self):
        first, last, user = self.date_from, self.date_to, self.user_id
        if not first or not last or last < first or not user:
            return False
        # sudo: names of colleagues.
        words = {"count": self._due_number(), "who": self.stand_in_id.sudo().name}
        if not words["count"]:
            nothing = self.env._("No contact falls due in these days.")
            if not words["who"]:
                return nothing
            return self.env._(
                "%(nothing)s What is still open goes to %(who)s.",
                nothing=nothing,
                who=words["who"],
            )
        if words["count"] == 1:
            due = self.env._("One contact falls due in these days")
        else:
            due = self.env._("%(count)s contacts fall due in these days", **words)
        if words["who"]:
            return self.env._(
                "%(due)s; %(who)s takes over, with what is still open then.",
                due=due,
                **words,
            )
        return self.env._(
            "%(due)s. Nobody stands in, so that waits. Days away are no overdue days.",
            due=due,
        )

    def _due_number(self):
        """How many contacts fall due in these days that the user is responsible for."""
        user = self.user_id._origin or self.user_id
        if not self._leads(user):
            return 0
        cards = self.env["client.card"].sudo()
        self.env["client.obligation"].flush_model()
        ((number,),) = cards._execute(
            SQL(
                """SELECT count(*) FROM client_obligation o
                     JOIN client_card c ON c.id = o.card_id AND c.active IS TRUE
                    WHERE o.user_id = %s AND o.due_date BETWEEN %s AND %s
                      AND (c.pause_until > o.due_date) IS NOT TRUE""",
                user.id or None,
                self.date_from,
                self.date_to,
            )
        )
        return number

    @api.depends("user_id", "date_from", "date_to", "stand_in_id")
    @api.depends_context("lang", "tz")
    def _compute_warning(self):
        for away in self:
            away.warning = " ".join(away._warnings()) or False

    def _warnings(self):
        """What keeps the stand-in from standing in on all these days, everywhere."""
        # sudo: names and companies of a colleague.
        stand_in, user = self.stand_in_id.sudo(), self.user_id.sudo()
        found = []
        if not stand_in:
            return found
        today = fields.Date.context_today(self)
        if self.date_from and self.date_to:
            own = self.sudo().search(
                [
                    ("user_id", "=", stand_in.id),
                    ("date_from", "<=", self.date_to),
                    ("date_to", ">=", self.date_from),
                ],
                order="date_from",
            )
            found += [
                self.env._(
                    "%(who)s is away himself from %(first)s to %(last)s.",
                    who=stand_in.name,
                    first=short_day(self.env, other.date_from, today),
                    last=short_day(self.env, other.date_to, today),
                )
                for other in own
            ]
        closed = user.company_ids - stand_in.company_ids
        if closed:
            found.append(
                self.env._(
                    "%(who)s may not enter %(companies)s: contacts there go to whom "
                    "the regulation names.",
                    who=stand_in.name,
                    companies=", ".join(closed.mapped("name")),
                )
            )
        return found

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """:raise AccessError: for somebody else, by who leads neither him nor all; long
        ago, by who leads nobody"""
        self._check_whose({vals.get("user_id") or self.env.uid for vals in vals_list})
        self._check_not_long_ago(vals.get("date_from") for vals in vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """:raise AccessError: as of ``create``: the rules look at whose it was only"""
        if vals.get("user_id"):
            self._check_whose({vals["user_id"]})
        first, last = (
            fields.Date.to_date(vals.get(n)) for n in ("date_from", "date_to")
        )
        for away in self:
            # Days that are added, before the ones there are and behind them.
            if first and first < away.date_from or vals.get("user_id"):
                away._check_not_long_ago([first or away.date_from])
            elif last and last > away.date_to:
                away._check_not_long_ago([away.date_to + timedelta(days=1)])
        return super().write(vals)

    @api.model
    def _check_not_long_ago(self, days):
        """Days away are no overdue days: nobody clears his own months ago by himself.

        :raise AccessError: one of these days lies too far back
        """
        if self.env.su or self.env.user.has_group(HEAD) or self._leads_a_team():
            return
        begin = fields.Date.context_today(self) - timedelta(days=LONG_AGO)
        if any(day and fields.Date.to_date(day) < begin for day in days):
            raise AccessError(
                self.env._(
                    "You may say that you were away up to %(days)s days ago. For days "
                    "before that ask the leader of your team or the head of sales.",
                    days=LONG_AGO,
                )
            )

    @api.model
    def _leads(self, users):
        """Whether the user may say that these are away: he himself, those of the teams
        that he leads, for the head all."""
        if self.env.su or self.env.user.has_group(HEAD):
            return True
        # sudo: whether one leads a colleague is known to oneself.
        users = users.sudo()
        led = users.crm_team_member_ids.crm_team_id.filtered(
            lambda team: team.user_id == self.env.user
        ).member_ids
        return not users - led - self.env.user

    @api.model
    def _check_whose(self, user_ids):
        if not self._leads(self.env["res.users"].browse(user_ids)):
            raise AccessError(
                self.env._(
                    "You may say that you yourself are away, or somebody of a "
                    "team that you lead. For others ask the head of sales."
                )
            )

    # ----------------------------------------------------------------------- actions

    def action_end(self):
        """*I am back*: the last day away was yesterday; what had not begun is gone."""
        today = fields.Date.context_today(self)
        begun = self.filtered(lambda away: away.date_from < today)
        begun.filtered(lambda away: away.date_to >= today).write(
            {"date_to": today - timedelta(days=1)}
        )
        (self - begun).unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _action_away(self, away=None):
        """The dialog, for oneself, or of what was said."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Away"),
            "res_model": "client.away",
            "res_id": away.id if away else False,
            "views": [
                (self.env.ref("client_base_retention.client_away_view_form").id, "form")
            ],
            "target": "new",
        }
