"""How loyal a client is, by what a regulation weighs (N50); referrers (N105)."""

from ast import literal_eval

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, ROLE_ALL, ROLE_OWN, TODAY, ClientBaseCommon, ago


class LoyaltyCommon(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["client.policy"]._default_policy(cls.company)

    def weigh(self, *parameters):
        """Let the regulation weigh only these: (what, weight, limit)."""
        self.policy.loyalty_parameter_ids = [
            Command.clear(),
            *(
                Command.create({"what": what, "weight": weight, "limit": limit})
                for what, weight, limit in parameters
            ),
        ]

    def points(self, card, today=TODAY):
        card._derive_loyalty(card.company_id, today)
        return card.loyalty_points or {}

    def assertPoints(self, card, expected, today=TODAY):
        self.assertEqual(self.points(card, today), expected)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLoyalty(LoyaltyCommon):
    def test_class(self):
        card = self.client((ago(5), 100))
        self.weigh(("class", 1, 0))
        for letter, expected in (("vip", 100), ("a", 75), ("b", 50), ("c", 25)):
            with self.subTest(letter):
                card.write({"abc_class_manual": letter, "abc_lock_reason": "Test"})
                self.assertPoints(card, {"class": expected})
                self.assertEqual(card.loyalty_score, expected)

    def test_regularity(self):
        card = self.client((ago(5), 100))
        self.weigh(("regularity", 1, 0))
        for letter, expected in (("x", 100), ("y", 50), ("z", 0)):
            with self.subTest(letter):
                self.env.cr.execute(
                    "UPDATE client_card SET xyz_class = %s WHERE id = %s",
                    [letter, card.id],
                )
                card.invalidate_recordset()
                self.assertPoints(card, {"regularity": expected})

    def test_payments(self):
        """Mean delay by amount; what is open counts up to today, by the limit."""
        self.set_up_accounting(self.company)
        self.weigh(("payments", 1, 30))
        for name, invoices, expected in (
            ("never an invoice", [], {}),
            ("due today", [(0, 100)], {"payments": 100}),
            ("not due yet", [(-1, 100)], {}),
            ("a day late", [(3, 100)], {"payments": 90}),
            ("as late as the limit", [(30, 100)], {"payments": 0}),
            ("later than the limit", [(90, 100)], {"payments": 0}),
            ("by amount", [(30, 100), (0, 300)], {"payments": 75}),
        ):
            with self.subTest(name):
                card = self.client((ago(5), 100), name=name)
                for days, amount in invoices:
                    self.invoice(
                        card.partner_id,
                        ago(40),
                        amount,
                        invoice_date_due=ago(days),
                    )
                self.assertPoints(card, expected)

    def test_paid_in_time(self):
        self.set_up_accounting(self.company)
        self.weigh(("payments", 1, 30))
        for name, paid_on, expected in (
            ("before it was due", ago(21), 100),
            ("on the day", ago(20), 100),
            ("three days late", ago(17), 90),
        ):
            with self.subTest(name):
                card = self.client((ago(5), 100), name=name)
                move = self.invoice(
                    card.partner_id, ago(40), 100, invoice_date_due=ago(20)
                )
                line = move.line_ids.filtered(lambda line: line.debit)
                other = self.env["account.move"].create(
                    {
                        "move_type": "entry",
                        "date": paid_on,
                        "journal_id": move.journal_id.id,
                        "line_ids": [
                            Command.create(
                                {
                                    "account_id": line.account_id.id,
                                    "partner_id": card.partner_id.id,
                                    "credit": 100,
                                }
                            ),
                            Command.create(
                                {
                                    "account_id": (move.line_ids - line)[
                                        0
                                    ].account_id.id,
                                    "debit": 100,
                                }
                            ),
                        ],
                    }
                )
                other.action_post()
                credit = other.line_ids.filtered("credit")
                (line | credit).reconcile()
                self.assertPoints(card, {"payments": expected})

    def test_people(self):
        card = self.client((ago(5), 100))
        client = card.partner_id
        ann, bob, eve = (
            self.make_partner(name, is_company=False, parent_id=client.id)
            for name in ("Ann", "Bob", "Eve")
        )
        self.weigh(("people", 1, 2))
        self.assertPoints(card, {"people": 0})
        touchpoints = self.env["client.touchpoint"]
        for person, outcome, when, expected in (
            (ann, "no_answer", 1, 0),
            (ann, "reached", 1, 50),
            (ann, "reached", 2, 50),
            (bob, "reached", 400, 50),
            # 15 June of last year is no day of the last year.
            (bob, "reached", 365, 50),
            (eve, "reached", 364, 100),
            (bob, "reached", 1, 100),
        ):
            with self.subTest(person=person.name, when=when):
                touchpoints.create(
                    {
                        "partner_id": client.id,
                        "person_id": person.id,
                        "date": ago(when),
                        "outcome": outcome,
                    }
                )
                self.assertPoints(card, {"people": expected})

    def test_information_sent_is_no_talk(self):
        card = self.client((ago(5), 100))
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        self.weigh(("people", 1, 1))
        self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "person_id": person.id,
                "kind": "material",
                "date": ago(1),
            }
        )
        self.assertPoints(card, {"people": 0})

    def test_days_of_the_company(self):
        """20:00 UTC of the day before the window is its first day in Tokyo."""
        self.set_up_days(self.company, "Asia/Tokyo")
        card = self.client((ago(5), 100))
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        self.weigh(("people", 1, 2))
        talk = self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "person_id": person.id,
                "date": f"{ago(365)} 14:59:59",
            }
        )
        self.assertPoints(card, {"people": 0})
        talk.date = f"{ago(365)} 15:00:00"
        self.assertPoints(card, {"people": 50})

    def test_who_orders_deals_with_us(self):
        card = self.client((ago(5), 100))
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        self.weigh(("people", 1, 1))
        self.buy(person)
        self.assertPoints(card, {"people": 100})

    def test_recommendations(self):
        card = self.client((ago(5), 100))
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        self.weigh(("recommendations", 1, 2))
        # Not a client yet.
        self.make_partner("Nobody", referrer_id=card.partner_id.id)
        self.assertPoints(card, {"recommendations": 0})
        new = self.client((ago(1), 10), name="One").partner_id
        new.referrer_id = person
        self.assertEqual(card.loyalty_points, {"recommendations": 50})
        other = self.client((ago(1), 10), name="Two").partner_id
        other.referrer_id = card.partner_id
        self.assertEqual(card.loyalty_score, 100)
        other.referrer_id = False
        self.assertEqual(card.loyalty_score, 50)
        with self.assertRaises(ValidationError):
            new.referrer_id = new

    def test_weights(self):
        """What cannot be said is left out of the mean, not counted as nothing."""
        card = self.client((ago(5), 100))
        card.write({"abc_class_manual": "a", "abc_lock_reason": "Test"})
        for parameters, expected in (
            ([("class", 1, 0), ("people", 1, 3)], 38),
            ([("class", 3, 0), ("people", 1, 3)], 56),
            ([("class", 1, 0), ("payments", 9, 0)], 75),
            ([("class", 0, 0), ("people", 1, 3)], 0),
            ([], 0),
        ):
            with self.subTest(parameters=parameters):
                self.weigh(*parameters)
                self.points(card)
                self.assertEqual(card.loyalty_score, expected)
                parts = card.loyalty_text.split(" · ") if card.loyalty_text else []
                self.assertEqual(len(parts), len(card.loyalty_points or {}))

    def test_who_never_bought_is_not_measured(self):
        partner = self.make_partner("New")
        partner.action_add_to_client_base()
        card = self.card_of(partner)
        self.assertPoints(card, {})
        self.assertFalse(card.is_loyal)

    def test_deriving_twice_writes_nothing(self):
        self.client((ago(5), 100))
        self.derive_all()
        before = self.versions("client_card")
        self.derive_all()
        self.assertEqual(self.versions("client_card"), before)

    def test_queries_do_not_grow(self):
        def queries(number):
            cards = self.cards_of(self.make_partners(number))
            partners = self.make_partners(number)
            self.enter([(partner, ago(5), 10) for partner in partners])
            cards = self.cards_of(partners)
            self.env.cr.execute("UPDATE client_card SET loyalty_score = NULL")
            before = self.cr.sql_log_count
            cards._derive_loyalty(self.company, TODAY)
            return self.cr.sql_log_count - before

        self.assertEqual(queries(3), queries(30))

    def test_search(self):
        card, other = self.client((ago(5), 100)), self.client((ago(5), 1), name="C")
        self.weigh(("class", 1, 0))
        for one, letter in ((card, "vip"), (other, "c")):
            one.write({"abc_class_manual": letter, "abc_lock_reason": "Test"})
        both = card | other
        both._derive_loyalty(self.company, TODAY)
        cards = self.env["client.card"]
        domain = [("id", "in", both.ids)]
        self.assertEqual(cards.search([*domain, ("is_loyal", "=", True)]), card)
        self.assertEqual(cards.search([*domain, ("is_loyal", "=", False)]), other)
        either = [*domain, ("is_loyal", "in", [True, False])]
        self.assertEqual(cards.search(either), both)

    def test_report_has_all_who_are_measured(self):
        worst, prospect = self.client((ago(5), 100)), self.client()
        self.weigh(("people", 1, 3))
        (worst | prospect)._derive_loyalty(self.company, TODAY)
        self.assertEqual(worst.loyalty_score, 0)
        action = self.env.ref("client_base_retention.client_card_action_loyalty")
        domain = [*literal_eval(action.domain), ("id", "in", (worst | prospect).ids)]
        self.assertEqual(self.env["client.card"].search(domain), worst)

    def test_nothing_weighs(self):
        card = self.client((ago(5), 100))
        for parameters in ((), (("class", 0, 0), ("people", 0, 1))):
            with self.subTest(parameters=parameters):
                self.weigh(*parameters)
                self.assertPoints(card, {})
                self.assertFalse(card.loyalty_score)

    def test_each_thing_weighs_once(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.weigh(("class", 1, 0), ("class", 2, 0))
            self.env.flush_all()

    def test_parameters_of_a_regulation(self):
        copy = self.policy.copy()
        self.assertEqual(
            copy.loyalty_parameter_ids.mapped("what"),
            self.policy.loyalty_parameter_ids.mapped("what"),
        )
        with Form(self.policy) as form, form.loyalty_parameter_ids.edit(0) as line:
            line.weight = 7
        self.assertEqual(self.policy.loyalty_parameter_ids[0].weight, 7)
        preset = self.policy.with_context(active_test=False).search(
            [("is_preset", "=", True)], limit=1
        )
        head = self.make_user("loyal_head", "client_base_retention.group_client_head")
        with self.assertRaises(UserError):
            preset.loyalty_parameter_ids[:1].with_user(head).weight = 3

    def test_rights(self):
        everybody = self.make_user("loyal_all", f"base.group_user,{ROLE_ALL}")
        card = self.client((ago(5), 100), user_id=everybody.id)
        seller = self.make_user("loyal_own", f"base.group_user,{ROLE_OWN}")
        parameters = self.policy.loyalty_parameter_ids.with_user(seller)
        self.assertTrue(parameters.mapped("meaning"))
        for deed in (
            lambda: parameters[0].write({"weight": 3}),
            lambda: card.with_user(seller).read(["loyalty_score"]),
        ):
            with self.assertRaises(AccessError):
                deed()
        self.points(card)
        read = card.with_user(everybody).read(["loyalty_score", "loyalty_text"])
        self.assertTrue(read[0]["loyalty_score"])
        with self.assertRaises(AccessError):
            card.with_user(everybody).write({"loyalty_score": 100})


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestBest(LoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["client.segment"].create(
            {
                "name": "Test shops",
                "profile_definition": [
                    {"name": "area", "string": "Area", "type": "integer"},
                    {
                        "name": "price",
                        "string": "Price",
                        "type": "selection",
                        "selection": [["low", "Low"], ["high", "High"]],
                    },
                ],
            }
        )

    def compare(self):
        wizard = self.env["client.best.compare"].new(
            {"best": "vip_a", "segment_id": self.segment.id}
        )
        return wizard, {
            (line.feature, line.value): (line.best_share, line.rest_share)
            for line in wizard.line_ids
        }

    def shop(self, letter, number, **values):
        card = self.client(
            (ago(5), 100), name=f"{letter}{number}", segment_id=self.segment.id
        )
        card.partner_id.write(values)
        card.write({"abc_class_manual": letter, "abc_lock_reason": "Test"})

    def test_shares(self):
        for letter, shops in (
            ("vip", [(200, "high", "Riga"), (300, "high", "Riga")]),
            ("c", [(20, "low", "Riga"), (30, "high", "Oslo"), (40, "low", False)]),
        ):
            for number, (area, price, city) in enumerate(shops):
                self.shop(
                    letter,
                    number,
                    city=city,
                    profile_properties={"area": area, "price": price},
                )
        wizard, lines = self.compare()
        self.assertEqual((wizard.best_count, wizard.rest_count), (2, 3))
        self.assertEqual(lines["City", "Riga"], (100, 50))
        self.assertEqual(lines["Price", "High"], (100, 33))
        self.assertEqual(lines["Area", "40 and more"][0], 100)
        self.assertNotIn(("City", "Oslo"), lines)

    def test_nobody_to_compare(self):
        self.shop("c", 1, city="Riga")
        wizard, lines = self.compare()
        self.assertEqual((wizard.best_count, wizard.rest_count, lines), (0, 1, {}))

    def test_kinds_of_values(self):
        """What a contact is, by the words of the screen; what is not known is left out
        of the shares."""
        industry = self.env["res.partner.industry"].create({"name": "Test trade"})
        country = self.env.ref("base.lv")
        for number in range(2):
            self.shop(
                "vip",
                number,
                industry_id=industry.id,
                country_id=country.id if number else False,
                is_company=bool(number),
                child_ids=[(0, 0, {"name": f"Person {n}"}) for n in range(4 * number)],
            )
            self.shop("c", number, country_id=country.id, city=" oslo")
        wizard, lines = self.compare()
        self.assertEqual(lines["Segment", "Test shops"], (100, 100))
        self.assertFalse([line for line in lines if line[0] == "Line of business"])
        self.assertNotIn(("Country", country.name), lines)
        self.shop("c", 2, industry_id=industry.id)
        self.shop("vip", 3, country_id=country.id, is_company=True)
        wizard, lines = self.compare()
        self.assertEqual(lines["Line of business", "Test trade"], (100, 100))
        self.assertEqual(lines["Country", country.name], (100, 100))
        self.assertEqual(lines["Kind", "Company"][0], 67)
        self.assertEqual(lines["Contact persons", "0"], (67, 100))
        self.assertNotIn(("Contact persons", "3+"), lines)
        self.assertEqual((wizard.best_count, wizard.rest_count), (3, 3))

    def test_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.compare()
            return self.env.cr.sql_log_count - before

        def more(numbers):
            for number in numbers:
                letter = "vip" if number % 2 else "c"
                self.shop(letter, number, profile_properties={"area": number})

        more(range(4))
        queries()
        few = queries()
        more(range(4, 40))
        self.assertEqual(queries(), few)

    def test_only_whom_one_sees(self):
        other = self.make_user("best_all", f"base.group_user,{ROLE_ALL}")
        for number in range(3):
            self.shop("vip", number, city="Riga", user_id=other.id)
            self.shop("c", number, city="Oslo", user_id=other.id)
        seller = self.make_user("best_own", f"base.group_user,{ROLE_OWN}")
        wizard = self.env["client.best.compare"].with_user(seller).new({})
        self.assertFalse(wizard.line_ids)
