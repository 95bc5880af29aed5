from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # The payments of one client, for his history: Odoo has no index for them.
    _client_partner_idx = models.Index("(partner_id, date)")
