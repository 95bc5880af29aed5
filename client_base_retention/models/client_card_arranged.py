from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_norm import COUNTED

# An arrangement so many days after the due date still holds off the alarm.
GRACE_DAYS = 7


class ClientCard(models.Model):
    """What is arranged with a client already (design 4.3 *Arranged*).

    An open activity made by a person, or a meeting in the calendar that the client has
    not declined, dated today or later. It is the task of the norms that it satisfies.
    """

    _inherit = "client.card"

    arranged_date = fields.Date(
        string="Arranged for",
        readonly=True,
        help="The nearest activity or meeting with the client that a person has made "
        "for the next contact.",
    )
    contact_late_date = fields.Date(
        string="In time until",
        readonly=True,
        help="The last day on which no norm is overdue: what is arranged for a few "
        "days after the due date holds off the alarm.",
    )
    is_arranged = fields.Boolean(
        string="Arranged",
        compute="_compute_is_arranged",
        search="_search_is_arranged",
        help="A contact is arranged for today or later, and nothing is overdue.",
    )
    is_paused = fields.Boolean(
        string="Paused",
        compute="_compute_is_paused",
        search="_search_is_paused",
        help="The client does not want to be contacted yet.",
    )

    _late_idx = models.Index(
        "(company_id, contact_late_date, id) WHERE contact_late_date IS NOT NULL"
    )
    _arranged_idx = models.Index(
        "(company_id, arranged_date) WHERE arranged_date IS NOT NULL"
    )
    _paused_idx = models.Index(
        "(company_id, pause_until) WHERE pause_until IS NOT NULL"
    )

    # ----------------------------------------------------------------- against today

    @api.depends("arranged_date", "contact_late_date")
    @api.depends_context("tz")
    def _compute_is_arranged(self):
        today = fields.Date.context_today(self)
        for card in self:
            day, until = card.arranged_date, card.contact_late_date
            overdue = until and until < today
            card.is_arranged = bool(day and day >= today and not overdue)

    @api.model
    def _search_is_arranged(self, operator, value):
        today = fields.Date.context_today(self)
        in_time = Domain("contact_late_date", "=", False) | Domain(
            "contact_late_date", ">=", today
        )
        return self._search_flag(
            operator, value, Domain("arranged_date", ">=", today) & in_time
        )

    @api.depends("pause_until")
    @api.depends_context("tz")
    def _compute_is_paused(self):
        today = fields.Date.context_today(self)
        for card in self:
            card.is_paused = bool(card.pause_until and card.pause_until > today)

    @api.model
    def _search_is_paused(self, operator, value):
        today = fields.Date.context_today(self)
        return self._search_flag(operator, value, Domain("pause_until", ">", today))

    @api.model
    def _search_flag(self, operator, value, domain):
        """Domain of a flag that says that ``domain`` holds."""
        if operator != "in":
            return NotImplemented
        return Domain.OR(domain if flag else ~domain for flag in value)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and boards order and group by these flags."""
        if field_expr not in ("is_arranged", "is_paused"):
            return super()._field_to_sql(alias, field_expr, query)
        today = fields.Date.context_today(self)
        if field_expr == "is_paused":
            until = self._field_to_sql(alias, "pause_until", query)
            return SQL("COALESCE(%s > %s, FALSE)", until, today)
        return SQL(
            "COALESCE(%(day)s >= %(today)s AND (%(until)s < %(today)s) IS NOT TRUE,"
            " FALSE)",
            day=self._field_to_sql(alias, "arranged_date", query),
            until=self._field_to_sql(alias, "contact_late_date", query),
            today=today,
        )

    # --------------------------------------------------------------------- statement

    @api.model
    def _arranged_reads(self):
        """{model: fields} that the statements read in other apps' tables."""
        return {
            "calendar.event": [
                "active",
                "allday",
                "start",
                "start_date",
                "stop",
                "user_id",
            ],
            "calendar.attendee": ["event_id", "partner_id", "state"],
        }

    def _contacts_arranged(self, company, today):
        """What is arranged with each ``card`` for ``today`` or later: the first day,
        and kinds and days beside each other."""
        return SQL(
            """SELECT card_id, min(day) AS first_day,
                      array_agg(kind) AS kinds, array_agg(day) AS days
                 FROM (%(activities)s UNION ALL %(meetings)s) AS found
                WHERE day >= %(today)s GROUP BY card_id""",
            activities=self._arranged_activities(company, today),
            meetings=self._arranged_meetings(company, today),
            today=today,
        )

    def _arranged_activities(self, company, today):
        """Open activities of people; one that is a meeting in the calendar as long as
        that is to take place."""
        return SQL(
            """SELECT card.card_id, kind.client_kind AS kind, a.date_deadline AS day
                 FROM card
                 JOIN mail_activity a ON a.client_id = card.partner_id
                  AND a.active IS TRUE AND a.date_deadline >= %(today)s
                  AND a.is_client_norm IS NOT TRUE
                 JOIN mail_activity_type kind ON kind.id = a.activity_type_id
                  AND kind.client_kind IS NOT NULL
            LEFT JOIN res_users u ON u.id = a.user_id
            LEFT JOIN calendar_event e ON e.id = a.calendar_event_id
                WHERE (e.id IS NULL OR e.active AND %(to_come)s)
                  AND (a.client_company_id = %(company)s
                       OR a.client_company_id IS NULL AND %(ours)s)
                  AND (e.id IS NULL OR COALESCE((
                      SELECT bool_or(guest.state IS DISTINCT FROM 'declined')
                        FROM calendar_attendee guest
                        JOIN res_partner p ON p.id = guest.partner_id
                       WHERE guest.event_id = e.id
                         AND p.commercial_partner_id = card.partner_id), TRUE))""",
            today=today,
            company=company.id,
            to_come=self._arranged_to_come(company, today),
            ours=self._arranged_here(company),
        )

    def _arranged_meetings(self, company, today):
        """Meetings with the client or one of his persons who has not declined."""
        zone = pytz.timezone(company._client_tz())
        midnight = zone.localize(datetime.combine(today, time()))
        begin = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return SQL(
            """SELECT card.card_id, 'meeting', CASE WHEN e.allday THEN e.start_date
                      ELSE %(day)s END
                 FROM card
                 JOIN res_partner p ON p.commercial_partner_id = card.partner_id
                 JOIN calendar_attendee guest ON guest.partner_id = p.id
                  AND guest.state IS DISTINCT FROM 'declined'
                 JOIN calendar_event e ON e.id = guest.event_id AND e.active
                  AND e.start >= %(begin)s AND %(to_come)s
            LEFT JOIN res_users u ON u.id = e.user_id
                WHERE %(ours)s""",
            day=self._day_of(SQL("e.start"), company),
            # All-day meetings begin at a fixed hour of UTC.
            begin=min(begin, datetime.combine(today, time())),
            to_come=self._arranged_to_come(company, today),
            ours=self._arranged_here(company),
        )

    def _arranged_to_come(self, company, today):
        """Condition that a meeting ``e`` has not ended: then it was held, and is a
        contact, or it was not."""
        if today != company._client_today():
            return SQL("TRUE")
        return SQL("(e.allday OR e.stop >= %s)", fields.Datetime.now())

    def _arranged_here(self, company):
        """Condition that what a user ``u`` arranged with a ``card``, on a record of no
        company, counts in ``company``: it is his, or the client has no other card."""
        return SQL(
            """(COALESCE(u.company_id, %(company)s) = %(company)s OR NOT EXISTS (
                   SELECT FROM client_card other
                    WHERE other.partner_id = card.partner_id
                      AND other.company_id <> %(company)s))""",
            company=company.id,
        )

    def _with_arranged(self, rows, working):
        """Norms with what is arranged for each, and until when it is in time.

        Due on a day off is due on the next working day; due while the responsible is
        away, on his first working day back.

        :param rows: ``SQL`` of the norms with their due dates
        :param working: the days on which the company works
        """
        kinds = SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, list(counted))
            for kind, counted in COUNTED.items()
        )
        return SQL(
            """SELECT dated.*, due_date - warn_days AS warn_date, plan.arranged_date,
                      GREATEST(COALESCE(holiday.next_day, work_day), away.back,
                               plan.held_off_until, grace_until) AS late_date
                 FROM (SELECT *, %(work_day)s AS work_day
                         FROM (%(rows)s) AS due) AS dated
            LEFT JOIN holiday ON holiday.day = dated.work_day
            LEFT JOIN away ON away.user_id = dated.user_id
                  AND COALESCE(holiday.next_day, work_day)
                      BETWEEN away.first_day AND away.last_day
            LEFT JOIN arranged USING (card_id)
            LEFT JOIN LATERAL (
                      SELECT min(day) AS arranged_date,
                             max(day) FILTER (WHERE day <= dated.due_date + %(grace)s)
                                 AS held_off_until
                        FROM unnest(arranged.kinds, arranged.days) AS one(kind, day)
                       WHERE one.kind = ANY(CASE dated.kind %(kinds)s END)
                      ) AS plan ON arranged.card_id IS NOT NULL""",
            rows=rows,
            work_day=self._working_day(working, SQL("due_date")),
            grace=GRACE_DAYS,
            kinds=kinds,
        )

    # ------------------------------------------------------------------------ events

    @api.model
    def _arranged_touch(self, partners):
        """Something was arranged with these clients, moved or called off.

        :param partners: commercial partners; those without a card are passed over
        """
        if not partners or self.env.context.get("client_arranged_later"):
            return
        # sudo: whoever plans an activity need not see the client's card.
        cards = self.sudo().with_context(active_test=False)
        found = cards.search_fetch(
            [("partner_id", "in", partners.ids)], ["partner_id", "company_id"]
        )
        pairs = {(card.partner_id.id, card.company_id.id) for card in found}
        cards.with_context(client_contact=True)._touch_clients(pairs)
