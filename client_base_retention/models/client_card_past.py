from odoo import models
from odoo.tools import SQL

from .client_card_obligation import OBLIGATION
from .client_obligation_past import KEPT

# After a hand-over nothing is overdue for one interval of the norm, at most these days.
GRACE_MOST = 14
# ... and again only after so many days: else two who pass a client to and fro would
# never be late with him.
GRACE_AGAIN = 60
# A change of one of these begins a new state (design 4.3 *Kept, late, not made*).
MATTERS = (
    "rule_id",
    "kind",
    "norm_days",
    "status",
    "abc_class",
    "user_id",
    "last_contact_date",
    "due_date",
    "late_date",
    "grace_until",
)
# What the statement goes on with of each norm, beside what ``_with_past`` finds.
HELD = (
    "card_id",
    "sequence",
    "obligation_id",
    "row_place",
    "back_id",
    *(name for name in OBLIGATION if name != "since"),
    *(f"was_{name}" for name in KEPT),
)


class ClientCard(models.Model):
    """How a norm stood with the client until today, and who took him over.

    Parts of the statement in ``client_card_obligation.py``: what stood there, as
    columns ``was_...``, beside what is to stand there; a state that ends is kept as a
    row of ``client.obligation.past`` if a month's judgement can ask for it.
    """

    _inherit = "client.card"

    # --------------------------------------------------------------------- statement

    def _past_before(self, today):
        """The state that a row ``norm`` goes on from, where there is a row ``o``.

        That is what stands in the row; given back today to who had the client when the
        day began it is what stood there then, ``back_id`` being the first row of the
        past to be forgotten.
        """
        # It goes back to the norm's row, where it must lead to somebody.
        giver = SQL("(SELECT id FROM res_users WHERE id = p.taken_from_id)")
        return SQL(
            """(SELECT p.id AS back_id, %(then)s
                  FROM client_obligation_past p
                 WHERE o.taken_on = %(today)s
                   AND norm.user_id IS DISTINCT FROM o.user_id
                   AND p.card_id = norm.card_id
                   AND p.obligation_id = o.id AND p.until = %(today)s
                   AND p.is_closed AND p.status = norm.status
                   AND p.user_id IS NOT DISTINCT FROM norm.user_id
              ORDER BY p.id LIMIT 1)
             UNION ALL SELECT NULL, %(now)s LIMIT 1""",
            then=self._was("p", taken_from_id=giver),
            now=self._was("o"),
            today=today,
        )

    def _was(self, alias, **instead):
        """``SQL`` of what is kept of a state, as ``was_...``.

        :param instead: ``SQL`` to take in place of some columns
        """
        return SQL(", ").join(
            SQL(
                "%s AS %s",
                instead.get(name) or SQL.identifier(alias, name),
                SQL.identifier(f"was_{name}"),
            )
            for name in KEPT
        )

    def _with_taken(self, rows, today):
        """Norms with who handed the client over to the present responsible, and when.

        Not at the first derivation of a row, nor at the first one since states are
        kept (``since`` empty): nobody has taken anybody over then.
        """
        return SQL(
            """SELECT *, CASE WHEN is_taken THEN %(today)s ELSE was_taken_on END
                          AS taken_on,
                      CASE WHEN is_taken THEN was_user_id ELSE was_taken_from_id END
                          AS taken_from_id,
                      CASE WHEN is_taken
                            AND (was_taken_on > %(today)s - %(again)s) IS NOT TRUE
                           THEN %(today)s + LEAST(norm_days, %(most)s)
                           ELSE was_grace_until END AS grace_until
                 FROM (
               SELECT *, was_since IS NOT NULL
                         AND user_id IS DISTINCT FROM was_user_id AS is_taken
                 FROM (%(rows)s) AS found) AS owned""",
            rows=rows,
            today=SQL("%s::date", today),
            most=GRACE_MOST,
            again=GRACE_AGAIN,
        )

    def _with_past(self, rows, today):
        """Norms with the day since which they stand as they do, and whether the state
        before is to be kept.

        A state is kept if it was closed, if it was the one at the end of a month, or
        if some day of it was overdue; else no month can ask for it. A day for which
        it was derived after a later one leaves no traces.
        """
        return SQL(
            """SELECT %(columns)s, contact_date, is_closed,
                      COALESCE(CASE WHEN is_same THEN was_since END, %(today)s)
                          AS since,
                      was_since <= %(today)s AND NOT is_same AND (
                          is_closed OR was_since < %(month)s
                          OR contact_date < was_since
                          OR LEAST(contact_date, %(today)s) > was_late_date) AS is_past
                 FROM (
               SELECT *, (%(new)s) IS NOT DISTINCT FROM (%(old)s) AS is_same,
                      status <> was_status
                      OR user_id IS DISTINCT FROM was_user_id AS is_closed,
                      CASE WHEN was_last_contact_date IS NULL
                             OR last_contact_date > was_last_contact_date
                           THEN last_contact_date END AS contact_date
                 FROM (%(rows)s) AS dated) AS compared""",
            rows=rows,
            # Not all of them: what is kept of many norms is to stay in memory.
            columns=SQL(", ").join(SQL.identifier(name) for name in HELD),
            today=SQL("%s::date", today),
            month=today.replace(day=1),
            new=SQL(", ").join(SQL.identifier(name) for name in MATTERS),
            old=SQL(", ").join(SQL.identifier(f"was_{name}") for name in MATTERS),
        )

    def _past_made(self, company, today):
        """Keep the states that end today, also of rows that vanish: those of another
        status are closed, of the others only the end of a month can be asked for."""
        return SQL(
            """INSERT INTO client_obligation_past
                      (obligation_id, card_id, company_id, %(columns)s,
                       until, contact_date, is_closed)
               SELECT obligation_id, card_id, %(company)s, %(was)s,
                      %(today)s::date, contact_date, is_closed
                 FROM held WHERE is_past
            UNION ALL
               SELECT id, card_id, company_id, %(columns)s, %(today)s, NULL,
                      COALESCE(is_closed, FALSE)
                 FROM gone
                WHERE since <= %(today)s AND (is_closed OR since < %(month)s)""",
            columns=SQL(", ").join(SQL.identifier(name) for name in KEPT),
            was=SQL(", ").join(SQL.identifier(f"was_{name}") for name in KEPT),
            company=company.id,
            today=today,
            month=today.replace(day=1),
        )

    def _past_undone(self):
        """Forget a hand-over that was taken back on the same day.

        ``OFFSET 0``: row by row and by index, for these are few.
        """
        return SQL(
            """DELETE FROM client_obligation_past WHERE id = ANY(ARRAY(
                   SELECT undone.id FROM held
                     JOIN LATERAL (
                          SELECT p.id FROM client_obligation_past p
                           WHERE p.card_id = held.card_id
                             AND p.obligation_id = held.obligation_id
                             AND p.id >= held.back_id OFFSET 0) AS undone ON TRUE
                    WHERE held.back_id IS NOT NULL))"""
        )

    # ------------------------------------------------------------------------- folds

    def _fold_past(self, target):
        """The past of the norms goes with the client to the card that stays."""
        self.env.cr.execute(
            SQL(
                "UPDATE client_obligation_past SET card_id = %s WHERE card_id = %s",
                target.id,
                self.id,
            )
        )
        self.env["client.obligation.past"].invalidate_model(flush=False)
