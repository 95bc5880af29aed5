"""What the demo clients show on the day on which they were loaded."""

from odoo import fields
from odoo.tests import TransactionCase, tagged

# client: (mark, words without the date, tries)
SHOWN = {
    "alpha": ("overdue", "3 d late of 7 · call", 0),
    "elm": ("overdue", "6 d late of 14 · call", 3),
    "maple": ("overdue", "3 d late of 30 · call", 0),
    "bright": ("arranged", "arranged ", 0),
    "hilltop": ("arranged", "arranged ", 0),
    "parks": ("soon", "due tomorrow · call", 0),
    "dandelion": ("ok", "due ", 0),
    "jolly": ("ok", "agreed for ", 0),
    "krueger": ("paused", "paused until ", 0),
    "gallery": ("soon", "due ", 0),
    "puzzle": ("overdue", " d late of 182 · call", 0),
    "megamarket": ("none", "No norm", 0),
}


@tagged("post_install", "-at_install")
class TestContactDemo(TransactionCase):
    """Skipped without demo data, and where they are older than a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        name = "client_base_retention.policy_wholesale_demo"
        cls.policy = cls.env.ref(name, raise_if_not_found=False)
        cls.company = cls.env.ref("base.main_company")
        if not cls.policy:
            cls.skipTest(cls, "no demo data")
        today = cls.company._client_today()
        if fields.Date.to_date(cls.policy.create_date) != today:
            cls.skipTest(cls, "the demo data are of another day")

    def test_every_state_is_there(self):
        self.env["client.card"]._derive_all()
        for name, (mark, words, tries) in SHOWN.items():
            partner = self.env.ref(f"client_base_retention.partner_{name}_demo")
            card = self.env["client.card"].search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", self.company.id),
                ]
            )
            with self.subTest(name):
                self.assertEqual(card.contact_mark, mark)
                self.assertIn(words, card.contact_text)
                self.assertEqual(card.contact_tries, tries)
        statuses = self.policy.rule_ids.mapped("status")
        self.assertEqual(set(statuses), {"active", "former", "prospect"})
