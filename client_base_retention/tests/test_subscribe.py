"""Pages *Be the first to know*: over real HTTP, as somebody who is nobody yet."""

import re
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.client_base_retention.controllers import client_subscribe

from .common import ROLE_ALL, ROLE_HEAD, ROLE_OWN, ROLE_STEWARD, SALES, ClientBaseCommon

HERE = "odoo.addons.client_base_retention.controllers.client_subscribe"
FORMS = "odoo.addons.client_base_retention.models.client_subscribe_form"


@tagged("post_install", "-at_install")
class SubscribeCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Coupon of the test"})
        cls.segment = cls.env["client.segment"].create({"name": "Test families"})
        cls.seller = cls.make_user("page_seller", f"{SALES},{ROLE_OWN}")
        cls.form = cls.env["client.subscribe.form"].create(
            {
                "name": "Be the first",
                "company_id": cls.company.id,
                "gift": "Five percent off",
                "thanks": "Show it at the till",
                "consent_text": "I agree to all of it",
                "source_id": cls.source.id,
                "segment_id": cls.segment.id,
                "user_id": cls.seller.id,
            }
        )
        cls.entries = cls.env["client.subscribe.entry"]

    def left(self, **values):
        """An entry, taken in."""
        entry = self.entries.create(
            {"form_id": self.form.id, "consent_text": "I agree", **values}
        )
        entry._take_in()
        return entry


