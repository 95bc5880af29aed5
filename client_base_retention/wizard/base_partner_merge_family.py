from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Family and relations of contacts that are merged."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Rows between merged contacts would relate somebody to himself: the base
        would answer that by deleting every relation of the merged ones."""
        self.env["client.relation"]._fold(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: enrolments of companies the user does not see follow the contact, too.
        rows = self.env["client.enrolment"].sudo()
        rows.invalidate_model()
        rows = rows.search([("person_id", "=", dst_partner.id)])
        self.env.add_to_compute(rows._fields["partner_id"], rows)
        return result
