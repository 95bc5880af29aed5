"""How the contacts of a client follow each other in the plan: tables of cases.

The dates are worked out by hand from the text: an interval after the contact, calendar
months, seasons, ends, pauses, agreed days; and nothing is asked twice in a week.
"""

from datetime import date

from odoo.tests import BaseCase, tagged

from ..models.client_contact_plan_dates import (
    Client,
    Due,
    Norm,
    contacts,
    holding,
    week_end,
)

# Call and meeting norms by number, so that cases are short.
WEEKLY = Norm(1, "call", "active", days=7)
MONTHLY = Norm(2, "call", "active", months=1)
MEETING = Norm(3, "meeting", "active", days=28)
DAILY = Norm(4, "call", "active", days=1)
ANY = Norm(5, "any", "active", days=14)
LETTER = Norm(6, "email", "active", days=28)
SUMMER = Norm(7, "call", "active", days=14, season=(4, 5))


def day(text):
    return date.fromisoformat(text)


def client(*dues, status="active", **values):
    """A client with norms due: (norm, day) or (norm, day, {more})."""
    held = {
        norm.kind: Due(norm.id, day(when), **(more[0] if more else {}))
        for norm, when, *more in dues
    }
    return Client(status=status, dues=held, **values)


@tagged("post_install", "-at_install")
class TestContactPlanDates(BaseCase):
    def plan(self, who, norms, first, last):
        """["2026-11-02 call"] of the contacts of a client."""
        found = contacts(who, norms, day(first), day(last))
        return [f"{one.day} {one.kind}" for one in found]

    def assertPlan(self, who, norms, first, last, expected):
        self.assertEqual(self.plan(who, norms, first, last), expected.splitlines())

    def test_weeks_follow_each_other(self):
        self.assertPlan(
            client((WEEKLY, "2026-11-04")),
            [WEEKLY],
            "2026-11-02",
            "2026-11-25",
            "2026-11-04 call\n2026-11-11 call\n2026-11-18 call\n2026-11-25 call",
        )

    def test_month_after_the_31st(self):
        """A month ends where February does; from there it goes on."""
        for first, expected in (
            ("2027-01-31", "2027-01-31 2027-02-28 2027-03-28"),
            ("2028-01-31", "2028-01-31 2028-02-29 2028-03-29"),
            ("2028-02-29", "2028-02-29 2028-03-29"),
        ):
            with self.subTest(first=first):
                last = f"{first[:4]}-04-01"
                found = self.plan(client((MONTHLY, first)), [MONTHLY], first, last)
                self.assertEqual(" ".join(one[:10] for one in found), expected)

    def test_twelve_months_after_the_leap_day(self):
        norm = Norm(1, "call", "active", months=12)
        self.assertPlan(
            client((norm, "2028-02-29")),
            [norm],
            "2028-02-01",
            "2029-03-10",
            "2028-02-29 call\n2029-02-28 call",
        )

    def test_overdue_by_a_year_is_due_today_once(self):
        who = client((MONTHLY, "2025-11-04", {"is_late": True}))
        found = contacts(who, [MONTHLY], day("2026-11-04"), day("2026-12-31"))
        self.assertEqual([c.day for c in found], [day("2026-11-04"), day("2026-12-04")])
        self.assertEqual([c.due for c in found], [day("2025-11-04"), day("2026-12-04")])
        self.assertEqual([c.is_late for c in found], [True, False])

    def test_first_and_last_day(self):
        for due, expected in (
            ("2026-11-29", 1),
            ("2026-11-30", 1),
            ("2026-12-01", 0),
        ):
            with self.subTest(due=due):
                who = client((MONTHLY, due))
                found = self.plan(who, [MONTHLY], "2026-11-29", "2026-11-30")
                self.assertEqual(len(found), expected)

    def test_no_norm(self):
        self.assertPlan(client(), [MONTHLY], "2026-11-01", "2027-04-30", "")

    # ------------------------------------------------------- nothing twice in a week

    def test_call_in_the_week_of_a_meeting(self):
        """Monday to Sunday; the call series goes on from the meeting."""
        # 2026-11-05 is a Thursday.
        for call, first in (
            ("2026-11-02", "2026-11-05 meeting\n2026-11-12 call"),
            ("2026-11-05", "2026-11-05 meeting\n2026-11-12 call"),
            ("2026-11-08", "2026-11-05 meeting\n2026-11-12 call"),
            ("2026-11-01", "2026-11-01 call\n2026-11-05 meeting\n2026-11-12 call"),
            ("2026-11-09", "2026-11-05 meeting\n2026-11-12 call"),
        ):
            with self.subTest(call=call):
                self.assertPlan(
                    client((WEEKLY, call), (MEETING, "2026-11-05")),
                    [WEEKLY, MEETING],
                    "2026-11-01",
                    "2026-11-18",
                    first,
                )

    def test_overdue_call_is_left_to_the_meeting_of_this_week(self):
        self.assertPlan(
            client((WEEKLY, "2026-10-01"), (MEETING, "2026-11-06")),
            [WEEKLY, MEETING],
            "2026-11-04",
            "2026-11-12",
            "2026-11-06 meeting",
        )

    def test_daily_calls_go_on_until_the_meeting(self):
        self.assertPlan(
            client((DAILY, "2026-11-02"), (MEETING, "2026-11-05")),
            [DAILY, MEETING],
            "2026-11-02",
            "2026-11-06",
            "2026-11-02 call\n2026-11-03 call\n2026-11-04 call\n2026-11-05 meeting\n"
            "2026-11-06 call",
        )

    def test_any_contact_is_left_to_whatever_there_is(self):
        self.assertPlan(
            client((ANY, "2026-11-02"), (LETTER, "2026-11-06")),
            [ANY, LETTER],
            "2026-11-02",
            "2026-11-22",
            "2026-11-06 email\n2026-11-20 any",
        )

    def test_letter_satisfies_no_call(self):
        self.assertPlan(
            client((WEEKLY, "2026-11-03"), (LETTER, "2026-11-03")),
            [WEEKLY, LETTER],
            "2026-11-02",
            "2026-11-08",
            "2026-11-03 call\n2026-11-03 email",
        )

    def test_meeting_beyond_the_plan_in_its_last_week(self):
        """The call of a week that is cut by the end is left to the meeting as in a
        longer plan."""
        who = client((WEEKLY, "2026-11-30"), (MEETING, "2026-12-03"))
        self.assertPlan(who, [WEEKLY, MEETING], "2026-11-20", "2026-11-30", "")

    # --------------------------------------------------------------- arranged, agreed

    def test_arranged(self):
        """On the day arranged up to a week after the due date; else when it is due."""
        for arranged, expected in (
            ("2026-11-05", "2026-11-05"),
            ("2026-11-10", "2026-11-10"),
            ("2026-11-17", "2026-11-17"),
            ("2026-11-18", "2026-11-10"),
        ):
            with self.subTest(arranged=arranged):
                who = client((MONTHLY, "2026-11-10", {"arranged": day(arranged)}))
                found = contacts(who, [MONTHLY], day("2026-11-02"), day("2026-11-30"))
                self.assertEqual([c.day for c in found], [day(expected)])
                self.assertEqual(found[0].arranged, day(arranged))

    def test_arranged_call_takes_place_beside_a_meeting(self):
        who = client(
            (WEEKLY, "2026-11-03", {"arranged": day("2026-11-03")}),
            (MEETING, "2026-11-05"),
        )
        self.assertPlan(
            who,
            [WEEKLY, MEETING],
            "2026-11-02",
            "2026-11-11",
            "2026-11-03 call\n2026-11-05 meeting",
        )

    # ------------------------------------------------------------------ ends, seasons

    def test_norms_end(self):
        """The last day of the norms of former clients and prospects counts."""
        for until, number in (("2026-11-18", 3), ("2026-11-17", 2), ("2026-11-03", 0)):
            with self.subTest(until=until):
                norm = Norm(1, "call", "former", days=7)
                who = client((norm, "2026-11-04"), status="former", until=day(until))
                found = self.plan(who, [norm], "2026-11-04", "2026-12-31")
                self.assertEqual(len(found), number)

    def test_season_ends_and_begins_anew(self):
        who = client((SUMMER, "2026-05-20"), base=day("2026-01-01"))
        found = self.plan(who, [SUMMER], "2026-05-18", "2026-12-31")
        self.assertEqual(found, ["2026-05-20 call"])
        found = self.plan(who, [SUMMER], "2026-05-18", "2027-04-20")
        self.assertEqual(
            found, ["2026-05-20 call", "2027-04-01 call", "2027-04-15 call"]
        )

    def test_season_takes_over(self):
        """In its season the more special norm, before and after it the other."""
        special = Norm(8, "call", "active", days=7, abc_class="a", season=(12, 12))
        usual = Norm(9, "call", "active", months=1)
        who = client(
            (usual, "2026-11-25"),
            abc_class="a",
            base=day("2026-01-01"),
            last={"call": day("2026-10-25")},
        )
        self.assertPlan(
            who,
            [special, usual],
            "2026-11-20",
            "2027-01-31",
            "2026-11-25 call\n2026-12-02 call\n2026-12-09 call\n2026-12-16 call\n"
            "2026-12-23 call\n2026-12-30 call\n2027-01-30 call",
        )

    def test_season_of_twelve_months_is_none(self):
        for season in ((1, 12), (5, 4)):
            with self.subTest(season=season):
                norm = Norm(1, "call", "active", months=3, season=season)
                self.assertFalse(norm.has_season)
                self.assertTrue(all(norm.holds_in(month) for month in range(1, 13)))

    def test_season_over_the_turn_of_the_year(self):
        norm = Norm(1, "call", "active", days=7, season=(11, 2))
        months = [month for month in range(1, 13) if norm.holds_in(month)]
        self.assertEqual(months, [1, 2, 11, 12])
        self.assertEqual(norm.season_begin(day("2027-02-03")), day("2026-11-01"))
        self.assertEqual(norm.season_begin(day("2027-11-03")), day("2027-11-01"))

    def test_newcomer_becomes_an_old_client(self):
        new = Norm(1, "call", "active", days=7, newcomer=True)
        old = Norm(2, "call", "active", months=1)
        who = client(
            (new, "2026-11-03"),
            newcomer_until=day("2026-11-16"),
            first_purchase=day("2026-09-17"),
            base=day("2026-09-17"),
        )
        self.assertPlan(
            who,
            [new, old],
            "2026-11-02",
            "2026-12-31",
            "2026-11-03 call\n2026-11-10 call\n2026-12-10 call",
        )

    def test_pause_and_start_hold_off_norms_that_begin(self):
        who = client(not_before=day("2026-04-20"), base=day("2026-01-01"))
        self.assertPlan(who, [SUMMER], "2026-03-01", "2026-04-30", "2026-04-20 call")

    def test_agreed_day_stays_when_another_norm_comes_to_hold(self):
        who = client((MONTHLY, "2026-04-24", {"agreed": True}), base=day("2026-01-01"))
        special = Norm(8, "call", "active", days=7, abc_class="a", season=(4, 4))
        who.abc_class = "a"
        self.assertPlan(
            who, [MONTHLY, special], "2026-03-20", "2026-04-30", "2026-04-24 call"
        )

    # ------------------------------------------------------------------------- pieces

    def test_most_special_norm(self):
        norms = [
            Norm(1, "call", "active", days=1),
            Norm(2, "call", "active", days=2, potential="high"),
            Norm(3, "call", "active", days=3, abc_class="a"),
            Norm(4, "call", "active", days=4, abc_class="a", potential="high"),
            Norm(5, "call", "active", days=5, newcomer=True),
            Norm(6, "call", "former", days=6, abc_class="a"),
        ]
        for values, expected in (
            ({}, 1),
            ({"potential": "high"}, 2),
            ({"abc_class": "a"}, 3),
            ({"abc_class": "a", "potential": "high"}, 4),
            ({"abc_class": "a", "newcomer_until": day("2026-11-03")}, 5),
            ({"abc_class": "a", "newcomer_until": day("2026-11-02")}, 3),
        ):
            with self.subTest(**values):
                who = client(**values)
                held = holding(who, norms, day("2026-11-03"))
                self.assertEqual(held["call"].id, expected)

    def test_week_end(self):
        for first, last in (
            ("2026-11-02", "2026-11-08"),
            ("2026-11-08", "2026-11-08"),
            ("2026-12-31", "2027-01-03"),
        ):
            self.assertEqual(week_end(day(first)), day(last))
