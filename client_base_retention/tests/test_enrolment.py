"""Courses: who attends which, where, since when and why not any more (N19)."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON
from .test_family import FamilyCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEnrolment(FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.courses = cls.env["product.category"].create({"name": "Courses"})
        cls.english = cls.env["product.category"].create(
            {"name": "English", "parent_id": cls.courses.id}
        )
        cls.north = cls.env["client.branch"].create({"name": "North"})
        cls.anna = cls.make_family(
            "Anna", [("Misha", "2021-05-01")], user_id=cls.own.id
        )
        cls.misha = cls.anna.client_child_ids

    def enrol(self, **values):
        return self.env["client.enrolment"].create(
            {"person_id": self.misha.id, "course_id": self.english.id, **values}
        )

    def test_the_state_follows_from_the_dates(self):
        why = {"stop_reason": "age"}
        for values, state in (
            ({}, "wanted"),
            ({"enrolled_on": "2025-06-16"}, "wanted"),
            ({"enrolled_on": "2025-06-15"}, "enrolled"),
            (
                {"enrolled_on": "2025-01-01", "stopped_on": "2025-06-16", **why},
                "enrolled",
            ),
            (
                {"enrolled_on": "2025-01-01", "stopped_on": "2025-06-15", **why},
                "stopped",
            ),
            ({"stopped_on": "2025-06-15", **why}, "stopped"),
        ):
            with self.subTest(values=values):
                row = self.enrol(**values)
                self.assertEqual(row.state, state)
                for asked in ("wanted", "enrolled", "stopped"):
                    found = row.search([("id", "=", row.id), ("state", "=", asked)])
                    self.assertEqual(bool(found), asked == state, asked)
                    found = row.search([("id", "=", row.id), ("state", "!=", asked)])
                    self.assertEqual(bool(found), asked != state, asked)
                [(grouped, count)] = row._read_group(
                    [("id", "=", row.id)], ["state"], ["__count"]
                )
                self.assertEqual((grouped, count), (state, 1))

    def test_the_reason_is_asked(self):
        row = self.enrol(enrolled_on="2025-01-01")
        with self.assertRaises(ValidationError):
            row.stopped_on = "2025-06-01"
        row.write({"stopped_on": "2025-06-01", "stop_reason": "time"})

    def test_the_lowest_role_enrols_his_child(self):
        action = self.anna.with_user(self.own).action_client_enrol()
        rows = self.env["client.enrolment"].with_user(self.own)
        with Form(rows.with_context(**action["context"])) as form:
            self.assertEqual(form.person_id, self.misha)
            form.course_id = self.english
            form.branch_id = self.north
            form.enrolled_on = "2025-06-01"
            form.has_contract = True
            form.contract_number = "17/A"
        row = form.record
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.anna.id,
                    "user_id": self.own.id,
                    "has_contract": True,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(self.misha.branch_ids, self.north)
        self.assertEqual(self.misha.with_user(self.own).client_courses_text, "English")
        self.assertEqual(self.anna.with_user(self.own).client_family_enrolment_ids, row)
        self.assertEqual(
            self.found([("child_course_id", "child_of", self.courses.id)]), {"Anna"}
        )
        with self.assertRaises(AccessError):
            row.unlink()
        row.with_user(self.head).unlink()

    def test_children_of_others_are_not_enrolled(self):
        other = self.make_family("Other", [("Petya", "2021-05-01")])
        other.user_id = self.all
        row = self.enrol(person_id=other.client_child_ids.id)
        rows = self.env["client.enrolment"].with_user(self.own)
        self.assertFalse(rows.search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            rows.create(
                {
                    "person_id": other.client_child_ids.id,
                    "course_id": self.english.id,
                }
            )

    def test_companies(self):
        row = self.enrol(company_id=self.company_b.id)
        rows = self.env["client.enrolment"].with_user(self.head)
        self.assertFalse(rows.search([("id", "=", row.id)]))

    def test_bought_courses_are_a_hint(self):
        self.product.categ_id = self.english
        self.buy(self.anna)
        self.buy(self.anna)
        self.quote(self.anna)
        text = self.anna.with_user(self.own).client_bought_courses_text
        self.assertEqual(text, "English (2)")
        text = self.misha.with_user(self.own).client_bought_courses_text
        self.assertEqual(text, "English (2)")

    def test_merge_takes_courses_along(self):
        row = self.enrol()
        twin = self.make_partner("Twin", is_company=False, is_child=True)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.misha | twin).ids, twin, extra_checks=False)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.person_id, twin)
        self.assertEqual(row.partner_id, twin.commercial_partner_id)
