"""Who is a prospect, active or former: design 4.3 *Former*, and the days it counts in.

Covers the limit by calendar months and by own cycles on its last day and the day after,
win-backs from history and by event, the yearly pause, and the company's time zone.
"""

from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ClientBaseCommon, ago, day


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFormer(ClientBaseCommon):
    def assertFormerAfter(self, card, last_day):
        """Active on the last day of the limit, former on the day after."""
        last_day = day(last_day)
        next_day = last_day + timedelta(days=1)
        card._derive(today=last_day)
        self.assertRecordValues(card, [{"status": "active", "former_since": False}])
        card._derive(today=next_day)
        self.assertRecordValues(card, [{"status": "former", "former_since": next_day}])
        card._derive(today=next_day + timedelta(days=100))
        self.assertRecordValues(card, [{"status": "former", "former_since": next_day}])

    def test_calendar_months(self):
        cases = [
            # last purchase, months, last day of the limit
            ("2024-06-15", 12, "2025-06-15"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-28", 12, "2025-02-28"),
            ("2023-02-28", 12, "2024-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2024-08-31", 6, "2025-02-28"),
            ("2023-08-31", 6, "2024-02-29"),
            ("2025-01-31", 1, "2025-02-28"),
            ("2025-03-31", 3, "2025-06-30"),
            ("2024-12-31", 2, "2025-02-28"),
        ]
        for last, months, limit in cases:
            with self.subTest(last=last, months=months):
                self.policy.former_after_months = months
                self.assertFormerAfter(self.client((last, 10)), limit)

    def test_own_cycles_longer_than_the_months(self):
        """Cycle 300, factor 2: 600 days; at 2.5 with cycle 201: 502.5 days."""
        last = day("2024-01-01")
        for factor, cycle, allowed in ((2, 300, 600), (2.5, 201, 502), (2, 100, 366)):
            with self.subTest(factor=factor, cycle=cycle):
                self.policy.former_cycle_factor = factor
                days = [last - timedelta(days=n * cycle) for n in (2, 1, 0)]
                card = self.client(*((when, 10) for when in days))
                self.assertEqual(card.purchase_cycle, cycle)
                self.assertFormerAfter(card, last + timedelta(days=allowed))

    def test_two_purchase_days_have_no_cycle_to_wait_for(self):
        card = self.client(("2023-01-01", 10), ("2024-01-01", 10))
        self.assertFormerAfter(card, "2025-01-01")

    def test_prospect_never_becomes_former(self):
        card = self.client()
        card._derive(today=TODAY + timedelta(days=5000))
        self.assertRecordValues(card, [{"status": "prospect", "former_since": False}])

    def test_a_refund_keeps_nobody_active(self):
        card = self.client(("2024-01-10", 100), ("2025-01-05", -10))
        self.assertFormerAfter(card, "2025-01-10")

    def test_former_has_no_alarm(self):
        self.policy.typical_cycle_days = 20
        card = self.client((ago(400), 10))
        self.assertRecordValues(card, [{"status": "former", "purchase_state": "none"}])

    # --------------------------------------------------------------------- win-backs

    def test_winbacks_from_history(self):
        cases = [
            # gaps are from the purchase before; 2024 is a leap year
            (["2020-01-01", "2021-01-01"], 0),
            (["2020-01-01", "2021-01-02"], 1),
            (["2020-01-01", "2021-01-02", "2022-01-03"], 2),
            (["2024-02-29", "2025-02-28"], 0),
            (["2024-02-29", "2025-03-01"], 1),
            (["2020-01-01", "2022-06-01", "2022-07-01", "2025-06-01"], 2),
            # cycle 200 after three days: 400 days are no absence, 401 are
            (["2021-01-01", "2021-07-20", "2022-02-05", "2023-03-12"], 0),
            (["2021-01-01", "2021-07-20", "2022-02-05", "2023-03-13"], 1),
        ]
        for days, count in cases:
            with self.subTest(days=days):
                card = self.client(*((when, 10) for when in days))
                self.assertEqual(card.winback_count, count)

    def test_purchase_brings_a_former_client_back_at_once(self):
        partner = self.make_partner()
        self.buy(partner, ago(400))
        card = self.card_of(partner)
        self.assertEqual(card.status, "former")
        known = self.moves(card)
        self.buy(partner, TODAY)
        self.assertRecordValues(
            card, [{"status": "active", "winback_count": 1, "former_since": False}]
        )
        self.assertEqual(self.moves(card)[len(known) :], [("former", "active")])
        move = self.env["client.transition"].search(
            [("card_id", "=", card.id)], order="id desc", limit=1
        )
        self.assertRecordValues(
            move,
            [
                {
                    "field_name": "status",
                    "date": TODAY,
                    "company_id": self.company.id,
                    "turnover": 100,
                    "user_id": self.env.uid if self.env.uid != 1 else False,
                }
            ],
        )

    def test_purchase_on_the_last_day_is_no_winback(self):
        partner = self.make_partner()
        self.buy(partner, "2024-06-15")
        card = self.card_of(partner)
        self.buy(partner, "2025-06-15")
        self.assertRecordValues(card, [{"status": "active", "winback_count": 0}])

    def test_status_changes_leave_one_transition_each(self):
        card = self.client()
        self.assertFalse(self.moves(card), "the first status is no change")
        self.enter([(card.partner_id, "2025-06-15", 10)])
        for today in ("2025-06-15", "2026-06-15", "2026-06-16", "2026-06-20"):
            card._derive(today=day(today))
            card._derive(today=day(today))
        self.assertEqual(
            self.moves(card), [("prospect", "active"), ("active", "former")]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPause(ClientBaseCommon):
    """Months of the pause are not counted against a client who does not buy."""

    def assertStates(self, card, *expected):
        for today, state in expected:
            with self.subTest(today=today), freeze_time(f"{today} 12:00:00"):
                card._derive()
                self.assertEqual(card.purchase_state, state)

    def monthly(self, last):
        """A client with a cycle of 20 days; late after 28 days, at risk after 40."""
        last = day(last)
        return self.client(*((last - timedelta(days=n), 10) for n in (40, 20, 0)))

    def test_summer(self):
        """Last purchase on 20 May: 11 days of May, then on from 1 September."""
        self.policy.write({"pause_from": 6, "pause_to": 8})
        self.assertStates(
            self.monthly("2025-05-20"),
            ("2025-06-30", "on_time"),
            ("2025-08-31", "on_time"),
            ("2025-09-17", "on_time"),
            ("2025-09-18", "late"),
            ("2025-09-29", "late"),
            ("2025-09-30", "at_risk"),
        )

    def test_turn_of_the_year(self):
        """December and January: 5 days of November, then on from 1 February."""
        self.policy.write({"pause_from": 12, "pause_to": 1})
        self.assertStates(
            self.monthly("2024-11-25"),
            ("2025-01-31", "on_time"),
            ("2025-02-23", "on_time"),
            ("2025-02-24", "late"),
            ("2025-03-07", "late"),
            ("2025-03-08", "at_risk"),
        )

    def test_bought_within_the_pause(self):
        """The days of the pause after the purchase do not count either."""
        self.policy.write({"pause_from": 6, "pause_to": 8})
        self.assertStates(
            self.monthly("2025-07-10"),
            ("2025-08-31", "on_time"),
            ("2025-09-28", "on_time"),
            ("2025-09-29", "late"),
            ("2025-10-10", "late"),
            ("2025-10-11", "at_risk"),
        )

    def test_one_month_and_typical_cycle(self):
        self.policy.write({"pause_from": 7, "pause_to": 7, "typical_cycle_days": 20})
        self.assertStates(
            self.client(("2024-06-20", 10)),
            ("2024-08-18", "on_time"),
            ("2024-08-19", "late"),
            ("2024-08-30", "late"),
            ("2024-08-31", "at_risk"),
        )

    def test_pause_puts_off_former(self):
        """Three months from 10 May, June to August not counted: 10 November."""
        self.policy.write({"former_after_months": 3, "pause_from": 6, "pause_to": 8})
        card = self.client(("2025-05-10", 10))
        for today, status in (
            ("2025-08-11", "active"),
            ("2025-11-10", "active"),
            ("2025-11-11", "former"),
        ):
            card._derive(today=day(today))
            self.assertEqual(card.status, status, today)
        self.assertEqual(card.former_since, day("2025-11-11"))

    def test_no_winback_after_an_absence_in_the_pause(self):
        self.policy.write({"former_after_months": 3, "pause_from": 6, "pause_to": 8})
        for back, count in (("2024-11-10", 0), ("2024-11-11", 1)):
            with self.subTest(back=back):
                card = self.client(("2024-05-10", 10), (back, 10))
                self.assertEqual(card.winback_count, count)

    def test_other_policies_have_no_pause(self):
        """A pause in one regulation does nothing to clients of another one."""
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        self.policy.copy(
            {
                "sequence": 0,
                "segment_ids": segment.ids,
                "pause_from": 6,
                "pause_to": 8,
            }
        )
        school = self.monthly("2025-05-10")
        school.partner_id.segment_id = segment
        shop = self.monthly("2025-05-10")
        self.assertEqual(school.purchase_state, "on_time")
        self.assertEqual(shop.purchase_state, "late")


@tagged("post_install", "-at_install")
@freeze_time("2025-06-15 22:30:00")
class TestTimeZones(ClientBaseCommon):
    """The company's day counts, not the user's: 22:30 UTC is 10:30 of the next day in
    Kamchatka and 17:30 of the same day in Lima."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.east = cls.make_company("East", tz="Asia/Kamchatka")
        cls.west = cls.make_company("West", tz="America/Lima")
        cls.partner = cls.make_partner()

    def test_day_of_an_order(self):
        moment = datetime(2025, 5, 31, 22, 30)
        for user_tz in ("America/Lima", "Asia/Kamchatka"):
            self.env.user.tz = user_tz
            for company, expected in (
                (self.east, "2025-06-01"),
                (self.west, "2025-05-31"),
                (self.company, "2025-05-31"),
            ):
                with self.subTest(company=company.name, user_tz=user_tz):
                    partner = self.make_partner()
                    self.buy(partner, moment, company=company)
                    card = self.card_of(partner, company)
                    self.assertEqual(card.last_purchase_date, day(expected))
                    purchase = self.env["client.purchase"].search(
                        [("partner_id", "=", partner.id)]
                    )
                    self.assertEqual(purchase.date, day(expected))

    def test_today_is_the_companys(self):
        """Bought on 15 June a year ago: former since 16 June, where that is today."""
        for company, status in ((self.east, "former"), (self.west, "active")):
            self.env.user.tz = "UTC"
            with self.subTest(company=company.name):
                self.enter([(self.partner, "2024-06-15", 10)], company)
                self.assertEqual(self.card_of(self.partner, company).status, status)
        cards = self.card_of(self.partner, self.east)
        cards |= self.card_of(self.partner, self.west)
        cards._derive()
        self.assertEqual(cards.mapped("status"), ["former", "active"])
        self.env["client.card"]._derive_all()
        self.assertEqual(cards.mapped("status"), ["former", "active"])

    def test_order_of_this_moment_counts_at_once(self):
        for company, expected in ((self.east, "2025-06-16"), (self.west, "2025-06-15")):
            with self.subTest(company=company.name):
                self.quote(self.partner, company=company).action_confirm()
                self.assertRecordValues(
                    self.card_of(self.partner, company),
                    [
                        {
                            "status": "active",
                            "last_purchase_date": day(expected),
                            "turnover": 100,
                        }
                    ],
                )

    def test_window_ends_with_the_companys_today(self):
        """16 June a year ago left the window in Kamchatka, not yet in Lima."""
        for company, turnover in ((self.east, 0), (self.west, 10)):
            with self.subTest(company=company.name):
                self.enter([(self.partner, "2024-06-16", 10)], company)
                card = self.card_of(self.partner, company)
                self.assertEqual(card.turnover, turnover)
