from odoo import models

from .res_company import AT_ONCE


class ResUsers(models.Model):
    _inherit = "res.users"

    def _derive_owned_clients(self):
        """Derive the clients of these users: at once a few, at night the rest."""
        # sudo: the head of the teams need not see every client.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        owned = cards.search_fetch(
            [("user_id", "in", self.ids)],
            ["partner_id", "company_id"],
            limit=AT_ONCE + 1,
        )
        if len(owned) <= AT_ONCE:
            cards._touch({(c.partner_id.id, c.company_id.id) for c in owned})
        else:
            self.env["res.company"]._client_companies()._derive_in_background()
