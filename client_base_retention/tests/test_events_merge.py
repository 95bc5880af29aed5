"""Two contacts are merged by Odoo's own wizard (design 4.3 *When a client changes*).

The base answers the unique key of the card by deleting every card of the merged
contact, those of other companies too: here nothing may be lost.
"""

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_HEAD, SALES, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMerge(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.make_partners(2, email="same@example.com")

    def merge(self, *partners, user=None):
        """Merge contacts into the first of them, as the wizard does."""
        kept = partners[0]
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [(6, 0, [partner.id for partner in partners])],
                "dst_partner_id": kept.id,
            }
        )
        wizard.with_user(user or self.env.user).action_merge()
        self.env.invalidate_all()
        for partner in partners[1:]:
            self.assertFalse(partner.exists())
        return kept

    def assertStanding(self, turnover, count, partner=None, company=None):
        card = self.card_of(partner or self.kept, company)
        self.assertRecordValues(card, [{"turnover": turnover, "purchase_count": count}])
        return card

    def test_both_have_cards_in_two_companies(self):
        for company, factor in ((self.company, 1), (self.company_b, 10)):
            self.buy(self.kept, ago(9), 1 * factor, company=company)
            self.buy(self.gone, ago(8), 2 * factor, company=company)
            self.enter([(self.gone, ago(500), 4 * factor)], company)
        self.merge(self.kept, self.gone)
        self.assertStanding(3, 3)
        self.assertStanding(30, 3, company=self.company_b)
        card = self.card_of(self.kept)
        self.assertEqual(card.first_purchase_date, ago(500))
        self.assertEqual(card.last_purchase_date, ago(8))
        self.assertEqual(card.entry_date, ago(500))

    def test_only_the_merged_contact_has_cards(self):
        self.buy(self.gone, ago(8), 2)
        self.buy(self.gone, ago(8), 20, company=self.company_b)
        ids = self.card_of(self.gone).ids
        self.merge(self.kept, self.gone)
        self.assertEqual(self.assertStanding(2, 1).ids, ids, "the card moves along")
        self.assertStanding(20, 1, company=self.company_b)
        self.assertTrue(self.kept.client_base)

    def test_the_other_company_keeps_what_it_knows(self):
        """Each contact is client of another company; nothing is mixed up."""
        self.buy(self.kept, ago(9), 1)
        self.buy(self.gone, ago(8), 20, company=self.company_b)
        other = self.card_of(self.gone, self.company_b)
        other.write(
            {
                "abc_class_manual": "a",
                "abc_lock_reason": "Partner of the group",
                "potential_amount": 777,
            }
        )
        self.merge(self.kept, self.gone)
        self.assertStanding(1, 1)
        self.assertRecordValues(
            self.card_of(self.kept, self.company_b),
            [
                {
                    "abc_class_manual": "a",
                    "abc_class": "a",
                    "abc_lock_reason": "Partner of the group",
                    "potential_amount": 777,
                    "turnover": 20,
                }
            ],
        )

    def test_manual_class_and_potential_survive(self):
        self.buy(self.kept, ago(9), 100)
        self.buy(self.gone, ago(8), 1)
        self.derive_all()
        self.card_of(self.gone).write(
            {
                "abc_class_manual": "b",
                "abc_lock_reason": "Agreed",
                "potential_amount": 500,
            }
        )
        self.merge(self.kept, self.gone)
        self.assertRecordValues(
            self.card_of(self.kept),
            [
                {
                    "abc_class_manual": "b",
                    "abc_class": "b",
                    "abc_lock_reason": "Agreed",
                    "potential_amount": 500,
                }
            ],
        )

    def test_transitions_survive(self):
        self.buy(self.kept, ago(9), 100)
        self.buy(self.gone, ago(500), 1)
        self.buy(self.gone, ago(2), 1)
        before = self.moves(self.card_of(self.kept)) + self.moves(
            self.card_of(self.gone)
        )
        self.assertIn(("former", "active"), before)
        self.merge(self.kept, self.gone)
        after = self.moves(self.card_of(self.kept))
        for move in set(before):
            self.assertEqual(after.count(move), before.count(move), move)

    def test_three_at_once_with_persons(self):
        third = self.make_partner("Third", email="same@example.com")
        person = self.make_partner("Ann", is_company=False, parent_id=self.gone.id)
        self.buy(person, ago(8), 2)
        self.buy(third, ago(7), 4)
        self.merge(self.kept, self.gone, third)
        self.assertEqual(person.commercial_partner_id, self.kept)
        self.assertStanding(6, 2)
        for contact in self.kept | person:
            self.assertTrue(contact.client_base)

    def test_archived_contact(self):
        self.buy(self.gone, ago(8), 2)
        self.gone.active = False
        self.merge(self.kept, self.gone)
        self.assertTrue(self.assertStanding(2, 1).active)

    def test_invoices_come_along(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        self.invoice(self.gone, ago(9), 5)
        self.invoice(self.kept, ago(9), 1)
        self.merge(self.kept, self.gone)
        self.assertStanding(6, 2)

    def test_persons_of_two_companies(self):
        """The orders of the merged person leave the one client for the other."""
        person = self.make_partner(
            "Ann", is_company=False, parent_id=self.kept.id, email="a@example.com"
        )
        twin = self.make_partner(
            "Ann", is_company=False, parent_id=self.gone.id, email="a@example.com"
        )
        self.buy(person, ago(9), 1)
        self.buy(twin, ago(8), 2)
        self.merge(person, twin)
        self.assertStanding(3, 2)
        self.assertStanding(0, 0, partner=self.gone)

    def test_person_of_a_client_into_a_contact_that_is_none(self):
        """Ann was entered twice: once below her company, once by herself."""
        twin = self.make_partner(
            "Ann", is_company=False, parent_id=self.gone.id, email="a@example.com"
        )
        loner = self.make_partner("Ann", is_company=False, email="a@example.com")
        self.buy(twin, ago(8), 2)
        self.merge(loner, twin)
        client = loner.commercial_partner_id
        self.assertStanding(2, 1, partner=client)
        self.assertStanding(
            2 if client == self.gone else 0,
            1 if client == self.gone else 0,
            partner=self.gone,
        )

    def test_user_of_one_company_merges_clients_of_both(self):
        """What he cannot see is folded all the same."""
        for company in (self.company, self.company_b):
            self.buy(self.kept, ago(9), 1, company=company)
            self.buy(self.gone, ago(8), 2, company=company)
        steward = self.make_user(
            "cb_steward", f"{SALES},{ROLE_HEAD},base.group_partner_manager"
        )
        self.merge(self.kept, self.gone, user=steward)
        self.assertStanding(3, 2)
        self.assertStanding(3, 2, company=self.company_b)

    def test_merge_into_an_own_company(self):
        """The result may be no client: it has no card, and nothing fails."""
        self.buy(self.gone, ago(8), 2)
        own = self.company_b.partner_id
        own.email = "same@example.com"
        self.merge(own, self.gone)
        self.assertFalse(self.card_of(own))
        self.assertFalse(own.client_base)

    def test_night_after_the_merge_writes_nothing(self):
        self.buy(self.kept, ago(9), 1)
        self.buy(self.gone, ago(8), 2)
        self.derive_all()
        self.merge(self.kept, self.gone)
        self.derive_all()
        before = self.versions()
        self.derive_all()
        self.assertEqual(self.versions(), before)
