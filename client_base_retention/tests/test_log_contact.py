"""Log a contact: what each of the three results does, and what is refused."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ago
from .contacts import ContactsCommon


class LogCommon(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cb_seller", ROLE_ALL)
        cls.head = cls.make_user("cb_head", ROLE_HEAD)

    def setUp(self):
        super().setUp()
        self.card = self.bought(10)

    def log(self, outcome="reached", user=None, **values):
        card = self.card.with_user(user or self.seller)
        return card.log_contact(outcome, **values)

    def refuse(self, until=TODAY + timedelta(days=30), reason="Holidays", **values):
        return self.log("refused", pause_until=until, reason=reason, **values)

    @property
    def contacts(self):
        """The contacts of the card, the last first."""
        self.env.invalidate_all()
        return self.card.touchpoint_ids.sorted("id", reverse=True)

    def plan(self, card=None, norm=True, days=0, user=None, **values):
        """An open activity with the client; by default one planned by his norm."""
        card = card or self.card
        user = user or self.seller
        activity = card.partner_id.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=TODAY + timedelta(days=days),
            user_id=user.id,
        )
        if norm:
            activity.sudo().write(
                {
                    "is_client_norm": True,
                    "client_obligation_id": card.obligation_ids[:1].id,
                }
            )
        return activity.with_user(user)

    def person(self, name="Anna", card=None, phone="+7 913 000 00 01", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "parent_id": (card or self.card).partner_id.id,
                "phone": phone,
                **values,
            }
        )

    def activities(self):
        return self.env["mail.activity"].search(
            [("client_id", "=", self.card.partner_id.id)]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLogContact(LogCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norm()

    def test_reached_moves_the_norm(self):
        answer = self.log(note="Waits for new saws")
        self.assertEqual(
            answer, {"attempts": 0, "next_date": "2025-06-22", "propose": False}
        )
        contact = self.contacts
        self.assertRecordValues(
            contact,
            [
                {
                    "partner_id": self.card.partner_id.id,
                    "company_id": self.company.id,
                    "kind": "call",
                    "direction": "out",
                    "outcome": "reached",
                    "user_id": self.seller.id,
                    "note": "Waits for new saws",
                }
            ],
        )
        self.assertEqual(str(contact.date), NOON)
        self.assertDue(self.card, "2025-06-22")
        self.assertEqual(self.card.contact_state, "ok")

    def test_reached_with_a_date_agreed(self):
        for next_date in (TODAY, TODAY + timedelta(days=2), TODAY + timedelta(days=90)):
            with self.subTest(next_date=next_date):
                answer = self.log(next_date=str(next_date))
                self.assertEqual(answer["next_date"], str(next_date))
                self.assertDue(self.card, next_date)
                self.assertEqual(self.card.agreed_date, next_date)
        self.assertFalse(self.activities(), "the norm is enough, no activity")

    def test_a_date_moves_the_norms_that_the_contact_satisfies(self):
        self.norm("meeting", 1, "month")
        self.norm("any", 2, "week")
        before = self.due(self.card, "meeting")
        self.log(next_date=TODAY + timedelta(days=60))
        self.assertDue(self.card, TODAY + timedelta(days=60), "call")
        self.assertDue(self.card, TODAY + timedelta(days=60), "any")
        self.assertDue(self.card, before, "meeting")

    def test_a_date_where_no_norm_of_the_kind_holds_is_an_activity(self):
        mails = self.env["mail.mail"].search_count([])
        answer = self.log(
            kind="message", next_date=TODAY + timedelta(days=3), note="Send\nthe prices"
        )
        self.assertEqual(answer["next_date"], "2025-06-18")
        activity = self.activities()
        self.assertRecordValues(
            activity,
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.card.partner_id.id,
                    "user_id": self.seller.id,
                    "date_deadline": TODAY + timedelta(days=3),
                    "summary": "Send",
                    "is_client_norm": False,
                }
            ],
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_the_activity_is_of_the_kind_of_the_contact(self):
        self.policy.rule_ids.unlink()
        for kind in ("call", "meeting", "email"):
            with self.subTest(kind=kind):
                self.log(kind=kind, next_date=TODAY + timedelta(days=3))
                activity = self.activities()
                self.assertEqual(activity.activity_type_id.client_kind, kind)
                activity.unlink()

    def test_a_contact_of_yesterday(self):
        self.log(date="2025-06-14 09:00:00")
        self.assertDue(self.card, "2025-06-21")

    def test_information_sent_counts_for_nothing(self):
        before = self.due(self.card)
        self.log(kind="material", note="Newspaper")
        self.assertEqual(self.contacts.kind, "material")
        self.assertDue(self.card, before)

    def test_no_answer_is_numbered(self):
        before = self.due(self.card)
        proposals = [self.log("no_answer") for _try in range(4)]
        self.assertEqual([p["attempts"] for p in proposals], [1, 2, 3, 4])
        self.assertEqual(
            [p["propose"] for p in proposals], [False, False, "message", "message"]
        )
        self.assertDue(self.card, before)
        self.assertEqual(self.card.contact_tries, 4)
        self.log()
        self.env.invalidate_all()
        self.assertEqual(self.card.contact_tries, 0)
        self.assertEqual(self.log("no_answer")["attempts"], 1)

    def test_another_person_is_proposed_until_all_were_tried(self):
        anna, boris = self.person("Anna"), self.person("Boris")
        self.person("Clara", phone=False)
        self.person("Dora", active=False)
        for person, proposed in (
            (anna, False),
            (anna, False),
            (anna, "person"),
            (boris, "message"),
        ):
            answer = self.log("no_answer", person_id=person.id)
            self.assertEqual(answer["propose"], proposed)

    def test_no_answer_with_a_day_plans_another_try(self):
        before = self.due(self.card)
        answer = self.log("no_answer", next_date=TODAY + timedelta(days=1))
        self.assertEqual(answer["next_date"], "2025-06-16")
        self.assertEqual(self.activities().date_deadline, TODAY + timedelta(days=1))
        self.assertDue(self.card, before)
        self.assertFalse(self.card.agreed_date)

    def test_not_now_pauses(self):
        until = TODAY + timedelta(days=40)
        answer = self.refuse(until, "Buys in spring")
        self.assertEqual(answer["next_date"], str(until))
        self.assertEqual(self.contacts.outcome, "refused")
        self.assertEqual(
            (self.card.pause_until, self.card.pause_reason), (until, "Buys in spring")
        )
        self.assertDue(self.card, until)
        self.assertEqual(self.card.contact_tries, 0)

    def test_a_date_agreed_within_the_pause_ends_it(self):
        self.refuse(TODAY + timedelta(days=40))
        self.log(next_date=TODAY + timedelta(days=50))
        self.assertTrue(self.card.pause_until)
        self.log(next_date=TODAY + timedelta(days=5))
        self.assertFalse(self.card.pause_until)
        self.assertDue(self.card, TODAY + timedelta(days=5))

    def test_with_a_person(self):
        person = self.person()
        self.log(person_id=person.id)
        self.assertEqual(self.contacts.person_id, person)
        self.assertEqual(self.card.contact_person_id, person)

    def test_with_a_person_who_left(self):
        person = self.person(active=False)
        self.log(person_id=person.id)
        self.assertEqual(self.contacts.person_id, person)
        self.assertFalse(self.card.contact_person_id)

    def test_archived_client(self):
        self.card.partner_id.active = False
        self.log()
        self.assertEqual(self.contacts.outcome, "reached")

    # ------------------------------------------------------------------------- faults

    def test_what_makes_no_sense_is_said(self):
        stranger = self.bought(5).partner_id
        for told, values in {
            "unknown": {"outcome": "gone"},
            "known are call": {"kind": "letter"},
            "known are in": {"direction": "up"},
            "that day is past": {"next_date": str(ago(1))},
            "is no date": {"next_date": "soon"},
            "lie in the future": {"date": "2025-06-15 12:00:01"},
            "result “Not now” only": {"pause_until": TODAY + timedelta(days=5)},
            "until when": {"outcome": "refused", "reason": "Busy"},
            "a day to come": {
                "outcome": "refused",
                "reason": "Busy",
                "pause_until": TODAY,
            },
            "say why": {
                "outcome": "refused",
                "reason": " ",
                "pause_until": TODAY + timedelta(days=5),
            },
            "does not belong": {"person_id": stranger.id},
            "is done or cancelled": {"activity_id": self.finished().id},
            "about another client": {
                "activity_id": stranger.activity_schedule(
                    "mail.mail_activity_data_call", user_id=self.seller.id
                ).id
            },
        }.items():
            with (
                self.subTest(told=told),
                self.assertRaisesRegex(ValidationError, told),
                self.cr.savepoint(),
            ):
                self.log(**{"outcome": "reached"} | values)
        self.assertFalse(self.contacts)

    def finished(self):
        activity = self.plan(norm=False)
        activity.with_context(client_unnoticed=True).action_archive()
        return activity

    def test_only_the_head_pauses_for_long(self):
        longest = TODAY + relativedelta(months=6)
        self.refuse(longest)
        with self.assertRaisesRegex(ValidationError, "Only the head"):
            self.refuse(longest + timedelta(days=1))
        self.refuse(longest + timedelta(days=1), user=self.head)
        self.assertEqual(self.card.pause_until, longest + timedelta(days=1))

    # ------------------------------------------------------------------------- rights

    def test_who_may_log(self):
        plain = self.make_user("cb_plain", SALES)
        other = self.make_user("cb_b", ROLE_HEAD, self.company_b)
        for user in (plain, other):
            with (
                self.subTest(user=user.login),
                self.assertRaises(AccessError),
                self.cr.savepoint(),
            ):
                self.log(user=user)

    def test_several_clients_are_refused(self):
        both = (self.card | self.bought(5)).with_user(self.seller)
        for cards in (both, both[:0]):
            with self.assertRaisesRegex(ValidationError, "Choose one client"):
                cards.log_contact("reached")
            with self.assertRaisesRegex(ValidationError, "Choose one client"):
                cards.action_log_contact()

    def test_an_agreement_outlives_a_busy_card(self):
        """Somebody else changes the card: the contact waits in the queue."""
        busy = patch.object(type(self.card), "_lock_free", lambda cards: cards[:0])
        with busy:
            self.log(next_date=TODAY + timedelta(days=20))
        self.assertDue(self.card, TODAY + timedelta(days=20))
        self.card._derive()
        self.assertDue(self.card, TODAY + timedelta(days=20))

    def test_tries_of_many_in_one_query(self):
        cards = self.card
        for number in range(10):
            cards |= self.bought(number)
        cards.with_user(self.seller)[:2].mapped(lambda c: c.log_contact("no_answer"))
        for among in (cards[:1], cards):
            self.env.invalidate_all()
            among.mapped("partner_id.name")
            with self.assertQueryCount(1):
                among.mapped("contact_tries")
