"""Norms, due dates and alarms of random bases, against a second computation."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from . import oracle_contacts as oracle
from .common import day
from .world_contacts import DAYS, WorldCommon

TABLES = ("client_card", "client_transition", "client_obligation", "client_touchpoint")


@tagged("post_install", "-at_install")
class TestOracleContacts(WorldCommon):
    ONE_BY_ONE = 5
    DAYS = 3

    def test_days_in_any_order(self):
        """The dates of a day depend on that day only, whichever was derived before;
        card by card they are the same as for all."""
        for seed in self.SEEDS:
            with self.world(seed):
                self.arrange(self.random.sample(self.clients, 15))
                self.move_on("2029-03-01")
                for text in self.random.sample(DAYS, self.DAYS):
                    some = self.one_by_one(day(text))
                    self.compare(day(text), some)
                    self.night(day(text))
                    self.compare(day(text))

    def one_by_one(self, today=None):
        """Derive some cards each by itself, for a day or for the present one."""
        some = self.random.sample(self.clients, self.ONE_BY_ONE)
        with freeze_time(self.now):
            for client in some:
                self.card_records[client.id]._derive(today=today)
        return some

    def test_events_give_what_the_night_gives(self):
        """Days pass, things happen: at once everything is as it should be, the night
        adds nothing and a second night writes nothing."""
        for seed in self.SEEDS:
            with self.world(seed):
                for text in sorted(self.random.sample(DAYS, self.DAYS)):
                    self.move_on(text)
                    self.night()
                    self.forget()
                    self.compare()
                    self.happen()
                    self.compare()
                    self.night()
                    self.forget()
                    self.compare()
                    self.check_searches()
                    before = self.versions(*TABLES)
                    self.night()
                    self.one_by_one()
                    self.assertEqual(self.versions(*TABLES), before)

    def happen(self):
        """Each client meets with one kind of event at most."""
        clients = list(self.clients)
        self.random.shuffle(clients)
        share = len(clients) // 10
        parts = [clients[n * share : (n + 1) * share] for n in range(10)]
        with freeze_time(self.now):
            self.decide(parts[0])
            self.archive(parts[1][:2])
            self.leave()
            self.buy_more(parts[2])
        self.forget()
        with freeze_time(self.now):
            self.correct(parts[3])
            self.carry_out(parts[4])
        self.talk_much(parts[5] + parts[6], 40, 3)
        self.agree(parts[7])
        self.arrange(parts[8] + parts[9])

    # ------------------------------------------------------------------- first round

    def test_first_round(self):
        """Nobody is due before the start, the first ones lie over one interval; who
        was reached goes on by the norm, the others keep their day."""
        for seed in self.SEEDS:
            with self.world(seed):
                self.move_on("2028-01-31")
                self.night()
                self.forget()
                self.begin()
                self.compare()
                self.night()
                self.compare()
                given = self.kept_obligations()
                for text in ("2028-02-03", "2028-02-29"):
                    self.move_on(text)
                    self.night()
                    self.compare_round(given)
                    self.talk_much(self.random.sample(self.clients, 20), 3, 2)
                    self.compare_round(given)

    def begin(self):
        """Set a start date for each regulation, on the same day for the oracle."""
        with freeze_time(self.now):
            for policy in self.policies:
                start = self.now.date() + timedelta(days=self.random.randint(-5, 20))
                policy.start_date = self.records[policy.id].start_date = start
        self.learn()
        for company in self.companies:
            clients = [c for c in self.clients if c.company == company.id]
            for policy in self.policies:
                for rule in policy.rules:
                    those = [c for c in clients if self.policy_of(c) is policy]
                    today = self.today(company.id)
                    oracle.first_round(those, self.policies, rule, today)

    def policy_of(self, client):
        return oracle.policy_of(client, self.policies)

    def compare_round(self, given):
        self.env.invalidate_all()
        self.learn()
        kept = self.kept_obligations()
        for client in self.clients:
            policy = self.policy_of(client)
            today = self.today(client.company)
            rules = oracle.holding(client, policy, today)
            norms = kept.get(client.id, {})
            self.assertEqual(
                {k: norms[k]["rule"] for k in norms}, {k: rules[k].id for k in rules}
            )
            for kind, rule in rules.items():
                norm = norms[kind]
                last, due = oracle.by_norm(client, policy, rule, today)
                before = given.get(client.id, {}).get(kind, {})
                start = max(d for d in (policy.start_date, client.pause) if d)
                with self.subTest(client=client, kind=kind):
                    self.assertGreaterEqual(norm["due"], start)
                    self.compared += 1
                    if due >= policy.start_date:
                        self.assertEqual(norm["due"], max(due, start))
                    elif (before.get("rule"), before.get("last")) == (rule.id, last):
                        self.assertEqual(norm["due"], before["due"])
                    else:
                        end = rule.after(policy.start_date)
                        self.assertLess(norm["due"], max(end, start + oracle.ONE))
