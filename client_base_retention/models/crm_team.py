from odoo import models


class CrmTeam(models.Model):
    """The leader of a team is responsible for some norms of its clients."""

    _inherit = "crm.team"

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "active"} & vals.keys():
            # The record rules keep whose clients a user sees.
            self.env.registry.clear_cache()
        if "user_id" in vals:
            self._derive_led_contacts()
        return result

    def unlink(self):
        # Its memberships go with it in the database, without a call.
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _derive_led_contacts(self):
        """Derive the clients for whose norms the leaders of these teams are
        responsible."""
        # sudo: whoever sets up teams need not see their clients.
        self.env["client.obligation"].sudo()._derive_contacts_of(
            [
                ("team_id", "in", self.ids),
                ("rule_id.responsible", "=", "team_leader"),
            ]
        )
