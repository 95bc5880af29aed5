from odoo import models
from odoo.tools import SQL


class ClientCard(models.Model):
    """The first round (design 4.3 *Obligation*): who would be due before the start
    date of the regulation is spread over one interval, the best clients first.

    The order is cut once for each norm and kept (``client.contact.wave``); each client
    keeps the day that it gave him until he is contacted.
    """

    _inherit = "client.card"

    def _cut_waves(self, company, today):
        """Cut the first rounds in ``company`` that are not cut yet.

        A round is cut anew when the start date of its regulation or the interval of
        its norm has changed, or when clients have come to one that was cut without
        any; then the days given before are forgotten.
        """
        rules = [row[0] for row in self._execute(self._waves_missing(company))]
        if not rules:
            return
        self._execute(
            SQL(
                """DELETE FROM client_contact_wave
                    WHERE company_id = %s AND rule_id = ANY(%s) RETURNING id""",
                company.id,
                rules,
            )
        )
        self._execute(
            SQL(
                """UPDATE client_obligation SET wave_date = NULL
                    WHERE company_id = %s AND rule_id = ANY(%s)
                      AND wave_date IS NOT NULL RETURNING id""",
                company.id,
                rules,
            )
        )
        self._execute(self._waves_cut(company, today, rules))
        self.env["client.contact.wave"].invalidate_model(flush=False)

    def _waves_missing(self, company):
        """Ids of the norms that need a first round in ``company``.

        A round cut without clients, because they were imported later or the norm was
        out of season, has one day only; two clients on it have it cut with them.
        """
        return SQL(
            """SELECT r.id
                 FROM client_contact_rule r
                 JOIN client_policy pol ON pol.id = r.policy_id
                WHERE pol.start_date IS NOT NULL AND pol.is_preset IS NOT TRUE
                  AND (pol.company_id IS NULL OR pol.company_id = %(company)s)
                  AND (SELECT CASE WHEN count(*) = 1 AND max(w.interval_days) > 1
                                   THEN (SELECT count(*) FROM (
                                         SELECT FROM client_obligation o
                                          WHERE o.rule_id = r.id
                                            AND o.company_id = %(company)s
                                            AND o.wave_date = %(start)s
                                          LIMIT 2) AS first) = 2
                                   ELSE count(*) = 0 END
                         FROM client_contact_wave w
                        WHERE w.rule_id = r.id AND w.company_id = %(company)s
                          AND w.start_date = %(start)s
                          AND w.interval_days = %(interval_days)s)""",
            company=company.id,
            start=self._first_round_start(company),
            interval_days=self._wave_length(
                self._first_round_start(company), self._interval(SQL("r"))
            ),
        )

    def _first_round_start(self, company):
        """``SQL`` of the day on which the first round of a regulation ``pol`` begins.

        One that holds in several companies begins in each of them with its own start.
        """
        return SQL(
            """CASE WHEN pol.company_id IS NULL AND pol.start_date IS NOT NULL
                    THEN GREATEST(pol.start_date, %s::date) ELSE pol.start_date END""",
            company.sudo().client_start_date or None,  # sudo: a setting
        )

    def _wave_length(self, start, step):
        """``SQL`` of the days of one interval from the start date on."""
        return SQL("(%s + %s)::date - %s", start, step, start)

    def _waves_cut(self, company, today, rules):
        """Keep the first client of each day of the rounds of these norms.

        The first day is kept without a client: it holds for all before the second,
        and says that the round is cut.
        """
        regulations = SQL(
            "c.policy_id IN (SELECT policy_id FROM client_contact_rule"
            " WHERE id = ANY(%s))",
            rules,
        )
        return SQL(
            """WITH %(norms)s,
               queue AS (
                   SELECT rule_id, start_date, interval_days,
                          class_place, turnover, card_id,
                          start_date + ((row_number() OVER place - 1) * interval_days
                              / count(*) OVER (PARTITION BY rule_id))::integer AS day
                     FROM (SELECT *, %(norm_length)s AS interval_days FROM norm
                            WHERE own_date < start_date
                              AND rule_id = ANY(%(rules)s)) AS early
                   WINDOW place AS (PARTITION BY rule_id ORDER BY class_place,
                                    turnover DESC, card_id))
               INSERT INTO client_contact_wave
                      (company_id, rule_id, start_date, interval_days,
                       day, class_place, turnover, card)
               SELECT %(company)s, r.id, %(start)s, %(rule_length)s,
                      %(start)s, 0, 0, 0
                 FROM client_contact_rule r
                 JOIN client_policy pol ON pol.id = r.policy_id
                WHERE r.id = ANY(%(rules)s)
            UNION ALL (
               SELECT DISTINCT ON (rule_id, day) %(company)s, rule_id, start_date,
                      interval_days, day, class_place, turnover, card_id
                 FROM queue WHERE day > start_date
             ORDER BY rule_id, day, class_place, turnover DESC, card_id)
            RETURNING id""",
            norms=self._contacts_norms(company, today, regulations),
            norm_length=self._wave_length(SQL("start_date"), SQL("step")),
            start=self._first_round_start(company),
            rule_length=self._wave_length(
                self._first_round_start(company), self._interval(SQL("r"))
            ),
            rules=rules,
            company=company.id,
        )

    def _wave_day(self, company):
        """``SQL`` of the day that the first round gives to a row of ``norm``."""
        return SQL(
            """SELECT max(w.day) FROM client_contact_wave w
                WHERE w.rule_id = norm.rule_id AND w.company_id = %s
                  AND (w.class_place, -w.turnover, w.card)
                      <= (norm.class_place, -norm.turnover, norm.card_id)""",
            company.id,
        )
