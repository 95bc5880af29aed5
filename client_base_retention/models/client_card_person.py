from odoo import api, fields, models
from odoo.fields import Domain


class ClientCard(models.Model):
    """Clients found by what is known of their persons."""

    _inherit = "client.card"

    important_search = fields.Char(
        string="What is important to them",
        compute="_compute_important_search",
        search="_search_important_search",
        exportable=False,
    )

    def _compute_important_search(self):
        self.important_search = False

    @api.model
    def _search_important_search(self, operator, value):
        """Clients of whom, or of one of whose persons, it is written that this is
        important to him, or how one talks with him."""
        if operator != "ilike":
            return NotImplemented
        people = self.env["res.partner"]._search(
            Domain("important_to_him", operator, value)
            | Domain("how_to_talk", operator, value)
        )
        return Domain("partner_id", "in", people.subselect("commercial_partner_id"))
