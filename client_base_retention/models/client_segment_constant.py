from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .potential_formula import spoken

RESERVED = ("min", "max", "round", "count", "known")


class ClientSegmentConstant(models.Model):
    """A number that the formula of a segment uses: an amount per m2, a mean price."""

    _name = "client.segment.constant"
    _description = "Constant of a formula"
    _order = "sequence, id"

    segment_id = fields.Many2one(
        "client.segment", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True,
        help="As it stands in the formula; a name of several words stands there in "
        "brackets: [Amount per m2].",
    )
    value = fields.Float(digits=(16, 4), required=True, default=0)
    note = fields.Char(help="Where the number comes from.")

    @api.constrains("name", "segment_id")
    def _check_name(self):
        for constant in self:
            taken = constant.segment_id.potential_constant_ids - constant
            if spoken(constant.name) in [*map(spoken, taken.mapped("name")), *RESERVED]:
                raise ValidationError(
                    self.env._(
                        "The name %(name)s is taken: choose another one.",
                        name=constant.name,
                    )
                )
            if set("[]") & set(constant.name):
                raise ValidationError(
                    self.env._("A name has no brackets: they stand in the formula.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        constants = super().create(vals_list)
        constants.segment_id._potential_changed()
        return constants

    def write(self, vals):
        segments = self.segment_id
        names = [(constant, constant.name) for constant in self]
        result = super().write(vals)
        for constant, name in names:
            if constant.name != name:
                constant.segment_id._potential_reword({name: constant.name})
        if {"name", "value", "segment_id"} & vals.keys():
            (segments | self.segment_id)._potential_changed()
        return result

    def unlink(self):
        segments = self.segment_id
        result = super().unlink()
        segments.exists()._potential_changed()
        return result
