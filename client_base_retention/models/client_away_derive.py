from odoo import api, models

# What moves the days until which contacts are in time; the stand-in moves none.
DERIVED_FROM = {"user_id", "date_from", "date_to"}


class ClientAway(models.Model):
    """Whoever is away, comes back earlier or goes after all: until when the contacts
    of his clients are in time."""

    _inherit = "client.away"

    @api.model_create_multi
    def create(self, vals_list):
        aways = super().create(vals_list)
        # The record rules keep for whom a user stands in, here and below.
        self.env.registry.clear_cache()
        aways.user_id._derive_own_contacts()
        return aways

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        if (DERIVED_FROM | {"stand_in_id"}) & vals.keys():
            self.env.registry.clear_cache()
        if DERIVED_FROM & vals.keys():
            (users | self.user_id)._derive_own_contacts()
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        self.env.registry.clear_cache()
        users._derive_own_contacts()
        return result
