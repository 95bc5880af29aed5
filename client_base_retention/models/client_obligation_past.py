from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .client_contact_rule import KINDS

# States removed in one go.
BATCH = 10000

# What is kept of an obligation as it was (columns of the same names there).
KEPT = (
    "rule_id",
    "kind",
    "norm_days",
    "status",
    "abc_class",
    "user_id",
    "team_id",
    "last_contact_date",
    "due_date",
    "late_date",
    "since",
    "taken_on",
    "taken_from_id",
    "grace_until",
)


class ClientObligationPast(models.Model):
    """How an obligation stood until it changed, so that a month can be judged day by
    day after its end (design 4.3 *Kept, late, not made*).

    Written by the statement that derives obligations, never by people: one row for
    each change of what matters for the judgement. The present state is the row of
    ``client.obligation`` itself.

    A night may write one for every client, so they cost as little as they can: what
    they lead to beside the client are plain numbers, without foreign keys. A norm,
    user or team may be gone since; who reads them takes such a number for empty.
    """

    _name = "client.obligation.past"
    _description = "Former state of a contact norm"
    _order = "id"
    _log_access = False

    obligation_id = fields.Integer(required=True, readonly=True)
    card_id = fields.Many2one(
        "client.card", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Integer(required=True, readonly=True)
    rule_id = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    norm_days = fields.Integer(readonly=True)
    status = fields.Char(readonly=True)
    abc_class = fields.Char(readonly=True)
    user_id = fields.Integer(readonly=True)
    team_id = fields.Integer(readonly=True)
    last_contact_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    late_date = fields.Date(readonly=True)
    since = fields.Date(readonly=True, help="The day from which it stood like this.")
    taken_on = fields.Date(readonly=True)
    taken_from_id = fields.Integer(readonly=True)
    grace_until = fields.Date(readonly=True)
    until = fields.Date(
        required=True, readonly=True, help="The day on which this changed."
    )
    # Day of the contact that ended this state, in the company's time zone: overdue
    # days end with it, also where it was typed in later.
    contact_date = fields.Date(readonly=True)
    is_closed = fields.Boolean(
        readonly=True,
        help="Ended by a change of the client's status or of who is responsible.",
    )

    _until_idx = models.Index("(company_id, until)")

    @api.autovacuum
    def _gc_past(self):
        """Remove the states that no month which is open, or was last, can ask for.

        :return: numbers of those removed and, as far as known, of those left
        """
        done = 0
        for company in self.env["res.company"]._client_companies():
            done += self._remove_before(
                company, self._needed_from(company), BATCH - done
            )
        return done, int(done >= BATCH)

    def _needed_from(self, company):
        """The first day of the first month that may still be judged in ``company``."""
        begin = company._client_today().replace(day=1) - relativedelta(months=1)
        if not company.client_start_date:
            return begin
        closed = self.env["client.compliance.month"].search(
            [("company_id", "=", company.id), ("state", "=", "closed")],
            order="month DESC",
            limit=1,
        )
        if closed:
            return min(begin, closed.month + relativedelta(months=1))
        return min(begin, company.client_start_date.replace(day=1))

    def _remove_before(self, company, day, most):
        """Remove up to ``most`` states of ``company`` that ended before ``day``."""
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM client_obligation_past WHERE id IN (
                          SELECT id FROM client_obligation_past
                           WHERE company_id = %s AND until < %s LIMIT %s)
                RETURNING id""",
                company.id,
                day,
                most,
            )
        )
        self.invalidate_model(flush=False)
        return len(rows)
