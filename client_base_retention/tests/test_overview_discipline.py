"""*Discipline*: who is in norm, forgotten, paused or away, and what months kept."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, TODAY, ago
from .test_overview import OverviewCase

SEVERAL = "client_base_retention.group_client_several"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDiscipline(OverviewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start()
        cls.seller = cls.make_user("ov_dis_seller", ROLE_ALL)
        cls.other = cls.make_user("ov_dis_other", ROLE_ALL)
        cls.team = cls.env["crm.team"].create(
            {"name": "North", "company_id": cls.company.id}
        )
        cls.team.member_ids = cls.seller
        self = cls("test_in_norm")
        with freeze_time(NOON):
            for name, last, cls_, user in (
                ("VIP late", ago(1), "vip", cls.seller),
                ("VIP today", TODAY, "vip", cls.seller),
                ("A late", ago(20), "a", cls.other),
                ("A in time", ago(-3), "a", cls.seller),
                ("C late", ago(2), "c", cls.seller),
                ("No norm", False, "a", cls.seller),
            ):
                card = self.client((ago(40), 10), name=name, user_id=user.id)
                self.env.flush_all()
                self.env.cr.execute(
                    """UPDATE client_card SET contact_late_date = %s, warn_date = %s,
                              next_contact_date = %s, abc_class = %s WHERE id = %s""",
                    [last or None, last or None, last or None, cls_, card.id],
                )
        self.env.invalidate_all()

    def discipline(self, team_id=False, **where):
        blocks = self.overview(**where).get_figures("month", team_id)["blocks"]
        (block,) = (block for block in blocks if block["key"] == "discipline")
        return {figure["key"]: figure for figure in block["figures"]}

    def named(self, figure):
        found = self.records(self.overview(), figure)
        return sorted(found.partner_id.mapped("name"))

    def test_in_norm(self):
        """Due today is in time; a client without norm is not asked about."""
        figures = self.discipline()
        self.assertEqual(self.named(figures["in_norm"]), ["A in time", "VIP today"])
        self.assertEqual(figures["in_norm"]["text"], "40 %")
        self.assertIn("2 of 5", figures["in_norm"]["note"])

    def test_forgotten(self):
        figures = self.discipline()
        self.assertEqual(self.named(figures["overdue_vip"]), ["VIP late"])
        self.assertEqual(self.named(figures["overdue_a"]), ["A late"])
        self.assertEqual(
            self.named(figures["overdue"]), ["A late", "C late", "VIP late"]
        )
        with freeze_time("2025-06-16 12:00:00"):
            self.assertEqual(self.discipline()["overdue_vip"]["value"], 2)

    def test_the_word_overdue(self):
        """The same as the word in lists."""
        cards = self.env["client.card"].with_user(self.head)
        domain = [
            ("contact_state", "=", "overdue"),
            ("company_id", "=", self.company.id),
        ]
        self.assertEqual(
            self.discipline()["overdue"]["value"], cards.search_count(domain)
        )

    def test_team(self):
        figures = self.discipline(self.team.id)
        self.assertEqual(figures["overdue_a"]["value"], 0)
        self.assertEqual(figures["overdue_vip"]["value"], 1)
        self.assertEqual(figures["in_norm"]["text"], "50 %")

    def test_paused(self):
        card = self.env["client.card"].search([("partner_id.name", "=", "No norm")])
        for until, paused in ((TODAY, 0), (ago(-1), 1)):
            self.env.cr.execute(
                "UPDATE client_card SET pause_until = %s WHERE id = %s",
                [until, card.id],
            )
            self.env.invalidate_all()
            with self.subTest(until):
                self.assertEqual(self.discipline()["paused"]["value"], paused)

    def test_away(self):
        self.head.group_ids += self.env.ref(SEVERAL)
        away = self.env["client.away"].create(
            {"user_id": self.seller.id, "date_from": ago(3), "date_to": TODAY}
        )
        figure = self.discipline()["away"]
        self.assertEqual((figure["value"], figure["label"]), (1, "Away today"))
        self.assertEqual(self.records(self.overview(), figure), away)
        self.assertEqual(self.discipline(self.team.id)["away"]["value"], 1)
        for first, last in ((ago(3), ago(1)), (ago(-1), ago(-2))):
            away.write({"date_from": first, "date_to": last})
            with self.subTest(first):
                self.assertEqual(self.discipline()["away"]["value"], 0)
        away.write({"date_from": TODAY, "date_to": TODAY, "user_id": self.other.id})
        self.assertEqual(self.discipline()["away"]["value"], 1)
        self.assertEqual(self.discipline(self.team.id)["away"]["value"], 0)
        # He works for the first company only.
        self.assertEqual(self.discipline(company=self.company_b)["away"]["value"], 0)

    def test_few_users(self):
        self.env.ref(ROLE_OWN).implied_ids -= self.env.ref(SEVERAL)
        self.assertNotIn("away", self.discipline())
        self.assertIn("overdue_vip", self.discipline())

    def test_empty_company(self):
        figures = self.discipline(company=self.company_b)
        self.assertEqual(figures["in_norm"]["text"], "–")
        self.assertEqual(figures["in_norm"]["value"], 0)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestKept(OverviewCase):
    """The share kept in the last closed month, beside the month before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls("test_share")
        cls.team = cls.env["crm.team"].create({"name": "North"})
        with freeze_time(NOON):
            cls.env["client.contact.rule"].create(
                {
                    "policy_id": cls.policy.id,
                    "status": "active",
                    "kind": "call",
                    "interval_count": 1,
                    "interval_unit": "week",
                }
            )
            partners = cls.make_partners(210)
            self.enter([(partner, ago(40), 10) for partner in partners])
            cards = cls.env["client.card"].search([("partner_id", "in", partners.ids)])
            cls.obligations = cards.obligation_ids
        cls.env.flush_all()

    def month(self, first, results, state="closed", team=False, company=None):
        """A month with (result, number of rows)."""
        company = company or self.company
        months = self.env["client.compliance.month"]
        month = months.search(
            [("month", "=", first), ("company_id", "=", company.id)]
        ) or months.create(
            {
                "company_id": company.id,
                "month": first,
                "state": state,
                "measured_on": first,
            }
        )
        self.env.cr.execute(
            "SELECT obligation_id FROM client_compliance WHERE month_id = %s",
            [month.id],
        )
        used = {row[0] for row in self.env.cr.fetchall()}
        free = [one for one in self.obligations if one.id not in used]
        for result, number in results.items():
            for obligation in (free.pop() for _n in range(number)):
                self.env.cr.execute(
                    """INSERT INTO client_compliance (month_id, company_id, month,
                              card_id, obligation_id, kind, result, is_kept, is_late,
                              is_not_made, team_id)
                       VALUES (%s, %s, %s, %s, %s, 'call', %s, %s, %s, %s, %s)""",
                    [
                        month.id,
                        company.id,
                        first,
                        obligation.card_id.id,
                        obligation.id,
                        result,
                        int(result == "kept"),
                        int(result == "late"),
                        int(result == "not_made"),
                        team.id if team else None,
                    ],
                )
        self.env.invalidate_all()
        return month

    def test_share(self):
        self.assertFalse(self.overview().get_kept())
        self.month("2025-06-01", {"not_made": 5}, state="open")
        self.assertFalse(self.overview().get_kept())
        self.month("2025-05-01", {"kept": 5, "late": 1, "not_made": 1})
        kept = self.overview().get_kept()
        self.assertEqual((kept["value"], kept["text"]), (5, "71 %"))
        self.assertEqual(kept["label"], "May 2025")
        self.assertFalse(kept["before"])
        self.assertEqual(len(self.records(self.overview(), kept)), 5)
        self.month("2025-04-01", {"kept": 1, "late": 1})
        kept = self.overview().get_kept()
        self.assertEqual((kept["text"], kept["before"]["text"]), ("71 %", "50 %"))
        self.assertEqual(len(self.records(self.overview(), kept["before"])), 1)

    def test_month_before_missing_is_not_replaced(self):
        self.month("2025-05-01", {"kept": 1})
        self.month("2025-03-01", {"late": 1})
        kept = self.overview().get_kept()
        self.assertEqual((kept["text"], kept["before"]), ("100 %", False))

    def test_nearly_all_is_not_all(self):
        self.month("2025-05-01", {"kept": 200, "late": 1})
        self.assertEqual(self.overview().get_kept()["text"], "99 %")

    def test_team_company_and_nothing(self):
        self.month("2025-05-01", {"kept": 1, "not_made": 1})
        self.month("2025-05-01", {"kept": 2}, team=self.team)
        kept = self.overview().get_kept(self.team.id)
        self.assertEqual((kept["value"], kept["text"]), (2, "100 %"))
        self.assertEqual(len(self.records(self.overview(), kept)), 2)
        self.assertFalse(self.overview(company=self.company_b).get_kept())
        self.month("2025-05-01", {}, company=self.company_b)
        kept = self.overview(company=self.company_b).get_kept()
        self.assertEqual((kept["value"], kept["text"]), (0, "–"))

    def test_only_the_head(self):
        seller = self.make_user("ov_kept_no", ROLE_ALL)
        with self.assertRaises(AccessError):
            self.overview(seller).get_kept()
