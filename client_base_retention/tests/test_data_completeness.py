"""Completeness of a client's data (N18): what is asked, of whom, what counts."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.client_base_retention.models.client_card_data import DataCheck

from .common import NOON, ROLE_OWN, TODAY, ClientBaseCommon, ago


class DataCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "A fair in spring"})
        cls.segment = cls.env["client.segment"].create({"name": "Kiosks"})

    def ask(self, text, policy=None):
        """Let the regulation ask for exactly these things."""
        (policy or self.policy).required_fields = text

    def assertData(self, card, percent, lacking=""):
        card.invalidate_recordset()
        self.assertEqual(
            (card.data_completeness, card.data_lacking), (percent, lacking)
        )
        count = len(lacking.split(",")) if lacking else 0
        self.assertEqual(card.data_lacking_count, count)

    def person(self, card, **values):
        return self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id, **values
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDataCompleteness(DataCase):
    def test_default_regulation(self):
        """Telephone or e-mail; source and segment of active clients; birthday of the
        contact person of VIP and A."""
        general = self.env["client.policy"].create({"name": "Another"})
        self.assertEqual(
            general.required_fields,
            "phone_or_email,source:active,segment:active,"
            "person_birthday:vip,person_birthday:a",
        )
        prospect = self.client(name="Prospect")
        self.assertData(prospect, 0, "phone_or_email")
        prospect.partner_id.email = "p@example.com"
        self.assertData(prospect, 100)
        active = self.client((ago(5), 100), name="Active")
        active.abc_class_manual = "c"
        self.assertData(active, 0, "phone_or_email,source,segment")
        active.partner_id.phone = "112"
        self.assertData(active, 33, "source,segment")
        active.partner_id.source_id = self.source
        self.assertData(active, 66, "segment")
        active.partner_id.segment_id = self.segment
        self.assertData(active, 100)
        for klass in ("vip", "a"):
            active.abc_class_manual = klass
            self.assertData(active, 75, "person_birthday")
        active.abc_class_manual = "b"
        self.assertData(active, 100)
        former = self.client((ago(900), 100), name="Former", phone="112")
        former.abc_class_manual = "c"
        self.assertEqual(former.status, "former")
        self.assertData(former, 100)

    def test_nothing_asked(self):
        self.ask("")
        self.assertData(self.client(name="Nothing known"), 100)

    def test_rounded_down(self):
        """7 known of 8 are 87, not 88; 100 only where nothing lacks."""
        self.ask("phone,email,address,website,vat,source,segment,person")
        card = self.client(
            name="Firm",
            phone="112",
            email="f@example.com",
            street="Main street 1",
            city="Ghent",
            website="https://f.example",
            vat="BE0477472701",
            source_id=self.source.id,
            segment_id=self.segment.id,
        )
        self.assertEqual(card.policy_id, self.policy)
        self.assertData(card, 87, "person")

    def test_whom_it_is_asked_of(self):
        """A requirement holds for all, for a status, for a class, or for both."""
        card = self.client((ago(5), 100), name="Active B")
        card.abc_class_manual = "b"
        for asked, lacking in (
            ("email", "email"),
            ("email:active", "email"),
            ("email:prospect", ""),
            ("email:former", ""),
            ("email:b", "email"),
            ("email:a", ""),
            ("email:active:b", "email"),
            ("email:former:b", ""),
            ("email:active:a", ""),
            # Asked for twice it lacks once.
            ("email,email:b,email:active", "email"),
        ):
            with self.subTest(asked):
                self.ask(asked)
                self.assertData(card, 0 if lacking else 100, lacking)

    def test_what_counts(self):
        """Each thing: what does not satisfy it, what does."""
        firm = {"is_company": True}
        for what, nothing, known in (
            ("phone_or_email", {"phone": ""}, {"phone": "112"}),
            ("phone_or_email", {"email": False}, {"email": "x@example.com"}),
            ("phone", {"email": "x@example.com"}, {"phone": "112"}),
            ("email", {"phone": "112"}, {"email": "x@example.com"}),
            ("address", {"city": "Ghent"}, {"street": "Main 1"}),
            ("address", {"street": "Main 1", "city": False}, {"city": "Ghent"}),
            ("website", {"website": False}, {"website": "https://x.example"}),
            # Odoo's sign for "has none" is an answer, too.
            ("vat", {"vat": False}, {"vat": "/"}),
            ("source", {"source_id": False}, {"source_id": self.source.id}),
            ("segment", {"segment_id": False}, {"segment_id": self.segment.id}),
        ):
            with self.subTest(what, known=known):
                self.ask(what)
                card = self.client(name="Firm", **firm, **nothing)
                self.assertData(card, 0, what)
                card.partner_id.write(known)
                self.assertData(card, 100)

    def test_potential_and_salesperson(self):
        self.ask("salesperson,potential")
        card = self.client(name="Firm")
        self.assertData(card, 0, "salesperson,potential")
        card.potential_level = "low"
        self.assertData(card, 50, "salesperson")
        card.partner_id.user_id = self.make_user("dc_seller", ROLE_OWN)
        self.assertData(card, 100)
        card.potential_level = False
        self.assertData(card, 50, "potential")
        card.potential_amount = 1
        self.assertData(card, 100)

    def test_private_person(self):
        """A private person is his own contact person and has no tax number to ask."""
        self.ask("website,vat,person,person_birthday,person_phone")
        card = self.client(name="Anna", is_company=False)
        self.assertData(card, 33, "person_birthday,person_phone")
        card.partner_id.write({"birthdate_date": "1980-02-29", "phone": "112"})
        self.assertData(card, 100)

    def test_persons_of_a_company(self):
        self.ask("phone_or_email,person,person_birthday,person_phone")
        every = "phone_or_email,person,person_birthday,person_phone"
        card = self.client(name="Firm")
        self.assertData(card, 0, every)
        address = self.person(card, type="delivery", phone="112")
        # The goods' entrance has a telephone, but is nobody.
        self.assertData(card, 25, "person,person_birthday,person_phone")
        address.unlink()
        self.assertData(card, 0, every)
        person = self.person(card)
        self.assertData(card, 25, "phone_or_email,person_birthday,person_phone")
        person.phone = "112"
        self.assertData(card, 75, "person_birthday")
        person.birthdate_date = "1980-02-29"
        self.assertData(card, 100)
        person.active = False
        self.assertData(card, 0, every)
        person.active = True
        self.assertData(card, 100)
        # Somebody else becomes the one to talk to: his birthday is asked for.
        other = self.person(card)
        self.assertData(card, 100)
        card.contact_person_id = other
        self.assertData(card, 50, "person_birthday,person_phone")
        other.active = False
        self.assertData(card, 100)
        person.parent_id = self.make_partner("Another firm")
        self.assertData(card, 0, every)

    def test_consent(self):
        """Whoever was asked has answered, whatever he said."""
        self.ask("consent")
        for state in ("given", "withdrawn"):
            with self.subTest(state):
                card = self.client(name="Firm")
                person = self.person(card)
                self.assertData(card, 0, "consent")
                self.assertEqual(
                    [(at["res_id"], at["field"]) for at in card._data_lacking()],
                    [(person.id, "client_consent")],
                )
                self.env["client.consent"].create(
                    {"partner_id": person.id, "state": state, "how": "paper"}
                )
                self.assertData(card, 100)

    def test_lacking_with_places(self):
        self.ask("phone,address,source,person_birthday")
        card = self.client(name="Firm", street="Main 1")
        client = card.partner_id
        words = {
            "phone": "Telephone",
            "address": "Address",
            "source": "Source",
            "person_birthday": "Birthday of the contact person",
        }

        def place(code, partner, field):
            return {
                "code": code,
                "label": words[code],
                "model": "res.partner",
                "res_id": partner.id,
                "field": field,
            }

        expected = [
            place("phone", client, "phone"),
            place("address", client, "city"),
            place("source", client, "source_id"),
        ]
        nobody = place("person_birthday", client, "child_ids")
        self.assertEqual(card._data_lacking(), [*expected, nobody])
        self.assertEqual(card.data_lacking_text, ", ".join(words.values()))
        person = self.person(card)
        birthday = place("person_birthday", person, "birthdate_date")
        self.assertEqual(card._data_lacking(), [*expected, birthday])
        user = self.make_user("dc_reader", ROLE_OWN)
        client.user_id = user
        self.assertEqual(card.with_user(user)._data_lacking(), [*expected, birthday])
        client.write({"phone": "1", "city": "Ghent", "source_id": self.source.id})
        person.birthdate_date = "1980-01-01"
        self.assertEqual(card._data_lacking(), [])
        self.assertFalse(card.data_lacking_text)

    def test_every_company_by_its_own_regulation(self):
        self.ask("email")
        self.ask("phone", self.policy_b)
        card = self.client(name="Of both", phone="112")
        self.enter([(card.partner_id, TODAY, 1)], self.company_b)
        other = self.card_of(card.partner_id, self.company_b)
        self.assertData(card, 0, "email")
        self.assertData(other, 100)
        card.partner_id.write({"phone": False, "email": "x@example.com"})
        self.assertData(card, 100)
        self.assertData(other, 0, "phone")

    def test_nobody_writes_the_percent(self):
        card = self.client(name="Firm")
        user = self.make_user("dc_writer", ROLE_OWN)
        card.partner_id.user_id = user
        with self.assertRaises(AccessError):
            card.with_user(user).data_completeness = 100

    def test_more_can_be_asked_for(self):
        """An addon adds one entry; what it asked for is not asked once it is gone."""
        cards = self.env.registry["client.card"]
        checks = cards._data_checks

        def more(self):
            known = SQL(
                "EXISTS (SELECT FROM res_partner m"
                " WHERE m.id = ANY(f.asked) AND m.function = 'Head')"
            )
            found = checks(self)
            return {"head": DataCheck("The head", known, "function", True)} | found

        card = self.client(name="Firm", phone="112")
        with patch.object(cards, "_data_checks", more):
            self.ask("head,phone")
            self.assertData(card, 50, "head")
            self.assertEqual(card.data_lacking_text, "The head")
            self.assertEqual(self.policy._required_words(), ["The head", "Telephone"])
            self.person(card, function="Head")
            self.assertData(card, 100)
            card.partner_id.child_ids.function = False
            self.assertData(card, 50, "head")
        self.assertEqual(card._data_lacking(), [])
        self.assertFalse(card.data_lacking_text)
        card._derive_data()
        self.assertData(card, 100)
        self.policy.invalidate_recordset()
        self.assertEqual(self.policy.required_fields, "phone")

    def test_boards_and_lists(self):
        """Screens open for the lowest role, with the clients he sees and no others."""
        user = self.make_user("dc_board", ROLE_OWN)
        mine = self.client((ago(5), 1000), name="Mine")
        mine.partner_id.user_id = user
        theirs = self.client((ago(5), 1000), name="Of a colleague")
        theirs.partner_id.user_id = self.make_user("dc_colleague", ROLE_OWN)
        (mine | theirs).abc_class_manual = "vip"
        cards = self.env["client.card"].with_user(user)
        for name in ("client_card_action_data", "client_card_action_data_people"):
            action = self.env.ref(f"client_base_retention.{name}")
            views = [(view.view_id.id, view.view_mode) for view in action.view_ids]
            arches = cards.get_views([*views, (False, "search")])["views"]
            self.assertEqual(
                set(arches), {*action.view_mode.split(","), "search"}, name
            )
        found = cards.search(
            [("status", "=", "active"), ("data_lacking_count", ">", 0)],
            order="data_completeness, turnover desc, id",
        )
        self.assertEqual(found, mine)
        ((person, percent, lacking),) = cards._read_group(
            [("status", "=", "active")],
            ["user_id"],
            ["data_completeness:avg", "data_lacking_count:sum"],
        )
        self.assertEqual((person, percent, lacking), (user, 0, 4))
