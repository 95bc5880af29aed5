from odoo import models

# Of the module sms, which need not be there.
COMPOSER = "sms.composer"
NUMBERS = {"recipient_single_number", "recipient_single_number_itf"}


class Base(models.AbstractModel):
    """Odoo's window for an SMS to one client names his number and sends it back.

    It cannot do with dots. So opening it is like calling: it shows this one client,
    and is counted.
    """

    _inherit = "base"

    def _read_format(self, fnames, load="_classic_read"):
        if self._name == COMPOSER and not self.env.su and NUMBERS & set(fnames):
            for composer in self:
                self._client_show_addressee(composer.res_model, composer.res_id)
        return super()._read_format(fnames, load)

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        if self._name == COMPOSER and NUMBERS & set(result.get("value") or ()):
            self._client_show_addressee(values.get("res_model"), values.get("res_id"))
        return result

    def _client_show_addressee(self, model, record_id):
        """Count the client of the record to which the SMS goes as shown.

        :raise UserError: the limit of the day is reached
        """
        if not model or not record_id or model not in self.env:
            return
        record = self.env[model].browse(record_id)
        if model != "res.partner":
            fields = record._mail_get_partner_fields()
            # sudo: whoever may write to the record may write to its contact.
            partners = [
                record.sudo()[name][:1] for name in fields if record.sudo()[name]
            ]
            record = partners[0].sudo(False) if partners else None
        if record:
            record._client_show("called")
