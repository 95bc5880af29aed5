from odoo import models


class CrmLead(models.Model):
    """No way to a hidden client's telephone and e-mail by naming him."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "client.sight.guard"]

    _client_names = ("partner_id",)
