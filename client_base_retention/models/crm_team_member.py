from odoo import api, models


class CrmTeamMember(models.Model):
    """The team of a client is the team of his salesperson."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.user_id._derive_owned_clients()
        return members

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        if {"active", "user_id", "crm_team_id"} & vals.keys():
            (users | self.user_id)._derive_owned_clients()
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        users._derive_owned_clients()
        return result
