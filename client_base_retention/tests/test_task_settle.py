"""What becomes of a planned contact when something happens (design 4.3 *Task*)."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ago
from .tasks import TaskCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTaskSettle(TaskCommon):
    def task(self, last=10, **values):
        """A client whose only purchase was ``last`` days ago, and his only task."""
        card = self.owned(last, **values)
        self.plan_tasks()
        (task,) = self.tasks_of(card)
        return card, task

    # ----------------------------------------------------------------------- finished

    def test_a_contact_that_satisfies_the_norm_finishes_it(self):
        self.norm()
        for kind, outcome, when, finished in (
            ("call", "reached", None, True),
            ("meeting", "reached", None, True),
            ("call", "reached", ago(1), True),
            ("email", "reached", None, False),
            ("message", "reached", None, False),
            ("material", "reached", None, False),
            ("call", "no_answer", None, False),
        ):
            with self.subTest(kind=kind, outcome=outcome, when=when):
                card, task = self.task()
                messages = self.notes(card.partner_id)
                self.talk(card, when, kind, outcome=outcome)
                self.assertEqual(task.active, not finished)
                new = self.notes(card.partner_id) - messages
                self.assertEqual(len(new), finished)
                self.assertEqual(len(card.touchpoint_ids), 1)
                if finished:
                    self.assertIn("Reached by", new.body)
                    self.assertIn("Reached by", task.feedback)
                    self.assertEqual(task.state, "done")

    def test_any_contact_with_a_person_of_the_client(self):
        self.norm("any")
        card, task = self.task()
        person = self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id
        )
        self.talk(person, kind="message", direction="in")
        self.assertFalse(task.active)

    def test_a_contact_before_the_last_one_finishes_nothing(self):
        """An old contact that comes with an import moves no due date."""
        self.norm()
        card = self.owned(30)
        self.talk(card, ago(10))
        self.plan_tasks()
        self.talk(card, ago(20))
        self.assertTrue(self.tasks_of(card))

    def test_what_is_finished_by_hand_is_one_contact_and_one_note(self):
        self.norm()
        card, task = self.task()
        messages = self.notes(card.partner_id)
        task.with_user(self.olga).action_feedback(feedback="All is well")
        self.env.flush_all()
        self.assertFalse(task.active)
        self.assertEqual(len(self.notes(card.partner_id) - messages), 1)

    def test_finished_by_hand_whatever_its_type(self):
        """A message planned as a to-do is a message."""
        self.norm("message")
        card, task = self.task()
        self.assertFalse(task.activity_type_id.client_kind)
        task.with_user(self.olga).action_feedback(feedback="Written")
        self.assertEqual(card.touchpoint_ids.mapped("kind"), ["message"])
        self.assertDue(card, ahead(7), "message")

    def test_logged_while_it_is_being_finished(self):
        """A contact made within *Done* leaves finishing to *Done*."""
        self.norm()
        card, task = self.task()
        messages = self.notes(card.partner_id)
        self.patch(
            type(self.env["mail.activity"]),
            "action_archive",
            lambda tasks: (
                tasks.env["client.touchpoint"].create(
                    {
                        "partner_id": card.partner_id.id,
                        "company_id": self.company.id,
                    }
                )
                and tasks.write({"active": False})
            ),
        )
        task._action_done(feedback="Done")
        self.assertFalse(task.active)
        self.assertEqual(task.feedback, "Done")
        self.assertEqual(len(self.notes(card.partner_id) - messages), 1)

    def test_nobody_is_told(self):
        """Only the history says by what the client was reached."""
        self.norm()
        card, task = self.task()
        card.partner_id.message_subscribe(
            (self.olga | self.env.user).partner_id.ids,
            [self.env.ref("mail.mt_activities").id],
        )
        mails = self.env["mail.mail"].search_count([])
        self.talk(card)
        self.assertFalse(task.active)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_the_next_one_is_planned_in_its_time(self):
        self.norm()
        card, task = self.task()
        self.talk(card)
        self.assertFalse(self.plan_tasks(today=ahead(3)))
        self.assertEqual(self.planned(self.plan_tasks(today=ahead(4))), card)
        self.assertFalse(task.active)

    def test_by_the_night(self):
        """Contacts that no event told of: an import by SQL, then the derivation."""
        self.norm()
        card, task = self.task()
        self.cr.execute(
            """INSERT INTO client_touchpoint (partner_id, card_id, company_id, date,
                                              kind, outcome, direction)
               VALUES (%s, %s, %s, %s, 'call', 'reached', 'in')""",
            [card.partner_id.id, card.id, self.company.id, datetime(2025, 6, 14, 9)],
        )
        self.derive_all()
        task.invalidate_recordset()
        self.assertFalse(task.active)
        self.assertIn("Reached by call", task.feedback)

    # ---------------------------------------------------------------------- cancelled

    def test_cancelled(self):
        head = self.make_user("task_head", ROLE_HEAD)

        def arrange(card):
            self.env["mail.activity"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": card.partner_id.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                    "date_deadline": ahead(2),
                }
            )

        def former(card):
            self.policy.former_after_months = 1
            card._derive(today=ahead(60))

        for name, change in (
            ("archived", lambda card: card.partner_id.action_archive()),
            ("not a client", lambda card: card.with_user(head).action_not_a_client()),
            ("paused", lambda card: card.write({"pause_until": ahead(1)})),
            ("agreed", lambda card: card._agree(ahead(20))),
            ("arranged", arrange),
            (
                "longer norm",
                lambda card: card.obligation_ids.rule_id.write(
                    {"interval_unit": "month"}
                ),
            ),
            ("former", former),
            ("nobody", lambda card: card.write({"user_id": False})),
            ("norm removed", lambda card: card.obligation_ids.rule_id.unlink()),
        ):
            with self.subTest(name=name):
                rule = self.norm()
                card, task = self.task()
                messages = self.env["mail.message"].search_count([])
                touches = self.env["client.touchpoint"].search_count([])
                change(card)
                self.env.flush_all()
                self.assertFalse(task.exists())
                self.assertEqual(
                    self.env["client.touchpoint"].search_count([]), touches
                )
                if name in ("paused", "agreed", "longer norm", "norm removed"):
                    self.assertEqual(
                        self.env["mail.message"].search_count([]), messages
                    )
                rule.exists().unlink()
                self.policy.former_after_months = 12

    def test_what_an_old_contact_leaves_due_stays_planned(self):
        """Logged late: the client is still late by it, or due today."""
        self.norm()
        for when, left in ((8, -1), (7, 0), (6, None)):
            with self.subTest(when=when):
                card, task = self.task(20)
                self.talk(card, ago(when))
                self.assertEqual(task.active, left is not None)
                if left is not None:
                    self.assertEqual(task.date_deadline, ahead(left))
                    self.talk(card)
                    self.assertFalse(task.active)

    def test_not_for_other_tasks_of_the_client(self):
        self.norm()
        card, task = self.task()
        own = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": card.partner_id.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "date_deadline": ahead(2),
            }
        )
        self.assertTrue(task.exists())
        self.talk(card)
        self.assertTrue(own.active)
        self.assertFalse(task.active)

    # -------------------------------------------------------------------------- moved

    def test_moved_with_the_due_date(self):
        self.norm()
        card, task = self.task(4)
        self.assertEqual(task.date_deadline, ahead(3))
        card._agree(ahead(1))
        self.assertEqual(task.date_deadline, ahead(1))
        card._agree(False)
        self.assertEqual(task.date_deadline, ahead(3))

    def test_where_a_person_moved_it_it_stays(self):
        self.norm()
        card, task = self.task()
        task.date_deadline = ahead(1)
        self.talk(card, outcome="no_answer")
        self.derive_all()
        self.assertEqual(task.date_deadline, ahead(1))
        self.assertTrue(task.active)

    def test_goes_to_the_new_salesperson(self):
        self.norm()
        ivan = self.make_user("task_ivan", name="Ivan")
        card, task = self.task()
        followers = card.partner_id.message_partner_ids
        card.partner_id.user_id = ivan
        self.assertEqual(task.user_id, ivan)
        self.assertEqual(card.partner_id.message_partner_ids, followers)

    def test_from_who_leaves_to_who_stands_in(self):
        self.norm()
        self.policy.fallback_user_id = self.make_user("task_deputy")
        card, task = self.task()
        self.olga.active = False
        self.assertEqual(task.user_id, self.policy.fallback_user_id)

    def test_given_to_a_colleague_it_stays_with_him(self):
        self.norm()
        ivan, anna = self.make_user("task_ivan"), self.make_user("task_anna")
        card, task = self.task()
        task.user_id = ivan
        self.derive_all()
        self.assertEqual(task.user_id, ivan)
        ivan.active = False
        self.derive_all()
        self.assertEqual(task.user_id, self.olga)
        task.user_id = anna
        card.partner_id.user_id = self.make_user("task_pavel")
        self.assertEqual(task.user_id.login, "task_pavel")

    # ---------------------------------------------------------------------- the clients

    def test_another_norm_of_the_kind_keeps_the_task(self):
        """A client becomes VIP: the same call, due earlier."""
        self.norm(count=8, unit="day")
        self.norm(count=7, unit="day", abc_class="vip")
        card, task = self.task(9)
        self.assertEqual(task.date_deadline, ago(1))
        card.abc_class_manual = "vip"
        self.assertEqual(task.date_deadline, ago(2))
        self.assertEqual(task.client_obligation_id, card.obligation_ids)

    def test_merge(self):
        """One task for one norm; the histories of both stay."""
        self.norm()
        self.norm("meeting")
        for which in ("both", "first", "second"):
            with self.subTest(which=which):
                first, second = self.owned(10), self.owned(9)
                self.talk(first, ago(9))
                self.talk(second, ago(8))
                self.plan_tasks()
                if which == "first":
                    self.tasks_of(second).unlink()
                elif which == "second":
                    self.tasks_of(first).unlink()
                wizard = self.env["base.partner.merge.automatic.wizard"].create({})
                wizard._merge(
                    (first | second).partner_id.ids, dst_partner=first.partner_id
                )
                self.env.invalidate_all()
                self.assertFalse(second.exists())
                tasks = self.tasks_of(first)
                self.assertEqual(
                    sorted(tasks.client_obligation_id.mapped("kind")),
                    ["call", "meeting"],
                )
                self.assertEqual(len(tasks), 2)
                self.assertEqual(tasks.client_obligation_id.card_id, first)
                self.assertEqual(len(first.touchpoint_ids), 2)

    def test_a_client_becomes_a_person_of_another(self):
        self.norm()
        card, task = self.task()
        company = self.owned(9)
        card.partner_id.write({"is_company": False, "parent_id": company.partner_id.id})
        self.assertEqual(task.exists().client_obligation_id, company.obligation_ids)
        self.assertEqual(self.tasks_of(company), task)

    # ---------------------------------------------------------------- rights, companies

    def test_whoever_logs_the_contact(self):
        """A salesperson who may do nothing else finishes a colleague's task."""
        self.norm()
        anna = self.make_user("task_anna", ROLE_ALL)
        card, task = self.task()
        self.env["client.touchpoint"].with_user(anna).create(
            {"partner_id": card.partner_id.id, "company_id": self.company.id}
        )
        self.assertFalse(task.active)
        self.assertIn(anna.name, task.feedback)

    def test_contacts_of_another_company_finish_nothing(self):
        self.norm()
        self.norm(policy=self.policy_b)
        card, task = self.task()
        self.enter([(card.partner_id, ago(1), 10)], self.company_b)
        self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "company_id": self.company_b.id,
                "date": datetime(2025, 6, 15, 9),
            }
        )
        self.assertTrue(task.active)

    def test_a_meeting_in_the_calendar_made_from_the_task(self):
        """The planned meeting gets its hour: it is the same task."""
        self.norm("meeting")
        card, task = self.task()
        start = datetime(2025, 6, 18, 9)
        self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(card.partner_id.ids)],
                "activity_ids": [Command.link(task.id)],
            }
        )
        self.assertTrue(task.exists())
        self.assertTrue(card.is_arranged)

    # -------------------------------------------------------------------------- speed

    def test_no_query_for_each_client(self):
        """What is settled costs by what is to be settled, not by the clients."""
        self.norm()
        cards = self.env["client.card"].concat(*(self.owned(10) for _n in range(22)))
        self.plan_tasks()

        def cost(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._derive()
            return self.cr.sql_log_count - before

        cost(cards[:1])
        self.assertEqual(cost(cards[:2]), cost(cards[2:]))

        def moved(some, days):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._agree(ahead(days))
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.assertEqual(moved(cards[:2], 1), moved(cards[2:], 1))
        self.assertLessEqual(moved(cards[2:], 20) - moved(cards[:2], 20), 6)
        self.assertFalse(self.tasks_of(cards[0]))
