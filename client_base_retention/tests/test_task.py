"""Contacts that are due become tasks (design 4.3 *Task*)."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago, day
from .tasks import TaskCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTask(TaskCommon):
    # --------------------------------------------------------------------- which, when

    def test_within_the_warning_days(self):
        """Weekly, announced three days before: from the fourth day on."""
        self.norm()
        for last, planned in ((3, False), (4, True), (7, True), (8, True), (60, True)):
            with self.subTest(last=last):
                card = self.owned(last)
                tasks = self.plan_tasks()
                self.assertEqual(self.planned(tasks), card if planned else card[:0])
                self.assertEqual(
                    tasks.mapped("date_deadline"), [ahead(7 - last)] * planned
                )

    def test_the_norms_own_warning_days(self):
        self.norm(warning_days=1)
        card = self.owned(5)
        self.assertFalse(self.plan_tasks())
        card = self.owned(6)
        self.assertEqual(self.planned(self.plan_tasks()), card)

    def test_what_a_task_is(self):
        rule = self.norm()
        card = self.owned(10)
        task = self.plan_tasks()
        self.assertRecordValues(
            task,
            [
                {
                    "res_model": "res.partner",
                    "res_id": card.partner_id.id,
                    "client_id": card.partner_id.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                    "user_id": self.olga.id,
                    "date_deadline": ago(3),
                    "is_client_norm": True,
                    "client_obligation_id": card.obligation_ids.id,
                    "summary": "By the norm: call at least once a week",
                }
            ],
        )
        self.assertEqual(card.obligation_ids.rule_id, rule)

    def test_types(self):
        own = self.env["mail.activity.type"].create({"name": "Own"})
        orders = self.env["mail.activity.type"].create(
            {"name": "For orders", "res_model": "sale.order"}
        )
        data = {
            name: self.env.ref(f"mail.mail_activity_data_{name}")
            for name in ("call", "meeting", "email", "todo")
        }
        for kind, chosen, expected in (
            ("call", None, data["call"]),
            ("any", None, data["call"]),
            ("meeting", None, data["meeting"]),
            ("email", None, data["email"]),
            ("message", None, data["todo"]),
            ("call", own, own),
            ("call", orders, data["call"]),
        ):
            with self.subTest(kind=kind, chosen=chosen):
                rule = self.norm(kind, activity_type_id=chosen and chosen.id)
                card = self.owned(10)
                self.plan_tasks()
                self.assertEqual(self.tasks_of(card).activity_type_id, expected)
                rule.unlink()
                self.assertFalse(self.tasks_of(card))

    def test_mapped_type_of_messages(self):
        own = self.env["mail.activity.type"].create(
            {"name": "Messenger", "client_kind": "message"}
        )
        self.norm("message")
        card = self.owned(10)
        self.plan_tasks()
        self.assertEqual(self.tasks_of(card).activity_type_id, own)

    def test_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        script = self.env["client.script"].create(
            {"name": "Care", "text": "<p>How are you?</p>"}
        )
        script.update_field_translations(
            "text", {"fr_FR": {"How are you?": "Comment allez-vous ?"}}
        )
        self.norm(script_id=script.id)
        amelie = self.make_user("task_amelie", lang="fr_FR")
        ours, hers = self.owned(10), self.owned(10, amelie)
        self.plan_tasks()
        self.assertIn("How are you?", self.tasks_of(ours).note)
        self.assertIn("Comment allez-vous", self.tasks_of(hers).note)

    # ------------------------------------------------------------- never two, for whom

    def test_never_two_for_one_norm(self):
        self.norm()
        self.norm("meeting")
        card = self.owned(10)
        self.assertEqual(len(self.plan_tasks()), 2)
        self.assertFalse(self.plan_tasks())
        self.assertFalse(self.plan_tasks(today=ahead(30)))
        self.assertEqual(len(self.tasks_of(card)), 2)

    def test_not_for_these(self):
        """Paused, arranged, archived, no norm any more."""
        self.norm()
        paused, arranged, archived, former = (self.owned(10) for _n in range(4))
        paused.pause_until = ahead(1)
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": arranged.partner_id.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "date_deadline": ahead(20),
            }
        )
        archived.partner_id.active = False
        former = self.owned(500)
        self.assertEqual(former.status, "former")
        self.assertFalse(
            self.plan_tasks()
            & self.env["mail.activity"].search(
                [
                    (
                        "client_id",
                        "in",
                        (paused | arranged | archived | former).partner_id.ids,
                    )
                ]
            )
        )
        paused.pause_until = TODAY
        self.assertIn(paused, self.planned(self.plan_tasks()))

    def test_who(self):
        leader, one, stand_in = (
            self.make_user(f"task_{login}") for login in ("leader", "one", "deputy")
        )
        team = self.env["crm.team"].create(
            {
                "name": "Team",
                "user_id": leader.id,
                "company_id": self.company.id,
                "member_ids": [Command.set(self.olga.ids)],
            }
        )
        nobody = self.env["res.users"]
        for responsible, user, fallback, expected in (
            ("salesperson", self.olga, nobody, self.olga),
            ("salesperson", nobody, stand_in, stand_in),
            ("salesperson", nobody, nobody, nobody),
            ("team_leader", self.olga, stand_in, leader),
            ("team_leader", nobody, stand_in, stand_in),
            ("user", self.olga, stand_in, one),
            ("user", nobody, nobody, one),
        ):
            with self.subTest(responsible=responsible, user=user, fallback=fallback):
                rule = self.norm(
                    responsible=responsible,
                    responsible_user_id=responsible == "user" and one.id,
                )
                self.policy.fallback_user_id = fallback
                card = self.owned(10, user)
                self.assertEqual(card.team_id, team if user else team[:0])
                self.plan_tasks()
                self.assertEqual(self.tasks_of(card).user_id, expected)
                self.assertEqual(len(self.tasks_of(card)), len(expected))
                rule.unlink()

    def test_users_who_left_or_never_came_here(self):
        self.norm()
        self.policy.fallback_user_id = self.make_user("task_stand_in")
        left, outside = self.make_user("task_left"), self.make_user("task_outside")
        cards = self.owned(10, left) | self.owned(10, outside)
        left.active = False
        outside.write(
            {
                "company_ids": [Command.set(self.company_b.ids)],
                "company_id": self.company_b.id,
            }
        )
        self.plan_tasks()
        for card in cards:
            self.assertEqual(self.tasks_of(card).user_id, self.policy.fallback_user_id)

    def test_quietly(self):
        """No mail, no notice, no follower, no note; a user without e-mail too."""
        self.norm()
        silent = self.make_user("task_silent")
        silent.partner_id.email = False
        cards = self.owned(10) | self.owned(10, silent)
        partners = cards.partner_id
        followers = partners.message_partner_ids
        messages = self.notes(partners[0]) | self.notes(partners[1])
        mails = self.env["mail.mail"].search_count([])
        self.assertEqual(len(self.plan_tasks()), 2)
        self.assertEqual(partners.message_partner_ids, followers)
        self.assertNotIn(self.olga.partner_id, followers)
        self.assertEqual(self.notes(partners[0]) | self.notes(partners[1]), messages)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_never_before_the_first_round(self):
        self.policy.start_date = ago(1)
        self.norm("call", 3, "day")
        card = self.owned(300)
        self.plan_tasks()
        self.assertEqual(self.tasks_of(card).date_deadline, ago(1))

    # ------------------------------------------------------------------- limit, order

    def test_limit_less_what_is_open(self):
        self.norm()
        cards = self.env["client.card"].concat(*(self.owned(10) for _n in range(6)))
        for limit, made in ((0, 0), (2, 2), (2, 0), (5, 3), (4, 0), (100, 1)):
            with self.subTest(limit=limit):
                self.policy.daily_task_limit = limit
                self.assertEqual(len(self.plan_tasks()), made)
        self.assertEqual(len(self.tasks_of(cards[0])), 1)

    def test_limit_of_each_user(self):
        self.norm()
        self.policy.daily_task_limit = 2
        ivan = self.make_user("task_ivan")
        for user in (self.olga, ivan):
            for _n in range(3):
                self.owned(10, user)
        tasks = self.plan_tasks()
        self.assertEqual(
            {user: len(own) for user, own in tasks.grouped("user_id").items()},
            {self.olga: 2, ivan: 2},
        )

    def test_limit_over_companies(self):
        """A user of two companies has one limit; both companies' clients compete."""
        self.norm()
        self.norm(policy=self.policy_b)
        both = self.make_user("task_both", companies=self.company | self.company_b)
        here = self.owned(10, both)
        late = self.make_partner(user_id=both.id)
        self.enter([(late, ago(50), 10)], self.company_b)
        self.policy.daily_task_limit = self.policy_b.daily_task_limit = 1
        tasks = self.env["client.card"]._plan_tasks()
        self.assertEqual(tasks.filtered(lambda a: a.user_id == both).client_id, late)
        self.policy.daily_task_limit = 2
        tasks = self.env["client.card"]._plan_tasks()
        self.assertEqual(
            tasks.filtered(lambda a: a.user_id == both).client_id, here.partner_id
        )

    def test_order(self):
        """VIP first, then by days late of the norm, then by turnover."""
        self.norm(count=10, unit="day")
        self.policy.daily_task_limit = 4
        latest = self.owned(25, name="latest")
        late = self.owned(20, name="late")
        small = self.owned(15, amount=5, name="small")
        large = self.owned(15, amount=500, name="large")
        vip = self.owned(9, name="vip")
        vip.abc_class_manual = "vip"
        self.assertEqual(self.planned(self.plan_tasks()), vip | latest | late | large)
        self.policy.daily_task_limit = 5
        self.assertEqual(self.planned(self.plan_tasks()), small)

    def test_not_late_yet_who_is_due_first(self):
        self.norm(count=10, unit="day", warning_days=3)
        self.policy.daily_task_limit = 1
        large = self.owned(8, amount=500, name="large")
        small = self.owned(10, amount=5, name="small")
        self.assertEqual(self.planned(self.plan_tasks()), small)
        self.policy.daily_task_limit = 2
        self.assertEqual(self.planned(self.plan_tasks()), large)

    def test_by_the_norm_not_by_days(self):
        """Three days late of seven come before thirty of a hundred."""
        self.norm(status="active", abc_class="c", count=100, unit="day")
        self.norm()
        self.policy.daily_task_limit = 1
        slow = self.owned(130, amount=10)
        slow.abc_class_manual = "c"
        fast = self.owned(10, amount=5)
        fast.abc_class_manual = "b"
        self.assertEqual(self.planned(self.plan_tasks()), fast)

    def test_every_fifth_place(self):
        """Of ten places the fifth and the tenth go to who is late the most."""
        self.norm(count=10, unit="day")
        vips = self.env["client.card"].concat(*(self.owned(9) for _n in range(20)))
        vips.abc_class_manual = "vip"
        latest, late, less = self.owned(60), self.owned(50), self.owned(40)
        none = latest[:0]
        for limit, expected in (
            (4, none),
            (5, latest),
            (9, latest),
            (10, latest | late),
        ):
            with self.subTest(limit=limit):
                self.policy.daily_task_limit = limit
                tasks = self.plan_tasks()
                planned = self.planned(tasks)
                self.assertEqual(len(planned), limit)
                self.assertEqual(planned - vips, expected)
                tasks.unlink()
        self.policy.daily_task_limit = 10
        planned = self.planned(self.plan_tasks())
        self.assertEqual((planned[4], planned[9]), (latest, late))
        self.assertNotIn(less, planned)

    def test_the_fifth_place_comes_also_in_small_portions(self):
        """Four a day: the places are those of the limit."""
        self.norm(count=10, unit="day")
        vips = self.env["client.card"].concat(*(self.owned(9) for _n in range(9)))
        vips.abc_class_manual = "vip"
        latest = self.owned(60)
        self.policy.daily_task_limit = 4
        self.assertNotIn(latest, self.planned(self.plan_tasks()))
        self.policy.daily_task_limit = 6
        self.assertIn(latest, self.planned(self.plan_tasks()))

    def test_limits_of_several_regulations(self):
        """Clients under the lower limit get no place beyond it."""
        other = self.policy.copy({"name": "Other", "daily_task_limit": 4})
        self.policy.daily_task_limit = 2
        self.norm()
        self.norm(policy=other)
        for _n in range(4):
            self.owned(20)
        mild = [self.owned(10) for _n in range(4)]
        for card in mild:
            card.policy_id = other
        planned = self.planned(self.plan_tasks())
        self.assertEqual(len(planned), 4)
        self.assertEqual(planned[:2].policy_id, self.policy)
        self.assertEqual(planned[2:].policy_id, other)

    # --------------------------------------------------------------------------- days

    def test_today_is_the_companys(self):
        """23:30 in UTC: in Tokyo the next day has begun."""
        self.norm("call", 10, "day", warning_days=1)
        card = self.owned(9 - 1)
        with freeze_time("2025-06-15 23:30:00"):
            self.assertFalse(self.plan_tasks())
            self.company.partner_id.tz = "Asia/Tokyo"
            self.assertEqual(self.planned(self.plan_tasks()), card)

    def test_another_day(self):
        self.norm()
        card = self.owned(0)
        self.assertFalse(self.plan_tasks(today=ahead(3)))
        self.assertEqual(self.planned(self.plan_tasks(today=ahead(4))), card)
        self.assertEqual(self.tasks_of(card).date_deadline, day("2025-06-22"))

    # -------------------------------------------------------------------------- speed

    def test_no_query_for_each_task(self):
        self.norm()

        def cost(number):
            for _n in range(number):
                self.owned(10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self.plan_tasks()), number)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(1)
        few, many = cost(5), cost(50)
        self.assertLessEqual(many - few, 3, (few, many))
