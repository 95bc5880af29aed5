"""Days off of the company and days away of the responsible: nobody is overdue then."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import ROLE_ALL
from .off import OffCommon


@tagged("post_install", "-at_install")
class TestObligationOff(OffCommon):
    # ---------------------------------------------------------------------- days off

    def test_due_at_the_weekend(self):
        cases = {
            "2025-06-13": "2025-06-13",
            "2025-06-14": "2025-06-16",
            "2025-06-15": "2025-06-16",
            "2028-02-26": "2028-02-28",
        }
        for when, late in cases.items():
            with self.subTest(due=when):
                self.assertLate(self.due_on(when), late)

    def test_overdue_from_the_day_after_the_working_day(self):
        card = self.due_on("2025-06-14").card_id
        for when, state in {"2025-06-16": "soon", "2025-06-17": "overdue"}.items():
            with self.subTest(when=when), self.on(when):
                self.env.invalidate_all()
                self.assertEqual(card.contact_state, state)

    def test_holidays(self):
        """(due, in time until) with Thursday, Friday and Monday off."""
        self.holiday("2025-06-12", "2025-06-13")
        self.holiday("2025-06-16")
        cases = {
            "2025-06-11": "2025-06-11",
            "2025-06-12": "2025-06-17",
            "2025-06-14": "2025-06-17",
            "2025-06-17": "2025-06-17",
        }
        for when, late in cases.items():
            with self.subTest(due=when):
                self.assertLate(self.due_on(when), late)

    def test_what_is_no_holiday(self):
        """Half a day, somebody's own absence, another calendar's, time at work."""
        other = self.calendar.copy()
        resource = self.env["resource.resource"].create(
            {"name": "Olga", "calendar_id": self.calendar.id}
        )
        cases = {
            "morning": {"hours": (0, 12)},
            "afternoon": {"hours": (12, 24)},
            "own": {"resource_id": resource.id},
            "calendar": {"calendar_id": other.id},
            "work": {"time_type": "other"},
        }
        norm = self.due_on("2025-06-16")
        for name, values in cases.items():
            with self.subTest(name):
                leave = self.holiday("2025-06-16", **values)
                self.assertLate(norm, "2025-06-16")
                leave.unlink()

    def test_holidays_of_every_calendar_and_of_working_hours(self):
        norm = self.due_on("2025-06-16")
        for name, values in {
            "every": {"calendar_id": False},
            "hours": {"hours": (8, 17)},
        }.items():
            with self.subTest(name):
                leave = self.holiday("2025-06-16", **values)
                self.assertLate(norm, "2025-06-17")
                leave.unlink()

    def test_holidays_are_days_of_the_companys_zone(self):
        for zone in ("Pacific/Auckland", "America/New_York", "Asia/Kolkata"):
            with self.subTest(zone=zone):
                self.company.partner_id.tz = zone
                leave = self.holiday("2025-06-16")
                days = self.company._client_days_off(
                    date(2025, 6, 13), date(2025, 6, 18)
                )
                self.assertEqual(sorted(d.day for d in days), [14, 15, 16])
                leave.unlink()

    def test_two_weeks_in_turn(self):
        """The first week, that of the 23rd of June 2025, is off as a whole."""
        week = self.env["resource.calendar.attendance"]
        self.assertEqual(week.get_week_type(date(2025, 6, 23)), 0)
        self.calendar.write(
            {
                "two_weeks_calendar": True,
                "attendance_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "name": "Monday",
                            "dayofweek": "0",
                            "week_type": "1",
                            "hour_from": 8,
                            "hour_to": 16,
                        }
                    ),
                ],
            }
        )
        for when, late in {
            "2025-06-16": "2025-06-16",
            "2025-06-17": "2025-06-30",
            "2025-06-23": "2025-06-30",
            "2025-06-30": "2025-06-30",
        }.items():
            with self.subTest(due=when):
                self.assertLate(self.due_on(when), late)

    def test_without_a_calendar_there_are_no_days_off(self):
        norm = self.due_on("2025-06-14")
        self.holiday("2025-06-14", calendar_id=False)
        for name, change in {
            "flexible": lambda: self.calendar.write({"flexible_hours": True}),
            "no lines": lambda: self.calendar.attendance_ids.unlink(),
            "none": lambda: self.company.write({"resource_calendar_id": False}),
        }.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                change()
                late = "2025-06-14" if name == "none" else "2025-06-15"
                self.assertLate(norm, late)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_days_off_of_the_company(self):
        self.holiday("2025-06-16")
        self.assertEqual(
            self.company._client_days_off(date(2025, 6, 14), date(2025, 6, 20)),
            {date(2025, 6, day): date(2025, 6, 17) for day in (14, 15, 16)},
        )
        self.assertTrue(self.company._client_is_off(date(2025, 6, 15)))
        self.assertFalse(self.company._client_is_off(date(2025, 6, 17)))
        # Another company works by its own calendar.
        self.assertFalse(self.company_b._client_is_off(date(2025, 6, 15)))

    def test_what_is_arranged_may_be_later(self):
        """Within seven days after the due date itself."""
        for when, late in {
            "2025-06-16": "2025-06-16",
            "2025-06-21": "2025-06-21",
            "2025-06-22": "2025-06-16",
        }.items():
            with self.subTest(arranged=when), self.on("2025-06-13"):
                norm = self.due_on("2025-06-14", name=f"Arranged {when}")
                norm.card_id.partner_id.activity_schedule(
                    "mail.mail_activity_data_call", when, user_id=self.olga.id
                )
                self.assertLate(norm, late)

    # -------------------------------------------------------------------------- away

    def test_due_while_the_responsible_is_away(self):
        """Away from Monday to Friday: in time until the Monday after."""
        self.away("2025-06-09", "2025-06-13")
        cases = {
            "2025-06-08": "2025-06-16",  # Sunday: moved to Monday, then he is away
            "2025-06-06": "2025-06-06",
            "2025-06-09": "2025-06-16",
            "2025-06-13": "2025-06-16",
            "2025-06-14": "2025-06-16",
            "2025-06-17": "2025-06-17",
        }
        for when, late in cases.items():
            with self.subTest(due=when):
                self.assertLate(self.due_on(when), late)

    def test_absences_that_follow_each_other_are_one(self):
        self.away("2025-06-16", "2025-06-17")
        self.away("2025-06-09", "2025-06-13")
        self.holiday("2025-06-18")
        for when in ("2025-06-09", "2025-06-16"):
            with self.subTest(due=when):
                self.assertLate(self.due_on(when), "2025-06-19")

    def test_only_his_own_absence_counts(self):
        self.away("2025-06-09", "2025-06-13", self.boris)
        self.assertLate(self.due_on("2025-06-10"), "2025-06-10")
        boris = self.due_on("2025-06-10", user_id=self.boris.id)
        self.assertLate(boris, "2025-06-16")
        self.assertLate(self.due_on("2025-06-10", user_id=False), "2025-06-10")

    def test_the_stand_in_is_not_responsible(self):
        self.boris.group_ids += self.env.ref(ROLE_ALL)
        self.away("2025-06-09", "2025-06-13", stand_in_id=self.boris.id)
        norm = self.due_on("2025-06-10")
        self.assertEqual(norm.user_id, self.olga)
        self.assertFalse(norm.taken_on)
        self.assertLate(norm, "2025-06-16")

    def test_away_and_grace(self):
        """Whatever is later: ten days of grace, or back from away."""
        for last, late in {
            "2025-06-18": "2025-06-21",
            "2025-06-20": "2025-06-23",
        }.items():
            with self.subTest(last=last), self.cr.savepoint() as savepoint:
                self.away("2025-06-09", last, self.boris)
                norm = self.due_on("2025-06-10")
                self.give(norm.card_id, self.boris, "2025-06-11")
                self.assertLate(norm, late)
                savepoint.rollback()
            self.env.invalidate_all()
