"""The step *Access*: who has which role, what a new role would take from sight, and
that nobody is restricted before it (design 5, product.md 1f)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.client_roles import EXPORT, ROLES
from ..models.res_users_sight import UNASSIGNED, WITHOUT_ROLE
from .common import (
    NOON,
    RIGHT_EXPORT,
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_OWN,
    ROLE_TEAM,
    SALES,
    TODAY,
    ClientBaseCommon,
    ago,
)


class AccessCase(ClientBaseCommon):
    """A head, a leader with a team of two, somebody of accounts; clients of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("as_head", f"{SALES},{ROLE_HEAD}")
        cls.boss = cls.make_user("as_boss", f"{SALES},{ROLE_ALL}")
        cls.one = cls.make_user("as_one", f"{SALES},{ROLE_ALL}")
        cls.two = cls.make_user("as_two", f"{SALES},{ROLE_ALL},{RIGHT_EXPORT}")
        cls.clerk = cls.make_user("as_clerk")
        cls.sells_without = cls.make_user("as_without", SALES)
        cls.users = (
            cls.head | cls.boss | cls.one | cls.two | cls.clerk | cls.sells_without
        )
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Access",
                "user_id": cls.boss.id,
                "crm_team_member_ids": [
                    Command.create({"user_id": user.id}) for user in cls.one | cls.two
                ],
            }
        )
        cls.clients = cls.env["res.partner"]
        for owner, number in (
            (cls.head, 5),
            (cls.boss, 4),
            (cls.one, 3),
            (cls.two, 2),
            (cls.env["res.users"], 1),
        ):
            cls.clients |= cls.make_partners(number, user_id=owner.id)
        cls.clients.action_add_to_client_base()
        cls.env.flush_all()

    def rows(self, head=None):
        """{user: row} of the list as the head opens it."""
        head = head or self.head
        access = self.env["client.access"].with_user(head).with_company(self.company)
        return {row.user_id: row for row in access._make()}

    def give(self, role, *users):
        """Choose a role for users and apply it, as the head does."""
        rows = self.rows()
        chosen = self.env["client.access"].with_user(self.head)
        chosen = chosen.concat(*(rows[user] for user in users))
        chosen.with_context(client_role=role).action_choose()
        chosen.browse().action_apply()
        self.env.invalidate_all()

    def sees(self, user):
        """How many of the clients the user finds among the contacts."""
        contacts = self.env["res.partner"].with_user(user).with_company(self.company)
        return contacts.search_count([("id", "in", self.clients.ids)])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAccessList(AccessCase):
    def test_one_row_per_colleague(self):
        portal = self.make_user("as_portal", "base.group_portal")
        gone = self.make_user("as_gone", f"{SALES},{ROLE_ALL}")
        gone.active = False
        elsewhere = self.make_user("as_b", f"{SALES},{ROLE_ALL}", self.company_b)
        rows = self.rows()
        self.assertLessEqual(set(self.users), set(rows))
        self.assertFalse({portal, gone, elsewhere} & set(rows))
        for user, role, sells, exports in (
            (self.head, "head", True, False),
            (self.one, "all", True, False),
            (self.two, "all", True, True),
            (self.clerk, "none", False, False),
            (self.sells_without, "none", True, False),
        ):
            row = rows[user]
            self.assertEqual(row.role_before, role)
            self.assertEqual(row.role, role)
            self.assertEqual((row.sells, row.exports), (sells, exports))
            self.assertEqual((row.lost, row.is_changed), (0, False))

    def test_installing_restricts_no_one(self):
        for user, row in self.rows().items():
            if user in self.users:
                self.assertEqual(row.seen_before, len(self.clients), user.login)
                self.assertEqual(self.sees(user), len(self.clients))

    def test_preview_for_every_role(self):
        """Numbers are those that the user really sees once the role is given."""
        cases = (
            # role, unassigned, without role, boss, one, clerk
            ("own", "all", False, 4 + 1, 3 + 1, 0 + 1),
            ("own", "head", False, 4, 3, 0),
            ("team", "all", False, 4 + 3 + 2 + 1, 3 + 2 + 1, 1),
            ("team", "head", False, 4 + 3 + 2, 3 + 2, 0),
            ("all", "all", False, 15, 15, 15),
            ("all", "head", False, 14, 14, 14),
            ("steward", "head", False, 15, 15, 15),
            ("head", "head", False, 15, 15, 15),
            ("none", "head", False, 15, 15, 15),
            ("none", "head", True, 4, 3, 0),
        )
        settings = self.env["ir.config_parameter"]
        people = (self.boss, self.one, self.clerk)
        for role, unassigned, without, *seen in cases:
            with (
                self.subTest(role=role, unassigned=unassigned, without=without),
                self.env.cr.savepoint() as point,
            ):
                settings.set_param(UNASSIGNED, unassigned)
                settings.set_param(WITHOUT_ROLE, without)
                rows = self.rows()
                for user, number in zip(people, seen, strict=True):
                    row = rows[user]
                    self.assertEqual(row.seen_before, self.sees(user), "before")
                    row.role = role
                    self.assertEqual(row.seen_after, number, user.login)
                    lost = max(row.seen_before - number, 0)
                    self.assertEqual(row.lost, lost, user.login)
                self.env["client.access"].with_user(self.head).action_apply()
                self.env.invalidate_all()
                for user, number in zip(people, seen, strict=True):
                    self.assertEqual(self.sees(user), number, "after")
                    self.assertEqual(user.client_role or "none", role)
                point.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_all_caches()

    def test_names_in_orders_of_others(self):
        """Who reads all orders goes on reading names there: the head is told."""
        self.two.group_ids -= self.env.ref(SALES)
        self.two.group_ids += self.env.ref("sales_team.group_sale_salesman")
        rows = self.rows()
        for user, role, told in (
            (self.one, "all", False),
            (self.one, "own", True),
            (self.one, "team", True),
            (self.two, "own", False),
            (self.clerk, "own", False),
        ):
            with self.subTest(user.login, role=role):
                rows[user].role = role
                self.assertEqual(bool(rows[user].still_sees), told)

    def test_stand_in(self):
        self.env["client.away"].create(
            {
                "user_id": self.head.id,
                "stand_in_id": self.one.id,
                "date_from": TODAY,
                "date_to": TODAY,
            }
        )
        row = self.rows()[self.one]
        row.role = "own"
        self.assertEqual(row.seen_after, 3 + 5 + 1)
        self.give("own", self.one)
        self.assertEqual(self.sees(self.one), 9)

    def test_what_is_lost(self):
        best = self.clients.filtered(lambda p: p.user_id == self.head)[0]
        self.enter([(best, ago(3), 1000)])
        for partner, user in ((best, self.one), (best, self.two)):
            partner.activity_schedule(
                "mail.mail_activity_data_call", user_id=user.id, date_deadline=TODAY
            )
        mine = self.clients.filtered(lambda p: p.user_id == self.one)[0]
        mine.activity_schedule("mail.mail_activity_data_call", user_id=self.one.id)
        self.env.flush_all()
        row = self.rows()[self.one]
        row.role = "own"
        self.assertRecordValues(
            row, [{"lost": 15 - 4, "lost_best": 1, "lost_activities": 1}]
        )
        action = row.action_open_lost()
        cards = self.env["client.card"].with_user(self.head).search(action["domain"])
        self.assertEqual(len(cards), row.lost)
        self.assertIn(best, cards.partner_id)
        self.assertFalse(cards.filtered(lambda card: card.user_id == self.one))

    def test_two_companies(self):
        """Clients count in each company that both may enter and the head has chosen."""
        both = self.company | self.company_b
        self.one.company_ids = both
        self.enter([(self.clients[0], ago(3), 10)], self.company_b)
        for own, chosen, number in (
            (self.company, self.company, 15),
            (both, self.company, 15),
            (both, both, 16),
        ):
            self.head.company_ids = own
            access = self.env["client.access"].with_user(self.head)
            access = access.with_context(allowed_company_ids=chosen.ids)
            rows = {row.user_id: row for row in access._make()}
            self.assertEqual(rows[self.one].seen_before, number)
            self.assertEqual(rows[self.two].seen_before, 15)

    def test_queries_for_ten_times_the_people(self):
        def queries():
            rows = self.env["client.access"].with_user(self.head)._make()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.mapped("lost")
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(20):
            self.make_user(f"as_more_{number}", f"{SALES},{ROLE_OWN}")
        queries()  # new users have emptied the caches
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAccessApply(AccessCase):
    def test_nothing_changes_until_applied(self):
        row = self.rows()[self.one]
        row.role = "own"
        self.env.flush_all()
        self.assertTrue(row.is_changed)
        self.assertEqual(self.sees(self.one), 15)
        row.action_apply()
        self.env.invalidate_all()
        self.assertEqual(self.sees(self.one), 4)
        self.assertEqual(self.sees(self.two), 15)

    def test_only_the_selected(self):
        rows = self.rows()
        (rows[self.one] | rows[self.two]).role = "own"
        rows[self.one].action_apply()
        self.assertEqual(self.one.client_role, "own")
        self.assertEqual(self.two.client_role, "all")

    def test_given_back(self):
        self.give("own", self.one)
        self.give("all", self.one)
        self.assertEqual(self.sees(self.one), 15)
        self.give("none", self.one)
        self.assertFalse(self.one.client_role)

    def test_each_has_one_role(self):
        self.give("head", self.one)
        self.give("team", self.one)
        ours = self.env["res.groups"].concat(*map(self.env.ref, ROLES.values()))
        self.assertEqual(self.one.group_ids & ours, self.env.ref(ROLE_TEAM))
        self.assertTrue(self.one.has_group(SALES), "other rights stay")

    def test_export_right(self):
        rows = self.rows()
        rows[self.one].exports = True
        rows[self.two].exports = False
        rows[self.one].browse().action_apply()
        self.assertTrue(self.one.has_group(EXPORT))
        self.assertFalse(self.two.has_group(EXPORT))
        self.assertEqual(self.two.client_role, "all")

    def test_narrow_export_to_heads(self):
        export = self.env.ref(EXPORT)
        export.user_ids |= self.head | self.clerk
        launch = self.env["client.launch"].with_user(self.head)
        other = self.make_user("as_b", f"{SALES},{ROLE_ALL}", self.company_b)
        export.user_ids |= other
        access = launch.get_state()["access"]
        found = access["exporters"], access["other_exporters"]
        self.assertEqual(launch.narrow_export()["access"]["other_exporters"], 0)
        self.assertGreaterEqual(found[0], 3)
        self.assertGreaterEqual(found[1], 2)
        self.assertTrue(self.head.has_group(EXPORT))
        for user in self.two | self.clerk:
            self.assertFalse(user.has_group(EXPORT))
        self.assertTrue(other.has_group(EXPORT), "of another company")

    def test_nobody_locks_himself_out(self):
        row = self.rows()[self.head]
        self.assertTrue(row.is_locked)
        row.with_context(client_role="own").action_choose()
        self.assertEqual(row.role, "head")
        row.role = "own"
        with self.assertRaises(UserError):
            row.action_apply()
        self.assertEqual(self.head.client_role, "head")

    def test_who_works_elsewhere_too(self):
        """What a role takes away in a company the head may not enter is not hers to
        decide; an administrator of users may."""
        self.one.company_ids |= self.company_b
        row = self.rows()[self.one]
        self.assertTrue(row.is_locked)
        row.role = "own"
        with self.assertRaises(UserError):
            row.action_apply()
        self.head.group_ids += self.env.ref("base.group_erp_manager")
        row = self.rows()[self.one]
        self.assertFalse(row.is_locked)
        row.role = "own"
        row.action_apply()
        self.assertEqual(self.one.client_role, "own")

    def test_changed_meanwhile(self):
        row = self.rows()[self.one]
        row.role = "own"
        self.one.group_ids += self.env.ref(ROLE_HEAD)
        with self.assertRaises(UserError):
            row.action_apply()

    def test_a_role_by_another_group_is_said(self):
        other = self.env["res.groups"].create(
            {
                "name": "Shop",
                "implied_ids": [Command.link(self.env.ref(ROLE_ALL).id)],
                "user_ids": [Command.link(self.one.id)],
            }
        )
        row = self.rows()[self.one]
        row.role = "own"
        with self.assertRaises(UserError):
            row.action_apply()
        other.user_ids -= self.one

    def test_only_heads(self):
        rows = self.rows()
        access = self.env["client.access"].with_user(self.one)
        for call in (
            lambda: rows[self.two].with_user(self.one).read(["role"]),
            access._make,
            access.action_apply,
            lambda: access.create({"user_id": self.one.id, "role": "head"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_rows_are_ones_own(self):
        other = self.make_user("as_other", f"{SALES},{ROLE_HEAD}")
        row = self.rows()[self.one].with_user(other)
        row.role_before  # noqa: B018 - nothing is in the cache of this user yet
        with self.assertRaises(AccessError):
            row.role = "own"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAccessPage(AccessCase):
    def test_state(self):
        launch = self.env["client.launch"].with_user(self.head)
        access = launch.get_state()["access"]
        roles = {role["key"]: role["count"] for role in access["roles"]}
        self.assertEqual(access["restricted"], 0)
        self.assertEqual(roles, {"all": 3, "head": 1})
        self.assertEqual((access["without"], access["without_selling"]), (2, 1))
        self.give("own", self.one)
        access = launch.get_state()["access"]
        self.assertEqual(access["restricted"], 1)
        self.assertEqual(access["roles"][0]["name"], "Own clients")

    def test_open_without_a_role(self):
        action = self.env["client.launch"].with_user(self.head).open_access("without")
        self.assertEqual(action["context"], {"search_default_without": 1})
        rows = self.env["client.access"].with_user(self.head)
        found = rows.search([*rows._mine(), ("role_before", "=", "none")])
        self.assertEqual(found.user_id, self.clerk | self.sells_without)

    def test_settings_are_the_administrators(self):
        launch = self.env["client.launch"].with_user(self.head)
        self.assertFalse(launch.get_state()["access"]["may_set"])
        with self.assertRaises(AccessError):
            launch.choose_new_own(True)
        self.head.group_ids += self.env.ref("base.group_system")
        self.assertTrue(launch.choose_new_own(True)["access"]["new_own"])
        self.assertFalse(launch.choose_new_own(False)["access"]["new_own"])
