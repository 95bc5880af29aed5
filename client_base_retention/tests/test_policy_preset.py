"""Choosing a trade: presets never hold and never overwrite what somebody changed."""

from ast import literal_eval
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, ClientBaseCommon, ago

FIGURES = ("abc_period_months", "vip_share", "former_after_months", "daily_task_limit")


class PresetCommon(ClientBaseCommon):
    """A third company that nobody set up: the shared standard regulation holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Policy = cls.env["client.policy"]
        cls.shop = cls.make_company("Shop")
        # Whatever people of this database made of the standard and of the segments.
        others = cls.Policy.search([("company_id", "=", False)])
        cls.standard = cls.Policy.create(
            {"name": "Standard regulation", "sequence": 100}
        )
        others.active = False
        presets = cls.all_policies().filtered("is_preset")
        (cls.all_policies() - presets).segment_of_trade_id = False
        presets.segment_of_trade_id.active = False
        cls.head = cls.make_user(
            "cb_head", f"{SALES},{ROLE_HEAD}", cls.shop | cls.company
        )
        cls.seller = cls.make_user("cb_seller", f"{SALES},{ROLE_ALL}", cls.shop)

    def preset(self, trade):
        return self.Policy._preset_of(trade)

    def choose(self, trade, company=None):
        return self.Policy._choose_trade(company or self.shop, trade)

    def only_company(self):
        """Make believe that the database has one company."""
        return patch.object(
            self.registry["res.company"], "_client_only_company", lambda self: self
        )

    def content(self, policy):
        """All that a preset could overwrite."""
        policy.invalidate_recordset()
        norms = [
            tuple(rule[name] for name in ("sentence", "warning_days", "responsible"))
            for rule in policy.rule_ids
        ]
        return [policy[name] for name in (*FIGURES, "name", "trade", "sequence")], norms

    def assertIsPreset(self, policy, trade):
        preset = self.preset(trade)
        self.assertEqual([policy[n] for n in FIGURES], [preset[n] for n in FIGURES])
        self.assertEqual(
            policy.rule_ids.mapped("sentence"), preset.rule_ids.mapped("sentence")
        )
        self.assertRecordValues(
            policy, [{"trade": trade, "preset_id": preset.id, "name": preset.name}]
        )
        self.assertTrue(policy._is_unchanged())
        self.assertFalse(policy.is_preset)
        self.assertTrue(policy.active)

    @classmethod
    def all_policies(cls):
        return cls.Policy.with_context(active_test=False).search([])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestChooseTrade(PresetCommon):
    def test_no_norm_is_in_force_before(self):
        self.assertEqual(self.Policy._default_policy(self.shop), self.standard)
        self.assertFalse(self.Policy._holding_in(self.shop).rule_ids)
        self.assertFalse(self.standard.trade)

    def test_the_shared_regulation_stays_for_the_other_company(self):
        before = self.content(self.standard)
        policy = self.choose("wholesale")
        self.assertIsPreset(policy, "wholesale")
        self.assertEqual(policy.company_id, self.shop)
        self.assertLess(policy.sequence, self.standard.sequence)
        self.assertEqual(self.content(self.standard), before)
        self.assertEqual(self.Policy._default_policy(self.shop), policy)
        self.assertEqual(
            self.Policy._default_policy(self.make_company("Other")), self.standard
        )

    def test_the_only_company_takes_it_in_place(self):
        number = len(self.all_policies())
        with self.only_company():
            policy = self.choose("travel")
        self.assertEqual(policy, self.standard)
        self.assertIsPreset(policy, "travel")
        self.assertFalse(policy.company_id)
        self.assertEqual(len(self.all_policies()), number)

    def test_two_companies_two_trades(self):
        other = self.make_company("Agency")
        shop, agency = self.choose("wholesale"), self.choose("travel", other)
        self.assertIsPreset(shop, "wholesale")
        self.assertIsPreset(agency, "travel")
        self.choose("consultant", other)
        self.assertIsPreset(shop, "wholesale")
        self.assertEqual(self.Policy._default_policy(self.shop), shop)
        self.assertEqual(self.Policy._default_policy(other), agency)

    def test_twice_changes_nothing(self):
        policy = self.choose("children")
        tables = ("client_policy", "client_contact_rule", "client_segment")
        before = self.versions(*tables)
        self.assertEqual(self.choose("children"), policy)
        self.assertEqual(self.versions(*tables), before)

    def test_another_trade_replaces_what_nobody_changed(self):
        policy = self.choose("wholesale")
        number = len(self.all_policies())
        for trade in ("children", "info", "building"):
            with self.subTest(trade=trade):
                self.assertEqual(self.choose(trade), policy)
                self.assertIsPreset(policy, trade)
        self.assertEqual(len(self.all_policies()), number)

    def test_no_trade_changes_nothing(self):
        policy = self.choose("wholesale")
        for trade in (False, "no such trade"):
            number = len(self.all_policies())
            self.assertEqual(self.choose(trade), policy)
            self.assertIsPreset(policy, "wholesale")
            self.assertEqual(len(self.all_policies()), number)

    def test_another_trade_takes_the_norms_away_again(self):
        policy = self.choose("wholesale")
        self.assertEqual(self.choose("other"), policy)
        self.assertEqual(policy.name, "Standard regulation")
        self.assertFalse(policy.rule_ids)
        self.assertEqual(policy.abc_review, "nightly")
        self.assertEqual(self.choose("travel"), policy)

    def test_what_somebody_changed_is_never_overwritten(self):
        norm = {"kind": "email", "interval_count": 5}
        changes = {
            "figure": lambda p: p.write({"vip_share": 19}),
            "limit": lambda p: p.write({"daily_task_limit": 1}),
            "required": lambda p: p.write({"required_fields": "phone"}),
            "added": lambda p: p.write({"rule_ids": [Command.create(norm)]}),
            "doubled": lambda p: p.rule_ids[0].copy(),
            "edited": lambda p: p.rule_ids[0].write({"interval_count": 9}),
            "warning": lambda p: p.rule_ids[0].write({"warning_days": 2}),
            "deleted": lambda p: p.rule_ids[0].unlink(),
            "emptied": lambda p: p.rule_ids.unlink(),
            "renamed": lambda p: p.write({"name": "Our rules"}),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                company = self.make_company(f"Shop {name}")
                policy = self.choose("wholesale", company)
                change(policy)
                before = self.content(policy)
                self.assertFalse(policy._is_unchanged())
                new = self.choose("travel", company)
                self.assertNotEqual(new, policy)
                self.assertIsPreset(new, "travel")
                self.assertEqual(self.content(policy), before)
                self.assertTrue(policy.active)
                self.assertLess(new.sequence, policy.sequence)
                self.assertEqual(new.company_id, company)
                self.assertEqual(self.Policy._default_policy(company), new)

    def test_a_changed_standard_is_never_overwritten(self):
        norm = {"kind": "call", "interval_count": 5}
        for name, values in {
            "figure": {"former_after_months": 6},
            "norm": {"rule_ids": [Command.create(norm)]},
            "name": {"name": "Our rules"},
        }.items():
            with self.subTest(change=name), self.only_company():
                number = {"figure": 50, "norm": 30, "name": 10}[name]
                policy = self.Policy.create(
                    {"name": "Standard regulation", "sequence": number} | values
                )
                before = self.content(policy)
                new = self.choose("wholesale")
                self.assertNotEqual(new, policy)
                self.assertIsPreset(new, "wholesale")
                self.assertEqual(self.content(policy), before)
                self.assertEqual(self.Policy._default_policy(self.shop), new)

    def test_narrower_regulations_stay_narrower(self):
        segment = self.env["client.segment"].create({"name": "Only these (test)"})
        narrow = self.Policy.create(
            {
                "name": "Narrow",
                "sequence": self.standard.sequence - 1,
                "segment_ids": [Command.set(segment.ids)],
            }
        )
        policy = self.choose("wholesale")
        holding = self.Policy._by_segment(self.shop)
        self.assertEqual(holding[segment.id], narrow.id)
        self.assertEqual(holding[0], policy.id)

    def test_clients_are_derived_at_once(self):
        partner = self.make_partner()
        self.enter([(partner, ago(400), 100)], company=self.shop)
        card = self.card_of(partner, self.shop)
        self.assertEqual(card.status, "former")
        policy = self.choose("contracts")
        self.assertRecordValues(card, [{"status": "active", "policy_id": policy.id}])
        self.choose("consultant")
        self.assertRecordValues(card, [{"status": "former", "policy_id": policy.id}])

    def test_names_in_every_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        for trade, name in (("wholesale", "Опт"), ("travel", "Туризм")):
            self.preset(trade).with_context(lang="ru_RU").name = name
        policy = self.choose("wholesale")
        self.assertEqual(policy.with_context(lang="ru_RU").name, "Опт")
        self.assertEqual(policy.with_context(lang="en_US").name, "Wholesale")
        self.assertEqual(self.choose("travel"), policy)
        self.assertEqual(policy.with_context(lang="ru_RU").name, "Туризм")
        self.assertEqual(policy.with_context(lang="en_US").name, "Travel agency")
        with self.subTest("renamed in one language"):
            policy.with_context(lang="ru_RU").name = "Наш регламент"
            self.assertNotEqual(self.choose("wholesale"), policy)
            self.assertEqual(policy.with_context(lang="ru_RU").name, "Наш регламент")

    # ------------------------------------------------------------------------ segments

    def test_segment_comes_and_goes_with_its_trade(self):
        shops = self.preset("wholesale").segment_of_trade_id
        travellers = self.preset("travel").segment_of_trade_id
        self.assertFalse((shops | travellers).filtered("active"))
        policy = self.choose("wholesale")
        self.assertTrue(shops.active)
        self.assertEqual(policy.segment_of_trade_id, shops)
        self.choose("travel")
        self.assertTrue(travellers.active)
        self.assertFalse(shops.active)
        self.make_partner(segment_id=travellers.id, active=False)
        self.choose("wholesale")
        self.assertTrue(travellers.active, "a contact has it")
        self.choose("wholesale", self.make_company("Second shop"))
        self.choose("travel")
        self.assertTrue(shops.active, "another company has the trade")

    def test_segment_that_people_have_already(self):
        theirs = self.env["client.segment"].create({"name": "Shops and resellers"})
        policy = self.choose("wholesale")
        self.assertEqual(policy.segment_of_trade_id, theirs)
        self.assertFalse(self.preset("wholesale").segment_of_trade_id.active)
        self.choose("travel")
        self.assertTrue(theirs.active, "it is people's own")

    def test_two_active_segments_have_two_names(self):
        segments = self.env["client.segment"]
        same = {"name": "Same (test)"}
        segments.create([same, same | {"active": False}])
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            segments.create(same)

    # -------------------------------------------------------------------------- rights

    def test_only_the_head_chooses(self):
        policies = self.Policy.with_user(self.seller)
        with self.assertRaises(AccessError):
            policies._choose_trade(self.shop, "wholesale")
        with self.assertRaises(AccessError):
            self.Policy.with_user(self.head)._choose_trade(self.company_b, "travel")
        policy = self.Policy.with_user(self.head)._choose_trade(self.shop, "wholesale")
        self.assertFalse(policy.env.su)
        self.assertIsPreset(policy.sudo(), "wholesale")

    def test_presets_stay_as_they_are(self):
        policies = self.Policy.with_user(self.head)
        preset = self.preset("wholesale").with_user(self.head)
        own = policies.create({"name": "Mine", "company_id": self.shop.id})
        norm = {"kind": "call", "policy_id": preset.id}
        own_norm = own.rule_ids.create(norm | {"policy_id": own.id})
        for name, act in {
            "write": lambda: preset.write({"vip_share": 1}),
            "unlink": preset.unlink,
            "unarchive": preset.action_unarchive,
            "released": lambda: preset.write({"is_preset": False}),
            "add a norm": lambda: preset.rule_ids.create(norm),
            "change a norm": lambda: preset.rule_ids[0].write({"kind": "email"}),
            "delete a norm": lambda: preset.rule_ids[0].unlink(),
            "move a norm in": lambda: own_norm.write({"policy_id": preset.id}),
            "move a norm out": lambda: preset.rule_ids[0].write({"policy_id": own.id}),
            "make one": lambda: policies.create(
                {"name": "Mine", "is_preset": True, "active": False}
            ),
            "declare one": lambda: own.write({"is_preset": True, "active": False}),
        }.items():
            with self.subTest(act=name):
                with self.assertRaises(UserError), self.cr.savepoint():
                    act()
                    self.env.flush_all()
                self.env.invalidate_all()

    def test_presets_never_hold(self):
        preset = self.preset("children")
        policies = self.Policy
        everything = policies.with_context(active_test=False)
        self.assertNotIn(preset, policies._holding_in(self.shop))
        self.assertNotIn(preset, everything._holding_in(self.shop))
        for name in ("Children", "Beauty"):
            found = [key for key, _label in policies.name_search(name)]
            self.assertFalse(policies.browse(found).filtered("is_preset"))
        action = self.env.ref("client_base_retention.client_policy_action")
        listed = everything.search(literal_eval(action.domain))
        self.assertFalse(listed.filtered("is_preset"))
        card = self.client()
        with self.assertRaises(ValidationError):
            card.policy_id = preset

    def test_the_pause_of_a_preset_pauses_nobody(self):
        self.all_policies().filtered(lambda p: not p.is_preset).write(
            {"pause_from": 0, "pause_to": 0}
        )
        self.assertTrue(self.preset("children").pause_from)
        self.assertFalse(self.Policy._any_pause())
        self.choose("children")
        self.assertTrue(self.Policy._any_pause())
