"""The same clients against last year, and what a changed regulation moves."""

import re
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .test_overview import OverviewCase

AT_ONCE = "odoo.addons.client_base_retention.models.res_company.AT_ONCE"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComparison(OverviewCase):
    """Turnover of those who had bought by this day of last year."""

    def compare(self, period="month", team_id=False):
        """(number of clients, now, before, change)"""
        overview = self.overview()
        found = overview.get_comparison(period, team_id)
        self.assertEqual(found["value"], len(self.records(overview, found)))
        now, before = (
            float(re.sub(r"[^-0-9.]", "", found[key])) for key in ("now", "before")
        )
        return found["value"], now, before, found["change"]

    def test_first_and_last_days(self):
        self.client(
            ("2024-05-31", 1000),  # before both spans
            ("2024-06-01", 1),
            ("2024-06-15", 2),
            ("2024-06-16", 1000),  # later than a year ago today
            ("2025-05-31", 1000),
            ("2025-06-01", 4),
            ("2025-06-15", 8),
        )
        self.assertEqual(self.compare(), (1, 12, 3, 300))
        self.assertEqual(self.compare("quarter"), (1, 1012, 1003, 1))
        self.assertEqual(self.compare("year"), (1, 1012, 1003, 1))

    def test_first_purchase_on_the_boundary(self):
        self.client(("2024-06-15", 10), ("2025-06-02", 15), name="A year ago")
        self.client(("2024-06-16", 10), ("2025-06-02", 99), name="A day later")
        self.client(name="Prospect")
        self.assertEqual(self.compare(), (1, 15, 10, 50))

    def test_refunds_and_nothing_before(self):
        cards = [self.client(("2023-01-01", 500), name=f"Client {n}") for n in "abc"]
        self.assertEqual(self.compare(), (3, 0, 0, False))
        self.enter([(cards[0].partner_id, "2025-06-03", 80)])
        self.assertEqual(self.compare(), (3, 80, 0, False))
        self.enter([(cards[1].partner_id, "2024-06-03", -20)])
        self.assertEqual(self.compare(), (3, 80, -20, False))
        self.enter([(cards[2].partner_id, "2024-06-03", 100)])
        self.assertEqual(self.compare(), (3, 80, 80, 0))
        self.enter([(cards[0].partner_id, "2025-06-04", -120)])
        self.assertEqual(self.compare(), (3, -40, 80, -150))

    def test_no_client_and_archived(self):
        self.assertEqual(self.compare(), (0, 0, 0, False))
        card = self.client(("2024-06-02", 10))
        self.assertEqual(self.compare(), (1, 0, 10, -100))
        card.partner_id.active = False
        self.assertEqual(self.compare(), (0, 0, 0, False))

    def test_of_one_company_and_team(self):
        seller = self.make_user("ov_cmp_seller")
        team = self.env["crm.team"].create({"name": "South", "member_ids": seller.ids})
        self.client(("2024-06-02", 10), ("2025-06-02", 20), user_id=seller.id)
        other = self.client(("2024-06-02", 100), ("2025-06-02", 100))
        self.enter([(other.partner_id, "2024-06-02", 7)], self.company_b)
        self.assertEqual(self.compare(), (2, 120, 110, 9))
        self.assertEqual(self.compare("month", team.id), (1, 20, 10, 100))

    def test_leap_days(self):
        for now, value in (
            ("2024-02-29 12:00:00", (1, 40, 3, 1233)),  # 1 to 28 February 2023
            ("2025-02-28 12:00:00", (1, 5, 20, -75)),  # without 29 February 2024
        ):
            with freeze_time(now), self.subTest(now), self.env.cr.savepoint() as point:
                self.client(
                    ("2022-01-01", 1),
                    ("2023-02-01", 1),
                    ("2023-02-28", 2),
                    ("2023-03-01", 1000),
                    ("2024-02-28", 20),
                    ("2024-02-29", 20),
                    ("2025-02-28", 5),
                )
                self.assertEqual(self.compare(), value)
                point.rollback()
                self.env.invalidate_all()

    def test_first_purchase_on_leap_day(self):
        with freeze_time("2025-02-28 12:00:00"):
            self.client(("2024-02-28", 1), name="In")
            self.client(("2024-02-29", 1), name="Out")
            self.assertEqual(self.compare()[0], 1)
        with freeze_time("2025-03-01 12:00:00"):
            self.assertEqual(self.compare()[0], 2)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRuleChanged(OverviewCase):
    """A changed regulation moves clients, but nobody left and nobody came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls("test_small_base")
        with freeze_time(NOON):
            cls.half_year = self.client((ago(200), 10), name="Half a year")
            cls.real = self.client((ago(365), 10), name="Leaves tomorrow")

    def movements(self, card):
        """[(status, movement)] of a card, the oldest first."""
        return [
            (move.new_value, move.movement)
            for move in self.env["client.transition"].search(
                [("card_id", "=", card.id), ("field_name", "=", "status")], order="id"
            )
        ]

    def counted(self):
        values = self.values("year")
        return values["left"], values["returned"]

    def run_night(self):
        """The scheduled action's runs of the company, without its commits."""
        runs = self.env["client.derive.run"]._open_runs()
        for run in runs.filtered(lambda r: r.company_id == self.company):
            while run.state != "done":
                run._step()

    def test_small_base(self):
        policy = self.policy.with_user(self.head)
        policy.former_after_months = 6
        self.assertEqual(self.half_year.status, "former")
        policy.former_after_months = 12
        self.assertEqual(
            self.movements(self.half_year), [("former", "rule"), ("active", "rule")]
        )
        self.assertEqual(self.counted(), (0, 0))
        with freeze_time("2025-06-16 12:00:00"):
            self.run_night()
            self.assertEqual(self.movements(self.real)[-1], ("former", "left"))
            self.assertEqual(self.counted(), (1, 0))

    def test_large_base_in_the_background(self):
        with patch(AT_ONCE, 0):
            self.policy.with_user(self.head).former_after_months = 6
        self.assertEqual(self.half_year.status, "active")
        self.run_night()
        self.assertEqual(self.movements(self.half_year), [("former", "rule")])
        self.assertEqual(self.counted(), (0, 0))
        self.enter([(self.half_year.partner_id, TODAY, 10)])
        with freeze_time("2026-01-01 12:00:00"):
            self.run_night()
            self.assertEqual(
                self.movements(self.half_year),
                [("former", "rule"), ("active", "returned"), ("former", "left")],
            )

    def test_run_that_waits_or_is_under_way(self):
        """The regulation changes while a run of the night is at work."""
        for state in ("make", "standing"):
            with self.subTest(state), self.env.cr.savepoint() as point:
                run = self.env["client.derive.run"].create(
                    {"company_id": self.company.id, "date": TODAY}
                )
                while run.state != state:
                    run._step()
                with patch(AT_ONCE, 0):
                    self.policy.former_after_months = 6
                self.run_night()
                self.assertEqual(self.movements(self.half_year), [("former", "rule")])
                with freeze_time("2025-06-16 12:00:00"):
                    self.policy.former_after_months = 12
                    self.run_night()
                    self.enter([(self.real.partner_id, TODAY, 1)])
                    self.assertEqual(self.movements(self.real)[-1][1], "returned")
                point.rollback()
                self.env.invalidate_all()

    def test_source_of_purchases(self):
        partner = self.make_partner("By order")
        self.buy(partner, ago(10))
        card = self.card_of(partner)
        launch = self.env["client.launch"].with_user(self.head)
        launch.choose_source("invoice")
        self.assertEqual(card.status, "prospect")
        launch.choose_source("order")
        self.assertEqual(
            self.movements(card)[-2:], [("prospect", "rule"), ("active", "rule")]
        )
        self.assertEqual(self.counted(), (0, 0))

    def test_another_regulation_by_trade(self):
        policies = self.env["client.policy"]
        preset = policies._preset_of("children") or policies.create(
            {"name": "P", "active": False, "is_preset": True, "trade": "children"}
        )
        preset.sudo().write({"former_after_months": 4, "pause_from": 0, "pause_to": 0})
        self.env["client.launch"].with_user(self.head).choose_trade("children")
        self.assertEqual(self.half_year.status, "former")
        self.assertEqual(self.movements(self.half_year), [("former", "rule")])
        self.assertEqual(self.counted(), (0, 0))

    def test_another_regulation_by_hand_or_segment(self):
        segment = self.env["client.segment"].create({"name": "Seldom"})
        seldom = self.env["client.policy"].create(
            {
                "name": "Seldom",
                "sequence": self.policy.sequence - 1,
                "former_after_months": 6,
                "segment_ids": segment.ids,
            }
        )
        self.half_year.with_user(self.head).policy_id = seldom
        self.assertEqual(self.movements(self.half_year), [("former", "rule")])
        self.real.partner_id.segment_id = segment
        self.assertEqual(self.movements(self.real), [("former", "rule")])
        self.assertEqual(self.counted(), (0, 0))

    def test_old_purchases_brought_in_are_no_leavers(self):
        prospect = self.client(name="Prospect")
        self.assertEqual(prospect.status, "prospect")
        self.enter([(prospect.partner_id, ago(3000), 10)])
        self.assertEqual(prospect.status, "former")
        self.assertEqual(self.movements(prospect), [("former", "other")])
        self.assertEqual(self.counted(), (0, 0))
