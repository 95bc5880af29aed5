"""The plan of contacts on paper: one's own work is free and logged, the telephones of
other people's clients need the right."""

from odoo.tests import freeze_time, tagged

from .common import NOON, RIGHT_EXPORT, ROLE_HEAD
from .test_contact_plan import REPORT, PlanCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestExportPlan(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.may = cls.make_user("plan_may", f"{ROLE_HEAD},{RIGHT_EXPORT}")

    def paper(self, user, **chosen):
        """:return: the paper as text, and the line it left"""
        lines = self.env["client.export"]
        last = lines.search([], limit=1, order="id desc").id or 0
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            .with_context(allowed_company_ids=self.company.ids)
            ._render_qweb_html(REPORT, [], data={"period": "quarter", **chosen})
        )
        return html.decode(), lines.search([("id", ">", last)])

    def test_telephones(self):
        self.norm("call", 1, "month")
        for user, phone in ((self.anna, "+1 555 0111"), (self.boris, "+1 555 0222")):
            card = self.bought(0)
            card.user_id = user
            card.partner_id.phone = phone
        self.env.flush_all()
        for user, seen, number in (
            (self.may, ("0111", "0222"), 2),
            (self.anna, ("0111",), 1),
            (self.head, (), 2),
        ):
            with self.subTest(user.login):
                text, line = self.paper(user)
                found = tuple(phone for phone in ("0111", "0222") if phone in text)
                self.assertEqual(found, seen)
                self.assertEqual(
                    (line.user_id, line.kind, line.model, line.client_count),
                    (user, "report", "client.card", number),
                )
                self.assertEqual("contact_phone" in line.fields, bool(seen))

    def test_nothing_planned(self):
        _text, line = self.paper(self.anna)
        self.assertFalse(line)
