"""The demo data tell one story: three trades, forty clients, two years, every state."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import datetime, safe_eval

ADDON = "client_base_retention"
TRADES = {
    "policy_wholesale_demo": ("wholesale", "segment_shop_demo"),
    "policy_centre_demo": ("children", "segment_family_demo"),
    "policy_travel_demo": ("travel", "segment_tourist_demo"),
}
# Every state that the words of the guide know.
STATES = {
    "status": {"prospect", "active", "former"},
    "abc_class": {"vip", "a", "b", "c"},
    "purchase_state": {"on_time", "late", "at_risk", "none"},
    "contact_mark": {
        *("overdue", "arranged", "paused", "grace", "soon", "ok", "none"),
    },
    "contact_state": {"none", "ok", "soon", "overdue"},
    "xyz_class": {"x", "y", "z"},
    "potential_level": {"high", "medium", "low"},
    "mood": {"1", "2", "3", "4", "5"},
    "is_newcomer": {True, False},
    "is_growth_point": {True, False},
    "is_dissatisfied": {True, False},
    "abc_excluded": {True, False},
}
# Client of the trading house: (mark, what is said of it, tries in vain).
SHOWN = {
    "alpha": ("overdue", " d late of 7 · call", 0),
    "elm": ("overdue", " d late of 14 · call", 3),
    "maple": ("overdue", " d late of 30 · call", 0),
    "puzzle": ("overdue", " d late of 18", 0),
    "bright": ("arranged", "arranged ", 0),
    "hilltop": ("arranged", "arranged ", 0),
    "lakeview": ("soon", "due ", 0),
    "dandelion": ("ok", "due ", 0),
    "jolly": ("ok", "agreed for ", 0),
    "fable": ("grace", "taken over today", 0),
    "krueger": ("paused", "paused until ", 0),
    "megamarket": ("none", "No norm", 0),
}
# What is empty, and why.
EMPTY = {
    "client_derive_run_menu": "the first night comes after the installation",
    "client_base_copy_menu": "a copy is made at a click, and weighs",
}
EMPTY_FOR = {
    # Own clients only, and no client of his is a family.
    "pavel": {"client_enrolment_menu"},
    # She sends nothing to herself; who sells nothing has no target.
    "ida": {"client_review_menu_mine", "client_target_menu"},
}


class DemoCase(TransactionCase):
    """Skipped without the demo data, and where they were not loaded today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref(f"{ADDON}.policy_wholesale_demo", False)
        cls.travel = cls.env.ref(f"{ADDON}.company_travel_demo", False)
        if not cls.policy or not cls.travel:
            cls.skipTest(cls, "no demo data")
        cls.company = cls.env.ref("base.main_company")
        cls.today = cls.company._client_today()
        if fields.Date.to_date(cls.policy.create_date) != cls.today:
            cls.skipTest(cls, "the demo data are of another day")
        cls.env["client.card"]._derive_all()
        cls.companies = cls.company | cls.travel
        cls.cards = cls.env["client.card"].search(
            [("company_id", "in", cls.companies.ids)]
        )

    @classmethod
    def ref(cls, name):
        return cls.env.ref(f"{ADDON}.{name}_demo")

    def card(self, name, company=None):
        partner = self.ref(f"partner_{name}")
        company = company or self.company
        return self.cards.filtered(
            lambda c: c.partner_id == partner and c.company_id == company
        )


