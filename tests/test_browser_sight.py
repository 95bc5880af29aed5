"""The role *Own clients* in headless Chromium: other people's clients are nowhere to be
found, and the day works.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

LOGIN = "tour_own"
ROLE = "client_base_retention.group_client_own"
GROUPS = f"sales_team.group_sale_salesman,base.group_partner_manager,{ROLE}"


@tagged("post_install", "-at_install")
class TestBrowserSight(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        # Late by as many days on whatever day this runs: no day is off.
        company.resource_calendar_id = False
        company.client_start_date = company._client_today()
        company.client_pilot_team_ids = False
        policy = cls.env["client.policy"].create(
            {"name": "Tour rules", "sequence": -1000, "company_id": company.id}
        )
        cls.env["client.contact.rule"].create(
            {
                "policy_id": policy.id,
                "status": "prospect",
                "kind": "call",
                "interval_count": 1,
                "interval_unit": "week",
            }
        )
        cls.me = new_test_user(cls.env, LOGIN, groups=GROUPS)
        colleague = new_test_user(cls.env, "tour_colleague", groups=GROUPS)
        cls.mine = cls.client_of("Tour Mine", cls.me)
        cls.hidden = cls.client_of("Tour Hidden", colleague)

    @classmethod
    def client_of(cls, name, user):
        """A client whose weekly call is three days late."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user.id}
            | {"phone": "+1 617-555-0142", "email": "tour@example.com"}
        )
        partner.action_add_to_client_base()
        cls.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "date": fields.Datetime.now() - timedelta(days=10),
                "user_id": user.id,
            }
        )
        return partner

    def tour(self, url, name):
        self.start_tour(url, name, login=LOGIN)
        self.env.invalidate_all()

    def orders(self):
        return self.env["sale.order"].search([("user_id", "=", self.me.id)])

    def test_contacts(self):
        self.tour("/odoo/contacts", "client_sight_contacts")
        reached = self.mine.client_card_id.touchpoint_ids
        self.assertEqual(len(reached), 2)

    def test_clients(self):
        self.tour("/odoo/overdue-clients", "client_sight_clients")

    def test_my_day(self):
        self.tour("/odoo/my-day", "client_sight_day")

    def test_order(self):
        self.tour("/odoo/action-sale.action_orders/new", "client_sight_order")
        self.assertEqual(self.orders().partner_id, self.mine)
        self.assertEqual(self.orders().state, "sale")

    def test_show(self):
        role = self.env["client.role"].search([("role", "=", "own")])
        role.mask = "all"
        self.tour(f"/odoo/contacts/{self.mine.id}", "client_sight_show")
        shown = self.env["client.reading"].search([("user_id", "=", self.me.id)])
        self.assertTrue(shown)
