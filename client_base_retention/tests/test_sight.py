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
    TODAY,
    ClientBaseCommon,
    ago,
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
        self.env.flush_all()
        self.env.invalidate_all()
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

    def test_card_of_a_colleague_beside_one_of_his_own(self):
        """His in company B, a colleague's in A: in A the form opens and says nothing of
        the card."""
        client = self.colleagues
        self.enter([(client, ago(30), 700)])
        client.with_company(self.company_b).action_add_to_client_base()
        self.own.company_ids |= self.company_b
        client.with_company(self.company_b).client_card_id.user_id = self.own
        self.env.invalidate_all()
        contact = client.with_user(self.own).with_company(self.company_b)
        self.assertEqual(contact.client_card_id.user_id, self.own)
        contact = contact.with_company(self.env.company)
        form = contact.get_view(view_type="form")
        names = contact.get_views([(form["id"], "form")])["models"]["res.partner"]
        fields = set(names["fields"])
        read = contact.web_read({name: {} for name in fields})[0]
        for name in ("client_card_id", "client_turnover_total", "client_status"):
            with self.subTest(name):
                self.assertFalse(read[name])
        contacts = contact.search([("id", "=", client.id)])
        self.assertTrue(contacts)
        self.assertFalse(
            contact.search([("id", "=", client.id), ("client_status", "!=", False)])
        )
        groups = contact.formatted_read_group(
            [("id", "=", client.id)], ["client_status"], ["__count"]
        )
        self.assertFalse(groups[0]["client_status"])
        with self.assertRaises(AccessError):
            contact.potential_amount = 5
        with self.assertRaises(AccessError):
            contact.action_add_to_client_base()

    def test_a_hidden_client_cannot_be_touched(self):
        theirs = self.colleagues.with_user(self.own)
        for act in (
            lambda: theirs.read(["name"]),
            lambda: theirs.write({"comment": "x"}),
            lambda: self.colleagues.client_card_id.with_user(self.own).read(["status"]),
        ):
            with self.assertRaises(AccessError):
                act()

    # --------------------------------------------------- what the rules keep, and when

    def test_role_given_and_taken(self):
        """By the user's form and by the group's: the next search knows."""
        role, own = self.env.ref(ROLE_ALL), self.env.ref(ROLE_OWN)
        self.assertEqual(self.seen(self.own), self.mine | self.nobodys)
        role.user_ids |= self.own
        self.assertEqual(self.seen(self.own), self.clients)
        role.user_ids -= self.own
        self.assertEqual(self.seen(self.own), self.mine | self.nobodys)
        self.own.group_ids += role
        self.assertEqual(self.seen(self.own), self.clients)
        self.own.group_ids -= role
        self.assertEqual(self.seen(self.own), self.mine | self.nobodys)
        self.assertIn(own, self.own.group_ids)

    def test_stand_in(self):
        """From the first to the last day away, without anybody doing anything."""
        away = self.env["client.away"].create(
            {
                "user_id": self.colleague.id,
                "stand_in_id": self.own.id,
                "date_from": "2025-06-16",
                "date_to": "2025-06-17",
            }
        )
        alone = self.mine | self.nobodys
        for moment, clients in (
            ("2025-06-15 12:00:00", alone),
            ("2025-06-16 00:00:01", alone | self.colleagues),
            ("2025-06-17 23:59:59", alone | self.colleagues),
            ("2025-06-18 00:00:01", alone),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self.seen(self.own), clients)
        with freeze_time("2025-06-16 12:00:00"):
            self.assertEqual(self.seen(self.own), alone | self.colleagues)
            away.stand_in_id = self.team
            self.assertEqual(self.seen(self.own), alone)
            away.stand_in_id = self.own
            self.assertEqual(self.seen(self.own), alone | self.colleagues)
            away.date_from = "2025-06-17"
            self.assertEqual(self.seen(self.own), alone)
            away.date_from = "2025-06-16"
            away.unlink()
            self.assertEqual(self.seen(self.own), alone)

    def test_stand_in_in_his_time_zone(self):
        """The day of the user, whatever the call says."""
        self.own.tz = "Asia/Tokyo"
        self.env["client.away"].create(
            {
                "user_id": self.colleague.id,
                "stand_in_id": self.own.id,
                "date_from": "2025-06-16",
                "date_to": "2025-06-16",
            }
        )
        with freeze_time("2025-06-15 16:00:00"):
            self.assertIn(self.colleagues, self.seen(self.own))
        with freeze_time("2025-06-15 14:00:00"):
            for tz in ("Asia/Tokyo", "Pacific/Kiritimati"):
                cards = self.env["client.card"].with_user(self.own).with_context(tz=tz)
                mine = cards.search([("partner_id", "=", self.colleagues.id)])
                self.assertFalse(mine)

    def test_stand_in_who_is_away(self):
        """Olga names Pavel, Pavel names Ivan: today Ivan does the work of both."""
        for user, stand_in in (
            (self.steward, self.colleague),
            (self.colleague, self.own),
        ):
            self.env["client.away"].create(
                {
                    "user_id": user.id,
                    "stand_in_id": stand_in.id,
                    "date_from": TODAY,
                    "date_to": TODAY,
                }
            )
        self.assertEqual(
            self.seen(self.own),
            self.mine | self.colleagues | self.stewards | self.nobodys,
        )

    # --------------------------------------------------------------------------- teams

    def test_several_teams(self):
        """He leads one and belongs to another; both count, and no third one."""
        far = self.make_user("cb_far", f"{SALES},{ROLE_OWN}")
        fars = self.make_client("Far's", far)
        self.clients |= fars
        other = self.env["crm.team"].create({"name": "Other", "company_id": False})
        member = self.env["crm.team.member"].create(
            [{"crm_team_id": other.id, "user_id": user.id} for user in (self.team, far)]
        )
        both = self.colleagues | fars | self.nobodys
        self.assertEqual(self.seen(self.team), both)
        self.assertEqual(self.seen(self.colleague), self.colleagues | self.nobodys)
        member[0].active = False
        self.assertEqual(self.seen(self.team), self.colleagues | self.nobodys)
        member[0].active = True
        self.assertEqual(self.seen(self.team), both)
        member[1].active = False
        self.assertEqual(self.seen(self.team), self.colleagues | self.nobodys)
        member[1].active = True
        other.unlink()
        self.assertEqual(self.seen(self.team), self.colleagues | self.nobodys)

    def test_team_archived(self):
        team = self.env["crm.team"].search([("user_id", "=", self.team.id)])
        team.active = False
        self.assertEqual(self.seen(self.team), self.nobodys)
        team.active = True
        self.assertEqual(self.seen(self.team), self.colleagues | self.nobodys)

    def test_member_leaves_the_firm(self):
        """His clients are still the team's, until they are handed over."""
        self.colleague.active = False
        self.assertIn(self.colleagues, self.seen(self.team))

    def test_clients_of_another_company(self):
        """An owner there, one here: each company's people see theirs."""
        far = self.make_user("cb_far", f"{SALES},{ROLE_OWN}", self.company_b)
        there = self.mine.with_company(self.company_b)
        there.action_add_to_client_base()
        there.client_card_id.user_id = far
        self.env.invalidate_all()
        for user in (self.own, far):
            for contact in self.mine | self.mine.child_ids:
                self.assertTrue(contact.with_user(user).has_access("read"))
        self.assertFalse(self.mine.with_user(self.colleague).has_access("read"))
        # Of a member of his team who works elsewhere he sees nothing of there.
        self.env["crm.team.member"].create(
            {
                "crm_team_id": self.env["crm.team"]
                .search([("user_id", "=", self.team.id)])
                .id,
                "user_id": far.id,
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self.mine.with_user(self.team).has_access("read"))

    def test_archived_client(self):
        self.colleagues.action_archive()
        self.mine.action_archive()
        partners = self.env["res.partner"].with_context(active_test=False)
        found = partners.with_user(self.own).search([("id", "in", self.clients.ids)])
        self.assertEqual(found.sudo(), (self.mine | self.nobodys).sudo())
