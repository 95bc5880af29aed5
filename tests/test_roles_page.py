"""The table of roles and rights in the documentation says what holds."""

import sys
from pathlib import Path

from odoo.tests import TransactionCase, tagged

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import roles  # noqa: E402


@tagged("post_install", "-at_install")
class TestRolesPage(TransactionCase):
    def test_page_says_what_holds(self):
        page = (ROOT / "docs/access-rights.md").read_text()
        self.assertEqual(
            page.splitlines(), roles.table(self.env).splitlines(), "run ./dev roles"
        )

    def test_page_follows_the_rights(self):
        before = roles.table(self.env)
        self.env.ref("client_base_retention.access_client_card_own").perm_unlink = True
        after = roles.table(self.env)
        changed = [
            line
            for line, other in zip(before.splitlines(), after.splitlines(), strict=True)
            if line != other
        ]
        self.assertEqual(len(changed), 1)
        self.assertIn("`client.card`", changed[0])

    def test_every_model_is_named(self):
        page = roles.table(self.env)
        for name in self.env.registry:
            if name.startswith("client.") and not self.env[name]._abstract:
                self.assertIn(f"(`{name}`)", page)
