"""The phase of the nightly run that closes and measures months."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import freeze_time, tagged

from .common import day
from .compliance import ComplianceCommon


@tagged("post_install", "-at_install")
@freeze_time("2025-06-03 02:00:00")
class TestComplianceNight(ComplianceCommon):
    """The nightly run closes months; stopped in between it goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["client.derive.run"]
        cls.runs.search([]).write({"state": "done"})

    def make_run(self):
        return self.runs.create(
            {"company_id": self.company.id, "date": "2025-06-03", "state": "months"}
        )

    def test_phase_after_contacts(self):
        run = self.make_run()
        run.write({"state": "contacts", "last_card_id": 2**31 - 1})
        run._step()
        for state in ("data", "loyalty", "months"):
            self.assertEqual(run.state, state)
            if state != "months":
                run.last_card_id = 2**31 - 1
                run._step()

    def test_closes_and_measures(self):
        self.state(due_date="2025-05-10")
        run = self.make_run()
        run._step()
        # One month in one step, so that a run that was killed goes on.
        self.assertEqual(run.state, "months")
        months = self.months.search([("company_id", "=", self.company.id)])
        self.assertEqual(months.mapped("state"), ["closed", "closed"])
        run._step()
        self.assertEqual(run.state, "months")
        run._step()
        self.assertEqual(run.state, "done")
        self.assertTrue(run.finished_at)
        months = self.months.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            months.mapped("measured_on"),
            [day("2025-06-03"), day("2025-05-31"), False],
        )

    def test_company_that_has_not_started(self):
        self.company.client_start_date = False
        run = self.make_run()
        run._step()
        self.assertEqual(run.state, "done")
        self.assertEqual(
            self.months.search_count([("company_id", "=", self.company.id)]), 1
        )

    def test_conflicts_do_not_stop_the_run(self):
        run = self.make_run()
        self.env.flush_all()
        with (
            patch.object(
                type(self.months), "_close_next", side_effect=SerializationFailure
            ),
            patch.object(self.cr, "rollback"),
            self.assertLogs("odoo.addons.client_base_retention", "WARNING"),
        ):
            run._step()
        self.assertEqual(run.state, "done")

    def test_the_whole_night(self):
        self.company.client_start_date = day("2025-06-03") - timedelta(days=60)
        card = self.client(("2025-03-01", 100), name="Real")
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_base_retention.ir_cron_client_derive"
            ).method_direct_trigger()
        run = self.runs.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(run.state, "done")
        june = self.months.search(
            [("company_id", "=", self.company.id), ("month", "=", "2025-06-01")]
        )
        # No contact since he bought: overdue since 8 March, known since today.
        self.assertEqual(june.line_ids.card_id, card)
        self.assertEqual(june.line_ids.overdue_days, 1)
