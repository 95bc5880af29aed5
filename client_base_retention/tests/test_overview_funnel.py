"""The way to a regular client: who took which step when, and who went no further.

A step is a day of purchase; the fourth makes a client regular. Read by a head with no
rights but the role.
"""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, TODAY, ago, day
from .test_overview import PERIODS, OverviewCase

FIRST, SECOND, THIRD, REGULAR = (
    "first_purchase_date",
    "second_purchase_date",
    "third_purchase_date",
    "regular_since",
)


class FunnelCase(OverviewCase):
    def steps(self, period="month", team_id=False, **where):
        funnel = self.overview(**where).get_funnel(period, team_id)
        return {step["key"]: step for step in funnel["steps"]}

    def taken(self, period="month", team_id=False, **where):
        """(first, second, third, regular) of the period, and of the period before."""
        steps = self.steps(period, team_id, **where).values()
        return (
            tuple(step["value"] for step in steps),
            tuple(step["before"]["value"] for step in steps),
        )

    def laps(self, card):
        return tuple(str(card[name] or "") for name in (FIRST, SECOND, THIRD, REGULAR))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLaps(FunnelCase):
    """On which days a client bought for the first, second, third and fourth time."""

    def test_each_day_is_one_lap(self):
        cases = {
            "one": (["2025-01-01"], ("2025-01-01", "", "", "")),
            "two orders of a day": (
                ["2025-01-01", "2025-01-01", "2025-02-01"],
                ("2025-01-01", "2025-02-01", "", ""),
            ),
            "in any order": (
                ["2025-03-01", "2025-01-01", "2025-02-01"],
                ("2025-01-01", "2025-02-01", "2025-03-01", ""),
            ),
            "leap day": (
                ["2023-02-28", "2024-02-29", "2024-03-01", "2025-02-28"],
                ("2023-02-28", "2024-02-29", "2024-03-01", "2025-02-28"),
            ),
            "the fifth changes nothing": (
                ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05"],
                ("2025-01-01", "2025-01-02", "2025-01-03", "2025-01-04"),
            ),
        }
        for name, (days, laps) in cases.items():
            with self.subTest(name):
                card = self.client(*[(when, 10) for when in days], name=name)
                self.assertEqual(self.laps(card), laps)

    def test_refund_is_no_lap(self):
        card = self.client(("2025-01-01", 10), ("2025-02-01", -10), ("2025-03-01", 5))
        self.assertEqual(self.laps(card), ("2025-01-01", "2025-03-01", "", ""))
        # A day with a purchase and a larger refund is a day of purchase.
        self.enter([(card.partner_id, when, 20) for when in ("2025-04-01",)])
        self.enter([(card.partner_id, "2025-04-01", -50)])
        self.assertEqual(self.laps(card)[2], "2025-04-01")

    def test_only_refunds_and_prospects(self):
        self.assertEqual(self.laps(self.client((ago(3), -5))), ("", "", "", ""))
        self.assertEqual(self.laps(self.client()), ("", "", "", ""))

    def test_cancelled_order(self):
        partner = self.make_partner()
        self.enter([(partner, ago(9), 1)])
        order = self.buy(partner, ago(5))
        self.enter([(partner, ago(3), 1)])
        card = self.card_of(partner)
        self.assertEqual(card.third_purchase_date, ago(3))
        order._action_cancel()
        self.assertEqual(
            (card.second_purchase_date, card.third_purchase_date), (ago(3), False)
        )

    def test_merged_clients(self):
        one = self.client((ago(30), 1), (ago(10), 1), name="One")
        other = self.client((ago(20), 1), (ago(5), 1), name="Other")
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [one.partner_id.id, other.partner_id.id], one.partner_id
        )
        self.env.invalidate_all()
        card = self.card_of(one.partner_id)
        self.assertEqual(self.laps(card), tuple(str(ago(n)) for n in (30, 20, 10, 5)))

    def test_not_before_the_day(self):
        """A purchase dated tomorrow is one tomorrow."""
        card = self.client((TODAY, 1), (ago(-1), 1))
        self.assertFalse(card.second_purchase_date)
        with freeze_time("2025-06-16 12:00:00"):
            self.derive_all(ago(-1))
            self.assertEqual(card.second_purchase_date, ago(-1))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFunnel(FunnelCase):
    def test_first_and_last_days_of_the_period(self):
        """15 June: the same days of the period before end on 15 May, 15 March and
        15 June of last year."""
        spans = {
            "month": ("2025-06-01", "2025-05-01", "2025-05-15"),
            "quarter": ("2025-04-01", "2025-01-01", "2025-03-15"),
            "year": ("2025-01-01", "2024-01-01", "2024-06-15"),
        }
        for period, (first, first_before, last_before) in spans.items():
            with self.subTest(period), self.env.cr.savepoint() as point:
                for when, name in (
                    (first, "In"),
                    (str(TODAY), "In today"),
                    (first_before, "Before"),
                    (last_before, "Before, last"),
                ):
                    self.client((when, 1), name=name)
                self.client((day(last_before) - (TODAY - ago(-1)), 1), name="Between")
                self.client((day(first_before) - (TODAY - ago(1)), 1), name="Earlier")
                step = self.steps(period)[FIRST]
                overview = self.overview()
                names = self.records(overview, step).partner_id.mapped("name")
                self.assertEqual(sorted(names), ["In", "In today"])
                names = self.records(overview, step["before"]).partner_id.mapped("name")
                self.assertEqual(sorted(names), ["Before", "Before, last"])
                point.rollback()
                self.env.invalidate_all()

    def test_third_purchase_on_the_last_day_of_the_month(self):
        days = [("2025-01-10", 1), ("2025-02-10", 1), ("2025-05-31", 1)]
        self.client(*days)
        for now, taken in (
            ("2025-05-31 12:00:00", ((0, 0, 1, 0), (0, 0, 0, 0))),
            # The first of June is compared with the first of May.
            ("2025-06-01 12:00:00", ((0, 0, 0, 0), (0, 0, 0, 0))),
            # The last day of a month with the whole month before.
            ("2025-06-30 12:00:00", ((0, 0, 0, 0), (0, 0, 1, 0))),
        ):
            with freeze_time(now), self.subTest(now):
                self.assertEqual(self.taken("month"), taken)

    def test_leap_day_before(self):
        self.client(("2024-02-29", 1))
        for now, before in (
            ("2024-03-28 12:00:00", 0),
            ("2024-03-29 12:00:00", 1),
            ("2024-03-31 12:00:00", 1),
        ):
            with freeze_time(now), self.subTest(now):
                self.assertEqual(self.taken("month")[1][0], before)
        with freeze_time("2025-02-28 12:00:00"):
            self.assertEqual(self.taken("year")[1][0], 0)
        with freeze_time("2025-03-01 12:00:00"):
            self.assertEqual(self.taken("year")[1][0], 1)

    def test_former_who_came_back_goes_on(self):
        """His purchase after years away is his second, not another first."""
        card = self.client(("2020-01-01", 1), (ago(2), 1))
        self.assertEqual((card.status, card.winback_count), ("active", 1))
        self.assertEqual(self.taken("month")[0], (0, 1, 0, 0))

    def test_drop_offs(self):
        self.client(("2023-01-01", 1), name="Once, left")
        self.client(("2023-01-01", 1), ("2023-02-01", 1), name="Twice, left")
        self.client(("2025-01-01", 1), name="Once, still here")
        self.client(*[(ago(n), 1) for n in (40, 30, 20)], name="Three times")
        self.client(*[(ago(n), 1) for n in (40, 30, 20, 10)], name="Regular")
        steps = self.steps("year")
        self.assertEqual([step["on"] for step in steps.values()], [60, 66, 50, False])
        self.assertEqual(
            [step["stopped"]["value"] for step in steps.values()], [1, 1, 0, 0]
        )
        overview = self.overview()
        for key, name in ((FIRST, "Once, left"), (SECOND, "Twice, left")):
            found = self.records(overview, steps[key]["stopped"])
            self.assertEqual(found.partner_id.name, name)

    def test_lists_as_long_as_numbers(self):
        seller = self.make_user("ov_funnel_seller", ROLE_ALL)
        team = self.env["crm.team"].create({"name": "W", "member_ids": seller.ids})
        for number in range(12):
            values = {"user_id": seller.id} if number % 2 else {}
            days = [(ago(30 * n + number), 1) for n in range(number % 5 + 1)]
            self.client(*days, name=f"Client {number}", **values)
        other = self.make_partner("Of the other company")
        self.enter([(other, TODAY, 70)], self.company_b)
        for company in (self.company, self.company_b):
            for period in PERIODS:
                for team_id in (False, team.id):
                    overview = self.overview(company=company)
                    for step in overview.get_funnel(period, team_id)["steps"]:
                        for figure in (step, step["before"], step["stopped"]):
                            with self.subTest(figure["label"], period=period):
                                found = self.records(overview, figure)
                                self.assertEqual(figure["value"], len(found))
        self.assertEqual(self.taken(company=self.company_b)[0], (1, 0, 0, 0))
        self.assertEqual(self.steps(team_id=team.id)[FIRST]["value"], 1)

    def test_empty_company_and_rights(self):
        empty = self.make_company("Empty")
        self.head.company_ids += empty
        steps = self.steps(company=empty)
        self.assertEqual([step["on"] for step in steps.values()], [False] * 4)
        seller = self.make_user("ov_funnel_no", ROLE_ALL)
        with self.assertRaises(AccessError):
            self.overview(seller).get_funnel()
