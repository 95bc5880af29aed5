"""What happens to documents: the card is right at once (design 2, 4.3).

Covers orders (confirmed, cancelled, edited), invoices and refunds, the company's
setting, purchases from elsewhere, quotations and opportunities, and the quiet before
the start. People and contacts that change: ``test_events_people.py``.
"""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ClientBaseCommon, ago, day


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOrders(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.make_partner()

    def assertStanding(self, turnover, last=False, partner=None, company=None):
        card = self.card_of(partner or self.partner, company)
        self.assertRecordValues(
            card,
            [
                {
                    "turnover": turnover,
                    "last_purchase_date": day(last) if last else False,
                    "status": "active" if last else "prospect",
                }
            ],
        )

    def test_confirm_cancel_draft_again(self):
        order = self.quote(self.partner, 100)
        self.assertStanding(0)
        order.action_confirm()
        self.assertStanding(100, TODAY)
        order._action_cancel()
        self.assertStanding(0)
        order.action_draft()
        self.assertStanding(0)
        order.action_confirm()
        self.assertStanding(100, TODAY)
        self.assertEqual(self.card_of(self.partner).purchase_count, 1)

    def test_several_at_once(self):
        other = self.make_partner()
        orders = self.quote(self.partner, 10) + self.quote(other, 20)
        orders += self.quote(other, 30, company=self.company_b)
        orders.action_confirm()
        self.assertStanding(10, TODAY)
        self.assertStanding(20, TODAY, other)
        self.assertStanding(30, TODAY, other, self.company_b)

    def test_created_confirmed(self):
        """An import makes orders that are confirmed already."""
        self.quote(self.partner).copy({"state": "sale", "date_order": ago(3)})
        self.assertStanding(100, ago(3))

    def test_another_client(self):
        other = self.make_partner()
        order = self.buy(self.partner)
        order.partner_id = other
        self.assertStanding(0)
        self.assertStanding(100, TODAY, other)

    def test_another_date(self):
        order = self.buy(self.partner)
        order.date_order = "2025-03-10 08:00:00"
        self.assertStanding(100, "2025-03-10")
        order.date_order = "2024-01-10 08:00:00"
        self.assertEqual(self.card_of(self.partner).status, "former")

    def test_lines_of_a_confirmed_order(self):
        order = self.buy(self.partner, amount=100)
        line = order.order_line
        line.price_unit = 150
        self.assertStanding(150, TODAY)
        line.product_uom_qty = 2
        self.assertStanding(300, TODAY)
        line.discount = 50
        self.assertStanding(150, TODAY)
        order.write(
            {
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 7})
                ]
            }
        )
        self.assertStanding(157, TODAY)
        extra = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.product.id, "price_unit": 3}
        )
        self.assertStanding(160, TODAY)
        order.write({"order_line": [Command.update(extra.id, {"price_unit": 43})]})
        self.assertStanding(200, TODAY)
        order.order_line.write({"price_unit": 0})
        self.assertStanding(0)

    def test_included_tax_on_a_line(self):
        """The untaxed amount follows the taxes of the line."""
        self.env["account.tax.group"].create(
            {"name": "Taxes", "company_id": self.company.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "Included",
                "amount": 25,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.us").id,
            }
        )
        order = self.buy(self.partner, amount=100)
        order.order_line.tax_ids = tax
        self.assertStanding(80, TODAY)

    def test_unit_of_a_line(self):
        """Another unit of measure changes the price, and so the purchase."""
        order = self.buy(self.partner, amount=100)
        order.order_line.product_uom_qty = 2
        line = order.order_line
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertStanding(order.amount_untaxed, TODAY)

    def test_line_deleted(self):
        """Odoo lets down payments be deleted from a confirmed order."""
        order = self.quote(self.partner, 100)
        order.order_line = [
            Command.create(
                {"product_id": self.product.id, "price_unit": 9, "is_downpayment": True}
            )
        ]
        self.confirm(order)
        self.assertEqual(order.amount_untaxed, 109)
        self.assertStanding(109, TODAY)
        order.order_line.filtered("is_downpayment").unlink()
        self.assertStanding(100, TODAY)

    def test_another_currency(self):
        euro = self.set_rates(self.company, rates=[("2025-01-01", 0.5)])
        order = self.buy(self.partner, amount=100)
        order.currency_id = euro
        self.assertStanding(200, TODAY)

    def test_rate_of_another_day(self):
        euro = self.set_rates(
            self.company, rates=[("2025-01-01", 0.5), ("2025-03-01", 0.8)]
        )
        order = self.buy(self.partner, amount=100, currency=euro)
        self.assertStanding(125, TODAY)
        order.date_order = "2025-02-10 12:00:00"
        self.assertStanding(200, "2025-02-10")

    def test_seller_of_a_confirmed_order(self):
        seller = self.make_user("cb_seller")
        order = self.buy(self.partner)
        order.user_id = seller
        self.assertEqual(self.card_of(self.partner).user_id, seller)

    # ------------------------------------------------------------------ prospects

    def test_quotation_makes_a_prospect(self):
        self.quote(self.partner)
        self.assertStanding(0)
        self.assertTrue(self.partner.client_base)
        self.assertFalse(self.card_of(self.partner, self.company_b))

    def test_quotation_given_to_another_contact(self):
        order, other = self.quote(self.partner), self.make_partner()
        order.partner_id = other
        self.assertStanding(0, partner=other)

    def test_quotation_and_opportunity_leave_an_active_client_as_he_is(self):
        self.buy(self.partner, ago(5))
        before = self.versions()
        self.quote(self.partner)
        self.env["crm.lead"].create(
            {
                "name": "More",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.versions(), before)

    def lead(self, kind="opportunity", **values):
        team = self.env["crm.team"].create(
            {"name": "Team", "company_id": self.company.id}
        )
        return self.env["crm.lead"].create(
            {"name": "Wish", "type": kind, "user_id": False, "team_id": team.id}
            | values
        )

    def test_opportunity_makes_a_prospect(self):
        self.lead(partner_id=self.partner.id, company_id=self.company.id)
        self.assertStanding(0)

    def test_opportunity_of_a_person_counts_for_the_company(self):
        person = self.make_partner("Ann", is_company=False, parent_id=self.partner.id)
        self.lead(partner_id=person.id, company_id=self.company.id)
        self.assertStanding(0)
        self.assertFalse(self.card_of(person))

    def test_lead_makes_none_until_it_is_an_opportunity(self):
        lead = self.lead("lead", partner_id=self.partner.id, company_id=self.company.id)
        self.derive_all()
        self.assertFalse(self.card_of(self.partner))
        lead.type = "opportunity"
        self.assertStanding(0)

    def test_opportunity_gets_its_contact_later(self):
        lead = self.lead(company_id=self.company.id)
        lead.partner_id = self.partner
        self.assertStanding(0)

    def test_opportunity_without_company(self):
        """It belongs to the company of its team, else of its salesperson."""
        seller = self.make_user("cb_seller", companies=self.company_b)
        lead = self.lead(company_id=False, team_id=False)
        lead.write(
            {"partner_id": self.partner.id, "user_id": seller.id, "team_id": False}
        )
        lead.company_id = False
        self.assertStanding(0, company=self.company_b)
        self.derive_all()
        self.assertFalse(self.card_of(self.partner))

    def test_leads_handed_out_one_by_one_cost_no_query(self):
        leads = self.lead("lead") | self.lead(partner_id=self.partner.id)
        leads._client_pairs()
        with self.assertQueryCount(0):
            for lead in leads:
                lead._client_pairs()

    def test_night_finds_quotations_and_opportunities_too(self):
        """What was made before the addon, or past its hooks."""
        lead_partner, quote_partner = self.make_partners(2)
        self.lead(partner_id=lead_partner.id, company_id=self.company.id)
        self.quote(quote_partner)
        cards = self.cards_of(lead_partner | quote_partner)
        cards.unlink()
        self.derive_all()
        self.assertEqual(
            self.cards_of(lead_partner | quote_partner).mapped("status"),
            ["prospect", "prospect"],
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestInvoicesAndEntries(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_accounting(cls.company)
        cls.partner = cls.make_partner()

    def assertTurnover(self, amount, count, partner=None):
        self.assertRecordValues(
            self.card_of(partner or self.partner),
            [{"turnover": amount, "purchase_count": count}],
        )

    def test_post_draft_cancel_refund(self):
        self.company.client_purchase_source = "invoice"
        move = self.invoice(self.partner, ago(5), 100)
        self.assertTurnover(100, 1)
        move.button_draft()
        self.assertTurnover(0, 0)
        move.action_post()
        self.assertTurnover(100, 1)
        refund = self.invoice(self.partner, ago(2), 30, "out_refund")
        self.assertTurnover(70, 1)
        self.assertEqual(self.card_of(self.partner).last_purchase_date, ago(5))
        refund.button_draft()
        refund.button_cancel()
        self.assertTurnover(100, 1)
        move.button_draft()
        move.button_cancel()
        self.assertTurnover(0, 0)
        self.assertEqual(self.card_of(self.partner).status, "prospect")

    def test_draft_invoice_and_vendor_bill_count_for_nothing(self):
        self.company.client_purchase_source = "invoice"
        self.invoice(self.partner, ago(5), 100).copy()
        self.assertTurnover(100, 1)

    def test_orders_do_not_count_beside_invoices(self):
        self.company.client_purchase_source = "invoice"
        self.buy(self.partner)
        self.assertTurnover(0, 0)
        self.assertEqual(self.card_of(self.partner).status, "prospect")

    def test_switching_the_source_derives_anew(self):
        invoiced = self.make_partner()
        self.buy(self.partner, ago(5), 100)
        self.invoice(self.partner, ago(4), 60)
        self.invoice(invoiced, ago(4), 30)
        self.assertTurnover(100, 1)
        self.assertFalse(self.card_of(invoiced), "no purchase where orders count")
        self.company.client_purchase_source = "invoice"
        self.assertTurnover(60, 1)
        self.assertTurnover(30, 1, invoiced)
        self.company.client_purchase_source = "order"
        self.assertTurnover(100, 1)
        self.assertTurnover(0, 0, invoiced)

    def test_invoice_of_a_person_stays_with_the_client_it_was_posted_for(self):
        self.company.client_purchase_source = "invoice"
        other = self.make_partner()
        person = self.make_partner("Ann", is_company=False, parent_id=self.partner.id)
        self.invoice(person, ago(5), 100)
        self.assertTurnover(100, 1)
        person.parent_id = other
        self.assertTurnover(100, 1)
        self.assertFalse(self.card_of(other).purchase_count)

    def test_entries(self):
        entry = self.enter([(self.partner, ago(5), 100)])
        self.assertTurnover(100, 1)
        entry.amount = 70
        self.assertTurnover(70, 1)
        entry.date = ago(3)
        self.assertEqual(self.card_of(self.partner).last_purchase_date, ago(3))
        other = self.make_partner()
        entry.partner_id = other
        self.assertTurnover(0, 0)
        self.assertTurnover(70, 1, other)
        entry.unlink()
        self.assertTurnover(0, 0, other)
        self.company.client_purchase_source = "invoice"
        self.enter([(other, ago(1), 11)])
        self.assertTurnover(11, 1, other)

    def test_entry_in_a_foreign_currency(self):
        euro = self.set_rates(
            self.company, rates=[("2025-01-01", 0.5), ("2025-03-01", 0.8)]
        )
        entry = self.enter([(self.partner, "2025-03-02", 100)])
        entry.currency_id = euro
        self.assertTurnover(125, 1)
        entry.date = "2025-02-02"
        self.assertTurnover(200, 1)
        entry.amount = 50
        self.assertTurnover(100, 1)

    def test_purchase_view(self):
        """One row a document, in company currency, refunds negative."""
        self.buy(self.partner, ago(9), 100)
        self.enter([(self.partner, ago(8), -5)])
        self.assertRecordValues(
            self.env["client.purchase"].search(
                [("partner_id", "=", self.partner.id)], order="date"
            ),
            [
                {"date": ago(9), "amount": 100, "source": "order"},
                {"date": ago(8), "amount": -5, "source": "entry"},
            ],
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestQuiet(ClientBaseCommon):
    def changes(self):
        """A change of class by an event, with what was noted and moved."""
        partners = self.make_partners(2)
        self.enter([(partners[0], ago(9), 90), (partners[1], ago(9), 10)])
        self.env["client.card"]._derive_all()
        known = self.notes(partners[1])
        self.buy(partners[1], amount=1000)
        card = self.card_of(partners[1])
        self.assertEqual(card.abc_class, "vip")
        self.assertEqual(self.moves(card, "abc_class"), [("b", "vip")])
        return self.notes(partners[1]) - known

    def test_before_the_start_events_make_transitions_but_no_note(self):
        self.assertFalse(self.company.client_start_date)
        self.assertFalse(self.changes())

    def test_after_the_start_one_note(self):
        self.company.action_client_start()
        self.assertEqual(self.company.client_start_date, TODAY)
        self.assertEqual(len(self.changes()), 1)

    def test_no_activity_nor_mail(self):
        mails = self.env["mail.mail"].search_count([])
        activities = self.env["mail.activity"].search_count([])
        self.changes()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.activity"].search_count([]), activities)
