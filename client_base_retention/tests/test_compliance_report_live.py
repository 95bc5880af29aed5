"""The page over figures that are measured, not written by the test."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, ClientBaseCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestComplianceReportLive(ClientBaseCommon):
    """Monday's contact of Olga's client is six days late on Sunday, June 15."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_start_date = "2025-01-01"
        cls.env["client.contact.rule"].create(
            {
                "policy_id": cls.policy.id,
                "status": "prospect",
                "kind": "call",
                "interval_count": 1,
                "interval_unit": "week",
            }
        )
        cls.head = cls.make_user("live_head", f"{SALES},{ROLE_HEAD}", name="Head")
        cls.olga, cls.ivan = (
            cls.make_user(login, f"{SALES},{ROLE_ALL}", name=name)
            for login, name in (("live_olga", "Olga"), ("live_ivan", "Ivan"))
        )
        partner = cls.make_partner("Beta", user_id=cls.olga.id)
        partner.action_add_to_client_base()
        cls.card = partner.client_card_id
        cls.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date": "2025-06-02 10:00:00",
                "user_id": cls.olga.id,
            }
        )

    def page(self, user=None):
        return self.env["client.compliance.report"].with_user(user or self.head)

    def cell(self, report, user, column):
        (row,) = (row for row in report["rows"] if row["key"] == user.id)
        return row["cells"][column]

    def test_opening_measures_a_small_base(self):
        for user in (self.olga, self.head):
            with self.subTest(user=user.name):
                report = self.page(user).open_report()
                self.assertEqual(self.cell(report, self.olga, "not_made")["value"], 1)
                self.assertFalse(report["stale"])
                self.assertTrue(report["may_refresh"])

    def test_figures_older_than_an_hour_are_stale(self):
        self.page().open_report()
        month = self.env["client.compliance.month"].search(
            [("company_id", "=", self.company.id), ("state", "=", "open")]
        )
        for measured_at, stale in (
            ("2025-06-15 11:00:00", False),
            ("2025-06-15 10:59:59", True),
        ):
            with self.subTest(measured_at=measured_at):
                month.measured_at = measured_at
                self.assertEqual(self.page().get_report()["stale"], stale)
        self.assertFalse(self.page().refresh()["stale"])

    def test_nothing_is_measured_before_the_start(self):
        self.company.client_start_date = "2025-07-01"
        report = self.page().open_report()
        self.assertEqual((report["months"], report["stale"]), ([], False))
        self.assertFalse(report["may_refresh"])

    def test_every_number_opens_the_list_it_counts(self):
        report = self.page().open_report()
        for row in [*report["rows"], *([report["total"]] if report["total"] else [])]:
            for column, cell in row["cells"].items():
                if not cell.get("list"):
                    continue
                with self.subTest(row=row["name"], column=column):
                    model = report["lists"][cell["list"]]["res_model"]
                    records = self.env[model].with_user(self.head)
                    found = records.search_count(cell["domain"])
                    self.assertEqual(found, cell["value"])

    def test_taken_over(self):
        self.page().open_report()
        self.card.partner_id.user_id = self.ivan
        report = self.page().open_report()
        self.assertEqual(self.cell(report, self.olga, "not_made")["value"], 1)
        cell = self.cell(report, self.ivan, "taken_over")
        self.assertEqual(cell["value"], 1)
        action = self.page().open_taken_over(cell["line_id"])
        found = self.env["client.card"].search(action["domain"])
        self.assertEqual(found, self.card)
        (client,) = self.page().get_clients("2025-06-01", "user", self.ivan.id)[
            "clients"
        ]
        self.assertEqual(client["state"], "grace")
        self.assertIn("taken over today from Olga", client["taken"])

    def test_remind_measures_first(self):
        self.page().open_report()
        self.env["client.touchpoint"].create(
            {
                "partner_id": self.card.partner_id.id,
                "company_id": self.company.id,
                "user_id": self.olga.id,
            }
        )
        said = self.page().remind([self.olga.id])
        self.assertEqual(said["sent"], 0, "he has called since")
