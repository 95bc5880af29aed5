"""Contacts and due dates of clients who change: persons, firms, merges (N22)."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactMoves(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norm()
        cls.norm("meeting", unit="month")

    def merge(self, *partners):
        """Merge contacts into the first of them, as Odoo's wizard does."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [(6, 0, [partner.id for partner in partners])],
                "dst_partner_id": partners[0].id,
            }
        )
        wizard.action_merge()
        self.env.invalidate_all()
        return partners[0]

    def test_merged_clients_keep_both_histories(self):
        kept, gone = self.bought(10, email="one@x.y"), self.bought(10, email="one@x.y")
        first = self.talk(kept, ago(5))
        second = self.talk(gone, ago(2), outcome="no_answer")
        third = self.talk(gone, ago(1), outcome="no_answer")
        fourth = self.talk(gone, ago(3), "meeting")
        contacts = first | second | third | fourth
        partner = self.merge(kept.partner_id, gone.partner_id)
        self.assertEqual(contacts.partner_id, partner)
        self.assertEqual(contacts.card_id, kept)
        self.assertFalse(gone.exists())
        self.assertEqual(contacts.mapped("attempt_number"), [0, 1, 2, 0])
        self.assertEqual(kept.last_contact_date, ago(3))
        self.assertDue(kept, ahead(4))
        self.assertDue(kept, "2025-07-12", "meeting")
        # What is there beside these clients is derived for this day first.
        self.derive_all()
        before = self.versions("client_obligation", "client_touchpoint")
        self.derive_all()
        self.assertEqual(
            self.versions("client_obligation", "client_touchpoint"), before
        )

    def test_merged_clients_of_two_companies(self):
        self.norm(policy=self.policy_b)
        kept, gone = self.make_partners(2, email="one@x.y")
        self.enter([(kept, ago(10), 1)])
        self.enter([(gone, ago(10), 1)], self.company_b)
        contact = self.talk(gone, ago(1), company_id=self.company_b.id)
        self.merge(kept, gone)
        card_b = self.card_of(kept, self.company_b)
        self.assertEqual(contact.card_id, card_b)
        self.assertEqual(contact.partner_id, kept)
        self.assertDue(card_b, ahead(6))
        self.assertFalse(self.card_of(kept).last_contact_date)

    def test_agreed_dates_and_pauses_outlive_a_merge(self):
        kept, gone = self.bought(10, email="one@x.y"), self.bought(10, email="one@x.y")
        calls = (kept | gone).obligation_ids.filtered(lambda o: o.kind == "call")
        calls[1].manual_due_date = ahead(20)
        gone.write({"pause_until": ahead(5), "pause_reason": "Repairs"})
        self.merge(kept.partner_id, gone.partner_id)
        self.assertDue(kept, ahead(20))
        self.assertEqual(kept.agreed_date, ahead(20))
        self.assertRecordValues(
            kept, [{"pause_until": ahead(5), "pause_reason": "Repairs"}]
        )

    def test_the_longer_pause_holds(self):
        kept, gone = self.bought(10, email="one@x.y"), self.bought(10, email="one@x.y")
        kept.write({"pause_until": ahead(9), "pause_reason": "Ours"})
        gone.write({"pause_until": ahead(5), "pause_reason": "Theirs"})
        self.merge(kept.partner_id, gone.partner_id)
        self.assertRecordValues(
            kept, [{"pause_until": ahead(9), "pause_reason": "Ours"}]
        )

    def test_a_chosen_person_outlives_a_merge(self):
        kept, gone = self.bought(10, email="one@x.y"), self.bought(10, email="one@x.y")
        person = self.env["res.partner"].create(
            {"name": "P", "parent_id": gone.partner_id.id}
        )
        gone.contact_person_id = person
        self.merge(kept.partner_id, gone.partner_id)
        self.assertEqual(kept.contact_person_id, person)
        self.assertTrue(kept.contact_person_is_manual)

    def test_merged_persons_take_their_contacts_along(self):
        """As their orders do: one human being, entered twice."""
        card, other = self.bought(10), self.bought(10)
        here, there = self.env["res.partner"].create(
            [
                {"name": "P", "email": "p@x.y", "parent_id": c.partner_id.id}
                for c in (card, other)
            ]
        )
        contact = self.talk(there, ago(1))
        self.merge(here, there)
        self.assertRecordValues(
            contact,
            [
                {
                    "partner_id": card.partner_id.id,
                    "person_id": here.id,
                    "card_id": card.id,
                }
            ],
        )
        self.assertDue(card, ahead(6))
        self.assertDue(other, ago(3))

    def test_the_source_follows_a_merge(self):
        kept, gone = self.bought(10, email="one@x.y"), self.bought(10, email="one@x.y")
        contact = self.talk(gone, res_model="res.partner", res_id=gone.partner_id.id)
        partner = self.merge(kept.partner_id, gone.partner_id)
        self.assertEqual(contact.res_id, partner.id)
        self.assertEqual(contact.source_name, partner.display_name)

    def test_a_client_becomes_a_person_of_another(self):
        card, firm = self.bought(10, is_company=False), self.bought(10)
        person = card.partner_id
        contact = self.talk(card, ago(1))
        self.assertFalse(contact.person_id)
        person.parent_id = firm.partner_id
        self.env.invalidate_all()
        self.assertRecordValues(
            contact,
            [
                {
                    "partner_id": firm.partner_id.id,
                    "person_id": person.id,
                    "card_id": firm.id,
                }
            ],
        )
        self.assertDue(firm, ahead(6))
        self.assertEqual(firm.contact_person_id, person)

    def test_a_client_becomes_a_person_of_one_without_a_card(self):
        card, firm = self.bought(10, is_company=False), self.make_partner("Firm")
        person, contact = card.partner_id, self.talk(card, ago(1))
        call = card.obligation_ids.filtered(lambda o: o.kind == "call")
        person.parent_id = firm
        self.env.invalidate_all()
        self.assertEqual(self.card_of(firm), card)
        self.assertRecordValues(
            contact,
            [{"partner_id": firm.id, "person_id": person.id, "card_id": card.id}],
        )
        self.assertTrue(call.exists())
        self.assertDue(card, ahead(6))

    def test_deleted_contacts(self):
        card = self.bought(10)
        person = self.env["res.partner"].create(
            {"name": "P", "parent_id": card.partner_id.id}
        )
        contact = self.talk(person, ago(1))
        person.unlink()
        self.env.invalidate_all()
        self.assertTrue(contact.exists())
        self.assertFalse(contact.person_id)
        card._derive()
        self.assertFalse(card.contact_person_id)
        self.assertDue(card, ahead(6))

    def test_the_salesperson_and_the_segment_change_nothing_of_it(self):
        card = self.bought(10)
        self.talk(card, ago(1))
        card.partner_id.user_id = self.make_user("cb_owner")
        self.assertDue(card, ahead(6))
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        special = self.policy.copy({"sequence": 0, "segment_ids": segment.ids})
        special.rule_ids.unlink()
        self.norm(policy=special, count=3)
        card.partner_id.segment_id = segment
        self.assertEqual(card.policy_id, special)
        self.assertDue(card, ahead(20))
        self.assertDue(card, None, "meeting")
        card.policy_id = self.policy
        self.assertDue(card, ahead(6))
