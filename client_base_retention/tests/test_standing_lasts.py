"""A purchase says for how many days it lasts: next purchase and alarm follow it.

What lasts is not held against the client: for *late* and *at risk* the longer of his
own cycle and those days counts. When he is former does not depend on it.
"""

from datetime import timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import NOON, TODAY, ClientBaseCommon, ago, day


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLasts(ClientBaseCommon):
    def lasting(self, *purchases):
        """A client with (day, amount, days it lasts) purchases; his card."""
        partner = self.make_partner()
        entries = self.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": when,
                    "amount": amount,
                    "lasts_days": lasts,
                }
                for when, amount, lasts in purchases
            ]
        )
        return self.card_of(entries.partner_id)

    def with_cycle(self, cycle, last, lasts):
        """A client with a cycle of so many days; the last purchase lasts."""
        days = [last - timedelta(days=n * cycle) for n in (2, 1, 0)]
        return self.lasting((days[0], 10, 0), (days[1], 10, 0), (days[2], 10, lasts))

    def assertStates(self, make, cases):
        for days, state in cases:
            with self.subTest(days=days):
                self.assertEqual(make(ago(days)).purchase_state, state)

    # ------------------------------------------------------------------ next purchase

    def test_next_purchase_is_when_the_last_one_is_used_up(self):
        card = self.lasting((ago(10), 100, 30))
        self.assertRecordValues(
            card,
            [{"next_purchase_date": TODAY + timedelta(days=20), "purchase_cycle": 0}],
        )

    def test_next_purchase_goes_before_the_own_cycle(self):
        for cycle, lasts in ((20, 30), (20, 5)):
            with self.subTest(cycle=cycle, lasts=lasts):
                card = self.with_cycle(cycle, ago(3), lasts)
                self.assertEqual(card.purchase_cycle, cycle, "a cycle stays a fact")
                self.assertEqual(
                    card.next_purchase_date, ago(3) + timedelta(days=lasts)
                )

    def test_only_purchases_of_the_last_day_count(self):
        card = self.lasting((ago(40), 10, 90), (ago(5), 10, 0))
        self.assertFalse(card.next_purchase_date)
        card = self.lasting((ago(40), 10, 90), (ago(5), 10, 7))
        self.assertEqual(card.next_purchase_date, TODAY + timedelta(days=2))

    def test_the_longest_of_the_last_day(self):
        card = self.lasting((ago(5), 10, 7), (ago(5), 10, 60), (ago(5), 10, 0))
        self.assertEqual(card.next_purchase_date, ago(5) + timedelta(days=60))

    def test_an_order_of_the_same_day_changes_nothing_of_it(self):
        card = self.lasting((ago(5), 10, 30))
        self.buy(card.partner_id, ago(5), 1000)
        self.assertEqual(card.next_purchase_date, ago(5) + timedelta(days=30))
        self.buy(card.partner_id, ago(4), 1000)
        self.assertFalse(card.next_purchase_date, "nobody knows how long that lasts")

    def test_refunds_and_gifts_last_for_nothing(self):
        for amount in (-10, -0.01, 0):
            with self.subTest(amount=amount):
                card = self.lasting((ago(20), 100, 30), (ago(20), amount, 90))
                self.assertEqual(card.next_purchase_date, TODAY + timedelta(days=10))
                card = self.lasting((ago(20), 100, 30), (ago(2), amount, 90))
                self.assertEqual(card.next_purchase_date, TODAY + timedelta(days=10))

    def test_a_purchase_after_today_does_not_exist_yet(self):
        card = self.lasting((ago(20), 10, 30), (ago(-1), 10, 90))
        self.assertEqual(card.next_purchase_date, TODAY + timedelta(days=10))
        card._derive(today=ago(-1))
        self.assertEqual(card.next_purchase_date, ago(-1) + timedelta(days=90))

    def test_zero_says_nothing(self):
        card = self.with_cycle(20, ago(3), 0)
        self.assertEqual(card.next_purchase_date, ago(3) + timedelta(days=20))

    def test_less_than_zero_says_nothing(self):
        """Whatever a table of entries may hold from before it was checked."""
        card = self.with_cycle(20, ago(3), 0)
        checks = self.env.execute_query(
            SQL(
                """SELECT conname FROM pg_constraint
                    WHERE conrelid = 'client_purchase_entry'::regclass
                      AND pg_get_constraintdef(oid) LIKE '%%lasts_days%%'"""
            )
        )
        for (name,) in checks:
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE client_purchase_entry DROP CONSTRAINT %s",
                    SQL.identifier(name),
                )
            )
        self.env.cr.execute(
            "UPDATE client_purchase_entry SET lasts_days = -5 WHERE partner_id = %s",
            [card.partner_id.id],
        )
        self.env.invalidate_all(flush=False)
        card._derive()
        self.assertEqual(card.next_purchase_date, ago(3) + timedelta(days=20))

    def test_a_number_that_cannot_be_meant_breaks_nothing(self):
        card = self.lasting((ago(5), 10, 20250610))
        self.assertEqual(card.status, "active")
        self.assertGreater(card.next_purchase_date, TODAY + timedelta(days=36000))
        self.assertEqual(card.purchase_state, "on_time")

    # --------------------------------------------------------------------------- alarm

    def test_alarm_by_what_lasts_longer_than_the_cycle(self):
        """Cycle 10, lasts 20: late after 1.25 x 20 + 3 = 28 days, at risk after 40."""
        self.policy.typical_cycle_days = 100
        self.assertStates(
            lambda last: self.with_cycle(10, last, 20),
            [(28, "on_time"), (29, "late"), (40, "late"), (41, "at_risk")],
        )

    def test_alarm_by_the_cycle_where_that_is_longer(self):
        self.assertStates(
            lambda last: self.with_cycle(20, last, 10),
            [(28, "on_time"), (29, "late"), (40, "late"), (41, "at_risk")],
        )

    def test_alarm_from_the_first_purchase_on(self):
        """No cycle yet: what lasts stands, whatever is typical."""
        cases = [(28, "on_time"), (29, "late"), (40, "late"), (41, "at_risk")]
        for typical in (0, 5, 100):
            with self.subTest(typical=typical):
                self.policy.typical_cycle_days = typical
                self.assertStates(lambda last: self.lasting((last, 10, 20)), cases)

    def test_typical_cycle_where_nothing_is_said(self):
        self.policy.typical_cycle_days = 20
        self.assertStates(
            lambda last: self.lasting((last, 10, 0)),
            [(28, "on_time"), (29, "late"), (40, "late"), (41, "at_risk")],
        )

    def test_fractions_of_days(self):
        """Lasts 30: late when today > last + 40.5 days."""
        self.assertStates(
            lambda last: self.lasting((last, 10, 30)),
            [(40, "on_time"), (41, "late"), (60, "late"), (61, "at_risk")],
        )

    def test_days_of_the_pause_are_not_counted(self):
        """Lasts 20, at risk after 40 days, of which May has 31 more."""
        self.policy.write({"pause_from": 5, "pause_to": 5})
        card = self.lasting((day("2025-04-20"), 10, 20))
        self.assertEqual(card.next_purchase_date, day("2025-05-10"))
        # 28 busy days after 20 April: 10 in April, 18 in June.
        self.assertEqual(card.late_date, day("2025-06-18"))
        self.assertEqual(card.risk_date, day("2025-06-30"))

    def test_former_does_not_wait_for_it(self):
        card = self.lasting((day("2024-06-14"), 10, 400))
        self.assertRecordValues(
            card,
            [
                {
                    "status": "former",
                    "former_since": TODAY,
                    "purchase_state": "none",
                    "winback_count": 0,
                }
            ],
        )
        self.enter([(card.partner_id, TODAY, 10)])
        self.assertEqual(card.winback_count, 1)

    # ------------------------------------------------------------------------- events

    def test_writing_it_derives_at_once(self):
        card = self.lasting((ago(35), 10, 0))
        self.assertEqual(card.purchase_state, "none")
        entry = self.env["client.purchase.entry"].search(
            [("partner_id", "=", card.partner_id.id)]
        )
        entry.lasts_days = 30
        self.assertRecordValues(
            card,
            [{"purchase_state": "on_time", "next_purchase_date": ago(5)}],
        )
        entry.lasts_days = 25
        self.assertEqual(card.purchase_state, "late")
        entry.unlink()
        self.assertFalse(card.next_purchase_date)

    def test_every_purchase_can_be_asked(self):
        """The list of purchases has the days, empty where nothing is said."""
        card = self.lasting((ago(5), 10, 30))
        self.buy(card.partner_id, ago(5), 20)
        purchases = self.env["client.purchase"].search(
            [("partner_id", "=", card.partner_id.id)]
        )
        self.assertEqual(
            {p.source: p.lasts_days for p in purchases}, {"entry": 30, "order": 0}
        )

    def test_deriving_again_changes_nothing(self):
        self.lasting((ago(40), 10, 90), (ago(5), 10, 7))
        self.derive_all()
        before = self.versions()
        self.derive_all()
        self.assertEqual(self.versions(), before)
