"""Months: which are measured and when, closing, and that closed ones never change."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import NOON, day
from .compliance import FIRST, ComplianceCommon

TABLES = (
    "client_compliance",
    "client_compliance_user",
    "client_compliance_month",
)


@tagged("post_install", "-at_install")
class TestComplianceMonths(ComplianceCommon):
    def refresh(self, when, company=None):
        with freeze_time(f"{when} 12:00:00"):
            return self.months._refresh(company or self.company)

    def months_of(self, company=None):
        """{first day: (state, as of)}"""
        found = self.months.search([("company_id", "=", (company or self.company).id)])
        return {
            fields.Date.to_string(month.month)[:7]: (
                month.state,
                month.measured_on and fields.Date.to_string(month.measured_on),
            )
            for month in found
        }

    # -------------------------------------------------------------------- what counts

    def test_company_without_start(self):
        self.company.client_start_date = False
        self.state(due_date="2025-05-01")
        self.assertFalse(self.refresh("2025-05-10"))
        self.assertFalse(self.measure())

    def test_start_in_the_future(self):
        self.company.client_start_date = "2025-05-20"
        self.assertFalse(self.refresh("2025-05-10"))
        self.assertFalse(self.measure(today="2025-05-19"))
        self.assertFalse(self.measure(month=day("2025-04-01")))

    def test_month_to_come(self):
        self.assertFalse(self.measure(today="2025-04-30"))

    def test_started_within_the_month(self):
        self.company.client_start_date = "2025-05-20"
        self.state(due_date="2025-05-10")
        rows = self.rows()
        self.assertEqual((rows.result, rows.overdue_days), ("not_made", 12))
        self.assertEqual(rows.month_id.counted_from, day("2025-05-20"))

    def test_recorded_only_since_some_day(self):
        """The first month of all begins when states began to be recorded."""
        company = self.company_b
        company.client_start_date = "2024-01-01"
        self.policy_b.active = True
        card = self.make_card("Of B", company)
        self.env.cr.execute(
            "DELETE FROM client_obligation WHERE company_id = %s", [company.id]
        )
        row = self.state(card=card, due_date="2025-05-10", since="2025-05-15")
        record = self.measure(today="2025-05-20", company=company)
        self.assertEqual(record.counted_from, day("2025-05-15"))
        self.assertEqual(self.judged(record=record), [("not_made", 6)])
        # Changed and not kept: what was known stays known.
        self.env.cr.execute(
            "UPDATE client_obligation SET since = '2025-05-22' WHERE id = %s", [row]
        )
        record = self.measure(today="2025-05-25", company=company)
        self.assertEqual(record.counted_from, day("2025-05-15"))
        self.assertNotIn("2025-04", self.months_of(company))

    def test_pilot_teams_only(self):
        team, other = self.env["crm.team"].create([{"name": "P"}, {"name": "Q"}])
        self.company.client_pilot_team_ids = team
        for its in (team.id, other.id, None):
            self.state(card=self.make_card("One"), due_date="2025-05-10", team_id=its)
            self.state(
                card=self.make_card("Gone"),
                due_date="2025-05-10",
                team_id=its,
                until="2025-05-20",
                is_closed=True,
            )
        self.assertEqual(self.rows().team_id, team)
        self.assertEqual(len(self.rows()), 2)

    def test_other_company(self):
        self.company_b.client_start_date = "2025-01-01"
        self.state(due_date="2025-05-10")
        self.state(card=self.make_card("Of B", self.company_b), due_date="2025-05-11")
        self.assertEqual(self.rows().card_id, self.card)
        rows = self.rows(company=self.company_b)
        self.assertIn(day("2025-05-11"), rows.mapped("due_date"))
        self.assertEqual(rows.company_id, self.company_b)

    # -------------------------------------------------------------------- measuring

    def test_measuring_twice_writes_nothing(self):
        with freeze_time(NOON):
            self.make_world()
            self.measure()
            before = self.versions(*TABLES)
            self.measure()
        self.assertEqual(self.versions(*TABLES), before)

    def make_world(self):
        """One row of every sort."""
        self.state(due_date="2025-05-10")
        handed = self.make_card("Handed")
        row = self.state(
            card=handed,
            until="2025-05-20",
            due_date="2025-05-15",
            is_closed=True,
        )
        self.state(
            row,
            card=handed,
            since="2025-05-20",
            user_id=None,
            status=None,
            due_date="2025-05-31",
            kind="any",
        )
        self.state(
            card=self.make_card("Talked"),
            last_contact_date="2025-05-12",
            due_date="2025-06-12",
            kind="email",
        )
        self.talk("2025-05-12", note="Yes")
        for number in (11, 12, 13):
            self.talk(f"2025-05-{number}", outcome="no_answer")

    def test_only_what_differs_is_written(self):
        changed, gone = (
            self.state(card=self.make_card(name), due_date="2025-05-10")
            for name in ("Changed", "Gone")
        )
        same = self.state(due_date="2025-05-10")
        self.measure()
        versions = dict(
            (row[0], row[1:]) for row in self.versions(TABLES[0])[TABLES[0]]
        )
        self.env.cr.execute(
            "UPDATE client_obligation SET abc_class = 'c' WHERE id = %s", [changed]
        )
        self.env.cr.execute("DELETE FROM client_obligation WHERE id = %s", [gone])
        fresh = self.state(card=self.make_card("New"), due_date="2025-05-30")
        rows = {row.obligation_id: row for row in self.rows()}
        self.assertEqual(set(rows), {changed, same, fresh})
        self.assertEqual(rows[changed].abc_class, "c")
        after = dict((row[0], row[1:]) for row in self.versions(TABLES[0])[TABLES[0]])
        self.assertEqual(after[rows[same].id], versions[rows[same].id])
        self.assertNotEqual(after[rows[changed].id], versions[rows[changed].id])

    def test_queries_do_not_grow(self):
        with freeze_time(NOON):
            self.measure()
            counts = []
            for number in (3, 30):
                for _n in range(number):
                    card = self.make_card("One of many")
                    self.state(card=card, due_date="2025-05-10")
                    self.talk("2025-05-12", card=card)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.measure()
                counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_somebody_else_is_measuring(self):
        """What is locked is left to him, without an error and without waiting."""
        self.state(due_date="2025-05-10")
        record = self.measure(today="2025-05-10")
        with patch.object(type(self.months), "_lock_free", lambda record: False):
            self.assertEqual(self.measure(), record)
        self.assertEqual(record.measured_on, day("2025-05-10"))

    def test_large_base_is_measured_once_a_day(self):
        path = (
            "odoo.addons.client_base_retention.models.client_compliance_measure.LARGE"
        )
        with patch(path, 0):
            record = self.refresh("2025-06-10")
            self.state(due_date="2025-06-01")
            self.assertEqual(self.refresh("2025-06-10"), record)
            self.assertFalse(self.rows(record=record))
            self.refresh("2025-06-11")
            self.assertTrue(self.rows(record=record))
        self.state(card=self.make_card("Two"), due_date="2025-06-01")
        self.assertEqual(len(self.rows(record=self.refresh("2025-06-11"))), 2)

    # ----------------------------------------------------------------------- closing

    def test_closing(self):
        self.state(due_date="2025-05-10")
        self.refresh("2025-05-31")
        self.assertEqual(self.months_of()["2025-05"], ("open", "2025-05-31"))
        june = self.refresh("2025-06-01")
        self.assertEqual(june.month, day("2025-06-01"))
        self.assertEqual(
            self.months_of(),
            {
                "2025-04": ("closed", False),
                "2025-05": ("closed", "2025-05-31"),
                "2025-06": ("open", "2025-06-01"),
            },
        )

    def test_three_months_without_a_run(self):
        """Every one of them is judged as of its own last day."""
        row = self.state(until="2025-05-20", due_date="2025-04-28", since="2025-04-01")
        self.state(row, "2025-07-02", since="2025-05-20", due_date="2025-06-29")
        self.state(row, since="2025-07-02", due_date="2025-08-10")
        self.refresh("2025-08-02")
        months = self.months.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {
                month.month.month: [
                    (line.result, line.overdue_days) for line in month.line_ids
                ]
                for month in months
            },
            {4: [], 5: [], 6: [("not_made", 1)], 7: [], 8: []},
        )
        states = dict.fromkeys(months[1:].mapped("month"), "closed")
        self.assertEqual({m.month: m.state for m in months[1:]}, states)

    def test_stopped_and_started_anew(self):
        """What was measured before stays; the months between have no report."""
        self.state(due_date="2025-05-10")
        self.refresh("2025-05-20")
        self.company.client_start_date = False
        self.assertFalse(self.refresh("2025-07-10"))
        self.company.client_start_date = "2025-08-15"
        record = self.refresh("2025-08-20")
        self.assertEqual(record.counted_from, day("2025-08-15"))
        self.assertEqual(
            self.months_of(),
            {
                "2025-04": ("closed", False),
                "2025-05": ("closed", "2025-05-20"),
                "2025-08": ("open", "2025-08-20"),
            },
        )
        self.assertEqual(self.judged(record=record), [("not_made", 6)])

    def test_closed_late_as_at_once(self):
        """Whatever happens after the last day, the month says the same."""
        row = self.state(until="2025-06-01", due_date="2025-05-10")
        self.state(
            row,
            "2025-06-02",
            since="2025-06-01",
            due_date="2025-05-10",
            late_date="2025-06-30",
            user_id=self.ivan.id,
            is_closed=True,
        )
        self.state(
            row,
            since="2025-06-02",
            last_contact_date="2025-06-02",
            due_date="2025-06-09",
        )
        for today in ("2025-06-01", "2025-06-04", "2025-09-04"):
            with self.subTest(today=today):
                rows = self.rows(today=today)
                self.assertEqual(
                    (rows.user_id, rows.result, rows.overdue_days),
                    (self.olga, "not_made", 21),
                )

    def test_closed_month_never_changes(self):
        self.make_world()
        self.refresh("2025-06-01")
        may = self.months.search(
            [("company_id", "=", self.company.id), ("month", "=", FIRST)]
        )
        self.assertEqual(may.state, "closed")
        figures = self.figures(may)
        self.talk("2025-05-30")
        self.env.cr.execute("DELETE FROM client_obligation_past")
        self.env.cr.execute("UPDATE client_obligation SET due_date = '2025-05-02'")
        for today in ("2025-06-01", "2025-06-20", "2025-07-03"):
            self.refresh(today)
        self.measure(today="2025-06-05")
        self.assertEqual(self.figures(may), figures)

    def figures(self, month):
        """All that a month says, as stored."""
        self.env.flush_all()
        return [
            self.env.execute_query(
                SQL(
                    "SELECT t.* FROM %s t WHERE %s = %s ORDER BY id",
                    SQL.identifier(table),
                    SQL.identifier("id" if table.endswith("month") else "month_id"),
                    month.id,
                )
            )
            for table in TABLES
        ]

    def test_closed_records_refuse(self):
        """Also code that runs without rights: only a deleted company takes them."""
        self.state(due_date="2025-05-10")
        self.refresh("2025-06-01")
        may = self.months.search([("month", "=", FIRST)]).filtered(
            lambda month: month.company_id == self.company
        )
        line, person = may.line_ids[:1], may.user_line_ids[:1]
        for what, act in (
            ("write month", lambda: may.write({"state": "open"})),
            ("delete month", may.unlink),
            ("write line", lambda: line.write({"result": "kept"})),
            ("delete line", line.unlink),
            ("write person", lambda: person.write({"clients": 1})),
            ("delete person", person.unlink),
            ("new line", lambda: line.copy({"obligation_id": 1})),
        ):
            with self.subTest(what), self.assertRaises(UserError):
                act()

    # ------------------------------------------------------- what goes and who merges

    def test_merged_client_keeps_name_and_figures(self):
        self.state(due_date="2025-05-10")
        target = self.make_card("Gamma")
        self.refresh("2025-06-01")
        may = self.months.search([("month", "=", FIRST)]).filtered("line_ids")
        self.card._fold_into(target.partner_id)
        self.assertFalse(self.card.exists())
        line = may.line_ids.filtered(lambda line: line.client_name == "Beta")
        self.assertEqual(line.card_id, target)
        self.assertEqual((line.result, line.overdue_days), ("not_made", 21))

    def test_deleted_client(self):
        self.state(due_date="2025-05-10")
        self.refresh("2025-06-01")
        may = self.months.search([("month", "=", FIRST)]).filtered("line_ids")
        self.card.partner_id.unlink()
        self.env.invalidate_all()
        line = may.line_ids
        self.assertEqual((line.client_name, line.result), ("Beta", "not_made"))
        self.assertFalse(line.card_id)
        self.assertEqual(line.display_name, "Beta")

    def test_not_a_client(self):
        self.state(due_date="2025-05-10")
        self.state(card=self.make_card("Gamma"), due_date="2025-05-10")
        may = self.measure()
        self.card.unlink()
        self.assertEqual(self.rows(record=may).mapped("client_name"), ["Beta", "Gamma"])
        # Open: he is no client any more.
        self.assertEqual(self.rows().mapped("client_name"), ["Gamma"])

    def test_deleted_rule(self):
        self.state(due_date="2025-05-10")
        self.refresh("2025-06-01")
        may = self.months.search([("month", "=", FIRST)]).filtered("line_ids")
        self.rule.unlink()
        self.env.invalidate_all()
        self.assertRecordValues(
            may.line_ids, [{"kind": "call", "norm_days": 7, "rule_id": False}]
        )

    def test_deleted_company(self):
        company = self.make_company("For a while")
        company.client_start_date = "2025-01-01"
        with freeze_time(NOON):
            record = self.months._refresh(company)
        self.assertTrue(record)
        company.unlink()
        self.env.invalidate_all()
        self.assertFalse(record.exists())
