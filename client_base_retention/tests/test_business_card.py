"""A business card typed in: company, person and source in one small form (N29)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, TODAY, ClientBaseCommon

SELLER = "sales_team.group_sale_salesman"
CARD = "client.business.card"
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestBusinessCard(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(ROLE_ALL)
        cls.own = cls.make_user("own", f"{ROLE_OWN},{SELLER}")
        cls.other = cls.make_user("other", f"{ROLE_OWN},{SELLER}")
        cls.source = cls.env["utm.source"].create({"name": "Toy fair"})
        cls.client = cls.make_partner(
            "ООО Ромашка",
            user_id=cls.own.id,
            phone="+1 202-555-0101",
            website="https://www.romashka.example/about",
        )
        cls.person = cls.make_partner(
            "Иванова Анна",
            is_company=False,
            parent_id=cls.client.id,
            email="anna@romashka.example",
            personal_phone="+1 202-555-0143",
        )
        cls.client.action_add_to_client_base()
        cls.hidden = cls.make_partner(
            "Hidden toys", user_id=cls.other.id, email="hello@hidden.example"
        )
        cls.hidden.action_add_to_client_base()

    def card(self, user=None, **values):
        return self.env[CARD].with_user(user or self.own).create(values)

    def saved(self, user=None, **values):
        action = self.card(user, **values).action_save()
        self.assertEqual(action["res_model"], "res.partner")
        return self.env["res.partner"].browse(action["res_id"])

    # -------------------------------------------------------------------------- saving

    def test_company_and_person_in_one_save(self):
        client = self.saved(
            company_name="Wood and Saws",
            person_name="Петров Сергей Иванович",
            function="Buyer",
            phone="+1 202-555-0110",
            personal_phone="+1 202-555-0111",
            email="sergey@saws.example",
            messenger="@sergey",
            website="saws.example",
            source_id=self.source.id,
            met_place="Stand 14",
            note="Wants saws",
            image=PIXEL,
        )
        self.assertRecordValues(
            client,
            [
                {
                    "name": "Wood and Saws",
                    "is_company": True,
                    "phone": "+1 202-555-0110",
                    "email": False,
                    "source_id": self.source.id,
                    "user_id": self.own.id,
                    "met_place": "Stand 14",
                    "met_date": TODAY,
                }
            ],
        )
        person = client.child_ids
        self.assertRecordValues(
            person,
            [
                {
                    "name": "Петров Сергей Иванович",
                    "is_company": False,
                    "function": "Buyer",
                    "phone": False,
                    "personal_phone": "+1 202-555-0111",
                    "email": "sergey@saws.example",
                    "messenger": "@sergey",
                    "gender": "male",
                    "salutation": "Сергей Иванович",
                    "salutation_manual": False,
                    "met_place": "Stand 14",
                    "met_date": TODAY,
                }
            ],
        )
        self.assertIn("Wants saws", person.comment)
        card = self.card_of(client)
        self.assertEqual(card.status, "prospect")
        self.assertEqual(card.user_id, self.own)
        self.assertEqual(card.contact_person_id, person)
        photo = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", person.id)]
            + [("name", "like", "Business card")]
        )
        self.assertEqual(photo.mimetype, "image/png")

    def test_private_person_is_the_client(self):
        client = self.saved(
            person_name="Иванова Ольга Львовна",
            phone="+1 202-555-0120",
            source_id=self.source.id,
            salutation="Оля",
        )
        self.assertFalse(client.is_company)
        self.assertEqual(client.phone, "+1 202-555-0120")
        self.assertEqual(client.source_id, self.source)
        self.assertEqual((client.salutation, client.gender), ("Оля", "female"))
        card = self.card_of(client)
        self.assertEqual(card.status, "prospect")
        self.assertFalse(card.contact_person_id)

    def test_company_without_a_person(self):
        client = self.saved(company_name="Saws", email="info@saws.example")
        self.assertEqual(client.email, "info@saws.example")
        self.assertFalse(client.child_ids)
        self.assertTrue(self.card_of(client))

    def test_person_of_a_client_we_have(self):
        client = self.saved(
            client_id=self.client.id,
            person_name="Петров Иван",
            phone="+1 202-555-0199",
            source_id=self.source.id,
        )
        self.assertEqual(client, self.client)
        person = client.child_ids - self.person
        self.assertEqual(person.phone, "+1 202-555-0199", "the desk's, not the firm's")
        self.assertEqual(client.phone, "+1 202-555-0101")
        self.assertEqual(client.source_id, self.source, "it was empty")
        self.assertEqual(len(client.client_card_ids), 1)

    def test_person_we_have_is_completed_only(self):
        self.card_of(self.client).contact_person_id = self.person
        client = self.saved(
            person_id=self.person.id,
            person_name="Иванова Анна",
            function="Director",
            email="new@other.example",
            salutation="Анна Петровна",
        )
        self.assertEqual(client, self.client)
        self.assertEqual(client.child_ids, self.person)
        self.assertRecordValues(
            self.person,
            [
                {
                    "function": "Director",
                    "email": "anna@romashka.example",
                    "salutation": "Анна Петровна",
                }
            ],
        )

    def test_chosen_person_to_talk_to_stays(self):
        self.card_of(self.client).contact_person_id = self.person
        self.saved(client_id=self.client.id, person_name="Петров Иван")
        self.assertEqual(self.card_of(self.client).contact_person_id, self.person)

    def test_note_is_never_lost(self):
        self.person.comment = "<p>Old note</p>"
        self.saved(person_id=self.person.id, note="New <note>")
        self.assertIn("Old note", self.person.comment)
        self.assertIn("New &lt;note&gt;", self.person.message_ids[0].body)
        touched = self.env["client.touchpoint"].search_count(
            [("partner_id", "=", self.client.id)]
        )
        self.assertFalse(touched, "a card is no contact")

    def test_next_card_keeps_where_it_was(self):
        card = self.card(
            person_name="Ann Smith", source_id=self.source.id, met_place="Stand 14"
        )
        context = card.action_save_and_next()["context"]
        self.assertEqual(context["default_source_id"], self.source.id)
        self.assertEqual(context["default_met_place"], "Stand 14")
        self.assertNotIn("default_person_name", context)

    def test_refused(self):
        cases = [{}, {"company_name": " ", "person_name": ""}]
        cases += [{"person_name": "Ann", "email": "no address"}]
        for values in cases:
            with self.subTest(values=values), self.assertRaises(UserError):
                self.card(**values).action_save()

    # ---------------------------------------------------------------------- duplicates

    def test_duplicates(self):
        cases = [
            ({"email": "Anna@Romashka.example"}, self.client | self.person),
            ({"phone": "+12025550101"}, self.client),
            ({"phone": "2025550143"}, self.person),
            ({"personal_phone": "+1 (202) 555-0143"}, self.person),
            ({"person_name": " иванова  анна "}, self.person),
            ({"company_name": "ооо ромашка"}, self.client),
            ({"company_name": "АО «Ромашка»"}, self.client),
            ({"website": "http://romashka.example"}, self.client | self.person),
            ({"email": "boss@romashka.example"}, self.client | self.person),
            ({"email": "boss@gmail.com"}, self.env["res.partner"]),
            ({"company_name": "ООО"}, self.env["res.partner"]),
            ({"company_name": "100%"}, self.env["res.partner"]),
            ({"person_name": "Петрова Анна"}, self.env["res.partner"]),
            ({"phone": "1"}, self.env["res.partner"]),
            ({}, self.env["res.partner"]),
        ]
        ours = self.client | self.person | self.hidden
        for values, expected in cases:
            with self.subTest(values=values):
                found = self.card(**values).duplicate_ids
                self.assertEqual(found & ours, expected)

    def test_chosen_ones_are_no_duplicates(self):
        card = self.card(company_name="ООО Ромашка", client_id=self.client.id)
        self.assertNotIn(self.client, card.duplicate_ids)

    def test_shown_while_typing(self):
        form = Form(self.env[CARD].with_user(self.own))
        form.person_name = "Иванова Анна"
        self.assertEqual(form.salutation, "Анна")
        self.assertIn(self.person.id, form.duplicate_ids.ids)
        form.person_id = self.person
        self.assertEqual(form.client_id, self.client)
        self.assertEqual(form.company_name, "ООО Ромашка")

    # -------------------------------------------------------------------------- rights

    def test_others_clients_are_not_told_of(self):
        card = self.card(company_name="Hidden toys", email="hello@hidden.example")
        self.assertFalse(card.duplicate_ids)
        for name in ("client_id", "person_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.card(**{name: self.hidden.id})

    def test_needs_a_role(self):
        clerk = self.make_user("clerk", f"base.group_user,{SELLER}")
        with self.assertRaises(AccessError):
            self.card(clerk, person_name="Ann")

    def test_cards_of_colleagues(self):
        card = self.card(person_name="Ann")
        with self.assertRaises(AccessError):
            card.with_user(self.other).read(["person_name"])

    def test_another_company(self):
        self.own.company_ids += self.company_b
        card = self.env[CARD].with_user(self.own).with_company(self.company_b)
        client = card.create({"person_name": "Ann Smith"}).action_save()["res_id"]
        cards = self.env["res.partner"].browse(client).client_card_ids
        self.assertEqual(cards.company_id, self.company_b)
