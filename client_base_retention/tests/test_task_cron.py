"""The morning's scheduled action (design 4.3 *Task*, *Quiet*)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY
from .tasks import TaskCommon

TASK = "odoo.addons.client_base_retention.models.client_card_task"


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
class TestTaskCron(TaskCommon):
    """The scheduled action: each company in its morning, only where it has started."""

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_base_retention.ir_cron_client_tasks"
            ).method_direct_trigger()
        self.env.invalidate_all()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).client_start_date = False

    def test_starts_with_the_company(self):
        with freeze_time(NOON):
            self.norm()
            card = self.owned(10)
            for start, planned in ((False, 0), (ahead(1), 0), (TODAY, 1)):
                with self.subTest(start=start):
                    self.company.client_start_date = start
                    self.run_cron()
                    self.assertEqual(len(self.tasks_of(card)), planned)

    def test_with_pilot_teams(self):
        with freeze_time(NOON):
            self.norm()
            self.start()
            ivan = self.make_user("task_ivan")
            teams = [
                self.env["crm.team"].create(
                    {
                        "name": user.name,
                        "company_id": self.company.id,
                        "member_ids": [Command.set(user.ids)],
                    }
                )
                for user in (self.olga, ivan)
            ]
            pilot, other = self.owned(10), self.owned(10, ivan)
            nobodys = self.bought(10)
            self.policy.fallback_user_id = ivan
            self.company.client_pilot_team_ids = teams[0]
            self.run_cron()
            self.assertTrue(self.tasks_of(pilot))
            self.assertFalse(self.tasks_of(other) | self.tasks_of(nobodys))

    def test_in_the_morning_of_each_company(self):
        """At 21:30 in UTC it is half past six of the next day in Tokyo."""
        with freeze_time("2025-06-15 03:00:00"):
            self.norm()
            self.start()
            card = self.owned(10)
            self.run_cron()
            self.assertFalse(self.tasks_of(card))
        with freeze_time("2025-06-15 05:00:00"):
            self.run_cron()
            self.assertTrue(self.tasks_of(card))
        with freeze_time("2025-06-15 21:30:00"):
            self.tasks_of(card).unlink()
            self.run_cron()
            self.assertFalse(self.tasks_of(card))
            self.company.partner_id.tz = "Asia/Tokyo"
            self.run_cron()
            self.assertTrue(self.tasks_of(card))

    def test_once_a_day(self):
        """What was done by ten o'clock is not followed by more."""
        with freeze_time(NOON):
            self.norm()
            self.start()
            self.policy.daily_task_limit = 2
            cards = [self.owned(10) for _n in range(4)]
            self.run_cron()
            tasks = self.env["mail.activity"].search([("user_id", "=", self.olga.id)])
            self.assertEqual(len(tasks), 2)
            tasks.unlink()
            self.run_cron()
            self.assertFalse(any(self.tasks_of(card) for card in cards))
        with freeze_time("2025-06-16 06:00:00"):
            self.run_cron()
            self.assertEqual(sum(len(self.tasks_of(card)) for card in cards), 2)

    def test_goes_on_where_it_was_stopped(self):
        with freeze_time(NOON), patch(f"{TASK}.BATCH", 2):
            self.norm()
            self.start()
            cards = [self.owned(10) for _n in range(5)]
            cron = self.registry["ir.cron"]

            def killed(cron, processed=0, *, remaining=None, deactivate=False):
                return 0 if processed else 1

            with patch.object(cron, "_commit_progress", killed):
                self.run_cron()
                self.assertEqual(sum(len(self.tasks_of(c)) for c in cards), 2)
                self.assertFalse(self.company.client_planned_on)
            self.run_cron()
            self.assertEqual([len(self.tasks_of(card)) for card in cards], [1] * 5)
            self.assertEqual(self.company.client_planned_on, TODAY)
