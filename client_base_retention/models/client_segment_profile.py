from odoo import api, fields, models

from . import client_portrait_ready as ready


class ClientSegment(models.Model):
    """What is asked of clients of a segment: the definition of their portrait."""

    _inherit = "client.segment"

    profile_definition = fields.PropertiesDefinition(string="Portrait")

    @api.model
    def _fill_ready_profiles(self):
        """Give the segments that come with the addon their portraits.

        What somebody has already defined is left alone.
        """
        for name, questions in ready.READY.items():
            segment = self.env.ref(
                f"client_base_retention.{name}", raise_if_not_found=False
            )
            if segment and not segment.profile_definition:
                segment.profile_definition = ready.definition(questions)
