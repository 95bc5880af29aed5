from odoo import models


class ResPartner(models.Model):
    """A contact gets another company, or becomes one: his cards follow (design 4.3)."""

    _inherit = "res.partner"

    def _client_heads(self):
        """{commercial partner} of these contacts and of the persons below them."""
        # sudo: the other persons of a client may be hidden from the user.
        family = self.sudo().with_context(active_test=False)
        return family.search([("id", "child_of", self.ids)]).commercial_partner_id

    def _client_moved(self, clients):
        """Contacts got another parent or became companies: fold and derive.

        :param clients: commercial partners before the change
        """
        self.env.flush_all()
        involved = clients | self._client_heads()
        involved._derive_client_marks()
        # sudo: activities of colleagues follow the client, too.
        activities = self.env["mail.activity"].sudo()
        activities.search([("client_id", "in", involved.ids)])._find_clients()
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        found = cards.search([("partner_id", "in", involved.ids)])
        companies = found.company_id
        if not companies:
            return
        # By its own id: the contact that was a client itself is a person now.
        cards._touch_clients(
            {(partner.id, company.id) for partner in involved for company in companies}
        )

    def _derive_client_marks(self):
        """Keep the columns for the record rules of these clients and their persons."""
        # sudo: the columns are read-only, the system keeps them.
        self.env["client.card"].sudo()._derive_marks(self)

    def _client_card_pairs(self):
        """{(partner id, company id)} of the cards of these contacts."""
        # sudo: cards of other companies follow the contact too.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        found = cards.search_fetch(
            [("partner_id", "in", self.sudo().commercial_partner_id.ids)],
            ["partner_id", "company_id"],
        )
        return {(card.partner_id.id, card.company_id.id) for card in found}
