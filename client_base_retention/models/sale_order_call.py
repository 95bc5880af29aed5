from odoo import fields, models


class SaleOrder(models.Model):
    """Orders typed in are calls of the client where his regulation says so (N64).

    Where clients order by telephone nobody logs the calls; the order is the trace that
    is left. It counts once, when an employee confirms it by hand. Orders that came by
    the website, the portal, the point of sale, an import or the system are none.
    """

    _inherit = "sale.order"

    def action_confirm(self):
        result = super().action_confirm()
        by_hand = not self.env.su and self.env.user._is_internal()
        context = self.env.context
        if by_hand and not context.get("client_unnoticed", context.get("import_file")):
            self._client_notice_calls()
        return result

    def _client_notice_calls(self):
        """Record the calls in which clients gave these orders, just now."""
        with self.env["client.touchpoint"]._unfailing() as touchpoints:
            now = fields.Datetime.now()
            touchpoints._notice(
                [
                    {
                        "partner_id": order.partner_id.id,
                        "company_id": order.company_id.id,
                        "date": now,
                        "kind": "call",
                        "direction": "in",
                        "outcome": "reached",
                        "user_id": self.env.uid,
                        "res_model": self._name,
                        "res_id": order.id,
                    }
                    for order in self._client_typed_in()
                ]
            )

    def _client_typed_in(self):
        """Those of these confirmed orders that count as calls of the client."""
        # sudo: who confirms need not see the card or the regulation of the client.
        orders = self.sudo().filtered(
            lambda order: order.state == "sale"
            and not order.create_uid.share
            and not order._client_came_by_itself()
        )
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        known = cards.search_fetch(
            [
                ("partner_id", "in", orders.partner_id.commercial_partner_id.ids),
                ("company_id", "in", orders.company_id.ids),
            ],
            ["partner_id", "company_id", "policy_id"],
        )
        calling = {
            (card.partner_id.id, card.company_id.id)
            for card in known
            if card.policy_id.order_counts_as == "call"
        }
        return orders.filtered(
            lambda order: (
                order.partner_id.commercial_partner_id.id,
                order.company_id.id,
            )
            in calling
        )

    def _client_came_by_itself(self):
        """Whether the order came by the website or the point of sale, if these are
        installed."""
        self.ensure_one()
        lines = self.order_line
        return bool(
            ("website_id" in self and self.website_id)
            or ("pos_order_line_ids" in lines and lines.pos_order_line_ids)
        )
