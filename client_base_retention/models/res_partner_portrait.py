from odoo import models

from .client_portrait_fields import Portrait
from .client_roles import ROLE


class ResPartner(models.Model):
    """What is known of a client by what his segment asks (N48)."""

    _inherit = "res.partner"

    profile_properties = Portrait(
        string="Portrait", definition="segment_id.profile_definition", groups=ROLE
    )
