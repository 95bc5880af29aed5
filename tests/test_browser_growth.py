"""Growth points and the boards of classes in headless Chromium, as a salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

SALES = "sales_team.group_sale_salesman,base.group_partner_manager"
OWN = f"{SALES},client_base_retention.group_client_own"
HEAD = f"{SALES},client_base_retention.group_client_head"


@tagged("post_install", "-at_install")
class TestBrowserGrowth(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "Tour firm", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.company.partner_id.tz = "UTC"
        cls.company.client_purchase_source = "order"
        cls.today = cls.company._client_today()
        cls.env["client.policy"].create(
            {
                "name": "Tour rules",
                "sequence": -1000,
                "company_id": cls.company.id,
                "potential_high": 10_000,
                "potential_medium": 1000,
            }
        )
        cls.me, cls.colleague, cls.head = (
            new_test_user(
                cls.env,
                f"tour_{name}",
                groups=groups,
                tz="UTC",
                company_id=cls.company.id,
                company_ids=[fields.Command.set(cls.company.ids)],
            )
            for name, groups in (("me", OWN), ("colleague", OWN), ("head", HEAD))
        )
        cls.saw, cls.disc = cls.env["product.product"].create(
            [{"name": "Tour saw"}, {"name": "Tour disc"}]
        )
        cls.shops = cls.env["client.segment"].create({"name": "Tour shops"})
        cls.make_clients()
        cls.env["client.card"]._derive_all()

    @classmethod
    def make_clients(cls):
        """One who buys every month, two growth points, and whom they are like."""
        cls.big = cls.client_of(
            "Tour Big", cls.me, [(when, 1000) for when in cls.months(14)], 15_000
        )
        cls.middle = cls.client_of("Tour Middle", cls.me, [(cls.ago(20), 500)], 20_000)
        cls.small = cls.client_of(
            "Tour Small", cls.me, [(cls.ago(20), 50)], 50_000, segment_id=cls.shops.id
        )
        cls.client_of("Tour Calm", cls.me, [], 500)
        cls.client_of("Tour Hidden", cls.colleague, [], 90_000)
        for number in range(10):
            cls.client_of(
                f"Tour Shop {number}",
                cls.colleague,
                [(cls.ago(30), 100)],
                product=cls.disc if number < 7 else cls.saw,
                segment_id=cls.shops.id,
            )

    @classmethod
    def ago(cls, days):
        return datetime.combine(cls.today - timedelta(days=days), datetime.min.time())

    @classmethod
    def months(cls, number):
        """The 15th of each of so many months before this one."""
        first = cls.ago(0).replace(day=15)
        return [fields.Date.subtract(first, months=n + 1) for n in range(number)]

    @classmethod
    def client_of(cls, name, user, bought, potential=0, product=None, **values):
        """The card of a client who bought for these sums at these times."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user.id, **values}
        )
        partner.with_company(cls.company).action_add_to_client_base()
        line = {"product_id": (product or cls.saw).id, "tax_ids": False}
        cls.env["sale.order"].with_company(cls.company).create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "state": "sale",
                    "date_order": when,
                    "order_line": [
                        fields.Command.create(line | {"price_unit": amount})
                    ],
                }
                for when, amount in bought
            ]
        )
        card = cls.env["client.card"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)]
        )
        if potential:
            card.potential_amount = potential
        return card

    def tour(self, name, login="tour_me"):
        self.start_tour("/odoo/clients", name, login=login)
        self.env.invalidate_all()

    def test_salesperson_plans_what_to_offer(self):
        self.assertEqual((self.small.abc_class, self.big.abc_class), ("c", "vip"))
        self.tour("client_growth_points")
        self.assertRecordValues(
            self.small,
            [
                {
                    "growth_plan": "Bring a sample set of discs",
                    "growth_next_step": self.today + timedelta(days=7),
                    "is_growth_point": True,
                }
            ],
        )
        self.assertFalse(self.middle.growth_plan)
        # He is like the others, who sees what he lacks; and like the night says it.
        self.assertEqual(self.small.growth_hint, "Tour disc: 7 of 10 like him buy this")

    def test_board_of_class_and_potential(self):
        self.tour("client_growth_board")

    def test_board_of_class_and_regularity(self):
        self.assertEqual((self.big.xyz_class, self.small.xyz_class), ("x", "z"))
        self.tour("client_growth_xyz")

    def test_head_sees_all(self):
        self.tour("client_growth_head", "tour_head")
