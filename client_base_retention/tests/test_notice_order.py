"""Orders typed in are calls where the client's regulation says so (N64)."""

from odoo.tests import tagged

from .notice import NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeOrder(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.order_counts_as = "call"
        cls.env["client.card"]._derive_all()

    def order(self, partner=None, **options):
        return self.quote(partner or self.person, **options).with_user(self.seller)

    def test_confirmed_by_hand(self):
        order = self.order()
        self.assertFalse(self.env.user == self.seller)
        order.sudo(False).action_confirm()
        self.assertNoticed(
            {
                "person_id": self.person,
                "kind": "call",
                "direction": "in",
                "outcome": "reached",
                "user_id": self.seller,
                "company_id": self.company,
                "res_model": "sale.order",
                "res_id": order.id,
            }
        )

    def test_confirmed_again(self):
        order = self.order().sudo(False)
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertNoticed({"kind": "call"})

    def test_first_order_makes_the_client(self):
        newcomer = self.make_partner("Newcomer")
        self.order(newcomer).action_confirm()
        self.assertNoticed({"kind": "call"}, newcomer)

    def test_policy_says_nothing(self):
        self.policy.order_counts_as = "nothing"
        self.order().action_confirm()
        self.assertNoticed(None)

    def test_not_by_hand(self):
        outsider = self.make_outsider("portal_o", self.person)
        ways = {
            "system": lambda o: o.sudo().action_confirm(),
            "import": lambda o: o.with_context(import_file=True).action_confirm(),
            "unnoticed": lambda o: o.with_context(
                client_unnoticed=True
            ).action_confirm(),
            "portal": lambda o: o.with_user(outsider).sudo().action_confirm(),
            "OdooBot": lambda o: o.with_user(self.env.ref("base.user_root"))
            .sudo()
            .action_confirm(),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                way(self.order())
                self.assertNoticed(None)

    def test_made_by_the_client(self):
        outsider = self.make_outsider("portal_o", self.person)
        order = self.quote(self.person)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET create_uid = %s WHERE id = %s",
            [outsider.id, order.id],
        )
        order.invalidate_recordset()
        order.with_user(self.seller).action_confirm()
        self.assertNoticed(None)

    def test_second_company(self):
        """The regulation of the order's company holds."""
        self.policy_b.order_counts_as = "nothing"
        seller = self.make_user(
            "seller_b", "sales_team.group_sale_salesman_all_leads", self.company_b
        )
        order = self.quote(self.person, company=self.company_b)
        order.with_user(seller).action_confirm()
        self.assertNoticed(None)
        self.policy_b.order_counts_as = "call"
        order = self.quote(self.person, company=self.company_b)
        order.with_user(seller).action_confirm()
        self.assertNoticed({"company_id": self.company_b})

    def test_queries(self):
        counts = []
        for number in (2, 20):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            orders = self.env["sale.order"]
            for partner in partners:
                orders += self.quote(partner)
            orders.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(orders._client_typed_in()), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
