from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytz
from babel.dates import format_date

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

# Rows of a chip, and what each *Show* adds.
PAGE = 40
# Chips that are shown also where they count nothing; of the others there is no need to
# know.
ALWAYS = ("overdue", "week")


@dataclass(frozen=True)
class Day:
    """The user's day: its date, and its first and last moment in UTC."""

    today: date
    now: datetime
    first: datetime
    end: datetime


class ClientMyDay(models.AbstractModel):
    """*My day*: whom a salesperson owes a contact today, why and what to say
    (sketch 5.1, needs N70-N76).

    Reads live: it does not wait for the morning's tasks. Clients of mine are the cards
    with me as salesperson in the companies switched on; what norms give to a team
    leader or one user comes with his planned activities.
    """

    _name = "client.my.day"
    _description = "A salesperson's day"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_day(self, chip="today", search="", more=0):
        """Everything the page shows.

        :param chip: which of the page's lists: ``today`` or a key of ``_words``
        :param search: name, person or telephone: looks through all clients of mine
        :param more: how many more rows to show than usual
        :return: dictionary of plain values; see the methods that make its parts
        :raise AccessError: for users without a role in the client base
        """
        self._check_role()
        day = self._day()
        started = self._started()
        done = self._done_clients(day)
        plan = self._plan(day, started, done)
        chips = self._chips(plan)
        search = (search or "").strip()
        if search:
            shown = self._found(search, day, plan, more)
        elif chip != "today":
            shown = self._listed(chip, day, plan, more)
        else:
            shown = self._day_sections(day, plan, more)
        return {
            "title": self._day_in_words(day),
            "today": fields.Date.to_string(day.today),
            "chips": chips,
            "tasks": plan["tasks"],
            "done": len(done),
            "of": len(done) + len(plan["promised"]) + len(plan["norms"]),
            "start_page": self._is_start_page(),
            "may_create": self.env["res.partner"].has_access("create"),
            "uid": self.env.uid,
            "away": self._away_shown(day),
            "empty": self._empty(plan, started, len(done), chips),
            "nothing": self._nothing(chip, search),
            **shown,
        }

    def _check_role(self):
        if not self.env.user.has_group("client_base_retention.group_client_own"):
            raise AccessError(
                self.env._("This page is for users with a role in the client base.")
            )

    def _day(self):
        zone = pytz.timezone(self.env.user.tz or "UTC")
        today = fields.Date.context_today(self.with_context(tz=zone.zone))

        def moment(of):
            local = zone.localize(datetime.combine(of, time()))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        return Day(
            today, fields.Datetime.now(), moment(today), moment(today + timedelta(1))
        )

    def _day_in_words(self, day):
        """ "Tuesday, November 24, 2026" """
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_date(day.today, format="full", locale=locale)

    # ------------------------------------------------------------------ whose clients

    def _mine(self, *leaves):
        """Domain of my clients. One word is one domain, here as in lists."""
        return [("user_id", "=", self.env.uid), *leaves]

    def _words(self):
        """The chips that are words for clients: [(key, label, leaves of a domain)]."""
        return [
            (
                "overdue",
                self.env._("Overdue"),
                [("contact_state", "=", "overdue")],
            ),
            (
                "week",
                self.env._("This week"),
                [
                    ("next_contact_date", ">=", "today =week_start"),
                    ("next_contact_date", "<", "today =week_start +1w"),
                ],
            ),
            (
                "late",
                self.env._("Late with purchase"),
                [("purchase_state", "=", "late")],
            ),
            ("at_risk", self.env._("At risk"), [("purchase_state", "=", "at_risk")]),
            (
                "growth",
                self.env._("Growth points"),
                self._growth_leaves(),
            ),
            ("paused", self.env._("Paused"), [("is_paused", "=", True)]),
        ]

    def _chips(self, plan):
        """[{key, label, value}] in the order of the page."""
        words = self._words()
        numbers = self._count_each([leaves for _key, _label, leaves in words])
        counted = [
            {"key": key, "label": label, "value": value, "always": key in ALWAYS}
            for (key, label, _leaves), value in zip(words, numbers, strict=True)
        ]
        own = [
            ("today", self.env._("Today"), len(plan["promised"]) + len(plan["norms"])),
            ("promised", self.env._("Promised"), len(plan["promised"])),
        ]
        today, promised = (
            {"key": key, "label": label, "value": value, "always": True}
            for key, label, value in own
        )
        return [today, *counted[:2], promised, *counted[2:]]

    def _count_each(self, domains):
        """How many clients of mine each domain finds, in one pass over them."""
        cards = self.env["client.card"]
        query = cards._search(self._mine())
        counts = [
            SQL(
                "count(*) FILTER (WHERE %s)",
                Domain(domain).optimize_full(cards)._to_sql(cards, cards._table, query),
            )
            for domain in domains
        ]
        cards.flush_model()
        ((*numbers,),) = self.env.execute_query(query.select(*counts))
        return numbers

    def _started(self):
        """Domain of the cards for which the client base has started, or False.

        Before *Start* nothing is due; with pilot teams only their clients are.
        """
        domains = []
        for company in self.env.companies:
            if not company._client_started() and not company._client_pilots():
                continue
            pilots = company._client_pilots()
            if pilots and not company._client_started(pilots[:1]):
                continue
            domain = Domain("company_id", "=", company.id)
            if pilots:
                domain &= Domain("team_id", "in", pilots.ids)
            domains.append(domain)
        return Domain.OR(domains) if domains else False

    # ----------------------------------------------------------------------- sections

    def _day_sections(self, day, plan, more=0):
        """The sections of *Today*: promised, by the regulation, late, also overdue."""
        besides = self._besides(day, plan, more)
        kinds = [
            ("promised", self.env._("Promised"), plan["promised"]),
            (
                "norms",
                self.env._("By the regulation: best first"),
                plan["norms"],
            ),
            ("late", self.env._("Late with purchase or at risk"), besides["late"]),
            ("others", self.env._("Also overdue"), besides["others"]),
            ("arranged", self.env._("Arranged"), besides["arranged"]),
        ]
        every = self.env["client.card"].concat(*(cards for *_words, cards in kinds))
        rows = self._rows(day, plan, every)
        sections = []
        for key, title, cards in kinds:
            found = [rows[card.id] for card in cards]
            if key == "late":
                found = [self._as_late(row) for row in found]
            sections.append(
                {"key": key, "title": title, "rows": self._tried_last(key, found)}
            )
        left = besides["left"]
        return {
            "sections": [section for section in sections if section["rows"]],
            "left": left,
            "left_text": left
            and self.env._(
                "Also overdue: %(left)s more (not planned for today: limit %(limit)s)",
                left=left,
                limit=plan["limit"],
            ),
            "step": PAGE,
        }

    def _tried_last(self, key, rows):
        """Whom I tried to reach today comes last, a promised hour before all others."""
        if key == "promised":
            rows = sorted(rows, key=lambda row: (not row["hour"], row["hour_key"]))
        return sorted(rows, key=lambda row: row["tried_today"])

    def _listed(self, chip, day, plan, more):
        """One section with the clients of a chip."""
        if chip == "promised":
            rows = self._rows(day, plan, plan["promised"])
            found = [rows[card.id] for card in plan["promised"]]
            title = self.env._("Promised")
            return self._one_section(chip, title, self._tried_last(chip, found), 0)
        words = {key: (label, leaves) for key, label, leaves in self._words()}
        if chip not in words:
            return self._day_sections(day, plan)
        label, leaves = words[chip]
        return self._cards_section(chip, label, self._mine(*leaves), day, plan, more)

    def _found(self, search, day, plan, more):
        """One section with those of my clients whom the search finds."""
        return self._cards_section(
            "found",
            self.env._("Found among your clients"),
            Domain(self._mine()) & self._search_domain(search),
            day,
            plan,
            more,
        )

    def _cards_section(self, key, title, domain, day, plan, more):
        cards = self.env["client.card"]
        ordered = self._best_first
        if key in ("late", "at_risk", "growth", "found"):
            ordered = self._biggest_first
        found = ordered(Domain(domain), PAGE + more)
        rows = self._rows(day, plan, found)
        listed = [rows[card.id] for card in found]
        if key in ("late", "at_risk"):
            listed = [self._as_late(row) for row in listed]
        left = 0
        if len(found) == PAGE + more:
            left = cards.search_count(domain) - len(found)
        return self._one_section(key, title, listed, left)

    def _one_section(self, key, title, rows, left):
        return {
            "sections": [{"key": key, "title": title, "rows": rows}] if rows else [],
            "left": left,
            "left_text": left and self.env._("%(left)s more", left=left),
            "step": PAGE,
        }
