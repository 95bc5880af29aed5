from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card import LEVELS
from .client_card_data_review import oldest_fresh_day
from .client_roles import STEWARD

# What people decide on: the name of the effective value, and where it is kept.
BY_HAND = {
    "potential_amount": "potential_manual",
    "potential_level": "potential_level_manual",
}
# Whose estimate it is, and of which day: kept with each amount set by hand.
ESTIMATE = {"potential_user_id", "potential_manual_date"}
# Written by the statements and by ``write`` itself, not by calls.
DERIVED = {
    "potential_computed",
    "potential_computed_on",
    "potential_date",
    "potential_missing",
    "xyz_class",
    "xyz_variation",
    "xyz_months",
}


class ClientCard(models.Model):
    """What a client could buy from us in a year: computed, by hand, effective (N46).

    The formula of the segment computes (``client_segment_formula.py``), people may
    overrule it: what they write on ``potential_amount`` is kept as
    ``potential_manual`` until it is emptied. The effective values follow in the
    statement of the figures, with the level by the amounts of the regulation.
    """

    _inherit = "client.card"

    potential_amount = fields.Monetary(
        string="Potential per year",
        help="What the client could buy from us in a year, without tax.",
    )
    potential_level = fields.Selection(
        LEVELS, string="Level of potential", group_expand=True
    )
    wallet_share = fields.Float(
        string="Our share of his purchases, %",
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="Turnover of a year compared with the potential.",
    )
    potential_computed = fields.Monetary(
        string="Potential by the formula",
        readonly=True,
        copy=False,
        help="What the formula of the segment makes of the portrait.",
    )
    potential_computed_on = fields.Date(readonly=True, copy=False)
    potential_manual = fields.Monetary(
        string="Potential set by hand",
        help="Holds until it is emptied; what the formula says stays visible.",
    )
    potential_manual_date = fields.Date(string="Estimated by hand on", copy=False)
    potential_user_id = fields.Many2one(
        "res.users",
        string="Potential estimated by",
        copy=False,
        help="Who set the potential by hand.",
    )
    potential_date = fields.Date(
        string="Potential estimated on",
        readonly=True,
        copy=False,
        help="Day of the last estimate, by hand or by the formula.",
    )
    potential_age = fields.Char(
        string="Estimate of the potential", compute="_compute_potential_age"
    )
    is_potential_stale = fields.Boolean(
        string="Potential out of date",
        compute="_compute_is_potential_stale",
        search="_search_is_potential_stale",
        help="Estimated longer ago than the regulation lets it hold, or nobody knows "
        "when.",
    )
    potential_level_manual = fields.Selection(
        LEVELS,
        string="Level set by hand",
        help="Holds until it is emptied. Else the amounts of the regulation decide.",
    )
    potential_missing = fields.Monetary(
        string="Missing a year",
        readonly=True,
        copy=False,
        help="Potential less the turnover of a year: what the client buys elsewhere.",
    )

    _potential_not_negative = models.Constraint(
        "CHECK(potential_manual >= 0)", "A potential cannot be negative."
    )
    _growth_idx = models.Index(
        "(company_id, potential_missing DESC, id) "
        "WHERE active IS TRUE AND potential_missing > 0"
    )

    # ---------------------------------------------------------------- age of estimate

    @api.depends("potential_date", "potential_user_id", "potential_manual")
    @api.depends_context("lang", "tz")
    def _compute_potential_age(self):
        """ "Olga, 4 months ago"; "by the formula, today" """
        today = fields.Date.context_today(self)
        for card in self:
            card.potential_age = card._potential_age(today)

    def _potential_age(self, today):
        self.ensure_one()
        if not self.potential_amount:
            return False
        who = self.env._("by the formula")
        if self.potential_manual:
            # sudo: a colleague's name, whatever company he works for.
            who = self.potential_user_id.sudo().name
        when = self._potential_ago(today)
        if who and when:
            return self.env._("%(who)s, %(when)s", who=who, when=when)
        return who or when or self.env._("nobody knows when")

    def _potential_ago(self, today):
        """How long ago in words, in months from one on."""
        if not self.potential_date:
            return False
        days = max((today - self.potential_date).days, 0)
        months = days * 12 // 365
        if not days:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        if months < 1:
            return self.env._("%(days)s days ago", days=days)
        if months == 1:
            return self.env._("a month ago")
        if months < 24:
            return self.env._("%(months)s months ago", months=months)
        return self.env._("%(years)s years ago", years=months // 12)

    @api.depends("potential_date", "potential_amount", "policy_id")
    @api.depends_context("tz")
    def _compute_is_potential_stale(self):
        stale = self.filtered_domain(self._potential_stale_domain())
        stale.is_potential_stale = True
        (self - stale).is_potential_stale = False

    @api.model
    def _search_is_potential_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) > 1:
            return Domain.TRUE
        stale = self._potential_stale_domain()
        return stale if True in value else ~stale

    @api.model
    def _potential_stale_domain(self):
        """Domain of the cards whose estimate is older than its regulation allows."""
        today = fields.Date.context_today(self)
        # sudo: the months of a regulation are no secret of another company.
        policies = self.env["client.policy"].sudo().with_context(active_test=False)
        holding = policies.search(
            [("is_preset", "=", False), ("potential_months", ">", 0)]
        )
        domains = [
            Domain("policy_id", "in", those.ids)
            & (
                Domain("potential_date", "=", False)
                | Domain("potential_date", "<", oldest_fresh_day(today, n))
            )
            for n, those in holding.grouped("potential_months").items()
        ]
        return Domain("potential_amount", ">", 0) & Domain.OR(domains)

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._potential_by_hand(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._potential_by_hand(vals))

    @api.model
    def _potential_by_hand(self, vals):
        """Values in which what people decide is kept as decided by hand.

        Who set an amount, and when, is remembered; who takes over the estimates of
        another list, a data steward, may say it.

        :raise AccessError: somebody else says whose estimate it is, or of when
        """
        if not self.env.su and ESTIMATE & vals.keys():
            self._check_may_date_estimates()
        effective = BY_HAND.keys() & vals.keys()
        if not effective and "potential_manual" not in vals:
            return vals
        vals = {
            BY_HAND.get(name, name): value
            for name, value in vals.items()
            if BY_HAND.get(name) not in vals
        }
        if "potential_manual" in vals:
            given = bool(vals["potential_manual"])
            today = fields.Date.context_today(self)
            vals = {
                # Demo data and imports of the system are nobody's estimate.
                "potential_user_id": given
                and self.env.uid != SUPERUSER_ID
                and self.env.uid,
                "potential_manual_date": given and today,
            } | vals
        return vals

    @api.model
    def _check_may_date_estimates(self):
        if not self.env.user.has_group(STEWARD):
            raise AccessError(
                self.env._(
                    "Whose estimate it is, and of which day, is kept by the system. "
                    "Data stewards may correct it."
                )
            )

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in DERIVED and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _fold_values(self, target):
        """What is decided by hand goes along; what is computed is computed anew."""
        values = super()._fold_values(target)
        if self.potential_manual and not target.potential_manual:
            values |= {
                "potential_manual": self.potential_manual,
                "potential_manual_date": self.potential_manual_date,
                "potential_user_id": self.potential_user_id.id,
            }
        if self.potential_level_manual and not target.potential_level_manual:
            values["potential_level_manual"] = self.potential_level_manual
        return values

    def action_potential_confirmed(self):
        """The estimate still holds: it is as old as today, and the user's own."""
        for amount, cards in self.grouped("potential_manual").items():
            if amount:
                cards.potential_manual = amount
        return True

    # ------------------------------------------------------------------ the statement

    @api.model
    def _potential_card(self):
        """``SQL`` of the columns that ``card`` gets."""
        amount = SQL(
            "COALESCE(NULLIF(c.potential_manual, 0), NULLIF(c.potential_computed, 0))"
        )
        return SQL(
            """%(amount)s AS potential_amount,
               CASE WHEN c.potential_manual <> 0 THEN c.potential_manual_date
                    WHEN c.potential_computed <> 0 THEN c.potential_computed_on
               END AS potential_date,
               COALESCE(c.potential_level_manual, CASE
                   WHEN %(amount)s >= NULLIF(pol.potential_high, 0) THEN 'high'
                   WHEN %(amount)s >= NULLIF(pol.potential_medium, 0) THEN 'medium'
                   WHEN %(amount)s > 0 AND (pol.potential_high > 0
                                            OR pol.potential_medium > 0) THEN 'low'
               END) AS potential_level""",
            amount=amount,
        )

    @api.model
    def _potential_missing(self, company):
        """``SQL`` of what is missing a year, by the row of ``span``: never more than
        he could buy, though refunds may have left less than no turnover."""
        return SQL(
            """CASE WHEN span.potential_amount > 0 THEN GREATEST(0, round(
                   span.potential_amount - GREATEST(0, COALESCE(span.turnover, 0)) * 12
                   / span.abc_period_months, %s)) END""",
            company.currency_id.decimal_places,
        )
