"""The company that is simulated: people, clients, regulation, and the clock.

Everything that happens goes through here: it is done in Odoo as the user who does it,
and told to the judge in plain words (day, client, kind), never read back from what the
addon made of it.
"""

import random
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from odoo import Command
from odoo.tools import SQL

from .judge import Judge, Norm

# Seven hours ahead of UTC: what happens before seven in the morning is the day before
# in UTC.
ZONE, AHEAD = "Asia/Novosibirsk", timedelta(hours=7)
FIRST, START, LAST = date(2026, 1, 12), date(2026, 1, 14), date(2026, 7, 2)
HOLIDAYS = [date(2026, 2, 23), date(2026, 3, 9), date(2026, 5, 1), date(2026, 6, 12)]
TIGHTER_ON, HANDED_ON = date(2026, 4, 8), date(2026, 4, 15)
SEED, CLIENTS, LIMIT, WARNING = 20260112, 1500, 12, 3
NEWCOMER_DAYS, FORMER_MONTHS = 60, 12
# The behaviours of the nine, three in each team; the first leads the team.
TEAMS = [
    ("diligent", "ill", "late_logger"),
    ("second_diligent", "leaver", "arranger"),
    ("in_vain", "lazy", "incoming_only"),
]
# status, class, newcomer, kind, every, unit, first after days, responsible
NORMS = [
    ("active", "vip", False, "call", 1, "week", 0, "salesperson"),
    ("active", "vip", False, "meeting", 1, "month", 0, "team_leader"),
    ("active", "a", False, "call", 1, "month", 0, "salesperson"),
    ("active", "a", False, "meeting", 3, "month", 0, "salesperson"),
    ("active", "b", False, "call", 6, "week", 0, "salesperson"),
    ("active", "c", False, "any", 3, "month", 0, "salesperson"),
    ("active", False, True, "call", 2, "week", 5, "salesperson"),
    ("active", False, True, "message", 1, "month", 0, "salesperson"),
    ("prospect", False, False, "call", 6, "week", 0, "salesperson"),
    ("former", False, False, "any", 2, "month", 0, "salesperson"),
]
# What the new policy makes of some of them: (place above, every, unit).
TIGHTER = [(2, 3, "week"), (4, 1, "month"), (5, 2, "month"), (8, 1, "month")]
COLUMNS = (
    "status",
    "abc_class",
    "is_newcomer",
    "kind",
    "interval_count",
    "interval_unit",
    "first_days",
    "responsible",
)


