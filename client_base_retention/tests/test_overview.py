"""The head's overview (sketch 5.5): every number equals the list it opens.

Who is in the base, what happened in the period, the same clients against last year.
Read by a head with no rights but the role.
"""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ClientBaseCommon, ago, day

PERIODS = ("month", "quarter", "year")


class OverviewCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company + cls.company_b
        cls.head = cls.make_user("ov_head", ROLE_HEAD, both)

    def overview(self, user=None, company=None, allowed=None):
        """The overview of ``company`` with other companies switched on beside it."""
        company = company or self.company
        companies = company | (allowed or company)
        return (
            self.env["client.overview"]
            .with_user(user or self.head)
            .with_context(allowed_company_ids=[company.id, *(companies - company).ids])
        )

    def records(self, overview, figure):
        """What the list behind a figure shows."""
        action = figure["action"]
        model = overview.env[action["res_model"]].with_context(**action["context"])
        return model.search(action["domain"])

    def figures(self, overview, *options):
        blocks = overview.get_figures(*options)["blocks"]
        return {f["key"]: f for block in blocks for f in block["figures"]}

    def values(self, *options, **where):
        found = self.figures(self.overview(**where), *options)
        return {key: figure["value"] for key, figure in found.items()}

    def names(self, key, *options, **where):
        """Names of the clients in the list behind a figure, sorted."""
        overview = self.overview(**where)
        found = self.records(overview, self.figures(overview, *options)[key])
        cards = found.card_id if "card_id" in found._fields else found
        return sorted(cards.partner_id.mapped("name"))

    def assertListsAsLong(self, overview, period, team_id):
        """Each number of the page equals the rows of its list, for the same user."""
        figures = [
            *self.figures(overview, period, team_id).values(),
            *overview.get_readiness(team_id)["lacks"],
            overview.get_comparison(period, team_id),
        ]
        for figure in figures:
            self.assertEqual(
                figure["value"], len(self.records(overview, figure)), figure["label"]
            )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOverview(OverviewCase):
    """A base whose clients left and came back on days that are known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("ov_seller", ROLE_ALL)
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id}
        )
        cls.team.member_ids = cls.seller
        mine = {"user_id": cls.seller.id}
        self = cls("test_lists_as_long_as_numbers")
        with freeze_time("2025-01-10 12:00:00"):
            self.client(("2024-05-31", 10), name="Left on the first", **mine)
            self.client(("2024-05-30", 20), name="Left in May")
            came_back = self.client(("2023-01-01", 30), name="Came back today")
            both = self.client(("2024-06-05", 40), name="Left and back", **mine)
            self.client(("2025-01-01", 50), name="Stays", **mine)
            self.client(name="Prospect")
            gone = self.client(("2024-05-31", 60), name="Archived", **mine)
            other = self.make_partner("Of the other company")
            self.enter([(other, "2024-05-31", 70)], cls.company_b)
        for today in ("2025-05-31", "2025-06-01", "2025-06-06"):
            self.derive_all(day(today))
        gone.partner_id.active = False
        with freeze_time("2025-06-10 12:00:00"):
            self.enter([(both.partner_id, "2025-06-10", 5)])
        with freeze_time(NOON):
            self.enter([(came_back.partner_id, TODAY, 5)])
            self.client((TODAY, 7), name="New today")
            self.client(
                *[(ago(n), 10) for n in (80, 60, 40)], name="At risk tomorrow", **mine
            )
            self.client(*[(ago(n), 10) for n in (71, 51, 31)], name="Late today")
            self.client(*[(ago(n), 10) for n in (50, 30, 10)], name="Expected")

    def test_lists_as_long_as_numbers(self):
        for company in (self.company, self.company_b):
            for allowed in (company, self.company + self.company_b):
                overview = self.overview(company=company, allowed=allowed)
                for period in PERIODS:
                    for team_id in (False, self.team.id):
                        with self.subTest(
                            company=company.name,
                            allowed=len(allowed),
                            period=period,
                            team=team_id,
                        ):
                            self.assertListsAsLong(overview, period, team_id)

    def test_left_and_returned_by_period(self):
        first_of_june = ["Archived", "Left and back", "Left on the first"]
        for period, left in (
            ("month", first_of_june),
            ("quarter", sorted([*first_of_june, "Left in May"])),
            ("year", sorted([*first_of_june, "Left in May"])),
        ):
            with self.subTest(period):
                self.assertEqual(self.names("left", period), left)
                self.assertEqual(
                    self.names("returned", period), ["Came back today", "Left and back"]
                )

    def test_first_day_of_each_period_counts(self):
        for period, first in (
            ("month", "2025-06-01"),
            ("quarter", "2025-04-01"),
            ("year", "2025-01-01"),
        ):
            name = f"First day of {period}"
            self.client((first, 1), name=name)
            before = f"Before {period}"
            self.client((day(first) - (TODAY - ago(1)), 1), name=before)
            with self.subTest(period):
                bought = self.names("bought", period)
                self.assertIn(name, bought)
                self.assertNotIn(before, bought)
                self.assertIn("New today", bought)

    def test_who_is_in_the_base(self):
        self.assertEqual(self.names("prospect"), ["Prospect"])
        self.assertEqual(self.names("newcomer"), ["Expected", "New today"])
        self.assertEqual(self.names("former"), ["Left in May", "Left on the first"])
        values = self.values()
        self.assertEqual(values["active"], 7)
        self.assertEqual(sum(values[key] for key in ("vip", "a", "b", "c")), 7)

    def test_alarms(self):
        """Twice the cycle of 20 days is the last day before a client is at risk."""
        self.assertEqual(self.names("late"), ["At risk tomorrow", "Late today"])
        self.assertEqual(self.names("at_risk"), [])
        with freeze_time("2025-06-16 12:00:00"):
            self.assertEqual(self.names("at_risk"), ["At risk tomorrow"])
            self.assertEqual(self.names("late"), ["Late today"])
            note = self.figures(self.overview())["at_risk"]["note"]
        self.assertEqual(note, "19 % of turnover")

    def test_expected_until_the_last_day(self):
        """Ten days after the last purchase the cycle of twenty has ten left: 25 June.
        The late one was expected on 4 June, the one at risk in May."""
        self.assertEqual(self.names("expected", "month"), ["Expected", "Late today"])
        self.assertEqual(
            self.names("expected", "quarter"),
            ["At risk tomorrow", "Expected", "Late today"],
        )
        for last, expected in ((ago(5), True), (ago(4), False)):
            # The cycle of 20 days ends on 30 June and on 1 July.
            name = f"Cycle from {last}"
            card = self.client(
                *[(last - (TODAY - ago(n)), 1) for n in (40, 20, 0)], name=name
            )
            self.assertEqual(card.purchase_cycle, 20)
            with self.subTest(name):
                self.assertEqual(name in self.names("expected", "month"), expected)
                self.assertIn(name, self.names("expected", "year"))

    def test_team(self):
        self.assertEqual(
            self.names("left", "month", self.team.id),
            ["Archived", "Left and back", "Left on the first"],
        )
        self.assertEqual(
            self.names("active", "month", self.team.id),
            ["At risk tomorrow", "Left and back", "Stays"],
        )
        self.assertEqual(
            self.names("returned", "year", self.team.id), ["Left and back"]
        )

    def test_companies(self):
        both = self.company + self.company_b
        for company, former in (
            (self.company, ["Left in May", "Left on the first"]),
            (self.company_b, ["Of the other company"]),
        ):
            with self.subTest(company.name):
                self.assertEqual(
                    self.names("former", company=company, allowed=both), former
                )

    def test_only_the_head(self):
        overview = self.overview(self.seller)
        for act in (
            overview.get_figures,
            overview.get_comparison,
            overview.get_readiness,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_empty_company(self):
        empty = self.make_company("Empty")
        self.head.company_ids += empty
        overview = self.overview(company=empty)
        data = overview.get_figures()
        self.assertFalse(data["any_client"])
        self.assertEqual(set(self.values(company=empty).values()), {0})
        self.assertFalse(overview.get_readiness()["share"])
        self.assertEqual(overview.get_comparison()["value"], 0)

    def test_recorded_since(self):
        """Movement before the first card was made is not known: the page says so."""
        overview = self.overview()
        self.assertFalse(overview.get_figures()["recorded_since"])
        self.env["client.transition"].search([("date", "<", TODAY)]).unlink()
        for made, said in (("2025-06-02", True), ("2025-06-01", False)):
            self.env.cr.execute(
                "UPDATE client_card SET create_date = %s WHERE company_id = %s",
                [f"{made} 12:00:00", self.company.id],
            )
            self.env.invalidate_all()
            with self.subTest(made):
                self.assertEqual(bool(overview.get_figures()["recorded_since"]), said)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOverviewDays(OverviewCase):
    """The period is that of the company's time zone."""

    def order_at(self, moment):
        partner = self.make_partner(moment)
        self.confirm(self.quote(partner), datetime.fromisoformat(moment))

    def test_east_of_greenwich(self):
        self.company.partner_id.tz = "Asia/Kamchatka"  # twelve hours ahead
        with freeze_time("2025-05-31 13:00:00"):
            self.order_at("2025-05-31 11:59:59")
            self.order_at("2025-05-31 12:00:00")
            self.assertEqual(self.names("bought"), ["2025-05-31 12:00:00"])
            self.assertListsAsLong(self.overview(), "month", False)

    def test_west_of_greenwich(self):
        self.company.partner_id.tz = "America/Los_Angeles"  # seven hours behind
        with freeze_time("2025-06-01 05:00:00"):
            self.order_at("2025-05-01 06:59:59")
            self.order_at("2025-05-01 07:00:00")
            self.assertEqual(self.names("bought"), ["2025-05-01 07:00:00"])
        with freeze_time("2025-06-01 07:00:00"):
            self.assertEqual(self.names("bought"), [])

    def test_comparison_ends_today(self):
        self.company.partner_id.tz = "Asia/Kamchatka"
        self.client(("2024-05-01", 1), ("2024-06-01", 3), ("2025-06-01", 8))
        for moment, before in (
            ("2025-05-31 11:59:59", "$ 1.00"),
            ("2025-05-31 12:00:00", "$ 3.00"),
        ):
            with freeze_time(moment), self.subTest(moment):
                found = self.overview().get_comparison()
                self.assertEqual(found["before"].replace("\xa0", " "), before)
