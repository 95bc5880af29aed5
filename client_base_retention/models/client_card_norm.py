from datetime import datetime, time, timedelta

import pytz

from odoo import models
from odoo.tools import SQL

from .client_card import place_of_class

# Which contacts satisfy a norm of each kind (design 4.3 *Obligation*).
COUNTED = {
    "meeting": ("meeting",),
    "call": ("call", "meeting"),
    "email": ("email",),
    "message": ("message",),
    "any": ("call", "meeting", "email", "message"),
}

OWN_POLICIES = "(SELECT * FROM client_policy WHERE is_preset IS NOT TRUE)"


class ClientCard(models.Model):
    """Which norm holds for a client today, and when it is due by itself (N64, N65).

    Reads only: what is written is in ``client_card_obligation.py``, the order of the
    first round in ``client_card_wave.py``.
    """

    _inherit = "client.card"

    def _contacts_norms(self, company, today, among):
        """``SQL`` of the common table expressions ``card`` (cards and their last
        contacts), ``rule`` (the norms in season) and ``norm`` (those that hold for the
        cards, each with the day on which it is due by itself). Reads only.

        :param among: condition on the cards, alias ``c``
        """
        return SQL(
            """card AS MATERIALIZED (%(card)s),
               rule AS MATERIALIZED (%(rule)s),
               norm AS MATERIALIZED (%(norm)s)""",
            card=self._contacts_card(company, today, among),
            rule=self._contacts_rules(today),
            norm=self._contacts_norm(company, today),
        )

    def _contacts_card(self, company, today, among):
        """The cards, their regulation and the last contact of each kind."""
        return SQL(
            """SELECT c.ctid AS place, c.id AS card_id, c.partner_id, c.active,
                      c.status, c.abc_class, c.potential_level,
                      COALESCE(c.turnover, 0) AS turnover,
                      COALESCE(%(class_place)s, 5) AS class_place,
                      c.first_purchase_date, c.former_since, c.newcomer_until,
                      c.entry_date AS entered,
                      GREATEST(c.last_purchase_date, COALESCE(c.entry_date,
                          c.create_date::date)) AS base,
                      c.pause_until, c.first_contact_date,
                      c.contact_person_id, c.contact_person_is_manual,
                      c.user_id AS owner_id, c.team_id, team.user_id AS leader_id,
                      pol.id AS policy_id, %(start)s AS start_date,
                      pol.former_norm_months, pol.prospect_norm_months,
                      %(until)s::timestamp AS until,
                      %(call)s AS call, %(meeting)s AS meeting,
                      %(email)s AS email, %(message)s AS message
                 FROM client_card c
            LEFT JOIN client_policy pol ON pol.id = c.policy_id
            LEFT JOIN crm_team team ON team.id = c.team_id
                WHERE c.company_id = %(company)s AND %(among)s""",
            class_place=place_of_class(SQL("c.abc_class")),
            start=self._first_round_start(company),
            until=self._end_of_day(company, today),
            company=company.id,
            among=among,
            **{
                kind: self._last_reached(kind, self._end_of_day(company, today))
                for kind in COUNTED
                if kind != "any"
            },
        )

    def _end_of_day(self, company, day):
        """The moment in UTC at which ``day`` ends in ``company``."""
        zone = pytz.timezone(company._client_tz())
        midnight = zone.localize(datetime.combine(day + timedelta(days=1), time()))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _last_reached(self, kind, until):
        """``SQL`` of the last contact of a kind before ``until`` of a card ``c``."""
        return SQL(
            """(SELECT max(t.date) FROM client_touchpoint t
                 WHERE t.card_id = c.id AND t.kind = %s AND t.outcome = 'reached'
                   AND t.date < %s)""",
            kind,
            until,
        )

    def _day_of(self, moment, company):
        """``SQL`` of the day of a moment (UTC) in the time zone of ``company``."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            moment,
            company._client_tz(),
        )

    # --------------------------------------------------------------- which norm, when

    def _contacts_norm(self, company, today):
        """For each card and kind the norm that holds, and the day it is due.

        Due an interval after the last contact that counts; where there was none, an
        interval after the last purchase or the entry into the base, or so many days
        after it as the norm says. A norm with a season begins anew with it: before its
        first day nobody owed anything. A season of twelve months never begins.
        ``user_id`` is who is responsible by the norm, also where he is away or has
        left: who stands in for him has the task, not the client.
        """
        return SQL(
            """SELECT *, GREATEST(season_start, CASE
                          WHEN first_days > 0 AND is_first
                          THEN first_base + first_days
                          WHEN last_day IS NOT NULL THEN (last_day + step)::date
                          ELSE (base + step)::date END) AS own_date
                 FROM (
               SELECT *, CASE responsible WHEN 'team_leader' THEN leader_id
                              WHEN 'user' THEN responsible_user_id
                              ELSE owner_id END AS user_id,
                      CASE WHEN is_newcomer THEN first_purchase_date
                              WHEN status = 'former' THEN former_since
                              ELSE base END AS first_base,
                      CASE WHEN last_day IS NULL THEN TRUE
                           WHEN is_newcomer THEN last_day <= first_purchase_date
                           WHEN status = 'former' THEN last_day < former_since
                           WHEN status = 'prospect' THEN last_day < entered
                           ELSE FALSE END AS is_first
                 FROM (
               SELECT card.*, rule.*, %(last)s AS last_at,
                      %(last_day)s AS last_day
                 FROM card
                 JOIN LATERAL (%(rule)s) AS rule ON TRUE
                WHERE card.active) AS held) AS counted""",
            last=self._last_counted(),
            last_day=self._day_of(self._last_counted(), company),
            rule=self._contacts_rule(today),
        )

    def _last_counted(self):
        """``SQL`` of the last contact of a card that satisfies a norm ``rule``."""
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN GREATEST(%s)",
                kind,
                SQL(", ").join(SQL.identifier("card", name) for name in counted),
            )
            for kind, counted in COUNTED.items()
        )
        return SQL("CASE rule.kind %s END", cases)

    def _contacts_rules(self, today, rules=None, policies=None):
        """The norms of the regulations that are in season; never those of presets.

        :param rules: relation of norms, by default the table
        :param policies: relation of regulations, by default those that may hold
        """
        return SQL(
            """SELECT r.id AS rule_id, r.policy_id, r.status, r.abc_class,
                      r.potential_level, r.kind, r.sequence,
                      COALESCE(r.is_newcomer, FALSE) AS is_newcomer,
                      COALESCE(r.first_days, 0) AS first_days,
                      r.responsible, r.responsible_user_id,
                      COALESCE(NULLIF(r.warning_days, 0), pol.warning_days, 0)
                          AS warn_days,
                      %(step)s AS step,
                      CASE r.interval_unit WHEN 'day' THEN r.interval_count
                           WHEN 'week' THEN 7 * r.interval_count
                           ELSE floor(r.interval_count * 365 / 12.0)::integer
                      END AS norm_days,
                      CASE WHEN r.season_from > 0
                            AND (r.season_to + 1 - r.season_from) %% 12 <> 0
                           THEN make_date(
                          %(year)s - (%(month)s < r.season_from)::integer,
                          r.season_from, 1) END AS season_start
                 FROM %(rules)s r
                 JOIN %(policies)s pol ON pol.id = r.policy_id
                WHERE COALESCE(r.season_from, 0) = 0 OR %(in_season)s""",
            rules=rules or SQL("client_contact_rule"),
            policies=policies or SQL(OWN_POLICIES),
            step=self._interval(SQL("r")),
            year=today.year,
            month=today.month,
            in_season=self._paused(
                today.month, SQL("r.season_from"), SQL("r.season_to")
            ),
        )

    def _contacts_rule(self, today):
        """The norms that hold for a ``card`` today, one for each kind.

        The most special one of those in season: newcomer, then class and potential,
        then class, then potential, then status alone (design 4.3 *Which rule*).
        """
        return SQL(
            """SELECT DISTINCT ON (r.kind)
                      r.rule_id, r.kind, r.sequence, r.is_newcomer, r.first_days,
                      r.warn_days, r.step, r.norm_days, r.season_start,
                      r.responsible, r.responsible_user_id
                 FROM rule r
                WHERE r.policy_id = card.policy_id AND r.status = card.status
                  AND (r.abc_class IS NULL OR r.abc_class = card.abc_class)
                  AND (r.potential_level IS NULL
                       OR r.potential_level = card.potential_level)
                  AND (NOT r.is_newcomer OR card.newcomer_until >= %(today)s)
                  AND %(not_ended)s
             ORDER BY r.kind, r.is_newcomer DESC,
                      r.abc_class IS NULL, r.potential_level IS NULL,
                      r.sequence, r.rule_id""",
            today=today,
            not_ended=self._norms_not_ended(today),
        )

    def _interval(self, rule):
        """``SQL`` of the interval of a norm; months are calendar months."""
        return SQL(
            """make_interval(
                   months => CASE %(rule)s.interval_unit
                                  WHEN 'month' THEN %(rule)s.interval_count ELSE 0 END,
                   days => CASE %(rule)s.interval_unit
                                WHEN 'day' THEN %(rule)s.interval_count
                                WHEN 'week' THEN 7 * %(rule)s.interval_count
                                ELSE 0 END)""",
            rule=rule,
        )

    def _norms_not_ended(self, today):
        """Condition that the norms of a ``card`` go on: those of former clients and
        prospects end after the regulation's months."""
        return SQL(
            """CASE WHEN card.status = 'former' AND card.former_norm_months > 0
                    THEN %(today)s <= card.former_since
                         + make_interval(months => card.former_norm_months)
                    WHEN card.status = 'prospect' AND card.prospect_norm_months > 0
                    THEN %(today)s <= card.base
                         + make_interval(months => card.prospect_norm_months)
                    ELSE TRUE END""",
            today=today,
        )
