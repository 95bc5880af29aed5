"""Small records of Odoo that name a contact by his number: whoever reads
them back would learn the names of hidden clients, one number after the other."""

from odoo import api, models


class AccountAnalyticAccount(models.Model):
    _name = "account.analytic.account"
    _inherit = ["account.analytic.account", "client.sight.guard"]

    _client_names = ("partner_id",)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Without the name of a hidden client: Odoo reads him with the user's rights,
        and no account could be chosen."""
        if not self.env.user._client_is_restricted():
            return super()._compute_display_name()
        # sudo: whether the client is seen is asked for the user all the same.
        clients = self.sudo().partner_id.commercial_partner_id
        unseen = clients.filtered(lambda client: not client.client_is_seen)
        hidden = self.sudo().filtered(
            lambda one: one.partner_id.commercial_partner_id in unseen
        )
        hidden = self.browse(hidden.ids)
        for account in hidden:
            account.display_name = (
                f"[{account.code}] {account.name}" if account.code else account.name
            )
        return super(AccountAnalyticAccount, self - hidden)._compute_display_name()


class CalendarFilters(models.Model):
    _name = "calendar.filters"
    _inherit = ["calendar.filters", "client.sight.guard"]

    _client_names = ("partner_id",)


class MailScheduledMessage(models.Model):
    _name = "mail.scheduled.message"
    _inherit = ["mail.scheduled.message", "client.sight.guard"]

    _client_names = ("author_id",)
