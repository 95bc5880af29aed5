from odoo import models


class CalendarEvent(models.Model):
    """No way to a hidden client's telephone and e-mail by naming him."""

    _name = "calendar.event"
    _inherit = ["calendar.event", "client.sight.guard"]

    _client_names = ("partner_ids", "attendee_ids")
