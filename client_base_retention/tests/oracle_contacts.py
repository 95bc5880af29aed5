"""When clients are due, computed a second time: plain Python, one client at a time.

Written from the text of the design (4.3) and not from the statements of the addon,
without any import of Odoo, so that the two can be compared
(``test_oracle_contacts.py``).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytz
from dateutil.relativedelta import relativedelta

from .oracle_office import Office, last_in_time

# Which contacts satisfy a norm of a kind.
COUNTED = {
    "call": {"call", "meeting"},
    "meeting": {"meeting"},
    "email": {"email"},
    "message": {"message"},
    "any": {"call", "meeting", "email", "message"},
}
ONE = timedelta(days=1)


@dataclass
class Rule:
    id: int
    kind: str
    count: int
    unit: str
    status: str = "active"
    sequence: int = 10
    abc_class: str | None = None
    potential: str | None = None
    newcomer: bool = False
    first_days: int = 0
    season: tuple = (0, 0)
    warning_days: int = 0
    # The user who is responsible; 0: the client's salesperson.
    user: int = 0

    def after(self, day):
        """The day one interval after ``day``; the 31st + 1 month = the last day."""
        if self.unit == "month":
            return day + relativedelta(months=self.count)
        return day + timedelta(days=self.count * (7 if self.unit == "week" else 1))

    def norm_days(self):
        """The interval as a number of days, a year having 365."""
        if self.unit == "month":
            return self.count * 365 // 12
        return self.count * (7 if self.unit == "week" else 1)

    def season_months(self):
        """The months in which the norm holds, in their order; empty: all of them."""
        first, last = self.season
        if not first:
            return []
        months = [first]
        while months[-1] != last:
            months.append(months[-1] % 12 + 1)
        return [] if len(months) == 12 else months

    def in_season(self, day):
        return not self.season_months() or day.month in self.season_months()

    def season_begin(self, day):
        """First day of the season in which ``day`` lies; None without a season."""
        months = self.season_months()
        if not months:
            return None
        begin = day.replace(day=1)
        while begin.month != months[0]:
            begin -= relativedelta(months=1)
        return begin


@dataclass
class Policy:
    id: int
    company: int | None = None
    sequence: int = 10
    segments: set = field(default_factory=set)
    newcomer_days: int = 60
    warning_days: int = 3
    former_after_months: int = 12
    former_cycle_factor: float = 2
    former_norm_months: int = 0
    prospect_norm_months: int = 0
    start_date: date | None = None
    daily_limit: int = 20
    fallback: int | None = None
    rules: list = field(default_factory=list)


@dataclass
class Contact:
    at: datetime
    kind: str
    outcome: str = "reached"
    # What a test keeps of it; not used here.
    record: object = field(default=None, repr=False)


@dataclass
class Plan:
    """What a person arranged: an activity for a day, a meeting for a moment (UTC)."""

    kind: str
    day: date | None = None
    at: datetime | None = None
    record: object = field(default=None, repr=False)


@dataclass
class Client:
    """A card: what happened with one client in one company."""

    id: int
    company: int
    zone: str
    segment: int | None = None
    by_hand: int | None = None
    purchases: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    plans: list = field(default_factory=list)
    entry: date | None = None
    abc_class: str | None = None
    turnover: float = 0
    potential: str | None = None
    owner: int | None = None
    pause: date | None = None
    archived: bool = False
    # {kind: (agreed day, moment at which it was agreed)}
    agreed: dict = field(default_factory=dict)
    office: Office = field(default_factory=Office, repr=False)
    # {kind: last day of grace after a hand-over}
    grace: dict = field(default_factory=dict)
    # {kind: day that the first round gave}
    rounds: dict = field(default_factory=dict)

    def local_day(self, moment):
        zone = pytz.timezone(self.zone)
        return pytz.utc.localize(moment).astimezone(zone).date()

    def reached(self, kinds, today):
        """Moments of the contacts of these kinds that count, up to ``today``."""
        return [
            contact.at
            for contact in self.contacts
            if contact.outcome == "reached"
            and contact.kind in kinds
            and self.local_day(contact.at) <= today
        ]

    def bought(self, today):
        return sorted({day for day in self.purchases if day <= today})


@dataclass
class Due:
    """An obligation as it should stand."""

    rule: Rule
    last: date | None
    due: date
    warn: date
    arranged: date | None
    late: date


# ------------------------------------------------------------------------ standing


def policy_of(client, policies):
    """The first regulation that fits the client's company and segment, or by hand."""
    if client.by_hand:
        return next(p for p in policies if p.id == client.by_hand)
    return next(
        policy
        for policy in sorted(policies, key=lambda p: (p.sequence, p.id))
        if policy.company in (None, client.company)
        and (not policy.segments or client.segment in policy.segments)
    )


def cycle(days):
    """Median of the gaps between purchase days, rounded half up; 0 below three."""
    if len(days) < 3:
        return 0
    return int(median((b - a).days for a, b in pairwise(days)) + 0.5)


def status_of(client, policy, today):
    """(status, since when he is former)."""
    days = client.bought(today)
    if not days:
        return "prospect", None
    last = days[-1]
    limit = max(
        last + relativedelta(months=policy.former_after_months),
        last + timedelta(days=int(policy.former_cycle_factor * cycle(days))),
    )
    return ("former", limit + ONE) if today > limit else ("active", None)


# --------------------------------------------------------------------------- norms


