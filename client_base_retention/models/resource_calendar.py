from odoo import models

# What decides on which days are worked, beside the lines of the week.
WEEK = {"two_weeks_calendar", "schedule_type", "flexible_hours", "active"}


class ResourceCalendar(models.Model):
    """The working hours of a company say on which days nobody is due."""

    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if WEEK & vals.keys():
            self._derive_client_contacts()
        return result

    def _derive_client_contacts(self):
        """Derive the clients of the companies that work by these calendars."""
        # sudo: whoever sets a calendar need not see the companies that work by it.
        companies = self.env["res.company"].sudo()
        companies.search(
            [("resource_calendar_id", "in", self.ids)]
        )._client_days_off_changed()
