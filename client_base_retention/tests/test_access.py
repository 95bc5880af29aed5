"""Roles and companies (design 5): who sees and writes what of the client base.

A user with sales rights and the lowest role, a head, an internal user without a role,
a portal user, a user of another company; roles given explicitly at installation.
"""

from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.client_base_retention.hooks import ROLES, post_init_hook

from .common import (
    NOON,
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_OWN,
    SALES,
    TODAY,
    ClientBaseCommon,
    ago,
)

CONTACTS = "base.group_partner_manager"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAccess(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cb_seller", f"{SALES},{ROLE_ALL},{CONTACTS}")
        cls.head = cls.make_user("cb_head", f"{SALES},{ROLE_HEAD},{CONTACTS}")
        cls.plain = cls.make_user("cb_plain", f"{SALES},{CONTACTS}")
        cls.user_b = cls.make_user("cb_b", f"{SALES},{ROLE_HEAD}", cls.company_b)
        cls.partner = cls.make_partner()
        cls.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": cls.partner.id,
                    "company_id": company.id,
                    "date": day,
                    "amount": 10,
                }
                for company in (cls.company, cls.company_b)
                for day in (ago(500), ago(5))
            ]
        )
        cls.env["client.card"]._derive_all(today=TODAY)
        cls.card, cls.card_b = (
            cls.env["client.card"].search(
                [("partner_id", "=", cls.partner.id), ("company_id", "=", company.id)]
            )
            for company in (cls.company, cls.company_b)
        )

    def assertDenied(self, act, *arguments, **options):
        """Access and validation errors are user errors too."""
        with self.assertRaises(UserError):
            act(*arguments, **options)
            self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------------- salesperson

    def test_salesperson_reads_and_decides(self):
        card = self.card.with_user(self.seller)
        self.assertEqual(card.turnover, 10)
        self.assertEqual(card.partner_id.with_user(self.seller).abc_class, "vip")
        card.write({"abc_class_manual": "a", "abc_lock_reason": "Fair"})
        card.potential_amount = 500
        card.planned_purchase_date = TODAY
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(
            self.card, [{"abc_class": "a", "potential_amount": 500, "wallet_share": 2}]
        )
        self.partner.with_user(self.seller).potential_amount = 1000
        self.assertEqual(self.card.potential_amount, 1000)
        self.assertTrue(card.class_reason)
        self.assertTrue(card.status_reason)

    def test_salesperson_adds_clients_and_purchases(self):
        partner = self.make_partner().with_user(self.seller)
        partner.action_add_to_client_base()
        self.assertEqual(partner.client_status, "prospect")
        self.env["client.purchase.entry"].with_user(self.seller).create(
            {"partner_id": partner.id, "date": TODAY, "amount": 10}
        )
        self.assertEqual(partner.client_status, "active")
        self.assertEqual(
            self.env["client.purchase"]
            .with_user(self.seller)
            .search([("partner_id", "=", partner.id)])
            .amount,
            10,
        )

    def test_salesperson_does_not_write_derived_fields(self):
        derived = {
            "status": "former",
            "turnover": 9999,
            "turnover_total": 9999,
            "purchase_count": 99,
            "first_purchase_date": ago(1),
            "last_purchase_date": ago(1),
            "purchase_cycle": 3,
            "next_purchase_date": TODAY,
            "former_since": TODAY,
            "winback_count": 9,
            "wallet_share": 99,
            "abc_class": "c",
            "abc_class_computed": "c",
        }
        for user in (self.seller, self.head):
            for name, value in derived.items():
                with self.subTest(user=user.login, name=name):
                    self.assertDenied(self.card.with_user(user).write, {name: value})
        partner = self.make_partner()
        with self.subTest("create"):
            self.assertDenied(
                self.env["client.card"].with_user(self.seller).create,
                {"partner_id": partner.id, "abc_class": "vip", "winback_count": 9},
            )

    def test_effective_class_is_not_written_on_the_contact(self):
        partner = self.partner.with_user(self.seller)
        for name, value in (("abc_class", "c"), ("turnover", 5)):
            with self.subTest(name=name):
                with suppress(UserError), self.env.cr.savepoint():
                    partner.write({name: value})
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertRecordValues(
                    self.card, [{"abc_class": "vip", "turnover": 10}]
                )

    def test_salesperson_configures_nothing(self):
        seller = self.env(user=self.seller)
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        move = self.env["client.transition"].create(
            {
                "card_id": self.card.id,
                "company_id": self.company.id,
                "field_name": "status",
                "date": TODAY,
            }
        )
        entry = self.env["client.purchase.entry"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("company_id", "=", self.company.id),
            ],
            limit=1,
        )
        purchase = self.env["client.purchase"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("company_id", "=", self.company.id),
            ],
            limit=1,
        )
        for record, values in (
            (self.policy, {"vip_share": 5}),
            (segment, {"name": "No"}),
            (move, {"reason": "No"}),
            (purchase, {"number": "No"}),
        ):
            with self.subTest(model=record._name):
                record = record.with_env(seller)
                self.assertTrue(record.read(["display_name"]))
                self.assertDenied(record.write, values)
                self.assertDenied(record.unlink)
                self.assertDenied(record.create, values)
        for record in (self.card, entry):
            self.assertDenied(record.with_env(seller).unlink)
        self.assertDenied(self.card.with_env(seller).action_not_a_client)
        self.assertDenied(
            self.company.with_env(seller).write, {"client_start_date": TODAY}
        )
        for model in ("client.card.dirty", "client.derive.run", "client.abc.cutoff"):
            self.assertDenied(seller[model].search, [])

    def test_transitions_are_append_only_for_everybody(self):
        move = self.env["client.transition"].create(
            {
                "card_id": self.card.id,
                "company_id": self.company.id,
                "field_name": "status",
                "date": TODAY,
            }
        )
        self.assertDenied(move.with_user(self.head).unlink)
        self.assertDenied(move.with_user(self.head).write, {"reason": "No"})

    # ------------------------------------------------------------------------- head

    def test_head_configures(self):
        head = self.env(user=self.head)
        policy = head["client.policy"].create(
            {"name": "Mine", "company_id": self.company.id}
        )
        policy.write({"vip_share": 10})
        policy.unlink()
        self.policy.with_env(head).vip_share = 0
        self.assertEqual(self.card.abc_class, "a")
        head["client.segment"].create({"name": "Mine (test)"}).unlink()
        self.card.with_env(head).action_not_a_client()
        self.assertFalse(self.card.exists())
        self.assertIn(self.partner, self.company.client_excluded_partner_ids)

    # ----------------------------------------------------------------- without a role

    def test_without_role_no_field_of_the_card_is_seen(self):
        partners = self.env["res.partner"].with_user(self.plain)
        shown = set(partners.fields_get())
        names = {name for name in self.env["res.partner"]._fields if "client_" in name}
        # Says what is hidden from the reader himself, and nothing of the client.
        names -= {"client_is_masked"}
        # For a group of its own that no role implies.
        sensitive = {"client_child_consent", "client_sensitive_note_ids"}
        self.assertFalse(sensitive & shown)
        names -= sensitive
        names |= {
            "profile_properties",
            "abc_class",
            "abc_class_manual",
            "abc_lock_reason",
            "potential_amount",
            "potential_level",
            "wallet_share",
            "turnover",
            "last_purchase_date",
        }
        self.assertFalse(names & shown)
        self.assertLessEqual(
            names, set(self.env["res.partner"].with_user(self.seller).fields_get())
        )

    def test_without_role_no_card_is_read(self):
        partner = self.partner.with_user(self.plain)
        for name in ("client_card_id", "abc_class", "turnover", "client_status"):
            acts = {
                "read": lambda n=name: partner.read([n]),
                "search": lambda n=name: partner.search([(n, "!=", False)]),
                "order": lambda n=name: partner.search([], order=n),
                "group": lambda n=name: partner._read_group([], [n]),
            }
            for what, act in acts.items():
                with self.subTest(name=name, what=what):
                    self.assertDenied(act)
        for model in (
            "client.card",
            "client.transition",
            "client.purchase",
            "client.policy",
            "client.purchase.entry",
        ):
            with self.subTest(model=model):
                self.assertDenied(self.env[model].with_user(self.plain).search, [])
        self.assertDenied(partner.action_add_to_client_base)

    def test_without_role_odoo_works_as_before(self):
        plain = self.env(user=self.plain)
        partner = self.partner.with_env(plain)
        order = plain["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": self.product.id, "price_unit": 90})
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(self.card.turnover, 100)
        order.order_line.price_unit = 40
        self.assertEqual(self.card.turnover, 50)
        order._action_cancel()
        self.assertEqual(self.card.turnover, 10)
        plain["crm.lead"].create(
            {"name": "Wish", "type": "opportunity", "partner_id": partner.id}
        )
        with Form(partner) as form:
            form.phone = "+1 555 0100"
        person = plain["res.partner"].create({"name": "Ann", "parent_id": partner.id})
        other = plain["res.partner"].create({"name": "Other", "is_company": True})
        person.parent_id = other
        partner.write({"user_id": self.plain.id})
        self.assertEqual(self.card.user_id, self.plain)
        partner.action_archive()
        self.assertFalse(self.card.active)

    def test_portal_user_confirms_as_the_website_does(self):
        portal = self.make_user("cb_portal", "base.group_portal")
        order = self.quote(portal.partner_id, 30)
        order.with_user(portal).sudo().action_confirm()
        self.assertRecordValues(
            self.card_of(portal.partner_id), [{"status": "active", "turnover": 30}]
        )
        self.assertDenied(self.env["client.card"].with_user(portal).search, [])

    def test_note_caused_by_a_portal_user(self):
        self.start()
        rich = self.client((ago(9), 1000))
        portal = self.make_user("cb_portal", "base.group_portal")
        self.buy(portal.partner_id, ago(9), 5)
        self.derive_all()
        self.assertEqual(rich.abc_class, "vip")
        order = self.quote(portal.partner_id, 5000)
        order.with_user(portal).sudo().action_confirm()
        card = self.card_of(portal.partner_id)
        self.assertEqual(card.abc_class, "vip")
        self.assertEqual(len(self.moves(card, "abc_class")), 1)

    # --------------------------------------------------------------------- companies

    def test_user_of_another_company_sees_his_own(self):
        self.env["client.transition"].create(
            [
                {
                    "card_id": card.id,
                    "company_id": card.company_id.id,
                    "field_name": "status",
                    "date": TODAY,
                }
                for card in (self.card, self.card_b)
            ]
        )
        self.derive_all()
        self.env["client.derive.run"].create(
            [
                {"company_id": company.id, "date": TODAY, "state": "done"}
                for company in (self.company, self.company_b)
            ]
        )
        for model in (
            "client.card",
            "client.transition",
            "client.purchase",
            "client.purchase.entry",
            "client.abc.cutoff",
            "client.derive.run",
        ):
            with self.subTest(model=model):
                found = self.env[model].with_user(self.user_b).search([])
                self.assertEqual(found.company_id, self.company_b)
        policies = self.env["client.policy"].with_user(self.user_b).search([])
        self.assertIn(self.policy_b, policies)
        self.assertNotIn(self.policy, policies)

    def test_user_of_another_company_writes_nothing_here(self):
        for record in (self.card, self.policy):
            record = record.with_user(self.user_b)
            self.assertDenied(record.read, ["display_name"])
            self.assertDenied(record.unlink)
        self.assertDenied(
            self.card.with_user(self.user_b).write, {"abc_excluded": True}
        )
        self.assertDenied(
            self.env["client.card"].with_user(self.user_b).create,
            {"partner_id": self.make_partner().id, "company_id": self.company.id},
        )

    def test_contact_shows_the_card_of_the_users_company(self):
        self.enter([(self.partner, ago(3), 500)], self.company_b)
        partner = self.partner.with_user(self.user_b)
        self.assertEqual(partner.client_card_id, self.card_b)
        self.assertEqual(partner.client_card_ids, self.card_b)
        self.assertEqual(partner.turnover, 510)
        self.assertEqual(self.partner.with_user(self.seller).turnover, 10)

    # ------------------------------------------------------------------------- roles

    def test_roles_are_given_explicitly_at_installation(self):
        seller = self.make_user("cb_new", "sales_team.group_sale_salesman")
        manager = self.make_user("cb_boss", "sales_team.group_sale_manager")
        for user in seller | manager:
            self.assertFalse(user.has_group(ROLE_ALL), "sales rights imply no role")
        post_init_hook(self.env)
        self.assertTrue(seller.has_group(ROLE_ALL))
        self.assertFalse(seller.has_group(ROLE_HEAD))
        self.assertTrue(manager.has_group(ROLE_HEAD))
        self.assertIn(self.env.ref(ROLE_ALL), seller.group_ids)
        self.assertIn(self.env.ref(ROLE_HEAD), manager.group_ids)
        for sales_group, role in ROLES.items():
            implied = self.env.ref(sales_group).all_implied_ids
            self.assertNotIn(self.env.ref(role), implied)
        cron = self.env.ref("client_base_retention.ir_cron_client_derive")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(triggers, "the first computation runs in the background")

    def test_who_has_a_role_keeps_it_at_installation(self):
        narrow = self.make_user(
            "cb_narrow", f"sales_team.group_sale_salesman,{ROLE_OWN}"
        )
        post_init_hook(self.env)
        self.assertTrue(narrow.has_group(ROLE_OWN))
        self.assertFalse(narrow.has_group(ROLE_ALL))

    def test_portal_users_get_no_role_at_installation(self):
        portal = self.make_user("cb_portal", "base.group_portal")
        post_init_hook(self.env)
        self.assertFalse(portal.has_group(ROLE_ALL))
