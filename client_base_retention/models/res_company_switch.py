from odoo import fields, models


class ResCompany(models.Model):
    """What the client base does by itself, one switch for each function (Health page).

    The figures are derived whatever the switches say.
    """

    _inherit = "res.company"

    client_tasks_on = fields.Boolean(
        string="Plan the contacts due",
        default=True,
        help="Each morning the contacts due become activities.",
    )
    client_mails_on = fields.Boolean(
        string="Send summaries by mail",
        default=True,
        help="The monthly summary for the heads, and each morning's mail for those who "
        "switched it on.",
    )
    client_notes_on = fields.Boolean(
        string="Note changes of class on the contacts", default=True
    )
