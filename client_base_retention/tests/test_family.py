"""Children of clients: ages, months of birth, filters, the title (N19)."""

import doctest
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..models import client_age
from .common import NOON, ROLE_ALL, ROLE_HEAD, ROLE_OWN, ClientBaseCommon

PARTNERS = "base.group_partner_manager"


class FamilyCommon(ClientBaseCommon):
    """A company that works with families, today 15 June 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_children_on = True
        cls.own = cls.make_user("fa_own", f"{PARTNERS},{ROLE_OWN}")
        cls.all = cls.make_user("fa_all", f"{PARTNERS},{ROLE_ALL}")
        cls.head = cls.make_user("fa_head", f"{PARTNERS},{ROLE_HEAD}")
        cls.parent_type = cls.env.ref(
            "client_base_retention.client_relation_type_parent"
        )

    @classmethod
    def make_family(cls, name="Ivanova Anna", children=(), **values):
        """A mother who is a client; children are (name, birthday)."""
        mother = cls.make_partner(name, is_company=False, **values)
        mother.action_add_to_client_base()
        cls.make_children(mother, *children)
        return mother

    @classmethod
    def make_children(cls, mother, *children, **values):
        return cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": mother.id,
                    "is_child": True,
                    "birthdate_date": born,
                    **values,
                }
                for name, born in children
            ]
        )

    def found(self, domain, user=None):
        """Names of the clients that a filter of the client list finds."""
        cards = self.env["client.card"].with_user(user or self.all)
        return set(cards.search(domain).partner_id.mapped("name"))


class TestAgeArithmetic(ClientBaseCommon):
    def test_examples(self):
        failed, tried = doctest.testmod(client_age)
        self.assertTrue(tried)
        self.assertFalse(failed)

    def test_the_limit_and_the_age_agree(self):
        days = [
            date(year, month, day)
            for year in (1999, 2000, 2019, 2020, 2021, 2023, 2024, 2025)
            for month, day in ((1, 1), (2, 27), (2, 28), (3, 1), (6, 15), (12, 31))
        ]
        days += [date(2000, 2, 29), date(2020, 2, 29), date(2024, 2, 29)]
        for today in days:
            for born in days:
                if born > today:
                    continue
                age = client_age.age_in_years(born, today)
                self.assertLessEqual(born, client_age.years_before(today, age))
                self.assertGreater(born, client_age.years_before(today, age + 1))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAge(FamilyCommon):
    def person(self, born):
        return self.make_partner(f"Born {born}", is_company=False, birthdate_date=born)

    def test_age_on_the_day(self):
        for today, born, age, words in (
            ("2025-06-14", "2022-06-15", 2, "2"),
            ("2025-06-15", "2022-06-15", 3, "3"),
            ("2025-02-27", "2020-02-29", 4, "4"),
            ("2025-02-28", "2020-02-29", 5, "5"),
            ("2024-02-28", "2020-02-29", 3, "3"),
            ("2024-02-29", "2020-02-29", 4, "4"),
            ("2025-03-01", "2020-02-29", 5, "5"),
            ("2025-06-15", "2025-06-15", 0, "0 mo"),
            ("2025-06-14", "2024-07-15", 0, "10 mo"),
            ("2025-06-15", "2025-06-16", 0, False),
            ("2025-06-15", False, 0, False),
        ):
            with self.subTest(today=today, born=born), freeze_time(f"{today} 12:00:00"):
                person = self.person(born)
                self.assertEqual((person.age, person.age_text), (age, words))
                unknown = not born or born > today
                for operator, value, found in (
                    ("=", age, not unknown),
                    ("<", age, False),
                    ("<", age + 1, not unknown),
                    ("<=", age, not unknown),
                    (">", age, False),
                    (">=", age, not unknown),
                    (">", age - 1, not unknown),
                    ("in", (age, 77), not unknown),
                    ("!=", age, unknown),
                ):
                    domain = [("id", "=", person.id), ("age", operator, value)]
                    hit = bool(self.env["res.partner"].search(domain))
                    self.assertEqual(hit, found, f"{operator} {value}")

    def test_group_by_age_is_the_same_age(self):
        born = ["2020-02-29", "2022-06-15", "2022-06-16", "2025-06-15", False]
        for today in ("2025-02-28", "2025-06-15", "2024-02-28", "2024-02-29"):
            with self.subTest(today=today), freeze_time(f"{today} 12:00:00"):
                people = self.env["res.partner"].concat(*map(self.person, born))
                groups = self.env["res.partner"]._read_group(
                    [("id", "in", people.ids)], ["age"], ["id:recordset"]
                )
                for age, members in groups:
                    for person in members:
                        known = person.birthdate_date and person.age_text
                        self.assertEqual(age if known else 0, person.age)

    def test_this_month_and_the_next(self):
        people = {month: self.person(f"2020-{month:02}-10") for month in (1, 2, 11, 12)}
        everybody = [("id", "in", [person.id for person in people.values()])]
        for today, this, later in (
            ("2026-01-31", 1, 2),
            ("2026-11-01", 11, 12),
            ("2026-12-31", 12, 1),
        ):
            for word, month in (("this", this), ("next", later)):
                with (
                    self.subTest(today=today, word=word),
                    freeze_time(f"{today} 12:00:00"),
                ):
                    domain = [*everybody, ("birth_month", "=", word)]
                    found = self.env["res.partner"].search(domain)
                    self.assertEqual(found, people[month])

    def test_month_and_year_of_birth(self):
        leap = self.person("2020-02-29")
        march = self.person("2021-03-01")
        nobody = self.person(False)
        people = leap | march | nobody
        for domain, found in (
            ([("birth_month", "=", "02")], leap),
            ([("birth_month", "in", ("02", "03"))], leap | march),
            ([("birth_month", "=", False)], nobody),
            ([("birth_month", "!=", "02")], march | nobody),
            ([("birth_year", "=", 2020)], leap),
            ([("birth_year", ">", 2020)], march),
            ([("birth_year", "<=", 2020)], leap),
            ([("birth_year", "=", False)], nobody),
        ):
            with self.subTest(domain=domain):
                got = people.search([("id", "in", people.ids), *domain])
                self.assertEqual(got, found)
        self.assertEqual((leap.birth_month, leap.birth_year), ("02", 2020))
        groups = people._read_group(
            [("id", "in", people.ids)], ["birth_month"], ["__count"]
        )
        self.assertEqual(dict(groups), {"02": 1, "03": 1, False: 1})


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFamily(FamilyCommon):
    def shown(self, partner, user=None, **context):
        partner = partner.with_user(user or self.all)
        return partner.with_context(client_children=True, **context).display_name

    def test_the_title_carries_the_children(self):
        mother = self.make_family(
            children=[("Liza", "2023-02-01"), ("Misha", "2021-05-01")]
        )
        self.assertEqual(self.shown(mother), "Ivanova Anna (Misha 4, Liza 2)")
        self.assertEqual(mother.with_user(self.all).display_name, "Ivanova Anna")
        self.make_children(mother, ("Baby", "2025-01-20"), ("Grown", "2007-06-15"))
        self.make_children(mother, ("Unborn", "2025-08-01"), ("Unknown", False))
        self.env.invalidate_all()
        self.assertEqual(
            self.shown(mother),
            "Ivanova Anna (Misha 4, Liza 2, Baby 4 mo, Unborn, Unknown)",
        )

    def test_only_where_the_company_works_with_families(self):
        mother = self.make_family(children=[("Misha", "2021-05-01")])
        self.company.client_children_on = False
        self.assertEqual(self.shown(mother), "Ivanova Anna")
        plain = self.make_user("fa_none")
        self.company.client_children_on = True
        self.assertEqual(self.shown(mother, plain), "Ivanova Anna")

    def test_the_trade_switches_it_on(self):
        self.company.client_children_on = False
        group = self.env.ref("client_base_retention.group_client_children")
        others = self.env["res.company"].search([("client_children_on", "=", True)])
        others.client_children_on = False
        self.assertNotIn(group, self.own.all_group_ids)
        self.env["client.policy"].with_user(self.head)._choose_trade(
            self.company, "children"
        )
        self.assertTrue(self.company.client_children_on)
        self.assertIn(group, self.own.all_group_ids)

    def test_clients_are_found_by_their_children(self):
        self.make_family("Two", [("Misha", "2021-05-01"), ("Liza", "2023-02-01")])
        self.make_family("Baby", [("Petya", "2025-03-01")])
        self.make_family("None")
        self.make_family("Unknown", [("Kolya", False)])
        for domain, names in (
            ([("child_age", "<", 3)], {"Two", "Baby"}),
            ([("child_age", "<", 1)], {"Baby"}),
            ([("child_age", "=", 0)], {"Baby"}),
            ([("child_age", "in", (3, 4))], {"Two"}),
            ([("child_birth_month", "=", "03")], {"Baby"}),
            ([("child_birth_year", "=", 2021)], {"Two"}),
            ([("child_ids", "=", False)], {"None"}),
            ([("child_ids.name", "=", "Misha")], {"Two"}),
            ([("contact_search", "ilike", "petya")], {"Baby"}),
            # One and the same child.
            ([("child_age", "<", 3), ("child_birth_year", "=", 2021)], set()),
            ([("child_age", "<", 3), ("child_birth_year", "=", 2023)], {"Two"}),
            (
                [
                    "&",
                    ("child_birth_month", "=", "05"),
                    "|",
                    ("child_age", "<", 1),
                    ("child_age", "=", 4),
                ],
                {"Two"},
            ),
            # Either of them.
            (
                ["|", ("child_age", "<", 1), ("child_birth_year", "=", 2021)],
                {"Baby", "Two"},
            ),
        ):
            with self.subTest(domain=domain):
                names_of_base = {"Two", "Baby", "None", "Unknown"}
                self.assertEqual(self.found(domain) & names_of_base, names)

    def test_one_sees_nothing_of_the_children_of_others(self):
        self.make_family("Mine", [("Misha", "2021-05-01")], user_id=self.own.id)
        self.make_family("Other", [("Petya", "2021-05-01")], user_id=self.all.id)
        self.assertEqual(self.found([("child_age", "=", 4)], self.own), {"Mine"})
        children = self.env["res.partner"].with_user(self.own)
        found = children.search([("is_child", "=", True), ("age", "=", 4)])
        self.assertEqual(found.mapped("name"), ["Misha"])

    def test_a_child_is_nobody_to_talk_to(self):
        firm = self.client(name="Firm").partner_id
        self.make_children(firm, ("Misha", "2021-05-01"))
        self.env["client.data.requirement"].search([]).unlink()
        self.policy.required_fields = "person,person_birthday"
        card = self.card_of(firm)
        card._derive_data()
        self.assertEqual(card.data_lacking, "person,person_birthday")

    def test_children_are_asked_for(self):
        self.policy.required_fields = "child,child_birthday"
        mother = self.make_family("Mother")
        card = self.card_of(mother)
        self.assertEqual(card.data_lacking, "child,child_birthday")
        [misha] = self.make_children(mother, ("Misha", False))
        self.assertEqual(card.data_lacking, "child_birthday")
        misha.birthdate_date = "2021-05-01"
        self.assertEqual(card.data_lacking_count, 0)
        misha.is_child = False
        self.assertEqual(card.data_lacking, "child,child_birthday")
        firm = self.client(name="Firm")
        firm._derive_data()
        self.assertFalse(firm.data_lacking)

    def test_on_the_form_the_lowest_role_enters_children(self):
        mother = self.make_family(user_id=self.own.id).with_user(self.own)
        with Form(mother, view="base.view_partner_form") as form:
            with form.client_child_ids.new() as line:
                line.name = "Misha"
                line.birthdate_date = "2021-05-01"
        self.assertEqual(mother.client_child_ids.mapped("is_child"), [True])
        self.assertEqual(mother.client_children_text, "Misha 4")
        child = mother.client_child_ids
        self.make_children(mother, ("Liza", "2023-02-01"))
        self.assertEqual(child.client_parents_text, "Ivanova Anna, Liza 2")
        action = child.action_client_of_children()
        self.assertEqual(action["domain"], [("partner_id", "in", mother.ids)])

    def test_without_a_role_nothing_of_it_is_read(self):
        mother = self.make_family(children=[("Misha", "2021-05-01")])
        plain = self.make_user("fa_none")
        for name in ("client_children_text", "client_child_ids", "branch_ids"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                mother.with_user(plain).read([name])

    def test_queries_do_not_grow_with_the_list(self):
        def count(number, offset):
            for n in range(number):
                self.make_family(f"F{offset + n}", [("Misha", "2021-05-01")])
            self.env.flush_all()
            self.env.invalidate_all()
            cards = self.env["client.card"].with_user(self.all)
            found = cards.search([("partner_id.name", "like", "F")], limit=number)
            before = self.env.cr.sql_log_count
            found.web_read(
                {
                    "children_text": {},
                    "branch_ids": {"fields": {"display_name": {}}},
                    "partner_id": {
                        "fields": {"display_name": {}},
                        "context": {"client_children": True},
                    },
                }
            )
            return self.env.cr.sql_log_count - before

        count(2, 0)
        few = count(3, 10)
        self.assertLessEqual(count(30, 100), few + 2)
