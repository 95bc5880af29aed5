"""One switch for each function: tasks, mails, notes (Health page)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY
from .tasks import TaskCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSwitches(TaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).client_start_date = False
        cls.start()
        cls.norm()

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_base_retention.ir_cron_client_tasks"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_everything_is_on_at_first(self):
        fresh = self.make_company("Fresh firm")
        for name in ("client_tasks_on", "client_mails_on", "client_notes_on"):
            self.assertTrue(fresh[name], name)

    # ---------------------------------------------------------------------------- tasks

    def test_tasks_off_plans_nothing_in_this_company_alone(self):
        self.start(self.company_b)
        self.norm(policy=self.policy_b)
        card = self.owned(10)
        olga_b = self.make_user("switch_b", companies=self.company_b)
        partner = self.make_partner("Of B", user_id=olga_b.id)
        self.enter([(partner, TODAY - timedelta(10), 100)], self.company_b)
        card_b = self.card_of(partner, self.company_b)
        card_b.entry_date = TODAY - timedelta(10)
        self.company.client_tasks_on = False
        self.run_cron()
        self.assertFalse(self.tasks_of(card))
        self.assertTrue(self.tasks_of(card_b))
        self.assertFalse(self.company.client_planned_on)

    def test_tasks_switched_on_again_are_planned_the_same_day(self):
        card = self.owned(10)
        self.company.client_tasks_on = False
        self.run_cron()
        self.company.client_tasks_on = True
        self.run_cron()
        self.assertTrue(self.tasks_of(card))

    def test_open_tasks_still_settle(self):
        card = self.owned(10)
        self.run_cron()
        task = self.tasks_of(card)
        self.assertTrue(task)
        self.company.client_tasks_on = False
        self.talk(card)
        self.assertFalse(self.tasks_of(card), "finished by the contact")

    def test_the_entry_point_plans_whatever_the_switch_says(self):
        card = self.owned(10)
        self.company.client_tasks_on = False
        self.plan_tasks()
        self.assertTrue(self.tasks_of(card))

    # ---------------------------------------------------------------------------- notes

    def test_notes_off_writes_no_note_and_keeps_the_movement(self):
        for is_on, notes in ((False, 0), (True, 1)):
            with self.subTest(on=is_on):
                card = self.bought(10, name=f"Noted {is_on}")
                before = len(self.notes(card.partner_id))
                self.company.client_notes_on = is_on
                manual = "vip" if card.abc_class != "vip" else "b"
                card.write({"abc_class_manual": manual, "abc_lock_reason": "Friend"})
                self.assertEqual(len(self.notes(card.partner_id)) - before, notes)
                self.assertEqual(self.moves(card, "abc_class")[-1][1], manual)

    # ------------------------------------------------------------------------ switching

    def health(self, user, companies=None):
        companies = companies or user.company_ids
        model = self.env["client.health"].with_user(user)
        return model.with_context(allowed_company_ids=companies.ids)

    def test_only_the_head_switches(self):
        seller = self.make_user("switch_seller", f"{SALES},{ROLE_ALL}")
        nobody = self.make_user("switch_nobody")
        for user in (seller, nobody):
            for call in (
                lambda page: page.get_health(),
                lambda page: page.run_now(),
                lambda page: page.switch("tasks", False),
                lambda page: page.open_queue(self.company.id),
            ):
                with self.assertRaises(AccessError):
                    call(self.health(user))
        self.assertTrue(self.company.client_tasks_on)

    def test_the_head_switches_companies_that_are_switched_on(self):
        head = self.make_user(
            "switch_head", ROLE_HEAD, companies=self.company | self.company_b
        )
        page = self.health(head)
        for function in ("tasks", "mails", "notes"):
            shown = page.switch(function, False, self.company_b.id)
            of_b = next(c for c in shown["companies"] if c["id"] == self.company_b.id)
            flags = {flag["function"]: flag["on"] for flag in of_b["switches"]}
            self.assertFalse(flags[function])
            self.assertFalse(self.company_b[f"client_{function}_on"])
            self.assertTrue(self.company[f"client_{function}_on"])
        page.switch("tasks", True, self.company_b.id)
        self.assertTrue(self.company_b.client_tasks_on)
        page.switch("notes", False)
        self.assertFalse(self.company.client_notes_on, "the current company")

    def test_no_other_switch_and_no_other_company(self):
        head = self.make_user("switch_other", ROLE_HEAD)
        for function, company in (
            ("name", self.company),
            ("start_date", self.company),
            ("tasks", self.company_b),
        ):
            with self.subTest(function=function), self.assertRaises(UserError):
                self.health(head).switch(function, False, company.id)
        self.assertTrue(self.company_b.client_tasks_on)

    def test_in_the_settings(self):
        settings = Form(self.env["res.config.settings"].with_company(self.company))
        self.assertTrue(settings.client_mails_on)
        settings.client_mails_on = False
        settings.save().execute()
        self.assertFalse(self.company.client_mails_on)
        self.assertTrue(self.company_b.client_mails_on)
