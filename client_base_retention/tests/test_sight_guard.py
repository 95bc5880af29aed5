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
