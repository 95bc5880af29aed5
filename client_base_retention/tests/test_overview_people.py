"""The salespeople of the overview: every number equals the list it opens."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, TODAY, ago
from .test_overview import PERIODS, OverviewCase
from .test_overview_discipline import SEVERAL

FIGURES = ("clients", "overdue", "late", "at_risk")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPeople(OverviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.make_user("ov_anna", ROLE_ALL, name="Anna")
        cls.boris = cls.make_user("ov_boris", ROLE_ALL, name="Boris")
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id}
        )
        cls.team.member_ids = cls.anna
        cls.env.ref(ROLE_OWN).implied_ids += cls.env.ref(SEVERAL)
        self = cls("test_rows")
        with freeze_time(NOON):
            mine = {"user_id": cls.anna.id}
            self.client(("2025-06-02", 100), ("2025-04-02", 1000), name="A1", **mine)
            self.client(("2025-06-15", 30), ("2025-06-10", -50), name="A2", **mine)
            self.client(*[(ago(n), 10) for n in (80, 60, 40)], name="A late", **mine)
            self.client(name="A prospect", **mine)
            self.client(("2020-01-01", 9), name="A former", **mine)
            self.client(("2025-06-01", 7), name="B1", user_id=cls.boris.id)
            self.client(("2025-05-31", 70), ("2025-06-03", 1), name="Nobody's")
            other = self.make_partner("Other company's")
            self.enter([(other, TODAY, 555)], cls.company_b)
        cls.env.flush_all()
        cls.env.cr.execute(
            """UPDATE client_card SET contact_late_date = %s, warn_date = %s
                WHERE company_id = %s AND user_id = %s AND status = 'active'""",
            [ago(1), ago(1), cls.company.id, cls.anna.id],
        )
        cls.env.invalidate_all()

    def people(self, period="month", team_id=False, **where):
        return self.overview(**where).get_people(period, team_id)

    def rows(self, *args, **where):
        return {row["name"]: row for row in self.people(*args, **where)["rows"]}

    def listed(self, people, figure):
        """What the list behind a figure shows."""
        action = people["lists"][figure["list"]] | {"domain": figure["domain"]}
        return self.records(self.overview(), {"action": action})

    def test_rows(self):
        rows = self.rows()
        self.assertEqual(list(rows), ["Anna", "Boris", "Without salesperson"])
        self.assertEqual([rows["Anna"][key]["value"] for key in FIGURES], [5, 3, 1, 0])
        self.assertEqual([rows["Boris"][key]["value"] for key in FIGURES], [1, 0, 0, 0])

    def test_turnover_of_each_period(self):
        for period, values in (
            ("month", (80, 7, 1)),
            ("quarter", (80 + 1000 + 20, 7, 71)),
            ("year", (80 + 1000 + 30, 7, 71)),
        ):
            with self.subTest(period):
                found = self.rows(period).values()
                self.assertEqual(tuple(r["turnover"]["value"] for r in found), values)

    def test_lists_as_long_as_numbers(self):
        for period in PERIODS:
            for team_id in (False, self.team.id):
                people = self.people(period, team_id)
                for row in people["rows"]:
                    for key in FIGURES:
                        with self.subTest(row["name"], key=key, period=period):
                            found = self.listed(people, row[key])
                            self.assertEqual(row[key]["value"], len(found))
                    with self.subTest(row["name"], key="turnover", period=period):
                        found = self.listed(people, row["turnover"])
                        self.assertEqual(
                            row["turnover"]["value"], sum(found.mapped("amount"))
                        )

    def test_data_complete(self):
        source = self.env["utm.source"].create({"name": "Fair"})
        card = self.env["client.card"].search([("partner_id.name", "=", "A1")])
        card.partner_id.write({"source_id": source.id, "email": "a1@example.com"})
        people = self.people()
        ready = self.overview().get_readiness()["by_user"]
        # One of three active clients and a prospect; the former one is not asked about.
        self.assertEqual(ready[self.anna.id]["percent"], 25)
        self.assertEqual(ready[self.boris.id]["percent"], 0)
        self.assertEqual(ready[0]["percent"], 0)
        for user_id, figure in ready.items():
            with self.subTest(user_id):
                found = self.listed(people, figure)
                self.assertEqual(figure["value"], len(found))
        self.assertNotIn(card, self.listed(people, ready[self.anna.id]))

    def test_team(self):
        self.assertEqual(list(self.rows("month", self.team.id)), ["Anna"])
        self.assertEqual(
            list(self.overview().get_readiness(self.team.id)["by_user"]), [self.anna.id]
        )

    def test_targets(self):
        targets = self.env["client.target"]
        self.assertFalse(self.people()["columns"]["target"])
        for user, amount in ((self.anna, 100), (self.boris, 0)):
            targets.create(
                {
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "date_from": "2025-05-01",
                    "amount": amount,
                }
            )
        rows = self.rows()
        self.assertEqual((rows["Anna"]["target"]["percent"]), 80)
        self.assertFalse(rows["Boris"]["target"])
        # Of the whole quarter: May and June; of the year until December.
        self.assertEqual(self.rows("quarter")["Anna"]["target"]["percent"], 550)
        self.assertEqual(self.rows("year")["Anna"]["target"]["percent"], 138)
        newcomer = self.make_user("ov_new", ROLE_ALL, name="Newcomer")
        targets.create(
            {"user_id": newcomer.id, "company_id": self.company.id, "amount": 10}
        )
        rows = self.rows()
        self.assertEqual(rows["Newcomer"]["clients"]["value"], 0)
        self.assertEqual(rows["Newcomer"]["target"]["percent"], 0)
        self.assertNotIn("Newcomer", self.rows("month", self.team.id))

    def test_overloaded(self):
        self.policy.daily_task_limit = 2
        self.assertEqual(self.people()["overloaded"], [])
        self.env["client.contact.rule"].create(
            {
                "policy_id": self.policy.id,
                "status": "active",
                "kind": "call",
                "interval_count": 1,
                "interval_unit": "day",
            }
        )
        people = self.people()
        self.assertEqual([one["name"] for one in people["overloaded"]], ["Anna"])
        (over,) = people["overloaded"]
        load, limits = self.env["client.policy"]._load_of(self.company)
        need = sum(n for (user, _rule), n in load.items() if user == self.anna.id)
        self.assertGreater(need, limits[self.anna.id])
        self.assertEqual(over["name"], "Anna")
        self.assertEqual(self.rows()["Anna"]["load"], over["load"])
        self.assertTrue(self.rows()["Anna"]["overloaded"])
        self.assertFalse(self.rows()["Boris"]["overloaded"])
        self.assertEqual(
            set(self.listed(people, over["clients"]).user_id.mapped("name")), {"Anna"}
        )

    def test_few_users(self):
        self.env.ref(ROLE_OWN).implied_ids -= self.env.ref(SEVERAL)
        people = self.people()
        self.assertEqual((people["rows"], people["overloaded"]), ([], []))

    def test_other_company_and_rights(self):
        rows = self.rows(company=self.company_b)
        self.assertEqual(list(rows), ["Without salesperson"])
        self.assertEqual(rows["Without salesperson"]["turnover"]["value"], 555)
        empty = self.make_company("Empty")
        self.head.company_ids += empty
        self.assertEqual(self.people(company=empty)["rows"], [])
        for name in ("get_people", "get_readiness"):
            with self.assertRaises(AccessError):
                getattr(self.overview(self.anna), name)()

    def test_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            overview = self.overview()
            overview.get_figures()
            overview.get_people("year")
            overview.get_readiness()
            overview.get_funnel()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(10):
            user = self.make_user(f"ov_more_{number}", ROLE_ALL)
            self.client((ago(number), 5), name=f"More {number}", user_id=user.id)
        queries()
        self.assertLessEqual(queries(), few)
