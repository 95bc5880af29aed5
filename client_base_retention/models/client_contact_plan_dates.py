"""When the norms ask for a client's contacts in the days to come: plain dates, one
client at a time. Knows nothing of Odoo; read by ``client_contact_plan.py``.

Every contact is taken to be made on the day it is due, and moves the norms that it
satisfies as a real one would: the next is due an interval after it. What is overdue is
made on the first day. Status, class and potential are those of the first day; a season
that begins or ends, the end of being a newcomer and the end of the norms of former
clients and prospects change which norms hold.

Nothing is asked twice in a week: a contact is left to another one of the same week that
satisfies its norm too and falls on a day before it would be due again. So a call due on
Monday is not planned where a meeting is due on Thursday; daily calls are, until the day
before the meeting.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

# Which contacts satisfy a norm of each kind, in the order in which they take over.
COUNTED = {
    "meeting": ("meeting",),
    "call": ("call", "meeting"),
    "email": ("email",),
    "message": ("message",),
    "any": ("any", "meeting", "call", "email", "message"),
}
RANK = {kind: place for place, kind in enumerate(COUNTED)}
ONE = timedelta(days=1)
# What is arranged within a week of the due date is made then, and not before.
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class Norm:
    """A norm of a regulation."""

    id: int
    kind: str
    status: str
    months: int = 0
    days: int = 0
    abc_class: str | None = None
    potential: str | None = None
    newcomer: bool = False
    first_days: int = 0
    season: tuple = (0, 0)
    sequence: int = 10

    @property
    def has_season(self):
        """A season of twelve months is none."""
        first, last = self.season
        return bool(first) and (last + 1 - first) % 12 != 0

    def after(self, day):
        """One interval after ``day``; a month after the 31st ends with its month."""
        return day + relativedelta(months=self.months, days=self.days)

    def holds_in(self, month):
        first, last = self.season
        if not self.has_season:
            return True
        return first <= month <= last if first <= last else not last < month < first

    def season_begin(self, day):
        """First day of the season in which ``day`` lies; None without a season."""
        if not self.has_season:
            return None
        return date(day.year - (day.month < self.season[0]), self.season[0], 1)

    @property
    def special(self):
        """Sorts the norms of a kind: the first that fits holds."""
        return (
            not self.newcomer,
            self.abc_class is None,
            self.potential is None,
            self.sequence,
            self.id,
        )


@dataclass(frozen=True)
class Due:
    """A norm that holds for a client on the first day, as it stands."""

    norm: int
    day: date
    # The day for which somebody has arranged the contact.
    arranged: date | None = None
    # Agreed with the client: holds whatever norm of the kind holds.
    agreed: bool = False
    # Overdue on the first day.
    is_late: bool = False

    @property
    def made_on(self):
        """The day arranged, unless that is long after it is due."""
        if self.arranged and self.arranged <= self.day + GRACE:
            return self.arranged
        return self.day


@dataclass
class Client:
    """What decides on the contacts of a client, or of many who are alike."""

    status: str
    abc_class: str | None = None
    potential: str | None = None
    # {kind: Due}
    dues: dict = field(default_factory=dict)
    newcomer_until: date | None = None
    # The last day on which norms of this status hold; None: no end.
    until: date | None = None
    # No contact before this day: a pause, the start of the regulation.
    not_before: date | None = None
    # Below: only needed where other norms come to hold.
    # {kind: day of the last contact of this kind}
    last: dict = field(default_factory=dict)
    # Last purchase or entry into the base.
    base: date | None = None
    entry: date | None = None
    first_purchase: date | None = None
    former_since: date | None = None


class Contact(NamedTuple):
    """A contact to come: when, by which norm, and why on that day."""

    day: date
    kind: str
    norm: int
    due: date
    arranged: date | None
    is_late: bool


def week_end(day):
    """The Sunday of the week in which ``day`` lies."""
    return day + timedelta(days=6 - day.weekday())


# --------------------------------------------------------------------- which norm


def holding(client, norms, day):
    """{kind: norm} of those that hold for a client on ``day``.

    :param norms: those of his regulation
    """
    if client.until and day > client.until:
        return {}
    newcomer = bool(client.newcomer_until and day <= client.newcomer_until)
    found = {}
    for norm in sorted(norms, key=lambda norm: norm.special):
        if (
            norm.status == client.status
            and norm.abc_class in (None, client.abc_class)
            and norm.potential in (None, client.potential)
            and (newcomer or not norm.newcomer)
            and norm.holds_in(day.month)
        ):
            found.setdefault(norm.kind, norm)
    return found


def changes(client, norms, first, last):
    """The days after ``first`` on which other norms may hold."""
    days = set()
    if client.newcomer_until:
        days.add(client.newcomer_until + ONE)
    if client.until:
        days.add(client.until + ONE)
    if any(norm.has_season for norm in norms):
        month = first.replace(day=1) + relativedelta(months=1)
        while month <= last:
            days.add(month)
            month += relativedelta(months=1)
    return sorted(day for day in days if first < day <= last)


def own_day(client, norm, last, day):
    """When a norm that comes to hold on ``day`` is due.

    :param last: day of the last contact that counts for it, or None
    """
    since = client.base
    if norm.newcomer:
        since = client.first_purchase
        is_first = last is None or last <= since
    elif client.status == "former":
        since = client.former_since
        is_first = last is None or last < since
    else:
        is_first = last is None or client.status == "prospect" and last < client.entry
    if norm.first_days and is_first:
        due = since + timedelta(days=norm.first_days)
    else:
        due = norm.after(last or client.base)
    begin = norm.season_begin(day)
    return max(filter(None, (due, begin, client.not_before)))


# ----------------------------------------------------------------------- contacts


def contacts(client, norms, first, last):
    """The contacts of a client from ``first`` to ``last``.

    :param norms: all norms of his regulation
    :return: list of ``Contact`` in order
    """
    end = week_end(last)
    by_id = {norm.id: norm for norm in norms}
    dues = {
        kind: due
        for kind, due in client.dues.items()
        if due.norm in by_id and not (client.until and first > client.until)
    }
    made, lasts = [], dict(client.last)
    begin = first
    held = {kind: due.norm for kind, due in dues.items()}
    for change in changes(client, norms, first, end):
        then = holding(client, norms, change)
        if {kind: norm.id for kind, norm in then.items()} == held:
            continue
        _make(dues, by_id, begin, change - ONE, made, lasts)
        dues = _changed(client, then, dues, lasts, change)
        begin, held = change, {kind: norm.id for kind, norm in then.items()}
    _make(dues, by_id, begin, end, made, lasts)
    return [contact for contact in made if contact.day <= last]


def _changed(client, held, dues, lasts, day):
    """What is due by the norms that hold from ``day`` on."""
    found = {}
    for kind, norm in held.items():
        due = dues.get(kind)
        if due and (due.norm == norm.id or due.agreed):
            found[kind] = replace(due, norm=norm.id)
            continue
        counted = [lasts[other] for other in COUNTED[kind] if lasts.get(other)]
        own = own_day(client, norm, max(counted, default=None), day)
        found[kind] = Due(norm.id, own, due and due.arranged)
    return found


def _make(dues, norms, begin, stop, made, lasts):
    """Make the contacts that fall due until ``stop``; changes the last three and
    ``dues``."""
    while True:
        days = _days(dues, norms, begin, stop)
        if not days:
            return
        kind = min(days, key=lambda kind: (days[kind], RANK[kind]))
        day, due = days[kind], dues[kind]
        if day > stop:
            return
        made.append(Contact(day, kind, due.norm, due.day, due.arranged, due.is_late))
        lasts[kind] = day
        for other, counted in COUNTED.items():
            if other in dues and kind in counted:
                norm = dues[other].norm
                dues[other] = Due(norm, norms[norm].after(day))


def _days(dues, norms, begin, stop):
    """{kind: day} of the contacts that are made for their own norm; the others are
    left to them."""
    days = {}
    for kind, counted in COUNTED.items():
        due = dues.get(kind)
        if not due:
            continue
        day = max(begin, due.made_on)
        if due.made_on == due.arranged:
            # It takes place, whatever else is due in the week.
            limit = day
        else:
            limit = min(week_end(day), norms[due.norm].after(day) - ONE, stop)
        if not any(day <= days[other] <= limit for other in counted if other in days):
            days[kind] = day
    return days
