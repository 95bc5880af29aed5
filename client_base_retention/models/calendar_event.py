from datetime import time

import pytz

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL

from .client_touchpoint_source import shorten

WORKDAY = (time(8), time(18))


class CalendarEvent(models.Model):
    """Meetings that have ended are contacts with the clients who attended (N65).

    Counted is an active meeting that has ended, with a client or one of its persons
    among those who did not decline, and somebody of ours who did not either. The client
    of the record that the meeting was planned on is among them once its activity is
    done: whoever finished it says that he was there. All-day meetings have no hour and
    no zone: they are held from 8 to 18 o'clock where their organizer lives.
    """

    _inherit = "calendar.event"

    _client_stop_idx = models.Index("(stop, id) WHERE active IS TRUE")

    def _client_contacts(self, now=None):
        """The contacts that these meetings were, those that have ended by ``now``.

        Any events may be given, archived (cancelled) ones too, which give nothing. No
        query per record.

        :param now: naive moment in UTC, by default the present
        :return: list of values for ``client.touchpoint._notice``, oldest first
        """
        now = now or fields.Datetime.now()
        # sudo: private meetings and those of others are contacts, too.
        meetings = self.sudo().with_context(active_test=False)
        meetings = meetings.filtered(lambda e: e.active and e._client_span()[1] <= now)
        attended = {meeting: meeting._client_attended() for meeting in meetings}
        done = meetings.activity_ids.filtered(
            lambda a: not a.active and a.date_done and a.res_model in self.env
        )
        of_activity = done._client_partners()
        for activity in done:
            attended[activity.calendar_event_id] += list(of_activity[activity.id])
        everybody = {partner for ids in attended.values() for partner in ids}
        since = min((meeting._client_span()[0] for meeting in meetings), default=None)
        clients = self.env["client.touchpoint"]._clients_among(everybody, since)
        ours = self._client_colleagues(everybody) if clients else {}
        contacts = []
        for meeting, partner_ids in attended.items():
            if not any(partner_id in clients for partner_id in partner_ids):
                continue
            host = meeting._client_host(ours)
            if host is not None:
                contacts += meeting._client_values(partner_ids, clients, host)
        contacts = self._client_not_repeated(contacts)
        return sorted(contacts, key=lambda vals: vals["date"])

    def _client_span(self):
        """Start and end of this meeting as moments in UTC."""
        self.ensure_one()
        if not self.allday:
            return self.start, self.stop
        organizer = self.sudo().user_id
        zone = pytz.timezone(
            organizer.tz or self.event_tz or self.env.company.partner_id.tz or "UTC"
        )
        return tuple(
            zone.localize(moment.replace(hour=hour.hour, minute=0, second=0))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for moment, hour in zip((self.start, self.stop), WORKDAY, strict=True)
        )

    def _client_is_private(self):
        """Whether what was said is nobody's business."""
        return self.sudo().effective_privacy == "private"

    def _client_attended(self):
        """Ids of those who were invited and did not decline."""
        declined = self.attendee_ids.filtered(lambda a: a.state == "declined")
        return (self.partner_ids - declined.partner_id).ids

    def _client_colleagues(self, partner_ids):
        """{contact id: user id} of those who are internal users."""
        users = self.env["res.users"].sudo().with_context(active_test=False)
        found = users.search_fetch(
            [("partner_id", "in", list(partner_ids)), ("share", "=", False)],
            ["partner_id"],
            order="active, id desc",
        )
        return {user.partner_id.id: user.id for user in found}

    def _client_host(self, ours):
        """Who of ours held this meeting: the organizer, else the first of ours there.

        :param ours: {contact id: user id} of internal users
        :return: a user's id, False where only the system stands for us, None where
            nobody of ours was there
        """
        invited = [p for p in self.attendee_ids.partner_id.ids if p in ours]
        came = [ours[p] for p in self._client_attended() if p in ours]
        organizer = self.user_id
        if invited and not came:
            return None
        if organizer and not organizer.share and organizer.id != SUPERUSER_ID:
            if (
                organizer.partner_id.id
                not in self.attendee_ids.filtered(
                    lambda a: a.state == "declined"
                ).partner_id.ids
            ):
                return organizer.id
        came = [uid for uid in came if uid != SUPERUSER_ID]
        if came:
            return came[0]
        return False if organizer.id == SUPERUSER_ID else None

    def _client_values(self, partner_ids, clients, host):
        """Values of the contacts with each client who attended this meeting."""
        kinds = self.activity_ids.activity_type_id.mapped("client_kind")
        vals = {
            "date": self._client_span()[0],
            "kind": next(filter(None, kinds), "meeting"),
            "direction": "out",
            "outcome": "reached",
            "user_id": host,
            "note": False if self._client_is_private() else shorten(self.name),
            "res_model": self._name,
            "res_id": self.id,
        }
        touchpoints = self.env["client.touchpoint"]
        own = self.activity_ids.client_company_id.ids
        return [
            touchpoints._with_company(
                vals | {"partner_id": partner_id}, companies, *own
            )
            for partner_id, companies in touchpoints._each_client(
                partner_ids, clients, vals["date"]
            )
        ]

    def _client_not_repeated(self, contacts):
        """Those that are not the meetings which Odoo has put in the place of others.

        Who changes all meetings of a series gets new ones for the old, those held
        included.
        """
        if not contacts:
            return contacts
        self.env["client.touchpoint"].flush_model()
        self.flush_model(["active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT t.partner_id, t.date::date
                     FROM client_touchpoint t
                     JOIN res_partner p ON p.commercial_partner_id = t.partner_id
                    WHERE p.id = ANY(%s) AND t.res_model = 'calendar.event'
                      AND t.date >= %s AND t.res_id <> ALL(%s)
                      AND NOT EXISTS (SELECT FROM calendar_event e
                                       WHERE e.id = t.res_id AND e.active)""",
                [vals["partner_id"] for vals in contacts],
                min(vals["date"] for vals in contacts).date(),
                [vals["res_id"] for vals in contacts],
            )
        )
        gone = set(rows)
        if not gone:
            return contacts
        partners = self.env["res.partner"].sudo()
        meetings = self.sudo().browse({vals["res_id"] for vals in contacts})
        series = set(meetings.filtered("recurrence_id").ids)
        return [
            vals
            for vals in contacts
            if vals["res_id"] not in series
            or (
                partners.browse(vals["partner_id"]).commercial_partner_id.id,
                vals["date"].date(),
            )
            not in gone
        ]
