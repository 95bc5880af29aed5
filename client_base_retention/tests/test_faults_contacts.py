"""Odd input and odd order of events: a clear message or a sane result."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ago, day
from .contacts import ContactsCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFaultsContacts(ContactsCommon):
    # ----------------------------------------------------------------------- seasons

    def test_a_season_of_twelve_months_is_none(self):
        """Its first day takes nobody out of overdue."""
        self.policy.former_after_months = 60
        for first, last in ((1, 12), (7, 6), (12, 11), (0, 0)):
            with self.subTest(first=first, last=last):
                rule = self.norm(season_from=first, season_to=last)
                card = self.bought(30)
                for today in ("2025-07-01", "2026-01-01", "2026-12-01"):
                    card._derive(today=day(today))
                    self.assertDue(card, ago(23))
                rule.unlink()
