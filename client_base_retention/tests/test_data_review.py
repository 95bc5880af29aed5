"""Data that nobody looked through for months are stale (N18)."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.client_base_retention.models.client_card_data_review import (
    oldest_fresh_day,
)

from .common import NOON, ROLE_OWN, TODAY, ago, day
from .test_data_completeness import DataCase


@tagged("post_install", "-at_install")
class TestOldestFreshDay(DataCase):
    def test_days(self):
        """Months are counted forward from the day on which the data were checked."""
        for today, months, oldest in (
            ("2025-06-15", 12, "2024-06-15"),
            ("2025-06-15", 6, "2024-12-15"),
            # Checked on August 31: fresh until the last of February.
            ("2025-02-28", 6, "2024-08-28"),
            ("2025-03-01", 6, "2024-09-01"),
            # Checked on February 28: fresh until August 28.
            ("2025-08-28", 6, "2025-02-28"),
            ("2025-08-29", 6, "2025-03-01"),
            ("2025-08-31", 6, "2025-03-01"),
            # Checked on February 29: fresh until February 28 of the next year.
            ("2025-02-28", 12, "2024-02-28"),
            ("2025-03-01", 12, "2024-03-01"),
            ("2024-02-29", 12, "2023-03-01"),
            ("2028-02-29", 48, "2024-02-29"),
            ("2025-01-31", 1, "2024-12-31"),
            ("2025-03-31", 1, "2025-03-01"),
        ):
            with self.subTest(today=today, months=months):
                found = oldest_fresh_day(date.fromisoformat(today), months)
                self.assertEqual(found, date.fromisoformat(oldest))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDataReview(DataCase):
    def assertStale(self, card, stale):
        card.invalidate_recordset()
        self.assertEqual(card.is_data_stale, stale)
        here = [("id", "=", card.id)]
        for operator, value in (("=", True), ("!=", False), ("in", [True])):
            found = card.search([*here, ("is_data_stale", operator, value)])
            self.assertEqual(bool(found), stale, operator)
        for operator, value in (("=", False), ("!=", True), ("not in", [True])):
            found = card.search([*here, ("is_data_stale", operator, value)])
            self.assertEqual(bool(found), not stale, operator)
        found = card.search([*here, ("is_data_stale", "in", [True, False])])
        self.assertTrue(found)

    def test_stale_after_months(self):
        self.company.client_start_date = day("2020-01-01")
        self.policy.data_review_months = 6
        card = self.client(name="Firm")
        for reviewed, stale in (
            ("2024-12-14", True),
            ("2024-12-15", False),
            ("2025-06-15", False),
        ):
            with self.subTest(reviewed):
                card._data_reviewed(day(reviewed))
                self.assertStale(card, stale)
        card._data_reviewed(day("2020-02-29"))
        self.assertStale(card, True)
        self.policy.data_review_months = 0
        self.assertStale(card, False)

    def test_never_checked(self):
        """Counted from the day he came into the base, but not before the start."""
        self.policy.data_review_months = 6
        card = self.client(name="Firm")
        for start, entry, stale in (
            (None, "2010-01-01", False),
            ("2025-06-16", "2010-01-01", False),
            ("2025-06-01", "2010-01-01", False),
            ("2024-12-15", "2010-01-01", False),
            ("2024-12-14", "2010-01-01", True),
            ("2024-12-14", "2024-12-14", True),
            ("2020-01-01", "2024-12-15", False),
            ("2020-01-01", "2025-06-15", False),
        ):
            with self.subTest(start=start, entry=entry):
                self.company.client_start_date = start and day(start)
                card.entry_date = day(entry)
                self.assertStale(card, stale)

    def test_quiet_before_the_start(self):
        card = self.client(name="Firm")
        card._data_reviewed(ago(3000))
        self.assertStale(card, False)
        self.company.client_start_date = ago(1)
        self.assertStale(card, True)

    def test_by_each_regulation(self):
        self.company.client_start_date = self.company_b.client_start_date = ago(3000)
        self.policy.data_review_months = 3
        self.policy_b.data_review_months = 12
        card = self.client(name="Of both")
        self.enter([(card.partner_id, TODAY, 1)], self.company_b)
        other = self.card_of(card.partner_id, self.company_b)
        (card | other)._data_reviewed(ago(200))
        self.assertStale(card, True)
        self.assertStale(
            other.with_context(allowed_company_ids=(self.company + self.company_b).ids),
            False,
        )

    def test_button(self):
        """Whoever may write a client says that his data are right."""
        user = self.make_user("dr_own", ROLE_OWN)
        card = self.client(name="Firm")
        with self.assertRaises(AccessError):
            card.with_user(user).data_reviewed_on = TODAY
        card.partner_id.user_id = user
        card.partner_id.with_user(user).action_client_data_reviewed()
        self.assertEqual(
            (card.data_reviewed_on, card.data_reviewed_by_id), (TODAY, user)
        )
        theirs = self.client(name="Of a colleague")
        theirs.partner_id.user_id = self.make_user("dr_other", ROLE_OWN)
        with self.assertRaises(AccessError):
            theirs.with_user(user).action_data_reviewed()
        self.assertFalse(theirs.data_reviewed_on)

    @freeze_time("2025-06-15 23:30:00")
    def test_day_of_the_company(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        card = self.client(name="Firm")
        card.action_data_reviewed()
        self.assertEqual(card.data_reviewed_on, date(2025, 6, 16))
