"""New and changed clients of salespeople come to the data steward (N127, N128)."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY
from .reviews import PIXEL, ReviewCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestNew(ReviewCommon):
    def add(self, user, name="New", **context):
        contact = (
            self.env["res.partner"]
            .with_user(user)
            .with_context(**context)
            .create({"name": name, "is_company": True})
        )
        contact.action_add_to_client_base()
        return contact

    def test_new_client_of_a_salesperson(self):
        contact = self.add(self.seller)
        self.assertRecordValues(
            self.reviews(contact),
            [{"kind": "new", "state": "todo", "user_id": self.seller.id}],
        )
        self.assertFalse(self.reviews(contact).change_data)

    def test_a_quotation_makes_a_client(self):
        contact = self.make_partner("Asks")
        product = self.product
        self.env["sale.order"].with_user(self.seller).create(
            {
                "partner_id": contact.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        self.assertEqual(self.reviews(contact).kind, "new")

    def test_who_makes_none(self):
        for label, user, context in (
            ("steward", self.steward, {}),
            ("head", self.head, {}),
            ("import", self.seller, {"import_file": True}),
        ):
            with self.subTest(label):
                self.assertFalse(self.reviews(self.add(user, **context)))
        with self.subTest("system"):
            self.assertFalse(self.reviews(self.mine().partner_id))

    def test_not_before_the_start(self):
        for start, number in (
            (False, 0),
            ("2025-06-16", 0),
            ("2025-06-15", 1),
        ):
            with self.subTest(start=start):
                self.company.client_start_date = start
                self.assertEqual(len(self.reviews(self.add(self.seller))), number)

    def test_the_start_of_this_company(self):
        self.company.client_start_date = False
        self.company_b.client_start_date = TODAY
        self.assertFalse(self.reviews(self.add(self.seller)))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestChanged(ReviewCommon):
    def change(self, card, user=None, **values):
        contact = card.partner_id if card._name == "client.card" else card
        contact.with_user(user or self.seller).write(values)
        return self.reviews(contact.commercial_partner_id)

    def told(self, review):
        return [
            (c["who"], c["what"], c["before"], c["now"])
            for c in review._changes_in_words()
        ]

    def test_what_counts(self):
        segment = self.env["client.segment"].create({"name": "Kiosks"})
        source = self.env["utm.source"].create({"name": "The fair"})
        for name, value, said in (
            ("name", "Beta", "Beta"),
            ("phone", "+32 2 290 34 90", "+32 2 290 34 90"),
            ("email", "b@example.com", "b@example.com"),
            ("website", "http://b.example.com", "http://b.example.com"),
            ("street", "Main St 5", "Main St 5"),
            ("segment_id", segment.id, "Kiosks"),
            ("source_id", source.id, "The fair"),
        ):
            with self.subTest(name=name):
                card = self.mine()
                review = self.change(card, **{name: value})
                self.assertRecordValues(
                    review,
                    [{"kind": "changed", "state": "todo", "user_id": self.seller.id}],
                )
                self.assertEqual(self.told(review)[0][3], said)
                self.assertIn(said, review.changes)

    def test_what_does_not_count(self):
        card = self.mine(phone="1234567")
        for name, value in (
            ("comment", "Note"),
            ("phone", "1234567"),
            ("user_id", self.seller.id),
            ("function", "Buyer"),
        ):
            with self.subTest(name=name):
                self.assertFalse(self.change(card, **{name: value}))

    def test_other_fields_cost_nothing(self):
        contact = self.mine().partner_id.with_user(self.seller)
        reviews = self.registry["client.review"]
        work = self.registry["client.steward.work"]
        with (
            patch.object(reviews, "_is_noticed") as noticed,
            patch.object(work, "_empty_before") as counted,
        ):
            contact.write({"comment": "B", "function": "C"})
        self.assertFalse(noticed.called or counted.called)

    def test_who_makes_none(self):
        card = self.mine()
        contact = card.partner_id
        for label, change in (
            ("steward", contact.with_user(self.steward)),
            ("head", contact.with_user(self.head)),
            ("import", contact.with_user(self.seller).with_context(import_file=True)),
            ("system", contact.with_user(self.seller).sudo()),
        ):
            with self.subTest(label):
                change.write({"phone": label})
                self.assertFalse(self.reviews(contact))

    def test_only_clients(self):
        contact = self.make_partner("Vendor")
        self.assertFalse(self.change(contact, phone="123"))

    def test_not_before_the_start(self):
        card = self.mine()
        for start, number in ((False, 0), ("2025-06-16", 0), ("2025-06-15", 1)):
            with self.subTest(start=start):
                self.company.client_start_date = start
                review = self.change(card, phone=f"1 {start}")
                self.assertEqual(len(review), number)

    def test_changes_are_gathered(self):
        card = self.mine(phone="1")
        self.change(card, phone="2")
        self.change(card, phone="3", email="a@example.com")
        review = self.reviews(card.partner_id)
        self.assertEqual(len(review), 1)
        self.assertEqual(
            {(before, now) for _who, _what, before, now in self.told(review)},
            {("1", "3"), (False, "a@example.com")},
        )

    def test_changed_back(self):
        card = self.mine(phone="1")
        self.change(card, phone="2")
        self.assertFalse(self.change(card, phone="1"), "nothing left to look at")

    def test_gathered_with_the_new_client(self):
        contact = (
            self.env["res.partner"]
            .with_user(self.seller)
            .create({"name": "New", "is_company": True, "user_id": self.seller.id})
        )
        contact.action_add_to_client_base()
        review = self.change(contact, phone="1")
        self.assertEqual(review.mapped("kind"), ["new"])
        self.assertEqual(len(self.told(review)), 1)

    def test_what_was_sent_stands_alone(self):
        card = self.mine()
        self.send(partner_id=card.partner_id.id, text="A")
        review = self.change(card, phone="1")
        self.assertEqual(review.mapped("kind"), ["sent", "changed"])

    def test_after_it_was_checked(self):
        card = self.mine()
        self.change(card, phone="1").with_user(self.steward).action_confirm()
        review = self.change(card, phone="2")
        self.assertEqual(review.mapped("state"), ["done", "todo"])
        self.assertEqual(self.told(review[1])[0][2:], ("1", "2"))

    def test_put_right_after_it_was_returned(self):
        card = self.mine(phone="1")
        review = self.change(card, phone="2")
        review.with_user(self.steward).action_return("A digit too few")
        self.change(card, phone="22")
        self.assertEqual(review.state, "todo")
        self.assertEqual(self.told(review)[0][2:], ("1", "22"))

    def test_of_his_persons(self):
        card = self.mine()
        person = (
            self.env["res.partner"]
            .with_user(self.seller)
            .create({"name": "Ann", "parent_id": card.partner_id.id})
        )
        review = self.change(person, phone="1")
        self.assertEqual(len(review), 1)
        self.assertEqual(
            [(who, now) for who, _what, _before, now in self.told(review)],
            [("Ann", "Ann"), ("Ann", "1")],
        )

    def test_address_copied_to_persons_is_told_once(self):
        card = self.mine()
        self.env["res.partner"].create(
            {"name": "Ann", "parent_id": card.partner_id.id, "type": "contact"}
        )
        review = self.change(card, street="Main St 5", vat="BE0477472701")
        self.assertEqual([who for who, *_what in self.told(review)], [False, False])

    def test_two_companies(self):
        """In the present company where he is a client of it, else in the first."""
        card = self.mine()
        both = self.company | self.company_b
        user = self.make_user("rv_both", f"{SALES},{ROLE_ALL}", both)
        self.company_b.client_start_date = TODAY
        contact = card.partner_id.with_user(user)
        contact.with_company(self.company_b).phone = "1"
        self.assertEqual(self.reviews(card.partner_id).company_id, self.company)
        contact.with_company(self.company_b).action_add_to_client_base()
        contact.with_company(self.company_b).phone = "2"
        self.assertEqual(
            self.reviews(card.partner_id).mapped("company_id"),
            self.company | self.company_b,
        )

    def test_many_at_once(self):
        """As many queries for ten times as many clients."""
        counts = []
        for number in (3, 30):
            contacts = self.make_partners(number, user_id=self.seller.id)
            contacts.action_add_to_client_base()
            self.env.flush_all()
            self.env.invalidate_all()
            contacts = contacts.with_user(self.seller)
            before = self.env.cr.sql_log_count
            contacts.write({"website": "http://a.example.com"})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(
                len(
                    self.env["client.review"].search(
                        [("partner_id", "in", contacts.ids)]
                    )
                ),
                number,
            )
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    def test_deleted_client(self):
        card = self.mine()
        contact = card.partner_id
        done = self.change(card, phone="1")
        done.with_user(self.steward).action_confirm()
        todo = self.change(card, phone="2") - done
        sent = self.send(partner_id=contact.id, text="A")
        contact.unlink()
        self.assertFalse(todo.exists())
        self.assertEqual(sent.exists(), sent)
        self.assertRecordValues(
            done, [{"partner_id": False, "change_data": False, "state": "done"}]
        )

    def test_hidden_telephones(self):
        """What a role hides is hidden in what was changed, too."""
        card = self.mine(phone="+1 202-555-0143")
        review = self.change(card, phone="+1 202-555-0199", city="Riga")
        rule = self.env["client.role"].search([("role", "=", "steward")])
        for mask, hidden in (("none", False), ("all", True)):
            with self.subTest(mask=mask):
                rule.mask = mask
                self.env.invalidate_all()
                seen = review.with_user(self.steward)
                for text in (seen.changes, str(seen.get_pane()["changes"])):
                    self.assertEqual("202-555" not in text, hidden)
                    self.assertIn("Riga", text)
        with self.assertRaises(AccessError):
            review.with_user(self.steward).read(["change_data"])

    def test_consent(self):
        card = self.mine()
        values = {"partner_id": card.partner_id.id, "how": "paper", "state": "given"}
        consents = self.env["client.consent"]
        for user, number in ((self.steward, 0), (self.seller, 1)):
            with self.subTest(user=user.login):
                consents.with_user(user).create(values)
                review = self.reviews(card.partner_id)
                self.assertEqual(len(review), number)
        self.assertEqual(self.told(review)[0][3], "Given")

    def test_deleted_person(self):
        """The company's changes stay, the person's are forgotten."""
        card = self.mine()
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": card.partner_id.id}
        )
        self.change(person, phone="1")
        review = self.change(card, phone="2")
        person.unlink()
        self.assertEqual([now for *_who, now in self.told(review)], ["2"])

    def test_anonymised_person(self):
        card = self.mine(is_company=False, phone="1")
        sent = self.send(partner_id=card.partner_id.id, text="A", image=PIXEL)
        self.change(card, phone="2")
        review = self.reviews(card.partner_id, kind="changed")
        card.partner_id.with_user(self.head)._client_anonymize("Asked by letter")
        self.env.invalidate_all()
        self.assertRecordValues(sent, [{"text": False, "image": False}])
        self.assertFalse(review.change_data)
