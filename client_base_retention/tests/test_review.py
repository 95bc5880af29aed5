"""Sent to the data steward, and his answers (N127, N128)."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_STEWARD, SALES, TODAY
from .reviews import PIXEL, ReviewCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSend(ReviewCommon):
    def test_sent_from_a_client(self):
        card = self.mine()
        action = card.partner_id.with_user(self.seller).action_send_to_steward()
        self.assertEqual(action["res_model"], "client.review")
        self.assertEqual(action["target"], "new")
        self.assertEqual(action["context"]["default_partner_id"], card.partner_id.id)
        sent = self.send(partner_id=card.partner_id.id, text="New address: Main St 5")
        self.assertRecordValues(
            sent,
            [
                {
                    "kind": "sent",
                    "state": "todo",
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                    "partner_id": card.partner_id.id,
                    "card_id": card.id,
                }
            ],
        )
        self.assertIn(
            sent, self.env["client.review"].with_user(self.steward).search([])
        )

    def test_the_dialog_names_the_steward(self):
        self.company.client_steward_id = self.steward
        action = self.env["client.review"].with_user(self.seller).action_send()
        self.assertIn(self.steward.name, action["name"])

    def test_sent_from_a_person(self):
        card = self.mine()
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": card.partner_id.id}
        )
        sent = self.send(partner_id=person.id, text="Married: Smith now")
        self.assertEqual((sent.partner_id, sent.person_id), (card.partner_id, person))

    def test_sent_from_nowhere(self):
        """Also before the company starts: a person sends it, not the system."""
        self.company.client_start_date = False
        for values in ({"text": "Met at the fair"}, {"image": PIXEL}, {"file": PIXEL}):
            with self.subTest(values=list(values)):
                self.assertFalse(self.send(**values).partner_id)

    def test_something_must_be_sent(self):
        for text in (False, "", "   "):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                self.send(text=text)

    def test_nobody_checks_his_own(self):
        """Neither by the call that sends nor afterwards."""
        sent = self.send(
            text="A", kind="new", state="done", user_id=self.other.id, done_on=TODAY
        )
        self.assertRecordValues(
            sent,
            [
                {
                    "kind": "sent",
                    "state": "todo",
                    "user_id": self.seller.id,
                    "done_on": False,
                }
            ],
        )
        for name, value in (
            ("state", "done"),
            ("done_by_id", self.seller.id),
            ("user_id", self.other.id),
            ("partner_id", False),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                sent.write({name: value})
        for method in ("action_confirm", "action_dismiss", "action_return"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(sent, method)()
        with self.assertRaises(AccessError):
            sent.unlink()
        sent.text = "B"
        self.assertEqual(sent.text, "B", "what was said may be put right")
        # The steward cannot fake his figures either.
        for name, value in (("state", "done"), ("done_by_id", self.head.id)):
            with self.subTest(steward=name), self.assertRaises(AccessError):
                sent.with_user(self.steward).write({name: value})

    def test_who_sees_it(self):
        card = self.mine()
        sent = self.send(partner_id=card.partner_id.id, text="A")
        nowhere = self.send(text="B")
        colleague = self.make_user("rv_all", f"{SALES},{ROLE_ALL}")
        for user, seen in (
            (self.seller, sent | nowhere),
            (self.other, self.env["client.review"]),
            (colleague, self.env["client.review"]),
            (self.steward, sent | nowhere),
            (self.head, sent | nowhere),
        ):
            with self.subTest(user=user.login):
                found = self.env["client.review"].with_user(user).search([])
                self.assertEqual(found & (sent | nowhere), seen)
        # Handed over: the former salesperson no longer reads of the client.
        card.user_id = self.other
        found = self.env["client.review"].with_user(self.seller).search([])
        self.assertEqual(found & (sent | nowhere), nowhere)

    def test_nothing_about_clients_one_does_not_see(self):
        card = self.mine(user=self.other)
        with self.assertRaises(AccessError):
            self.send(partner_id=card.partner_id.id, text="A")

    def test_companies(self):
        elsewhere = self.make_user(
            "rv_steward_b", f"{SALES},{ROLE_STEWARD}", self.company_b
        )
        sent = self.send(text="A")
        self.assertFalse(
            self.env["client.review"]
            .with_user(elsewhere)
            .search([("id", "=", sent.id)])
        )
        with self.assertRaises(AccessError):
            sent.with_user(elsewhere).action_confirm()

    def test_found_by_the_card(self):
        card, other = self.mine(), self.mine("Other")
        sent = self.send(partner_id=card.partner_id.id, text="A")
        reviews = self.env["client.review"].with_user(self.steward)
        for leaf, found in (
            (("card_id", "=", card.id), sent),
            (("card_id", "in", (card | other).ids), sent),
            (("card_id", "=", other.id), reviews),
            (("card_id.user_id", "=", self.seller.id), sent),
            (("card_id.user_id", "=", self.other.id), reviews),
        ):
            with self.subTest(leaf=leaf):
                self.assertEqual(reviews.search([leaf]) & sent, found)

    def test_what_stands_beside_the_form(self):
        card = self.mine()
        sent = self.send(
            partner_id=card.partner_id.id, text="A", file=PIXEL, file_name="card.png"
        )
        pane = sent.with_user(self.steward).get_pane()
        self.assertEqual(
            (pane["text"], pane["from"], pane["file_name"], pane["may_check"]),
            ("A", self.seller.name, "card.png", True),
        )
        self.assertFalse(sent.get_pane()["may_check"])
        action = sent.with_user(self.steward).action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"], action["context"]),
            ("res.partner", card.partner_id.id, {"client_review_id": sent.id}),
        )
        empty = self.send(text="B").with_user(self.steward).action_open()
        self.assertFalse(empty["res_id"])
        self.assertEqual(empty["context"]["default_user_id"], self.seller.id)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAnswer(ReviewCommon):
    def test_confirmed(self):
        card = self.mine()
        sent = self.send(partner_id=card.partner_id.id, text="A")
        sent.with_user(self.steward).action_confirm()
        self.assertRecordValues(
            sent,
            [{"state": "done", "done_by_id": self.steward.id, "done_on": TODAY}],
        )
        self.assertRecordValues(
            card,
            [{"data_reviewed_on": TODAY, "data_reviewed_by_id": self.steward.id}],
        )
        with self.assertRaises(UserError):
            sent.text = "B"
        with self.assertRaises(UserError):
            sent.with_user(self.steward).unlink()

    def test_confirmed_once(self):
        """Confirming what a colleague confirmed does not take it from him."""
        sent = self.send(text="A")
        sent.with_user(self.steward).action_confirm()
        sent.with_user(self.head).action_confirm()
        sent.with_user(self.head).action_dismiss()
        self.assertEqual(sent.done_by_id, self.steward)

    def test_in_bulk(self):
        sent = self.env["client.review"].concat(
            *(self.send(text="A") for _n in "12345")
        )
        sent.with_user(self.steward).action_confirm()
        self.assertEqual(set(sent.mapped("state")), {"done"})

    def test_a_new_client_is_made_from_the_photo(self):
        sent = self.send(image=PIXEL)
        action = sent.with_user(self.steward).action_open()
        contact = (
            self.env["res.partner"]
            .with_user(self.steward)
            .with_context(**action["context"])
            .create({"name": "Alfa"})
        )
        sent.with_user(self.steward).action_confirm(partner_id=contact.id)
        self.assertRecordValues(
            sent,
            [{"state": "done", "partner_id": contact.id, "user_id": self.seller.id}],
        )
        card = self.card_of(contact)
        self.assertEqual(card.user_id, self.seller, "he who met him keeps him")
        self.assertFalse(self.reviews(contact, kind="new"))

    def test_nothing_to_do(self):
        sent = self.send(text="A")
        sent.with_user(self.steward).action_dismiss()
        self.assertEqual((sent.state, sent.partner_id.ids), ("done", []))

    def test_returned_with_a_remark(self):
        card = self.mine()
        sent = self.send(partner_id=card.partner_id.id, text="A")
        checked = sent.with_user(self.steward)
        for remark in ("", "  "):
            with self.subTest(remark=remark), self.assertRaises(UserError):
                checked.action_return(remark)
        checked.action_return("Which street?")
        self.assertEqual((sent.state, sent.remark), ("returned", "Which street?"))
        activity = self.activities(sent)
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Which street?", activity.note)
        with self.assertRaises(AccessError):
            sent.with_user(self.other).action_send_again()
        sent.with_user(self.seller).text = "Main St 5"
        sent.with_user(self.seller).action_send_again()
        self.assertEqual(sent.state, "todo")
        self.assertFalse(self.activities(sent))

    def test_returned_by_the_dialog(self):
        sent = self.send(text="A").with_user(self.steward)
        self.assertEqual(sent.action_open_return()["res_id"], sent.id)
        sent.remark = "What is this?"
        sent.action_return()
        self.assertEqual(sent.state, "returned")

    def test_confirmed_after_it_was_returned(self):
        sent = self.send(text="A").with_user(self.steward)
        sent.action_return("What is this?")
        sent.action_confirm()
        self.assertFalse(self.activities(sent))
        with self.assertRaises(UserError):
            sent.action_return("Again")

    def test_returned_to_the_present_salesperson(self):
        """Who sent it left, or no longer sees the client."""
        card = self.mine()
        for left in (True, False):
            with self.subTest(left=left):
                card.user_id = self.seller
                sent = self.send(partner_id=card.partner_id.id, text="A")
                card.user_id = self.other
                self.seller.active = not left
                sent.with_user(self.steward).action_return("Which street?")
                self.assertEqual(self.activities(sent).user_id, self.other)
                self.seller.active = True

    def test_nobody_to_return_it_to(self):
        sent = self.send(text="A")
        self.seller.active = False
        with self.assertRaises(UserError):
            sent.with_user(self.steward).action_return("Who?")

    def activities(self, review):
        return self.env["mail.activity"].search(
            [("res_model", "=", "client.review"), ("res_id", "=", review.id)]
        )
