"""The first round: nobody is due before the start, the best clients come first."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago, day
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestObligationWave(ContactsCommon):
    def clients(self, number, last=100):
        """Clients by descending turnover, all of class C."""
        partners = self.make_partners(number)
        self.enter([(p, ago(last), 1000 - n) for n, p in enumerate(partners)])
        cards = self.cards_of(partners)
        for card in cards:
            card.abc_class_manual = "c"
        return cards

    def days(self, cards, kind="call"):
        """Days from the start date until each card is due."""
        start = self.policy.start_date
        return [(self.due(card, kind) - start).days for card in cards]

    def own_versions(self, cards):
        """Where the rows of these clients and of the rounds lie: on another day those
        of other companies are written."""
        tables = self.versions("client_obligation", "client_contact_wave")
        own = set(cards.obligation_ids.ids)
        norms = [row for row in tables["client_obligation"] if row[0] in own]
        return norms, tables["client_contact_wave"]

    def test_spread_over_one_interval(self):
        self.norm(count=10, unit="day")
        cards = self.clients(5)
        self.assertEqual({self.due(card) for card in cards}, {ago(90)})
        self.policy.start_date = ahead(3)
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        self.assertEqual(cards[1].next_contact_date, ahead(5))

    def test_more_clients_than_days(self):
        self.norm(count=3, unit="day")
        cards = self.clients(7)
        self.policy.start_date = TODAY
        self.assertEqual(self.days(cards), [0, 0, 0, 1, 1, 2, 2])

    def test_by_class_then_turnover_then_id(self):
        self.norm(count=6, unit="day")
        cards = self.clients(6)
        equal = cards[1] | cards[2]
        self.enter([(cards[2].partner_id, ago(100), 1)])
        self.assertEqual(*equal.mapped("turnover"))
        cards[5].abc_class_manual = "vip"
        cards[4].abc_class_manual = "a"
        cards[3].abc_class_manual = "b"
        self.policy.start_date = TODAY
        self.assertEqual(self.days(cards), [3, 4, 5, 2, 1, 0])

    def test_each_norm_has_its_round(self):
        self.norm(count=4, unit="day")
        self.norm("email", count=1, unit="month")
        cards = self.clients(4)
        self.policy.start_date = TODAY
        self.assertEqual(self.days(cards), [0, 1, 2, 3])
        self.assertEqual(self.days(cards, "email"), [0, 7, 15, 22])

    def test_who_is_due_later_by_himself_is_not_moved(self):
        self.norm(count=10, unit="day")
        cards = self.clients(4)
        self.talk(cards[0], ago(4))
        self.talk(cards[1], ago(5))
        self.policy.start_date = ahead(6)
        self.assertDue(cards[0], ahead(6))
        self.assertEqual(self.days(cards[1:]), [0, 3, 6])

    def test_contacts_end_the_round_of_a_client(self):
        self.norm(count=10, unit="day")
        cards = self.clients(5)
        self.policy.start_date = TODAY
        with freeze_time("2025-06-16 12:00:00"):
            self.talk(cards[4])
            self.talk(cards[0])
            self.assertDue(cards[4], ahead(11))
            self.derive_all(ahead(1))
        self.assertEqual(self.days(cards), [11, 2, 4, 6, 11])
        self.assertFalse(cards[0].obligation_ids.wave_date)

    def test_the_day_once_given_is_kept(self):
        """Whatever class and turnover do meanwhile, by day and by night."""
        self.norm(count=10, unit="day")
        cards = self.clients(5)
        self.policy.start_date = TODAY
        self.enter([(cards[4].partner_id, ago(99), 5000)])
        cards[3].abc_class_manual = "vip"
        self.derive_all()
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        before = self.own_versions(cards)
        self.derive_all(ahead(20))
        cards._derive(today=ahead(20))
        self.assertEqual(self.own_versions(cards), before)

    def test_by_day_a_client_gets_the_day_of_his_place(self):
        """What the night would give: the day of the first who stands behind him."""
        self.norm(count=10, unit="day")
        cards = self.clients(5)
        self.policy.start_date = TODAY
        cards.obligation_ids.sudo().unlink()
        cards[::-1]._derive()
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        for amount, expected in ((997.5, 4), (5000, 0), (1, 8)):
            with self.subTest(amount=amount):
                late = self.client((ago(100), amount))
                late.abc_class_manual = "c"
                late.obligation_ids.sudo().unlink()
                late._derive()
                self.assertEqual(self.days(late), [expected])

    def test_another_norm_with_a_shorter_interval(self):
        """A day given by half a year's norm does not hold for a weekly one."""
        self.norm(count=6, unit="month")
        self.norm(count=1, unit="week", abc_class="vip")
        cards = self.clients(4, last=300)
        self.policy.start_date = TODAY
        self.assertEqual(self.days(cards), [0, 45, 91, 137])
        cards[3].abc_class_manual = "vip"
        self.assertEqual(self.days(cards), [0, 45, 91, 0])

    def test_another_start_cuts_anew(self):
        rule = self.norm(count=10, unit="day")
        cards = self.clients(5)
        self.policy.start_date = TODAY
        self.policy.start_date = ahead(4)
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        self.policy.start_date = ahead(2)
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        rule.interval_count = 5
        self.assertEqual(self.days(cards), [0, 1, 2, 3, 4])
        self.policy.start_date = False
        self.assertEqual({self.due(card) for card in cards}, {ago(95)})

    def test_agreed_dates_and_pauses_are_no_part_of_it(self):
        self.norm(count=10, unit="day")
        cards = self.clients(5)
        cards[0].obligation_ids.manual_due_date = ahead(40)
        cards[1].pause_until = ahead(30)
        self.policy.start_date = TODAY
        self.assertEqual(self.days(cards), [40, 30, 4, 6, 8])
        cards[2].obligation_ids.manual_due_date = ago(3)
        self.assertDue(cards[2], TODAY)

    def test_each_company_has_its_round(self):
        shared = self.env["client.policy"].create({"name": "Shared", "sequence": 0})
        self.norm(policy=shared, count=10, unit="day")
        partners = self.make_partners(4)
        half = partners[:2]
        self.enter([(p, ago(100), 1000 - n) for n, p in enumerate(half)])
        self.enter(
            [(p, ago(100), 1000 - n) for n, p in enumerate(partners)], self.company_b
        )
        shared.start_date = TODAY
        for company, those, days in (
            (self.company, half, [0, 5]),
            (self.company_b, partners, [0, 2, 5, 7]),
        ):
            cards = self.cards_of(those, company)
            self.assertEqual(cards.policy_id, shared)
            self.assertEqual(
                [(self.due(card) - TODAY).days for card in cards],
                days,
                company.name,
            )

    def test_a_round_without_clients_is_cut_when_they_come(self):
        """Set before the base is filled: the first two who share its first day have it
        cut, once; from then on each day is kept."""
        rule = self.norm(count=10, unit="day")
        self.policy.start_date = ahead(3)
        cards = self.clients(5)
        self.derive_all()
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        before = self.versions("client_obligation", "client_contact_wave")
        self.derive_all()
        self.assertEqual(
            self.versions("client_obligation", "client_contact_wave"), before
        )
        self.enter([(cards[4].partner_id, ago(100), 5000)])
        self.derive_all()
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])
        rule.interval_count = 1
        self.derive_all()
        self.assertEqual(self.days(cards), [0, 0, 0, 0, 0])

    def test_a_season_that_begins_before_the_start(self):
        """The round was set while the norm was out of season."""
        self.norm(count=10, unit="day", season_from=7, season_to=9)
        cards = self.clients(5)
        self.policy.start_date = day("2025-07-05")
        self.assertFalse(cards.obligation_ids)
        self.derive_all(day("2025-07-01"))
        self.derive_all(day("2025-07-02"))
        self.assertEqual(self.days(cards), [0, 2, 4, 6, 8])

    def test_no_start_date_no_round(self):
        self.norm()
        self.clients(2)
        self.derive_all()
        self.assertFalse(
            self.env["client.contact.wave"].search(
                [("rule_id", "in", self.policy.rule_ids.ids)]
            )
        )
