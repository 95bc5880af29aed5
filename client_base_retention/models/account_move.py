from odoo import models

PURCHASE_FIELDS = {"state", "partner_id", "invoice_date", "company_id"}


class AccountMove(models.Model):
    _inherit = "account.move"

    _client_purchase_idx = models.Index(
        "(commercial_partner_id, company_id, invoice_date) WHERE state = 'posted' "
        "AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    def write(self, vals):
        """Posting, cancelling and resetting an invoice all write its state."""
        if not PURCHASE_FIELDS & vals.keys():
            return super().write(vals)
        before = self._client_purchase_pairs()
        result = super().write(vals)
        self.env["client.card"]._touch(before | self._client_purchase_pairs())
        return result

    def _client_purchase_pairs(self):
        """{(partner id, company id)} of the posted invoices that count as purchases."""
        return {
            (move.commercial_partner_id.id, move.company_id.id)
            for move in self
            if move.state == "posted"
            and move.is_sale_document(include_receipts=True)
            and move.company_id.client_purchase_source == "invoice"
        }
