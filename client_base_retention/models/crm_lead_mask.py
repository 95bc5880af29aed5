from odoo import api, fields, models

# Copied from the contact by Odoo, so hidden with it.
COPIED = ("phone", "email_from")


class CrmLead(models.Model):
    """Opportunities keep a copy of the telephone and e-mail of their client."""

    _inherit = "crm.lead"

    client_is_masked = fields.Boolean(
        related="partner_id.client_is_masked", exportable=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._client_drop_masks(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._client_drop_masks(vals)
        if "partner_id" in vals and self._client_masks():
            self._client_forget_copies(vals["partner_id"])
        return super().write(vals)

    def _client_forget_copies(self, partner_id):
        """The copy would be seen once the opportunity is another contact's."""
        leaving = self.filtered(
            lambda lead: lead.partner_id and lead.partner_id.id != partner_id
        )
        hidden = leaving.sudo().partner_id._client_masked_ids()
        # sudo: what is taken away is not the user's to see.
        leaving = leaving.sudo().filtered(lambda lead: lead.partner_id.id in hidden)
        for lead in leaving:
            client = lead.partner_id
            copied = {"phone": client.phone, "email_from": client.email}
            gone = [
                name for name in COPIED if lead[name] and lead[name] == copied[name]
            ]
            if gone:
                # Written first, it would be written to the contact, too.
                lead.partner_id = False
                lead.write(dict.fromkeys(gone, False))

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self._client_masks():
            hidden = self.sudo().partner_id._client_masked_ids()
            for lead, vals in zip(self, vals_list, strict=True):
                if lead.sudo().partner_id.id in hidden:
                    for name in COPIED:
                        vals.pop(name, None)
        return vals_list

    def client_show_details(self, kind="shown"):
        """Show how to reach the client of this opportunity; see the contact's."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.client_show_details(kind)

    def action_client_show(self):
        """The button *Show*."""
        self.client_show_details()

    def action_client_write_to(self):
        """Odoo's own composer with the client as recipient."""
        self.ensure_one()
        return self.partner_id.action_client_write_to()


class ClientCard(models.Model):
    """Lists of clients call and write, too."""

    _inherit = "client.card"

    def client_show_details(self, kind="shown"):
        """Show how to reach the person to talk to, else the client."""
        self.ensure_one()
        return self._client_reached(by="phone").client_show_details(kind)

    def action_client_write_to(self):
        """Odoo's own composer with the person to talk to, else the client."""
        self.ensure_one()
        return self._client_reached(by="email").action_client_write_to()

    def _client_reached(self, by):
        person = self.contact_person_id
        return person if person.sudo()[by] else self.partner_id
