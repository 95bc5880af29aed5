"""*Show*: one hidden client at a time, counted; the same over real requests."""

import json
from base64 import b64decode
from unittest import SkipTest

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..models.client_details import MASK
from .common import NOON, RIGHT_EXPORT
from .mask import DETAILS, EMAIL, MESSENGER, PHONE, MaskCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMaskShow(MaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_role("all", mask="all")

    def readings(self, **values):
        domain = [("user_id", "=", self.me.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["client.reading"].search(domain)

    def test_show_opens_one_client_with_his_persons(self):
        shown = self.as_user(self.theirs).client_show_details()
        self.assertEqual(
            shown,
            {"phone": PHONE, "email": EMAIL, "messenger": MESSENGER}
            | {"personal_phone": False},
        )
        rows = self.as_user(self.theirs | self.theirs.child_ids).read(DETAILS)
        self.assertEqual({row["phone"] for row in rows}, {PHONE})
        self.assertHidden(self.as_user(self.mine).read(DETAILS))
        self.assertFalse(self.as_user(self.theirs).client_is_masked)

    def test_showing_a_person_opens_his_client(self):
        self.as_user(self.theirs.child_ids).client_show_details()
        self.assertShown(self.as_user(self.theirs).read(DETAILS))

    def test_each_time_is_counted_with_the_client(self):
        self.as_user(self.theirs).client_show_details()
        self.as_user(self.mine.child_ids).client_show_details(kind="called")
        self.assertEqual(self.readings(kind="shown").partner_id, self.theirs)
        self.assertEqual(self.readings(kind="called").partner_id, self.mine)
        self.assertEqual(sum(self.readings().mapped("client_count")), 2)

    def test_what_is_visible_anyway_is_not_noted_as_shown(self):
        self.set_role("all", mask="others")
        self.as_user(self.mine).client_show_details()
        self.assertFalse(self.readings(kind="shown"))

    def test_next_day_it_is_hidden_again(self):
        self.as_user(self.theirs).client_show_details()
        with freeze_time("2025-06-16 12:00:00"):
            self.assertHidden(self.as_user(self.theirs).read(DETAILS))

    def test_shown_to_one_is_hidden_from_another(self):
        third = self.make_user("cb_third", self.me_groups())
        self.as_user(self.theirs).client_show_details()
        self.assertHidden(self.as_user(self.theirs, third).read(DETAILS))

    def me_groups(self):
        xmlids = self.me.group_ids.get_external_id().values()
        return ",".join(xmlids)

    def test_opportunity_and_card_show_their_client(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.theirs.id, "user_id": self.me.id}
        )
        self.assertTrue(self.as_user(lead).client_is_masked)
        self.as_user(lead).action_client_show()
        self.assertShown(self.as_user(lead).read(["phone", "email_from"]))
        card = self.as_user(self.card_of(self.mine))
        self.assertEqual(card.client_show_details()["phone"], PHONE)
        self.assertShown(self.as_user(self.card_of(self.mine)).read(["phone"]))

    def test_one_at_a_time(self):
        with self.assertRaises(ValueError):
            self.as_user(self.clients).client_show_details()

    def test_who_may_not_read_the_contact_is_not_shown_it(self):
        stranger = self.make_user("cb_stranger", "base.group_portal")
        with self.assertRaises(AccessError):
            self.as_user(self.theirs, stranger).client_show_details()
        # Hidden as a whole by the role *Own clients*.
        with self.assertRaises(AccessError):
            self.as_user(self.mine, self.other).client_show_details()

    def test_the_limit_of_the_day_ends_showing(self):
        self.set_role("all", daily_limit=1, daily_stop=True)
        self.as_user(self.theirs).client_show_details()
        with self.assertRaisesRegex(UserError, "1 different clients"):
            self.as_user(self.mine).client_show_details()
        self.assertShown(self.as_user(self.theirs).read(DETAILS))
        self.assertHidden(self.as_user(self.mine).read(DETAILS))

    def test_letters_need_no_address(self):
        action = self.as_user(self.theirs).action_client_write_to()
        self.assertHidden(action)
        composer = (
            self.as_user(self.env["mail.compose.message"])
            .with_context(**action["context"])
            .create({"subject": "Hello", "body": "<p>Good day</p>"})
        )
        self.assertEqual(composer.partner_ids, self.theirs)
        composer._action_send_mail()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.theirs.ids)], limit=1
        )
        self.assertTrue(mail)
        addressed = self.theirs.with_user(self.me).email_formatted
        self.assertIn(EMAIL, addressed)


