"""*My day* by mail for a salesperson who switched it on."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MailCase

from .common import ROLE_ALL, ROLE_HEAD, SALES, TODAY
from .mails import MailsCommon

# A Monday morning, after the planning.
EIGHT = "2025-06-16 08:20:00"
MONDAY = TODAY + timedelta(days=1)


@tagged("post_install", "-at_install")
@freeze_time(EIGHT)
class TestMorningMail(MailsCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.write({"client_morning_mail": True, "email": "seller@own.example"})
        cls.seller.name = "Olga"
        cls.other.write({"email": "other@own.example", "name": "Ivan"})
        cls.company.client_planned_on = MONDAY
        cls.company.email = "own@own.example"

    def test_not_without_being_asked_for(self):
        self.assertFalse(self.other.client_morning_mail)
        self.mine(user=self.other)
        self.assertFalse(self.run_mails())

    def test_the_same_rows_as_the_page(self):
        late = self.mine("Beta Trade", late=3, phone="+1 555 0101")
        self.mine("Gamma", late=0)
        called = self.mine("Delta", late=-1)
        self.promise(called.partner_id, summary="Send the offer")
        mail = self.run_mails()
        self.assertEqual(self.to(mail), ['"Olga" <seller@own.example>'])
        self.assertEqual(mail.state, "outgoing", "sent by the queue")
        page = self.get()
        names = [
            row["name"]
            for section in page["sections"]
            if section["key"] in ("promised", "norms")
            for row in section["rows"]
        ]
        self.assertEqual(self.chip("today"), len(names))
        body = mail.body_html
        self.assertIn(f"to contact today: <b>{len(names)}</b>", " ".join(body.split()))
        places = [body.index(name) for name in names]
        self.assertEqual(places, sorted(places), "in the order of the page")
        self.assertIn("+1 555 0101", body)
        self.assertIn("Send the offer", body)
        row = self.row(late)
        self.assertIn(row["detail"], body)
        self.assertIn("4 d late of 7", row["detail"])
        self.assertIn("/odoo/my-day", body)
        self.assertIn(f"/odoo/my-preferences/{self.seller.id}", body)

    def test_ten_rows_and_the_rest_as_a_number(self):
        self.policy.daily_task_limit = 30
        for number, named in ((10, 10), (11, 10)):
            with self.subTest(number=number):
                while len(self.get()["sections"][:1] and self.names("norms")) < number:
                    self.mine("Busy")
                self.env["client.mail"].search([]).unlink()
                mail = self.run_mails()
                body = " ".join(mail.body_html.split())
                self.assertEqual(body.count("<b>Busy</b>"), named)
                self.assertIn(f"{number}", mail.subject)
                more = "And <t>1</t> more" in body or "And 1 more" in body
                self.assertEqual(more, number > 10)

    def test_nothing_to_do_no_mail(self):
        self.assertFalse(self.run_mails())
        self.assertEqual(self.kept(self.seller).outcome, "nothing")
        self.mine()
        self.assertFalse(self.run_mails("2025-06-16 09:20:00"), "asked once a day")

    def test_once_a_day(self):
        card = self.mine()
        self.assertEqual(len(self.run_mails()), 1)
        self.assertFalse(self.run_mails("2025-06-16 09:20:00"))
        self.company.client_planned_on = MONDAY + timedelta(1)
        self.assertEqual(len(self.run_mails("2025-06-17 06:20:00")), 1)
        self.assertTrue(card)

    def test_hours_and_planning(self):
        self.mine()
        self.assertFalse(self.run_mails("2025-06-16 04:59:00"), "before the morning")
        self.assertFalse(self.run_mails("2025-06-16 12:00:00"), "the morning is over")
        self.company.client_planned_on = TODAY
        self.assertFalse(self.run_mails("2025-06-16 06:20:00"), "not planned yet")
        self.company.client_tasks_on = False
        self.assertEqual(len(self.run_mails("2025-06-16 06:20:00")), 1)

    def test_in_the_morning_of_the_company(self):
        self.mine()
        self.company.partner_id.tz = "Asia/Kamchatka"  # twelve hours ahead
        self.company.client_planned_on = MONDAY
        self.assertFalse(self.run_mails("2025-06-16 05:20:00"), "evening there")
        self.assertEqual(len(self.run_mails("2025-06-15 20:20:00")), 1)

    def test_only_where_started_and_switched_on(self):
        self.mine()
        for values in (
            {"client_start_date": False},
            {"client_start_date": MONDAY + timedelta(1)},
            {"client_mails_on": False},
        ):
            with self.subTest(values=values):
                before = {name: self.company[name] for name in values}
                self.company.write(values)
                self.assertFalse(self.run_mails())
                self.company.write(before)
        self.assertEqual(len(self.run_mails()), 1, "switched on again")

    def test_who_gets_none(self):
        self.mine()
        before = self.seller.read(["email", "active", "group_ids"])[0]
        for values in (
            {"email": False},
            {"email": "nowhere"},
            {"active": False},
            {"group_ids": [Command.set(self.env.ref(SALES).ids)]},
        ):
            with self.subTest(values=values):
                self.seller.write(values)
                self.assertFalse(self.run_mails())
                self.seller.write(
                    {
                        "email": before["email"],
                        "active": True,
                        "group_ids": [Command.set(before["group_ids"])],
                    }
                )
        self.assertEqual(len(self.run_mails()), 1)

    def test_not_while_away(self):
        self.mine()
        aways = self.env["client.away"]
        for first, last, sent in (
            (-5, -1, 1),
            (-5, 0, 0),
            (0, 3, 0),
            (1, 3, 1),
        ):
            with self.subTest(first=first, last=last):
                self.env["client.mail"].search([]).unlink()
                away = aways.create(
                    {
                        "user_id": self.seller.id,
                        "date_from": MONDAY + timedelta(first),
                        "date_to": MONDAY + timedelta(last),
                    }
                )
                self.assertEqual(len(self.run_mails()), sent)
                away.unlink()

    def test_not_on_a_day_off(self):
        """Neither on a weekend nor on a holiday of the company's working calendar."""
        self.mine()
        calendar = self.env["resource.calendar"].create(
            {"name": "Monday to Friday", "company_id": self.company.id, "tz": "UTC"}
        )
        self.company.resource_calendar_id = calendar
        for when, sent in (
            ("2025-06-14 08:20:00", 0),
            ("2025-06-15 08:20:00", 0),
            ("2025-06-16 08:20:00", 0),
            ("2025-06-17 08:20:00", 1),
        ):
            with self.subTest(when=when):
                self.env["resource.calendar.leaves"].search([]).unlink()
                self.env["resource.calendar.leaves"].create(
                    {
                        "name": "Holiday",
                        "calendar_id": calendar.id,
                        "company_id": self.company.id,
                        "date_from": "2025-06-15 22:00:00",
                        "date_to": "2025-06-16 23:00:00",
                    }
                )
                self.company.client_planned_on = when[:10]
                self.assertEqual(len(self.run_mails(when)), sent)

    def test_the_user_s_company_alone(self):
        self.start(self.company_b)
        self.company_b.client_planned_on = MONDAY
        self.seller.company_ids |= self.company_b
        self.mine("Here")
        partner = self.make_partner("Elsewhere", user_id=self.seller.id)
        self.enter([(partner, TODAY - timedelta(100), 100)], self.company_b)
        mail = self.run_mails()
        self.assertEqual(len(mail), 1)
        self.assertIn("Here", mail.body_html)
        self.assertNotIn("Elsewhere", mail.body_html)
        self.assertEqual(self.kept(self.seller).company_id, self.company)

    def test_one_who_fails_stops_nobody_else(self):
        self.other.client_morning_mail = True
        self.mine()
        self.mine(user=self.other)
        model = self.registry["client.my.day"]
        get_day = model.get_day

        def fails(page, *args, **kwargs):
            if page.env.user == self.seller:
                raise ValueError("Broken figures")
            return get_day(page, *args, **kwargs)

        with (
            patch.object(model, "get_day", fails),
            self.assertLogs(
                "odoo.addons.client_base_retention.models.client_mail", "ERROR"
            ),
        ):
            mail = self.run_mails()
        self.assertEqual(self.to(mail), ['"Ivan" <other@own.example>'])
        self.assertEqual(self.kept(self.seller).state, "failed")
        self.assertFalse(self.run_mails(), "not again and again")

    def test_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.seller.lang = "ru_RU"
        self.mine()
        mail = self.run_mails()
        self.assertIn('lang="ru_RU"', mail.body_html)
        self.assertIn("июня", mail.body_html, "the day in words")

    def test_the_queue_sends_it(self):
        self.mine()
        mail = self.run_mails()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mail.send()
        self.assertSentEmail(
            '"Own goods" <own@own.example>', ['"Olga" <seller@own.example>']
        )
        self.assertFalse(mail.exists())
        self.assertEqual(self.kept(self.seller).state, "sent")

    def test_a_failing_address_stops_nobody_else(self):
        self.other.client_morning_mail = True
        self.mine()
        self.mine(user=self.other)
        mails = self.run_mails()

        def refuse(server, message, **kwargs):
            if "seller@own.example" in message["To"]:
                raise MailDeliveryException("No such address")
            return message["Message-Id"]

        with (
            self.mock_mail_gateway(),
            patch.object(self.registry["ir.mail_server"], "send_email", refuse),
        ):
            mails.send()
        self.assertEqual(self.kept(self.seller).state, "failed")
        self.assertEqual(self.kept(self.other).state, "sent")

    def test_states_as_the_head_reads_them(self):
        head = self.make_user("morning_head", ROLE_HEAD)
        self.mine()
        mail = self.run_mails()
        kept = self.kept(self.seller)

        def state():
            self.env.invalidate_all()
            return kept.with_user(head).state

        self.assertEqual(state(), "waiting")
        mail.write({"state": "exception", "failure_reason": "No such address"})
        self.assertEqual(state(), "failed")
        self.assertEqual(kept.with_user(head).reason, "No such address")
        mail.unlink()
        self.assertEqual(state(), "sent", "sent mails are gone")
        for call in (
            lambda: kept.with_user(self.seller).read(["state"]),
            lambda: kept.with_user(head).write({"outcome": "nothing"}),
            lambda: kept.with_user(head).unlink(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_preferences(self):
        """Each sets his own; the monthly mail is shown to heads."""
        view = "base.view_users_form_simple_modif"
        head = self.make_user("pref_head", f"{SALES},{ROLE_HEAD}")
        plain = self.make_user("pref_plain")
        for user, role in ((plain, False), (self.seller, "all"), (head, "head")):
            form = Form(user.with_user(user), view)
            self.assertEqual(form.client_role, role)
            month = form._get_modifier("client_month_mail", "invisible")
            morning = form._get_modifier("client_morning_mail", "invisible")
            self.assertEqual(bool(month), role != "head")
            self.assertEqual(bool(morning), not role)
        form = Form(head.with_user(head), view)
        form.client_month_mail = False
        form.client_morning_mail = True
        form.save()
        self.assertFalse(head.client_month_mail)
        self.assertTrue(head.client_morning_mail)
        with self.assertRaises(AccessError):
            head.with_user(self.seller).client_month_mail = True

    def test_old_entries_are_forgotten(self):
        self.mine()
        self.run_mails()
        kept = self.kept(self.seller)
        self.env["client.mail"]._gc_mails()
        self.assertTrue(kept.exists())
        self.env.cr.execute(
            "UPDATE client_mail SET create_date = '2025-01-01' WHERE id = %s", [kept.id]
        )
        self.env.invalidate_all()
        self.env["client.mail"]._gc_mails()
        self.assertFalse(kept.exists())

    def test_role_and_queries_for_ten_times_the_clients(self):
        """What one mail costs does not grow with the clients of its reader."""
        self.policy.daily_task_limit = 100
        mails = self.env["client.mail"]._as(self.seller, self.company)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            mails._morning_content(MONDAY)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mails._morning_content(MONDAY)
            return self.env.cr.sql_log_count - before

        for _n in range(3):
            self.mine()
        few = queries()
        for _n in range(27):
            self.mine()
        self.assertLessEqual(queries(), few + 1)
        self.assertTrue(self.seller.has_group(ROLE_ALL))
