from odoo import models


class CalendarAttendee(models.Model):
    """No way to a hidden client's telephone and e-mail by naming him."""

    _name = "calendar.attendee"
    _inherit = ["calendar.attendee", "client.sight.guard"]

    _client_names = ("partner_id",)
