"""Starting and stopping, who may decide, and what folds away for two people."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.client_base_retention.models.client_launch import ClientLaunch
from odoo.addons.client_base_retention.models.client_launch_access import (
    ClientLaunch as LaunchAccess,
)
from odoo.addons.client_base_retention.models.client_launch_history import (
    ClientLaunch as LaunchHistory,
)

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ClientBaseCommon

PARTS = (ClientLaunch, LaunchAccess, LaunchHistory)
SEVERAL = "client_base_retention.group_client_several"
# Every public method of the page that only the head may call, with arguments.
METHODS = {
    "get_state": [],
    "choose_trade": ["travel"],
    "choose_source": ["invoice"],
    "choose_steward": [False],
    "take_out_of_shares": [1],
    "start": ["2099-01-01"],
    "stop": [],
    "open_list": ["clients"],
    "open_preset": ["travel"],
    "propose_owners": [],
    "open_proposals": [],
    "apply_proposals": [],
    "read_history": [24],
    "open_access": [],
    "narrow_export": [],
    "choose_new_own": [True],
}


class LaunchCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls.make_user("lr_head", ROLE_HEAD)
        cls.seller = cls.make_user("lr_seller", f"{SALES},{ROLE_ALL}")
        cls.launch = cls.env["client.launch"].with_user(cls.head)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestStart(LaunchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team, cls.other_team, cls.team_b = cls.env["crm.team"].create(
            [
                {"name": name, "company_id": company.id}
                for name, company in (
                    ("Pilots", cls.company),
                    ("Others", cls.company),
                    ("Of another company", cls.company_b),
                )
            ]
        )

    def test_days(self):
        for text, accepted in (
            ("2025-06-14", False),
            ("", False),
            (False, False),
            ("2025-06-15", True),
            ("2025-06-16", True),
        ):
            with self.subTest(text), self.env.cr.savepoint() as point:
                if accepted:
                    state = self.launch.start(text)
                    self.assertEqual(state["started"], text)
                    self.assertEqual(
                        self.company._client_started(), text == "2025-06-15"
                    )
                else:
                    with self.assertRaises(UserError):
                        self.launch.start(text)
                    self.assertFalse(self.company.client_start_date)
                point.rollback()
                self.env.invalidate_all()

    def test_today_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Kamchatka"
        with freeze_time("2025-06-15 12:00:00"), self.assertRaises(UserError):
            self.launch.start("2025-06-15")
        self.company.partner_id.tz = "Pacific/Honolulu"
        with freeze_time("2025-06-15 09:00:00"):
            self.assertEqual(self.launch.start("2025-06-14")["today"], "2025-06-14")
            self.assertTrue(self.company._client_started())

    def test_future_day_comes(self):
        self.launch.start("2025-06-16")
        self.assertFalse(self.company._client_started())
        with freeze_time("2025-06-16 00:00:01"):
            self.assertTrue(self.company._client_started())

    def test_stop(self):
        self.launch.start("2025-06-15", self.team.ids)
        self.assertFalse(self.launch.stop()["started"])
        self.assertFalse(self.company._client_started(self.team))

    def test_pilot_teams(self):
        state = self.launch.start("2025-06-15", self.team.ids)
        self.assertEqual(state["pilots"], self.team.ids)
        none = self.env["crm.team"]
        self.assertTrue(self.company._client_started(self.team))
        for team in (self.other_team, none, None):
            self.assertFalse(self.company._client_started(team))
        self.launch.start("2025-06-15")
        for team in (self.team, self.other_team, none, None):
            self.assertTrue(self.company._client_started(team))

    def test_archived_pilot_team_starts_nobody_else(self):
        self.launch.start("2025-06-15", self.team.ids)
        self.team.active = False
        self.assertFalse(self.company._client_started(self.other_team))
        self.assertFalse(self.company._client_started())
        state = self.launch.get_state()
        self.assertEqual(state["pilots"], self.team.ids)
        self.assertIn(self.team.id, [team["id"] for team in state["teams"]])

    def test_team_of_another_company_or_gone(self):
        """Without the team asked for, everybody would start."""
        gone = self.env["crm.team"].create({"name": "Gone"})
        gone_id = gone.id
        gone.unlink()
        for teams in (self.team_b.ids, [gone_id], [self.team.id, self.team_b.id]):
            with self.subTest(teams), self.assertRaises(UserError):
                self.launch.start("2025-06-15", teams)
        self.assertFalse(self.company.client_start_date)

    def test_another_pilot_after_the_start(self):
        """The day on which it has started may stay when only the teams change."""
        self.launch.start("2025-06-15", self.team.ids)
        with freeze_time("2025-07-01 12:00:00"):
            state = self.launch.start("2025-06-15", self.other_team.ids)
            self.assertEqual(state["pilots"], self.other_team.ids)
            with self.assertRaises(UserError):
                self.launch.start("2025-06-20")

    def test_quiet_until_started(self):
        big, small = self.make_partner("Big"), self.make_partner("Small")
        self.enter([(big, TODAY, 900), (small, TODAY, 10)])
        self.derive_all()
        for start, noted in ((False, False), ("2025-06-16", False), (TODAY, True)):
            with self.subTest(start=start):
                if start:
                    self.launch.start(start)
                before = len(self.notes(small))
                self.enter([(small, TODAY, 10_000 if not noted else -20_000)])
                self.derive_all()
                self.assertEqual(len(self.notes(small)) > before, noted)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLaunchRights(LaunchCase):
    def test_only_the_head_decides(self):
        plain = self.make_user("lr_plain", SALES)
        public = [
            name
            for name in dir(type(self.env["client.launch"]))
            if any(name in vars(part) for part in PARTS) and not name.startswith("_")
        ]
        self.assertEqual(set(public) - {"open_app"}, set(METHODS))
        for user in (self.seller, plain):
            launch = self.env["client.launch"].with_user(user)
            for name, arguments in METHODS.items():
                with self.subTest(user=user.login, method=name):
                    with self.assertRaises(AccessError):
                        getattr(launch, name)(*arguments)
        self.assertEqual(self.company.client_purchase_source, "order")

    def test_steward_is_a_colleague(self):
        portal = new_test_user(self.env, "lr_portal", groups="base.group_portal")
        left = self.make_user("lr_left")
        left.active = False
        for user_id in (portal.id, left.id, 2**31 - 1):
            with self.subTest(user_id), self.assertRaises(UserError):
                self.launch.choose_steward(user_id)
        self.assertFalse(self.company.client_steward_id)
        state = self.launch.choose_steward(self.seller.id)
        self.assertEqual(state["steward"], self.seller.id)
        self.assertFalse(self.launch.choose_steward(False)["steward"])

    def test_card_of_a_company_out_of_reach(self):
        partner = self.make_partner()
        self.enter([(partner, TODAY, 1)], self.company_b)
        card = self.card_of(partner, self.company_b)
        with self.assertRaises(AccessError):
            self.launch.take_out_of_shares(card.id)
        self.assertFalse(card.abc_excluded)

    def test_what_the_menu_opens(self):
        def opens(user):
            return self.env["client.launch"].with_user(user).open_app()["xml_id"]

        prefix = "client_base_retention."
        self.assertEqual(opens(self.head), prefix + "client_launch_action")
        self.assertEqual(opens(self.seller), prefix + "client_my_day_action")
        self.launch.start("2025-06-15")
        self.assertEqual(opens(self.head), prefix + "client_overview_action")
        self.launch.stop()
        self.assertEqual(opens(self.head), prefix + "client_launch_action")

    def test_menu_runs_for_everybody_with_a_role(self):
        action = self.env.ref("client_base_retention.client_base_action_open")
        menu = self.env.ref("client_base_retention.client_base_menu")
        self.assertEqual(menu.action, action)
        for user in (self.head, self.seller):
            with self.subTest(user.login):
                found = action.with_user(user).run()
                self.assertIn(
                    found["type"], ("ir.actions.client", "ir.actions.act_window")
                )


@tagged("post_install", "-at_install")
class TestLaunchRpc(HttpCase):
    """The same over the wire, as the web client and other programs call."""

    def test_salesperson_is_refused(self):
        new_test_user(self.env, "lr_rpc_seller", groups=f"{SALES},{ROLE_ALL}")
        self.authenticate("lr_rpc_seller", "lr_rpc_seller")
        calls = [("client.launch", *item) for item in METHODS.items()]
        calls += [
            ("client.overview", name, [])
            for name in ("get_figures", "get_comparison", "get_readiness")
        ]
        calls += [
            ("client.owner.proposal", "action_apply", [[1]]),
            ("client.owner.proposal", "search_read", [[]]),
        ]
        for model, name, arguments in calls:
            with self.subTest(f"{model}.{name}"), mute_logger("odoo.http"):
                with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                    self.call(model, name, arguments)
        self.assertTrue(self.call("client.launch", "open_app", [])["xml_id"])

    def call(self, model, method, arguments):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": {}},
        )

    def test_menu(self):
        action = self.env.ref("client_base_retention.client_base_action_open")
        for login, groups in (
            ("lr_rpc_head", ROLE_HEAD),
            ("lr_rpc_all", ROLE_ALL),
        ):
            new_test_user(self.env, login, groups=groups)
            self.authenticate(login, login)
            with self.subTest(login):
                found = self.make_jsonrpc_request(
                    "/web/action/run", {"action_id": action.id}
                )
                self.assertTrue(found["xml_id"])


@tagged("post_install", "-at_install")
class TestFewUsers(ClientBaseCommon):
    """Teams and comparisons fold away with two internal users or fewer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("fu_seller", f"{SALES},{ROLE_ALL}")
        cls.head = cls.make_user("fu_head", f"base.group_system,{ROLE_HEAD}")
        # In one statement: archiving them one by one would meet other addons' rules.
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE active AND NOT share "
            "AND id NOT IN %s",
            [(cls.seller.id, cls.head.id)],
        )
        cls.env.invalidate_all()
        cls.env["res.users"]._fold_for_few_users()

    def assertFolded(self, folded):
        for user in (self.seller, self.head):
            self.assertEqual(user.has_group(SEVERAL), not folded)
        state = self.env["client.launch"].with_user(self.head).get_state()
        self.assertEqual(state["single"], folded)
        arch = {
            kind: self.env["client.card"]
            .with_user(self.seller)
            .get_view(view_type=kind)["arch"]
            for kind in ("list", "search")
        }
        for kind, text in arch.items():
            tree = etree.fromstring(text)
            self.assertEqual(not tree.xpath("//field[@name='team_id']"), folded, kind)
        tree = etree.fromstring(arch["search"])
        for name in ("my_team", "group_team"):
            self.assertEqual(not tree.xpath(f"//filter[@name='{name}']"), folded)

    def test_two_and_three(self):
        self.assertFolded(True)
        third = new_test_user(self.env, "fu_third")
        self.assertFolded(False)
        third.active = False
        self.assertFolded(True)
        third.active = True
        self.assertFolded(False)
        third.unlink()
        self.assertFolded(True)

    def test_who_is_no_colleague(self):
        portal = new_test_user(self.env, "fu_portal", groups="base.group_portal")
        new_test_user(self.env, "fu_public", groups="base.group_public")
        self.assertFolded(True)
        portal.group_ids = self.env.ref("base.group_user")
        self.assertFolded(False)

    def test_made_by_who_manages_users_only(self):
        manager = self.make_user("fu_manager", "base.group_erp_manager")
        self.assertFolded(False)
        (self.seller + self.head).with_user(manager).active = False
        self.assertFalse(
            self.env.ref("client_base_retention.group_client_all").implied_ids
            & self.env.ref(SEVERAL)
        )

    def test_roles_are_chosen_where_somebody_lacks_one(self):
        ours = self.env.ref("client_base_retention.res_groups_privilege_client_base")

        def offered():
            hierarchy = self.env["res.groups"]._get_view_group_hierarchy()
            named = [
                c for c in hierarchy["categories"] if ours.id in c["privilege_ids"]
            ]
            self.assertEqual(bool(named), ours.id in hierarchy["privileges"])
            return bool(named)

        self.assertFalse(offered())
        role = self.seller.group_ids & ours.group_ids
        self.seller.group_ids -= role
        self.assertTrue(offered(), "the second user has no role yet")
        self.seller.group_ids += role
        self.assertFalse(offered())
        new_test_user(self.env, "fu_third")
        self.assertTrue(offered())

    def test_overview_stands_for_two(self):
        found = self.env["client.overview"].with_user(self.head).get_figures()
        self.assertEqual(len(found["blocks"]), 3)
        tomorrow = fields.Date.today() + timedelta(days=1)
        state = self.env["client.launch"].with_user(self.head).start(str(tomorrow))
        self.assertEqual(state["started"], str(tomorrow))
