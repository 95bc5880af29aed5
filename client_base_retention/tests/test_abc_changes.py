"""Changes of a class: by hand, by review, with transitions and notes; and *Why?*.

Design 4.3 *ABC* (one transition and one note per change) and *Review*; 4.1 computed,
manual and effective class.
"""

import re
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, NOTES_LIMIT, SALES, TODAY, ClientBaseCommon, ago, day


class AbcChangesCommon(ClientBaseCommon):
    def base(self, *amounts):
        """Clients with one purchase each, derived as by night."""
        partners = self.make_partners(len(amounts))
        self.enter(
            [(p, ago(10), amount) for p, amount in zip(partners, amounts, strict=True)]
        )
        self.derive_all()
        return self.cards_of(partners)

    def classes(self, cards):
        return " ".join(card.abc_class or "-" for card in cards)

    def grow(self, card, amount, when=TODAY):
        """A purchase today, and the night after it."""
        self.enter([(card.partner_id, when, amount)])
        self.derive_all(when)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestClassByHand(AbcChangesCommon):
    def test_computed_manual_effective(self):
        first, second = self.base(90, 10)
        self.assertEqual(second.abc_class, "b")
        second.write({"abc_class_manual": "vip", "abc_lock_reason": "Famous name"})
        expected = {
            "abc_class": "vip",
            "abc_class_computed": "b",
            "abc_class_manual": "vip",
            "abc_lock_reason": "Famous name",
        }
        self.assertRecordValues(second, [expected])
        self.derive_all()
        second._derive()
        self.assertRecordValues(second, [expected])
        self.grow(second, 890)
        self.assertRecordValues(second, [expected | {"abc_class_computed": "vip"}])
        self.assertEqual(first.abc_class, "b")
        first.write({"abc_class_manual": "a", "abc_lock_reason": "Promising"})
        first.abc_class_manual = False
        self.assertRecordValues(
            first,
            [
                {
                    "abc_class": "b",
                    "abc_class_computed": "b",
                    "abc_class_manual": False,
                    "abc_lock_reason": False,
                }
            ],
        )

    def test_one_transition_with_the_reason_for_each_change(self):
        card = self.base(90, 10)[1]
        card.write({"abc_class_manual": "vip", "abc_lock_reason": "Famous name"})
        card.abc_class_manual = False
        self.derive_all()
        self.assertEqual(self.moves(card, "abc_class"), [("b", "vip"), ("vip", "b")])
        move = self.env["client.transition"].search(
            [("card_id", "=", card.id), ("new_value", "=", "vip")]
        )
        self.assertEqual(move.reason, "Famous name")

    def test_reason_is_kept_when_written_on_the_contact(self):
        self.start()
        card = self.base(90, 10)[1]
        card.partner_id.write(
            {"abc_class_manual": "vip", "abc_lock_reason": "Famous name"}
        )
        move = self.env["client.transition"].search(
            [("card_id", "=", card.id), ("new_value", "=", "vip")]
        )
        self.assertEqual(len(move), 1)
        self.assertEqual(move.reason, "Famous name")

    def test_same_class_by_hand_is_no_change(self):
        card = self.base(90, 10)[1]
        card.abc_class_manual = "b"
        self.assertFalse(self.moves(card, "abc_class"))

    def test_prospect_and_former_by_hand(self):
        prospect = self.client()
        former = self.client((ago(500), 10))
        for card in prospect | former:
            card.abc_class_manual = "a"
            self.derive_all()
            self.assertRecordValues(
                card, [{"abc_class": "a", "abc_class_computed": False}]
            )
            card.abc_class_manual = False
            self.derive_all()
            self.assertFalse(card.abc_class)

    def test_lock_at_creation(self):
        card = self.env["client.card"].create(
            {
                "partner_id": self.make_partner().id,
                "company_id": self.company.id,
                "abc_class_manual": "a",
                "abc_lock_reason": "Agreed",
            }
        )
        self.assertRecordValues(card, [{"status": "prospect", "abc_class": "a"}])
        self.assertFalse(self.moves(card, "abc_class"))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMonthlyReview(AbcChangesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.abc_review = "monthly"

    def test_follows_on_the_first_derivation_of_a_month_only(self):
        cards = self.base(90, 10)
        self.assertEqual(self.classes(cards), "vip b", "the first class at once")
        self.enter([(cards[1].partner_id, "2025-06-16", 800)])
        for today in ("2025-06-16", "2025-06-17", "2025-06-30"):
            self.derive_all(day(today))
            cards._derive(today=day(today))
            self.assertRecordValues(
                cards,
                [
                    {"abc_class": "vip", "abc_class_computed": "b"},
                    {"abc_class": "b", "abc_class_computed": "vip"},
                ],
            )
        self.derive_all(day("2025-07-01"))
        self.assertEqual(self.classes(cards), "b vip")
        self.enter([(cards[0].partner_id, "2025-07-02", 5000)])
        self.derive_all(day("2025-07-02"))
        self.assertEqual(self.classes(cards), "b vip")
        # The job did not run on the first days of August.
        self.derive_all(day("2025-08-04"))
        self.assertEqual(self.classes(cards), "vip b")
        for card, moves in zip(
            cards,
            ([("vip", "b"), ("b", "vip")], [("b", "vip"), ("vip", "b")]),
            strict=True,
        ):
            self.assertEqual(self.moves(card, "abc_class"), moves)

    def test_new_client_is_classified_at_once(self):
        self.base(90, 10)
        card = self.client((TODAY, 500))
        self.assertEqual(card.abc_class, "vip")

    def test_second_run_of_a_month_writes_nothing(self):
        self.base(90, 10, 5)
        tables = ("client_card", "client_transition", "client_abc_cutoff")
        before = self.versions(*tables)
        self.derive_all()
        self.assertEqual(self.versions(*tables), before)

    def test_unlocked_class_returns(self):
        card = self.base(90, 10)[1]
        card.abc_class_manual = "vip"
        card.abc_class_manual = False
        self.assertEqual(card.abc_class, "b")

    def test_single_card_on_the_first_day_equals_the_night(self):
        """The first derivation of a month may be that of one card, by an event."""
        cards = self.base(90, 10)
        self.enter([(cards[1].partner_id, "2025-06-16", 800)])
        self.derive_all(day("2025-06-16"))
        with freeze_time("2025-07-01 09:00:00"):
            cards[1]._derive()
            self.assertEqual(self.classes(cards), "vip vip")
            self.derive_all(day("2025-07-01"))
        self.assertEqual(self.classes(cards), "b vip")
        self.assertEqual(self.moves(cards[1], "abc_class"), [("b", "vip")])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTransitionsAndNotes(AbcChangesCommon):
    def test_first_classification_leaves_no_trace(self):
        self.start()
        card = self.base(90)
        self.assertFalse(self.moves(card, "abc_class"))
        self.assertFalse(
            self.notes(card.partner_id).filtered(lambda m: "VIP" in (m.body or ""))
        )

    def test_one_transition_and_one_note_per_change(self):
        self.start()
        cards = self.base(90, 10)
        before = [self.notes(card.partner_id) for card in cards]
        self.grow(cards[1], 800)
        self.derive_all()
        cards._derive()
        self.assertEqual(self.classes(cards), "b vip")
        for card, old, words in zip(cards, before, ("VIP → B", "B → VIP"), strict=True):
            self.assertEqual(len(self.moves(card, "abc_class")), 1)
            note = self.notes(card.partner_id) - old
            self.assertEqual(len(note), 1)
            self.assertIn(words, note.body)
            self.assertFalse(note.notified_partner_ids)

    def test_transition_says_what_when_and_whose(self):
        seller = self.make_user("cb_seller", SALES)
        cards = self.base(90, 10)
        cards[1].partner_id.user_id = seller
        self.grow(cards[1], 800)
        move = self.env["client.transition"].search([("card_id", "=", cards[1].id)])
        self.assertRecordValues(
            move,
            [
                {
                    "field_name": "abc_class",
                    "old_value": "b",
                    "new_value": "vip",
                    "date": TODAY,
                    "company_id": self.company.id,
                }
            ],
        )

    def limited(self, limit):
        return patch(NOTES_LIMIT, limit)

    def new_notes(self, cards, act):
        before = len(self.notes_of(cards))
        act()
        return len(self.notes_of(cards)) - before

    def notes_of(self, cards):
        return self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "in", cards.partner_id.ids)]
        )

    def test_policy_that_moves_more_than_the_limit_makes_transitions_only(self):
        self.start()
        cards = self.base(10, 10, 10, 10)
        with self.limited(2):
            made = self.new_notes(
                cards,
                lambda: self.policy.write(
                    {"vip_share": 0, "a_share": 0, "b_share": 100}
                ),
            )
        self.assertEqual(self.classes(cards), "b b b b")
        self.assertEqual(made, 0)
        for card in cards:
            self.assertEqual(len(self.moves(card, "abc_class")), 1)

    def test_policy_that_moves_as_many_as_the_limit_makes_notes(self):
        self.start()
        cards = self.base(10, 10, 10, 10)
        with self.limited(4):
            made = self.new_notes(
                cards,
                lambda: self.policy.write(
                    {"vip_share": 0, "a_share": 0, "b_share": 100}
                ),
            )
        self.assertEqual(made, 4)

    def test_other_changes_of_a_policy_keep_to_the_limit_too(self):
        """A narrower regulation, or another review, moves clients as well."""
        self.start()
        cards = self.base(10, 10, 10, 10)
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        schools = self.policy.copy(
            {
                "sequence": 0,
                "company_id": self.company_b.id,
                "vip_share": 0,
                "a_share": 0,
                "b_share": 0,
                "segment_ids": segment.ids,
            }
        )
        cards.partner_id.segment_id = segment
        with self.limited(2):
            made = self.new_notes(
                cards, lambda: schools.write({"company_id": self.company.id})
            )
        self.assertEqual(self.classes(cards), "c c c c")
        self.assertEqual(made, 0)

    def test_more_than_the_limit_without_a_new_policy_make_notes(self):
        """The limit is for changes of a regulation, not for a busy night."""
        self.start()
        cards = self.base(40, 30, 20, 10)
        self.enter([(cards[3].partner_id, TODAY, 1000)])
        with self.limited(1):
            made = self.new_notes(cards, self.derive_all)
        self.assertGreater(made, 1)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWhy(AbcChangesCommon):
    """*Why?*: one plain sentence with figures that hold."""

    MORE = re.compile(r"([\d,.]+)\D*? more makes him (\w+)")

    def test_missing_amount_lifts_the_client_and_a_cent_less_does_not(self):
        cases = [
            ((50, 30, 12, 5, 3), (20, 80, 95)),
            ((10, 10, 10, 10), (20, 50, 95)),
            ((33.33, 33.33, 33.34, 0.01), (20, 50, 60)),
            ((1000, 1, 1), (0, 80, 95)),
            ((100, 50, 10, 1), (20, 20, 95)),
        ]
        for amounts, (vip, a, b) in cases:
            self.policy.write({"vip_share": vip, "a_share": a, "b_share": b})
            self.env["client.purchase.entry"].search(
                [("company_id", "=", self.company.id)]
            ).unlink()
            cards = self.base(*amounts)
            for number, card in enumerate(cards):
                with self.subTest(amounts=amounts, shares=(vip, a, b), number=number):
                    self.check_sentence(card)

    def check_sentence(self, card):
        """What the sentence promises holds: so much more makes this class, a cent
        less does not. Who has the best class there is gets no promise."""
        best = "a" if not self.policy.vip_share else "vip"
        stated = self.MORE.search(card.class_reason)
        self.assertEqual(not stated, card.abc_class == best, card.class_reason)
        if not stated:
            return
        amount = float(stated[1].replace(",", ""))
        entry = self.enter([(card.partner_id, TODAY, amount - 0.01)])
        for extra, lifted in ((amount - 0.01, False), (amount, True)):
            entry.amount = extra
            self.derive_all()
            self.assertEqual(
                card.abc_class == stated[2].lower(),
                lifted,
                f"{stated[0]}, but {extra:.2f} more: {card.abc_class}",
            )
        entry.unlink()
        self.derive_all()

    def test_share_ahead_and_limit_are_named(self):
        cards = self.base(60, 25, 10, 5)
        self.assertEqual(self.classes(cards), "vip a b c")
        reason = cards[2].class_reason
        for words in ("10", "12 months", "85", "80 %", "A"):
            self.assertIn(words, reason)

    def test_sentences_of_those_without_a_place(self):
        prospect, former = self.client(), self.client((ago(500), 10))
        card = self.base(10)
        card.write({"abc_class_manual": "c", "abc_lock_reason": "Pays late"})
        self.assertIn("Pays late", card.class_reason)
        self.assertIn("VIP", card.class_reason, "the computed class stays visible")
        for other in prospect | former | card:
            self.assertTrue(other.class_reason)
            self.assertTrue(other.status_reason)

    def test_status_sentence_names_the_days(self):
        card = self.client(("2024-01-10", 10))
        self.assertEqual(card.status, "former")
        for words in ("01/10/2024", "01/11/2025", "12 months"):
            self.assertIn(words, card.status_reason)
        active = self.client(("2025-01-10", 10))
        self.assertIn("01/10/2025", active.status_reason)
