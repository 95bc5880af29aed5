"""Whose clients a user sees (design 5): own, the team's, all, unassigned."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..models.res_users_sight import UNASSIGNED, WITHOUT_ROLE
from .common import (
    NOON,
    ROLE_ALL,
    ROLE_OWN,
    ROLE_STEWARD,
    ROLE_TEAM,
    SALES,
    ClientBaseCommon,
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSight(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.team, cls.all, cls.steward = (
            cls.make_user(login, f"{SALES},{role}")
            for login, role in (
                ("cb_own", ROLE_OWN),
                ("cb_team", ROLE_TEAM),
                ("cb_all", ROLE_ALL),
                ("cb_steward", ROLE_STEWARD),
            )
        )
        cls.none = cls.make_user("cb_none", SALES)
        cls.colleague = cls.make_user("cb_colleague", f"{SALES},{ROLE_OWN}")
        sales_team = cls.env["crm.team"].create(
            {"name": "Sight", "user_id": cls.team.id, "company_id": False}
        )
        cls.env["crm.team.member"].create(
            {"crm_team_id": sales_team.id, "user_id": cls.colleague.id}
        )
        cls.mine = cls.make_client("Mine", cls.own)
        cls.colleagues = cls.make_client("Colleague's", cls.colleague)
        cls.stewards = cls.make_client("Somebody's", cls.steward)
        cls.nobodys = cls.make_client("Nobody's", cls.env["res.users"])
        cls.vendor = cls.make_partner(name="Vendor")
        cls.clients = cls.mine | cls.colleagues | cls.stewards | cls.nobodys

    @classmethod
    def make_client(cls, name, owner):
        partner = cls.make_partner(name=name, user_id=owner.id)
        cls.env["res.partner"].create(
            {"name": f"{name} person", "parent_id": partner.id}
        )
        partner.action_add_to_client_base()
        return partner

    def seen(self, user):
        """Clients seen as contacts, after checking that cards and persons agree."""
        everybody = self.clients | self.clients.child_ids | self.vendor
        contacts = self.env["res.partner"].with_user(user)
        found = contacts.search([("id", "in", everybody.ids)])
        self.assertIn(self.vendor.id, found.ids)
        clients = found.sudo().commercial_partner_id & self.clients
        self.assertEqual(found.sudo() - self.vendor.sudo(), clients | clients.child_ids)
        for partner in everybody:
            may = partner.with_user(user).has_access("read")
            self.assertEqual(may, partner in found.sudo(), partner.name)
        if user != self.none:
            cards = self.env["client.card"].with_user(user)
            found = cards.search([("partner_id", "in", self.clients.ids)])
            self.assertEqual(found.sudo().partner_id, clients)
        return clients

    def test_roles(self):
        everybody = self.clients
        for user, clients in (
            (self.own, self.mine | self.nobodys),
            (self.team, self.colleagues | self.nobodys),
            (self.all, everybody),
            (self.steward, everybody),
            (self.none, everybody),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.seen(user), clients)

    def test_unassigned_only_for_steward_and_head(self):
        self.env["ir.config_parameter"].set_param(UNASSIGNED, "head")
        for user, clients in (
            (self.own, self.mine),
            (self.team, self.colleagues),
            (self.all, self.clients - self.nobodys),
            (self.steward, self.clients),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.seen(user), clients)

    def test_without_a_role_restricted_by_the_setting(self):
        self.env["ir.config_parameter"].set_param(WITHOUT_ROLE, "1")
        self.assertFalse(self.seen(self.none))
        self.mine.user_id = self.none
        self.assertEqual(self.seen(self.none), self.mine)

    def test_leader_leaves(self):
        team = self.env["crm.team"].search([("user_id", "=", self.team.id)])
        team.user_id = False
        self.assertEqual(self.seen(self.team), self.nobodys)

    def test_owner_changes(self):
        self.mine.user_id = self.colleague
        self.assertEqual(self.seen(self.own), self.nobodys)
        self.assertEqual(
            self.seen(self.team), self.mine | self.colleagues | self.nobodys
        )

    def test_another_owner_in_another_company(self):
        self.colleagues.with_company(self.company_b).action_add_to_client_base()
        card = self.colleagues.with_company(self.company_b).client_card_id
        self.own.company_ids |= self.company_b
        card.user_id = self.own
        contact = self.colleagues.child_ids | self.colleagues
        self.assertTrue(contact.with_user(self.own).has_access("read"))
        self.assertTrue(contact.with_user(self.colleague).has_access("read"))
        card.user_id = self.colleague
        self.env.invalidate_all()
        self.assertFalse(contact.with_user(self.own).has_access("read"))

    def test_a_hidden_client_cannot_be_touched(self):
        theirs = self.colleagues.with_user(self.own)
        for act in (
            lambda: theirs.read(["name"]),
            lambda: theirs.write({"comment": "x"}),
            lambda: theirs.sudo().client_card_id.with_user(self.own).read(["status"]),
        ):
            with self.assertRaises(AccessError):
                act()
