"""When a client is due: contacts that count and dates (design 4.3 *Obligation*)."""

from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago, day
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestObligation(ContactsCommon):
    # ---------------------------------------------------------------- which contacts

    def test_what_satisfies_what(self):
        """Meeting: meeting, call, any; call: call, any; letters their own and any."""
        satisfied = {
            "call": {"call", "any"},
            "meeting": {"meeting", "call", "any"},
            "email": {"email", "any"},
            "message": {"message", "any"},
            "material": set(),
        }
        norms = ("call", "meeting", "email", "message", "any")
        for kind in norms:
            self.norm(kind, 10, "day")
        for kind, expected in satisfied.items():
            with self.subTest(kind=kind):
                card = self.bought(30)
                self.talk(card, ago(4), kind)
                moved = {norm for norm in norms if self.due(card, norm) == ahead(6)}
                self.assertEqual(moved, expected)
                for norm in set(norms) - expected:
                    self.assertDue(card, ago(20), norm)

    def test_only_reached_contacts_count(self):
        self.norm()
        for outcome in ("no_answer", "refused"):
            with self.subTest(outcome=outcome):
                card = self.bought(10)
                self.talk(card, ago(2), outcome=outcome)
                self.assertDue(card, ago(3))
                self.assertFalse(card.last_contact_date)
                self.assertFalse(card.obligation_ids.last_contact_date)

    def test_both_directions_count(self):
        self.norm()
        card = self.bought(10)
        self.talk(card, ago(2), direction="in")
        self.assertDue(card, ahead(5))

    def test_the_last_contact_counts_whenever_it_is_logged(self):
        self.norm()
        card = self.bought(10)
        self.talk(card, ago(1))
        self.talk(card, ago(5), "meeting")
        self.assertDue(card, ahead(6))
        self.assertEqual(card.last_contact_date, ago(1))

    def test_contacts_are_forgotten_and_corrected(self):
        self.norm()
        card = self.bought(10)
        early, late = self.talk(card, ago(5)), self.talk(card, ago(1))
        late.unlink()
        self.assertDue(card, ahead(2))
        early.date = datetime(2025, 6, 12, 9)
        self.assertDue(card, "2025-06-19")
        early.outcome = "no_answer"
        self.assertDue(card, ago(3))
        early.outcome = "reached"
        early.kind = "email"
        self.assertDue(card, ago(3))

    # ------------------------------------------------------------------------- dates

    def test_without_a_contact_from_the_later_of_purchase_and_entry(self):
        self.norm()
        for purchase, entry, expected in ((30, 10, 3), (10, 30, 3), (10, 10, 3)):
            with self.subTest(purchase=purchase, entry=entry):
                card = self.bought(purchase)
                # An entry after the first purchase: bought before the base was kept.
                self.cr.execute(
                    "UPDATE client_card SET entry_date = %s WHERE id = %s",
                    [ago(entry), card.id],
                )
                card.invalidate_recordset()
                card._derive_contacts_now()
                self.assertDue(card, ago(expected))

    def test_a_purchase_does_not_stand_for_a_contact(self):
        self.norm()
        card = self.bought(30)
        self.talk(card, ago(10))
        self.enter([(card.partner_id, ago(1), 50)])
        self.assertDue(card, ago(3))

    def test_units(self):
        for count, unit, expected in (
            (1, "day", "2025-06-11"),
            (2, "week", "2025-06-24"),
            (1, "month", "2025-07-10"),
            (12, "month", "2026-06-10"),
        ):
            with self.subTest(count=count, unit=unit):
                rule = self.norm(count=count, unit=unit)
                card = self.bought(30)
                self.talk(card, day("2025-06-10"))
                self.assertDue(card, expected)
                rule.unlink()

    def test_months_end_on_the_last_day(self):
        rule = self.norm(count=1, unit="month")
        card = self.bought(800)
        for today, talked, months, expected in (
            ("2024-03-01", "2024-02-29", 12, "2025-02-28"),
            ("2024-03-01", "2024-02-29", 48, "2028-02-29"),
            ("2025-02-01", "2025-01-31", 1, "2025-02-28"),
            ("2024-02-01", "2024-01-31", 1, "2024-02-29"),
            ("2025-03-01", "2025-02-28", 1, "2025-03-28"),
        ):
            with self.subTest(talked=talked, months=months):
                rule.interval_count = months
                contact = self.talk(card, talked)
                self.policy.former_after_months = 120
                card._derive(today=day(today))
                self.assertDue(card, expected)
                contact.unlink()

    def test_days_are_those_of_the_company(self):
        """23:30 in UTC is the next day in Tokyo and the same in New York."""
        self.norm(count=10, unit="day")
        for zone, moment, expected in (
            ("Asia/Tokyo", datetime(2025, 6, 10, 23, 30), "2025-06-21"),
            ("UTC", datetime(2025, 6, 10, 23, 30), "2025-06-20"),
            ("America/New_York", datetime(2025, 6, 11, 3, 30), "2025-06-20"),
            ("America/New_York", datetime(2025, 6, 11, 4, 30), "2025-06-21"),
        ):
            with self.subTest(zone=zone, moment=moment):
                self.company.partner_id.tz = zone
                card = self.bought(30)
                self.talk(card, moment)
                self.assertDue(card, expected)

    def test_contacts_after_today_do_not_exist_yet(self):
        self.norm()
        card = self.bought(30)
        self.talk(card, ago(10))
        self.talk(card, datetime(2025, 6, 15, 0, 0))
        card._derive(today=ago(1))
        self.assertDue(card, ago(3))
        self.assertEqual(card.last_contact_date, ago(10))
        card._derive()
        self.assertDue(card, ahead(7))

    # ------------------------------------------------------------------ first contact

    def test_the_first_one_after_so_many_days(self):
        self.norm(unit="month", first_days=3)
        card = self.bought(10)
        self.assertDue(card, ago(7))
        self.talk(card, ago(5))
        self.assertDue(card, "2025-07-10")

    def test_first_one_of_a_newcomer_follows_his_purchase(self):
        """A call before the first purchase, or that in which he bought, is not it."""
        self.norm(count=30, unit="day", first_days=7, is_newcomer=True)
        for talked, expected in ((20, ahead(2)), (5, ahead(2)), (4, ahead(26))):
            with self.subTest(talked=talked):
                card = self.bought(5)
                self.talk(card, ago(talked))
                self.assertDue(card, expected)

    def test_first_one_of_a_former_client_follows_his_leaving(self):
        """Bought a year and ten days ago: former since 6 June."""
        self.norm(count=6, unit="month", status="former", first_days=7)
        card = self.client((day("2024-06-05"), 10))
        self.assertEqual(card.former_since, day("2025-06-06"))
        self.talk(card, "2025-06-05")
        self.assertDue(card, "2025-06-13")
        self.talk(card, "2025-06-06")
        self.assertDue(card, "2025-12-06")

    def test_first_one_of_a_prospect(self):
        self.norm(unit="month", status="prospect", first_days=1)
        card = self.client()
        self.assertDue(card, ahead(1))
        self.talk(card)
        self.assertDue(card, "2025-07-15")

    # ------------------------------------------------------------------ agreed dates

    def test_agreed_date_holds_until_the_next_real_contact(self):
        self.norm()
        self.norm("meeting", unit="month")
        card = self.bought(30)
        self.talk(card)
        call = card.obligation_ids.filtered(lambda o: o.kind == "call")
        call.manual_due_date = ahead(40)
        self.assertDue(card, ahead(40))
        self.assertEqual(card.agreed_date, ahead(40))
        self.talk(card, outcome="no_answer")
        self.talk(card, kind="email")
        self.derive_all()
        self.assertDue(card, ahead(40))
        with freeze_time("2025-06-20 12:00:00"):
            # Logged late: it took place before the date was agreed.
            self.talk(card, ago(1))
            self.assertDue(card, ahead(40))
            self.talk(card, "2025-06-18")
            self.assertDue(card, "2025-06-25")
        self.assertFalse(call.manual_due_date)
        self.assertFalse(card.agreed_date)

    def test_agreed_date_ends_with_a_contact_of_the_same_moment(self):
        self.norm()
        card = self.bought(30)
        card.obligation_ids.manual_due_date = ahead(40)
        self.talk(card)
        self.assertDue(card, ahead(7))

    def test_agreed_date_can_be_taken_back(self):
        self.norm()
        card = self.bought(3)
        card.obligation_ids.manual_due_date = ahead(40)
        card.obligation_ids.manual_due_date = False
        self.assertDue(card, ahead(4))
        self.assertFalse(card.agreed_date)

    def test_agree_moves_the_norms_of_the_kind(self):
        for kind in ("call", "meeting", "any"):
            self.norm(kind, unit="month")
        card = self.bought(3)
        before = self.due(card, "meeting")
        card._agree(ahead(40), "call")
        self.assertDue(card, ahead(40), "call")
        self.assertDue(card, ahead(40), "any")
        self.assertDue(card, before, "meeting")
        card._agree(ahead(50))
        self.assertDue(card, ahead(50), "meeting")
        self.assertEqual(card.agreed_date, ahead(50))

    # ------------------------------------------------------------------------ pauses

    def test_due_is_the_later_of_due_date_and_pause(self):
        self.norm()
        card = self.bought(3)
        for until, expected in (
            (ahead(3), ahead(4)),
            (ahead(4), ahead(4)),
            (ahead(5), ahead(5)),
            (ago(5), ahead(4)),
            (False, ahead(4)),
        ):
            with self.subTest(until=until):
                card.pause_until = until
                self.assertDue(card, expected)
                self.assertEqual(card.next_contact_date, expected)

    def test_pause_goes_before_an_agreed_date(self):
        self.norm()
        card = self.bought(3)
        card.obligation_ids.manual_due_date = ahead(10)
        card.pause_until = ahead(20)
        self.assertDue(card, ahead(20))
