from odoo import fields, models

from .client_roles import ROLE

# Set while an import makes persons of clients.
HANDED_DOWN = "client_handed_down"


class ResPartner(models.Model):
    """What an old list said of a contact and no field was found for (N30)."""

    _inherit = "res.partner"

    client_old_notes = fields.Text(
        string="Notes from the old list",
        groups=ROLE,
        prefetch=False,
        copy=False,
        help="What the imported list said and no field was found for. Move it where it "
        "belongs, and delete it here.",
    )
    client_old_purchase_count = fields.Integer(
        string="Purchases to confirm",
        compute="_compute_client_old_purchase_count",
        groups=ROLE,
    )

    def _compute_client_old_purchase_count(self):
        clients = self.commercial_partner_id
        counted = dict(
            self.env["client.old.purchase"]._read_group(
                [
                    ("partner_id", "in", clients.ids),
                    ("company_id", "=", self.env.company.id),
                    ("state", "=", "to_confirm"),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_old_purchase_count = counted.get(
                partner.commercial_partner_id._origin, 0
            )

    def action_client_old_purchases(self):
        """Open the purchases of this client that the old list left to be confirmed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_old_purchase_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
        }

    def _convert_fields_to_values(self, field_names):
        # sudo: Odoo reads accounting fields here as the user, who need not see them,
        # when it hands them down to imported persons; it writes them with sudo itself.
        if self.env.context.get(HANDED_DOWN):
            self = self.sudo()
        return super()._convert_fields_to_values(field_names)
