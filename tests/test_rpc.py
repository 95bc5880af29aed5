"""The calls that the web client makes for a salesperson, over HTTP and JSON-RPC.

Lists, boards and the contact form are read with exactly the fields that their views
name, in the companies that the user has switched on; without a role nothing is seen.
"""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

ROLE = "client_base_retention.group_client_all"
ACCESS_ERROR = "odoo.exceptions.AccessError"
CARD = "client.card"


@tagged("post_install", "-at_install")
class TestRpc(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.env["res.company"].create({"name": "Other company"})
        sales = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
        cls.seller = new_test_user(
            cls.env,
            "rpc_seller",
            groups=f"{sales},{ROLE}",
            company_ids=[(6, 0, (cls.here | cls.there).ids)],
        )
        cls.stranger = new_test_user(cls.env, "rpc_stranger", groups=sales)
        # Who sells gets a role by himself.
        cls.stranger.group_ids -= cls.env.ref("client_base_retention.group_client_all")
        cls.product = cls.env["product.product"].create({"name": "Rpc saw"})
        cls.big = cls._client("Rpc Big", 3000, (40, 20, 1))
        cls.small = cls._client("Rpc Small", 10, (5,))
        cls.former = cls._client("Rpc Former", 700, (900,))
        cls.person = cls.env["res.partner"].create(
            {
                "name": "Rpc Person",
                "parent_id": cls.big.id,
                "phone": "+1 555 0199",
                "email": "rpc.person@example.com",
            }
        )
        cls._order(cls.small, 500, 3, cls.there)
        cls.env["client.card"]._derive_all()
        cls.clients = cls.big | cls.small | cls.former
        cls.ours = [("partner_id", "in", cls.clients.ids)]

    @classmethod
    def _client(cls, name, amount, days):
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": cls.seller.id}
        )
        for ago in days:
            cls._order(partner, amount, ago, cls.here)
        return partner

    @classmethod
    def _order(cls, partner, amount, ago, company):
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": False}
        cls.env["sale.order"].with_company(company).create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "state": "sale",
                "date_order": fields.Datetime.now() - timedelta(days=ago),
                "order_line": [fields.Command.create(line)],
            }
        )

    def setUp(self):
        super().setUp()
        self.authenticate("rpc_seller", "rpc_seller")

    def call(self, model, method, *args, companies=None, **kwargs):
        """Call a method as the web client does; companies are those switched on."""
        context = dict(kwargs.pop("context", {}), lang="en_US", tz="UTC")
        context["allowed_company_ids"] = (companies or self.here).ids
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": list(args),
                "kwargs": {**kwargs, "context": context},
            },
            timeout=60,
        )

    def assertDenied(self, model, method, *args, error=ACCESS_ERROR, **kwargs):
        with (
            self.assertRaises(JsonRpcException) as raised,
            mute_logger("odoo.http", "odoo.addons.base.models.ir_model"),
        ):
            self.call(model, method, *args, **kwargs)
        self.assertIn(error, str(raised.exception))

    def specification(self, model, kind, xmlid=None):
        """{field: {}} of a view, as the web client asks for its records."""
        view_id = self.env.ref(xmlid).id if xmlid else False
        views = self.call(
            model, "get_views", views=[[view_id, kind]], options={"toolbar": True}
        )
        names = views["models"][model]["fields"]
        return {
            name: {"fields": {"display_name": {}}}
            if definition["type"] in ("many2one", "many2many", "one2many")
            else {}
            for name, definition in names.items()
        }

    # ------------------------------------------------------------------ list and board

    def test_list(self):
        """Every field that the list names, sorted by each column that can be."""
        specification = self.specification(CARD, "list")
        found = self.call(
            CARD, "web_search_read", domain=self.ours, specification=specification
        )
        self.assertEqual(found["length"], 3)
        big = next(r for r in found["records"] if r["partner_id"]["id"] == self.big.id)
        self.assertEqual((big["status"], big["turnover"]), ("active", 9000))
        sortable = self.call(CARD, "fields_get", list(specification), ["sortable"])
        for name in specification:
            if sortable[name].get("sortable"):
                with self.subTest(order=name):
                    self.call(
                        CARD,
                        "web_search_read",
                        domain=self.ours,
                        specification={"display_name": {}},
                        order=f"{name} DESC",
                    )

    def test_list_finds_a_person_by_telephone(self):
        """The search box finds the client by what his person is reached at."""
        for words in ("Rpc Person", "555 0199", "rpc.person@example.com", "Rpc Big"):
            with self.subTest(words=words):
                found = self.call(
                    CARD,
                    "web_search_read",
                    domain=[("contact_search", "ilike", words)],
                    specification={"partner_id": {}},
                )
                self.assertEqual(
                    [record["partner_id"] for record in found["records"]], [self.big.id]
                )

    def test_board(self):
        """Columns by class, status and alarm with sums, and their bars."""
        self.specification(CARD, "kanban")
        for groupby in ("abc_class", "status", "purchase_state", "user_id"):
            with self.subTest(groupby=groupby):
                answer = self.call(
                    CARD,
                    "web_read_group",
                    domain=self.ours,
                    groupby=[groupby],
                    aggregates=["turnover:sum", "__count"],
                    context={"read_group_expand": True},
                    auto_unfold=True,
                    unfold_read_specification={"partner_id": {}, "turnover": {}},
                )
                groups = answer["groups"]
                self.assertEqual(sum(g["__count"] for g in groups), 3)
                self.assertEqual(sum(g["turnover:sum"] or 0 for g in groups), 9010)
        states = self.call(
            CARD,
            "read_progress_bar",
            domain=self.ours,
            group_by="abc_class",
            progress_bar={
                "field": "purchase_state",
                "colors": {
                    "at_risk": "danger",
                    "late": "warning",
                    "on_time": "success",
                },
            },
        )
        self.assertTrue(states)

    def test_board_columns_are_whole(self):
        """Empty columns stand on the board too, in the order of value."""
        groups = self.call(
            CARD,
            "web_read_group",
            domain=self.ours,
            groupby=["abc_class"],
            aggregates=["__count"],
            context={"read_group_expand": True},
        )["groups"]
        found = [group["abc_class"] for group in groups]
        self.assertEqual(
            [name for name in found if name], ["vip", "a", "b", "c"], "VIP comes first"
        )

    def test_other_views(self):
        """Every view of the addon's menus opens for a salesperson."""
        names = [
            "client_card_action",
            "client_purchase_action",
            "client_transition_action",
        ]
        for name in names:
            action = self.env.ref(f"client_base_retention.{name}")
            for kind in [*action.view_mode.split(","), "search"]:
                with self.subTest(action=name, kind=kind):
                    self.call(action.res_model, "get_views", views=[[False, kind]])

    # ---------------------------------------------------------------- the contact form

    def test_form(self):
        """The contact form reads every one of its fields, client's and person's."""
        specification = self.specification("res.partner", "form")
        self.assertIn("abc_class", specification)
        big, person = self.call(
            "res.partner",
            "web_read",
            [self.big.id, self.person.id],
            specification=specification,
        )
        self.assertEqual(big["client_status"], "active")
        self.assertEqual(big["turnover"], 9000)
        self.assertEqual(person["turnover"], 9000, "a person shows the company's card")

    def test_form_is_saved(self):
        """A class and a potential set in the form land on the card."""
        self.call(
            "res.partner",
            "web_save",
            [self.small.id],
            {
                "abc_class_manual": "vip",
                "abc_lock_reason": "A friend",
                "potential_amount": 1000,
            },
            specification={"abc_class": {}},
        )
        card = self.env[CARD].search(
            [("partner_id", "=", self.small.id), ("company_id", "=", self.here.id)]
        )
        self.assertEqual(card.abc_class, "vip")
        self.assertEqual(card.potential_amount, 1000)
        self.assertEqual(card.wallet_share, 1)

    def test_buttons_of_the_form(self):
        """Why?, the purchases and adding a contact answer a salesperson."""
        self.call("res.partner", "action_client_why", [self.big.id])
        action = self.call("res.partner", "action_open_client_purchases", [self.big.id])
        found = self.call(
            action["res_model"],
            "web_search_read",
            domain=action["domain"],
            specification=self.specification(action["res_model"], "list"),
            context=action.get("context") or {},
        )
        self.assertEqual(found["length"], 3)
        partner_id = self.call("res.partner", "create", {"name": "Rpc New"})
        self.call("res.partner", "action_add_to_client_base", [partner_id])
        (new,) = self.call("res.partner", "read", [partner_id], ["client_status"])
        self.assertEqual(new["client_status"], "prospect")

    # ----------------------------------------------------------------------- companies

    def test_company_switch(self):
        """List and contact form follow the companies that are switched on."""
        for companies, turnovers in (
            (self.here, [10]),
            (self.there, [500]),
            (self.here | self.there, [10, 500]),
        ):
            found = self.call(
                CARD,
                "web_search_read",
                domain=[("partner_id", "=", self.small.id)],
                specification={"turnover": {}},
                order="turnover",
                companies=companies,
            )
            self.assertEqual([r["turnover"] for r in found["records"]], turnovers)
        for company, turnover in ((self.here, 10), (self.there, 500)):
            (small,) = self.call(
                "res.partner",
                "read",
                [self.small.id],
                ["turnover", "client_status"],
                companies=company,
            )
            self.assertEqual(small["turnover"], turnover)
            found = self.call(
                "res.partner",
                "web_search_read",
                domain=[("turnover", ">", 400), ("id", "in", self.clients.ids)],
                specification={},
                order="turnover DESC",
                companies=company,
            )
            expected = [self.big.id] if company == self.here else [self.small.id]
            self.assertEqual([r["id"] for r in found["records"]], expected)

    def test_company_that_is_not_mine(self):
        """A card of a company that the user may not enter stays closed."""
        self.seller.company_ids = self.here
        cards = self.env[CARD].search(
            [("partner_id", "=", self.small.id), ("company_id", "=", self.there.id)]
        )
        self.assertDenied(CARD, "read", cards.ids, ["turnover"])
        self.assertDenied(CARD, "write", cards.ids, {"potential_amount": 1})
        self.assertDenied(
            CARD, "web_search_read", [], {"turnover": {}}, companies=self.there
        )

    # -------------------------------------------------------------------------- rights

    def test_salesperson_is_no_head(self):
        """What changes the regulation or removes clients is the head's."""
        card_id = self.big.client_card_ids.ids[0]
        policy = self.env["client.policy"]._default_policy(self.here)
        self.assertDenied(CARD, "unlink", [card_id])
        self.assertDenied(CARD, "action_not_a_client", [card_id])
        self.assertDenied("client.policy", "write", [policy.id], {"vip_share": 1})
        self.assertDenied("client.policy", "create", {"name": "Mine"})
        self.assertDenied("client.derive.run", "search_read", [])

    def test_private_methods(self):
        """The deriver is not to be called from outside."""
        for model, method in (
            (CARD, "_derive_all"),
            (CARD, "_cron_derive"),
            ("client.derive.run", "_step"),
        ):
            with self.subTest(method=method):
                self.assertDenied(model, method, [])

    def test_without_role(self):
        """No card, no figure, no field; the contact itself stays readable."""
        self.authenticate("rpc_stranger", "rpc_stranger")
        for model in (CARD, "client.purchase", "client.transition", "client.policy"):
            with self.subTest(model=model):
                self.assertDenied(model, "search_read", [])
                self.assertDenied(model, "web_read_group", [], ["id:sum"], ["__count"])
        big = [self.big.id]
        for name in ("client_status", "abc_class", "turnover", "client_card_id"):
            with self.subTest(field=name):
                self.assertDenied("res.partner", "read", big, [name])
                self.assertDenied("res.partner", "search", [(name, "!=", False)])
                self.assertDenied("res.partner", "web_search_read", [], {}, order=name)
                self.assertDenied(
                    "sale.order", "search", [(f"partner_id.{name}", "!=", False)]
                )
                self.assertDenied(
                    "res.partner", "formatted_read_group", [], [name], ["__count"]
                )
        self.assertDenied("res.partner", "write", big, {"abc_class_manual": "vip"})
        self.assertDenied("res.partner", "action_add_to_client_base", big)
        specification = self.specification("res.partner", "form")
        self.assertNotIn("abc_class", specification)
        (contact,) = self.call(
            "res.partner", "web_read", big, specification=specification
        )
        self.assertEqual(contact["name"], "Rpc Big")
