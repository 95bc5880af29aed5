"""Who sees and sets norms of contact: the head sets them, every role reads them."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ROLE_ALL, ROLE_HEAD, SALES, ClientBaseCommon


@tagged("post_install", "-at_install")
class TestAccessNorms(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cb_seller", f"{SALES},{ROLE_ALL}")
        cls.head = cls.make_user("cb_head", f"{SALES},{ROLE_HEAD}")
        cls.plain = cls.make_user("cb_plain", SALES)
        cls.user_b = cls.make_user("cb_b", f"{SALES},{ROLE_HEAD}", cls.company_b)
        cls.shared = cls.env["client.policy"].create({"name": "Shared", "sequence": 99})
        cls.norm, cls.norm_b, cls.norm_shared = cls.env["client.contact.rule"].create(
            [{"policy_id": p.id} for p in (cls.policy, cls.policy_b, cls.shared)]
        )

    def assertForbidden(self, act, *arguments):
        with self.assertRaises(AccessError), self.cr.savepoint():
            act(*arguments)
            self.env.flush_all()
        self.env.invalidate_all()

    def test_head_sets_norms(self):
        norm = self.norm.with_user(self.head)
        norm.interval_count = 4
        new = norm.create({"policy_id": self.policy.id, "kind": "email"})
        new.unlink()
        self.assertEqual(self.norm.interval_count, 4)

    def test_salesperson_reads_norms(self):
        norm = self.norm.with_user(self.seller)
        self.assertTrue(norm.sentence)
        self.assertForbidden(norm.write, {"interval_count": 2})
        self.assertForbidden(norm.create, {"policy_id": self.policy.id})
        self.assertForbidden(norm.unlink)

    def test_without_a_role_there_are_no_norms(self):
        norms = self.norm.with_user(self.plain)
        self.assertForbidden(norms.read, ["kind"])
        self.assertForbidden(norms.search, [])

    def test_norms_of_other_companies_are_closed(self):
        norms = self.env["client.contact.rule"].with_user(self.user_b)
        found = norms.search([("id", "in", (self.norm | self.norm_b).ids)])
        self.assertEqual(found, self.norm_b)
        norm = self.norm.with_user(self.user_b)
        self.assertForbidden(norm.read, ["kind"])
        self.assertForbidden(norm.write, {"interval_count": 2})
        self.assertForbidden(norm.unlink)
        self.assertForbidden(
            self.norm_b.with_user(self.user_b).write, {"policy_id": self.policy.id}
        )

    def test_norms_of_shared_regulations_are_open(self):
        for user in (self.seller, self.head, self.user_b):
            self.assertTrue(self.norm_shared.with_user(user).sentence)

    def test_norms_of_presets_are_read_by_every_role(self):
        preset = self.env["client.policy"]._preset_of("wholesale")
        for user in (self.seller, self.head, self.user_b):
            norms = preset.rule_ids.with_user(user)
            self.assertTrue(norms.mapped("sentence"))
