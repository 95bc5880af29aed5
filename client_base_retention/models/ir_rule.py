from odoo import api, models
from odoo.exceptions import AccessError

# What stands in the domains of the rules that ask whose clients a user sees.
ASKS = "user._client_"


class IrRule(models.Model):
    """Record rules ask whose clients a user sees; what they found is kept."""

    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Kept for a day: with it begins and ends for whom a user stands in."""
        yield from super()._compute_domain_context_values()
        yield not self.env.su and self.env.user._client_sight_day()

    def _make_access_error(self, operation, records):
        """Say in plain words that it is somebody else's client.

        Odoo names the records in debug mode, which everybody can switch on: that would
        tell the names of all clients, one by one.
        """
        failing = self._get_failing(records, mode=operation).sudo()
        if not any(ASKS in (rule.domain_force or "") for rule in failing):
            return super()._make_access_error(operation, records)
        # As Odoo does: what was read to find the rule is not to stay.
        records.invalidate_recordset()
        return self._client_hidden_error()

    @api.model
    def _client_hidden_error(self):
        return AccessError(
            self.env._(
                "Your role in the client base shows you other clients than this one. "
                "If it should be yours, ask the head of sales to hand it over to you."
            )
        )
