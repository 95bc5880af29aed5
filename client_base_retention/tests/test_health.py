"""The page *Health* (product.md 1f): runs, queue, history, tasks, limits, users."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY
from .tasks import TaskCommon

NOW = fields.Datetime.to_datetime(NOON)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHealth(TaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("health_head", f"{SALES},{ROLE_HEAD}", tz="UTC")
        cls.env["client.derive.run"].search([]).write({"state": "done"})
        cls.env["client.card.dirty"].search([]).unlink()

    def page(self, user=None, companies=None):
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.head
        companies = companies or user.company_ids
        model = self.env["client.health"].with_user(user)
        return model.with_context(allowed_company_ids=companies.ids)

    def line(self, key, company=None, **kwargs):
        """A line of the company's block."""
        data = self.page(**kwargs).get_health()
        company = company or self.company
        block = next(c for c in data["companies"] if c["id"] == company.id)
        return next(line for line in block["lines"] if line["key"] == key)

    def listed(self, action):
        """How many records the list of a line shows to the head."""
        if "method" in action:
            page = self.page()
            action = getattr(page, action["method"])(*action["args"])
        model = self.env[action["res_model"]].with_user(self.head)
        context = action.get("context")
        model = model.with_context(
            allowed_company_ids=self.company.ids,
            **(context if isinstance(context, dict) else {}),
        )
        return model.search(action["domain"])

    def ran(self, ago=timedelta(hours=10), **values):
        """A run of the company that was finished so long ago."""
        return self.env["client.derive.run"].create(
            {
                "company_id": self.company.id,
                "date": TODAY,
                "state": "done",
                "cards": 61204,
                "total": 61204,
                "changed": 312,
                "seconds": 38.2,
                "finished_at": NOW - ago,
                **values,
            }
        )

    def age(self, records, delta):
        """These records were made so long ago."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET create_date = %s WHERE id = ANY(%s)",
            [NOW - delta, records.ids],
        )
        self.env.invalidate_all()

    # --------------------------------------------------------------------- derivation

    def test_last_night_in_words(self):
        run = self.ran(skipped=4)
        line = self.line("night")
        self.assertEqual(
            line["text"].replace("\u202f", " "),
            "today 2:00 AM: 61,204 cards, 38 s, 312 changed, 4 left to the queue",
        )
        self.assertEqual((line["state"], line["word"]), ("good", "Good"))
        self.assertIn(run, self.listed(line["action"]))

    def test_a_night_that_was_missed(self):
        run = self.ran()
        for hours, state in ((25, "good"), (27, "look"), (51, "look"), (53, "bad")):
            with self.subTest(hours=hours):
                run.finished_at = NOW - timedelta(hours=hours)
                self.assertEqual(self.line("night")["state"], state)

    def test_never_derived(self):
        self.env["client.derive.run"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        line = self.line("night")
        self.assertEqual(line["state"], "bad")
        self.assertIn("never", line["text"])

    def test_running_since(self):
        self.ran()
        run = self.ran(state="standing", cards=3000, finished_at=False)
        for hours, state in ((1, "good"), (7, "look"), (30, "bad")):
            with self.subTest(hours=hours):
                self.age(run, timedelta(hours=hours))
                line = self.line("running")
                self.assertEqual(line["state"], state)
        self.age(run, timedelta(hours=1))
        text = self.line("running")["text"].replace("\u202f", " ")
        self.assertEqual(
            text, "running since today 11:00 AM: 3,000 of 61,204 cards (Figures)"
        )
        self.assertIn(
            "61,204 cards", self.line("night")["text"], "the last one as well"
        )
        self.assertTrue(self.page().get_health()["busy"])

    def test_run_now(self):
        cron = self.env.ref("client_base_retention.ir_cron_client_derive")
        here = [("company_id", "=", self.company.id), ("state", "!=", "done")]
        runs = self.env["client.derive.run"]
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        shown = self.page().run_now()
        self.assertEqual(runs.search_count(here), 1)
        self.assertTrue(shown["busy"])
        self.page().run_now()
        self.assertEqual(runs.search_count(here), 1, "pressed twice")
        self.assertFalse(
            runs.search([("company_id", "=", self.company_b.id), *here[1:]])
        )
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(after - triggers)

    def test_run_now_derives(self):
        """What the button orders, the scheduled action does."""
        self.page().run_now()
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_base_retention.ir_cron_client_derive"
            ).method_direct_trigger()
        self.env.invalidate_all()
        run = self.env["client.derive.run"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.assertEqual(run.state, "done")
        self.assertEqual(self.line("night")["state"], "good")

    # -------------------------------------------------------------------------- queue

    def test_queue_length_and_age(self):
        self.assertEqual(self.line("queue")["text"], "0")
        partners = self.make_partners(3)
        queue = self.env["client.card"].sudo()
        queue._enqueue({(p.id, self.company.id) for p in partners})
        queue._enqueue({(partners[0].id, self.company.id)})
        queue._enqueue({(partners[0].id, self.company_b.id)})
        rows = self.env["client.card.dirty"].search([], order="id")
        self.assertEqual(set(rows.mapped("queued_at")), {NOW})
        for delta, state, text in (
            (timedelta(minutes=25), "good", "25 min"),
            (timedelta(hours=5), "look", "5 h"),
            (timedelta(days=3), "bad", "3 d"),
        ):
            with self.subTest(text=text):
                rows[0].queued_at = NOW - delta
                line = self.line("queue")
                self.assertEqual(line["text"], f"3, the oldest waits for {text}")
                self.assertEqual(line["state"], state)
        self.assertEqual(self.listed(self.line("queue")["action"]), partners)

    def test_the_queue_of_another_company_is_not_opened(self):
        partner = self.make_partner()
        self.env["client.card"].sudo()._enqueue({(partner.id, self.company_b.id)})
        action = self.page().open_queue(self.company_b.id)
        self.assertFalse(self.listed(action))

    # ------------------------------------------------------- scheduled actions, history

    def cron_line(self, name):
        cron = self.env.ref(f"client_base_retention.{name}")
        lines = self.page().get_health()["lines"]
        return next(line for line in lines if line["key"] == f"cron_{cron.id}")

    def test_every_scheduled_action_has_a_line(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "client_base_retention"), ("model", "=", "ir.cron")]
        )
        keys = {line["key"] for line in self.page().get_health()["lines"]}
        self.assertEqual(keys, {"history", *(f"cron_{d.res_id}" for d in data)})
        self.assertGreaterEqual(len(data), 6)

    def test_scheduled_action_that_fails_or_sleeps(self):
        cron = self.env.ref("client_base_retention.ir_cron_client_queue")
        well = {
            "active": True,
            "failure_count": 0,
            "first_failure_date": False,
            "nextcall": NOW + timedelta(hours=1),
        }
        for values, state, word in (
            ({}, "good", "next run"),
            ({"nextcall": NOW - timedelta(minutes=90)}, "good", "next run"),
            ({"nextcall": NOW - timedelta(hours=3)}, "bad", "did not"),
            ({"active": False}, "bad", "switched off"),
            ({"failure_count": 1, "first_failure_date": NOW}, "look", ": 1, next try"),
            ({"failure_count": 3, "first_failure_date": NOW}, "bad", ": 3, next try"),
        ):
            with self.subTest(values=values):
                cron.write(well | values)
                line = self.cron_line("ir_cron_client_queue")
                self.assertEqual(line["state"], state)
                self.assertIn(word, line["text"])
                self.assertFalse(line["action"], "the head may not open it")

    def test_history(self):
        runs = self.env["client.history.run"]
        runs.search([]).unlink()

        def line():
            return self.page().get_health()["lines"][0]

        self.assertEqual(line()["state"], "look")
        run = runs.create({"state": "messages", "total": 200, "looked": 50})
        self.age(run, timedelta(hours=1))
        self.assertIn("25 %", line()["text"])
        self.assertEqual(line()["state"], "good")
        run.write({"state": "done", "contacts": 1234, "finished_at": NOW})
        self.assertIn("1,234 contacts", line()["text"])
        self.assertEqual(line()["state"], "good")
        run.skipped = 2
        self.assertEqual(line()["state"], "look")

    # -------------------------------------------------------------------------- tasks

    def test_planned_today(self):
        self.norm()
        self.start()
        self.owned(10), self.owned(20)
        tasks = self.plan_tasks()
        # Dates of creation come from the database, whatever time it is in this test.
        self.age(tasks, timedelta(hours=2))
        self.company.client_planned_on = TODAY
        line = self.line("planned")
        self.assertEqual((line["state"], line["text"]), ("good", "2"))
        self.assertEqual(self.listed(line["action"]), tasks)
        tasks[0].with_user(self.olga).sudo().action_done()
        line = self.line("planned")
        self.assertEqual(line["text"], "2", "done ones were planned, too")
        self.assertEqual(len(self.listed(line["action"])), 2)

    def test_not_planned(self):
        self.company.client_start_date = False
        self.assertEqual(self.line("planned")["state"], "off")
        self.start()
        self.assertEqual(self.line("planned")["state"], "look", "never yet")
        self.company.client_planned_on = TODAY - timedelta(1)
        self.assertEqual(self.line("planned")["state"], "bad")
        with freeze_time("2025-06-15 04:00:00"):
            self.assertEqual(self.line("planned")["state"], "good", "too early")
        self.company.client_tasks_on = False
        line = self.line("planned")
        self.assertEqual((line["state"], line["text"]), ("off", "switched off"))

    def test_tasks_beyond_the_limit(self):
        self.norm()
        cards = [self.owned(10) for _n in range(3)]
        self.plan_tasks()
        self.assertEqual(self.line("limit")["text"], "0")
        self.policy.daily_task_limit = 2
        line = self.line("limit")
        self.assertEqual(line["state"], "look")
        self.assertEqual(line["text"], "1: Olga 3 of 2")
        self.assertEqual(
            self.listed(line["action"]),
            self.env["mail.activity"].union(*map(self.tasks_of, cards)),
        )

    # -------------------------------------------------------------------------- users

    def test_users_without_a_role(self):
        before = self.line("roles")
        self.make_user("health_new")
        of_b = self.make_user("health_b", companies=self.company_b)
        line = self.line("roles")
        self.assertEqual(line["state"], "good" if before["state"] == "good" else "look")
        found = self.listed(line["action"])
        self.assertEqual(line["text"].split(",")[0], str(len(found)))
        self.assertNotIn(self.head, found)
        self.assertNotIn(of_b, found)
        self.owned(10)
        self.assertEqual(self.line("roles")["state"], "look", "Olga has clients")
        self.assertIn("with clients: 1", self.line("roles")["text"])
        self.env.ref(ROLE_ALL).user_ids |= self.olga
        self.assertNotIn("with clients", self.line("roles")["text"])

    # ---------------------------------------------------------------------- the whole

    def test_each_company_has_its_block(self):
        head = self.make_user(
            "health_two", ROLE_HEAD, companies=self.company | self.company_b
        )
        self.ran()
        data = self.page(head).get_health()
        self.assertEqual(
            [block["id"] for block in data["companies"]],
            (self.company | self.company_b).ids,
        )
        data = self.page(head, self.company_b).get_health()
        self.assertEqual(len(data["companies"]), 1)
        text = self.line("night", self.company_b, user=head, companies=self.company_b)
        self.assertNotIn("61,204", text["text"])

    def test_states_are_words_too(self):
        data = self.page().get_health()
        lines = [line for block in data["companies"] for line in block["lines"]]
        for line in lines + data["lines"]:
            self.assertIn(line["state"], ("good", "look", "bad", "off"))
            self.assertTrue(line["word"] and line["label"] and line["text"])

    def test_as_many_queries_for_ten_times_the_clients(self):
        self.norm()
        self.start()

        def queries():
            page = self.page()
            page.get_health()  # what is read once in the life of a server
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page.get_health()
            return self.env.cr.sql_log_count - before

        def grow(number):
            for _n in range(number):
                self.owned(10)
            self.age(self.plan_tasks(), timedelta(hours=1))
            partners = self.make_partners(number)
            self.env["client.card"].sudo()._enqueue(
                {(p.id, self.company.id) for p in partners}
            )

        grow(2)
        few = queries()
        grow(20)
        self.assertLessEqual(queries(), few + 1)
