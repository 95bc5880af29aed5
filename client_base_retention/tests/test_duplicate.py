"""Possible duplicates: proposed, decided on, merged without loss (N12, N128)."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_STEWARD, SALES, TODAY, ago
from .reviews import ReviewCommon

FIND = "odoo.addons.client_base_retention.models.client_duplicate_find"


class DuplicateCommon(ReviewCommon):
    def clients(self, *names, **values):
        """Clients without purchases; of list values each gets his own."""
        partners = self.env["res.partner"]
        for number, name in enumerate(names):
            own = {k: v[number] if type(v) is list else v for k, v in values.items()}
            partners |= self.make_partner(name, **own)
        partners.action_add_to_client_base()
        return partners

    def find(self):
        self.env["client.duplicate"]._find()

    def pair(self, one, other):
        low, high = sorted((one, other), key=lambda partner: partner.id)
        return self.env["client.duplicate"].search(
            [("partner_id", "=", low.id), ("other_id", "=", high.id)]
        )

    def pairs(self, partners):
        ids = partners.ids
        return self.env["client.duplicate"].search(
            ["|", ("partner_id", "in", ids), ("other_id", "in", ids)]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFind(DuplicateCommon):
    def test_what_is_the_same(self):
        for name, value, same in (
            ("email", "Same@example.com", "same@EXAMPLE.com"),
            ("phone", "+1 202-555-0143", "(202) 555-0143"),
            ("vat", "US-77-88", "US-77-88"),
        ):
            with self.subTest(name=name):
                us = self.env.ref("base.us").id
                one, two, three = self.clients(
                    "Uno Trading",
                    "Secunda Works",
                    "Ter Machines",
                    country_id=us,
                    **{name: [value, same, False]},
                )
                self.find()
                pair = self.pair(one, two)
                self.assertRecordValues(pair, [{"state": "todo", "reasons": name}])
                self.assertFalse(self.pairs(three))
                (one | two | three).active = False

    def test_through_a_person(self):
        one, two = self.clients("Uno Trading", "Secunda Works", email=["p@x.io", False])
        self.env["res.partner"].create(
            {"name": "Ann", "parent_id": two.id, "email": "p@x.io"}
        )
        self.find()
        self.assertTrue(self.pair(one, two))

    def test_several_reasons_are_one_pair(self):
        one, two = self.clients(
            "Uno Trading", "Secunda Works", email="p@x.io", vat="77"
        )
        self.find()
        self.find()
        self.assertEqual(self.pair(one, two).reasons, "email,vat")
        self.assertEqual(self.pair(one, two).reason_text, "tax number, e-mail")

    def test_who_is_none(self):
        company, other = self.company.id, self.company_b.id
        for label, values in (
            ("not in the base", {}),
            ("companies that share nothing", {"company_id": [company, other]}),
            ("archived", {"active": [True, False]}),
            ("no tax number", {"vat": "/", "email": [False, False]}),
        ):
            with self.subTest(label):
                partners = self.env["res.partner"]
                values = {"email": f"{len(label)}@x.io", **values}
                for n, name in enumerate(("Uno Trading", "Secunda Works")):
                    own = {k: v[n] if type(v) is list else v for k, v in values.items()}
                    partners |= self.make_partner(f"{name} {label}", **own)
                if values.keys() != {"email"}:
                    for partner in partners:
                        here = partner.company_id or self.company
                        partner.with_company(here).action_add_to_client_base()
                self.find()
                self.assertFalse(self.pairs(partners))

    def test_a_switchboard_is_no_reason(self):
        with patch(f"{FIND}.GROUP", 3):
            for number, found in ((3, True), (4, False)):
                with self.subTest(number=number):
                    names = ["Uno", "Zwei", "Trzy", "Neljas"][:number]
                    clients = self.clients(
                        *(f"{name} {name}{number}" for name in names),
                        email=f"{number}@x.io",
                    )
                    self.find()
                    self.assertEqual(bool(self.pairs(clients)), found)

    def test_names(self):
        for one, other, found in (
            ("Alfa Machines", "ALFA  machines", True),
            ("ООО «Ромашка-Сервис»", "Ромашка Сервис, ооо", True),
            ("Семёновское", "Семеновское", True),
            ("Gamma Trade Ltd", "Gamma-Trade LLC", True),
            ("Alfa Machines", "Beta Looms", False),
            ("School 12 of Tomsk", "School 13 of Tomsk", False),
            ("Zet", "Zet", False),
        ):
            with self.subTest(one=one, other=other):
                clients = self.clients(one, other)
                self.find()
                self.assertEqual(bool(self.pair(*clients)), found)
                clients.active = False

    def test_similar_names_by_trigrams(self):
        if not self.env["client.duplicate"]._has_trigrams():
            self.skipTest("The database has no trigrams.")
        one, two = self.clients("Verhnevolzhskaya Mebel", "Verhnevolzhskaja Mebel")
        self.find()
        self.assertEqual(self.pair(one, two).reasons, "name")
        # The next night it need not come by it again.
        with patch(f"{FIND}.NAMES", 0):
            self.find()
        self.assertTrue(self.pair(one, two).exists())

    def test_without_trigrams(self):
        same = self.clients("Gamma Trade Ltd", "Gamma-Trade LLC")
        similar = self.clients("Verhnevolzhskaya Mebel", "Verhnevolzhskaja Mebel")
        with patch.object(
            self.registry["client.duplicate"], "_has_trigrams", lambda self: False
        ):
            self.find()
        self.assertTrue(self.pair(*same))
        self.assertFalse(self.pair(*similar))

    def test_namesakes(self):
        """Another tax number; private persons with another telephone."""
        for values, found in (
            ({"vat": ["7788", "9911"]}, False),
            ({"vat": ["7788", False]}, True),
            ({"phone": ["+1 202-555-0143", "+1 202-555-0199"]}, True),
            (
                {
                    "phone": ["+1 202-555-0143", "+1 202-555-0199"],
                    "is_company": False,
                    "country_id": self.env.ref("base.us").id,
                },
                False,
            ),
            ({"email": ["a@x.io", "b@x.io"], "is_company": False}, False),
            ({"email": ["a@x.io", False], "is_company": False}, True),
        ):
            with self.subTest(values=values):
                clients = self.clients("Ann Smithers", "Ann Smithers", **values)
                self.find()
                self.assertEqual(bool(self.pair(*clients)), found)
                clients.active = False

    def test_proposals_that_hold_no_longer(self):
        clients = self.clients("Uno Trading", "Secunda Works", email="p@x.io")
        self.find()
        clients[0].email = "other@x.io"
        self.find()
        self.assertFalse(self.pair(*clients))

    def test_no_more_than_people_decide_on(self):
        """Who brings most comes first."""
        small = self.clients("Uno Trading", "Secunda Works", email="p@x.io")
        large = self.clients("Ter Machines", "Quarta Looms", email="q@x.io")
        self.buy(large[0], ago(9), 1000)
        self.buy(small[0], ago(9), 10)
        waiting = self.env["client.duplicate"].search_count([("state", "=", "todo")])
        with patch(f"{FIND}.WAITING", waiting + 1):
            self.find()
        self.assertEqual((len(self.pair(*large)), len(self.pair(*small))), (1, 0))

    def test_as_the_scheduled_action(self):
        clients = self.clients("Uno Trading", "Secunda Works", email="p@x.io")
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_base_retention.ir_cron_client_duplicates"
            ).method_direct_trigger()
        self.assertTrue(self.pair(*clients))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDecide(DuplicateCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one, cls.two = (
            cls.make_partner("Uno", email="p@x.io"),
            cls.make_partner("Secunda", email="p@x.io"),
        )
        (cls.one | cls.two).action_add_to_client_base()
        cls.env["client.duplicate"]._find()

    def both(self):
        return self.pair(self.one, self.two).with_user(self.steward)

    def test_only_the_steward(self):
        user = self.make_user("dp_all", f"{SALES},{ROLE_ALL}")
        with self.assertRaises(AccessError):
            self.env["client.duplicate"].with_user(user).search([])
        for method in ("action_different", "action_merge", "action_undecided"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(self.both().with_user(user), method)()
        for user in (self.steward, self.head):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.both().with_user(user).write({"state": "merged"})
                with self.assertRaises(AccessError):
                    self.both().with_user(user).unlink()

    def test_companies(self):
        """Contacts of a company are decided on there."""
        elsewhere = self.make_user(
            "dp_steward_b", f"{SALES},{ROLE_STEWARD}", self.company_b
        )
        pairs = self.env["client.duplicate"].with_user(elsewhere)
        self.assertIn(self.both().id, pairs.search([]).ids)
        self.one.company_id = self.company
        self.assertNotIn(self.both().id, pairs.search([]).ids)

    def test_not_a_duplicate(self):
        card = self.card_of(self.one)
        self.assertTrue(card.is_duplicate)
        self.both().action_different()
        self.find()
        self.assertRecordValues(
            self.both(),
            [{"state": "different", "done_by_id": self.steward.id, "done_on": TODAY}],
        )
        card.invalidate_recordset()
        self.assertFalse(card.is_duplicate, "the count of duplicates says the same")
        self.both().action_undecided()
        card.invalidate_recordset()
        self.assertTrue(card.is_duplicate)
        self.assertEqual(self.both().state, "todo")

    def test_a_third_one_is_still_a_duplicate(self):
        third = self.make_partner("Ter", email="p@x.io")
        third.action_add_to_client_base()
        self.both().action_different()
        self.find()
        self.assertTrue(self.card_of(self.one).is_duplicate)
        self.assertEqual(self.pair(self.one, third).state, "todo")

    def merge(self, user=None):
        action = self.both().with_user(user or self.steward).action_merge()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.with_user(user or self.steward).action_merge()
        self.env.invalidate_all()

    def test_merged_by_odoo_itself(self):
        self.buy(self.two, ago(9), 10)
        pair = self.both()
        self.merge()
        self.assertFalse(self.one.exists(), "who bought more is kept")
        self.assertRecordValues(
            pair.sudo(),
            [
                {
                    "state": "merged",
                    "partner_id": self.two.id,
                    "other_id": False,
                    "done_by_id": self.steward.id,
                    "done_on": TODAY,
                }
            ],
        )
        work = self.env["client.steward.work"].search(
            [("user_id", "=", self.steward.id)]
        )
        self.assertRecordValues(
            work,
            [{"user_id": self.steward.id, "number": 1, "partner_id": self.two.id}],
        )
        with self.assertRaises(UserError):
            pair.action_merge()

    def test_other_emails(self):
        """Odoo lets only the administrator do so; it protects logins by that."""
        self.two.email = "q@x.io"
        with self.subTest("with a login"):
            user = self.make_user("dp_portal", "base.group_portal")
            user.partner_id.parent_id = False
            user.action_archive()
            self.env["client.duplicate"].browse(self.both().id)
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((self.one | user.partner_id).ids)],
                    "dst_partner_id": self.one.id,
                }
            )
            user.partner_id.action_add_to_client_base()
            with self.assertRaises(UserError):
                wizard.with_user(self.steward).action_merge()
        with self.subTest("no steward"):
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((self.one | self.two).ids)],
                    "dst_partner_id": self.one.id,
                }
            )
            seller = self.make_user(
                "dp_all", f"{SALES},{ROLE_ALL},base.group_partner_manager"
            )
            with self.assertRaises(UserError):
                wizard.with_user(seller).action_merge()
        self.merge()
        self.assertFalse(self.two.exists())

    def test_a_merge_keeps_everything(self):
        for partner in (self.one, self.two):
            for company in (self.company, self.company_b):
                self.buy(partner, ago(9), 10, company=company)
            partner.activity_schedule("mail.mail_activity_data_call").action_done()
            partner.activity_schedule("mail.mail_activity_data_todo")
            partner.with_user(self.head).user_id = self.seller
            self.send(partner_id=partner.id, text="A")
            partner.with_user(self.seller).website = f"http://{partner.id}.io"
            self.env["client.consent"].create(
                {"partner_id": partner.id, "how": "paper", "state": "given"}
            )
            checked = self.send(partner_id=partner.id, text="B")
            checked.with_user(self.steward).action_confirm()
        self.env["client.touchpoint"].create(
            [
                {"partner_id": p.id, "kind": "call", "outcome": "reached", "note": "C"}
                for p in (self.one, self.two)
            ]
        )
        self.merge()
        kept = (self.one | self.two).exists()
        for company in (self.company, self.company_b):
            card = self.card_of(kept, company)
            self.assertEqual((card.turnover, card.purchase_count), (20, 2))
        reviews = self.reviews(kept)
        self.assertEqual(
            sorted((r.kind, r.state) for r in reviews),
            [("changed", "todo")] + 2 * [("sent", "done")] + 2 * [("sent", "todo")],
            "what is open of the same client is one",
        )
        changed = reviews.filtered(lambda r: r.kind == "changed")
        self.assertEqual(len(changed.change_data), 2)
        self.assertEqual(len(kept.client_consent_ids), 2)
        for active in (True, False):
            activities = self.env["mail.activity"].search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", kept.id),
                    ("active", "=", active),
                ]
            )
            self.assertEqual(len(activities), 2, f"activities, active={active}")
        notes = self.env["client.touchpoint"].search([("partner_id", "=", kept.id)])
        self.assertEqual(len(notes.filtered(lambda t: t.note == "C")), 2)

    def test_pairs_of_three(self):
        """One of them is merged: his other pairs follow him, each standing once."""
        third = self.make_partner("Ter", email="p@x.io")
        fourth = self.make_partner("Quarta", email="p@x.io")
        (third | fourth).action_add_to_client_base()
        self.find()
        self.pair(self.two, third).with_user(self.steward).action_different()
        self.buy(self.one, ago(9), 10)
        self.merge()
        self.assertEqual(self.pair(self.one, third).mapped("state"), ["different"])
        self.assertEqual(self.pair(self.one, fourth).mapped("state"), ["todo"])
        self.find()
        self.assertEqual(len(self.pair(self.one, third)), 1)
        self.assertEqual(len(self.pair(self.one, fourth)), 1)