def holding(client, policy, today):
    """{kind: rule} of the norms that hold for a client on ``today``."""
    if client.archived:
        return {}
    status, since = status_of(client, policy, today)
    ends = {
        "former": (since, policy.former_norm_months),
        "prospect": (client.entry, policy.prospect_norm_months),
    }
    begin, months = ends.get(status, (None, 0))
    if months and today > begin + relativedelta(months=months):
        return {}
    days = client.bought(today)
    newcomer = status == "active" and today <= days[0] + timedelta(
        days=policy.newcomer_days
    )
    found = {}
    for rule in sorted(policy.rules, key=special):
        if (
            rule.status == status
            and rule.abc_class in (None, client.abc_class)
            and rule.potential in (None, client.potential)
            and (newcomer or not rule.newcomer)
            and rule.in_season(today)
        ):
            found.setdefault(rule.kind, rule)
    return found


def special(rule):
    """Newcomer, then class and potential, then class, then status alone."""
    return (
        not rule.newcomer,
        not (rule.abc_class and rule.potential),
        not rule.abc_class,
        not rule.potential,
        rule.sequence,
        rule.id,
    )


def first_since(client, policy, rule, today):
    """The day from which a norm with days for the first contact counts them."""
    days = client.bought(today)
    _status, former_since = status_of(client, policy, today)
    if rule.newcomer:
        return days[0]
    return former_since or max([*days[-1:], client.entry])


def by_norm(client, policy, rule, today):
    """(last contact that counts, due date by the norm alone)."""
    moments = client.reached(COUNTED[rule.kind], today)
    last = client.local_day(max(moments)) if moments else None
    days = client.bought(today)
    if rule.first_days:
        since = first_since(client, policy, rule, today)
        # That in which he bought is not the first one after it.
        begun = last and (last > since if rule.newcomer else last >= since)
        if rule.status == "active" and not rule.newcomer:
            begun = last
        due = rule.after(last) if begun else since + timedelta(days=rule.first_days)
    elif last:
        due = rule.after(last)
    else:
        due = rule.after(max([*days[-1:], client.entry]))
    begin = rule.season_begin(today)
    # Out of season nobody owed anything.
    return last, max(due, begin) if begin else due


def arranged(client, rule, today):
    """Days from today on for which a contact is arranged that satisfies the norm."""
    days = plan_days(client, today, COUNTED[rule.kind])
    return sorted(days)


def plan_days(client, today, kinds=COUNTED["any"]):
    days = ((plan.kind, plan.day or client.local_day(plan.at)) for plan in client.plans)
    return [day for kind, day in days if kind in kinds and day >= today]


def agreed(client, rule, today):
    """The date agreed for a norm, unless a contact that counts came after it."""
    if rule.kind not in client.agreed:
        return None
    day, at = client.agreed[rule.kind]
    moments = client.reached(COUNTED[rule.kind], today)
    return None if any(moment >= at for moment in moments) else day


def obligations(client, policies, today):
    """{kind: Due} of a client."""
    policy = policy_of(client, policies)
    found = {}
    for kind, rule in holding(client, policy, today).items():
        last, due = by_norm(client, policy, rule, today)
        start = policy.start_date
        if start and due < start:
            due = client.rounds.get(kind, start)
        due = agreed(client, rule, today) or due
        due = max(day for day in (due, start, client.pause) if day)
        plans = arranged(client, rule, today)
        found[kind] = Due(
            rule=rule,
            last=last,
            due=due,
            warn=due - timedelta(days=rule.warning_days or policy.warning_days),
            arranged=plans[0] if plans else None,
            late=last_in_time(client, rule, due, plans),
        )
    return found


def forget(client, policies, today):
    """Drop agreed dates that a contact ended or whose norm no longer holds."""
    rules = holding(client, policy_of(client, policies), today)
    client.agreed = {
        kind: client.agreed[kind]
        for kind, rule in rules.items()
        if agreed(client, rule, today)
    }


def first_round(clients, policies, rule, today):
    """Give the first days of a norm: by class, turnover, card over one interval."""
    waiting = []
    for client in clients:
        policy = policy_of(client, policies)
        if holding(client, policy, today).get(rule.kind) is not rule:
            continue
        if by_norm(client, policy, rule, today)[1] < policy.start_date:
            waiting.append(client)
    classes = ["vip", "a", "b", "c", None]
    waiting.sort(key=lambda c: (classes.index(c.abc_class), -c.turnover, c.id))
    for place, client in enumerate(waiting):
        start = policy_of(client, policies).start_date
        length = (rule.after(start) - start).days
        day = start + timedelta(days=place * length // len(waiting))
        client.rounds[rule.kind] = day


# ---------------------------------------------------------------------------- card


def card(client, policies, today):
    """What the card says: its columns, and on ``today`` its state.

    ``next`` are the norms that may be named as the next one: those with the least day
    until which they are in time.
    """
    dues = obligations(client, policies, today)
    contacts = client.reached(COUNTED["any"], today)
    plans = plan_days(client, today)
    until = min((d.late for d in dues.values()), default=None)
    policy = policy_of(client, policies)
    answer = {
        "policy": policy.id,
        "status": status_of(client, policy, today)[0],
        "last_contact_date": client.local_day(max(contacts)) if contacts else None,
        "contact_late_date": until,
        "warn_date": min((d.warn for d in dues.values()), default=None),
        "next": {
            (d.due, d.rule.kind, d.rule.norm_days(), d.arranged)
            for d in dues.values()
            if d.late == until
        }
        or {(False, False, 0, min(plans, default=None))},
    }
    overdue = bool(dues) and today > until
    if not dues:
        state = "none"
    elif overdue:
        state = "overdue"
    else:
        state = "soon" if answer["warn_date"] <= today else "ok"
    answer["contact_state"] = state
    answer["is_paused"] = bool(client.pause and client.pause > today)
    answer["is_overdue"] = overdue
    return answer
