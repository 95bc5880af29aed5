"""Random bases of clients, kept twice: in the addon and for the oracle."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta
from random import Random

import pytz

from odoo import Command, fields
from odoo.tests import freeze_time

from . import oracle_contacts as oracle
from .common import ROLE_ALL, SALES
from .contacts import ContactsCommon
from .world_events import WorldEvents
from .world_offices import WorldOffices

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)
# Ends of months, the leap day, days on which clocks are changed, turns of the year.
DAYS = (
    "2027-10-30",
    "2027-10-31",
    "2027-11-01",
    "2027-11-07",
    "2027-11-30",
    "2027-12-31",
    "2028-01-01",
    "2028-01-31",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
    "2028-03-12",
    "2028-03-26",
    "2028-03-31",
    "2028-04-30",
    "2028-05-31",
    "2028-08-31",
    "2029-02-28",
)
COLUMNS = (
    "last_contact_date",
    "contact_late_date",
    "warn_date",
    "contact_state",
    "is_paused",
    "is_arranged",
    "contact_overdue_days",
    "status",
)
OF_TODAY = {"contact_state", "is_paused", "is_arranged", "contact_overdue_days"}


class WorldCommon(WorldEvents, WorldOffices, ContactsCommon):
    """Two companies, four regulations and as many clients as a test asks for."""

    SEEDS = (1,)
    CLIENTS = 25
    compared = 0

    # ------------------------------------------------------------------ preparation

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls.company | cls.company_b
        cls.users = {
            company.id: cls.make_user(
                f"planner_{number}", f"{SALES},{ROLE_ALL}", company
            )
            for number, company in enumerate(cls.companies)
        }
        cls.both = cls.make_user("planner_both", f"{SALES},{ROLE_ALL}", cls.companies)
        cls.left = cls.make_user("planner_left", companies=cls.companies, active=False)
        cls.staff = [
            *(user.id for user in cls.users.values()),
            cls.both.id,
            cls.left.id,
        ]
        cls.types = {
            "call": cls.env.ref("mail.mail_activity_data_call"),
            "meeting": cls.env.ref("mail.mail_activity_data_meeting"),
            "email": cls.env.ref("mail.mail_activity_data_email"),
            "todo": cls.env.ref("mail.mail_activity_data_todo"),
            "message": cls.env["mail.activity.type"].create(
                {"name": "Chat", "client_kind": "message"}
            ),
        }
        cls.segments = cls.env["client.segment"].create(
            [{"name": "Oracle shops"}, {"name": "Oracle schools"}]
        )

    @contextmanager
    def world(self, seed):
        """The base of a seed; what it leaves behind is taken back."""
        with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
            self.build(seed)
            yield
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all()

    def build(self, seed):
        self.random = Random(seed)
        self.zones = dict(
            zip(self.companies.ids, self.random.sample(ZONES, 2), strict=True)
        )
        for company in self.companies:
            company.partner_id.tz = self.zones[company.id]
        self.now = datetime.combine(fields.Date.to_date(DAYS[0]), time(12))
        self.make_offices()
        with freeze_time(self.now):
            self.make_policies()
            self.make_clients(self.CLIENTS)
            self.decide(self.clients)
        self.talk_much(self.clients, 400, 3)

    def today(self, company_id):
        zone = pytz.timezone(self.zones[company_id])
        return pytz.utc.localize(self.now).astimezone(zone).date()

    def make_policies(self):
        plain, plain_b = self.policy, self.policy_b
        plain.sequence = plain_b.sequence = 5
        special = plain.copy(
            {"sequence": 2, "segment_ids": [Command.set(self.segments[0].ids)]}
        )
        shared = plain.copy(
            {
                "sequence": 1,
                "company_id": False,
                "segment_ids": [Command.set(self.segments[1].ids)],
            }
        )
        self.records = {p.id: p for p in plain | plain_b | special | shared}
        self.policies = []
        pick = self.random.choice
        for record in self.records.values():
            figures = {
                "newcomer_days": pick([0, 30, 60]),
                "warning_days": pick([0, 3, 5]),
                "former_after_months": pick([6, 12, 18]),
                "former_cycle_factor": pick([0, 1.5, 2]),
                "former_norm_months": pick([0, 0, 3, 12]),
                "prospect_norm_months": pick([0, 0, 2, 6]),
            }
            fallback = pick([None, self.both.id, self.left.id])
            limit = self.random.randint(0, 25)
            rules = [self.some_rule() for _n in range(self.random.randint(6, 14))]
            record.write(
                figures
                | {
                    "rule_ids": [Command.create(r) for r in rules],
                    "daily_task_limit": limit,
                    "fallback_user_id": fallback,
                }
            )
            self.policies.append(
                oracle.Policy(
                    id=record.id,
                    company=record.company_id.id or None,
                    sequence=record.sequence,
                    segments=set(record.segment_ids.ids),
                    rules=[self.as_rule(rule) for rule in record.rule_ids],
                    daily_limit=limit,
                    fallback=fallback,
                    **figures,
                )
            )

    def some_rule(self):
        pick = self.random.choice
        status = pick(["active"] * 6 + ["former", "former", "prospect", "prospect"])
        unit = pick(["day", "week", "month"])
        season = (0, 0)
        if pick([True, False, False]):
            season = (self.random.randint(1, 12), self.random.randint(1, 12))
        user = pick([False] * 6 + self.staff)
        classes = [None] if status == "prospect" else [None, "vip", "a", "b", "c"]
        return {
            "status": status,
            "sequence": pick([10, 10, 20]),
            "abc_class": pick(classes),
            "potential_level": pick([None, None, "high", "low"]),
            "is_newcomer": status == "active" and pick([True] + [False] * 5),
            "kind": pick(["call", "call", "meeting", "email", "message", "any"]),
            "interval_count": self.random.randint(
                1, {"day": 40, "week": 8, "month": 12}[unit]
            ),
            "interval_unit": unit,
            "first_days": pick([0, 0, 0, 1, 7]),
            "season_from": season[0],
            "season_to": season[1],
            "warning_days": pick([0, 0, 1, 7]),
            "responsible": "user" if user else "salesperson",
            "responsible_user_id": user,
        }

    def as_rule(self, rule):
        return oracle.Rule(
            id=rule.id,
            kind=rule.kind,
            count=rule.interval_count,
            unit=rule.interval_unit,
            status=rule.status,
            sequence=rule.sequence,
            abc_class=rule.abc_class or None,
            potential=rule.potential_level or None,
            newcomer=rule.is_newcomer,
            first_days=rule.first_days,
            season=(rule.season_from, rule.season_to),
            warning_days=rule.warning_days,
            user=rule.responsible_user_id.id or 0,
        )

    def make_clients(self, number):
        pick = self.random.choice
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {place}",
                    "is_company": True,
                    "segment_id": pick([False, False, *self.segments.ids]),
                    "user_id": pick([False, *self.staff]),
                }
                for place in range(number)
            ]
        )
        persons = self.env["res.partner"].create(
            [{"name": "Person", "parent_id": partner.id} for partner in partners[::4]]
        )
        self.person_of = {person.parent_id.id: person.id for person in persons}
        self.clients, self.card_records = [], {}
        for company in self.companies:
            those = partners.filtered(lambda p: self.random.random() < 0.7)
            with_company = those.with_company(company)
            self.shop(company, {partner: pick([0, 1, 1, 2, 4]) for partner in those})
            with_company.action_add_to_client_base()
            for partner in those:
                self.adopt(self.card_of(partner, company))

    def shop(self, company, counts):
        """So many purchases of each contact in the last two years."""
        bought = [
            (partner, self.past_day(company, 700), self.random.randint(1, 900))
            for partner, count in counts.items()
            for _n in range(count)
        ]
        self.enter(bought, company)
        return bought

    def past_day(self, company, most):
        # More often a short while ago than long ago.
        days = int(most * self.random.random() ** 2)
        return self.today(company.id) - timedelta(days=days)

    def adopt(self, card):
        """Let the oracle know a card as it was made."""
        entries = self.env["client.purchase.entry"].search(
            [
                ("partner_id", "=", card.partner_id.id),
                ("company_id", "=", card.company_id.id),
            ]
        )
        days = entries.mapped("date")
        client = oracle.Client(
            id=card.id,
            company=card.company_id.id,
            zone=self.zones[card.company_id.id],
            office=self.offices[card.company_id.id],
            segment=card.partner_id.segment_id.id or None,
            purchases=days,
            owner=card.partner_id.user_id.id or None,
            entry=min([self.today(card.company_id.id), *days]),
        )
        self.clients.append(client)
        self.card_records[client.id] = card

    # ------------------------------------------------------------------------- nights

    def move_on(self, day):
        """To a moment of another day; what no longer holds is forgotten at night."""
        hours = self.random.choice([0, 3, 12, 21, 23])
        self.now = datetime.combine(fields.Date.to_date(day), time(hours, 30))

    # ------------------------------------------------------------------- comparison

    def learn(self):
        """Classes, turnover and hand-overs are not the matter here: it is told them."""
        aways = [
            (away.user_id.id, away.date_from, away.date_to)
            for away in self.env["client.away"].search([("user_id", "in", self.staff)])
        ]
        for office in self.offices.values():
            office.aways = aways
        for client in self.clients:
            card = self.card_records[client.id]
            client.abc_class = card.abc_class or None
            client.turnover = card.turnover
            client.grace = {
                norm.kind: norm.grace_until
                for norm in card.obligation_ids
                if norm.grace_until
            }

    def night(self, today=None):
        with freeze_time(self.now):
            self.derive_all(today)

    def forget(self):
        self.env.invalidate_all()
        self.learn()
        for client in self.clients:
            oracle.forget(client, self.policies, self.today(client.company))
            # A meeting that has ended was held, or was not.
            client.plans = [
                plan
                for plan in client.plans
                if not plan.at or plan.at + timedelta(hours=1) >= self.now
            ]

    def compare(self, today=None, clients=None):
        """Every norm and every card as the oracle says, for ``today`` or now."""
        clients = clients or self.clients
        self.env.flush_all()
        self.env.invalidate_all()
        wrong = []
        with freeze_time(self.now):
            self.learn()
            kept = self.kept_obligations()
            for client in clients:
                day = today or self.today(client.company)
                wrong += self.differences(client, day, kept.get(client.id, {}), today)
        self.compared += len(clients)
        self.assertFalse(wrong, "\n".join(wrong[:5]) + f"\n({len(wrong)} in all)")

    def kept_obligations(self):
        """{card id: {kind: {...}}} as the addon keeps them."""
        found = {}
        for norm in self.env["client.obligation"].search(
            [("card_id", "in", list(self.card_records))]
        ):
            kinds = found.setdefault(norm.card_id.id, {})
            self.assertNotIn(norm.kind, kinds)
            kinds[norm.kind] = {
                "rule": norm.rule_id.id,
                "last": norm.last_contact_date or None,
                "due": norm.due_date,
                "arranged": norm.arranged_date or None,
                "late": norm.late_date,
                "warn": norm.warn_date,
            }
        return found

    def differences(self, client, day, kept, other_day):
        """What is wrong with a card, as sentences.

        :param kept: its norms as the addon keeps them
        :param other_day: whether ``day`` is another one than the present
        """
        dues = oracle.obligations(client, self.policies, day)
        expected = {
            kind: vars(due) | {"rule": due.rule.id} for kind, due in dues.items()
        }
        found = [("norms", kept, expected)] if kept != expected else []
        answer = oracle.card(client, self.policies, day)
        card = self.card_records[client.id].with_context(tz=client.zone)
        following = (
            card.next_contact_date,
            card.next_contact_kind,
            card.next_contact_norm_days,
            card.arranged_date or None,
        )
        arranged = bool(card.arranged_date) and not answer["is_overdue"]
        answer["is_arranged"] = arranged
        late = answer["contact_state"] == "overdue"
        answer["contact_overdue_days"] = late and (day - following[0]).days
        found += [
            (name, card[name], answer[name])
            for name in COLUMNS
            # What depends on the present day is not that of another one.
            if not (other_day and name in OF_TODAY)
            and (card[name] or None) != (answer[name] or None)
        ]
        if card.policy_id.id != answer["policy"]:
            found.append(("policy", card.policy_id.id, answer["policy"]))
        if following not in answer["next"]:
            found.append(("next", following, answer["next"]))
        return [
            f"{day}, {client}:\n  {name} {value}, not {right}"
            for name, value, right in found
        ]
