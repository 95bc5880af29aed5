from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card import CLASSES, LEVELS

# What is ordered by its value, not by its key.
ORDERED = {
    "abc_class": CLASSES,
    "abc_class_computed": CLASSES,
    "potential_level": LEVELS,
}
# Columns of contacts by which a client is found.
FOUND_BY = ("complete_name", "email", "phone", "personal_phone", "ref", "vat")


class ClientCard(models.Model):
    """What is computed against today, and how cards are found, ordered and grouped."""

    _inherit = "client.card"

    @api.model
    def _search_display_name(self, operator, value):
        """A client is chosen by his own name, or by whatever finds him in his list."""
        found = Domain("partner_id", operator, value)
        if operator == "ilike" and value:
            found |= Domain("contact_search", operator, value)
        return found

    @api.depends("turnover", "turnover_previous")
    def _compute_turnover_change(self):
        for card in self:
            before = card.turnover_previous
            card.turnover_change = (
                100 * (card.turnover - before) / before if before > 0 else 0
            )

    @api.depends("late_date", "risk_date")
    @api.depends_context("tz")
    def _compute_purchase_state(self):
        today = fields.Date.context_today(self)
        for card in self:
            if not card.late_date:
                card.purchase_state = "none"
            elif today > card.risk_date:
                card.purchase_state = "at_risk"
            elif today > card.late_date:
                card.purchase_state = "late"
            else:
                card.purchase_state = "on_time"

    @api.model
    def _search_purchase_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        states = {
            "none": Domain("late_date", "=", False),
            "on_time": Domain("late_date", ">=", today)
            & Domain("risk_date", ">=", today),
            "late": Domain("late_date", "<", today) & Domain("risk_date", ">=", today),
            "at_risk": Domain("risk_date", "<", today),
        }
        return Domain.OR(states[state or "none"] for state in value)

    @api.depends("newcomer_until")
    @api.depends_context("tz")
    def _compute_is_newcomer(self):
        today = fields.Date.context_today(self)
        for card in self:
            card.is_newcomer = bool(
                card.newcomer_until and card.newcomer_until >= today
            )

    @api.model
    def _search_is_newcomer(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("newcomer_until", ">=", fields.Date.context_today(self))
        if len(value) > 1:
            return Domain.TRUE
        return found if True in value else ~found

    def _compute_contact_search(self):
        self.contact_search = False

    @api.model
    def _search_contact_search(self, operator, value):
        """Clients found by any of their persons' name, e-mail or telephone, however
        the number is written.

        The sub-query starts at the contacts: so an administrator of a very large base
        can make it fast with trigram indexes on their columns.
        """
        if operator not in ("ilike", "="):
            return NotImplemented
        partners = self.env["res.partner"].with_context(active_test=False)
        found = Domain.OR(Domain(name, operator, value) for name in FOUND_BY)
        found |= partners._client_called_domain(value) or Domain.FALSE
        people = partners._search(found)
        return Domain("partner_id", "in", people.subselect("commercial_partner_id"))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and boards order and group by what is computed against today."""
        today = fields.Date.context_today(self)
        if field_expr == "purchase_state":
            return SQL(
                """CASE WHEN %(late)s IS NULL THEN 'none'
                        WHEN %(risk)s < %(today)s THEN 'at_risk'
                        WHEN %(late)s < %(today)s THEN 'late' ELSE 'on_time' END""",
                late=self._field_to_sql(alias, "late_date", query),
                risk=self._field_to_sql(alias, "risk_date", query),
                today=today,
            )
        if field_expr == "is_newcomer":
            until = self._field_to_sql(alias, "newcomer_until", query)
            return SQL("COALESCE(%s >= %s, FALSE)", until, today)
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Classes are ordered by value, VIP first, not by their keys; levels alike."""
        if field_name in ORDERED:
            value = self._field_to_sql(alias, field_name, query)
            return SQL("%s %s %s", _place(field_name, value), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _read_group_orderby(self, order, groupby_terms, query):
        """Groups are ordered alike: pivots and graphs show them as they come."""
        placed = {
            spec: _place(spec, term) if spec in ORDERED else term
            for spec, term in groupby_terms.items()
        }
        result = super()._read_group_orderby(order, placed, query)
        # Odoo adds to the terms what it orders by; groups stay values, not places.
        for spec in groupby_terms.keys() - ORDERED.keys():
            groupby_terms[spec] = placed[spec]
        return result


def _place(field_name, value):
    keys = [key for key, _label in ORDERED[field_name]]
    return SQL("array_position(%s, %s::text)", keys, value)
