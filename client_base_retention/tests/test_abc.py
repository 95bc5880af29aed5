"""Classes by turnover: design 4.3 *ABC*.

Covers the shares and their limits, ties, the client that crosses a limit, zero and
negative turnover, who takes part, regulations, companies and currencies; and that one
client derived by day gets exactly the class the night gives him.
Classes by hand, monthly review, notes and *Why?*: ``test_abc_changes.py``.
"""

import random

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ClientBaseCommon, ago


def classes_by_reference(turnover_of, vip=20, a=80, b=95):
    """{partner id: class} of {partner id: turnover in cents}, in plain Python."""
    row = sorted(
        (pair for pair in turnover_of.items() if pair[1] > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )
    total = sum(turnover for _partner, turnover in row)
    classes = dict.fromkeys(turnover_of, "c")
    before = 0
    for partner_id, turnover in row:
        limits = (("vip", vip), ("a", a), ("b", b))
        classes[partner_id] = next(
            (k for k, end in limits if 100 * before < end * total), "c"
        )
        before += turnover
    return classes


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAbc(ClientBaseCommon):
    def base(self, *amounts, company=None, **values):
        """Clients with one purchase each, derived as by night."""
        partners = self.make_partners(len(amounts), **values)
        self.enter(
            [(p, ago(10), amount) for p, amount in zip(partners, amounts, strict=True)],
            company,
        )
        partners.action_add_to_client_base()
        self.derive_all()
        return self.cards_of(partners, company)

    def assertClasses(self, cards, classes, message=None):
        self.assertEqual(" ".join(c.abc_class or "-" for c in cards), classes, message)
        self.assertEqual(
            " ".join(c.abc_class_computed or "-" for c in cards), classes, message
        )

    def regulate(self, vip, a, b, policy=None):
        policy = policy or self.policy
        policy.write({"vip_share": vip, "a_share": a, "b_share": b})

    # ------------------------------------------------------------------------ shares

    def test_client_that_crosses_a_limit_is_in_the_better_class(self):
        # before: 0, 15 (ends at 30), 30, 45, 60, 75 (ends at 85), 85, 91 (96), 96
        cards = self.base(15, 15, 15, 15, 15, 10, 6, 5, 4)
        self.assertClasses(cards, "vip vip a a a a b b c")

    def test_limit_reached_exactly_ends_the_class(self):
        # before: 0, 20, 40, 60, 80, 95
        self.assertClasses(self.base(20, 20, 20, 20, 15, 5), "vip a a a b c")

    def test_limits_0_and_100(self):
        cards = self.base(50, 30, 20)
        cases = [
            ((0, 80, 95), "a a b"),
            ((0, 0, 0), "c c c"),
            ((0, 0, 100), "b b b"),
            ((0, 100, 100), "a a a"),
            ((100, 100, 100), "vip vip vip"),
            ((50, 50, 50), "vip c c"),
            ((50.01, 80, 100), "vip vip b"),
            ((20, 80, 80), "vip a c"),
        ]
        for shares, classes in cases:
            with self.subTest(shares=shares):
                self.regulate(*shares)
                self.derive_all()
                self.assertClasses(cards, classes)

    def test_ties_are_in_the_order_of_the_partner(self):
        # before: 0, 25, 50, 75
        cards = self.base(10, 10, 10, 10)
        self.assertClasses(cards, "vip a a a")
        self.regulate(26, 51, 76)
        self.derive_all()
        self.assertClasses(cards, "vip vip a b")
        self.regulate(25, 50, 75)
        self.derive_all()
        self.assertClasses(cards, "vip a b c")

    def test_order_is_by_partner_not_by_card(self):
        first, second = self.make_partners(2)
        self.assertLess(first.id, second.id)
        self.enter([(second, ago(5), 10)])
        self.enter([(first, ago(5), 10)])
        self.derive_all()
        self.assertClasses(self.cards_of(first | second), "vip a")

    def test_one_client_and_none(self):
        self.assertClasses(self.base(10), "vip")
        self.regulate(0, 80, 95)
        self.derive_all()
        self.assertClasses(self.base(), "")

    def test_one_client_without_vip(self):
        self.regulate(0, 80, 95)
        self.assertClasses(self.base(10), "a")

    def test_zero_and_negative_turnover_is_c(self):
        cards = self.base(80, 20, 1, 1)
        zero, negative = cards[2], cards[3]
        self.enter([(zero.partner_id, ago(2), -1), (negative.partner_id, ago(2), -500)])
        self.derive_all()
        self.assertEqual((zero | negative).mapped("turnover"), [0, -499])
        # Theirs is no part of the total: 80 of 100 are before the second client.
        self.assertClasses(cards, "vip b c c")

    def test_active_without_turnover_in_the_window_is_c(self):
        self.policy.write({"abc_period_months": 3, "former_after_months": 12})
        cards = self.base(80, 20)
        idle = self.client((ago(200), 1000))
        self.derive_all()
        self.assertEqual((idle.status, idle.turnover), ("active", 0))
        self.assertClasses(cards | idle, "vip b c")

    def test_all_without_turnover(self):
        cards = self.base(10, 20)
        self.enter([(card.partner_id, ago(1), -50) for card in cards])
        self.derive_all()
        self.assertClasses(cards, "c c")

    # ----------------------------------------------------------------- who takes part

    def test_excluded_clients_take_no_part(self):
        cards = self.base(1000, 15, 15, 50, 20)
        marketplace = cards[0]
        marketplace.abc_excluded = True
        self.derive_all()
        # of 100: 50, 20, 15, 15; before: 0, 50, 70, 85
        self.assertClasses(cards[1:], "a b vip a")
        marketplace.write({"abc_class_manual": "b", "abc_lock_reason": "Marketplace"})
        self.derive_all()
        self.assertEqual(marketplace.abc_class, "b", "a class set by hand stands")
        self.assertFalse(marketplace.abc_class_computed)
        marketplace.abc_excluded = False
        self.derive_all()
        self.assertRecordValues(
            marketplace, [{"abc_class": "b", "abc_class_computed": "vip"}]
        )

    def test_archived_clients_take_no_part(self):
        cards = self.base(1000, 50, 20, 15, 15)
        self.assertClasses(cards, "vip b c c c")
        cards[0].partner_id.active = False
        self.derive_all()
        self.assertClasses(cards[1:], "vip a a b")

    def test_former_clients_keep_their_class_and_take_no_part(self):
        cards = self.base(50, 20, 15, 15)
        former = cards[1]
        self.assertClasses(former, "a")
        self.env["client.purchase.entry"].search(
            [("partner_id", "=", former.partner_id.id)]
        ).date = ago(400)
        self.enter([(former.partner_id, ago(401), 5000)])
        self.derive_all()
        self.assertEqual(former.status, "former")
        self.assertClasses(former, "a")
        # of 80: 50, 15, 15; before: 0, 62.5, 81.25
        self.assertClasses(cards - former, "vip a b")

    def test_prospects_have_none(self):
        prospect = self.client()
        self.derive_all()
        self.assertClasses(prospect, "-")

    def test_first_buyer_among_prospects_is_classified_as_by_night(self):
        """The night found nobody with turnover: nobody is ahead of the first one."""
        prospect = self.client()
        self.derive_all()
        self.enter([(prospect.partner_id, ago(1), 10)])
        self.assertClasses(prospect, "vip")
        self.derive_all()
        self.assertClasses(prospect, "vip")
        self.assertFalse(self.moves(prospect, "abc_class"))

    def test_class_goes_with_the_last_purchase(self):
        """Who never bought is a prospect again, and prospects have no class."""
        partner = self.make_partner()
        order = self.buy(partner)
        card = self.card_of(partner)
        self.derive_all()
        self.assertClasses(card, "vip")
        order._action_cancel()
        self.assertEqual(card.status, "prospect")
        self.assertClasses(card, "-")

    # ------------------------------------------- regulations, companies, currencies

    def test_two_regulations_are_two_rows(self):
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        schools = self.policy.copy({"sequence": 0, "segment_ids": segment.ids})
        self.regulate(0, 80, 95, schools)
        shops = self.base(50, 30, 20)
        pupils = self.base(5, 3, 2, segment_id=segment.id)
        self.assertEqual(pupils.policy_id, schools)
        self.assertEqual(shops.policy_id, self.policy)
        self.assertClasses(shops, "vip a b")
        self.assertClasses(pupils, "a a b")
        # A client goes over to the other regulation by his segment.
        shops[0].partner_id.segment_id = segment
        self.derive_all()
        self.assertEqual(shops[0].policy_id, schools)
        self.assertClasses(shops, "a vip a")
        self.assertClasses(pupils, "b b c")

    def test_regulation_chosen_by_hand_stays(self):
        other = self.policy.copy({"sequence": 50})
        cards = self.base(50, 50)
        cards[1].policy_id = other
        self.derive_all()
        self.assertEqual([c.policy_id for c in cards], [self.policy, other])
        self.assertClasses(cards, "vip vip")
        cards[1].policy_id = False
        self.derive_all()
        self.assertEqual(cards.policy_id, self.policy)
        self.assertClasses(cards, "vip a")

    def test_two_companies_are_two_rows(self):
        partners = self.make_partners(2)
        self.enter([(partners[0], ago(5), 90), (partners[1], ago(5), 10)])
        self.enter(
            [(partners[0], ago(5), 1), (partners[1], ago(5), 99)], self.company_b
        )
        self.derive_all()
        self.assertClasses(self.cards_of(partners), "vip b")
        self.assertClasses(self.cards_of(partners, self.company_b), "c vip")

    def test_amounts_are_in_company_currency_at_the_rate_of_the_day(self):
        euro = self.set_rates(
            self.company, rates=[("2025-01-01", 0.5), ("2025-06-01", 0.8)]
        )
        early, late, home = self.make_partners(3)
        self.buy(early, "2025-05-31", 100, currency=euro)
        self.buy(late, "2025-06-01", 100, currency=euro)
        self.buy(home, "2025-06-01", 150)
        self.derive_all()
        cards = self.cards_of(early | late | home)
        self.assertEqual(cards.mapped("turnover"), [200, 125, 150])
        # of 475: before 0 (early), 42 (home), 74 (late)
        self.assertClasses(cards, "vip a a")

    # ------------------------------------------------------- by day and by night alike

    def test_by_day_and_by_night_and_by_reference_alike(self):
        """Random bases with many ties against plain Python."""
        partners = self.make_partners(30)
        for seed in range(5):
            rng = random.Random(seed)
            shares = sorted(rng.choice([0, 10, 20, 50, 80, 95, 100]) for _n in "vab")
            cents = {p.id: rng.choice([0, 1, 333, 333, 1000, 2500]) for p in partners}
            some = rng.sample(partners, rng.randint(1, 30))
            with self.subTest(seed=seed, shares=shares):
                self.env["client.purchase.entry"].search(
                    [("partner_id", "in", partners.ids)]
                ).unlink()
                purchases = [(p, ago(9), cents[p.id] / 100 + 1) for p in some]
                self.enter(purchases + [(p, ago(8), -1) for p in some])
                self.regulate(*shares)
                self.derive_all()
                cards = self.cards_of(some)
                self.assertEqual(
                    dict(
                        zip(
                            cards.partner_id.ids, cards.mapped("abc_class"), strict=True
                        )
                    ),
                    classes_by_reference({p.id: cents[p.id] for p in some}, *shares),
                )
                before = self.versions()
                for card in cards:
                    card._derive(today=TODAY)
                cards._derive(today=TODAY)
                self.assertEqual(self.versions(), before, "the day wrote something")

    def test_class_at_once_by_the_kept_limits(self):
        """Whom the night put at turnover 20 was the last VIP, 10 the last A."""
        cards = self.base(20, 10, 10, 10, 10, 10, 10, 10, 5, 3, 2)
        self.assertClasses(cards, "vip a a a a a a b b c c")
        for amount, abc_class in (
            (21, "vip"),
            (20, "a"),  # after the last VIP, for he has the larger id
            (11, "a"),
            (10, "b"),
            (5.01, "b"),
            (5, "c"),
            (0.5, "c"),
        ):
            with self.subTest(amount=amount):
                partner = self.make_partner()
                self.enter([(partner, TODAY, amount)])
                card = self.card_of(partner)
                self.assertClasses(card, abc_class)
                self.assertFalse(self.moves(card, "abc_class"))

    def test_former_client_who_comes_back_is_classified_at_once(self):
        cards = self.base(20, 10, 10, 10, 10, 10, 10, 10, 10)
        card = self.client((ago(500), 1000))
        self.derive_all()
        self.assertFalse(card.abc_class)
        self.enter([(card.partner_id, TODAY, 500)])
        self.assertClasses(card, "vip")
        self.assertClasses(cards[0], "vip", "nobody else moves by day")
