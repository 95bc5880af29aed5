"""What each of the nine does on a day, and what happens to all of them."""

from datetime import timedelta

OFTEN, SOMETIMES = 0.7, 0.2
TASKS = """
    SELECT a.id, c.partner_id, o.kind, c.abc_class
      FROM mail_activity a
      JOIN client_obligation o ON o.id = a.client_obligation_id
      JOIN client_card c ON c.id = o.card_id
     WHERE a.active AND a.is_client_norm AND a.user_id = %s
     ORDER BY a.date_deadline, a.id
"""


class Salesperson:
    """Works off all that My day shows him: the diligent one."""

    hour = 9.0

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.random = world.random

    def work(self):
        """One working day."""
        tasks = self.tasks()
        clicked, called = [], []
        for task in tasks:
            (clicked if self.random.random() < SOMETIMES else called).append(task)
        self.finish(clicked)
        self.log([(t[1], self.kind(t)) for t in called])
        self.answer(1)

    def tasks(self):
        """What is planned for him: (id, client, kind, class)."""
        return self.world.base.rows(TASKS, self.world.users[self.name])

    def kind(self, task):
        """How he contacts the client: as the norm says."""
        return "call" if task[2] == "any" else task[2]

    def log(self, contacts, direction="out", outcome="reached"):
        """Logs contacts [(client, kind)] of this hour, each client once."""
        moment = self.world.at(self.hour)
        self.world.log(
            self.name,
            [
                (client, kind, moment, direction, outcome)
                for client, kind in dict.fromkeys(contacts)
            ],
        )

    def finish(self, tasks):
        """Marks tasks as done, which makes contacts of them."""
        if not tasks:
            return
        moment = self.world.at(self.hour - 0.5)
        with self.world.session(self.name) as env:
            env["mail.activity"].browse([t[0] for t in tasks]).action_feedback("Done")
        for task in tasks:
            self.world.judge.know(task[1], self.kind(task), moment)
        self.world.look({task[1] for task in tasks})

    def answer(self, count):
        """Some of his clients call or write by themselves."""
        mine = [c for c, owner in self.world.owner.items() if owner == self.name]
        kinds = ["call", "call", "email", "message"]
        clients = self.random.sample(mine, min(count, len(mine)))
        self.hour += 1
        self.log([(c, self.random.choice(kinds)) for c in clients], "in")
        self.hour -= 1


class Lazy(Salesperson):
    """A third of the tasks, and never a VIP."""

    def tasks(self):
        tasks = [task for task in super().tasks() if task[3] != "vip"]
        return tasks[: (len(tasks) + 2) // 3]


class InVain(Salesperson):
    """Calls, and mostly nobody answers."""

    def work(self):
        tasks = self.tasks()
        tries = [task for task in tasks if self.random.random() < OFTEN]
        self.log([(t[1], "call") for t in tries], outcome="no_answer")
        tried = {task[1] for task in tries}
        self.hour += 0.5
        self.log([(t[1], self.kind(t)) for t in tasks if t[1] not in tried])
        self.hour -= 0.5


class IncomingOnly(Salesperson):
    """Never calls; answers who calls."""

    def work(self):
        self.answer(4)


class LateLogger(Salesperson):
    """Does everything on its day, and types it in on the next working day."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.notebook = []

    def work(self):
        self.world.at(self.hour)
        merged = self.world.merged
        self.world.log(self.name, [(merged.get(c, c), *r) for c, *r in self.notebook])
        moment = self.world.moment(self.hour + 6)
        self.notebook = [
            (client, kind, moment, "out", "reached")
            for client, kind in dict.fromkeys(
                (task[1], self.kind(task)) for task in self.tasks()
            )
        ]


class Arranger(Salesperson):
    """Arranges every fifth contact for another day, and keeps to it."""

    TYPES = {
        "call": "mail.mail_activity_data_call",
        "meeting": "mail.mail_activity_data_meeting",
    }

    def __init__(self, world, name):
        super().__init__(world, name)
        self.promised = []  # (day, activity, client, kind)

    def work(self):
        self.keep()
        tasks = self.tasks()
        later = [t for t in tasks if self.random.random() < SOMETIMES]
        later = list({t[1]: t for t in later if self.kind(t) in self.TYPES}.values())
        self.arrange(later)
        put_off = {task[1] for task in later}
        self.log([(t[1], self.kind(t)) for t in tasks if t[1] not in put_off])
        self.answer(1)

    def arrange(self, tasks):
        """Makes an activity of his own with each of these clients."""
        if not tasks:
            return
        self.world.at(self.hour - 0.2)
        days = [timedelta(days=self.random.randint(1, 10)) for _task in tasks]
        with self.world.session(self.name) as env:
            for task, later in zip(tasks, days, strict=True):
                kind, day = self.kind(task), self.world.day + later
                activity = (
                    env["res.partner"]
                    .browse(task[1])
                    .activity_schedule(
                        self.TYPES[kind], day, user_id=env.uid, summary="Promised"
                    )
                )
                self.promised.append((day, activity.id, task[1], kind))
                self.world.judge.clients[task[1]].arranged.append([kind, day])
        self.world.look({task[1] for task in tasks})

    def keep(self):
        """Does what he promised for today, and what fell on days off."""
        due = [one for one in self.promised if one[0] <= self.world.day]
        if not due:
            return
        self.promised = [one for one in self.promised if one not in due]
        merged = self.world.merged
        due = [(day, a, merged.get(c, c), kind) for day, a, c, kind in due]
        moment = self.world.at(self.hour - 0.3)
        with self.world.session(self.name) as env:
            kept = env["mail.activity"].browse([one[1] for one in due]).exists()
            kept.action_feedback("As promised")
        for day, activity, client, kind in due:
            self.world.judge.clients[client].arranged.remove([kind, day])
            if activity in kept.ids:
                self.world.judge.know(client, kind, moment)
        self.world.look({one[2] for one in due})


PEOPLE = {
    "diligent": Salesperson,
    "ill": Salesperson,
    "late_logger": LateLogger,
    "second_diligent": Salesperson,
    "leaver": Salesperson,
    "arranger": Arranger,
    "in_vain": InVain,
    "lazy": Lazy,
    "incoming_only": IncomingOnly,
}
