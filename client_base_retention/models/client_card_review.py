from odoo import models


class ClientCard(models.Model):
    """What the data steward looks at follows the client's card."""

    _inherit = "client.card"

    def _insert_cards(self, company, today, partners):
        cards = super()._insert_cards(company, today, partners)
        self.env["client.review"]._notice_new(cards, company)
        return cards

    def _fold_into(self, partner):
        gone = self.partner_id
        result = super()._fold_into(partner)
        if gone != partner:
            self.env["client.review"]._take_along(gone, partner)
        return result

    def action_send_to_steward(self):
        self.ensure_one()
        return self.partner_id.action_send_to_steward()
