"""The plan of contacts, computed a second time: day by day, everything anew each day.

On every day to come the client's norms are derived from the facts (``oracle_contacts``)
as if that day were today, with the contacts planned so far as contacts that took place.
"""

from datetime import datetime, time, timedelta
from unittest.mock import patch

import pytz

from . import oracle_contacts as oracle

ONE = timedelta(days=1)
# What is arranged so long after the due date is made then.
GRACE = timedelta(days=7)
# A contact of an earlier kind takes over those of the later ones.
ORDER = ("meeting", "call", "email", "message", "any")


def plan(client, policies, first, last):
    """[(day, kind)] of the contacts of a client from ``first`` to ``last``."""
    policy = oracle.policy_of(client, policies)
    standing = oracle.status_of(client, policy, first)
    contacts, made = list(client.contacts), []
    with patch.object(oracle, "status_of", lambda *_args: standing):
        dues = oracle.obligations(client, policies, first)
        arranged = {kind: due.arranged for kind, due in dues.items() if due.arranged}
        day = first
        while day <= last:
            kind = next_kind(client, policies, policy, day, arranged)
            if not kind:
                day += ONE
                continue
            made.append((day, kind))
            for other in ORDER:
                if kind in counted(other):
                    arranged.pop(other, None)
            client.contacts.append(oracle.Contact(evening(client, day), as_real(kind)))
    client.contacts = contacts
    return made


def counted(kind):
    return oracle.COUNTED[kind] | ({"any"} if kind == "any" else set())


def as_real(kind):
    # "Any contact" is nothing that takes place: something that satisfies it alone.
    return "whatever" if kind == "any" else kind


def evening(client, day):
    """The last minute of a day: after the moment at which a date was agreed on it."""
    zone = pytz.timezone(client.zone)
    moment = zone.localize(datetime.combine(day, time(23, 59)))
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def next_kind(client, policies, policy, day, arranged):
    """The kind of contact to make on ``day``, if any; then it is asked again."""
    kinds = oracle.COUNTED | {"any": oracle.COUNTED["any"] | {"whatever"}}
    with patch.object(oracle, "COUNTED", kinds):
        dues = oracle.obligations(client, policies, day)
    days = {}
    for kind in ORDER:
        if kind not in dues:
            continue
        due = dues[kind]
        on, until = due.due, end_of_week(client, policy, max(day, due.due), day)
        wait = due.rule.after(max(day, due.due)) - ONE
        if arranged.get(kind) and arranged[kind] <= due.due + GRACE:
            on = until = wait = arranged[kind]
        on = max(on, day)
        if not any(
            on <= days[other] <= min(until, wait) for other in takers(kind, days)
        ):
            days[kind] = on
    return next((kind for kind in ORDER if days.get(kind) == day), None)


def takers(kind, days):
    return [other for other in days if other in counted(kind)]


def end_of_week(client, policy, day, today):
    """The Sunday after ``day``, or the last day before other norms hold."""
    held = norms(client, policy, today)
    sunday = day + timedelta(days=6 - day.weekday())
    while today < sunday and norms(client, policy, today + ONE) == held:
        today += ONE
    return today


def norms(client, policy, day):
    return {kind: r.id for kind, r in oracle.holding(client, policy, day).items()}
