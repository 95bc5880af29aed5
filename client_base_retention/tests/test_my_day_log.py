"""My day: the buttons of a row, and what they leave behind."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestButtons(MyDayCommon):
    def setUp(self):
        super().setUp()
        self.card = self.mine("Beta Trade")

    def contacts(self):
        """The contacts that the seller logged with the client, the last one first."""
        return self.env["client.touchpoint"].search(
            [("card_id", "=", self.card.id), ("user_id", "=", self.seller.id)]
        )

    def log(self, outcome, **values):
        row = self.row(self.card)
        known = {
            "kind": row["kind"],
            "person_id": row["person"]["id"],
            "activities": row["activities"],
        }
        return self.page().log(self.card.id, outcome, {**known, **values})

    def test_reached(self):
        self.log("reached", note="Waits for saws")
        self.assertRecordValues(
            self.contacts(),
            [
                {
                    "outcome": "reached",
                    "kind": "call",
                    "direction": "out",
                    "note": "Waits for saws",
                }
            ],
        )
        self.assertEqual(self.names("norms"), [])
        self.assertEqual(self.card.next_contact_date, TODAY + timedelta(days=7))
        page = self.get()
        self.assertEqual((page["done"], page["of"]), (1, 1))

    def test_reached_with_a_day_of_ones_own(self):
        self.log("reached", next_date="2025-07-01")
        self.assertEqual(fields.Date.to_string(self.card.agreed_date), "2025-07-01")

    def test_reached_in_the_past_is_refused(self):
        with self.assertRaises(ValidationError):
            self.log("reached", next_date="2025-06-01")

    def test_meeting_closes_both(self):
        self.norm("meeting", 1, "month")
        self.talk(self.card, ago(40), kind="meeting")
        self.assertTrue(self.row(self.card)["closes_both"])
        self.log("reached", kind="meeting")
        self.assertEqual(self.get()["of"], 1)
        self.assertEqual(self.contacts().kind, "meeting")

    def test_no_answer_three_times(self):
        for number in (1, 2, 3):
            logged = self.log("no_answer")
            self.assertIn(str(number), logged["text"])
            self.assertEqual(bool(logged["propose"]), number == 3)
            row = self.row(self.card)
            self.assertEqual((row["tries"], row["tried_today"]), (number, True))
        self.assertEqual(self.card.contact_state, "overdue")

    def test_undo(self):
        logged = self.log("no_answer")
        self.page().undo(logged["touchpoint_id"])
        self.assertFalse(self.contacts())
        self.assertEqual(self.row(self.card)["tries"], 0)
        # A second click undoes nothing.
        self.page().undo(logged["touchpoint_id"])

    def test_nobody_undoes_anothers_contact(self):
        logged = self.log("no_answer")
        with self.assertRaises(AccessError):
            self.page(self.other).undo(logged["touchpoint_id"])

    def test_promise_is_kept_by_a_contact_of_its_kind(self):
        activity = self.promise(self.card.partner_id)
        self.log("reached", note="Agreed")
        self.assertFalse(activity.active)
        self.assertEqual(len(self.contacts()), 1, "one talk, one contact")
        self.assertEqual(self.get()["sections"], [])

    def test_a_call_does_not_keep_a_promised_visit(self):
        activity = self.promise(self.card.partner_id, kind="meeting")
        self.assertEqual(self.row(self.card)["kind"], "meeting")
        self.log("reached", kind="call")
        self.assertTrue(activity.active)
        self.assertEqual(self.names("promised"), ["Beta Trade"])
        self.log("reached", kind="meeting")
        self.assertFalse(activity.active)

    def test_no_answer_keeps_the_promise(self):
        activity = self.promise(self.card.partner_id)
        self.log("no_answer")
        self.assertTrue(activity.active)
        self.assertEqual(self.names("promised"), ["Beta Trade"])

    def test_activity_done_elsewhere_meanwhile(self):
        activity = self.promise(self.card.partner_id)
        row = self.row(self.card)
        activity.unlink()
        self.page().log(self.card.id, "reached", {"activities": row["activities"]})
        self.assertEqual(len(self.contacts()), 1)

    def test_task_that_is_no_contact_is_finished_by_itself(self):
        activity = self.promise(self.card.partner_id, kind="todo")
        self.page().finish(activity.id)
        self.assertFalse(activity.active)
        self.assertFalse(self.contacts())
        # A second click finishes nothing.
        self.page().finish(activity.id)

    def test_dialogs(self):
        page = self.page()
        row = self.row(self.card)
        action = page.open_log(self.card.id, {"outcome": "refused", "kind": "call"})
        self.assertEqual(action["res_model"], "client.log.contact")
        self.assertEqual(action["context"]["default_outcome"], "refused")
        self.assertEqual(
            action["context"]["default_partner_id"], self.card.partner_id.id
        )
        activity = self.promise(self.card.partner_id)
        row = self.row(self.card)
        action = page.open_log(
            self.card.id, {"kind": "call", "activities": row["activities"]}
        )
        self.assertEqual(action["context"]["default_activity_id"], activity.id)
        action = page.open_log()
        self.assertFalse(action["context"]["default_partner_id"])
        action = page.open_bought()
        self.assertEqual(action["res_model"], "client.purchase.entry")

    def test_new_client(self):
        partner = self.make_partner("Newcomer", user_id=self.seller.id)
        action = self.page().add_client(partner.id)
        self.assertEqual(action["res_id"], partner.id)
        card = self.card_of(partner)
        self.assertEqual((card.status, card.user_id), ("prospect", self.seller))

    def test_bad_input_says_what_is_wrong(self):
        page = self.page()
        for args in (
            (self.card.id, "maybe"),
            (self.card.id, "reached", {"kind": "fax"}),
            (self.card.id, "reached", {"next_date": "soon"}),
            (0, "reached"),
        ):
            with self.subTest(args=args), self.assertRaises(ValidationError):
                page.log(*args)
