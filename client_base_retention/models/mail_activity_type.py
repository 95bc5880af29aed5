from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from .client_contact_rule import KINDS

CONTACT_KINDS = [kind for kind in KINDS if kind[0] != "any"]
BY_CATEGORY = {"phonecall": "call", "meeting": "meeting"}


class MailActivityType(models.Model):
    """Which activities are contacts with a client (N64)."""

    _inherit = "mail.activity.type"

    client_kind = fields.Selection(
        CONTACT_KINDS,
        string="Contact with a client",
        compute="_compute_client_kind",
        store=True,
        readonly=False,
        help="An activity of this type that was done is such a contact with the client "
        "it is about. Empty: it is no contact.",
    )

    def _auto_init(self):
        """Fill the new column by itself: nobody has changed these types."""
        if not column_exists(self.env.cr, self._table, "client_kind"):
            create_column(self.env.cr, self._table, "client_kind", "varchar")
            self.env.cr.execute(
                """UPDATE mail_activity_type t
                      SET client_kind = CASE
                          WHEN category = 'phonecall' THEN 'call'
                          WHEN category = 'meeting' THEN 'meeting' ELSE 'email' END
                    WHERE category IN ('phonecall', 'meeting')
                       OR id = (SELECT res_id FROM ir_model_data
                                 WHERE module = 'mail'
                                   AND name = 'mail_activity_data_email')"""
            )
        return super()._auto_init()

    @api.depends("category")
    def _compute_client_kind(self):
        """Calls and meetings say it themselves, Odoo's own *Email* is known; whatever
        somebody chose for other types stays."""
        email = self.env.ref("mail.mail_activity_data_email", raise_if_not_found=False)
        for kind in self:
            own = BY_CATEGORY.get(kind.category) or kind.client_kind
            kind.client_kind = own or (kind == email and "email")
