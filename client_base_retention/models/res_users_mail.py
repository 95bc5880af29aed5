from odoo import fields, models


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

    @property
    def SELF_READABLE_FIELDS(self):
        return [
            *super().SELF_READABLE_FIELDS,
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
