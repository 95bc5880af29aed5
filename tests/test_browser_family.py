"""A family of a children's centre in headless Chromium, as its salesperson.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from datetime import date

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

OWN = (
    "sales_team.group_sale_salesman,base.group_partner_manager,"
    "client_base_retention.group_client_own"
)
SENSITIVE = "client_base_retention.group_client_sensitive"


@tagged("post_install", "-at_install")
class TestBrowserFamily(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.client_children_on = True
        cls.me = cls.user("tour_me")
        cls.colleague = cls.user("tour_colleague")
        cls.head = new_test_user(
            cls.env,
            "tour_head",
            groups="sales_team.group_sale_manager,base.group_partner_manager,"
            "client_base_retention.group_client_head",
            tz="UTC",
        )
        cls.north, cls.south = cls.env["client.branch"].create(
            [{"name": "Tour North"}, {"name": "Tour South"}]
        )
        cls.course = cls.env["product.category"].create({"name": "Tour speech"})
        cls.anna = cls.client_of("Ivanova Anna", cls.me)

    @classmethod
    def user(cls, login):
        return new_test_user(cls.env, login, groups=OWN, tz="UTC")

    @classmethod
    def client_of(cls, name, user):
        partner = cls.env["res.partner"].create({"name": name, "user_id": user.id})
        partner.action_add_to_client_base()
        return partner

    @classmethod
    def born(cls, age, month, day):
        """The birthday of who is so many years old today."""
        today = cls.company._client_today()
        had = (today.month, today.day) >= (month, day)
        return date(today.year - age - (not had), month, day)

    @classmethod
    def child_of(cls, parent, name, birthday, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": parent.id,
                "is_child": True,
                "birthdate_date": birthday,
                **values,
            }
        )

    @classmethod
    def children_of_anna(cls):
        misha = cls.child_of(cls.anna, "Misha", cls.born(4, 6, 10))
        cls.child_of(cls.anna, "Liza", cls.born(2, 3, 15), branch_ids=cls.north.ids)
        return misha

    def tour(self, url, name, login="tour_me"):
        self.start_tour(url, name, login=login)
        self.env.invalidate_all()

    def test_family_is_entered(self):
        granny = self.client_of("Tour Granny", self.me)
        self.tour(f"/odoo/contacts/{self.anna.id}", "client_family_entered")
        self.assertRecordValues(
            self.anna.client_child_ids.sorted("name"),
            [
                {
                    "name": "Liza",
                    "birthdate_date": self.born(2, 3, 15),
                    "commercial_partner_id": self.anna.id,
                    "branch_ids": self.north.ids,
                },
                {
                    "name": "Misha",
                    "birthdate_date": self.born(4, 6, 10),
                    "commercial_partner_id": self.anna.id,
                    "branch_ids": [],
                },
            ],
        )
        relation = self.env["client.relation"].search([("person_id", "=", granny.id)])
        self.assertRecordValues(
            relation,
            [
                {
                    "other_id": self.anna.client_child_ids.filtered(
                        lambda one: one.name == "Misha"
                    ).id,
                    "role_name": "Grandparent",
                    "note": "Collects on Fridays",
                }
            ],
        )
        self.tour(f"/odoo/contacts/{granny.id}", "client_family_other_side")

    def test_child_is_entered_on_a_telephone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.tour(f"/odoo/contacts/{self.anna.id}", "client_family_phone")
        self.assertRecordValues(
            self.anna.client_child_ids,
            [{"name": "Misha", "is_company": False, "is_child": True}],
        )

    def test_family_is_found(self):
        self.children_of_anna()
        mine = self.client_of("Tour Olga", self.me)
        # Under 3, but not born in March; born in March, but not under 3.
        self.child_of(mine, "Kolya", self.born(1, 7, 5), branch_ids=self.south.ids)
        self.child_of(mine, "Petya", self.born(9, 3, 20))
        hidden = self.client_of("Tour Hidden", self.colleague)
        self.child_of(hidden, "Liza", self.born(2, 3, 15), branch_ids=self.north.ids)
        self.tour("/odoo/clients", "client_family_found")
        self.tour("/odoo/client-children", "client_family_children")

    def test_course(self):
        self.children_of_anna()
        self.tour(f"/odoo/contacts/{self.anna.id}", "client_family_course")
        enrolment = self.env["client.enrolment"].search(
            [("person_id.parent_id", "=", self.anna.id)]
        )
        self.assertRecordValues(
            enrolment,
            [
                {
                    "course_id": self.course.id,
                    "branch_id": self.north.id,
                    "state": "stopped",
                    "stop_reason": "way",
                    "contract_number": "C-17",
                    "discount": 10,
                    "user_id": self.me.id,
                }
            ],
        )
        self.assertEqual(enrolment.person_id.name, "Liza")

    def test_particulars_of_a_child(self):
        misha = self.children_of_anna()
        url = f"/odoo/contacts/{misha.id}"
        notes = self.env["client.sensitive.note"]
        mine = [("person_id", "=", misha.id)]
        self.tour(url, "client_family_particulars_none")
        self.me.group_ids += self.env.ref(SENSITIVE)
        self.tour(url, "client_family_particulars_refused")
        self.assertFalse(notes.search(mine))
        self.tour(f"/odoo/contacts/{self.anna.id}", "client_family_consent")
        self.assertRecordValues(
            self.env["client.consent"].search([("partner_id", "=", self.anna.id)]),
            [
                {
                    "state": "given",
                    "date": fields.Date.context_today(self.me),
                    "how": "paper",
                    "user_id": self.me.id,
                }
            ],
        )
        self.tour(url, "client_family_particulars")
        self.assertEqual(len(notes.search(mine)), 1)
        self.assertRecordValues(
            self.env["client.sensitive.opening"].search(mine).sorted("kind"),
            [
                {"user_id": self.me.id, "kind": "read", "person_name": "Misha"},
                {"user_id": self.me.id, "kind": "written", "person_name": "Misha"},
            ],
        )
        self.tour("/odoo/client-sensitive-openings", "client_family_log", "tour_head")
