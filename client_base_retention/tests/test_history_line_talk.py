"""Meetings, contacts, files and moves of the class in the history of a client."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, ago
from .test_history_line import HistoryCase

SALES_ROLE = (
    "base.group_user,sales_team.group_sale_salesman_all_leads,"
    "client_base_retention.group_client_all"
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHistoryTalk(HistoryCase):
    def test_meeting_held_is_told_once_as_the_contact(self):
        """A meeting that was held is noticed as a contact; one to come stands in the
        calendar only."""
        meetings = self.env["calendar.event"].create(
            [
                {
                    "name": name,
                    "start": f"{day} 10:00:00",
                    "stop": f"{day} 11:00:00",
                    "partner_ids": [Command.set((self.anna | self.shop).ids)],
                    "user_id": self.env.uid,
                }
                for name, day in (("Past", ago(5)), ("To come", "2025-06-20"))
            ]
        )
        contact = self.env["client.touchpoint"].search(
            [("res_model", "=", "calendar.event"), ("res_id", "=", meetings[0].id)]
        )
        self.assertTrue(contact)
        self.assertEqual(
            self.facts("name", "result", "res_id", "person_id", kind="meeting"),
            [
                ("To come", "planned", meetings[1].id, self.anna),
                ("Past", "held", contact.id, contact.person_id),
            ],
        )
        with self.subTest("without the contact"):
            contact.unlink()
            self.assertEqual(
                self.facts("name", "result", "res_id", kind="meeting"),
                [
                    ("To come", "planned", meetings[1].id),
                    ("Past", "held", meetings[0].id),
                ],
            )

    def test_touchpoints_and_information_sent(self):
        for kind, outcome, expected in (
            ("call", "reached", ("touchpoint", "reached")),
            ("call", "no_answer", ("touchpoint", "no_answer")),
            ("email", "refused", ("touchpoint", "not_now")),
            ("meeting", "reached", ("meeting", "held")),
            ("material", "reached", ("material", "sent")),
        ):
            with self.subTest(kind=kind, outcome=outcome):
                contact = self.env["client.touchpoint"].create(
                    {
                        "partner_id": self.shop.id,
                        "company_id": self.company.id,
                        "kind": kind,
                        "outcome": outcome,
                        "date": f"{ago(2)} 10:00:00",
                    }
                )
                line = self.lines(res_model="client.touchpoint", res_id=contact.id)
                self.assertEqual((line.kind, line.result), expected)

    def test_files_sent_received_and_kept(self):
        order = self.quote(self.shop)
        comment = self.env.ref("mail.mt_comment")
        note = self.env.ref("mail.mt_note")
        ours = self.make_user("ours", SALES_ROLE)
        cases = (
            ("filed", None),
            ("filed", {"message_type": "comment", "subtype_id": note.id}),
            ("sent", {"message_type": "comment", "subtype_id": comment.id}),
            ("sent", {"message_type": "email_outgoing", "subtype_id": note.id}),
            ("received", {"message_type": "email", "author_id": self.anna.id}),
            (
                "received",
                {
                    "message_type": "email",
                    "subtype_id": note.id,
                    "author_id": self.anna.id,
                },
            ),
            ("received", {"message_type": "email", "author_id": False}),
            ("sent", {"message_type": "email", "author_id": ours.partner_id.id}),
        )
        for number, (result, letter) in enumerate(cases):
            with self.subTest(result=result, letter=letter):
                file = self.file(order, f"{number}.pdf")
                if letter:
                    if letter["message_type"] == "email_outgoing":
                        letter["subtype_id"] = False
                    self.env["mail.message"].create(
                        {
                            "model": "sale.order",
                            "res_id": order.id,
                            "attachment_ids": [Command.set(file.ids)],
                            "author_id": ours.partner_id.id,
                            "subtype_id": comment.id,
                            **letter,
                        }
                    )
                line = self.lines(kind="document", name=f"{number}.pdf")
                self.assertEqual(line.result, result)
                self.assertEqual(line.detail, order.display_name)
                self.assertEqual(line.res_id, file.id)

    def test_files_of_fields_are_not_told(self):
        self.file(self.shop, "image", res_field="image_1920")
        self.assertFalse(self.lines(kind="document"))

    def test_class_and_status(self):
        card = self.card_of(self.shop)
        self.enter([(self.shop, ago(1), 70)])
        self.derive_all()
        line = self.lines(kind="class")[-1:]
        self.assertEqual((line.partner_id, line.result), (self.shop, "joined"))
        self.assertIn("→", line.detail)
        self.assertTrue(card)

    def test_information_sent_is_named(self):
        material = self.env["client.material"].create({"name": "Autumn catalogue"})
        self.env["client.touchpoint"].create(
            {
                "partner_id": self.shop.id,
                "company_id": self.company.id,
                "kind": "material",
                "material_id": material.id,
                "date": f"{ago(2)} 10:00:00",
            }
        )
        self.assertEqual(self.facts("detail", kind="material"), [("Autumn catalogue",)])
