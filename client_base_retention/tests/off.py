"""Helpers of the tests of days off and days away."""

from datetime import date, datetime, timedelta

from .past import PastCommon


class OffCommon(PastCommon):
    """Clients whose call is due on a day that a test names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "company_id": cls.company.id, "tz": "UTC"}
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.norm(count=10, unit="day")

    def due_on(self, when, **values):
        """The norm of a client of Olga's that is due on a day."""
        bought = date.fromisoformat(when) - timedelta(days=10)
        values.setdefault("user_id", self.olga.id)
        with self.on(str(bought)):
            card = self.client((bought, 100), **values)
        self.assertEqual(str(card.obligation_ids.due_date), when)
        return card.obligation_ids

    def holiday(self, first, last=None, hours=(0, 24), **values):
        """A public holiday from a day to another, hours in the company's zone."""
        zone = self.company._client_tz()
        ends = []
        for when, hour in ((first, hours[0]), (last or first, hours[1])):
            moment = datetime.fromisoformat(when) + timedelta(hours=hour)
            self.cr.execute(
                "SELECT %s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'",
                [moment, zone],
            )
            ends.append(self.cr.fetchone()[0])
        if hours[1] == 24:
            ends[1] -= timedelta(seconds=1)
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": ends[0],
                "date_to": ends[1],
                **values,
            }
        )

    def away(self, first, last, user=None, **values):
        return self.env["client.away"].create(
            {
                "user_id": (user or self.olga).id,
                "date_from": first,
                "date_to": last,
                **values,
            }
        )

    def derive(self, norm):
        norm.card_id._derive_contacts_now()
        return str(norm.late_date)

    def assertLate(self, norm, expected):
        """In time until a day; the card says the same, and the due date stays."""
        due = norm.due_date
        self.assertEqual(self.derive(norm), expected)
        self.assertEqual(str(norm.card_id.contact_late_date), expected)
        self.assertEqual(norm.due_date, due)
