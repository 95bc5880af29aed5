from odoo import fields, models
from odoo.fields import Domain

from .client_roles import ALL, OWN, STEWARD, TEAM

# Who sees clients without a salesperson: every role, or the steward and the head.
UNASSIGNED = "client_base_retention.unassigned_clients"
# Whether users without a role are restricted like *Own clients*.
WITHOUT_ROLE = "client_base_retention.restrict_without_role"


class ResUsers(models.Model):
    """Whose clients a user sees (design 5). The record rules ask here."""

    _inherit = "res.users"

    def _client_sight(self):
        """Whose clients this user sees, by his role and the settings.

        :return: tuple of the ids of the owners, ``None`` for everybody's, and whether
            he sees clients without an owner, too
        """
        self.ensure_one()
        # sudo: settings and teams decide, whoever may read them.
        user = self.sudo()
        if user.share or user.has_group(STEWARD):
            return None, True
        settings = self.env["ir.config_parameter"].sudo()
        unassigned = settings.get_param(UNASSIGNED, "all") == "all"
        if user.has_group(ALL):
            return None, unassigned
        if not user.has_group(OWN):
            if settings.get_param(WITHOUT_ROLE):
                return user.ids, False
            return None, True
        return user._client_owners().ids, unassigned

    def _client_owners(self):
        """This user, those of his teams by his role, and those for whom he stands in
        today."""
        owners = self
        if self.has_group(TEAM):
            mine = Domain("user_id", "=", self.id)
            member = Domain("crm_team_member_ids.user_id", "=", self.id)
            teams = self.env["crm.team"].search(mine | member)
            owners |= teams.crm_team_member_ids.user_id
        today = fields.Date.context_today(self)
        return owners | self.env["client.away"].search(
            [
                ("stand_in_id", "=", self.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        ).mapped("user_id")

    # ------------------------------------------------ what the record rules consist of

    def _client_cards_seen(self, path=""):
        """Domain of the cards this user sees, for the model *path* leads from."""
        owners, unassigned = self._client_sight()
        if owners is None:
            return [] if unassigned else [(f"{path}user_id", "!=", False)]
        return [(f"{path}user_id", "in", owners + [False] * unassigned)]

    def _client_contacts_seen(self, path=""):
        """Domain of the contacts this user sees, for the model *path* leads from."""
        if self._client_sight() == (None, True):
            return []
        return [(f"{path}client_is_seen", "=", True)]

    def _client_leads_seen(self):
        """Domain of the opportunities this user sees: his own, those of contacts he
        sees, and those of nobody known yet."""
        seen = self._client_contacts_seen("partner_id.")
        if not seen:
            return []
        return ["|", "|", ("user_id", "=", self.id), ("partner_id", "=", False), *seen]
