"""My day reads set by set: as many queries for a hundred rows as for ten."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLoad(MyDayCommon):
    def clients(self, number):
        """Clients of the seller of all sorts, each with what a row shows."""
        self.policy.daily_task_limit = 1000
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {n:03}",
                    "is_company": True,
                    "user_id": self.seller.id,
                    "tz": "Asia/Novosibirsk",
                    "child_ids": [
                        Command.create({"name": f"Person {n}", "phone": f"10000{n}"})
                    ],
                }
                for n in range(number)
            ]
        )
        self.enter(
            [
                (partner, ago(days), 100)
                for partner in partners[::2]
                for days in (80, 70, 60)
            ]
            + [(partner, ago(30), 100) for partner in partners[1::2]]
        )
        self.env["client.touchpoint"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "date": f"{ago(days)} 09:00:00",
                    "outcome": outcome,
                    "note": "Said something",
                    "user_id": self.other.id,
                }
                for partner in partners
                for days, outcome in ((20, "reached"), (2, "no_answer"))
            ]
        )
        for hour, partner in enumerate(partners[:: max(1, number // 5)]):
            self.promise(partner)
            self.promise(partner, kind="todo")
            order = self.quote(partner)
            order.write({"state": "sent", "date_order": "2025-06-05 12:00:00"})
            self.promise(order)
            self.meet(partner, start=f"2025-06-15 1{hour + 3}:00:00")
        return partners

    def queries(self, *args, **kwargs):
        page = self.page()
        page.get_day(*args, **kwargs)
        page = self.page()
        before = self.env.cr.sql_log_count
        data = page.get_day(*args, **kwargs)
        rows = sum(len(section["rows"]) for section in data["sections"])
        return self.env.cr.sql_log_count - before, rows

    def test_same_number_of_queries_for_ten_and_a_hundred(self):
        self.clients(10)
        few, rows = self.queries()
        self.assertGreaterEqual(rows, 10)
        chips = {
            chip: self.queries(chip)[0] for chip in ("overdue", "late", "promised")
        }
        found = self.queries(search="Client")[0]
        self.clients(100)
        many, rows = self.queries()
        self.assertGreaterEqual(rows, 100)
        self.assertLessEqual(many, few)
        self.assertLess(many, 100)
        for chip, number in chips.items():
            with self.subTest(chip=chip):
                self.assertLessEqual(self.queries(chip)[0], number)
        self.assertLessEqual(self.queries(search="Client")[0], found)
