from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_roles import ROLE


class ResPartner(models.Model):
    """Who recommended us to whom (N105), and how loyal the client is."""

    _inherit = "res.partner"

    referrer_id = fields.Many2one(
        "res.partner",
        string="Recommended by",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        help="Who sent him to us.",
    )
    referral_ids = fields.One2many(
        "res.partner", "referrer_id", string="Came on his word"
    )
    client_loyalty_score = fields.Integer(
        related="client_card_id.loyalty_score", groups=ROLE
    )
    client_loyalty_text = fields.Char(
        related="client_card_id.loyalty_text", groups=ROLE
    )

    @api.constrains("referrer_id")
    def _check_referrer(self):
        if any(partner.referrer_id == partner for partner in self):
            raise ValidationError(self.env._("Nobody recommends himself."))

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # Named by a default, too: else one would learn the names of hidden clients,
        # one number after the other.
        partners.referrer_id._check_client_seen()
        partners._client_referrers_touched(partners.filtered("referrer_id"))
        return partners

    def write(self, vals):
        if "referrer_id" not in vals:
            return super().write(vals)
        # sudo: who recommended him may be hidden from the user.
        before = self.sudo().referrer_id
        (self.browse(vals["referrer_id"] or ()) - before)._check_client_seen()
        result = super().write(vals)
        self._client_referrers_touched(self, before)
        return result

    @api.model
    def _client_referrers_touched(self, partners, others=None):
        """Derive the clients who recommended these partners, and these others."""
        # sudo: as in write.
        referrers = partners.sudo().referrer_id | (others or self.browse().sudo())
        if referrers:
            pairs = referrers._client_card_pairs()
            self.env["client.card"]._touch(pairs)
