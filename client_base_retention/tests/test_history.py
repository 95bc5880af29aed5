"""The history that a database has from before becomes contacts, once (N65).

Rows are made as Odoo makes them, unnoticed, as if the addon had not been there yet.
"""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .notice import NoticeCommon

MODULE = "odoo.addons.client_base_retention.models.client_history_run"
CALL = "mail.mail_activity_data_call"


class HistoryCommon(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["client.history.run"]
        cls.env["client.derive.run"].search([]).write({"state": "done"})
        # What the database holds already is not looked at here.
        cls.runs.search([]).unlink()
        run = cls.runs.create({"months": 240})
        while run.state != "done":
            run._step()
        run.unlink()
        cls.cron = cls.env.ref("client_base_retention.ir_cron_client_history")

    def unnoticed(self, record):
        return record.with_context(client_unnoticed=True)

    def old_call(self, record=None, days=30, kind=CALL, feedback="Spoke"):
        """A call that was done so many days ago."""
        activity = self.unnoticed(self.env["mail.activity"]).create(
            {
                "res_model_id": self.env["ir.model"]._get_id(
                    (record or self.person)._name
                ),
                "res_id": (record or self.person).id,
                "activity_type_id": self.env.ref(kind).id,
                "user_id": self.seller.id,
            }
        )
        activity.action_feedback(feedback)
        self.date_back(activity, days)
        return activity

    def date_back(self, activity, days):
        self.env.flush_all()
        moment = fields.Datetime.now() - timedelta(days=days)
        self.env.cr.execute(
            "UPDATE mail_activity SET date_done = %s WHERE id = %s",
            [moment.date(), activity.id],
        )
        self.env.cr.execute(
            """UPDATE mail_message SET date = %s
                WHERE model = %s AND res_id = %s AND id = (
                      SELECT max(id) FROM mail_message WHERE model = %s
                         AND res_id = %s AND mail_activity_type_id IS NOT NULL)""",
            [moment, *[activity.res_model, activity.res_id] * 2],
        )
        self.env.invalidate_all()

    def old_letter(self, record=None, days=20, **values):
        letter = self.write_to(self.unnoticed(record or self.person), **values)
        letter.sudo().date = fields.Datetime.now() - timedelta(days=days)
        return letter

    def old_meeting(self, days=10, **values):
        with patch.object(
            self.registry["calendar.event"], "_client_follow", lambda *a, **k: None
        ):
            return self.meet(hours_ago=24 * days, **values)

    def read_history(self, months=24, batch=None, window=None):
        """A whole reading, as the scheduled action does it."""
        run = self.runs._begin(months)
        with (
            patch(f"{MODULE}.BATCH", batch or 1000),
            patch(f"{MODULE}.WINDOW", window or 50_000),
        ):
            # A slow machine needs more than the time of one call.
            for _call in range(30):
                self.run_cron()
                self.env.invalidate_all()
                if run.state == "done":
                    break
        return run

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()


@tagged("post_install", "-at_install")
class TestHistory(HistoryCommon):
    def test_all_sources(self):
        """Calls, meetings and letters, on the contact, its persons and other records"""
        self.old_call(days=400)
        self.old_call(self.make_lead(), days=300)
        self.old_meeting(days=200)
        self.old_letter(days=100)
        with patch.object(
            self.registry["mail.message"], "_client_notice", lambda *a: None
        ):
            self.receive(self.firm)
        self.assertFalse(self.touches())
        run = self.read_history(months=240)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.contacts, 5)
        found = self.touches().mapped(lambda t: (t.kind, t.direction, t.outcome))
        self.assertEqual(
            sorted(found),
            sorted(
                [("call", "out", "reached")] * 2
                + [("meeting", "out", "reached")]
                + [("email", "out", "reached"), ("email", "in", "reached")]
            ),
        )
        card = self.card_of(self.firm)
        self.assertTrue(card.last_contact_date)
        self.assertEqual(card.touchpoint_ids, self.touches())

    def test_reading_twice_changes_nothing(self):
        self.old_call()
        self.old_meeting()
        self.read_history()
        before = self.versions("client_touchpoint", "client_card", "client_obligation")
        second = self.read_history()
        self.assertEqual(second.contacts, 0)
        self.assertEqual(
            self.versions("client_touchpoint", "client_card", "client_obligation"),
            before,
        )

    def test_the_first_list_is_true(self):
        """Who was called last week is not due; who was a year ago is overdue."""
        self.env["client.contact.rule"].create(
            {
                "policy_id": self.policy.id,
                "status": "prospect",
                "kind": "call",
                "interval_count": 1,
                "interval_unit": "month",
            }
        )
        late = self.make_partner("Long ago")
        late.action_add_to_client_base()
        self.old_call(self.firm, days=5)
        self.old_call(late, days=365)
        self.read_history()
        today = fields.Date.today()
        self.assertGreater(self.card_of(self.firm).next_contact_date, today)
        self.assertLess(self.card_of(late).next_contact_date, today)

    def test_how_far_back(self):
        """From the day so many months ago on, that day included."""
        since = fields.Date.today() - relativedelta(months=6)
        days = (fields.Date.today() - since).days
        for further, expected in ((0, 1), (1, 0)):
            with self.subTest(further=further):
                self.forget()
                self.old_call(days=days + further)
                run = self.read_history(months=6)
                self.assertEqual(run.since, since)
                found = self.touches().filtered(
                    lambda t, day=days + further: (
                        (fields.Date.today() - t.date.date()).days == day
                    )
                )
                self.assertEqual(len(found), expected)
        self.assertEqual(self.read_history(months=12).contacts, 1)

    def test_clients_only(self):
        self.old_call(self.stranger)
        self.old_letter(self.stranger, partners=self.stranger)
        run = self.read_history()
        self.assertEqual(run.contacts, 0)
        self.assertFalse(self.touches(self.stranger))
        self.assertFalse(self.card_of(self.stranger))

    def test_client_of_the_second_company(self):
        theirs = self.make_partner("Theirs")
        theirs.with_company(self.company_b).action_add_to_client_base()
        self.old_call(theirs)
        self.read_history()
        self.assertEqual(self.touches(theirs).company_id, self.company_b)
        self.assertEqual(
            self.touches(theirs).card_id, self.card_of(theirs, self.company_b)
        )

    def test_client_who_became_one_later(self):
        """Letters of before he was a client are read, too, those of after are not."""
        self.read_history()
        late = self.make_partner("Late", email="late@example.com")
        self.old_letter(late, days=2, partners=late)
        with patch.object(
            self.registry["mail.message"], "_client_notice", lambda *a: None
        ):
            self.old_letter(self.firm, days=-0.01, partners=self.firm)
        late.action_add_to_client_base()
        self.read_history()
        self.assertEqual(len(self.touches(late)), 1)
        self.assertFalse(self.touches(self.firm))

    def test_nothing_is_posted_mailed_or_planned(self):
        self.start()
        self.old_call()
        self.old_letter()
        self.env.flush_all()
        tables = ("mail_message", "mail_activity", "mail_mail", "mail_followers")
        counts = [f"(SELECT count(*) FROM {table})" for table in tables]
        query = f"SELECT {', '.join(counts)}"
        self.env.cr.execute(query)
        before = self.env.cr.fetchone()
        self.read_history()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_number_of_months_is_that_of_the_run(self):
        run = self.runs._begin(3)
        self.assertEqual(self.runs._begin(2), run)
        longer = self.runs._begin(12)
        self.assertNotEqual(longer, run)
        self.assertEqual(run.state, "done")
        self.assertEqual(longer.since, fields.Date.today() - relativedelta(months=12))


