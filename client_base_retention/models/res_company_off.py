from datetime import datetime, time, timedelta

from odoo import models
from odoo.tools import SQL

from .working_days import CYCLE, WorkingDays, place_in_cycle

# No holiday is longer: an absence of the company without end is none.
HOLIDAY_MOST = 366
# The whole day, and what Odoo takes for its end (23:59:59).
WHOLE_DAY = (0.0, 24.0)
TOLERANCE = timedelta(minutes=1)


class ResCompany(models.Model):
    """Days off of the company: by its working calendar, and the public holidays."""

    _inherit = "res.company"

    def _client_days_off(self, first, last):
        """{day off: the next working day} of the days from ``first`` to ``last``."""
        return self._client_working_days().days_off(first, last)

    def _client_is_off(self, day):
        """Whether nobody works here on ``day``."""
        return self._client_working_days().is_off(day)

    def _client_working_days(self):
        """The days on which this company works, as ``WorkingDays``.

        A company without a working calendar has no days off. One with flexible hours
        has the holidays only.
        """
        self.ensure_one()
        # sudo: whoever causes a derivation need not see the calendar.
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return WorkingDays()
        hours = self._client_hours(calendar)
        return WorkingDays(
            [span is not None for span in hours],
            self._client_holidays(calendar, hours),
        )

    def _client_hours(self, calendar):
        """(first, last hour) of each day of the cycle of two weeks; None: it is off."""
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        if calendar.flexible_hours or not lines:
            return [WHOLE_DAY] * CYCLE
        hours = [None] * CYCLE
        for line in lines:
            weeks = (int(line.week_type or 0),)
            if not calendar.two_weeks_calendar:
                weeks = (0, 1)
            for week in weeks:
                place = int(line.dayofweek) + 7 * week
                first, last = hours[place] or (line.hour_from, line.hour_to)
                hours[place] = min(first, line.hour_from), max(last, line.hour_to)
        return hours

    def _client_holidays(self, calendar, hours):
        """The days of which public holidays take all working hours, in the company's
        time zone; half a day is no holiday."""
        found = set()
        for begin, end in self._client_closures(calendar):
            for number in range(min((end - begin).days + 1, HOLIDAY_MOST) + 1):
                day = begin.date() + timedelta(days=number)
                span = hours[place_in_cycle(day)]
                midnight = datetime.combine(day, time())
                if (
                    span
                    and begin <= midnight + timedelta(hours=span[0])
                    and end >= midnight + timedelta(hours=span[1]) - TOLERANCE
                ):
                    found.add(day)
        return found

    def _client_closures(self, calendar):
        """[(first, last moment in the company's time zone)] of all public holidays:
        absences of the calendar, or of every calendar, that are nobody's own."""
        self.env["resource.calendar.leaves"].flush_model()
        tz = self._client_tz()
        self.env.cr.execute(
            SQL(
                """SELECT date_from AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s,
                          date_to AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s
                     FROM resource_calendar_leaves
                    WHERE resource_id IS NULL AND time_type = 'leave'
                      AND (calendar_id = %(calendar)s OR calendar_id IS NULL
                           AND (company_id = %(company)s OR company_id IS NULL))""",
                tz=tz,
                calendar=calendar.id,
                company=self.id,
            )
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------------ events

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self._client_days_off_changed()
        return result

    def _client_days_off_changed(self):
        """Have the contact dates of these companies derived soon.

        In the background, for a calendar is changed line by line.
        """
        if not self or self.env.context.get("install_mode"):
            return
        # sudo: whoever sets calendars and holidays need not see the clients.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        self.filtered(
            lambda company: cards.search_count(
                [("company_id", "=", company.id)], limit=1
            )
        )._derive_in_background()
