"""Import of an old list: cards, persons, potentials, portraits, purchases, notes."""

import csv
import io

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_OWN, SALES, ClientBaseCommon, day
from .test_purchase_import import OPTIONS

# What the consultant keeps: who, how to reach her, birthday, what was bought, the rest.
CONSULTANT = ["ФИО", "Контакты", "День рождения", "Когда и что куплено", "Досье"]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class DossierCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dossiers = cls.env["client.dossier"]
        cls.partners = cls.env["res.partner"].with_context(active_test=False)

    def load(self, rows, fields, user=None):
        dossiers = self.dossiers.with_user(user) if user else self.dossiers
        names = fields.split()
        result = dossiers.load(
            names, [[*row] + [""] * (len(names) - len(row)) for row in rows]
        )
        self.env.invalidate_all()
        return result

    def loaded(self, rows, fields, **options):
        """The clients; fails on any message."""
        result = self.load(rows, fields, **options)
        self.assertEqual(result["messages"], [])
        return self.partners.browse(result["ids"])

    def counts(self):
        models = ("res.partner", "client.card", "client.purchase.entry")
        models += ("client.old.purchase", "utm.source", "res.partner.category")
        return [
            self.env[m].with_context(active_test=False).search_count([]) for m in models
        ]

    def refused(self, rows, fields, **options):
        """[(row, column, message)] of an import that made nothing at all."""
        before = self.counts()
        result = self.load(rows, fields, **options)
        self.assertFalse(result["ids"])
        self.assertEqual(self.counts(), before)
        return [(m["record"], m["field"], m["message"]) for m in result["messages"]]

    def screen(self, head, rows, **options):
        """Odoo's import of a sheet: every batch, as its screen does it.

        :return: (ids, messages, list of ``client_import``)
        """
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        wizard = self.env["base_import.import"].create(
            {
                "res_model": self.dossiers._name,
                "file": text.getvalue().encode(),
                "file_type": "text/csv",
            }
        )
        preview = wizard.parse_preview(OPTIONS | options)
        self.assertNotIn("error", preview)
        matches = preview["matches"]
        fields = ["/".join(matches.get(n, [])) or False for n in range(len(head))]
        ids, told, skip = [], [], 0
        while True:
            result = wizard.execute_import(
                fields,
                [title.lower() for title in head],
                preview["options"] | options | {"skip": skip},
            )
            ids += result["ids"] or []
            if result["messages"]:
                return ids, result["messages"], told
            told.append(result["client_import"])
            skip = result["nextrow"]
            if not skip:
                return ids, [], told


