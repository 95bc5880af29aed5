"""The launch page (sketch 5.0): what it shows of the company, and its lists."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import NOON, ROLE_HEAD, SALES, TODAY, ClientBaseCommon, ago

COUNT_LIMIT = "odoo.addons.client_base_retention.models.client_launch.COUNT_LIMIT"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLaunch(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.company + cls.company_b
        cls.head = cls.make_user("la_head", ROLE_HEAD, cls.both)

    def launch(self, company=None, allowed=None):
        company = company or self.company
        others = (allowed or company) - company
        return (
            self.env["client.launch"]
            .with_user(self.head)
            .with_context(allowed_company_ids=[company.id, *others.ids])
        )

    def state(self, **where):
        return self.launch(**where).get_state()

    def listed(self, name, **where):
        """The records of a list of the page, as the same user sees them."""
        launch = self.launch(**where)
        action = launch.open_list(name)
        model = launch.env[action["res_model"]].with_context(**action["context"])
        return model.search(action["domain"])

    # ----------------------------------------------------------------------- purchases

    def counts(self, **where):
        found = self.state(**where)["purchases"]["counts"]
        return {key: count["value"] for key, count in found.items() if key != "pos"}

    def test_purchases_by_source_and_company(self):
        self.set_up_accounting(self.company)
        partner = self.make_partner()
        orders = self.buy(partner) | self.buy(partner) | self.buy(partner)
        orders[0]._action_cancel()
        self.quote(partner)
        self.buy(partner, company=self.company_b)
        posted = self.invoice(partner, TODAY, 10)
        self.invoice(partner, TODAY, 5, "out_refund")
        posted.copy()
        self.invoice(partner, TODAY, 5).button_cancel()
        self.enter([(partner, TODAY, 1)] * 4)
        self.enter([(partner, TODAY, 1)], self.company_b)
        for allowed in (self.company, self.both):
            with self.subTest(allowed=len(allowed)):
                self.assertEqual(
                    self.counts(allowed=allowed), {"order": 2, "invoice": 2, "entry": 4}
                )
        self.assertEqual(
            self.counts(company=self.company_b), {"order": 1, "invoice": 0, "entry": 1}
        )

    def test_point_of_sale_only_where_it_is(self):
        found = self.state()["purchases"]["counts"]
        self.assertEqual("pos" in found, "pos.order" in self.env)

    def test_which_source_counts(self):
        self.assertEqual(self.state()["purchases"]["counted"], "order")
        partner = self.make_partner()
        self.buy(partner)
        self.assertEqual(self.card_of(partner).status, "active")
        found = self.launch().choose_source("invoice")
        self.assertEqual(found["purchases"]["counted"], "invoice")
        self.assertEqual(self.card_of(partner).status, "prospect")
        self.assertEqual(self.company_b.client_purchase_source, "order")

    def test_very_many_are_more_than(self):
        self.enter([(self.make_partner(), TODAY, 1)] * 2)
        for limit, shown in ((2, (2, False)), (1, (1, True))):
            with patch(COUNT_LIMIT, limit), self.subTest(limit):
                count = self.state()["purchases"]["counts"]["entry"]
                self.assertEqual((count["value"], count["more"]), shown)

    # ---------------------------------------------------------------------- who is in

    def test_who_is_in(self):
        self.client((TODAY, 1), name="Active")
        self.client((ago(5), 1), name="Active too")
        self.client((ago(800), 1), name="Former")
        self.client(name="Prospect")
        self.client((TODAY, 1), name="Archived").partner_id.active = False
        self.enter([(self.make_partner("Theirs"), TODAY, 1)], self.company_b)
        for allowed in (self.company, self.both):
            clients = self.state(allowed=allowed)["clients"]
            found = [clients[key] for key in ("active", "former", "prospect")]
            self.assertEqual(found, [2, 1, 1])
            listed = self.listed("clients", allowed=allowed).partner_id
            self.assertEqual(
                sorted(listed.mapped("name")),
                ["Active", "Active too", "Former", "Prospect"],
            )

    def test_who_is_kept_out(self):
        portal = self.make_user("la_portal", "base.group_portal")
        left = self.make_user("la_left")
        left.active = False
        no_client = self.client((TODAY, 1), name="No client")
        partner = no_client.partner_id
        no_client.with_user(self.head).action_not_a_client()
        theirs = self.make_partner("Not for them")
        self.company_b.client_excluded_partner_ids = theirs
        listed = self.listed("kept_out")
        self.assertEqual(len(listed), self.state()["clients"]["kept_out"])
        for name, kept in (
            ("own company", self.company.partner_id),
            ("other own company", self.company_b.partner_id),
            ("user", self.head.partner_id),
            ("public user", self.env.ref("base.public_partner")),
            ("not a client", partner),
        ):
            self.assertIn(kept, listed, name)
        for name, client in (
            ("portal user", portal.partner_id),
            ("user who left", left.partner_id),
            ("not a client of the other company", theirs),
        ):
            self.assertNotIn(client, listed, name)
        partner.active = False
        self.assertEqual(
            len(self.listed("kept_out")), self.state()["clients"]["kept_out"]
        )

    def test_kept_out_that_the_head_may_not_see(self):
        """A contact that was moved to another company is in neither number nor list."""
        partner = self.make_partner("Moved")
        self.company.client_excluded_partner_ids = partner
        before = self.state()["clients"]["kept_out"]
        partner.company_id = self.company_b
        self.assertEqual(self.state()["clients"]["kept_out"], before - 1)
        self.assertEqual(len(self.listed("kept_out")), before - 1)

    def test_while_cards_have_no_figures_yet(self):
        self.client((TODAY, 1))
        self.env["client.card"].sudo()._insert_cards(
            self.company, TODAY, self.partner_ids_query(self.make_partner("New"))
        )
        clients = self.state()["clients"]
        number = sum(clients[key] for key in ("active", "former", "prospect"))
        self.assertEqual(len(self.listed("clients")), number)

    def partner_ids_query(self, partners):
        return SQL("SELECT unnest(%s::integer[])", partners.ids)

    # ------------------------------------------------------------------------- giants

    def giant(self):
        found = self.state()["clients"]["giant"]
        return found and (found["name"], found["share"])

    def test_half_of_the_turnover_is_no_giant(self):
        self.client((TODAY, 50), name="Half")
        self.client((TODAY, 49.99), name="Other half")
        self.assertEqual(self.giant(), ("Half", 50))
        self.client((TODAY, 0.01), name="Crumb")
        self.assertFalse(self.giant())

    def test_who_is_no_giant(self):
        with self.subTest("nobody"):
            self.assertFalse(self.giant())
        only = self.client((TODAY, 1000), name="Only one")
        with self.subTest("one client"):
            self.assertFalse(self.giant())
        self.client((TODAY, -5), name="Only refunds")
        with self.subTest("one client who bought"):
            self.assertFalse(self.giant())
        self.client((TODAY, 10), name="Small")
        self.client((TODAY, 10), name="Small too")
        self.assertEqual(self.giant(), ("Only one", 98))
        with self.subTest("outside the shares"):
            only.abc_excluded = True
            self.assertFalse(self.giant())
            only.abc_excluded = False
        with self.subTest("archived"):
            only.partner_id.active = False
            self.assertFalse(self.giant())

    def test_former_client_is_no_giant(self):
        """Former clients take no part in the shares, even with turnover in them."""
        self.policy.write({"abc_period_months": 24, "former_after_months": 6})
        self.client((ago(300), 1000), name="Former giant")
        self.client((TODAY, 10), name="One")
        self.client((TODAY, 10), name="Two")
        self.assertFalse(self.giant())

    def test_giant_under_his_regulation(self):
        """Shares are measured under each regulation by itself."""
        segment = self.env["client.segment"].create({"name": "Great resellers"})
        self.policy.copy({"segment_ids": segment.ids, "sequence": 0})
        self.client((TODAY, 5000), name="Alone there", segment_id=segment.id)
        self.client((TODAY, 90), name="Great here")
        self.client((TODAY, 10), name="Small here")
        self.assertEqual(self.giant(), ("Great here", 90))

    def test_giant_of_another_company(self):
        self.enter([(self.make_partner(), TODAY, 900)], self.company_b)
        self.enter([(self.make_partner(), TODAY, 1)], self.company_b)
        self.assertFalse(self.giant())

    def test_take_out_of_shares(self):
        giant = self.client((TODAY, 850), name="Marketplace")
        others = [self.client((TODAY, 50), name=f"Client {n}") for n in range(3)]
        self.derive_all()
        self.assertEqual([card.abc_class for card in others], ["b", "b", "c"])
        found = self.launch().get_state()["clients"]
        launch = self.launch()
        state = launch.take_out_of_shares(found["giant"]["card_id"])
        self.assertTrue(giant.abc_excluded)
        self.assertFalse(giant.abc_class)
        self.assertEqual([card.abc_class for card in others], ["vip", "a", "a"])
        self.assertFalse(state["clients"]["giant"])
        self.assertEqual(state["clients"]["outside_shares"], 1)
        self.assertEqual(self.listed("outside_shares"), giant)

    # -------------------------------------------------------------------- salespersons

    def test_without_salesperson(self):
        seller = self.make_user("la_seller", SALES)
        only_b = self.make_user("la_only_b", SALES, self.company_b)
        left = self.make_user("la_gone", SALES)
        self.client(name="Has one", user_id=seller.id)
        self.client(name="Nobody")
        self.client(name="Works elsewhere", user_id=only_b.id)
        self.client(name="Left us", user_id=left.id)
        left.active = False
        partner = self.make_partner("Seller of the order")
        self.buy(partner, TODAY, seller=seller)
        self.assertEqual(self.card_of(partner).user_id, seller)
        by_hand = self.client((TODAY, 1), name="On the card")
        self.enter([(by_hand.partner_id, TODAY, 1)], self.company_b)
        by_hand.user_id = seller
        self.assertTrue(by_hand.user_is_manual)
        self.client(name="Archived").partner_id.active = False
        expected = ["Left us", "Nobody", "Seller of the order", "Works elsewhere"]
        for allowed in (self.company, self.both):
            with self.subTest(allowed=len(allowed)):
                listed = self.listed("unassigned", allowed=allowed).partner_id
                self.assertEqual(sorted(listed.mapped("name")), expected)
                missing = self.state(allowed=allowed)["owners"]["missing"]
                self.assertEqual(missing, {"value": 4, "more": False})
        theirs = self.listed("unassigned", company=self.company_b).partner_id
        self.assertEqual(theirs.mapped("name"), ["On the card"])

    # ------------------------------------------------------------------------ progress

    def test_progress(self):
        runs = self.env["client.derive.run"]
        runs.search([]).unlink()
        self.assertEqual(self.state()["progress"], {"cards": 0, "total": 0})
        run = runs.create(
            {
                "company_id": self.company.id,
                "date": TODAY,
                "state": "standing",
                "cards": 20,
                "total": 80,
            }
        )
        self.assertEqual(self.state()["progress"], {"cards": 20, "total": 80})
        with self.subTest("a company founded since waits for nothing"):
            self.assertFalse(self.state(company=self.company_b)["progress"])
        run.state = "done"
        self.assertFalse(self.state()["progress"])

    def test_progress_of_a_run_step_by_step(self):
        self.client((TODAY, 1))
        run = self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": TODAY}
        )
        seen = set()
        while run.state != "done":
            seen.add(tuple(self.state()["progress"].values()))
            run._step()
        self.assertEqual(seen, {(0, 0), (0, 1), (1, 1)})
        self.assertFalse(self.state()["progress"])

    # --------------------------------------------------------------------------- trade

    def test_trade(self):
        policies = self.env["client.policy"]
        values = {"name": "P", "active": False, "is_preset": True, "trade": "travel"}
        if not policies._preset_of("travel"):
            policies.create(values | {"former_after_months": 18})
        state = self.state()["trade"]
        self.assertFalse(state["chosen"])
        self.assertEqual(state["policy_id"], self.policy.id)
        found = self.launch().choose_trade("travel")["trade"]
        self.assertEqual((found["chosen"], found["changed"]), ("travel", False))
        policy = policies.browse(found["policy_id"])
        self.assertEqual(policy, policies._default_policy(self.company))
        self.assertEqual(policy.former_after_months, 18)
        self.assertFalse(self.state(company=self.company_b)["trade"]["chosen"])
        policy.former_after_months = 17
        self.assertTrue(self.state()["trade"]["changed"])

    def test_teams_of_the_company(self):
        names = {"Ours": self.company.id, "Theirs": self.company_b.id, "All's": False}
        self.env["crm.team"].create(
            [{"name": name, "company_id": company} for name, company in names.items()]
        )
        for allowed in (self.company, self.both):
            found = {team["name"] for team in self.state(allowed=allowed)["teams"]}
            self.assertLessEqual({"Ours", "All's"}, found)
            self.assertNotIn("Theirs", found)

    def test_large_base_is_taken_out_in_the_background(self):
        giant = self.client((TODAY, 850), name="Marketplace")
        self.client((TODAY, 50))
        at_once = "odoo.addons.client_base_retention.models.res_company.AT_ONCE"
        with patch(at_once, 1):
            state = self.launch().take_out_of_shares(giant.id)
        self.assertTrue(state["progress"])
        self.assertEqual(state["clients"]["outside_shares"], 1)

    def test_not_a_client_by_the_list(self):
        """The page says how: mark him in the list, *Not a client* in the actions."""
        card = self.client((TODAY, 1))
        action = self.env["ir.actions.actions"].with_user(self.head)
        found = action.get_bindings("client.card").get("action", [])
        names = [one["name"] for one in found]
        self.assertIn("Not a client", names)
        before = self.state()["clients"]["kept_out"]
        card.with_user(self.head).action_not_a_client()
        state = self.state()["clients"]
        self.assertEqual((state["active"], state["kept_out"]), (0, before + 1))
        self.company.client_excluded_partner_ids = [Command.clear()]
