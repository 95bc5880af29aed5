"""The presets by trade say what the product description says (its section 2).

``*`` in the tables stands for figures and norms that come from practice.
"""

from odoo.tests import tagged
from odoo.tools.convert import convert_file

from .common import ClientBaseCommon

EVEN, STEEP = (10, 50, 80), (20, 80, 95)
# Months of turnover, shares, typical cycle, late and at risk (cycles), former after,
# open tasks, end of norms for former clients and for prospects.
FIGURES = {
    "wholesale": (12, STEEP, 30, 1.25, 2, 12, 12, 18, 6),
    "contracts": (24, STEEP, 365, 1.25, 2, 24, 8, 18, 6),
    "travel": (24, EVEN, 180, 1.25, 2.2, 18, 5, 18, 6),
    "children": (12, EVEN, 30, 1.4, 2, 4, 8, 18, 6),
    "consultant": (12, EVEN, 30, 1.25, 2, 12, 8, 0, 6),
    "salon": (12, EVEN, 30, 1.25, 2, 3, 8, 0, 6),
    "clothes": (12, EVEN, 90, 1.25, 2, 12, 8, 0, 6),
    "info": (12, EVEN, 0, 1.25, 2, 18, 8, 0, 18),
    "building": (24, STEEP, 365, 1.25, 2, 24, 8, 18, 6),
}
PRACTICE = {
    "contracts": {"required_fields"},
    "travel": {"typical_cycle_days", "former_after_months"},
    "children": {"required_fields"},
    "consultant": {"former_after_months", "required_fields"},
    "salon": {"typical_cycle_days"},
    "info": {"former_after_months", "prospect_norm_months"},
    "building": {"required_fields"},
}
NORMS = {
    "wholesale": """
        vip call 1week *
        vip meeting 1month *
        a call 2week
        a meeting 3month
        b call 2month
        c call 6month *
        c/high call 2week
        c/high meeting 3month
        newcomer call 30day first7
        prospect call 1month *
        former call 6month
    """,
    "contracts": """
        vip call 1month
        vip meeting 3month
        a call 2month
        b call 3month
        c any 6month
        c/high call 3month
        newcomer call 60day first7
        prospect call 1month *
        former call 12month
    """,
    "travel": """
        vip any 2month
        a any 3month
        b any 6month
        c call 12month
        c/high any 6month
        active email 1month 9-9 *
        active email 1month 5-5 *
        newcomer call 60day first2
        prospect email 1month
        former email 1month
    """,
    "children": """
        vip any 1month
        a any 2month
        b any 3month
        c email 3month
        c/high any 3month
        active email 2month 8-9
        newcomer call 14day first1
        prospect call 6month first1
        prospect any 1month
        former call 12month first1
        former email 2month 8-9
    """,
    "consultant": """
        vip any 15day
        vip meeting 12month *
        a any 1month
        b any 2month
        c any 6month
        c/high any 1month
        active email 6month *
        newcomer call 14day first7
        prospect any 15day
        former email 6month *
    """,
    "salon": """
        vip message 1week *
        a message 1week *
        active message 10day *
        prospect message 1month *
    """,
    "clothes": """
        vip message 15day *
        a message 15day *
        active message 1month *
        prospect message 1month *
    """,
    "info": """
        vip email 3day *
        a email 3day *
        active email 1week *
        prospect email 1week *
    """,
    "building": """
        vip meeting 3month
        active call 1month 11-3 *
        active call 15day 4-10 *
        newcomer call 15day first7
        prospect call 1month *
        former call 12month
    """,
}
DAYS = {"day": 1, "week": 7, "month": 30}


