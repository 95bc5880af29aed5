"""Kept, late, not made: a second computation, day by day, without the database.

Written from the definition (design 4.3 *Kept, late, not made*). A base is told what
happens, one event after the other, and looks at the client after each, as the nightly
run does for all. Every state that it ever saw is remembered; a month is judged by
walking through its days.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
GRACE_MOST = 14
GRACE_AGAIN = timedelta(days=60)
TRIED = 3
SATISFY = {
    "call": ("call", "meeting"),
    "meeting": ("meeting",),
    "any": ("call", "meeting", "email", "message"),
}


def add_months(day, months):
    """The same day so many months later, or the last one of that month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


@dataclass
class Contact:
    at: object
    day: date
    kind: str
    direction: str = "out"
    outcome: str = "reached"


@dataclass
class State:
    """How a norm stood, from the day it began until the day it ended."""

    row: int
    kind: str
    status: str
    user: int
    norm: int
    last: date
    due: date
    late: date
    taken_on: date = None
    taken_from: int = None
    grace: date = None
    begun: date = None
    ended: date = None
    contact_day: date = None
    closed: bool = False

    def says(self):
        return (
            (self.kind, self.status, self.user, self.norm),
            (self.last, self.due, self.late, self.grace),
        )


@dataclass
class Client:
    name: str
    owner: int
    entry: date
    purchases: list = field(default_factory=list)
    contacts: list = field(default_factory=list)
    pause: date = None
    agreed: dict = field(default_factory=dict)
    archived: bool = False
    now: dict = field(default_factory=dict)  # kind -> the present state
    states: list = field(default_factory=list)


