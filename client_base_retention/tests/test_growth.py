"""Growth points: who they are, the salesperson's plan, what others like him buy."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import (
    NOON,
    ROLE_OWN,
    SALES,
    TODAY,
    ClientBaseCommon,
    ago,
)

TWENTY_DAYS_AGO = ago(20)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestGrowthPoints(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.make_user("gro_olga", f"{ROLE_OWN},{SALES}", name="Olga")
        cls.policy.write({"potential_high": 1000, "potential_medium": 100})

    def card_with(self, turnover, potential, **values):
        bought = [(ago(10), turnover)] if turnover else []
        card = self.client(*bought, user_id=self.olga.id)
        card.write({"potential_amount": potential} | values)
        return card

    def test_high_potential_of_which_less_than_half_is_ours(self):
        cards = self.env["client.card"]
        for turnover, potential, level, growth in (
            (0, 1000, False, True),
            (499, 1000, False, True),
            (500, 1000, False, False),
            (2000, 1000, False, False),
            (0, 999, False, False),
            (0, 0, "high", True),
            (0, 5000, "low", False),
        ):
            with self.subTest(turnover=turnover, potential=potential, level=level):
                card = self.card_with(turnover, potential, potential_level=level)
                cards |= card
                self.assertEqual(card.is_growth_point, growth)
                self.assertEqual(card.partner_id.client_is_growth_point, growth)
        for value in (True, False):
            found = cards.search(
                [("is_growth_point", "=", value), ("id", "in", cards.ids)]
            )
            self.assertEqual(
                found, cards.filtered(lambda c, v=value: c.is_growth_point == v)
            )

    def test_list_begins_with_what_is_missing_most(self):
        small, large = self.card_with(0, 1000), self.card_with(900, 9000)
        action = self.env.ref("client_base_retention.client_card_action_growth")
        views = dict((kind, view) for view, kind in action.views)
        arch = self.env["client.card"].get_view(views["list"], "list")["arch"]
        self.assertIn('default_order="potential_missing desc, id"', arch)
        found = self.env["client.card"].search(
            [("id", "in", (small | large).ids), ("potential_missing", ">", 0)],
            order="potential_missing desc, id",
        )
        self.assertEqual(found, large | small)

    def test_board_of_class_and_potential(self):
        self.card_with(100, 1000)
        groups = self.env["client.card"]._read_group(
            [("company_id", "=", self.company.id)],
            ["abc_class", "potential_level"],
            ["__count", "potential_missing:sum"],
        )
        self.assertEqual(groups, [("vip", "high", 1, 900)])
        groups = self.env["client.card"]._read_group(
            [("company_id", "=", self.company.id)],
            ["abc_class", "xyz_class"],
            ["turnover:sum"],
        )
        self.assertEqual(groups, [("vip", "z", 100)])

    def test_groups_stand_by_value(self):
        """Pivots and graphs show groups as they come: best class, high level first."""
        cards = self.env["client.card"].concat(
            *(self.card_with(100, 1000) for _number in range(4))
        )
        self.env.flush_all()
        for card, values in zip(
            cards,
            [
                ("b", "medium"),
                ("vip", "low"),
                ("a", "high"),
                ("c", "low"),
            ],
            strict=True,
        ):
            # As if derived: a write would be derived again.
            self.env.cr.execute(
                "UPDATE client_card SET abc_class = %s, potential_level = %s "
                "WHERE id = %s",
                (*values, card.id),
            )
        cards.invalidate_recordset()
        domain = [("id", "in", cards.ids)]
        for order, classes in (
            (None, ["vip", "a", "b", "c"]),
            ("abc_class desc", ["c", "b", "a", "vip"]),
        ):
            with self.subTest(order=order):
                rows = cards._read_group(domain, ["abc_class"], order=order)
                self.assertEqual([row[0] for row in rows], classes)
        levels = cards._read_group(domain, ["potential_level"])
        self.assertEqual([row[0] for row in levels], ["high", "medium", "low"])
        table = cards.formatted_read_grouping_sets(
            domain,
            [["abc_class"], ["abc_class", "potential_level"], ["user_id", "abc_class"]],
            ["__count"],
        )
        for rows in table:
            found = [row["abc_class"] for row in rows]
            self.assertEqual(found, ["vip", "a", "b", "c"])
        listed = cards.search(domain, order="potential_level, abc_class")
        self.assertEqual(listed[0].potential_level, "high")
        self.assertEqual(listed[1].potential_level, "medium")

    def test_salespersons_plan(self):
        card = self.card_with(0, 1000)
        card.with_user(self.olga).write(
            {"growth_plan": "Bring discs", "growth_next_step": TODAY}
        )
        partner = card.partner_id.with_user(self.olga)
        self.assertEqual(partner.client_growth_plan, "Bring discs")
        partner.client_growth_plan = "Bring saws"
        self.assertEqual(card.growth_plan, "Bring saws")
        (talk,) = self.env["client.my.day"]._talk_growth(False, card).values()
        self.assertEqual(talk["text"], "Growth point, your plan: Bring saws")
        others = self.client(user_id=self.make_user("gro_ivan", SALES).id)
        with self.assertRaises(AccessError):
            others.with_user(self.olga).growth_plan = "Mine"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHints(ClientBaseCommon):
    """ "7 of 10 like him buy this" """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops, cls.others = cls.env["client.segment"].create(
            [{"name": "Hint shops"}, {"name": "Hint others"}]
        )
        cls.saw, cls.disc, cls.oil = cls.env["product.product"].create(
            [
                {"name": name, "type": "service", "taxes_id": [Command.clear()]}
                for name in ("Saw", "Disc", "Oil")
            ]
        )

    def buyer(self, *products, segment=None, when=TWENTY_DAYS_AGO, company=None):
        partner = self.make_partner(segment_id=(segment or self.shops).id)
        if products:
            self.sell(partner, *products, when=when, company=company)
        else:
            partner.action_add_to_client_base()
        return self.card_of(partner, company)

    def sell(self, partner, *products, when=TWENTY_DAYS_AGO, company=None):
        order = (
            self.env["sale.order"]
            .with_company(company or self.company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": (company or self.company).id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": 9})
                        for product in products
                    ],
                }
            )
        )
        return self.confirm(order, when)

    def hints(self, card):
        return (card.growth_hint or "").splitlines()

    def test_bought_by_those_like_him_and_not_by_him(self):
        cards = [self.buyer(self.saw, self.disc) for _n in range(7)]
        cards += [self.buyer(self.saw) for _n in range(3)]
        cards[0].partner_id.name = "All"
        poor = cards[-1]
        prospect = self.buyer()
        stranger = self.buyer(self.oil, segment=self.others)
        self.derive_all()
        self.assertEqual(self.hints(cards[0]), [])
        self.assertEqual(self.hints(poor), ["Disc: 7 of 9 like him buy this"])
        self.assertEqual(
            self.hints(prospect),
            ["Saw: 10 of 10 like him buy this", "Disc: 7 of 10 like him buy this"],
        )
        self.assertEqual(self.hints(stranger), [], "of another segment")
        with self.subTest("he buys it: no hint any more, before the night"):
            self.sell(poor.partner_id, self.disc)
            poor.invalidate_recordset(["growth_hint"])
            self.assertEqual(self.hints(poor), [])

    def test_at_least_three_and_three_tenths(self):
        prospect = self.buyer()
        for _n in range(2):
            self.buyer(self.disc)
        self.derive_all()
        self.assertFalse(self.hints(prospect), "two are no hint")
        self.buyer(self.disc)
        self.derive_all()
        prospect.invalidate_recordset(["growth_hint"])
        self.assertEqual(self.hints(prospect), ["Disc: 3 of 3 like him buy this"])
        for _n in range(8):
            self.buyer(self.saw)
        self.derive_all()
        prospect.invalidate_recordset(["growth_hint"])
        self.assertEqual(self.hints(prospect), ["Saw: 8 of 11 like him buy this"])

    def test_of_the_last_year_and_of_active_clients(self):
        prospect = self.buyer()
        for when in (ago(20), ago(200), ago(364)):
            self.buyer(self.disc, when=when)
        # 15 June of last year is no day of the last year.
        for _n in range(3):
            self.buyer(self.saw, when=ago(365))
        for _n in range(4):
            self.buyer(self.oil, when=ago(700))
        self.derive_all()
        self.assertEqual(self.hints(prospect), ["Disc: 3 of 3 like him buy this"])

    def test_of_his_company_only(self):
        for _n in range(4):
            self.buyer(self.disc, company=self.company_b)
        prospect = self.buyer()
        self.derive_all()
        self.assertEqual(self.hints(prospect), [])

    def test_persons_buy_for_their_company(self):
        cards = [self.buyer(self.disc) for _n in range(3)]
        person = self.make_partner(
            "Ann", is_company=False, parent_id=cards[0].partner_id.id
        )
        self.sell(person, self.oil)
        self.derive_all()
        rows = self.env["client.growth.product"].search(
            [("segment_id", "=", self.shops.id)]
        )
        self.assertRecordValues(
            rows, [{"product_id": self.disc.id, "buyers": 3, "clients": 3}]
        )

    def test_night_writes_nothing_twice_and_forgets_what_is_gone(self):
        cards = [self.buyer(self.disc) for _n in range(3)]
        self.derive_all()
        products = self.env["client.growth.product"]
        self.assertFalse(products._derive_products(self.company, TODAY))
        cards[0].partner_id.segment_id = self.others
        self.assertEqual(products._derive_products(self.company, TODAY), 1)
        self.assertFalse(products.search([("segment_id", "=", self.shops.id)]))

    def test_invoices_where_they_count(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        prospect = self.buyer()
        for _n in range(3):
            partner = self.make_partner(segment_id=self.shops.id)
            line = {
                "product_id": self.disc.id,
                "price_unit": 5,
                "account_id": self.income.id,
                "tax_ids": [Command.clear()],
            }
            self.invoice(partner, ago(5), 0, invoice_line_ids=[Command.create(line)])
        self.derive_all()
        self.assertEqual(self.hints(prospect), ["Disc: 3 of 3 like him buy this"])

    def test_what_was_given_back_was_not_bought(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        prospect = self.buyer()
        for number in range(4):
            partner = self.make_partner(segment_id=self.shops.id)
            for product in (self.disc, self.oil):
                line = {
                    "product_id": product.id,
                    "price_unit": 5,
                    "account_id": self.income.id,
                    "tax_ids": [Command.clear()],
                }
                lines = {"invoice_line_ids": [Command.create(line)]}
                self.invoice(partner, ago(5), 0, **lines)
                if product == self.oil and number < 2:
                    self.invoice(partner, ago(4), 0, move_type="out_refund", **lines)
        self.derive_all()
        self.assertEqual(self.hints(prospect), ["Disc: 4 of 4 like him buy this"])

    def test_bought_elsewhere(self):
        """Entered with *Bought*, or imported: the product counts like any other."""
        prospect = self.buyer()
        for _n in range(3):
            self.bring(self.make_partner(segment_id=self.shops.id), self.disc)
        self.derive_all()
        self.assertEqual(self.hints(prospect), ["Disc: 3 of 3 like him buy this"])
        self.bring(prospect.partner_id, self.disc)
        prospect.invalidate_recordset(["growth_hint"])
        self.assertEqual(self.hints(prospect), [])

    def bring(self, partner, product, when=TWENTY_DAYS_AGO):
        self.env["client.purchase.entry"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date": when,
                "amount": 9,
                "product_id": product.id,
            }
        )

    def test_never_more_buyers_than_clients(self):
        former, fresh = self.buyer(), self.buyer()
        self.policy.former_after_months = 2
        self.sell(former.partner_id, self.oil, when=ago(200))
        for _n in range(3):
            self.buyer(self.disc)
        self.derive_all()
        self.assertEqual(former.status, "former")
        self.sell(fresh.partner_id, self.oil, when=ago(0))
        for card in (former, fresh):
            card.invalidate_recordset(["growth_hint"])
            self.assertEqual(self.hints(card), ["Disc: 3 of 3 like him buy this"])

    def test_archived_products_are_no_hint(self):
        prospect = self.buyer()
        for _n in range(3):
            self.buyer(self.disc, self.oil)
        self.derive_all()
        self.disc.active = False
        self.assertEqual(self.hints(prospect), ["Oil: 3 of 3 like him buy this"])

    def test_salesperson_sees_hints_of_his_own(self):
        olga = self.make_user("hint_olga", f"{ROLE_OWN},{SALES}")
        prospect = self.buyer()
        prospect.partner_id.user_id = olga
        for _n in range(3):
            self.buyer(self.disc)
        self.derive_all()
        partner = prospect.partner_id.with_user(olga)
        self.assertEqual(partner.client_growth_hint, "Disc: 3 of 3 like him buy this")
        rows = self.env["client.growth.product"].with_user(olga).search([])
        self.assertTrue(rows)
        with self.assertRaises(AccessError):
            rows[0].buyers = 1

    def test_one_query_for_many_clients(self):
        for _n in range(3):
            self.buyer(self.disc)
        few = self.buyer() | self.buyer()
        many = few.union(*[self.buyer() for _n in range(18)])
        self.derive_all()
        counts = []
        # What Odoo keeps for the process is read beforehand.
        few._growth_hints()
        for cards in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            cards.mapped("company_id.client_purchase_source")
            before = self.env.cr.sql_log_count
            self.assertEqual(len(cards._growth_hints()), len(cards))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
