"""Whom and what an anonymized person takes along: children, tasks, what is written of
him on his company."""

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_HEAD, SALES, TODAY
from .test_family import FamilyCommon

SECRET = "Zebulon Quasimodo"
EMAIL = "zebulon@secret.test"
SAID = "Zebra saws are blunt & rude\nand late"


class AroundCase(FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{ROLE_HEAD},{SALES},base.group_partner_manager"
        cls.head = cls.make_user("an_head", groups)

    def anonymize(self, person, **values):
        wizard = self.env["client.anonymize"].with_user(self.head)
        dialog = wizard.create({"partner_id": person.id, "is_sure": True, **values})
        dialog.action_anonymize()
        self.env.flush_all()
        self.env.invalidate_all()

    def is_erased(self, *people):
        return [person.name == f"Anonymous {person.id}" for person in people]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestChildren(AroundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mother = cls.make_family("Roe Mary")
        cls.misha, cls.liza = cls.make_children(
            cls.mother, ("Misha Roe", "2021-01-01"), ("Liza Roe", "2023-01-01")
        )
        cls.father = cls.make_partner("Roe John", is_company=False)
        cls.env["client.relation"].create(
            {
                "person_id": cls.father.id,
                "other_id": cls.liza.id,
                "type_id": cls.parent_type.id,
            }
        )
        for parent in cls.mother | cls.father:
            cls.env["client.consent"].create(
                {"partner_id": parent.id, "state": "given", "how": "paper"}
            )
        cls.notes = (
            cls.env["client.sensitive.note"]
            .sudo()
            .create([{"person_id": child.id} for child in (cls.misha, cls.liza)])
        )

    def dialog(self, person=None):
        wizard = self.env["client.anonymize"].with_user(self.head)
        return wizard.create({"partner_id": (person or self.mother).id})

    def test_whom_it_touches(self):
        dialog = self.dialog()
        self.assertEqual(dialog.possible_child_ids, self.misha | self.liza)
        self.assertEqual(dialog.child_ids, self.misha)
        self.assertFalse(self.dialog(self.misha).possible_child_ids)

    def test_form(self):
        action = self.mother.with_user(self.head).action_client_anonymize()
        form = Form.from_action(self.env(user=self.head), action)
        self.assertEqual(form.child_ids[:], self.misha.with_user(self.head))

    def test_child_without_another_parent_goes_along(self):
        self.anonymize(self.mother)
        self.assertEqual(
            self.is_erased(self.mother, self.misha, self.liza), [True, True, False]
        )
        self.assertFalse(self.misha.birthdate_date)
        self.assertEqual(self.notes.exists().person_id, self.liza)
        self.assertEqual(self.liza.name, "Liza Roe")
        relation = self.env["client.relation"].search([("other_id", "=", self.liza.id)])
        self.assertEqual(relation.person_id, self.father)

    def test_as_it_was_ticked(self):
        for child, ticked, expected in (
            (self.misha, self.liza, [False, True]),
            (self.liza, self.browse_none(), [False, True]),
        ):
            with self.subTest(child=child.name):
                self.anonymize(self.mother, child_ids=[(6, 0, ticked.ids)])
                self.assertEqual(self.is_erased(self.misha, self.liza), expected)
                self.mother.write({"name": "Roe Mary", "active": True})
        self.assertEqual(self.notes.exists().person_id, self.misha)

    def browse_none(self):
        return self.env["res.partner"]

    def test_parent_who_was_anonymized_before_is_none(self):
        self.anonymize(self.father)
        self.assertFalse(self.is_erased(self.liza)[0])
        self.assertEqual(self.dialog().child_ids, self.misha | self.liza)

    def test_others_children_are_never_erased(self):
        other = self.make_family("Doe Jane", [("Peter Doe", "2020-01-01")])
        peter = other.client_child_ids
        self.anonymize(self.mother, child_ids=[(6, 0, peter.ids)])
        self.assertEqual(self.is_erased(peter), [False])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWritten(AroundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.make_partner("Firm")
        cls.firm.action_add_to_client_base()
        cls.person = cls.make_partner(
            SECRET, is_company=False, parent_id=cls.firm.id, email=EMAIL
        )

    def remark(self, **values):
        return self.env["client.remark"].create(
            {"partner_id": self.person.id, "kind": "problem", "text": SAID, **values}
        )

    def written(self):
        """Everything in the history of the firm, and in what is planned for it."""
        mine = [("res_id", "=", self.firm.id)]
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities = activities.search([("res_model", "=", "res.partner"), *mine])
        messages = self.env["mail.message"].search(
            [("model", "=", "res.partner"), *mine]
        )
        values = messages.sudo().tracking_value_ids
        return "\n".join(
            str(row[name])
            for rows, names in (
                (activities, ("summary", "note", "feedback")),
                (messages, ("subject", "body")),
                (values, ("old_value_char", "new_value_char", "new_value_text")),
            )
            for row in rows
            for name in names
        )

    def test_task_of_a_remark(self):
        for solved in (False, True):
            with self.subTest(solved=solved):
                remark = self.remark()
                if solved:
                    remark.solution = "Zebra saws were sharpened"
                    remark.action_solved()
                self.env.flush_all()
                self.assertIn("blunt", self.written())
                self.person.write({"name": SECRET, "active": True})
                self.anonymize(self.person)
                for word in ("Zebra", "blunt", "rude", "late", "sharpened"):
                    self.assertNotIn(word, self.written())
                self.assertEqual(remark.state, "solved" if solved else "open")
                self.assertEqual(remark.activity_id.active, not solved)
                self.assertIn("Anonymous", remark.activity_id.summary)

    def test_remark_of_a_colleague_stays(self):
        bob = self.make_partner("Bob", is_company=False, parent_id=self.firm.id)
        other = self.remark(partner_id=bob.id, text="Parking is narrow")
        self.remark()
        self.anonymize(self.person)
        self.assertIn("narrow", other.activity_id.summary)
        self.assertIn("narrow", self.written())

    def test_name_and_address_on_the_company(self):
        self.firm.activity_schedule(
            "mail.mail_activity_data_call",
            TODAY,
            summary=f"Call {SECRET}",
            note=f"<p>{SECRET}, {EMAIL}</p>",
        )
        message = self.firm.message_post(body=f"{SECRET} writes from {EMAIL}")
        self.env["mail.tracking.value"].sudo().create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("res.partner", "ref").id,
                "old_value_char": f"for {SECRET}",
                "new_value_char": EMAIL,
            }
        )
        self.firm.message_post(body="Zebulon and others came")
        self.env.flush_all()
        self.assertIn(SECRET, self.written())
        self.anonymize(self.person)
        self.assertNotIn(SECRET, self.written())
        self.assertNotIn(EMAIL, self.written())
        self.assertIn(f"Call Anonymous {self.person.id}", self.written())
        self.assertIn("Zebulon and others", self.written())

    def test_former_employer(self):
        new = self.make_partner("New Yard")
        wizard = self.env["client.change.employer"]
        wizard.create(
            {"person_id": self.person.id, "new_partner_id": new.id}
        ).action_change()
        self.env.flush_all()
        self.assertIn(SECRET, self.written())
        self.anonymize(self.person)
        self.assertNotIn(SECRET, self.written())

    def test_names_of_one_word_stay_in_what_others_wrote(self):
        ann = self.make_partner("Ann", is_company=False, parent_id=self.firm.id)
        self.firm.message_post(body="Annual meeting")
        self.anonymize(ann)
        self.assertIn("Annual meeting", self.written())
