from odoo import api, fields, models
from odoo.tools import SQL

# Over how many months the sales of a client decide who is proposed to him.
MONTHS = 12


class ClientOwnerProposal(models.TransientModel):
    """Whom a client without a salesperson would get: who sold most to him (N138)."""

    _name = "client.owner.proposal"
    _description = "Proposed salesperson"
    _order = "amount DESC, id"

    card_id = fields.Many2one(
        "client.card", string="Client", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    abc_class = fields.Selection(related="card_id.abc_class")
    user_id = fields.Many2one(
        "res.users",
        string="Proposed salesperson",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Sold most to the client in the last 12 months. Change it as you like.",
    )
    amount = fields.Monetary(string="Sold by him", readonly=True)
    last_date = fields.Date(string="Last sale", readonly=True)

    @api.model
    def _propose(self, company):
        """Make the proposals of the current user for ``company`` anew.

        The amounts of a seller are those of his purchase documents in the last
        ``MONTHS`` months; equal amounts go to the later sale. Who may not enter the
        company, or left, is not proposed. Clients not derived yet, without a status,
        wait: whether they have a salesperson is not known.

        :return: number of proposals
        """
        self.search(
            [("company_id", "=", company.id), ("create_uid", "=", self.env.uid)]
        ).unlink()
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        self.env.cr.execute(self._propose_query(cards, company))
        self.invalidate_model()
        return self.env.cr.rowcount

    def _propose_query(self, cards, company):
        """Clients without a salesperson -> purchases by seller -> the best seller."""
        return SQL(
            """INSERT INTO client_owner_proposal
                      (card_id, company_id, user_id, amount, last_date,
                       create_uid, write_uid, create_date, write_date)
               SELECT c.id, c.company_id, best.user_id, best.amount, best.last_date,
                      %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                      now() AT TIME ZONE 'UTC'
                 FROM client_card c
         JOIN LATERAL (
               SELECT sold.user_id, sum(sold.amount) AS amount,
                      max(sold.date) FILTER (WHERE sold.amount > 0) AS last_date
                 FROM (%(purchases)s) AS sold
                 JOIN res_users u ON u.id = sold.user_id AND %(may_own)s
                WHERE sold.date <= %(today)s
                  AND sold.date >
                      %(today)s::date - make_interval(months => %(months)s)
             GROUP BY sold.user_id
               HAVING sum(sold.amount) > 0
             ORDER BY amount DESC, last_date DESC, sold.user_id
                LIMIT 1) AS best ON TRUE
                WHERE c.company_id = %(company)s AND c.active IS TRUE
                  AND c.status IS NOT NULL AND c.is_assigned IS NOT TRUE""",
            uid=self.env.uid,
            company=company.id,
            today=company._client_today(),
            months=MONTHS,
            purchases=self.env["client.purchase"]._query(
                company, SQL.identifier("c", "partner_id")
            ),
            may_own=cards._owner_condition(SQL.identifier("u"), company),
        )

    def action_apply(self):
        """Give these clients the proposed salespersons."""
        self.env["client.launch"]._check_head()
        self._apply()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _apply(self):
        """Write the salespersons, without telling anybody by mail, and forget the
        proposals. A client who got a salesperson in the meantime keeps him."""
        quiet = {"mail_auto_subscribe_no_notify": True, "tracking_disable": True}
        launch = self.env["client.launch"]
        for company, proposals in self.grouped("company_id").items():
            waiting = proposals.card_id.filtered_domain(
                launch.with_company(company)._unassigned_domain()
            )
            for user, chosen in proposals.grouped("user_id").items():
                cards = (chosen.card_id & waiting).with_context(**quiet)
                cards.write({"user_id": user.id})
        self.unlink()
