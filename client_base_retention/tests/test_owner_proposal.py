"""Proposed salespersons (N138): who sold most to a client in the last 12 months."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ClientBaseCommon, ago


class ProposalCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company + cls.company_b
        cls.head = cls.make_user("op_head", ROLE_HEAD, both)
        cls.ann = cls.make_user("op_ann", SALES, both)
        cls.bob = cls.make_user("op_bob", SALES, both)

    def launch(self, user=None, company=None):
        company = company or self.company
        return (
            self.env["client.launch"]
            .with_user(user or self.head)
            .with_context(allowed_company_ids=company.ids)
        )

    def sold(self, partner, *sales, company=None):
        """Sales of (seller, day, amount); refunds are not for orders."""
        for seller, when, amount in sales:
            self.buy(partner, when, amount, seller=seller, company=company)

    def proposals(self, user=None, company=None):
        """{client's name: (seller, amount)} after proposing anew."""
        company = company or self.company
        number = self.launch(user, company).propose_owners()
        found = self.env["client.owner.proposal"].search(
            [
                ("create_uid", "=", (user or self.head).id),
                ("company_id", "=", company.id),
            ]
        )
        self.assertEqual(number, len(found))
        return {p.card_id.partner_id.name: (p.user_id, p.amount) for p in found}

    def proposed(self, partner, **where):
        """The seller proposed for ``partner``, or nobody."""
        found = self.proposals(**where).get(partner.name)
        return found[0] if found else self.env["res.users"]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOwnerProposal(ProposalCase):
    # -------------------------------------------------------------------- who is found

    def test_most_turnover_wins(self):
        partner = self.make_partner()
        self.sold(
            partner,
            (self.ann, ago(30), 60),
            (self.ann, ago(20), 50),
            (self.bob, ago(10), 100),
        )
        self.assertEqual(self.proposals(), {"Client": (self.ann, 110)})

    def test_equal_amounts(self):
        later, same = self.make_partner("Later sale"), self.make_partner("Same day")
        self.sold(later, (self.ann, ago(20), 50), (self.bob, ago(10), 50))
        self.sold(same, (self.bob, ago(10), 50), (self.ann, ago(10), 50))
        self.assertLess(self.ann.id, self.bob.id)
        self.assertEqual(
            self.proposals(),
            {"Later sale": (self.bob, 50), "Same day": (self.ann, 50)},
        )

    def test_twelve_months(self):
        for now, day_out, day_in in (
            (NOON, "2024-06-15", "2024-06-16"),
            ("2024-02-29 12:00:00", "2023-02-28", "2023-03-01"),
            ("2025-02-28 12:00:00", "2024-02-28", "2024-02-29"),
            ("2025-03-01 12:00:00", "2024-03-01", "2024-03-02"),
        ):
            with freeze_time(now), self.subTest(now):
                out, inside = self.make_partner("Out"), self.make_partner("In")
                self.sold(out, (self.ann, day_out, 100))
                self.sold(inside, (self.ann, day_in, 100))
                found = self.proposals()
                self.assertIn("In", found)
                self.assertNotIn("Out", found)
                (out + inside).user_id = self.bob

    def test_old_sales_do_not_outweigh(self):
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(400), 9999), (self.bob, ago(5), 1))
        self.assertEqual(self.proposals(), {"Client": (self.bob, 1)})

    def test_who_is_not_proposed(self):
        portal = new_test_user(self.env, "op_portal", groups="base.group_portal")
        portal.company_ids += self.company
        left = self.make_user("op_left", SALES)
        only_b = self.make_user("op_only_b", SALES, self.company_b)
        for seller in (portal, left, only_b):
            with self.subTest(seller.login):
                partner = self.make_partner(seller.login)
                order = self.quote(partner, 500)
                order.user_id = seller
                self.confirm(order, ago(10))
                left.active = False
                self.assertFalse(self.proposed(partner))
                self.sold(partner, (self.bob, ago(20), 5))
                self.assertEqual(self.proposed(partner), self.bob)

    def test_refunds_and_invoices(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        partner, gone = self.make_partner(), self.make_partner("All given back")
        self.sold(partner, (self.head, ago(3), 9999))  # orders do not count now
        by = {user: {"invoice_user_id": user.id} for user in (self.ann, self.bob)}
        self.invoice(partner, ago(30), 100, **by[self.ann])
        self.invoice(partner, ago(20), 80, **by[self.bob])
        self.assertEqual(self.proposals(), {"Client": (self.ann, 100)})
        self.invoice(partner, ago(10), 30, "out_refund", **by[self.ann])
        self.invoice(gone, ago(30), 10, **by[self.ann])
        self.invoice(gone, ago(30), 10, "out_refund", **by[self.ann])
        self.assertEqual(self.proposals(), {"Client": (self.bob, 80)})

    def test_a_refund_is_no_later_sale(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        partner = self.make_partner()
        by = {user: {"invoice_user_id": user.id} for user in (self.ann, self.bob)}
        self.invoice(partner, ago(30), 100, **by[self.ann])
        self.invoice(partner, ago(20), 90, **by[self.bob])
        self.invoice(partner, ago(5), 10, "out_refund", **by[self.ann])
        self.assertEqual(self.proposals(), {"Client": (self.bob, 90)})

    def test_who_has_a_salesperson_is_left_out(self):
        only_b = self.make_user("op_b_only", SALES, self.company_b)
        left = self.make_user("op_gone", SALES)
        cases = {
            "Has one": (self.bob, False),
            "His left us": (left, True),
            "His works elsewhere": (only_b, True),
        }
        for name, (user, _found) in cases.items():
            partner = self.make_partner(name, user_id=user.id)
            self.sold(partner, (self.ann, ago(5), 10))
        left.active = False
        by_hand = self.make_partner("Chosen on the card")
        self.sold(by_hand, (self.ann, ago(5), 10))
        self.sold(by_hand, (self.ann, ago(5), 10), company=self.company_b)
        self.card_of(by_hand).user_id = self.bob
        archived = self.make_partner("Archived")
        self.sold(archived, (self.ann, ago(5), 10))
        archived.active = False
        self.assertEqual(
            set(self.proposals()),
            {name for name, (_u, found) in cases.items() if found},
        )
        missing = self.launch().get_state()["owners"]["missing"]["value"]
        self.assertEqual(missing, 2)

    def test_each_company_by_itself(self):
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(5), 10))
        self.sold(partner, (self.bob, ago(5), 10), company=self.company_b)
        self.assertEqual(self.proposed(partner), self.ann)
        self.assertEqual(self.proposed(partner, company=self.company_b), self.bob)
        self.assertFalse(self.launch().apply_proposals())
        self.assertEqual(self.card_of(partner).user_id, self.ann)
        self.assertTrue(self.card_of(partner).user_is_manual)
        self.assertFalse(partner.user_id)
        self.assertEqual(self.proposed(partner, company=self.company_b), self.bob)

    # ------------------------------------------------------------------------ applying

    def test_apply_writes_the_contact_and_tells_nobody(self):
        partner = self.make_partner(email="client@example.com")
        self.sold(partner, (self.ann, ago(5), 10))
        self.launch().propose_owners()
        self.env.flush_all()
        before = self.told(partner)
        self.assertEqual(self.launch().apply_proposals(), 0)
        self.env.flush_all()
        self.assertEqual(partner.user_id, self.ann)
        self.assertEqual(self.card_of(partner).user_id, self.ann)
        self.assertFalse(self.card_of(partner).user_is_manual)
        self.assertEqual(self.told(partner), before)

    def told(self, partner):
        """Everything by which anybody could be told of it."""
        about = [("res_id", "=", partner.id)]
        return (
            self.notes(partner),
            partner.message_follower_ids,
            partner.activity_ids,
            self.env["mail.mail"].search_count([]),
            self.env["mail.notification"].search_count([]),
            self.env["mail.followers"].search(
                [*about, ("res_model", "=", "res.partner")]
            ),
        )

    def test_in_portions(self):
        partners = self.make_partners(5)
        for partner in partners:
            self.sold(partner, (self.ann, ago(5), 10))
        launch = self.launch()
        self.assertEqual(launch.propose_owners(), 5)
        self.assertEqual(
            [launch.apply_proposals(limit=2) for _n in range(4)], [3, 1, 0, 0]
        )
        self.assertEqual(partners.user_id, self.ann)

    def test_changed_in_the_preview(self):
        partners = self.make_partners(2)
        for partner in partners:
            self.sold(partner, (self.ann, ago(5), 10))
        action = self.launch().open_proposals()
        self.assertEqual(action["res_model"], "client.owner.proposal")
        mine = self.env["client.owner.proposal"].with_user(self.head).search([])
        mine[0].user_id = self.bob
        chosen = mine[0].card_id.partner_id
        self.launch().open_proposals()
        self.assertEqual(self.launch().get_state()["owners"]["proposed"], 2)
        mine[0].action_apply()
        self.assertEqual(chosen.user_id, self.bob)
        self.assertFalse((partners - chosen).user_id)
        self.launch().apply_proposals()
        self.assertEqual((partners - chosen).user_id, self.ann)

    def test_got_a_salesperson_in_the_meantime(self):
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(5), 10))
        self.launch().propose_owners()
        partner.user_id = self.bob
        self.assertEqual(self.launch().apply_proposals(), 0)
        self.assertEqual(partner.user_id, self.bob)

    def test_twice_makes_no_doubles(self):
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(5), 10))
        self.assertEqual(self.launch().propose_owners(), 1)
        self.assertEqual(self.launch().propose_owners(), 1)
        self.launch().apply_proposals()
        self.assertEqual(self.launch().propose_owners(), 0)

    # -------------------------------------------------------------------------- rights

    def test_of_another_user(self):
        other = self.make_user("op_head_2", ROLE_HEAD)
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(5), 10))
        self.launch(other).propose_owners()
        theirs = self.env["client.owner.proposal"].search(
            [("create_uid", "=", other.id)]
        )
        self.launch().propose_owners()
        self.assertEqual(self.launch().apply_proposals(), 0)
        self.assertTrue(theirs.exists())
        with self.assertRaises(AccessError):
            theirs.with_user(self.head).action_apply()
        with self.assertRaises(AccessError):
            theirs.with_user(self.head).read(["amount"])

    def test_salesperson_neither_reads_nor_applies(self):
        seller = self.make_user("op_seller", f"{SALES},{ROLE_ALL}")
        partner = self.make_partner()
        self.sold(partner, (self.ann, ago(5), 10))
        self.launch().propose_owners()
        proposals = self.env["client.owner.proposal"].with_user(seller)
        with self.assertRaises(AccessError):
            proposals.search([])
        found = proposals.sudo().search([]).sudo(False)
        for act in (found.action_apply, lambda: found.write({"user_id": seller.id})):
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(partner.user_id)

    # ----------------------------------------------------------------------------- size

    def queries_for(self, number):
        """(to propose, to apply) for so many clients of the same two sellers."""
        partners = self.make_partners(number)
        self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "user_id": (self.ann if n % 2 else self.bob).id,
                    "state": "sale",
                    "date_order": NOON,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": 10}
                        )
                    ],
                }
                for n, partner in enumerate(partners)
            ]
        )
        self.derive_all(TODAY)
        counts = []
        for act in (self.launch().propose_owners, self.launch().apply_proposals):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch.object(self.env.registry, "clear_cache", lambda *a: None):
                act()
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(set(partners.mapped("user_id")), {self.ann, self.bob})
        return counts

    def test_number_of_queries(self):
        self.queries_for(2)
        few, many = self.queries_for(20), self.queries_for(200)
        for name, small, large in zip(("propose", "apply"), few, many, strict=True):
            with self.subTest(name, few=small, many=large):
                self.assertLessEqual(large, small + 12)
