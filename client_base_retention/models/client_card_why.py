from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang


def number_in_words(env, number, digits):
    """A number with no more decimals than it has, and at most ``digits``."""
    number = round(number, digits)
    needed = next(n for n in range(digits + 1) if round(number, n) == number)
    return formatLang(env, number, digits=needed)


class ClientCard(models.Model):
    """*Why?*: class, status and alarm, each in one plain sentence with the figures."""

    _inherit = "client.card"

    class_reason = fields.Text(compute="_compute_class_reason")
    status_reason = fields.Text(compute="_compute_status_reason")

    @api.depends("abc_class", "abc_class_computed", "turnover", "status")
    @api.depends_context("lang")
    def _compute_class_reason(self):
        for card in self:
            card.class_reason = card._why_class()

    @api.depends("status", "last_purchase_date", "purchase_cycle", "policy_id")
    @api.depends_context("tz", "lang")
    def _compute_status_reason(self):
        for card in self:
            card.status_reason = card._why_status()

    def action_why(self):
        """Open the explanation of class, status and alarm over the list or form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "client.card",
            "res_id": self.id,
            "views": [
                (
                    self.env.ref("client_base_retention.client_card_view_form_why").id,
                    "form",
                )
            ],
            "target": "new",
        }

    def _turnover_in_words(self):
        """ "412,000 $ in 12 months" for notes and explanations."""
        self.ensure_one()
        return self.env._(
            "%(amount)s in %(months)s months",
            amount=self.currency_id.format(self.turnover),
            months=self.policy_id.abc_period_months,
        )

    # ------------------------------------------------------------------------- class

    def _why_class(self):
        """Why the client has his class, as one sentence with his figures."""
        self.ensure_one()
        labels = dict(self._fields["abc_class"]._description_selection(self.env))
        if self.abc_class_manual:
            computed = labels.get(self.abc_class_computed)
            sentence = self.env._(
                "Set by hand: %(reason)s.",
                reason=self.abc_lock_reason or self.env._("no reason given"),
            )
            if computed:
                sentence += " " + self.env._(
                    "Computed: %(class)s.", **{"class": computed}
                )
            return sentence
        if self.status == "prospect" or not self.status:
            return self.env._("No purchase yet: the class comes with the first one.")
        if self.status == "former":
            if not self.abc_class:
                return self.env._(
                    "He was a former client before classes were computed."
                )
            return self.env._("A former client keeps the class he had.")
        if self.abc_excluded:
            return self.env._("Takes no part in the shares (“Not in ABC”).")
        if self.turnover <= 0:
            return self.env._(
                "%(turnover)s: without turnover the class is C.",
                turnover=self._turnover_in_words(),
            )
        return self._why_class_by_share()

    def _why_class_by_share(self):
        """ "412,000 in 12 months; 81.3 % of turnover is above him, A ends at 80 %;
        18,000 more makes him A." """
        ahead, total, steps = self._why_row()
        if not total:
            return self.env._("The classes are computed at night.")
        parts = [
            self._turnover_in_words(),
            self.env._(
                "%(share)s %% of turnover is above him",
                share=self._in_words(100 * ahead / total),
            )
            if ahead
            else self.env._("nobody is above him"),
        ]
        better = [step for step in steps if step[2] > 0]
        if better:
            # The same amount may lead into several classes: the best one holds.
            name, share, more = min(better, key=lambda step: step[2])
            parts[-1] += self.env._(
                ", %(class)s ends at %(limit)s %%",
                **{"class": name, "limit": self._in_words(share)},
            )
            parts.append(
                self.env._(
                    "%(more)s more makes him %(class)s",
                    **{"class": name, "more": self.currency_id.format(more)},
                )
            )
        elif steps:
            name, share, _more = steps[0]
            parts[-1] += self.env._(
                ", %(class)s are the first %(limit)s %%",
                **{"class": name, "limit": self._in_words(share)},
            )
        sentence = "; ".join(parts) + "."
        if self.abc_class != self.abc_class_computed:
            sentence += " " + self.env._("Classes follow at the start of a month.")
        return sentence

    def _why_row(self):
        """Where the client stands in the row of his company and policy.

        :return: turnover ahead of him, turnover of all, and for each class that some
            share of turnover is set aside for (label, its share, turnover that he lacks
            to be in it; 0 where he is within)
        """
        self.env["client.card"].flush_model()
        policy = self.policy_id
        shares = (
            ("VIP", policy.vip_share),
            ("A", policy.a_share),
            ("B", policy.b_share),
        )
        shares = [(name, share) for name, share in shares if share]
        lacks = [self._why_lacks(share) for _name, share in shares]
        ((ahead, total, *more),) = self._execute(
            SQL(
                """SELECT COALESCE(sum(turnover) FILTER (
                              WHERE partner_id <> %(partner)s), 0),
                          COALESCE(max(total), 0), %(lacks)s
                     FROM (
                   SELECT turnover, partner_id, ahead, total,
                          turnover - %(turnover)s + CASE
                              WHEN partner_id < %(partner)s THEN %(unit)s ELSE 0
                          END AS step
                     FROM (
                   SELECT turnover, partner_id,
                          sum(turnover) OVER (ORDER BY turnover DESC, partner_id
                              ROWS UNBOUNDED PRECEDING) - turnover AS ahead,
                          sum(turnover) OVER () AS total
                     FROM client_card
                    WHERE company_id = %(company)s AND policy_id = %(policy)s
                      AND active IS TRUE AND status = 'active'
                      AND abc_excluded IS NOT TRUE AND turnover > 0) AS client
                    WHERE (turnover, -partner_id) >= (%(turnover)s, -%(partner)s)
                   ) AS place""",
                lacks=SQL(", ").join(lacks) if lacks else SQL("NULL"),
                partner=self.partner_id.id,
                turnover=self.turnover,
                unit=self.currency_id.rounding,
                company=self.company_id.id,
                policy=policy.id,
            )
        )
        steps = [
            (name, share, lack or 0)
            for (name, share), lack in zip(shares, more, strict=False)
        ]
        return ahead, total, steps

    def _why_lacks(self, share):
        """Turnover that the client lacks to be within the first ``share`` percent.

        To stand before a client with turnover u, behind whom S of all T lies ahead, he
        needs u - t more (``step``); and S must be less than the share of T and what he
        adds. The cheapest place is what he lacks; 0 where he is within already.
        """
        return SQL(
            """min(CASE
                   WHEN 100 * ahead < %(share)s * (total + GREATEST(step, 0))
                   THEN GREATEST(step, 0)
                   ELSE GREATEST(step, %(unit)s + %(unit)s * floor(
                       (100 * ahead / %(share)s - total) / %(unit)s)) END)""",
            share=share,
            unit=self.currency_id.rounding,
        )

    # ------------------------------------------------------------------------ status

    def _why_status(self):
        """Why the client is a prospect, active or former, as one sentence."""
        self.ensure_one()
        if self.status == "prospect" or not self.status:
            return self.env._(
                "In the base since %(date)s, no purchase yet.",
                date=format_date(self.env, self.entry_date),
            )
        last = format_date(self.env, self.last_purchase_date)
        if self.status == "former":
            sentence = self.env._(
                "Last purchase on %(last)s, former since %(since)s.",
                last=last,
                since=format_date(self.env, self.former_since),
            )
        else:
            sentence = self.env._("Last purchase on %(last)s.", last=last)
        parts = [
            sentence,
            self._why_limit(),
            self._why_newcomer(),
            self._why_returned(),
        ]
        return " ".join(filter(None, parts))

    def _why_limit(self):
        """When a client is former: by months, or by his own cycles if those last
        longer."""
        policy = self.policy_id
        months = policy.former_after_months
        by_cycle = policy.former_cycle_factor * self.purchase_cycle
        last = self.last_purchase_date
        if by_cycle > (fields.Date.add(last, months=months) - last).days:
            return self.env._(
                "He is former after %(factor)s of his own cycles of %(days)s days "
                "without a purchase.",
                factor=self._in_words(policy.former_cycle_factor),
                days=self.purchase_cycle,
            )
        return self.env._(
            "He is former after %(months)s months without a purchase.", months=months
        )

    def _in_words(self, number, digits=1):
        """A number with so many decimals at most, in the user's language."""
        return number_in_words(self.env, number, digits)
