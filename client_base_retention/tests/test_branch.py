"""Branches of the business: filters and groups of clients and persons (N20)."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON
from .test_family import FamilyCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestBranch(FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north, cls.south, cls.foreign = cls.env["client.branch"].create(
            [
                {"name": "North", "company_id": cls.company.id},
                {"name": "South"},
                {"name": "Foreign", "company_id": cls.company_b.id},
            ]
        )
        cls.anna = cls.make_family(
            "Anna", [("Misha", "2021-05-01"), ("Liza", "2023-02-01")]
        )
        misha, liza = cls.anna.client_child_ids.sorted("birthdate_date")
        misha.branch_ids = cls.north
        liza.branch_ids = cls.south
        cls.bella = cls.make_family("Bella", branch_ids=[(6, 0, cls.north.ids)])
        cls.vera = cls.make_family("Vera")
        cls.mine = {"Anna", "Bella", "Vera"}

    def test_under_three_in_the_north_is_one_child(self):
        branch = ("child_branch_ids", "=", self.north.id)
        for domain, names in (
            ([branch], {"Anna"}),
            ([branch, ("child_age", "<", 3)], set()),
            ([branch, ("child_age", "=", 4)], {"Anna"}),
            ([("child_branch_ids", "ilike", "sou"), ("child_age", "<", 3)], {"Anna"}),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self.found(domain) & self.mine, names)

    def test_clients_by_branch(self):
        for domain, names in (
            ([("branch_ids", "=", self.north.id)], {"Anna", "Bella"}),
            ([("branch_ids", "ilike", "South")], {"Anna"}),
            ([("branch_ids", "=", False)], {"Vera"}),
            ([("branch_ids", "!=", False)], {"Anna", "Bella"}),
            ([("branch_ids", "!=", self.north.id)], {"Vera"}),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self.found(domain) & self.mine, names)

    def test_group_by_branch_opens_what_it_counts(self):
        cards = self.env["client.card"].with_user(self.all)
        family = [("partner_id", "in", (self.anna | self.bella | self.vera).ids)]
        groups = cards.formatted_read_group(family, ["branch_ids"], ["__count"])
        counted = {}
        for group in groups:
            name = group["branch_ids"] and group["branch_ids"][1]
            counted[name] = group["__count"]
            opened = cards.search_count(family + group["__extra_domain"])
            self.assertEqual(opened, group["__count"], name)
        self.assertEqual(counted, {"North": 2, "South": 1, False: 1})
        card = self.card_of(self.anna).with_user(self.all)
        self.assertEqual(card.branch_ids, self.north | self.south)

    def test_branches_of_other_companies_are_not_there(self):
        branches = self.env["client.branch"].with_user(self.head)
        ours = (self.north | self.south | self.foreign).ids
        found = branches.search([("id", "in", ours)])
        self.assertEqual(found, self.north | self.south)

    def test_only_the_head_sets_them_up(self):
        self.env["client.branch"].with_user(self.head).create({"name": "West"})
        with self.assertRaises(AccessError):
            self.env["client.branch"].with_user(self.all).create({"name": "East"})
        self.vera.with_user(self.all).branch_ids = self.north
        (self.anna | self.bella | self.vera).user_id = self.all
        self.env.invalidate_all()
        self.assertEqual(self.north.with_user(self.own).partner_count, 0)
        self.assertEqual(self.north.with_user(self.all).partner_count, 3)
