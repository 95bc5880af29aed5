"""My day: what to talk about, the first reason that applies."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.client_base_retention.models.client_my_day_talk import ClientMyDay

from .common import NOON, TODAY, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTalk(MyDayCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scripts = cls.env["client.script"]
        scripts.search([]).active = False
        cls.care, cls.first, cls.when_next, cls.win_back = scripts.create(
            [
                {"name": f"Say {use}", "use": use, "text": "<p>Hello</p>"}
                for use in ("care", "first", "when_next", "win_back")
            ]
        )

    def talk_of(self, card):
        talk = self.row(card)["talk"]
        return talk and (talk["kind"], talk["text"])

    def sent(self, partner, days=6, **values):
        """A quotation sent so many days ago."""
        order = self.quote(partner)
        order.date_order = datetime(2025, 6, 15, 9) - timedelta(days=days)
        order.write({"state": "sent", **values})
        self.env["mail.message"].search(
            [("model", "=", "sale.order"), ("res_id", "=", order.id)]
        ).unlink()
        return order

    def test_care_call_where_nothing_else_is(self):
        card = self.mine()
        self.assertEqual(self.talk_of(card), ("script", "Say care"))

    def test_the_norms_own_script(self):
        self.weekly.script_id = self.win_back
        card = self.mine()
        self.assertEqual(self.talk_of(card), ("script", "Say win_back"))
        self.win_back.active = False
        self.assertEqual(self.talk_of(card), ("script", "Say care"))

    def test_former_clients_are_won_back(self):
        self.norm(status="former")
        card = self.bought(500, user_id=self.seller.id)
        self.assertEqual(card.status, "former")
        self.assertEqual(self.talk_of(card), ("script", "Say win_back"))

    def test_no_script_at_all(self):
        self.env["client.script"].search([]).unlink()
        self.assertFalse(self.talk_of(self.mine()))

    def test_script_of_the_company_goes_first(self):
        self.env["client.script"].create(
            [
                {"name": "Ours", "use": "care", "company_id": self.company.id},
                {
                    "name": "Theirs",
                    "use": "care",
                    "company_id": self.company_b.id,
                    "sequence": 0,
                },
            ]
        )
        self.assertEqual(self.talk_of(self.mine()), ("script", "Ours"))

    def test_growth_point(self):
        card = self.mine()
        for values, expected in (
            ({"potential_level": "medium"}, "script"),
            ({"potential_level": "high"}, "growth"),
            ({"potential_amount": 100}, "script"),
            ({"potential_amount": 1000}, "growth"),
        ):
            with self.subTest(values=values):
                card.write(values)
                self.assertEqual(self.talk_of(card)[0], expected)
        self.assertIn("$", self.talk_of(card)[1])
        self.assertIn("10 %", self.talk_of(card)[1])

    def test_planned_purchase(self):
        card = self.mine()
        card.potential_level = "high"
        for days, expected in ((8, "growth"), (7, "planned"), (-3, "planned")):
            with self.subTest(days=days):
                card.planned_purchase_date = TODAY + timedelta(days=days)
                self.assertEqual(self.talk_of(card)[0], expected)
        self.assertEqual(self.row(card)["talk"]["script"], self.when_next.id)

    def test_newcomer(self):
        card = self.bought(20, user_id=self.seller.id)
        self.talk(card, ago(10))
        card.planned_purchase_date = TODAY
        kind, text = self.talk_of(card)
        self.assertEqual(kind, "newcomer")
        self.assertIn("May 26", text)
        self.assertEqual(self.row(card)["talk"]["script"], self.first.id)

    def test_unanswered_quotation(self):
        card = self.mine()
        order = self.sent(card.partner_id)
        self.assertEqual(
            self.talk_of(card),
            (
                "quotation",
                f"Quotation {order.name} sent 6 days ago: ask what they decided",
            ),
        )

    def test_which_quotations_are_asked_about(self):
        card = self.mine()
        person = self.person(card)
        for who, days, values, expected in (
            (card.partner_id, 2, {}, "quotation"),
            (card.partner_id, 1, {}, "script"),
            (card.partner_id, 91, {}, "script"),
            (person, 6, {}, "quotation"),
            (card.partner_id, 6, {"state": "draft"}, "script"),
            (card.partner_id, 6, {"state": "cancel"}, "script"),
            (card.partner_id, 6, {"validity_date": ago(1)}, "script"),
            (card.partner_id, 6, {"validity_date": TODAY}, "quotation"),
        ):
            with self.subTest(days=days, values=values):
                order = self.sent(who, days, **values)
                self.assertEqual(self.talk_of(card)[0], expected)
                order.state = "cancel"
                order.unlink()

    def test_quotation_of_another_company(self):
        card = self.mine()
        self.quote(card.partner_id, company=self.company_b).write(
            {"state": "sent", "date_order": "2025-06-05 12:00:00"}
        )
        self.assertEqual(self.talk_of(card)[0], "script")

    def test_day_of_sending_is_in_the_history(self):
        card = self.mine()
        order = self.sent(card.partner_id, days=20)
        order.message_post(
            subtype_xmlid="sale.mt_order_sent"
        ).date = "2025-06-12 09:00:00"
        self.assertIn("sent 3 days ago", self.talk_of(card)[1])

    def test_without_sales_rights_quotations_are_no_reason(self):
        role = "client_base_retention.group_client_all"
        user = self.make_user("md_role", f"base.group_user,{role}", tz="UTC")
        card = self.mine(user=user)
        self.sent(card.partner_id)
        self.assertEqual(self.row(card, user=user)["talk"]["kind"], "script")

    def test_late_purchase_goes_before_a_quotation(self):
        card = self.client((ago(57), 100), (ago(47), 100), (ago(37), 100))
        card.partner_id.user_id = self.seller
        self.sent(card.partner_id)
        self.assertEqual(
            self.talk_of(card),
            ("late", "Usually buys every 10 days, now 37: ask why"),
        )

    def test_a_new_reason_takes_its_place(self):
        """Whoever keeps complaints adds them in one method."""
        card = self.client((ago(57), 100), (ago(47), 100), (ago(37), 100))
        card.partner_id.user_id = self.seller

        def complaints(page, day, cards):
            return {c.id: {"kind": "complaint", "text": "Ouch"} for c in cards}

        with patch.object(ClientMyDay, "_talk_complaints", complaints):
            self.assertEqual(self.talk_of(card), ("complaint", "Ouch"))

    def test_a_click_opens_what_it_is_about(self):
        card = self.mine()
        page = self.page()

        def opened():
            return page.open_talk(card.id, self.row(card)["talk"])

        action = opened()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("client.script", self.care.id)
        )
        self.assertEqual(action["target"], "new")
        card.potential_level = "high"
        self.assertEqual(opened()["res_id"], card.partner_id.id)
        order = self.sent(card.partner_id)
        self.assertEqual(
            (opened()["res_model"], opened()["res_id"]), ("sale.order", order.id)
        )

    def test_a_late_purchase_opens_the_purchases(self):
        card = self.client((ago(57), 100), (ago(47), 100), (ago(37), 100))
        card.partner_id.user_id = self.seller
        action = self.page().open_talk(card.id, self.row(card)["talk"])
        self.assertEqual(action["res_model"], "client.purchase")


@tagged("post_install", "-at_install")
class TestScripts(MyDayCommon):
    def test_every_occasion_has_a_script_ready(self):
        for name in ("care", "first", "when_next", "win_back", "greeting", "closing"):
            with self.subTest(name=name):
                script = self.env.ref(f"client_base_retention.client_script_{name}")
                self.assertEqual(script.use, name)
                self.assertGreater(len(script.text), 100)

    def test_everybody_reads_the_head_writes(self):
        script = self.env.ref("client_base_retention.client_script_care")
        self.assertTrue(script.with_user(self.seller).text)
        self.assertFalse(script.with_user(self.seller).has_access("write"))
        head = self.make_user("md_head", "client_base_retention.group_client_head")
        script.with_user(head).name = "Our care call"
