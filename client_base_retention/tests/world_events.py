"""What happens in random bases: to the addon and to the oracle alike."""

from datetime import datetime, time, timedelta

import pytz

from odoo import Command
from odoo.tests import freeze_time

from . import oracle_contacts as oracle

TOUCHES = ("call", "call", "meeting", "email", "message", "material")
QUIETLY = {"mail_activity_quick_update": True}


class WorldEvents:
    """Events for some clients of a base (``world_contacts.py``)."""

    def decide(self, clients):
        """What people set on these cards: class, potential, entry, regulation."""
        pick = self.random.choice
        for client in clients:
            card = self.card_records[client.id]
            values = {}
            if pick([True, False]):
                values["abc_class_manual"] = pick(["vip", "a", "b", "c", False])
            if pick([True, False]):
                client.potential = pick(["high", "medium", "low", None])
                values["potential_level"] = client.potential
            if pick([True, False, False]):
                begin = min([self.today(client.company), *client.purchases])
                client.entry = begin - timedelta(days=self.random.randint(0, 200))
                values["entry_date"] = client.entry
            if pick([True] + [False] * 9):
                here = [
                    p.id for p in self.policies if p.company in (None, client.company)
                ]
                client.by_hand = pick(here)
                values["policy_id"] = client.by_hand
            if pick([True] + [False] * 5):
                client.pause = self.today(client.company) + timedelta(
                    days=self.random.randint(-10, 60)
                )
                values["pause_until"] = client.pause
            if values:
                card.write(values)

    def archive(self, clients):
        """Contacts that are archived or come back, in both companies."""
        cards = self.env["client.card"].browse([client.id for client in clients])
        for partner in cards.with_context(active_test=False).partner_id:
            partner.active = not partner.active
            for other in self.clients:
                if self.card_records[other.id].partner_id == partner:
                    other.archived = not partner.active

    def leave(self):
        """Somebody goes away, somebody comes back another day."""
        aways = self.env["client.away"].search([("user_id", "in", self.staff)])
        gone, moved = self.random.sample(list(aways), 2)
        first, last = gone.date_from, gone.date_to
        gone.unlink()
        moved.date_to = moved.date_from
        self.env["client.away"].create(
            {
                "user_id": self.random.choice(self.staff),
                "date_from": first + timedelta(days=1000),
                "date_to": last + timedelta(days=1000),
            }
        )

    def talk_much(self, clients, days, most):
        """Up to ``most`` contacts of each client in the last ``days`` days."""
        values, new, records = [], [], {}
        pick = self.random.choice
        for client in clients:
            for _n in range(self.random.randint(0, most)):
                contact = oracle.Contact(
                    at=self.past_moment(client, days),
                    kind=pick(TOUCHES),
                    outcome=pick(["reached"] * 4 + ["no_answer", "refused"]),
                )
                client.contacts.append(contact)
                partner = self.card_records[client.id].partner_id
                values.append(
                    {
                        "partner_id": self.person_of.get(partner.id, partner.id),
                        "company_id": client.company,
                        "date": contact.at,
                        "kind": contact.kind,
                        "outcome": contact.outcome,
                        "direction": pick(["in", "out"]),
                    }
                )
                new.append(contact)
        with freeze_time(self.now):
            for company_id, user in self.users.items():
                own = [v for v in values if v["company_id"] == company_id]
                contacts = self.env["client.touchpoint"].with_user(user)
                records[company_id] = iter(contacts.create(own).sudo())
        for contact, vals in zip(new, values, strict=True):
            # Corrected by whoever may: see the tests of rights.
            contact.record = next(records[vals["company_id"]])

    def past_moment(self, client, days):
        """A moment up to now, mostly around midnight where the company is."""
        zone = pytz.timezone(client.zone)
        back = int(days * self.random.random() ** 2)
        day = self.today(client.company) - timedelta(days=back)
        midnight = zone.localize(datetime.combine(day, time()))
        minutes = self.random.choice(
            [-1, 0, 1, self.random.randint(-90, 90), self.random.randint(0, 1439)]
        )
        moment = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return min(moment + timedelta(minutes=minutes), self.now)

    def agree(self, clients):
        """*When next?* for all norms of these clients."""
        with freeze_time(self.now):
            for client in clients:
                day = self.today(client.company) + timedelta(
                    days=self.random.randint(-2, 40)
                )
                self.card_records[client.id]._agree(day)
                dues = oracle.obligations(
                    client, self.policies, self.today(client.company)
                )
                client.agreed = dict.fromkeys(dues, (day, self.now))

    def arrange(self, clients):
        """Activities and meetings that people plan with these clients."""
        model = self.env["ir.model"]._get_id("res.partner")
        pick = self.random.choice
        with freeze_time(self.now):
            for client in clients:
                card = self.card_records[client.id]
                partner = card.partner_id
                who = self.person_of.get(partner.id, partner.id)
                if pick([True, False, False]):
                    self.meet(client, who)
                    continue
                day = self.today(client.company) + timedelta(
                    days=self.random.randint(-3, 20)
                )
                kind = pick(list(self.types))
                activity = self.env["mail.activity"].with_context(**QUIETLY)
                record = activity.with_user(self.users[client.company]).create(
                    {
                        "res_model_id": model,
                        "res_id": who,
                        "activity_type_id": self.types[kind].id,
                        "date_deadline": day,
                        "user_id": self.users[client.company].id,
                    }
                )
                client.plans.append(oracle.Plan(kind, day=day, record=record))

    def meet(self, client, who):
        """A meeting to come, mostly around midnight where the company is."""
        at = self.past_moment(client, 5) + timedelta(days=self.random.randint(6, 20))
        event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
        record = event.create(
            {
                "name": "Meeting",
                "start": at,
                "stop": at + timedelta(hours=1),
                "user_id": self.users[client.company].id,
                "partner_ids": [Command.set([who])],
            }
        )
        if self.random.random() < 0.2:
            record.attendee_ids.do_decline()
        else:
            client.plans.append(oracle.Plan("meeting", at=at, record=record))

    def carry_out(self, clients):
        """Activities are finished, moved and cancelled, meetings called off."""
        for client in clients:
            for plan in list(client.plans):
                if plan.at:
                    plan.record.active = False
                    client.plans.remove(plan)
                    continue
                activity = plan.record.with_user(self.users[client.company])
                what = self.random.choice(["finish", "move", "cancel"])
                if what == "move":
                    plan.day += timedelta(days=self.random.randint(-9, 9))
                    activity.date_deadline = plan.day
                    continue
                client.plans.remove(plan)
                if what == "cancel":
                    activity.unlink()
                    continue
                activity.action_feedback(feedback="Done")
                if plan.kind != "todo":
                    client.contacts.append(oracle.Contact(self.now, plan.kind))

    def correct(self, clients):
        """Contacts that were typed wrong are corrected or removed."""
        pick = self.random.choice
        for client in clients:
            typed = [contact for contact in client.contacts if contact.record]
            if not typed:
                continue
            contact = pick(typed)
            if pick([True, False, False]):
                contact.record.unlink()
                client.contacts.remove(contact)
                continue
            contact.at = self.past_moment(client, 60)
            contact.kind = pick(TOUCHES)
            contact.outcome = pick(["reached", "reached", "no_answer"])
            contact.record.write(
                {
                    "date": contact.at,
                    "kind": contact.kind,
                    "outcome": contact.outcome,
                }
            )

    def buy_more(self, clients):
        """Purchases of the last weeks: of prospects, active and former clients."""
        for client in clients:
            card = self.card_records[client.id]
            bought = [
                (card.partner_id, self.past_day(card.company_id, 40), 50)
                for _n in range(self.random.randint(1, 2))
            ]
            self.enter(bought, card.company_id)
            client.purchases += [day for _partner, day, _amount in bought]
            client.entry = min([client.entry, *client.purchases])

    # ----------------------------------------------------------------------- searches

    def check_searches(self):
        """Lists find by a state the cards that are in it."""
        cards = self.env["client.card"].browse(list(self.card_records))
        with freeze_time(self.now):
            for zone in set(self.zones.values()):
                here = cards.with_context(tz=zone, active_test=False)
                for name in ("contact_state", "is_paused", "is_arranged"):
                    for value in set(here.mapped(name)):
                        found = here.search(
                            [("id", "in", cards.ids), (name, "=", value)]
                        )
                        those = here.filtered(lambda c, n=name, v=value: c[n] == v)
                        self.assertEqual(set(found), set(those), (zone, name, value))
