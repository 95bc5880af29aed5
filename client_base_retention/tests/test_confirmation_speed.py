"""Confirming an order is a hot path: what the confirmation of client data costs."""

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY
from .confirmation import ConfirmationCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestConfirmationSpeed(ConfirmationCase):
    def queries_of(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def orders(self, number):
        partners = self.make_partners(number, user_id=self.seller.id, phone="112")
        partners.action_add_to_client_base()
        orders = self.env["sale.order"].concat(
            *(self.quote(partner, seller=self.seller) for partner in partners)
        )
        self.env["client.policy"]._data_confirmations()
        return orders

    def test_confirming_an_order(self):
        """Where no regulation asks it costs nothing; else a few statements, as many
        for ten orders as for one."""
        cost = {}
        for mode in ("no", "manual", "automatic"):
            self.ask(mode, TODAY)
            for number in (1, 1, 10):
                orders = self.orders(number)
                cost[mode, number] = self.queries_of(
                    lambda orders=orders: self.confirm(orders)
                )
        for number in (1, 10):
            off = cost["no", number]
            self.assertLessEqual(cost["manual", number] - off, 3, cost)
            self.assertLessEqual(cost["automatic", number] - off, 7, cost)

    def test_confirming_by_the_steward(self):
        """As many statements for ten orders as for one."""
        cost = []
        for number in (1, 1, 10):
            orders = self.orders(number)
            self.confirm(orders)
            cost.append(
                self.queries_of(
                    orders.with_user(self.steward).action_client_data_confirm
                )
            )
            self.assertEqual(set(orders.mapped("client_data_state")), {"confirmed"})
        self.assertEqual(cost[1], cost[2], cost)

    def test_releasing_at_night(self):
        """As many statements for ten clients as for one."""
        self.ask("automatic", TODAY)
        cost = []
        for number in (1, 1, 10):
            orders = self.orders(number)
            orders.partner_id.phone = False
            self.confirm(orders)
            self.assertEqual(set(orders.mapped("client_data_state")), {"lacking"})
            self.env.cr.execute(
                "UPDATE res_partner SET phone = '112' WHERE id = ANY(%s)",
                [orders.partner_id.ids],
            )
            self.env.invalidate_all()
            cards = self.env["client.card"].sudo()
            cards._derive_data_company(self.company)
            cost.append(
                self.queries_of(lambda cards=cards: cards._settle_orders(self.company))
            )
            self.assertEqual(set(orders.mapped("client_data_state")), {"confirmed"})
        self.assertEqual(cost[1], cost[2], cost)

    def test_words_of_many_orders(self):
        """What lacks is asked for all orders of a list at once."""
        cost = []
        for number in (1, 1, 10):
            orders = self.orders(number)
            orders.partner_id.phone = False
            self.confirm(orders)
            read = orders.with_user(self.steward).sudo()
            cost.append(
                self.queries_of(lambda read=read: read.mapped("client_data_lacking"))
            )
        # Ten ask no more than one with cold caches.
        self.assertLessEqual(cost[2], cost[0], cost)
