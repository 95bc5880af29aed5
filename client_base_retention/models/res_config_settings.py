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
