"""What the tests of noticed contacts share: a client, its people, ours."""

from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from .common import SALES, ClientBaseCommon

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{key}@example.com>
Date: {date}
{headers}Content-Type: text/plain; charset=utf-8

{body}
"""


class NoticeCommon(ClientBaseCommon):
    """A client with a person and a card; a salesperson and an employee, no roles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.firm = partners.create(
            {"name": "Alfa", "is_company": True, "email": "alfa@example.com"}
        )
        cls.person, cls.other_person = partners.create(
            [
                {
                    "name": name,
                    "parent_id": cls.firm.id,
                    "email": f"{name.lower()}@example.com",
                    "phone": "+1 202 555 0100",
                }
                for name in ("Vera", "Boris")
            ]
        )
        cls.stranger = partners.create(
            {"name": "Supplier", "is_company": True, "email": "sup@example.com"}
        )
        cls.firm.action_add_to_client_base()
        cls.seller = cls.make_user("seller_n", SALES, email="seller@example.com")
        # No role in the client base, none in sales.
        cls.clerk = cls.make_user(
            "clerk_n",
            "base.group_user,base.group_partner_manager",
            email="c@example.com",
        )
        cls.policy.order_counts_as = "nothing"
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Proposal",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Our proposal",
                "body_html": "<p>Dear client</p>",
                "partner_to": "{{ object.id }}",
            }
        )

    def touches(self, client=None):
        """The contacts recorded with a client, the oldest first."""
        return self.env["client.touchpoint"].search(
            [("partner_id", "=", (client or self.firm).id)], order="date, id"
        )

    def assertNoticed(self, values=None, client=None):
        """Exactly one contact, with these values; None: no contact at all."""
        found = self.touches(client)
        self.assertEqual(len(found), 0 if values is None else 1, found.mapped("note"))
        for key, expected in (values or {}).items():
            got = found[key]
            self.assertEqual(got, expected, key)
        return found

    def forget(self):
        self.touches().unlink()

    def make_lead(self, partner=None, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": (partner or self.person).id,
                "user_id": self.seller.id,
                **values,
            }
        )

    def meet(self, user=None, hours_ago=2, people=None, **values):
        """A meeting of an hour with these people, made by ``user``."""
        user = user or self.clerk
        people = self.person if people is None else people
        start = fields.Datetime.now() - timedelta(hours=hours_ago)
        return (
            self.env["calendar.event"]
            .with_user(user)
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Talk about prices",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.set((people.sudo() | user.partner_id).ids)],
                    **values,
                }
            )
        )

    def receive(self, record, sender=None, headers=(), **values):
        """A raw mail that comes in on ``record``."""
        date = values.get("date", datetime(2025, 1, 1, 9))
        raw = MAIL.format(
            sender=sender or self.person.email,
            to=values.get("to", "us@example.com"),
            subject=values.get("subject", "What does it cost?"),
            key=f"{record._name}-{record.id}-{self.env['mail.message'].search_count([])}",
            date=date.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            headers="".join(f"{line}\n" for line in headers),
            body=values.get("body", "Hello, what does it cost?"),
        )
        threads = self.env["mail.thread"]
        threads.message_process(record._name, raw, thread_id=record.id)

    def write_to(self, record, user=None, partners=None, **values):
        """A message from the chatter of ``record``."""
        partners = self.person if partners is None else partners
        return (
            record.with_user(user or self.clerk)
            .sudo(False)
            .message_post(
                **{
                    "body": "Here is our price",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": partners.ids,
                    **values,
                }
            )
        )

    def make_outsider(self, login, partner=None):
        """A portal user; given a contact, it is that contact's login."""
        values = {"partner_id": partner.id} if partner else {}
        return new_test_user(self.env, login, groups="base.group_portal", **values)
