"""What is arranged with a client is his next contact (design 4.3 *Arranged*)."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestArranged(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_of = {
            "call": cls.env.ref("mail.mail_activity_data_call"),
            "meeting": cls.env.ref("mail.mail_activity_data_meeting"),
            "email": cls.env.ref("mail.mail_activity_data_email"),
            "todo": cls.env.ref("mail.mail_activity_data_todo"),
        }

    def plan(self, record, when=TODAY, kind="call", **values):
        """An activity that a person plans on a record."""
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.type_of[kind].id,
                "date_deadline": when,
                "user_id": self.env.user.id,
                **values,
            }
        )

    def meet(self, partners, when=TODAY, **values):
        """A meeting in the calendar with contacts, at noon."""
        start = datetime.combine(when, datetime.min.time()) + timedelta(hours=12)
        return self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(partners.ids)],
                **values,
            }
        )

    def assertArranged(self, card, day, state, late_by=0):
        self.env.flush_all()
        self.assertEqual(
            (
                card.arranged_date or None,
                card.is_arranged,
                card.contact_state,
                card.contact_overdue_days,
            ),
            (day, bool(day) and state != "overdue", state, late_by),
        )

    # ------------------------------------------------------------------- boundaries

    def test_up_to_seven_days_after_the_due_date(self):
        """The contact is three days late: what is arranged until the seventh day
        after the due date takes it out of overdue."""
        self.norm()
        for days, state in ((0, "soon"), (4, "soon"), (5, "overdue"), (30, "overdue")):
            with self.subTest(days=days):
                card = self.bought(10)
                self.assertArranged(card, None, "overdue", 3)
                self.plan(card.partner_id, ahead(days))
                late = 3 if state == "overdue" else 0
                self.assertArranged(card, ahead(days), state, late)
                self.assertEqual(card.next_contact_date, ago(3))

    def test_arranged_yesterday_is_not_arranged(self):
        self.norm()
        card = self.bought(10)
        self.plan(card.partner_id, ago(1))
        self.assertArranged(card, None, "overdue", 3)

    def test_until_its_date_has_passed(self):
        """Without any derivation: the day after, the client is late by his norm."""
        self.norm()
        card = self.bought(10)
        self.plan(card.partner_id, ahead(2))
        with freeze_time("2025-06-17 12:00:00"):
            card.invalidate_recordset()
            self.assertArranged(card, ahead(2), "soon")
        with freeze_time("2025-06-18 12:00:00"):
            card.invalidate_recordset()
            self.assertEqual(card.contact_state, "overdue")
            self.assertEqual(card.contact_overdue_days, 6)
            self.assertFalse(card.is_arranged)
            card._derive()
            self.assertFalse(card.arranged_date)

    def test_the_later_of_two_within_the_days(self):
        self.norm()
        card = self.bought(10)
        for days in (1, 4, 9):
            self.plan(card.partner_id, ahead(days))
        self.assertEqual(card.arranged_date, ahead(1))
        self.assertEqual(card.contact_late_date, ahead(4))

    def test_before_the_due_date(self):
        self.norm("call", 30, "day")
        card = self.bought(10)
        self.plan(card.partner_id, ahead(2))
        self.assertArranged(card, ahead(2), "ok")
        self.assertEqual(card.contact_late_date, ahead(20))

    def test_without_a_norm(self):
        card = self.bought(10)
        self.plan(card.partner_id, ahead(2))
        self.assertArranged(card, ahead(2), "none")

    # ------------------------------------------------------------------------- kinds

    def test_what_covers_what(self):
        """Meeting: meeting, call, any; call: call, any; e-mail: e-mail, any; a to-do
        is no contact."""
        covered = {
            "call": {"call", "any"},
            "meeting": {"meeting", "call", "any"},
            "email": {"email", "any"},
            "todo": set(),
        }
        for kind in ("call", "meeting", "email", "message", "any"):
            self.norm(kind)
        for kind, expected in covered.items():
            with self.subTest(kind=kind):
                card = self.bought(10)
                self.plan(card.partner_id, ahead(1), kind)
                norms = card.obligation_ids
                found = norms.filtered("arranged_date")
                self.assertEqual(set(found.mapped("kind")), expected)
                self.assertEqual(set(found.mapped("late_date")) - {ahead(1)}, set())
                self.assertEqual(card.contact_state, "overdue")

    def test_the_next_contact_is_the_one_overdue_first(self):
        """The call, due first, is arranged for tomorrow: the letter is next."""
        self.norm("call")
        self.norm("email", 8, "day")
        card = self.bought(10)
        self.assertEqual(card.next_contact_kind, "call")
        self.plan(card.partner_id, ahead(1))
        self.assertEqual(card.next_contact_kind, "email")
        self.assertArranged(card, None, "overdue", 2)
        self.plan(card.partner_id, ahead(3), "email")
        self.assertEqual(card.next_contact_kind, "call")
        self.assertArranged(card, ahead(1), "soon")

    # ------------------------------------------------------------------- on what, who

    def test_on_persons_and_documents(self):
        self.norm()
        for what in ("person", "quotation", "opportunity"):
            with self.subTest(what=what):
                card = self.bought(10)
                person = self.make_partner(
                    "Person", is_company=False, parent_id=card.partner_id.id
                )
                record = person
                if what == "quotation":
                    record = self.quote(person)
                elif what == "opportunity":
                    record = self.env["crm.lead"].create(
                        {
                            "name": "Deal",
                            "type": "opportunity",
                            "partner_id": person.id,
                            "company_id": self.company.id,
                        }
                    )
                self.plan(record, ahead(2))
                self.assertArranged(card, ahead(2), "soon")

    def test_planned_by_the_norm_is_not_arranged(self):
        self.norm()
        card = self.bought(10)
        self.plan(card.partner_id, is_client_norm=True)
        self.assertArranged(card, None, "overdue", 3)

    # ------------------------------------------------------------------------ events

    def test_activities_come_move_and_go(self):
        self.norm()
        card = self.bought(10)
        activity = self.plan(card.partner_id, ahead(2))
        self.assertArranged(card, ahead(2), "soon")
        activity.date_deadline = ahead(3)
        self.assertArranged(card, ahead(3), "soon")
        activity.date_deadline = ahead(10)
        self.assertArranged(card, ahead(10), "overdue", 3)
        activity.activity_type_id = self.type_of["todo"]
        self.assertArranged(card, None, "overdue", 3)
        activity.activity_type_id = self.type_of["call"]
        activity.date_deadline = ahead(1)
        self.assertArranged(card, ahead(1), "soon")
        other = self.bought(10)
        activity.res_id = other.partner_id.id
        self.assertArranged(card, None, "overdue", 3)
        self.assertArranged(other, ahead(1), "soon")
        activity.unlink()
        self.assertArranged(other, None, "overdue", 3)

    def test_archived_activities_are_not_arranged(self):
        self.norm()
        card = self.bought(10)
        activity = self.plan(card.partner_id, ahead(2))
        activity.active = False
        self.assertArranged(card, None, "overdue", 3)
        activity.active = True
        self.assertArranged(card, ahead(2), "soon")

    def test_a_meeting_in_the_calendar(self):
        self.norm()
        card = self.bought(10)
        person = self.make_partner(
            "Person", is_company=False, parent_id=card.partner_id.id
        )
        event = self.meet(person | self.env.user.partner_id, ahead(2))
        self.assertArranged(card, ahead(2), "soon")
        event.write(
            {
                "start": event.start + timedelta(days=1),
                "stop": event.stop + timedelta(days=1),
            }
        )
        self.assertArranged(card, ahead(3), "soon")
        guest = event.attendee_ids.filtered(lambda a: a.partner_id == person)
        guest.do_decline()
        self.assertArranged(card, None, "overdue", 3)
        guest.do_accept()
        self.assertArranged(card, ahead(3), "soon")
        event.active = False
        self.assertArranged(card, None, "overdue", 3)
        event.active = True
        event.partner_ids -= person
        self.assertArranged(card, None, "overdue", 3)
        event.partner_ids += card.partner_id
        self.assertArranged(card, ahead(3), "soon")
        event.unlink()
        self.assertArranged(card, None, "overdue", 3)

    def test_a_declined_meeting_with_its_activity(self):
        """The activity that Odoo keeps for a meeting stands and falls with it."""
        self.norm()
        card = self.bought(10)
        event = self.meet(
            card.partner_id | self.env.user.partner_id,
            ahead(2),
            res_model_id=self.env["ir.model"]._get_id("res.partner"),
            res_id=card.partner_id.id,
        )
        self.assertTrue(event.activity_ids)
        self.assertArranged(card, ahead(2), "soon")
        guest = event.attendee_ids.filtered(lambda a: a.partner_id == card.partner_id)
        guest.do_decline()
        self.assertArranged(card, None, "overdue", 3)

    def test_days_of_a_meeting_are_those_of_the_company(self):
        """At 3:30 in UTC it is still the day before in New York."""
        self.norm()
        for zone, expected in (("UTC", ahead(2)), ("America/New_York", ahead(1))):
            with self.subTest(zone=zone):
                self.company.partner_id.tz = zone
                card = self.bought(10)
                start = datetime(2025, 6, 17, 3, 30)
                self.meet(card.partner_id, start=start, stop=start + timedelta(hours=1))
                self.assertEqual(card.arranged_date, expected)

    def test_all_day_and_earlier_today(self):
        """A meeting that has ended is arranged no more: it was held, or it was not."""
        self.norm()
        card = self.bought(10)
        self.meet(card.partner_id, allday=True, start_date=TODAY, stop_date=TODAY)
        self.assertArranged(card, TODAY, "soon")
        for hour, arranged in ((6, False), (11, True), (18, True)):
            with self.subTest(hour=hour):
                card = self.bought(10)
                start = datetime(2025, 6, 15, hour)
                self.meet(card.partner_id, start=start, stop=start + timedelta(hours=2))
                self.assertEqual(card.is_arranged, arranged)

    # --------------------------------------------------------------------- companies

    def test_companies(self):
        """A record's company decides; without one that of the user, if the client has
        several cards."""
        self.norm()
        self.norm(policy=self.policy_b)
        card = self.bought(10)
        partner = card.partner_id
        self.enter([(partner, ago(10), 50)], self.company_b)
        card_b = self.card_of(partner, self.company_b)
        seller_b = self.make_user("seller_b", companies=self.company_b)
        activity = self.plan(partner, ahead(1), user_id=seller_b.id)
        self.assertFalse(card.arranged_date)
        self.assertEqual(card_b.arranged_date, ahead(1))
        activity.user_id = self.make_user("seller_a")
        self.assertEqual(card.arranged_date, ahead(1))
        self.assertFalse(card_b.arranged_date)
        activity.unlink()
        order_b = self.quote(partner, company=self.company_b)
        self.plan(order_b, ahead(2), user_id=self.env.user.id)
        self.assertFalse(card.arranged_date)
        self.assertEqual(card_b.arranged_date, ahead(2))
        only = self.bought(10)
        self.plan(only.partner_id, ahead(1), user_id=seller_b.id)
        self.assertEqual(only.arranged_date, ahead(1))

    # ------------------------------------------------------------- searched, grouped

    def test_searches_say_what_the_cards_say(self):
        self.norm()
        cards = self.bought(10) | self.bought(10) | self.bought(0) | self.bought(0)
        self.plan(cards[1].partner_id, ahead(1))
        self.plan(cards[2].partner_id, ahead(1))
        cards[3].pause_until = ahead(1)
        among = [("id", "in", cards.ids)]
        model = self.env["client.card"]
        for name in ("is_arranged", "is_paused", "contact_state"):
            for value in set(cards.mapped(name)):
                for operator in ("=", "!="):
                    expected = cards.filtered(
                        lambda c, o=operator, n=name, v=value: (c[n] == v) == (o == "=")
                    )
                    with self.subTest(name=name, value=value, operator=operator):
                        domain = [(name, operator, value)]
                        self.assertEqual(model.search(among + domain), expected)
                        self.assertEqual(cards.filtered_domain(domain), expected)
            groups = dict(model._read_group(among, [name], ["__count"]))
            self.assertEqual(sum(groups.values()), 4)
            self.assertEqual(
                groups, {v: cards.mapped(name).count(v) for v in cards.mapped(name)}
            )

    def test_paused_until_today_is_over(self):
        card = self.bought(10)
        for days, paused in ((0, False), (1, True)):
            card.pause_until = ahead(days)
            self.assertEqual(card.is_paused, paused)

    # -------------------------------------------------------------------------- speed

    def test_no_query_for_each_client(self):
        """Planning for a client costs the same for one and for ten at a time, and
        hardly anything where no client is concerned."""
        self.norm()
        partners = [self.bought(10).partner_id for _n in range(11)]
        suppliers = self.make_partners(2)

        def cost(records, **context):
            values = [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": record.id,
                    "activity_type_id": self.type_of["call"].id,
                    "date_deadline": ahead(1),
                    "user_id": self.env.user.id,
                }
                for record in records
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["mail.activity"].create(values)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(partners[:1])
        one, ten = cost(partners[:1]), cost(partners[1:])
        self.assertLessEqual(ten - one, 4)
        self.assertLessEqual(cost(suppliers), one - 5)
