"""Clients are found by their telephone numbers, however these are written."""

from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, ClientBaseCommon
from .mask import PHONE, MaskCommon

SELLER = "sales_team.group_sale_salesman"
WRITTEN = (
    "+7 (912) 043-86-57",
    "+79120438657",
    "8 912 043-86-57",
    "89120438657",
    "8(912)0438657",
    "79120438657",
    "912 043 86 57",
    "9120438657",
)
PARTS = ("043-86-57", "0438657", "912 043")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPhoneSearch(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(ROLE_ALL)
        cls.own = cls.make_user("own", f"{ROLE_OWN},{SELLER}")
        cls.other = cls.make_user("other", f"{ROLE_OWN},{SELLER}")
        cls.client = cls.make_partner("Toys", user_id=cls.own.id)
        cls.person = cls.make_partner(
            "Ivanova Anna",
            is_company=False,
            parent_id=cls.client.id,
            personal_phone="+7 (912) 043-86-57",
        )
        cls.shop = cls.make_partner(
            "Shop", user_id=cls.own.id, phone="8 (495) 965-83-21"
        )
        cls.theirs = cls.make_partner(
            "Theirs", user_id=cls.other.id, personal_phone="8 912 0438657"
        )
        (cls.client | cls.shop | cls.theirs).action_add_to_client_base()

    def seen(self, model, text, user=None):
        """Names of what the user finds by *Phone* of Odoo, by name, in his lists."""
        model = self.env[model].with_user(user or self.own)
        return {name for _id, name in model.name_search(text)}

    def test_contacts_by_odoos_telephone(self):
        partners = self.env["res.partner"].with_user(self.own)
        for text in WRITTEN + PARTS:
            for operator in ("ilike", "=") if text in WRITTEN else ("ilike",):
                with self.subTest(text=text, operator=operator):
                    at = [("phone_mobile_search", operator, text)]
                    self.assertEqual(partners.search(at), self.person)
                    self.assertIn(self.shop, partners.search(["!", *at]))
                    self.assertNotIn(self.person, partners.search(["!", *at]))

    def test_contacts_by_name(self):
        """Where a client is chosen, in an order as in an opportunity."""
        for text in (*WRITTEN, "043-86-57"):
            with self.subTest(text=text):
                self.assertEqual(
                    self.seen("res.partner", text), {self.person.display_name}
                )
        for text in ("8 495 965-83-21", "+7 495 9658321"):
            with self.subTest(text=text):
                self.assertEqual(self.seen("res.partner", text), {"Shop"})

    def test_list_of_clients(self):
        cards = self.env["client.card"].with_user(self.own)
        for text in WRITTEN + PARTS:
            with self.subTest(text=text):
                found = cards.search([("contact_search", "ilike", text)])
                self.assertEqual(found, self.card_of(self.client))
                self.assertEqual(self.seen("client.card", text), {"Toys"})
        self.assertEqual(self.seen("client.card", "ivanova"), {"Toys"})

    def test_no_number(self):
        """Neither a year nor a word with digits is a telephone."""
        for text in ("89", "123", "7-89x", "A 9120438657", "12.03.2013 9"):
            with self.subTest(text=text):
                self.assertNotIn(
                    self.person.display_name, self.seen("res.partner", text)
                )

    def test_without_a_role_names_are_searched_as_odoo_does(self):
        user = self.make_user("plain", f"base.group_user,{SELLER}")
        self.assertFalse(self.seen("res.partner", WRITTEN[0], user))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPhoneSearchMasked(MaskCommon):
    def test_hidden_numbers_are_found_as_a_whole_only(self):
        self.set_role("all", mask="others")
        contacts = self.as_user(self.env["res.partner"])
        cards = self.as_user(self.env["client.card"])
        digits = "".join(sign for sign in PHONE if sign.isdigit())
        at = Domain("partner_id", "=", self.theirs.id)
        here = Domain("id", "in", (self.theirs | self.theirs.child_ids).ids)
        for text, found in (
            (PHONE, True),
            (f"8 {digits[1:]}", True),
            (digits[1:-1], False),
            (digits[-7:], False),
            (digits[1:6], False),
        ):
            with self.subTest(text=text):
                named = here & Domain("display_name", "ilike", text)
                self.assertEqual(bool(contacts.search(named)), found)
                listed = at & Domain("contact_search", "ilike", text)
                self.assertEqual(bool(cards.search(listed)), found)
