"""What a row of the report unfolds to: clients not cared for, and what they show."""

from odoo.tests import freeze_time, tagged

from .common import NOON
from .compliance_report import JUNE, MAY, ComplianceReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceReportClients(ComplianceReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.june = cls.month()

    def unfold(self, key=None, user=None, by="user", **asked):
        asked = {"month": "2025-06-01"} | asked
        key = self.olga.id if key is None else key
        return self.page(user).get_clients(by=by, key=key, **asked)

    def only(self, **asked):
        (client,) = self.unfold(**asked)["clients"]
        return client

    def touch(self, card, when, **values):
        return self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "company_id": self.company.id,
                "date": when,
                "user_id": self.olga.id,
                **values,
            }
        )

    def test_colours_in_their_order(self):
        self.line(self.june, "kept")
        self.line(self.june, "late", overdue_days=9)
        self.line(self.june, overdue_days=3, due_date="2025-06-12")
        self.line(self.june, overdue_days=14, due_date="2025-05-30")
        self.line(self.june, is_tried=1, tries=3, overdue_days=20)
        self.line(
            self.june,
            "kept",
            taken_on="2025-06-10",
            taken_from_id=self.ivan.id,
            due_date="2025-06-11",
            late_date="2025-06-17",
            grace_until="2025-06-17",
        )
        found = [
            (client["state"], client["word"], client["detail"])
            for client in self.unfold()["clients"]
        ]
        self.assertEqual(
            found,
            [
                ("not_made", "Not made", "16 d late of 7"),
                ("not_made", "Not made", "3 d late of 7"),
                ("tried", "Tried", "14 d late of 7"),
                ("late", "Late", "9 d overdue"),
                ("grace", "Days of grace", ""),
            ],
        )

    def test_taken_over(self):
        self.line(
            self.june,
            "kept",
            taken_on="2025-06-10",
            taken_from_id=self.ivan.id,
            due_date="2025-06-11",
            grace_until="2025-06-17",
        )
        self.assertEqual(
            self.only()["taken"], "taken over Jun 10 from Ivan, grace until Jun 17"
        )

    def test_days_of_grace_that_are_over(self):
        for until, shown in (("2025-06-14", False), ("2025-06-15", True)):
            with self.subTest(until=until):
                line = self.line(
                    self.june,
                    "kept",
                    taken_on="2025-06-01",
                    due_date="2025-06-11",
                    grace_until=until,
                )
                self.assertEqual(bool(self.unfold()["clients"]), shown)
                line.unlink()

    def test_closed_month_is_told_as_of_its_last_day(self):
        may = self.month(MAY)
        self.line(may, due_date="2025-05-21")
        self.close(may)
        client = self.only(month="2025-05-01")
        self.assertEqual(client["detail"], "10 d late of 7")

    def test_days_late_are_those_of_the_day_due_beside_them(self):
        self.line(self.june, due_date="2025-06-07", late_date="2025-06-09")
        self.assertEqual(self.only()["detail"], "8 d late of 7")

    def test_ended_within_the_month(self):
        self.line(self.june, is_closed=True, overdue_days=4, due_date="2025-06-02")
        client = self.only()
        self.assertTrue(client["is_closed"])
        self.assertEqual(client["detail"], "4 d overdue")

    def test_last_contact_and_what_was_said(self):
        card = self.make_card(self.olga)
        self.touch(card, "2025-05-20 10:00:00", note="Earlier")
        self.touch(card, "2025-06-02 10:00:00", note="Waits for\nnew saws " + "x" * 90)
        self.touch(card, "2025-06-09 10:00:00", note="Tried", outcome="no_answer")
        self.line(self.june, card=card, last_contact_date="2025-06-02")
        last = self.only()["last"]
        self.assertEqual((last["when"], last["who"]), ("Jun 2", "Olga"))
        self.assertTrue(last["note"].startswith("Waits for new saws xxx"))
        self.assertLessEqual(len(last["note"]), 60)

    def test_never_contacted(self):
        self.line(self.june)
        self.assertFalse(self.only()["last"])

    def test_days_of_tries(self):
        card = self.make_card(self.olga)
        for when in (
            "2025-05-30 10:00:00",
            "2025-06-03 10:00:00",
            "2025-06-03 15:00:00",
            "2025-06-07 10:00:00",
            "2025-06-10 10:00:00",
        ):
            self.touch(card, when, outcome="no_answer")
        self.touch(card, "2025-06-11 10:00:00", outcome="no_answer", direction="in")
        self.line(self.june, card=card, tries=3, is_tried=1, due_date="2025-06-01")
        self.assertEqual(self.only()["tried"], "tried 3× (Jun 3, Jun 7, Jun 10)")

    def test_rows_of_a_class_and_a_kind(self):
        self.line(self.june, abc_class="vip")
        self.line(self.june, abc_class=False, kind="meeting", user=self.petra)
        for by, key, users in (
            ("class", "vip", ["Olga"]),
            ("class", False, ["Petra"]),
            ("kind", "meeting", ["Petra"]),
            ("team", self.south.id, ["Petra"]),
        ):
            with self.subTest(by=by, key=key):
                found = self.unfold(key, by=by)["clients"]
                self.assertEqual([client["user"] for client in found], users)

    def test_nobody_and_more(self):
        found = self.unfold(self.petra.id)
        self.assertEqual(found["clients"], [])
        self.assertEqual(found["nothing"], "Every client was cared for.")
        self.lines(self.june, not_made=43)
        found = self.unfold()
        self.assertEqual((len(found["clients"]), found["left"]), (40, 3))
        found = self.unfold(more=found["step"])
        self.assertEqual((len(found["clients"]), found["left"]), (43, 0))

    def test_queries_do_not_grow_with_the_clients(self):
        def add(number):
            for _each in range(number):
                card = self.make_card(self.olga)
                self.touch(card, "2025-06-02 10:00:00", note="Said")
                self.touch(card, "2025-06-09 10:00:00", outcome="no_answer")
                self.line(self.june, card=card, tries=1, last_contact_date="2025-06-02")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.unfold()
            return self.cr.sql_log_count - before

        add(3)
        queries()
        few = queries()
        add(27)
        self.assertLessEqual(queries(), few)

    def test_month_is_the_one_asked_for(self):
        may = self.month(MAY)
        self.line(may)
        self.assertEqual(self.unfold()["clients"], [])
        self.assertEqual(len(self.unfold(month=str(MAY))["clients"]), 1)
        self.assertEqual(self.june.month, JUNE)
