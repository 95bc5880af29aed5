from odoo import api, fields, models

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

    @api.depends("category")
    def _compute_client_kind(self):
        """Calls and meetings say it themselves, Odoo's own *Email* is known; whatever
        somebody chose for other types stays."""
        email = self.env.ref("mail.mail_activity_data_email", raise_if_not_found=False)
        for kind in self:
            own = BY_CATEGORY.get(kind.category) or kind.client_kind
            kind.client_kind = own or (kind == email and "email")
