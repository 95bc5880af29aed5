from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError

from .client_contact_plan_dates import week_end
from .client_my_day_rows import ICONS, KIND_ORDER

MONTHS = {"quarter": 3, "half": 6}
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Reach:
    """Whose contacts are planned, from when until when."""

    first: date
    last: date
    # None: whoever makes them; False: nobody is responsible.
    user_id: int | bool | None = None
    # None: whatever team the client belongs to.
    team_ids: frozenset | None = None
    # Beside the teams' clients: those whose contacts this user makes.
    also_of: int | None = None

    def holds(self, user_id, team_id):
        """Whether a contact that ``user_id`` makes with a client of a team belongs to
        the plan."""
        if self.user_id is not None and user_id != self.user_id:
            return False
        return (
            self.team_ids is None
            or team_id in self.team_ids
            or bool(self.also_of)
            and user_id == self.also_of
        )


class ClientContactPlan(models.AbstractModel):
    """The plan of contacts: what the norms ask in the weeks to come, beside what the
    people can do (N69).

    From today to the end of the month in which the quarter, or the half-year, is over.
    A week is cut where a month ends, so that months are the sums of their weeks. How
    the contacts of a client follow each other is told in
    ``client_contact_plan_dates.py``. A salesperson sees the contacts that are his to
    make, a team leader those with the clients of his teams and his own, the head all;
    everybody of clients that he may read.

    Able to make so many contacts: the limit of the regulation a day, of several
    regulations the highest, times the days on which the company works and the person
    is not away.
    """

    _name = "client.contact.plan"
    _description = "Plan of contacts"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_plan(self, period="quarter", user_id=False, team_id=False):
        """The plan by month and week.

        :param period: ``quarter`` or ``half``
        :param user_id: only contacts that this user makes; 0 or False for everybody
            whom one may see, -1 for those that nobody makes
        :param team_id: only with clients of this sales team
        :return: dictionary of plain values: ``months`` [{label, weeks, ...sums}],
            each week with ``first`` and ``last`` (ISO), ``counts`` {kind: number},
            ``classes`` {class: number}, ``total``, ``capacity``, ``over``, ``overdue``,
            ``arranged``; ``columns`` {kinds, classes: [{key, label}]}; ``people``
            [{id, name, total, capacity, over}]
        :raise AccessError: where one may not see this plan
        """
        reach = self._reach(period, user_id, team_id)
        return self._plan(reach, self._read_plan(reach))

    def _plan(self, reach, items):
        """The plan as plain values.

        :param items: as of ``_read_plan``
        """
        limits = self._limits(items)
        free = self._free_days(reach, limits)
        weeks = self._weeks(reach, items, limits, free)
        return {
            "company": self.env.company.name,
            "days": self._days_in_words(reach.first, reach.last),
            "choices": self._choices(),
            "user_id": self._shown_user(reach),
            "columns": {
                "kinds": self._kinds(items),
                "classes": self._classes(items),
            },
            "months": self._months(weeks),
            **self._sums(weeks),
            "people": self._people(reach, items, limits, free),
            "empty": not items and self._why_empty(reach),
        }

    def _reach(self, period, user_id, team_id):
        """Whose contacts are asked for, if the user may see them."""
        if period not in MONTHS:
            raise ValueError(f"No such period: {period}")
        first = self.env.company._client_today()
        over = first + relativedelta(months=MONTHS[period]) - ONE
        last = over + relativedelta(day=31)
        user = None if not user_id else user_id if user_id > 0 else False
        teams = frozenset([team_id]) if team_id else None
        if self._is_head():
            return Reach(first, last, user, teams)
        led = self._led_teams()
        if not led:
            if user not in (None, self.env.uid) or team_id:
                self._refuse()
            return Reach(first, last, self.env.uid)
        if team_id and team_id not in led.ids:
            self._refuse()
        own = None if team_id else self.env.uid
        return Reach(first, last, user, teams or frozenset(led.ids), own)

    def _refuse(self):
        raise AccessError(
            self.env._("You may see your own plan and that of the teams you lead.")
        )

    def _is_head(self):
        return self.env.user.has_group("client_base_retention.group_client_head")

    def _led_teams(self):
        """The sales teams that the user leads."""
        return self.env["crm.team"].search([("user_id", "=", self.env.uid)])

    def _shown_user(self, reach):
        """The choice that the page is to show: as in ``get_plan``."""
        return -1 if reach.user_id is False else reach.user_id or 0

    def _choices(self):
        """Whose plan the user may ask for: {users, teams: [{id, name}]}.

        Salespeople choose nothing; neither does anybody where there are few users.
        """
        none = {"users": [], "teams": []}
        if not self.env.user.has_group("client_base_retention.group_client_several"):
            return none
        here = [("company_id", "=", self.env.company.id)]
        if self._is_head():
            teams = self.env["crm.team"].search(
                [("company_id", "in", [self.env.company.id, False])]
            )
        else:
            teams = self._led_teams()
            if not teams:
                return none
            here.append(("team_id", "in", teams.ids))
        groups = self.env["client.card"]._read_group(here, ["user_id"])
        users = self.env["res.users"].union(*(user for (user,) in groups))
        # sudo: names of colleagues are no secret.
        users = (users | teams.user_id | self.env.user).sudo().sorted("name")
        return {
            "users": [{"id": user.id, "name": user.name} for user in users]
            + [{"id": -1, "name": self.env._("Nobody")}] * self._is_head(),
            "teams": [{"id": team.id, "name": team.name} for team in teams],
        }

    # ----------------------------------------------------------------------- capacity

    def _limits(self, items):
        """{user id: contacts a day}, of the regulations of his clients."""
        cards = {}
        for _contact, card_ids, user in items:
            # Clients who are alike stand under one regulation.
            cards.setdefault((user, card_ids[0]))
        ids = {card_id for _user, card_id in cards}
        # sudo: the limit of who is planned, whoever reads it.
        policies = {
            card.id: card.policy_id
            for card in self.env["client.card"].sudo().browse(ids)
        }
        limits = defaultdict(int)
        for user, card_id in cards:
            if user:
                most = policies[card_id].daily_task_limit
                limits[user] = max(limits[user], most)
        return dict(limits)

    def _free_days(self, reach, limits):
        """{user id: days on which he works}."""
        off = self._days_off(reach)
        number = (reach.last - reach.first).days + 1
        days = [reach.first + timedelta(days=n) for n in range(number)]
        days = {day for day in days if day not in off}
        # sudo: whoever sees the plan sees who is away in it.
        aways = self.env["client.away"].sudo()
        found = aways.search_fetch(
            [
                ("user_id", "in", list(limits)),
                ("date_from", "<=", reach.last),
                ("date_to", ">=", reach.first),
            ],
            ["user_id", "date_from", "date_to"],
        )
        free = {user: days for user in limits}
        for away in found:
            user = away.user_id.id
            free[user] = {
                day for day in free[user] if not away.date_from <= day <= away.date_to
            }
        return free

    def _days_off(self, reach):
        """The days on which the company does not work."""
        return set(self.env.company._client_days_off(reach.first, reach.last))

    def _capacity(self, first, last, limits, free):
        """How many contacts these users can make from ``first`` to ``last``."""
        return sum(
            limit * sum(first <= day <= last for day in free[user])
            for user, limit in limits.items()
        )

    def _has_working_day(self, first, last, limits, free):
        """Whether anybody works from ``first`` to ``last``; nobody who could is as
        good as everybody."""
        return not limits or any(
            first <= day <= last for user in limits for day in free[user]
        )

    # -------------------------------------------------------------------------- weeks

    def _parts(self, reach):
        """[(first, last day)] of the weeks, cut where a month ends."""
        parts, begin = [], reach.first
        while begin <= reach.last:
            end = min(week_end(begin), begin + relativedelta(day=31), reach.last)
            parts.append((begin, end))
            begin = end + ONE
        return parts

    def _weeks(self, reach, items, limits, free):
        """The weeks with their figures."""
        parts = self._parts(reach)
        number = {}
        for place, (first, last) in enumerate(parts):
            for n in range((last - first).days + 1):
                number[first + timedelta(days=n)] = place
        kinds, classes, marks = (
            defaultdict(Counter),
            defaultdict(Counter),
            defaultdict(Counter),
        )
        of_class = self._class_of(items)
        for contact, card_ids, _user in items:
            place, clients = number[contact.day], len(card_ids)
            kinds[place][contact.kind] += clients
            classes[place][of_class[card_ids[0]]] += clients
            marks[place]["overdue"] += clients * contact.is_late
            marks[place]["arranged"] += clients * bool(contact.arranged)
        weeks = []
        for place, (first, last) in enumerate(parts):
            total = kinds[place].total()
            capacity = self._capacity(first, last, limits, free)
            weeks.append(
                {
                    "first": first.isoformat(),
                    "last": last.isoformat(),
                    "number": first.isocalendar().week,
                    "label": self._days_in_words(first, last),
                    "is_present": first == reach.first,
                    "is_off": not self._has_working_day(first, last, limits, free),
                    "counts": dict(kinds[place]),
                    "classes": dict(classes[place]),
                    "total": total,
                    "capacity": capacity,
                    "over": max(total - capacity, 0),
                    "overdue": marks[place]["overdue"],
                    "arranged": marks[place]["arranged"],
                }
            )
        return weeks

    def _class_of(self, items):
        """{card id: class} of one client of each kind of clients."""
        ids = {card_ids[0] for _contact, card_ids, _user in items}
        cards = self.env["client.card"].browse(ids)
        return {card.id: card.abc_class or "none" for card in cards}

    def _months(self, weeks):
        """The weeks by month, with their sums."""
        months = defaultdict(list)
        for week in weeks:
            months[week["first"][:7]].append(week)
        return [
            {
                "key": key,
                "first": own[0]["first"],
                "last": own[-1]["last"],
                "label": self._month_in_words(date.fromisoformat(own[0]["first"])),
                "weeks": own,
                **self._sums(own),
            }
            for key, own in months.items()
        ]

    def _sums(self, weeks):
        """The figures of several weeks together."""
        counts, classes = Counter(), Counter()
        for week in weeks:
            counts.update(week["counts"])
            classes.update(week["classes"])
        sums = {
            name: sum(week[name] for week in weeks)
            for name in ("total", "capacity", "overdue", "arranged")
        }
        return {
            **sums,
            "counts": dict(counts),
            "classes": dict(classes),
            "over": max(sums["total"] - sums["capacity"], 0),
        }

    def _people(self, reach, items, limits, free):
        """Who is to make how many contacts, and can make how many; the busiest first.

        Nothing where the plan is one person's.
        """
        if reach.user_id is not None:
            return []
        totals = Counter()
        for _contact, card_ids, user in items:
            totals[user] += len(card_ids)
        # sudo: names of colleagues are no secret.
        users = self.env["res.users"].sudo().browse([user for user in totals if user])
        names = {user.id: user.name for user in users}
        people = []
        for user, total in totals.most_common():
            own = {user: limits[user]} if user else {}
            capacity = self._capacity(reach.first, reach.last, own, free)
            people.append(
                {
                    "id": user or -1,
                    "name": names.get(user) or self.env._("Nobody"),
                    "total": total,
                    "capacity": capacity,
                    "over": max(total - capacity, 0),
                }
            )
        return people

    # -------------------------------------------------------------------------- words

    def _kinds(self, items):
        """The kinds of contact that occur: [{key, label, icon}]."""
        labels = dict(
            self.env["client.contact.rule"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        used = {contact.kind for contact, _ids, _user in items}
        return [
            {"key": kind, "label": labels[kind], "icon": ICONS[kind]}
            for kind in KIND_ORDER
            if kind in used
        ]

    def _classes(self, items):
        """The classes that occur: [{key, label}]."""
        used = set(self._class_of(items).values())
        labels = self.env["client.card"]._fields["abc_class"]
        return [
            {"key": key, "label": label}
            for key, label in [
                *labels._description_selection(self.env),
                ("none", self.env._("No class")),
            ]
            if key in used
        ]

    def _why_empty(self, reach):
        """Why nothing is planned: a sentence."""
        company = self.env.company
        if not self.env["client.card"].search_count(
            [("company_id", "=", company.id)], limit=1
        ):
            return self.env._(
                "There are no clients yet. They appear when they buy, when you make a "
                "quotation, or with “Add to client base”."
            )
        norms, _who = self._read_norms()
        if not norms:
            return self.env._(
                "No norms of contact hold yet. The head sets them in the regulation."
            )
        if reach.user_id:
            return self.env._("No client has a contact by the norm in this time.")
        return self.env._("No contact is due by the norms in this time.")
