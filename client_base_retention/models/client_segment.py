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
    goal = fields.Text(
        translate=True,
        help="What you want of these clients: a first purchase, the whole of what they "
        "could buy, a recommendation.",
    )
    offer = fields.Text(
        translate=True, help="What you offer to them, in the words they understand."
    )
    bait = fields.Text(
        translate=True,
        help="What they get before they buy: a sample, a lesson, a calculation.",
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

    # Archived ones may share a name: those of trades nobody chose must not stand in the
    # way of a company's own segment.
    _active_name_uniq = models.UniqueIndex(
        "(name) WHERE active IS TRUE", "There is already a segment with this name."
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

    def _in_use(self):
        """This segment, brought into use with its trade.

        Where people have an active segment of the same name, theirs is taken.
        """
        if not self or self.active:
            return self
        same = [("name", "=", self.name), ("id", "!=", self.id)]
        theirs = self.search(same, limit=1)
        if not theirs:
            self.active = True
        return theirs or self

    def _archive_unused(self):
        """Archive these segments of trades that were given up, unless they are used.

        Only those that came with the addon: presets name them.
        """
        presets = self.env["client.policy"].with_context(active_test=False)
        ours = presets.search([("is_preset", "=", True)]).segment_of_trade_id
        for segment in self & ours:
            partners = segment.env["res.partner"].with_context(active_test=False)
            used = (
                segment.with_context(active_test=False).policy_ids
                or partners.search([("segment_id", "=", segment.id)], limit=1)
                or self.env["client.policy"].search(
                    [("segment_of_trade_id", "=", segment.id)], limit=1
                )
            )
            if not used:
                segment.active = False
