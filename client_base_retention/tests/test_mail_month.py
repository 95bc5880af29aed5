"""The summary of a closed month for the heads."""

from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count

from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext

from .common import ROLE_HEAD, SALES
from .mails import MailsCommon

JUNE, MAY = date(2025, 6, 1), date(2025, 5, 1)
# June is closed in the night; this is the morning after it.
MORNING = "2025-07-01 06:20:00"


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestMonthMail(MailsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Heads that the database has are not looked at here.
        heads = cls.env.ref(ROLE_HEAD).all_user_ids
        heads.client_month_mail = False
        cls.head = cls.make_user(
            "mm_head", f"{SALES},{ROLE_HEAD}", email="head@own.example", name="Head"
        )
        cls.seller.name, cls.other.name = "Olga", "Ivan"
        cls.company.client_start_date = date(2025, 4, 10)
        cls.numbers = count(1_900_000_000)

    def month(self, first=JUNE, company=None, **values):
        return self.env["client.compliance.month"].create(
            {
                "company_id": (company or self.company).id,
                "month": first,
                "state": "closed",
                "measured_on": first + timedelta(days=29),
                **values,
            }
        )

    @contextmanager
    def reopened(self, month):
        """What is closed is never written; here its figures are made up."""
        state = month.state
        self.set_state(month, "open")
        yield
        self.set_state(month, state)

    def set_state(self, month, state):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_compliance_month SET state = %s WHERE id = %s",
            [state, month.id],
        )
        self.env.invalidate_all()

    def rows(self, month, result, number=1, user=None, **values):
        """So many results of a month, each of a client of his own."""
        made = self.env["client.compliance"]
        name, card = values.pop("name", "Client"), values.pop("card", None)
        rows = [
            {
                "month_id": month.id,
                "company_id": month.company_id.id,
                "month": month.month,
                "card_id": (card or self.client(name=name)).id,
                "client_name": name,
                "obligation_id": next(self.numbers),
                "kind": "call",
                "user_id": (user or self.seller).id,
                "result": result,
                "is_kept": result == "kept",
                "is_late": result == "late",
                "is_not_made": result == "not_made",
                **values,
            }
            for _n in range(number)
        ]
        with self.reopened(month):
            made = made.create(rows)
            self.env.flush_all()
        return made

    def load(self, month, user=None, **values):
        with self.reopened(month):
            line = self.env["client.compliance.user"].create(
                {
                    "month_id": month.id,
                    "company_id": month.company_id.id,
                    "month": month.month,
                    "user_id": user and user.id,
                    **values,
                }
            )
            self.env.flush_all()
        return line

    def text(self, mail):
        """The body as one line without tags."""
        return " ".join(html2plaintext(mail.body_html).replace("*", "").split())

    # ---------------------------------------------------------------------------- when

    def test_once_for_a_month_that_is_closed(self):
        month = self.month(state="open")
        self.assertFalse(self.run_mails(), "preliminary")
        self.set_state(month, "closed")
        mail = self.run_mails()
        self.assertEqual(self.to(mail), ['"Head" <head@own.example>'])
        self.assertEqual(mail.state, "outgoing")
        self.assertFalse(self.run_mails("2025-07-01 07:20:00"), "run twice")
        self.assertFalse(self.run_mails("2025-07-02 06:20:00"))
        kept = self.kept(self.head, "month")
        self.assertEqual((kept.date, kept.company_id), (JUNE, self.company))

    def test_from_the_morning_on_and_within_seven_days(self):
        self.month()
        for when, sent in (
            ("2025-07-01 04:59:00", 0),
            ("2025-07-08 05:00:00", 0),
            ("2025-07-01 05:00:00", 1),
            ("2025-07-07 23:59:00", 1),
        ):
            with self.subTest(when=when):
                self.env["client.mail"].search([]).unlink()
                self.assertEqual(len(self.run_mails(when)), sent)

    def test_no_flood_of_old_months(self):
        self.company.client_start_date = date(2025, 1, 1)
        for number in range(1, 6):
            self.month(date(2025, number, 1))
        self.assertFalse(self.run_mails(), "June is not closed")
        self.month()
        self.assertEqual(len(self.run_mails()), 1)

    def test_only_months_in_which_norms_counted(self):
        month = self.month()
        for start, counted, sent in (
            (False, False, 0),
            (date(2025, 7, 1), False, 0),
            (date(2025, 6, 30), False, 1),
            (date(2025, 4, 10), date(2025, 7, 1), 0),
            (date(2025, 4, 10), date(2025, 6, 30), 1),
        ):
            with self.subTest(start=start, counted=counted):
                self.env["client.mail"].search([]).unlink()
                self.company.client_start_date = start
                with self.reopened(month):
                    month.counted_from = counted
                self.assertEqual(len(self.run_mails()), sent)

    def test_switch_of_the_company(self):
        self.month()
        self.company.client_mails_on = False
        self.assertFalse(self.run_mails())
        self.company.client_mails_on = True
        self.assertEqual(len(self.run_mails("2025-07-03 06:20:00")), 1)

    def test_pilot_teams_have_their_months_too(self):
        self.month()
        self.company.client_pilot_team_ids = self.env["crm.team"].create(
            {"name": "Pilot", "company_id": self.company.id}
        )
        self.assertEqual(len(self.run_mails()), 1)

    # --------------------------------------------------------------------------- whom

    def test_who_gets_it(self):
        self.month()
        self.make_user("mm_seller2", SALES, email="s2@own.example")
        self.make_user("mm_mute", ROLE_HEAD, email=False)
        self.make_user("mm_odd", ROLE_HEAD, email="nowhere")
        self.make_user("mm_gone", ROLE_HEAD, email="g@own.example").active = False
        off = self.make_user("mm_off", ROLE_HEAD, email="off@own.example")
        off.client_month_mail = False
        self.make_user(
            "mm_b", ROLE_HEAD, companies=self.company_b, email="b@own.example"
        )
        self.make_user(
            "mm_both",
            ROLE_HEAD,
            companies=self.company_b | self.company,
            email="both@own.example",
            name="Both",
        )
        self.assertEqual(
            self.to(self.run_mails()),
            ['"Both" <both@own.example>', '"Head" <head@own.example>'],
        )

    def test_one_mail_for_each_company(self):
        self.company_b.client_start_date = date(2025, 4, 10)
        self.head.company_ids |= self.company_b
        self.rows(self.month(), "kept", 3)
        self.month(company=self.company_b)
        mails = self.run_mails()
        self.assertEqual(len(mails), 2)
        first, second = mails.sorted(lambda m: m.subject != m.subject.strip())
        texts = {mail.subject.partition(":")[0]: self.text(mail) for mail in mails}
        self.assertEqual(set(texts), {self.company.name, self.company_b.name})
        self.assertIn("100 %", texts[self.company.name])
        self.assertIn("No contact by the regulation", texts[self.company_b.name])
        self.assertTrue(first and second)

    # ----------------------------------------------------------------- what it says

    def test_figures_and_change(self):
        month, before = self.month(), self.month(MAY)
        self.rows(month, "kept", 6)
        self.rows(month, "late", 2)
        self.rows(month, "not_made", 1)
        self.rows(month, "not_made", 1, is_tried=1)
        self.rows(before, "kept", 1)
        self.rows(before, "late", 1)
        self.load(month, self.seller, lost=2, came_back=1, late_purchases=7)
        self.load(month, None, lost=3, late_purchases=2)
        self.load(before, self.seller, lost=40, came_back=40, late_purchases=40)
        mail = self.run_mails()
        self.assertEqual(
            mail.subject, f"{self.company.name}: 60 % of the contacts kept in June 2025"
        )
        text = self.text(mail)
        for words in (
            "60 % of the contacts kept",
            "10 points more than the month before",
            "Kept 6",
            "Late 2",
            "Not made 2",
            "of these tried 1",
            "Became former 5",
            "Clients came back 1",
            "Late with their purchase 9",
        ):
            self.assertIn(words, text)
        self.assertIn("/odoo/client-compliance", mail.body_html)
        self.assertIn(f"/odoo/my-preferences/{self.head.id}", mail.body_html)

    def test_the_month_before(self):
        month = self.month()
        self.rows(month, "kept")
        for result, words in (
            (None, "no month before"),
            ("kept", "as much as the month before"),
        ):
            with self.subTest(result=result):
                self.env["client.mail"].search([]).unlink()
                if result:
                    self.rows(self.month(MAY), result)
                self.assertIn(words, self.text(self.run_mails()))
        self.env["client.mail"].search([]).unlink()
        self.rows(month, "late", 3)
        self.assertIn("75 points less", self.text(self.run_mails()))

    def test_forgotten_vip_and_a_by_name(self):
        month = self.month()
        self.rows(month, "kept", name="Kept VIP", abc_class="vip")
        self.rows(month, "not_made", name="Small B", abc_class="b")
        self.rows(
            month, "not_made", name="Some A", abc_class="a", overdue_days=20, number=10
        )
        vip = self.rows(
            month,
            "not_made",
            name="Big VIP",
            abc_class="vip",
            overdue_days=3,
            norm_days=7,
            due_date=date(2025, 6, 27),
            late_date=date(2025, 6, 27),
        )
        self.rows(
            month,
            "not_made",
            card=vip.card_id,
            abc_class="vip",
            kind="meeting",
            overdue_days=2,
        )
        mail = self.run_mails()
        text = self.text(mail)
        self.assertIn("VIP and A who were forgotten: 11", text)
        self.assertEqual(text.count("Big VIP"), 1, "named once")
        self.assertEqual(text.count("Some A"), 9, "ten clients are named")
        self.assertLess(text.index("Big VIP"), text.index("Some A"))
        self.assertIn("And 1 more in the report", text)
        self.assertIn("Big VIP · VIP Call: Not made, 3 d late of 7 Olga", text)
        self.assertNotIn("Small B", text)
        self.assertNotIn("Kept VIP", text)
        self.assertIn("As of 06/30/2025", text)

    def test_nobody_was_forgotten(self):
        self.rows(self.month(), "kept")
        self.assertIn("No VIP and no A was forgotten", self.text(self.run_mails()))

    def test_who_needs_help(self):
        """The weakest with what may explain it; nobody where there is no other."""
        month = self.month()
        self.rows(month, "kept", 1)
        self.rows(month, "not_made", 3)
        self.load(month, self.seller, load=14.8, limit=12, days_away=3, taken_over=5)
        self.assertNotIn("Who needs help", self.text(self.run_mails()))
        self.rows(month, "kept", 4, user=self.other)
        self.env["client.mail"].search([]).unlink()
        text = self.text(self.run_mails())
        self.assertIn(
            "Who needs help Olga: 25 % kept, 3 not made (needs 14.8 "
            "contacts a day, limit 12, 3 days away, took over 5 clients)",
            text,
        )
        self.assertNotIn("Ivan", text.partition("Who needs help")[2])

    def test_the_first_month_says_from_when_norms_counted(self):
        month = self.month(counted_from=date(2025, 6, 24))
        self.rows(month, "kept")
        self.assertIn("Norms counted from 06/24/2025 on", self.text(self.run_mails()))
        self.env["client.mail"].search([]).unlink()
        with self.reopened(month):
            month.counted_from = JUNE
        self.assertNotIn("Norms counted from", self.text(self.run_mails()))

    def test_in_the_language_of_each_reader(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        russian = self.make_user(
            "mm_ru", ROLE_HEAD, email="ru@own.example", lang="ru_RU", name="Olga"
        )
        self.month()
        mails = self.run_mails()
        by_user = {
            kept.user_id: mail
            for mail in mails
            for kept in self.env["client.mail"].search([("mail_id", "=", mail.id)])
        }
        self.assertIn("июнь 2025", by_user[russian].subject.lower())
        self.assertIn('lang="ru_RU"', by_user[russian].body_html)
        self.assertIn("June 2025", by_user[self.head].subject)

    def test_as_many_queries_for_ten_times_the_rows(self):
        month = self.month()
        mails = self.env["client.mail"]._as(self.head, self.company)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            mails._month_content(JUNE)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mails._month_content(JUNE)
            return self.env.cr.sql_log_count - before

        def grow(number):
            for user in (self.seller, self.other):
                self.rows(month, "not_made", number, user=user, abc_class="a")
                self.rows(month, "kept", number, user=user)

        grow(1)
        few = queries()
        grow(9)
        self.assertLessEqual(queries(), few + 1)
