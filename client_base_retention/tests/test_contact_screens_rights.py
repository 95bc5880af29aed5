"""Documents of a client, users without a role, and how many queries a page takes."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, SALES, ago
from .test_contact_screens import ScreensCommon

PEOPLE = "base.group_partner_manager"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactScreensRights(ScreensCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.make_user("screen_plain", f"{SALES},{PEOPLE}")

    def names(self, model, view_type, user):
        arch = self.env[model].with_user(user).get_view(view_type=view_type)["arch"]
        return {node.get("name") for node in etree.fromstring(arch).iter("field")}

    def test_without_a_role_nothing_is_shown(self):
        card = self.called(10)
        order = self.quote(card.partner_id)
        lead = self.env["crm.lead"].create(
            {"name": "Chance", "partner_id": card.partner_id.id, "type": "opportunity"}
        )
        for record, name in ((order, "client_class"), (lead, "client_class")):
            for view_type in ("form", "list", "kanban"):
                with self.subTest(record=record._name, view=view_type):
                    shown = self.names(record._name, view_type, self.seller)
                    hidden = self.names(record._name, view_type, self.plain)
                    if (record._name, view_type) != ("crm.lead", "list"):
                        self.assertIn("client_contact_state", shown)
                    self.assertFalse({n for n in hidden if n.startswith("client_c")})
            with self.assertRaises(AccessError):
                record.with_user(self.plain).read([name])
            with self.assertRaises(AccessError):
                record.with_user(self.plain).search([(name, "=", "vip")])
            self.assertEqual(
                record.with_user(self.seller).client_contact_text,
                "3 d late of 7 · call",
            )
        for name in ("contact_text", "client_obligation_ids", "client_agreed_date"):
            with self.subTest(name), self.assertRaises(AccessError):
                card.partner_id.with_user(self.plain).read([name])

    def test_contacts_open_without_a_role(self):
        partner = self.called(10).partner_id.with_user(self.plain)
        for view_type in ("form", "list", "kanban", "search", "activity"):
            names = self.names("res.partner", view_type, self.plain)
            self.assertFalse({n for n in names if n and "contact_state" in n})
        self.assertTrue(partner.read(["name"]))

    def test_a_document_shows_the_card_of_its_company(self):
        partner = self.called(10).partner_id
        order = self.quote(partner)
        other = self.quote(partner, company=self.company_b)
        self.assertEqual(order.client_card_id.company_id, self.company)
        self.assertEqual(other.client_card_id.company_id, self.company_b)
        self.assertEqual(other.client_contact_text, "No norm")
        card = order.client_card_id
        found = order.search([("client_card_id", "=", card.id)])
        self.assertEqual(found, order)
        overdue = [("client_contact_state", "=", "overdue")]
        both = order | other
        self.assertEqual(order.search([("id", "in", both.ids), *overdue]), order)
        self.assertEqual(both.filtered_domain(overdue), order)
        nobody = self.env["crm.lead"].create({"name": "Nobody"})
        self.assertFalse(nobody.client_card_id)
        without = nobody.search([("client_card_id", "=", False)])
        self.assertIn(nobody, without)

    # ------------------------------------------------------------------------- speed

    def spec(self, model, view_type):
        """What the web client reads for the rows of a view."""
        view = self.env[model].with_user(self.seller).get_view(view_type=view_type)
        names = {n.get("name") for n in etree.fromstring(view["arch"]).iter("field")}
        names |= {
            n.replace("state", tail)
            for n in names
            if n.endswith("contact_state")
            for tail in ("mark", "text")
        }
        fields = self.env[model]._fields
        names = {n for n in names if n in fields}
        if "activity_ids" in names:
            names |= {
                n
                for n in fields
                if n.startswith("activity_")
                and n
                in (
                    "activity_state",
                    "activity_summary",
                    "activity_type_icon",
                    "activity_type_id",
                    "activity_exception_decoration",
                    "activity_exception_icon",
                )
            }
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name].type == "many2one"
            else {}
            for name in names
        }

    def queries(self, model, spec, ids):
        records = self.env[model].with_user(self.seller)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        rows = records.web_search_read([("id", "in", ids)], spec, limit=100)["records"]
        self.assertEqual(len(rows), len(ids))
        return self.cr.sql_log_count - before

    def test_pages_take_as_many_queries_for_ten_as_for_eighty_clients(self):
        partners = self.make_partners(80, phone="111")
        self.enter([(partner, ago(20), 100) for partner in partners])
        self.env["client.touchpoint"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in partners
            ]
        )
        cards = self.cards_of(partners)
        self.plan(cards[0], 3)
        orders = self.env["sale.order"].create(
            [{"partner_id": p.id, "company_id": self.company.id} for p in partners]
        )
        for model, ids in (
            ("client.card", cards.ids),
            ("sale.order", orders.ids),
            ("res.partner", partners.ids),
        ):
            for view_type in ("list", "kanban"):
                with self.subTest(model=model, view=view_type):
                    spec = self.spec(model, view_type)
                    self.queries(model, spec, ids)
                    ten = self.queries(model, spec, ids[:10])
                    eighty = self.queries(model, spec, ids)
                    self.assertEqual(ten, eighty)
