"""Finished activities are contacts, once each (N65)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .notice import NoticeCommon

CALL = "mail.mail_activity_data_call"
MEETING = "mail.mail_activity_data_meeting"
LOGGER = "odoo.addons.client_base_retention.models.client_touchpoint_source"


@tagged("post_install", "-at_install")
class TestNoticeActivity(NoticeCommon):
    def plan(self, record, kind=CALL, user=None):
        user = user or self.clerk
        activities = self.env["mail.activity"].with_user(user)
        return activities.create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.env.ref(kind).id,
                "user_id": user.id,
            }
        )

    def test_done_is_a_contact(self):
        self.plan(self.person).action_feedback(feedback="Wants  two\nmore")
        self.assertNoticed(
            {
                "person_id": self.person,
                "kind": "call",
                "direction": "out",
                "outcome": "reached",
                "user_id": self.clerk,
                "note": "Wants  two\nmore",
                "company_id": self.company,
            }
        )

    def test_ways_of_finishing(self):
        ways = {
            "action_done": lambda a: a.action_done(),
            "action_feedback": lambda a: a.action_feedback(feedback="Yes"),
            "schedule next": lambda a: a.action_feedback_schedule_next(feedback="Yes"),
            "on the record": lambda a: self.firm.with_user(
                self.clerk
            ).activity_feedback([CALL], user_id=self.clerk.id, only_automated=False),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                way(self.plan(self.firm))
                self.assertNoticed({"kind": "call"})
                self.forget()

    def test_records_of_every_kind(self):
        order = self.quote(self.person, seller=self.seller)
        records = (self.firm, self.person, self.make_lead(), order)
        for record in records:
            with self.subTest(model=record._name):
                self.plan(record, user=self.seller).action_feedback()
                self.assertNoticed({"user_id": self.seller})
                self.forget()

    def test_kinds_by_type(self):
        own = self.env["mail.activity.type"].create({"name": "Visit"})
        own.client_kind = "meeting"
        self.env["ir.model.data"].create(
            {
                "module": "client_base_retention",
                "name": "own_test_type",
                "model": own._name,
                "res_id": own.id,
            }
        )
        kinds = {
            "mail.mail_activity_data_call": "call",
            "mail.mail_activity_data_meeting": "meeting",
            "mail.mail_activity_data_email": "email",
            "client_base_retention.own_test_type": "meeting",
        }
        for kind, expected in kinds.items():
            with self.subTest(type=kind):
                self.plan(self.firm, kind).action_feedback()
                self.assertNoticed({"kind": expected})
                self.forget()
        self.plan(self.firm, "mail.mail_activity_data_todo").action_feedback()
        self.assertNoticed(None)

    def test_archived_cancelled_unnoticed(self):
        self.plan(self.firm).action_archive()
        self.plan(self.firm).action_cancel()
        self.plan(self.firm).with_context(client_unnoticed=True).action_feedback()
        self.plan(self.stranger).action_feedback()
        self.assertNoticed(None)
        self.assertFalse(self.touches(self.stranger))

    def test_values_of_the_user(self):
        day = fields.Datetime.now() - timedelta(days=1)
        values = {
            "outcome": "no_answer",
            "kind": "message",
            "direction": "in",
            "person_id": self.other_person.id,
            "note": "Nobody there",
            "date": day,
        }
        activity = self.plan(self.person)
        activity.with_context(client_contact_values=values).action_feedback()
        expected = values | {"person_id": self.other_person, "date": day}
        self.assertNoticed(expected)

    def test_values_that_cannot_be(self):
        values = {
            "person_id": self.stranger.id,
            "date": fields.Datetime.now() + timedelta(days=3),
            "note": False,
            "company_id": self.company_b.id,
        }
        activity = self.plan(self.person)
        activity.with_context(client_contact_values=values).action_feedback("Said it")
        found = self.assertNoticed({"person_id": self.person, "note": "Said it"})
        self.assertLessEqual(found.date, fields.Datetime.now())
        self.assertEqual(found.company_id, self.company)

    def test_record_hidden_from_the_doer(self):
        lead = self.make_lead()
        activity = self.plan(lead, user=self.seller)
        activity.sudo().user_id = self.clerk
        activity = activity.with_user(self.clerk).sudo(False)
        self.assertFalse(lead.with_user(self.clerk).has_access("read"))
        activity.action_feedback(feedback="Talked")
        self.assertNoticed({"user_id": self.clerk, "note": "Talked"})

    def test_long_feedback(self):
        self.plan(self.firm).action_feedback(feedback="word " * 1000)
        note = self.assertNoticed({}).note
        self.assertLessEqual(len(note), 1000)
        self.assertTrue(note.endswith("word…"))

    def test_second_company(self):
        self.firm.with_company(self.company_b).action_add_to_client_base()
        groups = "base.group_user,base.group_partner_manager"
        user = self.make_user("second_n", groups, self.company_b)
        self.plan(self.firm, user=user).action_feedback()
        self.assertNoticed({"company_id": self.company_b})
        self.forget()
        self.plan(self.firm).action_feedback()
        self.assertNoticed({"company_id": self.company})

    @mute_logger(LOGGER)
    def test_fault_does_not_stop_the_user(self):
        activity = self.plan(self.firm)

        def fail(self, *args, **options):
            self.env.cr.execute("SELECT no_such_column")

        with (
            mute_logger("odoo.sql_db"),
            patch.object(self.registry["mail.activity"], "_client_contacts", fail),
        ):
            activity.action_feedback(feedback="Done all the same")
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "Done all the same")
        self.assertNoticed(None)

    def test_writes_touchpoints_only(self):
        before = self.env["mail.message"].search_count([])
        self.plan(self.firm).action_feedback()
        # Odoo's own note of the finished activity.
        self.assertEqual(self.env["mail.message"].search_count([]), before + 1)

    # ------------------------------------------------------------------- meetings

    def meeting_activity(self, lead=None, hours_ago=2, **values):
        """A meeting made from a record: event and activity."""
        lead = lead or self.make_lead()
        values = {
            "res_model_id": self.env["ir.model"]._get_id(lead._name),
            "res_id": lead.id,
        } | values
        event = self.meet(self.seller, hours_ago, **values)
        self.assertEqual(len(event.activity_ids), 1)
        return event

    def test_meeting_and_its_activity_are_one(self):
        event = self.meeting_activity()
        self.assertNoticed({"res_model": "calendar.event", "note": event.name})
        event.activity_ids.action_feedback(feedback="They will order")
        self.assertNoticed(
            {
                "kind": "meeting",
                "note": "They will order",
                "date": event.start,
                "user_id": self.seller,
            }
        )
        self.env["calendar.event"]._notice_ended()
        self.assertNoticed({})

    def test_client_is_not_invited(self):
        event = self.meeting_activity(people=self.env["res.partner"])
        self.assertNoticed(None)
        event.activity_ids.action_feedback()
        self.assertNoticed({"res_model": "calendar.event", "res_id": event.id})

    def test_done_before_the_end(self):
        event = self.meeting_activity(hours_ago=0.5)
        self.assertNoticed(None)
        event.activity_ids.action_feedback()
        self.assertNoticed({"date": event.start})
        self.env["calendar.event"]._notice_ended(event.stop + timedelta(minutes=1))
        self.assertNoticed({})

    def test_done_before_it_began(self):
        event = self.meeting_activity(hours_ago=-24, people=self.env["res.partner"])
        event.activity_ids.action_feedback(feedback="All is prepared")
        self.assertNoticed(None)
        after = event.stop + timedelta(minutes=1)
        contacts = event._client_contacts(after)
        self.assertEqual([vals["partner_id"] for vals in contacts], self.person.ids)

    def test_what_the_user_says_holds(self):
        event = self.meeting_activity()
        self.assertNoticed({"outcome": "reached"})
        values = {"outcome": "no_answer", "note": "Nobody came"}
        activity = event.activity_ids.with_context(client_contact_values=values)
        activity.action_feedback()
        self.assertNoticed({"outcome": "no_answer", "note": "Nobody came"})

    def test_said_about_a_meeting_to_come(self):
        event = self.meeting_activity(hours_ago=-24)
        activity = event.activity_ids.with_context(
            client_contact_values={"outcome": "reached", "kind": "call"}
        )
        activity.action_feedback(feedback="Called instead")
        self.assertNoticed({"res_model": "mail.activity", "kind": "call"})

    def test_private_meeting(self):
        event = self.meeting_activity(privacy="private")
        self.assertNoticed({"note": False})
        event.activity_ids.action_feedback(feedback="Secret")
        self.assertNoticed({"note": False})

    def test_deleted_meeting(self):
        event = self.meeting_activity()
        event.activity_ids.action_feedback(feedback="They will order")
        event.unlink()
        found = self.assertNoticed({"note": "They will order"})
        self.assertTrue(found.source_name)

    # -------------------------------------------------------------------- history

    def test_history(self):
        done, archived, open_one = (self.plan(self.person) for _number in range(3))
        done.with_context(client_unnoticed=True).action_feedback(feedback="Long ago")
        archived.action_archive()
        activities = self.env["mail.activity"].browse((done + archived + open_one).ids)
        (vals,) = activities._client_contacts()
        self.assertEqual(vals["res_id"], done.id)
        self.assertEqual(vals["user_id"], self.clerk.id)
        self.assertEqual(vals["note"], "Long ago")
        self.env["client.touchpoint"]._notice([vals])
        self.env["client.touchpoint"]._notice(activities._client_contacts())
        self.assertNoticed({"kind": "call"})

    def test_history_without_messages(self):
        done = self.plan(self.person)
        done.with_context(client_unnoticed=True).action_feedback(feedback="Long ago")
        self.person.message_ids.unlink()
        self.company.partner_id.tz = "Asia/Tokyo"
        (vals,) = self.env["mail.activity"].browse(done.ids)._client_contacts()
        self.assertEqual(vals["date"].hour, 3)

    def test_history_of_an_older_version(self):
        """Odoo used to delete what was done; its note is left on the record."""
        kept, gone = (
            self.plan(record, user=self.seller)
            for record in (self.person, self.make_lead())
        )
        todo = self.plan(self.firm, "mail.mail_activity_data_todo")
        (kept + gone + todo).with_context(client_unnoticed=True).action_feedback(
            feedback="Long ago"
        )
        lead = self.env["crm.lead"].browse(gone.res_id)
        messages = self.person.message_ids + lead.message_ids + self.firm.message_ids
        self.assertEqual(messages._client_contacts(), [])
        gone.sudo().unlink()
        todo.sudo().unlink()
        (vals,) = messages._client_contacts()
        self.assertEqual(vals["res_model"], "mail.message")
        self.assertIn("Long ago", vals["note"])
        for _time in range(2):
            self.env["client.touchpoint"]._notice(messages._client_contacts())
        self.assertNoticed({"kind": "call", "person_id": self.person})

    def test_queries_of_history(self):
        counts = []
        for number in (3, 30):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            leads = self.env["crm.lead"].create(
                [{"name": p.name, "partner_id": p.id} for p in partners]
            )
            activities = self.env["mail.activity"]
            for lead in leads:
                activities += self.plan(lead, user=self.seller)
            activities.with_context(client_unnoticed=True).action_feedback()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["mail.activity"].browse(activities.ids)._client_contacts()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), number)
        self.assertLessEqual(counts[1], counts[0])
