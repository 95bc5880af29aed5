from odoo import models
from odoo.fields import Domain

from .client_roles import STEWARD


class ResUsers(models.Model):
    """Whose confirmed and unconfirmed sales a user sees. The record rules ask here."""

    _inherit = "res.users"

    def _client_confirmations_seen(self):
        """Domain of the sales: the steward and the head see all; others their own, and
        a leader those of his team's clients he sees.

        One's own sale is seen also when the client has another salesperson by now: it
        is one's own money, and the order itself is one's own.
        """
        if self.has_group(STEWARD):
            return []
        own = Domain("salesperson_id", "=", self.id)
        led = Domain("team_id.user_id", "=", self.id)
        return list(own | led & Domain(self._client_contacts_seen("partner_id.")))
