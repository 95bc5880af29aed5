from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientSegment(models.Model):
    """A kind of business that clients are in (N48, N110): shop, producer, family."""

    _name = "client.segment"
    _description = "Client segment"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(
        translate=True,
        help="Who belongs to this segment, in the words your salespeople use.",
    )
    policy_ids = fields.Many2many(
        "client.policy",
        "client_policy_segment_rel",
        "segment_id",
        "policy_id",
        string="Regulations",
        help="Regulations that hold for clients of this segment.",
    )
    partner_ids = fields.One2many("res.partner", "segment_id", string="Contacts")

    _name_uniq = models.Constraint(
        "UNIQUE(name)", "There is already a segment with this name."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_policy(self):
        """A regulation that loses its last segment would hold for everybody."""
        policies = self.with_context(active_test=False).policy_ids
        if policies:
            raise UserError(
                self.env._(
                    "These regulations hold for the segment: %(names)s. "
                    "Archive it instead, or change them first.",
                    names=", ".join(policies.mapped("name")),
                )
            )
