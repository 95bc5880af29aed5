from odoo import fields, models
from odoo.exceptions import AccessError

from .client_roles import ROLE


class DigestDigest(models.Model):
    """Figures of the client base in Odoo's digest mails; off until somebody ticks
    them."""

    _inherit = "digest.digest"

    kpi_client_contacts = fields.Boolean("Contacts with clients")
    kpi_client_contacts_value = fields.Integer(
        compute="_compute_kpi_client_contacts_value"
    )
    kpi_client_overdue = fields.Boolean("Clients overdue")
    kpi_client_overdue_value = fields.Integer(
        compute="_compute_kpi_client_overdue_value"
    )
    kpi_client_late = fields.Boolean("Clients late with a purchase")
    kpi_client_late_value = fields.Integer(compute="_compute_kpi_client_late_value")

    def _compute_kpi_client_contacts_value(self):
        """Clients were reached so many times in the period."""
        self._check_client_role()
        self._calculate_company_based_kpi(
            "client.touchpoint",
            "kpi_client_contacts_value",
            date_field="date",
            additional_domain=[("outcome", "=", "reached"), ("kind", "!=", "material")],
        )

    def _compute_kpi_client_overdue_value(self):
        """Clients who are overdue now, whatever the period."""
        self._client_count(
            "kpi_client_overdue_value", [("contact_state", "=", "overdue")]
        )

    def _compute_kpi_client_late_value(self):
        """Clients who are late with their purchase or at risk now."""
        self._client_count(
            "kpi_client_late_value", [("purchase_state", "in", ("late", "at_risk"))]
        )

    def _check_client_role(self):
        """The digest leaves out what its reader may not see."""
        if not self.env.user.has_group(ROLE):
            raise AccessError(
                self.env._("You have no role in the client base: it is left out.")
            )

    def _client_count(self, name, leaves):
        """Clients of each digest's company as they stand now."""
        self._check_client_role()
        _start, _end, companies = self._get_kpi_compute_parameters()
        counts = dict(
            self.env["client.card"]._read_group(
                [("company_id", "in", companies.ids), *leaves],
                ["company_id"],
                ["__count"],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest[name] = counts.get(company, 0)

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("client_base_retention.client_base_menu").id
        for name, action in (
            ("kpi_client_contacts", "client_touchpoint_action_digest"),
            ("kpi_client_overdue", "client_card_action_digest_overdue"),
            ("kpi_client_late", "client_card_action_digest_late"),
        ):
            actions[name] = f"client_base_retention.{action}?menu_id={menu}"
        return actions
