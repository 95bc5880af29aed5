from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Contacts that agree in one of these are perhaps the same client.
SAME = ("email_normalized", "phone_sanitized", "personal_phone_sanitized", "vat")


class ClientCard(models.Model):
    """What a card still lacks, before figures can be trusted (N1, N12, N138)."""

    _inherit = "client.card"

    source_id = fields.Many2one(related="partner_id.source_id", readonly=False)
    is_duplicate = fields.Boolean(
        string="Possible duplicate",
        compute="_compute_is_duplicate",
        search="_search_is_duplicate",
        help="Another client has the same e-mail, telephone or tax number.",
    )

    is_unreachable = fields.Boolean(
        string="Without telephone and e-mail",
        compute="_compute_is_unreachable",
        search="_search_is_unreachable",
        help="Neither the client nor one of his persons has a telephone or an e-mail.",
    )

    is_incomplete = fields.Boolean(
        string="Not ready",
        compute="_compute_is_incomplete",
        search="_search_is_incomplete",
        help="Without a source, without telephone and e-mail, or a possible duplicate.",
    )

    def _compute_is_duplicate(self):
        twins = self.search([("id", "in", self.ids), ("is_duplicate", "=", True)])
        for card in self:
            card.is_duplicate = card in twins

    @api.model
    def _search_is_duplicate(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        twins = Domain("partner_id", "in", self._duplicates_query())
        return twins if True in value else ~twins

    def _duplicates_query(self):
        """Clients who share an e-mail, a telephone or a tax number with another one.

        A company and its own persons are one client; so two commercial partners are
        needed, in the base of whichever company, but not each a contact of a company
        of its own: nobody could merge those. One character is no tax number: Odoo's
        sign for "has none". Two of whom the steward said that they differ are none.
        """
        self.env["res.partner"].flush_model(
            [*SAME, "commercial_partner_id", "company_id", "active", "client_base"]
        )
        self.env["client.duplicate"].flush_model(["state", "partner_id", "other_id"])
        return SQL(" UNION ").join(
            SQL(
                """SELECT p.commercial_partner_id
                     FROM res_partner p
                    WHERE p.client_base IS TRUE AND p.active IS TRUE
                      AND length(p.%(column)s) > 1 AND EXISTS (
                   SELECT FROM res_partner twin
                    WHERE twin.%(column)s = p.%(column)s
                      AND twin.client_base IS TRUE AND twin.active IS TRUE
                      AND twin.commercial_partner_id <> p.commercial_partner_id
                      AND (twin.company_id IS NULL OR p.company_id IS NULL
                           OR twin.company_id = p.company_id)
                      AND NOT EXISTS (
                   SELECT FROM client_duplicate d
                    WHERE d.state = 'different'
                      AND d.partner_id = LEAST(p.commercial_partner_id,
                                               twin.commercial_partner_id)
                      AND d.other_id = GREATEST(p.commercial_partner_id,
                                                twin.commercial_partner_id)))""",
                column=SQL.identifier(name),
            )
            for name in SAME
        )

    def _compute_is_unreachable(self):
        silent = self.search([("id", "in", self.ids), ("is_unreachable", "=", True)])
        for card in self:
            card.is_unreachable = card in silent

    @api.model
    def _search_is_unreachable(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        return Domain("partner_id", "in", self._reachable_query(True not in value))

    def _compute_is_incomplete(self):
        found = self.search([("id", "in", self.ids), ("is_incomplete", "=", True)])
        for card in self:
            card.is_incomplete = card in found

    @api.model
    def _search_is_incomplete(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        self.env["res.partner"].flush_model(["source_id"])
        lacking = SQL(
            """SELECT id FROM res_partner
                WHERE client_base IS TRUE AND source_id IS NULL
                UNION %s UNION %s""",
            self._reachable_query(False),
            self._duplicates_query(),
        )
        found = Domain("partner_id", "in", lacking)
        return found if True in value else ~found

    def _reachable_query(self, reachable):
        """Clients who can be called or written to, or those who cannot.

        A client is reached by any of his persons, too: all are marked as of the base.
        """
        reached = ["phone", "email", "personal_phone"]
        self.env["res.partner"].flush_model(
            ["commercial_partner_id", "active", "client_base", *reached]
        )
        return SQL(
            """SELECT commercial_partner_id FROM res_partner
                WHERE client_base IS TRUE AND active IS TRUE
             GROUP BY commercial_partner_id
               HAVING COALESCE(bool_or(length(phone) > 0 OR length(email) > 0
                                       OR length(personal_phone) > 0), FALSE) = %s""",
            reachable,
        )
