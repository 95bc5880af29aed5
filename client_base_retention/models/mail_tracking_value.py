from odoo import models
from odoo.fields import Domain

from .client_details import DETAILS, MASK

NAMES = sorted({name for names, _way in DETAILS.values() for name in names})


class MailTrackingValue(models.Model):
    """The chatter tells what a telephone was before: hidden with it."""

    _inherit = "mail.tracking.value"

    def _tracking_value_format_model(self, model):
        formatted = super()._tracking_value_format_model(model)
        if self.env.user._client_reading_rules()[0] != "none":
            hidden = self._client_hidden_values()
            for value in formatted:
                if value["id"] in hidden:
                    for side in ("oldValue", "newValue"):
                        value[side] = value[side] and MASK
        return formatted

    def _client_hidden_values(self):
        """Ids of those that tell a telephone or e-mail hidden from the user."""
        contacts = {}
        for value in self:
            model = self.env.get(value.field_id.model)
            details = {} if model is None else model._client_details()
            way = details.get(value.field_id.name)
            if way is not None:
                record = model.browse(value.mail_message_id.res_id)
                contacts[value.id] = record._client_details_partners(way)[record.id]
        partners = self.env["res.partner"].browse(set(filter(None, contacts.values())))
        hidden = partners._client_masked_ids()
        return {key for key, contact_id in contacts.items() if contact_id in hidden}


class MailMessage(models.Model):
    """Looking through the chatter finds no former telephones by a part of them."""

    _inherit = "mail.message"

    def _get_tracking_values_domain(self, search_term):
        domain = Domain(super()._get_tracking_values_domain(search_term))
        if not self._client_masks():
            return domain
        return domain & ~Domain("field_id.name", "in", NAMES)
