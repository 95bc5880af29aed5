"""Restricting a salesperson breaks nothing of his day in Odoo (design 5)."""

from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..models.res_users_sight import UNASSIGNED
from .common import NOON, ROLE_OWN, TODAY
from .sight import MARK, SightCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSightDaily(SightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own.group_ids += cls.env.ref("base.group_partner_manager")
        cls.colleague.group_ids += cls.env.ref("base.group_partner_manager")

    def setUp(self):
        super().setUp()
        self.hide_one()

    def as_own(self, record):
        """A record as a call of the salesperson finds it: nothing read before."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.own).with_context(
            allowed_company_ids=self.company.ids
        )

    # ------------------------------------------------------------------ people, firms

    def test_people_of_the_firm(self):
        """Users, also one who is a person of a client, his own contact, the firm."""
        self.colleague.partner_id.parent_id = self.hidden
        self.env.flush_all()
        self.own.partner_id.parent_id = self.hidden
        self.env.flush_all()
        users = self.as_own(self.own | self.colleague | self.head)
        self.assertEqual(len(users.read(["name", "email", "partner_id"])), 3)
        found = self.as_own(self.env["res.users"]).search([("id", "in", users.ids)])
        self.assertEqual(found, users)
        self.assertTrue(self.as_own(self.env["res.users"]).name_search("Colleague"))
        self.assertTrue(self.as_own(self.own.partner_id).read(["name", "phone"]))
        self.as_own(self.own).write({"signature": "Yours"})
        self.company.partner_id.user_id = self.colleague
        for partner in (self.company.partner_id, self.colleague.partner_id):
            self.assertTrue(self.as_own(partner).read(["name", "email"]))
        self.assertTrue(self.as_own(self.company).read(["name", "email"]))

    def test_contacts_outside_the_base(self):
        vendor = self.make_partner("Vendor", user_id=self.colleague.id)
        self.as_own(vendor).write({"comment": "Cheap"})
        self.assertTrue(
            self.as_own(self.env["res.partner"]).search([("id", "=", vendor.id)])
        )

    def test_screens(self):
        """Forms and lists open, also of his own documents with a hidden client."""
        quote, lead = self.traces["quote"], self.traces["lead"]
        quote.user_id = lead.user_id = self.own
        for record in (
            self.mine,
            self.mine.child_ids,
            self.my_traces["quote"],
            self.my_traces["lead"],
            self.card_of(self.mine),
            quote,
            lead,
        ):
            with self.subTest(f"{record._name}: {record.display_name}"):
                form = Form(self.as_own(record))
                self.assertEqual(form.id, record.id)
        for name in ("res.partner", "sale.order", "crm.lead", "client.card"):
            model = self.as_own(self.env[name])
            for kind in ("list", "kanban"):
                with self.subTest(name, kind=kind):
                    view = model.get_view(view_type=kind)
                    shown = {field: {} for field in view["models"][name]}
                    self.assertTrue(model.web_search_read([], shown)["records"])

    # ---------------------------------------------------------------------- documents

    def test_order_of_his_client(self):
        quote = self.as_own(self.env["sale.order"]).create(
            {
                "partner_id": self.mine.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 50})
                ],
            }
        )
        quote.message_subscribe(self.colleague.partner_id.ids)
        action = self.as_own(quote).action_quotation_send()
        composer = Form(
            self.as_own(self.env["mail.compose.message"]).with_context(
                **action["context"]
            )
        ).save()
        self.as_own(composer).action_send_mail()
        self.as_own(quote).action_confirm()
        self.assertEqual(quote.state, "sale")
        self.as_own(quote).message_post(body="Well done")
        self.as_own(quote).read(["message_follower_ids", "message_partner_ids"])
        report = self.as_own(self.env["ir.actions.report"])
        html, _kind = report._render_qweb_html("sale.report_saleorder", quote.ids)
        self.assertIn("Mine", html.decode())

    def test_order_of_who_is_hidden_now(self):
        """A quotation of a client who was handed over can be finished."""
        quote = self.traces["quote"]
        quote.user_id = self.own
        self.as_own(quote).action_confirm()
        self.assertEqual(quote.state, "sale")
        self.as_own(quote).write({"note": "Deliver at noon"})
        self.as_own(quote).message_post(body="Done")

    def test_followers_and_talk(self):
        """A hidden follower is not in the way."""
        quote = self.my_traces["quote"]
        quote.message_subscribe(self.hidden.ids)
        as_own = self.as_own(quote)
        as_own.message_post(body="Hello", partner_ids=self.colleague.partner_id.ids)
        as_own = self.as_own(quote)
        self.assertNotIn(self.hidden, as_own.message_partner_ids.sudo(False))
        as_own.message_subscribe(self.colleague.partner_id.ids)
        as_own.message_unsubscribe(self.colleague.partner_id.ids)
        self.as_own(self.mine).message_post(
            body="@", partner_ids=self.head.partner_id.ids
        )
        self.assertIn(self.hidden, quote.sudo().message_partner_ids)

    def test_activity_for_a_colleague(self):
        activity = self.as_own(self.mine).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id, summary="Help"
        )
        self.as_own(activity).write({"summary": "Help me"})
        self.as_own(activity).action_feedback(feedback="Thanks")
        self.hidden.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.own.id, date_deadline=TODAY
        )
        for method in ("_get_activity_groups", "systray_get_activities"):
            users = self.as_own(self.env["res.users"])
            if hasattr(users, method):
                getattr(users, method)()

    def test_calendar(self):
        event = self.as_own(self.env["calendar.event"]).create(
            {
                "name": "Plan",
                "start": datetime(2025, 6, 17, 9),
                "stop": datetime(2025, 6, 17, 10),
                "partner_ids": [
                    Command.set(
                        (
                            self.own.partner_id
                            | self.colleague.partner_id
                            | self.mine.child_ids
                        ).ids
                    )
                ],
            }
        )
        self.as_own(event).write({"start": datetime(2025, 6, 17, 8)})
        theirs = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": datetime(2025, 6, 18, 9),
                "stop": datetime(2025, 6, 18, 10),
                "user_id": self.colleague.id,
                "partner_ids": [
                    Command.set((self.colleague.partner_id | self.hidden).ids)
                ],
            }
        )
        calendar = self.as_own(self.env["calendar.event"])
        view = calendar.get_view(view_type="calendar")
        names = list(view["models"]["calendar.event"])
        both = event | theirs
        rows = calendar.search_read([("id", "in", both.ids)], names)
        self.assertEqual(len(rows), 2)
        Form(self.as_own(event))
        Form(self.as_own(theirs))
        # Invited together with somebody hidden: his own calendar is whole.
        theirs.partner_ids |= self.own.partner_id
        attendee = theirs.attendee_ids.filtered(
            lambda a: a.partner_id == self.own.partner_id
        )
        self.as_own(attendee).do_accept()
        self.assertEqual(len(self.as_own(theirs).attendee_ids), 3)
        self.as_own(event).unlink()

    # ------------------------------------------------------------------------ clients

    def test_new_client(self):
        """Whom he adds is his: he does not lose him."""
        self.env["ir.config_parameter"].set_param(UNASSIGNED, "head")
        partners = self.as_own(self.env["res.partner"])
        form = Form(partners)
        form.name = "Newcomer"
        new = form.save()
        new.action_add_to_client_base()
        self.assertEqual(new.user_id, self.own)
        self.assertTrue(self.as_own(new).read(["name", "client_status"]))
        person = partners.create({"name": "Boss", "parent_id": new.id})
        self.assertTrue(self.as_own(person).read(["name"]))
        self.as_own(new).write({"phone": "+32 2 555 11 22", "abc_class_manual": "a"})
        self.as_own(self.env["client.my.day"]).add_client(
            partners.create({"name": "From my day"}).id
        )
        by_order = partners.create({"name": "By order"})
        order = self.as_own(self.env["sale.order"]).create(
            {
                "partner_id": by_order.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.as_own(order).action_confirm()
        self.assertTrue(self.as_own(by_order).read(["name", "client_status"]))
        by_hand = partners.create({"name": "By hand"})
        self.as_own(self.env["client.purchase.entry"]).create(
            {
                "partner_id": by_hand.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "date": TODAY,
                "amount": 100,
            }
        )
        self.assertTrue(self.as_own(by_hand).read(["name", "client_status"]))
        self.assertEqual(self.card_of(by_hand).user_id, self.own)

    def test_new_client_of_who_sees_all(self):
        """Who does not see unassigned clients does not lose the one he adds either."""
        self.env["ir.config_parameter"].set_param(UNASSIGNED, "head")
        new = self.env["res.partner"].with_user(self.all).create({"name": "New"})
        new.action_add_to_client_base()
        self.assertEqual(new.user_id, self.all)
        steward = self.env["res.partner"].with_user(self.steward).create({"name": "N"})
        steward.action_add_to_client_base()
        self.assertFalse(steward.user_id)

    def test_invite_a_colleague(self):
        """Who manages users and has the lowest role invites and archives one."""
        self.own.group_ids += self.env.ref("base.group_erp_manager")
        user = self.as_own(self.env["res.users"]).create(
            {
                "name": "New colleague",
                "login": "cb_new_colleague",
                "email": "new@example.com",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [
                    Command.set(
                        (self.env.ref("base.group_user") | self.env.ref(ROLE_OWN)).ids
                    )
                ],
            }
        )
        self.as_own(user).write({"name": "Newer"})
        self.as_own(user).action_archive()

    def test_portal(self):
        """A client with a portal account sees his own, whoever sells to him."""
        portal = self.make_user(
            "cb_portal", "base.group_portal", partner_id=self.hidden.child_ids[:1].id
        )
        partner = self.hidden.with_user(portal)
        self.env.invalidate_all()
        self.assertTrue(partner.read(["name"]))
        orders = self.env["sale.order"].with_user(portal)
        self.assertTrue(orders.search([("id", "=", self.traces["order"].id)]))
        public = self.env.ref("base.public_user")
        self.env["crm.lead"].with_user(public).sudo().create(
            {"name": "From the site", "email_from": "zyxhidden@example.org"}
        )
        self.env["res.partner"].with_user(public).sudo().create({"name": "Visitor"})

    def test_own_person_to_a_hidden_company(self):
        """Giving one's person to a hidden client shows nothing of that client."""
        person = self.env["res.partner"].create({"name": "Loose", "is_company": False})
        self.hidden.vat = "BE0477472701"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_own(person).write({"parent_id": self.hidden.id})
        self.assertFalse(self.as_own(person).parent_id)

    def test_same_tax_number(self):
        self.hidden.vat = "BE0477472701"
        twin = self.as_own(self.env["res.partner"]).create(
            {"name": "Twin", "is_company": True, "vat": "BE0477472701"}
        )
        self.env.flush_all()
        self.assertFalse(self.as_own(twin).same_vat_partner_id)
        self.assertEqual(twin.with_user(self.head).same_vat_partner_id, self.hidden)
        self.assertNotIn(MARK, str(self.as_own(twin).read(["same_vat_partner_id"])))
