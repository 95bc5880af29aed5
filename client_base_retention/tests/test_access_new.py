"""Who begins to sell gets a role; each role says what it may on the user's form."""

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from ..models.client_roles import NEW_OWN, ROLES
from ..models.res_users_sight import UNASSIGNED, WITHOUT_ROLE
from .common import ROLE_ALL, ROLE_HEAD, ROLE_OWN, ClientBaseCommon

SALESMAN = "sales_team.group_sale_salesman"
LEADS = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestNewSalespeople(ClientBaseCommon):
    def set_own(self, value):
        self.env["ir.config_parameter"].set_param(NEW_OWN, value)

    def test_created(self):
        cases = (
            # groups, setting, role
            ("base.group_user", False, False),
            ("base.group_portal", True, False),
            (SALESMAN, False, "all"),
            (LEADS, False, "all"),
            (MANAGER, False, "head"),
            (SALESMAN, True, "own"),
            (LEADS, True, "own"),
            (MANAGER, True, "head"),
            (f"{SALESMAN},{ROLE_OWN}", False, "own"),
            (f"{SALESMAN},{ROLE_ALL}", True, "all"),
            (f"{MANAGER},{ROLE_OWN}", False, "own"),
        )
        for number, (groups, only_own, role) in enumerate(cases):
            with self.subTest(groups=groups, only_own=only_own):
                self.set_own(only_own)
                user = new_test_user(self.env, f"an_{number}", groups=groups)
                self.assertEqual(user.client_role, role)
                # Given, not implied: he can be narrowed.
                given = user.group_ids & self.env["res.groups"].concat(
                    *map(self.env.ref, ROLES.values())
                )
                self.assertEqual(len(given), bool(role))

    def test_begins_to_sell(self):
        """On the user's form, on the group's form, by a group that begins to imply it,
        and as a portal user who becomes a colleague."""
        sales = self.env.ref(SALESMAN)
        shop = self.env["res.groups"].create({"name": "Shop"})
        form, group, implied = (
            new_test_user(self.env, f"an_{name}", groups="base.group_user")
            for name in ("form", "group", "implied")
        )
        portal = new_test_user(self.env, "an_portal", groups="base.group_portal")
        shop.user_ids = implied
        form.group_ids += sales
        sales.user_ids += group
        shop.implied_ids += sales
        portal.group_ids = self.env.ref("base.group_user") | sales
        for user in form | group | implied | portal:
            self.assertEqual(user.client_role, "all", user.login)

    def test_who_sells_already_keeps_what_he_has(self):
        user = self.make_user("an_without", SALESMAN)
        self.assertFalse(user.client_role, "taken away on purpose")
        user.group_ids += self.env.ref("base.group_partner_manager")
        user.write({"group_ids": [Command.link(self.env.ref(LEADS).id)]})
        self.env.ref(SALESMAN).user_ids += new_test_user(self.env, "an_other")
        self.assertFalse(user.client_role)
        own = self.make_user("an_own", f"{SALESMAN},{ROLE_OWN}")
        own.group_ids += self.env.ref(MANAGER)
        self.assertEqual(own.client_role, "own", "nobody is widened by himself")

    def test_made_by_who_manages_users_only(self):
        manager = self.make_user(
            "an_manager", "base.group_erp_manager,base.group_partner_manager"
        )
        users = self.env["res.users"].with_user(manager)
        user = users.create(
            {
                "name": "New",
                "login": "an_new",
                "group_ids": [Command.link(self.env.ref(SALESMAN).id)],
            }
        )
        self.assertEqual(user.client_role, "all")

    def test_queries_do_not_grow(self):
        def queries(users):
            users.invalidate_recordset()
            before = self.env.cr.sql_log_count
            users.write({"group_ids": [Command.link(self.env.ref(SALESMAN).id)]})
            return self.env.cr.sql_log_count - before

        few, many = (
            self.env["res.users"].concat(
                *(
                    new_test_user(self.env, f"an_{size}_{n}", groups="base.group_user")
                    for n in range(size)
                )
            )
            for size in (2, 12)
        )
        queries(few)
        self.assertEqual(set(many.mapped("client_role")), {False})
        queries(many)
        self.assertEqual(set(many.mapped("client_role")), {"all"})

    def test_settings(self):
        settings = self.env["res.config.settings"]
        get = self.env["ir.config_parameter"].get_param
        self.assertEqual(settings.create({}).client_unassigned, "all")
        settings.create(
            {
                "client_unassigned": "head",
                "client_new_own": True,
                "client_restrict_without_role": True,
            }
        ).execute()
        self.assertEqual(get(UNASSIGNED), "head")
        self.assertTrue(get(NEW_OWN) and get(WITHOUT_ROLE))
        settings.create({"client_new_own": False}).execute()
        self.assertFalse(get(NEW_OWN))


@tagged("post_install", "-at_install")
class TestRoleSentence(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(3):
            cls.make_user(f"rs_{number}")

    def test_each_role_is_explained_where_it_is_chosen(self):
        """Odoo shows the comments of the groups at the field, our form the one of the
        role that stands there, before it is saved."""
        hierarchy = self.env["res.groups"]._get_view_group_hierarchy()
        ours = self.env.ref("client_base_retention.res_groups_privilege_client_base")
        privilege = hierarchy["privileges"][ours.id]
        self.assertTrue(privilege["description"])
        self.assertEqual(
            privilege["group_ids"], [self.env.ref(x).id for x in ROLES.values()]
        )
        user = self.make_user("rs_user")
        texts = set()
        with Form(user, "base.view_users_form") as form:
            texts.add(form.client_role_text)
            for key, xmlid in ROLES.items():
                group = self.env.ref(xmlid)
                self.assertEqual(
                    hierarchy["groups"][group.id]["comment"], group.comment
                )
                for other in form.group_ids.ids:
                    if other != self.env.ref("base.group_user").id:
                        form.group_ids.remove(id=other)
                form.group_ids.add(group)
                self.assertEqual(form.client_role, key)
                self.assertEqual(form.client_role_text, group.comment)
                texts.add(form.client_role_text)
        self.assertEqual(len(texts), 6)

    def test_export_is_offered_without_developer_mode(self):
        """Odoo shows groups without a privilege in developer mode only."""
        export = self.env.ref("client_base_retention.group_client_export")
        self.assertTrue(export.privilege_id.category_id)
        self.assertTrue(export.comment)

    def test_ones_own_preferences(self):
        """Mails offered there: the morning's with any role, the month's to heads."""
        for key, xmlid in {"none": "base.group_user", **ROLES}.items():
            user = self.make_user(f"rs_pref_{key}", xmlid)
            form = Form(user.with_user(user), "base.view_users_form_simple_modif")
            hidden = [
                bool(form._get_modifier(f"client_{mail}_mail", "invisible"))
                for mail in ("morning", "month")
            ]
            self.assertEqual(form.client_role or "none", key)
            self.assertEqual(hidden, [key == "none", key != "head"], key)

    def test_head_is_not_implied_by_sales(self):
        user = self.make_user("rs_manager", MANAGER)
        self.assertFalse(user.has_group(ROLE_HEAD))
