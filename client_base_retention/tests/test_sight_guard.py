"""Nobody gets at a hidden client by naming him in a document of his own."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON
from .sight import SightCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSightGuard(SightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own.group_ids += cls.env.ref("base.group_partner_manager")

    def setUp(self):
        super().setUp()
        self.hide_one()
        self.env.flush_all()
        self.env.invalidate_all()

    def assertRefused(self, act, *args):
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            act(*args)
        self.assertUnseen(str(caught.exception))

    def test_new(self):
        event = {
            "name": "Meet",
            "start": datetime(2025, 6, 20, 9),
            "stop": datetime(2025, 6, 20, 10),
        }
        hidden, person = self.hidden.id, self.hidden.child_ids.id
        for model, values in (
            ("crm.lead", {"name": "Deal", "partner_id": hidden}),
            ("crm.lead", {"name": "Deal", "partner_id": person}),
            ("sale.order", {"partner_id": hidden}),
            ("sale.order", {"partner_id": self.mine.id, "partner_shipping_id": hidden}),
            ("calendar.event", event | {"partner_ids": [Command.link(person)]}),
            ("calendar.event", event | {"partner_ids": [Command.set([hidden])]}),
            ("calendar.event", event | {"partner_ids": [hidden]}),
            (
                "calendar.event",
                event | {"attendee_ids": [Command.create({"partner_id": person})]},
            ),
            ("res.partner", {"name": "Person", "parent_id": hidden}),
            ("res.partner", {"name": "Friend", "referrer_id": hidden}),
            ("client.touchpoint", {"partner_id": hidden, "kind": "call"}),
            (
                "client.touchpoint",
                {"partner_id": hidden, "kind": "call", "date": "2030-01-01 00:00:00"},
            ),
        ):
            with self.subTest(model, values=list(values)):
                self.assertRefused(self.env[model].with_user(self.own).create, values)

    def test_present(self):
        event = self.env["calendar.event"].search([("user_id", "=", self.own.id)])
        for record, values in (
            (self.my_traces["lead"], {"partner_id": self.hidden.id}),
            (self.my_traces["quote"], {"partner_id": self.hidden.id}),
            (self.my_traces["quote"], {"partner_invoice_id": self.hidden.id}),
            (event, {"partner_ids": [Command.link(self.hidden.id)]}),
            (self.mine.child_ids, {"parent_id": self.hidden.id}),
            (self.mine, {"referrer_id": self.hidden.id}),
        ):
            with self.subTest(record._name, values=values):
                self.assertRefused(record.with_user(self.own).write, values)

    def test_unsaved(self):
        """The form that is not saved tells nothing either."""
        shown = {"partner_id": {"fields": {"display_name": {}}}}
        for model, more in (("crm.lead", ("phone", "email_from")), ("sale.order", ())):
            records = self.env[model].with_user(self.own)
            spec = shown | {name: {} for name in more}
            for value in (self.hidden.id, {"id": self.hidden.id}):
                with self.subTest(model):
                    self.assertRefused(
                        records.onchange, {"partner_id": value}, ["partner_id"], spec
                    )

    def test_defaults(self):
        """Nor does what a link gives a new record."""
        shown = {"partner_id": {"fields": {"display_name": {}}}}
        day = {"date": "2025-06-10 10:00:00", "kind": "call"}
        for model, values in (
            ("crm.lead", {"name": "Deal"}),
            ("sale.order", {}),
            ("client.touchpoint", day),
            ("client.purchase.entry", {"amount": 5}),
            ("client.review", {"text": "Look"}),
            ("client.log.contact", {}),
        ):
            records = self.env[model].with_user(self.own)
            records = records.with_context(default_partner_id=self.hidden.id)
            with self.subTest(model):
                self.assertRefused(records.create, values)
                self.assertRefused(records.onchange, {}, [], shown)

    def test_small_records(self):
        """Nothing that takes a contact by his number says his name."""
        hidden = self.hidden.id
        quote = self.my_traces["quote"]
        link = {"res_model": "sale.order", "res_id": quote.id, "amount": 1}
        for model, values in (
            ("calendar.filters", {"user_id": self.own.id, "partner_id": hidden}),
            ("client.log.contact", {"partner_id": hidden}),
            ("payment.link.wizard", link | {"partner_id": hidden}),
            ("portal.wizard", {"user_ids": [Command.create({"partner_id": hidden})]}),
            ("base.partner.merge.automatic.wizard", {"dst_partner_id": hidden}),
            ("crm.lead2opportunity.partner.mass", {"partner_id": hidden}),
            ("mail.compose.message", {"author_id": hidden}),
            (
                "mail.scheduled.message",
                {
                    "author_id": hidden,
                    "model": "res.partner",
                    "res_id": self.mine.id,
                    "scheduled_date": "2030-01-01 00:00:00",
                },
            ),
        ):
            with self.subTest(model):
                self.assertRefused(self.env[model].with_user(self.own).create, values)

    def test_activity_about_whom(self):
        """Found by the system: nobody learns a name by saying a number."""
        partner = self.mine.with_user(self.own)
        activity = partner.activity_schedule("mail.mail_activity_data_todo")
        activity.write({"client_id": self.hidden.id})
        self.assertEqual(activity.client_id, self.mine)
        todo = {"summary": "Mine alone", "user_id": self.own.id}
        activities = self.env["mail.activity"].with_user(self.own)
        for context, values in (
            ({}, {"client_id": self.hidden.id}),
            ({"default_client_id": self.hidden.id}, {}),
        ):
            with self.subTest(context):
                alone = activities.with_context(**context).create(todo | values)
                self.assertFalse(alone.sudo().client_id)

    def test_material_to_whom(self):
        material = self.env["client.material"].create(
            {"name": "Catalogue", "kind": "catalogue"}
        )
        values = {
            "card_ids": [Command.set(self.mine.client_card_id.ids)],
            "material_id": material.id,
            "channel": "email",
            "person_id": self.hidden.child_ids.id,
        }
        send = self.env["client.material.send"].with_user(self.own)
        self.assertRefused(send.create, values)

    def test_analytic_accounts_are_named(self):
        """A list with the account of a hidden client opens, and does not name him."""
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        accounts = self.env["account.analytic.account"].create(
            [
                {"name": "P1", "plan_id": plan.id, "partner_id": self.hidden.id},
                {"name": "P2", "plan_id": plan.id, "partner_id": self.mine.id},
            ]
        )
        self.env.invalidate_all()
        read = accounts.with_user(self.own).web_read({"display_name": {}})
        self.assertEqual(
            [row["display_name"] for row in read], ["P1", f"P2 - {self.mine.name}"]
        )
        names = accounts.with_user(self.own).name_search("P1")
        self.assertUnseen(str(names))
        self.assertIn(self.hidden.name, accounts[0].display_name)

    def test_payment_of_a_client_handed_over(self):
        quote = self.traces["quote"]
        quote.user_id = self.own
        wizard = self.env["payment.link.wizard"].with_user(self.own)
        values = {"res_model": "sale.order", "res_id": quote.id, "amount": 1}
        wizard.create(values | {"partner_id": self.hidden.id})

    def test_name_only(self):
        """A document that is seen names its client, without his address."""
        quote = self.traces["quote"]
        quote.user_id = self.own
        self.hidden.write({"street": "Quiet lane 5", "email": "quiet@example.org"})
        self.env.flush_all()
        self.env.invalidate_all()
        seen = quote.with_user(self.own)
        for key in ("show_address", "show_email"):
            with self.subTest(key):
                row = seen.with_context(**{key: True}).read(["partner_id"])
                self.assertNotIn("uiet", str(row))
                self.assertIn(self.hidden.name, str(row))
        mine = self.my_traces["quote"].with_user(self.own)
        self.mine.email = "mine@example.org"
        row = mine.with_context(show_email=True).read(["partner_id"])
        self.assertIn("mine@example.org", str(row))

    def test_hidden_follower(self):
        """Messages are written in a document that a hidden contact follows."""
        quote = self.my_traces["quote"]
        quote.message_subscribe([self.hidden.id])
        self.env.flush_all()
        self.env.invalidate_all()
        found = quote.with_user(self.own)._message_get_suggested_recipients()
        self.assertUnseen(str(found))

    def test_who_stands_there_already(self):
        """His own documents with a client who was handed over go on."""
        lead, quote = self.traces["lead"], self.traces["quote"]
        lead.user_id = quote.user_id = self.own
        event = self.env["calendar.event"].search([("user_id", "=", self.own.id)])
        event.partner_ids |= self.hidden
        for record, values in (
            (lead, {"partner_id": self.hidden.id, "name": "Better deal"}),
            (quote, {"partner_id": self.hidden.id}),
            (event, {"partner_ids": [Command.link(self.mine.id)], "name": "Later"}),
        ):
            with self.subTest(record._name):
                self.env.flush_all()
                self.env.invalidate_all()
                record.with_user(self.own).write(values)

    def test_names_in_errors(self):
        """Who is told of an error is not told of whom."""
        cards = self.env["client.card"].with_user(self.own)
        self.assertRefused(
            cards.create,
            {"partner_id": self.hidden.child_ids.id, "company_id": self.company.id},
        )

    def test_regulation(self):
        """The form of a regulation counts everybody's clients: not for him."""
        policy = self.policy.with_user(self.own)
        self.assertEqual(list(policy.preview), ["sentence"])
        self.assertNotIn("Colleague", str(policy.load))
        self.assertIn("groups", self.policy.with_user(self.all).preview)
