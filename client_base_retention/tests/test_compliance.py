"""How a month is judged: kept, late, not made, tried (design 4.3)."""

from odoo.tests import freeze_time, tagged

from .common import NOON, day
from .compliance import ComplianceCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceResult(ComplianceCommon):
    # ------------------------------------------------------- who belongs to the month

    def test_population(self):
        for due, contact, expected in (
            ("2025-05-31", None, [("kept", 0)]),
            ("2025-06-01", None, []),
            ("2025-06-01", "2025-05-01", [("kept", 0)]),
            ("2025-06-01", "2025-04-30", []),
            ("2025-05-01", "2025-04-24", [("not_made", 30)]),
            (None, "2025-05-02", [("kept", 0)]),
            (None, None, []),
        ):
            with self.subTest(due=due, contact=contact), self.cr.savepoint() as point:
                self.state(due_date=due, last_contact_date=contact)
                self.assertEqual(self.judged(), expected)
                point.rollback()
            self.env.invalidate_all()

    def test_open_month_is_judged_as_of_today(self):
        for today, due, expected in (
            ("2025-05-10", "2025-05-10", [("kept", 0)]),
            ("2025-05-10", "2025-05-09", [("not_made", 1)]),
            ("2025-05-10", "2025-05-11", []),
            ("2025-05-01", "2025-04-30", [("not_made", 1)]),
        ):
            with self.subTest(today=today, due=due), self.cr.savepoint() as point:
                self.state(due_date=due)
                self.assertEqual(self.judged(today=today), expected)
                point.rollback()
            self.env.invalidate_all()

    # --------------------------------------------------------------- days and results

    def test_contact_ends_the_overdue_days(self):
        for case, states, expected in (
            ("in time", [("05-10", "05-10", "05-10")], [("kept", 0)]),
            ("a day late", [("05-10", "05-11", "05-11")], [("late", 1)]),
            ("on the last day", [("05-10", "05-31", "05-31")], [("late", 21)]),
            # Entered in June, before the month was measured.
            ("on the last day, later", [("05-10", "06-02", "05-31")], [("late", 21)]),
            ("a day too late", [("05-10", "06-01", "06-01")], [("not_made", 21)]),
            ("typed in late", [("05-10", "05-20", "05-12")], [("late", 2)]),
            ("typed in late, in time", [("05-10", "05-20", "05-09")], [("kept", 0)]),
            ("since before", [("04-20", "05-03", "05-03")], [("late", 3)]),
            ("of before", [("04-20", "05-03", "04-25")], []),
            (
                "twice",
                [("05-05", "05-07", "05-07"), ("05-14", "05-20", "05-20")],
                [("late", 8)],
            ),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                row, contact, since = None, None, "2025-04-01"
                for due, until, talked in states:
                    row = self.state(
                        row,
                        f"2025-{until}",
                        due_date=f"2025-{due}",
                        since=since,
                        last_contact_date=contact,
                        contact_date=f"2025-{talked}",
                    )
                    contact, since = f"2025-{talked}", f"2025-{until}"
                self.state(row, since=since, last_contact_date=contact)
                self.assertEqual(self.judged(), expected)
                point.rollback()
            self.env.invalidate_all()

    def test_satisfied_and_overdue_again_on_the_last_day(self):
        """A contact typed in on the last day for three weeks ago."""
        row = self.state(
            until="2025-05-31", due_date="2025-05-05", contact_date="2025-05-08"
        )
        self.state(
            row,
            since="2025-05-31",
            due_date="2025-05-15",
            last_contact_date="2025-05-08",
        )
        # 6, 7 and 8 May until the contact; 31 May again
        self.assertEqual(self.judged(), [("not_made", 4)])

    def test_days_of_the_month(self):
        for month, today, since, due, expected in (
            ("2028-02-01", "2028-03-10", "2028-01-01", "2028-01-05", 29),
            ("2027-02-01", "2027-03-10", "2027-01-01", "2027-01-05", 28),
            ("2025-05-01", "2025-06-10", "2025-04-01", "2025-04-05", 31),
            ("2025-06-01", "2025-07-10", "2025-04-01", "2025-06-29", 1),
            ("2025-06-01", "2025-07-10", "2025-06-20", "2025-06-01", 11),
        ):
            with (
                self.subTest(month=month, due=due),
                self.cr.savepoint() as point,
            ):
                self.state(since=since, due_date=due)
                self.assertEqual(
                    self.judged(month=day(month), today=today),
                    [("not_made", expected)],
                )
                point.rollback()
            self.env.invalidate_all()

    def test_arranged_and_grace_hold_off(self):
        """What counts is the last day in time, not the day it was due."""
        self.state(due_date="2025-05-10", late_date="2025-05-31")
        self.assertEqual(self.judged(), [("kept", 0)])

    def test_put_off_to_the_next_month(self):
        """Agreed or paused: it was overdue until then, and is not due any more."""
        row = self.state(until="2025-05-20", due_date="2025-05-15")
        self.state(row, since="2025-05-20", due_date="2025-06-10")
        self.assertEqual(self.judged(), [])

    def test_put_off_within_the_month(self):
        row = self.state(until="2025-05-20", due_date="2025-05-15")
        self.state(row, since="2025-05-20", due_date="2025-05-31")
        self.assertEqual(self.judged(), [("late", 5)])

    def test_days_away_are_no_overdue_days(self):
        for case, away, expected in (
            ("some days", ("2025-05-12", "2025-05-13"), ("not_made", 19)),
            ("all of them", ("2025-04-01", "2025-06-30"), ("kept", 0)),
            ("the last day", ("2025-05-31", "2025-06-05"), ("late", 20)),
            ("until the last but one", ("2025-05-01", "2025-05-30"), ("not_made", 1)),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                self.state(due_date="2025-05-10")
                self.away(self.olga, *away)
                self.assertEqual(self.judged(), [expected])
                point.rollback()
            self.env.invalidate_all()

    def test_somebody_else_is_away(self):
        self.state(due_date="2025-05-10")
        self.away(self.ivan, "2025-05-01", "2025-05-31")
        self.assertEqual(self.judged(), [("not_made", 21)])

    # ------------------------------------------------------------ class, rule, status

    def test_change_of_class_and_rule_continues_the_unit(self):
        other = self.rule.copy({"interval_count": 30})
        row = self.state(until="2025-05-12", due_date="2025-05-10")
        self.state(
            row,
            since="2025-05-12",
            due_date="2025-05-25",
            rule_id=other.id,
            abc_class="b",
            norm_days=30,
        )
        rows = self.rows()
        self.assertRecordValues(
            rows,
            [
                {
                    "result": "not_made",
                    "overdue_days": 2 + 6,
                    "rule_id": other.id,
                    "abc_class": "b",
                    "norm_days": 30,
                    "due_date": day("2025-05-25"),
                    "is_closed": False,
                }
            ],
        )

    def test_typed_in_late_after_the_class_changed(self):
        """The contact of the 11th ends what it would have ended."""
        row = self.state(until="2025-05-13", due_date="2025-05-10")
        self.state(
            row,
            "2025-05-20",
            since="2025-05-13",
            due_date="2025-05-10",
            abc_class="b",
            contact_date="2025-05-11",
        )
        self.state(row, since="2025-05-20", last_contact_date="2025-05-11")
        self.assertEqual(self.judged(), [("late", 1)])

    def test_change_of_status_begins_a_new_unit(self):
        row = self.state(until="2025-05-12", due_date="2025-05-10", is_closed=True)
        self.state(row, since="2025-05-12", due_date="2025-05-31", status="former")
        self.assertCountEqual(
            [(r.status, r.result, r.overdue_days, r.is_closed) for r in self.rows()],
            [("active", "not_made", 2, True), ("former", "kept", 0, False)],
        )

    def test_row_that_went(self):
        for case, closed, expected in (
            ("the status changed", True, [("not_made", 2)]),
            ("no norm any more", False, []),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                self.state(until="2025-05-12", due_date="2025-05-10", is_closed=closed)
                self.assertEqual(self.judged(), expected)
                point.rollback()
            self.env.invalidate_all()

    def test_row_that_went_after_the_month(self):
        self.state(until="2025-06-01", due_date="2025-05-10")
        self.assertEqual(self.judged(), [("not_made", 21)])

    # --------------------------------------------------------------------- hand-over

    def test_hand_over(self):
        for handed, result, days in (
            ("2025-05-01", "kept", 0),
            ("2025-05-10", "kept", 0),
            ("2025-05-11", "not_made", 1),
            ("2025-05-31", "not_made", 21),
        ):
            with self.subTest(handed=handed), self.cr.savepoint() as point:
                row = self.state(until=handed, due_date="2025-05-10", is_closed=True)
                self.state(
                    row,
                    since=handed,
                    user_id=self.ivan.id,
                    due_date="2025-05-10",
                    late_date="2025-06-07",
                    taken_on=handed,
                    taken_from_id=self.olga.id,
                    grace_until="2025-06-07",
                )
                found = {r.user_id: (r.result, r.overdue_days) for r in self.rows()}
                expected = {self.ivan: ("kept", 0)}
                if handed >= "2025-05-10":
                    expected[self.olga] = (result, days)
                self.assertEqual(found, expected)
                point.rollback()
            self.env.invalidate_all()

    def test_hand_over_in_the_next_month(self):
        row = self.state(until="2025-06-01", due_date="2025-05-10", is_closed=True)
        self.state(row, since="2025-06-01", user_id=self.ivan.id)
        rows = self.rows()
        self.assertEqual(rows.user_id, self.olga)
        self.assertFalse(rows.is_closed)
        self.assertEqual(rows.result, "not_made")

    def test_given_back_later_is_one_unit(self):
        row = self.state(until="2025-05-12", due_date="2025-05-10", is_closed=True)
        self.state(
            row,
            "2025-05-20",
            since="2025-05-12",
            user_id=self.ivan.id,
            due_date="2025-05-10",
            late_date="2025-05-19",
            is_closed=True,
        )
        self.state(row, since="2025-05-20", due_date="2025-05-10")
        self.assertEqual(
            {r.user_id: (r.result, r.overdue_days) for r in self.rows()},
            {self.olga: ("not_made", 2 + 12), self.ivan: ("not_made", 1)},
        )

    def test_nobody_responsible(self):
        row = self.state(until="2025-05-12", due_date="2025-05-10", user_id=None)
        self.state(row, since="2025-05-12", due_date="2025-05-11", user_id=None)
        self.assertEqual(self.judged(), [("not_made", 21)])
        self.assertFalse(self.rows().user_id)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceContacts(ComplianceCommon):
    def test_what_a_former_state_leads_to_may_be_gone(self):
        links = ("rule_id", "user_id", "team_id", "taken_from_id")
        gone = {name: self.number() for name in links}
        self.state(until="2025-05-12", due_date="2025-05-10", is_closed=True, **gone)
        self.assertRecordValues(
            self.rows(),
            [dict.fromkeys(links, False) | {"result": "not_made", "overdue_days": 2}],
        )

    def test_tried(self):
        for case, tries, days, tried in (
            ("two days", ["05-12", "05-13"], 2, 0),
            ("three days", ["05-12", "05-13", "05-31"], 3, 1),
            ("three on one day", ["05-12 08", "05-12 09", "05-12 10"], 1, 0),
            ("from the due date on", ["05-10", "05-11", "05-12"], 3, 1),
            ("before it was due", ["05-09", "05-11", "05-12"], 2, 0),
            ("after the month", ["05-11", "05-12", "06-01"], 2, 0),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                self.state(due_date="2025-05-10")
                for moment in tries:
                    when = f"2025-{moment}"
                    when += ":00:00" if " " in moment else " 12:00:00"
                    self.talk(when, outcome="no_answer")
                self.assertRecordValues(
                    self.rows(),
                    [{"is_tried": tried, "tries": days, "is_not_made": 1}],
                )
                point.rollback()
            self.env.invalidate_all()

    def test_what_is_no_try(self):
        self.state(due_date="2025-05-10")
        for number, values in enumerate(
            (
                {"outcome": "refused"},
                {"outcome": "no_answer", "direction": "in"},
                {"outcome": "no_answer", "kind": "material"},
                {"outcome": "reached", "kind": "material"},
            )
        ):
            self.talk(f"2025-05-{12 + number}", **values)
        self.assertRecordValues(self.rows(), [{"is_tried": 0, "tries": 0}])

    def test_tries_without_fault(self):
        """Who is not late has nothing to excuse."""
        self.state(due_date="2025-05-10", late_date="2025-06-05")
        for number in (11, 12, 13):
            self.talk(f"2025-05-{number}", outcome="no_answer")
        self.assertRecordValues(self.rows(), [{"is_tried": 0, "result": "kept"}])

    def test_who_called_first(self):
        for case, talks, expected in (
            ("we", [("12:00", "call", "out")], (1, 0)),
            ("he", [("12:00", "call", "in")], (0, 1)),
            (
                "the last one",
                [("12:00", "call", "out"), ("13:00", "call", "in")],
                (0, 1),
            ),
            (
                "of a counted kind",
                [("9:00", "meeting", "in"), ("10:00", "email", "out")],
                (0, 1),
            ),
            ("no contact left", [], (0, 0)),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                self.state(last_contact_date="2025-05-20", due_date="2025-06-20")
                for moment, kind, direction in talks:
                    self.talk(f"2025-05-20 {moment}:00", kind=kind, direction=direction)
                rows = self.rows()
                self.assertEqual((rows.is_out, rows.is_in), expected)
                point.rollback()
            self.env.invalidate_all()

    def test_satisfied_before_the_month(self):
        self.talk("2025-04-30")
        self.state(last_contact_date="2025-04-30", due_date="2025-05-07")
        self.assertRecordValues(self.rows(), [{"is_out": 0, "is_in": 0}])

    def test_days_are_those_of_the_company(self):
        """23:30 and 0:10 around the end of the month, in Tokyo."""
        self.company.partner_id.tz = "Asia/Tokyo"
        for moment, expected in (
            ("2025-05-31 14:30:00", 3),
            ("2025-05-31 15:10:00", 2),
        ):
            with self.subTest(moment), self.cr.savepoint() as point:
                self.state(due_date="2025-05-10")
                self.talk("2025-05-11", outcome="no_answer")
                self.talk("2025-05-12", outcome="no_answer")
                self.talk(moment, outcome="no_answer")
                month = self.measure()
                self.assertEqual(self.rows(month).tries, expected)
                point.rollback()
            self.env.invalidate_all()
        self.talk("2025-05-31 14:30:00")
        self.talk("2025-05-31 15:10:00")
        self.talk("2025-04-30 15:10:00")
        self.talk("2025-04-30 14:30:00")
        self.assertEqual(self.people(self.measure())[self.olga].contacts, 2)
