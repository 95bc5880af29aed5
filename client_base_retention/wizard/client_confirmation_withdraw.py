from odoo import fields, models


class ClientConfirmationWithdraw(models.TransientModel):
    """Asks why a confirmation is withdrawn, then withdraws it."""

    _name = "client.confirmation.withdraw"
    _description = "Withdraw the confirmation of client data"

    reason = fields.Char(
        required=True, help="The salesperson reads it: his commission is held back."
    )

    def _action_for(self, orders):
        """Action that opens the dialog for these orders."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw the confirmation"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"client_withdraw_order_ids": orders.ids},
        }

    def action_withdraw(self):
        """Withdraw the confirmations and say how many.

        :raise AccessError: the user is neither steward nor head, or may not read them
        """
        self.ensure_one()
        seen = self.env["client.confirmation.report"]._orders_seen(
            self.env.context.get("client_withdraw_order_ids", [])
        )
        seen._client_data_check_right()
        # sudo: the steward need not have a right in the sales app.
        done = seen.sudo()._client_data_withdraw(self.reason)
        return seen._client_data_notice(
            self.env._("Withdrawn: %(number)s", number=len(done)), len(seen - done)
        )
