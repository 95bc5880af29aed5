from odoo import api, fields, models

from .res_partner import ROLE

# Of these the cards are derived already when they are written (``res_partner.py``).
DERIVED_ANYWAY = {"user_id", "segment_id", "active", "is_company"}


class ResPartner(models.Model):
    """How complete the data of a client are; the birthday of a person."""

    _inherit = "res.partner"

    birthdate_date = fields.Date(string="Birthday", prefetch=False)
    client_data_completeness = fields.Integer(
        related="client_card_id.data_completeness", aggregator=None, groups=ROLE
    )
    client_data_lacking_text = fields.Char(
        related="client_card_id.data_lacking_text", groups=ROLE
    )
    client_data_places = fields.Json(
        string="What lacks, and where it is typed in",
        compute="_compute_client_data_places",
        groups=ROLE,
    )
    client_data_reviewed_on = fields.Date(
        related="client_card_id.data_reviewed_on", groups=ROLE
    )
    client_data_reviewed_by_id = fields.Many2one(
        related="client_card_id.data_reviewed_by_id", groups=ROLE
    )
    client_is_data_stale = fields.Boolean(
        related="client_card_id.is_data_stale", groups=ROLE
    )

    @api.model
    def _client_field_names(self):
        return [*super()._client_field_names(), "client_data_places"]

    @api.depends("client_card_id.data_lacking")
    @api.depends_context("lang", "uid")
    def _compute_client_data_places(self):
        places = self.client_card_id._data_lacking_of_each()
        for partner in self:
            partner.client_data_places = places.get(partner.client_card_id, [])

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("parent_id")._client_data_touched()
        return partners

    def write(self, vals):
        result = super().write(vals)
        asked = self.env["client.card"]._data_contact_fields() - DERIVED_ANYWAY
        if asked & vals.keys():
            self._client_data_touched()
        return result

    def unlink(self):
        cards = self.filtered("parent_id")._client_data_cards()
        result = super().unlink()
        cards._touch_data()
        return result

    def _client_data_touched(self):
        """Derive the completeness of the clients that these contacts belong to."""
        self._client_data_cards()._touch_data()

    def _client_data_cards(self):
        """The cards, of every company, of the clients among these contacts."""
        # sudo: cards of other companies follow the contact, too.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        clients = self.sudo().filtered("client_base").commercial_partner_id
        if not clients:
            return cards
        return cards.search([("partner_id", "in", clients.ids)])

    def action_client_data_reviewed(self):
        """*Data are right*: somebody has looked through the data of these clients."""
        return self._client_cards_checked().action_data_reviewed()
