from odoo import api, models


class ClientMyDay(models.AbstractModel):
    """From My day something is sent to the data steward, about anybody (N128)."""

    _inherit = "client.my.day"

    @api.model
    def open_send(self):
        return self.env["client.review"].action_send()
