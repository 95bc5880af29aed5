"""The lines of the salespeople, and who may read what."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, day
from .compliance import FIRST, ComplianceCommon

MODELS = ("client.compliance.month", "client.compliance", "client.compliance.user")
NOTHING = {
    "clients": 0,
    "norms": 0,
    "late_purchases": 0,
    "lost": 0,
    "came_back": 0,
    "taken_over": 0,
    "contacts": 0,
    "contacts_with_note": 0,
    "days_away": 0,
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCompliancePeople(ComplianceCommon):
    def figures(self, user=None, **options):
        """The line of a user with what is not 0, None if he has none."""
        line = self.people(self.measure(**options)).get(
            self.olga if user is None else user
        )
        if line is None:
            return None
        return {name: line[name] for name in NOTHING if line[name]}

    def test_who_has_a_line(self):
        nobody = self.env["res.users"]
        for case, values, expected in (
            ("clients", {}, {}),
            ("a unit", {"due_date": "2025-05-10"}, {"norms": 1}),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                if values:
                    self.state(**values)
                else:
                    self.card.user_id = self.olga
                    expected = {"clients": 1}
                    self.env.cr.execute("DELETE FROM client_obligation")
                self.assertEqual(self.figures(), expected)
                self.assertIsNone(self.figures(self.ivan))
                self.assertEqual(bool(self.figures(nobody)), bool(values))
                point.rollback()
            self.env.invalidate_all()

    def test_clients_of_nobody(self):
        self.env.cr.execute("DELETE FROM client_obligation")
        self.assertEqual(self.figures(self.env["res.users"]), {"clients": 1})

    def test_clients_are_counted_once(self):
        """Archived ones are not counted; the other company's are its own."""
        self.card.user_id = self.olga
        gone = self.make_card("Archived")
        gone.user_id = self.olga
        gone.partner_id.active = False
        self.company_b.client_start_date = "2025-01-01"
        self.olga.company_ids += self.company_b
        self.make_card("Of B", self.company_b).user_id = self.olga
        self.assertEqual(self.figures()["clients"], 1)
        self.assertEqual(self.figures(company=self.company_b)["clients"], 1)

    def test_contacts(self):
        for case, values, contacts, noted in (
            ("of ours", {}, 1, 0),
            ("of theirs", {"direction": "in"}, 1, 0),
            ("with a note", {"note": "Wants saws"}, 1, 1),
            ("with an empty note", {"note": " \n"}, 1, 0),
            ("a try", {"outcome": "no_answer"}, 0, 0),
            ("not now", {"outcome": "refused"}, 0, 0),
            ("information", {"kind": "material"}, 0, 0),
            ("somebody else's", {"user_id": self.ivan.id}, 0, 0),
            ("nobody's", {"user_id": None}, 0, 0),
        ):
            with self.subTest(case), self.cr.savepoint() as point:
                self.talk("2025-05-20", **values)
                line = self.people(self.measure()).get(self.olga)
                found = (line.contacts, line.contacts_with_note) if line else (0, 0)
                self.assertEqual(found, (contacts, noted))
                point.rollback()
            self.env.invalidate_all()

    def test_contacts_of_other_months(self):
        for when in ("2025-04-30", "2025-05-01", "2025-05-31", "2025-06-01"):
            self.talk(when)
        self.assertEqual(self.figures()["contacts"], 2)
        self.assertEqual(self.figures(today="2025-05-30")["contacts"], 1)

    def test_movements(self):
        for number, (old, new, movement, when) in enumerate(
            (
                ("active", "former", "left", "2025-05-01"),
                ("active", "former", "left", "2025-05-31"),
                ("active", "former", "left", "2025-06-01"),
                ("active", "former", "left", "2025-04-30"),
                ("active", "former", "rule", "2025-05-10"),
                ("former", "active", "returned", "2025-05-10"),
                ("prospect", "active", "joined", "2025-05-10"),
            )
        ):
            self.insert(
                "client_transition",
                {
                    "card_id": self.card.id,
                    "company_id": self.company.id,
                    "date": when,
                    "field_name": "status",
                    "old_value": old,
                    "new_value": new,
                    "movement": movement,
                    "salesperson_id": self.olga.id,
                    "turnover": number,
                },
            )
        self.assertEqual(self.figures(), {"lost": 2, "came_back": 1})

    def test_taken_over(self):
        """Clients, not norms; also those he has given on since."""
        two = self.make_card("Two norms")
        meet = self.rule.copy({"kind": "meeting"})
        taken = {"taken_on": "2025-05-12", "taken_from_id": self.ivan.id}
        self.state(card=two, **taken)
        self.state(card=two, rule_id=meet.id, kind="meeting", **taken)
        self.state(until="2025-05-20", is_closed=True, **taken)
        self.state(
            card=self.make_card("Before"), **(taken | {"taken_on": "2025-04-30"})
        )
        self.state(card=self.make_card("After"), **(taken | {"taken_on": "2025-06-01"}))
        self.assertEqual(self.figures()["taken_over"], 2)

    def test_late_with_purchase_as_of_the_last_day(self):
        for late, risk, expected in (
            ("2025-05-30", "2025-06-30", 1),
            ("2025-05-31", "2025-06-30", 0),
            ("2025-06-30", "2025-05-30", 1),
            ("2025-05-01", "2025-05-02", 1),
            (None, None, 0),
        ):
            with self.subTest(late=late, risk=risk):
                self.card.user_id = self.olga
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE client_card SET late_date = %s, risk_date = %s"
                    " WHERE id = %s",
                    [late, risk, self.card.id],
                )
                found = self.people(self.measure())[self.olga].late_purchases
                self.assertEqual(found, expected)

    def test_days_away_are_working_days(self):
        """Thursday 29 May to Tuesday 3 June: two working days of May."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Monday to Friday", "company_id": self.company.id}
        )
        self.state(due_date="2025-05-10")
        self.away(self.olga, "2025-05-29", "2025-06-03")
        self.assertEqual(self.figures()["days_away"], 2)
        self.assertNotIn("days_away", self.figures(today="2025-05-28"))
        self.assertEqual(
            self.figures(today="2025-06-02", month=day("2025-06-01")),
            {
                "norms": 1,
                "days_away": 1,
            },
        )

    def test_load_and_limit(self):
        """Contacts a working day: a call every 7 days is 7 / (5 x 7)."""
        self.policy.daily_task_limit = 9
        self.card.write({"user_id": self.olga.id, "policy_id": self.policy.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_card SET status = 'active' WHERE id = %s", [self.card.id]
        )
        line = self.people(self.measure())[self.olga]
        self.assertAlmostEqual(line.load, 0.2)
        self.assertEqual(line.limit, 9)

    def test_team(self):
        team = self.env["crm.team"].create(
            {"name": "North", "company_id": self.company.id}
        )
        self.env["crm.team.member"].create(
            {"crm_team_id": team.id, "user_id": self.olga.id}
        )
        self.state(due_date="2025-05-10")
        self.assertEqual(self.people(self.measure())[self.olga].team_id, team)

    def test_line_goes_with_the_last_client(self):
        row = self.state(due_date="2025-05-10")
        self.assertIn(self.olga, self.people(self.measure()))
        self.env.cr.execute("DELETE FROM client_obligation WHERE id = %s", [row])
        self.assertNotIn(self.olga, self.people(self.measure()))

    def test_who_is_kept_is_archived(self):
        """A person and a team of a kept month are archived, not deleted."""
        team = self.env["crm.team"].create({"name": "North"})
        self.state(due_date="2025-05-10", team_id=team.id)
        self.measure()
        self.env.cr.execute("DELETE FROM client_obligation")
        self.olga.active = False
        self.env.invalidate_all()
        line = self.env["client.compliance"].search([("card_id", "=", self.card.id)])
        self.assertEqual((line.user_id, line.team_id), (self.olga, team))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceRights(ComplianceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("kept_head", ROLE_HEAD)
        cls.leader = cls.make_user("kept_leader", f"{SALES},{ROLE_ALL}")
        cls.stranger = cls.make_user("kept_stranger", SALES)
        cls.of_b = cls.make_user("kept_of_b", ROLE_HEAD, cls.company_b)
        cls.team = cls.env["crm.team"].create(
            {"name": "Led", "user_id": cls.leader.id, "company_id": cls.company.id}
        )
        cls.env["crm.team.member"].create(
            {"crm_team_id": cls.team.id, "user_id": cls.olga.id}
        )
        for user, name in ((cls.olga, "A"), (cls.ivan, "B"), (None, "C")):
            cls.state(
                card=cls.make_card(f"Right {name}"),
                user_id=user and user.id,
                team_id=cls.team.id if user == cls.olga else None,
                due_date="2025-05-10",
            )
        cls.company_b.client_start_date = "2025-01-01"
        cls.state(
            card=cls.make_card("Right D", cls.company_b),
            user_id=cls.olga.id,
            due_date="2025-05-10",
        )
        for company in cls.company | cls.company_b:
            cls.months._measure(company, FIRST, day("2025-06-15"))

    def seen(self, user, model="client.compliance"):
        """Whose rows of our companies a user sees."""
        rows = self.env[model].with_user(user).search([("month", "=", FIRST)])
        found = rows.sudo().filtered(
            lambda row: row.company_id in self.company | self.company_b
        )
        return set(found.user_id) | (
            {None} if found - found.filtered("user_id") else set()
        )

    def test_rows(self):
        for user, expected in (
            (self.olga, {self.olga}),
            (self.ivan, {self.ivan}),
            (self.leader, {self.olga}),
            (self.head, {self.olga, self.ivan, None}),
        ):
            for model in MODELS[1:]:
                with self.subTest(user.login, model=model):
                    self.assertEqual(self.seen(user, model), expected)

    def test_rows_of_other_companies(self):
        for user, companies in ((self.head, self.company), (self.of_b, self.company_b)):
            for model in MODELS:
                with self.subTest(user.login, model=model):
                    rows = self.env[model].with_user(user).search([])
                    self.assertEqual(rows.company_id, companies)

    def test_user_without_role(self):
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.stranger).search([])

    def test_nobody_writes(self):
        """Not even the head, who reads all of them."""
        for model in MODELS:
            row = self.env[model].search(
                [("company_id", "=", self.company.id)], limit=1
            )
            for user in (self.olga, self.head):
                own = row.with_user(user)
                with self.subTest(user.login, model=model):
                    for act in (
                        lambda own=own: own.write({"month": "2025-01-01"}),
                        own.unlink,
                        lambda own=own, row=row: own.create(
                            {
                                "company_id": row.company_id.id,
                                "month": "2025-01-01",
                            }
                        ),
                    ):
                        with self.assertRaises(AccessError):
                            act()

    def test_anybody_may_cause_the_measuring(self):
        """The figures are those of all; what he reads of them is his own."""
        month = self.months.with_user(self.ivan)._refresh(self.company)
        self.assertEqual(month.month, day("2025-06-01"))
        self.assertEqual(set(month.sudo().line_ids.user_id), {self.olga, self.ivan})

    def test_user_who_enters_both_companies(self):
        self.olga.company_ids = [Command.link(self.company_b.id)]
        rows = (
            self.env["client.compliance"]
            .with_user(self.olga)
            .with_context(allowed_company_ids=(self.company | self.company_b).ids)
            .search([("month", "=", FIRST)])
        )
        self.assertEqual(rows.company_id, self.company | self.company_b)
        self.assertEqual(rows.user_id, self.olga)
