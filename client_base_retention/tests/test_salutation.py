"""How a person is addressed: read from the name, corrected, found (N120)."""

from odoo.tests import BaseCase, Form, tagged

from ..models.client_salutation import read_name
from .common import ROLE_OWN, ClientBaseCommon

# Name, salutation, gender.
NAMES = [
    ("Петров Сергей Иванович", "Сергей Иванович", "male"),
    ("Сергей Иванович Петров", "Сергей Иванович", "male"),
    ("Иванова Анна", "Анна", "female"),
    ("Анна Иванова", "Анна", "female"),
    ("Иванова Анна Петровна", "Анна Петровна", "female"),
    ("Анна Петровна", "Анна Петровна", "female"),
    ("ИВАНОВА АННА ПЕТРОВНА", "Анна Петровна", "female"),
    ("анна петровна", "Анна Петровна", "female"),
    ("  Иванова   Анна  Петровна ", "Анна Петровна", "female"),
    ("Семён Фёдорович", "Семён Фёдорович", "male"),
    ("Обломов Илья Ильич", "Илья Ильич", "male"),
    ("Никитична Пелагея Ильинична", "Пелагея Ильинична", "female"),
    ("Олег Игоревич", "Олег Игоревич", "male"),
    ("Алиев Вагиф Гасан оглы", "Вагиф Гасан оглы", "male"),
    ("Олена Андріївна Шевченко", "Олена Андріївна", "female"),
    # Double surnames, with and without a hyphen; surnames of marriage.
    ("Римский-Корсаков Николай Андреевич", "Николай Андреевич", "male"),
    ("Петрова-Водкина Анна", "Анна", "female"),
    ("Салтыков Щедрин Михаил", "Михаил", "male"),
    ("Кузнецова (Сидорова) Ольга Львовна", "Ольга Львовна", "female"),
    ("Анна-Мария Петрова", "Анна-Мария", "female"),
    # Surnames that look like patronymics.
    ("Макаревич Андрей Вадимович", "Андрей Вадимович", "male"),
    ("Андрей Вадимович Макаревич", "Андрей Вадимович", "male"),
    ("Андрей Макаревич", "Андрей", "male"),
    ("Мария Рабинович", "Мария", "female"),
    ("Петрович Анна", "Анна", "female"),
    # Titles and initials.
    ("ИП Петров Сергей Иванович", "Сергей Иванович", "male"),
    ("Mr. John Smith", "John", "male"),
    ("Dr. Jane Doe", "Jane", ""),
    ("Mrs Brown", "", "female"),
    ("г-жа Смирнова", "", "female"),
    ("Иванов И.И.", "", ""),
    ("Иванов И. И.", "", ""),
    ("И.И.Иванов", "", ""),
    ("Анна П.", "Анна", "female"),
    ("John F. Kennedy", "John", ""),
    ("J. R. R. Tolkien", "", ""),
    # Latin letters.
    ("John Smith", "John", ""),
    ("Smith, John", "John", ""),
    ("John Smith, PhD", "John", ""),
    ("Ivanova Anna", "Anna", ""),
    ("Petrov Sergey Ivanovich", "Sergey Ivanovich", "male"),
    ("Roman Abramovich", "Roman", ""),
    ("Ludwig van Beethoven", "Ludwig", ""),
    ("Lev Tolstoy", "Lev", ""),
    # The surname first, as in lists.
    ("Smith John", "John", ""),
    ("SMITH JOHN", "John", ""),
    ("smith john", "John", ""),
    ("Müller Hans", "Hans", ""),
    ("Johnson Emily", "Emily", ""),
    ("Garcia Lopez Ana", "Ana", ""),
    ("Smith John Albert", "John", ""),
    ("O'Brien Mary", "Mary", ""),
    ("van der Berg Jan", "Jan", ""),
    ("Madison John Smith", "Madison", ""),
    ("Rajesh Paul", "", ""),
    ("Paul Martin", "Paul", ""),
    ("Anna Petrovna", "Anna Petrovna", "female"),
    # Post or kinship beside the name; two persons.
    ("Иванова Анна Петровна, директор", "Анна Петровна", "female"),
    ("директор Иванова Анна Петровна", "Анна Петровна", "female"),
    ("мама Миши", "", ""),
    ("мама Оля", "Оля", "female"),
    ("Ольга и Сергей Ивановы", "", ""),
    # One word.
    ("Анна", "Анна", "female"),
    ("Иванов", "", ""),
    ("Madonna", "Madonna", ""),
    ("李小龙", "李小龙", ""),
    # No persons.
    ("ООО Ромашка", "", ""),
    ("Azure Interior Inc.", "", ""),
    ("Бухгалтерия", "", ""),
    ("Ольга бухгалтер", "Ольга", "female"),
    ("IBM", "", ""),
    ("ivan@example.com", "", ""),
    ("+7 913 123-45-67", "", ""),
    ("", "", ""),
    (" . ", "", ""),
    (None, "", ""),
    (False, "", ""),
    # Names known for both, and unknown ones.
    ("Саша Петров", "Саша", ""),
    ("Джон Смит", "Джон", ""),
]


