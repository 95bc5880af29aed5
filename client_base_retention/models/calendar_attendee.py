from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            # sudo: the client answers the invitation by himself.
            self.sudo().event_id._client_follow({"attendee_ids"})
        return result
