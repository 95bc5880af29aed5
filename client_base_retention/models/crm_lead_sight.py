from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_roles import ROLE

# Whoever sees so few contacts of clients has his opportunities looked up from them.
FEW = 10_000


class CrmLead(models.Model):
    """Which opportunities a user with a restricting role sees; and no way to a hidden
    client's telephone and e-mail by naming him."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "client.sight.guard"]

    _client_names = ("partner_id",)

    client_is_seen = fields.Boolean(
        string="Seen by me",
        compute="_compute_client_is_seen",
        search="_search_client_is_seen",
        # The record rule asks as superuser, for every user.
        compute_sudo=True,
        groups=ROLE,
        exportable=False,
    )

    @api.depends_context("uid")
    @api.depends("user_id", "partner_id.client_is_seen")
    def _compute_client_is_seen(self):
        """One's own, those of contacts one sees, and those of nobody known yet."""
        for lead in self:
            lead.client_is_seen = (
                lead.user_id == self.env.user
                or not lead.partner_id
                or lead.partner_id.client_is_seen
            )

    @api.model
    def _search_client_is_seen(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        seen = self._client_few_seen()
        if seen is None:
            seen = (
                Domain("user_id", "=", self.env.uid)
                | Domain("partner_id", "=", False)
                | Domain("partner_id.client_is_seen", "=", True)
            )
        return seen if True in value else ~seen

    def _client_few_seen(self):
        """Domain of the same for a user who sees few clients: each reason is looked up
        by its index. Of several joined by OR no index answers, and all opportunities
        would be held against all contacts.

        :return: None for a user who sees many: there it is quicker to go through the
            opportunities until a page is full
        """
        partners = self.env["res.partner"]
        owners, unassigned = self.env.user._client_sight()
        if owners is None or unassigned or not partners._client_are_few(owners, FEW):
            return None
        self.flush_model(["user_id", "partner_id"])
        reasons = [
            SQL("SELECT id FROM crm_lead WHERE user_id = %s", self.env.uid),
            SQL("SELECT id FROM crm_lead WHERE partner_id IS NULL"),
        ]
        reasons += [
            SQL(
                """SELECT lead.id FROM crm_lead lead
                     JOIN res_partner p ON p.id = lead.partner_id WHERE %s""",
                condition,
            )
            for condition in partners._client_seen_conditions("p", owners, unassigned)
        ]
        return Domain("id", "in", SQL("(%s)", SQL(" UNION ALL ").join(reasons)))
