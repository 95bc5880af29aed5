"""Import of purchases from a sheet, from the words of the issue and the design."""

import csv
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools.misc import file_path

from .common import NOON, ROLE_ALL, TODAY, ClientBaseCommon

COLUMNS = ["Client", "Telephone", "E-mail", "Tax number", "Client's number"]
PURCHASE = ["Date", "Amount", "Number", "What", "Lasts, days"]
OPTIONS = {
    "has_headers": True,
    "advanced": True,
    "keep_matches": False,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "float_thousand_separator": " ",
    "float_decimal_separator": ".",
    "date_format": "%Y-%m-%d",
    "datetime_format": "",
    "sheet": "",
    "sheets": [],
    "skip": 0,
    "limit": 2000,
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class ImportCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = cls.env["client.purchase.entry"]
        cls.partners = cls.env["res.partner"].with_context(active_test=False)

    def load(self, rows, fields="partner_id date amount", user=None):
        entries = self.entries.with_user(user) if user else self.entries
        names = fields.split()
        result = entries.load(
            names, [[*row] + [""] * (len(names) - len(row)) for row in rows]
        )
        self.env.invalidate_all()
        return result

    def loaded(self, rows, fields="partner_id date amount", **options):
        """The entries made; fails on any message."""
        result = self.load(rows, fields, **options)
        self.assertEqual(result["messages"], [])
        return self.entries.browse(result["ids"])

    def refused(self, rows, fields="partner_id date amount", **options):
        """{row: message} of an import that made nothing at all."""
        before = self.entries.search_count([]), self.partners.search_count([])
        result = self.load(rows, fields, **options)
        self.assertFalse(result["ids"])
        after = self.entries.search_count([]), self.partners.search_count([])
        self.assertEqual(before, after)
        return {m["rows"]["from"]: m["message"] for m in result["messages"]}

    def named(self, name):
        return self.partners.search([("name", "=", name)])

    def screen(self, head, rows, **options):
        """Odoo's import of a sheet: every batch, as its screen does it.

        :return: ids, messages, list of ``client_import``
        """
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        return self.run_screen(text.getvalue().encode(), "text/csv", **options)

    def run_screen(self, file, mimetype, dryrun=False, skip=0, **options):
        wizard = self.env["base_import.import"].create(
            {"res_model": self.entries._name, "file": file, "file_type": mimetype}
        )
        preview = wizard.parse_preview(OPTIONS | options)
        self.assertNotIn("error", preview)
        matches = preview["matches"] or {}
        head = preview["headers"]
        fields = ["/".join(matches.get(n, [])) or False for n in range(len(head))]
        ids, told = [], []
        while True:
            result = wizard.execute_import(
                fields,
                [title.lower() for title in head],
                preview["options"] | options | {"skip": skip},
                dryrun=dryrun,
            )
            ids += result["ids"] or []
            if result["messages"]:
                return ids, result["messages"], told
            told.append(result["client_import"])
            skip = result["nextrow"]
            if not skip:
                return ids, [], told


class TestFindClient(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.env["res.partner"].create(
            {
                "name": "Семёнова-Тест Анна",
                "ref": "K-1723",
                "vat": "RU7799001723",
                "email": "Anna <Anna@Sheet.Example>",
                "phone": "+7 (916) 000-17-23",
            }
        )

    def test_each_way_to_name_him(self):
        for field, text in (
            ("ref", "K-1723"),
            ("vat", "7799001723"),
            ("vat", "RU 7799 001723"),
            ("email", "anna@sheet.example"),
            ("email", " ANNA@SHEET.EXAMPLE "),
            ("phone", "8 916 000 17 23"),
            ("phone", "9160001723"),
            ("partner_id", "семенова-тест  анна"),
            ("partner_id", "СЕМЁНОВА-ТЕСТ АННА"),
        ):
            with self.subTest(field=field, text=text):
                entry = self.loaded([(text, "2025-03-01", "5")], f"{field} date amount")
                self.assertEqual(entry.partner_id, self.anna)
                entry.unlink()

    def test_archived_contact_is_found(self):
        self.anna.active = False
        entry = self.loaded([("Семёнова-Тест Анна", "2025-03-01", "5")])
        self.assertEqual(entry.partner_id, self.anna)

    def test_surer_name_wins_over_weaker(self):
        other = self.make_partner("Other", phone="+7 916 999-99-99")
        entry = self.loaded(
            [("K-1723", "+7 916 999-99-99", "2025-03-01", "5")], "ref phone date amount"
        )
        self.assertEqual(entry.partner_id, self.anna)
        self.assertFalse(self.card_of(other))

    def test_weaker_name_chooses_among_several(self):
        twin = self.make_partner("Twin", email="anna@sheet.example")
        entry = self.loaded(
            [("twin", "anna@sheet.example", "2025-03-01", "5")],
            "partner_id email date amount",
        )
        self.assertEqual(entry.partner_id, twin)

    def test_several_are_refused_in_words(self):
        self.make_partner("Семёнова-Тест Анна")
        errors = self.refused([("Семёнова-Тест Анна", "2025-03-01", "5")])
        self.assertEqual(list(errors), [0])
        self.assertIn("2 contacts", errors[0])
        self.assertIn("Семёнова-Тест Анна", errors[0])

    def test_namesake_with_another_telephone_is_another_person(self):
        entry = self.loaded(
            [("Семёнова-Тест Анна", "+7 495 111-11-11", "2025-03-01", "5")],
            "partner_id phone date amount",
        )
        self.assertNotEqual(entry.partner_id, self.anna)
        self.assertEqual(entry.partner_id.phone, "+7 495 111-11-11")

    def test_name_alone_decides_where_the_contact_says_no_more(self):
        plain = self.make_partner("Plain Firm")
        entry = self.loaded(
            [("plain firm", "+7 495 111-11-11", "2025-03-01", "5")],
            "partner_id phone date amount",
        )
        self.assertEqual(entry.partner_id, plain)

    def test_purchase_of_a_person_goes_to_his_company(self):
        firm = self.make_partner("Firm")
        self.make_partner(
            "Boris", is_company=False, parent_id=firm.id, email="b@x.example"
        )
        entry = self.loaded([("b@x.example", "2025-03-01", "5")], "email date amount")
        self.assertEqual(entry.partner_id, firm)

    def test_found_under_another_name_is_told(self):
        result = self.load(
            [
                ("Anna S.", "K-1723", "2025-03-01", "5"),
                ("Семёнова-Тест Анна", "K-1723", "2025-03-02", "5"),
            ],
            "partner_id ref date amount",
        )
        self.assertEqual(
            result["client_import"]["renamed"], [(0, "Семёнова-Тест Анна")]
        )

    def test_own_companies_and_users_are_refused(self):
        user = self.make_user("insider", name="Insider")
        errors = self.refused(
            [
                (self.company.name, "2025-03-01", "5"),
                (user.name, "2025-03-01", "5"),
                ("Семёнова-Тест Анна", "2025-03-01", "5"),
            ]
        )
        self.assertEqual(list(errors), [0, 1])

    def test_contact_of_another_company_is_not_taken(self):
        self.make_partner("Beta", company_id=self.company_b.id)
        entry = self.loaded([("Beta", "2025-03-01", "5")])
        self.assertFalse(entry.partner_id.company_id)


class TestMakeClient(ImportCase):
    def test_missing_client_is_made(self):
        entry = self.loaded(
            [("Nina", "8 916 1", "n@sheet.example", "", "A1-1723", "2025-03-01", "5")],
            "partner_id phone email vat ref date amount",
        )
        self.assertRecordValues(
            entry.partner_id,
            [
                {
                    "name": "Nina",
                    "phone": "8 916 1",
                    "email": "n@sheet.example",
                    "ref": "A1-1723",
                    "is_company": False,
                }
            ],
        )
        card = self.card_of(entry.partner_id)
        self.assertEqual((card.status, card.turnover), ("active", 5))

    def test_who_has_a_tax_number_is_a_company(self):
        entry = self.loaded(
            [("Alfa", "7799001723", "2025-03-01", "5")], "partner_id vat date amount"
        )
        self.assertTrue(entry.partner_id.is_company)

    def test_new_client_of_several_rows_is_made_once(self):
        entries = self.loaded(
            [
                ("Nina", "", "", "2025-03-01", "5"),
                ("nina ", "", "n@sheet.example", "2025-03-02", "5"),
                ("", "+7 916 000-17-24", "", "2025-03-03", "5"),
                ("NINA", "89160001724", "", "2025-03-04", "5"),
            ],
            "partner_id phone email date amount",
        )
        self.assertEqual(len(entries.partner_id), 1)
        self.assertEqual(entries.partner_id.email, "n@sheet.example")
        self.assertEqual(entries.partner_id.phone, "89160001724")
        self.assertEqual(self.card_of(entries.partner_id).purchase_count, 4)

    def test_two_new_namesakes(self):
        rows = [
            ("Ann", "+7 916 111-11-11", "2025-03-01", "5"),
            ("Ann", "+7 916 222-22-22", "2025-03-01", "5"),
        ]
        fields = "partner_id phone date amount"
        self.assertEqual(len(self.loaded(rows, fields).partner_id), 2)
        self.assertFalse(self.loaded(rows, fields), "found again, both")

    def test_new_namesakes_and_a_row_that_fits_both(self):
        errors = self.refused(
            [
                ("Ann", "", "2025-03-01", "5"),
                ("Ann", "+7 916 111-11-11", "2025-03-01", "5"),
                ("Ann", "+7 916 222-22-22", "2025-03-01", "5"),
            ],
            "partner_id phone date amount",
        )
        self.assertEqual(list(errors), [0])

    def test_without_a_name_nobody_is_made(self):
        errors = self.refused(
            [("+7 916 0001725", "2025-03-01", "5")], "phone date amount"
        )
        self.assertIn("+7 916 0001725", errors[0])

    def test_row_without_purchase_only_adds_the_client(self):
        result = self.load([("Nina", "", ""), ("Nina", "", "")])
        self.assertEqual(result["ids"], [])
        nina = self.named("Nina")
        self.assertEqual(len(nina), 1)
        self.assertEqual(self.card_of(nina).status, "prospect")
        self.assertEqual(result["client_import"]["prospects"], 1)

    def test_who_was_marked_as_no_client_stays_so(self):
        partner = self.make_partner("Market")
        self.company.client_excluded_partner_ids = partner
        self.load([("Market", "", "")])
        self.assertFalse(self.card_of(partner))


class TestRows(ImportCase):
    def test_errors_by_row(self):
        for row, part in (
            (("Nina", "yesterday", "5"), "yesterday"),
            (("Nina", "2025-03-01", "much"), "much"),
            (("Nina", "2025-03-01", "0"), "zero"),
            (("Nina", "2025-03-01", "0.001"), "zero"),
            (("Nina", "2025-03-01", "nan"), "nan is no sum"),
            (("Nina", "2025-03-01", "1e999"), "1e999 is no sum"),
            (("Nina", "2025-06-16", "5"), "future"),
            (("Nina", "2025-03-01", ""), "missing"),
            (("Nina", "", "5"), "missing"),
            (("", "2025-03-01", "5"), "client is missing"),
            (("Nina", "2025-03-01", "5", "XYZ"), "XYZ"),
            (("Nina", "2025-03-01", "5", "", "some"), "some"),
            (("Nina", "2025-03-01", "5", "", "-3"), "-3"),
            (("Nina", "2025-03-01", "5", "", "", "Nowhere"), "Nowhere"),
        ):
            with self.subTest(row=row):
                errors = self.refused(
                    [("Good", "2025-03-01", "5"), row],
                    "partner_id date amount currency_id lasts_days company_id",
                )
                self.assertEqual(list(errors), [1])
                self.assertIn(part, errors[1])

    def test_today_and_returns_are_taken(self):
        entries = self.loaded(
            [("Nina", "2025-06-15", "5"), ("Nina", "2025-06-14", "-2.5")]
        )
        self.assertEqual(entries.mapped("amount"), [5, -2.5])

    def test_all_that_a_row_says(self):
        euro = self.set_rates(self.company, rates=[("2025-01-01", 0.5)])
        entries = self.entries.with_context(
            allowed_company_ids=(self.company | self.company_b).ids
        )
        result = entries.load(
            ["partner_id", "date", "amount", "number", "what"]
            + ["lasts_days", "currency_id", "company_id"],
            [["Nina", "2025-03-01", "10", "S1", "Course", "30", "eur", "Second firm"]],
        )
        self.assertEqual(result["messages"], [])
        self.assertRecordValues(
            self.entries.browse(result["ids"]),
            [
                {
                    "number": "S1",
                    "what": "Course",
                    "lasts_days": 30,
                    "currency_id": euro.id,
                    "company_id": self.company_b.id,
                }
            ],
        )

    def test_company_of_the_user_by_default(self):
        entry = self.loaded([("Nina", "2025-03-01", "5")])
        self.assertEqual(entry.company_id, self.company)
        self.assertEqual(entry.currency_id, self.company.currency_id)

    def test_product_column_is_kept_and_says_what(self):
        entry = self.loaded(
            [("Nina", "2025-03-01", "5", "Thing")], "partner_id date amount product_id"
        )
        self.assertEqual((entry.product_id, entry.what), (self.product, "Thing"))
        again = self.load(
            [("Nina", "2025-03-01", "5", "Thing")], "partner_id date amount product_id"
        )
        self.assertEqual(again["client_import"]["known"], [0])

    def test_wrong_product_makes_nothing(self):
        errors = self.refused(
            [
                ("Good", "2025-03-01", "5", ""),
                ("Nina", "2025-03-01", "5", "No such thing"),
            ],
            "partner_id date amount product_id",
        )
        self.assertEqual(list(errors), [1])

    def test_client_by_database_id_goes_odoos_way(self):
        partner = self.make_partner("Direct")
        entry = self.loaded(
            [(str(partner.id), "2025-03-01", "5")], "partner_id/.id date amount"
        )
        self.assertEqual(entry.partner_id, partner)


class TestRepetition(ImportCase):
    FIELDS = "partner_id date amount number what"

    def test_second_import_adds_nothing(self):
        rows = [
            ("Nina", "2025-03-01", "5", "", "Tea"),
            ("Nina", "2025-03-01", "5.50", "", ""),
            ("Oleg", "2025-03-02", "7", "S2", ""),
        ]
        self.assertEqual(len(self.loaded(rows, self.FIELDS)), 3)
        result = self.load(rows, self.FIELDS)
        self.assertEqual((result["ids"], result["messages"]), ([], []))
        self.assertEqual(result["client_import"]["known"], [0, 1, 2])
        self.assertEqual(result["client_import"]["clients"], 0)

    def test_equal_rows_of_one_sheet_are_so_many_purchases(self):
        row = ("Nina", "2025-03-01", "5")
        self.assertEqual(len(self.loaded([row, row])), 2)
        self.assertFalse(self.loaded([row, row]))
        result = self.load([row, row, row])
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(result["client_import"]["known"], [0, 1])

    def test_any_difference_is_another_purchase(self):
        fields = "partner_id date amount number what lasts_days currency_id"
        row = ["Nina", "2025-03-01", "5", "", "Tea", "", ""]
        self.loaded([row], fields)
        self.env.ref("base.EUR").active = True
        for place, text in (
            (0, "Oleg"),
            (1, "2025-03-02"),
            (2, "6"),
            (3, "S1"),
            (4, "Coffee"),
            (5, "30"),
            (6, "EUR"),
        ):
            with self.subTest(column=fields.split()[place]):
                other = row[:place] + [text] + row[place + 1 :]
                self.assertEqual(len(self.loaded([other], fields)), 1)

    def test_same_purchase_in_another_company_is_another(self):
        self.loaded([("Nina", "2025-03-01", "5")])
        entries = self.entries.with_company(self.company_b)
        result = entries.load(
            ["partner_id", "date", "amount"], [["Nina", "2025-03-01", "5"]]
        )
        self.assertEqual(len(result["ids"]), 1)

    def test_numbered_sale_with_another_sum_is_refused(self):
        self.loaded([("Nina", "2025-03-01", "5", "S1", "")], self.FIELDS)
        errors = self.refused([("Nina", "2025-03-01", "6", "S1", "")], self.FIELDS)
        self.assertIn("S1", errors[0])
        self.assertIn("5", errors[0])

    def test_lines_of_one_numbered_sale(self):
        rows = [
            ("Nina", "2025-03-01", "5", "S1", ""),
            ("Nina", "2025-03-01", "6", "S1", ""),
        ]
        self.assertEqual(len(self.loaded(rows, self.FIELDS)), 2)
        self.assertFalse(self.loaded(rows, self.FIELDS))


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


class TestRights(ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", ROLE_ALL)
        cls.maker = cls.make_user("maker", f"{ROLE_ALL},base.group_partner_manager")
        cls.stranger = cls.make_user(
            "stranger", "base.group_user,base.group_partner_manager"
        )

    def test_lowest_role_imports_for_contacts_there_are(self):
        partner = self.make_partner("There")
        entry = self.loaded([("There", "2025-03-01", "5")], user=self.seller)
        self.assertEqual(entry.partner_id, partner)
        self.assertEqual(self.card_of(partner).status, "active")

    def test_new_clients_need_the_right_to_make_contacts(self):
        errors = self.refused([("Nina", "2025-03-01", "5")], user=self.seller)
        self.assertIn("may not make contacts", errors[0])
        self.assertTrue(self.loaded([("Nina", "2025-03-01", "5")], user=self.maker))

    def test_who_has_no_role_imports_nothing(self):
        with self.assertRaises(AccessError):
            self.load([("Nina", "2025-03-01", "5")], user=self.stranger)

    def test_only_companies_of_the_user(self):
        errors = self.refused(
            [("Nina", "2025-03-01", "5", "Second firm")],
            "partner_id date amount company_id",
            user=self.maker,
        )
        self.assertEqual(list(errors), [0])


class TestQueries(ImportCase):
    def queries(self, rows, fields):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = self.entries.load(fields, rows)
        self.env.flush_all()
        self.assertEqual(result["messages"], [])
        return self.env.cr.sql_log_count - before

    def test_ten_times_the_rows_cost_no_more_queries(self):
        fields = ["partner_id", "phone", "email", "date", "amount", "number"]

        def rows(first, number):
            return [
                [
                    f"New {n}",
                    f"+7916{n:07}",
                    f"n{n}@x.example",
                    "2025-03-01",
                    "5",
                    f"S{n}",
                ]
                for n in range(first, first + number)
            ]

        # INSERT goes by 100 rows: so many are one statement each way.
        self.queries(rows(0, 2), fields)
        few = self.queries(rows(1000, 9), fields)
        many = self.queries(rows(2000, 90), fields)
        self.assertLessEqual(many, few + 3)
        again_few = self.queries(rows(1000, 9), fields)
        again_many = self.queries(rows(2000, 90), fields)
        self.assertLessEqual(again_many, again_few)
