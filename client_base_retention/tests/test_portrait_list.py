"""Filters, groups and completeness by what is known of clients (N48)."""

from odoo.tests import freeze_time, new_test_user, tagged

from .common import NOON, ROLE_OWN
from .portrait import PortraitCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPortraitList(PortraitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "seller", groups=ROLE_OWN, company_id=cls.company.id
        )
        cls.found = {}
        for name, answers in {
            "small": {"t_area": 20, "t_price": "low", "t_visit": "2025-02-28"},
            "hundred": {"t_area": 100, "t_price": "middle", "t_season": ["summer"]},
            "large": {"t_area": 250.5, "t_season": ["summer", "winter"]},
            "none": {},
            "emptied": {"t_area": False, "t_price": False, "t_visit": False},
        }.items():
            partner = cls.make_partner(
                name,
                segment_id=cls.kiosks.id,
                profile_properties=answers,
                user_id=cls.seller.id,
            )
            partner.action_add_to_client_base()
            cls.found[name] = partner.client_card_id
        # Of a colleague: none of the searches below may find him.
        cls.make_partner(
            "Hidden",
            segment_id=cls.kiosks.id,
            profile_properties={"t_area": 100},
            user_id=new_test_user(cls.env, "colleague", groups=ROLE_OWN).id,
        ).action_add_to_client_base()
        cls.cards = cls.env["client.card"].with_user(cls.seller)

    def names(self, *domain):
        domain = [(f"profile_properties.{domain[0]}", *domain[1:])]
        cards = self.cards.search([*domain, ("segment_id", "=", self.kiosks.id)])
        # The same on contacts.
        partners = self.env["res.partner"].with_user(self.seller)
        found = partners.search([*domain, ("segment_id", "=", self.kiosks.id)])
        self.assertEqual(found - cards.partner_id, found.browse())
        return sorted(cards.partner_id.mapped("name"))

    def test_filters(self):
        for condition, names in (
            (("t_area", "=", 100), ["hundred"]),
            (("t_area", ">", 100), ["large"]),
            (("t_area", ">=", 100), ["hundred", "large"]),
            (("t_area", "<", 100), ["small"]),
            (("t_area", "<=", 100), ["hundred", "small"]),
            (
                ("t_area", "=", False),
                ["emptied", "none"],
            ),
            (("t_area", "!=", False), ["hundred", "large", "small"]),
            (("t_price", "=", "low"), ["small"]),
            (("t_price", "in", ["low", "middle"]), ["hundred", "small"]),
            (("t_season", "in", ["winter"]), ["large"]),
            (("t_season", "in", ["summer"]), ["hundred", "large"]),
            (("t_visit", "<=", "2025-02-28"), ["small"]),
            (("t_visit", ">", "2025-02-28"), []),
            (("t_unknown", "=", 1), []),
        ):
            with self.subTest(condition=condition):
                self.assertEqual(self.names(*condition), names)

    def test_range(self):
        cards = self.cards.search(
            [
                ("profile_properties.t_area", ">=", 20),
                ("profile_properties.t_area", "<", 250.5),
            ]
        )
        self.assertEqual(sorted(cards.partner_id.mapped("name")), ["hundred", "small"])

    def test_ranges_of_the_filter_dialog(self):
        """ "between" comes as a condition on the portrait as a whole."""
        for operator, name, first, last, names in (
            ("any", "t_area", 20, 100, ["hundred", "small"]),
            ("not any", "t_area", 20, 100, ["emptied", "large", "none"]),
            ("any", "t_visit", "2025-01-01", "2025-02-28", ["small"]),
        ):
            domain = [
                ("segment_id", "=", self.kiosks.id),
                [
                    "profile_properties",
                    operator,
                    ["&", [name, ">=", first], [name, "<=", last]],
                ],
            ]
            with self.subTest(operator=operator, name=name):
                cards = self.cards.search(domain)
                self.assertEqual(sorted(cards.partner_id.mapped("name")), names)
                partners = cards.partner_id.search(domain)
                self.assertEqual(partners, cards.partner_id)
                self.assertEqual(self.cards.search_count(domain), len(cards))
                groups = self.cards._read_group(domain, [], ["__count"])
                self.assertEqual(groups, [(len(cards),)])
                board = self.cards.web_read_group(domain, ["status"], ["__count"])
                self.assertEqual(board["groups"][0]["__count"], len(cards))

    def test_groups_sums_and_order(self):
        domain = [("segment_id", "=", self.kiosks.id)]
        groups = self.cards._read_group(
            domain, ["profile_properties.t_price"], ["__count"]
        )
        self.assertEqual(dict(groups), {"low": 1, "middle": 1, False: 3})
        for groupby in ("t_season", "t_area", "t_visit:month"):
            with self.subTest(groupby=groupby):
                found = self.cards.web_read_group(
                    domain, [f"profile_properties.{groupby}"], ["turnover:sum"]
                )
                self.assertGreater(len(found["groups"]), 1)
        asked = [("profile_properties.t_area", "!=", False), *domain]
        ordered = self.cards.search(asked, order="profile_properties.t_area desc")
        self.assertEqual(
            ordered.partner_id.mapped("name"), ["large", "hundred", "small"]
        )

    def test_lists_read_in_one_go(self):
        spec = {"profile_properties": {}, "client_portrait_text": {}}
        card = self.found["hundred"].with_user(self.seller)
        row = card.web_read(spec)[0]
        values = {q["name"]: q.get("value") for q in row["profile_properties"]}
        self.assertEqual(values["t_area"], 100)
        self.assertEqual(row["client_portrait_text"], "100 m², Middle, Summer")

        def queries(cards):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards.web_read(spec)
            return self.env.cr.sql_log_count - before

        cards = self.cards.search([("segment_id", "=", self.kiosks.id)])
        queries(cards)
        self.assertEqual(queries(cards[:1]), queries(cards))

    def test_only_answered_questions_of_the_segment_are_complete(self):
        self.policy.required_fields = "portrait"
        asked = self.kiosks.question_ids
        card = self.found["none"]
        partner = card.partner_id

        def complete():
            card.invalidate_recordset()
            return card.data_completeness

        everything = {
            "t_area": 0,
            "t_price": "low",
            "t_brands": "Acme",
            "t_season": ["summer"],
            "t_visit": "2025-02-28",
        }
        self.assertEqual(complete(), 0)
        self.assertEqual(card.data_lacking, "portrait")
        partner.profile_properties = everything
        self.assertEqual(complete(), 100)
        for name in everything:
            with self.subTest(lacks=name):
                partner.profile_properties = everything | {name: False}
                self.assertEqual(complete(), 0)
        # Flagged ones are enough.
        asked.filtered(lambda q: q.name == "t_brands").is_required = True
        for answers, percent in (({}, 0), ({"t_area": 3}, 0), ({"t_brands": "A"}, 100)):
            with self.subTest(answers=answers):
                partner.profile_properties = answers
                self.assertEqual(complete(), percent)
        # Nothing asked, nothing lacks.
        self.kiosks.profile_definition = []
        self.assertEqual(complete(), 100)

    def test_answers_that_come_back_make_complete(self):
        self.policy.required_fields = "portrait"
        self.kiosks.question_ids.filtered(
            lambda q: q.name == "t_area"
        ).is_required = True
        card = self.found["small"]
        for segment, percent in ((self.mills, 0), (self.kiosks, 100), (False, 100)):
            card.partner_id.segment_id = segment
            card.invalidate_recordset()
            with self.subTest(segment=segment and segment.name):
                self.assertEqual(card.data_completeness, percent)
