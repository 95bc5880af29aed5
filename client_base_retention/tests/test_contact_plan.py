"""The plan of contacts (N69): whose, how many, beside what can be made; every number
opens the clients it counts.

Today is Sunday 15 June 2025: the plan begins with a week of one day.
"""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.client_base_retention.models import client_contact_plan_list

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, day
from .contacts import ContactsCommon

REPORT = "client_base_retention.report_client_contact_plan"


class PlanCase(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company + cls.company_b
        cls.head = cls.make_user("plan_head", ROLE_HEAD, both)
        cls.anna = cls.make_user("plan_anna", ROLE_ALL, name="Anna")
        cls.boris = cls.make_user("plan_boris", ROLE_ALL, name="Boris")
        cls.leader = cls.make_user("plan_leader", ROLE_ALL, name="Leader")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
            }
        )
        cls.team.member_ids = cls.anna
        cls.policy.daily_task_limit = 10
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Monday to Friday", "company_id": cls.company.id, "tz": "UTC"}
        )

    def plans(self, user=None, company=None):
        company = company or self.company
        return (
            self.env["client.contact.plan"]
            .with_user(user or self.head)
            .with_context(allowed_company_ids=company.ids)
        )

    def weeks(self, plan):
        return [week for month in plan["months"] for week in month["weeks"]]

    def totals(self, user=None, period="quarter", **options):
        """{first day: contacts} of the weeks in which there are any."""
        plan = self.plans(user).get_plan(period, **options)
        return {w["first"]: w["total"] for w in self.weeks(plan) if w["total"]}

    def clients_of(self, action, user=None):
        cards = self.env["client.card"].with_user(user or self.head)
        return cards.search(action["domain"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactPlan(PlanCase):
    # -------------------------------------------------------------------------- shape

    def test_days(self):
        """From today to the end of the month in which the period is over."""
        for today, period, last in (
            ("2025-06-15", "quarter", "2025-09-30"),
            ("2025-06-01", "quarter", "2025-08-31"),
            ("2025-06-02", "quarter", "2025-09-30"),
            ("2025-06-15", "half", "2025-12-31"),
            ("2025-11-30", "quarter", "2026-02-28"),
            ("2027-12-01", "quarter", "2028-02-29"),
            ("2025-08-31", "half", "2026-02-28"),
        ):
            with self.subTest(today=today, period=period), freeze_time(today):
                reach = self.plans()._reach(period, False, False)
                self.assertEqual(reach.first, day(today))
                self.assertEqual(reach.last, day(last))

    def test_weeks_are_cut_by_months_and_leave_out_no_day(self):
        plan = self.plans().get_plan("half")
        weeks = self.weeks(plan)
        begin = TODAY
        for week in weeks:
            first, last = map(date.fromisoformat, (week["first"], week["last"]))
            self.assertEqual(first, begin)
            self.assertEqual(first.month, last.month)
            self.assertLessEqual(first.weekday(), last.weekday())
            begin = last + timedelta(days=1)
        self.assertEqual(begin, day("2026-01-01"))
        self.assertEqual(
            [(w["first"], w["last"]) for w in weeks[:4]],
            [
                ("2025-06-15", "2025-06-15"),
                ("2025-06-16", "2025-06-22"),
                ("2025-06-23", "2025-06-29"),
                ("2025-06-30", "2025-06-30"),
            ],
        )
        self.assertEqual(len(plan["months"]), 7)

    def test_unknown_period(self):
        with self.assertRaises(ValueError):
            self.plans().get_plan("decade")

    def test_nothing(self):
        """Without clients, without norms, without anything due: a sentence."""
        plan = self.plans().get_plan()
        self.assertIn("no clients yet", plan["empty"])
        self.bought(10)
        self.assertIn("No norms", self.plans().get_plan()["empty"])
        self.norm(count=24, unit="month")
        plan = self.plans().get_plan()
        self.assertIn("No contact is due", plan["empty"])
        self.assertEqual(plan["total"], 0)
        self.norm("meeting")
        self.assertFalse(self.plans().get_plan()["empty"])

    # ------------------------------------------------------------------------ numbers

    def test_numbers_by_week_month_kind_and_class(self):
        self.norm("call", 1, "month")
        self.norm("meeting", 2, "month")
        card = self.bought(0)
        # Bought on 15 June: call 15 July; meeting 15 August; call after the meeting.
        plan = self.plans().get_plan()
        found = {w["first"]: w["counts"] for w in self.weeks(plan) if w["total"]}
        # The second call, 15 August, is the meeting.
        self.assertEqual(
            found,
            {
                "2025-07-14": {"call": 1},
                "2025-08-11": {"meeting": 1},
                "2025-09-15": {"call": 1},
            },
        )
        self.assertEqual(
            {m["key"]: m["total"] for m in plan["months"]},
            {"2025-06": 0, "2025-07": 1, "2025-08": 1, "2025-09": 1},
        )
        self.assertEqual(plan["counts"], {"call": 2, "meeting": 1})
        self.assertEqual(plan["classes"], {card.abc_class: 3})
        keys = {by: [c["key"] for c in own] for by, own in plan["columns"].items()}
        self.assertEqual(
            keys, {"kinds": ["call", "meeting"], "classes": [card.abc_class]}
        )

    def test_overdue_and_paused_and_agreed(self):
        self.norm("call", 6, "month")
        late, paused, agreed = self.bought(200), self.bought(200), self.bought(200)
        paused.pause_until = day("2025-08-20")
        agreed.obligation_ids.manual_due_date = day("2025-07-31")
        plan = self.plans().get_plan()
        self.assertEqual(
            {w["first"]: w["total"] for w in self.weeks(plan) if w["total"]},
            {"2025-06-15": 1, "2025-07-28": 1, "2025-08-18": 1},
        )
        self.assertEqual(plan["overdue"], 1)
        rows = self.plans().get_rows("quarter", 0, 0, "2025-06-15", "2025-06-15")[
            "rows"
        ]
        self.assertEqual([row["card_id"] for row in rows], late.ids)
        self.assertEqual(rows[0]["state"], "overdue")
        self.assertEqual(rows[0]["words"], "19 d late of 182")

    def test_arranged_is_marked(self):
        self.norm("call", 1, "month")
        card = self.bought(20)
        card.partner_id.activity_schedule(
            "mail.mail_activity_data_call", day("2025-07-03"), user_id=self.anna.id
        )
        plan = self.plans().get_plan()
        self.assertEqual(plan["arranged"], 1)
        args = ("quarter", 0, 0, "2025-07-01", "2025-07-06")
        (row,) = self.plans().get_rows(*args)["rows"]
        self.assertEqual((row["state"], row["day"]), ("arranged", "2025-07-03"))
        self.assertIn("arranged", row["words"])

    def test_norms_of_former_clients_end(self):
        self.norm("call", 1, "month", status="former")
        card = self.bought(500)
        self.policy.former_norm_months = 6
        since = card.former_since
        self.assertEqual(card.status, "former")
        days = sorted(self.totals(period="half"))
        self.assertTrue(days)
        end = since + timedelta(days=183)
        self.assertLessEqual(day(days[-1]), end)
        self.policy.former_norm_months = 0
        self.assertGreater(day(max(self.totals(period="half"))), end)

    def test_archived_clients_are_not_planned(self):
        self.norm()
        card = self.bought(0)
        self.assertTrue(self.totals())
        card.partner_id.active = False
        self.assertFalse(self.totals())

    # ------------------------------------------------------------------------- lists

    def test_numbers_open_their_clients(self):
        """Each number is as long as its list, by kind and by class."""
        self.norm("call", 1, "month")
        self.norm("email", 2, "month")
        for days in (0, 3, 25, 40, 70):
            self.bought(days, amount=1000 - days)
        plans = self.plans()
        plan = plans.get_plan()
        some = 0
        for figures in [*plan["months"], *self.weeks(plan)]:
            args = ("quarter", 0, 0, figures["first"], figures["last"])
            for counts, name in (("counts", "kind"), ("classes", "abc_class")):
                for key, number in figures[counts].items():
                    action = plans.open_clients(*args, **{name: key})
                    self.assertIn(f"contacts {number},", action["name"])
                    self.assertLessEqual(len(self.clients_of(action)), number)
                    some += 1
            rows = plans.get_rows(*args)["rows"]
            self.assertEqual(len(rows), figures["total"])
            action = plans.open_clients(*args)
            self.assertEqual(
                set(self.clients_of(action).ids), {row["card_id"] for row in rows}
            )
        self.assertGreater(some, 10)

    def test_rows_are_cut(self):
        self.norm("call", 1, "month")
        for _n in range(5):
            self.bought(10)
        args = ("quarter", 0, 0, "2025-07-01", "2025-07-31")
        self.patch(client_contact_plan_list, "ROWS", 3)
        found = self.plans().get_rows(*args)
        self.assertEqual((len(found["rows"]), found["more"]), (3, 2))
        self.patch(client_contact_plan_list, "LIST_LIMIT", 4)
        with self.assertRaisesRegex(UserError, "5 clients"):
            self.plans().open_clients(*args)

    # ----------------------------------------------------------------------- capacity

    def test_capacity(self):
        """The limit times working days, without days off and days away."""
        self.norm("call", 1, "month")
        self.bought(10).user_id = self.anna
        self.env["client.away"].create(
            {
                "user_id": self.anna.id,
                "date_from": day("2025-06-20"),
                "date_to": day("2025-06-24"),
            }
        )
        plan = self.plans().get_plan()
        found = {w["first"]: w["capacity"] for w in self.weeks(plan)[:4]}
        self.assertEqual(
            found,
            {
                # A Sunday.
                "2025-06-15": 0,
                # Away on Friday, on Monday and on Tuesday.
                "2025-06-16": 40,
                "2025-06-23": 30,
                "2025-06-30": 10,
            },
        )
        self.assertTrue(self.weeks(plan)[0]["is_off"])
        self.assertEqual(plan["months"][0]["capacity"], 80)

    def test_public_holiday(self):
        self.norm("call", 1, "month")
        self.bought(10).user_id = self.anna
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2025-06-17 00:00:00",
                "date_to": "2025-06-17 23:59:59",
            }
        )
        week = self.weeks(self.plans().get_plan())[1]
        self.assertEqual(week["capacity"], 40)

    def test_too_many(self):
        self.policy.daily_task_limit = 1
        self.norm("call", 1, "month")
        for _n in range(7):
            self.bought(10).user_id = self.anna
        plan = self.plans().get_plan()
        # Due on 5 July, a Saturday, in the week from Tuesday 1 July.
        week = next(w for w in self.weeks(plan) if w["total"])
        self.assertEqual(
            (week["first"], week["total"], week["capacity"], week["over"]),
            ("2025-07-01", 7, 4, 3),
        )

    def test_people(self):
        self.norm("call", 1, "month")
        for user in (self.anna, self.anna, self.boris, self.env["res.users"]):
            self.bought(10).user_id = user
        people = self.plans().get_plan()["people"]
        self.assertEqual(
            [(p["id"], p["total"]) for p in people],
            [(self.anna.id, 6), (self.boris.id, 3), (-1, 3)],
        )
        self.assertEqual(people[2]["capacity"], 0)

    # ------------------------------------------------------------------------- rights

    def test_who_may_see_what(self):
        """A salesperson his own, a leader his team's and his own, the head all."""
        self.norm("call", 3, "month")
        for user in (self.anna, self.boris, self.leader, self.env["res.users"]):
            self.bought(10).user_id = user
        nobody = {"user_id": -1}
        for user, options, number in (
            (self.anna, {}, 1),
            (self.anna, {"user_id": self.anna.id}, 1),
            (self.leader, {}, 2),
            (self.leader, {"user_id": self.anna.id}, 1),
            (self.leader, {"user_id": self.boris.id}, 0),
            (self.leader, {"team_id": self.team.id}, 1),
            (self.head, {}, 4),
            (self.head, {"user_id": self.boris.id}, 1),
            (self.head, {"team_id": self.team.id}, 1),
            (self.head, nobody, 1),
        ):
            with self.subTest(user=user.login, **options):
                self.assertEqual(sum(self.totals(user, **options).values()), number)

    def test_others_are_refused(self):
        other = self.team.copy({"user_id": self.boris.id})
        plain = self.make_user("plan_plain")
        for user, options in (
            (self.anna, {"user_id": self.boris.id}),
            (self.anna, {"user_id": -1}),
            (self.anna, {"team_id": self.team.id}),
            (self.leader, {"team_id": other.id}),
            (plain, {}),
        ):
            with self.subTest(user=user.login, **options):
                plans = self.plans(user)
                chosen = {"user_id": 0, "team_id": 0} | options
                days = {"first": "2025-06-15", "last": "2025-06-30"}
                with self.assertRaises(AccessError):
                    plans.get_plan(**options)
                with self.assertRaises(AccessError):
                    plans.get_rows("quarter", **chosen, **days)
                with self.assertRaises(AccessError):
                    plans.open_clients("quarter", **chosen, **days)
                report = plans.env[f"report.{REPORT}"]
                with self.assertRaises(AccessError):
                    report._get_report_values([], {"period": "quarter"} | options)

    def test_choices(self):
        self.bought(1).user_id = self.anna
        self.bought(1).user_id = self.boris
        names = lambda choices: [user["name"] for user in choices["users"]]  # noqa: E731
        self.assertEqual(names(self.plans(self.anna).get_plan()["choices"]), [])
        self.assertEqual(
            names(self.plans(self.leader).get_plan()["choices"]), ["Anna", "Leader"]
        )
        found = names(self.plans().get_plan()["choices"])
        self.assertTrue({"Anna", "Boris", "Nobody"} < set(found))

    def test_who_makes_the_contact(self):
        """As tasks are given: the leader, a user, or the stand-in of the regulation."""
        self.norm("call", 3, "month")
        self.norm("email", 3, "month", responsible="team_leader")
        self.norm(
            "message",
            3,
            "month",
            responsible="user",
            responsible_user_id=self.boris.id,
        )
        self.bought(10).user_id = self.anna
        for user, kind in (
            (self.anna, "call"),
            (self.leader, "email"),
            (self.boris, "message"),
        ):
            with self.subTest(kind=kind):
                plan = self.plans().get_plan(user_id=user.id)
                self.assertEqual(plan["counts"], {kind: 1})
        self.policy.fallback_user_id = self.boris
        self.bought(10)
        plan = self.plans().get_plan(user_id=self.boris.id)
        self.assertEqual(plan["counts"], {"call": 1, "email": 1, "message": 2})

    def test_other_company(self):
        """Clients of the present company only; its own norms."""
        self.norm()
        self.norm(policy=self.policy_b)
        self.bought(10)
        self.assertTrue(self.plans().get_plan()["total"])
        self.assertFalse(self.plans(company=self.company_b).get_plan()["total"])

    # -------------------------------------------------------------------------- speed

    def test_queries_do_not_grow(self):
        self.norm("call", 1, "month")
        self.norm("meeting", 2, "month")
        report = self.plans().env[f"report.{REPORT}"]

        def measure():
            counts = []
            for read in (
                lambda: self.plans().get_plan("half"),
                lambda: self.plans().get_rows("half", 0, 0, "2025-07-01", "2025-07-31"),
                lambda: report._get_report_values([], {"period": "half"}),
            ):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                read()
                counts.append(self.env.cr.sql_log_count - before)
            return counts

        users = [self.anna, self.boris, self.leader]
        for place in range(12):
            # Few kinds of clients: what is read of one of each kind is not all.
            self.bought(place % 3).user_id = users[place % 3]
        measure()
        few = measure()
        for place in range(30):
            self.bought(place).user_id = users[place % 3]
        for now, before in zip(measure(), few, strict=True):
            # One more, where what Odoo keeps in memory was dropped meanwhile.
            self.assertLessEqual(now, before + 1)

    # -------------------------------------------------------------------------- paper

    def test_print(self):
        """None, one, many; in Russian; too many for paper."""
        self.env["res.lang"]._activate_lang("ru_RU")
        reports = self.env["ir.actions.report"].with_user(self.head)
        for number in (0, 1, 12):
            for lang in ("en_US", "ru_RU"):
                with self.subTest(number=number, lang=lang):
                    html, _kind = reports.with_context(
                        lang=lang, allowed_company_ids=self.company.ids
                    )._render_qweb_html(REPORT, [], data={"period": "quarter"})
                    boxes = html.decode().count('class="o_tick"')
                    self.assertEqual(bool(number), bool(boxes))
            if not number:
                self.norm("call", 1, "month")
            for _n in range(11 if number else 1):
                self.bought(number)

    def test_action_to_print(self):
        action = self.plans().action_print("half", self.anna.id, 0)
        self.assertEqual(action["report_name"], REPORT)
        self.assertEqual(
            action["data"],
            {"period": "half", "user_id": self.anna.id, "team_id": 0},
        )
