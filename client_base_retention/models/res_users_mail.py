from odoo import api, fields, models

from .client_roles import ROLE

HEAD = "client_base_retention.group_client_head"


class ResUsers(models.Model):
    """Which mails of the client base a user wants; he sets it in his preferences."""

    _inherit = "res.users"

    client_month_mail = fields.Boolean(
        string="Monthly summary of the client base",
        default=True,
        help="For the role Head: once a month, when the month is closed.",
    )
    client_morning_mail = fields.Boolean(
        string="My day by mail each morning",
        help="On the mornings on which somebody is to be contacted.",
    )

    # Which of these mails the preferences show: Odoo takes the groups off the fields of
    # that form that users may read of themselves.
    client_role = fields.Selection(
        [("all", "All clients"), ("head", "Head")],
        string="Role in the client base",
        compute="_compute_client_role",
        compute_sudo=True,
    )

    @api.depends("group_ids")
    def _compute_client_role(self):
        for user in self:
            is_head = user.has_group(HEAD)
            user.client_role = "head" if is_head else user.has_group(ROLE) and "all"

    @property
    def SELF_READABLE_FIELDS(self):
        return [
            *super().SELF_READABLE_FIELDS,
            "client_role",
            "client_month_mail",
            "client_morning_mail",
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [
            *super().SELF_WRITEABLE_FIELDS,
            "client_month_mail",
            "client_morning_mail",
        ]
