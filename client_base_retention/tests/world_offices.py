"""When the companies of random bases work, and who is away: for the addon and the
oracle alike."""

from datetime import datetime, time, timedelta

import pytz

from odoo import Command, fields

from . import oracle_office as oracle

BEGIN = "2027-10-30"


class WorldOffices:
    """Offices of a base (``world_contacts.py``)."""

    def make_offices(self):
        """Working weeks, one or two in turn, holidays, and who is away when."""
        pick = self.random.choice
        self.offices, aways = {}, []
        for company in self.companies:
            two = pick([True, False])
            worked = {
                (week, weekday)
                for week in range(2 if two else 1)
                for weekday in range(7)
                if self.random.random() < 0.7
            } or {(0, 2)}
            self.offices[company.id] = oracle.Office(
                worked=worked if two else {(w, d) for w in (0, 1) for _z, d in worked},
                staff={self.users[company.id].id, self.both.id},
            )
            self.set_week(company, worked, two)
            self.close(company, [self.some_day() for _n in range(30)])
        for user in self.staff:
            day = fields.Date.to_date(BEGIN) - timedelta(days=300)
            while day.year < 2030:
                day += timedelta(days=self.random.randint(1, 120))
                last = day + timedelta(days=pick([0, 1, 4, 6, 20]))
                aways.append({"user_id": user, "date_from": day, "date_to": last})
                day = last + timedelta(days=pick([0, 0, 2]))
        self.env["client.away"].create(aways)

    def some_day(self):
        first = fields.Date.to_date(BEGIN)
        return first + timedelta(days=self.random.randint(-200, 700))

    def set_week(self, company, worked, two):
        company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "company_id": company.id,
                "two_weeks_calendar": two,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": str(weekday),
                            "week_type": two and str(week),
                            "hour_from": 8,
                            "hour_to": 17,
                        }
                    )
                    for week, weekday in worked
                ],
            }
        )

    def close(self, company, days):
        """Public holidays, each for a few days from one of these on."""
        zone = pytz.timezone(self.zones[company.id])
        values = []
        for first in days:
            last = first + timedelta(days=self.random.choice([0, 0, 1, 9]))
            ends = [datetime.combine(first, time()), datetime.combine(last, time.max)]
            begin, end = (
                zone.localize(end).astimezone(pytz.utc).replace(tzinfo=None)
                for end in ends
            )
            values.append(
                {
                    "name": "Closed",
                    "calendar_id": self.random.choice(
                        [company.resource_calendar_id.id, False]
                    ),
                    "company_id": company.id,
                    "date_from": begin,
                    "date_to": end.replace(microsecond=0),
                }
            )
            self.offices[company.id].holidays |= {
                first + timedelta(days=n) for n in range((last - first).days + 1)
            }
        self.env["resource.calendar.leaves"].with_company(company).create(values)
