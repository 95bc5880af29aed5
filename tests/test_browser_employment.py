"""A person who changes jobs, in headless Chromium, as her salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBrowserEmployment(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(
            cls.env,
            "tour_salesperson",
            groups="sales_team.group_sale_salesman_all_leads,"
            "base.group_partner_manager,client_base_retention.group_client_own",
        )
        partners = cls.env["res.partner"]
        cls.mill = partners.create(
            {
                "name": "Tour Mill",
                "is_company": True,
                "user_id": cls.salesperson.id,
            }
        )
        cls.mill.action_add_to_client_base()
        cls.ann = partners.create(
            {
                "name": "Tour Ann",
                "parent_id": cls.mill.id,
                "function": "Buyer",
                "email": "ann@mill.example",
            }
        )
        cls.order = cls.env["sale.order"].create({"partner_id": cls.ann.id})

    def test_person_changes_jobs(self):
        self.start_tour(
            f"/odoo/res.partner/{self.ann.id}",
            "client_base_changed_employer",
            login="tour_salesperson",
        )
        self.env.invalidate_all()
        self.assertFalse(self.ann.parent_id)
        posts = self.ann.client_employment_ids
        self.assertEqual(set(posts.mapped("ended")), {"left", "changed"})
        self.assertEqual(self.order.partner_id.commercial_partner_id, self.mill)
        self.start_tour(
            f"/odoo/res.partner/{self.mill.id}",
            "client_base_former_staff",
            login="tour_salesperson",
        )
