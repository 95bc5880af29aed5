"""*Compliance with the regulation*: the figures of the page and their lists."""

from datetime import date

from odoo.tests import freeze_time, tagged

from ..models.client_compliance_report_table import percent
from .common import NOON, ago
from .compliance_report import MAY, ComplianceReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceReport(ComplianceReportCommon):
    # ------------------------------------------------------------------------ shares

    def test_share_is_rounded_but_says_100_only_where_all_were_kept(self):
        for part, whole, expected in (
            (0, 0, None),
            (0, 5, 0),
            (5, 5, 100),
            (1, 2, 50),
            (2, 3, 67),
            (1, 3, 33),
            (1, 8, 13),
            (999, 1000, 99),
            (1, 1000, 1),
        ):
            with self.subTest(part=part, whole=whole):
                self.assertEqual(percent(part, whole), expected)

    def test_share_kept_is_kept_of_kept_late_and_not_made(self):
        month = self.month()
        self.lines(month, kept=6, late=1, not_made=3)
        self.line(month, is_tried=1, tries=3)
        row = self.row(self.report(), self.olga)
        found = {
            column: self.value(row, column)
            for column in ("kept", "late", "not_made", "tried")
        }
        self.assertEqual(found, {"kept": 55, "late": 1, "not_made": 4, "tried": 1})
        self.assertEqual(row["cells"]["kept"]["value"], 6)
        self.assertEqual(row["cells"]["kept"]["of"]["value"], 11)

    def test_share_of_nothing_is_explained(self):
        month = self.month()
        self.people(month, clients=3)
        row = self.row(self.report(), self.olga)
        for column in ("kept", "ours", "change"):
            with self.subTest(column=column):
                self.assertIsNone(self.value(row, column))
                self.assertTrue(row["cells"][column]["help"])

    def test_who_called_first(self):
        month = self.month()
        for is_out, is_in in ((1, 0), (1, 0), (1, 0), (0, 1), (0, 0)):
            self.line(month, "kept", is_out=is_out, is_in=is_in)
        row = self.row(self.report(), self.olga)
        self.assertEqual(self.value(row, "ours"), 75)
        self.assertEqual(row["cells"]["ours"]["of"]["value"], 4)

    # -------------------------------------------------------------------------- rows

    def test_rows_by_salesperson_worst_first_and_totals(self):
        month = self.month()
        self.lines(month, kept=3, not_made=1)
        self.lines(month, user=self.ivan, kept=1, not_made=2)
        self.lines(month, user=False, not_made=5)
        report = self.report()
        self.assertEqual(
            [row["name"] for row in report["rows"]],
            ["Ivan", "Olga", "Without salesperson"],
        )
        self.assertEqual(self.value(report["total"], "not_made"), 8)
        self.assertEqual(self.value(report["total"], "kept"), 33)
        boxes = [row["has_user"] for row in report["rows"]]
        self.assertEqual(boxes, [True, True, False], "nobody cannot be reminded")

    def test_rows_by_team_class_and_kind(self):
        month = self.month()
        self.line(month, "kept", kind="meeting", abc_class="vip")
        self.line(month, "not_made", user=self.petra, abc_class=False)
        self.line(month, "late", user=self.petra, abc_class="c")
        for by, expected in (
            ("team", [("South", 0), ("North", 100)]),
            ("class", [("VIP", 100), ("C", 0), ("Without class", 0)]),
            ("kind", [("Call", 0), ("Meeting", 100)]),
        ):
            with self.subTest(by=by):
                rows = self.report(by=by)["rows"]
                found = [(row["name"], self.value(row, "kept")) for row in rows]
                self.assertEqual(found, expected)

    def test_one_team_of_several(self):
        month = self.month()
        self.lines(month, kept=1)
        self.lines(month, user=self.petra, not_made=2)
        for user in (self.olga, self.petra):
            self.people(month, user)
        report = self.report()
        self.assertEqual([team["name"] for team in report["teams"]], ["North", "South"])
        report = self.report(team_id=self.south.id)
        self.assertEqual([row["name"] for row in report["rows"]], ["Petra"])

    def test_load_beside_result(self):
        month = self.month()
        self.people(month, load=14.8, limit=12, clients=180)
        self.people(month, self.ivan, load=12, limit=12, clients=40)
        self.people(month, self.petra, load=3.2, limit=0)
        report = self.report()
        for user, text, over in (
            (self.olga, "14.8 of 12", "over the limit"),
            (self.ivan, "12.0 of 12", 0),
            (self.petra, "3.2", 0),
        ):
            with self.subTest(user=user.name):
                cell = self.row(report, user)["cells"]["load"]
                self.assertEqual((cell["text"], cell["over"]), (text, over))
        self.assertEqual(report["total"]["cells"]["load"]["over"], "1 over the limit")
        self.assertEqual(self.value(report["total"], "clients"), 220)

    def test_more_about_a_salesperson(self):
        month = self.month()
        self.people(month, contacts=40, contacts_with_note=30, days_away=5)
        about = self.row(self.report(), self.olga)["about"]
        self.assertEqual(about, ["Contacts made: 40, with a note 75 %", "Days away: 5"])

    # ------------------------------------------------------------------------ months

    def test_change_against_the_month_before(self):
        may = self.month(MAY)
        self.lines(may, kept=8, not_made=2)
        self.lines(may, user=self.ivan, kept=1)
        self.close(may)
        june = self.month()
        self.lines(june, kept=3, late=1)
        self.lines(june, user=self.petra, kept=1)
        report = self.report()
        for user, change in ((self.olga, -5), (self.petra, None)):
            with self.subTest(user=user.name):
                row = self.row(report, user)
                self.assertEqual(row["cells"]["change"]["value"], change)
        self.assertEqual(report["total"]["cells"]["change"]["value"], 80 - 82)

    def test_change_is_of_the_month_just_before(self):
        march = self.month(MAY, month=date(2025, 3, 1))
        self.lines(march, kept=1)
        june = self.month()
        self.lines(june, not_made=1)
        row = self.row(self.report(), self.olga)
        self.assertIsNone(row["cells"]["change"]["value"])

    def test_months_to_choose_from(self):
        may = self.month(MAY)
        self.lines(may, kept=1)
        self.close(may)
        self.month()
        report = self.report()
        self.assertEqual(
            [month["label"] for month in report["months"]], ["June 2025", "May 2025"]
        )
        self.assertEqual((report["month"], report["is_open"]), ("2025-06-01", True))
        report = self.report(month="2025-05-01")
        self.assertEqual((report["month"], report["is_open"]), ("2025-05-01", False))
        self.assertEqual(len(report["rows"]), 1)
        self.assertEqual(self.report(month="1999-01-01")["month"], "2025-06-01")

    def test_open_month_says_that_it_is_preliminary(self):
        month = self.month()
        said = "June 2025 is not closed yet: preliminary as of June 15."
        self.assertEqual(self.report()["notes"], [said])
        self.close(month)
        self.assertEqual(self.report()["notes"], [])

    def test_first_month_says_from_when_norms_counted(self):
        self.close(self.month(counted_from="2025-06-04"))
        for start, said in (
            (
                "2025-06-04",
                "The regulation started on June 4; norms of before are not counted.",
            ),
            (
                "2025-01-01",
                "Counted from June 4 on: how the norms stood before is not recorded.",
            ),
        ):
            with self.subTest(start=start):
                self.company.client_start_date = start
                self.assertEqual(self.report()["notes"], [said])

    # ------------------------------------------------------------------------- empty

    def test_never_a_blank_page(self):
        for start, launch, word in (
            (False, True, "not started yet"),
            ("2025-07-01", True, "starts on July 1"),
            ("2025-01-01", False, "press Refresh"),
        ):
            with self.subTest(start=start):
                self.company.client_start_date = start
                empty = self.report()["empty"]
                self.assertIn(word, empty["text"])
                self.assertEqual(empty["launch"], launch)
                self.assertFalse(self.report(self.olga)["empty"]["launch"])

    def test_month_without_norms(self):
        self.month()
        report = self.report()
        self.assertIn("No norm fell due in June 2025", report["empty"]["text"])
        self.assertFalse(report["total"])

    # ------------------------------------------------------------------------- lists

    def test_every_number_opens_the_list_it_counts(self):
        may, month = self.month(MAY), self.month()
        for each in (may, month):
            self.lines(each, kept=4, late=2, not_made=3)
            self.lines(each, user=self.petra, kept=1, not_made=2)
            self.lines(each, user=False, late=1)
            self.line(each, is_tried=1, tries=4)
            self.line(each, "kept", is_in=1, kind="meeting", abc_class=False)
            self.line(each, "kept", user=self.petra, is_out=1, abc_class="vip")
        self.client((ago(300), 10), user_id=self.olga.id)
        cards = self.env["client.card"].search([("company_id", "=", self.company.id)])
        obligations = self.env["client.obligation"]
        for user in (self.olga, self.petra, False):
            mine = [
                ("company_id", "=", self.company.id),
                ("user_id", "=", user.id if user else False),
            ]
            self.people(
                month,
                user,
                clients=len(cards.search(mine)),
                norms=obligations.search_count(mine),
                late_purchases=cards.search_count(
                    [*mine, ("purchase_state", "in", ("late", "at_risk"))]
                ),
            )
        seen = set()
        for first in ("2025-05-01", "2025-06-01"):
            for by in ("user", "team", "class", "kind"):
                for team in (False, self.north.id):
                    report = self.report(month=first, by=by, team_id=team)
                    for cell, model in self.listed(report):
                        with self.subTest(month=first, by=by, team=team, cell=cell):
                            found = self.env[model].with_user(self.head)
                            found = found.search_count(cell["domain"])
                            self.assertEqual(found, cell["value"])
                        seen.add(cell["list"])
        self.assertEqual(seen, {"compliance", "card", "obligation", "transition"})

    def test_kept_numbers_of_an_earlier_day_have_no_list(self):
        may = self.month(MAY)
        self.people(may, clients=5, norms=6, late_purchases=7)
        self.close(may)
        cells = self.row(self.report(), self.olga)["cells"]
        for name, number in (("clients", 5), ("norms", 6), ("late_purchases", 7)):
            with self.subTest(name=name):
                self.assertEqual(cells[name]["value"], number)
                self.assertNotIn("list", cells[name])

    # ------------------------------------------------------------------------- speed

    def test_queries_do_not_grow_with_the_rows(self):
        months = [self.month(MAY), self.month()]

        def add(number):
            for each in range(number):
                login = f"report_many_{len(self.env['res.users'].search([]))}_{each}"
                user = self.make_user(login, ROLE_NONE)
                for month in months:
                    self.lines(month, user=user, kept=1, not_made=1)
                    self.people(month, user, clients=2)

        def queries(by):
            self.env.flush_all()
            self.env.invalidate_all()
            page = self.page()
            page.get_report(by=by)  # what is cached for good
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            page.get_report(by=by)
            return self.cr.sql_log_count - before

        add(1)
        few = {by: queries(by) for by in ("user", "team", "class", "kind")}
        add(9)
        for by, number in few.items():
            with self.subTest(by=by):
                self.assertLessEqual(queries(by), number)


ROLE_NONE = "base.group_user"
