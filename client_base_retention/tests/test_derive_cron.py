"""The scheduled actions: nightly derivation in batches, resumed; the queue of events.

Design 2 (*Only changes are written*), 4.3 *Quiet*, 4.4, 6. Several processes at once
are tested from outside, with real connections.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ClientBaseCommon, ago

MODELS = "odoo.addons.client_base_retention.models"
TABLES = ("client_card", "client_transition", "client_abc_cutoff", "res_partner")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestNightlyRun(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.night = cls.env.ref("client_base_retention.ir_cron_client_derive")
        cls.queue = cls.env.ref("client_base_retention.ir_cron_client_queue")
        # What the database holds already is not looked at here.
        cls.env["client.derive.run"].search([]).write({"state": "done"})
        cls.partners = cls.make_partners(8)

    @contextmanager
    def batches_of(self, size):
        with (
            patch(f"{MODELS}.client_card_derive.BATCH", size),
            patch(f"{MODELS}.client_derive_run.BATCH", size),
        ):
            yield

    def run_cron(self, cron):
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def run_night(self, size=3):
        with self.batches_of(size):
            self.run_cron(self.night)

    def forget(self, *tables):
        """Take derived figures away, as if the hooks had not been there."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE client_card SET status = NULL, turnover = NULL, abc_class = NULL,
                      last_purchase_date = NULL, purchase_count = NULL
                WHERE partner_id = ANY(%s)""",
            [self.partners.ids],
        )
        self.env.invalidate_all()

    def buy_all(self, company=None):
        self.enter(
            [
                (partner, ago(10 * number), 100 - 10 * number)
                for number, partner in enumerate(self.partners)
            ],
            company,
        )

    def assertDerived(self, company=None):
        self.env.invalidate_all()
        self.assertRecordValues(
            self.cards_of(self.partners, company),
            [
                {
                    "status": "active",
                    "turnover": 100 - 10 * number,
                    "purchase_count": 1,
                    "last_purchase_date": ago(10 * number),
                    # of 520, before: 0, 100, 190, 270, 340, 400, 450, 490
                    "abc_class": abc_class,
                }
                for number, abc_class in enumerate(
                    ["vip", "vip", "a", "a", "a", "a", "b", "b"]
                )
            ],
        )

    def last_runs(self):
        return self.env["client.derive.run"].search(
            [("company_id", "=", self.company.id)], order="id desc"
        )

    def test_missing_cards_and_figures_over_several_batches(self):
        self.buy_all()
        self.buy_all(self.company_b)
        self.cards_of(self.partners).unlink()
        self.forget()
        self.run_night()
        self.assertDerived()
        self.assertDerived(self.company_b)
        self.assertRecordValues(
            self.last_runs()[:1], [{"state": "done", "date": TODAY, "cards": 8}]
        )

    def test_second_run_writes_nothing(self):
        self.buy_all()
        self.run_night()
        before = self.versions(*TABLES)
        messages = self.env["mail.message"].search_count([])
        self.run_night()
        self.assertEqual(self.versions(*TABLES), before)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_run_equals_derive_all(self):
        self.buy_all()
        self.run_night()
        before = self.versions(*TABLES)
        self.derive_all()
        self.cards_of(self.partners)._derive()
        self.assertEqual(self.versions(*TABLES), before)

    def unfinished(self, **values):
        """A run that was killed."""
        return self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": TODAY, "state": "standing"} | values
        )

    def test_killed_run_is_resumed(self):
        self.buy_all()
        cards = self.cards_of(self.partners).sorted("id")
        self.derive_all()
        self.forget()
        cards[:4]._derive()
        run = self.unfinished(last_card_id=cards[3].id, cards=4, total=8)
        self.run_night()
        self.assertDerived()
        self.assertRecordValues(run, [{"state": "done", "cards": 8}])

    def test_run_of_an_earlier_day_begins_anew(self):
        self.buy_all()
        cards = self.cards_of(self.partners).sorted("id")
        self.forget()
        run = self.unfinished(
            date=ago(1), state="classes", last_card_id=cards[-1].id, cards=8, total=8
        )
        self.run_night()
        self.assertDerived()
        self.assertRecordValues(run, [{"state": "done", "date": TODAY}])

    def test_killed_run_of_one_company_does_not_cost_the_others_their_night(self):
        """One company was left unfinished yesterday, the other was done."""
        self.buy_all()
        self.buy_all(self.company_b)
        self.forget()
        self.unfinished(date=ago(1))
        self.unfinished(date=ago(1), company_id=self.company_b.id, state="done")
        self.run_night()
        self.assertDerived()
        self.assertDerived(self.company_b)

    def test_time_passes(self):
        """Nothing happens but a year: the night makes them former, once."""
        self.buy_all()
        later = TODAY + timedelta(days=800)
        with freeze_time(f"{later} 12:00:00"):
            self.run_night()
            self.env.invalidate_all()
            cards = self.cards_of(self.partners)
            self.assertEqual(set(cards.mapped("status")), {"former"})
            self.run_night()
        for card in cards:
            self.assertEqual(self.moves(card), [("active", "former")])
            self.assertTrue(card.abc_class, "a former client keeps his class")

    def test_quiet_before_the_start(self):
        """The night makes transitions, and no note, activity or mail."""
        for started in (False, True):
            with self.subTest(started=started):
                partners = self.make_partners(2, company_id=False)
                company = self.make_company(f"Firm {started}")
                company.client_start_date = started and ago(1)
                self.enter(
                    [(partners[0], ago(9), 90), (partners[1], ago(9), 10)], company
                )
                self.run_night()
                # The purchase is found by the night alone.
                self.enter([(partners[1], TODAY, 1000)], company)
                card = self.card_of(partners[0], company)
                before = self.notes(partners[0])
                activities = self.env["mail.activity"].search_count([])
                mails = self.env["mail.mail"].search_count([])
                self.run_night()
                self.env.invalidate_all()
                self.assertEqual(self.moves(card, "abc_class"), [("vip", "b")])
                notes = self.notes(partners[0]) - before
                self.assertEqual(len(notes), 1 if started else 0)
                self.assertEqual(self.env["mail.mail"].search_count([]), mails)
                self.assertEqual(self.env["mail.activity"].search_count([]), activities)

    # --------------------------------------------------------------------- the queue

    def test_queue_is_emptied(self):
        self.buy_all()
        self.derive_all()
        self.forget()
        pairs = {(partner.id, self.company.id) for partner in self.partners}
        self.env["client.card"]._enqueue(pairs)
        self.env["client.card"]._enqueue(pairs)
        with self.batches_of(3):
            self.run_cron(self.queue)
        self.assertFalse(self.env["client.card.dirty"].search([]))
        self.assertDerived()

    def test_queue_makes_missing_cards_and_survives_deleted_contacts(self):
        self.buy_all()
        self.derive_all()
        self.cards_of(self.partners).unlink()
        gone = self.make_partner()
        ids = [*self.partners.ids, gone.id]
        gone.unlink()
        self.env["client.card"]._enqueue({(i, self.company.id) for i in ids})
        self.run_cron(self.queue)
        self.assertFalse(self.env["client.card.dirty"].search([]))
        self.assertDerived()

    def test_an_event_that_could_derive_leaves_no_row(self):
        self.buy_all()
        self.assertFalse(
            self.env["client.card.dirty"].search(
                [("partner_id", "in", self.partners.ids)]
            )
        )

    # ------------------------------------------------------------------ entry points

    def test_derive_on_nothing(self):
        before = self.versions(*TABLES)
        self.env["client.card"]._derive()
        self.env["client.card"].browse()._derive(today=TODAY)
        self.assertEqual(self.versions(*TABLES), before)

    def test_derive_is_idempotent_for_any_day(self):
        self.buy_all()
        for today in (ago(45), TODAY, TODAY + timedelta(days=700)):
            with self.subTest(today=today):
                self.derive_all(today)
                before = self.versions(*TABLES)
                self.derive_all(today)
                self.cards_of(self.partners)._derive(today=today)
                self.assertEqual(self.versions(*TABLES), before)

    def test_derive_all_never_commits(self):
        """A commit within a test raises."""
        self.buy_all()
        self.derive_all()
        self.assertDerived()

    def test_default_policy(self):
        policies = self.env["client.policy"]
        segment = self.env["client.segment"].create({"name": "Schools (test)"})
        self.policy.copy({"sequence": 0, "segment_ids": segment.ids})
        self.assertEqual(policies._default_policy(self.company), self.policy)
        self.policy.active = False
        other = policies._default_policy(self.company)
        self.assertFalse(other.segment_ids)
        self.assertIn(other.company_id.id, (False, self.company.id))
