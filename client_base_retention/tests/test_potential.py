"""Potential of a client: by hand, its level, its age, what is missing."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import (
    NOON,
    ROLE_ALL,
    ROLE_OWN,
    ROLE_STEWARD,
    SALES,
    TODAY,
    ClientBaseCommon,
    ago,
    day,
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPotential(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.make_user("pot_olga", f"{ROLE_OWN},{SALES}", name="Olga")

    def card_with(self, turnover=0, **values):
        """A card of a client of Olga, by purchases of the last year."""
        bought = [(ago(10), turnover)] if turnover else []
        card = self.client(*bought, user_id=self.olga.id)
        card.write(values)
        return card

    # ------------------------------------------------------------------------ by hand

    def test_written_is_set_by_hand(self):
        card = self.card_with()
        card.with_user(self.olga).potential_amount = 1200
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 1200,
                    "potential_manual": 1200,
                    "potential_computed": 0,
                    "potential_date": TODAY,
                    "potential_user_id": self.olga.id,
                }
            ],
        )
        card.potential_amount = 0
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 0,
                    "potential_manual": 0,
                    "potential_date": False,
                    "potential_user_id": False,
                    "potential_missing": 0,
                }
            ],
        )

    def test_whose_estimate_it_is(self):
        """A salesperson cannot make his guess a colleague's, or of another day; who
        takes over another list can."""
        card = self.card_with(potential_amount=70)
        ida = self.make_user("pot_ida", f"{SALES},{ROLE_STEWARD}")
        said = {"potential_user_id": ida.id, "potential_manual_date": ago(9)}
        for values in (
            {"potential_user_id": ida.id},
            {"potential_manual_date": ago(9)},
            {"potential_amount": 90} | said,
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                card.with_user(self.olga).write(values)
        self.assertEqual(card.potential_manual, 70)
        card.with_user(ida).write({"potential_manual": 80} | said)
        self.assertRecordValues(card, [{"potential_date": ago(9)} | said])
        card.with_user(ida).write({"potential_user_id": self.olga.id})
        self.assertEqual(card.potential_user_id, self.olga)

    def test_created_with_it(self):
        partner = self.make_partner()
        card = self.env["client.card"].create(
            {
                "partner_id": partner.id,
                "potential_amount": 70,
                "potential_level": "high",
                "potential_manual_date": ago(40),
            }
        )
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 70,
                    "potential_manual": 70,
                    "potential_level": "high",
                    "potential_level_manual": "high",
                    "potential_date": ago(40),
                }
            ],
        )

    def test_on_the_contact(self):
        partner = self.make_partner(user_id=self.olga.id).with_user(self.olga)
        partner.potential_amount = 900
        self.assertEqual(partner.client_potential_manual, 900)
        self.assertEqual(partner.client_potential_age, "Olga, today")
        partner.client_potential_level_manual = "low"
        self.assertEqual(partner.potential_level, "low")

    def test_by_the_formula_stays_beside_it(self):
        card = self.card_with()
        segment = self.env["client.segment"].create(
            {"name": "Potential shops", "potential_formula": "300"}
        )
        with freeze_time("2025-06-06 12:00:00"):
            card.partner_id.segment_id = segment
        self.assertRecordValues(
            card, [{"potential_amount": 300, "potential_date": ago(9)}]
        )
        card.potential_amount = 500
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 500,
                    "potential_computed": 300,
                    "potential_date": TODAY,
                }
            ],
        )
        card.potential_amount = False
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 300,
                    "potential_date": ago(9),
                    "potential_user_id": False,
                }
            ],
        )

    def test_never_negative(self):
        card = self.card_with()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            card.potential_amount = -1
            self.env.flush_all()

    def test_what_is_derived_is_not_written(self):
        card = self.card_with().with_user(self.olga)
        for name, value in (
            ("potential_computed", 5),
            ("potential_computed_on", TODAY),
            ("potential_date", TODAY),
            ("potential_missing", 5),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                card.write({name: value})

    # ------------------------------------------------------------- missing, and share

    def test_missing_is_potential_less_a_years_turnover(self):
        for months, turnover, potential, missing, share in (
            (12, 300, 1000, 700, 30),
            (24, 300, 1000, 850, 15),
            (6, 300, 1000, 400, 60),
            (12, 1000, 1000, 0, 100),
            (12, 1001, 1000, 0, 100.1),
            (12, 0, 1000, 1000, 0),
            (12, 300, 0, 0, 0),
        ):
            with self.subTest(months=months, turnover=turnover, potential=potential):
                self.policy.abc_period_months = months
                card = self.card_with(turnover, potential_amount=potential)
                self.assertRecordValues(
                    card, [{"potential_missing": missing, "wallet_share": share}]
                )
        with self.subTest("a purchase takes from it"):
            self.policy.abc_period_months = 12
            card = self.card_with(300, potential_amount=1000)
            self.buy(card.partner_id, TODAY, 100)
            self.assertEqual(card.potential_missing, 600)
        with self.subTest("refunds take no more than everything"):
            card = self.client((ago(20), 100), (ago(10), -600))
            card.potential_amount = 1000
            self.assertRecordValues(
                card,
                [{"turnover": -500, "potential_missing": 1000, "wallet_share": -50}],
            )

    # -------------------------------------------------------------------------- level

    def test_level_by_the_amounts_of_the_regulation(self):
        for high, medium, amount, level in (
            (1000, 100, 1000, "high"),
            (1000, 100, 999.99, "medium"),
            (1000, 100, 100, "medium"),
            (1000, 100, 99.99, "low"),
            (1000, 100, 0, False),
            (1000, 0, 999, "low"),
            (0, 100, 5000, "medium"),
            (0, 0, 5000, False),
        ):
            with self.subTest(high=high, medium=medium, amount=amount):
                self.policy.write({"potential_high": high, "potential_medium": medium})
                card = self.card_with(potential_amount=amount)
                self.assertEqual(card.potential_level, level)

    def test_changed_amounts_change_levels(self):
        card = self.card_with(potential_amount=500)
        self.assertFalse(card.potential_level)
        self.policy.potential_high = 400
        self.assertEqual(card.potential_level, "high")

    def test_level_by_hand_holds(self):
        self.policy.write({"potential_high": 1000, "potential_medium": 100})
        card = self.card_with(potential_amount=5000)
        card.with_user(self.olga).potential_level = "low"
        self.assertRecordValues(
            card, [{"potential_level": "low", "potential_level_manual": "low"}]
        )
        card.potential_amount = 300
        self.assertEqual(card.potential_level, "low")
        card.potential_level = False
        self.assertEqual(card.potential_level, "medium")

    def test_amounts_must_rise(self):
        for values in (
            {"potential_high": 10, "potential_medium": 20},
            {"potential_medium": -1},
            {"potential_months": -1},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.policy.write(values)
                self.env.flush_all()

    # ---------------------------------------------------------------------------- age

    def test_age_in_words(self):
        card = self.card_with(potential_amount=100).with_user(self.olga)
        for when, words in (
            (TODAY, "Olga, today"),
            (ago(1), "Olga, yesterday"),
            (ago(30), "Olga, 30 days ago"),
            (ago(31), "Olga, a month ago"),
            (ago(125), "Olga, 4 months ago"),
            (ago(365), "Olga, 12 months ago"),
            (ago(730), "Olga, 2 years ago"),
            (False, "Olga"),
        ):
            with self.subTest(when=when):
                card.sudo().write(
                    {
                        "potential_manual": 100,
                        "potential_manual_date": when,
                        "potential_user_id": self.olga.id,
                    }
                )
                self.assertEqual(card.potential_age, words)

    def test_out_of_date(self):
        cards = self.env["client.card"]
        for when, stale in (
            ("2024-06-15", False),
            ("2024-06-14", True),
            ("2025-06-15", False),
            (False, True),
        ):
            with self.subTest(when=when):
                when = day(when) if when else False
                card = self.card_with(
                    potential_amount=5, potential_manual_date=when
                ).with_user(self.olga)
                cards |= card
                self.assertEqual(card.is_potential_stale, stale)
                found = card.search(
                    [("is_potential_stale", "=", True), ("id", "=", card.id)]
                )
                self.assertEqual(bool(found), stale)
                found = card.search(
                    [("is_potential_stale", "=", False), ("id", "=", card.id)]
                )
                self.assertEqual(bool(found), not stale)
        self.assertFalse(self.card_with().is_potential_stale, "nothing estimated")
        self.policy.potential_months = 0
        self.assertFalse(any(cards.mapped("is_potential_stale")))

    def test_still_so(self):
        card = self.card_with(potential_amount=5, potential_manual_date=ago(900))
        self.assertTrue(card.is_potential_stale)
        card.with_user(self.olga).partner_id.action_client_potential_confirmed()
        self.assertFalse(card.is_potential_stale)
        self.assertRecordValues(
            card,
            [
                {
                    "potential_amount": 5,
                    "potential_date": TODAY,
                    "potential_user_id": self.olga.id,
                }
            ],
        )

    def test_still_so_is_not_said_of_others_clients(self):
        card = self.client(user_id=self.make_user("pot_ivan", SALES).id)
        card.potential_amount = 5
        with self.assertRaises(AccessError):
            card.partner_id.with_user(self.olga).action_client_potential_confirmed()

    # ------------------------------------------------------------------------ the rest

    def test_merged_cards_keep_what_was_decided(self):
        old = self.card_with(potential_amount=800, potential_level="high")
        old.write({"potential_manual_date": ago(5), "growth_plan": "Discs"})
        old.potential_user_id = self.olga
        old.partner_id.is_company = False
        firm = self.card_with().partner_id
        old.partner_id.parent_id = firm
        self.assertRecordValues(
            self.card_of(firm),
            [
                {
                    "potential_amount": 800,
                    "potential_level": "high",
                    "potential_date": ago(5),
                    "potential_user_id": self.olga.id,
                    "growth_plan": "Discs",
                }
            ],
        )

    def test_nothing_is_written_twice(self):
        self.policy.potential_high = 100
        cards = self.card_with(50, potential_amount=500) | self.card_with()
        self.env["client.card"]._derive_all(today=TODAY)
        places = SQL("SELECT ctid FROM client_card WHERE id = ANY(%s)", cards.ids)
        before = self.env.execute_query(places)
        self.env["client.card"]._derive_all(today=TODAY)
        self.assertEqual(self.env.execute_query(places), before)

    def test_two_companies(self):
        card = self.card_with(potential_amount=500)
        self.enter([(card.partner_id, TODAY, 1)], self.company_b)
        other = self.card_of(card.partner_id, self.company_b)
        self.assertFalse(other.potential_amount)

    def test_form(self):
        self.env.user.group_ids += self.env.ref(ROLE_ALL)
        card = self.card_with()
        with Form(card.partner_id) as form:
            form.potential_amount = 77
            form.client_potential_level_manual = "medium"
        self.assertRecordValues(
            card, [{"potential_manual": 77, "potential_level": "medium"}]
        )
