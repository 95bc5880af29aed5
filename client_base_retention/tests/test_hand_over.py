"""*Hand over* clients: one, many, evenly over a team (product.md 1b)."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..wizard.client_hand_over import dealt
from .away import AwayCommon
from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY


class HandOverCommon(AwayCommon):
    """A head, a leader and her team: Olga, Pavel and Ivan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = f"{SALES},{ROLE_ALL}"
        cls.leader = cls.make_user("ho_leader", roles, name="Lena")
        cls.head = cls.make_user("ho_head", f"{SALES},{ROLE_HEAD}", name="Maria")
        cls.stranger = cls.make_user("ho_other", roles, name="Stranger")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [(6, 0, (cls.olga | cls.pavel | cls.ivan).ids)],
            }
        )

    def clients(self, number, user=None, last=10, **values):
        return self.env["client.card"].concat(
            *(
                self.owned(last, user, name=f"Client {n:02}", **values)
                for n in range(number)
            )
        )

    def wizard(self, cards, user=None, **values):
        """The dialog as the head, or another user, opens it for these clients."""
        user = user or self.head
        action = cards.with_user(user).action_hand_over()
        wizard = self.env["client.hand.over"].with_user(user).browse(action["res_id"])
        wizard.write(values)
        return wizard

    def hand_over(self, cards, to, user=None, **values):
        return self.wizard(cards, user, user_id=to.id, **values).action_apply()

    def told(self, user):
        """Messages that a user has got."""
        return self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("message_type", "=", "user_notification"),
            ]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHandOver(HandOverCommon):
    # -------------------------------------------------------------------------- to one

    def test_one_client(self):
        card = self.owned(10)
        self.plan_tasks()
        self.hand_over(card, self.pavel)
        self.env.invalidate_all()
        self.assertEqual(card.user_id, self.pavel)
        self.assertEqual(card.partner_id.user_id, self.pavel)
        self.assertEqual(card.handed_on, TODAY)
        self.assertEqual(self.whose(card), self.pavel)
        norm = card.obligation_ids
        self.assertRecordValues(
            norm,
            [
                {
                    "taken_on": TODAY,
                    "taken_from_id": self.olga.id,
                    "grace_until": TODAY + timedelta(days=7),
                }
            ],
        )
        self.assertEqual(card.contact_state, "soon")
        self.assertEqual(
            card.with_user(self.pavel).contact_text,
            "grace until Jun 22 · call · taken over today",
        )

    def test_many_clients(self):
        cards = self.clients(12)
        self.hand_over(cards, self.pavel)
        self.assertEqual(cards.user_id, self.pavel)
        (message,) = self.told(self.pavel)
        self.assertIn("Maria hands over 12 clients to you", message.body)
        self.assertIn("/odoo/taken-over", message.body)
        self.assertEqual(message.author_id, self.head.partner_id)
        self.assertFalse(self.told(self.olga))
        action = self.env.ref("client_base_retention.client_card_action_taken")
        found = (
            self.env["client.card"]
            .with_user(self.pavel)
            .search([("user_id", "=", self.pavel.id), ("handed_on", "!=", False)])
        )
        self.assertEqual(action.path, "taken-over")
        self.assertEqual(found.ids, cards.sorted().ids)

    def test_no_client(self):
        wizard = self.wizard(self.env["client.card"], user_id=self.pavel.id)
        self.assertEqual(wizard.count, 0)
        self.assertEqual(wizard.problem, "No clients are chosen.")
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_to_nobody(self):
        wizard = self.wizard(self.owned(10))
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.write({"way": "team", "team_id": False})
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_twice(self):
        cards = self.clients(2)
        self.hand_over(cards, self.pavel)
        wizard = self.wizard(cards, user_id=self.pavel.id)
        self.assertIn("with Pavel already", wizard.problem)
        with self.assertRaises(UserError):
            wizard.action_apply()
        more = self.owned(10)
        self.hand_over(cards | more, self.pavel)
        self.assertEqual(len(self.told(self.pavel)), 2)
        self.assertIn("a client", self.told(self.pavel).sorted("id")[-1].body)

    def test_to_myself(self):
        """Nobody is told what he has done himself."""
        self.hand_over(self.owned(10), self.head)
        self.assertFalse(self.told(self.head))

    def test_archived_clients(self):
        card, other = self.owned(10), self.owned(10)
        card.partner_id.active = False
        wizard = self.wizard(card | other, user_id=self.pavel.id)
        self.assertEqual(wizard.count, 2)
        wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual(card.partner_id.user_id, self.pavel)
        self.assertEqual(other.user_id, self.pavel)

    def test_receiver_who_left(self):
        card = self.owned(10)
        wizard = self.wizard(card, user_id=self.pavel.id)
        self.pavel.active = False
        wizard.invalidate_recordset()
        self.assertIn("does not work here", wizard.problem)
        with self.assertRaises(UserError):
            wizard.action_apply()
        self.assertEqual(card.user_id, self.olga)

    def test_receiver_of_another_company(self):
        far = self.make_user(
            "ho_far", f"{SALES},{ROLE_ALL}", self.company_b, name="Far"
        )
        card = self.owned(10)
        wizard = self.wizard(card, user_id=far.id)
        self.assertIn("Far may not enter Own goods", wizard.problem)
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_clients_of_another_company(self):
        """Who may not see them hands nothing over."""
        partner = self.make_partner("Foreign")
        self.enter([(partner, "2025-06-01", 100)], self.company_b)
        card = self.card_of(partner, self.company_b)
        with self.assertRaises(AccessError):
            self.wizard(card)
        both = self.company | self.company_b
        self.head.company_ids = self.pavel.company_ids = both
        # Not among the companies chosen above.
        with self.assertRaises(AccessError):
            self.wizard(card.with_context(allowed_company_ids=self.company.ids))
        self.assertFalse(card.user_id)

    def test_client_of_two_companies(self):
        """Of a client of two companies only the chosen card goes."""
        both = self.company | self.company_b
        self.olga.company_ids = self.head.company_ids = self.pavel.company_ids = both
        partner = self.make_partner("Shared", user_id=self.olga.id)
        for company in both:
            self.enter([(partner, "2025-06-01", 100)], company)
        here, there = (self.card_of(partner, company) for company in both)
        self.assertEqual((here | there).user_id, self.olga)
        self.hand_over(here, self.pavel)
        self.env.invalidate_all()
        self.assertEqual((here.user_id, there.user_id), (self.pavel, self.olga))
        self.assertEqual(partner.user_id, self.olga)

    # ---------------------------------------------------------------------- activities

    def promise(self, card, user=None, record=None, kind="call"):
        return (record or card.partner_id).activity_schedule(
            f"mail.mail_activity_data_{kind}",
            date_deadline=TODAY,
            user_id=(user or self.olga).id,
        )

    def test_other_activities(self):
        for wanted in (False, True):
            with self.subTest(wanted=wanted):
                card = self.owned(10)
                order = self.quote(card.partner_id)
                own = self.promise(card) | self.promise(card, record=order)
                others = self.promise(card, self.ivan)
                elsewhere = self.promise(self.owned(10))
                wizard = self.wizard(card, user_id=self.pavel.id)
                self.assertFalse(wizard.with_activities)
                self.assertEqual(wizard.activity_count, 2)
                wizard.with_activities = wanted
                wizard.action_apply()
                self.assertEqual(own.user_id, self.pavel if wanted else self.olga)
                self.assertEqual(others.user_id, self.ivan)
                self.assertEqual(elsewhere.user_id, self.olga)

    def test_the_follow_up_of_a_problem_goes_along(self):
        """A dissatisfied client is nobody's but his salesperson's (N14)."""
        card = self.owned(10)
        remarks = self.env["client.remark"].with_user(self.olga)
        said = {"partner_id": card.partner_id.id, "text": "Dull"}
        problem = remarks.create([said, said | {"text": "Late"}])
        problem[1].write({"state": "solved", "solution": "Came in time"})
        promised = self.promise(card)
        self.wizard(card, user_id=self.pavel.id).action_apply()
        self.assertEqual(problem[0].sudo().activity_id.user_id, self.pavel)
        self.assertEqual(problem[1].sudo().activity_id.user_id, self.olga, "done")
        self.assertEqual(promised.user_id, self.olga)

    def test_activities_of_who_left(self):
        card = self.owned(10)
        own = self.promise(card)
        self.olga.active = False
        wizard = self.wizard(card, user_id=self.pavel.id)
        self.assertTrue(wizard.with_activities)
        wizard.action_apply()
        self.assertEqual(own.user_id, self.pavel)

    def test_nobody_is_flooded(self):
        """One message to the receiver, and none for each client or task."""
        cards = self.clients(5)
        for card in cards:
            self.promise(card, kind="todo")
        self.plan_tasks()
        before = self.env["mail.mail"].search_count([])
        wizard = self.wizard(cards, user_id=self.pavel.id, with_activities=True)
        self.env.flush_all()
        wizard.action_apply()
        self.flush_tracking()
        self.assertEqual(len(self.told(self.pavel)), 1)
        self.assertLessEqual(self.env["mail.mail"].search_count([]) - before, 1)
        for card in cards:
            self.assertEqual(self.whose(card), self.pavel)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # -------------------------------------------------------------------------- evenly

    def test_dealt(self):
        for clients, receivers, numbers in (
            (0, 3, [0, 0, 0]),
            (1, 3, [1, 0, 0]),
            (7, 3, [3, 2, 2]),
            (9, 3, [3, 3, 3]),
            (4, 1, [4]),
        ):
            with self.subTest(clients=clients, receivers=receivers):
                pairs = dealt(list(range(clients)), list(range(receivers)))
                self.assertEqual([client for client, _r in pairs], [*range(clients)])
                got = [sum(r == n for _c, r in pairs) for n in range(receivers)]
                self.assertEqual(got, numbers)

    def test_evenly_over_a_team(self):
        """Seven clients for three: alike numbers, of each class too."""
        anna = self.make_user("ho_anna", f"{SALES},{ROLE_ALL}", name="Anna")
        self.team.member_ids |= anna
        cards = self.clients(7)
        for card, (abc_class, turnover) in zip(
            cards,
            (
                ("c", 9),
                ("vip", 1),
                ("vip", 5),
                ("vip", 3),
                ("b", 2),
                ("b", 8),
                ("c", 1),
            ),
            strict=True,
        ):
            card.sudo().write({"abc_class": abc_class, "turnover": turnover})
        self.owned(10, self.ivan)
        wizard = self.wizard(cards, way="team", team_id=self.team.id)
        self.assertEqual(wizard.receiver_ids, anna | self.pavel | self.ivan)
        before = {card: card.abc_class for card in cards}
        deal = wizard._deal(wizard._client_rows())
        names = {card.id: place for place, card in enumerate(cards)}
        # Fewest clients first, then by name.
        self.assertEqual(
            [
                [names[row["id"]] for row in deal[u.id]]
                for u in (anna, self.pavel, self.ivan)
            ],
            [[2, 5, 6], [3, 4], [1, 0]],
        )
        wizard.action_apply()
        self.env.invalidate_all()
        got = [
            cards.filtered(lambda c, u=user: c.user_id == u)
            for user in wizard.receiver_ids
        ]
        self.assertEqual(sorted(map(len, got)), [2, 2, 3])
        for value in ("vip", "b", "c"):
            numbers = [sum(before[card] == value for card in own) for own in got]
            self.assertLessEqual(max(numbers) - min(numbers), 1, value)
        for user in wizard.receiver_ids:
            self.assertEqual(len(self.told(user)), 1)

    def test_team_without_those_who_left(self):
        self.ivan.active = False
        wizard = self.wizard(self.owned(10, self.stranger), way="team")
        wizard.team_id = self.team
        self.assertEqual(wizard.receiver_ids, self.olga | self.pavel)

    def test_clients_of_members_stay_where_they_fall(self):
        """Evenly among those who have some of them: nobody is told of his own."""
        cards = self.clients(2) | self.clients(2, self.pavel)
        wizard = self.wizard(cards, way="team", team_id=self.team.id)
        wizard.receiver_ids = self.olga | self.pavel
        wizard.action_apply()
        numbers = [
            len(cards.filtered(lambda c, u=u: c.user_id == u))
            for u in (self.olga, self.pavel)
        ]
        self.assertEqual(numbers, [2, 2])

    # -------------------------------------------------------------------------- dialog

    def test_dialog(self):
        cards = self.clients(2) | self.owned(10, self.pavel)
        cards |= self.owned(10, self.env["res.users"])
        form = Form(self.wizard(cards))
        self.assertEqual(form.count, 4)
        self.assertEqual(
            form.summary, "4 clients: Olga 2, Pavel 1, without a salesperson 1"
        )
        self.assertFalse(form.preview)
        form.user_id = self.ivan
        self.assertIn("0 → 4", form.preview)
        self.assertIn("Ivan", form.preview)
        # Each of them is to be called once a week: 7 / 5 days / 7 days.
        self.assertIn("0.0 → 0.8", form.preview)
        self.assertNotIn("over the limit", form.preview)
        form.user_id = self.pavel
        self.assertIn("1 → 4", form.preview)
        self.assertIn("0.2 → 0.8", form.preview)
        form.way = "team"
        form.team_id = self.team
        self.assertIn("Olga", form.preview)

    def test_dialog_by_default_clients(self):
        """As the report opens it."""
        cards = self.clients(3)
        wizards = self.env["client.hand.over"].with_user(self.head)
        form = Form(wizards.with_context(default_card_ids=cards.ids))
        self.assertEqual(form.count, 3)
        form.user_id = self.pavel
        form.save().action_apply()
        self.assertEqual(cards.user_id, self.pavel)

    def test_over_the_limit_and_away(self):
        self.policy.daily_task_limit = 1
        self.away(self.pavel, "2025-06-10", "2025-06-20")
        wizard = self.wizard(self.clients(6), user_id=self.pavel.id)
        self.assertIn("over the limit of 1", wizard.preview)
        self.assertIn("away until Jun 20", wizard.preview)

    def test_contacts(self):
        """From a list of contacts: persons stand for their company."""
        card = self.owned(10)
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": card.partner_id.id}
        )
        contacts = person | self.make_partner("No client")
        action = contacts.with_user(self.head).action_hand_over_client()
        wizard = self.env["client.hand.over"].browse(action["res_id"])
        self.assertEqual(wizard.card_ids, card)
        with self.assertRaises(UserError):
            self.make_partner("Nobody").with_user(self.head).action_hand_over_client()

    # -------------------------------------------------------------------------- rights

    def test_who_may(self):
        ours, theirs = self.owned(10), self.owned(10, self.stranger)
        for user, cards, may in (
            (self.head, ours | theirs, True),
            (self.leader, ours, True),
            (self.leader, theirs, False),
            (self.leader, ours | theirs, False),
        ):
            with self.subTest(user=user.name, cards=len(cards)):
                wizard = self.wizard(cards, user, user_id=self.pavel.id)
                self.assertEqual(not wizard.problem, may)
                if may:
                    wizard.action_apply()
                    cards.write({"user_id": self.olga.id})
                    theirs.user_id = self.stranger
                else:
                    with self.assertRaises(AccessError):
                        wizard.action_apply()

    def test_button_on_the_contact(self):
        card = self.owned(10)
        for user, may in (
            (self.head, True),
            (self.leader, True),
            (self.olga, True),
            (self.ivan, False),
        ):
            with self.subTest(user=user.name):
                partner = card.partner_id.with_user(user)
                self.assertEqual(partner.client_may_hand_over, may)

    # --------------------------------------------------------------------------- speed

    def test_queries_do_not_grow(self):
        """Ten times as many clients need no more queries; one write each receiver."""

        def count(cards):
            wizard = self.wizard(cards, way="team", team_id=self.team.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.preview  # noqa: B018
            wizard.action_apply()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few, many = self.clients(3, self.stranger), self.clients(30, self.stranger)
        count(self.clients(3, self.stranger))
        least = count(few)
        self.assertLessEqual(count(many), least + 3)

    def test_given_back_the_same_day(self):
        card = self.owned(10)
        self.hand_over(card, self.pavel)
        self.hand_over(card, self.olga)
        self.env.invalidate_all()
        self.assertFalse(card.taken_on)
        self.assertEqual(card.contact_state, "overdue")
        self.assertEqual(card.user_id, self.olga)
        self.assertEqual(date(2025, 6, 15), card.handed_on)
