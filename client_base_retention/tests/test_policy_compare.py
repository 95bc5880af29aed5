"""*Compare with the preset* and *What this sets*: every difference, in words."""

from lxml import html

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_policy_preset import PresetCommon


def rows(table):
    """Texts of the cells of a table, row by row."""
    return [
        [cell.text_content() for cell in row.xpath("./td|./th")]
        for row in html.fromstring(str(table)).xpath("//tbody/tr")
    ]


@tagged("post_install", "-at_install")
class TestPolicyCompare(PresetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.Policy._choose_trade(cls.shop, "children")

    def norm(self, **values):
        found = self.own.rule_ids
        for name, value in values.items():
            found = found.filtered(lambda r, n=name, v=value: r[n] == v)
        return found

    def compared(self):
        self.own.invalidate_recordset()
        return rows(self.own.preset_difference)

    def test_nothing_changed(self):
        self.assertIn("Nothing was changed", self.own.preset_difference)
        self.assertFalse(self.standard.preset_difference)

    def test_exactly_the_differences(self):
        self.own.write(
            {
                "vip_share": 12.5,
                "pause_from": 0,
                "pause_to": 0,
                "abc_review": "nightly",
                "required_fields": "website,phone:vip,phone:active,phone:vip",
                "rule_ids": [
                    Command.create({"kind": "meeting", "interval_unit": "week"}),
                    Command.delete(self.norm(status="prospect", kind="call").id),
                    Command.update(
                        self.norm(abc_class="vip").id, {"interval_count": 2}
                    ),
                    Command.update(self.norm(abc_class="b").id, {"warning_days": 0}),
                ],
            }
        )
        self.assertCountEqual(
            self.compared(),
            [
                ["VIP bring the first, % of turnover", "12.5", "10"],
                ["Class changes", "Every night", "Once a month"],
                ["Pause from month", "–", "June"],
                ["Pause to month", "–", "August"],
                [
                    "What a full card has",
                    "Telephone (VIP, Active), Website",
                    "Telephone, E-mail, Address, A contact person, "
                    "Name of a child, Birthdays of the children",
                ],
                ["Norm", "Active: meeting at least once a week", "–"],
                [
                    "Norm",
                    "VIP: any contact at least once in 2 months; announced 3 d before",
                    "VIP: any contact at least once a month; announced 3 d before",
                ],
                [
                    "Norm",
                    "B: any contact at least once in 3 months",
                    "B: any contact at least once in 3 months; announced 7 d before",
                ],
                [
                    "Norm",
                    "–",
                    "Prospect: call at least once in 6 months, the first after 1 d; "
                    "announced 1 d before",
                ],
            ],
        )

    def test_a_doubled_norm_is_a_difference(self):
        self.norm(abc_class="a").copy()
        words = "A: any contact at least once in 2 months; announced 3 d before"
        self.assertEqual(self.compared(), [["Norm", words, "–"]])

    def test_html_is_escaped(self):
        user = self.make_user("cb_html", name="<b>Bold</b>")
        self.norm(abc_class="a").write(
            {"responsible": "user", "responsible_user_id": user.id}
        )
        self.own.invalidate_recordset()
        self.assertIn("&lt;b&gt;Bold", self.own.preset_difference)
        self.assertNotIn("<b>", self.own.preset_difference)
        self.assertTrue(self.compared()[0][1].endswith("; <b>Bold</b>"))

    def test_a_salesperson_may_compare(self):
        self.own.vip_share = 1
        own = self.own.with_user(self.seller)
        self.assertEqual(len(rows(own.preset_difference)), 1)
        self.assertTrue(self.preset("travel").with_user(self.seller).preset_summary)

    def test_summary_says_everything_and_where_from(self):
        trades = dict(self.Policy._fields["trade"].selection)
        for trade in trades.keys() - {"other"}:
            preset = self.preset(trade)
            table = rows(preset.preset_summary)
            with self.subTest(trade=trade):
                norms = [row for row in table if row[0] == "Norm"]
                self.assertEqual(len(norms), len(preset.rule_ids))
                for row, rule in zip(norms, preset.rule_ids, strict=True):
                    self.assertTrue(row[1].startswith(rule.sentence))
                    origin = "from practice" if rule.from_practice else "our suggestion"
                    self.assertEqual(row[2], origin)
                figures = {row[0]: row[1:] for row in table if row[0] != "Norm"}
                self.assertEqual(
                    figures["Former after months"][0], str(preset.former_after_months)
                )
                self.assertEqual(figures["Newcomer for days"], ["60", "our suggestion"])
                self.assertEqual(figures["Segment"][0], preset.segment_of_trade_id.name)
        travel = {row[0]: row[1:] for row in rows(self.preset("travel").preset_summary)}
        self.assertEqual(travel["Former after months"], ["18", "from practice"])
        self.assertEqual(travel["Months of turnover"], ["24", "our suggestion"])

    def test_note_says_what_comes_from_practice(self):
        def note(policy):
            policy.invalidate_recordset()
            return policy.practice_note

        self.assertFalse(note(self.standard))
        travel = self.choose("travel")
        self.assertEqual(
            note(travel),
            "From the practice of the trade: Former after months; Typical cycle, days; "
            "norms marked so (2). The other figures and norms are our suggestion.",
        )
        with self.subTest("the preset says the same as what began as it"):
            self.assertEqual(note(self.preset("travel")), note(travel))
            self.assertIn("What a full card has", note(self.preset("children")))
        with self.subTest("what was changed is no longer from practice"):
            travel.former_after_months = 20
            travel.rule_ids.filtered("from_practice")[:1].interval_count = 2
            self.assertEqual(
                note(travel),
                "From the practice of the trade: Typical cycle, days; norms marked so "
                "(1). The other figures and norms are our suggestion.",
            )
            travel.typical_cycle_days = 90
            travel.rule_ids.unlink()
            self.assertEqual(note(travel), "All figures are our suggestion.")

    def test_only_a_preset_is_compared_with(self):
        """Another company's figures are not to be had by a comparison."""
        own = self.own.with_user(self.head)
        with self.assertRaises(ValidationError):
            own.preset_id = self.policy_b

    def test_dialogs_open(self):
        for policy, action, view in (
            (self.own, "action_compare_preset", "compare"),
            (self.preset("info"), "action_what_this_sets", "preset"),
        ):
            with self.subTest(action=action):
                found = getattr(policy.with_user(self.head), action)()
                view = self.env.ref(
                    f"client_base_retention.client_policy_view_form_{view}"
                )
                self.assertEqual(found["views"], [(view.id, "form")])
                self.assertEqual(found["res_id"], policy.id)
                self.assertEqual(found["target"], "new")
