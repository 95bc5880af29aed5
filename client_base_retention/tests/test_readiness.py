"""Readiness of the base (N138): owner, source, possible duplicates; the steward."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, TODAY, ago
from .test_overview import OverviewCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReadiness(OverviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("rd_seller", ROLE_ALL)
        cls.source = cls.env["utm.source"].create({"name": "A fair in spring"})

    def make_client(self, name, when=TODAY, company=None, **values):
        """A client with a purchase, or a prospect where ``when`` is None."""
        partner = self.make_partner(name, **values)
        company = company or self.company
        if when:
            self.enter([(partner, when, 10)], company)
        else:
            partner.with_company(company).action_add_to_client_base()
        return self.card_of(partner, company)

    def twins(self, cards):
        """Names of the ``cards`` that may be duplicates, by search and by value."""
        cards.invalidate_recordset()
        found = self.env["client.card"].search(
            [("id", "in", cards.ids), ("is_duplicate", "=", True)]
        )
        self.assertEqual(found, cards.filtered("is_duplicate"))
        return sorted(found.partner_id.mapped("name"))

    # ---------------------------------------------------------------------- the strip

    def test_share_and_lacks(self):
        full = {"user_id": self.seller.id, "source_id": self.source.id}
        self.make_client("Ready", email="r@example.com", **full)
        silent = self.make_client("Ready by his person", None, **full)
        self.make_partner(
            parent_id=silent.partner_id.id, is_company=False, phone="+32 470 11 22 33"
        )
        self.make_client("No source", email="s@example.com", user_id=self.seller.id)
        self.make_client("No owner", phone="112", source_id=self.source.id)
        self.make_client("Not to be reached", **full)
        self.make_client("Twin", email="a@example.com", **full)
        self.make_client("Twin prospect", None, email="A@example.com", **full)
        self.make_client("Nothing at all")
        self.make_client("Former without all", ago(800))
        overview = self.overview()
        ready = overview.get_readiness()
        self.assertEqual(ready["share"], 25)  # two of eight
        self.assertEqual(
            {lack["key"]: lack["value"] for lack in ready["lacks"]},
            {"no_owner": 2, "no_source": 2, "unreachable": 2, "duplicates": 2},
        )
        for lack in ready["lacks"]:
            with self.subTest(lack["key"]):
                self.assertEqual(lack["value"], len(self.records(overview, lack)))

    def test_share_is_full_only_when_all_are_ready(self):
        full = {"user_id": self.seller.id, "source_id": self.source.id}
        partners = self.make_partners(200, **full)
        for number, partner in enumerate(partners):
            partner.email = f"{number}@example.com"
        self.enter([(partner, TODAY, 1) for partner in partners])
        self.assertEqual(self.overview().get_readiness()["share"], 100)
        partners[0].source_id = False
        self.assertEqual(self.overview().get_readiness()["share"], 99)

    def test_history_being_read(self):
        """Shown while it is read, with the way to the page where it is ordered."""
        self.env["client.history.run"].search([]).write({"state": "done"})
        self.assertFalse(self.overview().get_readiness()["history"])
        self.env["client.history.run"].create(
            {"state": "messages", "total": 200, "looked": 162}
        )
        history = self.overview().get_readiness()["history"]
        self.assertEqual(history["text"], "history read 81 %")
        self.assertEqual(history["action"]["tag"], "client_launch")

    def test_clients_of_who_left(self):
        partner = self.make_client("Left behind", user_id=self.seller.id).partner_id
        self.assertEqual(self.overview().get_readiness()["left"], [])
        self.seller.active = False
        (left,) = self.overview().get_readiness()["left"]
        self.assertEqual((left["name"], left["clients"]), (self.seller.name, 1))
        self.assertEqual(left["action"]["res_model"], "client.hand.over")
        self.assertEqual(partner.user_id, self.seller)
        # Not those of the other company.
        overview = self.overview(company=self.company_b)
        self.assertEqual(overview.get_readiness()["left"], [])
        both = self.company + self.company_b
        overview = self.overview(company=self.company_b, allowed=both)
        self.assertEqual(overview.get_readiness()["left"], [])

    def test_incomplete(self):
        """What the filter finds, and what a card says of itself."""
        full = {"source_id": self.source.id}
        self.make_client("Ready", email="r@example.com", **full)
        self.make_client("No source", email="s@example.com")
        self.make_client("Silent", **full)
        self.make_client("Twin", vat="BE0477472701", phone="1", **full)
        twin = {"vat": "BE0477472701", "email": "t@example.com"}
        self.make_client("Twin 2", **twin, **full)
        cards = self.env["client.card"].search([("company_id", "=", self.company.id)])
        cards.invalidate_recordset()
        for name, found in (
            ("is_incomplete", ["No source", "Silent", "Twin", "Twin 2"]),
            ("is_unreachable", ["Silent"]),
        ):
            with self.subTest(name):
                computed = cards.filtered(name)
                self.assertEqual(sorted(computed.partner_id.mapped("name")), found)
                here = [("id", "in", cards.ids)]
                self.assertEqual(cards.search([*here, (name, "=", True)]), computed)
                others = cards.search([*here, (name, "=", False)])
                self.assertEqual(others, cards - computed)
                self.assertEqual(cards.search([*here, (name, "!=", True)]), others)

    def test_reached_by_a_person(self):
        card = self.make_client("Firm")
        person = self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id, phone="112"
        )
        self.assertFalse(card.is_unreachable)
        person.active = False
        card.invalidate_recordset()
        self.assertTrue(card.is_unreachable)

    def test_seller_of_the_last_order_is_an_owner(self):
        partner = self.make_partner(source_id=self.source.id)
        self.buy(partner, TODAY, seller=self.seller)
        (no_owner, *_rest) = self.overview().get_readiness()["lacks"]
        self.assertEqual(no_owner["value"], 0)

    def test_of_one_team(self):
        team = self.env["crm.team"].create(
            {"name": "East", "member_ids": self.seller.ids}
        )
        self.make_client("Ours", user_id=self.seller.id)
        self.make_client("Nobody's")
        overview = self.overview()
        for lack in overview.get_readiness(team.id)["lacks"]:
            names = self.records(overview, lack).partner_id.mapped("name")
            lacking = lack["key"] in ("no_source", "unreachable")
            expected = ["Ours"] if lacking else []
            self.assertEqual((lack["value"], names), (len(expected), expected))

    # ---------------------------------------------------------------------- duplicates

    def test_what_makes_twins(self):
        country = self.env.ref("base.be").id
        same = {
            "e-mail by case": ({"email": "Anna@Ex.com"}, {"email": "anna@ex.com"}),
            "e-mail with a name": (
                {"email": "Otto <otto@ex.com>"},
                {"email": "otto@ex.com"},
            ),
            "telephone": (
                {"phone": "+32 470 11 22 33", "country_id": country},
                {"phone": "0470/112233", "country_id": country},
            ),
            "tax number": ({"vat": "BE0477472701"}, {"vat": "BE0477472701"}),
        }
        for name, (one, other) in same.items():
            with self.subTest(name):
                cards = self.make_client(f"{name} 1", **one)
                cards |= self.make_client(f"{name} 2", None, **other)
                self.assertEqual(self.twins(cards), [f"{name} 1", f"{name} 2"])

    def test_what_makes_no_twins(self):
        different = {
            "nothing known": ({}, {}),
            "empty": ({"email": "", "phone": ""}, {"email": "", "phone": ""}),
            # Odoo's sign for "not subject to tax".
            "no tax number": ({"vat": "/"}, {"vat": "/"}),
            "other e-mail": ({"email": "b@ex.com"}, {"email": "c@ex.com"}),
        }
        for name, (one, other) in different.items():
            with self.subTest(name):
                cards = self.make_client(f"{name} 1", **one)
                cards |= self.make_client(f"{name} 2", **other)
                self.assertEqual(self.twins(cards), [])

    def test_company_and_its_own_person(self):
        card = self.make_client("Firm", email="info@firm.example")
        person = self.make_partner(
            "Person",
            is_company=False,
            parent_id=card.partner_id.id,
            email="info@firm.example",
        )
        self.assertEqual(self.twins(card), [])
        other = self.make_client("Private client", email="INFO@firm.example")
        self.assertEqual(self.twins(card | other), ["Firm", "Private client"])
        person.email = card.partner_id.email = False
        self.assertEqual(self.twins(card | other), [])

    def test_person_of_one_and_another_client(self):
        card = self.make_client("Firm")
        self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id, email="p@ex.com"
        )
        other = self.make_client("The same person", email="p@ex.com")
        self.assertEqual(self.twins(card | other), ["Firm", "The same person"])

    def test_archived_and_not_in_the_base(self):
        card = self.make_client("Client", email="d@ex.com")
        self.make_partner("Supplier", email="d@ex.com")
        self.assertEqual(self.twins(card), [])
        other = self.make_client("Second", email="d@ex.com")
        self.assertEqual(self.twins(card | other), ["Client", "Second"])
        other.partner_id.active = False
        self.assertEqual(self.twins(card), [])
        self.assertFalse(other.is_duplicate)

    def test_prospect_of_a_former_client(self):
        """Who was a client once and asks again is one client, not two."""
        former = self.make_client("Former", ago(900), email="e@ex.com")
        prospect = self.make_client("Prospect", None, email="e@ex.com")
        self.assertEqual(former.status, "former")
        self.assertEqual(self.twins(former | prospect), ["Former", "Prospect"])
        overview = self.overview()
        lack = overview.get_readiness()["lacks"][-1]
        self.assertEqual(self.records(overview, lack), prospect)

    def test_client_of_the_other_company(self):
        """Contacts are shared between companies, so their twins are worth knowing;
        contacts of one company alone stay out of the other's sight."""
        mine = self.make_client("Mine", email="f@ex.com")
        self.make_client("Theirs", company=self.company_b, email="f@ex.com")
        self.assertEqual(self.twins(mine), ["Mine"])
        only_mine = self.make_client(
            "Only mine", email="g@ex.com", company_id=self.company.id
        )
        self.make_client(
            "Only theirs",
            company=self.company_b,
            email="g@ex.com",
            company_id=self.company_b.id,
        )
        self.assertEqual(self.twins(only_mine), [])

    def test_operators(self):
        twins = self.make_client("One", email="h@ex.com")
        twins |= self.make_client("Two", email="h@ex.com")
        alone = self.make_client("Alone", email="i@ex.com")
        every = twins | alone
        for operator, value, expected in (
            ("=", True, twins),
            ("!=", False, twins),
            ("=", False, alone),
            ("!=", True, alone),
            ("in", [True], twins),
            ("in", [False], alone),
            ("not in", [True], alone),
            ("not in", [False], twins),
            ("in", [True, False], every),
            ("not in", [True, False], self.env["client.card"]),
        ):
            with self.subTest(operator=operator, value=value):
                found = self.env["client.card"].search(
                    [("id", "in", every.ids), ("is_duplicate", operator, value)]
                )
                self.assertEqual(found, every & found)
                self.assertEqual(set(found), set(expected))

    # ------------------------------------------------------------- source and steward

    def test_source_by_card_and_contact(self):
        card = self.make_client("Client").with_user(self.seller)
        self.assertEqual(card.search([("source_id", "=", False)]), card)
        card.partner_id.sudo().source_id = self.source
        self.assertEqual(card.source_id, self.source)
        self.assertEqual(card.search([("source_id", "=", self.source.id)]), card)
        self.assertFalse(card.search([("source_id", "=", False)]))

    def test_steward_of_each_company(self):
        both = self.company + self.company_b
        other = self.make_user("rd_steward_b", companies=both)
        card = self.make_client("Client")
        person = self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id
        )
        self.enter([(card.partner_id, TODAY, 1)], self.company_b)
        launch = self.env["client.launch"].with_user(self.head)
        for company, user in ((self.company, self.seller), (self.company_b, other)):
            there = launch.with_context(allowed_company_ids=company.ids)
            self.assertFalse(there.get_state()["steward"])
            self.assertEqual(there.choose_steward(user.id)["steward"], user.id)
        reader = self.make_user("rd_reader", ROLE_ALL, both)
        for company, user in ((self.company, self.seller), (self.company_b, other)):
            for partner in (card.partner_id, person):
                seen = partner.with_user(reader).with_company(company)
                self.assertEqual(seen.client_steward_id, user)
        launch.choose_steward(False)
        self.env.invalidate_all()
        self.assertFalse(card.partner_id.with_company(self.company).client_steward_id)
