from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

INVOICES = ("out_invoice", "out_refund", "out_receipt")


class ClientHistoryLine(models.Model):
    """Orders and quotations with the decision taken, sales of the point of sale,
    purchases from elsewhere, invoices and payments."""

    _inherit = "client.history.line"

    def _lines_sale_order(self, reach):
        """A quotation is refused when a reason was given, with it or with its
        opportunity; one taken back without a reason is cancelled."""
        columns = [
            *("partner_id", "company_id", "state", "date_order", "name", "user_id"),
            *("amount_untaxed", "currency_rate", "validity_date"),
            "client_refusal_reason_id",
        ]
        linked = "opportunity_id" in self.env["sale.order"]._fields
        columns += ["opportunity_id"] * linked
        orders = self._seen("sale.order", reach, self._of_family(reach), columns)
        if not orders:
            return None
        # The reason of an opportunity is told with the order, as on its form.
        lost = SQL("NULL::integer")
        if linked:
            lost = SQL(
                """(SELECT CASE WHEN l.won_status = 'lost' THEN l.lost_reason_id END
                      FROM crm_lead l WHERE l.id = d.opportunity_id)"""
            )
            self.env["crm.lead"].flush_model(["won_status", "lost_reason_id"])
        reason = SQL("COALESCE(d.client_refusal_reason_id, %s)", lost)
        return self._line(
            "sale.order",
            SQL("%s d JOIN res_partner p ON p.id = d.partner_id", orders),
            partner_id=SQL("p.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, p.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=self._day_of(SQL("d.date_order")),
            kind=SQL("CASE d.state WHEN 'sale' THEN 'purchase' ELSE 'quotation' END"),
            name=SQL("d.name"),
            amount=SQL("d.amount_untaxed / COALESCE(NULLIF(d.currency_rate, 0), 1)"),
            result=SQL(
                """CASE WHEN d.state = 'sale' THEN 'accepted'
                        WHEN d.state = 'cancel' AND %(reason)s IS NULL THEN 'cancelled'
                        WHEN d.state = 'cancel' THEN 'refused'
                        WHEN d.validity_date < %(today)s THEN 'expired'
                        ELSE 'open' END""",
                reason=reason,
                today=self.env.company._client_today(),
            ),
            reason=SQL(
                "CASE WHEN d.state = 'cancel' THEN %s END", self._reason(reason)
            ),
            user_id=SQL("d.user_id"),
        )

    def _reason(self, reason_id):
        """``SQL`` of the name of a reason, in the language of the user."""
        reasons = self.env["crm.lost.reason"]
        reasons.flush_model(["name"])
        return SQL(
            "(SELECT %s FROM crm_lost_reason r WHERE r.id = %s)",
            reasons._field_to_sql("r", "name"),
            reason_id,
        )

    def _lines_pos_order(self, reach):
        columns = [
            *("partner_id", "company_id", "date_order", "name", "user_id"),
            *("amount_total", "amount_tax", "currency_rate"),
        ]
        domain = self._of_family(reach) & Domain(
            "state", "in", ("paid", "done", "invoiced")
        )
        orders = self._seen("pos.order", reach, domain, columns)
        if not orders:
            return None
        return self._line(
            "pos.order",
            SQL("%s d JOIN res_partner p ON p.id = d.partner_id", orders),
            partner_id=SQL("p.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, p.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=self._day_of(SQL("d.date_order")),
            kind="purchase",
            name=SQL("d.name"),
            amount=SQL(
                "(d.amount_total - d.amount_tax)"
                " / COALESCE(NULLIF(d.currency_rate, 0), 1)"
            ),
            result=SQL("CASE WHEN d.amount_total < 0 THEN 'refund' END"),
            user_id=SQL("d.user_id"),
        )

    def _lines_client_purchase_entry(self, reach):
        columns = [
            *("partner_id", "company_id", "date", "number", "amount_company"),
            "create_uid",
        ]
        entries = self._seen(
            "client.purchase.entry", reach, self._of_family(reach), columns
        )
        if not entries:
            return None
        return self._line(
            "client.purchase.entry",
            SQL("%s d JOIN res_partner p ON p.id = d.partner_id", entries),
            partner_id=SQL("p.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, p.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=SQL("d.date"),
            kind="purchase",
            name=SQL("d.number"),
            amount=SQL("d.amount_company"),
            result=SQL("CASE WHEN d.amount_company < 0 THEN 'refund' END"),
        )

    def _lines_account_move(self, reach):
        """Posted invoices and refunds, with what became of the payment."""
        columns = [
            *("partner_id", "commercial_partner_id", "company_id", "invoice_date"),
            *("date", "name", "move_type", "amount_total_signed", "payment_state"),
            *("invoice_date_due", "invoice_user_id", "ref"),
        ]
        moves = self._seen("account.move", reach, self._invoices(reach), columns)
        if not moves:
            return None
        return self._line(
            "account.move",
            SQL("%s d", moves),
            partner_id=SQL("d.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, d.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=SQL("COALESCE(d.invoice_date, d.date)"),
            kind="invoice",
            name=SQL("d.name"),
            amount=SQL("d.amount_total_signed"),
            result=SQL(
                """CASE WHEN d.move_type = 'out_refund' THEN 'refund'
                        WHEN d.payment_state IN ('paid', 'in_payment') THEN 'paid'
                        WHEN d.payment_state = 'reversed' THEN 'cancelled'
                        WHEN d.invoice_date_due < %s THEN 'overdue'
                        WHEN d.payment_state = 'partial' THEN 'partial'
                        ELSE 'unpaid' END""",
                self.env.company._client_today(),
            ),
            reason=SQL("CASE WHEN d.move_type = 'out_refund' THEN d.ref END"),
            user_id=SQL("d.invoice_user_id"),
        )

    def _invoices(self, reach):
        """Domain of the invoices of the clients asked for: they stay with the client
        they were posted for, as in accounting."""
        return self._of_clients(reach, "commercial_partner_id") & Domain(
            [("state", "=", "posted"), ("move_type", "in", INVOICES)]
        )

    def _lines_account_payment(self, reach):
        columns = [
            *("partner_id", "company_id", "date", "name", "payment_type", "memo"),
            *("amount_company_currency_signed", "create_uid"),
        ]
        domain = self._of_family(reach) & Domain(
            [("partner_type", "=", "customer"), ("state", "in", ("in_process", "paid"))]
        )
        payments = self._seen("account.payment", reach, domain, columns)
        if not payments:
            return None
        return self._line(
            "account.payment",
            SQL("%s d JOIN res_partner p ON p.id = d.partner_id", payments),
            partner_id=SQL("p.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, p.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=SQL("d.date"),
            kind="payment",
            name=SQL("d.name"),
            amount=SQL("d.amount_company_currency_signed"),
            result=SQL(
                "CASE d.payment_type WHEN 'outbound' THEN 'refund' ELSE 'paid' END"
            ),
            user_id=SQL("d.create_uid"),
        )
