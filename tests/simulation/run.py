"""Six months day by day: nights, mornings, working days, and what comes between."""

from collections import Counter
from datetime import date, timedelta

from freezegun import api as freezegun

from odoo import Command

from .behaviours import PEOPLE
from .watch import Watch
from .world import FIRST, HANDED_ON, LAST, START, TEAMS, TIGHTER, TIGHTER_ON, World

ILL = date(2026, 2, 24), date(2026, 3, 8)
# The server was down in the night in which February should have been closed.
NIGHTS_OFF = {date(2026, 3, 1)}
DAYS_OF_PREVIEW, DAYS_TWICE = {17}, {5, 16}


class Simulation:
    """Runs the world and keeps what was seen: ``alarms`` and ``results``."""

    def __init__(self, base, clock):
        self.world = World(base, clock)
        self.watch = Watch(self.world)
        self.people = {}
        for place, (name, behaviour) in enumerate(PEOPLE.items()):
            self.people[name] = behaviour(self.world, name)
            self.people[name].hour = 8.6 + place
        self.expected, self.previews = {}, {}
        self.seconds = Counter()
        self.events = {
            START: self.begin,
            ILL[0] + timedelta(days=1): self.fall_ill,
            date(2026, 3, 18): self.assign_the_unowned,
            date(2026, 3, 25): self.lend_for_an_hour,
            TIGHTER_ON: self.tighten,
            HANDED_ON: self.leave,
            date(2026, 5, 6): self.archive_some,
            date(2026, 5, 20): self.merge_some,
            date(2026, 6, 3): self.pause_some,
        }

    def run(self, last=LAST):
        day = FIRST
        while day <= last:
            self.live(day)
            day += timedelta(days=1)

    def live(self, day):
        """One day, from one o'clock in the night to midnight."""
        world, watch = self.world, self.watch
        world.at(1, day)
        world.judge.today = day
        if day.weekday() == 6:
            world.analyze()
        if day not in NIGHTS_OFF:
            self.timed("night", watch.night, day.day in DAYS_TWICE)
            self.timed("look", world.look)
            watch.closed_months()
        world.at(6)
        self.timed("plan", watch.plan)
        world.at(8)
        if day in self.events:
            self.timed("events", self.events[day])
        if world.is_working_day and day >= START:
            for name, person in self.people.items():
                if self.is_at_work(name):
                    self.timed(name, person.work)
        self.timed("purchases", self.purchases)
        watch.tasks("in the evening")
        world.judge.end_of_day()
        if day.day in DAYS_OF_PREVIEW:
            world.at(20)
            self.previews[day] = world.judge.results(day), watch.preview()
        if (day + timedelta(days=1)).day == 1:
            self.expected[day.replace(day=1)] = world.judge.close_month()

    def timed(self, name, function, *arguments):
        started = freezegun.real_perf_counter()
        function(*arguments)
        self.seconds[name] += freezegun.real_perf_counter() - started

    def is_at_work(self, name):
        if name == "ill" and ILL[0] <= self.world.day <= ILL[1]:
            return False
        return name in self.people and name not in self.gone

    gone = ()

    def purchases(self):
        """The clients who buy today."""
        world = self.world
        world.at(17.5)
        bought = [
            (partner_id, world.day, world.amount(partner_id))
            for partner_id, cycle in world.cycle.items()
            if world.random.random() < self.chance(partner_id, cycle)
        ]
        with world.session() as env:
            world.enter(env, bought)
        if bought:
            world.look({partner_id for partner_id, _day, _amount in bought})

    def chance(self, partner_id, cycle):
        """How probable it is that the client buys today."""
        client = self.world.judge.clients[partner_id]
        if client.gone:
            return 0
        if not client.purchases:
            return 1 / 300
        return 1 / cycle if cycle else 1 / 2000

    # ------------------------------------------------------------------------- events

    def begin(self):
        """The head presses Start."""
        with self.world.session("head") as env:
            env["client.launch"].start(self.world.day.isoformat())
        self.world.judge.start = self.world.day
        self.settle()
        self.world.judge.begin()
        # The hourly action plans at once what is due today.
        self.watch.plan()

    def fall_ill(self):
        """On his second day of illness it is entered, with a stand-in."""
        with self.world.session("head") as env:
            env["client.away"].create(
                {
                    "user_id": self.world.users["ill"],
                    "stand_in_id": self.world.users["diligent"],
                    "date_from": ILL[0],
                    "date_to": ILL[1],
                }
            )
        self.world.judge.away("ill", *ILL)
        self.settle()

    def settle(self):
        """Let the background finish what an event left to it, and look at all."""
        for _round in range(5):
            with self.world.base.session() as env:
                env["client.card"]._cron_derive_queue()
                if env["client.derive.run"].search_count([("state", "!=", "done")]):
                    env["client.card"]._cron_derive()
        self.world.look()

    def give(self, clients, owner):
        """Clients get another salesperson."""
        users = self.world.users
        with self.world.session("head") as env:
            cards = env["client.card"].search([("partner_id", "in", list(clients))])
            cards.write({"user_id": users[owner]})
        for client in clients:
            self.world.owner[client] = owner
            self.world.judge.clients[client].owner = owner
        self.settle()

    def assign_the_unowned(self):
        self.give([c for c, o in self.world.owner.items() if o is None], "diligent")

    def lend_for_an_hour(self):
        """Given to a colleague by mistake, and back on the same day."""
        lent = [c for c, o in self.world.owner.items() if o == "in_vain"][:7]
        self.give(lent, "lazy")
        self.world.at(8.2)
        self.give(lent, "in_vain")

    def tighten(self):
        """A new policy for all: shorter norms."""
        rules = self.world.rule_ids
        changes = [
            Command.update(
                rules[place], {"interval_count": count, "interval_unit": unit}
            )
            for place, count, unit in TIGHTER
        ]
        with self.world.session("head") as env:
            policy = env["client.policy"].browse(self.world.policy_id)
            policy.write({"rule_ids": changes})
        norms = self.world.judge.norms
        for place, count, unit in TIGHTER:
            norms[place] = norms[place]._replace(count=count, unit=unit)
        self.settle()

    def leave(self):
        """One leaves: his clients go evenly to his team, then his user is archived."""
        world, team = self.world, TEAMS[1]
        mine = sorted(c for c, o in world.owner.items() if o == "leaver")
        stay = [world.users[name] for name in team if name != "leaver"]
        with world.session("head") as env:
            cards = env["client.card"].search([("partner_id", "in", mine)])
            dialog = env["client.hand.over"].create(
                {
                    "card_ids": [Command.set(cards.ids)],
                    "way": "team",
                    "team_id": world.teams[team],
                    "receiver_ids": [Command.set(stay)],
                }
            )
            dialog.action_apply()
        names = {user: name for name, user in world.users.items()}
        owners = "SELECT id, user_id FROM res_partner WHERE id = ANY(%s)"
        self.handed = dict(world.base.rows(owners, mine))
        for client, user in self.handed.items():
            world.owner[client] = names[user]
            world.judge.clients[client].owner = names[user]
        self.gone = {"leaver"}
        with world.session() as env:
            env["res.users"].browse(world.users["leaver"]).action_archive()
        self.settle()
        self.watch.tasks("after the hand-over")

    def archive_some(self):
        gone = self.world.partners[100:105]
        with self.world.session() as env:
            env["res.partner"].browse(gone).action_archive()
        for client in gone:
            self.world.judge.clients[client].gone = True
            self.world.owner.pop(client)
        self.settle()

    def merge_some(self):
        """Two contacts turn out to be one and the same."""
        for stays, goes in ((200, 209), (310, 319)):
            stays, goes = self.world.partners[stays], self.world.partners[goes]
            with self.world.session() as env:
                both = env["res.partner"].browse([stays, goes])
                env["base.partner.merge.automatic.wizard"]._merge(both.ids, both[0])
            self.world.judge.merge(stays, goes)
            self.world.merged[goes] = stays
            self.world.owner.pop(goes)
        self.settle()

    def pause_some(self):
        until = self.world.day + timedelta(days=20)
        paused = self.world.partners[400:410]
        with self.world.session("head") as env:
            cards = env["client.card"].search([("partner_id", "in", paused)])
            cards.write({"pause_until": until, "pause_reason": "On holiday"})
        for client in paused:
            self.world.judge.clients[client].pause = until
        self.settle()
