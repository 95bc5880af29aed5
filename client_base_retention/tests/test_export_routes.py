"""Every way of Odoo to take data out, as the web client or a program calls it: lists as
CSV and Excel, pivot tables, JSON, vCards, prints, calls from outside."""

import importlib.util
import json
from datetime import timedelta
from unittest import skipUnless
from unittest.mock import patch

from odoo import Command, fields, http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import RIGHT_EXPORT, ROLE_ALL, SALES, ClientBaseCommon

ODOO_RIGHT = "base.group_allow_export"
REFUSED = "take clients out"
PIVOT = {
    "title": "Pivot",
    "measure_count": 1,
    "col_group_headers": [[{"title": "Total", "width": 1, "height": 1}]],
    "measure_headers": [],
    "rows": [{"title": "Client", "indent": 0, "values": [{"value": 1}]}],
}


class ExportRoutesCase(ClientBaseCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{SALES},{ROLE_ALL},{ODOO_RIGHT},account.group_account_invoice"
        cls.may = cls.make_user("cb_may", f"{groups},{RIGHT_EXPORT}")
        cls.may_not = cls.make_user("cb_may_not", groups)
        cls.clients = cls.make_partners(3, phone="+1 555 0100")
        cls.clients.action_add_to_client_base()
        cls.vendor = cls.make_partner("Vendor", phone="+1 555 0199")
        cls.orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [Command.create({"product_id": cls.product.id})],
                }
                for partner in cls.clients
            ]
        )
        cls.env["ir.config_parameter"].set_param("web.json.enabled", "1")

    def setUp(self):
        super().setUp()
        self.last = self.lines().ids[-1:] or [0]

    def lines(self):
        return self.env["client.export"].search([], order="id")

    def new_lines(self):
        """The lines written since the last time, or since the test began."""
        lines = self.lines().filtered(lambda line: line.id > self.last[0])
        self.last = lines.ids[-1:] or self.last
        return lines

    def post(self, user, path, data):
        self.authenticate(user.login, user.login)
        token = http.Request.csrf_token(self)
        with mute_logger("odoo.http", "odoo.addons.web.controllers.export"):
            return self.url_open(
                path, data={"data": json.dumps(data), "csrf_token": token}
            )

    def get(self, user, path):
        self.authenticate(user.login, user.login)
        loggers = ("odoo.http", "odoo.addons.web.controllers.report")
        with mute_logger(*loggers):
            return self.url_open(path)

    def assertRefused(self, response):
        self.assertGreaterEqual(response.status_code, 400)
        self.assertNotIn("555 01", response.text)
        self.assertFalse(self.new_lines())


