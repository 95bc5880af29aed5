from odoo import api, fields, models
from odoo.tools import SQL

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
    client_potential_reason = fields.Char(
        related="client_card_id.potential_reason", groups=ROLE
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
    client_growth_hint = fields.Text(related="client_card_id.growth_hint", groups=ROLE)
    client_growth_plan = fields.Text(
        related="client_card_id.growth_plan", readonly=False, groups=ROLE
    )
    client_growth_next_step = fields.Date(
        related="client_card_id.growth_next_step", readonly=False, groups=ROLE
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        answered = [bool(vals.get("profile_properties")) for vals in vals_list]
        if any(answered):
            partners._touch_potential()
        return partners

    def write(self, vals):
        result = super().write(vals)
        # A change of the segment derives the client anyway.
        if "profile_properties" in vals and "segment_id" not in vals:
            self._touch_potential()
        return result

    def _touch_potential(self):
        """The portrait changed: the formula of the segment may say something else."""
        # sudo: who changes the portrait need not see every company's card.
        asked = self.sudo().filtered("segment_id.potential_formula")
        if asked:
            self.env["client.card"]._touch(asked._client_card_pairs())

    def _profile_kept(self):
        """The client's answers as they are kept: {name of the question: answer}."""
        self.ensure_one()
        partner = self._origin or self
        partner.check_access("read")
        partner.flush_recordset(["profile_properties"])
        rows = self.env.execute_query(
            SQL("SELECT profile_properties FROM res_partner WHERE id = %s", partner.id)
        )
        return (rows and rows[0][0]) or {}

    def action_client_potential_confirmed(self):
        """The estimate still holds: it is as old as today, and the user's own."""
        return self._client_cards_checked().action_potential_confirmed()
