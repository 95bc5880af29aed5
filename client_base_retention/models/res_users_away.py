from odoo import models


class ResUsers(models.Model):
    """Who leaves, or may not enter a company any more, stands in for nobody."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        # sudo: whoever manages users need not see who is away.
        aways = self.env["client.away"].sudo()
        if {"active", "company_ids"} & vals.keys() and aways.search_count(
            [("stand_in_id", "in", self.ids)], limit=1
        ):
            aways._move_tasks()
        return result
