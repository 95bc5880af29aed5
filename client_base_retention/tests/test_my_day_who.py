"""My day: who is found, in which companies, and for whom the page is."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDaySearch(MyDayCommon):
    def test_by_name_person_and_telephone(self):
        card = self.mine("Beta Trade", late=-5, phone="+7 (495) 123-45-67")
        self.person(card, "Ivanova Anna", phone="8 913 765-43-21", email="a@b.example")
        self.mine("Gamma")
        for text in (
            "beta",
            "Ivanova",
            "a@b.example",
            "123-45-67",
            "84951234567",
            "+7 913 7654321",
            "  trade ",
        ):
            with self.subTest(text=text):
                self.assertEqual(self.names("found", search=text), ["Beta Trade"])

    def test_signs_of_patterns_are_signs(self):
        self.mine("100% cotton")
        self.mine("A_B")
        for text, expected in (("%", ["100% cotton"]), ("_", ["A_B"]), ("\\", [])):
            with self.subTest(text=text):
                self.assertEqual(self.names("found", search=text), expected)

    def test_only_mine_are_found(self):
        self.mine("Theirs", user=self.other)
        page = self.get(search="Theirs")
        self.assertEqual(page["sections"], [])
        self.assertIn("Theirs", page["nothing"])

    def test_page_by_page(self):
        for number in range(3):
            self.mine(f"Client {number}")
        with self.patch_page(2):
            page = self.get("overdue")
            self.assertEqual(len(page["sections"][0]["rows"]), 2)
            self.assertEqual(page["left"], 1)
            page = self.get("overdue", more=2)
            self.assertEqual(len(page["sections"][0]["rows"]), 3)
            self.assertEqual(page["left"], 0)

    def patch_page(self, rows):
        return patch(
            "odoo.addons.client_base_retention.models.client_my_day.PAGE", rows
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDayCompanies(MyDayCommon):
    def setUp(self):
        super().setUp()
        self.start(self.company_b)
        self.norm(policy=self.policy_b)
        self.seller.company_ids += self.company_b

    def test_companies_switched_on(self):
        partner = self.mine("Of both").partner_id
        self.buy(partner, ago(100), company=self.company_b)
        self.derive_all()
        both = self.company | self.company_b
        card_b = self.card_of(partner, self.company_b)
        self.assertEqual(card_b.user_id, self.seller)
        for companies, expected in (
            (self.company, self.company.name),
            (self.company_b, self.company_b.name),
        ):
            with self.subTest(company=expected):
                row = self.row(card_b, companies=companies)
                self.assertFalse(row["company"])
        row = self.row(card_b, companies=both)
        self.assertIn(row["company"], both.mapped("name"))
        self.assertEqual(self.chip("overdue", companies=both), 2)

    def test_only_what_has_started(self):
        self.company_b.client_start_date = False
        partner = self.make_partner("Second's", user_id=self.seller.id)
        self.buy(partner, ago(100), company=self.company_b)
        self.mine("First's")
        self.derive_all()
        both = self.company | self.company_b
        self.assertEqual(self.names("norms", companies=both), ["First's"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDayRights(MyDayCommon):
    def test_every_role_has_a_day(self):
        for groups in (ROLE_ALL, ROLE_HEAD, f"base.group_user,{ROLE_ALL}"):
            with self.subTest(groups=groups):
                user = self.make_user(f"md_{len(groups)}", groups, tz="UTC")
                self.mine("Mine", user=user)
                self.assertEqual(self.names("norms", user=user), ["Mine"])

    def test_without_a_role(self):
        user = self.make_user("md_nobody", "base.group_user")
        page = self.page(user)
        for method, args in (
            ("get_day", []),
            ("log", [1, "reached"]),
            ("undo", [1]),
            ("finish", [1]),
            ("open_log", []),
            ("open_bought", []),
            ("add_client", [1]),
            ("set_start_page", []),
            ("open_clients", []),
            ("open_talk", [1, {}]),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(page, method)(*args)

    def test_start_page_is_ones_own(self):
        page = self.page()
        action = self.env.ref("client_base_retention.client_my_day_action")
        self.assertFalse(self.get()["start_page"])
        self.assertTrue(page.set_start_page())
        self.assertEqual(self.seller.action_id.id, action.id)
        self.assertFalse(self.other.action_id)
        self.assertTrue(self.get()["start_page"])
        self.assertFalse(page.set_start_page(False))
        self.assertFalse(self.seller.action_id)

    def test_another_start_page_is_left_alone(self):
        action = self.env.ref("client_base_retention.client_overview_action")
        self.seller.action_id = action.id
        self.assertFalse(self.page().set_start_page(False))
        self.assertEqual(self.seller.action_id.id, action.id)

    def test_title_says_the_users_day(self):
        self.mine()
        self.seller.tz = "Pacific/Kiritimati"
        page = self.get()
        self.assertEqual(page["today"], fields.Date.to_string(TODAY + timedelta(1)))
        self.assertEqual(page["title"], "Monday, June 16, 2025")
