"""Random quarters of a company, judged by the addon and by a second computation."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

import pytz

from odoo.tests import freeze_time, tagged

from . import oracle_compliance as oracle
from .common import ROLE_ALL, SALES, ClientBaseCommon

ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati")
CLIENTS = 10
BEGIN = date(2027, 12, 20)
DAYS = 75
FORMER_MONTHS = 3
SAID = (
    "result",
    "overdue_days",
    "tries",
    "is_tried",
    "is_out",
    "is_in",
    "is_closed",
    "norm_days",
    "due_date",
    "late_date",
    "last_contact_date",
    "taken_on",
    "grace_until",
)


@tagged("post_install", "-at_install")
class TestOracleCompliance(ClientBaseCommon):
    """Nights, contacts, hand-overs, absences, purchases; February of a leap year."""

    SEEDS = (1,)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [
            cls.make_user(f"judged_{number}", f"{SALES},{ROLE_ALL}")
            for number in range(3)
        ]
        cls.months = cls.env["client.compliance.month"]
        cls.policy.write(
            {"former_after_months": FORMER_MONTHS, "former_cycle_factor": 0}
        )

    def test_random_quarters(self):
        for seed in self.SEEDS:
            with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
                self.build(seed)
                self.live()
                self.assertGreater(self.compared, 200)
                savepoint.rollback()
            self.env.invalidate_all()

    # -------------------------------------------------------------------- the company

    def build(self, seed):
        self.random = Random(seed)
        self.compared, self.closed = 0, {}
        self.zone = self.random.choice(ZONES)
        self.company.partner_id.tz = self.zone
        self.company.client_start_date = BEGIN
        self.day = BEGIN
        self.make_norms()
        with self.at(8):
            self.make_clients()
        self.look()

    def make_norms(self):
        pick = self.random.randint
        norms = {
            ("active", "call"): pick(3, 12),
            ("active", "meeting"): pick(10, 30),
            ("former", "call"): pick(10, 40),
        }
        if self.random.random() < 0.5:
            norms["former", "any"] = pick(5, 20)
        self.rules = {
            key: self.env["client.contact.rule"].create(
                {
                    "policy_id": self.policy.id,
                    "status": key[0],
                    "kind": key[1],
                    "interval_count": days,
                    "interval_unit": "day",
                }
            )
            for key, days in norms.items()
        }
        self.base = oracle.Base(norms, FORMER_MONTHS, self.is_off())

    def is_off(self):
        """Saturdays, Sundays and New Year: the company's calendar, else none is."""
        if self.random.random() < 0.3:
            self.company.resource_calendar_id = False
            return lambda day: False
        holiday = date(2028, 1, 3)
        zone = pytz.timezone(self.zone)
        begin, end = (
            zone.localize(datetime.combine(holiday, hour)).astimezone(pytz.utc)
            for hour in (time(), time(23, 59, 59))
        )
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Week",
                "company_id": self.company.id,
                "tz": self.zone,
                "global_leave_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "New Year",
                            "date_from": begin.replace(tzinfo=None),
                            "date_to": end.replace(tzinfo=None),
                        },
                    )
                ],
            }
        )
        return lambda day: day.weekday() > 4 or day == holiday

    def make_clients(self):
        self.clients, self.cards = [], {}
        for number in range(CLIENTS):
            owner = self.random.choice([None, *self.people])
            partner = self.make_partner(f"Judged {number}", user_id=owner and owner.id)
            bought = BEGIN - timedelta(days=self.random.randint(1, 80))
            self.enter([(partner, bought, 100)])
            card = self.card_of(partner)
            client = oracle.Client(
                partner.name, owner and owner.id, bought, purchases=[bought]
            )
            self.clients.append(client)
            self.cards[client.name] = card

    # ---------------------------------------------------------------------- the days

    def at(self, hour, minute=0):
        """Context: it is this hour of the present day, where the company is."""
        return freeze_time(self.moment(self.day, hour, minute))

    def moment(self, day, hour, minute=0):
        zone = pytz.timezone(self.zone)
        local = zone.localize(datetime.combine(day, time(hour, minute)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def look(self, *clients):
        for client in clients or self.clients:
            self.base.look(client, self.day)

    def live(self):
        for _n in range(DAYS):
            self.day += timedelta(days=1)
            # At the turn of a month the night may be missing for some days.
            if self.random.random() < 0.85:
                self.night()
            for hour in sorted(self.random.sample(range(9, 22), 4)):
                self.hour = hour
                with self.at(hour):
                    client = self.random.choice(self.clients)
                    self.random.choice(self.EVENTS)(self, client)
            if self.random.random() < 0.15:
                with self.at(23):
                    self.compare(self.day)
        with self.at(23):
            self.compare_closed()

    def night(self):
        with self.at(2):
            cards = self.env["client.card"].sudo()
            cards._derive_company(self.company, self.day)
            self.look()
            self.months._refresh(self.company)
            self.judge_closed()
            self.compare(self.day)

    # -------------------------------------------------------------------- the events

    def talk(self, client):
        """Mostly just now; else typed in late, around midnight."""
        pick = self.random.choice
        at = self.moment(self.day, self.hour)
        day = self.day
        if pick([True, False, False]):
            day -= timedelta(days=self.random.randint(1, 9))
            at = self.moment(day, pick([0, 12, 23]), pick([0, 10, 50]))
        contact = oracle.Contact(
            at,
            day,
            pick(["call", "call", "call", "meeting", "email"]),
            pick(["out", "out", "in"]),
            pick(
                ["reached", "reached", "reached", "no_answer", "no_answer", "refused"]
            ),
        )
        card = self.cards[client.name]
        self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "company_id": self.company.id,
                "date": at,
                "kind": contact.kind,
                "direction": contact.direction,
                "outcome": contact.outcome,
            }
        )
        client.contacts.append(contact)
        self.look(client)

    def try_often(self, client):
        """Tries in vain on some of the last days."""
        for back in self.random.sample(range(6), 3):
            day = self.day - timedelta(days=back)
            at = self.moment(day, 8)
            client.contacts.append(oracle.Contact(at, day, "call", "out", "no_answer"))
            self.env["client.touchpoint"].create(
                {
                    "partner_id": self.cards[client.name].partner_id.id,
                    "company_id": self.company.id,
                    "date": at,
                    "outcome": "no_answer",
                }
            )
        self.look(client)

    def hand_over(self, client):
        """To somebody, or to nobody; now and then back on the same day."""
        before = client.owner
        others = [None, *(user.id for user in self.people)]
        chain = [self.random.choice(others)]
        if self.random.random() < 0.3:
            chain.append(self.random.choice([before, *others]))
        for owner in chain:
            self.cards[client.name].partner_id.user_id = owner
            client.owner = owner
            self.look(client)

    def go_away(self, client):
        user = self.random.choice(self.people)
        first = self.day + timedelta(days=self.random.randint(-2, 10))
        last = first + timedelta(days=self.random.randint(0, 12))
        for who, begin, end in self.base.aways:
            if who == user.id and begin <= last and first <= end:
                return
        self.env["client.away"].create(
            {"user_id": user.id, "date_from": first, "date_to": last}
        )
        self.base.aways.append((user.id, first, last))
        self.look()

    def buy(self, client):
        self.enter([(self.cards[client.name].partner_id, self.day, 50)])
        client.purchases.append(self.day)
        self.look(client)

    def agree(self, client):
        if not client.now:
            return
        day = self.day + timedelta(days=self.random.randint(0, 25))
        self.cards[client.name]._agree(day)
        moment = self.moment(self.day, self.hour)
        client.agreed = dict.fromkeys(client.now, (day, moment))
        self.look(client)

    def pause(self, client):
        client.pause = self.day + timedelta(days=self.random.randint(1, 30))
        self.cards[client.name].pause_until = client.pause
        self.look(client)

    def change_norm(self, client):
        if self.random.random() < 0.7:
            return
        key = self.random.choice(list(self.rules))
        days = self.random.randint(3, 20)
        self.base.norms[key] = days
        self.rules[key].interval_count = days
        self.look()

    def archive(self, client):
        partner = self.cards[client.name].partner_id
        partner.active = client.archived
        client.archived = not client.archived
        self.look(client)

    EVENTS = (
        *[talk] * 9,
        *[try_often] * 2,
        *[hand_over] * 4,
        go_away,
        *[buy] * 2,
        agree,
        pause,
        change_norm,
        archive,
    )

    # ---------------------------------------------------------------- the comparison

    def month_of(self, first):
        return self.months.search(
            [("company_id", "=", self.company.id), ("month", "=", first)]
        )

    def judge_closed(self):
        """What the oracle says of a month on the day on which it is closed."""
        first = (self.day.replace(day=1) - timedelta(days=1)).replace(day=1)
        if first >= BEGIN.replace(day=1) and first not in self.closed:
            last = self.day.replace(day=1) - timedelta(days=1)
            self.closed[first] = self.expected(first, last)
            self.compare_closed()

    def compare_closed(self):
        for first, expected in self.closed.items():
            record = self.month_of(first)
            self.assertEqual(record.state, "closed")
            self.assertSame(record, expected)

    def compare(self, today):
        first = today.replace(day=1)
        record = self.months._measure(self.company, today, today)
        self.assertSame(record, self.expected(first, today))

    def expected(self, first, as_of):
        return [
            (
                (client.name, *(str(part) for part in key[1:])),
                tuple(said[name] or None for name in SAID),
            )
            for client in self.clients
            for key, said in self.base.judge(client, first, as_of, BEGIN).items()
        ]

    def assertSame(self, record, expected):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["client.compliance"].search([("month_id", "=", record.id)])
        found = [
            (
                (
                    row.client_name,
                    row.kind,
                    row.status,
                    str(row.user_id.id or None),
                ),
                tuple(row[name] or None for name in SAID),
            )
            for row in rows
            if row.client_name.startswith("Judged")
        ]
        self.compared += len(found)
        found, expected = Counter(found), Counter(expected)
        wrong, missing = list(found - expected), list(expected - found)
        self.assertEqual(
            (wrong[:3], missing[:3]), ([], []), (record.month, self.day, self.zone)
        )
