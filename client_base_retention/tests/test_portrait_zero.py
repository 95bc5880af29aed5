"""A number that was not answered is not 0, and 0 that was typed is an answer (N48)."""

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES
from .portrait import PortraitCase, question


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestZero(PortraitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["client.segment"].create(
            {
                "name": "Zero (test)",
                "profile_definition": [
                    question("z_shops", "Shops", "integer"),
                    question("z_area", "Floor", "float"),
                ],
                "potential_formula": "[Shops] * 1000 + [Floor]",
            }
        )
        cls.partners = {
            name: cls.make_partner(
                name, segment_id=cls.segment.id, profile_properties=answers
            )
            for name, answers in {
                "zero": {"z_shops": 0, "z_area": 0.0},
                "one": {"z_shops": 1, "z_area": 1.0},
                "two": {"z_shops": 2, "z_area": 2.5},
                "emptied": {"z_shops": False, "z_area": False},
                "never": {},
            }.items()
        }
        for partner in cls.partners.values():
            partner.action_add_to_client_base()

    def names(self, name, operator, value):
        mine = ("segment_id", "=", self.segment.id)
        domain = [mine, (f"profile_properties.{name}", operator, value)]
        cards = self.env["client.card"].search(domain)
        partners = self.env["res.partner"].search(domain)
        self.assertEqual(cards.partner_id, partners & cards.partner_id)
        self.assertEqual(len(cards), len(partners))
        return set(partners.mapped("name"))

    def test_filters(self):
        blank = {"emptied", "never"}
        for name in ("z_shops", "z_area"):
            for operator, value, expected in (
                ("=", 0, {"zero"}),
                ("in", [0], {"zero"}),
                ("!=", 0, {"one", "two"} | blank),
                ("=", 1, {"one"}),
                ("!=", 1, {"zero", "two"} | blank),
                ("in", [0, 1], {"zero", "one"}),
                ("not in", [0, 1], {"two"} | blank),
                ("=", False, blank),
                ("!=", False, {"zero", "one", "two"}),
                (">=", 0, {"zero", "one", "two"}),
                (">", 0, {"one", "two"}),
                ("<", 1, {"zero"}),
                ("<=", 0, {"zero"}),
                ("<", 0, set()),
            ):
                with self.subTest(name, operator=operator, value=value):
                    self.assertEqual(self.names(name, operator, value), expected)
        self.assertEqual(self.names("z_area", "=", 2.5), {"two"})

    def test_stored_and_read(self):
        for name, expected in (("zero", (0, 0.0)), ("emptied", (False, False))):
            partner = self.partners[name]
            partner.invalidate_recordset()
            (row,) = partner.read(["profile_properties"])
            found = tuple(one["value"] for one in row["profile_properties"])
            with self.subTest(name):
                self.assertEqual(found, expected)
                self.assertEqual(
                    [type(one) is bool for one in found],
                    [type(one) is bool for one in expected],
                )

    def test_potential(self):
        """0 typed is reckoned with; what is not answered gives no amount."""
        for name, amount, reason in (
            ("zero", 0, "Shops = 0"),
            ("one", 1001, "Shops = 1"),
            ("two", 2002.5, "Shops = 2"),
            ("emptied", 0, "Shops is not known"),
            ("never", 0, "Shops is not known"),
        ):
            card = self.partners[name].client_card_id
            with self.subTest(name):
                self.assertEqual(card.potential_computed, amount)
                self.assertIn(reason, card.potential_reason)

    def test_potential_of_who_answers_later(self):
        partner = self.partners["never"]
        card = partner.client_card_id
        partner.profile_properties = {"z_shops": 3}
        self.assertFalse(card.potential_computed)
        partner.profile_properties = {"z_shops": 3, "z_area": 0.0}
        self.assertEqual(card.potential_computed, 3000)
        partner.profile_properties = {"z_shops": 3, "z_area": False}
        self.assertFalse(card.potential_computed)

    def test_try(self):
        action = self.segment.action_try_potential()
        form = Form.from_action(self.env, action)
        for name, problem in (
            ("zero", False),
            ("emptied", "Shops is not known."),
            ("never", "Shops is not known."),
        ):
            with self.subTest(name):
                form.partner_id = self.partners[name]
                self.assertEqual(form.problem or False, problem)
                self.assertEqual(form.amount, 0)
        self.assertIn("3 of 5", form.coverage)
        self.assertIn("2", form.coverage)

    def test_salesperson_empties_and_types_zero(self):
        seller = self.make_user(
            "ze_all", f"{SALES},{ROLE_ALL},base.group_partner_manager"
        )
        partner = self.partners["two"].with_user(seller)
        for value, expected in ((0, {"zero", "two"}), (False, {"zero"})):
            with self.subTest(value=value):
                definition = partner.read(["profile_properties"])[0][
                    "profile_properties"
                ]
                for one in definition:
                    if one["name"] == "z_shops":
                        one["value"] = value
                partner.write({"profile_properties": definition})
                self.assertEqual(self.names("z_shops", "=", 0), expected)