class Base:
    """The clients of one company and what holds for all of them."""

    def __init__(self, norms, former_months, is_off=lambda day: False):
        self.norms = dict(norms)  # (status, kind) -> days
        self.former_months = former_months
        self.is_off = is_off
        self.aways = []  # (user, first day, last day)
        self.rows = 0

    # ---------------------------------------------------------------------- the norm

    def status(self, client, today):
        bought = [day for day in client.purchases if day <= today]
        if not bought:
            return "prospect"
        over = today > add_months(max(bought), self.former_months)
        return "former" if over else "active"

    def is_away(self, user, day):
        return any(who == user and a <= day <= b for who, a, b in self.aways)

    def in_time_until(self, due, user, grace):
        while self.is_off(due):
            due += DAY
        late = due
        if self.is_away(user, late):
            while self.is_away(user, late) or self.is_off(late):
                late += DAY
        return max(late, grace) if grace else late

    def counted(self, client, kind):
        return [
            contact
            for contact in client.contacts
            if contact.outcome == "reached" and contact.kind in SATISFY[kind]
        ]

    def due(self, client, kind, norm, today):
        """The last contact that counts, and the day the next one is due."""
        contacts = self.counted(client, kind)
        last = max((contact.day for contact in contacts), default=None)
        bought = [day for day in client.purchases if day <= today]
        due = (last or max([client.entry, *bought])) + timedelta(days=norm)
        if kind in client.agreed:
            day, moment = client.agreed[kind]
            if any(contact.at > moment for contact in contacts):
                del client.agreed[kind]
            else:
                due = day
        return last, max(due, client.pause) if client.pause else due

    # ----------------------------------------------------------------- what happens

    def look(self, client, today):
        """Derive the client: states that changed end today."""
        status = self.status(client, today)
        for kind in {kind for _status, kind in self.norms}:
            norm = None if client.archived else self.norms.get((status, kind))
            before = client.now.get(kind)
            if norm is None:
                if before:
                    before.ended = today
                    before.closed = before.status != status
                    del client.now[kind]
                    client.agreed.pop(kind, None)
                continue
            state = self.next_state(client, before, status, kind, norm, today)
            if state is not before:
                client.now[kind] = state
                client.states.append(state)

    def next_state(self, client, before, status, kind, norm, today):
        last, due = self.due(client, kind, norm, today)
        if before:
            before = self.given_back(client, before, status, today)
            row = before.row
        else:
            self.rows += 1
            row = self.rows
        new = State(row, kind, status, client.owner, norm, last, due, None)
        if before:
            new.taken_on, new.taken_from = before.taken_on, before.taken_from
            new.grace = before.grace
            if before.user != client.owner:
                new.taken_on, new.taken_from = today, before.user
                if not before.taken_on or before.taken_on <= today - GRACE_AGAIN:
                    new.grace = today + timedelta(days=min(norm, GRACE_MOST))
        new.late = self.in_time_until(due, client.owner, new.grace)
        if before and new.says() == before.says():
            client.now[kind] = before
            return before
        if before:
            before.ended = today
            before.closed = (before.status, before.user) != (status, client.owner)
            if last and (not before.last or last > before.last):
                before.contact_day = last
        new.begun = today
        return new

    def given_back(self, client, before, status, today):
        """Back on the same day with who had him: forget what was in between."""
        if before.taken_on != today or before.user == client.owner:
            return before
        for place, state in enumerate(client.states):
            if (
                (state.row, state.ended, state.closed) == (before.row, today, True)
                and state.status == status
                and state.user == client.owner
            ):
                client.states[place + 1 :] = [
                    other
                    for other in client.states[place + 1 :]
                    if other.row != before.row
                ]
                state.ended = state.contact_day = None
                state.closed = False
                return state
        return before

    # -------------------------------------------------------------------- the month

    def judge(self, client, first, as_of, counted_from):
        """{(row, kind, status, user): what the month says} of a client.

        :param as_of: the last day of the month, or today while it lasts
        """
        units = {}
        for state in client.states:
            key = (state.row, state.kind, state.status, state.user)
            units.setdefault(key, []).append(state)
        found = {
            key: self.judge_unit(client, states, first, as_of, counted_from)
            for key, states in units.items()
        }
        return {key: said for key, said in found.items() if said}

    def judge_unit(self, client, states, first, as_of, counted_from):
        final, last_day = self.last_of(states, first, as_of)
        if not final:
            return None
        last = final.last
        ended_by_contact = final.contact_day and final.contact_day <= last_day
        if ended_by_contact:
            last = max(filter(None, [last, final.contact_day]))
        if final.due > last_day and not (last and last >= first):
            return None
        known = [state for state in states if state.begun <= as_of]
        red = self.red_days(known, max(first, counted_from), last_day)
        on_last = final.late < last_day and last_day in red and not ended_by_contact
        result = "not_made" if on_last else "late" if red else "kept"
        tries = len(self.tries(client, final.due, last_day)) if on_last else 0
        began = self.who_began(client, final.kind, last) if last else None
        began = began if last and last >= first else None
        return {
            "result": result,
            "overdue_days": len(red),
            "tries": tries,
            "is_tried": int(tries >= TRIED),
            "is_out": int(began == "out"),
            "is_in": int(began == "in"),
            "is_closed": bool(final.ended and final.ended <= as_of),
            "norm_days": final.norm,
            "due_date": final.due,
            "late_date": final.late,
            "last_contact_date": last,
            "taken_on": final.taken_on,
            "taken_from_id": final.taken_from,
            "grace_until": final.grace,
        }

    def last_of(self, states, first, as_of):
        """The state at the end of the unit, and its last day."""
        for state in reversed(states):
            if state.begun > as_of:
                continue
            if state.ended is None or state.ended > as_of:
                return state, as_of
            if state.closed and state.ended >= first:
                return state, state.ended
        return None, None

    def red_days(self, states, begin, end):
        """The days on which it was overdue, without those of absence."""
        red, day = set(), begin
        while day <= end:
            for place, state in enumerate(states):
                over = state.ended is not None and day > state.ended
                # A contact typed in late ends also what changed meanwhile.
                days = [other.contact_day for other in states[place:]]
                after = any(contact and contact < day for contact in days)
                if state.begun <= day and not over and not after and day > state.late:
                    red.add(day)
            if self.is_away(states[0].user, day):
                red.discard(day)
            day += DAY
        return red

    def tries(self, client, due, last_day):
        return {
            contact.day
            for contact in client.contacts
            if contact.outcome == "no_answer"
            and contact.direction == "out"
            and contact.kind != "material"
            and due <= contact.day <= last_day
        }

    def who_began(self, client, kind, day):
        those = [c for c in self.counted(client, kind) if c.day == day]
        return max(those, key=lambda c: c.at).direction if those else None
