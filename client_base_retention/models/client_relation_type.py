from odoo import api, fields, models


class ClientRelationType(models.Model):
    """What two contacts can be to each other, with a word for each side (N19)."""

    _name = "client.relation.type"
    _description = "Kind of relation between contacts"
    _order = "sequence, name, id"

    name = fields.Char(
        string="The first is",
        required=True,
        translate=True,
        help="What the first one is to the second, e.g. Parent.",
    )
    inverse_name = fields.Char(
        string="The second is",
        translate=True,
        help="What the second one is to the first, e.g. Child. Not asked where both "
        "are the same to each other.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    is_symmetrical = fields.Boolean(
        string="The same for both", help="Husband and wife, brothers and sisters."
    )
    is_parent = fields.Boolean(
        string="Makes a parent",
        help="The first one is a parent of the second: the child stands beside his "
        "name and is found with him, and his consent counts for the child.",
    )

    @api.depends("name", "inverse_name", "is_symmetrical")
    def _compute_display_name(self):
        for kind in self:
            both = not kind.is_symmetrical and kind.inverse_name
            kind.display_name = f"{kind.name} / {both}" if both else kind.name

    def _word(self, of_second):
        """The word for the first, or for the second of two."""
        self.ensure_one()
        second = of_second and not self.is_symmetrical and self.inverse_name
        return second or self.name