@tagged("post_install", "-at_install")
class TestExportLists(ExportRoutesCase):
    def ask(self, model, names, **values):
        return {
            "model": model,
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "ids": False,
            "domain": [],
            "import_compat": False,
            **values,
        }

    def test_list_as_csv_and_excel(self):
        domain = [["id", "in", self.clients.ids]]
        for kind in ("csv", "xlsx"):
            path = f"/web/export/{kind}"
            for model, names in (
                ("res.partner", ["name", "phone"]),
                ("client.card", ["partner_id/phone"]),
                ("sale.order", ["partner_id/phone"]),
            ):
                own = domain
                if model != "res.partner":
                    own = [["partner_id", "in", self.clients.ids]]
                asked = self.ask(model, names, domain=own)
                with self.subTest(f"{kind} {model}"):
                    response = self.post(self.may_not, path, asked)
                    self.assertRefused(response)
                    self.assertIn(REFUSED, response.text)
                    response = self.post(self.may, path, asked)
                    self.assertEqual(response.status_code, 200)
                    if kind == "csv":
                        self.assertEqual(response.text.count("555 0100"), 3)
                    self.assertRecordValues(
                        self.new_lines(),
                        [
                            {
                                "user_id": self.may.id,
                                "kind": kind,
                                "model": model,
                                "record_count": 3,
                                "client_count": 3,
                                "domain": str(own),
                                "fields": ", ".join(names),
                            }
                        ],
                    )

    def test_chosen_records_are_named(self):
        asked = self.ask("res.partner", ["name"], ids=self.clients[:2].ids)
        self.assertEqual(self.post(self.may, "/web/export/csv", asked).status_code, 200)
        line = self.new_lines()
        self.assertEqual(line.domain, str([("id", "in", self.clients[:2].ids)]))
        self.assertEqual(line.record_count, 2)

    def test_grouped_list(self):
        asked = self.ask(
            "res.partner",
            ["name", "phone"],
            domain=[["id", "in", self.clients.ids]],
            groupby=["user_id"],
        )
        self.assertRefused(self.post(self.may_not, "/web/export/xlsx", asked))
        response = self.post(self.may, "/web/export/xlsx", asked)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.new_lines().client_count, 3)

    def test_vendors_are_nobodys_business(self):
        asked = self.ask("res.partner", ["name", "phone"], ids=self.vendor.ids)
        response = self.post(self.may_not, "/web/export/csv", asked)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.new_lines())

    def test_failing_download_leaves_no_line(self):
        """The data were not handed out: there is nothing to log."""
        asked = self.ask("res.partner", ["name", "phone"], ids=self.clients.ids)
        controller = "odoo.addons.web.controllers.export.CSVExport.from_data"
        with patch(controller, side_effect=ValueError("broken")):
            response = self.post(self.may, "/web/export/csv", asked)
        self.assertRefused(response)

    def test_calls_from_outside(self):
        names = ["name", "phone"]
        args = [self.clients.ids, names]
        path = "/web/dataset/call_kw/res.partner/export_data"
        params = {
            "model": "res.partner",
            "method": "export_data",
            "args": args,
            "kwargs": {},
        }
        self.authenticate(self.may_not.login, self.may_not.login)
        with self.assertRaisesRegex(JsonRpcException, "AccessError"):
            with mute_logger("odoo.http"):
                self.make_jsonrpc_request(path, params)
        self.assertFalse(self.new_lines())
        self.authenticate(self.may.login, self.may.login)
        answer = self.make_jsonrpc_request(path, params)
        self.assertEqual(len(answer["datas"]), 3)
        self.assertEqual(self.new_lines().kind, "list")

    def test_calls_with_a_key(self):
        """``/json/2``, as a program calls with a key of the user."""
        for user, status in ((self.may_not, 403), (self.may, 200)):
            keys = self.env["res.users.apikeys"].with_user(user)
            until = fields.Datetime.now() + timedelta(days=1)
            key = keys._generate("rpc", "test", until)
            with self.subTest(user.login), mute_logger("odoo.http"):
                response = self.url_open(
                    "/json/2/res.partner/export_data",
                    data=json.dumps(
                        {
                            "ids": self.clients.ids,
                            "fields_to_export": ["name", "phone"],
                        }
                    ),
                    headers={
                        "Authorization": f"Bearer {key}",
                        "Content-Type": "application/json",
                    },
                )
                self.assertEqual(response.status_code, status)
                self.assertEqual(len(self.new_lines()), int(status == 200))


