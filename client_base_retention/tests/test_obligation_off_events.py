"""Days off and days away change: the days in time follow, at once or soon."""

from odoo.tests import tagged

from ..models import client_obligation
from .common import ROLE_ALL, SALES
from .off import OffCommon


@tagged("post_install", "-at_install")
class TestObligationOffEvents(OffCommon):
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
