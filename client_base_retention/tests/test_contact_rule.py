"""Norms of contact: what they must say, and that they say it in words."""

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ClientBaseCommon


@tagged("post_install", "-at_install")
class TestContactRule(ClientBaseCommon):
    def norm(self, **values):
        return self.env["client.contact.rule"].create(
            {"policy_id": self.policy.id} | values
        )

    def test_sentence(self):
        high = {"abc_class": "c", "potential_level": "high"}
        year = {"interval_count": 12, "interval_unit": "month"}
        for values, sentence in (
            ({}, "Active: call at least once a month"),
            (
                {"abc_class": "vip", "interval_unit": "week"},
                "VIP: call at least once a week",
            ),
            (
                {"abc_class": "a", "interval_unit": "week", "interval_count": 2},
                "A: call at least once in 2 weeks",
            ),
            (
                {"abc_class": "vip", "kind": "meeting"},
                "VIP: meeting at least once a month",
            ),
            (
                {"kind": "message", "interval_unit": "day", "interval_count": 10},
                "Active: message at least once in 10 days",
            ),
            (
                {"kind": "email", "interval_unit": "day"},
                "Active: e-mail letter at least once a day",
            ),
            (
                high | {"kind": "any"} | year,
                "C, high potential: any contact at least once in 12 months",
            ),
            (
                {"potential_level": "low"},
                "low potential: call at least once a month",
            ),
            ({"status": "prospect"}, "Prospect: call at least once a month"),
            (
                {"status": "former", "abc_class": "vip"},
                "Former, VIP: call at least once a month",
            ),
            ({"is_newcomer": True}, "Newcomer: call at least once a month"),
            (
                {"is_newcomer": True, "abc_class": "a", "first_days": 7},
                "Newcomer, A: call at least once a month, the first after 7 d",
            ),
            (
                {"season_from": 9, "season_to": 9},
                "Active: call at least once a month (September)",
            ),
            (
                {"season_from": 11, "season_to": 3},
                "Active: call at least once a month (November–March)",
            ),
            (
                {"first_days": 1, "season_from": 8, "season_to": 9},
                "Active: call at least once a month, the first after 1 d "
                "(August–September)",
            ),
        ):
            with self.subTest(sentence=sentence):
                self.assertEqual(self.norm(**values).sentence, sentence)

    def test_sentence_follows_the_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        norm = self.norm(season_from=3, season_to=5)
        self.assertIn("März–Mai", norm.with_context(lang="de_DE").sentence)
        self.assertIn("March–May", norm.with_context(lang="en_US").sentence)

    def test_details(self):
        user = self.make_user("cb_resp", name="Maria")
        kind = self.env["mail.activity.type"].create({"name": "Care call"})
        base = "Active: call at least once a month"
        for values, words in (
            ({}, base),
            ({"warning_days": 7}, f"{base}; announced 7 d before"),
            ({"responsible": "team_leader"}, f"{base}; team leader"),
            (
                {"responsible": "user", "responsible_user_id": user.id},
                f"{base}; Maria",
            ),
            ({"activity_type_id": kind.id}, f"{base}; Care call"),
        ):
            with self.subTest(words=words):
                self.assertEqual(self.norm(**values)._details_in_words(), words)

    def test_impossible_norms(self):
        for values in (
            {"interval_count": 0},
            {"interval_count": -1},
            {"season_from": 4},
            {"season_to": 4},
            {"season_from": 4, "season_to": 13},
            {"season_from": -1, "season_to": 4},
            {"warning_days": -1},
            {"first_days": -1},
            {"is_newcomer": True, "status": "prospect"},
            {"is_newcomer": True, "status": "former"},
            {"abc_class": "vip", "status": "prospect"},
        ):
            with self.subTest(values=values):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.cr.savepoint(),
                ):
                    self.norm(**values)
                    self.env.flush_all()
                self.env.invalidate_all()

    def test_one_user_must_be_named(self):
        with self.assertRaisesRegex(ValidationError, "Say which user"):
            self.norm(responsible="user")
        norm = self.norm(responsible="user", responsible_user_id=self.env.user.id)
        with self.assertRaises(ValidationError):
            norm.responsible_user_id = False

    def test_possible_norms(self):
        for values in (
            {"season_from": 12, "season_to": 1},
            {"season_from": 0, "season_to": 0},
            {"season_from": 1, "season_to": 12},
            {"warning_days": 0, "first_days": 0},
            {"is_newcomer": True, "abc_class": "vip", "potential_level": "high"},
            {"responsible": "user", "responsible_user_id": self.env.user.id},
        ):
            with self.subTest(values=values):
                self.assertTrue(self.norm(**values))

    def test_form_clears_what_a_status_cannot_have(self):
        form = Form(self.env["client.contact.rule"])
        form.policy_id = self.policy
        form.abc_class = "vip"
        form.is_newcomer = True
        form.status = "prospect"
        self.assertFalse(form.abc_class)
        self.assertFalse(form.is_newcomer)
        self.assertEqual(form.sentence, "Prospect: call at least once a month")

    def test_edited_on_the_form_of_the_regulation(self):
        with Form(self.policy) as form:
            with form.rule_ids.new() as line:
                line.abc_class = "b"
                line.interval_count = 2
        with Form(self.policy) as form:
            with form.rule_ids.edit(0) as line:
                self.assertEqual(line.sentence, "B: call at least once in 2 months")
                line.kind = "meeting"
        self.assertEqual(
            self.policy.rule_ids.sentence, "B: meeting at least once in 2 months"
        )

    def test_norms_go_with_their_regulation(self):
        norm = self.norm(abc_class="vip", from_practice=True)
        copy = self.policy.copy()
        self.assertEqual(copy.rule_ids.sentence, norm.sentence)
        self.assertTrue(copy.rule_ids.from_practice)
        self.assertNotEqual(copy.rule_ids, norm)
        copy.unlink()
        self.assertTrue(norm.exists())

    def test_what_somebody_changes_is_not_from_practice(self):
        for values, kept in (
            ({"interval_count": 3}, False),
            ({"warning_days": 2}, False),
            ({"sequence": 3}, True),
        ):
            with self.subTest(values=values):
                norm = self.norm(from_practice=True)
                norm.write(values)
                self.assertEqual(norm.from_practice, kept)

    def test_names_are_found_by_the_regulation(self):
        norm = self.norm(abc_class="vip")
        self.assertEqual(norm.display_name, "VIP: call at least once a month")
        found = self.env["client.contact.rule"].name_search("Own rules")
        self.assertIn(norm.id, [key for key, _name in found])

    def test_a_user_who_is_responsible_stays(self):
        user = self.make_user("cb_stays")
        self.norm(responsible="user", responsible_user_id=user.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            user.unlink()

    def test_queries_do_not_grow_with_the_norms(self):
        def queries(number):
            norms = self.env["client.contact.rule"].create(
                [{"policy_id": self.policy.id, "season_from": 1, "season_to": 2}]
                * number
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            norms.mapped("sentence")
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(20))
