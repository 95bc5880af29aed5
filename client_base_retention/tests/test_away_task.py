"""Planned contacts while their salesperson is away (product.md 1a, *Vacation*)."""

from datetime import date, datetime, time, timedelta

from odoo.tests import freeze_time, tagged

from .away import FIRST, LAST, AwayCommon
from .common import NOON, ROLE_ALL, SALES


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAwayTask(AwayCommon):
    def test_first_and_last_day(self):
        card = self.owned(10)
        self.away(stand_in=self.pavel)
        for day, doer in (
            (date(2025, 6, 15), self.olga),
            (FIRST, self.pavel),
            (date(2025, 6, 21), self.pavel),
            (LAST, self.pavel),
            (date(2025, 6, 28), self.olga),
        ):
            with self.subTest(day=day):
                self.morning(day)
                self.assertEqual(self.whose(card), doer)

    def test_planned_while_away(self):
        self.away(stand_in=self.pavel)
        card = self.owned(10)
        self.morning(date(2025, 6, 18))
        self.assertEqual(self.whose(card), self.pavel)
        self.assertEqual(card.user_id, self.olga)
        self.morning(date(2025, 6, 28))
        self.assertEqual(self.whose(card), self.olga)

    def test_nobody_stands_in(self):
        """Contacts wait: none is planned, and what is open stays with him."""
        old = self.owned(10)
        self.plan_tasks()
        self.policy.fallback_user_id = self.ivan
        self.away()
        new = self.owned(10)
        self.morning(FIRST)
        self.assertEqual(self.whose(old), self.olga)
        self.assertFalse(self.whose(new))
        self.morning(date(2025, 6, 28))
        self.assertEqual(self.whose(new), self.olga)

    def test_stand_in_away_too(self):
        """His stand-in does it, one step further; else the regulation's stand-in."""
        anna = self.make_user("away_anna", f"{SALES},{ROLE_ALL}", name="Anna")
        card = self.owned(10)
        self.policy.fallback_user_id = anna
        self.away(stand_in=self.pavel)
        second = self.away(self.pavel, stand_in=self.ivan)
        self.morning(FIRST)
        self.assertEqual(self.whose(card), self.ivan)
        with freeze_time("2025-06-17 09:00:00"):
            third = self.away(self.ivan, stand_in=self.pavel)
            self.assertEqual(self.whose(card), anna)
            third.unlink()
            second.stand_in_id = self.olga
            self.assertEqual(self.whose(card), anna, "they stand in for each other")
            second.stand_in_id = False
            self.assertEqual(self.whose(card), anna)
            self.policy.fallback_user_id = False
            self.morning(date(2025, 6, 18))
            self.assertFalse(self.whose(card))

    def test_stand_in_leaves(self):
        card = self.owned(10)
        self.policy.fallback_user_id = self.ivan
        self.away(stand_in=self.pavel)
        self.morning(FIRST)
        with freeze_time("2025-06-17 09:00:00"):
            self.pavel.active = False
            self.assertEqual(self.whose(card), self.ivan)

    def test_two_companies(self):
        """Who stands in must be allowed to enter the client's company."""
        both = self.company | self.company_b
        self.olga.company_ids = both
        self.ivan.company_ids = both
        self.norm(policy=self.policy_b)
        self.policy_b.fallback_user_id = self.ivan
        partner = self.make_partner(user_id=self.olga.id)
        for company in both:
            self.enter([(partner, "2025-06-01", 100)], company)
        self.away(stand_in=self.pavel)
        with freeze_time("2025-06-16 06:00:00"):
            self.env["client.card"]._plan_tasks()
        tasks = self.env["mail.activity"].search([("client_id", "=", partner.id)])
        doers = {task.client_obligation_id.company_id: task.user_id for task in tasks}
        self.assertEqual(doers, {self.company: self.pavel, self.company_b: self.ivan})

    def test_company_day_decides(self):
        """The first day away begins where the company is."""
        card = self.owned(10)
        self.plan_tasks()
        self.away(stand_in=self.pavel)
        self.company.partner_id.tz = "Asia/Tokyo"
        with freeze_time("2025-06-15 16:00:00"):
            self.plan_tasks()
        self.assertEqual(self.whose(card), self.pavel)

    def test_twice_in_a_row(self):
        card = self.owned(10)
        self.away(stand_in=self.pavel)
        self.away(first="2025-06-28", last="2025-06-30", stand_in=self.ivan)
        for day, doer in (
            (LAST, self.pavel),
            (date(2025, 6, 28), self.ivan),
            (date(2025, 6, 30), self.ivan),
            (date(2025, 7, 1), self.olga),
        ):
            with self.subTest(day=day):
                self.morning(day)
                self.assertEqual(self.whose(card), doer)

    def test_moves_at_once(self):
        """Begun today, ended early, given to somebody else, taken back."""
        card = self.owned(10)
        self.plan_tasks()
        away = self.away(first="2025-06-15", stand_in=self.pavel)
        self.assertEqual(self.whose(card), self.pavel)
        away.stand_in_id = self.ivan
        self.assertEqual(self.whose(card), self.ivan)
        away.stand_in_id = False
        self.assertEqual(self.whose(card), self.olga)
        away.stand_in_id = self.pavel
        away.write({"date_from": "2025-06-10", "date_to": "2025-06-14"})
        self.assertEqual(self.whose(card), self.olga)
        away.date_to = LAST
        self.assertEqual(self.whose(card), self.pavel)
        away.unlink()
        self.assertEqual(self.whose(card), self.olga)

    def test_quietly(self):
        card = self.owned(10)
        self.plan_tasks()
        messages = self.notes(card.partner_id)
        self.away(first="2025-06-15", stand_in=self.pavel)
        self.assertEqual(self.notes(card.partner_id), messages)
        self.assertNotIn(self.pavel.partner_id, card.partner_id.message_partner_ids)

    def test_limit_of_the_stand_in(self):
        """What is open with him counts, his own and what he does for others."""
        self.policy.daily_task_limit = 3
        olgas = [self.owned(20 + n) for n in range(2)]
        pavels = [self.owned(10 + n, self.pavel) for n in range(3)]
        self.away(stand_in=self.pavel)
        self.morning(FIRST)
        self.assertEqual(sum(bool(self.whose(card)) for card in olgas + pavels), 3)
        self.assertTrue(all(self.whose(card) == self.pavel for card in olgas))

    def test_moved_tasks_keep_to_the_limit(self):
        """Planned contacts that would be too many for the stand-in are not his: the
        most urgent ones go to him, the others wait until he has a free place."""
        self.policy.daily_task_limit = 3
        olgas = [self.owned(days) for days in (10, 30, 20)]
        pavels = [self.owned(days, self.pavel) for days in (12, 11)]
        self.plan_tasks()
        self.assertTrue(all(self.whose(card) == self.olga for card in olgas))
        self.away(stand_in=self.pavel)
        self.morning(FIRST)
        self.assertTrue(all(self.whose(card) == self.pavel for card in pavels))
        self.assertEqual(
            [bool(self.whose(card)) for card in olgas], [False, True, False]
        )
        self.assertEqual(self.whose(olgas[1]), self.pavel)
        # A free place is taken the next morning.
        tuesday = FIRST + timedelta(days=1)
        with freeze_time(datetime.combine(tuesday, time(1))):
            self.env["client.touchpoint"].create(
                {
                    "partner_id": pavels[0].partner_id.id,
                    "company_id": self.company.id,
                    "date": "2025-06-16 09:00:00",
                }
            )
        self.morning(tuesday)
        self.assertEqual(
            [bool(self.whose(card)) for card in olgas], [False, True, True]
        )

    def test_team_leader_away(self):
        """Who is responsible by the norm is who is away, not the salesperson."""
        team = self.env["crm.team"].create(
            {
                "name": "Team",
                "company_id": self.company.id,
                "user_id": self.ivan.id,
                "member_ids": [(6, 0, self.olga.ids)],
            }
        )
        self.weekly.responsible = "team_leader"
        card = self.owned(10)
        self.assertEqual(card.team_id, team)
        self.away(self.ivan, stand_in=self.pavel)
        self.morning(FIRST)
        self.assertEqual(self.whose(card), self.pavel)

    def test_regulation_stand_in_away(self):
        """Where nobody is responsible, the regulation's stand-in is who is away."""
        self.policy.fallback_user_id = self.ivan
        card = self.owned(10, self.env["res.users"])
        away = self.away(self.ivan, stand_in=self.pavel)
        self.morning(FIRST)
        self.assertEqual(self.whose(card), self.pavel)
        with freeze_time("2025-06-17 09:00:00"):
            away.stand_in_id = False
            self.assertEqual(self.whose(card), self.ivan)
            waiting = self.owned(10, self.env["res.users"])
        self.morning(date(2025, 6, 18))
        self.assertFalse(self.whose(waiting))

    def test_given_to_a_colleague(self):
        """What was given to a colleague by hand stays his while the owner is away."""
        card = self.owned(10)
        self.plan_tasks()
        self.tasks_of(card).user_id = self.ivan
        away = self.away(first="2025-06-15", stand_in=self.pavel)
        self.assertEqual(self.whose(card), self.ivan)
        away.unlink()
        self.assertEqual(self.whose(card), self.ivan)
        self.away(first="2025-06-15", stand_in=self.pavel)
        card.user_id = self.pavel
        self.assertEqual(self.whose(card), self.pavel)

    def test_handed_over_while_away(self):
        card = self.owned(10)
        self.away(stand_in=self.pavel)
        self.morning(FIRST)
        with freeze_time("2025-06-17 09:00:00"):
            card.user_id = self.ivan
            self.assertEqual(self.whose(card), self.ivan)
        self.morning(date(2025, 6, 28))
        self.assertEqual(self.whose(card), self.ivan)

    def test_a_contact_finishes_it(self):
        card = self.owned(10)
        self.away(stand_in=self.pavel)
        self.morning(FIRST)
        task = self.tasks_of(card)
        with freeze_time("2025-06-17 09:00:00"):
            self.talk(card, user_id=self.pavel.id)
        self.assertFalse(task.active)
