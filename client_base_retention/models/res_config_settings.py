from odoo import fields, models


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
