"""Meetings that have ended are contacts with the clients who attended (N65)."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from .notice import NoticeCommon

NOW = datetime(2025, 6, 15, 12)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestNoticeMeeting(NoticeCommon):
    def sweep(self, now=None):
        self.env["calendar.event"]._notice_ended(now)

    def mark(self, moment):
        self.env["calendar.event"]._client_set_mark(moment)

    def state_of(self, event, partner, state):
        attendee = event.attendee_ids.filtered(lambda a: a.partner_id == partner)
        attendee.sudo().state = state

    # ------------------------------------------------------------------- the sweep

    def test_ended_meeting(self):
        event = self.meet(hours_ago=-1)
        self.sweep()
        self.assertNoticed(None)
        self.sweep(event.stop - timedelta(seconds=1))
        self.assertNoticed(None)
        with freeze_time(event.stop + timedelta(minutes=1)):
            self.sweep()
        self.assertNoticed(
            {
                "person_id": self.person,
                "kind": "meeting",
                "direction": "out",
                "outcome": "reached",
                "user_id": self.clerk,
                "date": event.start,
                "note": "Talk about prices",
                "res_model": "calendar.event",
                "res_id": event.id,
            }
        )

    def test_once(self):
        event = self.meet(hours_ago=-1)
        with freeze_time(event.stop + timedelta(hours=1)):
            for _time in range(3):
                self.mark(NOW)
                self.sweep()
        self.assertNoticed({"kind": "meeting"})

    def test_a_day_without_scheduled_actions(self):
        self.sweep()
        self.meet(hours_ago=-1)
        with freeze_time(NOW + timedelta(days=30)):
            self.sweep()
        self.assertNoticed({"date": NOW + timedelta(hours=1)})

    def test_removed_by_hand_stays_removed(self):
        self.meet(hours_ago=-1)
        with freeze_time(NOW + timedelta(days=1)):
            self.sweep()
            self.forget()
            # As written yesterday.
            self.env.cr.execute(
                "UPDATE calendar_event SET write_date = '2025-06-15 12:00:00'"
            )
        with freeze_time(NOW + timedelta(days=1, minutes=15)):
            self.sweep()
        self.assertNoticed(None)

    def test_scheduled_action(self):
        event = self.meet(hours_ago=-1)
        job = self.env.ref("client_base_retention.ir_cron_client_meetings")
        with freeze_time(event.stop), self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertNoticed({"kind": "meeting"})

    def test_batches(self):
        events = self.env["calendar.event"]
        people = self.make_partners(5)
        people.action_add_to_client_base()
        for person in people:
            events += self.meet(hours_ago=-1, people=person)
        module = "odoo.addons.client_base_retention.models.calendar_event_notice.BATCH"
        with freeze_time(NOW + timedelta(hours=3)), patch(module, 2):
            self.sweep()
        for person in people:
            self.assertNoticed({"kind": "meeting"}, person)

    # ------------------------------------------------------------------ who and when

    def test_recorded_afterwards(self):
        self.meet(hours_ago=48)
        self.assertNoticed({"date": NOW - timedelta(hours=48)})

    def test_client_added_afterwards(self):
        event = self.meet(hours_ago=48, people=self.stranger)
        self.assertNoticed(None)
        event.partner_ids = [Command.link(self.firm.id)]
        self.assertNoticed({"kind": "meeting"})

    def test_one_for_each_client(self):
        beta = self.make_partner("Beta")
        beta.action_add_to_client_base()
        self.meet(people=self.person + self.other_person + beta)
        self.assertNoticed({"kind": "meeting"})
        self.assertNoticed({"kind": "meeting"}, beta)

    def test_activity_done_before_the_others_left(self):
        """The client of the activity is noticed at once, who else came at the end."""
        beta = self.make_partner("Beta")
        beta.action_add_to_client_base()
        lead = self.make_lead()
        event = self.meet(
            self.seller,
            hours_ago=0.5,
            people=beta,
            res_model_id=self.env["ir.model"]._get_id(lead._name),
            res_id=lead.id,
        )
        event.activity_ids.action_feedback()
        self.assertNoticed({"res_id": event.id})
        self.assertNoticed(None, beta)
        with freeze_time(event.stop + timedelta(minutes=1)):
            self.sweep()
        self.assertNoticed({"res_id": event.id})
        self.assertNoticed({"res_id": event.id}, beta)

    def test_date_corrected_by_hand(self):
        event = self.meet()
        day = NOW - timedelta(days=1)
        self.touches().date = day
        event.partner_ids = [Command.link(self.other_person.id)]
        self.assertNoticed({"date": day})

    def test_entered_while_the_sweep_ran(self):
        """A meeting that another transaction wrote before the last sweep looked."""
        quiet = {"client_unnoticed": True, "no_mail_to_attendees": True}
        start = NOW - timedelta(hours=3)
        self.env["calendar.event"].with_user(self.clerk).with_context(**quiet).create(
            {
                "name": "Talk",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set((self.person + self.clerk.partner_id).ids)],
            }
        )
        self.env.flush_all()
        self.mark(NOW - timedelta(minutes=15))
        self.env.cr.execute("UPDATE calendar_event SET write_date = '2025-06-14'")
        self.sweep()
        self.assertNoticed(None)
        self.mark(NOW - timedelta(minutes=15))
        self.env.cr.execute(
            "UPDATE calendar_event SET write_date = '2025-06-15 11:40:00'"
        )
        self.sweep()
        self.assertNoticed({"date": start})

    def test_declined_by_the_client(self):
        event = self.meet(hours_ago=-1)
        self.state_of(event, self.person, "declined")
        self.sweep(event.stop)
        self.assertNoticed(None)

    def test_another_of_his_people_came(self):
        event = self.meet(hours_ago=-1, people=self.person + self.other_person)
        self.state_of(event, self.person, "declined")
        with freeze_time(event.stop):
            self.sweep()
        self.assertNoticed({"person_id": self.other_person})

    def test_declined_by_ours(self):
        event = self.meet(hours_ago=-1, people=self.person + self.seller.partner_id)
        self.state_of(event, self.clerk.partner_id, "declined")
        (vals,) = event._client_contacts(event.stop)
        self.assertEqual(vals["user_id"], self.seller.id)
        self.state_of(event, self.seller.partner_id, "declined")
        self.assertFalse(event._client_contacts(event.stop))

    def test_who_of_ours(self):
        outsider = self.make_outsider("portal_n")
        people = self.person + self.seller.partner_id
        event = self.meet(hours_ago=-1, people=people)
        cases = {
            "organizer": (self.clerk, self.clerk),
            "portal user": (outsider, self.seller),
            "nobody": (self.env["res.users"], self.seller),
        }
        event.attendee_ids.filtered(
            lambda a: a.partner_id == self.clerk.partner_id
        ).unlink()
        event.sudo().partner_ids = [Command.unlink(self.clerk.partner_id.id)]
        for name, (organizer, expected) in cases.items():
            with self.subTest(organizer=name):
                event.sudo().user_id = organizer
                (vals,) = event._client_contacts(event.stop)
                self.assertEqual(vals["user_id"], expected.id)

    def test_none_of_ours(self):
        outsider = self.make_outsider("portal_n")
        event = self.meet(hours_ago=-1)
        event.sudo().write(
            {"user_id": outsider.id, "partner_ids": [Command.set(self.person.ids)]}
        )
        self.assertFalse(event._client_contacts(event.stop))

    def test_cancelled(self):
        event = self.meet(hours_ago=-1)
        event.action_archive()
        self.sweep(event.stop)
        self.assertFalse(event._client_contacts(event.stop))
        self.assertNoticed(None)

    def test_private(self):
        self.meet(privacy="private")
        found = self.assertNoticed({"note": False})
        reader = found.with_user(
            self.make_user("head_n", "client_base_retention.group_client_head")
        )
        self.assertNotIn("prices", reader.source_name)

    def test_all_day(self):
        self.clerk.tz = "America/New_York"
        event = self.meet(
            start="2025-06-15 08:00:00",
            stop="2025-06-15 18:00:00",
            start_date="2025-06-15",
            stop_date="2025-06-15",
            allday=True,
        )
        # 18 o'clock in New York is 22 o'clock in UTC.
        self.assertFalse(event._client_contacts(datetime(2025, 6, 15, 21, 59)))
        (vals,) = event._client_contacts(datetime(2025, 6, 15, 22))
        self.assertEqual(vals["date"], datetime(2025, 6, 15, 12))
        self.mark(NOW)
        for moment, expected in ((19, 0), (21, 0), (22, 1), (23, 1)):
            with self.subTest(hour=moment), freeze_time(NOW.replace(hour=moment)):
                self.sweep()
                self.assertEqual(len(self.touches()), expected)

    def test_all_day_east(self):
        self.clerk.tz = "Pacific/Auckland"
        self.meet(
            start="2025-06-15 08:00:00",
            stop="2025-06-15 18:00:00",
            start_date="2025-06-15",
            stop_date="2025-06-15",
            allday=True,
        )
        # It was over before noon in London.
        found = self.assertNoticed({"kind": "meeting"})
        self.assertEqual(found.date, datetime(2025, 6, 14, 20))

    def test_series(self):
        event = self.meet(
            hours_ago=24 * 14,
            recurrency=True,
            rrule_type="weekly",
            interval=1,
            end_type="count",
            count=4,
            event_tz="UTC",
            **{self.day_of_week(): True},
        )
        self.assertEqual(len(event.recurrence_id.calendar_event_ids), 4)
        self.assertEqual(len(self.touches()), 2, "those that are over")
        with freeze_time(NOW + timedelta(days=8)):
            self.sweep()
        self.assertEqual(len(self.touches()), 4)

    def day_of_week(self):
        return (NOW - timedelta(days=14)).strftime("%a").lower()

    def test_series_put_in_place_of_another(self):
        event = self.meet(
            hours_ago=24 * 14,
            recurrency=True,
            rrule_type="weekly",
            interval=1,
            end_type="count",
            count=4,
            event_tz="UTC",
            **{self.day_of_week(): True},
        )
        days = self.touches().mapped(lambda t: t.date.date())
        base = event.recurrence_id.base_event_id
        base.write(
            {
                "recurrence_update": "all_events",
                "start": base.start + timedelta(hours=1),
                "stop": base.stop + timedelta(hours=1),
            }
        )
        self.assertEqual(self.touches().mapped(lambda t: t.date.date()), days)

    # ----------------------------------------------------------------- what changes

    def test_moved_into_the_future(self):
        event = self.meet()
        self.assertNoticed({})
        start = NOW + timedelta(days=2)
        event.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertNoticed(None)
        with freeze_time(NOW + timedelta(days=3)):
            self.sweep()
        self.assertNoticed({"date": start})

    def test_moved_in_the_past(self):
        event = self.meet()
        start = NOW - timedelta(days=2)
        event.write({"start": start, "stop": start + timedelta(hours=1)})
        self.assertNoticed({"date": start})

    def test_called_off_on_the_day(self):
        event = self.meet()
        event.action_archive()
        self.assertNoticed(None)

    def test_called_off_later(self):
        event = self.meet()
        with freeze_time(NOW + timedelta(days=2)):
            event.action_archive()
        self.assertNoticed({"kind": "meeting"})

    def test_the_client_declines_afterwards(self):
        event = self.meet()
        self.state_of(event, self.person, "declined")
        self.assertNoticed(None)
        self.state_of(event, self.person, "accepted")
        self.assertNoticed({"kind": "meeting"})

    def test_deleted(self):
        event = self.meet()
        event.unlink()
        found = self.assertNoticed({"note": "Talk about prices"})
        self.assertTrue(found.source_name)

    # ------------------------------------------------------------------ cost, rights

    def test_second_company(self):
        self.firm.with_company(self.company_b).action_add_to_client_base()
        user = self.make_user("second_c", companies=self.company_b)
        self.meet(user)
        self.assertNoticed({"company_id": self.company_b})

    def test_user_without_rights_on_the_client(self):
        user = self.make_user("plain_n")
        self.meet(user)
        self.assertNoticed({"user_id": user})

    def test_unnoticed(self):
        quiet = {"client_unnoticed": True}
        self.env["calendar.event"].with_context(**quiet).create(
            {
                "name": "Old",
                "start": NOW - timedelta(days=3),
                "stop": NOW - timedelta(days=3),
                "partner_ids": [Command.set(self.person.ids)],
            }
        )
        self.assertNoticed(None)

    def test_queries(self):
        counts = []
        for number in (3, 30):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            start = fields.Datetime.now() + timedelta(hours=1)
            events = self.env["calendar.event"].create(
                [
                    {
                        "name": partner.name,
                        "start": start,
                        "stop": start + timedelta(hours=1),
                        "user_id": self.clerk.id,
                        "partner_ids": [
                            Command.set((partner + self.clerk.partner_id).ids)
                        ],
                    }
                    for partner in partners
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = events._client_contacts(start + timedelta(hours=2))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), number)
        self.assertLessEqual(counts[1], counts[0])
