"""What the card says of contacts, and that deriving it again changes nothing."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .contacts import ContactsCommon

BATCH = "odoo.addons.client_base_retention.models.client_card_derive.BATCH"
RUN_BATCH = "odoo.addons.client_base_retention.models.client_derive_run.BATCH"
TABLES = (
    "client_card",
    "client_transition",
    "client_obligation",
    "client_touchpoint",
    "client_contact_wave",
)


def ahead(days):
    return TODAY + timedelta(days=days)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestContactCard(ContactsCommon):
    # ------------------------------------------------------------------ next contact

    def test_the_norm_due_first(self):
        self.norm("call", 10, "day", warning_days=2)
        self.norm("meeting", 1, "month", warning_days=7)
        self.policy.warning_days = 4
        self.norm("email", 3, "week")
        card = self.bought(5)
        self.assertRecordValues(
            card,
            [
                {
                    "next_contact_date": ahead(5),
                    "next_contact_kind": "call",
                    "next_contact_norm_days": 10,
                    "warn_date": ahead(3),
                }
            ],
        )
        self.talk(card, kind="call")
        self.assertEqual(card.next_contact_kind, "call")
        self.talk(card, kind="meeting")
        self.talk(card, kind="email")
        self.assertEqual(card.next_contact_date, ahead(10))

    def test_norm_in_days(self):
        for count, unit, days in (
            (1, "day", 1),
            (2, "week", 14),
            (1, "month", 30),
            (6, "month", 182),
            (12, "month", 365),
        ):
            with self.subTest(count=count, unit=unit):
                rule = self.norm(count=count, unit=unit)
                self.assertEqual(self.bought(5).next_contact_norm_days, days)
                rule.unlink()

    def test_the_next_one_is_announced_when_the_first_of_all_is(self):
        self.norm("call", 10, "day", warning_days=1)
        self.norm("meeting", 12, "day", warning_days=7)
        card = self.bought(4)
        self.assertEqual(card.next_contact_date, ahead(6))
        self.assertEqual(card.warn_date, ahead(1))

    def test_state_by_day(self):
        self.policy.warning_days = 3
        self.norm(count=10, unit="day")
        for talked, state, late in (
            (6, "ok", 0),
            (7, "soon", 0),
            (10, "soon", 0),
            (11, "overdue", 1),
            (15, "overdue", 5),
        ):
            with self.subTest(talked=talked):
                card = self.bought(30)
                self.talk(card, ago(talked))
                self.assertRecordValues(
                    card,
                    [
                        {
                            "contact_state": state,
                            "contact_overdue_days": late,
                            "contact_overdue_ratio": late / 10,
                        }
                    ],
                )
                partner = card.partner_id
                self.assertEqual(partner.contact_state, state)
                self.assertEqual(partner.next_contact_date, ahead(10 - talked))

    def test_today_is_the_users(self):
        self.norm()
        card = self.bought(30)
        self.talk(card, ago(7))
        for zone, state in (("UTC", "soon"), ("Pacific/Kiritimati", "overdue")):
            with self.subTest(zone=zone):
                self.assertEqual(card.with_context(tz=zone).contact_state, state)
                found = card.with_context(tz=zone).search(
                    [("id", "=", card.id), ("contact_state", "=", state)]
                )
                self.assertEqual(found, card)

    # --------------------------------------------------------- search, order, groups

    def four(self):
        """None, in norm, soon, 5 days late of 10."""
        self.policy.warning_days = 3
        self.norm(count=10, unit="day")
        cards = self.client() | self.bought(0) | self.bought(8) | self.bought(15)
        return cards

    def test_search_groups_and_order(self):
        cards = self.four()
        states = ("none", "ok", "soon", "overdue")
        among = [("id", "in", cards.ids)]
        model = self.env["client.card"]
        for value in [*states, ("ok", "soon"), ("none", "overdue")]:
            values = [value] if isinstance(value, str) else list(value)
            expected = cards.filtered(lambda c, v=values: c.contact_state in v)
            for domain in (
                [("contact_state", "in", values)],
                ["!", ("contact_state", "not in", values)],
            ):
                with self.subTest(domain=domain):
                    self.assertEqual(model.search(among + domain, order="id"), expected)
                    self.assertEqual(cards.filtered_domain(domain), expected)
        groups = model._read_group(among, ["contact_state"], ["__count"])
        self.assertEqual(dict(groups), dict.fromkeys(states, 1))
        for name in ("contact_state", "contact_overdue_days", "contact_overdue_ratio"):
            self.assertTrue(model.fields_get([name])[name]["sortable"], name)
        self.assertEqual(
            model.search(among, order="contact_overdue_ratio desc, id")[0], cards[3]
        )
        partners = self.env["res.partner"].search(
            [("id", "in", cards.partner_id.ids), ("contact_state", "=", "overdue")]
        )
        self.assertEqual(partners, cards[3].partner_id)

    def test_search_by_days_late(self):
        cards = self.four()
        for domain, expected in (
            ([("contact_overdue_days", ">", 0)], cards[3]),
            ([("contact_overdue_days", ">=", 5)], cards[3]),
            ([("contact_overdue_days", ">", 5)], cards[:0]),
            ([("contact_overdue_days", "=", 5)], cards[3]),
            ([("contact_overdue_days", "=", 0)], cards[:3]),
            ([("contact_overdue_days", "<", 5)], cards[:3]),
            ([("contact_overdue_ratio", ">=", 0.5)], cards[3]),
            ([("contact_overdue_ratio", ">", 0.5)], cards[:0]),
        ):
            with self.subTest(domain=domain):
                found = cards.search([("id", "in", cards.ids), *domain], order="id")
                self.assertEqual(found.ids, sorted(expected.ids))
                self.assertEqual(cards.filtered_domain(domain), expected)

    # --------------------------------------------------------------- deriving again

    def busy_base(self):
        self.norm()
        self.norm("meeting", unit="month", abc_class="vip")
        self.norm("any", count=2, unit="month", status="former")
        self.norm("email", count=10, unit="day", status="prospect")
        self.policy.start_date = ahead(2)
        cards = self.bought(3) | self.bought(30) | self.client((ago(500), 9))
        cards |= self.client()
        self.talk(cards[0], ago(1), "meeting")
        self.talk(cards[1], outcome="no_answer")
        cards[1].obligation_ids.manual_due_date = ahead(30)
        cards[2].pause_until = ahead(60)
        return cards

    def test_deriving_again_changes_nothing(self):
        cards = self.busy_base()
        self.derive_all()
        before = self.versions(*TABLES)
        self.derive_all()
        cards._derive()
        cards._derive_contacts_now()
        self.assertEqual(self.versions(*TABLES), before)

    def test_the_night_gives_what_the_day_gave(self):
        cards = self.busy_base()
        names = ["next_contact_date", "warn_date", "last_contact_date", "agreed_date"]
        by_day = cards.read(names)
        due = cards.obligation_ids.read(["due_date", "rule_id", "wave_date"])
        self.derive_all()
        self.assertEqual(cards.read(names), by_day)
        self.assertEqual(
            cards.obligation_ids.read(["due_date", "rule_id", "wave_date"]), due
        )

    def test_the_scheduled_run_derives_contacts(self):
        cards = self.busy_base()
        due = {card: card.next_contact_date for card in cards}
        self.cr.execute("DELETE FROM client_obligation")
        self.cr.execute("UPDATE client_card SET next_contact_date = NULL")
        self.cr.execute("DELETE FROM client_contact_wave")
        self.env.invalidate_all(flush=False)
        runs = self.env["client.derive.run"]
        runs.search([]).write({"state": "done"})
        # Stopped within the phase of the contacts: the first card is passed.
        run = runs.create(
            {
                "company_id": self.company.id,
                "date": TODAY,
                "state": "waves",
                "total": len(cards),
            }
        )
        with patch(RUN_BATCH, 1), patch(BATCH, 1):
            run._step()
            self.assertEqual(run.state, "contacts")
            run._step()
            self.assertEqual(run.last_card_id, min(cards.ids))
            cron = self.env.ref("client_base_retention.ir_cron_client_derive")
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        agreed = cards[1]
        for card in cards - agreed:
            self.assertEqual(card.next_contact_date, due[card])

    def test_locked_cards_are_left_to_the_queue(self):
        self.norm()
        card = self.bought(3)
        self.env["client.derive.run"].search([]).write({"state": "done"})
        run = self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": TODAY, "state": "contacts"}
        )
        self.cr.execute("DELETE FROM client_obligation")
        nothing = self.env["client.card"]
        with patch.object(
            self.registry["client.card"], "_lock_free", lambda s: nothing
        ):
            run._step()
        self.assertEqual(run.skipped, 1)
        self.assertIn(
            card.partner_id.id,
            self.env["client.card.dirty"].search([]).mapped("partner_id"),
        )

    def test_a_contact_with_a_busy_client_waits_in_the_queue(self):
        """Neither the log nor the client's card is lost."""
        self.norm(status="prospect")
        self.norm()
        card, stranger = self.bought(10), self.make_partner("New one")
        busy = patch.object(
            self.registry["client.card"], "_touch_company", lambda s, c, ids: ids
        )
        with busy:
            contacts = self.talk(card) | self.talk(stranger)
        self.assertDue(card, ago(3))
        self.assertEqual(contacts.mapped("card_id"), card)
        queue = self.env.ref("client_base_retention.ir_cron_client_queue")
        with self.enter_registry_test_mode():
            queue.method_direct_trigger()
        self.env.invalidate_all()
        self.assertDue(card, ahead(7))
        new = self.card_of(stranger)
        self.assertEqual(contacts[1].card_id, new)
        self.assertDue(new, ahead(7))

    def test_queries_do_not_grow_with_the_clients(self):
        for kind in ("call", "meeting", "email", "message", "any"):
            self.norm(kind)

        def counted(number):
            partners = self.make_partners(number)
            self.enter([(partner, ago(5), 10) for partner in partners])
            cards = self.cards_of(partners)
            self.cr.execute("DELETE FROM client_obligation")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cards._derive_contacts_now()
            self.assertEqual(len(cards.obligation_ids), 5 * number)
            return self.cr.sql_log_count - before

        few, many = (min(counted(n), counted(n)) for n in (10, 100))
        self.assertEqual(few, many)
