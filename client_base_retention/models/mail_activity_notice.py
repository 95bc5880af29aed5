from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _client_contacts(self):
        """The contacts that these activities were.

        Any activities may be given, archived ones and those of others too; what was
        not done, or is of a type without a kind of contact, gives nothing. No query
        per record.

        :return: list of values for ``client.touchpoint._notice``, oldest first
        """
        return []
