"""Which norm holds for a client (design 4.3 *Which rule*), and until when."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, TODAY, ago, day
from .contacts import ContactsCommon


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestObligationNorm(ContactsCommon):
    def assertHolds(self, card, rule):
        self.env.flush_all()
        self.assertEqual(card.obligation_ids.rule_id, rule)

    def classed(self, abc_class="b", last=100, **values):
        card = self.bought(last)
        card.write({"abc_class_manual": abc_class} | values)
        return card

    # --------------------------------------------------------------------- which one

    def test_the_most_special_one_holds(self):
        newcomer, both, by_class, level, plain = (
            self.norm(**values)
            for values in (
                {"is_newcomer": True},
                {"abc_class": "c", "potential_level": "high"},
                {"abc_class": "c"},
                {"potential_level": "high"},
                {},
            )
        )
        for abc_class, potential, last, expected in (
            ("c", "high", 10, newcomer),
            ("c", "high", 100, both),
            ("c", "low", 100, by_class),
            ("c", False, 100, by_class),
            ("a", "high", 100, level),
            ("a", False, 100, plain),
        ):
            with self.subTest(abc_class=abc_class, potential=potential, last=last):
                card = self.classed(abc_class, last, potential_level=potential)
                self.assertHolds(card, expected)

    def test_each_kind_has_its_own_norm(self):
        call = self.norm("call")
        meeting = self.norm("meeting", abc_class="vip", unit="month")
        letter = self.norm("any", is_newcomer=True)
        self.norm("call", status="former")
        card = self.classed("vip", 10)
        self.assertEqual(
            self.norms_of(card), {"call": call, "meeting": meeting, "any": letter}
        )

    def test_the_first_of_equal_ones_holds(self):
        self.norm(sequence=20)
        first = self.norm(sequence=5, count=3)
        self.norm(sequence=5, count=2)
        card = self.bought(10)
        self.assertHolds(card, first)

    def test_status(self):
        active, former, prospect = (
            self.norm(status=status) for status in ("active", "former", "prospect")
        )
        self.assertHolds(self.bought(10), active)
        self.assertHolds(self.client((ago(400), 10)), former)
        self.assertHolds(self.client(), prospect)

    def test_norms_of_another_regulation_and_archived_clients(self):
        self.norm(policy=self.policy_b)
        card = self.bought(10)
        self.assertFalse(card.obligation_ids)
        rule = self.norm()
        self.assertHolds(card, rule)
        card.partner_id.active = False
        self.assertFalse(card.obligation_ids)
        self.assertEqual(card.contact_state, "none")
        card.partner_id.active = True
        self.assertHolds(card, rule)

    def test_newcomer_until_the_last_day(self):
        self.policy.newcomer_days = 60
        newcomer = self.norm(is_newcomer=True)
        plain = self.norm()
        for last, expected in ((60, newcomer), (61, plain)):
            with self.subTest(last=last):
                self.assertHolds(self.bought(last), expected)

    # ----------------------------------------------------------------------- seasons

    def test_seasons(self):
        self.policy.former_after_months = 60
        for first, last, months in (
            (4, 10, {4, 5, 6, 7, 8, 9, 10}),
            (11, 2, {11, 12, 1, 2}),
            (9, 9, {9}),
            (12, 1, {12, 1}),
            (1, 12, set(range(1, 13))),
            (0, 0, set(range(1, 13))),
        ):
            rule = self.norm(season_from=first, season_to=last)
            card = self.bought(30)
            held = set()
            for month in range(1, 13):
                card._derive(today=day(f"2026-{month:02}-15"))
                if card.obligation_ids:
                    held.add(month)
            self.assertEqual(held, months, (first, last))
            rule.unlink()

    def test_last_day_of_a_season(self):
        self.norm(season_from=11, season_to=2)
        card = self.bought(30)
        self.policy.former_after_months = 60
        for today, holds in (
            ("2025-10-31", False),
            ("2025-11-01", True),
            ("2026-02-28", True),
            ("2026-03-01", False),
            ("2028-02-29", True),
        ):
            with self.subTest(today=today):
                card._derive(today=day(today))
                self.assertEqual(bool(card.obligation_ids), holds)
                self.assertEqual(bool(card.next_contact_date), holds)

    def test_nobody_owes_anything_before_the_season(self):
        """The last contact lies in another season: due when this one begins."""
        self.norm(season_from=11, season_to=2)
        card = self.bought(30)
        self.talk(card, ago(10))
        self.policy.former_after_months = 60
        for today, expected in (
            ("2025-11-01", "2025-11-01"),
            ("2026-01-31", "2025-11-01"),
            ("2026-12-31", "2026-11-01"),
        ):
            with self.subTest(today=today):
                card._derive(today=day(today))
                self.assertDue(card, expected)

    def test_another_norm_of_the_kind_out_of_season(self):
        summer = self.norm(count=15, unit="day", season_from=4, season_to=10)
        winter = self.norm(count=1, unit="month", season_from=11, season_to=3)
        always = self.norm("call", count=2, unit="month", sequence=99)
        card = self.bought(30)
        self.assertHolds(card, summer)
        row = card.obligation_ids
        card._derive(today=day("2025-12-01"))
        self.assertHolds(card, winter)
        winter.unlink()
        card._derive(today=day("2025-12-01"))
        self.assertHolds(card, always)
        self.assertEqual(card.obligation_ids, row, "what hangs on it stays linked")

    # -------------------------------------------------------------------------- ends

    def test_norms_of_former_clients_end(self):
        """Former since 15 June 2025, 18 months: the last day is 15 December 2026."""
        self.norm(status="former", unit="month", count=6)
        card = self.client((day("2024-06-14"), 10))
        self.assertEqual(card.former_since, TODAY)
        for months, today, holds in (
            (18, "2026-12-15", True),
            (18, "2026-12-16", False),
            (0, "2035-01-01", True),
            (1, "2025-07-15", True),
            (1, "2025-07-16", False),
        ):
            with self.subTest(months=months, today=today):
                self.policy.former_norm_months = months
                card._derive(today=day(today))
                self.assertEqual(bool(card.obligation_ids), holds)

    def test_norms_of_prospects_end(self):
        self.norm(status="prospect", unit="month")
        card = self.client()
        card.entry_date = day("2024-08-31")
        for months, today, holds in (
            (6, "2025-02-28", True),
            (6, "2025-03-01", False),
            (0, "2030-01-01", True),
        ):
            with self.subTest(months=months, today=today):
                self.policy.prospect_norm_months = months
                card._derive(today=day(today))
                self.assertEqual(bool(card.obligation_ids), holds)

    def test_ends_do_not_touch_active_clients(self):
        rule = self.norm()
        self.policy.write({"former_norm_months": 1, "prospect_norm_months": 1})
        self.assertHolds(self.bought(300), rule)

    # ----------------------------------------------------------- rows follow the norm

    def test_a_row_follows_class_and_status(self):
        vip = self.norm(abc_class="vip")
        b = self.norm(abc_class="b", unit="month")
        former = self.norm(status="former", count=6, unit="month")
        card = self.classed("vip", 10)
        row = card.obligation_ids
        row.manual_due_date = ahead(99)
        for change, expected in (
            (lambda: card.write({"abc_class_manual": "b"}), b),
            (lambda: card._derive(today=ahead(400)), former),
            (lambda: card._derive(), b),
            (lambda: card.write({"abc_class_manual": "vip"}), vip),
        ):
            change()
            self.assertHolds(card, expected)
            self.assertEqual(card.obligation_ids, row)
            self.assertDue(card, ahead(99))
        card.abc_class_manual = "a"
        self.assertFalse(card.obligation_ids, "no norm is in force")

    def test_a_row_follows_a_replaced_norm(self):
        rule = self.norm()
        self.norm("meeting", unit="month")
        card = self.bought(10)
        row = card.obligation_ids.filtered(lambda o: o.kind == "call")
        self.policy.rule_ids = [
            (5, 0, 0),
            (0, 0, {"kind": "call", "interval_count": 2, "interval_unit": "week"}),
        ]
        self.assertFalse(rule.exists())
        self.assertEqual(card.obligation_ids, row)
        self.assertDue(card, ahead(4))

    def test_norms_that_change_their_kinds(self):
        first, second = self.norm("call"), self.norm("email", count=2)
        card = self.bought(10)
        self.policy.rule_ids = [
            (1, first.id, {"kind": "email"}),
            (1, second.id, {"kind": "call"}),
        ]
        self.assertEqual(self.norms_of(card), {"email": first, "call": second})
        self.assertDue(card, ahead(4), "call")
        self.assertDue(card, ago(3), "email")

    def test_one_row_for_a_norm_and_a_client(self):
        rule = self.norm()
        card = self.bought(10)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["client.obligation"].create(
                {
                    "card_id": card.id,
                    "rule_id": rule.id,
                    "company_id": self.company.id,
                    "kind": "call",
                }
            )

    def test_figures_that_cannot_be_meant(self):
        rule = self.norm()
        for record, values in (
            (rule, {"interval_count": 0}),
            (rule, {"interval_count": 36501}),
            (rule, {"first_days": 36501}),
            (rule, {"first_days": -1}),
            (rule, {"season_from": 4}),
            (rule, {"season_from": 4, "season_to": 13}),
            (self.policy, {"former_norm_months": 1201}),
            (self.policy, {"prospect_norm_months": -1}),
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                record.write(values)
                self.env.flush_all()
        rule.write({"interval_count": 36500, "interval_unit": "month"})
        self.assertGreater(self.bought(5).next_contact_date.year, 5000)

    # ----------------------------------------------------------- changes of the norms

    def test_a_changed_norm_moves_the_dates_at_once(self):
        rule = self.norm()
        cards = self.bought(3) | self.bought(5)
        rule.interval_count = 2
        self.assertEqual([self.due(card) for card in cards], [ahead(11), ahead(9)])
        rule.first_days = 1
        self.assertEqual([self.due(card) for card in cards], [ago(2), ago(4)])
        rule.warning_days = 5
        self.assertEqual(cards[0].warn_date, ago(7))
        rule.unlink()
        self.assertFalse(cards.obligation_ids)
        self.assertEqual(cards.mapped("next_contact_date"), [False, False])

    def test_a_changed_regulation_moves_the_dates_at_once(self):
        self.norm()
        card = self.bought(3)
        self.policy.warning_days = 1
        self.assertEqual(card.warn_date, ahead(3))
        other = self.policy.copy({"sequence": 0})
        self.norm(policy=other, count=3)
        self.assertEqual(card.policy_id, other)
        other.active = False
        self.assertDue(card, ahead(4))
        other.unlink()
        self.assertDue(card, ahead(4))

    def test_large_bases_are_derived_in_the_background(self):
        card = self.bought(3)
        self.env["client.derive.run"].search([]).write({"state": "done"})
        module = "odoo.addons.client_base_retention.models.res_company.AT_ONCE"
        with patch(module, 0):
            self.norm()
        self.assertFalse(card.obligation_ids)
        runs = self.env["client.derive.run"].search([("state", "!=", "done")])
        self.assertIn(self.company, runs.company_id)
