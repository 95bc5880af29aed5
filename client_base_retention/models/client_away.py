from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_roles import ROLE


class ClientAway(models.Model):
    """A salesperson is away, and who stands in for him (product.md 1a, *Vacation*).

    Holds in every company. Contacts that fall due while he is away go to the stand-in
    (``client_card_task.py``) and are in time until his first working day back
    (``client_card_off.py``); days away are no overdue days.
    """

    _name = "client.away"
    _description = "Salesperson away"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who is away",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="cascade",
    )
    date_from = fields.Date(
        string="First day away", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Last day away", required=True, default=fields.Date.context_today
    )
    stand_in_id = fields.Many2one(
        "res.users",
        string="Stand-in",
        index="btree_not_null",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        ondelete="set null",
        help="Takes over the contacts due in these days. Empty: nobody, they wait.",
    )
    note = fields.Char(string="Reason")

    _days_check = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day away lies before the first one."
    )
    _days_idx = models.Index("(date_to, user_id)")

    @api.constrains("user_id", "date_from", "date_to")
    def _check_overlap(self):
        for away in self:
            if self.sudo().search_count(
                [
                    ("id", "!=", away.id),
                    ("user_id", "=", away.user_id.id),
                    ("date_from", "<=", away.date_to),
                    ("date_to", ">=", away.date_from),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s is away on some of these days already.",
                        name=away.user_id.sudo().name,
                    )
                )

    @api.constrains("user_id", "stand_in_id")
    def _check_stand_in(self):
        """Who stands in works here, and with clients."""
        for away in self:
            # sudo: the roles of a colleague are no secret of his.
            stand_in = away.stand_in_id.sudo()
            if not stand_in:
                continue
            if stand_in == away.user_id:
                raise ValidationError(
                    self.env._("Nobody can stand in for himself: choose a colleague.")
                )
            if not stand_in.active or stand_in.share:
                raise ValidationError(
                    self.env._(
                        "%(name)s does not work here any more: choose a colleague.",
                        name=stand_in.name,
                    )
                )
            if not stand_in.has_group(ROLE):
                raise ValidationError(
                    self.env._(
                        "%(name)s has no role in the client base and would not see "
                        "the clients: choose a colleague who has one.",
                        name=stand_in.name,
                    )
                )
