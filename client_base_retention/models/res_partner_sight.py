from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_roles import ROLE


class ResPartner(models.Model):
    """Which contacts a user with a restricting role sees (design 5).

    Contacts outside the client base are seen by everybody: colleagues, vendors, own
    companies, one's own contact. So nothing of Odoo breaks.
    """

    _inherit = "res.partner"

    client_is_seen = fields.Boolean(
        string="Seen by me",
        compute="_compute_client_is_seen",
        search="_search_client_is_seen",
        # The record rules ask as superuser, for every user.
        compute_sudo=True,
        groups=ROLE,
        exportable=False,
    )

    @api.depends_context("uid")
    @api.depends("client_base", "client_user_id")
    def _compute_client_is_seen(self):
        real = self._origin.with_context(active_test=False)
        found = real.search([("id", "in", real.ids), ("client_is_seen", "=", True)])
        for partner in self:
            partner.client_is_seen = not partner._origin or partner._origin in found

    @api.model
    def _search_client_is_seen(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        self.flush_model(["commercial_partner_id"])
        owners, unassigned = self.env.user._client_sight()
        seen = Domain.custom(
            to_sql=lambda model, alias, query: self._client_seen_sql(
                alias, owners, unassigned
            )
        )
        return seen if True in value else ~seen

    def _client_seen_sql(self, alias, owners, unassigned):
        """Condition on the columns kept for it, so that an index answers.

        A client of several companies has an owner in each: the column names the first,
        the cards that name another one are found by an index of their own.
        """
        self.env["client.card"].flush_model(["user_id", "owner_differs"])
        owner = SQL.identifier(alias, "client_user_id")
        mine = SQL(
            "%s AND c.company_id = ANY(%s)",
            SQL("c.user_id IS NULL") if unassigned else SQL("FALSE"),
            self.env.user.sudo().company_ids.ids,
        )
        named = SQL("IS NOT NULL") if owners is None else SQL("= ANY(%s)", owners)
        conditions = [
            SQL("%s IS NOT TRUE", SQL.identifier(alias, "client_base")),
            SQL("%s %s", owner, named),
            SQL(
                """%s = ANY(ARRAY(
                    SELECT c.partner_id FROM client_card c
                     WHERE c.owner_differs IS TRUE
                       AND (c.user_id %s OR %s)))""",
                SQL.identifier(alias, "commercial_partner_id"),
                named,
                mine,
            ),
        ]
        if unassigned:
            conditions.append(SQL("%s IS NULL", owner))
        return SQL("(%s)", SQL(" OR ").join(conditions))
