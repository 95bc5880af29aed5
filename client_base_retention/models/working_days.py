"""Which days are worked: arithmetic of weeks, holidays and absences, without Odoo."""

from collections import defaultdict
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
# Weeks alternate in calendars of two weeks, from the first Monday of year 1 on.
CYCLE = 14
FIRST_MONDAY = date.min


def place_in_cycle(day):
    """The place of a day in the cycle of two weeks: 0 is the Monday of the first.

    >>> place_in_cycle(date(2025, 6, 16)), place_in_cycle(date(2025, 6, 23))
    (7, 0)
    """
    return (day - FIRST_MONDAY).days % CYCLE


class WorkingDays:
    """The days on which a company works.

    :param worked: for each place in the cycle whether that day is worked; a cycle in
        which nobody works at all says nothing, and all days are worked
    :param holidays: days that are not worked though they would be by the cycle
    """

    def __init__(self, worked=(True,) * CYCLE, holidays=()):
        self.worked = tuple(worked) if any(worked) else (True,) * CYCLE
        # How many days to the next one that is worked by the cycle, 0 on it.
        self.shifts = [
            next(n for n in range(CYCLE) if self.worked[(place + n) % CYCLE])
            for place in range(CYCLE)
        ]
        # {holiday: the next working day}, the last one first: a row of holidays, and
        # what lies between them, leads to the day after them.
        self.holidays = {}
        for day in sorted(set(holidays), reverse=True):
            if self.worked[place_in_cycle(day)]:
                self.holidays[day] = self.at_or_after(day + ONE_DAY)

    def at_or_after(self, day):
        """``day`` itself if it is worked, else the next day that is."""
        day += timedelta(days=self.shifts[place_in_cycle(day)])
        return self.holidays.get(day, day)

    def is_off(self, day):
        return self.at_or_after(day) != day

    def days_off(self, first, last):
        """{day off: next working day} from ``first`` to ``last``."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return {day: self.at_or_after(day) for day in days if self.is_off(day)}

    def back_after(self, absences):
        """When somebody who is away at times is back at work.

        :param absences: iterable of (who, first day, last day)
        :return: list of (who, first day, last day, first working day back), in which
            nobody is away twice on a day; absences that follow each other, with
            nothing but days off between them, end on the same day
        """
        spans = defaultdict(list)
        for who, first, last in sorted(absences):
            if spans[who]:
                first = max(first, spans[who][-1][1] + ONE_DAY)
            if first <= last:
                spans[who].append((first, last))
        return [
            (who, first, last, back)
            for who, own in spans.items()
            for first, last, back in reversed(self._backs(own))
        ]

    def _backs(self, spans):
        """(first, last, back) of the absences of one person, the last one first."""
        found = []
        for first, last in reversed(spans):
            back = self.at_or_after(last + ONE_DAY)
            for begin, end, later in reversed(found):
                if begin <= back <= end:
                    back = later
            found.append((first, last, back))
        return found
