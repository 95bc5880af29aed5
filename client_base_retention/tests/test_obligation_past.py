"""How a norm stood until it changed: what a month is judged by (design 4.3 *Kept,
late, not made*)."""

from datetime import datetime

from odoo.tests import tagged
from odoo.tools import SQL

from .past import TRACES, PastCommon


@tagged("post_install", "-at_install")
class TestObligationPast(PastCommon):
    """A client of Olga's with a weekly call, who bought on 2 June 2025."""

    def setUp(self):
        super().setUp()
        self.rule = self.norm()
        self.card = self.make_client("2025-06-02")
        self.norm_of = self.card.obligation_ids

    def make_client(self, when, **values):
        values.setdefault("user_id", self.olga.id)
        with self.on(when):
            return self.client((when, 100), **values)

    def call(self, when, said=None):
        """A call on a day, typed in then or on the day ``said``."""
        with self.on(said or when):
            self.talk(self.card, when)

    def assertNorm(self, **expected):
        for name, value in expected.items():
            found = self.norm_of[name]
            if self.norm_of._fields[name].type == "date":
                found = found and str(found)
            self.assertEqual(found, value, name)

    # --------------------------------------------------------------- how it stands

    def test_how_it_stands_is_remembered(self):
        team = self.env["crm.team"].create(
            {"name": "Team", "company_id": self.company.id, "user_id": self.clara.id}
        )
        with self.on("2025-06-03"):
            team.member_ids = self.olga
        self.assertNorm(
            status="active",
            abc_class=self.card.abc_class,
            user_id=self.olga,
            team_id=team,
            since="2025-06-02",
            taken_on=False,
            grace_until=False,
        )
        self.assertFalse(self.norm_of.taken_from_id)
        self.assertFalse(self.past(self.card), "Another team is no other state")

    def test_who_is_responsible_by_the_norm(self):
        """Not the fallback, who has the task where nobody is responsible."""
        self.env["crm.team"].create(
            {
                "name": "Team",
                "company_id": self.company.id,
                "user_id": self.clara.id,
                "member_ids": self.olga.ids,
            }
        )
        self.policy.fallback_user_id = self.boris
        rules = {
            "email": ({"responsible": "team_leader"}, self.clara),
            "message": (
                {"responsible": "user", "responsible_user_id": self.boris.id},
                self.boris,
            ),
            "meeting": ({}, self.olga),
        }
        for kind, (values, _user) in rules.items():
            self.norm(kind, **values)
        card = self.make_client("2025-06-03", name="Of Olga")
        nobodys = self.make_client("2025-06-03", name="Nobody's", user_id=False)
        for kind, (_values, user) in rules.items():
            with self.subTest(kind=kind):
                norm = card.obligation_ids.filtered(lambda o, k=kind: o.kind == k)
                self.assertEqual(norm.user_id, user)
        for norm in nobodys.obligation_ids:
            with self.subTest(kind=norm.kind):
                expected = self.boris if norm.kind == "message" else self.env.user
                if norm.kind != "message":
                    expected = expected.browse()
                self.assertEqual(norm.user_id, expected)

    def test_who_has_left_is_responsible_no_more(self):
        with self.on("2025-06-12"):
            self.olga.active = False
        self.assertNorm(user_id=self.olga.browse(), taken_from_id=self.olga)
        self.assertPast(self.card, {"user_id": self.olga, "is_closed": True})

    # -------------------------------------------------------------------- contacts

    def test_a_contact_ends_a_state(self):
        """Overdue from the 10th on, called on the 12th."""
        self.call("2025-06-12")
        self.assertPast(
            self.card,
            {
                "obligation_id": self.norm_of.id,
                "company_id": self.company,
                "rule_id": self.rule,
                "kind": "call",
                "norm_days": 7,
                "status": "active",
                "abc_class": self.card.abc_class,
                "user_id": self.olga,
                "last_contact_date": False,
                "due_date": "2025-06-09",
                "late_date": "2025-06-09",
                "since": "2025-06-02",
                "until": "2025-06-12",
                "contact_date": "2025-06-12",
                "is_closed": False,
            },
        )
        self.assertNorm(since="2025-06-12", last_contact_date="2025-06-12")

    def test_one_state_for_a_contact_at_most(self):
        for hour in (9, 15):
            with self.on("2025-06-12", hour):
                self.talk(self.card, datetime(2025, 6, 12, hour))
        self.night("2025-06-13")
        self.assertEqual(len(self.past(self.card)), 1)
        self.call("2025-06-14")
        self.assertEqual(len(self.past(self.card)), 1, "Begun in time, ended in time")
        self.assertNorm(since="2025-06-14", due_date="2025-06-21")

    def test_states_in_time_are_kept_over_the_end_of_a_month(self):
        cases = {"2025-06-30": 0, "2025-07-01": 1}
        for when, kept in cases.items():
            with self.subTest(when=when):
                card = self.card = self.make_client("2025-06-26", name=when)
                self.call(when)
                self.assertEqual(len(self.past(card)), kept)
        self.assertPast(
            self.card,
            {
                "since": "2025-06-26",
                "until": "2025-07-01",
                "late_date": "2025-07-03",
                "contact_date": "2025-07-01",
            },
        )

    def test_in_time_on_the_last_day(self):
        for when, kept in {"2025-06-09": 0, "2025-06-10": 1}.items():
            with self.subTest(when=when):
                self.card = self.make_client("2025-06-02", name=when)
                self.call(when)
                self.assertEqual(len(self.past(self.card)), kept)

    def test_a_contact_typed_in_late_counts_on_its_day(self):
        self.call("2025-06-10", said="2025-06-13")
        self.assertPast(
            self.card, {"until": "2025-06-13", "contact_date": "2025-06-10"}
        )
        self.assertNorm(since="2025-06-13", last_contact_date="2025-06-10")

    def test_a_contact_taken_back_is_none(self):
        self.call("2025-06-12")
        with self.on("2025-06-14"):
            self.card.touchpoint_ids.unlink()
        self.call("2025-06-16")
        self.assertPast(
            self.card,
            {"until": "2025-06-12", "contact_date": "2025-06-12"},
            {"since": "2025-06-14", "until": "2025-06-16", "due_date": "2025-06-09"},
        )

    def test_the_day_is_the_companys(self):
        """Half past eleven in the evening of the 11th in UTC is the 12th in Tokyo."""
        self.company.partner_id.tz = "Asia/Tokyo"
        with self.on("2025-06-11", 15):
            self.talk(self.card, datetime(2025, 6, 11, 15))
        self.assertPast(
            self.card, {"until": "2025-06-12", "contact_date": "2025-06-12"}
        )
        self.assertNorm(since="2025-06-12", due_date="2025-06-19")

    def test_what_is_arranged_puts_off(self):
        """Overdue only when the day arranged has passed, and only from then on."""
        with self.on("2025-06-08"):
            self.card.partner_id.activity_schedule(
                "mail.mail_activity_data_call", "2025-06-12", user_id=self.olga.id
            )
        self.assertNorm(since="2025-06-08", late_date="2025-06-12")
        for when in ("2025-06-09", "2025-06-11", "2025-06-12"):
            self.night(when)
        self.assertFalse(self.past(self.card))
        self.night("2025-06-13")
        self.assertNorm(since="2025-06-13", late_date="2025-06-09")
        self.assertPast(
            self.card,
            {"since": "2025-06-08", "until": "2025-06-13", "late_date": "2025-06-12"},
        )

    # ---------------------------------------------------------------- what closes

    def test_another_status_closes(self):
        """With and without a norm of the kind for the new status."""
        for kept in (True, False):
            with self.subTest(kept=kept), self.on("2025-06-10"):
                self.policy.rule_ids.unlink()
                prospects = self.norm(status="prospect")
                if kept:
                    self.norm()
                card = self.client(user_id=self.olga.id, name=f"Prospect {kept}")
                norm_id = card.obligation_ids.id
                with self.on("2025-06-20"):
                    self.enter([(card.partner_id, "2025-06-20", 100)])
                self.assertEqual(bool(card.obligation_ids), kept)
                self.assertPast(
                    card,
                    {
                        "obligation_id": norm_id,
                        "rule_id": prospects,
                        "status": "prospect",
                        "due_date": "2025-06-17",
                        "since": "2025-06-10",
                        "until": "2025-06-20",
                        "contact_date": False,
                        "is_closed": True,
                    },
                )

    def test_another_class_goes_on(self):
        with self.on("2025-06-12"):
            self.card.abc_class_manual = "c"
        old = self.past(self.card)
        self.assertPast(
            self.card,
            {"since": "2025-06-02", "until": "2025-06-12", "is_closed": False},
        )
        self.assertNotEqual(old.abc_class, "c")
        self.assertNorm(abc_class="c", since="2025-06-12", due_date="2025-06-09")

    def test_a_norm_that_is_gone_is_not_counted(self):
        """By another class, regulation or season, or when the client is archived:
        only an earlier month can still ask for it."""
        ends = {
            "norm": lambda card: self.rule.unlink(),
            "archived": lambda card: card.partner_id.action_archive(),
            "class": lambda card: self.rule.write({"abc_class": "c"}),
        }
        for when, kept in {"2025-06-20": 0, "2025-07-01": 1}.items():
            for name, end in ends.items():
                with (
                    self.subTest(when=when, end=name),
                    self.cr.savepoint() as savepoint,
                ):
                    with self.on(when):
                        self.card.abc_class_manual = "a"
                        self.past(self.card).unlink()
                        self.norm_of.flush_recordset()
                        self.cr.execute(
                            "UPDATE client_obligation SET since = '2025-06-02'"
                            " WHERE id = %s",
                            [self.norm_of.id],
                        )
                        end(self.card)
                    self.assertFalse(
                        self.env["client.obligation"].search(
                            [("card_id", "=", self.card.id)]
                        )
                    )
                    self.assertPast(
                        self.card, *([{"until": when, "is_closed": False}] * kept)
                    )
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_nobodys_client_any_more_takes_his_past_along(self):
        self.call("2025-06-12")
        self.assertTrue(self.past(self.card))
        self.card.unlink()
        self.assertFalse(
            self.env["client.obligation.past"].search(
                [("company_id", "=", self.company.id)]
            )
        )

    # ------------------------------------------------------------------- derivations

    def test_twice_writes_nothing(self):
        self.call("2025-06-12")
        self.give(self.card, self.boris, "2025-06-16")
        for when in ("2025-06-16", "2025-06-17", "2025-06-24"):
            self.night(when)
            before = self.versions(*TRACES)
            self.night(when)
            with self.on(when):
                self.card._derive()
            self.assertEqual(self.versions(*TRACES), before)

    def test_an_earlier_day_leaves_no_traces(self):
        self.call("2025-06-12")
        before = self.past(self.card)
        with self.on("2025-06-13"):
            self.card._derive(today=datetime(2025, 6, 5).date())
        self.assertNorm(due_date="2025-06-09", since="2025-06-05")
        self.assertEqual(self.past(self.card), before)

    def test_after_an_update_nobody_is_taken_over(self):
        """Rows from before states were kept are filled quietly."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE client_obligation SET status = NULL, abc_class = NULL,
                          user_id = NULL, team_id = NULL, since = NULL
                    WHERE card_id = %s RETURNING id""",
                self.card.id,
            )
        )
        self.env.invalidate_all()
        self.night("2025-06-20")
        self.assertNorm(
            status="active",
            user_id=self.olga,
            since="2025-06-20",
            taken_on=False,
            grace_until=False,
            late_date="2025-06-09",
        )
        self.assertFalse(self.past(self.card))
        self.give(self.card, self.boris, "2025-06-21")
        self.assertNorm(taken_on="2025-06-21", taken_from_id=self.olga)

    def test_number_of_queries_does_not_grow(self):
        """Ten clients who all change are derived by as many statements as one."""
        self.env.flush_all()
        counts = []
        for number in (1, 10):
            with self.on("2025-06-02"):
                partners = self.make_partners(number, user_id=self.olga.id)
                self.enter([(p, "2025-06-02", 10) for p in partners])
            cards = self.cards_of(partners)
            self.env.flush_all()
            self.cr.execute(
                "UPDATE client_card SET user_id = %s WHERE id = ANY(%s)",
                [self.boris.id, cards.ids],
            )
            self.env.invalidate_all()
            cards.mapped("company_id.partner_id.tz")
            before = self.cr.sql_log_count
            with self.on("2025-06-20"):
                cards._derive_contacts(self.company, datetime(2025, 6, 20).date())
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(self.past(cards[0])), 1)
            self.assertEqual(cards.obligation_ids.taken_from_id, self.olga)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------------------- merge

    def test_the_past_of_merged_clients_stays(self):
        self.call("2025-06-12")
        kept = self.make_client("2025-06-02", name="Stays")
        gone_past = self.past(self.card)
        with self.on("2025-06-20"):
            wizard = self.env["base.partner.merge.automatic.wizard"].create(
                {
                    "state": "selection",
                    "partner_ids": [
                        (6, 0, (kept.partner_id | self.card.partner_id).ids)
                    ],
                    "dst_partner_id": kept.partner_id.id,
                }
            )
            wizard.action_merge()
        self.env.invalidate_all()
        self.assertIn(gone_past, self.past(self.card_of(kept.partner_id)))
