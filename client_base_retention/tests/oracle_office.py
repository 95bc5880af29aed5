"""Days off, and days on which somebody is away, computed a second time: one day after
the other, without any import of Odoo."""

from dataclasses import dataclass, field
from datetime import date, timedelta

ONE = timedelta(days=1)
GRACE = timedelta(days=7)


@dataclass
class Office:
    """When a company works, and who of those that may own its clients is away."""

    # (week in turn, weekday) that are worked; empty: all days are
    worked: set = field(default_factory=set)
    holidays: set = field(default_factory=set)
    staff: set = field(default_factory=set)
    # (user, first day, last day)
    aways: list = field(default_factory=list)

    def is_off(self, day):
        weeks = (day - date.min).days // 7
        off = self.worked and (weeks % 2, day.weekday()) not in self.worked
        return bool(off or day in self.holidays)

    def is_away(self, user, day):
        return any(who == user and a <= day <= b for who, a, b in self.aways)

    def day_for(self, user, due):
        """The day on which what is due is done if it is done in time."""
        while self.is_off(due):
            due += ONE
        if self.is_away(user, due):
            while self.is_off(due) or self.is_away(user, due):
                due += ONE
        return due


def last_in_time(client, rule, due, plans):
    """The last day on which a norm is not overdue."""
    owner = client.owner if client.owner in client.office.staff else None
    worked = client.office.day_for(rule.user or owner, due)
    held_off = [day for day in plans if day <= due + GRACE]
    grace = [day for day in [client.grace.get(rule.kind)] if day]
    return max([worked, *held_off, *grace])
