"""The line *Class x potential* of the overview (sketch 5.5, N49): growth points, what
they could buy beside, and the lists behind."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, TODAY, ago
from .test_overview import OverviewCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOverviewGrowth(OverviewCase):
    """High potential from 1,000 a year; what is bought is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"potential_high": 1000, "potential_medium": 100})
        cls.seller = cls.make_user("ov_seller", ROLE_ALL)
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id}
        )
        cls.team.member_ids = cls.seller

    def setUp(self):
        super().setUp()
        self.grown("Much is missing", 400, 2000)
        self.grown("On the limit", 500, 1000)
        self.grown("Just below the limit", 490, 1000)
        self.grown("Medium", 10, 999)
        self.grown("Nothing bought", 0, 3000)
        self.grown("High by hand", 30, 0, potential_level="high")

    def grown(self, name, turnover, potential, **values):
        purchases = [(ago(1), turnover)] if turnover else []
        card = self.client(*purchases, name=name, user_id=self.seller.id)
        card.write({"potential_amount": potential} | values)
        return card

    def growth(self, *options, **where):
        return self.overview(**where).get_figures(*options)["growth"]

    def listed(self, figure, **where):
        cards = self.records(self.overview(**where), figure)
        return sorted(cards.partner_id.mapped("name"))

    def test_growth_points_and_what_is_missing(self):
        total = self.growth()["total"]
        names = ["High by hand", "Just below the limit", "Much is missing"]
        self.assertEqual(self.listed(total), [*names, "Nothing bought"])
        self.assertEqual(total["value"], 4)
        missing = self.company.currency_id.format(1600 + 510 + 3000)
        self.assertIn(missing, total["note"])

    def test_classes_add_up_and_open_what_they_count(self):
        for company in (self.company, self.company_b):
            for allowed in (company, self.company + self.company_b):
                for team_id in (False, self.team.id):
                    where = {"company": company, "allowed": allowed}
                    growth = self.growth("month", team_id, **where)
                    figures = [growth["total"], *growth["classes"]]
                    for figure in figures:
                        with self.subTest(figure["key"], team=team_id, **where):
                            found = self.listed(figure, **where)
                            self.assertEqual(figure["value"], len(found))
                    by_class = sum(figure["value"] for figure in growth["classes"])
                    self.assertEqual(by_class, growth["total"]["value"])

    def test_client_without_class_counts(self):
        classes = {figure["key"]: figure for figure in self.growth()["classes"]}
        self.assertEqual(self.listed(classes["growth_none"]), ["Nothing bought"])

    def test_other_company_and_team(self):
        other = self.make_partner("Of the other company")
        self.enter([(other, TODAY, 10)], self.company_b)
        self.derive_all()
        card = other.client_card_ids.filtered(lambda c: c.company_id == self.company_b)
        card.write({"potential_amount": 5000, "potential_level": "high"})
        total = self.growth(company=self.company_b)["total"]
        self.assertEqual(self.listed(total, company=self.company_b), [other.name])
        self.assertIn(self.company_b.currency_id.format(4990), total["note"])
        self.assertEqual(self.growth()["total"]["value"], 4)
        lonely = self.env["crm.team"].create({"name": "Nobody's"})
        self.assertEqual(self.growth("month", lonely.id)["total"]["value"], 0)
        self.assertFalse(self.growth("month", lonely.id)["total"]["note"])

    def test_matrices_open(self):
        growth = self.growth()
        for key in ("potential", "regularity"):
            with self.subTest(key):
                action = growth[key]["action"]
                self.assertEqual(action["res_model"], "client.card")
                self.assertEqual(action["views"][0][1], "pivot")

    def test_counted_in_the_same_pass(self):
        """Ten times as many clients, no query more."""

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.growth()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(54):
            self.grown(f"Client {number}", 10, 2000)
        self.growth()
        self.assertLessEqual(queries(), few)
