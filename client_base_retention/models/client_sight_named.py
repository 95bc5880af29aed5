"""Small records of Odoo that name a contact by his number: whoever reads
them back would learn the names of hidden clients, one number after the other."""

from odoo import models


class AccountAnalyticAccount(models.Model):
    _name = "account.analytic.account"
    _inherit = ["account.analytic.account", "client.sight.guard"]

    _client_names = ("partner_id",)


class CalendarFilters(models.Model):
    _name = "calendar.filters"
    _inherit = ["calendar.filters", "client.sight.guard"]

    _client_names = ("partner_id",)


class MailScheduledMessage(models.Model):
    _name = "mail.scheduled.message"
    _inherit = ["mail.scheduled.message", "client.sight.guard"]

    _client_names = ("author_id",)
