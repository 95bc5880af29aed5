from odoo import models
from odoo.tools import SQL

from .client_card_contact import CONTACTS

# What a derivation writes on the row of a norm.
OBLIGATION = (
    "rule_id",
    "kind",
    "last_contact_date",
    "last_contact_at",
    "due_date",
    "warn_date",
    "norm_days",
    "arranged_date",
    "late_date",
    "wave_date",
    "manual_due_date",
    "manual_set_at",
    "manual_contact_at",
    "status",
    "abc_class",
    "user_id",
    "team_id",
    "since",
    "taken_on",
    "taken_from_id",
    "grace_until",
)


class ClientCard(models.Model):
    """Due dates: contacts that took place and norms -> obligations -> card.

    One statement serves the night, events and buttons. It reads card by card (LATERAL,
    by index), as the statement of the figures does, and writes only what differs.
    """

    _inherit = "client.card"

    # ------------------------------------------------------------------- derivations

    def _derive_contacts(self, company, today):
        """Derive the norms and contact dates of these cards.

        :param company: the company of all cards in ``self``
        :param today: day in the time zone of ``company``
        :return: number of cards changed
        """
        return len(self._execute(self._contacts_query(company, today)))

    def _derive_contacts_now(self):
        """Derive the contact dates of these cards after a change by hand."""
        for company, cards in self._by_company().items():
            today = company._client_today()
            cards._execute_flush()
            cards._derive_contacts(company, today)
            cards._execute_done()
            cards._settle_own_tasks(company, today)

    def _derive_contacts_company(self, company, today):
        """Derive the contact dates of all cards of ``company`` in this transaction."""
        self._execute_flush()
        self._cut_waves(company, today)
        for batch in self._batches(company):
            batch._derive_contacts(company, today)
        self._execute_done()
        self._settle_tasks(company, today, SQL("TRUE"))

    # --------------------------------------------------------------------- statement

    def _contacts_query(self, company, today):
        """One statement: contacts and norms of each card -> obligations -> card.

        A norm takes over the row of the norm of its kind that held before; rows
        without a norm are removed. The number of rows that the card's own update
        returns is that of the cards changed.
        """
        norms, figure = self._contacts_norms, self._contacts_figure
        working = company._client_working_days()
        return SQL(
            """WITH %(norms)s, %(off)s,
                    arranged AS MATERIALIZED (%(arranged)s),
                    held AS MATERIALIZED (%(rows)s),
                    gone AS (%(gone)s),
                    undone AS (%(undone)s),
                    past AS (%(past)s),
                    changed AS (%(changed)s),
                    made AS (%(made)s),
                    figure AS MATERIALIZED (%(figure)s)
             UPDATE client_card c
                SET (%(columns)s) = ROW(%(new)s),
                    write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
               FROM figure f
              WHERE c.ctid = f.place AND %(near)s
                AND (%(old)s) IS DISTINCT FROM (%(new)s)
          RETURNING c.id""",
            norms=norms(company, today, self._among_ids("c.id")),
            off=self._off_tables(working, today),
            near=self._near("c.id"),
            arranged=self._contacts_arranged(company, today),
            rows=self._obligations_held(company, today, working),
            gone=self._obligations_gone(),
            undone=self._past_undone(),
            past=self._past_made(company, today),
            changed=self._obligations_changed(),
            made=self._obligations_made(company),
            figure=figure(company),
            columns=SQL(", ").join(SQL.identifier(name) for name in CONTACTS),
            new=SQL(", ").join(SQL.identifier("f", name) for name in CONTACTS),
            old=SQL(", ").join(SQL.identifier("c", name) for name in CONTACTS),
            uid=self.env.uid,
        )

    def _among_ids(self, column):
        """Condition that a column holds the id of one of these cards."""
        found = SQL("%s = ANY(%s)", SQL(column), list(self._ids))
        if not self._is_dense():
            return found
        # Hidden from the planner: it would multiply what both conditions leave.
        return SQL("%s AND COALESCE(%s, FALSE)", self._near(column), found)

    def _near(self, column):
        """Condition that narrows a table down to the part in which these cards lie: a
        batch of the night is not to read, or hash, the whole of it."""
        if not self._is_dense():
            return SQL("TRUE")
        first, last = min(self._ids), max(self._ids)
        return SQL("%s BETWEEN %s AND %s", SQL(column), first, last)

    def _is_dense(self):
        """Whether there are few other cards between these, as in a batch by id."""
        ids = self._ids
        return len(ids) > 1 and max(ids) - min(ids) < 2 * len(ids)

    # -------------------------------------------------------------------- obligations

    def _obligations_held(self, company, today, working):
        """The norms of the cards with all that their rows are to say."""
        rows = self._with_taken(self._contacts_rows(company, today), today)
        return self._with_past(self._with_arranged(rows, working), today)

    def _contacts_rows(self, company, today):
        """Each norm with the row that it takes over, and what stands there.

        A date agreed with the client holds until a contact that is later than the one
        it was agreed after, and than the moment it was set. Before the start date of
        the regulation nobody is due; a day of the first round, once given, is kept.
        ``OFFSET 0``: the day is looked up once, not wherever it is named.
        """
        return SQL(
            """SELECT *, CASE WHEN agreed THEN old_manual END AS manual_due_date,
                      CASE WHEN agreed THEN old_set_at END AS manual_set_at,
                      CASE WHEN agreed THEN old_contact_at END AS manual_contact_at,
                      last_day AS last_contact_date, last_at AS last_contact_at,
                      GREATEST(pause_until, start_date,
                               CASE WHEN agreed THEN old_manual END,
                               CASE WHEN NOT agreed THEN
                                    GREATEST(own_date, wave_date) END) AS due_date
                 FROM (
               SELECT norm.*, was.*, o.id AS obligation_id, o.place AS row_place,
                      o.manual_due_date AS old_manual,
                      o.manual_set_at AS old_set_at,
                      o.manual_contact_at AS old_contact_at,
                      o.manual_due_date IS NOT NULL AND NOT COALESCE(
                          norm.last_at >= o.manual_set_at
                          AND (o.manual_contact_at IS NULL
                               OR norm.last_at > o.manual_contact_at),
                          FALSE) AS agreed,
                      CASE WHEN own_date < start_date THEN CASE
                           WHEN o.wave_date >= start_date
                            AND o.wave_date < start_date + step THEN o.wave_date
                           ELSE (%(wave)s) END END AS wave_date
                 FROM (SELECT *, array_agg(rule_id) OVER (PARTITION BY card_id) AS rules
                         FROM norm) AS norm
            LEFT JOIN LATERAL (
                      SELECT o.ctid AS place, o.*
                        FROM client_obligation o
                       WHERE o.card_id = norm.card_id
                         AND (o.rule_id = norm.rule_id OR o.kind = norm.kind
                              AND (o.rule_id IS NULL OR o.rule_id <> ALL(norm.rules)))
                    ORDER BY o.rule_id IS DISTINCT FROM norm.rule_id, o.id
                       LIMIT 1) AS o ON TRUE
            LEFT JOIN LATERAL (%(was)s) AS was ON o.id IS NOT NULL
               OFFSET 0) AS found""",
            wave=self._wave_day(company),
            was=self._past_before(today),
        )

    def _obligation_columns(self, alias):
        return SQL(", ").join(
            SQL("%s.%s", alias, SQL.identifier(n)) for n in OBLIGATION
        )

    def _obligations_gone(self):
        """Rows of these cards that no norm takes over; with the client's new status
        comes another norm, or none."""
        return SQL(
            """DELETE FROM client_obligation o
                USING card
                WHERE o.card_id = card.card_id AND %s AND NOT EXISTS (
                      SELECT FROM held WHERE held.obligation_id = o.id)
            RETURNING o.*, card.active AND o.status <> card.status AS is_closed""",
            self._near("o.card_id"),
        )

    def _obligations_changed(self):
        """Rows that say something else now."""
        return SQL(
            """UPDATE client_obligation o
                  SET (%(columns)s) = ROW(%(new)s),
                      write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                 FROM held
                WHERE o.ctid = held.row_place AND %(near)s
                  AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
            columns=SQL(", ").join(SQL.identifier(name) for name in OBLIGATION),
            new=self._obligation_columns(SQL("held")),
            old=self._obligation_columns(SQL("o")),
            near=self._near("o.card_id"),
            uid=self.env.uid,
        )

    def _obligations_made(self, company):
        """Rows of norms that hold for the first time."""
        return SQL(
            """INSERT INTO client_obligation
                      (card_id, company_id, %(columns)s,
                       create_uid, write_uid, create_date, write_date)
               SELECT card_id, %(company)s, %(new)s, %(uid)s, %(uid)s,
                      now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                 FROM held WHERE obligation_id IS NULL
             ORDER BY card_id, rule_id""",
            columns=SQL(", ").join(SQL.identifier(name) for name in OBLIGATION),
            new=self._obligation_columns(SQL("held")),
            company=company.id,
            uid=self.env.uid,
        )

    def _contacts_figure(self, company):
        """The contact columns that each card should have.

        The next contact is the norm that is overdue first; it is announced when the
        first of the norms is. What is arranged counts if it is for this contact: a
        letter to be written puts off no call. The person is the one chosen, or the one
        reached last, as long as he works there.
        """
        return SQL(
            """SELECT card.place,
                      LEAST(card.first_contact_date, %(first_day)s)
                          AS first_contact_date,
                      %(last_day)s AS last_contact_date,
                      next.due AS next_contact_date,
                      next.kind AS next_contact_kind,
                      next.norm_days AS next_contact_norm_days,
                      next.warned AS warn_date, next.agreed AS agreed_date,
                      COALESCE((%(chosen)s), (%(person)s)) AS contact_person_id,
                      CASE WHEN next.card_id IS NULL THEN arranged.first_day
                           ELSE next.arranged END AS arranged_date,
                      next.late AS contact_late_date
                 FROM card
            LEFT JOIN (
                      SELECT card_id, min(late_date) AS late,
                             (array_agg(due_date %(order)s))[1] AS due,
                             (array_agg(kind %(order)s))[1] AS kind,
                             (array_agg(norm_days %(order)s))[1] AS norm_days,
                             (array_agg(arranged_date %(order)s))[1] AS arranged,
                             min(warn_date) AS warned,
                             min(manual_due_date) AS agreed
                        FROM held GROUP BY card_id) AS next USING (card_id)
            LEFT JOIN arranged USING (card_id)""",
            first_day=self._day_of(
                SQL(
                    """(SELECT min(t.date) FROM client_touchpoint t
                         WHERE t.card_id = card.card_id AND t.outcome = 'reached'
                           AND t.kind <> 'material' AND t.date < card.until)"""
                ),
                company,
            ),
            last_day=self._day_of(
                SQL("GREATEST(card.call, card.meeting, card.email, card.message)"),
                company,
            ),
            order=SQL("ORDER BY late_date, due_date, sequence, rule_id"),
            chosen=self._person_chosen(),
            person=self._person_reached(),
        )

    def _person_chosen(self):
        """The person of a ``card`` who was chosen by hand and still works there."""
        return SQL(
            """SELECT p.id FROM res_partner p
                WHERE card.contact_person_is_manual AND p.id = card.contact_person_id
                  AND p.active
                  AND (%s OR p.commercial_partner_id = card.partner_id)""",
            # While clients are merged the persons of the one are not yet the other's.
            bool(self.env.context.get("client_folding")),
        )

    def _person_reached(self):
        """The person of a ``card`` who was reached last and still works there."""
        return SQL(
            """SELECT p.id FROM client_touchpoint t
                 JOIN res_partner p ON p.id = t.person_id
                WHERE t.card_id = card.card_id AND t.outcome = 'reached'
                  AND t.kind <> 'material' AND t.person_id IS NOT NULL
                  AND t.date < card.until
                  AND p.active AND p.commercial_partner_id = card.partner_id
             ORDER BY t.date DESC, t.id DESC LIMIT 1"""
        )
