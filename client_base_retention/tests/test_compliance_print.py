"""Prints of a month: the meeting sheet of a salesperson (one page for the talk) and the
table of the month with the clients not cared for (N67, N68; product.md 5.4).

The rows of the month are made here by hand, so that every figure is known.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ClientBaseCommon, day

SHEET = "client_base_retention.report_client_meeting_sheet"
MONTH = "client_base_retention.report_client_compliance"


class PrintCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company + cls.company_b
        cls.head = cls.make_user("print_head", ROLE_HEAD, both)
        cls.leader = cls.make_user("print_leader", ROLE_ALL, name="Leader")
        cls.anna = cls.make_user("print_anna", ROLE_ALL, name="Anna")
        cls.boris = cls.make_user("print_boris", ROLE_ALL, name="Boris")
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id, "user_id": cls.leader.id}
        )
        cls.before = cls.make_month("2025-04-01")
        cls.month = cls.make_month("2025-05-01")

    @classmethod
    def make_month(cls, first, company=None, **values):
        return cls.env["client.compliance.month"].create(
            {
                "company_id": (company or cls.company).id,
                "month": day(first),
                # Rows are added to open months only.
                "state": "open",
                "measured_on": day(first) + relativedelta(day=31),
                "counted_from": day("2025-01-01"),
                **values,
            }
        )

    def line(self, user, month=None, **values):
        month = month or self.month
        return self.env["client.compliance.user"].create(
            {
                "month_id": month.id,
                "company_id": month.company_id.id,
                "month": month.month,
                "user_id": user and user.id,
                "team_id": self.team.id if user == self.anna else False,
                **values,
            }
        )

    def result(self, user, result, number=1, month=None, **values):
        """So many results of a salesperson in a month, each of a client of his."""
        month = month or self.month
        rows = self.env["client.compliance"]
        tried = values.get("is_tried", 0)
        for _n in range(number):
            card = self.env["client.card"].create(
                {
                    "partner_id": self.make_partner(
                        f"Client {len(self.env['client.card'].search([]))}"
                    ).id,
                    "company_id": month.company_id.id,
                }
            )
            rows |= rows.create(
                {
                    "month_id": month.id,
                    "company_id": month.company_id.id,
                    "month": month.month,
                    "card_id": card.id,
                    "kind": "call",
                    "norm_days": 7,
                    "status": "active",
                    "user_id": user and user.id,
                    "team_id": self.team.id if user == self.anna else False,
                    "result": result,
                    f"is_{result}": 1,
                    "due_date": month.month + timedelta(days=8),
                    "tries": 3 * tried,
                    "obligation_id": card.id,
                    **values,
                }
            )
        return rows

    def values(self, name, records, user=None):
        report = self.env[f"report.{name}"].with_user(user or self.head)
        return report.with_context(
            allowed_company_ids=self.company.ids
        )._get_report_values(records.ids)

    def page(self, name, records, user=None, **context):
        """The print as a tree."""
        found, _kind = (
            self.env["ir.actions.report"]
            .with_user(user or self.head)
            .with_context(allowed_company_ids=self.company.ids, **context)
            ._render_qweb_html(name, records.ids)
        )
        return html.fromstring(found)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMeetingSheet(PrintCase):
    def sheet(self, line, user=None):
        (sheet,) = self.values(SHEET, line, user)["sheets"]
        return sheet

    def figures(self, sheet):
        return {label: rest for label, *rest in sheet["figures"]}

    def test_figures_beside_the_month_before_and_the_team(self):
        self.result(self.anna, "kept", 6, is_out=1)
        self.result(self.anna, "late", 1, is_in=1)
        self.result(self.anna, "not_made", 2, is_tried=1)
        self.result(self.anna, "not_made", 1)
        self.result(self.anna, "kept", 1, month=self.before)
        self.result(self.anna, "not_made", 1, month=self.before)
        line = self.line(
            self.anna,
            load=14.8,
            limit=12,
            clients=180,
            contacts=8,
            contacts_with_note=2,
        )
        self.line(self.anna, month=self.before, load=13.2, limit=12, clients=170)
        colleague = self.line(self.leader, load=3.2, limit=12, clients=40)
        colleague.team_id = self.team
        self.result(self.leader, "kept", 10).team_id = self.team
        sheet = self.sheet(line)
        self.assertEqual(sheet["name"], "Anna")
        self.assertEqual(sheet["average"], "Average of the team")
        figures = self.figures(sheet)
        self.assertEqual(figures["Kept"], ["60 %", "50 %", "80 %"])
        self.assertEqual(figures["Late"], ["1", "0", "0.5"])
        self.assertEqual(figures["Not made"], ["3", "1", "1.5"])
        self.assertEqual(figures["of them tried"], ["2", "0", "1.0"])
        self.assertEqual(figures["We called first"], ["86 %", "–", "86 %"])
        self.assertEqual(
            figures["Needed a day, of allowed"],
            ["14.8 of 12", "13.2 of 12", "9.0 of 12"],
        )
        self.assertEqual(figures["Clients"], ["180", "170", "110.0"])
        self.assertEqual(figures["of them with a note"], ["25 %", "–", "25 %"])

    def test_nothing_to_compare_with(self):
        """No month before, nobody else in the team, nothing due."""
        figures = self.figures(self.sheet(self.line(self.boris)))
        self.assertEqual(figures["Kept"], ["–", "–", "–"])
        self.assertEqual(figures["Late"], ["0", "–", "–"])

    def test_average_leaves_out_whom_one_may_not_see(self):
        line = self.line(self.anna, clients=10)
        colleague = self.line(self.boris, clients=30)
        colleague.team_id = self.team
        found = self.figures(self.sheet(line, self.anna))["Clients"]
        self.assertEqual(found, ["10", "–", "–"])
        found = self.figures(self.sheet(line, self.leader))["Clients"]
        self.assertEqual(found, ["10", "–", "20.0"])

    def test_clients_not_cared_for(self):
        """VIP first, then the longest late; what does not fit is counted."""
        rows = self.result(self.anna, "not_made", 13)
        for place, row in enumerate(rows):
            row.due_date = row.late_date = day("2025-05-30") - timedelta(days=place)
        rows[0].abc_class = "vip"
        sheet = self.sheet(self.line(self.anna))
        self.assertEqual(
            [row["id"] for row in sheet["rows"]][:2], [rows[0].id, rows[12].id]
        )
        self.assertEqual(len(sheet["rows"]) + sheet["more"], 13)
        self.assertEqual(sheet["rows"][1]["detail"], "13 d late of 7")

    def test_late_with_purchase(self):
        """His clients, the largest first; today's, whatever the month."""
        cards = self.env["client.card"]
        for amount in (100, 900, 500):
            card = self.client(
                *((TODAY - timedelta(days=n), amount) for n in (60, 70, 80))
            )
            card.user_id = self.anna
            cards |= card
        other = self.client(*((TODAY - timedelta(days=n), 9999) for n in (60, 70, 80)))
        other.user_id = self.boris
        self.assertEqual(set(cards.mapped("purchase_state")), {"at_risk"})
        sheet = self.sheet(self.line(self.anna))
        self.assertEqual(
            [row["turnover"] for row in sheet["late"]],
            [self.company.currency_id.format(n) for n in (2700, 1500, 300)],
        )
        self.assertEqual(sheet["late_more"], 0)

    def test_moves(self):
        with freeze_time("2025-05-02"):
            card = self.client((day("2024-05-10"), 100))
            card.user_id = self.anna
        with freeze_time("2025-05-20"):
            self.derive_all(day("2025-05-20"))
        with freeze_time("2025-05-22"):
            self.buy(card.partner_id, day("2025-05-22"))
        sheet = self.sheet(self.line(self.anna))
        self.assertEqual(
            [(title, more) for title, _names, more in sheet["moves"]],
            [("Became former", 0), ("Clients came back", 0)],
        )

    def test_pages(self):
        """None, one, many; full ones too; in Russian; one page break between two."""
        self.env["res.lang"]._activate_lang("ru_RU")
        none = self.env["client.compliance.user"]
        full = self.line(self.anna)
        self.result(self.anna, "not_made", 15)
        many = full | self.line(self.boris) | self.line(None)
        for lines, pages in ((none, 0), (full, 1), (many, 3)):
            for lang in ("en_US", "ru_RU"):
                with self.subTest(pages=pages, lang=lang):
                    tree = self.page(SHEET, lines, lang=lang)
                    sheets = tree.find_class("o_client_sheet")
                    self.assertEqual(len(sheets), pages)
                    breaks = tree.find_class("o_client_print_next")
                    self.assertEqual(len(breaks), max(pages - 1, 0))

    def test_rights(self):
        """One's own sheet, a leader his team's, the head all of his companies."""
        own, other = self.line(self.anna), self.line(self.boris)
        second = self.make_month("2025-05-01", self.company_b)
        foreign = self.line(self.anna, month=second)
        plain = self.make_user("print_plain")
        for user, line, allowed in (
            (self.anna, own, True),
            (self.anna, other, False),
            (self.leader, own, True),
            (self.leader, other, False),
            (self.head, other, True),
            (self.head, foreign, False),
            (plain, own, False),
        ):
            with self.subTest(user=user.login, line=line.user_id.name):
                if allowed:
                    self.assertTrue(self.sheet(line, user))
                else:
                    with self.assertRaises(AccessError):
                        self.sheet(line, user)

    def test_queries_do_not_grow(self):
        users = [self.make_user(f"print_{n}", ROLE_ALL) for n in range(10)]
        lines = self.env["client.compliance.user"]
        for user in users:
            lines |= self.line(user)
            self.line(user, month=self.before)
            self.result(user, "not_made", 2)

        def measure(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.values(SHEET, records)
            return self.env.cr.sql_log_count - before

        measure(lines[:1])
        self.assertLessEqual(measure(lines), measure(lines[:1]))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMonthPrint(PrintCase):
    def printed(self, month=None, user=None):
        (found,) = self.values(MONTH, month or self.month, user)["months"]
        return found

    def test_table(self):
        self.result(self.anna, "kept", 3)
        self.result(self.anna, "not_made", 1, is_tried=1)
        self.result(self.anna, "kept", 1, month=self.before)
        self.result(self.anna, "late", 1, month=self.before)
        self.result(self.boris, "late", 2)
        self.result(None, "not_made", 1)
        self.line(self.anna, load=14.8, limit=12, clients=180, norms=212)
        self.line(self.boris, load=3.2, limit=12)
        self.month.state = "closed"
        found = self.printed()
        self.assertEqual(
            [person["name"] for person in found["people"]],
            ["Anna", "Boris", "Without salesperson"],
        )
        anna, boris, nobody = found["people"]
        texts = anna["texts"]
        self.assertEqual(
            (
                texts["kept_share"],
                texts["not_made"],
                texts["tried"],
                texts["load_limit"],
            ),
            ("75 %", "1", "1", "14.8 of 12"),
        )
        self.assertEqual((anna["change"], boris["change"]), ("+25 ▲", ""))
        self.assertEqual((anna["over"], boris["over"]), (True, False))
        self.assertEqual([len(p["rows"]) for p in found["people"]], [1, 0, 1])
        total = found["total"]["texts"]
        self.assertEqual((total["kept_share"], total["late"]), ("43 %", "2"))
        self.assertFalse(found["sentences"])

    def test_sentences(self):
        opened = self.make_month(
            "2025-06-01", state="open", measured_on=day("2025-06-14")
        )
        first = self.make_month("2025-03-01", counted_from=day("2025-03-24"))
        first.state = "closed"
        self.assertEqual(
            self.printed(opened)["sentences"],
            ["June 2025 is not closed yet: preliminary as of June 14."],
        )
        self.company.client_start_date = "2025-03-24"
        self.assertEqual(
            self.printed(first)["sentences"],
            ["The regulation started on March 24; norms of before are not counted."],
        )

    def test_pages(self):
        """None, an empty month, many rows; a page for each salesperson; in Russian."""
        self.env["res.lang"]._activate_lang("ru_RU")
        self.result(self.anna, "not_made", 3)
        self.result(self.boris, "not_made", 2)
        none = self.env["client.compliance.month"]
        for months, rows in ((none, 0), (self.before, 0), (self.month, 5)):
            for lang in ("en_US", "ru_RU"):
                with self.subTest(rows=rows, lang=lang):
                    tree = self.page(MONTH, months, lang=lang)
                    self.assertEqual(len(tree.find_class("o_overdue")), rows)
                    pages = tree.find_class("o_client_print_next")
                    self.assertEqual(len(pages), 2 if rows else 0)

    def test_rights(self):
        """The rows of a month are those the reader may see."""
        for user in (self.anna, self.boris):
            self.result(user, "not_made", 1)
            self.line(user)
        foreign = self.make_month("2025-05-01", self.company_b)
        for user, names in (
            (self.anna, ["Anna"]),
            (self.leader, ["Anna"]),
            (self.head, ["Anna", "Boris"]),
        ):
            with self.subTest(user=user.login):
                found = [p["name"] for p in self.printed(user=user)["people"]]
                self.assertEqual(found, names)
        with self.assertRaises(AccessError):
            self.printed(foreign)
        with self.assertRaises(AccessError):
            self.printed(user=self.make_user("print_plain"))

    def test_actions_stand(self):
        for name, model in (
            ("action_report_client_meeting_sheet", "client.compliance.user"),
            ("action_report_client_compliance", "client.compliance.month"),
        ):
            action = self.env.ref(f"client_base_retention.{name}")
            self.assertEqual(action.model, model)
            self.assertEqual(action.report_type, "qweb-pdf")
