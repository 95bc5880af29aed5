"""Orders whose client data are confirmed before the sale counts (N133)."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .confirmation import ConfirmationCase

DAY = str(TODAY)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestConfirmation(ConfirmationCase):
    def test_sale_is_held_back_not_blocked(self):
        order = self.sell()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.client_data_state, "lacking")
        self.assertFalse(order.client_data_confirmed_on)
        self.assertEqual(self.ledger(order), [])
        self.assertEqual(self.figures(), (100, 0, 100))

    def test_nothing_to_confirm(self):
        """No sale yet, no client, before the function, before the start, not asked."""
        quotation = self.quote(self.partner, seller=self.seller)
        self.assertFalse(quotation.client_data_state)
        excluded = self.make_partner("No client")
        self.company.client_excluded_partner_ids = excluded
        self.assertFalse(self.sell(partner=excluded).client_data_state)
        self.assertFalse(self.sell(ago(31)).client_data_state)
        self.assertTrue(self.sell(ago(30)).client_data_state)
        self.ask("no")
        self.assertFalse(self.sell().client_data_state)
        self.ask("manual")
        self.company.client_start_date = False
        self.assertFalse(self.sell().client_data_state)

    def test_switched_on_later(self):
        """Only orders from the day of switching on count; off and on begins anew."""
        self.ask("no", False)
        before = self.sell()
        self.assertFalse(before.client_data_state)
        self.policy.data_confirmation = "manual"
        self.assertEqual(self.policy.data_confirmation_from, TODAY)
        self.assertFalse(before.client_data_state)
        self.assertFalse(self.sell(ago(1)).client_data_state)
        held = self.sell()
        self.assertEqual(held.client_data_state, "lacking")
        self.policy.data_confirmation = "no"
        self.assertFalse(self.policy.data_confirmation_from)
        self.assertEqual(held.client_data_state, "lacking", "still to be confirmed")
        with freeze_time("2025-07-01 12:00:00"):
            self.policy.data_confirmation = "automatic"
            self.assertEqual(str(self.policy.data_confirmation_from), "2025-07-01")

    def test_pilot_teams(self):
        """With pilot teams only their sales are asked."""
        team = self.env["crm.team"].create(
            {
                "name": "Pilots",
                "company_id": self.company.id,
                "member_ids": [Command.set(self.seller.ids)],
            }
        )
        other = self.make_user("other_confirmation", self.SELLER)
        self.company.client_pilot_team_ids = team
        self.assertEqual(self.sell().client_data_state, "lacking")
        elsewhere = self.make_partner("Elsewhere", user_id=other.id)
        order = self.sell(partner=elsewhere, seller=other)
        self.assertFalse(order.client_data_state)

    def test_steward_confirms(self):
        """In bulk, whatever lacks; orders with nothing to do are passed over."""
        orders = self.sell() | self.sell(amount=50)
        quotation = self.quote(self.partner)
        action = (orders | quotation).with_user(self.steward)
        notice = action.action_client_data_confirm()["params"]
        self.assertIn("2", notice["title"])
        self.assertIn("1", notice["message"])
        self.assertRecordValues(
            orders,
            [
                {
                    "client_data_state": "confirmed",
                    "client_data_confirmed_on": TODAY,
                    "client_data_confirmed_by_id": self.steward.id,
                    "client_data_amount": amount,
                }
                for amount in (100, 50)
            ],
        )
        self.assertFalse(quotation.client_data_state)
        self.assertEqual(
            self.ledger(orders), [("confirmed", DAY, 100), ("confirmed", DAY, 50)]
        )
        entry = self.env["client.confirmation"].search(
            [("order_id", "=", orders[0].id)]
        )
        self.assertFalse(entry.automatic)
        self.assertEqual(entry.user_id, self.steward)
        self.assertEqual(entry.lacking_text, "Telephone")
        again = orders.with_user(self.steward).action_client_data_confirm()
        self.assertIn("0", again["params"]["title"])
        self.assertEqual(len(self.ledger(orders)), 2)

    def test_withdrawal_leaves_a_trace(self):
        order = self.sell()
        order.with_user(self.steward).action_client_data_confirm()
        self.assertEqual(self.figures(), (0, 100, 100))
        with freeze_time("2025-07-02 12:00:00"):
            self.withdraw(order, "Wrong number")
            self.assertEqual(order.client_data_state, "lacking")
            self.assertFalse(order.client_data_confirmed_on)
            self.assertIn("Wrong number", str(order.client_data_lacking))
            self.assertIn(self.steward.name, str(order.client_data_lacking))
        self.assertEqual(
            self.ledger(order),
            [("confirmed", DAY, 100), ("withdrawn", "2025-07-02", -100)],
        )
        self.assertEqual(self.figures(), (100, 0, 100))
        june = [("date", "<", "2025-07-01")]
        self.assertEqual(self.figures(june), (0, 100, 100), "June was paid")
        self.assertIn("Wrong number", order.message_ids[0].body)

    def test_withdrawn_waits_for_a_person(self):
        """What a person withdrew is not confirmed again by itself, not even if the
        order is cancelled and confirmed again."""
        self.ask("automatic")
        self.partner.phone = "112"
        order = self.sell()
        self.assertEqual(order.client_data_state, "confirmed")
        self.withdraw(order, "Neighbour's telephone")
        self.derive_all()
        self.partner.phone = "113"
        self.assertEqual(order.client_data_state, "lacking")
        order._action_cancel()
        order.action_draft()
        self.confirm(order)
        self.assertEqual(order.client_data_state, "lacking")
        order.with_user(self.steward).action_client_data_confirm()
        self.assertEqual(order.client_data_state, "confirmed")

    # ------------------------------------------------------------------- by themselves

    def test_complete_is_confirmed_at_once(self):
        self.ask("automatic")
        self.partner.phone = "112"
        order = self.sell()
        self.assertEqual(order.client_data_state, "confirmed")
        self.assertEqual(order.client_data_confirmed_on, TODAY)
        self.assertFalse(order.client_data_confirmed_by_id)
        entry = self.env["client.confirmation"].search([("order_id", "=", order.id)])
        self.assertTrue(entry.automatic)
        self.assertFalse(entry.user_id)

    def test_completed_later(self):
        """The last thing typed in releases the sale that moment."""
        self.ask("automatic")
        order = self.sell(ago(10))
        self.assertEqual(order.client_data_state, "lacking")
        self.partner.phone = "112"
        self.assertEqual(order.client_data_state, "confirmed")
        self.assertEqual(self.ledger(order), [("confirmed", DAY, 100)])
        line = self.lines([("order_id", "=", order.id)])
        self.assertEqual((line.sale_date, line.date), (ago(10), TODAY))

    def test_completed_by_a_restricted_salesperson(self):
        self.ask("automatic")
        order = self.sell()
        self.partner.with_user(self.seller).phone = "112"
        self.assertEqual(order.client_data_state, "confirmed")

    def test_manual_waits_for_the_steward(self):
        self.partner.phone = "112"
        order = self.sell()
        self.derive_all()
        self.assertEqual(order.client_data_state, "lacking")
        self.assertIn("Nothing lacks", str(order.client_data_lacking))

    def test_rule_changed(self):
        """What is not asked any more holds nothing back from the next night on; nor
        does a regulation that begins to trust the fields. A regulation that is being
        written asks for less than it will: nothing is released meanwhile."""
        self.ask("automatic")
        order = self.sell()
        self.policy.required_fields = "segment"
        self.assertEqual(order.client_data_state, "lacking")
        self.policy.required_fields = ""
        self.derive_all()
        self.assertEqual(order.client_data_state, "confirmed")
        self.ask("manual")
        other = self.sell()
        self.assertEqual(other.client_data_state, "lacking")
        self.policy.data_confirmation = "automatic"
        self.derive_all()
        self.assertEqual(other.client_data_state, "confirmed")

    def test_first_purchase(self):
        """A new client's first order counts, by what is asked of an active client."""
        self.ask("automatic")
        self.policy.required_fields = "phone:active"
        stranger = self.make_partner("Stranger", user_id=self.seller.id)
        order = self.sell(partner=stranger)
        self.assertEqual(order.client_data_state, "lacking")
        stranger.phone = "112"
        self.assertEqual(order.client_data_state, "confirmed")

    def test_the_night_finds_what_the_day_missed(self):
        self.ask("automatic")
        order = self.sell()
        card = self.card_of(self.partner)
        # Like a change by SQL: no event.
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '112' WHERE id = %s", [self.partner.id]
        )
        self.env.invalidate_all()
        self.assertEqual(order.client_data_state, "lacking")
        self.derive_all()
        card.invalidate_recordset()
        self.assertEqual(card.data_lacking, "")
        self.assertEqual(order.client_data_state, "confirmed")

    def test_nightly_run(self):
        """The scheduled run settles each company once its completeness is derived."""
        self.ask("automatic")
        order = self.sell()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '112' WHERE id = %s", [self.partner.id]
        )
        self.env.invalidate_all()
        run = self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": TODAY, "state": "data"}
        )
        while run.state == "data":
            run._step()
        self.assertEqual(run.state, "loyalty")
        self.assertEqual(order.client_data_state, "confirmed")

    def test_data_lost_later(self):
        """What was confirmed stays confirmed."""
        self.ask("automatic")
        self.partner.phone = "112"
        order = self.sell()
        self.partner.phone = False
        self.derive_all()
        self.assertEqual(order.client_data_state, "confirmed")
