from odoo import fields, models

from .client_roles import ROLE


class ResPartner(models.Model):
    """Potential and regularity on the contact, read through his card."""

    _inherit = "res.partner"

    client_potential_computed = fields.Monetary(
        related="client_card_id.potential_computed",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    client_potential_manual = fields.Monetary(
        related="client_card_id.potential_manual",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    client_potential_missing = fields.Monetary(
        related="client_card_id.potential_missing",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    client_potential_age = fields.Char(
        related="client_card_id.potential_age", groups=ROLE
    )
    client_is_potential_stale = fields.Boolean(
        related="client_card_id.is_potential_stale", groups=ROLE
    )
    client_potential_level_manual = fields.Selection(
        related="client_card_id.potential_level_manual", readonly=False, groups=ROLE
    )
    client_xyz_class = fields.Selection(related="client_card_id.xyz_class", groups=ROLE)
    client_xyz_variation = fields.Float(
        related="client_card_id.xyz_variation", aggregator=None, groups=ROLE
    )
    client_is_growth_point = fields.Boolean(
        related="client_card_id.is_growth_point", groups=ROLE
    )
    client_growth_plan = fields.Text(
        related="client_card_id.growth_plan", readonly=False, groups=ROLE
    )
    client_growth_next_step = fields.Date(
        related="client_card_id.growth_next_step", readonly=False, groups=ROLE
    )

    def action_client_potential_confirmed(self):
        """The estimate still holds: it is as old as today, and the user's own."""
        return self.client_card_id.with_env(self.env).action_potential_confirmed()
