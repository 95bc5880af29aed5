"""Regularity of purchases (XYZ).

Variation of the monthly net purchases over the window of the regulation, months before
the first purchase left out: X up to 25 %, Y up to 50 %, Z above or with fewer than
three months. Counted are the calendar months that are over.
"""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import NOON, ROLE_OWN, SALES, TODAY, ClientBaseCommon

# Months that are over at the frozen today, newest last.
MAY = 5


def month(number):
    """The tenth of a month of 2025; 0 is December 2024, -1 November."""
    year, index = divmod(2025 * 12 + number - 1, 12)
    return f"{year}-{index + 1:02}-10"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRegularity(ClientBaseCommon):
    def monthly(self, *amounts, last=MAY):
        """A card whose purchases in the months up to ``last`` were these."""
        partner = self.make_partner()
        self.enter(
            [
                (partner, month(last - place), amount)
                for place, amount in enumerate(reversed(amounts))
                if amount
            ]
        )
        return self.card_of(partner)

    def assertXyz(self, card, xyz, variation, months):
        self.assertRecordValues(
            card,
            [
                {
                    "xyz_class": xyz,
                    "xyz_variation": variation,
                    "xyz_months": months,
                }
            ],
        )

    def test_limits(self):
        for amounts, xyz, variation in (
            ((100, 100, 100), "x", 0),
            ((75, 125, 75, 125), "x", 25),
            ((74.99, 125.01, 74.99, 125.01), "y", 25),
            ((74, 126, 74, 126), "y", 26),
            ((50, 150, 50, 150), "y", 50),
            ((49.99, 150.01, 49.99, 150.01), "z", 50),
            ((49, 151, 49, 151), "z", 51),
            # A month without purchase is a month with nothing.
            ((100, 0, 100, 0), "z", 100),
            ((100, 0, 0, 0, 0, 0, 0, 0, 0), "z", 282.8),
        ):
            with self.subTest(amounts=amounts):
                self.assertXyz(self.monthly(*amounts), xyz, variation, len(amounts))

    def test_of_all_months_not_of_a_sample(self):
        """90, 100, 110: 8.2 % of all, a sample would have 10 %."""
        self.assertXyz(self.monthly(90, 100, 110), "x", 8.2, 3)

    def test_fewer_than_three_months(self):
        for amounts in ((100,), (100, 100)):
            with self.subTest(amounts=amounts):
                self.assertXyz(self.monthly(*amounts), "z", 0, len(amounts))

    def test_month_that_is_not_over_does_not_count(self):
        card = self.monthly(100, 100, 100)
        self.enter([(card.partner_id, TODAY, 5000)])
        self.assertXyz(card, "x", 0, 3)
        with self.subTest("first purchase this month"):
            self.assertXyz(self.monthly(100, last=MAY + 1), "z", 0, 0)

    def test_nobody_bought_nobody_has_a_class(self):
        self.assertXyz(self.client(), False, 0, 0)

    def test_window_of_the_regulation(self):
        """Twelve months: June 2024 to May 2025; what is older does not count."""
        card = self.monthly(*[9000] + [100] * 12)
        self.assertXyz(card, "x", 0, 12)
        self.policy.abc_period_months = 13
        self.assertXyz(card, "z", 302.3, 13)
        self.policy.abc_period_months = 3
        self.assertXyz(card, "x", 0, 3)

    def test_nothing_in_the_window(self):
        card = self.monthly(100, 100, 100, last=-20)
        self.assertXyz(card, "z", 0, 12)
        self.assertIn("bought nothing", card.xyz_reason)

    def test_refund_belongs_to_its_own_month(self):
        self.policy.xyz_y_limit = 70
        card = self.monthly(100, 200, -100, 200)
        # 100, 200, -100, 200: mean 100, deviation 122.5
        self.assertXyz(card, "z", 122.5, 4)
        with self.subTest("several purchases of a month are one sum"):
            card = self.monthly(100, 100, 60)
            self.enter([(card.partner_id, "2025-05-31", 40)])
            self.assertXyz(card, "x", 0, 3)
        with self.subTest("more given back than bought"):
            self.assertXyz(self.monthly(100, -100, -100, 50), "z", 0, 4)

    def test_last_day_of_the_month_and_first_of_the_next(self):
        partner = self.make_partner()
        self.enter(
            [
                (partner, when, 100)
                for when in ("2025-03-31", "2025-04-01", "2025-05-31", "2025-06-01")
            ]
        )
        self.assertXyz(self.card_of(partner), "x", 0, 3)

    def test_pause_does_not_count(self):
        self.policy.write({"pause_from": 3, "pause_to": 4})
        card = self.monthly(100, 100, 0, 0, 100)
        self.assertXyz(card, "x", 0, 3)
        with self.subTest("not even what he buys in it"):
            self.assertXyz(self.monthly(100, 100, 7000, 7000, 100), "x", 0, 3)
        self.policy.write({"pause_from": 0, "pause_to": 0})
        self.assertXyz(card, "z", 81.6, 5)
        with self.subTest("over the turn of the year"):
            self.policy.write({"pause_from": 12, "pause_to": 1})
            card = self.monthly(100, 0, 0, 100, 100, last=3)
            # November, February, March; then April and May without purchase.
            self.assertXyz(card, "z", 81.6, 5)

    def test_limits_of_the_regulation(self):
        card = self.monthly(75, 125, 75, 125)
        for x, y, expected in ((25, 50, "x"), (24.99, 25, "y"), (0, 24, "z")):
            with self.subTest(x=x, y=y):
                self.policy.write({"xyz_x_limit": x, "xyz_y_limit": y})
                self.assertEqual(card.xyz_class, expected)

    def test_limits_must_rise(self):
        for x, y in ((60, 50), (-1, 50), (20, 1000)):
            with (
                self.subTest(x=x, y=y),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.policy.write({"xyz_x_limit": x, "xyz_y_limit": y})
                self.env.flush_all()

    def test_two_companies(self):
        card = self.monthly(100, 100, 100)
        self.enter([(card.partner_id, month(4), 7)], self.company_b)
        self.assertXyz(card, "x", 0, 3)
        self.assertXyz(self.card_of(card.partner_id, self.company_b), "z", 0, 2)

    def test_one_by_one_and_all_agree_and_write_nothing_twice(self):
        cards = self.monthly(100, 100, 100) | self.monthly(75, 126, 75, 126)
        cards |= self.monthly(100, 0, 0)
        self.env["client.card"]._derive_all(today=TODAY)
        places = SQL("SELECT ctid FROM client_card WHERE id = ANY(%s)", cards.ids)
        before = self.env.execute_query(places)
        self.env["client.card"]._derive_all(today=TODAY)
        cards._derive(today=TODAY)
        self.assertEqual(self.env.execute_query(places), before)
        self.assertEqual(cards.mapped("xyz_class"), ["x", "y", "z"])

    def test_changes_with_the_month_not_with_the_day(self):
        card = self.monthly(100, 100, 100)
        with freeze_time("2025-06-30 12:00:00"):
            self.env["client.card"]._derive_all()
            self.assertXyz(card, "x", 0, 3)
        with freeze_time("2025-07-01 12:00:00"):
            self.env["client.card"]._derive_all()
            self.assertXyz(card, "z", 57.7, 4)

    def test_salesperson_reads_and_does_not_write(self):
        card = self.monthly(75, 125, 75, 125)
        seller = self.make_user("xyz_seller", f"{ROLE_OWN},{SALES}")
        card.partner_id.user_id = seller
        own = card.with_user(seller)
        self.assertEqual(own.xyz_class, "x")
        self.assertEqual(own.partner_id.client_xyz_class, "x")
        self.assertEqual(
            own.xyz_reason,
            "X: monthly purchases vary by 25 % over 4 full months. X is up to 25 %, "
            "Y up to 50 %.",
        )
        for name, value in (("xyz_class", "z"), ("xyz_months", 9)):
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    own.write({name: value})
