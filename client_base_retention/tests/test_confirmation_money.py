"""What is held back and released, on which day: the ledger and the report (N133)."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY
from .confirmation import ConfirmationCase

DAY = str(TODAY)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestConfirmationMoney(ConfirmationCase):
    def test_cancelled_after_confirmation(self):
        """Taken back in the month of the cancellation; confirmed again it asks anew."""
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        with freeze_time("2025-07-02 12:00:00"):
            order._action_cancel()
            self.assertFalse(order.client_data_state)
            self.assertFalse(order.client_data_confirmed_on)
            self.assertEqual(self.figures(), (0, 0, 0))
            order.action_draft()
            self.confirm(order, "2025-07-03")
            self.assertEqual(order.client_data_state, "lacking")
            order.with_user(self.steward).action_client_data_confirm()
        self.assertEqual(
            self.ledger(order),
            [
                ("confirmed", DAY, 100),
                ("cancelled", "2025-07-02", -100),
                ("confirmed", "2025-07-02", 100),
            ],
        )
        self.assertEqual(self.figures([("date", "<", "2025-07-01")]), (0, 100, 100))
        months = self.lines([("kind", "=", "confirmed")]).mapped("sale_date")
        self.assertEqual(sorted(map(str, months)), [DAY, "2025-07-03"])

    def test_cancelled_while_held_back(self):
        order = self.sell()
        order._action_cancel()
        self.assertFalse(order.client_data_state)
        self.assertEqual(self.ledger(order), [])
        self.assertEqual(self.figures(), (0, 0, 0))
        order.unlink()

    def test_not_a_client_any_more(self):
        """Taken out of the base, nothing is asked of his orders from the night on."""
        held, confirmed = self.sell(), self.sell()
        confirmed.with_user(self.steward).action_client_data_confirm()
        self.card_of(self.partner).action_not_a_client()
        self.derive_all()
        self.assertFalse(held.client_data_state)
        self.assertEqual(confirmed.client_data_state, "confirmed")
        self.assertEqual(self.figures(), (0, 100, 100))

    def test_deleted_order_leaves_its_line(self):
        order = self.sell()
        name = order.name
        order.with_user(self.steward).action_client_data_confirm()
        order._action_cancel()
        order.unlink()
        entries = self.env["client.confirmation"].search([("order_name", "=", name)])
        self.assertEqual(sum(entries.mapped("amount")), 0)
        self.assertEqual(len(entries), 2)
        self.assertEqual(self.figures(), (0, 0, 0))

    def test_amount_changed_after_confirmation(self):
        """The night corrects the ledger once, and a withdrawal takes all back."""
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        order.order_line.price_unit = 150
        order.order_line.price_unit = 130
        self.derive_all()
        self.assertEqual(self.figures(), (0, 130, 130))
        self.derive_all()
        self.assertEqual(
            self.ledger(order), [("confirmed", DAY, 100), ("corrected", DAY, 30)]
        )
        self.withdraw(order, "Wrong")
        self.assertEqual(self.ledger(order)[-1], ("withdrawn", DAY, -130))
        self.assertEqual(self.figures(), (130, 0, 130))

    def test_other_salesperson_after_confirmation(self):
        """Released stays with whom it was released for; he gives it back."""
        other = self.make_user("other_confirmation", self.SELLER)
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        order.user_id = other
        order.order_line.price_unit = 150
        self.derive_all()
        self.withdraw(order, "Wrong")
        released = {self.seller: 0, other: 0}
        for line in self.lines():
            released[line.salesperson_id] += line.released
        self.assertEqual(released, {self.seller: 0, other: 0})
        held = self.lines([("kind", "=", "held")])
        self.assertEqual((held.salesperson_id, held.held_back), (other, 150))

    def test_order_gets_another_client(self):
        self.ask("automatic")
        self.partner.phone = "112"
        order = self.sell()
        self.assertEqual(order.client_data_state, "confirmed")
        order.partner_id = self.make_partner("Other", user_id=self.seller.id)
        self.assertEqual(order.client_data_state, "lacking")
        self.assertEqual(
            self.ledger(order), [("confirmed", DAY, 100), ("withdrawn", DAY, -100)]
        )
        order.partner_id.phone = "113"
        self.assertEqual(order.client_data_state, "confirmed", "nobody distrusted it")

    def test_person_of_the_same_client(self):
        """Another person of the same client is the same sale."""
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        order.partner_id = self.make_partner(
            "Ann", is_company=False, parent_id=self.partner.id
        )
        self.assertEqual(order.client_data_state, "confirmed")

    def test_client_merged(self):
        """The order follows, what was confirmed stays, what waits is released when
        the one who stays has what lacked."""
        self.ask("automatic")
        confirmed, held = self.sell(), self.sell(amount=50)
        confirmed.with_user(self.steward).action_client_data_confirm()
        target = self.make_partner("Stays", user_id=self.seller.id, phone="112")
        target.action_add_to_client_base()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | target).ids, target)
        self.env.invalidate_all()
        self.assertEqual(confirmed.client_data_state, "confirmed")
        self.assertEqual(held.client_data_state, "confirmed")
        entries = self.env["client.confirmation"].search(
            [("order_id", "in", (confirmed | held).ids)]
        )
        self.assertEqual(entries.partner_id, target)
        self.assertEqual(len(entries), 2)

    def test_copy_is_not_confirmed(self):
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        copy = order.copy()
        self.assertFalse(copy.client_data_state)
        self.assertFalse(copy.client_data_amount)

    def test_import_of_sales(self):
        """Orders that are born confirmed are asked like others, by their day."""
        values = {"partner_id": self.partner.id, "state": "sale"}
        orders = self.env["sale.order"].create(
            [
                values | {"date_order": datetime(2025, 6, 14, 12)},
                values | {"date_order": datetime(2025, 1, 14, 12)},
            ]
        )
        self.assertEqual(orders.mapped("client_data_state"), ["lacking", False])

    def test_both_dates(self):
        """Sold on 30 November, confirmed on 2 December: released in December."""
        with freeze_time("2025-11-30 12:00:00"):
            order = self.sell("2025-11-30")
        with freeze_time("2025-12-02 12:00:00"):
            order.with_user(self.steward).action_client_data_confirm()
        line = self.lines()
        days = (str(line.sale_date), str(line.date))
        self.assertEqual(days, ("2025-11-30", "2025-12-02"))
        report = self.env["client.confirmation.report"]
        rows = report._read_group(
            [("company_id", "=", self.company.id)],
            ["sale_date:month", "date:month"],
            ["released:sum"],
        )
        self.assertEqual([str(v)[:7] for v in rows[0][:2]], ["2025-11", "2025-12"])
        self.assertEqual(rows[0][2], 100)

    def test_days_of_the_company(self):
        """Months end in the company's time zone, whoever looks and confirms."""
        self.set_up_days(self.company, "Asia/Kamchatka")
        cases = (
            ("2025-11-30 11:59:59", "2025-11-30"),
            ("2025-11-30 12:00:00", "2025-12-01"),
        )
        for moment, expected in cases:
            with self.subTest(moment), freeze_time(moment):
                order = self.sell(datetime.fromisoformat(moment))
                held = self.lines([("order_id", "=", order.id)])
                self.assertEqual(str(held.sale_date), expected)
                order.with_user(self.steward).action_client_data_confirm()
                line = self.lines([("order_id", "=", order.id)])
                self.assertEqual(str(line.sale_date), expected)
                self.assertEqual(str(line.date), expected)
                self.assertEqual(str(order.client_data_confirmed_on), expected)

    def test_first_day_in_the_company_zone(self):
        self.set_up_days(self.company, "Asia/Kamchatka")
        self.ask("manual", TODAY)
        before = datetime.fromisoformat(NOON).replace(hour=11) - timedelta(days=1)
        self.assertFalse(self.sell(before).client_data_state)
        self.assertTrue(self.sell(before + timedelta(hours=1)).client_data_state)

    def test_currencies(self):
        """Amounts are in the company's currency, at the order's rate."""
        euro = self.set_rates(
            self.company, "base.EUR", [("2025-01-01", 0.5), ("2025-06-15", 0.4)]
        )
        order = self.sell(currency=euro)
        amount = order.amount_untaxed / order.currency_rate
        self.assertEqual(self.figures(), (amount, 0, amount))
        order.with_user(self.steward).action_client_data_confirm()
        self.assertEqual(order.client_data_amount, amount)
        self.assertEqual(self.figures(), (0, amount, amount))

    def test_companies(self):
        """Each company asks by its own regulation and card."""
        self.start(self.company_b)
        order = self.sell(company=self.company_b)
        self.assertFalse(order.client_data_state)
        self.ask("manual", policy=self.policy_b)
        other = self.sell(company=self.company_b).with_env(self.env)
        self.assertEqual(other.client_data_state, "lacking")
        other.with_user(self.steward).action_client_data_confirm()
        self.assertEqual(other.client_data_state, "lacking", "not his company")
        self.assertEqual(self.lines(user=self.steward), self.lines())
        both = self.company | self.company_b
        head = self.make_user(
            "head_confirmation", "client_base_retention.group_client_head", both
        )
        seen = other.with_user(head).with_context(allowed_company_ids=both.ids)
        seen.action_client_data_confirm()
        self.assertEqual(other.client_data_state, "confirmed")

    def test_nobody_alters_the_ledger(self):
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        entry = self.env["client.confirmation"].search([("order_id", "=", order.id)])
        with self.assertRaises(UserError):
            entry.sudo().write({"amount": 1})
        with self.assertRaises(UserError):
            entry.sudo().unlink()

    def test_credit_note(self):
        """Stands beside; it changes neither what is held back nor released."""
        self.set_up_accounting(self.company)
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        self.product.property_account_income_id = self.income
        invoice = order._create_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": TODAY}])
        refund.action_post()
        self.assertEqual(self.figures(), (0, 100, 100))
        line = self.lines([("kind", "=", "credited")])
        self.assertEqual((line.credited, line.order_id), (100, order))
