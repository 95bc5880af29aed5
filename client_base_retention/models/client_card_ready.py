from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Contacts that agree in one of these are perhaps the same client.
SAME = ("email_normalized", "phone_sanitized", "vat")


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
        sign for "has none".
        """
        self.env["res.partner"].flush_model(
            [*SAME, "commercial_partner_id", "company_id", "active", "client_base"]
        )
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
                           OR twin.company_id = p.company_id))""",
                column=SQL.identifier(name),
            )
            for name in SAME
        )