@tagged("post_install", "-at_install")
class TestReadName(BaseCase):
    def test_names(self):
        for name, salutation, gender in NAMES:
            with self.subTest(name=name):
                found = read_name(name)
                self.assertEqual(found.salutation, salutation)
                self.assertEqual(found.gender, gender)

    def test_any_text_is_read_without_error(self):
        signs = "Иа.,-'’()«»@/\\ 1\n"
        for first in signs:
            for second in signs:
                for third in signs:
                    read_name(first + second + third)
        self.assertEqual(read_name("а " * 10000).salutation, "")


@tagged("post_install", "-at_install")
class TestSalutation(ClientBaseCommon):
    def person(self, name="Петров Сергей Иванович", **values):
        return self.make_partner(name, is_company=False, **values)

    def found(self, *domain):
        return self.env["res.partner"].search(
            [("id", "in", self.people.ids), *domain], order="id"
        )

    def test_proposed_from_the_name(self):
        person = self.person()
        self.assertEqual(person.salutation, "Сергей Иванович")
        person.name = "Иванова Анна"
        self.assertEqual(person.salutation, "Анна")

    def test_companies_and_addresses_have_none(self):
        company = self.make_partner("Петров Сергей Иванович")
        address = self.person(parent_id=company.id, type="delivery")
        self.assertFalse(company.salutation)
        self.assertFalse(address.salutation)
        self.assertFalse(company.gender)
        company.is_company = False
        self.assertEqual(company.salutation, "Сергей Иванович")

    def test_correction_stays_until_emptied(self):
        person = self.person()
        person.salutation = "Серёжа"
        person.name = "Петров Сергей Львович"
        self.assertEqual(person.salutation, "Серёжа")
        person.salutation = False
        self.assertEqual(person.salutation, "Сергей Львович")
        person.name = "Сидоров Олег Олегович"
        self.assertEqual(person.salutation, "Олег Олегович")

    def test_given_with_the_name(self):
        self.assertEqual(self.person(salutation="Серёжа").salutation, "Серёжа")
        person = self.person(salutation=" Сергей Иванович ")
        person.name = "Сидоров Олег Олегович"
        self.assertEqual(person.salutation, "Олег Олегович", "only the proposal")

    def test_form_proposes_while_the_name_is_typed(self):
        user = self.make_user("own", f"{ROLE_OWN},base.group_partner_manager")
        form = Form(self.env["res.partner"].with_user(user))
        form.name = "Иванова Анна Петровна"
        self.assertEqual(form.salutation, "Анна Петровна")
        self.assertEqual(form.gender, "female")
        person = form.save()
        self.assertFalse(person.salutation_manual, "a proposal is no correction")
        with Form(person) as form:
            form.name = "Иванова Ольга Петровна"
            self.assertEqual(form.salutation, "Ольга Петровна")
            form.salutation = "Оля"
        with Form(person) as form:
            form.name = "Сидорова Ольга Петровна"
        self.assertEqual(person.salutation, "Оля")

    def test_search(self):
        self.people = (
            self.person()
            | self.person("Иванова Анна", salutation="Анечка")
            | self.person("Сергей Львович Петров")
            | self.make_partner("ООО Сергей Иванович")
        )
        sergey, anna, other, company = self.people
        cases = [
            ([("salutation", "=", "Сергей Иванович")], sergey),
            ([("salutation", "ilike", "сергей")], sergey | other),
            ([("salutation", "ilike", "анечка")], anna),
            ([("salutation", "=", "Анна")], self.people.browse()),
            ([("salutation", "in", ["Анечка", "Сергей Львович"])], anna | other),
            ([("salutation", "!=", "Сергей Иванович")], anna | other | company),
            ([("salutation", "=", False)], company),
            ([("salutation", "!=", False)], sergey | anna | other),
        ]
        for domain, expected in cases:
            with self.subTest(domain=domain):
                self.assertEqual(self.found(*domain), expected)

    def test_gender_is_proposed_where_none_is_given(self):
        self.assertEqual(self.person().gender, "male")
        self.assertEqual(self.person(gender="other").gender, "other")
        self.assertFalse(self.person("John Smith").gender)
        person = self.person("John Smith")
        person.name = "Петрова Мария Львовна"
        self.assertEqual(person.gender, "female")
        person.name = "Петров Сергей Иванович"
        self.assertEqual(person.gender, "female", "what is there stays")
        person.write({"gender": False, "name": "Петров Иван Иванович"})
        self.assertFalse(person.gender, "emptied with the name")

    def test_many_at_once(self):
        """As an import does: no query for each."""
        rows = [{"name": f"Иванова Анна Петровна {n}"} for n in range(200)]
        persons = self.env["res.partner"].create(rows)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            self.assertEqual(set(persons.mapped("salutation")), {"Анна Петровна"})
        self.assertEqual(set(persons.mapped("gender")), {"female"})

    def test_merge_keeps_the_correction(self):
        kept = self.person("Иванова Анна")
        merged = self.person("Иванова Анна", salutation="Анечка", met_place="Fair")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((kept | merged).ids, kept, extra_checks=False)
        self.assertEqual(kept.salutation, "Анечка")
        self.assertEqual(kept.met_place, "Fair")
