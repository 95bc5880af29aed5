"""Import of purchases: what the rows say, repetitions, rights, speed."""

from odoo.exceptions import AccessError

from .common import ROLE_ALL
from .test_purchase_import import ImportCase


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
