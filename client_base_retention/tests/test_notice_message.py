"""E-mails and SMS exchanged with clients are contacts, correspondence is not (4.3)."""

from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .notice import NoticeCommon

GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestNoticeMessage(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Proposal",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Our proposal",
                "body_html": "<p>Dear client</p>",
                "partner_to": "{{ object.id }}",
            }
        )

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

    # ---------------------------------------------------------- composer, documents

    def compose(self, records, user, mode="comment", **context):
        composers = self.env["mail.compose.message"].with_user(user)
        return composers.with_context(
            default_model=records._name,
            default_res_ids=records.ids,
            default_composition_mode=mode,
            **context,
        )

    def test_composer(self):
        composer = self.compose(self.person, self.clerk).create(
            {
                "subject": "Prices",
                "body": "<p>Here they are</p>",
                "partner_ids": self.person.ids,
            }
        )
        composer.action_send_mail()
        self.assertNoticed({"note": "Prices\nHere they are", "direction": "out"})

    def test_composer_with_a_template(self):
        """Who takes a template on a contact, reads and sends it, writes to him."""
        composer = self.compose(self.person, self.clerk).create(
            {"template_id": self.template.id}
        )
        composer.action_send_mail()
        self.assertNoticed({"note": "Our proposal\nDear client"})

    def test_composer_to_many(self):
        people = self.person + self.other_person
        composer = self.compose(people, self.clerk, "mass_mail").create(
            {"subject": "To all", "body": "<p>News</p>"}
        )
        composer.action_send_mail()
        self.assertNoticed(None)

    def test_quotation_sent(self):
        order = self.quote(self.person, seller=self.seller).with_user(self.seller)
        action = order.action_quotation_send()
        composer = self.env["mail.compose.message"].with_user(self.seller)
        composer.with_context(**action["context"]).create({}).action_send_mail()
        self.assertEqual(order.state, "sent")
        self.assertNoticed(None)

    def test_invoice_sent(self):
        self.set_up_accounting(self.company)
        move = self.invoice(self.person, "2025-06-01", 100)
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model=move._name, active_ids=move.ids
        )
        wizard.create(
            {"sending_methods": ["email"], "mail_partner_ids": self.person.ids}
        ).action_send_and_print(allow_fallback_pdf=True)
        self.assertIn(self.person, move.message_ids.partner_ids)
        self.assertNoticed(None)

    def test_order_confirmation_sent(self):
        order = self.buy(self.person)
        order.with_user(self.seller)._send_order_confirmation_mail()
        self.assertNoticed(None)

    def test_channel(self):
        channel = self.env["discuss.channel"].create({"name": "Talk"})
        channel.add_members(self.person.ids)
        channel.with_user(self.seller).sudo().message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNoticed(None)

    # ------------------------------------------------------------------------- SMS

    def test_sms(self):
        if not hasattr(self.person, "_message_sms"):
            self.skipTest("SMS are not installed.")
        lead = self.make_lead()
        for record in (self.person, lead):
            with self.subTest(model=record._name):
                record.with_user(self.seller)._message_sms("Your goods are here")
                self.assertNoticed(
                    {"kind": "message", "direction": "out", "user_id": self.seller}
                )
                self.forget()

    def test_sms_to_many(self):
        if not hasattr(self.person, "_message_sms"):
            self.skipTest("SMS are not installed.")
        people = (self.person + self.other_person).with_user(self.seller)
        people._message_sms_schedule_mass(body="Sale today")
        self.assertNoticed(None)

    def test_sms_of_the_system(self):
        if not hasattr(self.person, "_message_sms"):
            self.skipTest("SMS are not installed.")
        self.person._message_sms("Meeting in an hour")
        self.assertNoticed(None)

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
        self.assertEqual(counts[0], counts[1])

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

    def test_form_of_the_composer(self):
        """As on the screen: the client is proposed, the user writes and sends."""
        self.clerk.group_ids += self.env.ref("mail.group_mail_template_editor")
        with Form(self.compose(self.person, self.clerk)) as form:
            form.subject = "Prices"
            form.body = "<p>Here they are</p>"
        form.record.partner_ids = self.person
        form.record.action_send_mail()
        self.assertNoticed({"note": "Prices\nHere they are"})
