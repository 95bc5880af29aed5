"""Standing of a client: design 4.3 *Purchases*, *Late purchase*.

Covers first and last purchase, count, turnover and its window, refunds, the purchase
cycle, newcomers and the alarm before *former*.
Former clients, the yearly pause and time zones: ``test_standing_former.py``.
"""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ClientBaseCommon, ago, day


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFigures(ClientBaseCommon):
    def test_first_last_count_and_turnover(self):
        partner = self.make_partner()
        for when, amount in (
            ("2024-01-10", 500),
            ("2025-01-10", 100),
            ("2025-01-10", 30),
            ("2025-03-01", 50),
        ):
            self.buy(partner, when, amount)
        self.assertRecordValues(
            self.card_of(partner),
            [
                {
                    "status": "active",
                    "first_purchase_date": day("2024-01-10"),
                    "last_purchase_date": day("2025-03-01"),
                    "purchase_count": 4,
                    "turnover": 180,
                    "turnover_total": 680,
                    "entry_date": day("2024-01-10"),
                    "currency_id": self.company.currency_id.id,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_window_is_open_at_the_start_and_closed_at_today(self):
        """today - N calendar months < date <= today."""
        cases = [
            # today, months, last day outside, first day inside
            ("2025-06-15", 12, "2024-06-15", "2024-06-16"),
            ("2025-03-31", 1, "2025-02-28", "2025-03-01"),
            ("2025-05-31", 3, "2025-02-28", "2025-03-01"),
            ("2024-02-29", 12, "2023-02-28", "2023-03-01"),
            ("2025-02-28", 12, "2024-02-28", "2024-02-29"),
            ("2024-05-31", 3, "2024-02-29", "2024-03-01"),
            ("2025-01-01", 1, "2024-12-01", "2024-12-02"),
        ]
        for today, months, outside, inside in cases:
            with self.subTest(today=today, months=months):
                self.policy.abc_period_months = months
                tomorrow = day(today) + timedelta(days=1)
                card = self.client(
                    (outside, 1000), (inside, 200), (today, 30), (tomorrow, 4)
                )
                card._derive(today=day(today))
                self.assertEqual(card.turnover, 230)
                self.assertEqual(card.turnover_total, 1230)

    def test_purchases_after_today_do_not_count_yet(self):
        card = self.client(("2025-06-10", 10), ("2025-06-16", 200))
        self.assertRecordValues(
            card,
            [
                {
                    "last_purchase_date": day("2025-06-10"),
                    "purchase_count": 1,
                    "turnover": 10,
                    "turnover_total": 10,
                }
            ],
        )
        card._derive(today=day("2025-06-16"))
        self.assertRecordValues(
            card,
            [
                {
                    "last_purchase_date": day("2025-06-16"),
                    "purchase_count": 2,
                    "turnover": 210,
                    "turnover_total": 210,
                }
            ],
        )

    def test_only_future_purchase_makes_no_active_client(self):
        partner = self.make_partner()
        partner.action_add_to_client_base()
        self.enter([(partner, "2025-06-16", 100)])
        self.assertRecordValues(
            self.card_of(partner),
            [{"status": "prospect", "first_purchase_date": False, "turnover": 0}],
        )

    def test_negative_and_zero_documents_are_no_purchases(self):
        """They subtract on their own day and count for nothing else."""
        card = self.client(("2025-03-01", 100), ("2025-04-01", -30), ("2025-05-01", 0))
        expected = {
            "first_purchase_date": day("2025-03-01"),
            "last_purchase_date": day("2025-03-01"),
            "purchase_count": 1,
            "turnover": 70,
            "turnover_total": 70,
        }
        self.assertRecordValues(card, [expected])

    def test_negative_order_subtracts(self):
        partner = self.make_partner()
        self.buy(partner, "2025-03-01", 100)
        self.buy(partner, "2025-04-01", -40)
        self.buy(partner, "2025-05-01", 0)
        self.assertRecordValues(
            self.card_of(partner),
            [
                {
                    "last_purchase_date": day("2025-03-01"),
                    "purchase_count": 1,
                    "turnover": 60,
                }
            ],
        )

    def test_only_refunds_are_no_purchase(self):
        partner = self.make_partner()
        self.enter([(partner, "2025-05-01", -100)])
        self.assertFalse(self.card_of(partner), "a refund makes no client")
        partner.action_add_to_client_base()
        self.assertRecordValues(
            self.card_of(partner),
            [{"status": "prospect", "turnover": -100, "purchase_count": 0}],
        )

    def test_refund_counts_on_its_own_date_also_after_the_window(self):
        """Bought before the window, given back within it."""
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        self.policy.abc_period_months = 6
        partner = self.make_partner()
        self.invoice(partner, "2024-12-01", 1000)
        self.invoice(partner, "2025-05-01", 300, "out_refund")
        card = self.card_of(partner)
        self.assertRecordValues(
            card,
            [
                {
                    "status": "active",
                    "last_purchase_date": day("2024-12-01"),
                    "purchase_count": 1,
                    "turnover": -300,
                    "turnover_total": 700,
                    "abc_class": "c",
                }
            ],
        )
        card._derive(today=day("2025-11-01"))
        self.assertEqual(card.turnover, 0, "the refund has left the window too")

    def test_wallet_share_is_annualised(self):
        self.policy.abc_period_months = 6
        card = self.client((ago(10), 300))
        card.potential_amount = 1200
        self.assertEqual(card.wallet_share, 50)
        card.potential_amount = 0
        self.assertEqual(card.wallet_share, 0)

    def test_entry_date_is_the_earlier_of_creation_and_first_purchase(self):
        prospect = self.client()
        self.assertEqual(prospect.entry_date, TODAY)
        self.enter([(prospect.partner_id, "2025-06-01", 10)])
        self.assertEqual(prospect.entry_date, day("2025-06-01"))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCycle(ClientBaseCommon):
    def with_gaps(self, *gaps, last=TODAY):
        """A client whose purchase days lie ``gaps`` apart, the last on ``last``."""
        days = [last]
        for gap in reversed(gaps):
            days.append(days[-1] - timedelta(days=gap))
        return self.client(*((when, 10) for when in reversed(days)))

    def test_median_rounded_half_up(self):
        cases = [
            ((10, 10), 10),
            ((10, 11), 11),  # 10.5
            ((10, 13), 12),  # 11.5
            ((10, 15), 13),  # 12.5
            ((1, 2), 2),  # 1.5
            ((10, 20, 90), 20),
            ((5, 7, 9, 300), 8),
            ((4, 5, 6, 300), 6),  # 5.5
        ]
        for gaps, cycle in cases:
            with self.subTest(gaps=gaps):
                card = self.with_gaps(*gaps)
                self.assertEqual(card.purchase_cycle, cycle)
                self.assertEqual(card.next_purchase_date, TODAY + timedelta(days=cycle))

    def test_empty_below_three_purchase_days(self):
        one = self.client((ago(3), 10))
        two = self.with_gaps(20)
        several_a_day = self.client(
            (ago(20), 10), (ago(20), 10), (ago(20), 10), (ago(5), 10), (ago(5), 10)
        )
        for card in one | two | several_a_day:
            self.assertFalse(card.purchase_cycle)
            self.assertFalse(card.next_purchase_date)
        self.assertEqual(several_a_day.purchase_count, 5)

    def test_several_documents_a_day_make_one_purchase_day(self):
        card = self.client(
            (ago(40), 10), (ago(40), 10), (ago(25), 10), (ago(5), 10), (ago(5), 10)
        )
        self.assertEqual(card.purchase_cycle, 18)  # gaps 15 and 20
        self.assertEqual(card.purchase_count, 5)

    def test_refunds_make_no_purchase_day(self):
        card = self.client((ago(40), 10), (ago(20), -5), (ago(10), 0), (ago(5), 10))
        self.assertFalse(card.purchase_cycle)

    # ------------------------------------------------------------- alarm, newcomers

    def test_alarm_by_own_cycle_on_exact_days(self):
        """Cycle 20: late after 1.25 x 20 + 3 = 28 days, at risk after 40."""
        cases = [
            (0, "on_time"),
            (28, "on_time"),
            (29, "late"),
            (40, "late"),
            (41, "at_risk"),
        ]
        self.policy.typical_cycle_days = 5  # no use: he has a cycle of his own
        for days, state in cases:
            with self.subTest(days=days):
                card = self.with_gaps(20, 20, last=ago(days))
                self.assertEqual(card.purchase_state, state)
                self.assertEqual(card.status, "active", "an alarm is no status")

    def test_alarm_with_fractions_of_days(self):
        """Cycle 30: late when today > last + 40.5 days, at risk after 60."""
        for days, state in (
            (40, "on_time"),
            (41, "late"),
            (60, "late"),
            (61, "at_risk"),
        ):
            with self.subTest(days=days):
                self.assertEqual(
                    self.with_gaps(30, 30, last=ago(days)).purchase_state, state
                )

    def test_short_cycle_is_at_risk_before_it_is_late(self):
        """Cycle 2: at risk after 4 days, though late only after 5.5."""
        for days, state in ((4, "on_time"), (5, "at_risk"), (6, "at_risk")):
            with self.subTest(days=days):
                self.assertEqual(
                    self.with_gaps(2, 2, last=ago(days)).purchase_state, state
                )

    def test_alarm_by_typical_cycle(self):
        cases = [(28, "on_time"), (29, "late"), (40, "late"), (41, "at_risk")]
        self.policy.typical_cycle_days = 20
        for days, state in cases:
            with self.subTest(days=days):
                self.assertEqual(self.client((ago(days), 10)).purchase_state, state)
                self.assertEqual(
                    self.with_gaps(150, last=ago(days)).purchase_state, state
                )

    def test_no_alarm_without_cycle_or_purchase(self):
        self.policy.typical_cycle_days = 0
        few = self.with_gaps(20, last=ago(300))
        self.assertEqual(few.purchase_state, "none")
        self.policy.typical_cycle_days = 20
        self.assertEqual(self.client().purchase_state, "none")

    def test_search_gives_what_is_shown(self):
        cards = self.client() | self.client((ago(300), 10))
        for days in (1, 28, 29, 40, 41, 200):
            cards |= self.with_gaps(20, 20, last=ago(days))
        for state in ("none", "on_time", "late", "at_risk"):
            with self.subTest(state=state):
                shown = cards.filtered(lambda c, s=state: c.purchase_state == s)
                self.assertTrue(shown)
                for domain in (
                    [("purchase_state", "=", state)],
                    [("purchase_state", "in", [state])],
                ):
                    found = cards.search([("id", "in", cards.ids)] + domain)
                    self.assertEqual(set(found), set(shown))
                other = cards.search(
                    [("id", "in", cards.ids), ("purchase_state", "!=", state)]
                )
                self.assertEqual(set(other), set(cards - shown))

    def test_newcomer_until_his_last_day(self):
        self.policy.newcomer_days = 30
        for days, newcomer in ((0, True), (29, True), (30, True), (31, False)):
            with self.subTest(days=days):
                card = self.client((ago(days), 10), (TODAY, 10))
                self.assertEqual(card.is_newcomer, newcomer)
                for value in (True, False):
                    found = card.search(
                        [("id", "=", card.id), ("is_newcomer", "=", value)]
                    )
                    self.assertEqual(bool(found), newcomer is value)
        self.assertFalse(self.client().is_newcomer)
