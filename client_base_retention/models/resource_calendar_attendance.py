from odoo import api, models

WEEK = {
    "calendar_id",
    "dayofweek",
    "week_type",
    "day_period",
    "display_type",
    "hour_from",
    "hour_to",
}


class ResourceCalendarAttendance(models.Model):
    """A line of a working week: without one a day is off."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.calendar_id._derive_client_contacts()
        return lines

    def write(self, vals):
        calendars = self.calendar_id
        result = super().write(vals)
        if WEEK & vals.keys():
            (calendars | self.calendar_id)._derive_client_contacts()
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        calendars._derive_client_contacts()
        return result
