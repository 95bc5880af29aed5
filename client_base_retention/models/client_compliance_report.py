from dataclasses import dataclass
from datetime import timedelta

from babel.dates import format_date as babel_date

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import date_utils
from odoo.tools.misc import babel_locale_parse, format_datetime, get_lang

# What the rows stand for: {key: field of ``client.compliance``}.
BY = {"user": "user_id", "team": "team_id", "class": "abc_class", "kind": "kind"}
# An open month is measured anew after so long.
FRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """What the page asks for."""

    # client.compliance.month, and the one before; may be empty
    month: models.Model
    before: models.Model
    by: str
    team_id: int | bool

    @property
    def is_open(self):
        return self.month.state == "open"

    @property
    def last(self):
        """The last day that the figures take account of."""
        end = date_utils.end_of(self.month.month, "month")
        return min(self.month.measured_on or end, end)

    def domain(self, *leaves, month=None):
        """Domain of the lines of the month, of one team if one was chosen."""
        domain = [("month_id", "=", (month or self.month).id), *leaves]
        return [*domain, ("team_id", "=", self.team_id)] if self.team_id else domain


class ClientComplianceReport(models.AbstractModel):
    """*Compliance with the regulation*: what became of the norms in a month, by
    salesperson, team, class or kind of contact (sketch 5.4, needs N65-N68).

    Works on the current company. Everybody sees what the record rules of
    ``client.compliance`` show him: his own figures, a leader his team's, a head all.
    Every number that has a list comes with its domain.
    """

    _name = "client.compliance.report"
    _description = "Report of the compliance with the regulation"

    # ------------------------------------------------------------------------ reading

    @api.model
    def open_report(self, month=False, team_id=False, by="user"):
        """As ``get_report``; a small base is measured anew first."""
        self._check_role()
        if self._is_small():
            self._measure_now()
        return self.get_report(month, team_id, by)

    @api.model
    def refresh(self, month=False, team_id=False, by="user"):
        """As ``get_report``, after the open month was measured anew."""
        self._check_role()
        self._measure_now()
        return self.get_report(month, team_id, by)

    @api.model
    def get_report(self, month=False, team_id=False, by="user"):
        """Everything the page shows.

        :param month: first day of the month; by default the latest one
        :param team_id: only this sales team; False for all
        :param by: ``user``, ``team``, ``class`` or ``kind``: what a row is
        :return: dictionary of plain values; see the methods that make its parts
        :raise AccessError: for users without a role in the client base
        """
        self._check_role()
        months = self._months()
        asked = self._asked(months, month, team_id, by)
        single = self._is_single()
        page = {
            "company": self.env.company.name,
            "by": asked.by,
            "bys": self._bys(single),
            "team_id": asked.team_id,
            "teams": [] if single else self._teams(asked.month),
            "month": fields.Date.to_string(asked.month.month) or False,
            "month_id": asked.month.id,
            "month_label": self._month_label(asked.month.month),
            "months": [
                {
                    "value": fields.Date.to_string(each.month),
                    "label": self._month_label(each.month),
                }
                for each in months
            ],
            "is_open": asked.is_open,
            "stale": self._is_old(),
            "may_refresh": self._is_started() and (asked.is_open or not asked.month),
            "measured": asked.is_open and self._measured(asked.month),
            "notes": self._notes(asked),
            "may_remind": self._may_remind(),
            "may_export": self.env.user.has_group("base.group_allow_export"),
            "uid": self.env.uid,
            "lists": self._lists(),
            "definitions": self._definitions(),
        }
        table = self._make_table(asked, single) if asked.month else {"rows": []}
        return page | table | {"empty": self._empty(asked, table["rows"])}

    def _check_role(self):
        if not self.env.user.has_group("client_base_retention.group_client_own"):
            raise AccessError(
                self.env._("This page is for users with a role in the client base.")
            )

    def _is_head(self):
        return self.env.user.has_group("client_base_retention.group_client_head")

    def _is_single(self):
        """Whether there is nobody to compare: teams are folded away."""
        return not self.env.user.has_group("client_base_retention.group_client_several")

    def _months(self):
        """The months of the company, the latest first."""
        return self.env["client.compliance.month"].search(
            [("company_id", "=", self.env.company.id)], order="month desc"
        )

    def _asked(self, months, month, team_id, by):
        day = fields.Date.to_date(month)
        chosen = months.filtered(lambda each: each.month == day) or months[:1]
        previous = chosen and date_utils.subtract(chosen.month, months=1)
        return Asked(
            month=chosen,
            before=months.filtered(lambda each: each.month == previous),
            by=by if by in BY else "user",
            team_id=team_id or False,
        )

    def _bys(self, single):
        """[(key, label)] of what a row may be."""
        bys = [
            ("user", self.env._("By salesperson")),
            ("team", self.env._("By team")),
            ("class", self.env._("By class")),
            ("kind", self.env._("By kind of contact")),
        ]
        return [each for each in bys if not single or each[0] != "team"]

    def _teams(self, month):
        """[{id, name}] of the teams that have figures in the month."""
        found = self.env["client.compliance.user"]._read_group(
            [("month_id", "=", month.id), ("team_id", "!=", False)], ["team_id"]
        )
        # sudo: whoever sees the figures of a team sees its name.
        teams = self.env["crm.team"].concat(*(team for (team,) in found)).sudo()
        return [
            {"id": team.id, "name": team.name}
            for team in teams.sorted(lambda team: team.name or "")
        ]

    # ---------------------------------------------------------------------- measuring

    def _current(self):
        """The month of the company that is under way; may be empty."""
        today = self.env.company._client_today()
        return self.env["client.compliance.month"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("month", "=", date_utils.start_of(today, "month")),
            ]
        )

    def _is_started(self):
        start = self.env.company.client_start_date
        return bool(start and start <= self.env.company._client_today())

    def _is_old(self):
        """Whether the figures of the present month are older than an hour."""
        if not self._is_started():
            return False  # nothing is measured before the start
        measured = self._current().measured_at
        return not measured or fields.Datetime.now() - measured > FRESH

    def _is_small(self):
        """Whether the present month is measured within a click."""
        return self._is_started() and bool(self.env.company._small_client_bases())

    def _measure_now(self):
        """Measure the open month.

        Anybody who may look at the page may have it measured: it changes nothing but
        figures.
        """
        # sudo: the figures are of all clients, whoever looks; nobody may write them.
        months, company = self.env["client.compliance.month"].sudo(), self.env.company
        months._refresh(company)
        if self._is_old():
            # A large base is not measured at every look, but as often as this.
            today = company._client_today()
            months._measure(company, today, today)

    # ------------------------------------------------------------------------ in words

    def _month_label(self, day):
        """ "October 2026" """
        return self._babel(day, "LLLL y")

    def _day_label(self, day):
        """ "October 21" """
        locale = babel_locale_parse(get_lang(self.env).code)
        pattern = locale.datetime_skeletons.get("MMMMd")
        return self._babel(day, pattern.pattern if pattern else "long")

    def _babel(self, day, pattern):
        if not day:
            return ""
        locale = babel_locale_parse(get_lang(self.env).code)
        words = babel_date(day, pattern, locale=locale)
        return words[:1].upper() + words[1:]

    def _measured(self, month):
        return month.measured_at and format_datetime(
            self.env, month.measured_at, dt_format="short"
        )

    def _notes(self, asked):
        """What is to be known of the month before one looks at its figures."""
        month, notes = asked.month, []
        if not month:
            return notes
        if asked.is_open:
            notes.append(
                self.env._(
                    "%(month)s is not closed yet: preliminary as of %(day)s.",
                    month=self._month_label(month.month),
                    day=self._day_label(asked.last),
                )
            )
        if month.counted_from and month.counted_from > month.month:
            notes.append(self._counted_from(month.counted_from))
        return notes

    def _counted_from(self, day):
        """Since when norms count in their first month: the start, or since it is
        recorded how they stand."""
        if day == self.env.company.client_start_date:
            return self.env._(
                "The regulation started on %(day)s; norms of before are not counted.",
                day=self._day_label(day),
            )
        return self.env._(
            "Counted from %(day)s on: how the norms stood before is not recorded.",
            day=self._day_label(day),
        )

    def _empty(self, asked, rows):
        """What the page says where it has no row: never a blank page.

        :return: False where there are rows, else a dictionary: ``text``, and
            ``launch``: whether the user is led to the launch page
        """
        if rows:
            return False
        company, launch = self.env.company, False
        start = company.client_start_date
        if asked.month:
            text = self.env._(
                "No norm fell due in %(month)s, and no contact satisfied one.",
                month=self._month_label(asked.month.month),
            )
        elif not start:
            launch = self._is_head()
            text = self.env._(
                "The client base is not started yet. What is kept, late and not made "
                "is counted from the day of the start."
            )
        elif start > company._client_today():
            launch = self._is_head()
            text = self.env._(
                "The client base starts on %(day)s. What is kept, late and not made "
                "is counted from that day on.",
                day=self._day_label(start),
            )
        else:
            text = self.env._("Nothing is measured yet: press Refresh.")
        return {"text": text, "launch": launch}

    def _lists(self):
        """{name: action} of the lists behind the numbers."""
        actions = self.env["ir.actions.act_window"]
        names = {
            "compliance": "client_compliance_action",
            "user": "client_compliance_user_action",
            "card": "client_card_action",
            "obligation": "client_obligation_action",
            "transition": "client_transition_action",
            "touchpoint": "client_touchpoint_action",
        }
        found = {}
        for name, xmlid in names.items():
            action = actions._for_xml_id(f"client_base_retention.{xmlid}")
            views = sorted(action["views"], key=lambda view: view[1] != "list")
            found[name] = {
                key: action[key] for key in ("type", "res_model", "search_view_id")
            } | {"views": views, "target": "current", "help": action["help"]}
        return found
