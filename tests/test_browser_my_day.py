"""*My day* in headless Chromium, as a salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

GROUPS = (
    "sales_team.group_sale_salesman_all_leads,"
    "base.group_partner_manager,client_base_retention.group_client_all"
)


@tagged("post_install", "-at_install")
class TestBrowserMyDay(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        # Late by as many days on whatever day this runs: no day is off.
        cls.company.resource_calendar_id = False
        cls.company.client_start_date = cls.company._client_today()
        cls.company.client_pilot_team_ids = False
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
        cls.salesperson = new_test_user(cls.env, "tour_salesperson", groups=GROUPS)
        cls.vip = cls.client_of("Tour Vip", cls.salesperson, late=3, vip=True)
        cls.anna = cls.env["res.partner"].create(
            {
                "name": "Tour Anna",
                "parent_id": cls.vip.partner_id.id,
                "phone": "+1 617-555-0102",
            }
        )
        cls.vip.contact_person_id = cls.anna
        cls.second = cls.client_of("Tour Second", cls.salesperson, late=1)

    @classmethod
    def client_of(cls, name, user, late, vip=False):
        """A client whose weekly call is so many days late."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": user.id}
        )
        partner.action_add_to_client_base()
        card = partner.client_card_id
        if vip:
            card.abc_class_manual = "vip"
        cls.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date": fields.Datetime.now() - timedelta(days=7 + late),
                "user_id": cls.env.uid,
            }
        )
        return card

    def tour(self, name, login="tour_salesperson", **options):
        self.start_tour("/odoo/my-day", name, login=login, **options)
        self.env.invalidate_all()

    def days(self, number):
        return self.company._client_today() + timedelta(days=number)

    def contacts(self, card):
        return card.touchpoint_ids.filtered(lambda t: t.user_id == self.salesperson)

    def test_vip_overdue_is_reached(self):
        self.start_tour("/odoo", "client_my_day_reached", login="tour_salesperson")
        self.env.invalidate_all()
        self.assertRecordValues(
            self.contacts(self.vip),
            [
                {
                    "kind": "call",
                    "outcome": "reached",
                    "note": "Wants saws in May",
                    "person_id": self.anna.id,
                }
            ],
        )
        self.assertEqual(self.vip.next_contact_date, self.days(7))
        self.assertEqual(len(self.contacts(self.second)), 1)

    def test_no_answer_three_times(self):
        self.tour("client_my_day_no_answer")
        tries = self.contacts(self.vip)
        self.assertEqual(tries.mapped("outcome"), ["no_answer"] * 3)
        self.assertEqual(sorted(tries.mapped("attempt_number")), [1, 2, 3])
        self.assertEqual(self.vip.contact_state, "overdue")

    def test_not_now(self):
        self.tour("client_my_day_not_now")
        self.assertGreater(self.vip.pause_until, self.days(85))
        self.assertEqual(self.vip.pause_reason, "Buys again in March")

    def test_dialogs_left_without_saving(self):
        """Leaving the page makes no absence of today and no target of nothing."""
        self.tour("client_my_day_left")
        mine = [("user_id", "=", self.salesperson.id)]
        self.assertFalse(self.env["client.away"].search(mine))
        self.assertFalse(self.env["client.target"].search(mine))

    def test_meeting_arranged_turns_blue(self):
        start = fields.Datetime.now() + timedelta(days=4)
        self.env["calendar.event"].with_user(self.salesperson).create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [
                    fields.Command.set(
                        (self.salesperson.partner_id | self.vip.partner_id).ids
                    )
                ],
            }
        )
        self.tour("client_my_day_arranged")

    def test_nobody_is_mine(self):
        partner = self.env["res.partner"].create({"name": "Tour Unassigned"})
        partner.action_add_to_client_base()
        new_test_user(self.env, "tour_newcomer", groups=GROUPS)
        self.tour("client_my_day_nobody", login="tour_newcomer")

    def test_start_page(self):
        self.tour("client_my_day_start_page")
        action = self.env.ref("client_base_retention.client_my_day_action")
        self.assertEqual(self.salesperson.action_id.id, action.id)

    def test_telephone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.tour("client_my_day_phone")
        self.assertEqual(self.contacts(self.vip).person_id, self.anna)
