"""Calls that a telephone exchange reports."""

from datetime import datetime, timedelta, timezone

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY, ago
from .contacts import ContactsCommon

NUMBER = "+7 913 123-45-67"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLogCall(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norm()
        cls.company.country_id = cls.env.ref("base.ru")
        cls.seller = cls.make_user("cb_seller", ROLE_ALL)
        cls.plain = cls.make_user("cb_plain", SALES)
        cls.calls = cls.env["client.touchpoint"].with_user(cls.plain)

    def setUp(self):
        super().setUp()
        self.card = self.bought(10, name="Beta Trade", phone=NUMBER)

    def call(self, number=NUMBER, direction="in", **values):
        values = {"user": self.seller} | values
        return self.calls._log_call(number, direction, **values).sudo()

    def test_a_call_is_a_contact(self):
        for direction in ("in", "out"):
            with self.subTest(direction=direction):
                contact = self.call(direction=direction, note="4:10")
                self.assertRecordValues(
                    contact,
                    [
                        {
                            "partner_id": self.card.partner_id.id,
                            "company_id": self.company.id,
                            "kind": "call",
                            "direction": direction,
                            "outcome": "reached",
                            "user_id": self.seller.id,
                            "note": "4:10",
                        }
                    ],
                )
                self.assertEqual(str(contact.date), NOON)
        self.assertDue(self.card, "2025-06-22")

    def test_however_the_number_is_written(self):
        for number in (
            "89131234567",
            "8 (913) 123-45-67",
            "+79131234567",
            "0079131234567",
            "tel:+79131234567",
            "sip:79131234567@exchange.example",
            " 79131234567 ",
        ):
            with self.subTest(number=number):
                contact = self.call(number)
                self.assertEqual(contact.partner_id, self.card.partner_id)
                contact.unlink()

    def test_whatever_is_written_in_the_contact(self):
        for phone in ("89131234567", "8-913-123-45-67", "+7(913)1234567"):
            with self.subTest(phone=phone):
                self.card.partner_id.phone = phone
                contact = self.call()
                self.assertEqual(contact.partner_id, self.card.partner_id)
                contact.unlink()

    def test_numbers_of_nobody_are_passed_over(self):
        self.make_partner("No client", phone="+7 913 000-00-09")
        self.bought(5, phone="+1 913 123-45-68")
        for number in (
            "",
            None,
            False,
            "anonymous",
            "101",
            "*100#",
            "+7 913 123-45-00",
            "+7 913 000-00-09",
            "sip:reception@exchange.example",
        ):
            with self.subTest(number=number):
                self.assertFalse(self.call(number))
        self.assertFalse(self.card.touchpoint_ids)

    def test_same_digits_in_another_country_are_another_number(self):
        # +1 ... and +7 ... end with the same ten digits.
        american = self.bought(
            5, phone="+1 913 555 0123", country_id=self.env.ref("base.us").id
        )
        self.assertFalse(self.call("+7 913 555-01-23"))
        self.assertEqual(self.call("+1 913 555 0123").card_id, american)

    def test_numbers_of_one_town(self):
        self.company.country_id = False
        local = self.bought(5, phone="2-36-45-57")
        self.assertEqual(self.call("236-45-57").card_id, local)
        self.assertFalse(self.call("36-45-57"))

    def test_a_person_calls(self):
        anna = self.env["res.partner"].create(
            {
                "name": "Anna",
                "parent_id": self.card.partner_id.id,
                "phone": "+7 913 200-00-01",
            }
        )
        contact = self.call("+79132000001")
        self.assertEqual(contact.partner_id, self.card.partner_id)
        self.assertEqual(contact.person_id, anna)
        self.env.invalidate_all()
        self.assertEqual(self.card.contact_person_id, anna)

    def test_persons_who_share_the_number(self):
        persons = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.card.partner_id.id, "phone": NUMBER}
                for name in ("Anna", "Boris")
            ]
        )
        contact = self.call()
        self.assertEqual(contact.partner_id, self.card.partner_id)
        self.assertFalse(contact.person_id)
        self.card.contact_person_id = persons[1]
        self.assertEqual(self.call(direction="out").person_id, persons[1])

    def test_of_several_clients_the_users_then_the_last_contacted(self):
        other = self.bought(5, phone=NUMBER)
        self.talk(other, ago(3))
        self.assertEqual(self.call().card_id, other)
        self.card.user_id = self.seller
        self.assertEqual(self.call(direction="out").card_id, self.card)

    def test_of_several_companies_the_users(self):
        partner = self.card.partner_id
        partner.with_company(self.company_b).action_add_to_client_base()
        user_b = self.make_user("cb_b", ROLE_ALL, self.company_b)
        self.assertEqual(self.call(user=user_b).company_id, self.company_b)
        self.assertEqual(self.call().company_id, self.company)

    def test_archived_clients_are_not_found(self):
        self.card.partner_id.active = False
        self.assertFalse(self.call())

    def test_unanswered_calls(self):
        before = self.due(self.card)
        out = self.call(direction="out", answered=False)
        self.assertEqual((out.outcome, out.attempt_number), ("no_answer", 1))
        missed = self.call(answered=False)
        self.assertEqual((missed.outcome, missed.attempt_number), ("no_answer", 0))
        self.assertDue(self.card, before)

    def test_reported_twice_within_a_minute_is_one_call(self):
        moment = datetime(2025, 6, 15, 11)
        first = self.call(when=moment)
        for seconds, same in ((0, True), (59, True), (-59, True), (60, False)):
            with self.subTest(seconds=seconds):
                again = self.call(when=moment + timedelta(seconds=seconds))
                self.assertEqual(again == first, same)
        self.assertNotEqual(self.call(direction="out", when=moment), first)
        self.assertNotEqual(self.call(user=self.plain, when=moment), first)

    def test_ringing_first_and_answered_then_was_answered(self):
        moment = datetime(2025, 6, 15, 11)
        ringing = self.call(when=moment, direction="out", answered=False)
        answered = self.call(when=moment + timedelta(seconds=20), direction="out")
        self.assertEqual(answered, ringing)
        self.assertEqual((answered.outcome, answered.attempt_number), ("reached", 0))
        self.assertDue(self.card, "2025-06-22")

    def test_moments(self):
        for when, expected in (
            ("2025-06-15T10:00:00", "2025-06-15 10:00:00"),
            ("2025-06-15 10:00:00+03:00", "2025-06-15 07:00:00"),
            (
                datetime(2025, 6, 14, 22, tzinfo=timezone(timedelta(hours=-2))),
                "2025-06-15 00:00:00",
            ),
            # The clock of the exchange is ahead.
            (datetime(2025, 6, 15, 12, 0, 30), NOON),
        ):
            with self.subTest(when=when):
                self.assertEqual(str(self.call(when=when).date), expected)

    def test_users(self):
        self.assertEqual(self.call(user=self.seller.id).user_id, self.seller)
        self.assertFalse(self.call(user=None).user_id)
        self.assertFalse(self.call(user=0, direction="out").user_id)

    def test_a_direction_that_is_none(self):
        with self.assertRaises(ValueError):
            self.call(direction="inbound")

    def test_the_number_is_found_by_an_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            """EXPLAIN SELECT id FROM res_partner WHERE phone IS NOT NULL AND
               right(regexp_replace(phone, '\\D', '', 'g'), 10) = '9131234567'"""
        )
        plan = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("client_phone_key_idx", plan)
        self.assertTrue(self.call(when=TODAY.isoformat()))