@tagged("post_install", "-at_install")
class TestExportPivot(ExportRoutesCase):
    def pivot(self, user, model, groupbys=None, domain=None, **values):
        asked = {**PIVOT, "model": model, **values}
        if groupbys is not None:
            asked["client_export"] = {
                "groupbys": groupbys,
                "domain": domain or [],
                "measures": ["turnover"],
            }
        return self.post(user, "/web/pivot/export_xlsx", asked)

    def test_groups_that_name_clients(self):
        domain = [["partner_id", "in", self.clients.ids]]
        for model, groupbys in (
            ("client.card", ["abc_class", "partner_id"]),
            ("client.touchpoint", ["card_id"]),
            ("client.purchase", ["date:month", "partner_id"]),
            ("crm.lead", ["partner_id"]),
            ("crm.lead", ["email_from"]),
        ):
            with self.subTest(f"{model} {groupbys}"):
                response = self.pivot(self.may_not, model, groupbys)
                self.assertRefused(response)
                response = self.pivot(self.may, model, groupbys, domain[:0])
                self.assertEqual(response.status_code, 200)
                line = self.new_lines()
                self.assertEqual((line.kind, line.model), ("pivot", model))
                self.assertEqual(line.fields, ", ".join([*groupbys, "turnover"]))
        response = self.pivot(self.may, "client.card", ["partner_id"], domain)
        line = self.new_lines()
        self.assertEqual(line.client_count, 3)
        self.assertEqual(line.domain, str(domain))

    def test_sums_name_nobody(self):
        for model, groupbys in (
            ("client.card", ["abc_class", "user_id"]),
            ("client.transition", ["date:month"]),
            ("sale.report", ["date:month", "product_id"]),
            ("sale.report", ["country_id", "partner_id.country_id"]),
            ("product.product", ["name"]),
        ):
            with self.subTest(f"{model} {groupbys}"):
                response = self.pivot(self.may_not, model, groupbys)
                self.assertEqual(response.status_code, 200)
                self.assertFalse(self.new_lines())

    def test_sales_by_client_are_logged(self):
        domain = [["partner_id", "in", self.clients.ids]]
        response = self.pivot(self.may_not, "sale.report", ["partner_id"], domain)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.new_lines().client_count, 3)

    def test_without_what_the_browser_says(self):
        """A request made by hand does not get by."""
        self.assertRefused(self.pivot(self.may_not, "client.card"))
        self.assertRefused(self.pivot(self.may_not, "res.partner"))
        self.assertEqual(self.pivot(self.may, "client.card").status_code, 200)
        self.assertEqual(self.new_lines().kind, "pivot")
        self.assertEqual(self.pivot(self.may_not, "no.such").status_code, 200)


@tagged("post_install", "-at_install")
class TestExportJson(ExportRoutesCase):
    def json(self, user, path):
        # Without a key a browser's own headers prove that nobody else sent it.
        self.authenticate(user.login, user.login)
        headers = {
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "none",
            "Sec-Fetch-User": "?1",
        }
        with mute_logger("odoo.http"):
            return self.url_open(path, headers=headers)

    def test_lists(self):
        domain = f"[('id', 'in', {self.clients.ids})]"
        cards = f"[('partner_id', 'in', {self.clients.ids})]"
        for path, own, model in (
            ("action-base.action_partner_form", domain, "res.partner"),
            ("action-client_base_retention.client_card_action", cards, "client.card"),
        ):
            address = f"/json/1/{path}?view_type=list&domain={own}"
            with self.subTest(model):
                self.assertRefused(self.json(self.may_not, address))
                response = self.json(self.may, address)
                self.assertEqual(len(response.json()["records"]), 3)
                line = self.new_lines()
                self.assertRecordValues(
                    line,
                    [
                        {
                            "user_id": self.may.id,
                            "kind": "json",
                            "model": model,
                            "record_count": 3,
                            "client_count": 3,
                            "domain": own,
                        }
                    ],
                )
                self.assertIn("user_id", line.fields)

    def test_form_and_groups(self):
        path = "action-base.action_partner_form"
        self.assertRefused(
            self.json(self.may_not, f"/json/1/{path}/{self.clients[0].id}")
        )
        response = self.json(self.may, f"/json/1/{path}/{self.clients[0].id}")
        self.assertEqual(response.json()["id"], self.clients[0].id)
        self.assertEqual(self.new_lines().client_count, 1)
        path = "action-client_base_retention.client_card_action"
        for group, refused in (("partner_id", True), ("abc_class", False)):
            address = f"/json/1/{path}?view_type=list&domain=[]&groupby={group}"
            with self.subTest(group):
                response = self.json(self.may_not, address)
                if refused:
                    self.assertRefused(response)
                else:
                    self.assertEqual(response.status_code, 200)
                    self.assertFalse(self.new_lines())

    def test_products_are_free(self):
        response = self.json(
            self.may_not, "/json/1/action-product.product_template_action"
        )
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.new_lines())


