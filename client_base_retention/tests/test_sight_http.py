"""The ways in over the network, with a real server: web client, RPC, files."""

import json

from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .sight import DIGITS, EMAIL, MARK, SightCommon

CARD = "client.card"
# As new_test_user makes it of a short login.
PASSWORD = "cb_ownxx"
PARTNER = "res.partner"
NAMES = ["display_name", "name", "phone", "email"]


@tagged("post_install", "-at_install")
class TestSightHttp(SightCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.own.group_ids += self.env.ref("base.group_partner_manager")
        self.own.group_ids += self.env.ref("base.group_allow_export")
        self.hide_one()
        self.authenticate("cb_own", "cb_own")

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def refused(self, url, params):
        """A call is refused, and the refusal tells nothing."""
        body = {"id": 0, "jsonrpc": "2.0", "method": "call", "params": params}
        with mute_logger("odoo.http"):
            answer = self.url_open(url, json=body)
        self.assertIn("error", answer.json(), url)
        self.assertUnseen(answer.text, url)

    def test_searches(self):
        """Lists, boards, groups, names: he is not found by anything."""
        spec = {name: {} for name in NAMES}
        for model in (PARTNER, CARD, "client.touchpoint", "client.purchase"):
            path = "" if model == PARTNER else "partner_id."
            for leaf in (
                (f"{path}name", "ilike", MARK),
                (f"{path}phone", "like", DIGITS),
                (f"{path}email", "=", EMAIL),
                (f"{path}id", "=", self.hidden.id),
                (f"{path}child_ids.phone", "like", DIGITS),
                (f"{path}parent_id", "ilike", MARK),
            ):
                with self.subTest(model=model, leaf=leaf):
                    self.assertFalse(self.call(model, "search_count", [leaf]))
                    self.assertFalse(self.call(model, "search_read", [leaf], ["id"]))
                    found = self.call(
                        model, "web_search_read", [leaf], {"display_name": {}}
                    )
                    self.assertFalse(found["records"])
                    groups = self.call(
                        model,
                        "web_read_group",
                        [leaf],
                        groupby=["user_id" if model != "client.purchase" else "state"]
                        if model in (PARTNER, CARD)
                        else ["partner_id"],
                        aggregates=["__count"],
                    )
                    self.assertFalse(groups["groups"])
        for model in (PARTNER, CARD):
            with self.subTest(model):
                self.assertFalse(self.call(model, "name_search", MARK))
                self.assertUnseen(
                    self.call(model, "web_search_read", [], {"display_name": {}})
                )
        self.assertUnseen(self.call(PARTNER, "search_read", [], list(spec), limit=200))
        export = self.call(PARTNER, "search", [])
        self.assertNotIn(self.hidden.id, export)

    def test_oracles(self):
        """Nor by a visible record that leads to him: guessing digit by digit."""
        self.traces["quote"].user_id = self.own
        for leaf in (
            ("partner_id.phone", "like", DIGITS),
            ("partner_id.email", "=", EMAIL),
            ("partner_id.client_card_id.abc_class", "!=", False),
            ("partner_id.client_card_ids.turnover", ">", 0),
            ("client_card_id.turnover", ">", 0),
            ("partner_id.child_ids.phone", "like", DIGITS),
        ):
            with self.subTest(leaf):
                domain = [("id", "=", self.traces["quote"].id), leaf]
                self.assertFalse(self.call("sale.order", "search_count", domain))
        for leaf in (
            ("message_partner_ids.email", "=", EMAIL),
            ("message_follower_ids.email", "=", EMAIL),
        ):
            with self.subTest(leaf):
                self.assertFalse(self.call("sale.order", "search_count", [leaf]))

    def test_direct(self):
        """By his number: refused, and the refusal names nobody, in debug mode, too."""
        self.make_jsonrpc_request("/web/session/get_session_info", {})
        self.url_open("/odoo?debug=1")
        card = self.card_of(self.hidden)
        person = self.hidden.child_ids
        for model, id_ in (
            (PARTNER, self.hidden.id),
            (PARTNER, person.id),
            (CARD, card.id),
            ("crm.lead", self.traces["lead"].id),
            ("client.touchpoint", card.touchpoint_ids[:1].id),
        ):
            for method, args in (
                ("read", [[id_], ["display_name"]]),
                ("web_read", [[id_], {"display_name": {}}]),
                ("write", [[id_], {"active": True}]),
                ("unlink", [[id_]]),
                ("copy", [[id_]]),
                ("export_data", [[id_], ["display_name"]]),
            ):
                with self.subTest(model=model, method=method):
                    if method == "write" and model == "client.touchpoint":
                        continue
                    self.refused(
                        f"/web/dataset/call_kw/{model}/{method}",
                        {"model": model, "method": method, "args": args, "kwargs": {}},
                    )

    # Odoo answers who asks for the recipients of what he cannot see by an error.
    @mute_logger("odoo.http")
    def test_mail(self):
        """Talks, recipients and mentions."""
        for method, args in (
            ("get_mention_suggestions", [MARK]),
            ("search_for_channel_invite", [MARK]),
        ):
            with self.subTest(method):
                self.assertUnseen(self.call(PARTNER, method, *args))
        thread = {"thread_model": PARTNER, "thread_id": self.hidden.id}
        for url, params in (
            ("/mail/thread/messages", thread),
            ("/mail/thread/recipients", thread | {"message_id": False}),
            (
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            thread
                            | {
                                "request_list": [
                                    "followers",
                                    "attachments",
                                    "activities",
                                ]
                            },
                        ]
                    ]
                },
            ),
            ("/mail/partner/from_email", thread | {"emails": [EMAIL]}),
            (
                "/mail/thread/recipients/get_suggested_recipients",
                thread
                | {
                    "thread_id": self.traces["quote"].id,
                    "thread_model": "sale.order",
                },
            ),
        ):
            with self.subTest(url):
                try:
                    answer = self.make_jsonrpc_request(url, params)
                except JsonRpcException as refusal:
                    answer = str(refusal)
                text = str(answer).lower().replace(EMAIL, "")
                self.assertUnseen(text, url)

    def test_files(self):
        """vCard, pictures, attachments, lists as files, pages by their address."""
        self.hidden.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM"
            "IQAAAABJRU5ErkJggg=="
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", PARTNER), ("res_id", "=", self.hidden.id)]
        )
        for url in (
            f"/web_enterprise/partner/{self.hidden.id}/vcard",
            f"/web/partner/vcard?partner_ids={self.hidden.id}",
            f"/web/image/res.partner/{self.hidden.id}/name",
            f"/web/content/res.partner/{self.hidden.id}/name",
            *(f"/web/content/{file.id}" for file in files),
            f"/odoo/contacts/{self.hidden.id}",
            f"/odoo/res.partner/{self.hidden.id}",
            f"/mail/view?model=res.partner&res_id={self.hidden.id}",
            "/json/res.partner?view_type=list",
            f"/json/res.partner/{self.hidden.id}",
            f"/report/html/sale.report_saleorder/{self.traces['quote'].id}",
            f"/report/pdf/sale.report_saleorder/{self.traces['quote'].id}",
        ):
            with self.subTest(url), mute_logger("odoo.http", "odoo.addons.base"):
                self.assertUnseen(self.url_open(url).text, url)

    def test_key(self):
        """With an API key from elsewhere."""
        self.own.group_ids += self.env.ref("base.group_system")
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.own)
            ._generate("rpc", "Key", False)
        )
        self.own.group_ids -= self.env.ref("base.group_system")
        header = {
            "Authorization": f"bearer {key}",
            "Content-Type": "application/json",
        }
        for path, body in (
            ("res.partner/search_read", {"domain": [], "fields": NAMES}),
            ("res.partner/read", {"ids": self.hidden.ids, "fields": NAMES}),
            ("client.card/search_read", {"domain": [], "fields": ["display_name"]}),
            ("res.partner/name_search", {"name": MARK}),
            ("sale.order/search_read", {"domain": [], "fields": ["display_name"]}),
            ("client.my.day/get_day", {}),
        ):
            with self.subTest(path), mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/json/2/{path}", data=json.dumps(body), headers=header
                )
                self.assertUnseen(answer.text, path)
        for url in ("/json/1/res.partner", f"/json/1/res.partner/{self.hidden.id}"):
            with self.subTest(url), mute_logger("odoo.http"):
                self.assertUnseen(self.url_open(url, headers=header).text, url)
        uid = self.own.id
        for service in ("/jsonrpc",):
            params = {
                "service": "object",
                "method": "execute_kw",
                "args": [
                    self.env.cr.dbname,
                    uid,
                    PASSWORD,
                    PARTNER,
                    "search_read",
                    [[]],
                    {"fields": NAMES},
                ],
            }
            self.assertUnseen(self.make_jsonrpc_request(service, params))
        found = self.xmlrpc_object.execute_kw(
            self.env.cr.dbname,
            uid,
            PASSWORD,
            PARTNER,
            "search_read",
            [[]],
            {"fields": ["name", "phone"]},
        )
        self.assertUnseen(found)