@tagged("post_install", "-at_install")
class TestMaskHttp(HttpCase, MaskCommon):
    """As *All clients* with a mask, over the routes themselves."""

    # Counting writes, which a read-only cursor of the test refuses.
    readonly_enabled = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_role("all", mask="others")
        cls.me.group_ids |= cls.env.ref("base.group_allow_export")
        cls.me.group_ids |= cls.env.ref(RIGHT_EXPORT)

    def setUp(self):
        super().setUp()
        self.authenticate("cb_me", "cb_me")

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def test_requests_of_the_web_client(self):
        ids = self.theirs.ids
        spec = {name: {} for name in DETAILS}
        for found in (
            self.call("res.partner", "read", ids, DETAILS),
            self.call("res.partner", "web_read", ids, specification=spec),
            self.call(
                "res.partner",
                "web_search_read",
                domain=[("id", "in", ids)],
                specification=spec,
            ),
            self.call(
                "res.partner",
                "name_search",
                "Theirs",
                context={"show_email": True},
            ),
            self.call("res.partner", "get_mention_suggestions", "Theirs"),
        ):
            self.assertTrue(found)
            self.assertHidden(found)
        shown = self.call("res.partner", "read", self.mine.ids, DETAILS)
        self.assertEqual(shown[0]["phone"], PHONE)

    def test_name_stays(self):
        """The e-mail behind the name goes, the name does not."""
        found = self.call(
            "res.partner", "name_search", "Theirs", context={"show_email": True}
        )
        self.assertIn("Theirs", str(found))

    def test_show_then_read(self):
        self.call("res.partner", "client_show_details", self.theirs.ids)
        rows = self.call("res.partner", "read", self.theirs.ids, DETAILS)
        self.assertEqual(rows[0]["phone"], PHONE)
        noted = self.env["client.reading"].search([("user_id", "=", self.me.id)])
        self.assertIn("shown", noted.mapped("kind"))

    def test_methods_that_would_show_more_are_private(self):
        for method in ("_client_masked_ids", "_forget", "_count"):
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.call("client.reading", method)

    def test_a_field_is_no_file(self):
        for path in ("content", "image"):
            found = self.url_open(f"/web/{path}/res.partner/{self.theirs.id}/phone")
            self.assertHidden(found.text)
            self.assertNotIn(b64decode(PHONE + "=="), found.content)

    def test_other_protocols(self):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.me)
            ._generate(
                "rpc", "Test", fields.Datetime.add(fields.Datetime.now(), days=1)
            )
        )
        answer = self.url_open(
            "/json/2/res.partner/read",
            data=json.dumps({"ids": self.theirs.ids, "fields": DETAILS}),
            headers={
                "Authorization": f"bearer {key}",
                "Content-Type": "application/json",
            },
        )
        self.assertEqual(answer.json()[0]["phone"], MASK)
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc"):
            rows = self.xmlrpc_object.execute_kw(
                self.cr.dbname,
                self.me.id,
                key,
                "res.partner",
                "search_read",
                [[("id", "in", self.theirs.ids)], DETAILS],
            )
        self.assertEqual(rows[0]["email"], MASK)
        self.assertHidden(rows)

    def test_json_of_an_action_and_vcard(self):
        found = self.url_open(f"/web/partner/vcard?partner_ids={self.theirs.id}")
        self.assertEqual(found.status_code, 200)
        self.assertIn("Theirs", found.text)
        self.assertHidden(found.text)
        found = self.url_open("/json/1/contacts?view_type=list")
        if found.status_code == 200:
            rows = [
                row for row in found.json()["records"] if row["id"] == self.theirs.id
            ]
            self.assertHidden(rows)

    def test_export_of_a_list(self):
        data = {
            "model": "res.partner",
            "ids": (self.mine | self.theirs).ids,
            "domain": [],
            "fields": [
                {"name": name, "label": name, "type": "char"}
                for name in ("name", "phone", "email")
            ],
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        found = self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(found.status_code, 200)
        lines = {line.split(",")[0].strip('"'): line for line in found.text.split("\n")}
        self.assertIn(PHONE, lines["Mine"])
        self.assertIn(MASK, lines["Theirs"])
        self.assertHidden(lines["Theirs"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMaskSms(MaskCommon):
    """The window for an SMS sends the number back: opening it shows the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sms.composer" not in cls.env:
            raise SkipTest("The module sms is not installed.")
        cls.set_role("all", mask="all")

    def open(self, record):
        composers = self.as_user(self.env["sms.composer"]).with_context(
            default_res_model=record._name,
            default_res_id=record.id,
            default_composition_mode="comment",
        )
        return composers.onchange({}, [], {"recipient_single_number_itf": {}})

    def test_opening_it_is_counted_as_a_call(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.mine.id, "user_id": self.me.id}
        )
        for record, client in ((self.theirs, self.theirs), (lead, self.mine)):
            self.assertShown(self.open(record), "916")
            noted = self.env["client.reading"].search(
                [("user_id", "=", self.me.id), ("kind", "=", "called")]
            )
            self.assertIn(client, noted.partner_id)

    def test_the_limit_of_the_day_holds(self):
        self.set_role("all", daily_limit=1, daily_stop=True)
        self.open(self.theirs)
        with self.assertRaisesRegex(UserError, "1 different clients"):
            self.open(self.mine)
        composer = self.as_user(self.env["sms.composer"]).create(
            {"res_model": "res.partner", "res_id": self.mine.id, "body": "Hi"}
        )
        with self.assertRaisesRegex(UserError, "1 different clients"):
            composer.read(["recipient_single_number"])
