"""Who sees which sales, who confirms, and that nobody else does."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, ROLE_TEAM, SALES
from .confirmation import ConfirmationCase

SALESMAN = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestConfirmationRights(ConfirmationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_user("other_rights", f"{ROLE_OWN},{SALESMAN}")
        cls.everybody = cls.make_user("all_rights", f"{ROLE_ALL},{SALES}")
        cls.head = cls.make_user(
            "head_rights", "client_base_retention.group_client_head"
        )
        cls.leader = cls.make_user("leader_rights", f"{ROLE_TEAM},{SALES}")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Ours",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [(6, 0, cls.seller.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.order = self.sell()
        self.theirs = self.sell(
            partner=self.make_partner("Theirs", user_id=self.other.id),
            seller=self.other,
        )

    def test_who_sees_which_lines(self):
        orders = self.order | self.theirs
        self.order.team_id = self.team
        self.theirs.team_id = False
        for user, seen in (
            (self.seller, self.order),
            (self.other, self.theirs),
            (self.leader, self.order),
            (self.everybody, self.env["sale.order"]),
            (self.steward, orders),
            (self.head, orders),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.lines(user=user).order_id, seen)
        orders.with_user(self.steward).action_client_data_confirm()
        for user, seen in (
            (self.seller, self.order),
            (self.other, self.theirs),
            (self.leader, self.order),
            (self.steward, orders),
        ):
            with self.subTest(user.login, ledger=True):
                ledger = self.env["client.confirmation"].with_user(user)
                entries = ledger.search([("order_id", "in", orders.ids)])
                self.assertEqual(entries.order_id, seen)

    def test_without_a_role(self):
        user = self.make_user("nobody_rights", SALES)
        order = self.order.with_user(user)
        for name in ("client.confirmation", "client.confirmation.report"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[name].with_user(user).search([])
        with self.assertRaises(AccessError):
            order.read(["client_data_state"])
        # He sells as before.
        sold = self.quote(self.partner, seller=user).with_user(user)
        sold.action_confirm()
        self.assertEqual(sold.sudo().client_data_state, "lacking")
        sold._action_cancel()
        self.assertFalse(sold.sudo().client_data_state)

    def test_client_handed_over(self):
        """One's own money is seen, whoever looks after the client now."""
        self.partner.user_id = self.other
        line = self.lines(user=self.seller)
        self.assertEqual(line.order_id, self.order)
        self.assertEqual(line.lacking_text, "Telephone")
        line.web_read({"partner_id": {"fields": {"display_name": {}}}})

    def test_why_money_is_held(self):
        """The salesperson reads on his order what lacks, with a link to it."""
        words = str(self.order.with_user(self.seller).client_data_lacking)
        self.assertIn("Telephone", words)
        self.assertIn(f'href="/odoo/res.partner/{self.partner.id}"', words)
        quotation = self.quote(self.partner, seller=self.seller)
        words = str(quotation.with_user(self.seller).client_data_lacking)
        self.assertIn("Telephone", words)
        self.partner.phone = "112"
        self.company.client_steward_id = self.steward
        orders = (self.order | quotation).with_user(self.seller)
        orders.invalidate_recordset()
        self.assertIn(self.steward.name, str(orders[0].client_data_lacking))
        self.assertFalse(orders[1].client_data_lacking)

    def test_only_the_steward_and_the_head_confirm(self):
        for user in (self.seller, self.leader, self.everybody):
            order = self.order.with_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    order.action_client_data_confirm()
                with self.assertRaises(AccessError):
                    order.action_client_data_withdraw()
                with self.assertRaises(AccessError):
                    self.lines(user=user).action_confirm() or order.write(
                        {"client_data_state": "confirmed"}
                    )
                with self.assertRaises(AccessError):
                    order.write({"client_data_state": "confirmed"})
                with self.assertRaises(AccessError):
                    self.env["client.confirmation.withdraw"].with_user(user).create(
                        {"reason": "I want"}
                    )
                with self.assertRaises(AccessError):
                    self.env["client.confirmation"].with_user(user).create(
                        {"order_id": order.id, "kind": "confirmed"}
                    )
        self.assertEqual(self.order.client_data_state, "lacking")
        self.lines(user=self.head).action_confirm()
        self.assertEqual(self.order.client_data_state, "confirmed")

    def test_steward_without_the_sales_app(self):
        """The queue, the confirmation and the withdrawal need no right to sell."""
        self.assertFalse(self.order.with_user(self.steward).has_access("read"))
        line = self.lines([("order_id", "=", self.order.id)], self.steward)
        self.assertEqual(line.action_open_order()["res_model"], "res.partner")
        line.web_read(
            {
                "order_id": {"fields": {"display_name": {}}},
                "lacking_text": {},
                "is_complete": {},
            }
        )
        line.action_confirm()
        self.assertEqual(self.order.client_data_state, "confirmed")
        line = self.lines([("order_id", "=", self.order.id)], self.steward)
        action = line.action_withdraw()
        wizard = self.env[action["res_model"]].with_user(self.steward)
        wizard.with_context(**action["context"]).create(
            {"reason": "Wrong"}
        ).action_withdraw()
        self.assertEqual(self.order.client_data_state, "lacking")

    def test_nobody_is_born_confirmed(self):
        orders = self.env["sale.order"].with_user(self.seller)
        values = {"partner_id": self.partner.id}
        with self.assertRaises(AccessError):
            orders.create(values | {"client_data_state": "confirmed"})
        with self.assertRaises(AccessError):
            orders.with_context(default_client_data_state="confirmed").create(values)
        self.env["ir.default"].with_user(self.seller).set(
            "sale.order", "client_data_state", "confirmed", user_id=True
        )
        sold = orders.create(values)
        self.confirm(sold)
        self.assertEqual(sold.client_data_state, "lacking")
