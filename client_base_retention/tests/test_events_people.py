"""When the client himself changes: design 4.3 *When a client changes*, *Who gets no
card*, and 4.1 ``user_id``, ``team_id``, ``client_base``, ``client_user_id``.
"""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOON, SALES, TODAY, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPersons(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm, cls.other = cls.make_partners(2)
        cls.person = cls.make_person(cls.firm)

    @classmethod
    def make_person(cls, parent=None, name="Ann"):
        return cls.make_partner(
            name, is_company=False, parent_id=parent.id if parent else False
        )

    def assertTurnover(self, partner, amount, count=1, company=None):
        self.assertRecordValues(
            self.card_of(partner, company),
            [{"turnover": amount, "purchase_count": count}],
        )

    def test_order_of_a_person_counts_for_the_company(self):
        self.buy(self.person, ago(5), 100)
        self.buy(self.firm, ago(4), 10)
        self.assertTurnover(self.firm, 110, 2)
        self.assertFalse(self.card_of(self.person))

    def test_person_of_a_branch_office_counts_for_the_head(self):
        office = self.make_person(self.firm, "Delivery address")
        office.type = "delivery"
        self.buy(self.make_person(office), ago(5), 100)
        self.assertTurnover(self.firm, 100)

    def test_person_moves_to_another_company(self):
        self.buy(self.person, ago(5), 100)
        self.buy(self.firm, ago(4), 10)
        self.buy(self.other, ago(4), 1)
        self.person.parent_id = self.other
        self.assertTurnover(self.firm, 10)
        self.assertTurnover(self.other, 101, 2)

    def test_person_moves_to_a_company_without_card(self):
        self.buy(self.person, ago(5), 100)
        self.buy(self.person, ago(5), 7, company=self.company_b)
        self.person.parent_id = self.other
        self.assertTurnover(self.firm, 0, 0)
        self.assertEqual(self.card_of(self.firm).status, "prospect")
        self.assertTurnover(self.other, 100)
        self.assertTurnover(self.other, 7, company=self.company_b)

    def test_client_person_gets_a_company(self):
        """His card is folded into the company's, or becomes it."""
        for known in (False, True):
            with self.subTest(company_is_client=known):
                person, firm = self.make_person(), self.make_partner()
                self.buy(person, ago(400), 5)
                self.buy(person, ago(5), 100)
                card = self.card_of(person)
                card.potential_amount = 500
                moves = self.moves(card)
                if known:
                    self.buy(firm, ago(5), 10)
                person.parent_id = firm
                self.assertFalse(self.card_of(person))
                self.assertTurnover(firm, 110 if known else 100, 3 if known else 2)
                folded = self.card_of(firm)
                self.assertEqual(folded.potential_amount, 500)
                self.assertEqual(folded.entry_date, ago(400))
                for move in moves:
                    self.assertIn(move, self.moves(folded))

    def test_decisions_of_the_company_win(self):
        person = self.make_person()
        self.buy(person, ago(5), 100)
        self.card_of(person).write(
            {"potential_amount": 500, "planned_purchase_date": TODAY}
        )
        self.buy(self.firm, ago(5), 10)
        self.card_of(self.firm).potential_amount = 900
        person.parent_id = self.firm
        self.assertRecordValues(
            self.card_of(self.firm),
            [{"potential_amount": 900, "planned_purchase_date": TODAY}],
        )

    def test_company_gets_a_parent_and_loses_it(self):
        """A firm that is a client stays one: commercial partner is itself."""
        holding = self.make_partner("Holding")
        self.buy(self.firm, ago(5), 100)
        self.firm.parent_id = holding
        self.assertEqual(self.firm.commercial_partner_id, self.firm)
        self.assertTurnover(self.firm, 100)
        self.assertFalse(self.card_of(holding))

    def test_office_is_detached(self):
        """A contact below a company becomes a company: its orders go with it."""
        office = self.make_person(self.firm, "Office")
        clerk = self.make_person(office, "Clerk")
        self.buy(clerk, ago(5), 100)
        self.buy(self.firm, ago(4), 10)
        self.assertTurnover(self.firm, 110, 2)
        office.is_company = True
        self.assertEqual(clerk.commercial_partner_id, office)
        self.assertTurnover(self.firm, 10)
        self.assertTurnover(office, 100)
        office.is_company = False
        self.assertTurnover(self.firm, 110, 2)
        self.assertFalse(self.card_of(office))

    def test_person_leaves_his_company(self):
        self.buy(self.person, ago(5), 100)
        self.person.parent_id = False
        self.assertTurnover(self.firm, 0, 0)
        self.assertTurnover(self.person, 100)

    def test_archive_and_unarchive(self):
        self.buy(self.firm, ago(5), 100)
        card = self.card_of(self.firm)
        self.firm.action_archive()
        self.assertFalse(card.active)
        self.assertFalse(self.env["client.card"].search([("id", "=", card.id)]))
        self.firm.action_unarchive()
        self.assertTrue(card.active)
        self.assertTurnover(self.firm, 100)

    def test_purchase_of_an_archived_contact_makes_an_archived_card(self):
        self.firm.active = False
        self.enter([(self.firm, ago(5), 100)])
        self.assertRecordValues(
            self.card_of(self.firm), [{"active": False, "turnover": 100}]
        )

    def test_delete(self):
        card = self.client()
        card.partner_id.unlink()
        self.assertFalse(card.exists())

    def test_persons_of_a_deleted_client_leave_the_base(self):
        partner = self.client().partner_id
        person = self.make_person(partner)
        self.assertTrue(person.client_base)
        partner.unlink()
        self.assertFalse(person.client_base)

    def test_copy_of_a_contact_is_no_client(self):
        self.buy(self.firm, ago(5), 100)
        copy = self.firm.copy()
        self.assertFalse(copy.client_base)
        self.assertFalse(copy.client_card_id)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWhoGetsNoCard(ClientBaseCommon):
    def test_own_companies_internal_and_public_users(self):
        colleague = self.make_user("cb_colleague").partner_id
        public = self.env.ref("base.public_user").sudo().partner_id
        never = self.company.partner_id | self.company_b.partner_id | colleague | public
        for partner in never:
            self.buy(partner, ago(5), 100)
        never.action_add_to_client_base()
        self.derive_all()
        self.assertFalse(self.cards_of(never))
        for partner in never:
            with self.subTest(partner=partner.name), self.assertRaises(ValidationError):
                self.env["client.card"].create({"partner_id": partner.id})

    def test_client_who_becomes_a_colleague_or_an_own_company_leaves(self):
        person = self.make_partner("Ann", is_company=False)
        firm = self.make_partner("Daughter")
        (person | firm).action_add_to_client_base()
        self.assertEqual(len(self.cards_of(person | firm)), 2)
        self.make_user("cb_ann", partner_id=person.id)
        self.env["res.company"].create({"name": "Daughter", "partner_id": firm.id})
        self.derive_all()
        for partner in person | firm:
            with self.subTest(partner=partner.name):
                self.assertFalse(self.card_of(partner))
                self.assertFalse(partner.client_base)

    def test_portal_users_are_clients(self):
        partner = self._create_new_portal_user().partner_id
        self.buy(partner, ago(5), 100)
        self.assertEqual(self.card_of(partner).status, "active")

    def test_card_of_a_person_is_refused(self):
        firm = self.make_partner()
        person = self.make_partner("Ann", is_company=False, parent_id=firm.id)
        with self.assertRaises(ValidationError):
            self.env["client.card"].create({"partner_id": person.id})

    def test_not_a_client_is_remembered_until_added_again(self):
        partner = self.make_partner()
        self.buy(partner, ago(5), 100)
        self.buy(partner, ago(5), 100, company=self.company_b)
        self.card_of(partner).action_not_a_client()
        self.assertFalse(self.card_of(partner))
        self.buy(partner, ago(1), 100)
        self.quote(partner)
        self.derive_all()
        self.assertFalse(self.card_of(partner))
        self.assertTrue(self.card_of(partner, self.company_b), "another company's")
        action = partner.action_add_to_client_base()
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertRecordValues(
            self.card_of(partner), [{"status": "active", "turnover": 200}]
        )

    def test_add_persons_and_clients(self):
        firm = self.make_partner()
        person = self.make_partner("Ann", is_company=False, parent_id=firm.id)
        loner = self.make_partner("Bob", is_company=False)
        (person | loner | firm).action_add_to_client_base()
        (person | loner).action_add_to_client_base()
        self.assertEqual(
            self.cards_of(firm | loner).mapped("status"), ["prospect", "prospect"]
        )
        self.assertFalse(self.card_of(person))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOwner(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company | cls.company_b
        cls.olga = cls.make_user("cb_olga", SALES, both)
        cls.pavel = cls.make_user("cb_pavel", SALES, both)
        cls.only_b = cls.make_user("cb_only_b", SALES, cls.company_b)
        cls.partner = cls.make_partner()

    def owner(self, company=None, partner=None):
        return self.card_of(partner or self.partner, company).user_id

    def test_salesperson_of_the_contact(self):
        self.partner.user_id = self.olga
        self.buy(self.partner, seller=self.pavel)
        self.assertEqual(self.owner(), self.olga)
        self.partner.user_id = self.pavel
        self.assertEqual(self.owner(), self.pavel)

    def test_seller_of_the_last_order(self):
        self.buy(self.partner, ago(5), seller=self.olga)
        self.buy(self.partner, ago(9), seller=self.pavel)
        self.assertEqual(self.owner(), self.olga)
        order = self.buy(self.partner, ago(2), seller=self.pavel)
        self.assertEqual(self.owner(), self.pavel)
        order._action_cancel()
        self.assertEqual(self.owner(), self.olga)

    def test_who_may_not_enter_the_company_owns_nothing_there(self):
        self.partner.user_id = self.only_b
        self.buy(self.partner, ago(5), seller=self.olga)
        self.buy(self.partner, ago(5), company=self.company_b)
        self.assertEqual(self.owner(), self.olga)
        self.assertEqual(self.owner(self.company_b), self.only_b)
        self.buy(self.partner, ago(1), seller=self.only_b)
        self.assertFalse(self.owner(), "neither he nor the seller may")

    def test_archived_users_own_nothing(self):
        self.partner.user_id = self.olga
        self.buy(self.partner, seller=self.pavel)
        self.olga.active = False
        self.derive_all()
        self.assertEqual(self.owner(), self.pavel)

    def test_change_on_the_only_card_changes_the_contact(self):
        self.buy(self.partner, seller=self.pavel)
        self.card_of(self.partner).user_id = self.olga
        self.assertEqual(self.partner.user_id, self.olga)
        self.assertEqual(self.owner(), self.olga)
        self.partner.user_id = self.pavel
        self.assertEqual(self.owner(), self.pavel)

    def test_change_on_one_of_several_cards_is_the_cards_own(self):
        self.partner.user_id = self.olga
        self.buy(self.partner)
        self.buy(self.partner, company=self.company_b)
        self.card_of(self.partner).user_id = self.pavel
        self.derive_all()
        self.assertEqual(self.partner.user_id, self.olga)
        self.assertEqual(self.owner(), self.pavel)
        self.assertEqual(self.owner(self.company_b), self.olga)

    def test_team_of_the_owner_in_the_company(self):
        team, team_b = self.env["crm.team"].create(
            [
                {
                    "name": company.name,
                    "company_id": company.id,
                    "crm_team_member_ids": [Command.create({"user_id": self.olga.id})],
                }
                for company in (self.company, self.company_b)
            ]
        )
        self.partner.user_id = self.olga
        self.buy(self.partner)
        self.buy(self.partner, company=self.company_b)
        card = self.card_of(self.partner)
        card_b = self.card_of(self.partner, self.company_b)
        self.assertEqual((card | card_b).mapped("team_id"), team | team_b)
        self.assertEqual((card.team_id, card_b.team_id), (team, team_b))
        self.partner.user_id = self.pavel
        self.assertFalse((card | card_b).team_id)
        team.crm_team_member_ids = [Command.create({"user_id": self.pavel.id})]
        self.assertEqual(card.team_id, team)

    def test_other_owner_while_somebody_holds_the_card(self):
        """The card of the other company is marked by the queue."""
        self.partner.user_id = self.olga
        self.buy(self.partner)
        self.buy(self.partner, company=self.company_b)
        card, card_b = (
            self.card_of(self.partner),
            self.card_of(self.partner, self.company_b),
        )
        self.assertFalse(card.owner_differs or card_b.owner_differs)
        cards = self.registry["client.card"]
        with patch.object(cards, "_lock_free", lambda cards: cards - card_b):
            card_b.user_id = self.pavel
            self.assertEqual(self.partner.client_user_id, self.olga)
            self.assertFalse(card_b.owner_differs)
        queue = self.env.ref("client_base_retention.ir_cron_client_queue")
        with self.enter_registry_test_mode():
            queue.method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(card_b.owner_differs)
        self.assertFalse(card.owner_differs)

    def test_marks_on_the_contact_and_its_persons(self):
        person = self.make_partner("Ann", is_company=False, parent_id=self.partner.id)
        family = self.partner | person
        self.assertEqual(family.mapped("client_base"), [False, False])
        self.partner.user_id = self.olga
        self.buy(person)
        late = self.make_partner("Bob", is_company=False, parent_id=self.partner.id)
        for contact in family | late:
            self.assertRecordValues(
                contact, [{"client_base": True, "client_user_id": self.olga.id}]
            )
        self.card_of(self.partner).user_id = self.pavel
        self.assertEqual((family | late).client_user_id, self.pavel)
        late.parent_id = False
        self.assertRecordValues(late, [{"client_base": False, "client_user_id": False}])
        self.card_of(self.partner).action_not_a_client()
        for contact in family:
            self.assertRecordValues(
                contact, [{"client_base": False, "client_user_id": False}]
            )

    def test_base_of_any_company_marks_the_contact(self):
        self.buy(self.partner)
        self.buy(self.partner, company=self.company_b)
        self.card_of(self.partner).unlink()
        self.assertTrue(self.partner.client_base)
        self.card_of(self.partner, self.company_b).unlink()
        self.assertFalse(self.partner.client_base)
