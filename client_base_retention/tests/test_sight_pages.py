"""Our own pages, mails and papers name no client that the user does not see, and work
for who sees only his own (design 5)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_OWN, TODAY
from .sight import OWN_SALES, SightCommon

PAGES = {
    "client.my.day": [
        *(
            ("get_day", (chip,))
            for chip in (
                *("today", "overdue", "week", "promised", "late", "at_risk"),
                *("growth", "paused"),
            )
        ),
        ("get_day", ("today", "Zyx")),
        ("get_day", ("today", "998877")),
        ("get_target", ()),
        ("open_clients", ("mine",)),
        ("open_away", ()),
    ],
    "client.overview": [
        ("get_figures", ()),
        ("get_comparison", ()),
        ("get_kept", ()),
        ("get_funnel", ()),
        ("get_people", ()),
        ("get_readiness", ()),
    ],
    "client.compliance.report": [
        ("open_report", ()),
        ("refresh", ()),
        *(("get_report", (False, False, by)) for by in ("user", "team", "class")),
    ],
    "client.contact.plan": [
        ("get_plan", ()),
        ("get_plan", ("half",)),
        ("get_rows", ("quarter", False, False, "2025-06-01", "2025-09-30")),
        ("open_clients", ("quarter", False, False, "2025-06-01", "2025-09-30")),
    ],
    "client.health": [("get_health", ())],
    "client.launch": [("get_state", ())],
}


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSightPages(SightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Leads the colleague, but has the lowest role.
        cls.leader = cls.make_user(
            "cb_leader", f"{OWN_SALES},{ROLE_OWN}", name="Leader"
        )
        cls.sales_team = cls.env["crm.team"].create(
            {"name": "North", "user_id": cls.leader.id, "company_id": cls.company.id}
        )
        cls.env["crm.team.member"].create(
            {"crm_team_id": cls.sales_team.id, "user_id": cls.colleague.id}
        )

    def setUp(self):
        super().setUp()
        self.hide_one()

    def page(self, user, model, method, *args):
        """What a call from outside answers; the refusal of what is not for him."""
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            return getattr(self.env[model].with_user(user), method)(*args)
        except (AccessError, UserError) as refusal:
            return str(refusal)

    def assertPages(self, user):
        for model, calls in PAGES.items():
            for method, args in calls:
                with self.subTest(f"{user.name}: {model}.{method}{args}"):
                    answer = self.page(user, model, method, *args)
                    self.assertUnseen(answer)
                    if method in ("get_day", "get_plan"):
                        self.assertIsInstance(answer, dict, answer)

    def measure(self):
        self.env["client.compliance.report"].with_user(self.head).open_report()

    def test_pages(self):
        self.plan_tasks()
        self.measure()
        for user in (self.own, self.leader):
            self.assertPages(user)

    def test_own_work_with_who_is_hidden_now(self):
        """Activities, norms and months of a client who has gone to a colleague."""
        self.hidden.user_id = self.own
        self.plan_tasks()
        self.hidden.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=TODAY,
            user_id=self.own.id,
            summary="Ring",
        )
        self.measure()
        self.hidden.user_id = self.colleague
        self.derive_all()
        self.measure()
        lines = self.env["client.compliance"].search(
            [("card_id", "=", self.card_of(self.hidden).id)]
        )
        self.assertTrue(lines)
        self.assertPages(self.own)
        report = self.env["client.compliance.report"].with_user(self.own)
        month = self.env["client.compliance.month"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for by, key in (("user", self.own.id), ("user", None), ("kind", "call")):
            with self.subTest(by=by, key=key):
                self.env.invalidate_all()
                self.assertUnseen(report.get_clients(month.month, by, key))
        self.assertUnseen(self.mail_of(self.own))

    def test_responsible_by_the_norm_alone(self):
        """A norm gives the colleague's client to who does not see him."""
        rule = self.env["client.contact.rule"].search(
            [("policy_id", "=", self.policy.id)]
        )
        rule.write({"responsible": "user", "responsible_user_id": self.own.id})
        self.derive_all()
        self.plan_tasks()
        self.assertPages(self.own)
        self.assertUnseen(self.mail_of(self.own))

    def mail_of(self, user):
        """The mail of the morning, as it is made for a user."""
        self.env.flush_all()
        self.env.invalidate_all()
        mails = self.env["client.mail"].with_user(user)
        return mails.with_context(lang="en_US")._morning_content(TODAY) or ""

    def test_why(self):
        """*Why?* and the clients behind the figures of the leader's team."""
        self.measure()
        card = self.card_of(self.hidden).with_user(self.leader)
        for act in (
            card.action_why,
            card.action_open_purchases,
            card.action_open_partner,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_papers(self):
        """The plan and the month on paper."""
        self.measure()
        month = self.env["client.compliance.month"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for user in (self.own, self.leader):
            lines = self.env["client.compliance.user"].with_user(user).search([])
            for report, ids, data in (
                (
                    "report_client_contact_plan",
                    None,
                    {"period": "quarter", "user_id": False, "team_id": False},
                ),
                ("report_client_compliance", month.ids, {}),
                ("report_client_meeting_sheet", lines.ids, {}),
            ):
                with self.subTest(user=user.name, report=report):
                    self.env.invalidate_all()
                    try:
                        html, _kind = (
                            self.env["ir.actions.report"]
                            .with_user(user)
                            ._render_qweb_html(
                                f"client_base_retention.{report}", ids, data
                            )
                        )
                    except AccessError as refusal:
                        html = str(refusal).encode()
                    self.assertUnseen(html.decode())
