"""How many contacts a working day the norms ask of each salesperson (N81).

Boundaries by hand; a mixed base against the definition computed one client at a time;
unsaved values against what is so after saving.
"""

from collections import defaultdict
from unittest.mock import patch

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, ago
from .contacts import ContactsCommon

PREVIEW = "odoo.addons.client_base_retention.models.client_policy_preview.EXACT"
DAYS = {"day": 1, "week": 7, "month": 365 / 12}


class LoadCase(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.make_user("lo_olga", f"{SALES},{ROLE_ALL}", name="Olga")
        cls.pavel = cls.make_user("lo_pavel", SALES, name="Pavel")
        cls.head = cls.make_user("lo_head", f"{SALES},{ROLE_HEAD}")
        cls.policy.daily_task_limit = 12
        cls.week_of(5)

    @classmethod
    def week_of(cls, days):
        """The company works on so many days of a week, two lines for each."""
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Week",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(number),
                            "hour_from": start,
                            "hour_to": start + 4,
                            "day_period": period,
                        }
                    )
                    for number in range(days)
                    for start, period in ((8, "morning"), (13, "afternoon"))
                ],
            }
        )

    def own(self, user=None, **values):
        card = self.bought(**values)
        card.user_id = user
        return card

    def load(self, company=None):
        """{user: contacts a day} of a company."""
        found = defaultdict(float)
        load, _limits = self.policy._load_of(company or self.company)
        for (user_id, _rule), need in load.items():
            found[self.env["res.users"].browse(user_id or ())] += need
        return dict(found)

    def assertLoad(self, expected, user=None):
        found = self.load().get(user or self.olga, 0)
        self.assertAlmostEqual(found, expected, 6)

    def shown(self, policy=None, user=None):
        policy = (policy or self.policy).with_user(user or self.head)
        policy.invalidate_recordset(["load"])
        return policy.load


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLoad(LoadCase):
    def test_no_client_no_norm(self):
        self.assertEqual(self.load(), {})
        self.own(self.olga)
        self.assertEqual(self.load(), {})
        self.assertIn("Without norms", self.shown()["sentence"])

    def test_working_days_of_the_calendar(self):
        self.own(self.olga)
        rule = self.norm()
        for days, count, unit, expected in (
            (5, 1, "week", 1 / 5),
            (5, 2, "week", 1 / 10),
            (5, 1, "day", 7 / 5),
            (6, 1, "week", 1 / 6),
            (7, 14, "day", 1 / 14),
            (5, 1, "month", 12 / 365 * 7 / 5),
            (5, 6, "month", 2 / 365 * 7 / 5),
        ):
            with self.subTest(days=days, count=count, unit=unit):
                self.week_of(days)
                rule.write({"interval_count": count, "interval_unit": unit})
                self.assertLoad(expected)
        self.company.resource_calendar_id = False
        rule.write({"interval_count": 1, "interval_unit": "week"})
        self.assertLoad(1 / 5)

    def test_one_contact_for_several_norms(self):
        """A meeting is a call, any contact is any; letters are neither."""
        self.own(self.olga)
        month = 12 / 365 * 7 / 5
        for norms, expected in (
            ({"call": (1, "week"), "meeting": (1, "month")}, 1 / 5),
            ({"call": (1, "month"), "meeting": (1, "week")}, 1 / 5),
            ({"call": (1, "week"), "meeting": (1, "week")}, 1 / 5),
            ({"call": (1, "week"), "email": (1, "month")}, 1 / 5 + month),
            ({"call": (1, "month"), "any": (1, "week")}, 1 / 5),
            ({"call": (1, "week"), "any": (1, "month")}, 1 / 5),
            (
                {"meeting": (1, "month"), "email": (2, "week"), "any": (1, "week")},
                1 / 5,
            ),
            (
                {"email": (1, "week"), "message": (1, "week"), "any": (1, "week")},
                2 / 5,
            ),
        ):
            with self.subTest(**norms):
                self.policy.rule_ids.unlink()
                for kind, (count, unit) in norms.items():
                    self.norm(kind, count, unit)
                self.assertLoad(expected)

    def test_whom_it_falls_upon(self):
        self.norm()
        card = self.own(self.olga)
        self.assertEqual(set(self.load()), {self.olga})
        card.user_id = False
        self.assertEqual(set(self.load()), {self.env["res.users"]})
        self.policy.fallback_user_id = self.pavel
        self.assertEqual(set(self.load()), {self.pavel})
        card.user_id = self.olga
        self.policy.rule_ids.write(
            {"responsible": "user", "responsible_user_id": self.head.id}
        )
        self.assertEqual(set(self.load()), {self.head})
        self.head.active = False
        self.assertEqual(set(self.load()), {self.pavel})

    def test_who_asks_nothing(self):
        self.norm()
        self.norm(status="former", count=1)
        self.policy.former_norm_months = 6
        archived, paused = self.own(self.olga), self.own(self.olga)
        archived.partner_id.active = False
        paused.pause_until = ago(-10)
        # Former since one year after the purchase: the one for 10 months, the other 1.
        ended, going = self.own(self.olga, last=670), self.own(self.olga, last=400)
        self.assertEqual((ended | going).mapped("status"), ["former"] * 2)
        self.assertLoad(1 / 5)
        paused.pause_until = ago(0)
        self.assertLoad(2 / 5)

    def test_second_company(self):
        self.norm()
        self.own(self.olga)
        self.assertEqual(self.load(self.company_b), {})

    def mixed(self):
        """Clients of every kind with norms of every kind."""
        for values in (
            {"kind": "call", "count": 1, "unit": "week", "abc_class": "vip"},
            {"kind": "meeting", "count": 1, "unit": "month", "abc_class": "vip"},
            {"kind": "call", "count": 3, "unit": "week"},
            {"kind": "any", "count": 20, "unit": "day"},
            {"kind": "email", "count": 2, "unit": "month", "potential_level": "high"},
            {"kind": "call", "count": 9, "unit": "day", "is_newcomer": True},
            {"kind": "call", "count": 2, "unit": "month", "status": "prospect"},
            {"kind": "message", "count": 1, "unit": "month", "season_from": 1,
             "season_to": 3},
        ):  # fmt: skip
            self.norm(**values)
        users = [self.olga, self.pavel, False]
        for number in range(12):
            card = self.own(
                users[number % 3] or None,
                last=5 if number % 4 == 0 else 100,
                amount=10 * number * number + 5,
                name=f"Mixed {number}",
            )
            if number % 5 == 0:
                card.potential_level = "high"
        for _number in range(2):
            self.client().user_id = self.pavel
        self.derive_all()

    def by_hand(self):
        """The definition, one client at a time, from the norms that hold for him."""
        found = defaultdict(float)
        for card in self.env["client.card"].search(
            [("company_id", "=", self.company.id)]
        ):
            rate = defaultdict(float)
            for norm in card.obligation_ids:
                rule = norm.rule_id
                days = DAYS[rule.interval_unit] * rule.interval_count
                rate[norm.kind] = 7 / 5 / days
            others = max(rate["meeting"], rate["call"])
            others += rate["email"] + rate["message"]
            found[card.user_id] += max(others, rate["any"])
        return {user: need for user, need in found.items() if need}

    def test_statement_is_the_definition(self):
        self.mixed()
        found, expected = self.load(), self.by_hand()
        self.assertEqual(set(found), set(expected))
        for user, need in expected.items():
            self.assertAlmostEqual(found[user], need, 6, user.name)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLoadForm(TestLoad):
    """The same on the form of a regulation, before it is saved."""

    def load(self, company=None):
        found = defaultdict(float)
        if company and company != self.company:
            return super().load(company)
        self.env.invalidate_all()
        policy = self.policy.new(origin=self.policy)
        rules = policy._load_rules()
        load = policy._load_live(self.company, rules)[0] if rules else {}
        for (user_id, _rule), need in load.items():
            found[self.env["res.users"].browse(user_id or ())] += need
        return dict(found)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLoadInWords(LoadCase):
    def test_limit_exactly_met_is_kept(self):
        self.norm(count=1, unit="day")
        for _number in range(5):
            self.own(self.olga)
        self.week_of(7)
        for limit, over in ((5, False), (4, True), (6, False)):
            with self.subTest(limit=limit):
                self.policy.daily_task_limit = limit
                shown = self.shown()
                (olga,) = shown["people"]
                self.assertEqual((olga["name"], olga["load"]), ("Olga", "5"))
                self.assertEqual(olga["over"], over)
                self.assertEqual(
                    shown["sentence"],
                    f"These norms need 5 contacts a day each; limit {limit}.",
                )

    def test_people_and_the_costly_norm(self):
        self.norm(status="active")
        self.norm(status="prospect", unit="month")
        for user in (self.olga, self.olga, self.pavel, None):
            self.own(user)
        self.client().user_id = self.pavel
        shown = self.shown()
        self.assertEqual(
            [(one["name"], one["load"]) for one in shown["people"]],
            [("Olga", "0.4"), ("Pavel", "0.2"), ("Nobody is responsible", "0.2")],
        )
        self.assertIn("0.8 a day in all: Active: call", shown["costly"])

    def test_table_of_norms(self):
        self.norm("call", 1, "week", abc_class="vip")
        self.norm("meeting", 1, "month", abc_class="vip")
        self.norm("call", 2, "month", status="prospect")
        self.client()
        norms = self.shown()["norms"]
        self.assertEqual(norms["kinds"], ["Call", "Meeting"])
        self.assertEqual(
            [
                (row["who"], [[norm["text"] for norm in cell] for cell in row["cells"]])
                for row in norms["rows"]
            ],
            [
                ("VIP", [["at least once a week"], ["at least once a month"]]),
                ("Prospect", [["at least once in 2 months"], []]),
            ],
        )

    def test_live_on_the_form(self):
        self.week_of(7)
        self.own(self.olga)
        with Form(self.policy.with_user(self.head)) as form:
            self.assertIn("Without norms", form.load["sentence"])
            with form.rule_ids.new() as line:
                line.kind = "call"
                line.interval_count = 2
                line.interval_unit = "day"
            self.assertEqual(form.load["people"][0]["load"], "0.5")
            with form.rule_ids.edit(0) as line:
                line.interval_count = 1
            self.assertEqual(form.load["people"][0]["load"], "1")
            form.daily_task_limit = 0
            self.assertTrue(form.load["people"][0]["over"])
        self.assertLoad(1)

    def test_values_that_cannot_be_counted(self):
        self.own(self.olga)
        rule = self.norm()
        for values in (
            {"vip_share": 90},
            {"abc_period_months": 10**12},
            {"rule_ids": [Command.update(rule.id, {"interval_count": 10**12})]},
        ):
            with self.subTest(**values):
                self.env.invalidate_all()
                load = self.policy.new(values, origin=self.policy).load
                self.assertNotIn("sentence", load)
                self.assertEqual(len(load["norms"]["rows"]), 1)
        self.env.invalidate_all()
        zero = [Command.update(rule.id, {"interval_count": 0})]
        load = self.policy.new({"rule_ids": zero}, origin=self.policy).load
        self.assertIn("Without norms", load["sentence"])

    def test_of_large_bases_a_part_is_counted(self):
        self.week_of(7)
        self.norm(count=1, unit="day")
        for _number in range(9):
            self.own(self.olga)
        with patch(PREVIEW, 3):
            self.assertEqual(self.shown()["people"][0]["load"], "9")

    def test_who_may_see_it(self):
        """Who sees regulations sees the load, also of clients he may not see."""
        self.norm()
        self.own(self.pavel)
        self.assertEqual(len(self.shown(user=self.olga)["people"]), 1)
        self.assertFalse(self.env["client.policy"]._preset_of("wholesale").load)

    def test_as_many_queries_for_ten_times_the_clients(self):
        self.norm()

        def queries(number):
            for _number in range(number):
                self.own(self.olga)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.shown()
            self.policy._load_of(self.company)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(20))
