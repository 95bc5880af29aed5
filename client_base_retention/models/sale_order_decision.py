from odoo import fields, models

from .client_roles import ROLE


class SaleOrder(models.Model):
    """What the client decided about a proposal (N27)."""

    _inherit = "sale.order"

    client_refusal_reason_id = fields.Many2one(
        "crm.lost.reason",
        string="Why not",
        index="btree_not_null",
        copy=False,
        tracking=True,
        groups=ROLE,
        help="Why the client refused. A cancelled quotation without a reason counts as "
        "cancelled, not as refused.",
    )
