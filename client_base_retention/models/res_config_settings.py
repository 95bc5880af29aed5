from odoo import fields, models

from .client_roles import NEW_OWN
from .res_users_sight import UNASSIGNED, WITHOUT_ROLE


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    client_purchase_source = fields.Selection(
        related="company_id.client_purchase_source", readonly=False
    )
    client_start_date = fields.Date(related="company_id.client_start_date")
    client_steward_id = fields.Many2one(
        related="company_id.client_steward_id", readonly=False
    )
    client_tasks_on = fields.Boolean(
        related="company_id.client_tasks_on", readonly=False
    )
    client_mails_on = fields.Boolean(
        related="company_id.client_mails_on", readonly=False
    )
    client_notes_on = fields.Boolean(
        related="company_id.client_notes_on", readonly=False
    )
    # Of the whole database: roles are, too.
    client_unassigned = fields.Selection(
        [("all", "Every role"), ("head", "Data steward and Head only")],
        string="Clients without a salesperson are seen by",
        default="all",
        config_parameter=UNASSIGNED,
    )
    client_restrict_without_role = fields.Boolean(
        string="Without a role only one's own clients",
        config_parameter=WITHOUT_ROLE,
    )
    client_new_own = fields.Boolean(
        string="New salespeople see only their own clients", config_parameter=NEW_OWN
    )

    def action_client_access(self):
        """The list of colleagues with their roles."""
        return self.env["client.launch"].open_access()
