"""Judges day by day, in plain Python, what the design says of kept, late and not made.

Keeps its own books: contacts, purchases, hand-overs, days away, norms. It is told the
status and the class of each client, and the day that the first round gave him; all else
it works out itself (design 4.3 *Obligation*, *Arranged*, *Kept, late, not made*).
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
AHEAD = timedelta(hours=7)
ARRANGED_DAYS, GRACE_DAYS, TRIED_DAYS = 7, 14, 3
# Days of grace come again only after so many days.
GRACE_AGAIN = 60
SATISFY = {
    "meeting": {"meeting"},
    "call": {"call", "meeting"},
    "email": {"email"},
    "message": {"message"},
    "any": {"call", "meeting", "email", "message"},
}


def add_months(day, months):
    """A day some months later; there is no 30 February, but its last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Norm(NamedTuple):
    """One norm of the regulation."""

    status: str
    abc_class: str | bool
    is_newcomer: bool
    kind: str
    count: int
    unit: str
    first_days: int
    responsible: str

    def after(self, day):
        """One interval later."""
        if self.unit == "month":
            return add_months(day, self.count)
        return day + timedelta(days=self.count * (7 if self.unit == "week" else 1))

    @property
    def days(self):
        if self.unit == "month":
            return self.count * 365 // 12
        return self.count * (7 if self.unit == "week" else 1)


class Contact(NamedTuple):
    """A contact, or a try, with a client."""

    moment: datetime
    kind: str
    direction: str
    outcome: str

    @property
    def day(self):
        return (self.moment + AHEAD).date()


class State(NamedTuple):
    """How an obligation stands."""

    norm: Norm
    last: Contact | None
    due: date
    late: date

    @property
    def last_day(self):
        return self.last and self.last.day


@dataclass(eq=False)
class Unit:
    """One unit of the report: obligation, status and responsible."""

    client: int
    kind: str
    status: str
    abc_class: str
    owner: str
    state: State
    since: date
    overdue: set = field(default_factory=set)
    closed_on: date | None = None


@dataclass
class Row:
    """The obligation of one kind of a client; it outlives its units."""

    unit: Unit
    units: list  # all of them
    taken: tuple | None = None  # on, from, grace until
    before: tuple | None = None  # unit and hand-over before the one of today


@dataclass
class Client:
    """The books of one client."""

    entered: date
    owner: str | None = None
    status: str = ""
    abc_class: str = ""
    is_newcomer: bool = False
    waves: dict = field(default_factory=dict)
    purchases: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    arranged: list = field(default_factory=list)  # [kind, day] of open activities
    pause: date | None = None
    gone: bool = False
    rows: dict = field(default_factory=dict)


class Result(NamedTuple):
    """What became of a unit in a month."""

    client: int
    kind: str
    status: str
    abc_class: str
    owner: str
    result: str
    overdue_days: int
    is_tried: bool
    due: date
    last_contact: date | None
    ours: str
    is_closed: bool


