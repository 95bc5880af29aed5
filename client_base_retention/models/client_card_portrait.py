from odoo import api, fields, models
from odoo.tools import SQL

from . import client_portrait_ready as ready
from .client_card_data import DataCheck
from .client_portrait_fields import Portrait
from .client_segment_profile import answered_sql


class ClientCard(models.Model):
    """The portrait of the client in lists: columns, filters and groups by answers."""

    _name = "client.card"
    _inherit = ["client.card", "client.portrait.search"]

    profile_properties = Portrait(
        related="partner_id.profile_properties",
        definition="segment_id.profile_definition",
        string="Portrait",
        readonly=True,
    )
    client_portrait_text = fields.Char(related="partner_id.client_portrait_text")

    @api.model
    def get_property_definition(self, full_name):
        """Of groups: options in the language of the user."""
        found = super().get_property_definition(full_name)
        if full_name.startswith("profile_properties.") and found:
            found = ready.shown([found], self.env)[0]
        return found

    @api.model
    def _data_checks(self):
        """Asked of clients of segments that ask something. A tick says nothing when it
        is not there, so it cannot lack."""
        unanswered = SQL(
            """SELECT FROM client_portrait_question q
                WHERE q.segment_id = p.segment_id
                  AND q.kind NOT IN ('boolean', 'other')
                  AND (q.is_required OR NOT EXISTS (
                        SELECT FROM client_portrait_question r
                         WHERE r.segment_id = q.segment_id AND r.is_required
                           AND r.kind NOT IN ('boolean', 'other')))
                  AND NOT %s""",
            answered_sql(SQL("p.profile_properties -> q.name")),
        )
        asked = SQL(
            """SELECT FROM client_portrait_question q
                WHERE q.segment_id = p.segment_id
                  AND q.kind NOT IN ('boolean', 'other')"""
        )
        known = SQL("CASE WHEN EXISTS (%s) THEN NOT EXISTS (%s) END", asked, unanswered)
        return super()._data_checks() | {
            "portrait": DataCheck(self.env._("Portrait"), known, "profile_properties")
        }

    def _data_flush(self):
        result = super()._data_flush()
        self.env["client.portrait.question"].flush_model()
        return result
