"""The card's fields on the contact (design 4.1): read, search, sort, group, write.

Also the cost: the number of queries must not grow with the number of records.
"""

from odoo import Command
from odoo.tests import Form, freeze_time, tagged, users

from .common import NOON, ROLE_ALL, SALES, TODAY, ClientBaseCommon, ago, day

PLAIN = [
    "client_status",
    "abc_class",
    "abc_class_manual",
    "abc_lock_reason",
    "potential_amount",
    "potential_level",
    "wallet_share",
    "turnover",
    "last_purchase_date",
    "client_card_id",
]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPartnerFields(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(ROLE_ALL)
        partners = cls.make_partners(6)
        cls.vip, cls.a, cls.b, cls.c, cls.prospect, cls.stranger = partners
        cls.partners = partners
        amounts = (60, 25, 10, 5)
        cls.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "date": ago(10 + number),
                    "amount": amount,
                }
                for number, (partner, amount) in enumerate(
                    zip(partners, amounts, strict=False)
                )
            ]
        )
        cls.prospect.action_add_to_client_base()
        cls.person = cls.make_partner("Ann", is_company=False, parent_id=cls.a.id)
        cls.env["client.card"]._derive_all(today=TODAY)
        cls.everybody = partners | cls.person

    def found(self, *domain, order=None, among=None):
        among = among or self.everybody
        return self.env["res.partner"].search(
            [("id", "in", among.ids), *domain], order=order or "id"
        )

    def test_who_has_no_role_duplicates_contacts_as_ever(self):
        user = self.make_user("pf_nobody", "base.group_user,base.group_partner_manager")
        branch = self.env["client.branch"].create({"name": "North (test)"})
        self.a.write({"branch_ids": branch.ids, "city": "Riga"})
        twins = (self.a | self.b).with_user(user).copy()
        self.assertEqual(twins.mapped("city"), ["Riga", False])
        self.assertFalse(twins.sudo().branch_ids)
        self.assertEqual(self.a.copy().branch_ids, branch)

    def test_contact_and_persons_show_the_companys_card(self):
        card = self.card_of(self.a)
        for contact in self.a | self.person:
            self.assertRecordValues(
                contact,
                [
                    {
                        "client_card_id": card.id,
                        "client_status": "active",
                        "abc_class": "a",
                        "turnover": 25,
                        "last_purchase_date": ago(11),
                    }
                ],
            )
        self.assertEqual(self.a.client_card_ids, card)
        self.assertFalse(self.stranger.client_card_id)
        self.assertFalse(self.stranger.client_status)
        self.assertEqual(self.stranger.turnover, 0)

    def test_another_company_shows_its_own(self):
        self.enter([(self.c, ago(3), 1000)], self.company_b)
        contact = self.c.with_company(self.company_b)
        self.assertEqual(contact.client_card_id, self.card_of(self.c, self.company_b))
        self.assertEqual((self.c.turnover, contact.turnover), (5, 1000))
        self.assertEqual((self.c.abc_class, contact.abc_class), ("c", "vip"))
        self.assertFalse(self.vip.with_company(self.company_b).client_card_id)
        found = (
            self.env["res.partner"]
            .with_company(self.company_b)
            .search([("id", "in", self.everybody.ids), ("abc_class", "=", "vip")])
        )
        self.assertEqual(found, self.c)

    def test_search(self):
        family = self.a | self.person
        none = self.stranger
        cards = self.card_of(self.a) | self.card_of(self.c)
        cases = [
            ([("abc_class", "=", "a")], family),
            ([("abc_class", "!=", "a")], self.everybody - family),
            ([("abc_class", "=", False)], self.prospect | none),
            ([("abc_class", "!=", False)], self.everybody - self.prospect - none),
            ([("abc_class", "in", ["vip", "c"])], self.vip | self.c),
            ([("abc_class", "in", ["vip", False])], self.vip | self.prospect | none),
            (
                [("abc_class", "not in", ["vip", "c"])],
                self.everybody - self.vip - self.c,
            ),
            ([("client_status", "=", "prospect")], self.prospect),
            ([("client_status", "=", False)], none),
            ([("client_card_id", "=", False)], none),
            ([("client_card_id", "!=", False)], self.everybody - none),
            ([("client_card_id", "in", cards.ids)], family | self.c),
            ([("client_card_id", "=", cards[0].id)], family),
            ([("client_card_id", "in", [cards[1].id, False])], self.c | none),
            (
                [("client_card_id", "not in", cards.ids)],
                self.everybody - family - self.c,
            ),
            ([("client_card_id.turnover", ">", 20)], self.vip | family),
            ([("client_card_id", "any", [("abc_class", "=", "b")])], self.b),
            (
                [("client_card_id", "not any", [("abc_class", "=", "b")])],
                self.everybody - self.b,
            ),
            ([("turnover", ">=", 25)], self.vip | family),
            ([("turnover", "<", 25), ("turnover", ">", 0)], self.b | self.c),
            ([("last_purchase_date", "=", ago(10))], self.vip),
            ([("last_purchase_date", "<", ago(11))], self.b | self.c),
            ([("client_base", "=", True)], self.everybody - none),
            ([("client_card_ids", "any", [("abc_class", "=", "a")])], self.a),
            (
                ["|", ("abc_class", "=", "vip"), ("client_card_id", "=", False)],
                self.vip | none,
            ),
        ]
        for domain, expected in cases:
            with self.subTest(domain=domain):
                self.assertEqual(self.found(*domain), expected.sorted("id"))
                self.assertEqual(
                    self.everybody.filtered_domain(domain).sorted("id"),
                    expected.sorted("id"),
                )

    def test_order(self):
        clients = self.partners - self.stranger
        self.assertEqual(
            self.found(order="abc_class, id", among=clients),
            self.vip | self.a | self.b | self.c | self.prospect,
        )
        self.assertEqual(
            self.found(order="abc_class desc, id", among=clients - self.prospect),
            self.c | self.b | self.a | self.vip,
        )
        self.assertEqual(
            self.found(order="turnover desc, id", among=clients - self.prospect),
            self.vip | self.a | self.b | self.c,
        )
        self.assertEqual(
            self.found(order="last_purchase_date, id", among=clients - self.prospect),
            self.c | self.b | self.a | self.vip,
        )

    def test_order_of_cards(self):
        cards = self.cards_of(self.partners - self.stranger)
        self.assertEqual(
            self.env["client.card"].search(
                [("id", "in", cards.ids)], order="abc_class, id"
            ),
            cards,
        )

    def test_group(self):
        groups = self.env["res.partner"]._read_group(
            [("id", "in", self.everybody.ids)], ["abc_class"], ["__count"]
        )
        self.assertEqual(dict(groups), {"vip": 1, "a": 2, "b": 1, "c": 1, False: 2})
        groups = self.env["res.partner"]._read_group(
            [("id", "in", self.partners.ids)],
            ["client_status", "last_purchase_date:month"],
            ["__count"],
        )
        self.assertEqual(sum(count for _s, _m, count in groups), 6)

    def test_no_sums_on_contacts(self):
        """A person shows his company's figures: sums belong to cards."""
        shown = self.env["res.partner"].fields_get(
            ["turnover", "potential_amount", "wallet_share"], ["aggregator"]
        )
        for name, attributes in shown.items():
            self.assertFalse(attributes.get("aggregator"), name)
        total = self.env["client.card"]._read_group(
            [("partner_id", "in", self.everybody.ids)], [], ["turnover:sum"]
        )
        self.assertEqual(total, [(100,)])

    def test_export(self):
        rows = (self.vip | self.stranger).export_data(
            ["name", "abc_class", "client_status", "turnover", "client_card_id/status"]
        )["datas"]
        self.assertEqual(rows[0][1:4], ["VIP", "Active", 60])
        self.assertEqual(rows[1][1:3], ["", ""])

    # ------------------------------------------------------------------------ writes

    def assertDecisions(self, partner):
        self.env.invalidate_all()
        self.assertRecordValues(
            self.card_of(partner),
            [
                {
                    "status": "prospect",
                    "potential_amount": 500,
                    "abc_class_manual": "a",
                    "abc_class": "a",
                    "abc_lock_reason": "Fair",
                }
            ],
        )
        self.assertTrue(partner.client_base)

    DECISIONS = {
        "potential_amount": 500,
        "abc_class_manual": "a",
        "abc_lock_reason": "Fair",
    }

    def test_write_makes_the_missing_card(self):
        self.stranger.write(self.DECISIONS)
        self.assertDecisions(self.stranger)

    def test_write_of_each_value_alone(self):
        for name, value in self.DECISIONS.items():
            with self.subTest(name=name):
                partner = self.make_partner()
                partner[name] = value
                self.env.invalidate_all()
                self.assertEqual(partner[name], value)
                self.assertEqual(self.card_of(partner)[name], value)

    def test_create_makes_the_card(self):
        partners = self.env["res.partner"].create(
            [{"name": "New", **self.DECISIONS}, {"name": "No client"}]
        )
        self.assertDecisions(partners[0])
        self.assertFalse(self.card_of(partners[1]))
        self.assertFalse(partners[1].client_base)

    def test_import_makes_the_card(self):
        result = self.env["res.partner"].load(
            ["name", "potential_amount", "abc_class_manual", "abc_lock_reason"],
            [["Imported", "500", "A", "Fair"], ["Plain", "", "", ""]],
        )
        self.assertFalse(result["messages"])
        imported, plain = self.env["res.partner"].browse(result["ids"])
        self.assertDecisions(imported)
        self.assertFalse(self.card_of(plain))

    def test_form_writes_on_the_card(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "Typed"
        partner = form.record
        self.assertFalse(self.card_of(partner))
        partner.action_add_to_client_base()
        with Form(partner) as form:
            form.potential_amount = 500
            form.abc_class_manual = "a"
            form.abc_lock_reason = "Fair"
        self.assertDecisions(partner)

    def test_person_writes_on_the_companys_card(self):
        firm = self.make_partner()
        person = self.make_partner("Ann", is_company=False, parent_id=firm.id)
        person.write(self.DECISIONS)
        self.assertFalse(self.card_of(person))
        self.assertDecisions(firm)

    def test_write_is_for_the_current_company(self):
        self.stranger.with_company(self.company_b).potential_amount = 70
        self.assertFalse(self.card_of(self.stranger))
        self.assertEqual(
            self.card_of(self.stranger, self.company_b).potential_amount, 70
        )
        self.assertEqual(self.stranger.potential_amount, 0)

    def test_empty_values_make_no_card(self):
        self.stranger.write(dict.fromkeys(self.DECISIONS, False))
        self.assertFalse(self.card_of(self.stranger))

    def test_effective_values_are_read_only(self):
        shown = self.env["res.partner"].fields_get(PLAIN, ["readonly"])
        editable = {name for name, field in shown.items() if not field["readonly"]}
        self.assertEqual(
            editable, {"abc_class_manual", "abc_lock_reason", "potential_amount"}
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestQueryCounts(ClientBaseCommon):
    """Ten times the records, the same number of queries."""

    def queries(self, act):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertSame(self, few, many):
        few()  # what the registry and the environment load once
        self.assertEqual(self.queries(many), self.queries(few))

    def clients(self, number):
        partners = self.make_partners(number)
        self.enter([(partner, ago(5), 10) for partner in partners])
        return partners

    def test_read_contacts(self):
        few, many = self.clients(20), self.clients(200)
        fields = [*PLAIN, "client_purchase_state"]
        self.env.user.group_ids += self.env.ref(ROLE_ALL)
        self.assertSame(lambda: few.read(fields), lambda: many.read(fields))

    def test_derive_cards(self):
        few, many = self.cards_of(self.clients(5)), self.cards_of(self.clients(50))
        self.assertSame(few._derive, many._derive)

    def test_derive_changed_cards(self):
        few, many = self.cards_of(self.clients(5)), self.cards_of(self.clients(50))
        self.derive_all()
        later = day("2027-01-01")

        def derive(cards):
            return lambda: cards._derive(today=later)

        self.assertEqual(self.queries(derive(many)), self.queries(derive(few)))
        self.assertEqual(set((few | many).mapped("status")), {"former"})

    def test_derive_all(self):
        self.clients(10)
        self.derive_all()
        few = self.queries(self.derive_all)
        self.clients(90)
        self.derive_all()
        self.assertEqual(self.queries(self.derive_all), few)

    def test_make_missing_cards(self):
        def made(number):
            cards = self.cards_of(self.clients(number))
            cards.unlink()
            return self.queries(self.derive_all)

        few = made(4)
        # Caches differ by some queries; one for each card would be 36 more.
        self.assertLess(made(40), few + 12)

    def test_confirm_orders(self):
        """What the addon adds to the confirmation does not grow with the orders."""
        cards = self.registry["client.card"]
        added = {}
        for number in (2, 12):
            counts = []
            for touch in (lambda *a: None, cards._touch):
                orders = self.env["sale.order"].create(
                    [
                        {
                            "partner_id": partner.id,
                            "company_id": self.company.id,
                            "order_line": [
                                Command.create({"product_id": self.product.id})
                            ],
                        }
                        for partner in self.clients(number)
                    ]
                )
                self.patch(cards, "_touch", touch)
                counts.append(self.queries(orders.action_confirm))
            added[number] = counts[1] - counts[0]
        self.assertLessEqual(added[12], added[2])

    @users("cb_reader")
    def test_list_of_cards(self):
        few, many = self.clients(8), self.clients(80)
        spec = {name: {} for name in ("abc_class", "turnover", "purchase_state")}
        spec |= {"partner_id": {"fields": {"display_name": {}}}, "phone": {}}

        def read(partners):
            domain = [("partner_id", "in", partners.ids)]
            return lambda: self.env["client.card"].web_search_read(domain, spec)

        self.assertSame(read(few), read(many))

    def setUp(self):
        super().setUp()
        self.make_user("cb_reader", f"{SALES},{ROLE_ALL}")
