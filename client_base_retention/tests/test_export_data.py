"""Exports of lists: of contacts, of everything of ours, and of other documents whose
fields reach clients. Who may, what is logged, what it costs."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import (
    NOON,
    RIGHT_EXPORT,
    ROLE_ALL,
    ROLE_OWN,
    SALES,
    ClientBaseCommon,
)

ODOO_RIGHT = "base.group_allow_export"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestExportData(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.may = cls.make_user("cb_may", f"{SALES},{ROLE_ALL},{ODOO_RIGHT}")
        cls.may.group_ids += cls.env.ref(RIGHT_EXPORT)
        cls.may_not = cls.make_user("cb_may_not", f"{SALES},{ROLE_ALL},{ODOO_RIGHT}")
        cls.plain = cls.make_user("cb_plain", f"{SALES},{ODOO_RIGHT}")
        cls.clients = cls.make_partners(3, phone="+1 555 0100")
        cls.clients.action_add_to_client_base()
        cls.person = cls.make_partner(
            "Person", is_company=False, parent_id=cls.clients[0].id
        )
        cls.vendors = cls.make_partner("Vendor") + cls.make_partner("Other vendor")
        cls.cards = cls.clients.client_card_ids
        cls.orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [Command.create({"product_id": cls.product.id})],
                }
                for partner in cls.clients
            ]
        )
        cls.touchpoints = cls.env["client.touchpoint"].create(
            [
                {"partner_id": partner.id, "date": "2025-06-01 10:00:00"}
                for partner in (*cls.clients[:2], cls.person)
            ]
        )
        cls.banks = cls.env["res.partner.bank"].create(
            [{"acc_number": "1", "partner_id": cls.vendors[0].id}]
        )
        cls.leads = cls.env["crm.lead"].create(
            [{"name": "Known", "partner_id": cls.clients[0].id}, {"name": "Nobody yet"}]
        )

    def export(self, user, records, *names):
        """:return: the rows and the lines of the log they left"""
        lines = self.env["client.export"]
        last = lines.search([], limit=1, order="id desc").id or 0
        rows = records.with_user(user).export_data(list(names))["datas"]
        return rows, lines.search([("id", ">", last)])

    # ------------------------------------------------------------------ with the right

    def test_everything_of_ours_is_logged(self):
        for records, names, clients in (
            (self.clients + self.person + self.vendors, ["name", "phone"], 3),
            (self.person, ["name", "parent_id/id"], 1),
            (self.cards, ["partner_id/name", "turnover"], 3),
            (self.touchpoints, ["date", "note"], 2),
            (self.leads, ["name"], 1),
            (self.orders, ["name", "partner_id/phone"], 3),
            (self.orders.order_line, ["order_id/partner_id/phone"], 3),
        ):
            with self.subTest(f"{records._name} {names}"):
                rows, line = self.export(self.may, records, *names)
                self.assertEqual(len(rows), len(records))
                self.assertRecordValues(
                    line,
                    [
                        {
                            "user_id": self.may.id,
                            "model": records._name,
                            "kind": "list",
                            "record_count": len(records),
                            "client_count": clients,
                            "fields": ", ".join(names),
                            "domain": str([("id", "in", records.ids)]),
                        }
                    ],
                )

    # --------------------------------------------------------------- without the right

    def test_more_than_names_needs_the_right(self):
        for records, name in (
            (self.clients, "name"),
            (self.vendors + self.person, "name"),
            (self.cards, "turnover"),
            (self.touchpoints, "date"),
            (self.leads, "name"),
            (self.leads[1], "name"),
            (self.orders, "partner_id/phone"),
            (self.orders, "partner_id/child_ids/email"),
            (self.orders, "partner_id/client_card_ids/turnover"),
            (self.vendors + self.clients[0].commercial_partner_id, "child_ids/name"),
        ):
            for user in (self.may_not, self.plain):
                if user == self.plain and records._name.startswith("client."):
                    continue
                with self.subTest(f"{user.login} {records._name} {name}"):
                    with self.assertRaisesRegex(AccessError, "take clients out"):
                        self.export(user, records, name)

    def test_columns_that_repeat_the_contact(self):
        """Related fields, and texts copied from the contact onto a document."""
        attendee = self.env["calendar.attendee"].create(
            {
                "partner_id": self.clients[0].id,
                "event_id": self.env["calendar.event"]
                .create(
                    {"name": "x", "start": NOON, "stop": NOON, "user_id": self.may.id}
                )
                .id,
            }
        )
        with self.assertRaisesRegex(AccessError, "take clients out"):
            self.export(self.may_not, attendee, "email")
        _rows, line = self.export(self.may, attendee, "email")
        self.assertEqual(line.client_count, 1)

    def test_user_of_the_portal_is_reached_by_his_client(self):
        user = self.make_user("cb_portal", "base.group_portal")
        user.partner_id.parent_id = self.clients[0]
        user.partner_id.action_add_to_client_base()
        reader = self.env["res.users"].browse(user.id)
        with self.assertRaisesRegex(AccessError, "take clients out"):
            self.export(self.may_not, reader, "email")
        # Colleagues are no clients.
        rows, line = self.export(self.may_not, self.may, "email", "name")
        self.assertTrue(rows)
        self.assertFalse(line)

    def test_names_on_documents_are_free_and_logged(self):
        """An accountant exports orders with their customers; the head can see it."""
        rows, line = self.export(
            self.may_not, self.orders, "name", "partner_id", "partner_id/id"
        )
        self.assertEqual(rows[0][1], "Client 000")
        self.assertEqual(line.client_count, 3)

    def test_others_are_free_and_not_logged(self):
        for records, names in (
            (self.vendors, ["name", "phone", "parent_id/phone"]),
            (self.banks, ["acc_number", "partner_id/phone"]),
            (self.product, ["name", "list_price", "company_id/partner_id/phone"]),
            (self.env["client.segment"].search([], limit=3), ["name"]),
            (self.env["client.policy"].search([], limit=1), ["name"]),
            (self.env["res.partner"], ["name"]),
        ):
            with self.subTest(f"{records._name} {names}"):
                rows, line = self.export(self.may_not, records, *names)
                self.assertEqual(len(rows), len(records))
                self.assertFalse(line)

    def test_odoo_own_right_is_needed_too(self):
        user = self.make_user("cb_half", f"{SALES},{ROLE_OWN},{RIGHT_EXPORT}")
        user.group_ids -= self.env.ref(ODOO_RIGHT)
        with self.assertRaisesRegex(UserError, "rights to export"):
            self.export(user, self.vendors, "name")
        with self.assertRaises(UserError):
            self.export(user, self.clients, "name")

    def test_code_as_superuser_may_and_is_logged(self):
        rows, line = self.export(self.env.ref("base.user_root"), self.clients, "name")
        self.assertEqual(len(rows), 3)
        self.assertEqual(line.client_count, 3)

    def test_other_peoples_clients_are_not_exported(self):
        own = self.make_user(
            "cb_own", f"sales_team.group_sale_salesman,{ROLE_OWN},{RIGHT_EXPORT}"
        )
        own.group_ids += self.env.ref(ODOO_RIGHT)
        self.clients[0].user_id = own
        self.clients[1:].user_id = self.may
        self.env.flush_all()
        rows, line = self.export(own, self.clients[0] + self.person, "name")
        self.assertEqual(line.client_count, 1)
        for records in (self.clients, self.cards):
            with self.subTest(records._name), self.assertRaises(AccessError):
                self.export(own, records, "display_name")

    # ------------------------------------------------------------------------ the cost

    def queries(self, user, records, *names):
        # A first time, so that rights and settings are known.
        records[:1].with_user(user).export_data(list(names))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        records.with_user(user).export_data(list(names))
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_cost_does_not_grow_with_the_records(self):
        many = self.make_partners(40, phone="+1 555 0101")
        many.action_add_to_client_base()
        orders = self.env["sale.order"].create(
            [{"partner_id": partner.id} for partner in many]
        )
        for few, lots, names in (
            (self.clients[:2], many, ["name", "phone"]),
            (self.cards[:2], many.client_card_ids, ["partner_id/phone", "turnover"]),
            (self.orders[:2], orders, ["name", "partner_id/phone"]),
        ):
            with self.subTest(f"{few._name}"):
                cost = self.queries(self.may, few, *names)
                self.assertLessEqual(self.queries(self.may, lots, *names), cost)

    def test_what_reaches_no_client_costs_nothing(self):
        names = ["name", "list_price", "uom_id/name", "create_uid/login"]
        product = self.product.with_user(self.may_not)
        ours = self.queries(self.may_not, self.product, *names)
        paths = [name.split("/") for name in names]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        product._export_rows(paths)
        self.assertEqual(ours, self.cr.sql_log_count - before)