class Judge:
    """Judges the months of one company."""

    def __init__(self, holidays):
        self.holidays = set(holidays)
        self.today = None
        self.start = None  # of the regulation, and of the counting
        self.norms, self.leader = [], {}
        self.clients, self.aways = {}, []
        self.closed = []  # units closed in this month

    # ------------------------------------------------------------------------- books

    def begin(self):
        """The regulation begins today: before, and today, nobody was overdue."""
        self.start = self.today
        for client in self.clients.values():
            for row in client.rows.values():
                row.unit.overdue.clear()

    def client(self, key, entered, owner):
        self.clients[key] = Client(entered, owner)

    def bought(self, key, day):
        self.clients[key].purchases.append(day)

    def know(self, key, kind, moment, direction="out", outcome="reached"):
        """A contact or a try was logged."""
        self.clients[key].contacts.append(Contact(moment, kind, direction, outcome))

    def away(self, owner, first, last):
        self.aways.append((owner, first, last))

    def stands(self, key, active, status, abc_class, is_newcomer, waves):
        """How the client stands now; judge him anew."""
        client = self.clients[key]
        client.is_newcomer, client.waves = is_newcomer, waves
        states = {}
        if active:
            states = self.states(client, status, abc_class)
        self.follow(key, client, status, abc_class, states)

    def merge(self, stays, goes):
        """The one turns out to be the other; what was due with him is gone."""
        stays, goes = self.clients[stays], self.clients[goes]
        stays.purchases += goes.purchases
        stays.contacts += goes.contacts
        stays.arranged += goes.arranged
        goes.gone, goes.rows = True, {}

    # ---------------------------------------------------------------- when he is due

    def states(self, client, status, abc_class):
        """{kind: (norm, last contact, due date)} of the norms that hold."""
        found = {}
        for norm in self.norms:
            if norm.status != status or norm.abc_class not in (False, abc_class):
                continue
            if norm.is_newcomer and not client.is_newcomer:
                continue
            rank = (norm.is_newcomer, bool(norm.abc_class))
            if norm.kind not in found or rank > found[norm.kind][0]:
                found[norm.kind] = rank, norm
        return {
            kind: (norm, *self.due(client, norm)) for kind, (_r, norm) in found.items()
        }

    def due(self, client, norm):
        """The last contact that counts, and the day it is due by the norm."""
        last = max(
            (
                contact
                for contact in client.contacts
                if contact.outcome == "reached" and contact.kind in SATISFY[norm.kind]
            ),
            key=lambda contact: contact.moment,
            default=None,
        )
        bought = [day for day in client.purchases if day <= self.today]
        # Who bought earlier entered earlier.
        base = max(bought, default=client.entered)
        if norm.first_days and (last is None or last.day <= min(bought)):
            due = min(bought) + timedelta(days=norm.first_days)
        else:
            due = norm.after(last.day if last else base)
        if self.start and due < self.start:
            due = max(due, self.start, client.waves.get(norm.kind, self.start))
        if client.pause:
            due = max(due, client.pause)
        return last, due

    def late(self, client, norm, owner, due, taken):
        """The last day on which it is not overdue."""
        late = day = self.working(due)
        if self.is_away(owner, day):
            while self.is_away(owner, day) or self.is_off(day):
                day += DAY
            late = day
        for kind, arranged in client.arranged:
            if kind in SATISFY[norm.kind] and self.today <= arranged:
                if arranged <= due + ARRANGED_DAYS * DAY:
                    late = max(late, arranged)
        return max(late, taken[2]) if taken else late

    def is_off(self, day):
        return day.weekday() >= 5 or day in self.holidays

    def is_away(self, owner, day):
        return any(who == owner and a <= day <= b for who, a, b in self.aways)

    def working(self, day):
        while self.is_off(day):
            day += DAY
        return day

    # ------------------------------------------------------------------- what changed

    def follow(self, key, client, status, abc_class, states):
        """The client stands like this from now on: units change, end and begin."""
        same = client.status == status
        for kind in [kind for kind in client.rows if kind not in states]:
            row = client.rows.pop(kind)
            # Without a norm it is not counted; with another status it ended.
            if not same and states is not None and status:
                self.close(row.unit)
        client.status, client.abc_class = status, abc_class
        for kind, (norm, last, due) in states.items():
            owner = client.owner
            if norm.responsible == "team_leader" and owner:
                owner = self.leader[owner]
            row = client.rows.get(kind)
            if row:
                self.hand_over(row, owner, norm)
            state = State(
                norm,
                last,
                due,
                self.late(client, norm, owner, due, row and row.taken),
            )
            new = Unit(key, kind, status, abc_class, owner, state, self.today)
            if not row:
                client.rows[kind] = Row(new, [new])
            elif (row.unit.status, row.unit.owner) != (status, owner):
                self.close(row.unit)
                row.unit = self.again(row, new)
            else:
                self.change(row.unit, state, abc_class)

    def hand_over(self, row, owner, norm):
        """Somebody else is responsible: days of grace, unless he gets it back."""
        old = row.unit.owner
        if old == owner:
            return
        if row.before and row.taken[0] == self.today and row.taken[1] == owner:
            unit, row.taken = row.before
            self.closed.remove(unit)
            unit.closed_on = None
            row.unit, row.before = unit, None
            return
        row.before = row.unit, row.taken
        grace = self.today + timedelta(days=min(norm.days, GRACE_DAYS))
        if row.taken and row.taken[0] > self.today - timedelta(days=GRACE_AGAIN):
            grace = row.taken[2]
        row.taken = self.today, old, grace

    def again(self, row, new):
        """The unit that begins: of row, status and responsible there is but one in a
        month, so one that ended earlier in it goes on."""
        for unit in row.units:
            same = (unit.status, unit.owner) == (new.status, new.owner)
            if same and unit in self.closed:
                self.closed.remove(unit)
                unit.closed_on, unit.since = None, self.today
                unit.state, unit.abc_class = new.state, new.abc_class
                return unit
        row.units.append(new)
        return new

    def change(self, unit, state, abc_class):
        """The unit stands otherwise; a contact ends what was overdue until its day."""
        old, unit.state, unit.abc_class = unit.state, state, abc_class
        if state == old:
            return
        last = self.today
        if state.last and state.last != old.last:
            last = state.last.day
            unit.overdue -= {day for day in unit.overdue if day > last}
        if last == self.today > old.late:
            # It was overdue until then, be it for an hour.
            unit.overdue.add(last)
        unit.since = self.today

    def close(self, unit):
        unit.closed_on = self.today
        if self.today > unit.state.late:
            unit.overdue.add(self.today)
        self.closed.append(unit)

    def end_of_day(self):
        """What is overdue at the end of the day was overdue on it."""
        for client in self.clients.values():
            for row in client.rows.values():
                if self.today > row.unit.state.late:
                    row.unit.overdue.add(self.today)

    # ----------------------------------------------------------------------- the month

    def results(self, day):
        """The results of the month up to this day."""
        found = []
        units = [row.unit for c in self.clients.values() for row in c.rows.values()]
        for unit in units + self.closed:
            result = self.result(unit, day.replace(day=1), unit.closed_on or day)
            if result:
                found.append(result)
        return found

    def result(self, unit, first, last):
        """What became of a unit by its last day; None: not counted in this month."""
        state = unit.state
        satisfied = state.last and first <= state.last.day <= last
        if not (state.due <= last or satisfied):
            return None
        overdue = {
            day
            for day in unit.overdue
            if max(first, self.start) <= day <= last
            and not self.is_away(unit.owner, day)
        }
        # A contact on the very last day has made it, if late.
        is_open = last in overdue and last > state.late
        name = "not_made" if is_open else "late" if overdue else "kept"
        tries = {
            contact.day
            for contact in self.clients[unit.client].contacts
            if contact.outcome == "no_answer" and contact.direction == "out"
            if state.due <= contact.day <= last
        }
        return Result(
            unit.client,
            unit.kind,
            unit.status,
            unit.abc_class,
            unit.owner,
            name,
            len(overdue),
            name == "not_made" and len(tries) >= TRIED_DAYS,
            state.due,
            state.last_day,
            state.last.direction if satisfied else "",
            unit.closed_on is not None,
        )

    def close_month(self):
        """The results of the month that ends today; the next one begins."""
        found = self.results(self.today)
        self.closed = []
        return found
