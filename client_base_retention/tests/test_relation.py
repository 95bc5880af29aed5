"""Who is what to whom: one row, seen from both sides (N19)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON
from .test_family import FamilyCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRelation(FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.spouse = ref("client_base_retention.client_relation_type_spouse")
        cls.director = ref("client_base_retention.client_relation_type_director")
        cls.anna = cls.make_family("Anna", user_id=cls.own.id)
        cls.boris = cls.make_partner("Boris", is_company=False)

    def relate(self, one, other, kind, **values):
        return self.env["client.relation"].create(
            {"person_id": one.id, "other_id": other.id, "type_id": kind.id, **values}
        )

    def seen(self, partner, user=None):
        """[(what the other is, his name)] on the form of a contact."""
        partner = partner.with_user(user or self.all)
        partner.invalidate_recordset()
        return [(s.role_name, s.other_id.name) for s in partner.client_relation_ids]

    def test_both_sides_see_it(self):
        child = self.make_partner("Child", is_company=False)
        self.relate(self.anna, child, self.parent_type)
        self.relate(self.anna, self.boris, self.spouse)
        self.assertEqual(self.seen(child), [("Parent", "Anna")])
        self.assertEqual(
            set(self.seen(self.anna)),
            {("Child", "Child"), ("Husband or wife", "Boris")},
        )
        self.assertEqual(self.seen(self.boris), [("Husband or wife", "Anna")])

    def test_it_is_entered_from_either_side(self):
        kind = self.parent_type
        for viewer, other, role, pair in (
            (self.anna, "Son", "second", ("Anna", "Son")),
            (self.anna, "Mother", "first", ("Mother", "Anna")),
        ):
            with self.subTest(role=role):
                person = self.make_partner(other, is_company=False)
                action = viewer.with_user(self.own).action_client_relation()
                rows = self.env["client.relation"].with_user(self.own)
                rows = rows.with_context(**action["context"])
                view = self.env.ref(
                    action["views"][0][0]
                    and "client_base_retention.client_relation_view_form_dialog"
                )
                with Form(rows, view=view) as form:
                    form.seen_id = person
                    form.seen_role = f"{kind.id}.{role}"
                row = form.record
                self.assertEqual((row.person_id.name, row.other_id.name), pair)
                self.assertEqual(row.type_id, kind)

    def test_it_is_changed_from_the_second_side(self):
        child = self.make_partner("Child", is_company=False)
        row = self.relate(self.anna, child, self.parent_type)
        [side] = child.with_user(self.own).client_relation_ids
        action = side.action_open()
        row = row.with_user(self.own).with_context(**action["context"])
        self.assertEqual(row.seen_id, self.anna)
        self.assertEqual(row.seen_role, f"{self.parent_type.id}.first")
        row.write({"seen_id": self.boris.id, "date_to": "2025-06-14"})
        self.assertEqual((row.person_id, row.other_id), (self.boris, child))
        self.assertTrue(row.is_over)
        self.assertEqual(self.seen(child), [("Parent", "Boris")])
        row.seen_role = f"{self.parent_type.id}.second"
        self.assertEqual((row.person_id, row.other_id), (child, self.boris))

    def test_over_on_the_day_after_the_last(self):
        for date_to, over in (
            (False, False),
            ("2025-06-15", False),
            ("2025-06-14", True),
        ):
            with self.subTest(date_to=date_to):
                row = self.relate(self.anna, self.boris, self.spouse, date_to=date_to)
                self.assertEqual(row.is_over, over)
                found = row.search([("id", "=", row.id), ("is_over", "=", True)])
                self.assertEqual(bool(found), over)
                row.unlink()

    def test_the_same_is_not_said_twice(self):
        self.relate(self.anna, self.boris, self.spouse, date_to="2024-12-31")
        with self.assertRaises(ValidationError):
            self.relate(self.boris, self.anna, self.spouse)
        self.relate(self.boris, self.anna, self.spouse, date_from="2025-01-01")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.relate(self.anna, self.anna, self.spouse)

    def test_a_second_parent_has_the_child_in_his_title(self):
        [misha] = self.make_children(self.anna, ("Misha", "2021-05-01"))
        father = self.make_family("Father", user_id=self.own.id)
        row = self.relate(father, misha, self.parent_type)
        titled = father.with_user(self.own).with_context(client_children=True)
        self.assertEqual(titled.display_name, "Father (Misha 4)")
        self.assertEqual(self.found([("child_age", "=", 4)]), {"Anna", "Father"})
        self.assertEqual(
            self.found([("contact_search", "ilike", "mish")]), {"Anna", "Father"}
        )
        self.assertEqual(misha.with_user(self.own).client_parents_text, "Anna, Father")
        row.date_to = "2025-06-14"
        self.assertEqual(self.found([("child_age", "=", 4)]), {"Anna"})

    def test_my_day_names_the_children_and_finds_by_them(self):
        [misha] = self.make_children(self.anna, ("Misha", "2021-05-01"))
        father = self.make_family("Father", user_id=self.own.id)
        self.relate(father, misha, self.parent_type)
        day = self.env["client.my.day"].with_user(self.own)
        [section] = day.get_day(search="mish")["sections"]
        names = {row["name"] for row in section["rows"]}
        self.assertEqual(names, {"Anna (Misha 4)", "Father (Misha 4)"})
        self.company.client_children_on = False
        self.env.invalidate_all()
        [section] = day.get_day(search="mish")["sections"]
        self.assertEqual([row["name"] for row in section["rows"]], ["Anna"])

    def test_who_gets_a_parent_is_a_child_while_he_is_young(self):
        for born, is_child in (
            ("2007-06-16", True),
            ("2007-06-15", False),
            (False, False),
        ):
            with self.subTest(born=born):
                one = self.make_partner("One", is_company=False, birthdate_date=born)
                self.relate(self.anna, one, self.parent_type)
                self.assertEqual(one.is_child, is_child)

    def test_whom_one_does_not_see_one_does_not_relate(self):
        other = self.make_family("Other", user_id=self.all.id)
        mine = self.relate(self.anna, self.boris, self.spouse)
        hidden = self.relate(self.anna, other, self.director)
        self.assertEqual(self.seen(self.anna, self.own), [("Husband or wife", "Boris")])
        rows = self.env["client.relation"].with_user(self.own)
        self.assertEqual(rows.search([("id", "in", (mine | hidden).ids)]), mine)
        for values in (
            {"person_id": self.anna.id, "other_id": other.id},
            {"seen_id": other.id, "seen_role": f"{self.director.id}.first"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                rows.with_context(client_relation_of=self.anna.id).create(
                    {"type_id": self.director.id, **values}
                )
        with self.assertRaises(AccessError):
            rows.onchange({"seen_id": other.id}, ["seen_id"], {"seen_id": {}})
        with self.assertRaises(AccessError):
            hidden.with_user(self.own).note = "?"

    def test_merge(self):
        double = self.make_partner("Anna double", is_company=False)
        self.relate(self.anna, self.boris, self.spouse)
        self.relate(self.boris, double, self.spouse)
        self.relate(self.anna, double, self.director)
        kept = self.relate(double, self.boris, self.director)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.anna | double).ids, self.anna, extra_checks=False)
        rows = self.env["client.relation"].search(
            ["|", ("person_id", "=", self.anna.id), ("other_id", "=", self.anna.id)]
        )
        self.assertEqual(len(rows), 2)
        self.assertEqual(kept.person_id, self.anna)

    def test_anonymized_nobody_is_related(self):
        row = self.relate(self.boris, self.anna, self.spouse)
        self.anna.with_user(self.head)._client_anonymize("asked for")
        self.assertFalse(row.exists())