def shape(rule):
    """A norm in the notation of the table above."""
    who = "newcomer" if rule.is_newcomer else rule.abc_class or rule.status
    if rule.potential_level:
        who += f"/{rule.potential_level}"
    words = [who, rule.kind, f"{rule.interval_count}{rule.interval_unit}"]
    if rule.first_days:
        words.append(f"first{rule.first_days}")
    if rule.season_from:
        words.append(f"{rule.season_from}-{rule.season_to}")
    if rule.from_practice:
        words.append("*")
    return " ".join(words)


@tagged("post_install", "-at_install")
class TestPolicyPresetData(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        found = (
            cls.env["client.policy"]
            .with_context(active_test=False)
            .search([("is_preset", "=", True)])
        )
        cls.presets = {preset.trade: preset for preset in found}
        cls.other = cls.presets.pop("other")

    def test_another_trade_has_the_defaults_and_no_norms(self):
        defaults = self.env["client.policy"].create({"name": "Defaults"})
        self.assertEqual(self.other.name, "Standard regulation")
        self.assertFalse(self.other.rule_ids)
        self.assertFalse(self.other.segment_of_trade_id)
        for name in ("abc_period_months", "vip_share", "a_share", "b_share"):
            self.assertEqual(self.other[name], defaults[name])
        for name in ("abc_review", "former_after_months", "daily_task_limit"):
            self.assertEqual(self.other[name], defaults[name])

    def test_there_is_one_preset_for_every_trade(self):
        trades = dict(self.env["client.policy"]._fields["trade"].selection)
        trades.pop("other")
        self.assertEqual(set(self.presets), set(trades))
        self.assertEqual(set(FIGURES), set(trades))
        for trade, preset in self.presets.items():
            with self.subTest(trade=trade):
                self.assertEqual(preset.name, trades[trade])
                self.assertFalse(preset.active)
                self.assertFalse(preset.company_id)
                self.assertFalse(preset.segment_ids)

    def test_figures(self):
        for trade, figures in FIGURES.items():
            months, shares, cycle, late, risk, former, limit, ends, ripens = figures
            with self.subTest(trade=trade):
                self.assertRecordValues(
                    self.presets[trade],
                    [
                        {
                            "abc_period_months": months,
                            "vip_share": shares[0],
                            "a_share": shares[1],
                            "b_share": shares[2],
                            "abc_review": "monthly",
                            "typical_cycle_days": cycle,
                            "late_factor": late,
                            "risk_factor": risk,
                            "former_after_months": former,
                            "former_cycle_factor": 2,
                            "newcomer_days": 60,
                            "daily_task_limit": limit,
                            "former_norm_months": ends,
                            "prospect_norm_months": ripens,
                        }
                    ],
                )

    def test_days_that_the_description_names(self):
        """Children: late 45 days, at risk 60; travel: at risk after 13 months."""
        children, travel = self.presets["children"], self.presets["travel"]
        cycle = children.typical_cycle_days
        self.assertEqual(round(children.late_factor * cycle + 3), 45)
        self.assertEqual(round(children.risk_factor * cycle), 60)
        self.assertEqual(round(travel.risk_factor * 180 / 30.4), 13)

    def test_only_children_pause_in_summer(self):
        for trade, preset in self.presets.items():
            pause = (6, 8) if trade == "children" else (0, 0)
            self.assertEqual((preset.pause_from, preset.pause_to), pause, trade)

    def test_only_wholesale_counts_orders_as_calls(self):
        for trade, preset in self.presets.items():
            expected = "call" if trade == "wholesale" else "nothing"
            self.assertEqual(preset.order_counts_as, expected, trade)

    def test_figures_from_practice_are_named(self):
        for trade, preset in self.presets.items():
            names = set((preset.practice_fields or "").split(",")) - {""}
            self.assertEqual(names, PRACTICE.get(trade, set()), trade)
            self.assertLessEqual(names, set(preset._fields))

    def test_norms(self):
        for trade, table in NORMS.items():
            expected = [" ".join(line.split()) for line in table.strip().splitlines()]
            with self.subTest(trade=trade):
                found = [shape(rule) for rule in self.presets[trade].rule_ids]
                self.assertEqual(found, expected)

    def test_warning_follows_the_interval(self):
        """Up to 14 days 1, up to 60 days 3, longer 7, meetings 7."""
        for preset in self.presets.values():
            for rule in preset.rule_ids:
                days = rule.interval_count * DAYS[rule.interval_unit]
                days = min(days, rule.first_days or days)
                warning = 1 if days <= 14 else 3 if days <= 60 else 7
                if rule.kind == "meeting":
                    warning = 7
                with self.subTest(trade=preset.trade, norm=rule.sentence):
                    self.assertEqual(rule.warning_days, warning)

    def test_every_client_of_the_five_trades_has_a_norm(self):
        who = {"vip", "a", "b", "c", "c/high", "newcomer", "prospect", "former"}
        for trade in ("wholesale", "contracts", "travel", "children", "consultant"):
            found = {shape(rule).split()[0] for rule in self.presets[trade].rule_ids}
            self.assertLessEqual(who, found, trade)

    def test_every_preset_brings_a_segment(self):
        segments = self.env["client.segment"]
        for trade, preset in self.presets.items():
            segment = preset.segment_of_trade_id
            self.assertTrue(segment.description, trade)
            segments |= segment
        self.assertEqual(len(segments), len(self.presets))

    def test_required_fields_are_requirements(self):
        """What a full card has is asked for, and named in words."""
        for trade, preset in self.presets.items():
            needs = preset.data_requirement_ids
            self.assertEqual(
                len(preset._required_words()), len(set(needs.mapped("what")))
            )
            names = preset.required_fields.split(",")
            reach = {"phone", "email", "phone_or_email"}
            self.assertTrue(reach.intersection(names), trade)
        self.assertEqual(
            self.presets["children"].required_fields.split(","),
            [
                code
                for code in self.env["client.card"]._data_checks()
                if code
                in {"phone", "email", "address", "person", "child", "child_birthday"}
            ],
        )
        consultant = self.presets["consultant"].required_fields.split(",")
        self.assertIn("portrait", consultant)

    # ----------------------------------------------------------- update of the addon

    def load(self, *names):
        for name in names:
            convert_file(
                self.env, "client_base_retention", f"data/{name}", {}, mode="update"
            )

    def test_an_update_renews_presets_and_keeps_what_is_peoples(self):
        preset = self.presets["travel"]
        own = self.env["client.policy"]._choose_trade(self.company, "travel")
        own.vip_share = 33
        own.rule_ids[:2].unlink()
        kept = own.rule_ids.mapped("sentence")
        segment = self.presets["building"].segment_of_trade_id
        segment.write({"name": "Our builders", "active": True})
        preset.sudo().write({"vip_share": 1, "former_after_months": 3})
        preset.rule_ids[0].sudo().write({"interval_count": 11})
        self.load(
            "client_segment_data.xml",
            "client_policy_preset_data.xml",
            "client.contact.rule.csv",
        )
        self.env.invalidate_all()
        self.assertRecordValues(
            preset, [{"vip_share": 10, "former_after_months": 18, "active": False}]
        )
        self.assertEqual(preset.rule_ids[0].interval_count, 2)
        self.assertTrue(preset.rule_ids.filtered("from_practice"))
        self.assertEqual(own.vip_share, 33)
        self.assertEqual(own.rule_ids.mapped("sentence"), kept)
        self.assertRecordValues(segment, [{"name": "Our builders", "active": True}])

    def test_an_update_derives_nobody_anew(self):
        """Presets hold for nobody: renewing them starts no derivation."""
        runs = self.env["client.derive.run"].search_count([])
        self.client(("2025-06-01", 100))
        before = self.versions("client_card")
        self.load("client_policy_preset_data.xml")
        self.assertEqual(self.versions("client_card"), before)
        self.assertEqual(self.env["client.derive.run"].search_count([]), runs)
