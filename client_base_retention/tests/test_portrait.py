"""Portrait of a client (N48): answers to what his segment asks are never lost."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.client_base_retention.models import client_portrait_ready as ready

from .common import NOON, ROLE_HEAD, ROLE_OWN
from .portrait import PortraitCase, question


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPortraitAnswers(PortraitCase):
    def test_same_question_in_another_segment_takes_the_answer(self):
        partner = self.kiosk(t_area=40.5, t_price="middle", t_brands="Acme")
        partner.segment_id = self.mills
        self.assertEqual(
            self.answers(partner),
            {"t_brands_of_mill": "Acme", "t_price_of_mill": "middle"},
        )
        self.assertEqual(self.kept(partner), {"Area": 40.5})

    def test_an_option_that_is_not_there_is_kept(self):
        partner = self.kiosk(t_price="low", t_season=["summer"])
        partner.segment_id = self.mills
        self.assertEqual(self.answers(partner), {})
        self.assertEqual(self.kept(partner), {"Price": "low", "Season": ["summer"]})

    def test_answers_come_back_with_the_segment(self):
        given = {
            "t_area": 40.5,
            "t_price": "low",
            "t_brands": "Acme",
            "t_season": ["summer", "winter"],
            "t_visit": "2025-02-28",
        }
        for way in ([self.mills], [None], [None, self.mills], [self.mills, None]):
            with self.subTest(way=[segment and segment.name for segment in way]):
                partner = self.kiosk(**given)
                for segment in way:
                    partner.segment_id = segment
                partner.segment_id = self.kiosks
                self.assertEqual(self.answers(partner), given)
                self.assertFalse(partner.profile_kept)

    def test_what_was_changed_on_the_way_comes_back_changed(self):
        partner = self.kiosk(t_brands="Acme", t_area=0)
        partner.segment_id = self.mills
        partner.profile_properties = {"t_brands_of_mill": "Best"}
        partner.segment_id = self.kiosks
        # 0 is an answer.
        self.assertEqual(self.answers(partner), {"t_brands": "Best", "t_area": 0})

    def test_what_is_written_with_the_segment_wins(self):
        partner = self.kiosk(t_brands="Acme", t_price="middle")
        partner.write(
            {
                "segment_id": self.mills.id,
                "profile_properties": {"t_brands_of_mill": "Best", "t_output": 7},
            }
        )
        self.assertEqual(
            self.answers(partner),
            {
                "t_brands_of_mill": "Best",
                "t_output": 7,
                "t_price_of_mill": "middle",
            },
        )
        self.assertEqual(self.kept(partner), {"Brands": "Acme"})

    def test_defaults_of_the_new_segment_give_way_to_answers(self):
        self.mills.profile_definition = [
            question("t_m1", "Brands", default="None of ours"),
            question("t_m2", "Floor", default="First"),
        ]
        partner = self.kiosk(t_brands="Acme")
        partner.segment_id = self.mills
        self.assertEqual(self.answers(partner), {"t_m1": "Acme", "t_m2": "First"})

    def test_many_at_once(self):
        partners = self.env["res.partner"].browse()
        for number in range(20):
            partners |= self.kiosk(f"Kiosk {number}", t_area=number, t_brands="Acme")
        few, many = partners[:2], partners[2:]

        def queries(contacts, segment):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            contacts.segment_id = segment
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(few, self.mills)
        queries(few, self.kiosks)
        self.assertLessEqual(queries(many, self.mills), queries(few, self.mills) + 1)
        self.assertEqual(self.kept(many[0]), {"Area": 2})

    def test_form_shows_at_once_what_comes_back(self):
        partner = self.kiosk(t_brands="Acme", t_area=40.5)
        user = new_test_user(
            self.env,
            "seller",
            groups=f"{ROLE_OWN},sales_team.group_sale_salesman,base.group_partner_manager",
            company_id=self.company.id,
        )
        partner.user_id = user
        partner.action_add_to_client_base()
        view = "client_base_retention.view_partner_form"
        with Form(partner.with_user(user), view="base.view_partner_form") as form:
            form.segment_id = self.mills
        self.assertTrue(self.env.ref(view))
        self.assertEqual(self.answers(partner), {"t_brands_of_mill": "Acme"})
        self.assertEqual(self.kept(partner), {"Area": 40.5})
        seen = partner.with_user(user)
        self.assertEqual(
            seen.client_portrait_kept_text, "Area: 40.5 m² (Kiosks (test))"
        )
        self.assertEqual(seen.client_portrait_text, "Acme")

    def test_merged_contacts(self):
        kept = self.kiosk("Kept", t_brands="Acme")
        gone = self.kiosk("Gone", t_brands="Best", t_area=12)
        stray = self.make_partner(
            "Stray",
            segment_id=self.mills.id,
            profile_properties={"t_output": 7},
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | gone | stray).ids, kept)
        self.assertEqual(self.answers(kept), {"t_brands": "Acme", "t_area": 12})
        self.assertEqual(self.kept(kept), {"Brands": "Best", "Output": 7})

    def test_segment_that_is_deleted(self):
        seen = self.kiosk("Seen", t_area=3)
        gone = self.kiosk("Archived", t_brands="Acme")
        gone.active = False
        head = self.make_user("head-deletes", ROLE_HEAD)
        self.kiosks.with_user(head).unlink()
        self.assertEqual(self.kept(seen), {"Area": 3})
        self.assertEqual(self.kept(gone), {"Brands": "Acme"})
        self.assertFalse(seen.segment_id)
        seen.segment_id = self.env["client.segment"].create(
            {
                "name": "Again (test)",
                "profile_definition": [question("t_again", "area", "float")],
            }
        )
        self.assertEqual(self.answers(seen), {"t_again": 3})

    def test_copy_brings_everything_back(self):
        partner = self.kiosk(t_brands="Acme", t_area=40.5, t_season=["summer"])
        partner.segment_id = self.mills
        text = partner.client_portrait_data
        same = self.make_partner(segment_id=self.mills.id, client_portrait_data=text)
        for _again in range(2):
            self.assertEqual(self.answers(same), {"t_brands_of_mill": "Acme"})
            self.assertEqual(self.kept(same), {"Area": 40.5, "Season": ["summer"]})
            self.assertEqual(same.client_portrait_data, text)
            same.client_portrait_data = text
        answer = '[{"name": "t_area", "string": "Area", "type": "%s", "value": %s}]'
        for wrong in (
            "{",
            "7",
            '["x"]',
            '[{"name": "x"}]',
            answer % ("float", '"many"'),
            answer % ("float", "true"),
            answer % ("selection", '{"low": 1}'),
            answer % ("tags", "[[]]"),
            answer % ("char", "5"),
        ):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                same.client_portrait_data = wrong
        words = self.kiosks.profile_text
        twin = self.env["client.segment"].create({"name": "T", "profile_text": words})
        self.assertEqual(
            twin.question_ids.mapped("label"), self.kiosks.question_ids.mapped("label")
        )

    def test_anonymized(self):
        person = self.make_partner(
            "Person",
            is_company=False,
            segment_id=self.kiosks.id,
            profile_properties={"t_brands": "Acme", "t_area": 3},
        )
        person.segment_id = self.mills
        person._client_anonymize()
        self.assertEqual(self.answers(person), {})
        self.assertFalse(person.profile_kept)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPortraitQuestions(PortraitCase):
    def question(self, name):
        return self.env["client.portrait.question"].search([("name", "=", name)])

    def names(self, segment):
        return [prop["name"] for prop in segment.profile_definition]

    def test_list_and_definition_say_the_same(self):
        self.assertEqual(
            self.kiosks.question_ids.mapped(lambda q: (q.label, q.kind, q.options)),
            [
                ("Area", "float", False),
                ("Price", "selection", "Low\nMiddle"),
                ("Brands", "char", False),
                ("Season", "tags", "Summer\nWinter"),
                ("Visited on", "date", False),
            ],
        )
        self.kiosks.profile_definition = [
            question("t_price", "Price", "selection", "Low", "Middle", "High"),
            question("t_area", "Floor area", "float"),
        ]
        self.assertEqual(
            self.kiosks.question_ids.mapped(lambda q: (q.name, q.label, q.unit)),
            [("t_price", "Price", False), ("t_area", "Floor area", False)],
        )

    def test_head_adds_a_question_without_programming(self):
        head = new_test_user(self.env, "head", groups=ROLE_HEAD)
        with Form(self.kiosks.with_user(head)) as form:
            with form.question_ids.new() as line:
                line.label = "Owner"
                line.kind = "selection"
                line.options = "Family; Chain;  Family ;"
                line.is_required = True
        prop = self.kiosks.profile_definition[-1]
        self.assertEqual((prop["string"], prop["type"]), ("Owner", "selection"))
        self.assertEqual([word for _k, word in prop["selection"]], ["Family", "Chain"])
        partner = self.kiosk(**{prop["name"]: prop["selection"][1][0]})
        self.assertEqual(partner.profile_properties[prop["name"]], "Chain")

    def test_choice_needs_options(self):
        for options in (False, "", " ; ;\n"):
            with self.subTest(options=options), self.assertRaises(ValidationError):
                self.kiosks.question_ids = [
                    Command.create(
                        {"label": "Owner", "kind": "selection", "options": options}
                    )
                ]

    def test_renamed_options_keep_their_answers(self):
        partner = self.kiosk(t_price="middle")
        self.question("t_price").options = "Low\nAverage"
        self.assertEqual(self.answers(partner), {"t_price": "middle"})
        self.assertEqual(partner.profile_properties["t_price"], "Average")
        self.question("t_price").options = "Average\nHigh\nLow"
        self.assertEqual(partner.profile_properties["t_price"], "Average")

    def test_removed_option(self):
        partner = self.kiosk(t_price="middle", t_season=["summer", "winter"])
        self.question("t_price").options = "Low"
        self.question("t_season").options = "Winter"
        self.assertEqual(self.answers(partner), {"t_season": ["winter"]})
        self.assertEqual(self.kept(partner), {"Price": "middle", "Season": ["summer"]})
        self.question("t_price").options = "Low; Middle"
        self.assertEqual(partner.profile_properties["t_price"], "Middle")
        self.assertEqual(self.kept(partner), {"Season": ["summer"]})

    def test_question_that_goes_and_comes_back(self):
        partner = self.kiosk(t_area=40.5, t_brands="Acme")
        self.question("t_area").unlink()
        self.assertEqual(self.answers(partner), {"t_brands": "Acme"})
        self.assertEqual(self.kept(partner), {"Area": 40.5})
        self.kiosks.question_ids = [Command.create({"label": "area", "kind": "float"})]
        name = self.kiosks.question_ids[-1].name
        self.assertEqual(self.answers(partner), {"t_brands": "Acme", name: 40.5})
        self.assertFalse(partner.profile_kept)

    def test_another_kind_of_answer(self):
        """What fits goes over, what does not is kept."""
        for kind, expected in (
            ("text", {"t_brands": "12"}),
            ("integer", {}),
            ("date", {}),
        ):
            with self.subTest(kind=kind):
                segment = self.env["client.segment"].create(
                    {
                        "name": f"Kind {kind}",
                        "profile_definition": [question(f"t_{kind}", "Brands")],
                    }
                )
                partner = self.make_partner(
                    segment_id=segment.id, profile_properties={f"t_{kind}": "12"}
                )
                self.question(f"t_{kind}").kind = kind
                expected = {f"t_{kind}": "12"} if expected else {}
                self.assertEqual(self.answers(partner), expected)
                self.assertEqual(bool(self.kept(partner)), not expected)

    def test_form_warns_before_answers_go(self):
        self.kiosk(t_area=1)
        self.kiosk(t_area=2)
        segment = self.kiosks
        gone = self.question("t_area")
        spec = {"question_ids": {"fields": {"label": {}}}}
        result = segment.onchange(
            {"question_ids": [Command.delete(gone.id)]}, ["question_ids"], spec
        )
        self.assertIn("2", result["warning"]["message"])
        self.assertIn("Area", result["warning"]["message"])
        gone = self.question("t_visit")
        result = segment.onchange(
            {"question_ids": [Command.delete(gone.id)]}, ["question_ids"], spec
        )
        self.assertNotIn("warning", result)

    def test_no_two_segments_share_a_name(self):
        self.question("t_area").write({"is_required": True, "on_questionnaire": True})
        twin = self.kiosks.copy()
        self.assertEqual(
            twin.question_ids.mapped("label"), self.kiosks.question_ids.mapped("label")
        )
        self.assertFalse(set(self.names(twin)) & set(self.names(self.kiosks)))
        self.assertTrue(twin.question_ids[0].is_required)
        self.assertTrue(twin.question_ids[0].on_questionnaire)
        self.assertFalse(any(twin.question_ids[1:].mapped("on_questionnaire")))

    def test_salesperson_changes_no_questions(self):
        user = new_test_user(self.env, "seller", groups=ROLE_OWN)
        with self.assertRaises(AccessError):
            self.kiosks.with_user(user).profile_definition = []
        with self.assertRaises(AccessError):
            self.question("t_area").with_user(user).label = "Mine"
        partner = self.kiosk(t_area=1)
        partner.user_id = user
        partner.action_add_to_client_base()
        with self.assertRaises(AccessError):
            partner.with_user(user).profile_properties = [
                question("t_new", "New", definition_changed=True, value="x")
            ]

    def test_user_without_a_role_sees_no_portrait(self):
        user = new_test_user(
            self.env, "nobody", groups="base.group_user,base.group_partner_manager"
        )
        partner = self.kiosk(t_area=1, t_brands="Acme").with_user(user)
        for name in ("profile_properties", "profile_kept", "client_portrait_text"):
            with self.subTest(name=name):
                self.assertNotIn(name, partner.fields_get())
                with self.assertRaises(AccessError):
                    partner.read([name])
        with self.assertRaises(AccessError):
            partner.search([("profile_properties.t_area", "=", 1)])
        # Moving the contact loses nothing all the same.
        partner.segment_id = self.mills
        self.assertEqual(self.answers(partner.sudo()), {"t_brands_of_mill": "Acme"})

    def test_ready_portraits(self):
        names = [q[0] for questions in ready.READY.values() for q in questions]
        self.assertEqual(len(names), len(set(names)))
        for xmlid in ready.READY:
            with self.subTest(segment=xmlid):
                segment = self.env.ref(f"client_base_retention.{xmlid}")
                self.assertTrue(segment.with_context(active_test=False).question_ids)
        text = " ".join(map(str, ready.READY.values())).lower()
        for word in ("phone", "health", "illness", "diagnosis"):
            self.assertNotIn(word, text)

    def test_ready_words_in_the_language_of_the_user(self):
        """Kept in English, shown in the language, and English again when written."""
        words = {"Sales area": "Surface", "m²": "m2", "Low": "Bas"}
        shop = self.env.ref("client_base_retention.client_segment_wholesale")
        self.env["res.lang"]._activate_lang("fr_FR")
        french = shop.with_context(lang="fr_FR")
        sources = {word: text for text, word in words.items()}
        self.patch(ready, "_words", lambda lang: words)
        self.patch(ready, "_sources", lambda lang: sources)
        definition = french.profile_definition
        self.assertEqual(
            (definition[0]["string"], definition[0]["suffix"]), ("Surface", "m2")
        )
        self.assertEqual(definition[1]["selection"][0], ["low", "Bas"])
        self.assertEqual(french.question_ids[0].label, "Surface")
        self.assertEqual(french.question_ids[1].options.split("\n")[0], "Bas")
        french.profile_definition = definition
        french.question_ids[0].write({"label": "Surface", "is_required": True})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(shop.profile_definition[0]["string"], "Sales area")
        self.assertEqual(shop.question_ids[0].label, "Sales area")

    def test_update_leaves_what_people_defined(self):
        shop = self.env.ref("client_base_retention.client_segment_wholesale")
        shop.profile_definition = [question("t_own", "Own")]
        travel = self.env.ref("client_base_retention.client_segment_travel")
        travel.profile_definition = False
        self.env["client.segment"]._fill_ready_profiles()
        self.assertEqual(self.names(shop), ["t_own"])
        self.assertIn("passport_expiry", self.names(travel))
