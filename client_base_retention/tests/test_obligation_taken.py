"""A client is handed over: taken over on, from whom, days of grace."""

from odoo.tests import tagged

from .past import PastCommon

NOBODY = False


@tagged("post_install", "-at_install")
class TestObligationTaken(PastCommon):
    def setUp(self):
        super().setUp()
        self.nobody = self.env["res.users"]

    def make(self, days=7, user=None, when="2025-06-02", **values):
        """The only norm of a client: a call every so many days."""
        self.norm("call", days, "day", **values)
        with self.on(when):
            owner = self.olga if user is None else user
            self.card = self.client((when, 100), user_id=owner.id)
        return self.card.obligation_ids

    def assertTaken(self, norm, when, whom, until):
        """Taken over on a day from somebody, with days of grace until another."""
        found = (norm.taken_on, norm.taken_from_id, norm.grace_until)
        self.assertEqual((str(found[0]), found[1], str(found[2])), (when, whom, until))

    def assertNotTaken(self, norm):
        self.assertFalse(norm.taken_on or norm.taken_from_id or norm.grace_until)

    # ------------------------------------------------------------------------- grace

    def test_one_interval_of_grace_at_most_fourteen_days(self):
        until = {
            1: "2025-08-02",
            7: "2025-08-08",
            13: "2025-08-14",
            14: "2025-08-15",
            15: "2025-08-15",
            365: "2025-08-15",
        }
        for days, last in until.items():
            with self.subTest(days=days):
                self.policy.rule_ids.unlink()
                norm = self.make(days)
                self.give(self.card, self.boris, "2025-08-01")
                self.assertTaken(norm, "2025-08-01", self.olga, last)
                self.assertEqual(norm.user_id, self.boris)

    def test_to_and_fro(self):
        """Days of grace come again after sixty days: not by passing a client on."""
        norm = self.make(7)
        for user, before, day, until in (
            (self.boris, self.olga, "2025-08-01", "2025-08-08"),
            (self.olga, self.boris, "2025-08-09", "2025-08-08"),
            (self.boris, self.olga, "2025-10-07", "2025-08-08"),
            (self.olga, self.boris, "2025-12-06", "2025-12-13"),
        ):
            with self.subTest(day):
                self.give(self.card, user, day)
                self.assertTaken(norm, day, before, until)
        self.assertEqual(norm.late_date, norm.grace_until)

    def test_a_month_of_28_days_is_more_than_fourteen(self):
        self.norm("call", 1, "month")
        with self.on("2028-01-10"):
            self.card = self.client(("2028-01-10", 100), user_id=self.olga.id)
        self.give(self.card, self.boris, "2028-02-20")
        self.assertTaken(
            self.card.obligation_ids, "2028-02-20", self.olga, "2028-03-05"
        )

    def test_in_time_on_the_last_day_of_grace(self):
        norm = self.make(7)
        self.give(self.card, self.boris, "2025-06-20")
        self.assertEqual(str(norm.due_date), "2025-06-09")
        self.assertEqual(str(norm.late_date), "2025-06-27")
        self.assertEqual(str(self.card.contact_late_date), "2025-06-27")
        for when, state in {
            "2025-06-20": "soon",
            "2025-06-27": "soon",
            "2025-06-28": "overdue",
        }.items():
            with self.subTest(when=when):
                self.night(when)
                with self.on(when):
                    self.env.invalidate_all()
                    self.assertEqual(self.card.contact_state, state)
        self.assertEqual(len(self.past(self.card)), 1)

    def test_grace_shortens_nothing(self):
        norm = self.make(60)
        self.give(self.card, self.boris, "2025-06-03")
        self.assertTaken(norm, "2025-06-03", self.olga, "2025-06-17")
        self.assertEqual(norm.late_date, norm.due_date)

    def test_the_days_of_grace_stay_with_another_norm(self):
        norm = self.make(14)
        self.give(self.card, self.boris, "2025-06-20")
        with self.on("2025-06-22"):
            self.policy.rule_ids.interval_count = 3
        self.assertTaken(norm, "2025-06-20", self.olga, "2025-07-04")

    # ---------------------------------------------------------------- from whom to whom

    def test_the_old_owner_is_closed(self):
        norm = self.make()
        self.give(self.card, self.boris, "2025-06-12")
        self.assertPast(
            self.card,
            {
                "user_id": self.olga,
                "since": "2025-06-02",
                "until": "2025-06-12",
                "due_date": "2025-06-09",
                "contact_date": False,
                "is_closed": True,
            },
        )
        self.assertEqual(str(norm.since), "2025-06-12")

    def test_from_and_to_nobody(self):
        for first, then in ((self.nobody, self.boris), (self.olga, self.nobody)):
            with self.subTest(first=first.name, then=then.name):
                self.policy.rule_ids.unlink()
                norm = self.make(user=first)
                self.give(self.card, then, "2025-06-12")
                self.assertEqual(norm.user_id, then)
                self.assertTaken(norm, "2025-06-12", first, "2025-06-19")
                self.assertPast(self.card, {"user_id": first, "is_closed": True})

    def test_by_another_norm_or_leader(self):
        """The responsible by the norm counts, whatever made him responsible."""
        norm = self.make()
        with self.on("2025-06-12"):
            self.policy.rule_ids.write(
                {"responsible": "user", "responsible_user_id": self.clara.id}
            )
            self.card._derive()
        self.assertTaken(norm, "2025-06-12", self.olga, "2025-06-19")
        self.give(self.card, self.boris, "2025-06-14")
        self.assertTaken(norm, "2025-06-12", self.olga, "2025-06-19")
        self.assertEqual(norm.user_id, self.clara)

    # -------------------------------------------------------------------- given back

    def test_given_back_on_the_same_day(self):
        """As if nothing had been: no grace, no closing, nothing kept."""
        norm = self.make()
        with self.on("2025-06-12"):
            for user in (self.boris, self.olga):
                self.give(self.card, user)
        self.assertNotTaken(norm)
        self.assertEqual(str(norm.since), "2025-06-02")
        self.assertEqual(str(norm.late_date), "2025-06-09")
        self.assertFalse(self.past(self.card))

    def test_given_back_through_many_hands(self):
        norm = self.make()
        with self.on("2025-06-12"):
            for user in (self.boris, self.clara, self.nobody, self.olga):
                self.give(self.card, user)
        self.assertNotTaken(norm)
        self.assertFalse(self.past(self.card))

    def test_given_back_to_one_of_those_of_the_day(self):
        """To Boris, to Clara, back to Boris: he has him from Olga."""
        norm = self.make()
        with self.on("2025-06-12"):
            for user in (self.boris, self.clara, self.boris):
                self.give(self.card, user)
        self.assertTaken(norm, "2025-06-12", self.olga, "2025-06-19")
        self.assertPast(self.card, {"user_id": self.olga, "is_closed": True})

    def test_given_back_after_a_contact(self):
        """What happened meanwhile ends the state of who had him all the while."""
        norm = self.make()
        with self.on("2025-06-12"):
            self.give(self.card, self.boris)
            self.talk(self.card, "2025-06-12")
            self.give(self.card, self.olga)
        self.assertNotTaken(norm)
        self.assertEqual(str(norm.since), "2025-06-12")
        self.assertPast(
            self.card,
            {
                "user_id": self.olga,
                "since": "2025-06-02",
                "until": "2025-06-12",
                "contact_date": "2025-06-12",
                "is_closed": False,
            },
        )

    def test_given_back_restores_an_older_hand_over(self):
        norm = self.make()
        self.give(self.card, self.boris, "2025-06-10")
        with self.on("2025-06-12"):
            self.give(self.card, self.clara)
            self.give(self.card, self.boris)
        self.assertTaken(norm, "2025-06-10", self.olga, "2025-06-17")
        self.assertPast(self.card, {"user_id": self.olga, "until": "2025-06-10"})

    def test_given_back_after_the_one_before_was_deleted(self):
        norm = self.make(user=self.boris)
        olga = self.make_user("past_gone")
        self.give(self.card, olga, "2025-06-08")
        self.give(self.card, self.boris, "2025-06-10")
        with self.on("2025-06-12"):
            self.give(self.card, self.clara)
            self.env.cr.execute("DELETE FROM res_users WHERE id = %s", [olga.id])
            self.env.invalidate_all(flush=False)
            self.give(self.card, self.boris)
        self.assertTaken(norm, "2025-06-10", self.nobody, "2025-06-15")

    def test_given_back_the_next_day_is_a_hand_over(self):
        norm = self.make()
        self.give(self.card, self.boris, "2025-06-12")
        self.give(self.card, self.olga, "2025-06-13")
        self.assertTaken(norm, "2025-06-13", self.boris, "2025-06-19")
        self.assertPast(
            self.card,
            {"user_id": self.olga, "until": "2025-06-12", "is_closed": True},
            {
                "user_id": self.boris,
                "since": "2025-06-12",
                "until": "2025-06-13",
                "taken_from_id": self.olga,
                "grace_until": "2025-06-19",
                "is_closed": True,
            },
        )

    def test_the_same_day_is_the_companys(self):
        """Given in the evening and back in the morning of one day in Auckland; on two
        days there, though on one in UTC."""
        self.company.partner_id.tz = "Pacific/Auckland"
        norm = self.make()
        with self.on("2025-06-12", 13):
            self.give(self.card, self.boris)
        with self.on("2025-06-13", 11):
            self.give(self.card, self.olga)
        self.assertNotTaken(norm)
        with self.on("2025-06-15", 11):
            self.give(self.card, self.boris)
        with self.on("2025-06-15", 13):
            self.give(self.card, self.olga)
        self.assertTaken(norm, "2025-06-16", self.boris, "2025-06-22")
