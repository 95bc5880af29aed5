"""The dialog *Log a contact*, and the norm activities that it finishes."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.mail.tools.discuss import Store

from .common import NOON, ROLE_ALL, SALES, TODAY
from .test_log_contact import LogCommon


class DialogCommon(LogCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norm()

    def dialog(self, action, user=None):
        """The form that an action opens."""
        self.assertEqual(action["res_model"], "client.log.contact")
        log = self.env["client.log.contact"].with_user(user or self.seller)
        return Form(log.with_context(**action["context"]))

    def press(self, form, button="reached"):
        return getattr(form.save(), f"action_{button}")()

    def as_seller(self, record):
        return record.with_user(self.seller)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDialog(DialogCommon):
    def test_two_clicks(self):
        for record in (self.card, self.card.partner_id, self.person()):
            with self.subTest(record=record):
                form = self.dialog(self.as_seller(record).action_log_contact())
                told = self.press(form)
                self.assertIn("Next contact: 06/22/2025", told["params"]["message"])
                self.assertEqual(
                    told["params"]["next"]["type"], "ir.actions.act_window_close"
                )
                contact = self.contacts[0]
                self.assertEqual(contact.partner_id, self.card.partner_id)
                self.assertEqual(
                    (contact.kind, contact.direction, contact.outcome),
                    ("call", "out", "reached"),
                )
                contact.sudo().unlink()

    def test_a_person_is_whom_it_was_with(self):
        anna, boris = self.person("Anna", phone="+7 1"), self.person("Boris")
        form = self.dialog(self.as_seller(anna).action_log_contact())
        self.assertEqual(form.partner_id, self.card.partner_id)
        self.assertEqual(form.person_id, anna)
        self.assertEqual(form.phone, "+7 1")
        self.press(form)
        self.assertEqual(self.contacts.person_id, anna)
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        self.assertEqual(form.person_id, anna, "who was reached last")
        form.person_id = boris
        self.press(form)
        self.assertEqual(self.contacts[0].person_id, boris)

    def test_what_the_button_says(self):
        card = self.as_seller(self.card).with_context(
            default_kind="meeting",
            default_direction="in",
            default_note="At the fair",
            default_user_id=self.head.id,
            default_name="Nonsense",
        )
        form = self.dialog(card.action_log_contact())
        self.press(form)
        self.assertRecordValues(
            self.contacts,
            [
                {
                    "kind": "meeting",
                    "direction": "in",
                    "note": "At the fair",
                    "user_id": self.seller.id,
                }
            ],
        )

    def test_the_norm_is_shown(self):
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        self.assertEqual(form.norm_date, TODAY + timedelta(days=7))
        form.kind = "message"
        self.assertEqual(form.norm_date, self.due(self.card), "no message is a call")
        form.kind = "meeting"
        form.date = "2025-06-13 10:00:00"
        self.assertEqual(form.norm_date, TODAY + timedelta(days=5))
        self.policy.rule_ids.unlink()
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        self.assertFalse(form.norm_date)

    def test_an_own_date(self):
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        form.next_date = TODAY + timedelta(days=3)
        self.press(form)
        self.assertDue(self.card, TODAY + timedelta(days=3))

    def test_no_answer_three_times(self):
        for number, told in enumerate(("try 1", "try 2", "3 tries", "4 tries"), 1):
            form = self.dialog(self.as_seller(self.card).action_log_contact())
            self.assertEqual(form.tries, number - 1)
            answer = self.press(form, "no_answer")
            self.assertIn(told, answer["params"]["message"])
            self.assertEqual(
                answer["params"]["type"], "warning" if number >= 3 else "success"
            )
        self.assertIn("message", answer["params"]["message"])
        self.person()
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        answer = self.press(form, "no_answer")
        self.assertIn("another person (Anna)", answer["params"]["message"])

    def test_not_now(self):
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        self.assertFalse(form.is_refusing)
        with self.assertRaisesRegex(ValidationError, "until when"):
            self.press(form, "not_now")
        refusing = self.as_seller(self.card).with_context(default_outcome="refused")
        form = self.dialog(refusing.action_log_contact())
        for months, until in (
            ("1", "2025-07-15"),
            ("3", "2025-09-15"),
            ("6", "2025-12-15"),
        ):
            form.pause_for = months
            self.assertEqual(str(form.pause_until), until)
        form.pause_until = "2025-08-01"
        form.pause_reason = "Builds a house"
        answer = self.press(form, "not_now")
        self.assertIn("08/01/2025", answer["params"]["message"])
        self.assertEqual(str(self.card.pause_until), "2025-08-01")
        self.assertEqual(self.card.pause_reason, "Builds a house")
        self.assertEqual(self.contacts.outcome, "refused")

    def test_not_now_from_the_row(self):
        card = self.as_seller(self.card).with_context(default_outcome="refused")
        self.assertTrue(self.dialog(card.action_log_contact()).is_refusing)

    def test_a_contact_to_come_is_set_to_now(self):
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        form.date = "2025-06-16 09:00:00"
        self.assertEqual(str(form.date), NOON)

    def test_who_is_no_client_becomes_a_prospect(self):
        partner = self.make_partner("New one")
        form = self.dialog(self.as_seller(partner).action_log_contact())
        self.assertFalse(form.card_id)
        self.assertFalse(partner.client_card_id, "not before he is logged with")
        self.press(form)
        self.env.invalidate_all()
        self.assertEqual(partner.client_status, "prospect")
        self.assertEqual(partner.client_card_id.touchpoint_ids.outcome, "reached")

    def test_own_companies_are_no_clients(self):
        partner = self.company_b.partner_id
        form = self.dialog(self.as_seller(partner).action_log_contact())
        with self.assertRaisesRegex(ValidationError, "cannot be a client"):
            self.press(form)

    def test_client_chosen_in_the_dialog(self):
        person = self.person()
        log = self.env["client.log.contact"].with_user(self.seller)
        form = Form(log)
        form.partner_id = person
        self.assertEqual(form.partner_id, self.card.partner_id)
        self.assertEqual(form.person_id, person)
        form.partner_id = self.bought(3).partner_id
        self.assertFalse(form.person_id)
        self.press(form)
        self.assertFalse(self.contacts)

    def test_from_an_opportunity(self):
        lead = self.env["crm.lead"].create({"name": "Saws", "type": "opportunity"})
        with self.assertRaisesRegex(ValidationError, "Choose the contact"):
            self.as_seller(lead).sudo().action_log_contact()
        lead.partner_id = anna = self.person()
        action = self.as_seller(lead).sudo().action_log_contact()
        self.press(self.dialog(action))
        self.assertEqual(self.contacts.person_id, anna)

    def test_the_button_of_the_opportunity_is_the_roles(self):
        both = f"{SALES},{ROLE_ALL}"
        for groups, shown in ((SALES, False), (both, True)):
            user = self.make_user(f"cb_lead_{shown}", groups)
            arch = self.env["crm.lead"].with_user(user).get_view(view_type="form")
            self.assertEqual("action_log_contact" in arch["arch"], shown)

    def test_users_without_a_role_open_nothing(self):
        plain = self.make_user("cb_plain", SALES)
        for record in (self.card, self.card.partner_id):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.press(
                    self.dialog(record.with_user(plain).action_log_contact(), plain)
                )

    def test_archived_client(self):
        self.card.partner_id.active = False
        form = self.dialog(self.as_seller(self.card).action_log_contact())
        self.assertEqual(form.card_id, self.card)
        self.press(form)
        self.assertEqual(self.contacts.outcome, "reached")

    def test_several_contacts(self):
        partners = self.as_seller(self.card.partner_id | self.make_partner("Other"))
        with self.assertRaisesRegex(ValidationError, "Choose one client"):
            partners.action_log_contact()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestNormActivity(DialogCommon):
    def assertDone(self, activity, done=True):
        self.env.invalidate_all()
        self.assertEqual(activity.active, not done)

    def test_a_plain_done_asks(self):
        activity = self.plan()
        for act in ("action_done", "action_done_redirect_to_other"):
            with self.subTest(act=act):
                action = getattr(activity, act)()
                self.assertEqual(action["res_model"], "client.log.contact")
                self.assertEqual(action["context"]["default_activity_id"], activity.id)
                self.assertDone(activity, False)
        self.assertFalse(self.contacts)

    def test_reached_finishes_it_with_one_contact(self):
        activity = self.plan()
        form = self.dialog(activity.action_done())
        form.note = "Waits for saws"
        self.press(form)
        self.assertDone(activity)
        self.assertEqual(activity.feedback, "Waits for saws")
        contact = self.contacts
        self.assertRecordValues(
            contact,
            [
                {
                    "outcome": "reached",
                    "kind": "call",
                    "note": "Waits for saws",
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertDue(self.card, TODAY + timedelta(days=7))

    def test_not_now_finishes_it_with_one_contact(self):
        activity = self.plan()
        refusing = activity.with_context(default_outcome="refused")
        form = self.dialog(refusing.action_done())
        form.pause_for = "1"
        form.pause_reason = "Holidays"
        self.press(form, "not_now")
        self.assertDone(activity)
        self.assertEqual(self.contacts.mapped("outcome"), ["refused"])

    def test_no_answer_leaves_it(self):
        activity = self.plan()
        self.press(self.dialog(activity.action_done()), "no_answer")
        self.assertDone(activity, False)
        self.assertEqual(activity.date_deadline, TODAY)
        self.assertEqual(self.contacts.outcome, "no_answer")
        form = self.dialog(activity.action_done())
        form.next_date = TODAY + timedelta(days=1)
        self.press(form, "no_answer")
        self.assertDone(activity, False)
        self.assertEqual(activity.date_deadline, TODAY + timedelta(days=1))
        self.assertEqual(self.activities(), activity)

    def test_reached_with_an_own_date(self):
        activity = self.plan()
        form = self.dialog(activity.action_done())
        form.next_date = TODAY + timedelta(days=20)
        self.press(form)
        self.assertDue(self.card, TODAY + timedelta(days=20))

    def test_finished_from_outside_it_was_reached(self):
        activity = self.plan()
        activity.action_feedback(feedback="By an integration")
        self.assertDone(activity)
        self.assertEqual(self.contacts.mapped("outcome"), ["reached"])

    def test_activities_that_are_no_contacts_make_one_too(self):
        todo = self.plan(norm=False)
        todo.activity_type_id = self.env.ref("mail.mail_activity_data_todo")
        self.log(activity_id=todo.id)
        self.assertDone(todo)
        self.assertEqual(self.contacts.outcome, "reached")

    def test_who_is_asked_is_found_without_a_query_each(self):
        planned = self.plan()
        for number in range(10):
            planned |= self.plan(self.bought(number))
        counts = []
        planned.with_user(self.seller)._to_be_asked()
        for activities in (planned[:1], planned):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            activities.with_user(self.seller)._to_be_asked()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_other_activities_ask_nothing(self):
        activity = self.plan(norm=False)
        self.assertNotIsInstance(activity.action_done(), dict)
        self.assertDone(activity)

    def test_of_several_the_norms_stay(self):
        other = self.bought(5)
        norms = self.plan() | self.plan(other)
        promised = self.plan(norm=False)
        told = (norms | promised).action_done()
        self.assertIn("one by one", told["params"]["message"])
        self.assertDone(promised)
        for norm in norms:
            self.assertDone(norm, False)

    def test_users_without_a_role_just_finish(self):
        plain = self.make_user("cb_plain", SALES)
        activity = self.plan(user=plain)
        self.assertNotIsInstance(activity.action_done(), dict)
        self.assertDone(activity)

    def test_of_another_company_one_just_finishes(self):
        user_b = self.make_user("cb_b", f"{ROLE_ALL},{SALES}", self.company_b)
        activity = self.plan(user=user_b)
        self.assertNotIsInstance(activity.action_done(), dict)
        self.assertDone(activity)

    def test_who_has_a_role_is_told_which_they_are(self):
        plain = self.make_user("cb_plain", SALES)
        for user, told in ((self.seller, True), (plain, False)):
            activity = self.plan(user=user)
            data = Store().add(activity).get_result()["mail.activity"][0]
            self.assertEqual(data.get("is_client_norm", False), told)
            activity.sudo().unlink()
