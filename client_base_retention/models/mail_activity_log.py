from odoo import models

from .res_partner import ROLE


class MailActivity(models.Model):
    """What a norm planned is finished with an outcome: a plain *Done* asks for it."""

    _inherit = "mail.activity"

    def action_done(self):
        """*Done* of the buttons: for a contact by the norm it opens *Log a contact*.

        ``action_feedback`` and ``activity_feedback`` go on to finish it at once, as
        reached.
        """
        asked = self._to_be_asked()
        if not asked:
            return super().action_done()
        super(MailActivity, self - asked).action_done()
        if len(asked) == 1:
            return asked._action_log_contact()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Contacts by the norm stay open (%(number)s): finish them one by "
                    "one, since each asks whether the client was reached.",
                    number=len(asked),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_done_redirect_to_other(self):
        asked = self._to_be_asked()
        if len(asked) == 1 == len(self):
            return asked._action_log_contact()
        return super().action_done_redirect_to_other()

    def _to_be_asked(self):
        """Those planned by norms for clients whom the user may log contacts with."""
        if not self.env.user.has_group(ROLE):
            return self.browse()
        planned = self.filtered(lambda a: a.active and a.is_client_norm and a.client_id)
        clients = planned._cards_to_log().partner_id
        return planned.filtered(lambda activity: activity.client_id in clients)

    def _cards_to_log(self):
        """The cards of the clients of these activities that the user sees."""
        clients = self.client_id.ids
        return self.env["client.card"].search([("partner_id", "in", clients)])

    def _card_to_log(self):
        """The card that a contact planned here is logged with."""
        self.ensure_one()
        cards = self._cards_to_log()
        # sudo: norms are the system's.
        company = (
            self.sudo().client_obligation_id.company_id
            or self.client_company_id
            or self.env.company
        )
        return cards.filtered(lambda card: card.company_id == company) or cards[:1]

    def _action_log_contact(self):
        """The dialog in which this activity is finished."""
        card = self._card_to_log()
        return card.with_context(
            default_activity_id=self.id,
            default_kind=self.sudo()._client_kind() or "call",
        ).action_log_contact()

    def _to_store_defaults(self, target):
        # Others finish it as they finish any activity.
        asked = ["is_client_norm"] if self.env.user.has_group(ROLE) else []
        return super()._to_store_defaults(target) + asked
