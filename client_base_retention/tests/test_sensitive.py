"""Particulars of a child: consent first, each opening logged, nowhere else (N19)."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, RIGHT_EXPORT, ROLE_HEAD, ROLE_OWN
from .test_family import PARTNERS, FamilyCommon

SENSITIVE = "client_base_retention.group_client_sensitive"
SECRET = "hears worse with the left ear"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSensitive(FamilyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user("se_reader", f"{PARTNERS},{ROLE_OWN},{SENSITIVE}")
        cls.boss = cls.make_user(
            "se_boss",
            f"{PARTNERS},{ROLE_HEAD},{RIGHT_EXPORT},base.group_allow_export,"
            "base.group_system",
        )
        cls.anna = cls.make_family(
            "Anna", [("Misha", "2021-05-01")], user_id=cls.reader.id
        )
        cls.misha = cls.anna.client_child_ids

    def consent(self, partner, state="given", date="2025-01-01"):
        self.env["client.consent"].create(
            {"partner_id": partner.id, "state": state, "how": "paper", "date": date}
        )

    def write_down(self, user=None):
        action = self.misha.with_user(
            user or self.reader
        ).action_client_sensitive_note()
        notes = self.env["client.sensitive.note"].with_user(user or self.reader)
        with Form(notes.with_context(**action["context"])) as form:
            form.text = SECRET
        self.env.invalidate_all()
        return form.record

    def openings(self, user=None):
        return (
            self.env["client.sensitive.opening"]
            .with_user(user or self.boss)
            .search([("person_id", "=", self.misha.id)])
        )

    def open(self, note):
        action = note.action_open()
        return (
            self.env[action["res_model"]]
            .with_user(note.env.user)
            .browse(action["res_id"])
        )

    def test_consent_comes_first(self):
        with self.assertRaises(UserError):
            self.write_down()
        self.consent(self.misha)
        with self.assertRaises(UserError):
            self.write_down()
        self.consent(self.anna)
        note = self.write_down()
        self.assertEqual(self.open(note).text, SECRET)
        self.consent(self.anna, "withdrawn", "2025-06-01")
        with self.assertRaises(UserError):
            self.open(note)

    def test_what_one_parent_withdrew_the_other_does_not_give(self):
        father = self.make_family("Father", user_id=self.all.id)
        self.env["client.relation"].create(
            {
                "person_id": father.id,
                "other_id": self.misha.id,
                "type_id": self.parent_type.id,
            }
        )
        self.consent(father)
        self.assertTrue(self.misha._child_consent())
        self.consent(self.anna, "withdrawn")
        self.assertFalse(self.misha._child_consent())

    def test_each_opening_is_logged(self):
        self.consent(self.anna)
        note = self.write_down()
        self.assertEqual(self.openings().mapped("kind"), ["written"])
        opening = self.open(note)
        self.open(note)
        self.assertEqual(
            sorted(self.openings().mapped("kind")), ["read", "read", "written"]
        )
        self.assertEqual(set(self.openings().user_id.ids), {self.reader.id})
        self.assertEqual(note.opening_count, 3)
        opening.text = "hears well"
        self.env.invalidate_all()
        self.assertEqual(self.open(note).text, "hears well")
        self.assertEqual(len(self.openings()), 5)

    def test_the_text_is_shown_a_quarter_of_an_hour(self):
        self.consent(self.anna)
        opening = self.open(self.write_down())
        for time, shown in (("12:15:00", SECRET), ("12:15:01", False)):
            with self.subTest(time=time), freeze_time(f"2025-06-15 {time}"):
                self.env.invalidate_all()
                self.assertEqual(opening.text, shown)
        with freeze_time("2025-06-15 12:20:00"), self.assertRaises(AccessError):
            opening.text = "?"

    def test_the_log_is_the_heads_and_without_the_text(self):
        self.consent(self.anna)
        opening = self.open(self.write_down())
        self.assertFalse(opening.with_user(self.boss).text)
        self.assertFalse(opening.sudo().with_user(self.boss).text)
        for user, number in ((self.boss, 2), (self.reader, 2)):
            self.assertEqual(len(self.openings(user)), number)
        with self.assertRaises(AccessError):
            self.openings(self.all)
        for change in (
            lambda: opening.sudo().write({"user_name": "Somebody"}),
            lambda: opening.sudo().unlink(),
            lambda: opening.with_user(self.boss).unlink(),
            lambda: self.env["client.sensitive.opening"]
            .with_user(self.reader)
            .create({"kind": "read"}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_no_other_way_to_the_text(self):
        """Reads, searches, groups and exports of the reader himself and of a head who
        is administrator."""
        self.consent(self.anna)
        note = self.write_down()
        before = len(self.openings())
        calls = (
            ("read", [note.ids, ["body"]]),
            ("web_read", [note.ids, {"body": {}}]),
            ("search", [[("body", "ilike", "ear")]]),
            ("search", [[("id", "!=", 0)], 0, None, "body"]),
            ("formatted_read_group", [[], ["body"], ["__count"]]),
            ("export_data", [note.ids, ["id"]]),
            ("export_data", [note.ids, ["text"]]),
            ("export_data", [note.ids, ["body"]]),
            ("write", [note.ids, {"body": "?"}]),
            ("copy", [note.ids]),
        )
        for user in (self.reader, self.boss):
            notes = self.env["client.sensitive.note"].with_user(user)
            for method, arguments in calls:
                with self.subTest(user=user.login, method=method, arguments=arguments):
                    try:
                        with self.env.cr.savepoint():
                            result = call_kw(notes, method, arguments, {})
                    except (AccessError, UserError, ValueError):
                        continue
                    self.assertNotIn("ear", str(result))
                    self.assertNotIn(method, ("search", "export_data", "write"))
        [row] = note.read()
        self.assertNotIn(SECRET, str(row))
        children = self.env["res.partner"].with_user(self.reader)
        with self.assertRaises(AccessError):
            children.search([("client_sensitive_note_ids.body", "ilike", "ear")])
        exporter = self.reader
        exporter.group_ids += self.env.ref(RIGHT_EXPORT)
        exporter.group_ids += self.env.ref("base.group_allow_export")
        for path in ("text", "date", "opening_ids/text"):
            with self.subTest(path=path), self.assertRaises(AccessError):
                self.misha.with_user(exporter).export_data(
                    [f"client_sensitive_note_ids/{path}"]
                )
        for name in ("client_sensitive_note_ids", "client_child_consent"):
            with self.assertRaises(AccessError):
                self.misha.with_user(self.boss).read([name])
        self.assertEqual(len(self.openings()), before)

    def test_without_the_right_not_even_as_superuser(self):
        self.consent(self.anna)
        note = self.write_down()
        for user in (self.boss, self.all):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                note.with_user(user).sudo().action_open()

    def test_children_of_others_stay_closed(self):
        self.consent(self.anna)
        note = self.write_down()
        other = self.make_user("se_other", f"{PARTNERS},{ROLE_OWN},{SENSITIVE}")
        notes = self.env["client.sensitive.note"].with_user(other)
        self.assertFalse(notes.search([]))
        with self.assertRaises(AccessError):
            note.with_user(other).action_open()
        with self.assertRaises(AccessError):
            notes.create({"person_id": self.misha.id, "text": "?"})

    def test_it_is_not_moved_and_goes_with_the_name(self):
        self.consent(self.anna)
        note = self.write_down()
        with self.assertRaises(UserError):
            note.sudo().person_id = self.anna
        self.misha.with_user(self.boss)._client_anonymize("asked for")
        self.assertFalse(note.exists())
        self.assertTrue(self.openings())
        self.assertNotIn("Misha", self.openings().mapped("person_name"))
