"""My day: what was promised, on whatever record, with the hour; meetings of today."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPromises(MyDayCommon):
    def setUp(self):
        super().setUp()
        # Not due by the norm: only what was promised brings him onto the list.
        self.card = self.mine("Alfa", late=-5)
        self.partner = self.card.partner_id

    def record(self, kind):
        """A record of the client of each kind on which something can be promised."""
        if kind == "contact":
            return self.partner
        if kind == "person":
            return self.person(self.card)
        if kind == "quotation":
            return self.quote(self.partner)
        if kind == "order":
            return self.buy(self.partner, ago(100))
        if kind == "order of a person":
            return self.quote(self.person(self.card))
        return self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "company_id": self.company.id,
            }
        )

    def test_on_every_record_of_a_client(self):
        for kind in (
            "contact",
            "person",
            "quotation",
            "order",
            "order of a person",
            "opportunity",
        ):
            with self.subTest(kind=kind):
                record = self.record(kind)
                activity = self.promise(record, summary="Terms of delivery")
                row = self.row(self.card)
                self.assertEqual(self.names("promised"), ["Alfa"])
                (item,) = row["items"]
                self.assertEqual(item["kind"], "call")
                self.assertEqual(item["summary"], "Terms of delivery")
                self.assertEqual(
                    (item["model"], item["res_id"]), (record._name, record.id)
                )
                if kind in ("quotation", "order", "opportunity"):
                    self.assertEqual(item["about"], record.display_name)
                activity.unlink()
                self.assertEqual(self.names("promised"), [])

    def test_due_up_to_today_and_mine(self):
        for days, user, expected in (
            (-9, self.seller, ["Alfa"]),
            (0, self.seller, ["Alfa"]),
            (1, self.seller, []),
            (0, self.other, []),
        ):
            with self.subTest(days=days, user=user.login):
                activity = self.promise(self.partner, user=user, days=days)
                self.assertEqual(self.names("promised"), expected)
                activity.unlink()

    def test_late_promise_says_for_which_day_it_was(self):
        self.promise(self.partner, days=-9)
        self.assertEqual(self.row(self.card)["items"][0]["since"], "Jun 6")

    def test_client_of_a_colleague(self):
        theirs = self.mine("Theirs", user=self.other)
        self.promise(theirs.partner_id)
        self.assertEqual(self.names("promised"), ["Theirs"])

    def test_who_is_no_client_stays_in_the_clock(self):
        self.promise(self.make_partner("Vendor"))
        page = self.get()
        self.assertEqual(self.names("promised"), [])
        self.assertEqual(page["tasks"], 0)

    def test_several_promises_are_one_row(self):
        self.promise(self.partner)
        self.promise(self.partner, kind="todo", days=-1)
        row = self.row(self.card)
        self.assertEqual([item["kind"] for item in row["items"]], [False, "call"])
        self.assertEqual(row["kind"], "call")

    def test_promised_and_due_by_the_norm_is_one_row(self):
        card = self.mine("Both")
        self.promise(card.partner_id, kind="todo")
        self.assertEqual(self.names("promised"), ["Both"])
        self.assertEqual(self.names("norms"), [])
        self.assertEqual([due["kind"] for due in self.row(card)["due"]], ["call"])

    def test_planned_by_a_norm_for_me(self):
        """A norm of a team leader: the client is not his, the task is."""
        theirs = self.mine("Theirs", user=self.other)
        activity = self.promise(theirs.partner_id, days=1)
        norm = theirs.obligation_ids
        activity.sudo().write({"is_client_norm": True, "client_obligation_id": norm.id})
        self.assertEqual(self.names("norms"), ["Theirs"])
        self.assertEqual(self.names("promised"), [])
        row = self.row(theirs)
        self.assertEqual(row["activities"], [{"id": activity.id, "kind": "call"}])

    def test_company_of_the_record_switched_off(self):
        self.seller.company_ids += self.company_b
        self.promise(self.quote(self.partner, company=self.company_b))
        self.derive_all()
        self.assertEqual(self.names("promised", companies=self.company), [])
        both = self.company | self.company_b
        self.assertEqual(self.names("promised", companies=both), ["Alfa"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMeetings(MyDayCommon):
    def setUp(self):
        super().setUp()
        self.card = self.mine("Alfa", late=-5)
        self.partner = self.card.partner_id

    def test_todays_meeting_with_its_hour(self):
        self.meet(self.partner)
        row = self.row(self.card)
        self.assertEqual(row["items"][0]["summary"], "Visit")
        self.assertEqual(row["kind"], "meeting")
        self.assertEqual(row["hour"], "2:00\u202fPM")
        self.assertFalse(row["hour_there"])

    def test_meeting_with_a_person(self):
        self.meet(self.person(self.card))
        self.assertEqual(self.names("promised"), ["Alfa"])

    def test_which_meetings_are_of_today(self):
        for start, hours, values, expected in (
            ("2025-06-15 11:30:00", 1, {}, ["Alfa"]),
            ("2025-06-15 10:00:00", 1, {}, []),
            ("2025-06-16 00:30:00", 1, {}, []),
            ("2025-06-15 23:30:00", 1, {}, ["Alfa"]),
            ("2025-06-15 08:00:00", 10, {"allday": True}, ["Alfa"]),
            ("2025-06-14 08:00:00", 34, {"allday": True}, ["Alfa"]),
            ("2025-06-14 08:00:00", 10, {"allday": True}, []),
            ("2025-06-16 08:00:00", 10, {"allday": True}, []),
        ):
            with self.subTest(start=start, values=values):
                meeting = self.meet(self.partner, start=start, hours=hours, **values)
                self.assertEqual(self.names("promised"), expected)
                meeting.unlink()

    def test_declined_by_me_or_cancelled(self):
        meeting = self.meet(self.partner)
        mine = meeting.attendee_ids.filtered(
            lambda a: a.partner_id == self.seller.partner_id
        )
        mine.state = "declined"
        self.assertEqual(self.names("promised"), [])
        mine.state = "accepted"
        self.assertEqual(self.names("promised"), ["Alfa"])
        meeting.active = False
        self.assertEqual(self.names("promised"), [])

    def test_meetings_of_colleagues_are_not_mine(self):
        self.meet(self.partner, user=self.other)
        self.assertEqual(self.names("promised"), [])

    def test_meeting_of_an_activity_is_shown_once(self):
        activity = self.promise(self.partner, kind="meeting")
        meeting = self.meet(self.partner)
        activity.sudo().calendar_event_id = meeting
        row = self.row(self.card)
        self.assertEqual(len(row["items"]), 1)
        self.assertEqual(row["hour"], "2:00\u202fPM")

    def test_hours_come_in_order_then_those_without(self):
        for name, hour in (("Late", 20), ("Early", 13), ("Noon", 15)):
            self.meet(
                self.mine(name, late=-5).partner_id, start=f"2025-06-15 {hour}:00:00"
            )
        self.promise(self.partner)
        self.assertEqual(self.names("promised"), ["Early", "Noon", "Late", "Alfa"])

    def test_hours_of_the_user_and_of_the_client(self):
        self.partner.tz = "Asia/Novosibirsk"
        self.meet(self.partner)
        for tz, hour, there in (
            ("UTC", "2:00", "9:00"),
            ("Europe/Moscow", "5:00", "9:00"),
            ("Asia/Novosibirsk", "9:00", False),
        ):
            with self.subTest(tz=tz):
                self.seller.tz = tz
                row = self.row(self.card)
                self.assertTrue(row["hour"].startswith(hour), row["hour"])
                self.assertEqual(bool(row["hour_there"]), bool(there))
                if there:
                    self.assertTrue(row["hour_there"].startswith(there))

    def test_what_the_clock_shows_there_now(self):
        self.partner.tz = "Asia/Novosibirsk"
        self.promise(self.partner)
        row = self.row(self.card)
        self.assertFalse(row["hour"])
        self.assertTrue(row["now_there"].startswith("7:00"))

    def test_user_without_a_time_zone(self):
        self.seller.tz = False
        self.meet(self.partner)
        self.assertEqual(self.row(self.card)["hour"], "2:00\u202fPM")

    def test_the_users_day_counts_not_the_servers(self):
        """At noon UTC it is the 16th already in Kiritimati."""
        self.seller.tz = "Pacific/Kiritimati"
        self.promise(self.partner, days=1)
        self.assertEqual(self.names("promised"), ["Alfa"])
        self.meet(self.mine("Beta", late=-5).partner_id, start="2025-06-16 08:00:00")
        self.assertEqual(self.names("promised"), ["Beta", "Alfa"])

    def test_meeting_with_two_clients_is_a_row_for_each(self):
        other = self.mine("Beta", late=-5)
        self.meet(self.partner, other.partner_id)
        self.assertEqual(sorted(self.names("promised")), ["Alfa", "Beta"])
