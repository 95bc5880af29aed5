"""Regulations, segments and clients change: random bases, a second computation."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged

from .world_contacts import WorldCommon

AT_ONCE = "odoo.addons.client_base_retention.models.res_company.AT_ONCE"


@tagged("post_install", "-at_install")
class TestOracleChanges(WorldCommon):
    def test_changed_rules_move_the_dates(self):
        """At once in a small base; in a large one by the run in the background."""
        for seed in self.SEEDS:
            with self.world(seed):
                self.move_on("2027-12-31")
                self.night()
                changes = [
                    self.change_rules,
                    self.change_figures,
                    self.change_segments,
                    self.change_order,
                ]
                for change in changes:
                    with freeze_time(self.now):
                        change()
                    self.compare()
                self.in_the_background(changes)

    def in_the_background(self, changes):
        runs = self.env["client.derive.run"]
        with freeze_time(self.now):
            runs.search([]).write({"state": "done"})
            with patch(AT_ONCE, 0):
                for change in changes:
                    change()
            left = runs.search([("state", "!=", "done")])
            self.assertEqual(left.company_id & self.companies, self.companies)
            while left:
                left[0]._step()
                left = left.filtered(lambda run: run.state != "done")
        self.compare()

    def change_rules(self):
        """A norm of each regulation is altered, one removed, one is new."""
        for policy in self.policies:
            record = self.records[policy.id]
            rules = record.rule_ids
            altered, removed = self.random.sample(list(rules), 2)
            record.rule_ids = [
                Command.update(altered.id, self.some_rule()),
                Command.delete(removed.id),
                Command.create(self.some_rule()),
            ]
            policy.rules = [self.as_rule(rule) for rule in record.rule_ids]

    def change_figures(self):
        pick = self.random.choice
        for policy in self.policies:
            values = {
                "newcomer_days": pick([0, 20, 90]),
                "warning_days": pick([1, 2, 9]),
                "former_after_months": pick([3, 9, 24]),
                "former_norm_months": pick([0, 1, 6]),
                "prospect_norm_months": pick([0, 1, 12]),
            }
            self.records[policy.id].write(values)
            for name, value in values.items():
                setattr(policy, name, value)

    def change_segments(self):
        for client in self.random.sample(self.clients, 10):
            partner = self.card_records[client.id].partner_id
            partner.segment_id = self.random.choice([False, *self.segments.ids])
            for other in self.clients:
                if self.card_records[other.id].partner_id == partner:
                    other.segment = partner.segment_id.id or None

    def change_order(self):
        """Another regulation comes first; segments are exchanged."""
        narrow = [policy for policy in self.policies if policy.segments]
        places = [policy.sequence for policy in narrow]
        for policy, place in zip(narrow, reversed(places), strict=True):
            policy.sequence = place
            segment = self.random.choice(self.segments)
            policy.segments = {segment.id}
            self.records[policy.id].write(
                {"sequence": place, "segment_ids": [Command.set(segment.ids)]}
            )

    # ------------------------------------------------------------------------ merges

    def test_merged_clients(self):
        """Whoever is merged has the contacts and purchases of both."""
        for seed in self.SEEDS:
            with self.world(seed):
                self.move_on("2028-02-29")
                self.night()
                self.forget()
                self.agree(self.random.sample(self.clients, 20))
                self.arrange(self.random.sample(self.clients, 10))
                self.compare()
                partners = self.env["client.card"].browse(list(self.card_records))
                some = self.random.sample(list(partners.partner_id), 8)
                for stays, goes in zip(some[::2], some[1::2], strict=True):
                    self.merge(stays, goes)
                self.forget()
                self.compare()
                self.night()
                self.compare()

    def merge(self, stays, goes):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        before = {
            (self.card_records[client.id].partner_id, client.company): client
            for client in self.clients
        }
        with freeze_time(self.now):
            wizard._merge((stays | goes).ids, stays)
            self.env.flush_all()
            self.env.invalidate_all()
        for company in self.companies:
            one = before.get((stays, company.id))
            other = before.get((goes, company.id))
            if other and not one:
                self.keep(other, self.card_of(stays, company))
            elif other:
                self.fold(one, other)
        for client in self.clients:
            card = self.card_records[client.id]
            if card.partner_id == stays:
                client.segment = stays.segment_id.id or None
                client.potential = card.potential_level or None
                client.by_hand = card.policy_is_manual and card.policy_id.id or None

    def keep(self, client, card):
        """The card of who is merged goes on as that of who stays."""
        del self.card_records[client.id]
        client.id = card.id
        self.card_records[card.id] = card

    def fold(self, client, gone):
        self.clients.remove(gone)
        del self.card_records[gone.id]
        client.contacts += gone.contacts
        client.purchases += gone.purchases
        client.plans += gone.plans
        client.entry = min(client.entry, gone.entry)
        client.pause = max([d for d in (client.pause, gone.pause) if d], default=None)
        client.agreed = gone.agreed | client.agreed
