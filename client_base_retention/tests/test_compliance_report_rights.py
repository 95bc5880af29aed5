"""Who sees what on the page, and what he may do there."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_HEAD, SALES
from .compliance_report import MAY, ComplianceReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceReportRights(ComplianceReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.june = cls.month()
        for user in (cls.olga, cls.ivan, cls.petra, False):
            cls.lines(cls.june, user=user, kept=1, not_made=2)
            cls.people(cls.june, user, clients=3)

    def names(self, user, **asked):
        return sorted(row["name"] for row in self.report(user, **asked)["rows"])

    def test_everybody_sees_what_is_his(self):
        for user, expected in (
            (self.head, ["Ivan", "Olga", "Petra", "Without salesperson"]),
            (self.lena, ["Ivan", "Olga"]),
            (self.olga, ["Olga"]),
        ):
            with self.subTest(user=user.name):
                self.assertEqual(self.names(user), expected)

    def test_totals_are_of_what_is_seen(self):
        report = self.report(self.lena)
        self.assertEqual(self.value(report["total"], "not_made"), 4)
        report = self.report(self.lena, by="class")
        self.assertEqual(self.value(report["rows"][0], "not_made"), 4)
        self.assertFalse(self.report(self.olga)["total"], "one row is its own total")

    def test_numbers_are_those_of_their_lists_for_everybody(self):
        for user in (self.lena, self.olga):
            for cell, model in self.listed(self.report(user, by="kind")):
                with self.subTest(user=user.name, cell=cell):
                    records = self.env[model].with_user(user)
                    found = records.search_count(cell["domain"])
                    self.assertEqual(found, cell["value"])

    def test_rows_of_others_do_not_unfold(self):
        page = self.page(self.olga)
        for key, number in ((self.olga.id, 2), (self.petra.id, 0)):
            found = page.get_clients("2025-06-01", "user", key)
            self.assertEqual(len(found["clients"]), number)

    def test_who_may_remind(self):
        for user, may in ((self.head, True), (self.lena, True), (self.olga, False)):
            with self.subTest(user=user.name):
                self.assertEqual(self.report(user)["may_remind"], may)

    def test_without_a_role(self):
        page = self.page(self.stranger)
        for call in (
            lambda: page.get_report(),
            lambda: page.open_report(),
            lambda: page.refresh(),
            lambda: page.get_clients("2025-06-01", "user", self.olga.id),
            lambda: page.remind([self.olga.id]),
            lambda: page.print_month(self.june.id),
            lambda: page.print_meeting_sheets([]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_another_company(self):
        company = self.company_b
        company.client_start_date = "2025-01-01"
        head_b = self.make_user("report_head_b", f"{SALES},{ROLE_HEAD}", company)
        self.assertEqual(self.report(head_b)["rows"], [])
        month = self.month(company=company)
        self.lines(month, user=head_b, late=1)
        self.assertEqual(
            self.names(head_b), ["report_head_b (base.group_user)"][:0] or [head_b.name]
        )
        self.assertNotIn(head_b.name, self.names(self.head))
        both = self.make_user(
            "report_both", f"{SALES},{ROLE_HEAD}", self.company | company
        )
        page = self.page(both).with_context(
            allowed_company_ids=(company | self.company).ids
        )
        page = page.with_company(company)
        self.assertEqual(
            [row["name"] for row in page.get_report()["rows"]], [head_b.name]
        )

    def test_users_who_left_are_named(self):
        self.olga.active = False
        self.assertIn("Olga", self.names(self.head))

    def test_client_who_left_the_base(self):
        may = self.month(MAY)
        line = self.line(may)
        line.card_id.active = False
        found = self.page().get_clients("2025-05-01", "user", self.olga.id)
        self.assertEqual(found["clients"][0]["name"], "Client")
