"""Which contacts become tasks of random bases, against a second computation."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from . import oracle_tasks
from .world_contacts import WorldCommon

DAYS = ("2027-12-31", "2028-02-29", "2028-03-26")


@tagged("post_install", "-at_install")
class TestOracleTasks(WorldCommon):
    def test_choice_of_tasks(self):
        """Days pass: each morning the right contacts are planned for the right users
        in the right order, a second planning makes none. Whatever happens by day, what
        stays planned is what is still to be done, by whom and when."""
        for seed in self.SEEDS:
            with self.world(seed):
                for text in DAYS:
                    self.move_on(text)
                    self.night()
                    self.forget()
                    self.plan()
                    self.happen()

    def test_choice_of_tasks_while_away(self):
        """The same while salespeople are away, for each other and one after another."""
        for seed in self.SEEDS:
            with self.world(seed):
                for text in DAYS:
                    self.move_on(text)
                    self.night()
                    self.forget()
                    self.leave()
                    self.plan(compare=False)
                    self.leave()
                    self.check_open()

    def leave(self):
        """Some come back, others go away, today or for the days around it."""
        there = [user for user in self.staff if user != self.left.id]
        with freeze_time(self.now):
            self.env["client.away"].search([("user_id", "in", self.staff)]).unlink()
            for user in there:
                if self.random.random() < 0.4:
                    continue
                first = self.now.date() - timedelta(self.random.randint(-1, 3))
                others = [False, *(u for u in there if u != user)]
                self.env["client.away"].create(
                    {
                        "user_id": user,
                        "date_from": first,
                        "date_to": first + timedelta(self.random.randint(0, 3)),
                        "stand_in_id": self.random.choice(others),
                    }
                )

    def aways(self):
        found = self.env["client.away"].search([("user_id", "in", self.staff)])
        return [
            oracle_tasks.Away(
                a.user_id.id, a.date_from, a.date_to, a.stand_in_id.id or None
            )
            for a in found
        ]

    def happen(self):
        clients = self.random.sample(self.clients, len(self.clients))
        share = len(clients) // 6
        parts = [clients[n * share : (n + 1) * share] for n in range(6)]
        with freeze_time(self.now):
            self.decide(parts[0])
            self.archive(parts[1][:2])
            self.buy_more(parts[1][2:])
            self.forget()
            self.correct(parts[2])
            self.carry_out(parts[3])
        self.check_open()
        self.talk_much(parts[4], 3, 2)
        self.arrange(parts[5][:5])
        self.check_open()

    def open_tasks(self):
        return self.env["mail.activity"].search(
            [("is_client_norm", "=", True), ("user_id", "in", self.staff)]
        )

    def plan(self, compare=True):
        # With days away the last day in time is another; not the matter here.
        if compare:
            self.compare()
        self.check_open()
        standing = self.open_tasks()
        with freeze_time(self.now):
            made = self.made_here(self.env["client.card"]._plan_tasks())
            again = self.made_here(self.env["client.card"]._plan_tasks())
        self.assertFalse(again)
        expected = self.expected(standing)
        for user_id in self.staff:
            own = made.filtered(lambda task, u=user_id: task.user_id.id == u)
            self.assertEqual(
                [self.described(task) for task in own],
                [
                    (t.client.abc_class == "vip", t.client.turnover, t.day)
                    for t in expected[user_id]
                ],
                user_id,
            )
            self.compared += len(own)
        self.assertLessEqual(set(made.user_id.ids), set(self.staff))

    def made_here(self, tasks):
        """Those with clients of this world: every company is planned."""
        cards = tasks.client_obligation_id.card_id
        ours = cards.filtered(lambda card: card.company_id in self.companies)
        return tasks.filtered(lambda task: task.client_obligation_id.card_id in ours)

    def described(self, task):
        card = task.client_obligation_id.card_id
        return card.abc_class == "vip", card.turnover, task.date_deadline

    def expected(self, standing):
        """{user id: tasks in their order}; ``standing`` are open already."""
        taken = {self.what(task) for task in standing}
        due = [t for t in self.due() if (t.client.id, t.kind) not in taken]
        due = [t for t in due if not t.waits]
        return {
            user_id: oracle_tasks.tasks_chosen(
                [task for task in due if task.user == user_id],
                len(standing.filtered(lambda t, u=user_id: t.user_id.id == u)),
            )
            for user_id in self.staff
        }

    def may_enter(self, user_id, company_id):
        user = self.env["res.users"].browse(user_id)
        return user.active and company_id in user.company_ids.ids

    def due(self):
        """All that could be planned if there were no limit."""
        todays = {company.id: self.today(company.id) for company in self.companies}
        kept = self.kept_obligations()
        return oracle_tasks.tasks_due(
            self.clients,
            self.policies,
            todays,
            self.may_enter,
            lambda card_id, kind: kept[card_id][kind]["late"],
            self.aways(),
        )

    def what(self, task):
        norm = task.client_obligation_id
        return norm.card_id.id, norm.kind

    def check_open(self):
        """What is open is still to be done: once, by whom and when the norms say."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.learn()
        tasks = self.open_tasks()
        self.assertEqual(len(tasks.client_obligation_id), len(tasks))
        due = {(t.client.id, t.kind): (t.user, t.day) for t in self.due()}
        for task in tasks:
            self.assertEqual(
                (task.user_id.id, task.date_deadline),
                due.get(self.what(task)),
                (task.summary, self.what(task)),
            )
            self.compared += 1
