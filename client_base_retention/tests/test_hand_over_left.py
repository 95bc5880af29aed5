"""Clients of a salesperson who left: whose they are, and the proposal."""

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES
from .test_hand_over import HandOverCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHandOverLeft(HandOverCommon):
    def left(self, user=None, companies=None):
        wizards = self.env["client.hand.over"].with_user(user or self.head)
        companies = companies or self.company
        return wizards.with_context(allowed_company_ids=companies.ids)._left()

    def numbers(self, *args):
        return {row["name"]: row["clients"] for row in self.left(*args)}

    def open(self, row, user=None):
        wizards = self.env["client.hand.over"].with_user(user or self.head)
        return Form(wizards.with_context(**row["action"]["context"]))

    def test_archived(self):
        """Archiving hands nothing over by itself."""
        cards = self.clients(3)
        self.clients(1, self.pavel)
        self.assertFalse(self.left())
        self.olga.active = False
        self.assertEqual(self.numbers(), {"Olga": 3})
        self.assertEqual(cards.partner_id.user_id, self.olga)
        self.olga.active = True
        self.assertFalse(self.left())

    def test_proposal(self):
        """All his clients, evenly over his team, with his promises."""
        cards = self.clients(3)
        self.olga.active = False
        (row,) = self.left()
        self.assertEqual(row["user_id"], self.olga.id)
        form = self.open(row)
        self.assertEqual(form.count, 3)
        self.assertEqual(form.way, "team")
        self.assertEqual(form.team_id, self.team)
        self.assertTrue(form.with_activities)
        self.assertEqual(form.summary, "3 clients: Olga, who left, 3")
        form.save().action_apply()
        self.env.invalidate_all()
        self.assertEqual(cards.user_id, self.pavel | self.ivan)
        self.assertFalse(self.left())

    def test_no_team(self):
        self.clients(1, self.stranger)
        self.stranger.active = False
        form = self.open(self.left()[0])
        self.assertEqual((form.way, form.count), ("one", 1))

    def test_no_access_any_more(self):
        """Who may not enter the company any more has left it."""
        both = self.company | self.company_b
        self.stranger.company_ids = self.head.company_ids = both
        self.clients(2, self.stranger)
        partner = self.make_partner(user_id=self.stranger.id)
        self.enter([(partner, "2025-06-01", 100)], self.company_b)
        self.assertFalse(self.left(self.head, both))
        self.stranger.write(
            {
                "company_id": self.company_b.id,
                "company_ids": [(6, 0, self.company_b.ids)],
            }
        )
        self.assertEqual(self.numbers(self.head, both), {"Stranger": 2})
        self.assertFalse(self.left(self.head, self.company_b))

    def test_chosen_on_the_card(self):
        """Salesperson of one of two companies, set on the card."""
        both = self.company | self.company_b
        self.head.company_ids = both
        partner = self.make_partner()
        for company in both:
            self.enter([(partner, "2025-06-01", 100)], company)
        card = self.card_of(partner)
        card.user_id = self.stranger
        self.assertTrue(card.user_is_manual)
        self.stranger.active = False
        self.assertEqual(self.numbers(), {"Stranger": 1})

    def test_archived_clients_are_no_matter(self):
        self.clients(1).partner_id.active = False
        self.olga.active = False
        self.assertFalse(self.left())

    def test_who_is_told(self):
        self.clients(2)
        self.clients(1, self.stranger)
        (self.olga | self.stranger).active = False
        for user, names in (
            (self.head, {"Olga": 2, "Stranger": 1}),
            (self.leader, {"Olga": 2}),
            (self.pavel, {}),
        ):
            with self.subTest(user=user.name):
                self.assertEqual(self.numbers(user), names)
        form = self.open(self.left(self.leader)[0], self.leader)
        self.assertFalse(form.problem)
        form.save().action_apply()
        self.assertEqual(self.numbers(), {"Stranger": 1})

    def test_queries_do_not_grow(self):
        anna = self.make_user("ho_left", f"{SALES},{ROLE_ALL}", name="Anna")

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.left()
            return self.cr.sql_log_count - before

        self.clients(1)
        self.olga.active = False
        count()
        few = count()
        self.clients(9, anna)
        anna.active = False
        self.assertLessEqual(count(), few + 1)
