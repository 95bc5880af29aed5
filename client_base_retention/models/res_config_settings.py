from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    client_purchase_source = fields.Selection(
        related="company_id.client_purchase_source", readonly=False
    )
    client_start_date = fields.Date(related="company_id.client_start_date")

    def action_client_start(self):
        self.company_id.action_client_start()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
