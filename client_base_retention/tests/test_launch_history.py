"""The steps *History*, *Load* and *Start* of the launch page (sketch 5.0)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY, ago, day
from .contacts import ContactsCommon
from .test_launch_rights import LaunchCase


@tagged("post_install", "-at_install")
class TestLaunchHistory(LaunchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["client.history.run"]
        cls.runs.search([]).unlink()

    def history(self):
        return self.launch.get_state()["history"]

    def test_never_read(self):
        self.assertFalse(self.history()["state"])
        self.assertEqual(self.history()["months"], 24)

    def test_progress(self):
        history = self.launch.read_history(6)["history"]
        self.assertEqual((history["state"], history["percent"]), ("new", 0))
        self.assertFalse(history["left"])
        run = self.runs.search([])
        self.assertEqual(run.months, 6)
        run.write({"state": "messages", "total": 200, "looked": 150, "seconds": 90})
        history = self.history()
        self.assertEqual((history["percent"], history["left"]), (75, 30))
        self.assertEqual(history["months"], 6)
        run.looked = 200
        self.assertEqual(self.history()["percent"], 99)

    def test_what_was_found_is_the_companys(self):
        ours, theirs = self.make_partner("Ours"), self.make_partner("Theirs")
        now = fields.Datetime.now()
        contacts = [
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "res_model": "mail.activity",
                "res_id": number,
                "date": now - timedelta(days=number),
            }
            for number, (partner, company) in enumerate(
                [(ours, self.company), (ours, self.company), (theirs, self.company_b)],
                start=1,
            )
        ]
        typed_in = {"partner_id": ours.id, "company_id": self.company.id, "date": now}
        old = contacts[0] | {"res_id": 9, "date": now - timedelta(days=800)}
        self.env["client.touchpoint"].create([*contacts, typed_in, old])
        self.launch.read_history(24)
        self.runs.search([]).write({"state": "done"})
        history = self.history()
        self.assertEqual((history["contacts"], history["clients"]), (2, 1))

    def test_months_that_make_no_sense(self):
        for months in (0, -1, 241, "24", None, 1.5):
            with self.subTest(months), self.assertRaises(UserError):
                self.launch.read_history(months)
        self.assertFalse(self.runs.search([]))

    def test_only_the_head_reads(self):
        plain = self.make_user("lh_plain", f"{SALES},{ROLE_ALL}")
        with self.assertRaises(AccessError):
            self.launch.with_user(plain).read_history(24)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLaunchLoad(LaunchCase, ContactsCommon):
    def load(self):
        return self.launch.get_state()["load"]

    def test_until_a_trade_is_chosen_no_norm_is_in_force(self):
        self.bought()
        self.assertIn("no norm", self.load()["sentence"])
        self.assertFalse(self.launch.get_state()["first_round"])

    def test_whom_the_norms_ask_too_much(self):
        self.norm(count=1, unit="day")
        self.policy.daily_task_limit = 2
        olga = self.make_user("lh_olga", SALES, name="Olga")
        for _number in range(2):
            self.bought().user_id = olga
        (person,) = self.load()["people"]
        self.assertEqual((person["name"], person["load"]), ("Olga", "2.8"))
        self.assertTrue(person["over"])
        self.assertIn("2.8 contacts a day each; limit 2", self.load()["sentence"])

    def test_statements_do_not_grow_with_clients(self):
        self.norm()
        user = self.make_user("lh_seller", SALES)

        def statements(number):
            for _number in range(number):
                self.bought().user_id = user
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.launch.get_state()
            return self.env.cr.sql_log_count - before

        statements(1)
        self.assertEqual(statements(2), statements(20))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFirstRound(LaunchCase, ContactsCommon):
    """*Start* begins the first round: nobody is overdue on the first day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head.company_ids |= cls.company_b
        cls.team, cls.other_team = cls.env["crm.team"].create(
            [
                {"name": name, "company_id": cls.company.id}
                for name in ("Pilots", "Others")
            ]
        )
        cls.rule = cls.norm(count=10, unit="day")

    def setUp(self):
        super().setUp()
        self.cards = self.env["client.card"]
        for number in range(5):
            self.cards |= self.bought(last=100, amount=1000 - number)

    def dues(self):
        self.env.invalidate_all()
        return [(self.due(card) - TODAY).days for card in self.cards]

    def test_start_spreads_the_clients_over_an_interval(self):
        self.assertTrue(all(due < 0 for due in self.dues()))
        self.cards.user_id = self.seller
        state = self.launch.start("2025-06-15")
        self.assertEqual(self.policy.start_date, TODAY)
        self.assertEqual(self.dues(), [0, 2, 4, 6, 8])
        self.assertEqual(state["first_round"]["until"], "2025-06-23")

    def test_forecast_before_the_start(self):
        self.cards.user_id = self.seller
        found = self.launch.get_state()["first_round"]
        self.assertEqual((found["days"], found["until"]), (8, False))
        self.assertEqual(found["each"], "0.7")

    def test_a_later_day(self):
        self.launch.start("2025-06-20")
        self.assertEqual(self.dues(), [5, 7, 9, 11, 13])

    def test_start_again_keeps_who_was_contacted(self):
        self.launch.start("2025-06-15")
        with freeze_time("2025-06-17 12:00:00"):
            self.talk(self.cards[0])
            self.launch.stop()
            self.launch.start("2025-06-17")
            # Contacted: ten days later. The others begin anew, the best first.
            self.assertEqual(self.dues(), [12, 2, 4, 7, 9])

    def test_start_again_on_the_same_day_changes_nothing(self):
        self.launch.start("2025-06-15")
        before = self.versions("client_contact_wave", "client_obligation")
        self.launch.stop()
        self.launch.start("2025-06-15")
        self.launch.start("2025-06-15")
        self.assertEqual(
            self.versions("client_contact_wave", "client_obligation"), before
        )

    def test_more_teams_are_a_new_round(self):
        self.launch.start("2025-06-15", self.team.ids)
        with freeze_time("2025-07-15 12:00:00"):
            both = self.team + self.other_team
            self.launch.start("2025-06-15", both.ids)
            self.assertEqual(self.policy.start_date, day("2025-07-15"))
            self.assertEqual(self.company.client_start_date, day("2025-07-15"))
            self.assertEqual(min(self.dues()), 30)
        with freeze_time("2025-07-20 12:00:00"):
            self.launch.start("2025-07-15", self.team.ids)
            self.assertEqual(self.policy.start_date, day("2025-07-15"), "fewer teams")

    def test_regulation_of_several_companies(self):
        """Each company begins its first round with its own start."""
        self.policy.company_id = False
        self.policy_b.active = False
        theirs = self.make_partner("Theirs")
        self.enter([(theirs, ago(100), 10)], self.company_b)
        card = self.card_of(theirs, self.company_b)
        self.launch.start("2025-06-15")
        self.assertEqual(self.policy.start_date, TODAY)
        with freeze_time("2025-07-15 12:00:00"):
            launch = self.launch.with_context(
                allowed_company_ids=[self.company_b.id, self.company.id]
            )
            launch.start("2025-07-15")
            self.env.invalidate_all()
            self.assertEqual(self.policy.start_date, TODAY, "the first company's")
            self.assertEqual(self.due(card), day("2025-07-15"))
            self.assertEqual(self.dues(), [0, 2, 4, 6, 8])

    def test_trade_chosen_after_the_start(self):
        """The norms of the preset begin with a first round, too."""
        self.policy.rule_ids.unlink()
        self.start()
        self.launch.choose_trade("wholesale")
        self.env.invalidate_all()
        holding = self.env["client.policy"]._default_policy(self.company)
        self.assertTrue(holding.rule_ids)
        self.assertEqual(holding.start_date, TODAY)
        for card in self.cards:
            self.assertGreaterEqual(min(card.obligation_ids.mapped("due_date")), TODAY)
