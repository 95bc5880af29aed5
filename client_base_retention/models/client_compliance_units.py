from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .client_card_norm import COUNTED
from .client_obligation_past import KEPT

# Tries on so many days make of *not made* *tried*.
TRIES = 3
# What a former state leads to, empty where that is gone since.
LINKS = {
    "rule_id": SQL("r.id"),
    "user_id": SQL("u.id"),
    "team_id": SQL("t.id"),
    "taken_from_id": SQL("giver.id"),
}


class ClientComplianceMonth(models.Model):
    """The units of a month and how each is judged, as SQL (design 4.3).

    A unit is an obligation's row with a status and a responsible. Its states are the
    rows of ``client.obligation.past`` and, as the last one, the obligation itself; a
    state holds from ``since`` until ``until``, both included. Days of the month are
    bits of an integer, the first day the lowest one: so days of several states are
    united, days away taken off and the rest counted without a row for each day.

    A month that is measured after its end is judged as of its last day: a state that
    ended later is taken as lasting, with one exception, a contact of the month that
    was entered after its end but before the measuring counts.
    """

    _inherit = "client.compliance.month"

    @api.model
    def _units_query(self, company, first, last, counted_from):
        """``SQL`` of the units of a month, with the columns of ``client.compliance``.

        :param first: first day of the month
        :param last: the day as of which it is judged: its last one, or today
        :param counted_from: first day of the month that may be overdue
        """
        day_of, days = self.env["client.card"]._day_of, self._days_mask
        return SQL(
            """WITH past AS MATERIALIZED (%(past)s),
                    absence AS MATERIALIZED (%(away)s),
                    final AS (%(final)s),
                    red AS (%(red)s),
                    judged AS MATERIALIZED (%(judged)s),
                    touch AS MATERIALIZED (%(touch)s),
                    answer AS (%(answer)s),
                    tried AS MATERIALIZED (%(tried)s),
                    try AS (%(tries)s)
             SELECT j.*, p.complete_name AS client_name,
                    (j.result = 'kept')::integer AS is_kept,
                    (j.result = 'late')::integer AS is_late,
                    (j.result = 'not_made')::integer AS is_not_made,
                    COALESCE(try.days, 0)::integer AS tries,
                    COALESCE(try.days >= %(enough)s, FALSE)::integer AS is_tried,
                    COALESCE(answer.direction = 'out', FALSE)::integer AS is_out,
                    COALESCE(answer.direction = 'in', FALSE)::integer AS is_in
               FROM judged j
               JOIN client_card c ON c.id = j.card_id
               JOIN res_partner p ON p.id = c.partner_id
          LEFT JOIN answer ON answer.unit = j.unit
          LEFT JOIN try ON try.unit = j.unit""",
            past=self._units_past(company, first, last),
            away=self._units_away(first, last),
            final=self._units_final(company, first, last),
            red=self._units_red(company, first, last, counted_from, days),
            judged=self._units_judged(first, last, counted_from, days),
            touch=self._units_touch(company, first, last, day_of),
            answer=self._units_answer(first),
            tried=self._units_tried(company, last, day_of),
            tries=self._units_tries(),
            enough=TRIES,
        )

    # ------------------------------------------------------------------------ states

    def _units_past(self, company, first, last):
        """Former states that held on a day of the month.

        ``satisfied_on``: the first contact that ended this state of the unit, or one
        after it. A contact that was typed in late ends what it would have ended, also
        where the class had changed meanwhile.
        """
        return SQL(
            """SELECT %(kept)s, p.id AS place, p.obligation_id, p.card_id, p.until,
                      p.contact_date, p.is_closed,
                      min(p.contact_date) OVER (
                          PARTITION BY p.obligation_id, p.status, u.id
                          ORDER BY p.until DESC, p.id DESC) AS satisfied_on
                 FROM client_obligation_past p
            LEFT JOIN client_contact_rule r ON r.id = p.rule_id
            LEFT JOIN res_users u ON u.id = p.user_id
            LEFT JOIN crm_team t ON t.id = p.team_id
            LEFT JOIN res_users giver ON giver.id = p.taken_from_id
                WHERE p.company_id = %(company)s AND p.until >= %(first)s
                  AND p.since <= %(last)s AND %(pilots)s""",
            kept=SQL(", ").join(
                SQL(
                    "%s AS %s",
                    LINKS.get(name, SQL.identifier("p", name)),
                    SQL.identifier(name),
                )
                for name in KEPT
            ),
            company=company.id,
            first=first,
            last=last,
            pilots=self._units_of_pilots(company, "p"),
        )

    def _units_of_pilots(self, company, table):
        """With pilot teams the norms of the others do not count yet."""
        pilots = company._client_pilots()
        if not pilots:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", SQL.identifier(table, "team_id"), pilots.ids)

    def _units_final(self, company, first, last):
        """The last state of each unit that belongs to the month, and its last day. One
        that went without being closed does not belong to it."""
        return SQL(
            """SELECT %(own)s, o.id AS obligation_id, o.card_id,
                      NULL::date AS contact_date, FALSE AS is_closed,
                      %(last)s::date AS last_day
                 FROM client_obligation o
                WHERE o.company_id = %(company)s AND o.since <= %(last)s
                  AND (o.due_date <= %(last)s OR o.last_contact_date >= %(first)s)
                  AND %(pilots)s
            UNION ALL
               SELECT %(names)s, obligation_id, card_id, contact_date, is_closed,
                      last_day
                 FROM (
               SELECT %(kept)s, past.obligation_id, past.card_id,
                      CASE WHEN past.contact_date <= LEAST(past.until, %(last)s)
                           THEN past.contact_date END AS contact_date,
                      past.is_closed AND past.until <= %(last)s AS is_closed,
                      LEAST(past.until, %(last)s) AS last_day
                 FROM (SELECT DISTINCT ON (%(unit)s) * FROM past
                        WHERE past.is_closed OR past.until > %(last)s
                     ORDER BY %(unit)s, past.until DESC, past.place DESC) AS past
                WHERE NOT EXISTS (
                      SELECT FROM client_obligation o
                       WHERE o.id = past.obligation_id AND o.since <= %(last)s
                         AND COALESCE(o.status, '') = COALESCE(past.status, '')
                         AND COALESCE(o.user_id, 0) = COALESCE(past.user_id, 0))
                 ) AS ended
                WHERE due_date <= last_day
                   OR GREATEST(last_contact_date, contact_date) >= %(first)s""",
            own=_columns("o", KEPT),
            kept=_columns("past", KEPT),
            names=_columns("ended", KEPT),
            unit=_unit("past"),
            company=company.id,
            first=first,
            last=last,
            pilots=self._units_of_pilots(company, "o"),
        )

    # ------------------------------------------------------------------ overdue days

    def _days_mask(self, first, begin, end):
        """``SQL`` of the bits of the days from ``begin`` to ``end``."""
        return SQL(
            """CASE WHEN %(begin)s <= %(end)s
                    THEN ((1::bigint << (%(end)s - %(begin)s + 1)) - 1)
                         << (%(begin)s - %(first)s::date)
                    ELSE 0 END""",
            begin=begin,
            end=end,
            first=first,
        )

    def _units_away(self, first, last):
        """The days of the month on which each user was away."""
        return SQL(
            """SELECT user_id, bit_or(%(mask)s) AS days FROM client_away
                WHERE date_from <= %(last)s AND date_to >= %(first)s
             GROUP BY user_id""",
            mask=self._days_mask(
                first,
                SQL("GREATEST(date_from, %s::date)", first),
                SQL("LEAST(date_to, %s::date)", last),
            ),
            first=first,
            last=last,
        )

    def _units_red(self, company, first, last, counted_from, days):
        """The days on which the former states of each unit were overdue: until the
        day of the contact that ended it, whenever that was typed in. What stood until
        the company started is nobody's fault on that day: nobody was due before it."""
        return SQL(
            """SELECT %(unit)s, bit_or(%(mask)s) AS days
                 FROM past
                WHERE late_date < %(last)s AND until > %(start)s
             GROUP BY 1, 2, 3""",
            unit=_unit("past", named=True),
            start=company.client_start_date,
            mask=days(
                first,
                SQL("GREATEST(since, late_date + 1, %s::date)", counted_from),
                SQL("LEAST(until, satisfied_on, %s::date)", last),
            ),
            last=last,
        )

    def _units_judged(self, first, last, counted_from, days):
        """Each unit with its overdue days and the result.

        The state of the last day decides what is not made, the days of all states what
        is late. A contact that ended a unit together with it has satisfied it.
        """
        return SQL(
            """SELECT row_number() OVER () AS unit, %(names)s, obligation_id, card_id,
                      GREATEST(last_contact_date, contact_date) AS last_contact_date,
                      is_closed, last_day,
                      length(replace(days::bit(32)::text, '0', '')) AS overdue_days,
                      CASE WHEN is_red AND (days >> (last_day - %(first)s::date)) & 1
                                = 1 THEN 'not_made'
                           WHEN days <> 0 THEN 'late' ELSE 'kept' END AS result
                 FROM (
               SELECT final.*,
                      late_date < last_day AND contact_date IS NULL AS is_red,
                      (COALESCE(red.days, 0) | %(mask)s) & %(whole)s
                          & ~COALESCE(absence.days, 0) AS days
                 FROM final
            LEFT JOIN red ON (red.unit_row, red.unit_status, red.unit_user)
                           = (%(unit)s)
            LEFT JOIN absence ON absence.user_id = final.user_id) AS counted""",
            names=SQL(", ").join(
                SQL.identifier(name) for name in KEPT if name != "last_contact_date"
            ),
            mask=SQL(
                "CASE WHEN late_date < last_day AND contact_date IS NULL"
                " THEN %s ELSE 0 END",
                days(
                    first,
                    SQL("GREATEST(since, late_date + 1, %s::date)", counted_from),
                    SQL("last_day"),
                ),
            ),
            # It may have come back after it was closed, and gone for good then.
            whole=days(first, SQL("%s::date", first), SQL("last_day")),
            unit=_unit("final"),
            first=first,
        )

    # ---------------------------------------------------------------------- contacts

    def _units_touch(self, company, first, last, day_of):
        """The contacts of the month that reached somebody."""
        cards = self.env["client.card"]
        return SQL(
            """SELECT card_id, kind, %(day)s AS day, date, id, direction
                 FROM client_touchpoint
                WHERE company_id = %(company)s AND card_id IS NOT NULL
                  AND outcome = 'reached' AND kind <> 'material'
                  AND date >= %(begin)s AND date < %(end)s""",
            day=day_of(SQL("date"), company),
            company=company.id,
            begin=cards._end_of_day(company, first - timedelta(days=1)),
            end=cards._end_of_day(company, last),
        )

    def _units_answer(self, first):
        """Who began the contact that satisfied a unit last.

        The kinds are compared for each pair: as a part of the join they would be
        sorted, which takes long for words.
        """
        counts = SQL(" ").join(
            SQL("WHEN %s THEN t.kind IN %s", norm, kinds)
            for norm, kinds in COUNTED.items()
        )
        return SQL(
            """SELECT DISTINCT ON (j.unit) j.unit, t.direction
                 FROM judged j
                 JOIN touch t ON t.card_id = j.card_id AND t.day = j.last_contact_date
                WHERE j.last_contact_date >= %(first)s
                  AND CASE j.kind %(counts)s END
             ORDER BY j.unit, t.date DESC, t.id DESC""",
            counts=counts,
            first=first,
        )

    def _units_tried(self, company, last, day_of):
        """Our tries in vain since the first norm that is not made was due: read at one
        go, for in a large base these are many."""
        return SQL(
            """SELECT card_id, %(day)s AS day
                 FROM client_touchpoint
                WHERE company_id = %(company)s AND card_id IS NOT NULL
                  AND outcome = 'no_answer' AND direction = 'out'
                  AND kind <> 'material' AND date < %(end)s
                  -- One day more, whatever the time zone.
                  AND date >= (SELECT min(due_date) - 1 FROM judged
                                WHERE result = 'not_made')""",
            day=day_of(SQL("date"), company),
            company=company.id,
            end=self.env["client.card"]._end_of_day(company, last),
        )

    def _units_tries(self):
        """On how many days since it was due we tried in vain, for what is not made."""
        return SQL(
            """SELECT j.unit, count(DISTINCT t.day) AS days
                 FROM judged j
                 JOIN tried t ON t.card_id = j.card_id
                  AND t.day BETWEEN j.due_date AND j.last_day
                WHERE j.result = 'not_made'
             GROUP BY j.unit"""
        )


def _columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def _unit(alias, named=False):
    """``SQL`` of what makes a unit: row, status and responsible."""
    parts = (
        ("unit_row", SQL.identifier(alias, "obligation_id")),
        ("unit_status", SQL("COALESCE(%s, '')", SQL.identifier(alias, "status"))),
        ("unit_user", SQL("COALESCE(%s, 0)", SQL.identifier(alias, "user_id"))),
    )
    return SQL(", ").join(
        SQL("%s AS %s", part, SQL.identifier(name)) if named else part
        for name, part in parts
    )
