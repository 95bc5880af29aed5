"""*Preview* on a regulation as it is used: on the form, in words, by whom, how fast.

Covers values that cannot be saved, bases of which a part is counted, rights, companies
and that looking writes nothing. The numbers: ``test_policy_preview.py``.
"""

from unittest.mock import patch

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, STANDARD, ago
from .test_policy_preview import PreviewCase

EXACT = "odoo.addons.client_base_retention.models.client_policy_preview.EXACT"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPreviewForm(PreviewCase):
    # ------------------------------------------------------------------- wrong values

    def test_values_that_cannot_be_saved_get_a_sentence(self):
        self.client((ago(10), 10))
        for values, words in (
            ({"vip_share": 90}, "rise"),
            ({"a_share": 10}, "rise"),
            ({"b_share": 101}, "100"),
            ({"vip_share": -1}, "rise"),
            ({"abc_period_months": 0}, "months"),
            ({"former_after_months": -1}, "months"),
            ({"late_factor": -1}, "negative"),
            ({"pause_from": 6}, "pause"),
            ({"pause_to": 6}, "pause"),
            ({"pause_from": 13, "pause_to": 1}, "pause"),
            ({"pause_from": 3, "pause_to": 2}, "twelve months"),
            ({"abc_period_months": 1201}, "hundred years"),
            ({"risk_factor": 50.01}, "fifty cycles"),
            ({"abc_period_months": 10**12}, "too large"),
        ):
            with self.subTest(**values):
                preview = self.unsaved(**values).preview
                self.assertEqual(list(preview), ["sentence"])
                self.assertIn(words, preview["sentence"])
        self.assertEqual(self.counts(self.unsaved())["clients"], 1, "and goes on")

    def test_the_greatest_values_are_counted_and_saved(self):
        card = self.client((ago(10), 10))
        values = {
            "abc_period_months": 1200,
            "former_after_months": 1200,
            "typical_cycle_days": 36500,
            "newcomer_days": 36500,
        } | dict.fromkeys(("former_cycle_factor", "late_factor", "risk_factor"), 50)
        self.assertEqual(self.counts(self.unsaved(**values))["clients"], 1)
        self.policy.write(values)
        self.assertEqual(card.purchase_state, "on_time")

    # --------------------------------------------------------------------- on the form

    def test_live_on_the_form(self):
        self.base_of_all_kinds()
        head = self.make_user("head", f"base.group_user,{ROLE_HEAD}")
        form = Form(self.policy.with_user(head))
        self.assertEqual(form.preview["groups"][1][0]["label"], "VIP")
        shown = []
        for name, value in (
            ("vip_share", 60),
            ("former_after_months", 2),
            ("newcomer_days", 300),
            ("late_factor", 0.1),
        ):
            before = form.preview
            form[name] = value
            self.assertNotEqual(form.preview, before, name)
            shown.append(form.preview)
        form.vip_share = 90
        self.assertIn("rise", form.preview["sentence"])
        form.vip_share = 60
        promised = {
            line["key"]: line["then"] for g in form.preview["groups"] for line in g
        }
        form.save()
        self.derive_all()
        self.assertEqual(self.real() | promised, self.real())

    def test_a_change_on_the_form_counts_once(self):
        """Not a second time for what was shown before, and not for the name."""
        self.client((ago(10), 10))
        spec = {"name": {}, "vip_share": {}, "preview": {}}
        counted = []
        preview = type(self.policy)._preview_counts

        def counting(policy, *args):
            counted.append(policy.vip_share)
            return preview(policy, *args)

        with patch.object(type(self.policy), "_preview_counts", counting):
            shown = self.policy.onchange({"vip_share": 30}, ["vip_share"], spec)
            self.assertTrue(shown["value"]["preview"]["groups"])
            self.assertEqual(counted, [30])
            shown = self.policy.onchange({"name": "Other"}, ["name"], spec)
            self.assertNotIn("preview", shown["value"])
            self.assertEqual(counted, [30])

    def test_words(self):
        self.client((ago(10), 10))
        cases = [
            ((20, 80, 95), "clients who bring the first 20 % of turnover"),
            ((0, 80, 95), "set by hand only"),
            ((33.33, 80, 95), "clients who bring the first 33.33 % of turnover"),
        ]
        for (vip, a, b), words in cases:
            with self.subTest(vip=vip):
                draft = self.unsaved(vip_share=vip, a_share=a, b_share=b)
                self.assertEqual(self.lines(draft)["vip"]["words"], words)
        lines = self.lines(self.unsaved(vip_share=0, a_share=80, b_share=80))
        self.assertIn("first 80 %", lines["a"]["words"])
        self.assertIn("by hand", lines["b"]["words"])
        self.assertIn("1.25 cycles", lines["late"]["words"])
        self.assertIn("60 days", lines["newcomer"]["words"])

    # -------------------------------------------------- what it costs, who may see it

    def test_nothing_is_written_or_locked(self):
        self.base_of_all_kinds()
        tables = (
            "client_card",
            "client_transition",
            "client_abc_cutoff",
            "client_policy",
        )
        before = self.versions(*tables)
        self.env.cr.execute("SAVEPOINT reading")
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        self.assertTrue(self.counts(self.unsaved(vip_share=70, former_after_months=1)))
        self.env.cr.execute("ROLLBACK TO SAVEPOINT reading")
        self.assertEqual(self.versions(*tables), before)

    def test_as_many_queries_for_ten_times_the_clients(self):
        def queries():
            draft = self.unsaved(vip_share=30)
            draft.mapped("vip_share")
            count = self.env.cr.sql_log_count
            self.assertTrue(draft.preview["groups"])
            return self.env.cr.sql_log_count - count

        for partner in self.make_partners(3):
            self.enter([(partner, ago(10), 10)])
        self.derive_all()
        queries()
        few = queries()
        self.enter([(partner, ago(10), 10) for partner in self.make_partners(30)])
        self.derive_all()
        self.assertEqual(queries(), few)

    def test_one_in_a_few_of_many_clients(self):
        partners = self.make_partners(60)
        self.enter(
            [(p, ago(10), 10 + n) for n, p in enumerate(partners[:40])]
            + [(p, ago(400), 10) for p in partners[40:]]
        )
        self.derive_all()
        exact = self.counts(self.unsaved(vip_share=50))
        with patch(EXACT, 60):
            self.assertEqual(self.unsaved(vip_share=50).preview["note"], "")
        for limit, step in ((59, 2), (30, 2), (20, 3), (12, 5)):
            with self.subTest(limit=limit), patch(EXACT, limit):
                draft = self.unsaved(vip_share=50)
                self.assertIn(f"one client in {step}", draft.preview["note"])
                about = self.counts(draft)
                self.assertEqual(about["clients"], 60)
                for key, number in exact.items():
                    self.assertAlmostEqual(about[key], number, delta=step, msg=key)

    def test_lowest_role_sees_the_figures(self):
        self.client((ago(10), 10))
        self.derive_all()
        user = self.make_user("all", f"base.group_user,{ROLE_ALL}")
        policy = self.policy.with_user(user)
        self.assertEqual(self.counts(policy)["clients"], 1)

    def test_company_of_the_regulation_or_the_current_one(self):
        self.client((ago(10), 10))
        partners = self.make_partners(2)
        self.enter([(partner, ago(10), 10) for partner in partners], self.company_b)
        self.derive_all()
        both = self.make_user(
            "both", f"base.group_user,{ROLE_HEAD}", self.company | self.company_b
        )
        policy = self.policy_b.with_user(both).with_context(
            allowed_company_ids=(self.company | self.company_b).ids
        )
        self.assertEqual(self.counts(policy)["clients"], 2)
        self.assertIn("Second firm", policy.preview["title"])
        # Who may not enter the company learns nothing of it by typing its id.
        one = self.make_user("one", f"base.group_user,{ROLE_HEAD}")
        draft = (
            self.env["client.policy"]
            .with_user(one)
            .new(
                STANDARD | {"name": "x", "sequence": 0, "company_id": self.company_b.id}
            )
        )
        self.assertIn("sentence", draft.preview)

    def test_presets_have_none(self):
        preset = self.env["client.policy"].create(
            {"name": "Preset", "is_preset": True, "active": False}
        )
        self.assertFalse(preset.preview)
