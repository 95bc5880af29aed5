"""Screens of clients: words of a contact, filters that give what they say, groups,
documents of a client, the contact's tab."""

from datetime import datetime, time, timedelta

from lxml import etree

from odoo import fields
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common import NOON, ROLE_ALL, SALES, TODAY, ago, day
from .contacts import ContactsCommon


class ScreensCommon(ContactsCommon):
    """A weekly call, announced three days before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.warning_days = 3
        cls.norm()
        cls.seller = cls.make_user("screen_seller", f"{SALES},{ROLE_ALL}")

    def called(self, days, **values):
        """The card of a client who was called so many days ago."""
        card = self.bought(last=200, **values)
        self.talk(card, ago(days))
        return card

    def plan(self, card, days, kind="mail.mail_activity_data_call"):
        """An activity made by a person, so many days from today."""
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": card.partner_id.id,
                "activity_type_id": self.env.ref(kind).id,
                "date_deadline": TODAY + timedelta(days=days),
                "user_id": self.seller.id,
            }
        )

    def filter_domain(self, name, model="client.card"):
        view = self.env[model].get_view(view_type="search")
        (node,) = etree.fromstring(view["arch"]).iterfind(f".//filter[@name='{name}']")
        return safe_eval(node.get("domain"), {"uid": self.env.uid})

    def found(self, name):
        """Cards of this company that a filter of the search view gives."""
        domain = [("company_id", "=", self.company.id), *self.filter_domain(name)]
        return self.env["client.card"].search(domain)

    def assertFound(self, name, cards):
        self.assertEqual(
            self.found(name).partner_id.sorted("id").mapped("name"),
            cards.partner_id.sorted("id").mapped("name"),
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactWords(ScreensCommon):
    def test_words_by_the_norm(self):
        for days, state, text in (
            (10, "overdue", "3 d late of 7 · call"),
            (8, "overdue", "1 d late of 7 · call"),
            (7, "soon", "due today · call"),
            (6, "soon", "due tomorrow · call"),
            (4, "soon", "due Jun 18 · call"),
            (3, "ok", "due Jun 19 · call"),
        ):
            with self.subTest(days=days):
                card = self.called(days)
                self.assertRecordValues(
                    card,
                    [
                        {
                            "contact_state": state,
                            "contact_mark": state,
                            "contact_text": text,
                        }
                    ],
                )
                norm = card.obligation_ids
                self.assertEqual(norm.contact_state, state)
                self.assertEqual(norm.contact_mark, state)
                self.assertEqual(f"{norm.contact_text} · call", text)

    def test_no_norm(self):
        self.policy.rule_ids.unlink()
        card = self.called(10)
        self.assertRecordValues(
            card, [{"contact_mark": "none", "contact_text": "No norm"}]
        )
        self.assertFalse(card.next_contact_text)

    def test_another_year_is_named(self):
        self.policy.rule_ids.interval_count = 60
        self.assertEqual(self.called(1).contact_text, "due 08/08/2026 · call")

    def test_paused(self):
        card = self.called(10)
        for until, mark, text in (
            (TODAY + timedelta(days=40), "paused", "paused until Jul 25"),
            (TODAY + timedelta(days=1), "paused", "paused until tomorrow"),
            (TODAY, "soon", "due today · call"),
            (ago(1), "overdue", "1 d late of 7 · call"),
        ):
            with self.subTest(until=until):
                card.pause_until = until
                self.assertEqual(card.contact_mark, mark)
                self.assertEqual(card.contact_text, text)
                self.assertEqual(card.obligation_ids.contact_mark, mark)

    def test_arranged(self):
        card = self.called(8)
        plan = self.plan(card, 6)
        self.assertEqual(card.contact_mark, "arranged")
        self.assertEqual(card.contact_text, "arranged Jun 21")
        self.assertEqual(card.obligation_ids.contact_text, "arranged Jun 21")
        with self.subTest("more than a week after the due date"):
            plan.date_deadline = TODAY + timedelta(days=7)
            self.assertEqual(card.contact_mark, "overdue")
            self.assertEqual(card.contact_text, "1 d late of 7 · call")

    def test_arranged_long_after_the_norm_does_not_hide_it(self):
        card = self.called(5)
        self.plan(card, 30)
        self.assertTrue(card.is_arranged)
        self.assertEqual(card.contact_mark, "soon")
        self.assertEqual(card.contact_text, "due Jun 17 · call · arranged Jul 15")

    def test_agreed(self):
        card = self.called(3)
        card._agree(TODAY + timedelta(days=9))
        self.assertEqual(card.contact_text, "agreed for Jun 24 · call")
        self.assertEqual(card.next_contact_text, "call Jun 24 (agreed)")
        self.assertEqual(card.obligation_ids.contact_text, "agreed for Jun 24")

    def test_whom_to_call(self):
        card = self.called(3, phone="111")
        self.assertEqual(card.contact_phone, "111")
        person = self.make_partner(
            "Anna", is_company=False, parent_id=card.partner_id.id, phone="222"
        )
        card.contact_person_id = person
        self.assertEqual(card.contact_phone, "222")
        self.assertEqual(card.contact_person_name, "Anna")
        person.phone = False
        self.assertEqual(card.contact_phone, "111")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactFilters(ScreensCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.late = self.called(8, name="Late")
        cls.today = self.called(7, name="Today")
        cls.warned = self.called(4, name="Warned")
        cls.calm = self.called(3, name="Calm")
        cls.paused = self.called(10, name="Paused")
        cls.paused.pause_until = TODAY + timedelta(days=60)
        cls.arranged = self.called(8, name="Arranged")
        self.plan(cls.arranged, 2)
        cls.silent = self.bought(last=3, name="Silent")
        cls.former = self.bought(last=500, name="Former")
        cls.all = (
            cls.late
            | cls.today
            | cls.warned
            | cls.calm
            | cls.paused
            | cls.arranged
            | cls.silent
            | cls.former
        )

    def test_states(self):
        self.assertFound("overdue", self.late)
        self.assertFound("soon", self.today | self.warned | self.arranged)
        self.assertFound("arranged", self.arranged)
        self.assertFound("paused", self.paused)
        self.assertFound("no_norm", self.former)

    def test_today_and_this_week(self):
        """The week of Sunday 15 June begins on that day."""
        self.assertFound("due_today", self.today)
        nearly = self.called(1, name="Saturday")
        self.called(0, name="Sunday after")
        self.assertFound(
            "due_week", self.today | self.warned | self.calm | self.silent | nearly
        )

    def test_last_contact(self):
        self.assertFound("never_contacted", self.silent | self.former)
        for name, months in (
            ("silent_month", 1),
            ("silent_half_year", 6),
            ("silent_year", 12),
        ):
            with self.subTest(name):
                limit = fields.Date.subtract(TODAY, months=months)
                on_the_day = self.called((TODAY - limit).days, name="On the day")
                before = self.called((TODAY - limit).days + 1, name="Day before")
                found = self.found(name)
                self.assertIn(before, found)
                self.assertNotIn(on_the_day, found)
                self.assertFalse(found & (self.silent | self.late))

    def test_tried_three_times(self):
        for days in (3, 2):
            self.talk(self.late, ago(days), outcome="no_answer")
        self.assertFalse(self.found("tried"))
        self.talk(self.late, ago(1), outcome="no_answer")
        self.assertFound("tried", self.late)
        self.talk(self.late, ago(0), outcome="refused")
        self.assertFalse(self.found("tried"))

    def test_a_group_is_its_filter_is_its_rows(self):
        """The same number in the board, in the list and row by row."""
        domain = [("company_id", "=", self.company.id)]
        cards = self.env["client.card"].with_context(read_group_expand=True)
        groups = cards.web_read_group(
            domain, ["contact_state"], ["__count", "turnover:sum"]
        )["groups"]
        self.assertEqual(
            [group["contact_state"] for group in groups],
            ["overdue", "soon", "ok", "none"],
        )
        filters = {"overdue": "overdue", "soon": "soon", "none": "no_norm"}
        for group in groups:
            state = group["contact_state"]
            with self.subTest(state):
                rows = cards.search(domain).filtered(
                    lambda card, state=state: card.contact_state == state
                )
                self.assertEqual(group["__count"], len(rows))
                found = cards.search([*domain, *group["__extra_domain"]])
                self.assertEqual(found, rows)
                if state in filters:
                    self.assertEqual(self.found(filters[state]), rows)

    def test_lists_begin_with_the_overdue(self):
        cards = self.env["client.card"].search(
            [("company_id", "=", self.company.id)], order="contact_state, id"
        )
        states = list(dict.fromkeys(cards.mapped("contact_state")))
        self.assertEqual(states, ["overdue", "soon", "ok", "none"])

    def test_groups_of_the_search(self):
        view = self.env["client.card"].get_view(view_type="search")
        groups = [
            safe_eval(node.get("context"))["group_by"]
            for node in etree.fromstring(view["arch"]).iterfind(".//group/filter")
        ]
        for group in (
            "contact_state",
            "next_contact_date:week",
            "next_contact_kind",
            "last_contact_date:month",
        ):
            with self.subTest(group):
                self.assertIn(group, groups)
                found = self.env["client.card"].web_read_group(
                    [("company_id", "=", self.company.id)], [group], ["__count"]
                )["groups"]
                self.assertEqual(sum(row["__count"] for row in found), len(self.all))

    def test_contacts_have_the_same_filters(self):
        """Mailings choose among contacts."""
        partners = self.env["res.partner"].with_user(self.seller)
        for name, cards in (
            ("client_overdue", self.late),
            ("client_soon", self.today | self.warned | self.arranged),
            ("client_never_contacted", self.silent | self.former),
        ):
            with self.subTest(name):
                domain = self.filter_domain(name, "res.partner")
                found = partners.search(
                    [*domain, ("id", "in", self.all.partner_id.ids)]
                )
                self.assertEqual(found, cards.partner_id.sorted(), name)
        groups = partners.web_read_group(
            [("id", "in", self.all.partner_id.ids)], ["contact_state"], ["__count"]
        )["groups"]
        self.assertEqual(
            {group["contact_state"]: group["__count"] for group in groups},
            {"overdue": 1, "soon": 3, "ok": 3, "none": 1},
        )

    def test_nothing_is_overdue(self):
        def text(name):
            actions = self.env["ir.actions.act_window"].with_user(self.seller)
            return actions._for_xml_id(f"client_base_retention.{name}")["help"]

        self.assertIn("Nothing is overdue", text("client_card_action_overdue"))
        self.env["client.derive.run"].create(
            {
                "company_id": self.company.id,
                "date": TODAY,
                "finished_at": datetime.combine(TODAY, time(8)),
            }
        )
        self.seller.tz = "UTC"
        self.assertIn(
            "Last checked on 06/15/2025 at 8:00", text("client_card_action_overdue")
        )
        self.assertIn("No clients here", text("client_card_action"))

    def test_bar_of_the_board(self):
        def field():
            arch = self.env["client.card"].get_view(view_type="kanban")["arch"]
            return etree.fromstring(arch).find(".//progressbar").get("field")

        self.assertEqual(field(), "contact_state")
        self.env["client.contact.rule"].search([]).policy_id.filtered(
            lambda policy: not policy.is_preset
        ).rule_ids.unlink()
        self.assertEqual(field(), "purchase_state")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactTab(ScreensCommon):
    def test_a_person_shows_the_same(self):
        card = self.called(10)
        person = self.make_partner(
            "Anna", is_company=False, parent_id=card.partner_id.id
        )
        self.talk(person, ago(9), outcome="no_answer")
        for partner in (card.partner_id, person):
            shown = partner.with_user(self.seller)
            self.assertEqual(shown.contact_text, "3 d late of 7 · call")
            self.assertEqual(shown.client_contact_tries, 1)
            self.assertEqual(shown.client_touchpoint_count, 2)
            self.assertEqual(len(shown.client_recent_touchpoint_ids), 2)
            self.assertEqual(
                shown.client_obligation_ids.norm_text, "Call at least once a week"
            )

    def test_the_button_counts_what_it_opens(self):
        card = self.called(10)
        self.talk(card, ago(1), kind="material")
        self.talk(card, ago(2), company_id=self.company_b.id)
        for companies, count in (
            (self.company, 2),
            (self.company | self.company_b, 3),
        ):
            with self.subTest(count):
                partner = card.partner_id.with_context(
                    allowed_company_ids=companies.ids
                ).with_user(self.env.user)
                action = partner.action_open_client_touchpoints()
                listed = partner.env["client.touchpoint"].search_count(action["domain"])
                self.assertEqual(listed, partner.client_touchpoint_count)

    def test_the_last_ten(self):
        card, other = self.called(1), self.called(2)
        for days in range(2, 14):
            self.talk(card, ago(days))
        partners = card.partner_id | other.partner_id
        recent = partners.mapped("client_recent_touchpoint_ids")
        self.assertEqual(len(card.partner_id.client_recent_touchpoint_ids), 10)
        self.assertEqual(len(other.partner_id.client_recent_touchpoint_ids), 1)
        self.assertEqual(recent[0].date, datetime.combine(ago(1), time(12)))

    def test_what_was_agreed_is_written_on_the_contact(self):
        card = self.called(3)
        partner = card.partner_id.with_user(self.seller)
        person = self.make_partner("Anna", is_company=False, parent_id=partner.id)
        with Form(partner, view="base.view_partner_form") as form:
            form.client_agreed_date = "2025-06-30"
            form.client_contact_person_id = person
        self.assertEqual(card.next_contact_date, day("2025-06-30"))
        self.assertEqual(card.contact_person_id, person)
        self.assertTrue(card.contact_person_is_manual)
        with Form(partner, view="base.view_partner_form") as form:
            form.client_agreed_date = False
            form.client_pause_until = "2025-07-20"
            form.client_pause_reason = "Holidays"
        self.assertEqual(card.contact_text, "paused until Jul 20")
        self.assertEqual(card.pause_reason, "Holidays")

    def test_a_pause_makes_the_missing_card(self):
        partner = self.make_partner().with_user(self.seller)
        partner.client_pause_until = "2025-07-20"
        self.assertEqual(partner.client_card_id.pause_until, day("2025-07-20"))

    def test_a_contact_without_card(self):
        partner = self.make_partner().with_user(self.seller)
        self.assertFalse(partner.contact_text)
        self.assertFalse(partner.client_recent_touchpoint_ids)
        self.assertEqual(partner.client_touchpoint_count, 0)
        with Form(partner, view="base.view_partner_form") as form:
            form.name = "Renamed"
        self.assertFalse(partner.client_card_id)
