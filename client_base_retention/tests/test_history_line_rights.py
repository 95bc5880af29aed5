"""Nobody finds in the history of a client a document that he may not read."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, RIGHT_EXPORT, ROLE_ALL, ROLE_HEAD, ROLE_OWN, ROLE_TEAM, ago
from .test_history_line import HistoryCase

USER = "base.group_user"
OWN_DOCUMENTS = "sales_team.group_sale_salesman"
ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"
INVOICING = "account.group_account_invoice"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHistoryLineRights(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", f"{USER},{OWN_DOCUMENTS},{ROLE_OWN}")
        cls.colleague = cls.make_user("peer", f"{USER},{OWN_DOCUMENTS},{ROLE_OWN}")
        cls.caller = cls.make_user("caller", f"{USER},{ROLE_OWN}")
        cls.team = cls.make_user("leader", f"{USER},{OWN_DOCUMENTS},{ROLE_TEAM}")
        cls.all = cls.make_user("all", f"{USER},{ALL_DOCUMENTS},{ROLE_ALL}")
        cls.clerk = cls.make_user("clerk", f"{USER},{INVOICING},{ROLE_ALL}")
        cls.head = cls.make_user(
            "head", f"{USER},{ALL_DOCUMENTS},{INVOICING},{ROLE_HEAD}"
        )
        cls.nobody = cls.make_user("nobody", f"{USER},{ALL_DOCUMENTS}")
        cls.shop.user_id = cls.seller
        cls.other.user_id = cls.colleague
        case = cls("test_kinds_by_user")
        case.env = cls.env
        case._document(cls.shop, cls.seller)
        case._document(cls.shop, cls.colleague)

    def _document(self, partner, user):
        """One record of each kind, made by a user."""
        self.buy(partner, ago(9), seller=user)
        self.enter([(partner, ago(8), 20)])
        lead = self.lead(partner, user_id=user.id)
        invoice = self.invoice(partner, ago(7), 50, invoice_user_id=user.id)
        self.pay(invoice, ago(1))
        for record in (partner, lead, invoice):
            self.file(record, f"{record._name} {user.login}")
        self.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "user_id": user.id,
                "date": f"{ago(3)} 10:00:00",
            }
        )

    def counts(self, user, client=None):
        found = {}
        for line in self.lines(client, user=user):
            if line.kind != "class":
                key = f"{line.res_model}"
                found[key] = found.get(key, 0) + 1
        return found

    def test_kinds_by_user(self):
        everything = {
            "sale.order": 2,
            "client.purchase.entry": 2,
            "crm.lead": 2,
            "account.move": 2,
            "account.payment": 2,
            "ir.attachment": 6,
            "client.touchpoint": 2,
        }
        plain = {"client.purchase.entry": 2, "client.touchpoint": 2}
        cases = (
            # Of his client's documents those of his own, as everywhere in Odoo.
            (
                self.seller,
                plain
                | {"sale.order": 1, "crm.lead": 1, "account.move": 1}
                | {"ir.attachment": 4},
            ),
            # Neither sales nor invoicing: what hangs on the contact itself.
            (self.caller, {}),
            (self.colleague, {}),
            (self.clerk, None),
            (self.head, everything),
        )
        for user, expected in cases:
            with self.subTest(user=user.login):
                found = self.counts(user)
                if expected is None:
                    self.assertEqual(found["account.payment"], 2)
                    self.assertNotIn("crm.lead", found)
                else:
                    self.assertEqual(found, expected)

    def test_without_documents_rights_contacts_are_seen(self):
        self.shop.user_id = self.caller
        self.assertEqual(
            self.counts(self.caller),
            {
                "client.purchase.entry": 2,
                "client.touchpoint": 2,
                "ir.attachment": 2,
            },
        )

    def test_all_documents(self):
        found = self.counts(self.all)
        self.assertEqual(
            (found["sale.order"], found["crm.lead"], found["account.move"]), (2, 2, 2)
        )
        # Payments are of those who work with invoices.
        self.assertNotIn("account.payment", found)

    def test_as_odoo_itself_says(self):
        """Every line is of a record its user may read, and none is missing."""
        for user in (self.seller, self.team, self.all, self.clerk, self.head):
            for model in ("sale.order", "crm.lead", "account.move", "account.payment"):
                with self.subTest(user=user.login, model=model):
                    records = self.env[model].with_user(user)
                    readable = set()
                    if records.has_access("read"):
                        readable = set(
                            records.with_context(active_test=False)
                            .search(self._readable(model))
                            .ids
                        )
                    found = self.lines(user=user, res_model=model)
                    sight = user in (self.team,)
                    self.assertEqual(
                        set(found.mapped("res_id")), set() if sight else readable
                    )

    def _readable(self, model):
        domain = [("partner_id", "=", self.shop.id)]
        # The entry of a payment is no invoice.
        return domain + [("move_type", "!=", "entry")] * (model == "account.move")

    def test_no_role_no_history(self):
        with self.assertRaises(AccessError):
            self.lines(user=self.nobody)

    def test_an_id_leads_nowhere(self):
        """Read by id, a hidden document stays hidden: also what was read before."""
        line = self.lines(res_model="sale.order").filtered(
            lambda one: one.user_id == self.colleague
        )
        self.assertTrue(line.name)
        theirs = line.with_user(self.seller)
        for call in (
            lambda: theirs.read(["name", "amount"]),
            lambda: theirs.action_open(),
            lambda: theirs.web_read({"name": {}}),
            lambda: theirs.sudo().with_user(self.seller).display_name,
        ):
            with self.subTest(call=call), self.assertRaises(AccessError):
                call()
        self.assertFalse(theirs.search([("id", "=", line.id)]))
        self.assertFalse(theirs._filtered_access("read"))
        with self.subTest("one's own beside it"):
            mine = self.lines(res_model="sale.order") - line
            both = (mine | line).with_user(self.seller)
            self.assertEqual(both._filtered_access("read"), mine)
            self.assertEqual(
                mine.with_user(self.seller).read(["name"])[0]["id"], mine.id
            )

    def test_sums_and_words_tell_nothing_of_hidden_documents(self):
        model = self.env["client.history.line"].with_user(self.seller)
        domain = [("partner_id", "=", self.shop.id), ("res_model", "=", "sale.order")]
        self.assertEqual(
            model._read_group(domain, [], ["amount:sum", "__count"]), [(100, 1)]
        )
        self.assertEqual(model.search_count(domain), 1)

    def test_clients_must_be_named(self):
        """All documents of all clients are gathered for nobody."""
        model = self.env["client.history.line"].with_user(self.head)
        order = [("res_model", "=", "sale.order")]
        for domain in (
            [],
            order,
            [("partner_id", "!=", False)],
            [("partner_id.name", "ilike", "o")],
            ["|", ("partner_id", "=", self.shop.id), ("kind", "=", "purchase")],
        ):
            for call in (
                lambda d: model.search(d),
                lambda d: model.search_count(d),
                lambda d: model._read_group(d, ["kind"], ["__count"]),
                lambda d: model.web_search_read(d, {"name": {}}),
            ):
                with self.subTest(domain=domain), self.assertRaises(UserError):
                    call(domain)
        lines = self.lines(user=self.head)
        self.assertTrue(lines)
        for domain in (
            [("partner_id", "=", self.shop.id)],
            [("partner_id", "in", (self.shop | self.other).ids), *order],
            [("id", "in", lines.ids)],
        ):
            with self.subTest(domain=domain):
                self.assertTrue(model.search(domain))
                self.assertTrue(model.search_count(domain))
        for domain in ([("id", "in", [])], [("partner_id", "in", [])], [(0, "=", 1)]):
            with self.subTest(domain=domain):
                self.assertFalse(model.search(domain))

    def test_lines_are_exported_and_read_as_a_form_does(self):
        exporter = self.make_user(
            "exporter",
            f"{USER},{ALL_DOCUMENTS},{ROLE_HEAD},{RIGHT_EXPORT},"
            "base.group_allow_export",
        )
        lines = self.lines(user=exporter)
        rows = lines.export_data(["name", "partner_id/name", "amount"])["datas"]
        self.assertEqual(len(rows), len(lines))
        (read,) = lines[:1].web_read({"name": {}, "partner_id": {"fields": {}}})
        self.assertEqual(read["id"], lines[0].id)

    def test_context_of_a_call_widens_nothing(self):
        model = self.env["client.history.line"].with_user(self.seller)
        model = model.with_context(
            client_history_reach={"ids": None}, active_test=False
        )
        found = model.search([("partner_id", "=", self.other.id)])
        self.assertFalse(found)

    def test_read_only(self):
        line = self.lines(res_model="sale.order")[:1].with_user(self.head)
        for operation in ("write", "create", "unlink"):
            with self.subTest(operation=operation):
                self.assertFalse(line.has_access(operation))

    def test_other_companies(self):
        self.set_up_accounting(self.company_b)
        order = self.buy(self.shop, ago(2), company=self.company_b)
        self.assertNotIn(order.id, self.lines(user=self.head).mapped("res_id"))
        both = self.make_user(
            "both",
            f"{USER},{ALL_DOCUMENTS},{INVOICING},{ROLE_HEAD}",
            companies=self.company | self.company_b,
        )
        model = self.env["client.history.line"].with_user(both)
        for companies, seen in (
            (self.company, False),
            (self.company | self.company_b, True),
        ):
            with self.subTest(companies=companies):
                found = model.with_context(allowed_company_ids=companies.ids).search(
                    [("partner_id", "=", self.shop.id), ("res_id", "=", order.id)]
                    + [("res_model", "=", "sale.order")]
                )
                self.assertEqual(bool(found), seen)

    def test_private_meeting_of_a_colleague(self):
        values = {
            "start": "2025-06-20 10:00:00",
            "stop": "2025-06-20 11:00:00",
            "partner_ids": [Command.set(self.shop.ids)],
        }
        events = self.env["calendar.event"].create(
            [
                values | {"name": "Open", "user_id": self.head.id},
                values
                | {"name": "Secret", "user_id": self.head.id, "privacy": "private"},
                values
                | {"name": "Mine", "user_id": self.seller.id, "privacy": "private"},
                values
                | {
                    "name": "With me",
                    "user_id": self.head.id,
                    "privacy": "private",
                    "partner_ids": [
                        Command.set((self.shop | self.seller.partner_id).ids)
                    ],
                },
            ]
        )
        self.assertEqual(len(events), 4)
        names = self.lines(user=self.seller, kind="meeting").mapped("name")
        self.assertCountEqual(names, ["Open", "Mine", "With me"])

    def test_invitations_are_held_back_as_everywhere(self):
        self.file(self.shop, "invite.ics", mimetype="text/calendar")
        self.assertNotIn(
            "invite.ics",
            self.lines(user=self.seller, kind="document").mapped("name"),
        )
        self.assertIn(
            "invite.ics", self.lines(user=self.head, kind="document").mapped("name")
        )
