from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientRemark(models.Model):
    """The card of the client in the company of the remark."""

    _inherit = "client.remark"

    salesperson_id = fields.Many2one(related="card_id.user_id", string="Salesperson")

    @api.model
    def _forget_cached(self):
        """What the cards and the contacts show of remarks is to be read anew."""
        self.env["client.card"].invalidate_model(
            ["is_dissatisfied", "dissatisfied_since"], flush=False
        )
        self.env["res.partner"].invalidate_model(
            [
                "client_is_dissatisfied",
                "client_problem_text",
                "client_remark_ids",
                "client_remark_count",
            ],
            flush=False,
        )


class ClientCard(models.Model):
    """Who has an open problem is dissatisfied, until it is solved (N14)."""

    _inherit = "client.card"

    is_dissatisfied = fields.Boolean(
        string="Dissatisfied",
        compute="_compute_is_dissatisfied",
        search="_search_is_dissatisfied",
        help="A problem of the client is open: see his remarks.",
    )
    dissatisfied_since = fields.Date(
        compute="_compute_is_dissatisfied", help="Day of the oldest open problem."
    )
    remark_search = fields.Char(
        string="Remarks",
        compute="_compute_remark_search",
        search="_search_remark_search",
        help="Words, tags or products in the remarks of the client.",
    )

    def _compute_is_dissatisfied(self):
        """One statement for all cards; whoever sees the card may know."""
        self.env["client.remark"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, min(r.date)
                     FROM client_card c
                     JOIN client_remark r ON r.partner_id = c.partner_id
                                         AND r.company_id = c.company_id
                    WHERE r.state = 'open' AND c.id = ANY(%s)
                 GROUP BY c.id""",
                list(self._origin._ids),
            )
        )
        since = dict(rows)
        for card in self:
            card.dissatisfied_since = since.get(card._origin.id, False)
            card.is_dissatisfied = bool(card.dissatisfied_since)

    @api.model
    def _search_is_dissatisfied(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) > 1:
            return Domain.TRUE
        self.env["client.remark"].flush_model()
        found = Domain.custom(
            to_sql=lambda model, alias, query: self._dissatisfied_sql(alias),
            predicate=lambda card: card.is_dissatisfied,
        )
        return found if True in value else ~found

    @api.model
    def _dissatisfied_sql(self, alias):
        return SQL(
            """EXISTS (SELECT FROM client_remark r
                        WHERE r.partner_id = %s AND r.company_id = %s
                          AND r.state = 'open')""",
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and boards group by it."""
        if field_expr == "is_dissatisfied":
            self.env["client.remark"].flush_model()
            return self._dissatisfied_sql(alias)
        return super()._field_to_sql(alias, field_expr, query)

    def _compute_remark_search(self):
        self.remark_search = False

    @api.model
    def _search_remark_search(self, operator, value):
        """Clients who said it, in the company of the card."""
        if operator not in ("ilike", "="):
            return NotImplemented
        pairs = self.env["client.remark"]._said(operator, value)
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                "(%s, %s) IN (%s)",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "company_id"),
                pairs,
            )
        )

    def _fold_into(self, partner):
        gone, company = self.partner_id, self.company_id
        result = super()._fold_into(partner)
        if gone != partner:
            self.env["client.remark"]._fold(gone, partner, company)
        return result
