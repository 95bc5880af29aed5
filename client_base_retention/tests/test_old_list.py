"""What is read of the cells of an old list, and what is left to be confirmed."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, freeze_time, tagged

from ..models.client_old_list import is_yearless, read_day, read_purchases, read_sum
from .common import NOON, ROLE_ALL, ROLE_OWN, SALES, TODAY, ClientBaseCommon


@tagged("post_install", "-at_install")
class TestReadCell(BaseCase):
    def cell(self, text, **options):
        return read_purchases(text, TODAY, **options)

    def test_words_of_the_issue(self):
        pieces = self.cell("12.03.13 Detox 2400; 04.05.13 Омега 3 1200")
        self.assertEqual(
            [(p.date, p.what, p.amount, p.sure) for p in pieces],
            [
                (date(2013, 3, 12), "Detox", 2400, True),
                (date(2013, 5, 4), "Омега 3", 1200, True),
            ],
        )

    def test_read_beyond_doubt(self):
        for text, day, amount in (
            ("12.03.2013 Detox 2400", date(2013, 3, 12), 2400),
            ("Detox 2400 12.03.13", date(2013, 3, 12), 2400),
            ("12.03.13: Detox: 2400 р.", date(2013, 3, 12), 2400),
            ("12.03.13 $50 Tea", date(2013, 3, 12), 50),
            ("12.03.13 2 шт Detox 2400", date(2013, 3, 12), 2400),
            ("12.03.13 1200,50 Tea", date(2013, 3, 12), 1200.5),
            ("12.03.13 (2400) Tea", date(2013, 3, 12), 2400),
            ("5 мая 2013 г. Detox 2400", date(2013, 5, 5), 2400),
            ("May 5, 2013 Detox 2400", date(2013, 5, 5), 2400),
            ("2013-03-12 Tea 500", date(2013, 3, 12), 500),
            ("29.02.12 Tea 500", date(2012, 2, 29), 500),
            ("15.06.25 Tea 500", TODAY, 500),
            ("12.03.87 Tea 500", date(1987, 3, 12), 500),
        ):
            with self.subTest(text=text):
                [piece] = self.cell(text)
                self.assertEqual((piece.date, piece.amount), (day, amount))
                self.assertTrue(piece.sure)

    def test_left_to_be_confirmed(self):
        for text in (
            "Detox 2400",
            "12.03 Detox 2400",
            "03.2013 Detox 2400",
            "12.03.13 Detox",
            "12.03.13 B12",
            "31.02.13 Detox 2400",
            "29.02.13 Detox 2400",
            "16.06.25 Detox 2400",
            "12.03.60 Detox 2400",
            "12.03.13 Omega 3 200",
            "12.03.13 Tea 1,200",
            "12.03.13 Tea 500 3",
            "12.03.13 2x1200",
            "12.03.13 2 по 1200",
            "12.03.13 1200+800",
            "12.03.13 Detox-2400",
            "12.03.13 Detox 0",
            "12.03.13 скидка 10% Detox 2400",
            "12.03.13 refund 2400",
            "12.03.13 course till 12.04.13 2400",
            "12.03.13 Tea 500 р. Detox 700 р.",
            "wants detox",
        ):
            with self.subTest(text=text):
                [piece] = self.cell(text)
                self.assertFalse(piece.sure)
                self.assertEqual(piece.text, text)

    def test_likeliest_reading_is_proposed(self):
        [piece] = self.cell("03.2013 Omega 3 200")
        self.assertEqual((piece.date, piece.amount), (date(2013, 3, 1), 3200))

    def test_several_without_semicolons(self):
        for text in (
            "12.03.13 Detox 2400\n04.05.13 Omega 1200",
            "12.03.13 Detox 2400, 04.05.13 Omega 1200",
            "Detox 2400 12.03.13, Omega 1200 04.05.13",
        ):
            with self.subTest(text=text):
                pieces = self.cell(text)
                self.assertEqual([p.what for p in pieces], ["Detox", "Omega"])
                self.assertTrue(all(p.sure for p in pieces))

    def test_nothing_bought(self):
        for text in ("", " ", "-", "нет", "none; -"):
            with self.subTest(text=text):
                self.assertEqual(self.cell(text), [])

    def test_month_first_with_strokes(self):
        for text, plain, month_first in (
            ("03/12/13 Tea 5", date(2013, 12, 3), date(2013, 3, 12)),
            ("03.12.13 Tea 5", date(2013, 12, 3), date(2013, 12, 3)),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.cell(text)[0].date, plain)
                found = self.cell(text, month_first=True)
                self.assertEqual(found[0].date, month_first)

    def test_days_and_sums_alone(self):
        self.assertEqual(read_day(" 01.02.1980 ", TODAY), date(1980, 2, 1))
        self.assertIsNone(read_day("spring", TODAY))
        self.assertIsNone(read_day("31.04.1980", TODAY))
        self.assertTrue(is_yearless("12 мая"))
        self.assertFalse(is_yearless("1975"))
        for text, amount in (
            ("1 200,50 руб.", 1200.5),
            ("1,200", 1200),
            ("12,5", 12.5),
            ("$300", 300),
            ("-5", -5),
            ("about 300", None),
            ("", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(read_sum(text), amount)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOldPurchase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.make_partner("Nina", is_company=False)
        cls.partner.action_add_to_client_base()
        cls.rows = cls.env["client.old.purchase"]

    def take_down(self, text):
        pieces = [(self.partner.id, piece) for piece in read_purchases(text, TODAY)]
        return self.rows._take_down(pieces)

    def entries(self):
        return self.env["client.purchase.entry"].search(
            [("partner_id", "=", self.partner.id)]
        )

    def test_read_ones_count_at_once(self):
        read, asked = self.take_down("12.03.24 Detox 2400; Omega")
        self.assertEqual((read.state, asked.state), ("confirmed", "to_confirm"))
        self.assertEqual(self.card_of(self.partner).turnover_total, 2400)

    def test_again_brings_nothing_even_when_corrected(self):
        self.take_down("12.03.24 Detox 2400; Omega")
        self.entries().amount = 2500
        for text in ("12.03.24 Detox 2400; Omega", "12.03.24  DETOX 2400"):
            read, asked = self.take_down(text)
            self.assertFalse(read | asked)
        self.assertEqual(self.entries().mapped("amount"), [2500])

    def test_same_words_twice_are_two_purchases(self):
        self.take_down("12.03.24 Detox 2400; 12.03.24 Detox 2400")
        self.assertEqual(len(self.entries()), 2)

    def test_purchase_there_already_is_taken(self):
        [entry] = self.enter([(self.partner, "2024-03-12", 2400)])
        entry.what = "Detox"
        read, _asked = self.take_down("12.03.24 detox 2400")
        self.assertEqual(read.entry_id, entry)
        self.assertEqual(self.entries(), entry)

    def test_another_currency_is_asked(self):
        read, asked = self.take_down("12.03.24 Detox 2400 EUR; 13.03.24 Tea $5")
        self.assertEqual(read.amount, 5)
        self.assertEqual(asked.amount, 2400)

    def test_confirm_needs_day_and_sum(self):
        _read, row = self.take_down("Detox 2400")
        with self.assertRaises(UserError):
            row.action_confirm()
        row.date = "2025-06-16"
        with self.assertRaises(UserError):
            row.action_confirm()
        row.date = "2024-03-12"
        row.action_confirm()
        row.action_confirm()
        self.assertRecordValues(self.entries(), [{"amount": 2400, "what": "Detox"}])

    def test_dropped_is_not_asked_again(self):
        _read, row = self.take_down("Detox")
        row.action_drop()
        self.assertEqual(row.state, "dropped")
        self.assertFalse(self.take_down("Detox")[1])
        row.action_ask_again()
        self.assertEqual(row.state, "to_confirm")

    def test_own_clients_confirms_his_own(self):
        seller = self.make_user("seller", f"{SALES},{ROLE_OWN}")
        other = self.make_user("other", f"{SALES},{ROLE_OWN}")
        self.partner.user_id = seller
        _read, row = self.take_down("Detox 2400")
        with self.assertRaises(AccessError):
            row.with_user(other).action_confirm()
        mine = row.with_user(seller)
        mine.date = "2024-03-12"
        mine.action_confirm()
        self.assertEqual(self.entries().amount, 2400)

    def test_another_company_sees_none(self):
        _read, row = self.take_down("Detox 2400")
        user = self.make_user("b", f"{SALES},{ROLE_ALL}", self.company_b)
        self.assertFalse(self.rows.with_user(user).search([("id", "=", row.id)]))

    def test_merged_client_keeps_them(self):
        other = self.make_partner("Nina B", is_company=False)
        _read, row = self.take_down("Detox 2400")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | other).ids, other)
        self.assertEqual(row.exists().partner_id, other)
