"""*Compliance with the regulation* in headless Chromium, as head and as salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

SALES = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
ROLE_ALL = f"{SALES},client_base_retention.group_client_all"
ROLE_HEAD = f"{SALES},client_base_retention.group_client_head"


@tagged("post_install", "-at_install")
class TestBrowserControl(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Tour firm"})
        cls.company.client_start_date = cls.days(-400)
        # Late by as many days on whatever day this runs: no day is off.
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Every day",
                "company_id": cls.company.id,
                "attendance_ids": [
                    fields.Command.clear(),
                    *(
                        fields.Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 17,
                            }
                        )
                        for day in range(7)
                    ),
                ],
            }
        )
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
        cls.head, cls.olga, cls.ivan = (
            new_test_user(
                cls.env,
                f"tour_{name.lower()}",
                groups=groups,
                name=f"Tour {name}",
                company_id=cls.company.id,
                company_ids=[fields.Command.set(cls.company.ids)],
                notification_type="inbox",
            )
            for name, groups in (
                ("Head", ROLE_HEAD),
                ("Olga", ROLE_ALL),
                ("Ivan", ROLE_ALL),
            )
        )
        cls.vip = cls.client_of("Tour Vip", cls.olga, late=3, vip=True)
        cls.client_of("Tour Second", cls.olga, late=1)
        cls.client_of("Tour In norm", cls.ivan, late=-3)

    @classmethod
    def days(cls, number):
        return cls.company._client_today() + timedelta(days=number)

    @classmethod
    def client_of(cls, name, user, late, vip=False):
        """A client whose weekly call is so many days late."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user.id}
        )
        partner.with_company(cls.company).action_add_to_client_base()
        card = cls.env["client.card"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)]
        )
        if vip:
            card.abc_class_manual = "vip"
        cls.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date": fields.Datetime.now() - timedelta(days=7 + late),
                "user_id": user.id,
            }
        )
        return card

    def test_head_opens_reminds_hands_over_and_prints(self):
        # Shown by the browser itself, also where the server could make a PDF.
        state = patch.object(
            self.registry["ir.actions.report"],
            "get_wkhtmltopdf_state",
            lambda report: "install",
        )
        with state:
            self.start_tour("/odoo", "client_compliance_head", login="tour_head")
        self.env.invalidate_all()
        self.assertEqual(self.vip.user_id, self.ivan)
        reminders = self.env["client.compliance.reminder"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertRecordValues(
            reminders,
            [{"user_id": self.olga.id, "sender_id": self.head.id, "clients": 2}],
        )

    def test_salesperson_on_a_telephone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.start_tour(
            "/odoo/client-compliance", "client_compliance_phone", login="tour_olga"
        )

    def test_before_the_start(self):
        self.company.client_start_date = False
        self.start_tour(
            "/odoo/client-compliance",
            "client_compliance_not_started",
            login="tour_head",
        )
