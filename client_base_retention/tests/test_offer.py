"""Offer matrix of a segment and of a client (N52)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import NOON, ROLE_ALL, ROLE_HEAD, ROLE_OWN, ClientBaseCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOffer(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["client.segment"].create({"name": "Kiosks (test)"})
        cls.users = {
            login: new_test_user(
                cls.env, f"o_{login}", groups=groups, company_id=cls.company.id
            )
            for login, groups in {
                "own": ROLE_OWN,
                "all": ROLE_ALL,
                "head": ROLE_HEAD,
                "none": "base.group_user,base.group_partner_manager",
            }.items()
        }
        cls.partner = cls.make_partner(
            segment_id=cls.segment.id, user_id=cls.users["own"].id
        )
        cls.other = cls.make_partner("Other", user_id=cls.users["all"].id)
        (cls.partner | cls.other).action_add_to_client_base()
        cls.card = cls.partner.client_card_id
        lines = cls.env["client.offer.line"]
        cls.of_segment = lines.create(
            {"name": "Paper catalogue", "segment_id": cls.segment.id, "action": "raise"}
        )
        cls.of_client = lines.create(
            {"name": "Late <hours>", "card_id": cls.card.id, "reason": "he closes at 5"}
        )
        cls.of_other = lines.create(
            {"name": "Secret", "card_id": cls.other.client_card_id.id}
        )

    def test_client_has_lines_of_his_segment_and_his_own(self):
        user = self.users["own"]
        action = self.card.with_user(user).action_open_offer()
        found = self.env[action["res_model"]].with_user(user).search(action["domain"])
        self.assertEqual(found, self.of_segment | self.of_client)
        board = self.partner.with_user(user).client_offer_board
        for text in ("Paper catalogue", "Late &lt;hours&gt; (he closes at 5)"):
            self.assertIn(text, board)
        self.assertNotIn("Secret", board)
        columns = [
            board.index(word) for word in ("Eliminate", "Reduce", "Raise", "Create")
        ]
        self.assertEqual(columns, sorted(columns))
        self.assertFalse(self.other.with_user(self.users["all"]).segment_id)
        self.assertIn(
            "Secret", self.other.with_user(self.users["all"]).client_offer_board
        )

    def test_board_has_four_columns(self):
        groups = self.env["client.offer.line"].with_context(read_group_expand=True)
        found = groups.web_read_group(
            [("id", "=", self.of_segment.id)], ["action"], []
        )["groups"]
        self.assertEqual(
            [group["action"] for group in found],
            ["eliminate", "reduce", "raise", "create"],
        )

    def test_one_owner(self):
        for values in ({}, {"segment_id": self.segment.id, "card_id": self.card.id}):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env["client.offer.line"].create({"name": "Nobody's"} | values)

    def test_who_may_change_what(self):
        for role, line, may in (
            ("own", self.of_client, True),
            ("own", self.of_segment, False),
            ("own", self.of_other, False),
            ("all", self.of_other, True),
            ("all", self.of_segment, False),
            ("head", self.of_segment, True),
            ("head", self.of_other, True),
            ("none", self.of_client, False),
        ):
            with self.subTest(role=role, line=line.name):
                line = line.with_user(self.users[role])
                for deed in (
                    lambda line=line: line.write({"reason": "because"}),
                    lambda line=line: line.copy(),
                ):
                    if may:
                        deed()
                        continue
                    with self.assertRaises(AccessError):
                        deed()

    def test_lines_are_not_moved_to_others_clients(self):
        line = self.of_client.with_user(self.users["own"])
        for values in (
            {"card_id": self.of_other.card_id.id},
            {"card_id": False, "segment_id": self.of_segment.segment_id.id},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                line.write(values)

    def test_lines_of_segments_are_read_by_all_roles(self):
        for role, may in (("own", True), ("all", True), ("none", False)):
            with self.subTest(role=role):
                line = self.of_segment.with_user(self.users[role])
                self.assertEqual(line.has_access("read"), may)
        hidden = self.of_other.with_user(self.users["own"])
        self.assertFalse(hidden.has_access("read"))

    def test_other_companies(self):
        stranger = new_test_user(
            self.env, "o_b", groups=ROLE_HEAD, company_id=self.company_b.id
        )
        stranger.company_ids = self.company_b
        self.assertFalse(self.of_client.with_user(stranger).has_access("read"))
        self.assertTrue(self.of_segment.with_user(stranger).has_access("read"))

    def test_folded_card_hands_its_lines_over(self):
        twin = self.make_partner("Twin", email="t@example.com")
        twin.action_add_to_client_base()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.partner).ids, twin)
        self.assertEqual(self.of_client.exists().card_id, twin.client_card_id)

    def test_segment_is_copied_with_its_offer(self):
        self.assertEqual(
            self.segment.copy().offer_line_ids.mapped("name"), ["Paper catalogue"]
        )

    def test_anonymized(self):
        person = self.make_partner("Person", is_company=False)
        person.action_add_to_client_base()
        line = self.of_client.copy({"card_id": person.client_card_id.id})
        person._client_anonymize()
        self.assertFalse(line.reason)
        self.assertNotIn("Late", line.name)

    def test_buttons(self):
        action = self.segment.action_open_offer()
        self.assertEqual(action["context"], {"default_segment_id": self.segment.id})
        action = self.segment.action_open_clients()
        found = self.env["client.card"].search(action["domain"])
        self.assertEqual(found, self.card)
        action = self.partner.with_user(self.users["own"]).action_open_client_offer()
        self.assertEqual(action["context"], {"default_card_id": self.card.id})
