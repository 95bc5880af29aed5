"""Working days, holidays and absences: the arithmetic alone."""

from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..models.working_days import WorkingDays
from .common import day


def week(text):
    """A week, or two, as "xxxxx--": worked and off from Monday on."""
    worked = tuple(sign == "x" for sign in text)
    return worked * (14 // len(worked))


@tagged("post_install", "-at_install")
class TestWorkingDays(BaseCase):
    # The Sunday on which everything begins elsewhere: the 15th of June 2025.

    def test_due_on_a_day_off(self):
        """(week, holidays, day, next working day)."""
        cases = (
            ("xxxxx--", "", "2025-06-13", "2025-06-13"),  # Friday
            ("xxxxx--", "", "2025-06-14", "2025-06-16"),  # Saturday
            ("xxxxx--", "", "2025-06-15", "2025-06-16"),
            ("xxxxxxx", "", "2025-06-15", "2025-06-15"),
            ("-------", "", "2025-06-15", "2025-06-15"),
            ("x------", "", "2025-06-17", "2025-06-23"),
            ("xxxxx--", "2025-06-16", "2025-06-16", "2025-06-17"),
            ("xxxxx--", "2025-06-16", "2025-06-14", "2025-06-17"),
            ("xxxxx--", "2025-06-13", "2025-06-13", "2025-06-16"),
            ("xxxxx--", "2025-06-13 2025-06-16", "2025-06-13", "2025-06-17"),
            ("xxxxx--", "2025-06-14", "2025-06-13", "2025-06-13"),
            ("xxxxx--", "2025-06-14", "2025-06-14", "2025-06-16"),
            # A whole week, and the day after it.
            (
                "xxxxx--",
                "2025-06-09 2025-06-10 2025-06-11 2025-06-12 2025-06-13 2025-06-16",
                "2025-06-07",
                "2025-06-17",
            ),
            ("xxxxx--", "2028-02-29", "2028-02-29", "2028-03-01"),  # leap day
            ("xxxxx--", "2027-12-31", "2027-12-31", "2028-01-03"),
            # Two weeks in turn; that of the 16th is the second one.
            ("-----xxxxxxx--", "", "2025-06-21", "2025-06-28"),
            ("-----xxxxxxx--", "", "2025-06-28", "2025-06-28"),
            ("-----xxxxxxx--", "", "2025-06-30", "2025-06-30"),
        )
        for signs, holidays, when, then in cases:
            with self.subTest(week=signs, holidays=holidays, day=when):
                days = WorkingDays(week(signs), map(day, holidays.split()))
                self.assertEqual(days.at_or_after(day(when)), day(then))
                self.assertEqual(days.is_off(day(when)), when != then)

    def test_days_off_of_a_span(self):
        days = WorkingDays(week("xxxxx--"), [date(2025, 6, 16)])
        self.assertEqual(
            days.days_off(date(2025, 6, 13), date(2025, 6, 17)),
            {date(2025, 6, n): date(2025, 6, 17) for n in (14, 15, 16)},
        )
        self.assertEqual(days.days_off(date(2025, 6, 17), date(2025, 6, 13)), {})

    def test_back_from_away(self):
        """(absences as days of June 2025, first days back)."""
        cases = (
            ("away ends on a Friday", [(9, 13)], [16]),
            ("on a Wednesday", [(9, 11)], [12]),
            ("one day", [(11, 11)], [12]),
            ("two in a row", [(9, 11), (12, 17)], [18, 18]),
            ("with a weekend between", [(9, 13), (16, 20)], [23, 23]),
            ("with a working day between", [(9, 12), (16, 20)], [13, 23]),
            ("with a holiday between", [(2, 6), (10, 11)], [12, 12]),
            ("a Saturday only, then a week", [(12, 13), (14, 14), (16, 20)], [23] * 3),
            ("on the same days", [(9, 12), (11, 13)], [16, 16]),
        )
        days = WorkingDays(week("xxxxx--"), [date(2025, 6, 9)])
        for what, spans, backs in cases:
            with self.subTest(what):
                away = [("o", date(2025, 6, a), date(2025, 6, b)) for a, b in spans]
                found = days.back_after(away[::-1])
                self.assertEqual([row[3].day for row in found], backs)
                self.assertEqual(len({row[1] for row in found}), len(spans))

    def test_everybody_is_away_by_himself(self):
        days = WorkingDays()
        away = [
            ("a", date(2025, 6, 9), date(2025, 6, 10)),
            ("b", date(2025, 6, 11), date(2025, 6, 12)),
        ]
        self.assertEqual(
            {(who, back.day) for who, _f, _l, back in days.back_after(away)},
            {("a", 11), ("b", 13)},
        )

    def test_as_by_looking_day_after_day(self):
        """Against the plainest way, over years with long closures."""
        holidays = {date(2025, 1, 1) + timedelta(days=n * n) for n in range(25)}
        holidays |= {date(2025, 7, 21) + timedelta(days=n) for n in range(26)}
        for signs in ("xxxxx--", "x-x-x--", "xxxxx--xxxx---", "-------------x"):
            worked = week(signs)
            days = WorkingDays(worked, holidays)
            for number in range(800):
                start = then = date(2025, 1, 1) + timedelta(days=number)
                while not worked[(then.toordinal() - 1) % 14] or then in holidays:
                    then += timedelta(days=1)
                self.assertEqual(days.at_or_after(start), then, (signs, start))