class TestTakeIn(SubscribeCase):
    def test_somebody_new_is_a_prospect(self):
        entry = self.left(
            name="Anna Test",
            phone="8 916 0001723",
            email="anna@page.example",
            birthdate="1980-03-12",
        )
        self.assertEqual(entry.state, "made")
        partner = entry.partner_id
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "Anna Test",
                    "email": "anna@page.example",
                    "source_id": self.source.id,
                    "segment_id": self.segment.id,
                    "user_id": self.seller.id,
                }
            ],
        )
        card = self.card_of(partner)
        self.assertEqual((card.status, card.user_id), ("prospect", self.seller))
        consent = self.env["client.consent"].search([("partner_id", "=", partner.id)])
        self.assertEqual((consent.state, consent.how), ("given", "web"))

    def test_identity_is_kept_once(self):
        entry = self.left(name="Anna Test", email="anna@page.example")
        self.assertFalse(entry.name or entry.email or entry.phone or entry.birthdate)
        self.assertEqual(entry.consent_text, "I agree")

    def test_somebody_known_is_not_touched(self):
        known = self.make_partner(
            "Anna Known", is_company=False, email="anna@page.example", active=False
        )
        before = known.read(["name", "phone", "source_id", "segment_id", "active"])
        entry = self.left(
            name="Other", phone="8 916 0001723", email=" ANNA@page.example"
        )
        self.assertEqual((entry.state, entry.partner_id), ("known", known))
        self.env.invalidate_all()
        after = known.read(["name", "phone", "source_id", "segment_id", "active"])
        self.assertEqual(before, after)
        self.assertFalse(
            self.env["client.consent"].search([("partner_id", "=", known.id)])
        )
        review = self.env["client.review"].search([("partner_id", "=", known.id)])
        self.assertEqual((review.kind, review.company_id), ("sent", self.company))
        self.assertIn("8 916 0001723", review.text)
        self.left(name="Other", email="anna@page.example")
        again = self.env["client.review"].search([("partner_id", "=", known.id)])
        self.assertEqual(again, review)

    def test_telephone_in_other_words_is_known(self):
        known = self.make_partner("Anna", phone="+7 (916) 000-17-23")
        self.assertEqual(self.left(name="Other", phone="89160001723").partner_id, known)

    def test_namesake_is_somebody_new(self):
        known = self.make_partner("Anna Test")
        entry = self.left(name="Anna Test", email="other@page.example")
        self.assertNotEqual(entry.partner_id, known)

    def test_twice_at_once_makes_one(self):
        entries = self.entries.create(
            [
                {"form_id": self.form.id, "name": "Anna", "email": "a@page.example"}
                for _time in range(2)
            ]
        )
        entries._take_in()
        self.assertEqual(entries.mapped("state"), ["made", "known"])
        self.assertEqual(len(entries.partner_id), 1)
        self.assertFalse(
            self.env["client.review"].search(
                [("partner_id", "=", entries.partner_id.id)]
            )
        )

    def test_contact_of_another_company_is_not_meant(self):
        self.make_partner("B", email="anna@page.example", company_id=self.company_b.id)
        entry = self.left(name="Anna", email="anna@page.example")
        self.assertEqual(entry.state, "made")

    def test_one_that_fails_holds_up_nobody(self):
        entries = self.entries.create(
            [
                {"form_id": self.form.id, "name": False, "email": "x@page.example"},
                {"form_id": self.form.id, "name": "Anna", "email": "a@page.example"},
            ]
        )
        with mute_logger(
            "odoo.addons.client_base_retention.models.client_subscribe_entry",
            "odoo.sql_db",
        ):
            entries._take_in()
        self.assertEqual(entries.mapped("state"), ["failed", "made"])
        self.assertTrue(entries[0].error)
        self.assertEqual(entries[0].email, "x@page.example")

    def test_leader_of_the_team_without_salesperson(self):
        team = self.env["crm.team"].create(
            {"name": "T", "user_id": self.seller.id, "company_id": self.company.id}
        )
        self.form.write({"user_id": False, "team_id": team.id})
        entry = self.left(name="Anna", email="anna@page.example")
        self.assertEqual(entry.partner_id.user_id, self.seller)

    def test_rights(self):
        entry = self.left(name="Anna", email="anna@page.example")
        own = self.make_user("own", f"{SALES},{ROLE_OWN}")
        for role, reads, writes in (
            (ROLE_ALL, False, False),
            (ROLE_STEWARD, True, False),
            (ROLE_HEAD, True, True),
        ):
            user = self.make_user(f"u{role[-5:]}", f"{SALES},{role}")
            with self.subTest(role=role):
                self.assertEqual(entry.with_user(user).has_access("read"), reads)
                form = self.form.with_user(user)
                self.assertEqual(form.has_access("write"), writes)
        self.assertTrue(self.form.with_user(own).url)
        with self.assertRaises(AccessError):
            self.form.with_user(own).action_new_link()

    def test_copy_has_a_link_of_its_own(self):
        self.assertNotEqual(self.form.copy().token, self.form.token)

    def test_prints(self):
        reports = self.env["ir.actions.report"].with_user(self.seller)
        for name in ("client_coupon", "client_questionnaire"):
            with self.subTest(report=name):
                html, _type = reports._render_qweb_html(
                    f"client_base_retention.report_{name}", self.form.ids
                )
                text = html.decode()
                self.assertIn("Be the first", text)
                self.assertIn("data:image/svg+xml;base64,", text)
                self.assertIn("I agree to all of it", text)

    def test_questionnaire_asks_what_is_switched_on(self):
        self.segment.write(
            {
                "question_ids": [
                    Command.create({"label": "Discounts granted"}),
                    Command.create(
                        {"label": "Garden", "kind": "float", "unit": "m²"}
                        | {"on_questionnaire": True}
                    ),
                    Command.create(
                        {"label": "Likes", "kind": "tags", "options": "Sea; Mountains"}
                        | {"on_questionnaire": True}
                    ),
                    Command.create(
                        {"label": "Has a dog", "kind": "boolean"}
                        | {"on_questionnaire": True}
                    ),
                ],
            }
        )
        own = self.make_user("own", f"{SALES},{ROLE_OWN}")
        questions = self.form.with_user(own)._questions()
        self.assertEqual(
            [(question["label"], question["options"]) for question in questions],
            [
                ("Garden, m²", []),
                ("Likes", ["Sea", "Mountains"]),
                ("Has a dog", ["Yes", "No"]),
            ],
        )
        reports = self.env["ir.actions.report"].with_user(own)
        html, _type = reports._render_qweb_html(
            "client_base_retention.report_client_questionnaire", self.form.ids
        )
        self.assertIn("Mountains", html.decode())
        self.assertNotIn("Discounts granted", html.decode())

    def test_ready_portraits_keep_inner_questions_to_themselves(self):
        ready = self.env["client.portrait.question"].search(
            [("name", "in", ("contract", "discounts", "other_suppliers", "siblings"))]
        )
        self.assertFalse(
            set(ready.filtered("on_questionnaire").mapped("name"))
            & {"contract", "discounts", "other_suppliers"}
        )
        segments = ready.segment_id
        segments.profile_definition = False
        segments._fill_ready_profiles()
        asked = self.env["client.portrait.question"].search(
            [("name", "in", ("contract", "siblings"))]
        )
        self.assertEqual(
            {question.name: question.on_questionnaire for question in asked},
            {"contract": False, "siblings": True},
        )


