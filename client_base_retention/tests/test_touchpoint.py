"""Contacts that took place: with whom, the card, tries, bad input (N5, N66)."""

from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, SALES, TODAY, ago
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTouchpoint(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.norm()

    def person_of(self, card, name="Person", **values):
        return self.env["res.partner"].create(
            {"name": name, "parent_id": card.partner_id.id} | values
        )

    # ------------------------------------------------------------------------ with whom

    def test_defaults(self):
        card = self.bought(10)
        contact = self.env["client.touchpoint"].create(
            {"partner_id": card.partner_id.id}
        )
        self.assertRecordValues(
            contact,
            [
                {
                    "card_id": card.id,
                    "person_id": False,
                    "company_id": self.company.id,
                    "date": datetime(2025, 6, 15, 12),
                    "kind": "call",
                    "direction": "out",
                    "outcome": "reached",
                    "attempt_number": 0,
                    "user_id": self.env.uid,
                    "logged_on": TODAY,
                    "source_name": False,
                }
            ],
        )
        self.assertDue(card, ahead(7))

    def test_a_contact_with_a_person_is_one_with_his_company(self):
        card = self.bought(10)
        person = self.person_of(card)
        for values in (
            {"partner_id": person.id},
            {"person_id": person.id},
            {"partner_id": card.partner_id.id, "person_id": person.id},
            {"partner_id": person.id, "person_id": person.id},
        ):
            with self.subTest(values=values):
                contact = self.env["client.touchpoint"].create(values)
                self.assertEqual(contact.partner_id, card.partner_id)
                self.assertEqual(contact.person_id, person)
                self.assertEqual(contact.card_id, card)
        self.assertDue(card, ahead(7))

    def test_card_is_not_chosen(self):
        card, other = self.bought(10), self.bought(20)
        contact = self.talk(card.partner_id)
        contact.card_id = other
        self.assertEqual(contact.card_id, card)
        self.assertFalse(other.last_contact_date)

    def test_by_the_form(self):
        card = self.bought(10)
        person = self.person_of(card)
        form = Form(self.env["client.touchpoint"])
        form.partner_id = person
        form.kind = "meeting"
        form.note = "Likes saws"
        contact = form.save()
        self.assertEqual(contact.card_id, card)
        self.assertTrue(contact.display_name)

    def test_a_stranger_becomes_a_prospect(self):
        for make in (
            self.make_partner,
            lambda: self.env["res.partner"].create(
                {"name": "Buyer", "parent_id": self.make_partner("Firm").id}
            ),
        ):
            partner = make()
            contact = self.talk(partner)
            card = self.card_of(partner.commercial_partner_id)
            self.assertEqual(contact.card_id, card)
            self.assertRecordValues(
                card,
                [
                    {
                        "status": "prospect",
                        "last_contact_date": TODAY,
                        "first_contact_date": TODAY,
                    }
                ],
            )

    def test_the_night_makes_cards_too(self):
        partner = self.make_partner()
        contact = self.talk(partner)
        self.card_of(partner).unlink()
        contact.invalidate_recordset()
        self.assertFalse(contact.card_id, "the contact outlives the card")
        self.derive_all()
        self.assertEqual(contact.card_id, self.card_of(partner))

    def test_not_a_client_any_more(self):
        card = self.bought(10)
        partner = card.partner_id
        card.action_not_a_client()
        contact = self.talk(partner)
        self.assertFalse(self.card_of(partner))
        self.assertFalse(contact.card_id)
        partner.action_add_to_client_base()
        contact.invalidate_recordset()
        self.assertEqual(contact.card_id, self.card_of(partner))
        self.assertEqual(contact.card_id.last_contact_date, TODAY)

    def test_several_companies(self):
        """Each company has its own contacts and its own due dates."""
        self.norm(policy=self.policy_b)
        partner = self.make_partner()
        self.enter([(partner, ago(10), 1)])
        self.enter([(partner, ago(10), 1)], self.company_b)
        self.talk(partner)
        card, card_b = self.card_of(partner), self.card_of(partner, self.company_b)
        for those in (card, card_b):
            self.cr.execute(
                "UPDATE client_card SET entry_date = %s WHERE id = %s",
                [ago(10), those.id],
            )
        self.derive_all()
        (card | card_b).invalidate_recordset()
        self.assertDue(card, ahead(7))
        self.assertDue(card_b, ago(3))
        self.assertFalse(card_b.last_contact_date)

    # ------------------------------------------------------------------- person to call

    def test_the_person_last_reached_is_to_be_called(self):
        card = self.bought(10)
        first, second = self.person_of(card, "First"), self.person_of(card, "Second")
        self.talk(first, ago(5))
        self.assertEqual(card.contact_person_id, first)
        self.talk(second, ago(3))
        self.assertEqual(card.contact_person_id, second)
        self.talk(first, ago(2), outcome="no_answer")
        self.talk(first, ago(2), "material")
        self.talk(card)
        self.assertEqual(card.contact_person_id, second)
        second.active = False
        self.assertEqual(card.contact_person_id, first, "who is there no more")

    def test_a_chosen_person_stays(self):
        card = self.bought(10)
        first, second = self.person_of(card, "First"), self.person_of(card, "Second")
        self.talk(first)
        card.contact_person_id = second
        self.talk(first)
        self.derive_all()
        self.assertEqual(card.contact_person_id, second)
        card.contact_person_id = False
        self.assertEqual(card.contact_person_id, first)

    def test_who_changed_the_firm_is_not_called(self):
        card, other = self.bought(10), self.bought(10)
        person = self.person_of(card)
        contact = self.talk(person, ago(1))
        person.parent_id = other.partner_id
        self.assertFalse(card.contact_person_id)
        self.assertEqual(contact.partner_id, card.partner_id, "it was said there")
        self.assertDue(card, ahead(6))
        self.assertDue(other, ago(3))

    # ---------------------------------------------------------------------------- tries

    def test_tries_are_numbered_until_somebody_answers(self):
        card = self.bought(10)
        for outcome, kind, direction, expected in (
            ("no_answer", "call", "out", 1),
            ("no_answer", "message", "out", 2),
            ("no_answer", "call", "in", 0),
            ("no_answer", "material", "out", 0),
            ("no_answer", "call", "out", 3),
            ("reached", "call", "out", 0),
            ("no_answer", "call", "out", 1),
            ("refused", "call", "out", 0),
            ("no_answer", "call", "out", 1),
            ("reached", "material", "out", 0),
            ("no_answer", "call", "out", 2),
        ):
            with self.subTest(outcome=outcome, kind=kind, direction=direction):
                contact = self.talk(card, None, kind, outcome, direction=direction)
                self.assertEqual(contact.attempt_number, expected)

    def test_tries_are_numbered_by_their_dates(self):
        card = self.bought(10)
        late = self.talk(card, ago(1), outcome="no_answer")
        early = self.talk(card, ago(5), outcome="no_answer")
        self.assertEqual((early | late).mapped("attempt_number"), [1, 2])
        between = self.talk(card, ago(3))
        self.assertEqual((early | late).mapped("attempt_number"), [1, 1])
        between.unlink()
        self.assertEqual((early | late).mapped("attempt_number"), [1, 2])
        other = self.talk(self.bought(1), outcome="no_answer")
        self.assertEqual(other.attempt_number, 1)

    # ------------------------------------------------------------------------ bad input

    def test_the_future_is_refused(self):
        card = self.bought(10)
        for minutes, allowed in ((0, True), (1, False), (60 * 24, False)):
            with self.subTest(minutes=minutes):
                when = datetime(2025, 6, 15, 12) + timedelta(minutes=minutes)
                if allowed:
                    self.talk(card, when)
                    continue
                with self.assertRaisesRegex(ValidationError, "future"):
                    self.talk(card, when)

    def test_who_can_be_no_client_is_refused(self):
        user = self.make_user("cb_colleague", SALES)
        for partner in (self.company.partner_id, user.partner_id):
            with self.subTest(partner=partner.name):
                with self.assertRaisesRegex(ValidationError, "cannot be clients"):
                    self.talk(partner)

    def test_a_person_of_somebody_else_is_refused(self):
        card, other = self.bought(10), self.bought(10)
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.talk(card, person_id=self.person_of(other).id)

    def test_archived_persons_and_clients(self):
        card = self.bought(10)
        person = self.person_of(card, active=False)
        contact = self.talk(person)
        self.assertEqual(contact.card_id, card)
        self.assertDue(card, ahead(7))
        self.assertFalse(card.contact_person_id)
        card.partner_id.active = False
        self.talk(card)
        self.assertFalse(card.obligation_ids)
        self.assertEqual(card.last_contact_date, TODAY)

    # --------------------------------------------------------------------------- others

    def test_moved_to_another_client(self):
        card, other = self.bought(10), self.bought(10)
        contact = self.talk(card)
        contact.write({"partner_id": other.partner_id.id})
        self.assertEqual(contact.card_id, other)
        self.assertDue(card, ago(3))
        self.assertDue(other, ahead(7))

    def test_source(self):
        card = self.bought(10)
        order = self.quote(card.partner_id)
        contact = self.talk(card, res_model="sale.order", res_id=order.id)
        self.assertEqual(contact.source_name, order.display_name)
        self.assertEqual(contact.action_open_source()["res_id"], order.id)
        order.unlink()
        contact.invalidate_recordset()
        self.assertEqual(contact.source_name, "Sales Order")
        gone = self.talk(card, res_model="no.such.model", res_id=7)
        self.assertFalse(gone.source_name)

    def test_first_contact(self):
        card = self.bought(30)
        self.talk(card, ago(5))
        self.assertEqual(card.first_contact_date, ago(5))
        self.talk(card, ago(9), "material")
        self.talk(card, ago(8), outcome="no_answer")
        self.assertEqual(card.first_contact_date, ago(5))
        card.first_contact_date = ago(900)
        self.talk(card, ago(7))
        self.assertEqual(card.first_contact_date, ago(900), "as the import says")

    def test_many_clients_take_no_more_queries(self):
        def counted(number):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            self.env.flush_all()
            self.env.invalidate_all()
            values = [{"partner_id": partner.id} for partner in partners]
            before = self.cr.sql_log_count
            self.env["client.touchpoint"].create(values)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        # The lesser of two: the first may read what other tests left unread.
        few, many = (min(counted(n), counted(n)) for n in (10, 100))
        self.assertEqual(few, many)
