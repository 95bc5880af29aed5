"""The client base in headless Chromium, as a salesperson and as the head.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBrowser(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        company.client_start_date = False
        # No reading of the history is under way.
        cls.env["client.history.run"].search([]).write({"state": "done"})
        # What other data the database holds must not stand on the board.
        cls.env["client.card"].search(
            [("company_id", "=", company.id)]
        ).action_not_a_client()
        cls.product = cls.env["product.product"].create({"name": "Tour saw"})
        cls.salesperson = new_test_user(
            cls.env,
            "tour_salesperson",
            groups="sales_team.group_sale_salesman_all_leads,"
            "base.group_partner_manager,client_base_retention.group_client_all",
        )
        cls.head = new_test_user(
            cls.env,
            "tour_head",
            groups="base.group_system,sales_team.group_sale_manager,"
            "client_base_retention.group_client_head",
        )
        cls.big = cls._client("Tour Big", amount=3000, days=(40, 20, 1))
        cls.late = cls._client("Tour Late", amount=1000, days=(57, 47, 37, 17))
        cls.env["client.card"]._derive_all()

    @classmethod
    def _client(cls, name, amount, days):
        """A client who bought for the same amount so many days ago."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": cls.salesperson.id}
        )
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": False}
        cls.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "state": "sale",
                    "date_order": fields.Datetime.now() - timedelta(days=ago),
                    "order_line": [fields.Command.create(line)],
                }
                for ago in days
            ]
        )
        return partner

    def test_salesperson_looks_through_the_clients(self):
        self.start_tour(
            "/odoo/clients", "client_base_salesperson", login="tour_salesperson"
        )

    def test_salesperson_sets_a_class_by_hand(self):
        partner = self.env["res.partner"].create({"name": "Tour Newcomer"})
        self.start_tour(
            f"/odoo/contacts/{partner.id}",
            "client_base_by_hand",
            login="tour_salesperson",
        )
        self.assertEqual(partner.abc_class, "vip")
        self.assertEqual(partner.abc_lock_reason, "Signed a yearly contract")

    def test_head_starts_and_reads_the_movement(self):
        self.big.client_card_id.write(
            {"abc_class_manual": "b", "abc_lock_reason": "Out of business"}
        )
        self.big.client_card_id.abc_class_manual = False
        self.start_tour(
            "/odoo/action-client_base_retention.res_config_settings_action",
            "client_base_head",
            login="tour_head",
        )
        company = self.head.company_id
        self.assertEqual(company.client_start_date, company._client_today())

    def test_head_goes_through_the_launch_page(self):
        company = self.head.company_id
        policies = self.env["client.policy"]
        # Whatever was chosen in this database, no trade is chosen now.
        policies.create(
            {"name": "Tour rules", "sequence": -1000, "company_id": company.id}
        )
        self.big.user_id = False
        self.env["crm.team"].create(
            [{"name": name} for name in ("Tour team", "Tour team without clients")]
        )
        self.env["client.card"]._derive_all()
        self.start_tour("/odoo/client-launch", "client_base_launch", login="tour_head")
        self.assertEqual(policies._default_policy(company).trade, "wholesale")
        self.assertEqual(self.big.user_id, self.salesperson)
        self.assertEqual(company.client_start_date, company._client_today())

    def test_each_trade_is_chosen_with_clients_and_without(self):
        policies = self.env["client.policy"]
        company = self.head.company_id
        for clients in ("some", "none"):
            with self.subTest(clients=clients):
                if clients == "none":
                    self.env["client.card"].search([]).unlink()
                # Nobody has chosen one, whatever the database holds.
                policies._default_policy(company).trade = False
                before = policies.search_count([])
                self.start_tour(
                    "/odoo/client-launch", "client_base_trades", login="tour_head"
                )
                policy = policies._default_policy(company)
                self.assertEqual(policy.trade, "other")
                self.assertFalse(policy.rule_ids)
                self.assertLessEqual(policies.search_count([]), before + 1)
