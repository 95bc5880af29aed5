from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

# How far back the habit of paying is read.
DAYS = 365


class AccountMove(models.Model):
    """When invoices were paid, for the history of a client and his habit of paying."""

    _inherit = "account.move"

    @api.model
    def _client_paid_days(self, ids):
        """When these invoices were due and paid.

        :param ids: ids of invoices; who asks has seen to it that they may be read
        :return: {id: (the day it was due, the day of the last payment or None while it
            is open, days late: of an open one until today)}. Of parts with days of
            their own the last day is told
        """
        self._client_flush_paid()
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id, max(l.day), CASE WHEN sum(l.amount_residual) <= 0
                                                 THEN max(p.day) END
                     FROM account_move m
                     JOIN (%s) l ON l.move_id = m.id
                LEFT JOIN LATERAL (%s) p ON TRUE
                    WHERE m.id = ANY(%s)
                 GROUP BY m.id""",
                self._client_due_lines(),
                self._client_payments(),
                list(ids),
            )
        )
        today = self.env.company._client_today()
        return {
            id_: (due, done, max(((done or today) - due).days, 0))
            for id_, due, done in rows
        }

    @api.model
    def _client_payment_habit(self, clients, company):
        """How late clients pay a company, weighted by the sums (N26).

        Counted are the invoices due in the last year and whatever is still open:
        each part that was paid by its day of payment, what is late and open by today.
        Paid early is paid in time: it makes up for nothing. Credit notes pay nothing.

        :param clients: ids of commercial partners
        :return: {id: (mean days late, number of invoices)}
        """
        self._client_flush_paid()
        today = company._client_today()
        rows = self.env.execute_query(
            SQL(
                """SELECT client, sum(weight * late) / sum(weight), count(DISTINCT id)
                     FROM (SELECT m.commercial_partner_id AS client, m.id,
                                  p.amount AS weight, GREATEST(p.day - l.day, 0) AS late
                             FROM account_move m
                             JOIN (%(lines)s) l ON l.move_id = m.id
                    CROSS JOIN LATERAL (%(payments)s) p
                            WHERE %(moves)s
                              AND (l.day >= %(since)s OR l.amount_residual > 0)
                              AND (m.invoice_date_due IS NULL
                                   OR m.invoice_date_due >= %(since)s
                                   OR m.payment_state IN ('not_paid', 'partial'))
                        UNION ALL
                           SELECT m.commercial_partner_id, m.id, l.amount_residual,
                                  %(today)s - l.day
                             FROM account_move m
                             JOIN (%(lines)s) l ON l.move_id = m.id
                            WHERE %(moves)s
                              AND m.payment_state IN ('not_paid', 'partial')
                              AND l.amount_residual > 0 AND l.day < %(today)s) part
                    WHERE weight > 0
                 GROUP BY client""",
                lines=self._client_due_lines(),
                payments=self._client_payments(),
                moves=SQL(
                    """m.commercial_partner_id = ANY(%s) AND m.company_id = %s
                   AND m.state = 'posted'
                   AND m.move_type IN ('out_invoice', 'out_receipt')""",
                    list(clients),
                    company.id,
                ),
                since=today - timedelta(days=DAYS),
                today=today,
            )
        )
        return {client: (float(late), number) for client, late, number in rows}

    @api.model
    def _client_debts(self, clients, company):
        """What clients owe a company now, in its currency (N26).

        All that stands open on their receivable accounts: payments that belong to no
        invoice yet are taken off, from what is overdue first.

        :param clients: ids of commercial partners
        :return: {id: (owed, of it overdue)}; owed is negative where he paid ahead
        """
        self._client_flush_paid()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.partner_id, sum(l.amount_residual),
                          COALESCE(sum(l.amount_residual) FILTER (
                              WHERE l.amount_residual < 0
                                 OR COALESCE(l.date_maturity, l.date) < %s), 0)
                     FROM account_move_line l
                     JOIN account_account a ON a.id = l.account_id
                    WHERE l.partner_id = ANY(%s) AND l.company_id = %s
                      AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                      AND a.account_type = 'asset_receivable'
                 GROUP BY l.partner_id""",
                company._client_today(),
                list(clients),
                company.id,
            )
        )
        return {
            client: (float(owed), max(float(late), 0.0)) for client, owed, late in rows
        }

    def _client_flush_paid(self):
        self.flush_model(
            ["commercial_partner_id", "company_id", "invoice_date_due", "move_type"]
            + ["payment_state", "state"]
        )
        self.env["account.move.line"].flush_model(
            ["account_id", "amount_residual", "company_id", "date", "date_maturity"]
            + ["debit", "display_type", "move_id", "parent_state", "partner_id"]
            + ["reconciled"]
        )
        self.env["account.partial.reconcile"].flush_model(
            ["amount", "credit_move_id", "debit_move_id"]
        )

    def _client_due_lines(self):
        """``SQL`` of what each invoice asks for, part by part, with the day of each."""
        return SQL(
            """SELECT id, move_id, amount_residual,
                      COALESCE(date_maturity, date) AS day
                 FROM account_move_line
                WHERE display_type = 'payment_term' AND debit > 0"""
        )

    def _client_payments(self):
        """``SQL`` of what was paid of a due line ``l``, with the days."""
        return SQL(
            """SELECT r.amount, c.date AS day
                 FROM account_partial_reconcile r
                 JOIN account_move_line c ON c.id = r.credit_move_id
                 JOIN account_move w ON w.id = c.move_id
                WHERE r.debit_move_id = l.id AND w.move_type <> 'out_refund'"""
        )