@tagged("post_install", "-at_install")
class TestExportPrints(ExportRoutesCase):
    @skipUnless(importlib.util.find_spec("vobject"), "vobject is not installed")
    def test_vcards(self):
        few = ",".join(map(str, self.clients.ids))
        for path, count in (
            (f"/web/partner/vcard?partner_ids={few}", 3),
            (f"/web/partner/vcard?partner_ids={self.clients[0].id}", 1),
            (f"/web_enterprise/partner/{self.clients[0].id}/vcard", 1),
        ):
            with self.subTest(path):
                self.assertRefused(self.get(self.may_not, path))
                response = self.get(self.may, path)
                self.assertEqual(response.status_code, 200)
                line = self.new_lines()
                self.assertEqual(
                    (line.kind, line.client_count, line.record_count),
                    ("vcard", count, count),
                )
        path = f"/web/partner/vcard?partner_ids={self.vendor.id}"
        response = self.get(self.may_not, path)
        self.assertIn("555 0199", response.text)
        self.assertFalse(self.new_lines())

    def test_documents_are_free_and_logged(self):
        ids = ",".join(map(str, self.orders.ids))
        response = self.get(self.may_not, f"/report/html/sale.report_saleorder/{ids}")
        self.assertEqual(response.status_code, 200)
        line = self.new_lines()
        self.assertRecordValues(
            line,
            [
                {
                    "user_id": self.may_not.id,
                    "kind": "document",
                    "model": "sale.order",
                    "record_count": 3,
                    "client_count": 3,
                }
            ],
        )
        # The order of one client is no export.
        response = self.get(
            self.may_not,
            f"/report/html/sale.report_saleorder/{self.orders[0].id}",
        )
        self.assertEqual(response.status_code, 200)
        self.assertFalse(self.new_lines())

    def test_invoices_downloaded_together(self):
        self.set_up_accounting(self.company)
        moves = self.env["account.move"].create(
            [
                {"move_type": "out_invoice", "partner_id": partner.id}
                for partner in (*self.clients[:2], self.clients[0])
            ]
        )
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{move.id}.txt",
                    "raw": b"x",
                    "res_model": "account.move",
                    "res_id": move.id,
                }
                for move in moves
            ]
        )
        for some, count in ((files, 2), (files[0] + files[2], 0), (files[0], 0)):
            ids = ",".join(map(str, some.ids))
            with self.subTest(len(some)):
                response = self.get(
                    self.may_not, f"/account/download_invoice_attachments/{ids}"
                )
                self.assertEqual(response.status_code, 200)
                line = self.new_lines()
                self.assertEqual(line.client_count, count)
                self.assertEqual(line.kind, "document" if count else False)

    def test_prints_of_clients_need_the_right(self):
        """A report of contacts, as other addons add them."""
        self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "list_of_contacts",
                "key": "client_base_retention.list_of_contacts",
                "arch": """<t t-name="client_base_retention.list_of_contacts">
                    <p t-foreach="docs" t-as="doc" t-out="doc.phone"/></t>""",
            }
        )
        self.env["ir.actions.report"].create(
            {
                "name": "List of contacts",
                "model": "res.partner",
                "report_name": "client_base_retention.list_of_contacts",
            }
        )
        ids = ",".join(map(str, self.clients.ids))
        path = "/report/html/client_base_retention.list_of_contacts"
        self.assertRefused(self.get(self.may_not, f"{path}/{ids}"))
        response = self.get(self.may, f"{path}/{ids}")
        self.assertIn("555 0100", response.text)
        line = self.new_lines()
        self.assertEqual((line.kind, line.client_count), ("report", 3))
        self.assertEqual(line.fields, "List of contacts")
        # One client at a time is work, and vendors are no clients.
        for partner in (self.clients[0], self.vendor):
            response = self.get(self.may_not, f"{path}/{partner.id}")
            self.assertIn("555", response.text)
            self.assertFalse(self.new_lines())
        asked = [f"{path.replace('html', 'pdf')}/{ids}", "qweb-pdf"]
        # Odoo answers this address with the error as a text.
        response = self.post(self.may_not, "/report/download", asked)
        self.assertIn(REFUSED, response.text)
        self.assertNotIn("555 01", response.text)
        self.assertFalse(self.new_lines())
