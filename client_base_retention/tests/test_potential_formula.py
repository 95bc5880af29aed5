"""Formulas of the potential: the calculator, and what it makes of clients."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.client_base_retention.models import client_portrait_ready as ready
from odoo.addons.client_base_retention.models.client_segment_formula import replaced

from .common import (
    NOON,
    ROLE_HEAD,
    ROLE_OWN,
    SALES,
    TODAY,
    ClientBaseCommon,
    ago,
)

PORTRAIT = [
    {"name": "frm_m2", "string": "Floor of the shop", "type": "float"},
    {
        "name": "frm_price",
        "string": "Price level",
        "type": "selection",
        "selection": [["low", "Cheap"], ["high", "Dear"]],
    },
    {
        "name": "frm_season",
        "string": "Busy in",
        "type": "tags",
        "tags": [["w", "Winter", 1], ["s", "Summer", 2]],
    },
    {"name": "frm_chain", "string": "Is a chain", "type": "boolean"},
    {"name": "frm_since", "string": "Since", "type": "date"},
    {"name": "frm_brands", "string": "Brands sold", "type": "char"},
]


class FormulaCommon(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("frm_head", f"{ROLE_HEAD},{SALES}")
        cls.seller = cls.make_user("frm_olga", f"{ROLE_OWN},{SALES}", name="Olga")
        cls.segment = cls.env["client.segment"].create(
            {
                "name": "Corner shops",
                "profile_definition": PORTRAIT,
                "potential_constant_ids": [
                    (0, 0, {"name": "Amount per m2", "value": 100})
                ],
            }
        )
        cls.segment.potential_formula = "[Floor of the shop] * [Amount per m2]"

    def shop(self, m2=None, **answers):
        answers = {f"frm_{name}": value for name, value in answers.items()}
        if m2 is not None:
            answers["frm_m2"] = m2
        partner = self.make_partner(segment_id=self.segment.id, user_id=self.seller.id)
        partner.action_add_to_client_base()
        if answers:
            partner.profile_properties = answers
        return self.card_of(partner)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFormula(FormulaCommon):
    def test_computed_from_the_portrait(self):
        card = self.shop(12)
        self.assertRecordValues(
            card,
            [
                {
                    "potential_computed": 1200,
                    "potential_manual": 0,
                    "potential_amount": 1200,
                    "potential_date": TODAY,
                    "potential_user_id": False,
                    "potential_missing": 1200,
                }
            ],
        )
        self.assertEqual(card.potential_age, "by the formula, today")
        self.assertEqual(
            card.potential_reason,
            "Floor of the shop = 12, Amount per m2 = 100: $\xa01,200.00 a year",
        )

    def test_what_is_not_known_gives_nothing(self):
        card = self.shop()
        self.assertFalse(card.potential_amount)
        self.assertFalse(card.potential_date)
        self.assertEqual(card.potential_reason, "Floor of the shop is not known.")
        self.assertFalse(self.shop(0).potential_amount)

    def test_answer_is_changed_by_the_salesperson(self):
        card = self.shop(12)
        partner = card.partner_id.with_user(self.seller)
        with freeze_time("2025-06-20 12:00:00"):
            partner.profile_properties = {"frm_m2": 20}
            self.assertEqual(card.potential_amount, 2000)
            self.assertEqual(str(card.potential_date), "2025-06-20")

    def test_formula_changes(self):
        card = self.shop(10, price="high", season=["w", "s"], chain=True)
        for text, amount in (
            ("frm_m2 * 7", 70),
            ("[Floor of the shop] * (3 if [Price level] == 'Dear' else 1)", 30),
            ("[floor of the shop] * count([Busy in])", 20),
            ("50 if [Is a chain] else 5", 50),
            ("[Amount per m2] / 3", 33.33),
            ("[Floor of the shop] / (frm_m2 - 10)", 0),
            ("frm_price * 2", 0),
            (False, 0),
            ("7", 7),
        ):
            with self.subTest(text=text):
                self.segment.with_user(self.head).potential_formula = text
                self.assertEqual(card.potential_computed, amount)
                self.assertEqual(card.potential_amount, amount)

    def test_constant_changes(self):
        card = self.shop(10)
        constant = self.segment.potential_constant_ids
        constant.with_user(self.head).value = 30
        self.assertEqual(card.potential_amount, 300)
        self.segment.write(
            {
                "potential_formula": "frm_m2 * price",
                "potential_constant_ids": [(0, 0, {"name": "Price", "value": 2})],
            }
        )
        self.assertEqual(card.potential_amount, 20)

    def test_segment_changes(self):
        card = self.shop(10)
        other = self.env["client.segment"].create(
            {"name": "Other shops", "potential_formula": "9"}
        )
        card.partner_id.segment_id = other
        self.assertEqual(card.potential_amount, 9)
        card.partner_id.segment_id = False
        self.assertFalse(card.potential_amount)

    def test_by_hand_goes_before_the_formula(self):
        card = self.shop(10)
        card.with_user(self.seller).potential_amount = 70
        self.assertRecordValues(
            card, [{"potential_amount": 70, "potential_computed": 1000}]
        )
        self.segment.potential_formula = "5"
        self.assertRecordValues(
            card, [{"potential_amount": 70, "potential_computed": 5}]
        )
        card.potential_amount = 0
        self.assertEqual(card.potential_amount, 5)

    def test_wrong_formulas_are_refused(self):
        for text, words in (
            ("[Floor of shop] * 2", "no number or choice “Floor of shop”"),
            ("[Since] * 2", "“Since”"),
            ("frm_m2 *", "cannot be read"),
            ("frm_m2 ** 3", "cannot contain “frm_m2 ** 3”"),
            ("__import__('os')", "cannot contain"),
            ("x" * 1001, "too long"),
        ):
            with (
                self.subTest(text=text[:30]),
                self.assertRaisesRegex(ValidationError, words.replace("*", r"\*")),
                self.env.cr.savepoint(),
            ):
                self.segment.potential_formula = text

    def test_question_that_is_gone_leaves_potentials_alone(self):
        card = self.shop(10)
        self.segment.profile_definition = PORTRAIT[1:]
        self.assertIn("Floor of the shop", self.segment.potential_problem)
        self.env["client.card"]._derive_all(today=TODAY)
        self.assertEqual(card.potential_amount, 1000)

    def test_other_words_stand_in_the_formula_too(self):
        card = self.shop(10, price="high")
        self.segment.potential_formula = (
            "[floor of the shop] * [Amount per m2] * (2 if [Price level] == 'Dear' "
            "else 1) + max(0, frm_m2)"
        )
        head = self.segment.with_user(self.head)
        for question, words in (
            ("frm_m2", {"label": "Sales area"}),
            ("frm_price", {"label": "Prices", "options": "Cheap; Premium"}),
        ):
            head.question_ids.filtered(lambda q, n=question: q.name == n).write(words)
        head.potential_constant_ids.name = "Sum per m2"
        self.assertEqual(
            self.segment.potential_formula,
            "[Sales area] * [Sum per m2] * (2 if [Prices] == 'Premium' else 1) "
            "+ max(0, frm_m2)",
        )
        self.assertFalse(self.segment.potential_problem)
        card.partner_id.profile_properties = {"frm_m2": 20, "frm_price": "high"}
        self.assertEqual(card.potential_amount, 4020)

    def test_option_that_is_gone_is_said(self):
        self.segment.potential_formula = "2 if [Price level] == 'Dear' else 1"
        price = self.segment.question_ids.filtered(lambda q: q.name == "frm_price")
        price.options = "Cheap"
        self.assertIn("“Dear” is none of the answers", self.segment.potential_problem)

    def test_answers_of_another_kind_stop_nobody(self):
        """Odoo takes any answer from programs; the night goes on all the same."""
        good, bad = self.shop(10), self.shop(10)
        for text, answers in (
            ("frm_m2 * 2", {"frm_m2": "many"}),
            ("1 if frm_price == 'Dear' else 2", {"frm_price": {"a": 1}}),
            ("count(frm_season)", {"frm_season": [["w"]]}),
            ("count(frm_season)", {"frm_season": 7}),
            ("1 if 'x' in frm_brands else 2", {"frm_brands": ["x"]}),
        ):
            with self.subTest(answers=answers):
                self.segment.potential_formula = text
                self.env.cr.execute(
                    "UPDATE res_partner SET profile_properties = %s WHERE id = %s",
                    [json.dumps(answers), bad.partner_id.id],
                )
                self.env["client.card"]._derive_all(today=TODAY)
                self.assertTrue(bad.potential_reason)
        self.segment.potential_formula = "frm_m2 * 3"
        self.assertEqual(good.potential_amount, 30)

    def test_names_of_constants(self):
        for name in ("Amount per m2", " amount  PER m2", "min", "a [b]"):
            with (
                self.subTest(name=name),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self.segment.potential_constant_ids = [(0, 0, {"name": name})]

    def test_copy_of_a_segment(self):
        self.segment.potential_formula = "frm_m2 * [Amount per m2]"
        (values,) = self.segment.copy_data()
        self.assertEqual(
            values["potential_formula"], "[Floor of the shop] * [Amount per m2]"
        )

    def test_words_of_the_users_language_are_kept_as_technical_names(self):
        segment = self.env["client.segment"]
        shown = [PORTRAIT[0] | {"string": "Площадь"}, PORTRAIT[1]]
        shown[1] = shown[1] | {
            "string": "Уровень цен",
            "selection": [["low", "Дешево"], ["high", "Дорого"]],
        }
        names = {"площадь": "frm_m2", "уровень цен": "frm_price"}
        text = '[Площадь] * (2 if [Уровень цен] == "Дорого" else 1) + площадь'
        self.assertEqual(
            replaced(text, names, {"дорого": "high"}),
            'frm_m2 * (2 if frm_price == "high" else 1) + frm_m2',
        )
        self.assertEqual(segment._potential_question_names(shown)["Площадь"], "frm_m2")

    def test_night_finds_what_sql_wrote_and_writes_nothing_twice(self):
        cards = self.shop(10) | self.shop(20) | self.shop()
        self.env["client.card"]._derive_all(today=TODAY)
        places = SQL("SELECT ctid FROM client_card WHERE id = ANY(%s)", cards.ids)
        before = self.env.execute_query(places)
        self.env["client.card"]._derive_all(today=TODAY)
        self.assertEqual(self.env.execute_query(places), before)
        self.env.cr.execute(
            "UPDATE res_partner SET profile_properties = '{\"frm_m2\": 3}' "
            "WHERE id = %s",
            [cards[2].partner_id.id],
        )
        self.env["client.card"]._derive_all(today=TODAY)
        self.assertEqual(cards.mapped("potential_amount"), [1000, 2000, 300])

    def test_queries_do_not_grow_with_the_clients(self):
        few = self.env["client.card"].union(*[self.shop(5) for _n in range(2)])
        many = few.union(*[self.shop(5) for _n in range(20)])
        counts = []
        for cards in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards._derive_potential(self.company, TODAY)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_rights(self):
        constant = self.segment.potential_constant_ids
        self.assertEqual(constant.with_user(self.seller).value, 100)
        for act in (
            lambda: self.segment.with_user(self.seller).write(
                {"potential_formula": "1"}
            ),
            lambda: constant.with_user(self.seller).write({"value": 1}),
            lambda: self.env["client.segment.try"]
            .with_user(self.seller)
            .create({"segment_id": self.segment.id}),
        ):
            with self.assertRaises(AccessError):
                act()
        stranger = self.make_user("frm_none")
        with self.assertRaises(AccessError):
            self.segment.with_user(stranger).potential_constant_ids.mapped("value")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTry(FormulaCommon):
    """The dialog *Try the formula*."""

    def trial(self, **values):
        trials = self.env["client.segment.try"].with_user(self.head)
        form = Form(trials.with_context(default_segment_id=self.segment.id))
        for name, value in values.items():
            form[name] = value
        return form

    def test_with_a_client(self):
        card = self.shop(10)
        form = self.trial()
        self.assertEqual(form.partner_id, card.partner_id)
        self.assertEqual(form.amount, 1000)
        self.assertEqual(form.how, "Floor of the shop = 10, Amount per m2 = 100")
        form.formula = "[Floor of the shop] * 3"
        self.assertEqual(form.amount, 30)
        self.assertEqual(card.potential_amount, 1000, "tried only")
        form.save().action_keep()
        self.assertEqual(card.potential_amount, 30)

    def test_says_what_is_wrong(self):
        card = self.shop(10, price="high")
        for text, words in (
            ("[Floor of the shop] / 0", "divides by zero"),
            ("[Price level] * 2", "“Dear” is a text"),
            ("[Price] * 2", "no such constant"),
            ("frm_m2 - 11", "less than nothing"),
            ("frm_m2 * 99999999999999", "too large"),
            ("[Brands sold] + 1", "Brands sold is not known"),
            ("", "no formula"),
        ):
            with self.subTest(text=text):
                form = self.trial(partner_id=card.partner_id, formula=text)
                self.assertIn(words, form.problem)

    def test_in_the_words_of_the_user(self):
        """Ready words are kept in English: tried and kept the same comes out."""
        area = {"name": "frm_ready", "string": "Sales area", "type": "float"}
        price = {
            "name": "frm_ready_price",
            "string": "Price segment",
            "type": "selection",
            "selection": [["low", "Low"], ["premium", "Premium"]],
        }
        self.segment.profile_definition = [area, price]
        card = self.shop()
        card.partner_id.profile_properties = {
            "frm_ready": 10,
            "frm_ready_price": "premium",
        }
        self.env["res.lang"]._activate_lang("ru_RU")
        text = '[Площадь] * (3 if [Цена] == "Дорого" else 1)'
        words = {"Sales area": "Площадь", "Price segment": "Цена", "Premium": "Дорого"}
        with (
            patch.object(ready, "_words", return_value=words),
            patch.object(
                ready, "_sources", return_value={v: k for k, v in words.items()}
            ),
        ):
            self.head.lang = "ru_RU"
            trials = self.env["client.segment.try"].with_context(
                lang="ru_RU", default_segment_id=self.segment.id
            )
            form = Form(trials.with_user(self.head))
            form.partner_id, form.formula = card.partner_id, text
            self.assertEqual(form.amount, 30)
            self.assertIn("Дорого", form.how)
            form.save().action_keep()
        self.assertEqual(card.potential_amount, 30)

    def test_coverage(self):
        self.shop(10), self.shop(4), self.shop()
        form = self.trial(formula="100 / (frm_m2 - 4)")
        self.assertEqual(
            form.coverage,
            "1 of 3 get an amount; for 1 an answer lacks, for 1 it fails",
        )

    def test_old_estimates(self):
        card = self.shop(10)
        card.potential_manual_date = ago(9)
        self.assertEqual(card.potential_date, TODAY)
