from odoo import fields, models


class ClientPolicy(models.Model):
    """By which amounts potential is high or medium, and how even a client must buy."""

    _inherit = "client.policy"

    potential_high = fields.Float(
        string="High potential from",
        digits=(16, 2),
        help="Clients who could buy for this much a year, in the currency of their "
        "company. 0: no potential is high by its amount, only by hand.",
    )
    potential_medium = fields.Float(
        string="Medium potential from",
        digits=(16, 2),
        help="What is known and less than this is low potential. 0: none is medium by "
        "its amount.",
    )
    potential_months = fields.Integer(
        string="An estimate holds for",
        default=12,
        help="After so many months the estimate of a potential is out of date. "
        "0: never.",
    )
    xyz_x_limit = fields.Float(
        string="X",
        digits=(5, 2),
        default=25,
        help="X are clients whose monthly purchases vary by no more than this about "
        "their mean. 25 is the usual practice.",
    )
    xyz_y_limit = fields.Float(
        string="Y",
        digits=(5, 2),
        default=50,
        help="Y are clients whose monthly purchases vary by no more than this; the "
        "rest is Z, also who buys for less than three months. 50 is usual practice.",
    )

    _potential_ordered = models.Constraint(
        "CHECK(COALESCE(potential_medium, 0) >= 0 AND COALESCE(potential_high, 0) >= 0 "
        "AND (COALESCE(potential_high, 0) = 0 "
        "OR COALESCE(potential_medium, 0) <= potential_high))",
        "Medium potential must begin below high potential.",
    )
    _potential_months_in_calendar = models.Constraint(
        "CHECK(potential_months BETWEEN 0 AND 1200)",
        "An estimate holds for no months (always) up to a hundred years.",
    )
    _xyz_ordered = models.Constraint(
        "CHECK(0 <= xyz_x_limit AND xyz_x_limit <= xyz_y_limit AND xyz_y_limit <= 999)",
        "The limits of regularity must rise from X to Y and lie between 0 and 999 %.",
    )