@tagged("post_install", "-at_install")
class TestHistoryRun(HistoryCommon):
    """Resumed after a kill, quick, harmless to run at once."""

    def test_small_batches_and_windows(self):
        for days in range(1, 8):
            self.old_call(days=days)
        run = self.read_history(batch=2, window=3)
        self.assertEqual(run.contacts, 7)
        self.assertEqual(len(self.touches()), 7)
        self.assertEqual(run.looked, run.total)

    def test_killed_run_goes_on(self):
        for days in range(1, 8):
            self.old_call(days=days)
        run = self.runs._begin()
        with patch(f"{MODULE}.BATCH", 2):
            run._step()
            run._step()
            kept = (run.state, run.last_id, run.contacts)
            self.assertEqual(kept[2], 2)
            self.env.flush_all()
            # Killed in the next batch: what it wrote is gone.
            with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                run._step()
                raise KeyboardInterrupt
            self.env.invalidate_all()
            self.assertEqual((run.state, run.last_id, run.contacts), kept)
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertEqual((run.contacts, len(self.touches())), (7, 7))

    def test_waits_for_the_clients(self):
        """Nothing is read before the first clients are found, and then at once."""
        self.old_call()
        finding = self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": fields.Date.today()}
        )
        run = self.runs._begin()
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "new")
        self.env["ir.cron.trigger"].search([]).unlink()
        finding._step()
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        )
        self.run_cron()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")

    def test_one_that_cannot_be_recorded_holds_up_nobody(self):
        for days in range(1, 6):
            self.old_call(days=days, feedback=f"Call {days}")
        create = self.registry["client.touchpoint"].create

        def fails(records, vals_list):
            if any(vals.get("note") == "Call 3" for vals in vals_list):
                raise ValueError("not this one")
            return create(records, vals_list)

        with (
            patch.object(self.registry["client.touchpoint"], "create", fails),
            mute_logger(MODULE),
        ):
            run = self.read_history()
        self.assertEqual((run.state, run.contacts, run.skipped), ("done", 4, 1))

    def test_twins_of_an_event_at_the_same_moment(self):
        call = self.old_call()
        run = self.runs._begin()
        run._step()
        values = {
            "partner_id": self.firm.id,
            "res_model": "mail.activity",
            "res_id": call.id,
        }
        first = self.env["client.touchpoint"].create(dict(values))
        second = self.env["client.touchpoint"].create(dict(values))
        run._forget_twins()
        self.assertTrue(first.exists())
        self.assertFalse(second.exists())

    def test_number_of_statements(self):
        """The same for one client and for ten."""

        def statements(number):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            for partner in partners:
                self.old_call(partner)
                self.old_letter(partner, partners=partner)
            run = self.runs.create({"months": 24})
            counts = []
            self.env.flush_all()
            self.env.invalidate_all()
            while run.state != "done":
                before = self.env.cr.sql_log_count
                run._step()
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(run.contacts, 2 * number)
            return sum(counts)

        statements(1)
        few, many = statements(2), statements(20)
        # Odoo inserts 100 rows at a time.
        self.assertLessEqual(many, few + 3)
