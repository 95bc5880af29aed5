import pytz

from odoo import api, fields, models

# Tasks are planned from this hour of the company's day on.
MORNING = 5


class ResCompany(models.Model):
    """When the contacts of the day are planned."""

    _inherit = "res.company"

    client_planned_on = fields.Date(string="Contacts planned on", readonly=True)

    @api.model
    def _client_mornings(self):
        """{company: its day} of those that have started, whose morning has come and
        whose contacts are not planned yet; not where the switch is off."""
        now = pytz.utc.localize(fields.Datetime.now())
        mornings = {}
        for company in self._client_companies():
            here = now.astimezone(pytz.timezone(company._client_tz()))
            start, planned = company.client_start_date, company.client_planned_on
            if not start or start > here.date() or here.hour < MORNING:
                continue
            if not company.client_tasks_on:
                continue
            if not planned or planned < here.date():
                mornings[company] = here.date()
        return mornings
