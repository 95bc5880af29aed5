from odoo import models


class MailTrackingValue(models.Model):
    """The chatter tells what a telephone was before: hidden with it."""

    _inherit = "mail.tracking.value"

    def _filter_has_field_access(self, env):
        values = super()._filter_has_field_access(env)
        if env.su or env.user._client_reading_rules()[0] == "none":
            return values
        contacts = {}
        for value in values:
            model = env.get(value.field_id.model)
            way = (
                None
                if model is None
                else model._client_details().get(value.field_id.name)
            )
            if way is not None:
                record = model.browse(value.mail_message_id.res_id)
                contacts[value] = record._client_details_partners(way)[record.id]
        partners = env["res.partner"].browse(set(filter(None, contacts.values())))
        hidden = partners._client_masked_ids()
        return values.filtered(lambda value: contacts.get(value) not in hidden)
