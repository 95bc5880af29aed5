"""*Away* from, to, stand-in: the dialog, who may say it, My day (product.md 1a)."""

from datetime import date

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .away import FIRST, LAST, AwayCommon
from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAway(AwayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = f"{SALES},{ROLE_ALL}"
        cls.leader = cls.make_user("away_leader", roles, name="Lena")
        cls.head = cls.make_user("away_head", f"{SALES},{ROLE_HEAD}", name="Maria")
        cls.env["crm.team"].create(
            {
                "name": "North",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [(6, 0, cls.olga.ids)],
            }
        )

    def as_user(self, user):
        return self.env["client.away"].with_user(user)

    # --------------------------------------------------------------------------- days

    def test_overlap(self):
        self.away()
        for first, last, refused in (
            ("2025-06-10", "2025-06-15", False),
            ("2025-06-28", "2025-07-01", False),
            ("2025-06-10", "2025-06-16", True),
            ("2025-06-27", "2025-06-30", True),
            ("2025-06-20", "2025-06-20", True),
            ("2025-06-01", "2025-07-30", True),
        ):
            with self.subTest(first=first, last=last), self.cr.savepoint() as point:
                if refused:
                    with self.assertRaises(ValidationError):
                        self.away(first=first, last=last)
                else:
                    self.away(first=first, last=last)
                point.rollback()
        self.away(self.pavel)

    def test_last_before_first(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.away(first=LAST, last=FIRST)

    # ----------------------------------------------------------------------- stand-in

    def test_who_may_stand_in(self):
        gone = self.make_user("away_gone", f"{SALES},{ROLE_ALL}", active=False)
        plain = self.make_user("away_plain", SALES)
        portal = self.make_user("away_portal", "base.group_portal")
        for user, refused in (
            (self.pavel, False),
            (self.head, False),
            (self.olga, True),
            (gone, True),
            (plain, True),
            (portal, True),
        ):
            with self.subTest(user=user.login):
                if refused:
                    with self.assertRaises(ValidationError):
                        self.away(stand_in=user)
                else:
                    self.away(stand_in=user).unlink()

    def test_warnings(self):
        away = self.away(stand_in=self.pavel)
        self.assertFalse(away.warning)
        self.away(self.pavel, "2025-06-27", "2025-06-30")
        away.invalidate_recordset()
        self.assertEqual(away.warning, "Pavel is away himself from Jun 27 to Jun 30.")
        self.olga.company_ids |= self.company_b
        away.invalidate_recordset()
        self.assertIn("Pavel may not enter Second firm", away.warning)
        away.stand_in_id = self.ivan
        self.assertNotIn("Pavel", away.warning)

    # -------------------------------------------------------------------------- effect

    def due_on(self, day, user=None):
        """A client due on a day, whose contact is a user's."""
        card = self.owned(3, user)
        card.obligation_ids.manual_due_date = day
        return card

    def test_says_what_it_does(self):
        for due in ("2025-06-15", FIRST, "2025-06-20", LAST, "2025-06-28"):
            self.due_on(due)
        self.due_on(FIRST, self.ivan)
        self.due_on(FIRST).partner_id.active = False
        self.due_on("2025-06-17").pause_until = "2025-06-30"
        self.due_on("2025-06-17")
        form = Form(self.as_user(self.olga))
        self.assertEqual(form.user_id, self.olga)
        self.assertEqual(form.date_from, TODAY)
        self.assertIn("One contact falls due", form.effect)
        form.date_from, form.date_to = FIRST, LAST
        self.assertEqual(
            form.effect,
            "4 contacts fall due in these days. Nobody stands in, so that waits. Days "
            "away are no overdue days.",
        )
        form.stand_in_id = self.pavel
        self.assertEqual(
            form.effect,
            "4 contacts fall due in these days; Pavel takes over, with what is still "
            "open then.",
        )
        away = form.save()
        self.assertRecordValues(
            away, [{"user_id": self.olga.id, "date_from": FIRST, "date_to": LAST}]
        )
        self.assertIn("4 contacts", away.effect)
        # Nobody else is told how much is due with her.
        self.assertNotIn("4", away.with_user(self.ivan).effect)

    def test_nothing_is_due(self):
        away = self.away()
        self.assertEqual(away.effect, "No contact falls due in these days.")
        away.stand_in_id = self.pavel
        self.assertIn("goes to Pavel", away.effect)

    # -------------------------------------------------------------------------- rights

    def test_whom_one_may_say_it_of(self):
        for user, allowed in (
            (self.olga, {"olga"}),
            (self.leader, {"olga", "leader"}),
            (self.head, {"olga", "leader", "ivan"}),
        ):
            for name in ("olga", "leader", "ivan"):
                absent = getattr(self, name)
                with self.subTest(user=user.name, absent=name):
                    values = {
                        "user_id": absent.id,
                        "date_from": FIRST,
                        "date_to": LAST,
                        "stand_in_id": self.pavel.id,
                    }
                    aways = self.as_user(user)
                    if name in allowed:
                        away = aways.create(values)
                        away.note = "Vacation"
                        away.unlink()
                        continue
                    with self.assertRaises(AccessError):
                        aways.create(values)
                    away = self.env["client.away"].create(values)
                    self.assertEqual(away.with_user(user).user_id, absent)
                    for act in (
                        lambda own: own.write({"note": "x"}),
                        lambda own: own.unlink(),
                        lambda own: own.action_end(),
                    ):
                        with self.assertRaises(AccessError):
                            act(away.with_user(user))
                    away.unlink()

    def test_not_turned_into_another_ones(self):
        """Who said that he is away does not make it a colleague's absence."""
        away = self.as_user(self.olga).create({"date_from": FIRST, "date_to": LAST})
        for user in (self.olga, self.leader):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                away.with_user(user).user_id = self.ivan
        away.with_user(self.leader).user_id = self.leader
        away.with_user(self.head).user_id = self.ivan
        self.assertEqual(away.user_id, self.ivan)

    def test_who_may_choose(self):
        for user, may in ((self.olga, False), (self.leader, True), (self.head, True)):
            with self.subTest(user=user.name):
                self.assertEqual(self.as_user(user).new({}).may_choose, may)

    def test_own_dialog_moves_tasks(self):
        """Who goes away need not see the tasks of others that move as well."""
        card = self.owned(10)
        self.plan_tasks()
        away = self.as_user(self.olga).create(
            {"date_from": TODAY, "date_to": LAST, "stand_in_id": self.pavel.id}
        )
        self.assertEqual(self.whose(card), self.pavel)
        away.action_end()
        self.assertEqual(self.whose(card), self.olga)

    def test_without_a_role(self):
        plain = self.make_user("away_norole", SALES)
        with self.assertRaises(AccessError):
            self.as_user(plain).search([])

    # ---------------------------------------------------------------------- I am back

    def test_back(self):
        for first, last, left in (
            (TODAY, LAST, None),
            (FIRST, LAST, None),
            ("2025-06-10", LAST, (date(2025, 6, 10), date(2025, 6, 14))),
            ("2025-06-01", "2025-06-10", (date(2025, 6, 1), date(2025, 6, 10))),
        ):
            with self.subTest(first=first, last=last):
                away = self.away(first=first, last=last)
                away.action_end()
                found = away.exists()
                self.assertEqual(
                    found and (found.date_from, found.date_to) or None, left
                )
                found.unlink()

    def test_state(self):
        for first, last, state in (
            ("2025-06-10", "2025-06-14", "past"),
            ("2025-06-10", "2025-06-15", "now"),
            ("2025-06-15", "2025-06-16", "now"),
            ("2025-06-16", "2025-06-17", "later"),
        ):
            with self.subTest(first=first, last=last):
                away = self.away(first=first, last=last)
                self.assertEqual(away.state, state)
                away.unlink()

    def test_long_ago(self):
        """Days away are no overdue days: nobody clears his own past by himself."""
        aways = self.env["client.away"]
        for user, first, may in (
            (self.olga, "2025-06-01", True),
            (self.olga, "2025-05-31", False),
            (self.leader, "2025-05-01", True),
            (self.head, "2025-04-01", True),
        ):
            with self.subTest(user=user.name, first=first):
                values = {"user_id": self.olga.id, "date_from": first, "date_to": first}
                if may:
                    aways.with_user(user).create(values)
                    continue
                with self.assertRaises(AccessError):
                    aways.with_user(user).create(values)

    def test_long_ago_by_a_change(self):
        """Neither by moving an absence back, nor by making an old one longer."""
        own = self.away(first="2025-06-03", last="2025-06-04").with_user(self.olga)
        old = self.away(first="2025-05-01", last="2025-05-02").with_user(self.olga)
        for away, values, may in (
            (own, {"date_from": "2025-05-31"}, False),
            (own, {"date_from": "2025-06-01"}, True),
            (own, {"date_to": "2025-06-20", "note": "Ill"}, True),
            (own, {"date_from": "2025-06-04"}, True),
            (old, {"date_to": "2025-06-01"}, False),
            (old, {"date_from": "2025-04-30"}, False),
            (old, {"date_to": "2025-05-01"}, True),
            (old, {"note": "Holidays"}, True),
        ):
            with self.subTest(values):
                if may:
                    away.write(values)
                    continue
                with self.assertRaises(AccessError):
                    away.write(values)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAwayMyDay(AwayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start()
        for user in (cls.olga, cls.pavel, cls.ivan):
            user.tz = "UTC"

    def day_of(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.env["client.my.day"].with_user(user)
        return page.with_context(
            allowed_company_ids=user.company_ids.ids, tz="UTC"
        ).get_day()

    def shown(self, user):
        """{name of the client: row} of the day's work."""
        return {
            row["name"]: row
            for section in self.day_of(user)["sections"]
            if section["key"] == "norms"
            for row in section["rows"]
        }

    def test_line_of_who_is_away(self):
        self.assertFalse(self.day_of(self.olga)["away"])
        away = self.away(first="2025-06-10", stand_in=self.pavel)
        self.assertEqual(
            self.day_of(self.olga)["away"],
            {
                "id": away.id,
                "now": True,
                "text": "You are away until Jun 27; Pavel stands in.",
            },
        )
        self.assertFalse(self.day_of(self.pavel)["away"])
        away.stand_in_id = False
        self.assertIn("nobody stands in", self.day_of(self.olga)["away"]["text"])
        away.date_from = FIRST
        line = self.day_of(self.olga)["away"]
        self.assertFalse(line["now"])
        self.assertIn("from tomorrow to Jun 27", line["text"])

    def test_rows_of_the_stand_in(self):
        """With and without planned tasks, for one or two steps."""
        self.owned(10, name="Alfa")
        self.owned(10, self.pavel, name="Beta")
        self.away(first="2025-06-10", stand_in=self.pavel)
        for planned in (False, True):
            if planned:
                self.plan_tasks()
            with self.subTest(planned=planned):
                rows = self.shown(self.pavel)
                self.assertEqual(set(rows), {"Alfa", "Beta"})
                self.assertEqual(rows["Alfa"]["stands_in"], "for Olga until Jun 27")
                self.assertFalse(rows["Beta"]["stands_in"])
                self.assertFalse(self.shown(self.olga))
                self.assertFalse(self.shown(self.ivan))
        self.away(self.pavel, "2025-06-15", "2025-06-16", stand_in=self.ivan)
        rows = self.shown(self.ivan)
        self.assertEqual(rows["Alfa"]["stands_in"], "for Olga until Jun 27")
        self.assertEqual(rows["Beta"]["stands_in"], "for Pavel until tomorrow")
        self.assertFalse(self.shown(self.pavel))

    def test_nobody_stands_in(self):
        self.owned(10, name="Alfa")
        self.away(first="2025-06-10")
        self.assertEqual(set(self.shown(self.olga)), {"Alfa"})

    def test_dialog_and_back(self):
        page = self.env["client.my.day"].with_user(self.olga)
        action = page.open_away()
        self.assertEqual(
            (action["res_model"], action["res_id"], action["target"]),
            ("client.away", False, "new"),
        )
        away = self.away(first="2025-06-10", stand_in=self.pavel)
        self.assertEqual(page.open_away(away.id)["res_id"], away.id)
        with self.assertRaises(AccessError):
            self.env["client.my.day"].with_user(self.ivan).end_away(away.id)
        page.end_away(away.id)
        self.assertEqual(away.date_to, date(2025, 6, 14))
        self.assertFalse(self.day_of(self.olga)["away"])

    def test_queries_do_not_grow(self):
        """Ten times as many clients of absent colleagues need no more queries."""
        anna = self.make_user("away_anna2", f"{SALES},{ROLE_ALL}", name="Anna")
        self.away(first="2025-06-10", stand_in=self.pavel)
        self.away(anna, "2025-06-10", stand_in=self.pavel)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            self.day_of(self.pavel)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["client.my.day"].with_user(self.pavel).with_context(
                allowed_company_ids=self.company.ids, tz="UTC"
            ).get_day()
            return self.cr.sql_log_count - before

        for user in (self.olga, anna):
            self.owned(10, user, name="First")
        self.plan_tasks()
        few = count()
        for number in range(9):
            for user in (self.olga, anna):
                self.owned(10, user, name=f"More {number}")
        self.plan_tasks()
        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTakenWords(AwayCommon):
    """ "taken over Jun 12", "grace until Jun 26" in lists, boards, on the contact."""

    def taken(self, due, grace, taken_on="2025-06-12"):
        card = self.owned(10)
        card.sudo().obligation_ids.write(
            {
                "due_date": due,
                "late_date": max(fields.Date.to_date(due), fields.Date.to_date(grace)),
                "taken_on": taken_on,
                "taken_from_id": self.pavel.id,
                "grace_until": grace,
            }
        )
        card.sudo().write(
            {
                "next_contact_date": due,
                "contact_late_date": card.obligation_ids.late_date,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return card.with_user(self.olga)

    def test_words(self):
        for due, grace, mark, text in (
            (
                "2025-06-10",
                "2025-06-19",
                "grace",
                "grace until Jun 19 · call · taken over Jun 12",
            ),
            (
                "2025-06-10",
                "2025-06-15",
                "grace",
                "grace until today · call · taken over Jun 12",
            ),
            ("2025-06-10", "2025-06-14", "overdue", "5 d late of 7 · call"),
            (
                "2025-06-15",
                "2025-06-19",
                "soon",
                "due today · call · taken over Jun 12",
            ),
        ):
            with self.subTest(due=due, grace=grace):
                card = self.taken(due, grace)
                self.assertEqual(card.contact_mark, mark)
                self.assertEqual(card.contact_text, text)
                norm = card.obligation_ids
                self.assertEqual(norm.contact_mark, mark)
                self.assertEqual(
                    "taken over Jun 12 from Pavel" in norm.contact_text,
                    mark != "overdue",
                )

    def test_searches(self):
        taken, other = self.taken("2025-06-10", "2025-06-19"), self.owned(10)
        cards = self.env["client.card"].with_user(self.olga)
        both = [("id", "in", [taken.id, other.id])]
        for leaf, found in (
            (("taken_on", "=", "2025-06-12"), taken),
            (("taken_on", ">=", "2025-06-13"), cards),
            (("taken_on", "!=", False), taken),
            (("taken_on", "=", False), other),
            (("grace_until", ">=", "today"), taken),
            (("grace_until", "<", "2025-06-19"), cards),
        ):
            with self.subTest(leaf=leaf):
                self.assertEqual(cards.search([*both, leaf]).ids, found.ids)

    def test_queries_do_not_grow(self):
        def count(cards):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cards.mapped("contact_text")
            return self.cr.sql_log_count - before

        cards = self.env["client.card"].browse(
            [self.taken("2025-06-10", "2025-06-19").id for _n in range(20)]
        )
        cards = cards.with_user(self.olga)
        count(cards[:1])
        self.assertEqual(count(cards[:2]), count(cards))