class TestDossier(DossierCase):
    def test_five_columns_of_the_consultant(self):
        rows = [
            [
                "Иванова Анна",
                "8 916 000-17-23, anna@dossier.example",
                "12.03.1980",
                "12.03.13 Детокс 2400; 04.05.13 Омега 3 1200; хочет чай",
                "двое детей; аллергия на орехи",
            ]
        ]
        for _time in range(2):
            ids, messages, told = self.screen(CONSULTANT, rows)
            self.assertEqual(messages, [])
        anna = self.partners.search([("name", "=", "Иванова Анна")])
        self.assertEqual(anna.ids, list(set(ids)))
        self.assertRecordValues(
            anna,
            [
                {
                    "email": "anna@dossier.example",
                    "birthdate_date": day("1980-03-12"),
                    "client_old_notes": "Досье: двое детей; аллергия на орехи",
                    "is_company": False,
                }
            ],
        )
        self.assertIn("916 000-17-23", anna.phone)
        self.assertEqual(self.card_of(anna).turnover_total, 3600)
        waiting = self.env["client.old.purchase"].search(
            [("partner_id", "=", anna.id), ("state", "=", "to_confirm")]
        )
        self.assertEqual(waiting.text, "хочет чай")
        self.assertEqual(told[0]["known"], [0])

    def test_no_column_is_lost(self):
        ids, messages, _told = self.screen(
            ["Client", "Favourite colour", "Shoe size"], [["Nina", "green", "38"]]
        )
        self.assertEqual(messages, [])
        self.assertEqual(
            self.partners.browse(ids).client_old_notes,
            "Favourite colour: green\nShoe size: 38",
        )

    def test_company_with_persons_and_potential(self):
        segment = self.env["client.segment"].create({"name": "Test shops"})
        fields = "name vat city segment source potential tags salesperson"
        fields += " person_name person_function person_phone person_birthdate"
        seller = self.make_user("seller", f"{SALES},{ROLE_OWN}", name="Olga Old")
        row = [
            "Beta Dossier Trade",
            "7799001723",
            "Tver",
            "test shops",
            "Fair of the dossier test",
        ]
        row += ["1 200 000", "shop, north", "olga old"]
        rows = [
            [*row, "Petrov Ivan", "buyer", "8 916 1112233", "5 мая 1975"],
            ["Beta Dossier Trade", *[""] * 7, "Sidorova Olga", "accountant"],
        ]
        client = self.loaded(rows, fields)[0]
        self.assertRecordValues(
            client,
            [
                {
                    "is_company": True,
                    "city": "Tver",
                    "segment_id": segment.id,
                    "user_id": seller.id,
                }
            ],
        )
        self.assertEqual(client.source_id.name, "Fair of the dossier test")
        self.assertEqual(set(client.category_id.mapped("name")), {"shop", "north"})
        self.assertEqual(self.card_of(client).potential_amount, 1_200_000)
        self.assertRecordValues(
            client.child_ids.sorted("name"),
            [
                {"name": "Petrov Ivan", "birthdate_date": day("1975-05-05")},
                {"name": "Sidorova Olga", "birthdate_date": False},
            ],
        )
        before = self.counts()
        self.assertEqual(self.loaded(rows, fields)[0], client)
        self.assertEqual(self.counts(), before)

    def test_who_has_a_birthday_is_no_company(self):
        fields = "name birthdate person_name person_birthdate potential source"
        rows = [
            ["Ivanova Mother", "12.03.1980", "Misha", "01.02.2021", "100", "Fair X"]
        ]
        mother = self.loaded(rows, fields)
        self.assertFalse(mother.is_company)
        self.assertEqual(mother.child_ids.birthdate_date, day("2021-02-01"))
        told = self.load(rows, fields)["client_import"]
        self.assertEqual(told["known"], [0])

    def test_errors_by_row_and_column(self):
        errors = self.refused(
            [
                ["Nina", "a@b.example", "12.03.1980", "100"],
                ["Anna", "no mail", "32.13.1980", "much", "No such segment"],
                ["", "", "", ""],
            ],
            "name email birthdate potential segment",
        )
        self.assertEqual(
            [(row, column) for row, column, _text in errors],
            [
                (1, "email"),
                (1, "birthdate"),
                (1, "segment"),
                (1, "potential"),
                (2, "name"),
            ],
        )
        self.assertIn("Birthday: 32.13.1980", errors[1][2])

    def test_birthdays_at_the_edges(self):
        for text, column in (
            ("29.02.1980", None),
            ("29.02.1981", "birthdate"),
            ("16.06.2025", "birthdate"),
            ("15.06.2025", None),
            ("1975", "birthdate"),
        ):
            with self.subTest(text=text):
                result = self.load([[f"Nina {text}", text]], "name birthdate")
                found = [message["field"] for message in result["messages"]]
                self.assertEqual(found, [column] if column else [])

    def test_birthday_without_year_is_a_note(self):
        nina = self.loaded([["Nina", "12.03"]], "name birthdate")
        self.assertEqual(nina.client_old_notes, "Birthday: 12.03")

    def test_what_is_there_stays(self):
        nina = self.make_partner("Nina", email="n@dossier.example", city="Tver")
        fields = "name email city phone"
        rows = [["Nina", "n@dossier.example", "Omsk", "8 916 0001723"]]
        for _time in range(2):
            self.assertEqual(self.loaded(rows, fields), nina)
        self.assertRecordValues(
            nina, [{"city": "Tver", "client_old_notes": "City: Omsk"}]
        )
        self.assertIn("0001723", nina.phone.replace(" ", "").replace("-", ""))

    def test_birthday_tells_namesakes_and_families(self):
        fields = "name phone birthdate"
        rows = [
            ["Ivanova Anna", "8 916 0001723", "12.03.1980"],
            ["Ivanova Anna", "", "12.03.1999"],
            ["Ivanova Liza", "8 916 0001723", "01.02.2021"],
        ]
        clients = self.loaded(rows, fields)
        self.assertEqual(len(set(clients.ids)), 3)
        self.assertEqual(self.loaded(rows, fields), clients)

    def test_two_who_fit_are_refused(self):
        self.make_partner("Nina")
        self.make_partner("Nina")
        [(row, column, text)] = self.refused([["Nina"]], "name")
        self.assertEqual((row, column), (0, "name"))
        self.assertIn("2 contacts", text)

    def test_own_company_is_refused(self):
        errors = self.refused([[self.company.name], ["Nina"]], "name")
        self.assertEqual([row for row, _column, _text in errors], [0])

    def test_batches_import_all_or_nothing(self):
        rows = [[f"Old {n:03}", f"12.03.24 Tea {n + 5}"] for n in range(25)]
        head = ["Client", "Purchases in one cell"]
        _ids, messages, _told = self.screen(head, [*rows, ["", "Tea"]], limit=10)
        self.assertTrue(messages)
        self.assertFalse(self.partners.search([("name", "=like", "Old 0%")]))
        ids, messages, told = self.screen(head, rows, limit=10)
        self.assertEqual((len(set(ids)), messages, len(told)), (25, [], 3))
        self.assertEqual(sum(one["purchases"] for one in told), 25)

    def test_no_query_for_each_row(self):
        """Neither for new clients nor for those who are there, with their answers."""
        self.env["client.segment"].create(
            {
                "name": "Dossier shops",
                "profile_definition": [
                    {"name": "dos_area", "string": "Floor", "type": "integer"}
                ],
            }
        )

        def queries(first, number):
            rows = [
                [f"Row {n}", f"r{n}@dossier.example", "12.03.24 Tea 5; Tea", "Note"]
                + ["Dossier shops", [("Floor", str(n))], f"Person {n}"]
                for n in range(first, first + number)
            ]
            before = self.env.cr.sql_log_count
            names = "name email purchases old_notes segment portrait person_name"
            self.loaded(rows, names)
            return self.env.cr.sql_log_count - before

        queries(0, 5)
        few, many = queries(100, 10), queries(1000, 100)
        self.assertLess(many, few + 90, f"{few} queries for 10, {many} for 100")
        few, many = queries(100, 10), queries(1000, 100)
        self.assertLessEqual(many, few + 10, f"{few} queries for 10, {many} again")

    def test_not_a_client_stays_none(self):
        nina = self.make_partner("Nina")
        nina.action_add_to_client_base()
        nina.action_not_a_client()
        self.loaded([["Nina", "100"]], "name potential")
        self.assertFalse(self.card_of(nina))

    def test_own_clients_imports_and_sees_them(self):
        seller = self.make_user("seller", f"{SALES},{ROLE_OWN}")
        other = self.make_user("other", f"{SALES},{ROLE_OWN}")
        client = self.loaded(
            [["Nina", "12.03.24 Tea 5", "note"]],
            "name purchases old_notes",
            user=seller,
        )
        self.assertEqual(client.with_user(seller).client_old_notes, "note")
        hidden = self.partners.with_user(other).search([("id", "=", client.id)])
        self.assertEqual(bool(hidden), not client.user_id)

    def test_persons_get_what_their_client_has_from_whoever_imports(self):
        """Odoo hands accounting fields down to them, which a salesperson never sees."""
        seller = self.make_user("seller", f"{SALES},{ROLE_OWN}")
        client = self.loaded(
            [["Beta", "Tver", "Petrov"], ["Beta", "", "Sidorov"]],
            "name city person_name",
            user=seller,
        )[0]
        self.assertEqual(sorted(client.child_ids.mapped("name")), ["Petrov", "Sidorov"])
        self.assertEqual(set(client.child_ids.mapped("city")), {"Tver"})
        self.assertEqual(client.child_ids.create_uid, seller)


