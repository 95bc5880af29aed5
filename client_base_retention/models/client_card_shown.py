from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner import ROLE


class ClientCardShown(models.AbstractModel):
    """Documents with a client show his class and whether he is overdue.

    The card is that of the document's company. Related fields are read as superuser,
    the groups of the field keep them from users without a role.
    """

    _name = "client.card.shown"
    _description = "Class and contact of the client"

    client_card_id = fields.Many2one(
        "client.card",
        string="Client card",
        compute="_compute_client_card_id",
        search="_search_client_card_id",
        compute_sudo=True,
        groups=ROLE,
    )
    client_class = fields.Selection(
        related="client_card_id.abc_class", string="Client class", groups=ROLE
    )
    client_contact_state = fields.Selection(
        related="client_card_id.contact_state",
        string="Contact by the norm",
        groups=ROLE,
    )
    client_contact_mark = fields.Selection(
        related="client_card_id.contact_mark", string="Contact mark", groups=ROLE
    )
    client_contact_text = fields.Char(
        related="client_card_id.contact_text", string="Contact in words", groups=ROLE
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("company", "uid")
    def _compute_client_card_id(self):
        own = self.env.company
        cards = (
            self.env["client.card"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("partner_id", "in", self.partner_id.commercial_partner_id.ids),
                    ("company_id", "in", (self.company_id | own).ids),
                    *self.env.user._client_cards_shown(),
                ],
                ["partner_id", "company_id"],
            )
        )
        card_of = {(card.partner_id.id, card.company_id.id): card for card in cards}
        for document in self:
            client = document.partner_id.commercial_partner_id._origin
            company = document.company_id or own
            document.client_card_id = card_of.get((client.id, company.id), False)

    @api.model
    def _search_client_card_id(self, operator, value):
        partners = self.env["res.partner"]
        if not partners._has_client_role():
            # Raised when the query is built, as for contacts.
            return Domain.custom(to_sql=lambda *_args: partners._check_client_role())
        cards = self.env["client.card"].with_context(active_test=False)
        if operator == "in":
            found = Domain("id", "in", [card for card in value if card])
            if not all(value):
                missing = ~self._with_card_among(cards.sudo()._search([]))
                return missing | self._with_card_among(cards._search(found))
        elif operator in ("any", "any!"):
            found = Domain(value)
        else:
            return NotImplemented
        if operator == "any!":
            # As for contacts: found by what the fields show.
            found &= Domain(self.env.user._client_cards_shown())
            cards = cards.sudo()
        return self._with_card_among(cards._search(found))

    @api.model
    def _with_card_among(self, cards):
        """Documents whose client has one of these cards in their company.

        :param cards: query of ``client.card``
        """
        own = self.env.company.id
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """COALESCE((
                       (SELECT p.commercial_partner_id FROM res_partner p
                         WHERE p.id = %s), COALESCE(%s, %s)) IN %s, FALSE)""",
                model._field_to_sql(alias, "partner_id", query),
                model._field_to_sql(alias, "company_id", query),
                own,
                cards.subselect(
                    SQL.identifier("client_card", "partner_id"),
                    SQL.identifier("client_card", "company_id"),
                ),
            ),
            predicate=lambda document: document.client_card_id.id in cards,
        )
