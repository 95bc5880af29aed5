from odoo import models

from .mail_message import CHATS, LETTERS

AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
BULK = {"bulk", "junk", "list", "auto_reply"}


class MailThread(models.AbstractModel):
    """Where messages are noticed: when Odoo knows who gets them.

    All ways of posting end in ``_notify_thread``: chatter, composer, gateway, SMS, and
    messages scheduled for later, which are noticed when they go.
    """

    _inherit = "mail.thread"

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        # sudo: whoever posts need not be able to read it again.
        letter = message.sudo()
        if self._client_may_notice(letter, kwargs):
            theirs = {r["id"] for r in recipients if r["id"] and r.get("share")}
            if letter.message_type == "email":
                theirs |= set(letter.author_id.ids)
            elif letter.message_type == "sms" and letter.model == "res.partner":
                theirs.add(letter.res_id)
            if theirs:
                letter._client_notice(theirs)
        return recipients

    def _client_may_notice(self, message, options):
        """Whether a message posted just now can be a contact; costs no query."""
        return (
            not self.env.context.get("client_unnoticed")
            and len(message) == 1
            and message.message_type in LETTERS
            and message.model not in CHATS
            and not self._is_notification_scheduled(options.get("scheduled_date"))
        )

    def _message_route_process(self, message, message_dict, routes):
        if self._client_is_automatic(message):
            self = self.with_context(client_unnoticed=True)
        return super()._message_route_process(message, message_dict, routes)

    def _client_is_automatic(self, message):
        """Whether a machine wrote this incoming mail: an answer to absence, a list, a
        bounce (RFC 3834 and the older headers).

        :param message: ``email.message.EmailMessage``
        """
        submitted = (message.get("Auto-Submitted") or "no").strip().lower()
        return (
            not submitted.startswith("no")
            or (message.get("Precedence") or "").strip().lower() in BULK
            or (message.get("Return-Path") or "").strip() == "<>"
            or any(message.get(header) for header in AUTO_HEADERS)
        )
