"""Import of purchases through Odoo's screen, batch by batch."""

import io
from datetime import date

import openpyxl

from odoo.tools.misc import file_path

from .common import TODAY
from .test_purchase_import import COLUMNS, OPTIONS, PURCHASE, ImportCase


class TestScreen(ImportCase):
    """Through Odoo's own import, with its batches."""

    def rows(self, number, clients=None):
        return [
            [
                f"Client {n % (clients or number):04}",
                "",
                "",
                "",
                "",
                "2025-03-01",
                5 + n,
            ]
            + [f"S{n}", "Tea", ""]
            for n in range(number)
        ]

    def test_columns_are_matched_by_their_headings(self):
        for head in (
            COLUMNS + PURCHASE,
            ["Клиент", "Телефон", "Эл. почта", "ИНН", "Номер клиента"]
            + ["Дата", "Сумма", "Номер", "Что", "Хватит на, дней"],
            ["Customer", "Phone", "Email", "VAT", "Ref"]
            + ["date", "sum", "sale number", "what was bought", "lasts_days"],
        ):
            with self.subTest(head=head):
                ids, messages, _told = self.screen(
                    head,
                    [
                        ["Nina", "89160001724", "n@sheet.example", "", "A1-1723"]
                        + ["2025-03-01", "5", head[7], "Tea", "30"]
                    ],
                )
                self.assertEqual(messages, [])
                entry = self.entries.browse(ids)
                self.assertEqual(
                    (entry.amount, entry.number, entry.what, entry.lasts_days),
                    (5, head[7], "Tea", 30),
                )
                self.assertEqual(entry.ref, "A1-1723")

    def test_sheet_without_rows_is_named(self):
        for book in ([], [["Client", "Date", "Amount"]]):
            with self.subTest(rows=len(book)):
                sheet, file = openpyxl.Workbook(), io.BytesIO()
                for row in book:
                    sheet.active.append(row)
                sheet.save(file)
                wizard = self.env["base_import.import"].create(
                    {
                        "res_model": self.entries._name,
                        "file": file.getvalue(),
                        "file_type": "application/vnd.openxmlformats-officedocument."
                        "spreadsheetml.sheet",
                    }
                )
                preview = wizard.parse_preview(OPTIONS | {})
                self.assertIn("no rows below its headings", preview["error"])

    def test_one_wrong_date_leaves_the_others_readable(self):
        days = ("31.01.2025", "32.13.2025", "01.02.2025")
        sheet = "Client,Date,Amount\n" + "".join(f"Anna,{day},5\n" for day in days)
        wizard = self.env["base_import.import"].create(
            {
                "res_model": self.entries._name,
                "file": sheet.encode(),
                "file_type": "text/csv",
            }
        )
        preview = wizard.parse_preview(OPTIONS | {"date_format": ""})
        self.assertEqual(preview["options"]["date_format"], "%d.%m.%Y")
        result = wizard.execute_import(
            ["partner_id", "date", "amount"],
            ["client", "date", "amount"],
            preview["options"],
            dryrun=True,
        )
        self.assertEqual([m["rows"]["from"] for m in result["messages"]], [1])

    def test_batches_make_what_one_import_makes(self):
        rows = self.rows(25, clients=7)
        rows[20] = rows[3]
        ids, messages, told = self.screen(COLUMNS + PURCHASE, rows, limit=10)
        self.assertEqual((len(ids), messages, len(told)), (25, [], 3))
        self.assertEqual(sum(batch["clients"] for batch in told), 7)
        self.assertFalse(any(batch["known"] for batch in told))
        ids, _messages, told = self.screen(COLUMNS + PURCHASE, rows, limit=10)
        self.assertFalse(ids)
        known = [row for batch in told for row in batch["known"]]
        self.assertEqual(known, list(range(25)))

    def test_number_of_rows_is_a_multiple_of_the_batch(self):
        ids, _messages, told = self.screen(COLUMNS + PURCHASE, self.rows(20), limit=10)
        self.assertEqual((len(ids), len(told)), (20, 2))

    def test_error_in_a_late_batch_keeps_the_first_from_being_imported(self):
        rows = self.rows(25)
        rows[7][5], rows[24][6] = "12th of May", "much"
        ids, messages, _told = self.screen(COLUMNS + PURCHASE, rows, limit=10)
        self.assertFalse(ids)
        self.assertEqual(
            [(m["rows"]["from"], m["message"]) for m in messages],
            [(7, "12th of May is no date."), (24, "much is no sum.")],
        )
        self.assertFalse(self.named("Client 0000"))

    def test_a_test_changes_nothing(self):
        ids, messages, told = self.screen(COLUMNS + PURCHASE, self.rows(3), dryrun=True)
        self.assertEqual((len(ids), messages), (3, []))
        self.assertEqual(told[0]["clients"], 3)
        self.assertFalse(self.named("Client 0000"))
        self.assertFalse(self.entries.browse(ids).exists())

    def test_start_in_the_middle(self):
        ids, _messages, _told = self.screen(COLUMNS + PURCHASE, self.rows(12), skip=10)
        self.assertEqual(len(ids), 2)
        self.assertFalse(self.named("Client 0000"))

    def test_sums_as_people_write_them(self):
        for text, amount in (
            ("1 200,50", 1200.5),
            ("1 200.50 $", 1200.5),
            ("(30)", -30),
            ("12 USD", 12),
            ("3200,00", 3200),
            ("3 200,5 $", 3200.5),
            ("12\N{NO-BREAK SPACE}345\N{NO-BREAK SPACE}678,90", 12345678.9),
            ("-7,25", -7.25),
            ("(30,5)", -30.5),
            ("1,250.75", 1250.75),
            ("1.250,75", 1250.75),
        ):
            with self.subTest(text=text):
                ids, messages, _told = self.screen(
                    ["Client", "Date", "Amount"],
                    [[f"Nina {text}", "2025-03-01", text]],
                )
                self.assertEqual(messages, [])
                self.assertEqual(self.entries.browse(ids).amount, amount)

    def test_classes_follow_the_whole_sheet(self):
        """The limits of the first rows are not those of all; before the start classes
        that change monthly do not wait."""
        self.env["client.policy"]._choose_trade(self.company, "wholesale")
        self.env["client.card"]._derive_all()
        rows = [[f"Small {n}", "2025-05-01", str(1 + n)] for n in range(9)]
        rows.append(["Great", "2025-05-01", "900"])
        self.screen(["Client", "Date", "Amount"], rows, limit=5)
        great = self.named("Great").client_card_id
        small = self.named("Small 8").client_card_id
        self.assertEqual((great.abc_class, small.abc_class), ("vip", "c"))
        self.company.client_start_date = TODAY
        self.screen(
            ["Client", "Date", "Amount"], [["Small 8", "2025-05-02", "9000"]], limit=5
        )
        self.assertEqual(small.abc_class_computed, "vip")

    def test_templates_are_imported_as_they_are(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        for lang, name in (("en_US", "purchases"), ("ru_RU", "purchases_ru")):
            with self.subTest(lang=lang):
                (template,) = self.entries.with_context(
                    lang=lang
                ).get_import_templates()
                self.assertTrue(template["template"].endswith(f"/{name}.xlsx"))
                with open(file_path(template["template"][1:]), "rb") as file:
                    ids, messages, _told = self.run_screen(file.read(), mimetype)
                self.assertEqual((len(ids), messages), (2, []))
                self.assertEqual(
                    self.entries.browse(ids).mapped("date"),
                    [date(2025, 3, 12), date(2025, 3, 14)],
                )

    def test_workbook_is_not_mixed_up_with_the_one_before(self):
        for name in "First", "Second":
            book = openpyxl.Workbook()
            book.active.append(["Client", "Date", "Amount"])
            book.active.append([name, date(2025, 3, 1), 5])
            file = io.BytesIO()
            book.save(file)
            ids, _messages, _told = self.run_screen(
                file.getvalue(),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            )
            self.assertEqual(self.entries.browse(ids).partner_id.name, name)
