"""Telephones and e-mails that a role hides are not told by searching for them."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import freeze_time, tagged

from .common import NOON
from .mask import EMAIL, PHONE, MaskCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMaskSearch(MaskCommon):
    """Digit by digit, sorted between known numbers, as the name of a group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_role("all", mask="others")

    def test_a_part_of_it_finds_nothing(self):
        contacts = self.as_user(self.env["res.partner"])
        cards = self.as_user(self.env["client.card"])
        orders = self.as_user(self.env["sale.order"])
        self.quote(self.theirs, seller=self.me)
        theirs = Domain("id", "in", (self.theirs | self.theirs.child_ids).ids)
        at = Domain("partner_id", "=", self.theirs.id)
        for model, condition in (
            (contacts, ("phone", "=like", "+7916%")),
            (contacts, ("phone", "ilike", "123")),
            (contacts, ("phone", ">", "+7915")),
            (contacts, ("phone_sanitized", "like", "7916")),
            (contacts, ("phone_mobile_search", "ilike", "9161234")),
            (contacts, ("email", "ilike", "olga")),
            (contacts, ("email_normalized", "=ilike", "o%")),
            (contacts, ("messenger", "ilike", "olga")),
            (contacts, ("child_ids.phone", "ilike", "123")),
            (contacts, ("child_ids", "any", [("email", "ilike", "olga")])),
            (contacts, ("parent_id.phone", "ilike", "123")),
            (contacts, ("display_name", "ilike", "olga@")),
            (cards, ("phone", "ilike", "123")),
            (cards, ("partner_id.phone", "ilike", "123")),
            (cards, ("contact_search", "ilike", "olga@")),
            (cards, ("partner_id", "ilike", "olga@")),
            (orders, ("partner_id.phone", "ilike", "123")),
            (orders, ("partner_id", "ilike", "olga@")),
            (orders, ("partner_id", "any", [("phone", "like", "123")])),
        ):
            with self.subTest(model=model._name, condition=condition):
                scope = theirs if model == contacts else at
                self.assertFalse(model.search(scope & Domain([condition])))
                self.assertFalse(model.search_count(scope & Domain([condition])))

    def test_the_contrary_of_a_part_tells_nothing(self):
        contacts = self.as_user(self.env["res.partner"])
        scope = Domain("id", "=", self.theirs.id)
        for condition in (("email", "not ilike"), ("email", "not like")):
            for sign in ([], ["!"]):
                found = [
                    contacts.search(scope & Domain([*sign, (*condition, part)]))
                    for part in ("olga", "boris")
                ]
                self.assertEqual(*found, f"{sign}{condition}")

    def test_own_clients_and_contacts_are_found_by_a_part(self):
        contacts = self.as_user(self.env["res.partner"])
        found = contacts.search([("phone", "ilike", "+7916")])
        self.assertLessEqual(self.mine | self.vendor, found)
        self.assertFalse(self.theirs & found)

    def test_who_calls_is_found_by_the_whole_number(self):
        contacts = self.as_user(self.env["res.partner"])
        for condition in (("phone", "=", PHONE), ("email", "in", [EMAIL])):
            found = contacts.search([condition, ("id", "=", self.theirs.id)])
            self.assertEqual(found, self.theirs)

    def test_whether_there_is_one_may_be_asked(self):
        contacts = self.as_user(self.env["res.partner"])
        found = contacts.search([("phone", "!=", False), ("id", "=", self.theirs.id)])
        self.assertEqual(found, self.theirs)

    def test_the_order_tells_nothing(self):
        other = self.make_client("Zebra", self.other)
        both = self.theirs | other
        contacts = self.as_user(self.env["res.partner"])
        for first, second in (("+7000", "+7999"), ("+7999", "+7000")):
            self.theirs.phone, other.phone = first, second
            found = contacts.search([("id", "in", both.ids)], order="phone, name")
            self.assertEqual(found.mapped("name"), ["Theirs", "Zebra"])

    def test_groups_and_sums_tell_nothing(self):
        contacts = self.as_user(self.env["res.partner"])
        cards = self.as_user(self.env["client.card"])
        orders = self.as_user(self.env["sale.order"])
        for model, groupby, aggregates in (
            (contacts, ["phone"], []),
            (contacts, ["email"], ["__count"]),
            (contacts, [], ["phone:max"]),
            (contacts, [], ["email_normalized:array_agg"]),
            (cards, ["phone"], []),
            (orders, ["partner_id.phone"], []),
        ):
            with self.subTest(model=model._name, by=groupby, sums=aggregates):
                with self.assertRaisesRegex(AccessError, "cannot be grouped"):
                    model.formatted_read_group([], groupby, aggregates)
        contacts.formatted_read_group([], ["country_id"], ["phone:count"])
