"""Salespeople hand over their own clients, who then are hidden from them."""

from odoo.exceptions import AccessError, RedirectWarning
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, SALES, TODAY
from .test_hand_over import HandOverCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHandOverOwn(HandOverCommon):
    def test_a_salesperson_his_own(self):
        """Nobody else's; and he is not told how much his colleagues have."""
        card, others = self.owned(10), self.owned(10, self.ivan)
        self.owned(10, self.pavel)
        self.olga.group_ids -= self.env.ref(ROLE_ALL)
        self.olga.group_ids += self.env.ref(ROLE_OWN)
        with self.assertRaises(AccessError):
            self.wizard(card | others, self.olga)
        wizard = self.wizard(card, self.olga, user_id=self.pavel.id)
        self.assertIn("Pavel", wizard.preview)
        self.assertNotIn("→", wizard.preview)
        action = wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual(card.user_id, self.pavel)
        self.assertEqual(card.partner_id.user_id, self.pavel)
        self.assertEqual(card.handed_on, TODAY)
        self.assertEqual(len(self.told(self.pavel)), 1)
        self.assertEqual(action["params"]["next"]["res_model"], "client.card")
        self.assertFalse(card.with_user(self.olga).has_access("read"))
        with self.assertRaises(AccessError):
            self.wizard(card, self.olga)

    def test_a_salesperson_who_sees_all(self):
        card, others = self.owned(10), self.owned(10, self.ivan)
        for cards, may in ((card, True), (others, False), (card | others, False)):
            wizard = self.wizard(cards, self.olga, user_id=self.pavel.id)
            self.assertEqual(not wizard.problem, may)
        wizard = self.wizard(others, user_id=self.pavel.id)
        with self.assertRaises(AccessError):
            wizard.with_user(self.olga).action_apply()

    def test_without_a_role(self):
        nobody = self.make_user("ho_nobody", SALES)
        with self.assertRaises(AccessError):
            self.env["client.hand.over"].with_user(nobody).default_get(["way"])

    def test_written_on_the_contact(self):
        """As Odoo allows: the client goes whole, or not at all."""
        self.olga.group_ids -= self.env.ref(ROLE_ALL)
        self.olga.group_ids += self.env.ref(ROLE_OWN)
        self.olga.group_ids += self.env.ref("base.group_partner_manager")
        for name in ("client.card", "res.partner"):
            with self.subTest(name):
                card = self.owned(10)
                record = card if name == "client.card" else card.partner_id
                self.env.flush_all()
                self.env.invalidate_all()
                record.with_user(self.olga).write({"user_id": self.ivan.id})
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(card.user_id, self.ivan)
                self.assertEqual(card.partner_id.user_id, self.ivan)
                self.assertEqual(card.partner_id.client_user_id, self.ivan)
                self.assertEqual(card.obligation_ids.user_id, self.ivan)
                # The screen would be left with a client it may not show.
                card = self.owned(10)
                record = card if name == "client.card" else card.partner_id
                self.env.invalidate_all()
                with self.assertRaises(RedirectWarning):
                    record.with_user(self.olga).web_save(
                        {"user_id": self.ivan.id}, {"user_id": {}}
                    )
                self.assertEqual(card.user_id, self.olga)
                record.with_user(self.olga).web_save(
                    {"user_id": self.olga.id}, {"user_id": {}}
                )
