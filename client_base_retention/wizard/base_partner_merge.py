from odoo import models

from ..models.client_roles import STEWARD


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo's own merge keeps everything that the client base knows of both."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """A data steward merges clients of different e-mails, too, if none of them has
        a login: that is what Odoo's check protects."""
        contacts = self.env["res.partner"].browse(partner_ids).exists()
        steward = self.env.user.has_group(STEWARD)
        if steward and extra_checks:
            # sudo: logins may be hidden from the steward.
            everybody = contacts.sudo().with_context(active_test=False)
            in_base = all(contact.client_base for contact in everybody)
            extra_checks = not in_base or bool(everybody.user_ids)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        kept = contacts.exists()
        if steward and len(kept) == 1 and len(contacts) > 1 and kept.sudo().client_base:
            self.env["client.steward.work"]._count("merged", {kept: len(contacts) - 1})
        return result

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
        self.env["client.remark"]._take_along(src_partners, client)
        self.env["client.review"]._follow(src_partners, dst_partner)
        self.env["client.review"]._take_along(src_partners, client)
        self.env["client.duplicate"]._fold(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        cards._touch(
            {(partner.id, company.id) for partner in clients for company in companies}
        )
        return result

    def _update_values(self, src_partners, dst_partner):
        """What is known of the merged contacts by their portraits is not lost."""
        # sudo: the portraits belong to the client base, whoever merges.
        answers = src_partners.sudo()._portrait_entries()
        result = super()._update_values(src_partners, dst_partner)
        if answers:
            dst_partner.sudo()._portrait_take(answers)
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
        # The base moves the open activities and loses the finished ones.
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        activities.search([*noticed, ("active", "=", False)]).res_id = dst_partner.id
        return result
