from odoo import api, fields, models
from odoo.tools import SQL

from .client_card_why import number_in_words

REGULARITIES = [("x", "X"), ("y", "Y"), ("z", "Z")]
# Of fewer months nothing can be said about a client.
LEAST_MONTHS = 3


class ClientCard(models.Model):
    """How regularly a client buys (XYZ): how much his monthly purchases vary.

    The months are the calendar months that are over, as many as the regulation counts
    for the turnover, from that of the first purchase on: so a class changes with the
    month and not from day to day. Months of the yearly pause are left out. Variation
    is the standard deviation of all these months (not of a sample) in percent of their
    mean, refunds subtracted in their own month.
    """

    _inherit = "client.card"

    xyz_class = fields.Selection(
        REGULARITIES,
        string="Regularity",
        readonly=True,
        copy=False,
        help="X buys evenly month by month, Y less so, Z now and then, or for less "
        "than three months. The limits stand in the regulation.",
    )
    xyz_variation = fields.Float(
        string="Variation, %",
        digits=(16, 1),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="How far monthly purchases swing about their mean.",
    )
    xyz_months = fields.Integer(
        string="Months counted", readonly=True, copy=False, aggregator=None
    )
    xyz_reason = fields.Text(
        string="Why this regularity", compute="_compute_xyz_reason"
    )

    @api.depends("xyz_class", "xyz_variation", "xyz_months", "policy_id")
    @api.depends_context("lang")
    def _compute_xyz_reason(self):
        for card in self:
            card.xyz_reason = card._why_regularity()

    def _why_regularity(self):
        """Why the client is X, Y or Z, as one sentence with his figures."""
        self.ensure_one()
        if not self.xyz_class:
            return self.env._("No purchase yet: regularity comes with purchases.")
        if self.xyz_months < LEAST_MONTHS:
            return self.env._(
                "Z: only %(months)s full months since the first purchase, at least "
                "%(least)s are needed.",
                months=self.xyz_months,
                least=LEAST_MONTHS,
            )
        if not self.xyz_variation and self.xyz_class == "z":
            return self.env._(
                "Z: bought nothing in the last %(months)s full months.",
                months=self.xyz_months,
            )
        return self.env._(
            "%(class)s: monthly purchases vary by %(share)s %% over %(months)s full "
            "months. X is up to %(x)s %%, Y up to %(y)s %%.",
            **{"class": self.xyz_class.upper()},
            share=number_in_words(self.env, self.xyz_variation, 1),
            months=self.xyz_months,
            x=number_in_words(self.env, self.policy_id.xyz_x_limit, 2),
            y=number_in_words(self.env, self.policy_id.xyz_y_limit, 2),
        )

    # ------------------------------------------------------------------ the statement

    @api.model
    def _xyz_window(self, today):
        """``SQL`` of the columns that ``card`` gets: the months that are looked at."""
        return SQL(
            """pol.xyz_x_limit, pol.xyz_y_limit,
               (date_trunc('month', %(today)s::timestamp)
                - make_interval(months => pol.abc_period_months))::date AS xyz_since,
               date_trunc('month', %(today)s::timestamp)::date AS xyz_until""",
            today=today,
        )

    @api.model
    def _xyz_bought(self):
        """``SQL`` of the aggregates over purchase days that keep those of the window.

        Neither sorts: so both have the same order.
        """
        counted = SQL("day >= card.xyz_since AND day < card.xyz_until")
        return SQL(
            """array_agg(day) FILTER (WHERE %(counted)s) AS xyz_days,
               array_agg(amount) FILTER (WHERE %(counted)s) AS xyz_amounts""",
            counted=counted,
        )

    @api.model
    def _xyz_regularity(self, paused):
        """``SQL`` of one row beside ``span``: class, variation and months.

        The class is decided by exact numbers: ``total`` and ``squares`` of n months
        give (n * squares - total²) / total² as the square of the variation.
        """
        return SQL(
            """SELECT months,
                      CASE WHEN span.first IS NULL THEN NULL
                           WHEN months < %(least)s OR total <= 0 THEN 'z'
                           WHEN 10000 * spread <= (xyz_x_limit * total) ^ 2 THEN 'x'
                           WHEN 10000 * spread <= (xyz_y_limit * total) ^ 2 THEN 'y'
                           ELSE 'z' END AS class,
                      CASE WHEN months >= %(least)s AND total > 0
                           THEN round((100 * sqrt(GREATEST(spread, 0)::float8)
                                       / total::float8)::numeric, 1)
                      END AS variation
                 FROM (SELECT months, COALESCE(total, 0)::numeric AS total,
                              months * COALESCE(squares, 0)::numeric
                              - COALESCE(total, 0)::numeric ^ 2 AS spread
                         FROM (%(months)s) AS counted, (%(sums)s) AS sums
                      ) AS known""",
            least=LEAST_MONTHS,
            months=self._xyz_months(paused),
            sums=self._xyz_sums(paused),
        )

    def _xyz_months(self, paused):
        """``SQL`` of the number of months that count for the client of ``span``."""
        start = SQL(
            "GREATEST(date_trunc('month', span.first::timestamp)::date, span.xyz_since)"
        )
        distance = SQL(
            """GREATEST(0, 12 * (EXTRACT(year FROM span.xyz_until)
                                 - EXTRACT(year FROM %(start)s))
                           + EXTRACT(month FROM span.xyz_until)
                           - EXTRACT(month FROM %(start)s))::integer""",
            start=start,
        )
        if not paused:
            return SQL("SELECT %s AS months", distance)
        month = SQL("EXTRACT(month FROM %s + make_interval(months => n))", start)
        return SQL(
            """SELECT CASE WHEN span.pause_from IS NULL THEN %(distance)s ELSE (
                      SELECT count(*)::integer
                        FROM generate_series(0, %(distance)s - 1) AS n
                       WHERE NOT %(paused)s) END AS months""",
            distance=distance,
            paused=self._paused(month, SQL("span.pause_from"), SQL("span.pause_to")),
        )

    def _xyz_sums(self, paused):
        """``SQL`` of the sum of the monthly purchases and of their squares."""
        free = SQL("TRUE")
        if paused:
            free = SQL(
                "(span.pause_from IS NULL OR NOT %s)",
                self._paused(
                    SQL("EXTRACT(month FROM day)"),
                    SQL("span.pause_from"),
                    SQL("span.pause_to"),
                ),
            )
        return SQL(
            """SELECT sum(amount) AS total, sum(amount * amount) AS squares
                 FROM (SELECT sum(amount) AS amount
                         FROM (SELECT date_trunc('month', day::timestamp) AS month,
                                      amount
                                 FROM unnest(span.xyz_days, span.xyz_amounts)
                                      AS bought(day, amount)
                                WHERE day >= date_trunc('month',
                                                        span.first::timestamp)
                                  AND %(free)s
                             -- Sorted: a hash table for each client costs more.
                             ORDER BY 1) AS bought
                     GROUP BY month) AS by_month""",
            free=free,
        )
