"""E-mails and SMS exchanged with clients are contacts, correspondence is not (4.3)."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .notice import NoticeCommon

SOURCE = "odoo.addons.client_base_retention.models.client_touchpoint_source"
GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestNoticeMessage(NoticeCommon):
    # -------------------------------------------------------------------- incoming

    def test_incoming_mail(self):
        order = self.quote(self.person, seller=self.seller)
        for record in (self.firm, self.person, self.make_lead(), order):
            with self.subTest(model=record._name):
                self.receive(record)
                self.assertNoticed(
                    {
                        "person_id": self.person,
                        "kind": "email",
                        "direction": "in",
                        "outcome": "reached",
                        "date": datetime(2025, 1, 1, 9),
                        "company_id": self.company,
                    }
                )
                self.forget()

    def test_note_of_what_came_in(self):
        self.receive(self.make_lead())
        self.assertNoticed({"note": "What does it cost?"})
        self.forget()
        self.receive(self.person, body="word " * 1000)
        note = self.assertNoticed({}).note
        self.assertLess(len(note), 250)
        self.assertTrue(note.startswith("What does it cost?\nword word"))

    def test_who_was_written_to(self):
        lead = self.make_lead()
        self.receive(lead)
        self.assertNoticed({"user_id": self.seller})
        self.forget()
        self.receive(self.person)
        self.assertNoticed({"user_id": self.env["res.users"]})

    def test_incoming_from_elsewhere(self):
        self.receive(self.make_lead(), sender="nobody@example.com")
        self.receive(self.make_lead(), sender=self.stranger.email)
        self.assertNoticed(None)
        self.assertFalse(self.touches(self.stranger))

    def test_date_of_the_sender_in_the_future(self):
        later = fields.Datetime.now() + timedelta(days=400)
        self.receive(self.person, date=later)
        found = self.assertNoticed({"kind": "email"})
        self.assertLessEqual(found.date, fields.Datetime.now())

    @mute_logger(GATEWAY)
    def test_automatic_answers(self):
        cases = {
            "Auto-Submitted": ("Auto-Submitted: auto-replied",),
            "generated": ("Auto-Submitted: auto-generated",),
            "Precedence": ("Precedence: bulk",),
            "X-Autoreply": ("X-Autoreply: yes",),
            "X-Autorespond": ("X-Autorespond: yes",),
            "no sender": ("Return-Path: <>",),
        }
        for name, headers in cases.items():
            with self.subTest(header=name):
                self.receive(self.person, headers=headers)
                self.assertNoticed(None)
        for subject in ("Automatic reply: prices", "Автоответ: цены"):
            with self.subTest(subject=subject):
                self.receive(self.person, subject=subject)
                self.assertNoticed(None)
        self.receive(self.person, headers=("Auto-Submitted: no",))
        self.assertNoticed({"direction": "in"})

    def test_new_record_from_a_mail(self):
        leads = self.env["crm.lead"]
        self.receive(leads.browse())
        self.assertNoticed({"direction": "in", "person_id": self.person})

    # -------------------------------------------------------------------- outgoing

    def test_written_in_the_chatter(self):
        order = self.quote(self.person, seller=self.seller)
        for record in (self.firm, self.person, self.make_lead(), order):
            with self.subTest(model=record._name):
                self.write_to(record, self.seller)
                self.assertNoticed(
                    {
                        "person_id": self.person,
                        "kind": "email",
                        "direction": "out",
                        "user_id": self.seller,
                    }
                )
                self.forget()

    def test_client_follows_the_record(self):
        lead = self.make_lead()
        lead.message_subscribe(self.person.ids)
        partners = self.env["res.partner"]
        self.write_to(lead, self.seller, partners)
        self.assertNoticed({"person_id": self.person})

    def test_one_for_each_client(self):
        beta = self.make_partner("Beta", email="beta@example.com")
        beta.action_add_to_client_base()
        people = self.person + self.other_person + beta + self.stranger
        self.write_to(self.make_lead(), self.seller, people)
        self.assertNoticed({"kind": "email"})
        self.assertNoticed({"kind": "email"}, beta)
        self.assertFalse(self.touches(self.stranger))

    def test_note_of_what_was_written(self):
        self.write_to(self.person)
        self.assertNoticed({"note": "Here is our price"})
        self.forget()
        self.write_to(self.make_lead(), self.seller)
        # Whoever sees the client need not see the opportunity.
        self.assertNoticed({"note": False})
        self.forget()
        self.write_to(self.make_lead(), self.seller, subject="Price")
        self.assertNoticed({"note": "Price"})

    def test_from_the_users_own_mail_programme(self):
        lead = self.make_lead()
        lead.message_subscribe(self.person.ids)
        self.receive(lead, sender=self.seller.email)
        self.assertNoticed({"direction": "out", "user_id": self.seller})

    def test_no_contacts(self):
        lead = self.make_lead()
        lead.message_subscribe(self.person.ids)
        ways = {
            "note": {"subtype_xmlid": "mail.mt_note"},
            "notification": {"message_type": "notification"},
            "automatic comment": {"message_type": "auto_comment"},
            "absence": {"message_type": "out_of_office"},
            "document": {
                "email_layout_xmlid": "mail.mail_notification_layout_with_responsible_"
                "signature"
            },
        }
        for name, values in ways.items():
            with self.subTest(message=name):
                self.write_to(lead, self.seller, **values)
                self.assertNoticed(None)
        with self.subTest(message="unnoticed"):
            self.write_to(lead.with_context(client_unnoticed=True), self.seller)
            self.assertNoticed(None)
        with self.subTest(message="OdooBot"):
            lead.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.person.ids,
            )
            self.assertNoticed(None)
        with self.subTest(message="template by the system"):
            self.template.with_user(self.clerk).send_mail(self.person.id)
            self.person.with_user(self.clerk).message_post_with_source(
                self.template, subtype_xmlid="mail.mt_comment"
            )
            self.assertNoticed(None)

    def test_light_layout(self):
        """On contacts and opportunities people write, elsewhere documents are sent."""
        order = self.quote(self.person, seller=self.seller)
        light = {"email_layout_xmlid": "mail.mail_notification_light"}
        self.write_to(order, self.seller, **light)
        self.assertNoticed(None)
        for record in (self.person, self.make_lead()):
            with self.subTest(model=record._name):
                self.write_to(record, self.seller, **light)
                self.assertNoticed({"direction": "out"})
                self.forget()

    def test_mail_to_the_client_with_us_in_copy(self):
        """The letter of the seller's own mail programme; the client is in *To*."""
        lead = self.make_lead()
        self.receive(lead, sender=self.seller.email, to=self.person.email)
        self.assertNoticed({"direction": "out", "user_id": self.seller})

    def test_defaults_of_the_act(self):
        record = self.person.with_context(
            default_person_id=self.stranger.id, default_kind="call"
        )
        self.write_to(record)
        self.assertNoticed({"kind": "email", "person_id": self.person})

    def test_portal_user_writes(self):
        outsider = self.make_outsider("vera_n", self.person)
        order = self.quote(self.person, seller=self.seller)
        order.message_subscribe(self.person.ids)
        order.with_user(outsider).sudo().message_post(
            body="Order signed by Vera",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.person.id,
        )
        self.assertNoticed(None)

    def test_between_colleagues(self):
        self.write_to(self.person, partners=self.seller.partner_id)
        self.assertNoticed(None)

    def test_scheduled_message(self):
        later = fields.Datetime.now() + timedelta(days=1)
        message = self.write_to(self.person, scheduled_date=later)
        self.assertNoticed(None)
        schedules = self.env["mail.message.schedule"]
        schedules.search([("mail_message_id", "=", message.id)]).force_send()
        self.assertNoticed({"direction": "out", "user_id": self.clerk})

    def test_edited_later(self):
        message = self.write_to(self.person)
        self.forget()
        message.sudo().write({"body": "Another", "starred_partner_ids": False})
        message.sudo().partner_ids = self.person + self.other_person
        self.assertNoticed(None)
        message.sudo().unlink()
        self.assertNoticed(None)

    def test_deleted_later(self):
        self.write_to(self.person).sudo().unlink()
        found = self.assertNoticed({"kind": "email"})
        self.assertTrue(found.source_name)

    # --------------------------------------------------- rights, companies, history

    def test_company(self):
        self.firm.with_company(self.company_b).action_add_to_client_base()
        user = self.make_user(
            "second_m", "base.group_user,base.group_partner_manager", self.company_b
        )
        self.write_to(self.person, user)
        self.assertNoticed({"company_id": self.company_b})
        self.forget()
        self.receive(self.person)
        self.assertNoticed({"company_id": self.env.company})

    @mute_logger("odoo.sql_db", SOURCE)
    def test_fault_does_not_stop_the_user(self):
        def fail(self):
            self.env.cr.execute("SELECT no_such_column")

        with patch.object(self.registry["mail.message"], "_client_letters", fail):
            message = self.write_to(self.person)
            self.receive(self.person)
        self.assertIn(message, self.person.message_ids)
        self.assertEqual(message.notified_partner_ids, self.person)
        self.assertNoticed(None)

    def test_writes_touchpoints_only(self):
        before = self.env["mail.message"].search_count([])
        self.write_to(self.person)
        self.assertEqual(self.env["mail.message"].search_count([]), before + 1)

    def test_history(self):
        silent = {"client_unnoticed": True}
        self.write_to(self.person.with_context(**silent))
        self.write_to(self.person.with_context(**silent), subtype_xmlid="mail.mt_note")
        self.receive(self.person.with_context(**silent))
        self.env["client.touchpoint"].search([]).unlink()
        messages = self.person.message_ids + self.firm.message_ids
        contacts = messages._client_contacts()
        self.assertEqual([v["direction"] for v in contacts], ["in", "out"])
        for _time in range(2):
            self.env["client.touchpoint"]._notice(messages._client_contacts())
        self.assertEqual(len(self.touches()), 2)
        self.assertEqual(self.env["mail.message"]._client_contacts(), [])

    def test_queries_of_history(self):
        counts = []
        for number in (3, 30):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            messages = self.env["mail.message"].create(
                [
                    {
                        "model": "res.partner",
                        "res_id": partner.id,
                        "message_type": kind,
                        "subtype_id": self.env.ref("mail.mt_comment").id,
                        "author_id": author.id,
                        "partner_ids": [Command.set(partner.ids)],
                    }
                    for partner in partners
                    for kind, author in (
                        ("comment", self.seller.partner_id),
                        ("email", partner),
                    )
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = messages._client_contacts()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), 2 * number)
        self.assertLessEqual(counts[1], counts[0])

    def test_nothing_asked_of_others(self):
        """A letter to who is no client costs one query more, a note none."""
        silent = self.stranger.with_context(client_unnoticed=True)
        kinds = {"letter": (("mail.mt_comment"), 1), "note": (("mail.mt_note"), 0)}
        for name, (subtype, more) in kinds.items():
            with self.subTest(message=name):
                counts = []
                for record in (silent, silent, self.stranger, self.stranger):
                    partners = self.stranger if more else self.env["res.partner"]
                    before = self.env.cr.sql_log_count
                    self.write_to(record, partners=partners, subtype_xmlid=subtype)
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - before)
                # With the savepoint around it.
                self.assertLessEqual(counts[3] - counts[1], 3 * more)
