"""Days off of the company and days away of the responsible: nobody is overdue then."""

from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from ..models import client_obligation
from .common import ROLE_ALL, SALES
from .past import PastCommon


@tagged("post_install", "-at_install")
class TestObligationOff(PastCommon):
    """Clients whose call is due on a day that a test names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "company_id": cls.company.id, "tz": "UTC"}
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.norm(count=10, unit="day")

    def due_on(self, when, **values):
        """The norm of a client of Olga's that is due on a day."""
        bought = date.fromisoformat(when) - timedelta(days=10)
        values.setdefault("user_id", self.olga.id)
        with self.on(str(bought)):
            card = self.client((bought, 100), **values)
        self.assertEqual(str(card.obligation_ids.due_date), when)
        return card.obligation_ids

    def holiday(self, first, last=None, hours=(0, 24), **values):
        """A public holiday from a day to another, hours in the company's zone."""
        zone = self.company._client_tz()
        ends = []
        for when, hour in ((first, hours[0]), (last or first, hours[1])):
            moment = datetime.fromisoformat(when) + timedelta(hours=hour)
            self.cr.execute(
                "SELECT %s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'",
                [moment, zone],
            )
            ends.append(self.cr.fetchone()[0])
        if hours[1] == 24:
            ends[1] -= timedelta(seconds=1)
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": ends[0],
                "date_to": ends[1],
                **values,
            }
        )

    def away(self, first, last, user=None, **values):
        return self.env["client.away"].create(
            {
                "user_id": (user or self.olga).id,
                "date_from": first,
                "date_to": last,
                **values,
            }
        )

    def derive(self, norm):
        norm.card_id._derive_contacts_now()
        return str(norm.late_date)

    def assertLate(self, norm, expected):
        """In time until a day; the card says the same, and the due date stays."""
        due = norm.due_date
        self.assertEqual(self.derive(norm), expected)
        self.assertEqual(str(norm.card_id.contact_late_date), expected)
        self.assertEqual(norm.due_date, due)

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

    # ------------------------------------------------------------------------ events

    def test_an_absence_moves_the_days_at_once(self):
        norm = self.due_on("2025-06-10")
        boris = self.due_on("2025-06-10", user_id=self.boris.id)
        with self.on("2025-06-09"):
            away = self.away("2025-06-09", "2025-06-11")
            self.assertEqual(str(norm.late_date), "2025-06-12")
            away.date_to = "2025-06-13"
            self.assertEqual(str(norm.late_date), "2025-06-16")
            away.user_id = self.boris
            self.assertEqual(str(norm.late_date), "2025-06-10")
            self.assertEqual(str(boris.late_date), "2025-06-16")
            away.unlink()
            self.assertEqual(str(boris.late_date), "2025-06-10")

    def test_by_a_salesperson_for_himself(self):
        """Without any right on the clients of the others."""
        self.olga.group_ids += self.env.ref(ROLE_ALL) + self.env.ref(SALES)
        norm = self.due_on("2025-06-10")
        with self.on("2025-06-09"):
            self.env["client.away"].with_user(self.olga).create(
                {"date_from": "2025-06-09", "date_to": "2025-06-13"}
            )
        self.assertEqual(str(norm.late_date), "2025-06-16")

    def test_absences_with_many_clients_go_to_the_queue(self):
        norm = self.due_on("2025-06-10")
        with self.on("2025-06-09"):
            self.patch(client_obligation, "AT_ONCE", 0)
            self.away("2025-06-09", "2025-06-13")
            self.assertEqual(str(norm.late_date), "2025-06-10")
            waiting = self.env["client.card.dirty"].search([])
            self.assertIn(norm.card_id.partner_id.id, waiting.mapped("partner_id"))
            with self.enter_registry_test_mode():
                self.env.ref(
                    "client_base_retention.ir_cron_client_queue"
                ).method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(str(norm.late_date), "2025-06-16")

    def test_the_calendar_moves_the_days_in_the_background(self):
        runs = self.env["client.derive.run"]
        self.due_on("2025-06-14")
        changes = {
            "holiday": lambda: self.holiday("2025-06-16"),
            "holiday moved": lambda: self.env["resource.calendar.leaves"]
            .search([("calendar_id", "=", self.calendar.id)], limit=1)
            .write({"date_to": "2025-06-17 23:59:59"}),
            "holiday gone": lambda: self.env["resource.calendar.leaves"]
            .search([("calendar_id", "=", self.calendar.id)], limit=1)
            .unlink(),
            "holiday of all": lambda: self.holiday("2025-06-16", calendar_id=False),
            "line gone": lambda: self.calendar.attendance_ids[0].unlink(),
            "line moved": lambda: self.calendar.attendance_ids[0].write(
                {"dayofweek": "5"}
            ),
            "line": lambda: self.calendar.attendance_ids[0].copy({"dayofweek": "6"}),
            "other calendar": lambda: self.company.write(
                {"resource_calendar_id": False}
            ),
        }
        for name, change in changes.items():
            with self.subTest(name):
                runs.search([]).unlink()
                change()
                self.assertEqual(runs.search([]).company_id, self.company)

    def test_what_is_no_day_off_derives_nothing(self):
        runs = self.env["client.derive.run"]
        self.due_on("2025-06-14")
        resource = self.env["resource.resource"].create(
            {"name": "Olga", "calendar_id": self.calendar.id}
        )
        runs.search([]).unlink()
        own = self.holiday("2025-06-16", resource_id=resource.id)
        own.name = "Ill"
        self.calendar.name = "Hours"
        self.env["resource.calendar"].create({"name": "Nobody's"}).tz = "UTC"
        self.assertFalse(runs.search([]))

    def test_another_leader_derives_at_once(self):
        self.policy.rule_ids.responsible = "team_leader"
        team = self.env["crm.team"].create(
            {
                "name": "Team",
                "company_id": self.company.id,
                "user_id": self.clara.id,
                "member_ids": self.olga.ids,
            }
        )
        norm = self.due_on("2025-06-10")
        self.assertEqual(norm.user_id, self.clara)
        with self.on("2025-06-12"):
            team.user_id = self.boris
        self.assertEqual(norm.user_id, self.boris)
        self.assertEqual(norm.taken_from_id, self.clara)

    def test_another_responsible_of_the_norm_derives_at_once(self):
        norm = self.due_on("2025-06-10")
        with self.on("2025-06-12"):
            self.policy.rule_ids.write(
                {"responsible": "user", "responsible_user_id": self.clara.id}
            )
        self.assertEqual(norm.user_id, self.clara)
        self.assertEqual(norm.taken_from_id, self.olga)
        self.assertEqual(str(norm.grace_until), "2025-06-22")

    def test_number_of_queries_of_an_absence(self):
        """As many for ten clients as for one."""
        counts = []
        for user, number in ((self.boris, 1), (self.clara, 10)):
            for _n in range(number):
                self.due_on("2025-06-10", user_id=user.id)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.on("2025-06-09"):
                before = self.cr.sql_log_count
                self.away("2025-06-09", "2025-06-13", user)
                self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
