from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientTarget(models.Model):
    """A salesperson's monthly turnover target in a company (N63).

    Holds from its month on until a later one, so the plan of past months stays. A
    target of nothing ends the one before: from then on there is none.
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
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
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

    @api.onchange("date_from")
    def _onchange_date_from(self):
        """Whichever day is picked, its month is meant."""
        if self.date_from:
            self.date_from = self.date_from.replace(day=1)

    def copy_data(self, default=None):
        """A copy is the target of the next month without one of his own."""
        values = super().copy_data(default)
        if default and default.keys() & {"date_from", "user_id", "company_id"}:
            return values
        # sudo: a month is taken, whoever may see its target.
        taken = {
            (target.user_id.id, target.company_id.id, target.date_from)
            for target in self.sudo().search([("user_id", "in", self.user_id.ids)])
        }
        for target, vals in zip(self, values, strict=True):
            whose, month = (target.user_id.id, target.company_id.id), target.date_from
            while (*whose, month) in taken:
                month += relativedelta(months=1)
            taken.add((*whose, month))
            vals["date_from"] = month
        return values

    def write(self, vals):
        """:raise AccessError: it would become the target of somebody else, or of
        another company, for whom the user may not set one"""
        result = super().write(vals)
        if {"user_id", "company_id"} & vals.keys():
            # Odoo looks at the rules before writing only.
            self.check_access("write")
        return result

    # --------------------------------------------------------------------- what holds

    @api.model
    def _target_of(self, users, company, month, months=1):
        """The targets of these users in ``company``, as far as one may read them.

        :param month: a day of the first month
        :param months: number of months to add up: 3 for a quarter, 12 for a year
        :return: {user id: amount in company currency}; a user without a target in any
            of these months, or with a target of nothing, is not in it
        """
        first = month.replace(day=1)
        firsts = [first + relativedelta(months=n) for n in range(months)]
        by_user = defaultdict(list)
        for target in self.search_fetch(
            [
                ("user_id", "in", users.ids),
                ("company_id", "=", company.id),
                ("date_from", "<=", firsts[-1]),
            ],
            ["user_id", "date_from", "amount"],
            order="date_from",
        ):
            by_user[target.user_id.id].append((target.date_from, target.amount))
        amounts = {
            user_id: sum(self._amount_in(targets, month) for month in firsts)
            for user_id, targets in by_user.items()
        }
        return {user_id: amount for user_id, amount in amounts.items() if amount}

    @api.model
    def _amount_in(self, targets, month):
        """What holds in ``month`` of [(from month, amount)], the earliest first."""
        return next((amount for day, amount in reversed(targets) if day <= month), 0)
