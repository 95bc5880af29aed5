from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

# Average length of a month in days, as in ``norm_days`` of the derivation.
MONTH = 365 / 12


class ClientPolicy(models.Model):
    """*Load*: how many contacts a working day the norms ask of each salesperson (N81).

    A norm of one contact in D days asks 1 / D contacts a day of every client for whom
    it holds today, which is 7 / (W x D) on each of the W working days of a week of the
    company's calendar (a month is 365 / 12 days). One contact may satisfy several
    norms of a client, and is counted once: where a meeting norm holds, the call norm
    asks only for the calls beyond the meetings, and *any contact* only for those beyond
    all others (never less than none):

        meetings + (calls - meetings) + e-mails + messages + (any - all of these)

    Clients who are archived or paused ask nothing. It falls upon whoever the norm says
    (salesperson, team leader, user), else upon the regulation's stand-in, else nobody.
    A person is over the limit with more contacts a day than the regulation allows him
    open tasks; of several regulations the highest limit counts.
    """

    _inherit = "client.policy"

    # ----------------------------------------------------------------------- figures

    @api.model
    def _load_of(self, company):
        """What all regulations of ``company`` together ask of its people.

        :return: {(user id or False, norm): contacts a working day}, {user id: limit}
        """
        # sudo: the load is of all clients, whoever looks.
        self = self.sudo()
        cards = self.env["client.card"]
        cards._execute_flush()
        rows = self._preview_execute(
            SQL(
                "WITH client AS (%(clients)s), %(load)s",
                clients=self._load_clients(company),
                load=self._load_query(
                    company,
                    SQL("SELECT * FROM client_policy"),
                    SQL("SELECT * FROM client_contact_rule"),
                ),
            )
        )
        rules = self.env["client.contact.rule"].browse({row[1] for row in rows})
        by_id = {rule.id: rule for rule in rules}
        return self._load_rows(rows, by_id)

    def _load_rows(self, rows, rules, scale=1.0):
        load = {
            (user_id or False, rules[rule]): need * scale
            for user_id, rule, need, _limit in rows
        }
        limits = defaultdict(int)
        for user_id, _rule, _need, limit in rows:
            limits[user_id or False] = max(limits[user_id or False], limit or 0)
        return load, dict(limits)

    def _load_clients(self, company):
        """``SQL`` of the clients of ``company`` as they are."""
        return SQL(
            """SELECT c.policy_id, c.status, c.abc_class, c.potential_level,
                      c.newcomer_until, c.former_since, c.user_id, c.team_id,
                      GREATEST(c.last_purchase_date, COALESCE(c.entry_date,
                          c.create_date::date)) AS base
                 FROM client_card c
                WHERE c.company_id = %s AND c.active IS TRUE
                  AND (c.pause_until > %s) IS NOT TRUE""",
            company.id,
            company._client_today(),
        )

    def _load_query(self, company, policies, rules):
        """The rest of a statement that begins with the table ``client``.

        Clients who are alike are counted before the norms are looked up: there are as
        many kinds of them as salespeople, classes and regulations make.

        :return: ``SQL`` of rows (user, norm, contacts a day, limit)
        """
        cards, today = self.env["client.card"], company._client_today()
        return SQL(
            """pol AS MATERIALIZED (%(policies)s),
               rules AS MATERIALIZED (%(rules)s),
               rule AS MATERIALIZED (%(season)s),
               alike AS MATERIALIZED (%(alike)s),
               held AS (
                   SELECT card.card_id, card.number, rule.rule_id, rule.kind,
                          card.daily_task_limit AS most,
                          COALESCE(own.user_id, stand_in.user_id) AS user_id,
                          7 / (%(days)s * CASE r.interval_unit
                               WHEN 'day' THEN 1 WHEN 'week' THEN 7
                               ELSE %(month)s END * r.interval_count) AS rate
                     FROM alike AS card
                     JOIN LATERAL (%(rule)s) AS rule ON TRUE
                     JOIN rules r ON r.id = rule.rule_id
                %(who)s),
               need AS (
                   SELECT *,
                          CASE kind WHEN 'call' THEN GREATEST(rate - meeting, 0)
                               WHEN 'any' THEN GREATEST(
                                    rate - GREATEST(meeting, call) - letters, 0)
                               ELSE rate END * number AS contacts
                     FROM (
                   SELECT *, %(meeting)s AS meeting, %(call)s AS call,
                          %(email)s + %(message)s AS letters
                     FROM held) AS rated)
            SELECT user_id, rule_id, sum(contacts)::float, max(most)
              FROM need GROUP BY user_id, rule_id""",
            policies=policies,
            rules=rules,
            alike=self._load_alike(today),
            days=company._client_week_days(),
            month=MONTH,
            season=cards._contacts_rules(today, SQL("rules"), SQL("pol")),
            rule=cards._contacts_rule(today),
            who=self._load_who(company),
            **{
                kind: SQL(
                    """COALESCE(max(rate) FILTER (WHERE kind = %s)
                                OVER (PARTITION BY card_id), 0)""",
                    kind,
                )
                for kind in ("meeting", "call", "email", "message")
            },
        )

    def _load_alike(self, today):
        """``SQL`` of each kind of client with what decides on his norms."""
        return SQL(
            """SELECT row_number() OVER () AS card_id, alike.*
                 FROM (
               SELECT c.policy_id, c.status, c.abc_class, c.potential_level,
                      c.user_id, c.team_id, pol.fallback_user_id,
                      pol.daily_task_limit, pol.warning_days,
                      pol.former_norm_months, pol.prospect_norm_months,
                      CASE WHEN c.newcomer_until >= %(today)s
                           THEN %(today)s::date END AS newcomer_until,
                      CASE WHEN pol.former_norm_months = 0 OR %(today)s
                                <= c.former_since
                                + make_interval(months => pol.former_norm_months)
                           THEN %(today)s::date END AS former_since,
                      CASE WHEN pol.prospect_norm_months = 0 OR %(today)s
                                <= c.base
                                + make_interval(months => pol.prospect_norm_months)
                           THEN %(today)s::date END AS base,
                      count(*) AS number
                 FROM client c
                 JOIN pol ON pol.id = c.policy_id
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14) AS alike""",
            today=today,
        )

    def _load_who(self, company):
        """Joins to who does it: as tasks are given."""
        return SQL(
            """LEFT JOIN crm_team team ON team.id = card.team_id
               LEFT JOIN LATERAL (%(own)s) AS own ON TRUE
               LEFT JOIN LATERAL (%(stand_in)s) AS stand_in ON TRUE""",
            own=self._load_able(
                company,
                SQL(
                    """CASE r.responsible WHEN 'team_leader' THEN team.user_id
                            WHEN 'user' THEN r.responsible_user_id
                            ELSE card.user_id END"""
                ),
            ),
            stand_in=self._load_able(company, SQL("card.fallback_user_id")),
        )

    def _load_able(self, company, user):
        """``SQL`` of ``user``, if he works here."""
        return SQL(
            """SELECT u.id AS user_id FROM res_users u
                 JOIN res_company_users_rel m ON m.user_id = u.id AND m.cid = %s
                WHERE u.id = %s AND u.active AND u.share IS NOT TRUE""",
            company.id,
            user,
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _client_week_days(self):
        """Working days of a week by the company's calendar; 5 where it has none."""
        self.ensure_one()
        # sudo: whoever sees the load need not see the calendar.
        calendar = self.sudo().resource_calendar_id
        lines = calendar.attendance_ids.filtered(
            lambda line: not line.display_type and line.day_period != "lunch"
        )
        days = len({(line.week_type, line.dayofweek) for line in lines})
        return (days / 2 if calendar.two_weeks_calendar else days) or 5