@tagged("post_install", "-at_install")
class TestDemoStory(DemoCase):
    def test_forty_clients_and_two_years(self):
        bought = self.cards.filtered("first_purchase_date").partner_id
        self.assertGreaterEqual(len(bought), 40)
        days = [
            *self.env["sale.order"]
            .search([("partner_id", "child_of", bought.ids), ("state", "=", "sale")])
            .mapped("date_order"),
            *self.env["account.move"]
            .search(
                [
                    ("partner_id", "child_of", bought.ids),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ]
            )
            .mapped("invoice_date"),
        ]
        months = {(day.year, day.month) for day in days}
        last = [self.today - relativedelta(months=n) for n in range(1, 24)]
        self.assertLessEqual({(day.year, day.month) for day in last}, months)

    def test_every_state_is_there(self):
        for name, values in STATES.items():
            with self.subTest(name):
                self.assertLessEqual(values, set(self.cards.mapped(name)))

    def test_what_meets_in_one_client(self):
        wanted = {
            "small and large with others": lambda c: (
                c.abc_class == "c" and c.potential_level == "high"
            ),
            "came back": lambda c: c.winback_count,
            "not reached": lambda c: c.contact_tries >= 3,
            "class by hand": lambda c: c.abc_class_manual == "vip",
            "loyal": lambda c: c.mood in ("4", "5") and c.loyalty_score >= 70,
            "nobody is responsible": lambda c: c.status == "active" and not c.user_id,
        }
        for name, found in wanted.items():
            with self.subTest(name):
                self.assertTrue(self.cards.filtered(found))

    def test_clients_of_both_companies(self):
        cards = [
            self.cards.filtered(lambda c, f=f: c.company_id == f)
            for f in self.companies
        ]
        self.assertGreaterEqual(len(cards[0].partner_id & cards[1].partner_id), 3)

    def test_the_trading_house_on_this_day(self):
        for name, (mark, words, tries) in SHOWN.items():
            card = self.card(name)
            with self.subTest(name):
                self.assertEqual(card.contact_mark, mark)
                self.assertIn(words, card.contact_text)
                self.assertEqual(card.contact_tries, tries)

    def test_trades(self):
        for name, (trade, segment) in TRADES.items():
            policy = self.env.ref(f"{ADDON}.{name}")
            segment = self.env.ref(f"{ADDON}.{segment}")
            with self.subTest(trade):
                self.assertEqual(policy.trade, trade)
                self.assertEqual(policy._norms(), policy.preset_id._norms())
                self.assertTrue(segment.goal and segment.offer and segment.bait)
                self.assertTrue(segment.potential_formula)
                self.assertFalse(segment.potential_problem)
                lines = self.env["client.offer.line"].search(
                    [("segment_id", "=", segment.id)]
                )
                self.assertEqual(len(set(lines.mapped("action"))), 4)
                cards = self.cards.filtered(
                    lambda c, policy=policy, segment=segment: (
                        c.policy_id == policy and c.partner_id.segment_id == segment
                    )
                )
                self.assertGreaterEqual(len(cards), 10)
                self.assertGreaterEqual(len(cards.filtered("potential_computed")), 8)
                self.assertTrue(cards.filtered("growth_plan"))
                self.assertTrue(cards.filtered("growth_hint"))

    def test_people_of_each_trade(self):
        """Buyer and director; a family with children; who travels together."""
        alpha = self.ref("partner_alpha")
        posts = set(alpha.child_ids.mapped("function"))
        self.assertLessEqual({"Buyer", "Director"}, posts)
        ivanova = self.ref("partner_ivanova")
        self.assertEqual(len(ivanova.client_child_ids), 2)
        self.assertTrue(ivanova.client_family_enrolment_ids)
        relations = self.env["client.relation"].search(
            [("other_id", "=", self.ref("partner_nikitin").id)]
        )
        self.assertTrue(relations)

    def test_jobs(self):
        """One went with his knowledge to another client, one left, unknown where."""
        tom = self.ref("partner_fable_tom")
        self.assertEqual(tom.parent_id, self.ref("partner_oldtown"))
        past = self.env["client.employment"].search([("date_to", "!=", False)])
        self.assertLessEqual(tom | self.ref("partner_alpha_vera"), past.person_id)

    def test_what_clients_said(self):
        remarks = self.env["client.remark"].search([])
        self.assertEqual(set(remarks.mapped("kind")), {"problem", "positive", "wish"})
        problems = remarks.filtered(lambda r: r.kind == "problem")
        for company in self.companies:
            states = problems.filtered(lambda r, c=company: r.company_id == c)
            self.assertEqual(set(states.mapped("state")), {"open", "solved"})

    def test_a_closed_month(self):
        for company in self.companies:
            last = self.today.replace(day=1) - relativedelta(months=1)
            month = self.env["client.compliance.month"].search(
                [("company_id", "=", company.id), ("month", "=", last)]
            )
            with self.subTest(company.name):
                self.assertEqual(month.state, "closed")
                self.assertTrue(month.line_ids and month.user_line_ids)

    def test_movements_of_a_year(self):
        moves = self.env["client.transition"].search(
            [("card_id", "in", self.cards.ids), ("field_name", "=", "status")]
        )
        self.assertGreaterEqual(len({(m.date.year, m.date.month) for m in moves}), 6)
        kinds = set(moves.mapped(lambda m: (m.old_value, m.new_value)))
        self.assertLessEqual({("active", "former"), ("former", "active")}, kinds)

    def test_nobody_was_told_by_mail(self):
        partners = self.cards.partner_id
        sent = self.env["mail.message"].search_count(
            [
                ("model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertFalse(sent)


@tagged("post_install", "-at_install")
class TestDemoScreens(DemoCase):
    """No page of the menus is empty: what a list shows at first is not looked at, only
    that there is something to show."""

    def menus(self, user):
        root = self.env.ref(f"{ADDON}.client_base_menu")
        menus = self.env["ir.ui.menu"].with_user(user)
        found = menus.browse(menus._visible_menu_ids())
        inside = f"{root.id}/"
        return found.filtered(lambda m: m.action and m.parent_path.startswith(inside))

    def count(self, action, user):
        """Number of records of a window action; None where it shows no records."""
        if action._name != "ir.actions.act_window" or action.target == "new":
            return None
        values = {
            "uid": user.id,
            "allowed_company_ids": user.company_id.ids,
            "active_id": False,
            "context_today": fields.Date.today,
            "datetime": datetime,
        }
        context = safe_eval(action.context or "{}", values)
        records = self.env(user=user)[action.res_model].with_context(
            **context, allowed_company_ids=user.company_id.ids
        )
        if records._transient:
            return None
        return records.search_count(safe_eval(action.domain or "[]", values))

    def test_no_page_is_empty(self):
        for login in ("maria", "pavel", "ida"):
            user = self.ref(f"user_{login}")
            menus = self.menus(user)
            self.assertGreater(len(menus), 20)
            names = menus.sudo()._get_external_ids()
            for menu in menus:
                name = names[menu.id][0].split(".")[1]
                number = self.count(menu.action.sudo(), user)
                with self.subTest(login=login, menu=name):
                    if name in EMPTY or name in EMPTY_FOR.get(login, ()):
                        self.assertFalse(number)
                    elif number is not None:
                        self.assertTrue(number)

    def test_desk_of_the_steward(self):
        reviews = self.env["client.review"].search([])
        self.assertTrue(reviews.filtered("image"))
        self.assertGreaterEqual(self.env["client.duplicate"].search_count([]), 2)
        report = self.env["client.confirmation.report"]
        kinds = {kind for (kind,) in report._read_group([], ["kind"])}
        self.assertLessEqual({"held", "confirmed"}, kinds)
        entries = self.ref("client_subscribe_form").entry_ids
        self.assertEqual(set(entries.mapped("state")), {"made", "known"})
