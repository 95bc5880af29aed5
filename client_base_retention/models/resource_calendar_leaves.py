from odoo import api, models

HOLIDAY = {
    "calendar_id",
    "company_id",
    "date_from",
    "date_to",
    "resource_id",
    "time_type",
}


class ResourceCalendarLeaves(models.Model):
    """A public holiday: an absence that is nobody's own."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._holiday_companies()._client_days_off_changed()
        return leaves

    def write(self, vals):
        companies = self._holiday_companies()
        result = super().write(vals)
        if HOLIDAY & vals.keys():
            (companies | self._holiday_companies())._client_days_off_changed()
        return result

    def unlink(self):
        companies = self._holiday_companies()
        result = super().unlink()
        companies._client_days_off_changed()
        return result

    def _holiday_companies(self):
        """The companies that have a day off by these absences."""
        # sudo: whoever enters a holiday need not see all companies it is for.
        companies = self.env["res.company"].sudo()
        holidays = self.sudo().filtered(lambda leave: not leave.resource_id)
        if not holidays:
            return companies
        found = companies.search(
            [("resource_calendar_id", "in", holidays.calendar_id.ids)]
        )
        everywhere = holidays.filtered(lambda leave: not leave.calendar_id)
        if all(leave.company_id for leave in everywhere):
            return found | everywhere.company_id
        return companies._client_companies()
