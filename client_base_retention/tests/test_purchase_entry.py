"""Purchases from elsewhere typed in, and the dialog *Bought*."""

from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPurchaseEntry(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = cls.env["client.purchase.entry"]
        cls.seller = cls.make_user("seller", ROLE_ALL)
        cls.product.write({"list_price": 80})

    def bought(self, record, user=None):
        """The dialog that *Bought* on a contact or a card opens."""
        action = record.with_user(user or self.seller).action_bought()
        self.assertEqual(
            (action["target"], action["res_model"]), ("new", "client.purchase.entry")
        )
        view = action["views"][0][0]
        entries = self.entries.with_user(user or self.seller)
        return Form(entries.with_context(**action["context"]), view=view)

    def test_bought_makes_a_client_of_a_contact(self):
        partner = self.make_partner("Nina", is_company=False)
        with self.bought(partner) as dialog:
            self.assertEqual(dialog.partner_id, partner)
            self.assertEqual(dialog.date, TODAY)
            dialog.what = "Course"
            dialog.amount = 240
            dialog.lasts_days = 30
            self.assertEqual(dialog.lasts_until, date(2025, 7, 15))
        card = self.card_of(partner)
        self.assertEqual((card.status, card.turnover), ("active", 240))
        self.assertEqual(partner.turnover, 240)
        self.assertEqual(card.last_purchase_date, TODAY)

    def test_bought_on_a_card(self):
        card = self.client((ago(10), 100))
        with self.bought(card) as dialog:
            dialog.amount = 50
        self.assertEqual((card.turnover, card.purchase_count), (150, 2))

    def test_purchase_of_a_person_is_his_companys(self):
        firm = self.make_partner("Firm")
        person = self.make_partner("Boris", is_company=False, parent_id=firm.id)
        with self.bought(person) as dialog:
            self.assertEqual(dialog.partner_id, firm)
            dialog.amount = 50
        self.assertEqual(self.card_of(firm).turnover, 50)

    def test_day_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Kamchatka"
        partner = self.make_partner("Nina")
        with freeze_time("2025-06-15 20:00:00"):
            dialog = self.bought(partner)
            self.assertEqual(dialog.date, date(2025, 6, 16))

    def test_card_of_another_company(self):
        user = self.make_user("both", ROLE_ALL, self.company | self.company_b)
        partner = self.make_partner("Nina")
        self.enter([(partner, ago(10), 100)], company=self.company_b)
        card = self.card_of(partner, self.company_b)
        with self.bought(card, user) as dialog:
            dialog.amount = 50
        self.assertEqual(card.turnover, 150)
        self.assertFalse(self.card_of(partner))

    def test_product_fills_in_what_and_sum(self):
        with self.bought(self.make_partner("Nina")) as dialog:
            dialog.product_id = self.product
            self.assertEqual((dialog.what, dialog.amount), ("Thing", 80))
            dialog.what = "Thing, blue"
            dialog.amount = 70
        entry = self.entries.search([("what", "=", "Thing, blue")])
        self.assertEqual((entry.amount, entry.product_id), (70, self.product))

    def test_the_dialog_asks_for_a_sum(self):
        partner = self.make_partner("Nina")
        entries = self.env["client.purchase.entry"]
        bought = entries.with_context(**partner.action_bought()["context"])
        for amount in 0, 0.001:
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                bought.create({"amount": amount})
        self.assertEqual(bought.create({"amount": -1}).partner_id, partner)
        self.enter([(partner, TODAY, 0)])
        self.assertFalse(partner.client_card_id.purchase_count)

    def test_a_purchase_lasts_no_days_or_more(self):
        entry = self.enter([(self.make_partner("Nina"), TODAY, 5)])
        self.assertFalse(entry.lasts_until)
        entry.lasts_days = 1
        self.assertEqual(entry.lasts_until, date(2025, 6, 16))
        with self.assertRaises(ValidationError):
            entry.lasts_days = -1

    def test_entry_is_called_by_what_it_has(self):
        entry = self.enter([(self.make_partner("Nina"), TODAY, 5)])
        self.assertEqual(entry.display_name, "Nina")
        entry.what = "Tea"
        self.assertEqual(entry.display_name, "Tea")
        entry.number = "S1"
        self.assertEqual(entry.display_name, "S1")

    def test_salesperson_enters_and_corrects_the_head_deletes(self):
        partner = self.make_partner("Nina")
        entry = self.enter([(partner, TODAY, 5)]).with_user(self.seller)
        entry.amount = 6
        with self.assertRaises(AccessError):
            entry.unlink()
        head = self.make_user("head", ROLE_HEAD)
        entry.with_user(head).unlink()
        self.assertFalse(self.card_of(partner).turnover)

    def test_without_a_role_nothing_is_taken_down(self):
        partner = self.make_partner("Nina")
        stranger = self.make_user("stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.entries.with_user(stranger).create(
                {"partner_id": partner.id, "amount": 5}
            )

    def test_sum_in_company_currency_at_the_rate_of_the_day(self):
        euro = self.set_rates(
            self.company, rates=[("2025-01-01", 0.5), ("2025-03-01", 0.8)]
        )
        partner = self.make_partner("Nina")
        entries = self.entries.create(
            [
                {"partner_id": partner.id, "date": day, "amount": amount}
                | {"currency_id": currency.id}
                for day, amount, currency in (
                    ("2025-02-28", 10, euro),
                    ("2025-03-01", 10, euro),
                    ("2025-03-01", 20, euro),
                    ("2025-03-01", 10, self.company.currency_id),
                )
            ]
        )
        self.assertEqual(entries.mapped("amount_company"), [20, 12.5, 25, 10])

    def test_rates_are_looked_up_by_day_not_by_entry(self):
        euro = self.set_rates(self.company, rates=[("2025-01-01", 0.5)])
        partner = self.make_partner("Nina")

        def queries(number):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.entries.create(
                [
                    {"partner_id": partner.id, "date": ago(n % 3), "amount": 1 + n}
                    | {"currency_id": euro.id}
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(3)
        self.assertEqual(queries(9), queries(90))

    def test_import_screen_opens_for_purchases(self):
        action = self.entries.action_import_purchases()
        self.assertEqual(
            (action["type"], action["tag"]), ("ir.actions.client", "import")
        )
        self.assertEqual(action["params"]["model"], "client.purchase.entry")
