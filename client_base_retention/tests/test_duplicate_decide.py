"""Possible duplicates are decided on, and merged without loss (N12, N128)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_STEWARD, SALES, TODAY, ago
from .reviews import DuplicateCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDecide(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two = (
            cls.make_partner("Uno", email="p@x.io"),
            cls.make_partner("Secunda", email="p@x.io"),
        )
        (cls.one | cls.two).action_add_to_client_base()
        cls.env["client.duplicate"]._find()

    def both(self):
        return self.pair(self.one, self.two).with_user(self.steward)

    def test_only_the_steward(self):
        user = self.make_user("dp_all", f"{SALES},{ROLE_ALL}")
        with self.assertRaises(AccessError):
            self.env["client.duplicate"].with_user(user).search([])
        for method in ("action_different", "action_merge", "action_undecided"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.both().with_user(user), method)()
        for user in (self.steward, self.head):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.both().with_user(user).write({"state": "merged"})
                with self.assertRaises(AccessError):
                    self.both().with_user(user).unlink()

    def test_companies(self):
        """Contacts of a company are decided on there."""
        elsewhere = self.make_user(
            "dp_steward_b", f"{SALES},{ROLE_STEWARD}", self.company_b
        )
        pairs = self.env["client.duplicate"].with_user(elsewhere)
        self.assertIn(self.both().id, pairs.search([]).ids)
        self.one.company_id = self.company
        self.assertNotIn(self.both().id, pairs.search([]).ids)

    def test_not_a_duplicate(self):
        card = self.card_of(self.one)
        self.assertTrue(card.is_duplicate)
        self.both().action_different()
        self.find()
        self.assertRecordValues(
            self.both(),
            [{"state": "different", "done_by_id": self.steward.id, "done_on": TODAY}],
        )
        card.invalidate_recordset()
        self.assertFalse(card.is_duplicate, "the count of duplicates says the same")
        self.both().action_undecided()
        card.invalidate_recordset()
        self.assertTrue(card.is_duplicate)
        self.assertEqual(self.both().state, "todo")

    def test_a_third_one_is_still_a_duplicate(self):
        third = self.make_partner("Ter", email="p@x.io")
        third.action_add_to_client_base()
        self.both().action_different()
        self.find()
        self.assertTrue(self.card_of(self.one).is_duplicate)
        self.assertEqual(self.pair(self.one, third).state, "todo")

    def merge(self, user=None):
        action = self.both().with_user(user or self.steward).action_merge()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.with_user(user or self.steward).action_merge()
        self.env.invalidate_all()

    def test_merged_by_odoo_itself(self):
        self.buy(self.two, ago(9), 10)
        pair = self.both()
        self.merge()
        self.assertFalse(self.one.exists(), "who bought more is kept")
        self.assertRecordValues(
            pair.sudo(),
            [
                {
                    "state": "merged",
                    "partner_id": self.two.id,
                    "other_id": False,
                    "done_by_id": self.steward.id,
                    "done_on": TODAY,
                }
            ],
        )
        work = self.env["client.steward.work"].search(
            [("user_id", "=", self.steward.id)]
        )
        self.assertRecordValues(
            work,
            [{"user_id": self.steward.id, "number": 1, "partner_id": self.two.id}],
        )
        with self.assertRaises(UserError):
            pair.action_merge()

    def test_other_emails(self):
        """Odoo lets only the administrator do so; it protects logins by that."""
        self.two.email = "q@x.io"
        with self.subTest("with a login"):
            user = self.make_user("dp_portal", "base.group_portal")
            user.partner_id.parent_id = False
            user.action_archive()
            self.env["client.duplicate"].browse(self.both().id)
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((self.one | user.partner_id).ids)],
                    "dst_partner_id": self.one.id,
                }
            )
            user.partner_id.action_add_to_client_base()
            with self.assertRaises(UserError):
                wizard.with_user(self.steward).action_merge()
        with self.subTest("no steward"):
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((self.one | self.two).ids)],
                    "dst_partner_id": self.one.id,
                }
            )
            seller = self.make_user(
                "dp_all", f"{SALES},{ROLE_ALL},base.group_partner_manager"
            )
            with self.assertRaises(UserError):
                wizard.with_user(seller).action_merge()
        self.merge()
        self.assertFalse(self.two.exists())

    def test_a_merge_keeps_everything(self):
        for partner in (self.one, self.two):
            for company in (self.company, self.company_b):
                self.buy(partner, ago(9), 10, company=company)
            partner.activity_schedule("mail.mail_activity_data_call").action_done()
            partner.activity_schedule("mail.mail_activity_data_todo")
            partner.with_user(self.head).user_id = self.seller
            self.send(partner_id=partner.id, text="A")
            partner.with_user(self.seller).website = f"http://{partner.id}.io"
            self.env["client.consent"].create(
                {"partner_id": partner.id, "how": "paper", "state": "given"}
            )
            checked = self.send(partner_id=partner.id, text="B")
            checked.with_user(self.steward).action_confirm()
        self.env["client.touchpoint"].create(
            [
                {"partner_id": p.id, "kind": "call", "outcome": "reached", "note": "C"}
                for p in (self.one, self.two)
            ]
        )
        self.merge()
        kept = (self.one | self.two).exists()
        for company in (self.company, self.company_b):
            card = self.card_of(kept, company)
            self.assertEqual((card.turnover, card.purchase_count), (20, 2))
        reviews = self.reviews(kept)
        self.assertEqual(
            sorted((r.kind, r.state) for r in reviews),
            [("changed", "todo")] + 2 * [("sent", "done")] + 2 * [("sent", "todo")],
            "what is open of the same client is one",
        )
        changed = reviews.filtered(lambda r: r.kind == "changed")
        self.assertEqual(len(changed.change_data), 2)
        self.assertEqual(len(kept.client_consent_ids), 2)
        for active in (True, False):
            activities = self.env["mail.activity"].search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", kept.id),
                    ("active", "=", active),
                ]
            )
            self.assertEqual(len(activities), 2, f"activities, active={active}")
        notes = self.env["client.touchpoint"].search([("partner_id", "=", kept.id)])
        self.assertEqual(len(notes.filtered(lambda t: t.note == "C")), 2)

    def test_merged_persons(self):
        """What was changed of a person stays when another one takes him in."""
        persons = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.one.id} for name in ("Ann", "Anne")]
        )
        self.one.user_id = self.seller
        persons[1].with_user(self.seller).phone = "1"
        review = self.reviews(self.one)
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set(persons.ids)],
                "dst_partner_id": persons[0].id,
            }
        )
        wizard.with_user(self.steward).action_merge()
        self.env.invalidate_all()
        self.assertEqual(review.change_data[0]["who"], persons[0].id)

    def test_pairs_of_three(self):
        """One of them is merged: his other pairs follow him, each standing once."""
        third = self.make_partner("Ter", email="p@x.io")
        fourth = self.make_partner("Quarta", email="p@x.io")
        (third | fourth).action_add_to_client_base()
        self.find()
        self.pair(self.two, third).with_user(self.steward).action_different()
        self.buy(self.one, ago(9), 10)
        self.merge()
        self.assertEqual(self.pair(self.one, third).mapped("state"), ["different"])
        self.assertEqual(self.pair(self.one, fourth).mapped("state"), ["todo"])
        self.find()
        self.assertEqual(len(self.pair(self.one, third)), 1)
        self.assertEqual(len(self.pair(self.one, fourth)), 1)
