"""The history of a client: one line for each fact, with what came of it."""

import base64

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .common import NOON, ClientBaseCommon, ago


class HistoryCase(ClientBaseCommon):
    """A client with a person, and what helps to look at his history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_accounting(cls.company)
        cls.shop = cls.make_partner("Shop")
        cls.anna = cls.env["res.partner"].create(
            {"name": "Anna", "parent_id": cls.shop.id, "type": "contact"}
        )
        cls.other = cls.make_partner("Other")
        cls.shop.action_add_to_client_base()
        cls.other.action_add_to_client_base()

    def lines(self, client=None, user=None, **conditions):
        """The lines of a client, the latest first."""
        model = self.env["client.history.line"]
        if user:
            model = model.with_user(user).with_company(self.company)
        domain = [("partner_id", "=", (client or self.shop).id)]
        domain += [(name, "=", value) for name, value in conditions.items()]
        self.env.flush_all()
        model.env.invalidate_all()
        return model.search(domain)

    def facts(self, *names, **options):
        return [tuple(line[name] for name in names) for line in self.lines(**options)]

    def lead(self, partner=None, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Shelves",
                "type": "opportunity",
                "partner_id": (partner or self.shop).id,
                "company_id": self.company.id,
                "user_id": False,
                **values,
            }
        )

    def file(self, record, name="plan.pdf", **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "res_model": record._name,
                "res_id": record.id,
                "datas": base64.b64encode(b"text"),
                **values,
            }
        )

    @classmethod
    def pay(cls, invoice, when, amount=None):
        """Register a payment of an invoice, or of a part of it."""
        journal = cls.env["account.journal"].search(
            [("company_id", "=", invoice.company_id.id), ("type", "=", "bank")], limit=1
        )
        if not journal:
            journal = cls.env["account.journal"].create(
                {
                    "name": "Bank",
                    "code": "BNK9",
                    "type": "bank",
                    "company_id": invoice.company_id.id,
                }
            )
            held = cls.env["account.account"].with_company(invoice.company_id)
            journal.inbound_payment_method_line_ids.payment_account_id = held.create(
                {"name": "Held", "code": "109000", "account_type": "asset_current"}
            )
        values = {"payment_date": when, "journal_id": journal.id}
        if amount:
            values["amount"] = amount
        wizard = (
            cls.env["account.payment.register"]
            .with_company(invoice.company_id)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(values)
        )
        return wizard._create_payments()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHistoryLine(HistoryCase):
    def test_quotations_carry_the_decision_taken(self):
        accepted = self.buy(self.shop, ago(40), 500)
        open_ = self.quote(self.shop, 200)
        expired, cancelled, refused = (self.quote(self.shop) for _n in range(3))
        expired.validity_date = ago(1)
        (cancelled | refused).write({"state": "cancel"})
        reason = self.env["crm.lost.reason"].create({"name": "Too dear for us"})
        refused.client_refusal_reason_id = reason
        expected = {
            accepted: ("purchase", "accepted", False, 500),
            open_: ("quotation", "open", False, 200),
            expired: ("quotation", "expired", False, 100),
            cancelled: ("quotation", "cancelled", False, 100),
            refused: ("quotation", "refused", "Too dear for us", 100),
        }
        found = {line.res_id: line for line in self.lines(res_model="sale.order")}
        self.assertEqual(len(found), len(expected))
        for order, (kind, result, why, amount) in expected.items():
            with self.subTest(result=result):
                line = found[order.id]
                self.assertEqual(
                    (line.kind, line.result, line.reason, line.amount, line.name),
                    (kind, result, why, amount, order.name),
                )
                self.assertEqual(line.currency_id, self.company.currency_id)

    def test_day_of_expiry_is_still_open(self):
        for when, result in ((ago(0), "open"), (ago(1), "expired"), (False, "open")):
            with self.subTest(when=when):
                order = self.quote(self.other)
                order.validity_date = when
                line = self.lines(self.other, res_id=order.id, kind="quotation")
                self.assertEqual(line.result, result)

    def test_reason_of_a_lost_opportunity_is_told_with_its_quotation(self):
        if "opportunity_id" not in self.env["sale.order"]._fields:
            self.skipTest("sale_crm is not installed")
        reason = self.env["crm.lost.reason"].create({"name": "Bought elsewhere"})
        lead = self.lead()
        order = self.quote(self.shop)
        order.opportunity_id = lead
        order.state = "cancel"
        self.assertEqual(self.facts("result", kind="quotation"), [("cancelled",)])
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(
            self.facts("result", "reason", kind="quotation"),
            [("refused", "Bought elsewhere")],
        )

    def test_opportunities_with_result_and_reason(self):
        reason = self.env["crm.lost.reason"].create({"name": "No budget"})
        self.lead(name="Open one", expected_revenue=70)
        won, lost = self.lead(name="Won one"), self.lead(name="Lost one")
        won.action_set_won()
        lost.action_set_lost(lost_reason_id=reason.id)
        self.assertCountEqual(
            self.facts("name", "result", "reason", "amount", kind="opportunity"),
            [
                ("Open one", "open", False, 70),
                ("Won one", "won", False, 0),
                ("Lost one", "lost", "No budget", 0),
            ],
        )

    def test_persons_count_for_the_client(self):
        order = self.buy(self.anna, ago(3))
        self.lead(self.anna)
        self.file(self.anna, "passport.pdf")
        self.assertCountEqual(
            [
                (line.kind, line.partner_id, line.person_id)
                for line in self.lines()
                if line.kind != "class"
            ],
            [
                (kind, self.shop, self.anna)
                for kind in ("purchase", "opportunity", "document")
            ],
        )
        self.assertFalse(self.lines(self.other))
        self.assertEqual(self.lines(res_model="sale.order").res_id, order.id)

    def test_archived_person_and_records_stay_in_the_history(self):
        self.buy(self.anna, ago(3))
        self.lead(self.anna).action_set_lost()
        self.anna.active = False
        kinds = {line.kind for line in self.lines()}
        self.assertLessEqual({"purchase", "opportunity"}, kinds)

    def test_purchase_elsewhere_and_what_was_bought(self):
        self.enter([(self.shop, ago(9), 70), (self.shop, ago(8), -20)])
        entry = self.env["client.purchase.entry"].search(
            [("partner_id", "=", self.shop.id), ("amount", "=", 70)]
        )
        entry.write({"what": "Detox", "number": "K-1"})
        self.assertEqual(
            self.facts("date", "name", "detail", "amount", "result", kind="purchase"),
            [
                (ago(8), False, False, -20, "refund"),
                (ago(9), "K-1", "Detox", 70, False),
            ],
        )

    def test_lines_of_an_order_are_named_three_and_counted(self):
        products = self.env["product.product"].create(
            [{"name": name, "type": "service"} for name in ("Tea", "Cup", "Jug", "Mat")]
        )
        order = self.quote(self.shop)
        order.order_line.unlink()
        order.order_line = [
            Command.create({"product_id": product.id, "product_uom_qty": number})
            for product, number in zip(products, (2, 1.5, 1, 1), strict=True)
        ]
        order.order_line = [Command.create({"display_type": "line_note", "name": "!"})]
        self.assertEqual(
            self.lines(kind="quotation").detail,
            "Tea × 2, Cup × 1.5, Jug × 1 and 1 more",
        )

    def test_invoice_by_what_became_of_the_payment(self):
        """What is due today is not late yet."""
        cases = (
            (ago(0), None, None, "unpaid"),
            (ago(1), None, None, "overdue"),
            (ago(9), ago(2), 100, "paid"),
            (ago(0), ago(0), 40, "partial"),
        )
        for when, paid, amount, result in cases:
            with self.subTest(result=result):
                invoice = self.invoice(self.shop, when, 100, invoice_date_due=when)
                if paid:
                    self.pay(invoice, paid, amount)
                line = self.lines(kind="invoice", res_id=invoice.id)
                self.assertEqual((line.result, line.amount), (result, 100))
        paid = self.lines(kind="invoice", result="paid")
        self.assertIn("7 d late", paid.detail)
        self.assertIn("1 d late", self.lines(kind="invoice", result="overdue").detail)
        self.assertNotIn("late", self.lines(kind="invoice", result="unpaid").detail)

    def test_drafts_and_bills_of_vendors_are_no_invoices(self):
        invoice = self.invoice(self.shop, ago(5), 100)
        invoice.button_draft()
        self.assertFalse(self.lines(kind="invoice"))

    def test_refund_is_negative(self):
        self.invoice(self.shop, ago(5), 30, kind="out_refund")
        self.assertEqual(
            self.facts("amount", "result", kind="invoice"), [(-30, "refund")]
        )

    def test_payment(self):
        invoice = self.invoice(self.shop, ago(9), 100)
        payment = self.pay(invoice, ago(4), 60)
        self.assertEqual(
            self.facts("date", "amount", "res_id", kind="payment"),
            [(ago(4), 60, payment.id)],
        )

    def test_day_is_that_of_the_company(self):
        tokyo = self.make_company("Tokyo", tz="Asia/Tokyo")
        partner = self.make_partner("Far away")
        order = self.buy(partner, fields.Datetime.to_datetime("2025-06-01 20:00:00"))
        far = self.buy(
            partner, fields.Datetime.to_datetime("2025-06-01 20:00:00"), company=tokyo
        )
        model = self.env["client.history.line"].with_context(
            allowed_company_ids=(self.company | tokyo).ids
        )
        found = model.search(
            [("partner_id", "=", partner.id), ("kind", "=", "purchase")]
        )
        days = {line.res_id: str(line.date) for line in found}
        self.assertEqual(days, {order.id: "2025-06-01", far.id: "2025-06-02"})

    def test_amount_is_in_company_currency(self):
        euro = self.set_rates(self.company, rates=[("2020-01-01", 0.5)])
        self.buy(self.shop, ago(3), 100, currency=euro)
        self.assertEqual(self.facts("amount", kind="purchase"), [(200,)])

    def test_by_id_and_by_client_are_the_same_line(self):
        order = self.buy(self.shop, ago(3))
        line = self.lines(kind="purchase")
        self.env.invalidate_all()
        again = self.env["client.history.line"].browse(line.id)
        self.assertEqual((again.name, again.res_id), (order.name, order.id))
        self.assertEqual(again.action_open()["res_id"], order.id)
        self.assertEqual(again.action_open()["res_model"], "sale.order")
        with self.subTest("no client named"):
            found = self.env["client.history.line"].search([("name", "=", order.name)])
            self.assertEqual(found, line)
        with self.subTest("several conditions"):
            found = self.env["client.history.line"].search(
                [
                    ("partner_id", "in", (self.shop | self.other).ids),
                    "|",
                    ("kind", "=", "purchase"),
                    ("kind", "=", "invoice"),
                ]
            )
            self.assertEqual(found, line)

    def test_sums_by_kind(self):
        self.buy(self.shop, ago(3), 100)
        self.buy(self.shop, ago(2), 50)
        self.quote(self.shop, 7)
        self.env.flush_all()
        found = self.env["client.history.line"]._read_group(
            [("partner_id", "=", self.shop.id), ("res_model", "=", "sale.order")],
            ["kind"],
            ["amount:sum", "__count"],
        )
        self.assertEqual(sorted(found), [("purchase", 150, 2), ("quotation", 7, 1)])

    def test_words_cost_the_same_for_many_lines(self):
        """What stands behind a line is read for all lines at once."""

        def cost(number):
            partner = self.make_partner(f"Many {number}")
            self.confirm(
                self.env["sale.order"].concat(
                    *(self.quote(partner) for _n in range(number))
                ),
                ago(2),
            )
            for _n in range(number):
                self.invoice(partner, ago(2), 10)
                self.file(partner)
            lines = self.lines(partner)
            before = self.env.cr.sql_log_count
            lines.mapped("detail")
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(10), cost(2))
