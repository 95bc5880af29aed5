"""The plan of random bases, against a simulation day by day."""

from odoo.tests import freeze_time, tagged

from . import oracle_contact_plan as oracle
from .common import ROLE_HEAD
from .world_contacts import WorldCommon


@tagged("post_install", "-at_install")
class TestContactPlanOracle(WorldCommon):
    SEEDS = (1, 2)
    CLIENTS = 15
    DAYS = ("2027-11-30", "2028-01-31", "2028-02-29")

    def planned(self, company, period):
        """({card id: [(day, kind)]}, first, last day) as the addon plans."""
        head = self.heads[company]
        plans = self.env["client.contact.plan"].with_user(head).with_company(company)
        reach = plans._reach(period, False, False)
        found = {}
        for contact, card_ids, _user in plans._read_plan(reach):
            for card_id in card_ids:
                found.setdefault(card_id, []).append((contact.day, contact.kind))
        return found, reach

    def test_as_simulated(self):
        self.heads = {
            company: self.make_user(f"plan_head_{company.id}", ROLE_HEAD, company)
            for company in self.companies
        }
        compared = 0
        for seed in self.SEEDS:
            with self.world(seed):
                for text, period in zip(
                    self.DAYS, ("quarter", "half", "quarter"), strict=True
                ):
                    self.move_on(text)
                    self.night()
                    self.forget()
                    self.talk_much(self.random.sample(self.clients, 20), 40, 3)
                    self.agree(self.random.sample(self.clients, 5))
                    self.arrange(self.random.sample(self.clients, 8))
                    self.learn()
                    compared += self.compare_plans(period)
        self.assertGreater(compared, 500, "too few contacts to prove anything")

    def compare_plans(self, period):
        """Every contact of every client; returns how many there were."""
        number = 0
        with freeze_time(self.now):
            for company in self.companies:
                kept, reach = self.planned(company, period)
                for client in self.clients:
                    if client.company != company.id or client.archived:
                        continue
                    right = oracle.plan(client, self.policies, reach.first, reach.last)
                    found = sorted(kept.get(client.id, []))
                    number += len(right)
                    self.assertEqual(found, sorted(right), f"{reach.first} {client}")
        return number
