from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Fold the cards of merged contacts first.

        The base would answer the unique key of the card by deleting every card of the
        merged contacts, those of other companies too.
        """
        # sudo: cards of companies the user does not see are folded as well.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        client = dst_partner.sudo().commercial_partner_id
        # A merged person takes his purchases along, from the client he belonged to.
        clients = client | src_partners.sudo().commercial_partner_id
        merged = cards.search([("partner_id", "in", src_partners.ids)], order="id")
        companies = cards.search([("partner_id", "in", clients.ids)]).company_id
        for card in merged:
            card._fold_into(client)
        # Persons of another client: what was said to them goes along.
        self.env["client.touchpoint"].sudo()._take_along(src_partners, client)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        cards._touch(
            {(partner.id, company.id) for partner in clients for company in companies}
        )
        return result

    def _update_reference_fields(self, src_partners, dst_partner):
        result = super()._update_reference_fields(src_partners, dst_partner)
        # sudo: contacts of companies the user does not see point at them, too.
        contacts = self.env["client.touchpoint"].sudo()
        noticed = [
            ("res_model", "=", "res.partner"),
            ("res_id", "in", src_partners.ids),
        ]
        contacts.search(noticed).res_id = dst_partner.id
        return result
