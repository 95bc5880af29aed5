"""Figures of the client base in Odoo's digest mails."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY
from .contacts import ContactsCommon

KPIS = ("kpi_client_contacts", "kpi_client_overdue", "kpi_client_late")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDigest(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user("digest_reader", f"{SALES},{ROLE_ALL}")
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Digest", "company_id": cls.company.id, **dict.fromkeys(KPIS, 1)}
        )

    def kpis(self, user=None):
        """{name: value of the last day} as the digest mail has them."""
        user = user or self.reader
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.digest._compute_kpis(user.company_id, user)
        return {
            kpi["kpi_name"]: [kpi[f"kpi_col{n}"]["value"] for n in (1, 2, 3)]
            for kpi in found
            if kpi["kpi_name"] in KPIS
        }

    def test_off_until_somebody_ticks_them(self):
        fresh = self.env["digest.digest"].create({"name": "Fresh"})
        for digest in fresh | self.env.ref("digest.digest_digest_default"):
            for name in KPIS:
                self.assertFalse(digest[name], name)

    def test_contacts_made_in_the_period(self):
        card = self.client()
        now = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=12)
        for hours, values in (
            (1, {}),
            (23, {"kind": "email"}),
            (25, {}),
            (24 * 8, {}),
            (24 * 32, {}),
            (1, {"outcome": "no_answer"}),
            (1, {"kind": "material"}),
        ):
            self.talk(card, now - timedelta(hours=hours), **values)
        other = self.make_partner("Of B")
        self.talk(other, now - timedelta(hours=1), company_id=self.company_b.id)
        self.assertEqual(self.kpis()["kpi_client_contacts"], [2, 3, 4])

    def test_overdue_and_late_now(self):
        self.norm()
        self.start()
        self.bought(100), self.bought(50)
        self.bought(0)
        late = self.client(*((TODAY - timedelta(n), 10) for n in (200, 190, 180)))
        cards = self.env["client.card"]
        here = [("company_id", "=", self.company.id)]
        overdue = cards.search_count([*here, ("contact_state", "=", "overdue")])
        gone = cards.search_count(
            [*here, ("purchase_state", "in", ("late", "at_risk"))]
        )
        self.assertTrue(overdue and gone and late)
        kpis = self.kpis()
        self.assertEqual(kpis["kpi_client_overdue"], [overdue] * 3)
        self.assertEqual(kpis["kpi_client_late"], [gone] * 3)

    def test_without_a_role_they_are_left_out(self):
        plain = self.make_user("digest_plain", SALES)
        self.assertEqual(self.kpis(plain), {})
        for name in KPIS:
            with self.assertRaises(AccessError):
                self.digest.with_user(plain)[f"{name}_value"]

    def test_each_digest_its_company(self):
        self.norm()
        self.bought(100)
        reader = self.make_user(
            "digest_b", f"{SALES},{ROLE_ALL}", companies=self.company_b | self.company
        )
        self.digest.company_id = self.company_b
        self.assertEqual(self.kpis(reader)["kpi_client_overdue"], [0] * 3)
        self.digest.company_id = False
        reader.company_id = self.company
        self.assertEqual(self.kpis(reader)["kpi_client_overdue"], [1] * 3)

    def test_each_figure_opens_its_list(self):
        self.norm()
        self.start()
        self.bought(100)
        actions = self.digest._compute_kpis_actions(self.company, self.reader)
        for name in KPIS:
            xmlid, _sep, menu = actions[name].partition("?menu_id=")
            self.assertTrue(self.env["ir.ui.menu"].browse(int(menu)).exists())
            action = self.env.ref(xmlid)
            self.assertEqual(action.type, "ir.actions.act_window")
        domain = [
            ("contact_state", "=", "overdue"),
            ("company_id", "in", self.company.ids),
        ]
        self.assertEqual(
            self.kpis()["kpi_client_overdue"][0],
            self.env["client.card"].search_count(domain),
        )

    def test_the_mail_is_written(self):
        self.digest.user_ids = self.reader
        self.reader.email = "reader@own.example"
        before = self.env["mail.mail"].search([])
        self.digest.action_send_manual()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(len(mail), 1)
        self.assertIn("Clients overdue", mail.body_html)
