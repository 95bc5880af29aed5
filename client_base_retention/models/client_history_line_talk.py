from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

NOTE = 250


class ClientHistoryLine(models.Model):
    """Opportunities, meetings, contacts, information sent, and moves of the class."""

    _inherit = "client.history.line"

    def _lines_crm_lead(self, reach):
        """Leads and opportunities with what came of them, lost ones, too."""
        columns = [
            *("partner_id", "company_id", "create_date", "date_closed", "name"),
            *("expected_revenue", "won_status", "lost_reason_id", "user_id"),
        ]
        leads = self._seen("crm.lead", reach, self._of_family(reach), columns)
        if not leads:
            return None
        closed = SQL("d.won_status IN ('won', 'lost')")
        return self._line(
            "crm.lead",
            SQL("%s d JOIN res_partner p ON p.id = d.partner_id", leads),
            partner_id=SQL("p.commercial_partner_id"),
            person_id=SQL("NULLIF(d.partner_id, p.commercial_partner_id)"),
            company_id=SQL("d.company_id"),
            date=self._day_of(
                SQL(
                    "CASE WHEN %s THEN COALESCE(d.date_closed, d.create_date)"
                    " ELSE d.create_date END",
                    closed,
                )
            ),
            kind="opportunity",
            name=SQL("d.name"),
            amount=SQL("d.expected_revenue"),
            result=SQL("CASE WHEN %s THEN d.won_status ELSE 'open' END", closed),
            reason=SQL(
                "CASE d.won_status WHEN 'lost' THEN %s END",
                self._reason(SQL("d.lost_reason_id")),
            ),
            user_id=SQL("d.user_id"),
        )

    def _lines_client_touchpoint(self, reach):
        columns = [
            *("partner_id", "person_id", "company_id", "date", "kind", "outcome"),
            *("note", "user_id"),
        ]
        contacts = self._seen(
            "client.touchpoint", reach, self._of_clients(reach), columns
        )
        if not contacts:
            return None
        return self._line(
            "client.touchpoint",
            SQL("%s d", contacts),
            partner_id=SQL("d.partner_id"),
            person_id=SQL("d.person_id"),
            company_id=SQL("d.company_id"),
            date=self._day_of(SQL("d.date")),
            kind=SQL(
                "CASE WHEN d.kind IN ('meeting', 'material') THEN d.kind"
                " ELSE 'touchpoint' END"
            ),
            name=SQL("left(d.note, %s)", NOTE),
            result=SQL(
                """CASE WHEN d.kind = 'material' THEN 'sent'
                        WHEN d.kind = 'meeting' AND d.outcome = 'reached' THEN 'held'
                        WHEN d.outcome = 'refused' THEN 'not_now'
                        ELSE d.outcome END"""
            ),
            user_id=SQL("d.user_id"),
        )

    def _lines_calendar_attendee(self, reach):
        """Meetings in the calendar, those to come above all: one that was held is a
        contact and is told as such. One line per client, whoever of him is invited."""
        events = self._seen_events(reach)
        if not events:
            return None
        asked = SQL("TRUE")
        if reach.family is not None:
            asked = SQL("a.partner_id = ANY(%s)", reach.family)
        guests = SQL(
            """SELECT a.event_id, p.commercial_partner_id AS partner_id,
                      min(a.id) AS id,
                      min(a.partner_id) FILTER (
                          WHERE a.partner_id <> p.commercial_partner_id) AS person_id
                 FROM calendar_attendee a
                 JOIN res_partner p ON p.id = a.partner_id
                WHERE %s AND a.event_id = d.id
             GROUP BY a.event_id, p.commercial_partner_id""",
            asked,
        )
        wanted = SQL("TRUE")
        if reach.ids is not None:
            wanted = SQL("g.id = ANY(%s)", reach.ids["calendar.attendee"])
        return self._line(
            "calendar.attendee",
            SQL(
                """%s d CROSS JOIN LATERAL (%s) g
                WHERE %s AND NOT EXISTS (
                          SELECT 1 FROM client_touchpoint t
                           WHERE t.res_model = 'calendar.event' AND t.res_id = d.id
                             AND t.partner_id = g.partner_id)""",
                events,
                guests,
                wanted,
            ),
            id=SQL("g.id"),
            partner_id=SQL("g.partner_id"),
            person_id=SQL("g.person_id"),
            date=self._day_of(SQL("d.start"), SQL("NULL::integer")),
            kind="meeting",
            name=SQL("d.name"),
            result=SQL(
                "CASE WHEN d.start > %s THEN 'planned' ELSE 'held' END",
                fields.Datetime.now(),
            ),
            user_id=SQL("d.user_id"),
            res_model="calendar.event",
        )

    def _seen_events(self, reach):
        """The meetings whose name the user may read: of a colleague's private ones
        Odoo shows him nothing but that somebody is busy."""
        events = self.env["calendar.event"]
        guests = Domain("partner_id", "!=", False)
        if reach.family is not None:
            guests = Domain("partner_id", "in", reach.family)
        if reach.ids is not None:
            guests &= Domain("id", "in", reach.ids["calendar.attendee"])
        attendees = self.env["calendar.attendee"]
        attendees.flush_model(["event_id", "partner_id"])
        self.env["client.touchpoint"].flush_model(["res_model", "res_id", "partner_id"])
        # sudo: only which meetings to look at; they themselves are searched for in
        # the name of the user.
        found = attendees.sudo()._search(guests)
        domain = Domain("active", "=", True) & Domain(
            "id", "in", found.subselect("event_id")
        )
        if not self.env.su:
            domain &= (
                Domain(events._get_default_privacy_domain())
                | Domain("user_id", "=", self.env.uid)
                | Domain("partner_ids", "in", self.env.user.partner_id.ids)
            )
        return self._seen(
            "calendar.event", reach, domain, ["name", "start", "user_id"], "attendee"
        )

    def _lines_client_transition(self, reach):
        columns = ["card_id", "company_id", "date", "movement", "reason", "user_id"]
        moves = self._seen(
            "client.transition",
            reach,
            self._of_clients(reach, "card_id.partner_id"),
            columns,
        )
        if not moves:
            return None
        return self._line(
            "client.transition",
            SQL("%s d JOIN client_card c ON c.id = d.card_id", moves),
            partner_id=SQL("c.partner_id"),
            company_id=SQL("d.company_id"),
            date=SQL("d.date"),
            kind="class",
            result=SQL("NULLIF(d.movement, 'other')"),
            reason=SQL("d.reason"),
            user_id=SQL("d.user_id"),
        )
