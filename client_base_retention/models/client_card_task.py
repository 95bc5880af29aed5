import logging
from collections import defaultdict

from psycopg2 import errors

from odoo import models
from odoo.tools import SQL

from .client_card_derive import BUSY

_logger = logging.getLogger(__name__)

# Of the places that a user's limit has, every so manyth goes to who is late the most.
LATEST_PLACE = 5
# Tasks made in one transaction of the scheduled action.
BATCH = 500
TRIES = 3
# A norm that ended meanwhile, beside what means that somebody else is at work.
CONFLICTS = (*BUSY, errors.ForeignKeyViolation)
# Planning tells nobody by mail and makes nobody a follower of the client.
QUIETLY = {"mail_activity_quick_update": True, "client_no_follower": True}


class ClientCard(models.Model):
    """Which contacts become tasks, and whose (design 4.3 *Task*).

    The activities themselves are made in ``client_card_task_make.py``; what happens to
    them afterwards stands in ``client_card_task_settle.py``.
    """

    _inherit = "client.card"

    # ------------------------------------------------------------------- entry points

    def _plan_tasks(self, today=None):
        """Plan the contacts that are due as activities, in every company.

        Never commits. Planning twice plans nothing twice: what is planned counts
        against the limit of its user.

        :param today: day to plan for, default the present day of each company
        :return: the activities made
        """
        companies = self.env["res.company"]._client_companies()
        days = {company: today or company._client_today() for company in companies}
        cards = self.sudo()
        cards._execute_flush()
        for company, day in days.items():
            cards._settle_tasks(company, day, SQL("TRUE"))
        # Whose tasks they are now decides who has free places.
        cards._execute_flush()
        rows = cards._tasks_chosen(days)
        return cards._make_tasks(rows)

    def _cron_plan_tasks(self):
        """Hourly: plan in the companies whose morning has come, in batches.

        Stopped in the middle it goes on at the next run: what was planned is seen.
        """
        days = self.env["res.company"]._client_mornings()
        if not days:
            return
        cards = self.sudo()
        cards._execute_flush()
        for company, day in days.items():
            cards._settle_tasks(company, day, SQL("TRUE"))
        self.env["ir.cron"]._commit_progress(remaining=1)
        rows = cards._tasks_chosen(days, cards._of_pilots(days))
        planned = passed_over = 0
        for start in range(0, len(rows), BATCH):
            made = cards._make_batch(days, rows[start : start + BATCH], start > 0)
            passed_over += made is None
            planned += made or 0
            # One is left until the companies are marked.
            remaining = max(len(rows) - start - BATCH, 0) + 1
            if not self.env["ir.cron"]._commit_progress(BATCH, remaining=remaining):
                return
        _logger.info(
            "Client base: %s tasks planned in the companies %s",
            planned,
            [company.id for company in days],
        )
        if not passed_over:
            cards._mark_planned(days)

    def _mark_planned(self, days):
        """Nothing more is planned in these companies today."""
        try:
            for company, day in days.items():
                company.client_planned_on = day
            self.env.flush_all()
        except BUSY:
            # Somebody else has planned the same, or is at work on the company: at the
            # next run there is nothing left to plan.
            self.env.cr.rollback()
        self.env["ir.cron"]._commit_progress(1, remaining=0)

    def _make_batch(self, days, rows, look_again):
        """Make a batch of tasks; one that met a conflict is tried again.

        :param look_again: the rows were chosen in an earlier transaction
        :return: number of tasks made; None if conflicts kept it from being done
        """
        ids = [row["obligation_id"] for row in rows]
        for _attempt in range(TRIES):
            try:
                if look_again:
                    self._execute_flush()
                    among = SQL("o.id = ANY(%s)", ids)
                    still = {r["obligation_id"]: r for r in self._tasks(days, among)}
                    rows = [still[key] for key in ids if key in still]
                    rows = [row for row in rows if row["user_id"]]
                made = len(self._make_tasks(rows))
                self.env.flush_all()
                return made
            except CONFLICTS:
                self.env.cr.rollback()
                look_again = True
        _logger.warning("Tasks of %s clients are left to the next run.", len(ids))
        return None

    def _of_pilots(self, days):
        """Condition that keeps companies with pilot teams to these teams' clients."""
        pilots = {company: company._client_pilots() for company in days}
        pilots = {company: teams for company, teams in pilots.items() if teams}
        own = [
            SQL("o.company_id = %s AND c.team_id = ANY(%s)", company.id, teams.ids)
            for company, teams in pilots.items()
        ]
        others = SQL("o.company_id <> ALL(%s)", [company.id for company in pilots])
        return SQL("(%s)", SQL(" OR ").join([others, *own]))

    # ------------------------------------------------------------------ what is to do

    def _tasks(self, days, among):
        """The contacts that are to be planned, as dicts.

        :param days: {company: day to plan for}
        :param among: condition on obligations ``o`` and cards ``c``
        """
        return self._fetch_dicts(self._tasks_query(days, among))

    def _fetch_dicts(self, query):
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.dictfetchall()

    def _tasks_query(self, days, among):
        """Contacts announced by today which nobody has planned or arranged.

        Each with who is to do it, empty where nobody is, and how many open tasks
        the regulation allows him. Whose responsible is away without a stand-in waits.
        """
        return SQL(
            """WITH %(able)s
               SELECT o.id AS obligation_id, o.company_id, o.rule_id, o.kind,
                      c.id AS card_id, c.partner_id,
                      GREATEST(o.due_date, pol.start_date) AS deadline,
                      %(user)s AS user_id, pol.daily_task_limit AS most,
                      COALESCE(c.abc_class = 'vip', FALSE) AS is_vip,
                      CASE WHEN o.late_date < morning.today
                           THEN (morning.today - o.due_date)
                                / NULLIF(o.norm_days, 0)::float
                           ELSE LEAST((morning.today - o.due_date)
                                / NULLIF(o.norm_days, 0)::float, 0) END AS ratio,
                      COALESCE(c.turnover, 0) AS turnover
                 FROM morning
                 JOIN client_obligation o ON o.company_id = morning.company_id
                  AND o.warn_date <= morning.today
                 JOIN client_card c ON c.id = o.card_id AND c.active IS TRUE
                 %(who)s
                WHERE r.id IS NOT NULL AND pol.id IS NOT NULL
                  AND (c.pause_until > morning.today) IS NOT TRUE
                  AND (o.arranged_date >= morning.today) IS NOT TRUE
                  AND %(waits)s IS NOT TRUE
                  AND NOT EXISTS (SELECT FROM mail_activity a
                                   WHERE a.client_obligation_id = o.id AND a.active)
                  AND %(among)s""",
            able=self._tasks_able(days),
            user=self._task_user(),
            waits=self._task_waits(),
            who=self._tasks_who(),
            among=among,
        )

    def _tasks_able(self, days):
        """Common tables ``morning``: the day of each company, and ``able``: who can be
        given tasks in which company, and who does them on that day.

        ``doer_id`` is the user himself; while he is away his stand-in, if that one may
        enter the company; is the stand-in away as well, his stand-in, but no further.
        Empty where none of them is there. ``waits``: away without a stand-in.
        """
        self.env["client.away"].flush_model()
        return SQL(
            """morning (company_id, today) AS (VALUES %(mornings)s),
               present AS MATERIALIZED (
                   SELECT u.id AS user_id, m.cid AS company_id, away.stand_in_id,
                          away.id IS NOT NULL AS is_away
                     FROM res_users u
                     JOIN res_company_users_rel m ON m.user_id = u.id
                     JOIN morning ON morning.company_id = m.cid
                LEFT JOIN client_away away ON away.user_id = u.id
                      AND morning.today BETWEEN away.date_from AND away.date_to
                    WHERE u.active AND NOT u.share),
               able AS MATERIALIZED (
                   SELECT one.user_id, one.company_id,
                          one.is_away AND one.stand_in_id IS NULL AS waits,
                          CASE WHEN NOT one.is_away THEN one.user_id
                               WHEN NOT two.is_away THEN two.user_id
                               WHEN NOT three.is_away THEN three.user_id
                          END AS doer_id
                     FROM present one
                LEFT JOIN present two ON two.user_id = one.stand_in_id
                      AND two.company_id = one.company_id
                LEFT JOIN present three ON three.user_id = two.stand_in_id
                      AND three.company_id = one.company_id)""",
            mornings=SQL(", ").join(
                SQL("(%s, %s::date)", company.id, day) for company, day in days.items()
            ),
        )

    def _tasks_who(self):
        """Joins to the norm of an obligation ``o`` and to who can do it."""
        return SQL(
            """LEFT JOIN client_contact_rule r ON r.id = o.rule_id
          LEFT JOIN client_policy pol ON pol.id = c.policy_id
          LEFT JOIN crm_team team ON team.id = c.team_id
          LEFT JOIN able own ON own.company_id = o.company_id
                AND own.user_id = CASE r.responsible
                    WHEN 'team_leader' THEN team.user_id
                    WHEN 'user' THEN r.responsible_user_id ELSE c.user_id END
          LEFT JOIN able fallback ON fallback.company_id = o.company_id
                AND fallback.user_id = pol.fallback_user_id"""
        )

    def _task_responsible(self):
        """Who is responsible, or the regulation's stand-in where nobody is or he has
        left; whether he is away or not."""
        return SQL("COALESCE(own.user_id, fallback.user_id)")

    def _task_user(self):
        """Who is to do it: the responsible, or who stands in for him on that day. Open
        tasks of somebody away without a stand-in stay with him."""
        return SQL(
            """CASE WHEN own.waits THEN own.user_id
                    ELSE COALESCE(own.doer_id, fallback.doer_id, fallback.user_id)
               END"""
        )

    def _task_waits(self):
        """Condition that the responsible is away and nobody stands in for him."""
        return SQL("(own.waits OR own.user_id IS NULL AND fallback.waits)")

    # ------------------------------------------------------------- whom it falls upon

    def _tasks_chosen(self, days, among=None):
        """The contacts to be planned now, within the limits of their users.

        :param days: {company: day to plan for}
        :return: rows as of ``_tasks``, those of a user in the order of their places
        """
        if not days:
            return []
        rows = self._fetch_dicts(self._tasks_ranked(days, among or SQL("TRUE")))
        nobody = sum(row["waiting"] for row in rows if not row["user_id"])
        if nobody:
            _logger.info("Client base: nobody is responsible for %s contacts", nobody)
        by_user = defaultdict(list)
        for row in rows:
            if row["user_id"]:
                by_user[row["user_id"]].append(row)
        return [row for own in by_user.values() for row in self._take_places(own)]

    def _tasks_ranked(self, days, among):
        """Of each user's contacts as many as he has free places, in both orders.

        The limit is that of the client's regulation; all open tasks by norms count
        against it, in whatever company.
        """
        # Who is late the most, whatever his class; then the larger client.
        latest = SQL("ratio DESC, turnover DESC, card_id, obligation_id")
        return SQL(
            """WITH task AS MATERIALIZED (%(tasks)s),
                    busy AS (SELECT user_id, count(*) AS open FROM mail_activity
                              WHERE active IS TRUE AND is_client_norm IS TRUE
                           GROUP BY user_id)
               SELECT ranked.*, COALESCE(busy.open, 0) AS open
                 FROM (SELECT *,
                              row_number() OVER (own ORDER BY is_vip DESC, %(latest)s)
                                  AS place,
                              row_number() OVER (own ORDER BY %(latest)s)
                                  AS late_place,
                              count(*) OVER own AS waiting
                         FROM task
                       WINDOW own AS (PARTITION BY user_id, most)) AS ranked
            LEFT JOIN busy USING (user_id)
                WHERE CASE WHEN user_id IS NULL THEN place = 1
                      ELSE LEAST(place, late_place)
                           <= most - COALESCE(busy.open, 0) END
             ORDER BY user_id""",
            tasks=self._tasks_query(days, among),
            latest=latest,
        )

    def _take_places(self, rows):
        """Give the free places of one user to his contacts.

        VIP first, then who is late the most by his norm (of those not late yet who is
        due first), then the larger client; every fifth place of the limit is for who
        is late the most, whatever his class. A contact under a regulation with a lower
        limit gets no place beyond that.

        :param rows: his contacts as of ``_tasks_ranked``
        """
        usual = sorted(rows, key=lambda row: row["place"])
        latest = sorted(rows, key=lambda row: row["late_place"])
        if len({row["most"] for row in rows}) > 1:
            # Ranked among those under regulations with the same limit only.
            latest.sort(key=_lateness)
            usual = sorted(latest, key=lambda row: not row["is_vip"])
        usual, latest = iter(usual), iter(latest)
        chosen, taken = [], set()
        most = max(row["most"] for row in rows)
        for place in range(rows[0]["open"] + 1, most + 1):
            queue = usual if place % LATEST_PLACE else latest
            row = next(
                (
                    row
                    for row in queue
                    if row["most"] >= place and row["obligation_id"] not in taken
                ),
                None,
            )
            if row is None:
                break
            taken.add(row["obligation_id"])
            chosen.append(row)
        return chosen


def _lateness(row):
    """Sorts who is late the most first."""
    return -row["ratio"], -row["turnover"], row["card_id"], row["obligation_id"]
