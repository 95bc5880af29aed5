"""*Log a contact* in headless Chromium, as a salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestBrowserLog(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.policy = cls.env["client.policy"].create(
            {"name": "Tour rules", "sequence": -1000, "company_id": cls.company.id}
        )
        cls.env["client.contact.rule"].create(
            {
                "policy_id": cls.policy.id,
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
        cls.plain = new_test_user(
            cls.env,
            "tour_plain",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        # Who sells gets a role by himself.
        cls.plain.group_ids -= cls.env.ref("client_base_retention.group_client_all")
        cls.client = cls.env["res.partner"].create(
            {
                "name": "Tour Client",
                "is_company": True,
                "phone": "+1 617-555-0101",
                "child_ids": [
                    fields.Command.create(
                        {"name": "Tour Anna", "phone": "+1 617-555-0102"}
                    )
                ],
            }
        )
        cls.client.action_add_to_client_base()
        cls.card = cls.client.client_card_id

    def tour(self, name, partner=None, login="tour_salesperson"):
        partner = partner or self.client
        self.start_tour(f"/odoo/contacts/{partner.id}", name, login=login)
        self.env.invalidate_all()
        return self.card.touchpoint_ids

    def test_two_clicks_from_the_contact(self):
        contact = self.tour("client_log_two_clicks")
        self.assertEqual(contact.outcome, "reached")
        self.assertEqual(contact.user_id, self.salesperson)
        due = self.company._client_today() + timedelta(days=7)
        self.assertEqual(self.card.next_contact_date, due)

    def test_done_on_a_planned_contact_asks(self):
        activity = self.client.activity_schedule(
            "mail.mail_activity_data_call",
            summary="Call by the norm",
            user_id=self.salesperson.id,
        )
        activity.sudo().write(
            {
                "is_client_norm": True,
                "client_obligation_id": self.card.obligation_ids.id,
            }
        )
        contacts = self.tour("client_log_norm_activity").sorted("id")
        self.assertEqual(contacts.mapped("outcome"), ["no_answer", "reached"])
        self.assertEqual(contacts[1].note, "Waits for saws")
        self.assertFalse(activity.active)
        self.assertFalse(self.card.pause_until)

    def test_clicking_the_number_opens_the_dialog(self):
        anna = self.client.child_ids
        contact = self.tour("client_log_telephone", anna)
        self.assertRecordValues(
            contact,
            [{"person_id": anna.id, "kind": "call", "direction": "out"}],
        )

    def test_other_numbers_open_nothing(self):
        supplier = self.env["res.partner"].create(
            {"name": "Tour Supplier", "phone": "+1 617-555-0103"}
        )
        for partner, login in (
            (supplier, "tour_salesperson"),
            (self.client, "tour_plain"),
        ):
            with self.subTest(login=login):
                contacts = self.tour("client_log_telephone_quiet", partner, login)
                self.assertFalse(contacts)
