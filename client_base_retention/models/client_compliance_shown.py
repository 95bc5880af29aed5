from odoo import api, fields, models
from odoo.tools import SQL


class ClientCompliance(models.Model):
    """The share kept as a measure of pivots and graphs."""

    _inherit = "client.compliance"

    share_kept = fields.Float(
        string="Share kept, %",
        compute="_compute_share_kept",
        aggregator="avg",
        help="Of several norms: kept, divided by kept, late and not made together.",
    )

    @api.depends("is_kept")
    def _compute_share_kept(self):
        for line in self:
            line.share_kept = 100 * line.is_kept

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "share_kept":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL("100.0 * %s", self._field_to_sql(alias, "is_kept", query))

    def action_open_partner(self):
        return self.card_id.action_open_partner()


class ClientObligation(models.Model):
    _inherit = "client.obligation"

    def action_open_partner(self):
        return self.card_id.action_open_partner()


class ClientComplianceUser(models.Model):
    _inherit = "client.compliance.user"

    def action_open_norms(self):
        """The norms of the salesperson in the month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_compliance_action"
        )
        domain = [
            ("month_id", "=", self.month_id.id),
            ("user_id", "=", self.user_id.id),
        ]
        # sudo: whoever sees the figures sees the name.
        name = self.user_id.sudo().name or self.env._("Without salesperson")
        return action | {"display_name": name, "name": name, "domain": domain}
