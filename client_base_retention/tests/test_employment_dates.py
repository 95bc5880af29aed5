"""Letters, meetings and calls are counted for the client of their day (N22)."""

from datetime import datetime, time, timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .test_employment import EmploymentCase
from .test_employment_rights import EmploymentRightsCase

MOVED = ago(10)
# Days of a contact, and whether the old client is counted with it.
DAYS = (
    ("long before", ago(100), True),
    ("the day before", ago(11), True),
    ("the day of the move", MOVED, False),
    ("the day after", ago(9), False),
    ("today", TODAY, False),
)


def noon(day):
    return datetime.combine(day, time(11))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestClientOfTheDay(EmploymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new.action_add_to_client_base()
        cls.ann.personal_phone = "+1 650 555 0177"

    def move(self, **values):
        self.change(company=self.new, date=MOVED, **values)

    def contacts(self):
        return self.env["client.touchpoint"].search([("person_id", "=", self.ann.id)])

    def assertDays(self, act):
        """``act(day)`` makes one contact of that day; each counts for its client."""
        for label, day, is_old in DAYS:
            with self.subTest(label):
                before = self.contacts()
                act(day)
                contact = self.contacts() - before
                self.assertEqual(
                    contact.mapped("partner_id"), self.old if is_old else self.new
                )
                card = self.card_of(contact.partner_id)
                self.assertEqual(contact.card_id, card)

    def test_logged(self):
        self.move()
        touchpoints = self.env["client.touchpoint"]
        for values in (
            {"partner_id": self.ann.id},
            {"partner_id": self.new.id, "person_id": self.ann.id},
        ):
            self.assertDays(
                lambda day, values=values: touchpoints.create(
                    {**values, "kind": "call", "date": noon(day)}
                )
            )

    def test_the_old_client_is_due_by_it(self):
        self.move()
        self.env["client.touchpoint"].create(
            {
                "partner_id": self.ann.id,
                "kind": "call",
                "outcome": "reached",
                "date": noon(ago(11)),
            }
        )
        self.assertEqual(self.card_of(self.old).last_contact_date, ago(11))
        self.assertFalse(self.card_of(self.new).last_contact_date)

    def test_meetings(self):
        self.move()
        events = self.env["calendar.event"].with_user(self.seller)
        self.assertDays(
            lambda day: events.create(
                {
                    "name": "Talk",
                    "start": noon(day) - timedelta(hours=2),
                    "stop": noon(day) - timedelta(hours=1),
                    "partner_ids": [(6, 0, (self.ann | self.seller.partner_id).ids)],
                }
            )
        )

    def test_meeting_that_is_corrected_stays_with_its_client(self):
        self.move()
        event = (
            self.env["calendar.event"]
            .with_user(self.seller)
            .create(
                {
                    "name": "Talk",
                    "start": noon(ago(20)),
                    "stop": noon(ago(20)) + timedelta(hours=1),
                    "partner_ids": [(6, 0, (self.ann | self.seller.partner_id).ids)],
                }
            )
        )
        event.stop += timedelta(hours=1)
        self.assertEqual(self.contacts().partner_id, self.old)
        self.assertEqual(len(self.contacts()), 1)

    def test_letters(self):
        self.move()
        self.assertDays(
            lambda day: self.make_partner("Somebody").message_post(
                body="Hello",
                message_type="email",
                email_from="ann@mill.example",
                author_id=self.ann.id,
                date=noon(day),
            )
        )

    def test_calls(self):
        self.move()
        calls = self.env["client.touchpoint"]
        self.assertDays(
            lambda day: calls._log_call("+1 650 555 0177", "in", when=noon(day))
        )

    def test_call_of_who_is_no_clients_now(self):
        self.leave(date=MOVED)
        for day, found in ((ago(11), self.old), (MOVED, self.old.browse())):
            with self.subTest(day=day):
                call = self.env["client.touchpoint"]._log_call(
                    "+1 650 555 0177", "in", when=noon(day)
                )
                self.assertEqual(call.partner_id, found)

    def test_letter_of_who_is_no_clients_now(self):
        self.leave(date=MOVED)
        for day, count in ((MOVED, 0), (ago(11), 1)):
            with self.subTest(day=day):
                self.make_partner("Somebody").message_post(
                    body="Hello",
                    message_type="email",
                    email_from="ann@mill.example",
                    author_id=self.ann.id,
                    date=noon(day),
                )
                self.assertEqual(len(self.contacts()), count)
        self.assertEqual(self.contacts().partner_id, self.old)

    def test_day_of_the_company(self):
        """Late in the evening it is the next day here."""
        self.company.partner_id.tz = "Asia/Novosibirsk"
        self.move()
        day_before = datetime.combine(ago(11), time())
        for hour, client in ((16, self.old), (17, self.new)):
            with self.subTest(hour=hour):
                contact = self.env["client.touchpoint"].create(
                    {
                        "partner_id": self.ann.id,
                        "kind": "call",
                        "date": day_before + timedelta(hours=hour, minutes=30),
                    }
                )
                self.assertEqual(contact.partner_id, client)

    def test_two_moves(self):
        third = self.make_partner("Third")
        self.change(company=self.new, date=ago(30))
        self.change(company=third, date=ago(10))
        for day, client in (
            (ago(31), self.old),
            (ago(30), self.new),
            (ago(11), self.new),
            (ago(10), third),
        ):
            with self.subTest(day=day):
                contact = self.env["client.touchpoint"].create(
                    {"partner_id": self.ann.id, "kind": "call", "date": noon(day)}
                )
                self.assertEqual(contact.partner_id, client)

    def test_colleague_at_the_same_meeting(self):
        """Ann was of the new client, Bob of the old one: two contacts; before the move
        both were of the old one: one contact."""
        bob = self.make_person("Bob")
        self.move()
        for day, clients in ((ago(11), self.old), (MOVED, self.old | self.new)):
            with self.subTest(day=day):
                people = self.ann | bob | self.seller.partner_id
                event = (
                    self.env["calendar.event"]
                    .with_user(self.seller)
                    .create(
                        {
                            "name": "Talk",
                            "start": noon(day) - timedelta(hours=2),
                            "stop": noon(day) - timedelta(hours=1),
                            "partner_ids": [(6, 0, people.ids)],
                        }
                    )
                )
                noticed = self.env["client.touchpoint"].search(
                    [("res_model", "=", "calendar.event"), ("res_id", "=", event.id)]
                )
                self.assertEqual(noticed.partner_id, clients)
                self.assertEqual(len(noticed), len(clients))

    def test_what_happens_now_costs_no_query(self):
        self.move()
        touchpoints = self.env["client.touchpoint"]
        self.assertEqual(
            touchpoints._former_clients(self.ann.ids, noon(ago(1))).keys(),
            {self.ann.id},
        )
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(touchpoints._former_clients(self.ann.ids, noon(TODAY)))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHiddenOldClient(EmploymentRightsCase):
    def test_who_does_not_see_the_old_client_adds_nothing_to_him(self):
        self.old.user_id = self.colleague
        self.change(company=self.mine, date=MOVED)
        contact = (
            self.env["client.touchpoint"]
            .with_user(self.me)
            .create({"partner_id": self.ann.id, "kind": "call", "date": noon(ago(11))})
        )
        self.assertEqual(contact.partner_id, self.mine)
