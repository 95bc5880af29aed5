"""What is sent by the composer, as a document, as SMS: letters or correspondence."""

from odoo.tests import Form, tagged

from .notice import NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeDocument(NoticeCommon):
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

    def test_form_of_the_composer(self):
        """As on the screen: the client is proposed, the user writes and sends."""
        self.clerk.group_ids += self.env.ref("mail.group_mail_template_editor")
        with Form(self.compose(self.person, self.clerk)) as form:
            form.subject = "Prices"
            form.body = "<p>Here they are</p>"
        form.record.partner_ids = self.person
        form.record.action_send_mail()
        self.assertNoticed({"note": "Prices\nHere they are"})
