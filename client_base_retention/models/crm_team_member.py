from odoo import api, models


class CrmTeamMember(models.Model):
    """The team of a client is the team of his salesperson."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._team_changed(members.user_id)
        return members

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        if {"active", "user_id", "crm_team_id"} & vals.keys():
            self._team_changed(users | self.user_id)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        self._team_changed(users)
        return result

    def _team_changed(self, users):
        """Derive the team of the clients of these users, and whose clients one sees."""
        # The record rules keep whose clients a user sees.
        self.env.registry.clear_cache()
        users._derive_owned_clients()
