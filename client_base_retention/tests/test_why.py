"""*Why?* of alarm, newcomers and win-backs: one sentence with his figures.

The sentences on class and status by figures: ``test_abc_changes.py``.
"""

from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, TODAY, ClientBaseCommon, ago, day


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWhy(ClientBaseCommon):
    def with_cycle(self, cycle, last, lasts=0):
        """A client who buys every so many days; the last purchase may last."""
        card = self.client(*((last - timedelta(days=n * cycle), 10) for n in (2, 1, 0)))
        self.last_lasts(card, lasts)
        return card

    def last_lasts(self, card, lasts):
        entries = self.env["client.purchase.entry"].search(
            [("partner_id", "=", card.partner_id.id)], order="date desc", limit=1
        )
        entries.lasts_days = lasts

    def words(self, when):
        return day(when).strftime("%m/%d/%Y")

    # ------------------------------------------------------------------ own cycle

    def test_on_time(self):
        """Cycle 20: expected on the 20th day, late from the 29th, at risk from 41st."""
        card = self.with_cycle(20, ago(5))
        self.assertEqual(
            card.alarm_reason,
            f"Usually buys every 20 days, last on {self.words(ago(5))}, 5 days ago: "
            f"expected on {self.words(ago(-15))}, "
            f"late from {self.words(ago(-24))} (1.25 cycles and 3 days), "
            f"at risk from {self.words(ago(-36))} (2 cycles).",
        )

    def test_expected_day_that_has_passed(self):
        reason = self.with_cycle(20, ago(25)).alarm_reason
        self.assertIn(f"was expected on {self.words(ago(5))}, late from", reason)

    def test_late(self):
        card = self.with_cycle(20, ago(34))
        self.assertEqual(
            card.alarm_reason,
            f"Usually buys every 20 days, last on {self.words(ago(34))}, 34 days ago: "
            f"late since {self.words(ago(5))} (1.25 cycles and 3 days), "
            f"at risk from {self.words(ago(-7))} (2 cycles).",
        )

    def test_at_risk(self):
        card = self.with_cycle(20, ago(50))
        self.assertEqual(
            card.alarm_reason,
            f"Usually buys every 20 days, last on {self.words(ago(50))}, 50 days ago: "
            f"at risk since {self.words(ago(9))} (2 cycles).",
        )

    def test_the_day_it_names_is_the_day_it_happens(self):
        """On the day named the state is the one named, on the day before not yet."""
        for lasts in (0, 30, 5):
            card = self.with_cycle(20, TODAY, lasts)
            for state, limit in (("late", card.late_date), ("at_risk", card.risk_date)):
                for days, holds in ((0, False), (1, True)):
                    today = limit + timedelta(days=days)
                    with (
                        self.subTest(lasts=lasts, state=state, days=days),
                        freeze_time(f"{today} 12:00:00"),
                    ):
                        card.invalidate_recordset()
                        named = limit + timedelta(days=1)
                        self.assertEqual(card.purchase_state == state, holds)
                        self.assertIn(self.words(named), card.alarm_reason)

    def test_today_and_yesterday(self):
        self.assertIn(", today: ", self.with_cycle(20, TODAY).alarm_reason)
        self.assertIn(", yesterday: ", self.with_cycle(20, ago(1)).alarm_reason)

    def test_short_cycle_is_at_risk_without_being_late(self):
        """Cycle 2: at risk after 4 days, though late only after 5."""
        reason = self.with_cycle(2, ago(3)).alarm_reason
        self.assertIn(f"at risk from {self.words(ago(-2))}", reason)
        self.assertNotIn("late", reason)

    def test_factors_as_the_regulation_has_them(self):
        self.policy.write({"late_factor": 1.05, "risk_factor": 3.5})
        reason = self.with_cycle(20, ago(5)).alarm_reason
        self.assertIn("(1.05 cycles and 3 days)", reason)
        self.assertIn("(3.5 cycles)", reason)

    # ------------------------------------------------------ what stands for the cycle

    def test_what_he_bought_lasts(self):
        card = self.client((ago(10), 10))
        self.last_lasts(card, 30)
        self.assertEqual(
            card.alarm_reason,
            f"What he bought lasts 30 days, last on {self.words(ago(10))}, 10 days "
            f"ago: expected on {self.words(ago(-20))}, "
            f"late from {self.words(ago(-31))} (1.25 times that and 3 days), "
            f"at risk from {self.words(ago(-51))} (2 times that).",
        )

    def test_what_lasts_beside_the_own_cycle(self):
        longer = self.with_cycle(20, ago(10), 30)
        self.assertIn("What he bought lasts 30 days", longer.alarm_reason)
        shorter = self.with_cycle(20, ago(10), 5)
        self.assertIn("every 20 days, what he bought lasts 5,", shorter.alarm_reason)
        self.assertIn(f"was expected on {self.words(ago(5))}", shorter.alarm_reason)
        same = self.with_cycle(20, ago(10), 20)
        self.assertIn("Usually buys every 20 days, last", same.alarm_reason)

    def test_typical_cycle(self):
        self.policy.typical_cycle_days = 40
        card = self.client((ago(10), 10))
        self.assertIn("Clients like him buy every 40 days", card.alarm_reason)
        self.assertIn(f"expected on {self.words(ago(-30))}", card.alarm_reason)

    def test_pause(self):
        """May is passed over, and the sentence says so; without it it does not."""
        self.policy.write({"pause_from": 5, "pause_to": 5})
        card = self.with_cycle(20, day("2025-04-20"))
        self.assertIn("pause are not counted", card.alarm_reason)
        self.assertIn(f"late from {self.words('2025-06-19')}", card.alarm_reason)
        outside = self.with_cycle(20, day("2025-06-10"))
        self.assertNotIn("pause", outside.alarm_reason)

    # ---------------------------------------------------------------------- no alarm

    def test_no_alarm(self):
        cases = [
            (self.client(), "No purchase yet"),
            (self.client((ago(400), 10)), "former client has no alarm"),
            (self.client((ago(40), 10), (ago(20), 10)), "fewer than three days"),
        ]
        for card, words in cases:
            with self.subTest(words=words):
                self.assertEqual(card.purchase_state, "none")
                self.assertIn(words, card.alarm_reason)

    # --------------------------------------------------------- newcomers and returned

    def test_newcomer(self):
        card = self.client((ago(60), 10))
        self.assertIn(
            f"First purchase on {self.words(ago(60))}, newcomer until "
            f"{self.words(TODAY)}.",
            card.status_reason,
        )
        self.assertNotIn("newcomer", self.client((ago(61), 10)).status_reason)

    def test_came_back_with_day_and_days_away(self):
        card = self.client((ago(500), 10))
        card._derive(today=ago(500))
        card._derive(today=ago(100))
        self.assertEqual(card.status, "former")
        self.enter([(card.partner_id, TODAY, 10)])
        self.assertEqual(card.winback_count, 1)
        self.assertIn(
            f"Came back on {self.words(TODAY)}, after 500 days away.",
            card.status_reason,
        )

    def test_came_back_before_anything_was_recorded(self):
        once = self.client((ago(600), 10), (ago(100), 10))
        twice = self.client((ago(1200), 10), (ago(700), 10), (ago(100), 10))
        self.assertEqual((once.winback_count, twice.winback_count), (1, 2))
        self.assertIn("came back.", once.status_reason)
        self.assertIn("came back, 2 times.", twice.status_reason)

    def test_left_again(self):
        card = self.client((ago(1000), 10), (ago(400), 10))
        self.assertEqual((card.status, card.winback_count), ("former", 1))
        self.assertNotIn("ame back", card.status_reason)

    # ------------------------------------------------------------------------ screens

    def test_lowest_role_reads_it_in_the_dialog(self):
        user = self.make_user("all", f"base.group_user,{ROLE_ALL}")
        card = self.with_cycle(20, ago(34)).with_user(user)
        partner = card.partner_id.with_user(user)
        for action in (card.action_why(), partner.action_client_why()):
            self.assertEqual(action["res_id"], card.id)
            form = Form(card, view=action["views"][0][0])
            for name in ("class_reason", "status_reason", "alarm_reason"):
                self.assertTrue(form[name])

    def test_contact_shows_newcomers(self):
        card = self.client((ago(10), 10))
        partner = card.partner_id.with_company(self.company)
        self.assertTrue(partner.client_is_newcomer)
        person = self.make_partner("Person", is_company=False, parent_id=partner.id)
        self.assertTrue(person.client_is_newcomer)

    def test_filters(self):
        """Late or at risk together, newcomers, came back; first purchase by month."""
        late, risk = self.with_cycle(20, ago(34)), self.with_cycle(20, ago(50))
        fine = self.with_cycle(20, ago(5))
        new = self.client((ago(5), 10))
        back = self.client((ago(600), 10), (ago(100), 10))
        cards = late | risk | fine | new | back
        view = self.env["client.card"].get_view(view_type="search")["arch"]
        for name, found in (
            ("late", late),
            ("at_risk", risk),
            ("late_or_at_risk", late | risk),
            ("newcomers", fine | new),
            ("came_back", back),
        ):
            with self.subTest(name=name):
                domain = self.filter_domain(view, name)
                shown = cards.search([("id", "in", cards.ids), *domain])
                self.assertEqual(set(shown), set(found))
        self.assertIn('date="first_purchase_date"', view)

    def filter_domain(self, arch, name):
        node = etree.fromstring(arch).find(f".//filter[@name='{name}']")
        return literal_eval(node.get("domain"))
