from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_derive import BATCH

# From this score on a client counts as loyal where lists and filters ask.
LOYAL = 70
COLUMNS = ["loyalty_score", "loyalty_points"]
SHOWN_ON_CONTACTS = ["client_loyalty_score", "client_loyalty_text"]


@dataclass(frozen=True)
class LoyaltyMeasure:
    """One thing by which loyalty is measured.

    :param label: words of the screen
    :param meaning: how it counts, a sentence
    :param points: ``SQL`` of 0 to 100 for the card ``c``; NULL where it cannot be said,
        then the other parameters count alone. May use ``w."limit"``, the limit of the
        parameter or NULL
    """

    label: str
    meaning: str
    points: SQL


class ClientCard(models.Model):
    """How loyal a client is, in points out of a hundred (N50).

    The regulation chooses and weighs what counts. Points that cannot be said of a
    client, payments of one who never got an invoice, are left out of his mean.
    """

    _inherit = "client.card"

    loyalty_score = fields.Integer(
        string="Loyalty",
        readonly=True,
        aggregator="avg",
        help="Out of 100 points, by what the regulation weighs.",
    )
    # {code: points}, of what could be said.
    loyalty_points = fields.Json(readonly=True)
    loyalty_text = fields.Char(
        string="Loyalty in parts",
        compute="_compute_text",
        help="Points out of 100 and their weight, of each thing that counts.",
    )
    is_loyal = fields.Boolean(
        string="Loyal", compute="_compute_is_loyal", search="_search_is_loyal"
    )

    _loyalty_idx = models.Index(
        "(company_id, loyalty_score DESC, id) WHERE active IS TRUE"
    )

    @api.depends("loyalty_points", "policy_id.loyalty_parameter_ids.weight")
    @api.depends_context("lang")
    def _compute_text(self):
        measures = self._loyalty_measures()
        for card in self:
            points = card.loyalty_points or {}
            card.loyalty_text = " · ".join(
                self.env._(
                    "%(what)s %(points)s × %(weight)s",
                    what=measures[line.what].label,
                    points=points[line.what],
                    weight=line.weight,
                )
                for line in card.policy_id.loyalty_parameter_ids
                if line.what in points and line.what in measures
            )

    @api.depends("loyalty_score")
    def _compute_is_loyal(self):
        for card in self:
            card.is_loyal = card.loyalty_score >= LOYAL

    @api.model
    def _search_is_loyal(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) > 1:
            return Domain.TRUE
        loyal = Domain("loyalty_score", ">=", LOYAL)
        return loyal if True in value else ~loyal

    # ------------------------------------------------------------------------ measures

    @api.model
    def _loyalty_measures(self):
        """What a regulation can weigh, in the order in which it is shown.

        :return: {code: ``LoyaltyMeasure``}
        """
        return {
            "class": LoyaltyMeasure(
                self.env._("Turnover"),
                self.env._("VIP 100, A 75, B 50, C 25 points."),
                SQL(
                    """CASE c.abc_class WHEN 'vip' THEN 100 WHEN 'a' THEN 75
                                        WHEN 'b' THEN 50 WHEN 'c' THEN 25 END"""
                ),
            ),
            "regularity": LoyaltyMeasure(
                self.env._("Regularity"),
                self.env._("X 100, Y 50 points, Z nothing."),
                SQL(
                    """CASE c.xyz_class WHEN 'x' THEN 100 WHEN 'y' THEN 50
                                        WHEN 'z' THEN 0 END"""
                ),
            ),
            "payments": LoyaltyMeasure(
                self.env._("Payments in time"),
                self.env._(
                    "100 points for invoices paid when due, nothing for an average "
                    "delay of as many days as the limit (30)."
                ),
                SQL(
                    """100 - 100 * %s / COALESCE(NULLIF(w."limit", 0), 30)""",
                    self._loyalty_delay(),
                ),
            ),
            "people": LoyaltyMeasure(
                self.env._("People who deal with us"),
                self.env._(
                    "100 points for as many persons in the window of the classes as "
                    "the limit (3)."
                ),
                SQL(
                    """100.0 * %s / COALESCE(NULLIF(w."limit", 0), 3)""",
                    self._loyalty_people(),
                ),
            ),
            "recommendations": LoyaltyMeasure(
                self.env._("Recommendations"),
                self.env._(
                    "100 points for as many clients who came on his word as the limit "
                    "(2)."
                ),
                SQL(
                    """100.0 * (SELECT count(*) FROM res_partner r
                                  JOIN res_partner of ON of.id = r.referrer_id
                                  JOIN client_card k ON k.partner_id = r.id
                                                    AND k.company_id = c.company_id
                                 WHERE of.commercial_partner_id = c.partner_id
                                   AND r.id <> c.partner_id)
                       / COALESCE(NULLIF(w."limit", 0), 2)"""
                ),
            ),
        }

    def _loyalty_people(self):
        """Number of persons we talked to or who ordered in the window. Information
        sent to somebody is no talk."""
        return SQL(
            """(SELECT count(*) FROM (
                       SELECT t.person_id FROM client_touchpoint t
                        WHERE t.partner_id = c.partner_id
                          AND t.company_id = c.company_id
                          AND t.outcome = 'reached' AND t.kind <> 'material'
                          AND t.person_id IS NOT NULL AND t.date >= c.since_time
                        UNION
                       SELECT o.partner_id FROM sale_order o
                         JOIN res_partner q ON q.id = o.partner_id
                        WHERE q.commercial_partner_id = c.partner_id
                          AND q.is_company IS NOT TRUE
                          AND o.company_id = c.company_id AND o.state = 'sale'
                          AND o.date_order >= c.since_time) AS people)"""
        )

    def _loyalty_delay(self):
        """Mean delay of the receivables due in the window in days, by their amount.

        Paid before they are due is in time. One that is open counts up to today.
        """
        return SQL(
            """(SELECT sum(l.balance * greatest(0,
                               COALESCE(CASE WHEN l.reconciled THEN (
                                   SELECT max(p.max_date)
                                     FROM account_partial_reconcile p
                                    WHERE p.debit_move_id = l.id) END, c.today)
                               - l.date_maturity)) / sum(l.balance)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE m.commercial_partner_id = c.partner_id
                   AND m.company_id = c.company_id
                   AND m.state = 'posted' AND m.move_type = 'out_invoice'
                   AND a.account_type = 'asset_receivable' AND l.balance > 0
                   AND l.date_maturity > c.since AND l.date_maturity <= c.today)"""
        )

    # ------------------------------------------------------------------------ deriving

    def _derive_loyalty(self, company, today):
        """Derive the loyalty of these cards of a company; only what differs is written.

        :return: number of cards changed
        """
        cards, changed = self.sudo(), 0
        self._loyalty_flush()
        for start in range(0, len(cards), BATCH):
            batch = cards[start : start + BATCH]
            changed += len(self._execute(batch._loyalty_update(today)))
        self.env["client.card"].invalidate_model(COLUMNS, flush=False)
        self.env["res.partner"].invalidate_model(SHOWN_ON_CONTACTS, flush=False)
        return changed

    def _loyalty_different(self, today):
        """Those of these cards whose loyalty is not what is kept. Reads only."""
        self._loyalty_flush()
        rows = self._execute(
            SQL(
                "%s SELECT id FROM score WHERE %s ORDER BY id",
                self._loyalty_score(today),
                self._loyalty_differs(),
            )
        )
        return self.browse([row[0] for row in rows])

    def _loyalty_flush(self):
        """Write what is pending in the tables that only this statement reads."""
        for model in ("client.card", "client.touchpoint", "client.loyalty.parameter"):
            self.env[model].flush_model()
        self.env["account.move.line"].flush_model(["balance", "reconciled"])
        self.env["account.partial.reconcile"].flush_model(["max_date"])
        self.env["res.partner"].flush_model(["referrer_id", "is_company"])

    def _loyalty_update(self, today):
        return SQL(
            """%(score)s
               UPDATE client_card c
                  SET loyalty_score = score.score, loyalty_points = score.points,
                      write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                 FROM score
                WHERE c.ctid = score.place AND %(differs)s
            RETURNING c.id""",
            score=self._loyalty_score(today),
            differs=self._loyalty_differs(),
            uid=self.env.uid,
        )

    def _loyalty_differs(self):
        return SQL(
            "(score.score, score.points) IS DISTINCT FROM"
            " (score.old_score, score.old_points)"
        )

    def _loyalty_score(self, today):
        """``SQL`` of common tables that end in ``score``: what these cards should say.

        Prospects are not measured: they have not bought. All cards are of one company;
        the window is that of the turnover, by its days: after ``since``, up to today.
        """
        points = SQL(" ").join(
            SQL("WHEN %s THEN %s", code, measure.points)
            for code, measure in self._loyalty_measures().items()
        )
        return SQL(
            """WITH c AS MATERIALIZED (
                    SELECT k.ctid AS place, k.*, %(today)s::date AS today, since,
                           -- In UTC, the first moment of the day after it.
                           ((since + 1)::timestamp AT TIME ZONE %(tz)s)
                               AT TIME ZONE 'UTC' AS since_time
                      FROM client_card k JOIN client_policy pol ON pol.id = k.policy_id
                     CROSS JOIN LATERAL (
                           SELECT (%(today)s::date - make_interval(
                               months => pol.abc_period_months))::date AS since
                           ) AS the_window
                     WHERE k.id = ANY(%(ids)s)),
                  said AS (
                    SELECT c.id, w.what, w.weight, CASE w.what %(points)s END AS points
                      FROM c JOIN client_loyalty_parameter w
                        ON w.policy_id = c.policy_id AND w.weight > 0
                     WHERE c.status <> 'prospect'),
                  part AS (
                    SELECT id, what, weight,
                           round(greatest(0, least(100, points)))::integer AS points
                      FROM said WHERE points IS NOT NULL),
                  score AS (
                    SELECT c.place, c.id, c.loyalty_score AS old_score,
                           c.loyalty_points AS old_points,
                           round(sum(part.points * part.weight)::numeric
                               / sum(part.weight))::integer AS score,
                           jsonb_object_agg(part.what, part.points)
                               FILTER (WHERE part.what IS NOT NULL) AS points
                      FROM c LEFT JOIN part USING (id)
                  GROUP BY c.place, c.id, c.loyalty_score, c.loyalty_points)""",
            today=today,
            # sudo: the days of a company are no secret.
            tz=self[:1].sudo().company_id._client_tz(),
            ids=list(self._ids),
            points=points,
        )
