"""The screens of clients in headless Chromium, as a salesperson.

The tour stands in the addon's static/tests/tours; here is the data it walks through.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBrowserClients(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        # Late by as many days on whatever day this runs: no day is off.
        company.resource_calendar_id = False
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
        cls.salesperson = new_test_user(
            cls.env,
            "tour_salesperson",
            groups="sales_team.group_sale_salesman_all_leads,"
            "base.group_partner_manager,client_base_retention.group_client_all",
        )
        cls.overdue = cls._client("Tour Overdue", days=10)
        cls._client("Tour Calm", days=1)

    @classmethod
    def _client(cls, name, days):
        """A prospect who was called so many days ago."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": cls.salesperson.id}
        )
        partner.action_add_to_client_base()
        cls.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "date": fields.Datetime.now() - timedelta(days=days),
                "user_id": cls.salesperson.id,
            }
        )
        return partner

    def test_salesperson_looks_at_an_overdue_client(self):
        self.start_tour(
            "/odoo/overdue-clients", "client_base_contacts", login="tour_salesperson"
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.overdue.activity_ids), 1)
        self.assertEqual(self.overdue.activity_ids.client_id, self.overdue)
