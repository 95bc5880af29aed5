from odoo import api, fields, models


class ClientCard(models.Model):
    """*Why?* of the next contact: which norm holds and why, from when it counts, and
    what moved the day."""

    _inherit = "client.card"

    contact_reason = fields.Text(compute="_compute_contact_reason")

    @api.depends(
        "obligation_ids.due_date",
        "obligation_ids.late_date",
        "obligation_ids.grace_until",
        "obligation_ids.last_contact_date",
        "obligation_ids.rule_id",
        "contact_text",
        "pause_until",
        "pause_reason",
        "entry_date",
        "last_purchase_date",
        "policy_id",
        "status",
        "abc_class",
        "potential_level",
    )
    @api.depends_context("tz", "lang")
    def _compute_contact_reason(self):
        for card in self:
            card.contact_reason = card._why_contact()

    def _why_contact(self):
        """One paragraph for each norm that holds, the first that is due first."""
        self.ensure_one()
        # sudo: norms may be made for a regulation of another company's.
        norms = self.sudo().obligation_ids.filtered("rule_id").with_env(self.env)
        if not norms:
            return self._why_no_norm()
        norms = norms.sorted(lambda norm: (norm.late_date or norm.due_date, norm.id))
        return "\n".join(norm._why() for norm in norms)

    def _why_no_norm(self):
        policy = self.policy_id.sudo()
        if not policy:
            return self.env._("No regulation holds for him.")
        status = dict(self._fields["status"]._description_selection(self.env))
        of_status = policy.rule_ids.filtered(lambda rule: rule.status == self.status)
        if not of_status:
            return self.env._(
                "The regulation “%(policy)s” has no norm for this status: %(status)s.",
                policy=policy.name,
                status=status.get(self.status, "").lower(),
            )
        months = {
            "former": policy.former_norm_months,
            "prospect": policy.prospect_norm_months,
        }.get(self.status)
        if months and any(self._fits(rule) for rule in of_status):
            return self.env._(
                "The norms for this status (%(status)s) end after %(months)s months.",
                status=status.get(self.status, "").lower(),
                months=months,
            )
        return self.env._(
            "None of the norms of the regulation “%(policy)s” is about him.",
            policy=policy.name,
        )

    def _fits(self, rule):
        """Whether a norm of the client's regulation is about him, in its season."""
        self.ensure_one()
        month = fields.Date.context_today(self).month
        first, last = rule.season_from, rule.season_to
        in_season = (
            first <= month <= last
            if first <= last
            else (month >= first or month <= last)
        )
        return (
            rule.status == self.status
            and rule.abc_class in (False, self.abc_class)
            and rule.potential_level in (False, self.potential_level)
            and (not rule.is_newcomer or self.is_newcomer)
            and (not first or in_season)
        )