class TestPortraitColumns(DossierCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["client.segment"].create(
            {
                "name": "Test shops",
                "profile_definition": [
                    {"name": "area", "string": "Area", "type": "float"},
                    {
                        "name": "price",
                        "string": "Prices",
                        "type": "selection",
                        "selection": [["low", "Low"], ["high", "High"]],
                    },
                    {"name": "brand", "string": "Best brand", "type": "char"},
                ],
            }
        )

    def answers(self, partner):
        return partner.profile_properties._values

    def test_questions_are_columns(self):
        ids, messages, _told = self.screen(
            ["Client", "Segment", "Area", "Prices", "Best brand", "Parking"],
            [["Beta", "Test shops", "240", "high", "Acme", "yes"]],
        )
        self.assertEqual(messages, [])
        beta = self.partners.browse(ids)
        answers = self.answers(beta)
        self.assertEqual(
            (answers["area"], answers["price"], answers["brand"]), (240, "high", "Acme")
        )
        self.assertEqual(beta.client_old_notes, "Parking: yes")

    def test_wrong_answers_are_errors_of_the_column(self):
        errors = self.refused(
            [
                ["Beta", "Test shops", [("Area", "large")]],
                ["Gamma", "Test shops", [("Prices", "middle")]],
            ],
            "name segment portrait",
        )
        self.assertEqual([row for row, _column, _text in errors], [0, 1])
        self.assertIn("Area: large", errors[0][2])
        self.assertIn("Low, High", errors[1][2])

    def test_answers_there_stay_beside_new_ones(self):
        beta = self.make_partner("Beta", segment_id=self.segment.id)
        beta.profile_properties = {"area": 100.0}
        self.loaded([["Beta", [("Area", "240"), ("Prices", "Low")]]], "name portrait")
        answers = self.answers(beta)
        self.assertEqual((answers["area"], answers["price"]), (100, "low"))

    def test_without_a_segment_it_is_a_note(self):
        beta = self.loaded([["Beta", [("Area", "240")]]], "name portrait")
        self.assertEqual(beta.client_old_notes, "Area: 240")
