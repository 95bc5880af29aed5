"""*Remind*: one message for each salesperson with his overdue clients."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON
from .compliance_report import MAY, ComplianceReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceRemind(ComplianceReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.june = cls.month()
        users = cls.olga | cls.ivan | cls.petra | cls.lena
        users.notification_type = "inbox"
        for user in users:
            cls.people(cls.june, user)
        cls.beta = cls.make_card(cls.olga, name="Beta Trade")
        cls.line(
            cls.june,
            card=cls.beta,
            abc_class="vip",
            due_date="2025-06-05",
            last_contact_date="2025-05-29",
        )
        cls.line(cls.june, "late", card=cls.make_card(cls.olga, name="Late one"))
        cls.line(cls.june, "kept", card=cls.make_card(cls.olga, name="Kept one"))
        cls.line(cls.june, user=cls.petra)

    def remind(self, *users, sender=None, **options):
        """What the page says, and the messages that were made."""
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        ids = [user.id for user in users]
        said = self.page(sender).remind(ids, **options)
        messages = self.env["mail.message"].search([("id", ">", last)], order="id")
        return said, messages

    def test_one_message_each_and_nobody_else(self):
        said, messages = self.remind(self.olga, self.petra, self.ivan)
        self.assertEqual(said["sent"], 2)
        self.assertEqual(
            said["text"], "2 salespeople reminded. Nothing is overdue now: Ivan."
        )
        self.assertEqual(
            [message.notified_partner_ids for message in messages],
            [self.olga.partner_id, self.petra.partner_id],
        )
        self.assertEqual(messages.author_id, self.head.partner_id)

    def test_message_says_who_what_and_leads_there(self):
        _said, message = self.remind(self.olga)
        body = message.body
        for part in (
            "Head reminds you",
            "Beta Trade (VIP)",
            "Call, 10 d late of 7, last contact May 29",
            f'href="/odoo/res.partner/{self.beta.partner_id.id}"',
            "/odoo/my-day",
        ):
            self.assertIn(part, body)
        for name in ("Late one", "Kept one"):
            self.assertNotIn(name, body)
        self.assertEqual(message.subject, "Clients overdue for a contact: 1")

    def test_preference_of_the_recipient_decides(self):
        for preference, kind in (("inbox", "inbox"), ("email", "email")):
            with self.subTest(preference=preference):
                self.olga.notification_type = preference
                _said, message = self.remind(self.olga, again=True)
                kinds = message.notification_ids.mapped("notification_type")
                self.assertEqual(kinds, [kind])

    def test_nobody_has_anything_overdue(self):
        said, messages = self.remind(self.ivan)
        self.assertEqual(
            said["text"], "Nobody was reminded. Nothing is overdue now: Ivan."
        )
        self.assertFalse(messages)
        self.assertFalse(said["sent"])
        self.assertFalse(self.row(self.report(), self.ivan)["reminded"])

    def test_reminder_is_of_the_present_month(self):
        may = self.month(MAY)
        self.people(may, self.ivan)
        self.line(may, user=self.ivan)
        self.close(may)
        said, messages = self.remind(self.ivan)
        self.assertFalse(messages)

    def test_what_another_took_over_is_not_his_any_more(self):
        self.line(self.june, user=self.ivan, is_closed=True)
        _said, messages = self.remind(self.ivan)
        self.assertFalse(messages)

    def test_second_reminder_of_a_day_is_asked_for(self):
        with freeze_time("2025-06-15 10:12:00"):
            self.remind(self.olga)
            self.env.cr.execute(
                "UPDATE client_compliance_reminder SET create_date = %s",
                ["2025-06-15 10:12:00"],
            )
            self.env["client.compliance.reminder"].invalidate_model()
        said, messages = self.remind(self.olga, self.petra)
        self.assertIn("Olga was reminded today at 10:12 by Head.", said["ask"])
        self.assertFalse(messages, "neither he nor the others before the answer")
        said, messages = self.remind(self.olga, self.petra, again=True)
        self.assertEqual(len(messages), 2)

    def test_page_tells_of_the_last_reminder_of_the_month(self):
        self.remind(self.olga)
        for moment, expected in (
            ("2025-05-31 23:59:00", False),
            ("2025-06-03 09:00:00", "reminded Jun 3 09:00 by Head"),
            ("2025-06-15 10:12:00", "reminded today 10:12 by Head"),
        ):
            with self.subTest(moment=moment):
                self.env.cr.execute(
                    "UPDATE client_compliance_reminder SET create_date = %s", [moment]
                )
                self.env["client.compliance.reminder"].invalidate_model()
                row = self.row(self.report(), self.olga)
                self.assertEqual(row["reminded"], expected)

    def test_rights(self):
        for sender, user, may in (
            (self.head, self.petra, True),
            (self.lena, self.olga, True),
            (self.lena, self.petra, False),
            (self.olga, self.olga, False),
            (self.olga, self.petra, False),
        ):
            with self.subTest(sender=sender.name, user=user.name):
                if may:
                    said, messages = self.remind(user, sender=sender, again=True)
                    self.assertEqual(len(messages), 1)
                    continue
                with self.assertRaises(AccessError):
                    self.remind(user, sender=sender)

    def test_leader_reminds_of_the_clients_of_his_team(self):
        other = self.make_card(self.olga, name="Of another team")
        self.line(self.june, card=other, team_id=self.south.id)
        _said, message = self.remind(self.olga, sender=self.lena)
        self.assertIn("Beta Trade", message.body)
        self.assertNotIn("Of another team", message.body)

    def test_one_who_left_is_not_written_to(self):
        self.olga.active = False
        _said, messages = self.remind(self.olga)
        self.assertFalse(messages)

    def test_long_lists_are_cut(self):
        self.lines(self.june, user=self.ivan, not_made=53)
        _said, message = self.remind(self.ivan)
        self.assertEqual(message.body.count("<li>"), 50)
        self.assertIn("and 3 more", message.body)

    def test_reminders_are_not_written_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["client.compliance.reminder"].with_user(self.head).create(
                {"user_id": self.olga.id, "company_id": self.company.id}
            )
