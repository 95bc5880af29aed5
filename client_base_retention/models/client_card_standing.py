from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from .client_card import STANDING


class Rules(NamedTuple):
    """By which regulations clients are derived."""

    # ``SQL`` of a relation with the columns of client_policy
    policies: SQL
    # {segment id: policy id}, 0 for no segment
    by_segment: dict
    # whether one of the policies has a yearly pause
    paused: bool


class ClientCard(models.Model):
    _inherit = "client.card"

    def _standing_update(self, company, today):
        """Derive policy, figures, status and owner of these cards from purchases.

        :param company: the company of all cards in ``self``
        :param today: day in the time zone of ``company``
        :return: rows of the cards that changed: id, whether the card is new or has a
            new owner, whether it came under another policy
        """
        return self._execute(self._standing_query(company, today))

    def _standing_query(self, company, today):
        """One statement: the purchases of each card -> figures -> card, changes only.

        Purchases after ``today`` do not exist yet. Refunds count on their own day in
        the turnover and nowhere else. Changes of status become transitions.

        The purchases are read card by card (LATERAL, by index), and the card to update
        is found by its place in the table (ctid): so the plan is the same for one card
        and for a batch, whatever the table's statistics say.
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in STANDING)
        new = SQL(", ").join(SQL.identifier("f", name) for name in STANDING)
        old = SQL(", ").join(SQL.identifier("c", name) for name in STANDING)
        return SQL(
            """WITH %(figures)s,
                    changed AS (
                        UPDATE client_card c
                           SET (%(columns)s) = ROW(%(new)s),
                               write_uid = %(uid)s,
                               write_date = now() AT TIME ZONE 'UTC'
                          FROM figure f
                         WHERE c.ctid = f.place
                           AND (%(old)s) IS DISTINCT FROM (%(new)s)
                     RETURNING c.id AS card_id, c.company_id, c.turnover, c.user_id,
                               f.old_status AS old_value, c.status AS new_value,
                               f.old_status IS NULL
                               OR f.user_id IS DISTINCT FROM f.old_user AS marked,
                               f.policy_id <> f.old_policy AS regulated),
                    moved AS (%(moved)s)
               SELECT card_id, marked, regulated FROM changed""",
            figures=self._standing_figures(company, today, self._rules(company)),
            columns=columns,
            new=new,
            old=old,
            uid=self.env.uid,
            moved=self.env["client.transition"]._insert(
                SQL.identifier("changed"), "status", today
            ),
        )

    def _rules(self, company):
        """The regulations as they are kept."""
        policies = self.env["client.policy"]
        return Rules(
            policies=SQL.identifier(policies._table),
            by_segment=policies._by_segment(company),
            paused=policies._any_pause(),
        )

    def _standing_figures(self, company, today, rules):
        """``SQL`` of the common table expressions that end in ``figure``: the values
        that these cards should have, by ``rules``. Reads only.
        """
        return SQL(
            """card AS MATERIALIZED (%(card)s),
               bought AS MATERIALIZED (%(bought)s),
               span AS MATERIALIZED (%(span)s),
               figure AS MATERIALIZED (%(figure)s)""",
            card=self._standing_card(company, today, rules),
            bought=self._standing_bought(company, today),
            span=self._standing_span(rules.paused),
            figure=self._standing_figure(company, today, rules.paused),
        )

    def _standing_card(self, company, today, rules):
        """The cards with their policy, the windows and the salesperson of the contact.

        A user may own a card if he is active, internal and may enter the company.
        """
        return SQL(
            """SELECT c.ctid AS place, c.id, c.partner_id, c.company_id,
                      c.entry_date, c.status,
                      c.user_id, c.user_is_manual, c.policy_id AS old_policy,
                      %(potential)s, %(xyz)s,
                      u.id AS contact_user,
                      pol.id AS policy_id, pol.abc_period_months, pol.newcomer_days,
                      pol.former_after_months, pol.former_cycle_factor,
                      pol.late_factor, pol.risk_factor,
                      NULLIF(pol.typical_cycle_days, 0) AS typical_cycle,
                      NULLIF(pol.pause_from, 0) AS pause_from, pol.pause_to,
                      (%(today)s::date - make_interval(months => pol.abc_period_months)
                      )::date AS since,
                      (%(today)s::date - make_interval(
                          months => 2 * pol.abc_period_months))::date AS since_before
                 FROM %(regulated)s
            LEFT JOIN res_users u ON u.id = p.user_id AND %(may_own)s
                WHERE c.id = ANY(%(ids)s)""",
            today=today,
            potential=self._potential_card(),
            xyz=self._xyz_window(today),
            regulated=self._standing_regulated(rules),
            may_own=self._owner_condition(SQL.identifier("u"), company),
            ids=list(self._ids),
        )

    def _standing_regulated(self, rules):
        """``SQL`` of cards c, their contact p and the regulation pol that holds."""
        holding = rules.by_segment.items()
        return SQL(
            """client_card c
                 JOIN res_partner p ON p.id = c.partner_id
                 JOIN (VALUES %(holding)s) AS fits(segment_id, policy_id)
                   ON fits.segment_id = CASE
                          WHEN p.segment_id = ANY(%(segments)s) THEN p.segment_id
                          ELSE 0 END
                 JOIN %(policies)s pol ON pol.id = CASE
                          WHEN c.policy_is_manual THEN COALESCE(
                               c.policy_id, fits.policy_id)
                          ELSE fits.policy_id END""",
            policies=rules.policies,
            holding=SQL(", ").join(SQL("(%s, %s)", s, p) for s, p in holding),
            segments=[segment for segment in rules.by_segment if segment],
        )

    def _owner_condition(self, user, company):
        """Condition that the users of alias ``user`` may own clients of ``company``."""
        return SQL(
            """%(user)s.active AND NOT %(user)s.share AND EXISTS (
                   SELECT FROM res_company_users_rel r
                    WHERE r.user_id = %(user)s.id AND r.cid = %(company)s)""",
            user=user,
            company=company.id,
        )

    def _standing_bought(self, company, today):
        """What each card bought: sums, first and last purchase, cycle, last seller.

        First by day, because several documents of a day are one purchase day. The gap
        is the number of days since the purchase day before; the cycle is the median
        gap, rounded half up, from three purchase days on. The seller is packed behind
        day and document, so that ``max`` finds the last one, and so are the days for
        which the purchases of the last day last: the longest of them.
        """
        return SQL(
            """SELECT card.*, figures.*
                 FROM card
                 JOIN LATERAL (
               SELECT sum(amount) AS total,
                      sum(amount) FILTER (WHERE day > card.since) AS turnover,
                      sum(amount) FILTER (WHERE day > card.since_before
                                            AND day <= card.since) AS previous,
                      max(seller) AS seller,
                      (max(ARRAY[day - DATE '1970-01-01', lasts])
                          FILTER (WHERE bought))[2] AS lasts,
                      min(day) FILTER (WHERE bought) AS first,
                      max(day) FILTER (WHERE bought) AS last,
                      sum(purchases)::integer AS purchases,
                      max(gap) AS longest,
                      %(xyz)s,
                      array_agg(day ORDER BY day) FILTER (WHERE bought) AS days,
                      CASE WHEN count(*) FILTER (WHERE bought) >= 3 THEN floor(0.5 +
                          percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::integer
                      END AS cycle
                 FROM (
               SELECT *, CASE WHEN bought THEN
                          day - lag(day) OVER (PARTITION BY bought ORDER BY day)
                      END AS gap
                 FROM (
               SELECT date AS day, sum(amount) AS amount,
                      count(*) FILTER (WHERE amount > 0) AS purchases,
                      count(*) FILTER (WHERE amount > 0) > 0 AS bought,
                      max(ARRAY[date - DATE '1970-01-01', id, user_id])
                          FILTER (WHERE amount > 0 AND user_id IS NOT NULL) AS seller,
                      max(lasts_days) FILTER (WHERE amount > 0) AS lasts
                 FROM (%(purchases)s) AS purchase
                WHERE date <= %(today)s
             GROUP BY date) AS by_day) AS by_gap) AS figures ON TRUE""",
            purchases=self.env["client.purchase"]._query(
                company, SQL.identifier("card", "partner_id")
            ),
            xyz=self._xyz_bought(),
            today=today,
        )

    def _paused(self, month, first, last):
        """Whether a month lies in a pause, which may run over the turn of the year."""
        return SQL(
            """CASE WHEN %(first)s <= %(last)s
                    THEN %(month)s BETWEEN %(first)s AND %(last)s
                    ELSE %(month)s >= %(first)s OR %(month)s <= %(last)s END""",
            month=month,
            first=first,
            last=last,
        )

    def _standing_span(self, paused):
        """For each client that bought: how many days he may stay away.

        Late and at risk by his own cycle or by what he bought last, if that lasts
        longer; with neither by the typical cycle of the policy. Former by calendar
        months or by his own cycles, whichever is longer. No month has less than 28
        days: shorter gaps need no closer look.
        """
        return SQL(
            """SELECT bought.*,
                      %(former)s AS former_days,
                      floor(late_factor * %(cycle)s)::integer + 3 AS late_days,
                      floor(risk_factor * %(cycle)s)::integer AS risk_days,
                      (SELECT count(*)
                         FROM generate_series(1, CASE
                                  WHEN longest > 28 * former_after_months
                                  THEN cardinality(days) - 1 ELSE 0 END) AS n
                        WHERE CASE WHEN days[n + 1] - days[n] > 28 * former_after_months
                                   THEN %(busy)s > %(former_then)s END) AS winbacks
                 FROM bought""",
            # GREATEST passes over what is not known.
            cycle=SQL("COALESCE(GREATEST(cycle, lasts), typical_cycle)"),
            former=self._former_days(SQL("last"), SQL("cycle")),
            former_then=self._former_days(SQL("days[n]"), self._cycle_at(SQL("n"))),
            busy=self._busy_days(SQL("days[n]"), SQL("days[n + 1]"), paused),
        )

    def _former_days(self, day, cycle):
        """Days without purchase after which a client is former, counted from ``day``.

        Calendar months end on the last day of a shorter month: 29 February and twelve
        months is 28 February.
        """
        return SQL(
            """greatest(
                   (%(day)s + make_interval(months => former_after_months))::date
                   - %(day)s,
                   floor(former_cycle_factor * %(cycle)s)::integer)""",
            day=day,
            cycle=cycle,
        )

    def _cycle_at(self, n):
        """The purchase cycle as it was after the first ``n`` purchase days."""
        return SQL(
            """(SELECT floor(0.5 + percentile_cont(0.5) WITHIN GROUP (
                           ORDER BY days[k + 1] - days[k]))
                  FROM generate_series(1, %(n)s - 1) AS k
                HAVING %(n)s >= 3)""",
            n=n,
        )

    def _busy_days(self, start, end, paused):
        """Days from ``start`` to ``end`` less those of the policy's pause."""
        if not paused:
            return SQL("%s - %s", end, start)
        return SQL(
            """CASE WHEN pause_from IS NULL THEN %(end)s - %(start)s ELSE (
                   SELECT count(*)
                     FROM generate_series(%(start)s + 1, %(end)s, interval '1 day') AS d
                    WHERE NOT %(paused)s) END""",
            start=start,
            end=end,
            paused=self._paused(
                SQL("EXTRACT(month FROM d)"), SQL("pause_from"), SQL("pause_to")
            ),
        )

    def _standing_figure(self, company, today, paused):
        """The new values of each card."""
        return SQL(
            """SELECT span.place, span.id, span.policy_id,
                      span.status AS old_status, span.user_id AS old_user,
                      span.old_policy,
                      LEAST(span.entry_date, span.first) AS entry_date,
                      CASE WHEN span.last IS NULL THEN 'prospect'
                           WHEN %(today)s > until.former THEN 'former'
                           ELSE 'active' END AS status,
                      span.first AS first_purchase_date,
                      span.last AS last_purchase_date,
                      span.days[2] AS second_purchase_date,
                      span.days[3] AS third_purchase_date,
                      span.days[4] AS regular_since,
                      COALESCE(span.purchases, 0) AS purchase_count,
                      COALESCE(span.turnover, 0) AS turnover,
                      COALESCE(span.previous, 0) AS turnover_previous,
                      COALESCE(span.total, 0) AS turnover_total,
                      span.cycle AS purchase_cycle,
                      span.last + COALESCE(span.lasts, span.cycle)
                          AS next_purchase_date,
                      CASE WHEN %(today)s <= until.former THEN until.late END
                          AS late_date,
                      CASE WHEN %(today)s <= until.former THEN until.risk END
                          AS risk_date,
                      span.first + span.newcomer_days AS newcomer_until,
                      CASE WHEN %(today)s > until.former THEN until.former + 1 END
                          AS former_since,
                      span.winbacks::integer AS winback_count,
                      CASE WHEN span.potential_amount > 0 THEN round(
                          100 * COALESCE(span.turnover, 0) * 12
                          / span.abc_period_months / span.potential_amount, 2)
                      END AS wallet_share,
                      span.potential_amount, span.potential_date,
                      span.potential_level, %(missing)s AS potential_missing,
                      xyz.class AS xyz_class, xyz.variation AS xyz_variation,
                      COALESCE(xyz.months, 0) AS xyz_months,
                      owner.id AS user_id, team.id AS team_id,
                      COALESCE(span.user_is_manual, FALSE)
                      OR span.contact_user IS NOT NULL AS is_assigned
                 FROM span
            LEFT JOIN LATERAL (SELECT %(former)s AS former, %(late)s AS late,
                                      %(risk)s AS risk) AS until ON TRUE
            LEFT JOIN LATERAL (%(xyz)s) AS xyz ON span.first IS NOT NULL
            LEFT JOIN LATERAL (
                      SELECT u.id FROM res_users u
                       WHERE u.id = CASE WHEN span.user_is_manual THEN span.user_id
                                         WHEN span.contact_user IS NOT NULL
                                         THEN span.contact_user
                                         ELSE span.seller[3]::integer END
                         AND (span.user_is_manual OR %(may_own)s)) AS owner ON TRUE
            LEFT JOIN LATERAL (
                      SELECT t.id FROM crm_team_member tm
                        JOIN crm_team t ON t.id = tm.crm_team_id AND t.active
                       WHERE tm.user_id = owner.id AND tm.active
                         AND (t.company_id IS NULL OR t.company_id = span.company_id)
                    ORDER BY t.sequence, t.id LIMIT 1) AS team ON TRUE""",
            today=today,
            former=self._day_after_busy("former_days", paused),
            late=self._day_after_busy("late_days", paused),
            risk=self._day_after_busy("risk_days", paused),
            missing=self._potential_missing(company),
            xyz=self._xyz_regularity(paused),
            may_own=self._owner_condition(SQL.identifier("u"), company),
        )

    def _day_after_busy(self, days, paused):
        """The last day on which only so many days have passed since the last purchase.

        Without a pause that is a sum. With one, each pause that begins before the sum
        is used up, or on the day after, adds its days: ``before`` is what the pauses
        before it have added. A pause that has begun at the last purchase adds its rest.
        """
        days = SQL("span.last + %s", SQL.identifier("span", days))
        if not paused:
            return days
        return SQL(
            """%(days)s + COALESCE((
                   SELECT sum(length) FILTER (
                              WHERE start <= %(days)s + before + 1)
                     FROM (
                   SELECT start, length, COALESCE(sum(length) OVER (
                              ORDER BY start ROWS BETWEEN UNBOUNDED PRECEDING
                              AND 1 PRECEDING), 0)::integer AS before
                     FROM (
                   SELECT start, stop - start AS length
                     FROM (
                   SELECT GREATEST(make_date(year, pause_from, 1), span.last + 1)
                              AS start,
                          (make_date(year + (pause_to < pause_from)::integer,
                                     pause_to, 1) + interval '1 month')::date AS stop
                     FROM generate_series(
                              EXTRACT(year FROM span.last)::integer - 1,
                              EXTRACT(year FROM %(days)s)::integer
                              + (%(days)s - span.last) / 28) AS year
                    WHERE pause_from IS NOT NULL) AS pause
                    WHERE stop > start) AS pauses) AS added)::integer, 0)""",
            days=days,
        )
