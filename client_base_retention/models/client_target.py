from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientTarget(models.Model):
    """A salesperson's monthly turnover target in a company (N63).

    Holds from its month on until a later one, so the plan of past months stays.
    """

    _name = "client.target"
    _description = "Monthly turnover target"
    _order = "date_from desc, user_id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From month",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="The first day of the first month for which it holds.",
    )
    amount = fields.Monetary(
        string="Turnover a month", required=True, help="Net purchases, without tax."
    )

    _user_month_uniq = models.Constraint(
        "UNIQUE(user_id, company_id, date_from)",
        "There is a target from this month on already.",
    )
    _amount_check = models.Constraint(
        "CHECK(amount >= 0)", "A target cannot be less than nothing."
    )

    @api.constrains("date_from")
    def _check_month(self):
        if any(target.date_from.day != 1 for target in self):
            raise ValidationError(
                self.env._("A target holds from the first day of a month on.")
            )
