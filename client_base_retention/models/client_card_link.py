from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientCardLink(models.AbstractModel):
    """The card of a record's client in the record's company.

    For models with ``partner_id`` (the client) and ``company_id``. The link is
    not stored: cards are folded, made and removed by statements.
    """

    _name = "client.card.link"
    _description = "Link to the client's card"

    card_id = fields.Many2one(
        "client.card",
        string="Client card",
        compute="_compute_card_id",
        search="_search_card_id",
    )

    @api.depends("partner_id", "company_id")
    def _compute_card_id(self):
        cards = self.env["client.card"].with_context(active_test=False)
        found = cards.search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["partner_id", "company_id"],
        )
        card_of = {(card.partner_id, card.company_id): card for card in found}
        for record in self:
            record.card_id = card_of.get((record.partner_id, record.company_id))

    @api.model
    def _search_card_id(self, operator, value):
        """Records by the cards of their clients."""
        cards = self.env["client.card"].with_context(active_test=False)
        if operator == "in":
            found = self._with_card(cards, Domain("id", "in", [c for c in value if c]))
            if not all(value):
                # sudo: without a card at all, whoever may see it.
                found |= ~self._with_card(cards.sudo(), Domain.TRUE)
            return found
        if operator not in ("any", "any!"):
            return NotImplemented
        # sudo: the operator says that the rules of the card do not apply.
        cards = cards.sudo() if operator == "any!" else cards
        return self._with_card(cards, Domain(value))

    @api.model
    def _with_card(self, cards, found):
        """Records whose client has such a card in their company.

        :param cards: ``client.card``, with the rights to search with
        :param found: domain of the cards
        """
        pairs = cards._search(found).select(
            *(SQL.identifier(cards._table, n) for n in ("partner_id", "company_id"))
        )
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                "(%s, %s) IN (%s)",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "company_id"),
                pairs,
            )
        )
