"""Import of purchases from a sheet, from the words of the issue and the design."""

import csv
import io

from odoo.tests import freeze_time, tagged

from .common import NOON, ClientBaseCommon

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
