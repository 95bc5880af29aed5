from odoo import models
from odoo.tools import SQL, format_date

from .client_card_derive import BUSY
from .client_card_norm import COUNTED
from .client_card_task import QUIETLY


class ClientCard(models.Model):
    """What becomes of planned contacts when something happens to the client.

    A contact that satisfies the norm finishes its task with a note; a task that is no
    longer needed is cancelled without a word; another due date or another salesperson
    moves it. Follows every derivation, and looks only at what is planned.
    """

    _inherit = "client.card"

    def _settle_own_tasks(self, company, today):
        """Settle the planned contacts with these clients of ``company``."""
        clients = SQL(
            "a.client_id IN (SELECT partner_id FROM client_card WHERE id = ANY(%s))",
            list(self._ids),
        )
        # Most clients have no task: to ask is ten times cheaper than to plan the rest.
        planned = SQL(
            """SELECT a.id FROM mail_activity a
                WHERE a.active IS TRUE AND a.is_client_norm IS TRUE AND %s LIMIT 1""",
            clients,
        )
        if self and self._execute(planned):
            self._settle_tasks(company, today, clients)

    def _settle_tasks(self, company, today, among):
        """Settle planned contacts after a derivation.

        Those that somebody else is changing this moment are left to the next one.

        :param among: condition on activities ``a``
        """
        rows = self._fetch_dicts(self._unsettled(company, today, among))
        if not rows:
            return
        free = self._lock_tasks([row["id"] for row in rows])
        rows = [row for row in rows if row["id"] in free]
        # sudo: what the system has planned, it settles, whoever caused it.
        activities = self.env["mail.activity"].sudo()
        activities = activities.with_context(client_unnoticed=True, **QUIETLY)
        activities.browse([r["id"] for r in rows if r["what"] == "cancel"]).unlink()
        self._finish_tasks(activities, [r for r in rows if r["what"] == "finish"])
        changed = [r for r in rows if r["what"] == "change"]
        beyond = self._beyond_limits(changed)
        activities.browse(beyond).unlink()
        self._change_tasks(activities, [r for r in changed if r["id"] not in beyond])

    def _lock_tasks(self, ids):
        """Those of these activities that are free, now locked."""
        try:
            # Without flush: see _touch_company.
            with self.env.cr.savepoint(flush=False):
                rows = self._execute(
                    SQL(
                        """SELECT id FROM mail_activity WHERE id = ANY(%s)
                         ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                        ids,
                    )
                )
        except BUSY:
            return set()
        return {row[0] for row in rows}

    def _unsettled(self, company, today, among):
        """Planned contacts for which something is to be done: ``what``, and with what.

        Whoever is finishing an activity finishes it himself (context
        ``client_finishing``). Where a person has given a task to somebody else, or to
        another day, that stands until the responsible or the due date changes. On a
        day on which the responsible is away his tasks are his stand-in's.
        """
        finishing = self.env.context.get("client_finishing") or []
        other = self._task_other()
        return SQL(
            """WITH %(able)s
               SELECT * FROM (
               SELECT a.id, o.id AS obligation_id, o.last_contact_at, o.due_date,
                      a.user_id AS old_user_id, a.date_deadline AS old_deadline,
                      CASE WHEN o.due_date IS DISTINCT FROM a.client_due_date
                           THEN GREATEST(o.due_date, pol.start_date)
                           ELSE a.date_deadline END AS deadline,
                      CASE WHEN %(other)s THEN %(user)s ELSE a.user_id END AS user_id,
                      CASE WHEN %(other)s OR a.client_planned_user_id IS NULL
                           THEN %(user)s
                           ELSE a.client_planned_user_id END AS planned_user_id,
                      %(what)s AS what
                 FROM mail_activity a
            LEFT JOIN res_users doer ON doer.id = a.user_id
            LEFT JOIN client_obligation o ON o.id = a.client_obligation_id
            LEFT JOIN client_card c ON c.id = o.card_id
            %(who)s
                WHERE a.active IS TRUE AND a.is_client_norm IS TRUE
                  AND a.client_due_date IS NOT NULL
                  AND (o.id IS NULL OR o.company_id = %(company)s)
                  AND a.id <> ALL(%(finishing)s) AND %(among)s) AS task
                WHERE what IS NOT NULL""",
            able=self._tasks_able({company: today}),
            user=self._task_user(),
            other=other,
            what=self._task_fate(today, other),
            who=self._tasks_who(),
            company=company.id,
            finishing=list(finishing),
            among=among,
        )

    def _task_other(self):
        """Condition that somebody else than planned is to do a task ``a``.

        That the responsible is away does not move what he gave to a colleague.
        """
        return SQL(
            """(doer.active IS NOT TRUE OR a.client_planned_user_id IS NOT NULL
                AND %(user)s IS DISTINCT FROM a.client_planned_user_id
                AND (a.user_id = a.client_planned_user_id
                     OR %(responsible)s IS DISTINCT FROM a.client_planned_user_id))""",
            user=self._task_user(),
            responsible=self._task_responsible(),
        )

    def _task_fate(self, today, other):
        """``SQL`` of what becomes of a task ``a``: finish, cancel, change or nothing.

        A contact that leaves the client due today or earlier (an old one, logged or
        merged now) does not finish the task. A task whose norm is gone for good is
        cancelled; one whose norm was removed and which was not derived since is left.

        :param other: condition that somebody else is to do it
        """
        return SQL(
            """CASE WHEN o.id IS NULL OR c.active IS NOT TRUE THEN 'cancel'
                    WHEN r.id IS NULL THEN NULL
                    WHEN o.last_contact_at IS NOT NULL
                     AND (o.last_contact_at <= a.client_contact_at) IS NOT TRUE
                     AND o.due_date > %(today)s THEN 'finish'
                    WHEN o.warn_date > %(today)s OR c.pause_until > %(today)s
                      OR o.arranged_date >= %(today)s AND a.calendar_event_id IS NULL
                      OR %(other)s AND %(user)s IS NULL THEN 'cancel'
                    WHEN o.due_date IS DISTINCT FROM a.client_due_date
                      OR %(other)s THEN 'change' END""",
            today=today,
            other=other,
            user=self._task_user(),
        )

    # ------------------------------------------------------------------------ finish

    def _finish_tasks(self, activities, rows):
        """Finish tasks whose clients were contacted, each with a note that says by
        what. It is no contact of its own."""
        if not rows:
            return
        told = self._reached_by([row["obligation_id"] for row in rows])
        by_words = {}
        for row in rows:
            user = activities.env["res.users"].browse(row["old_user_id"])
            words = self._reached_in_words(told.get(row["obligation_id"]), user.lang)
            by_words.setdefault((user.lang, words), []).append(row["id"])
        for (lang, words), ids in by_words.items():
            tasks = activities.browse(ids).with_context(lang=lang)
            tasks._action_done(feedback=words)

    def _reached_by(self, obligation_ids):
        """{obligation id: (kind, day, name of the user)} of the contact that
        satisfied it."""
        counted = SQL(" ").join(
            SQL("WHEN %s THEN %s", kind, list(kinds)) for kind, kinds in COUNTED.items()
        )
        rows = self._execute(
            SQL(
                """SELECT o.id, t.kind, o.last_contact_date, p.name
                     FROM client_obligation o
             JOIN LATERAL (
                   SELECT kind, user_id FROM client_touchpoint
                    WHERE card_id = o.card_id AND outcome = 'reached'
                      AND date = o.last_contact_at
                      AND kind = ANY(CASE o.kind %(counted)s END)
                 ORDER BY id LIMIT 1) AS t ON TRUE
                LEFT JOIN res_users u ON u.id = t.user_id
                LEFT JOIN res_partner p ON p.id = u.partner_id
                    WHERE o.id = ANY(%(ids)s)""",
                counted=counted,
                ids=obligation_ids,
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _reached_in_words(self, contact, lang):
        """ "Reached by call on 11/24/2025 (Olga)." """
        env = self.with_context(lang=lang).env
        if not contact:
            return env._("Reached.")
        kind, day, name = contact
        kinds = dict(
            env["client.touchpoint"]._fields["kind"]._description_selection(env)
        )
        words = {"kind": kinds[kind].lower(), "day": format_date(env, day)}
        if not name:
            return env._("Reached by %(kind)s on %(day)s.", **words)
        return env._("Reached by %(kind)s on %(day)s (%(who)s).", **words, who=name)

    # ------------------------------------------------------------------------ change

    def _beyond_limits(self, rows):
        """Tasks that would give their new user more than the limit, the least urgent
        ones: they are cancelled and planned again when he has a free place.

        :return: set of ids
        """
        moved = [row for row in rows if row["user_id"] != row["old_user_id"]]
        if not moved:
            return set()
        self.env["mail.activity"].flush_model()
        found = self._execute(
            SQL(
                """SELECT id FROM (
                   SELECT move.id, pol.daily_task_limit AS most, COALESCE((
                          SELECT count(*) FROM mail_activity busy
                           WHERE busy.user_id = move.user_id AND busy.active IS TRUE
                             AND busy.is_client_norm IS TRUE
                             AND busy.id <> ALL(%(ids)s)), 0) AS open,
                          row_number() OVER (
                              PARTITION BY move.user_id
                              ORDER BY c.abc_class = 'vip' DESC NULLS LAST,
                                       o.due_date, c.turnover DESC NULLS LAST, move.id
                          ) AS place
                     FROM unnest(%(ids)s, %(users)s) AS move(id, user_id)
                     JOIN mail_activity a ON a.id = move.id
                     JOIN client_obligation o ON o.id = a.client_obligation_id
                     JOIN client_card c ON c.id = o.card_id
                     JOIN client_policy pol ON pol.id = c.policy_id) AS task
                    WHERE open + place > most""",
                ids=[row["id"] for row in moved],
                users=[row["user_id"] for row in moved],
            )
        )
        return {row[0] for row in found}

    def _change_tasks(self, activities, rows):
        """Hand tasks over to the new responsible, move them to the new due date."""
        by_values = {}
        for row in rows:
            values = {
                "client_due_date": row["due_date"],
                "client_contact_at": row["last_contact_at"],
                "client_planned_user_id": row["planned_user_id"],
            }
            if row["deadline"] != row["old_deadline"]:
                values["date_deadline"] = row["deadline"]
            if row["user_id"] != row["old_user_id"]:
                values["user_id"] = row["user_id"]
            by_values.setdefault(tuple(values.items()), []).append(row["id"])
        for values, ids in by_values.items():
            activities.browse(ids).write(dict(values))

    # -------------------------------------------------------- clients that leave, merge

    def unlink(self):
        """Who leaves the client base has no planned contacts any more."""
        # sudo: what the system has planned for colleagues, too.
        tasks = self.env["mail.activity"].sudo().with_context(**QUIETLY)
        tasks = tasks.search(
            [
                ("is_client_norm", "=", True),
                ("client_obligation_id", "any", [("card_id", "in", self.ids)]),
            ]
        )
        result = super().unlink()
        tasks.unlink()
        return result

    def _fold_obligations(self, target):
        """The planned contacts go with the client, but never two for one norm: one
        that is planned with the client that stays is enough."""
        self.env.cr.execute(
            SQL(
                """UPDATE mail_activity a SET client_obligation_id = stays.id
                     FROM client_obligation goes, client_obligation stays
                    WHERE a.client_obligation_id = goes.id AND goes.card_id = %s
                      AND stays.card_id = %s AND stays.kind = goes.kind
                      AND (a.active IS NOT TRUE OR NOT EXISTS (
                          SELECT FROM mail_activity other
                           WHERE other.client_obligation_id = stays.id
                             AND other.active))""",
                self.id,
                target.id,
            )
        )
        self.env["mail.activity"].invalidate_model(
            ["client_obligation_id"], flush=False
        )
        return super()._fold_obligations(target)