class TestPage(SubscribeCase, HttpCase):
    def setUp(self):
        super().setUp()
        patcher = patch.object(client_subscribe, "LEAST_SECONDS", -1)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.url = f"/client/subscribe/{self.form.token}"

    def hidden(self, html):
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
        return dict(found)

    def send(self, **values):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        said = {"name": "Anna", "email": "anna@page.example", "consent": "1"}
        data = self.hidden(page.text) | said | values
        data = {name: value for name, value in data.items() if value is not None}
        return self.url_open(self.url, data=data, allow_redirects=False)

    def waiting(self):
        return self.entries.search([("form_id", "=", self.form.id)])

    def test_page_says_what_it_is_for(self):
        page = self.url_open(self.url)
        for text in ("Be the first", "Five percent off", "I agree to all of it"):
            self.assertIn(text, page.text)
        self.assertNotIn("<script", page.text)
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex")
        self.assertTrue(page.text.lower().startswith("<!doctype html>"))

    def test_sent_page_thanks_and_leaves_an_entry(self):
        answer = self.send(phone="8 916 0001723", birthdate="1980-03-12")
        self.assertEqual(answer.status_code, 303)
        thanks = self.url_open(answer.headers["Location"])
        self.assertIn("Show it at the till", thanks.text)
        entry = self.waiting()
        self.assertRecordValues(
            entry,
            [
                {
                    "name": "Anna",
                    "email": "anna@page.example",
                    "phone": "8 916 0001723",
                    "consent_text": "I agree to all of it",
                    "state": "new",
                    "company_id": self.company.id,
                }
            ],
        )
        self.env.ref(
            "client_base_retention.ir_cron_client_subscribe"
        ).method_direct_trigger()
        entry.invalidate_recordset()
        self.assertEqual(entry.state, "made")

    def test_same_answer_for_those_who_are_known(self):
        new = self.send(email="new@page.example")
        self.make_partner("Known", email="known@page.example")
        known = self.send(email="known@page.example")
        self.assertEqual(new.status_code, known.status_code)
        self.assertEqual(new.headers["Location"], known.headers["Location"])
        self.assertEqual(new.content, known.content)
        self.assertEqual(len(self.waiting()), 2)

    def test_what_is_wrong_is_said_and_nothing_kept(self):
        for values, text in (
            ({"name": " "}, "write your name"),
            ({"name": "Win www.spam.example"}, "only your name"),
            ({"email": ""}, "telephone or an e-mail"),
            ({"email": "no mail"}, "no e-mail address"),
            ({"email": "a@b.example, c@d.example"}, "no e-mail address"),
            ({"phone": "12345"}, "no telephone number"),
            ({"birthdate": "2999-01-01"}, "no birthday"),
            ({"birthdate": "1899-12-31"}, "no birthday"),
            ({"birthdate": "yesterday"}, "no birthday"),
            ({"consent": None}, "Without your consent"),
        ):
            with self.subTest(values=values):
                answer = self.send(**values)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(text, answer.text)
        self.assertFalse(self.waiting())

    def test_robots(self):
        trapped = self.send(company_site="https://spam.example")
        self.assertEqual(trapped.status_code, 303)
        for stamp in ("", "0-0", "99999999999-abc", "x" * 500, None):
            with self.subTest(stamp=stamp):
                answer = self.send(stamp=stamp)
                self.assertIn("once more", answer.text)
        with patch.object(client_subscribe, "LEAST_SECONDS", 3):
            self.assertIn("once more", self.send().text)
        self.assertFalse(self.waiting())

    def test_stamp_of_another_page_or_day(self):
        import time

        other = self.form.copy()
        now = int(time.time())
        for stamp in (other._stamp(now), self.form._stamp(now - 25 * 3600)):
            self.assertIn("once more", self.send(stamp=stamp).text)

    @mute_logger("odoo.http")
    def test_without_csrf_token(self):
        self.assertEqual(self.send(csrf_token="no").status_code, 400)
        self.assertFalse(self.waiting())

    def test_limit_of_one_place(self):
        with patch(f"{FORMS}.PER_PLACE", 2):
            codes = [
                self.send(email=f"a{n}@page.example").status_code for n in range(3)
            ]
        self.assertEqual(codes, [303, 303, 429])
        self.assertEqual(len(self.waiting()), 2)
        places = self.env["client.subscribe.hit"].search([]).mapped("place")
        self.assertNotIn("127.0.0.1", "".join(places))

    @mute_logger("odoo.http")
    def test_no_page_and_closed_page_are_the_same(self):
        self.form.active = False
        closed = self.url_open(self.url)
        none = self.url_open("/client/subscribe/nothing")
        self.assertEqual((closed.status_code, none.status_code), (404, 404))
        post = self.url_open(f"{self.url}/thanks")
        self.assertEqual(post.status_code, 404)

    def test_texts_are_shown_as_texts(self):
        self.form.gift = "<script>alert(1)</script>"
        page = self.url_open(self.url)
        self.assertNotIn("<script>alert", page.text)
        answer = self.send(email="", phone="", name='"><b>x')
        self.assertNotIn("<b>x", answer.text)
