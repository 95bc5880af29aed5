"""Possible duplicates are proposed each night (N12, N128)."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, ago
from .reviews import DuplicateCommon

FIND = "odoo.addons.client_base_retention.models.client_duplicate_find"


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
        with patch.object(
            self.registry["client.duplicate"], "_names_tonight", lambda self: []
        ):
            self.find()
        self.assertTrue(self.pair(one, two).exists())

    def test_names_in_turn(self):
        """Each client's name has its night, however long ago he was changed."""
        clients = self.clients(*(f"Firm {letter * 9}" for letter in "abcdefg"))
        self.env.flush_all()
        # Nobody was changed of late.
        self.env.cr.execute("UPDATE res_partner SET write_date = '2020-01-01'")
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE client_duplicate_name ON COMMIT DROP AS"
            " SELECT id FROM res_partner WHERE id = ANY(%s)",
            [[client.id for client in clients]],
        )
        seen = []
        with patch(f"{FIND}.NAMES", 4):
            for night in range(4):
                with freeze_time(ago(days=-night)):
                    tonight = self.env["client.duplicate"]._names_tonight()
                self.assertLessEqual(len(tonight), 2)
                seen += tonight
        self.assertCountEqual(seen, [client.id for client in clients])

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
