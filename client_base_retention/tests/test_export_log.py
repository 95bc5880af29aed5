"""The log of exports: who took clients out, when, what, how many; altered by nobody."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import (
    NOON,
    RIGHT_EXPORT,
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_OWN,
    ROLE_STEWARD,
    ClientBaseCommon,
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestExportLog(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cb_seller", f"{ROLE_OWN},{RIGHT_EXPORT}")
        cls.head = cls.make_user("cb_head", ROLE_HEAD)
        cls.clients = cls.make_partners(3)
        cls.clients.action_add_to_client_base()
        cls.person = cls.make_partner(
            "Person", is_company=False, parent_id=cls.clients[0].id
        )
        cls.vendor = cls.make_partner("Vendor")
        cls.cards = cls.clients.client_card_ids

    def log(self, *arguments, user=None, **options):
        lines = self.env["client.export"].with_user(user or self.seller)
        return lines._log(*arguments, **options)

    # ------------------------------------------------------------------- what it says

    def test_line_says_who_when_what(self):
        line = self.log(
            "csv",
            self.clients + self.person + self.vendor,
            fields=["name", "parent_id/phone"],
            domain=[("is_company", "=", True)],
        )
        self.assertRecordValues(
            line,
            [
                {
                    "user_id": self.seller.id,
                    "user_name": self.seller.name,
                    "model": "res.partner",
                    "model_name": "Contact",
                    "kind": "csv",
                    "record_count": 5,
                    "client_count": 3,
                    "fields": "name, parent_id/phone",
                    "field_labels": "Name, Related Company / Phone",
                    "domain": "[('is_company', '=', True)]",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(str(line.date), NOON)

    def test_records_without_filter_are_named(self):
        line = self.log("csv", self.clients)
        self.assertEqual(line.domain, str([("id", "in", self.clients.ids)]))

    def test_filter_may_be_a_domain(self):
        line = self.log("csv", self.clients, domain=Domain("name", "=", "x"))
        self.assertEqual(line.domain, "[('name', '=', 'x')]")

    def test_number_instead_of_records(self):
        line = self.log("copy", 7, clients=4, model="client.card")
        self.assertRecordValues(
            line,
            [
                {
                    "record_count": 7,
                    "client_count": 4,
                    "model": "client.card",
                    "domain": "[]",
                    "company_id": self.company.id,
                }
            ],
        )

    def test_cards_and_what_hangs_on_them_count_their_clients(self):
        touchpoints = self.env["client.touchpoint"].create(
            [
                {"partner_id": partner.id, "date": "2025-06-01 10:00:00"}
                for partner in (*self.clients[:2], self.person)
            ]
        )
        for records, clients in ((self.cards, 3), (touchpoints, 2)):
            with self.subTest(records._name):
                line = self.log("csv", records)
                self.assertEqual(line.client_count, clients)
                self.assertEqual(line.company_id, self.company)

    def test_words_survive_a_field_that_is_gone(self):
        line = self.log("csv", self.clients, fields=["name", "no_such/field"])
        self.assertEqual(line.field_labels, "Name, no_such/field")

    def test_name_stays_when_the_user_is_gone(self):
        user = self.make_user("cb_gone", ROLE_OWN)
        line = self.log("csv", self.clients, user=user)
        name = user.name
        user.unlink()
        line.invalidate_recordset()
        self.assertFalse(line.user_id)
        self.assertEqual(line.user_name, name)

    # ------------------------------------------------------------------ who reads it

    def test_only_the_head_reads(self):
        line = self.log("csv", self.clients)
        self.assertEqual(line.with_user(self.head).client_count, 3)
        self.assertIn(line, self.env["client.export"].with_user(self.head).search([]))
        for groups in (ROLE_OWN, ROLE_ALL, ROLE_STEWARD, "base.group_system"):
            user = self.make_user("cb_" + groups[-6:], groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                line.with_user(user).read(["client_count"])

    def test_nobody_alters_it(self):
        line = self.log("csv", self.clients)
        admin = self.env.ref("base.user_admin")
        for who in (line, line.with_user(self.head), line.with_user(admin)):
            with self.subTest(who.env.uid), self.assertRaises(AccessError):
                who.write({"client_count": 0})
            with self.subTest(who.env.uid), self.assertRaises(AccessError):
                who.unlink()
        for user in (self.head, admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["client.export"].with_user(user).create({"kind": "csv"})
        self.assertEqual(line.client_count, 3)

    def test_companies(self):
        """A head reads the lines of his companies and those of several."""
        head_b = self.make_user("cb_head_b", ROLE_HEAD, self.company_b)
        both = self.make_user("cb_both", ROLE_OWN, self.company + self.company_b)
        shared = self.clients[0]
        shared.with_company(self.company_b).action_add_to_client_base()
        line = self.log("csv", self.clients[1])
        line_shared = self.log("csv", shared, user=both)
        self.assertFalse(line_shared.company_id)
        seen = self.env["client.export"].with_user(head_b).search([])
        self.assertNotIn(line, seen)
        self.assertIn(line_shared, seen)
        card_b = shared.client_card_ids.filtered(
            lambda c: c.company_id == self.company_b
        )
        self.assertEqual(self.log("csv", card_b).company_id, self.company_b)

    # ---------------------------------------------------------------------- the right

    def test_right(self):
        lines = self.env["client.export"]
        lines.with_user(self.seller)._check_right()
        # The role alone gives it to nobody, the head's neither.
        with self.assertRaisesRegex(AccessError, "take clients out"):
            lines.with_user(self.head)._check_right()

    def test_cost_of_a_line(self):
        """One query counts, one writes, whatever the number of records."""
        many = self.make_partners(50)
        many.action_add_to_client_base()
        self.env.flush_all()
        lines = self.env["client.export"].with_user(self.seller)
        lines._log("csv", self.clients)
        for partners in (self.clients, many):
            self.env.flush_all()
            with self.subTest(len(partners)), self.assertQueryCount(2):
                lines._log("csv", partners, fields=["name"])
                self.env.flush_all()
