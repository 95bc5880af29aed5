"""Odd input and odd order of events: a clear message or a sane result."""

from contextlib import contextmanager
from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ago, day
from .contacts import ContactsCommon

TOMORROW = datetime(2025, 6, 16, 12)


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFaultsContacts(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start()
        roles = f"{SALES},{ROLE_ALL}"
        cls.seller = cls.make_user("faults_seller", roles, tz="UTC")
        cls.head = cls.make_user("faults_head", f"{SALES},{ROLE_HEAD}", tz="UTC")

    def owned(self, last=10, **values):
        return self.bought(last, user_id=self.seller.id, **values)

    def as_seller(self, record):
        return record.with_user(self.seller).with_company(self.company)

    def get_day(self, **options):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_seller(self.env["client.my.day"]).get_day(**options)

    def named_in_day(self, **options):
        return str(self.get_day(**options))

    def plan_tasks(self):
        made = self.env["client.card"]._plan_tasks()
        return made.filtered(lambda task: task.user_id == self.seller)

    def tasks_of(self, card):
        return self.env["mail.activity"].search(
            [("is_client_norm", "=", True), ("client_id", "=", card.partner_id.id)]
        )

    @contextmanager
    def assertRefused(self, words):
        """What is tried is refused with these words and leaves nothing behind."""
        with self.assertRaises(ValidationError) as caught:
            yield
        self.assertIn(words, str(caught.exception))

    # ------------------------------------------------------------------------- norms

    def test_an_interval_of_nothing(self):
        """Refused with a sentence that says what is missing."""
        with (
            self.assertRaises(IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.norm(count=0)
        message = self.env["client.contact.rule"]._sql_error_to_message(
            caught.exception
        )
        self.assertIn("at least one", message)

    def test_a_season_of_one_month(self):
        """The norm holds in that month only; its task goes with it."""
        self.policy.former_after_months = 60
        rule = self.norm(season_from=6, season_to=6)
        self.assertIn("June", rule.sentence)
        card = self.owned(30)
        self.assertDue(card, day("2025-06-01"))
        self.assertEqual(len(self.plan_tasks()), 1)
        with freeze_time("2025-07-01 12:00:00"):
            self.derive_all(day("2025-07-01"))
            self.assertFalse(card.obligation_ids)
            self.assertEqual(card.contact_state, "none")
            self.assertFalse(self.plan_tasks())
            self.assertFalse(self.tasks_of(card))
        with freeze_time("2026-06-01 12:00:00"):
            self.derive_all(day("2026-06-01"))
            self.assertDue(card, day("2026-06-01"))
            self.assertEqual(len(self.plan_tasks()), 1)

    def test_a_season_of_twelve_months_is_none(self):
        """Its first day takes nobody out of overdue."""
        self.policy.former_after_months = 60
        for first, last in ((1, 12), (7, 6), (12, 11), (0, 0)):
            with self.subTest(first=first, last=last):
                rule = self.norm(season_from=first, season_to=last)
                card = self.bought(30)
                for today in ("2025-07-01", "2026-01-01", "2026-12-01"):
                    card._derive(today=day(today))
                    self.assertDue(card, ago(23))
                rule.unlink()

    def test_no_norm_at_all(self):
        """Nobody is overdue, nothing is planned, contacts are logged all the same."""
        card = self.owned(30)
        self.assertEqual(card.contact_state, "none")
        self.assertFalse(card.contact_late_date)
        self.assertFalse(self.plan_tasks())
        self.get_day()
        answer = self.as_seller(card).log_contact("reached", next_date=ahead(3))
        self.assertEqual(answer["next_date"], str(ahead(3)))
        card.invalidate_recordset()
        self.assertEqual(card.last_contact_date, TODAY)
        self.assertEqual(card.arranged_date, ahead(3))
        self.assertEqual(card.contact_state, "none")
        self.derive_all()
        self.assertEqual(card.arranged_date, ahead(3))

    def test_announced_longer_than_the_interval(self):
        """A daily call announced a week before: one task at a time, no more."""
        self.norm(count=1, unit="day", warning_days=7)
        card = self.owned(3)
        self.assertEqual(len(self.plan_tasks()), 1)
        self.talk(card)
        self.assertDue(card, ahead(1))
        self.assertEqual(card.contact_state, "soon")
        self.plan_tasks()
        self.assertFalse(self.plan_tasks())
        self.assertEqual(len(self.tasks_of(card)), 1)
        self.assertEqual(self.tasks_of(card).date_deadline, ahead(1))

    def test_a_norm_removed_under_its_tasks(self):
        """By the regulation's form: the tasks go, those of other norms stay."""
        self.norm("call")
        letter = self.norm("email")
        card = self.owned()
        self.assertEqual(len(self.plan_tasks()), 2)
        letter.unlink()
        self.assertEqual(self.tasks_of(card).client_obligation_id.kind, "call")
        self.policy.rule_ids = [Command.clear()]
        self.assertFalse(self.tasks_of(card))

    # ----------------------------------------------------------------------- contacts

    def test_contacts_to_come(self):
        """Refused where a person types them; noticed ones never stop the work."""
        self.norm()
        card = self.owned()
        partner = card.partner_id
        with self.assertRefused("future"):
            self.talk(card, TOMORROW)
        with self.assertRefused("future"):
            self.as_seller(card).log_contact("reached", date=TOMORROW)
        past = self.talk(card, ago(9), outcome="no_answer")
        with self.assertRefused("future"):
            past.date = TOMORROW
        self.env["client.touchpoint"]._notice(
            [{"partner_id": partner.id, "date": TOMORROW, "kind": "call"}]
        )
        partner.phone = "+12025550187"
        self.env["client.touchpoint"]._log_call(
            partner.phone, "in", user=self.seller, when=TOMORROW
        )
        contacts = self.env["client.touchpoint"].search(
            [("partner_id", "=", partner.id), ("date", ">", datetime(2025, 6, 15, 12))]
        )
        self.assertFalse(contacts.mapped("date"))

    def test_the_last_day_of_the_calendar(self):
        """A pause and an agreed date for ever: shown, searched and derived."""
        self.norm()
        paused, agreed = self.owned(), self.owned()
        paused.with_user(self.head).pause_until = day("9999-12-31")
        agreed._agree(day("9999-12-31"))
        cards = paused | agreed
        self.derive_all()
        cards.invalidate_recordset()
        for card in cards:
            self.assertDue(card, day("9999-12-31"))
            self.assertEqual(card.contact_state, "ok")
        self.plan_tasks()
        self.assertFalse(self.tasks_of(paused) | self.tasks_of(agreed))
        self.get_day()

    def test_a_client_without_telephone_and_mail(self):
        self.norm()
        card = self.owned(name="Silent client", phone=False, email=False)
        task = self.plan_tasks()
        self.assertIn("Silent client", self.named_in_day())
        self.as_seller(card).action_log_contact()
        answer = self.as_seller(card).log_contact("no_answer", activity_id=task.id)
        self.assertEqual(answer["attempts"], 1)
        self.assertTrue(task.active)
        self.as_seller(card).log_contact("reached", activity_id=task.id)
        self.assertFalse(self.tasks_of(card))
        self.assertDue(card, ahead(7))
        self.assertNotIn("Silent client", str(self.get_day().get("rows", "")))

    def test_a_user_without_mail(self):
        self.norm()
        self.seller.partner_id.email = False
        card = self.owned()
        task = self.plan_tasks()
        self.assertEqual(task.user_id, self.seller)
        self.as_seller(card).log_contact(
            "reached", activity_id=task.id, next_date=ahead(20)
        )
        self.assertDue(card, ahead(20))
        self.assertEqual(len(card.touchpoint_ids), 1)

    # ------------------------------------------------------------------------ archives

    def test_an_archived_person(self):
        """What was said with him counts; nobody is told to call him."""
        self.norm()
        card = self.owned()
        stays, left = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": card.partner_id.id}
                for name in ("Stays", "Left the firm")
            ]
        )
        self.talk(card, ago(3), person_id=stays.id)
        self.talk(card, ago(2), person_id=left.id)
        self.assertEqual(card.contact_person_id, left)
        left.active = False
        self.derive_all()
        card.invalidate_recordset()
        self.assertNotEqual(card.contact_person_id, left)
        self.assertDue(card, ahead(5))
        self.talk(left, ago(1))
        self.assertDue(card, ahead(6))

    def test_an_archived_client_comes_back(self):
        """His tasks go and come; contacts in between are remembered."""
        self.norm()
        card = self.owned(name="Sleeping client")
        self.assertEqual(len(self.plan_tasks()), 1)
        card.partner_id.active = False
        self.assertFalse(self.tasks_of(card))
        self.assertFalse(self.plan_tasks())
        self.assertNotIn("Sleeping client", self.named_in_day())
        self.talk(card, ago(5))
        self.assertEqual(card.contact_state, "none")
        card.partner_id.active = True
        self.assertDue(card, ahead(2))
        self.assertEqual(len(self.plan_tasks()), 1)

    # ------------------------------------------------------------------- twice, merges

    def test_everything_twice(self):
        self.norm()
        self.norm("meeting", unit="month", status="active")
        self.policy.start_date = ago(2)
        for last in (0, 5, 10, 40):
            self.owned(last)
        for _n in range(2):
            self.derive_all()
            self.plan_tasks()
        tables = (
            "client_card",
            "client_obligation",
            "client_touchpoint",
            "client_contact_wave",
            "mail_activity",
            "mail_message",
        )
        before = self.versions(*tables)
        for _n in range(2):
            self.derive_all()
            self.assertFalse(self.plan_tasks())
        self.assertEqual(self.versions(*tables), before)

    def test_merged_clients_with_tasks(self):
        """Both had tasks for the same norms: one each is left, contacts are summed."""
        self.norm("call")
        self.norm("email", status="active")
        stays, goes = self.owned(10), self.owned(20)
        self.talk(stays, ago(9))
        self.talk(goes, ago(8))
        self.talk(goes, ago(30), "email")
        self.assertEqual(len(self.plan_tasks()), 4)
        self.derive_all()
        kept, gone = stays.partner_id, goes.partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        card = self.card_of(kept)
        self.assertEqual(len(card.touchpoint_ids), 3)
        self.assertDue(card, ago(1))
        self.assertDue(card, ago(23), "email")
        tasks = self.tasks_of(card)
        self.assertEqual(
            sorted(tasks.client_obligation_id.mapped("kind")), ["call", "email"]
        )
        self.assertEqual(len(tasks), 2)
        self.assertFalse(self.plan_tasks())
        before = self.versions("client_card", "client_obligation", "mail_activity")
        self.derive_all()
        self.assertEqual(
            self.versions("client_card", "client_obligation", "mail_activity"), before
        )

    # ------------------------------------------------------------------------- changes

    def test_what_touches_a_client_moves_him_at_once(self):
        """Class, segment, regulation, salesperson; each has its norm or its user."""
        segment = self.env["client.segment"].create({"name": "Faults' segment"})
        narrow = self.policy.copy(
            {"sequence": 0, "segment_ids": [Command.set(segment.ids)]}
        )
        self.norm(count=1)
        self.norm(count=2, abc_class="a")
        self.norm(count=3, policy=narrow)
        card = self.owned(1)
        card.abc_class_manual = "b"
        self.assertDue(card, ahead(6))
        card.abc_class_manual = "a"
        self.assertDue(card, ahead(13))
        card.partner_id.segment_id = segment
        self.assertDue(card, ahead(20))
        card.policy_id = self.policy
        self.assertDue(card, ahead(13))
        card.policy_id = False
        self.assertDue(card, ahead(20))
        card.partner_id.segment_id = False
        self.assertDue(card, ahead(13))
        with freeze_time("2025-06-27 12:00:00"):
            self.derive_all(None)
            task = self.plan_tasks()
            self.assertEqual(task.client_id, card.partner_id)
            card.user_id = self.head
            self.assertEqual(task.user_id, self.head)

    def test_the_form_of_a_norm(self):
        """The head types a norm: what is left out has a sane value."""
        form = Form(self.env["client.contact.rule"].with_user(self.head))
        form.policy_id = self.policy
        rule = form.save()
        self.assertEqual(rule.interval_count, 1)
        card = self.owned(40)
        self.assertHolds(card, rule)

    def assertHolds(self, card, rule):
        self.assertEqual(card.obligation_ids.rule_id, rule)