class World:
    """The company, its nine salespeople and their clients, from one day to the next."""

    def __init__(self, base, clock):
        self.base, self.clock = base, clock
        self.random = random.Random(SEED)
        self.day = FIRST
        self.company_id, self.owner = None, {}
        self.merged = {}  # who is another one now
        self.partners, self.cards = [], {}
        self.judge = Judge(HOLIDAYS)
        self.at(8)
        with self.session() as env:
            self.make_company(env)
            self.make_people(env)
            self.make_policy(env)
        with self.session() as env:
            self.make_clients(env)
        self.analyze()

    def analyze(self):
        """Let PostgreSQL know how much there is: here months pass within minutes, and
        it would look by itself once a minute."""
        with self.base.session() as env:
            env.cr.execute("ANALYZE")

    # ------------------------------------------------------------------------- clock

    def at(self, hour, day=None):
        """Let it be this hour of the company's day; the moment in UTC."""
        self.day = day or self.day
        moment = self.moment(hour)
        self.clock.move_to(moment)
        return moment

    def moment(self, hour, day=None):
        """The moment in UTC of an hour of the company's day."""
        minutes = timedelta(minutes=round(hour * 60))
        return datetime.combine(day or self.day, time()) + minutes - AHEAD

    @property
    def is_working_day(self):
        return self.day.weekday() < 5 and self.day not in HOLIDAYS

    @contextmanager
    def session(self, user=None):
        """An environment in the company, as one of the nine or as the system."""
        with self.base.session() as env:
            context = {"tz": ZONE, "lang": "en_US"}
            if self.company_id:
                context["allowed_company_ids"] = [self.company_id]
            uid = self.users[user] if user else env.uid
            env = env(user=uid, context=context, su=not user)
            yield env
            env.flush_all()

    # ------------------------------------------------------------------------- setup

    def make_company(self, env):
        """A company of its own with its calendar and holidays."""
        company = env["res.company"].create(
            {"name": "Saws and Sharpeners", "currency_id": env.ref("base.USD").id}
        )
        company.partner_id.tz = ZONE
        calendar = company.resource_calendar_id
        calendar.tz = ZONE
        for day in HOLIDAYS:
            env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "company_id": company.id,
                    "date_from": self.moment(0, day),
                    "date_to": self.moment(23.99, day),
                }
            )
        self.company_id = company.id

    def make_people(self, env):
        """Nine salespeople in three teams, each led by its first, and a head."""
        sales = "sales_team.group_sale_salesman_all_leads"
        role = "client_base_retention.group_client_all"
        names = [name for team in TEAMS for name in team]
        groups = [env.ref(group).id for group in (sales, role)]
        head = [*groups, env.ref("client_base_retention.group_client_head").id]
        users = env["res.users"].create(
            [
                {
                    "name": name.replace("_", " ").title(),
                    "login": f"simulated_{name}",
                    "email": f"{name}@example.com",
                    "tz": ZONE,
                    "company_id": self.company_id,
                    "company_ids": [Command.set([self.company_id])],
                    "group_ids": [Command.set(head if name == "head" else groups)],
                }
                for name in [*names, "head"]
            ]
        )
        self.users = dict(zip([*names, "head"], users.ids, strict=True))
        leader, self.teams = self.judge.leader, {}
        for team in TEAMS:
            record = env["crm.team"].create(
                {
                    "name": f"Team of {team[0]}",
                    "company_id": self.company_id,
                    "user_id": self.users[team[0]],
                }
            )
            self.teams[team] = record.id
            env["crm.team.member"].create(
                [{"crm_team_id": record.id, "user_id": self.users[n]} for n in team]
            )
            leader.update(dict.fromkeys(team, team[0]))

    def make_policy(self, env):
        """The regulation of the company: its norms, and who may have how many tasks."""
        policy = env["client.policy"].create(
            {
                "name": "Saws",
                "sequence": 1,
                "company_id": self.company_id,
                "daily_task_limit": LIMIT,
                "warning_days": WARNING,
                "newcomer_days": NEWCOMER_DAYS,
                "former_after_months": FORMER_MONTHS,
                "rule_ids": [
                    Command.create(dict(zip(COLUMNS, norm, strict=True)))
                    for norm in NORMS
                ],
            }
        )
        self.policy_id, self.rule_ids = policy.id, policy.rule_ids.ids
        self.judge.norms = [Norm(*norm) for norm in NORMS]

    def make_clients(self, env):
        """1,500 contacts, most of them with purchases of a year, some with calls."""
        sellers = [name for team in TEAMS for name in team]
        owners = [
            None if number % 50 == 7 else sellers[number % len(sellers)]
            for number in range(CLIENTS)
        ]
        # Nobody is told of clients who were there before.
        env = env(context=dict(env.context, tracking_disable=True))
        partners = env["res.partner"].create(
            [
                {
                    "name": f"Client {number:04}",
                    "is_company": True,
                    "email": f"client{number}@example.com",
                    "user_id": self.users[owner] if owner else False,
                    "company_id": self.company_id,
                }
                for number, owner in enumerate(owners)
            ]
        )
        self.partners = partners.ids
        self.owner = dict(zip(partners.ids, owners, strict=True))
        for partner_id, owner in self.owner.items():
            self.judge.client(partner_id, self.day, owner)
        self.size, self.cycle, self.prospects = {}, {}, []
        bought = []
        for partner_id in partners.ids:
            bought += self.history_of(partner_id)
        self.enter(env, bought)
        env["res.partner"].browse(self.prospects).action_add_to_client_base()
        env["client.card"]._derive_all()
        self.calls_of_last_year(env)

    def history_of(self, partner_id):
        """Purchases before the simulation: [(partner, day, amount)]."""
        rnd = self.random
        place = rnd.random()
        self.size[partner_id] = rnd.lognormvariate(6, 1.3)
        self.cycle[partner_id] = cycle = rnd.choice([15, 30, 45, 60, 90])
        if place < 0.13:
            self.prospects.append(partner_id)
            return []
        # Some are former by the first day, some will be before the last.
        silent = rnd.randint(370, 600) if place < 0.25 else rnd.randint(1, cycle)
        if 0.25 <= place < 0.33:
            silent, self.cycle[partner_id] = rnd.randint(190, 360), None
        if place < 0.25:
            self.cycle[partner_id] = None
        day, found = FIRST - timedelta(days=silent), []
        for _number in range(max(1, min(4, 300 // cycle))):
            found.append((partner_id, day, self.amount(partner_id)))
            day -= timedelta(days=rnd.randint(cycle // 2, cycle * 3 // 2))
        return found

    def amount(self, partner_id):
        return round(self.size[partner_id] * self.random.uniform(0.5, 1.5), 2)

    def calls_of_last_year(self, env):
        """Most clients have been called before the addon was there."""
        values, told = [], []
        for partner_id in self.partners:
            if self.owner[partner_id] and self.random.random() < 0.6:
                day = FIRST - timedelta(days=self.random.randint(1, 80))
                kind = self.random.choice(["call", "call", "meeting", "email"])
                told.append((partner_id, kind, self.moment(11, day), "out"))
        for partner_id, kind, moment, direction in told:
            values.append(
                self.contact_values(partner_id, kind, moment, direction)
                | {"user_id": self.users[self.owner[partner_id]]}
            )
            self.judge.know(partner_id, kind, moment, direction)
        env["client.touchpoint"].create(values)

    # ------------------------------------------------------------------------ events

    def enter(self, env, purchases):
        """Purchases made elsewhere: [(partner, day, amount)]."""
        env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner_id,
                    "company_id": self.company_id,
                    "date": day,
                    "amount": amount,
                }
                for partner_id, day, amount in purchases
            ]
        )
        for partner_id, day, _amount in purchases:
            self.judge.bought(partner_id, day)

    def contact_values(
        self, partner_id, kind, moment, direction="out", outcome="reached"
    ):
        return {
            "partner_id": partner_id,
            "company_id": self.company_id,
            "kind": kind,
            "date": moment,
            "direction": direction,
            "outcome": outcome,
            "note": "Waits for new saws" if outcome == "reached" else False,
        }

    def log(self, name, contacts):
        """A salesperson logs [(partner, kind, moment, direction, outcome)]."""
        if not contacts:
            return
        with self.session(name) as env:
            env["client.touchpoint"].create(
                [self.contact_values(*contact) for contact in contacts]
            )
        for partner_id, kind, moment, direction, outcome in contacts:
            self.judge.know(partner_id, kind, moment, direction, outcome)
        self.look({contact[0] for contact in contacts})

    # ----------------------------------------------------------- what the judge is told

    def look(self, partners=None):
        """Tell the judge what he need not judge: status, class and who is new, and the
        day of the first round; he judges these clients anew.

        :param partners: ids of clients, default all
        """
        self.judge.today = self.day
        among = (
            SQL("TRUE")
            if partners is None
            else SQL("c.partner_id = ANY(%s)", list(partners))
        )
        with self.base.session() as env:
            env.cr.execute(
                SQL(
                    """SELECT c.partner_id, c.id, c.active, c.status, c.abc_class,
                              c.newcomer_until,
                              (SELECT array_agg(o.kind || ' ' || o.wave_date)
                                 FROM client_obligation o
                                WHERE o.card_id = c.id AND o.wave_date IS NOT NULL)
                         FROM client_card c
                        WHERE c.company_id = %s AND %s""",
                    self.company_id,
                    among,
                )
            )
            rows = env.cr.fetchall()
        for partner_id, card_id, active, status, abc_class, newcomer, waves in rows:
            self.cards[card_id] = partner_id
            waves = dict(wave.split() for wave in waves or ())
            self.judge.stands(
                partner_id,
                active,
                status,
                abc_class,
                bool(newcomer and newcomer >= self.day),
                {kind: date.fromisoformat(day) for kind, day in waves.items()},
            )
