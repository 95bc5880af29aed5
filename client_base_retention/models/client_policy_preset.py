from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError

# What a preset sets on a regulation, in the order in which it is shown.
FIGURES = (
    "abc_period_months",
    "vip_share",
    "a_share",
    "b_share",
    "abc_review",
    "former_after_months",
    "former_cycle_factor",
    "late_factor",
    "risk_factor",
    "typical_cycle_days",
    "newcomer_days",
    "pause_from",
    "pause_to",
    "warning_days",
    "daily_task_limit",
    "former_norm_months",
    "prospect_norm_months",
    "order_counts_as",
    "required_fields",
)
# What makes a norm another norm.
NORM = (
    "status",
    "abc_class",
    "potential_level",
    "is_newcomer",
    "kind",
    "interval_count",
    "interval_unit",
    "season_from",
    "season_to",
    "warning_days",
    "responsible",
    "responsible_user_id",
    "activity_type_id",
)


class ClientPolicy(models.Model):
    """Presets by trade (N31): regulations that come with the addon and never hold.

    A trade that is chosen is copied into the company's own regulation. Presets are
    records of the same model, archived, so that an own regulation can be compared
    with its preset figure by figure.
    """

    _inherit = "client.policy"

    preset_summary = fields.Html(
        string="What this sets", compute="_compute_preset_summary"
    )
    preset_difference = fields.Html(
        string="Differences from the preset", compute="_compute_preset_difference"
    )
    practice_note = fields.Char(
        string="Where the figures come from", compute="_compute_practice_note"
    )

    # ----------------------------------------------------------------------- choosing

    @api.model
    def _preset_of(self, trade):
        """The preset of a trade, an empty recordset for none ("other")."""
        presets = self.sudo().with_context(active_test=False)
        return presets.search([("is_preset", "=", True), ("trade", "=", trade)], limit=1)

    @api.model
    def _choose_trade(self, company, trade):
        """Make the preset of ``trade`` the regulation of ``company``.

        A regulation that nobody changed takes the preset's figures. One that somebody
        changed, or that holds in other companies too, stays as it is: the preset's copy
        is put before it.

        :param company: ``res.company`` record
        :param trade: key of ``trade``; False for "other": no preset, nothing changes
        :return: the regulation that holds in ``company`` from now on
        """
        if not self.env.su and not self.env.user.has_group(
            "client_base_retention.group_client_head"
        ):
            raise AccessError(self.env._("Only the head may choose the trade."))
        # sudo: the role was checked; a regulation may hold in other companies too.
        holding = self.sudo()._default_policy(company)
        preset = self._preset_of(trade)
        if not preset or holding.trade == trade:
            return holding
        preset.segment_of_trade_id.active = True
        only_here = holding.company_id or company._client_only_company()
        if only_here and holding._is_unchanged():
            holding._take_preset(preset)
            return holding
        return preset._copy_for(company, before=holding)

    def _is_unchanged(self):
        """Whether this regulation is still what it began as: its preset, or the
        standard one with the defaults and no norms."""
        self.ensure_one()
        if self.preset_id:
            return not self._figures_changed() and self._norms() == self.preset_id._norms()
        defaults = self.default_get(list(FIGURES))
        same = all((self[name] or 0) == (defaults.get(name) or 0) for name in FIGURES)
        return same and not self.rule_ids and not self.segment_ids

    def _take_preset(self, preset):
        """Set the figures, norms and name of ``preset`` on this regulation."""
        values = {name: preset[name] for name in FIGURES}
        self.rule_ids.unlink()
        self.write(
            values
            | {
                "trade": preset.trade,
                "preset_id": preset.id,
                "segment_of_trade_id": preset.segment_of_trade_id.id,
                "practice_fields": preset.practice_fields,
            }
        )
        for rule in preset.rule_ids:
            rule.copy({"policy_id": self.id})
        self._take_name(preset)

    def _copy_for(self, company, before):
        """A copy of this preset for one company, holding before another regulation."""
        policy = self.copy(
            {
                "active": True,
                "preset_id": self.id,
                "company_id": company.id,
                "sequence": before.sequence - 1,
            }
        )
        policy._take_name(self)
        return policy

    def _take_name(self, preset):
        """The preset's name in every language."""
        for code, _name in self.env["res.lang"].get_installed():
            self.with_context(lang=code).name = preset.with_context(lang=code).name

    # ---------------------------------------------------------------------- comparing

    def _figures_changed(self):
        """Names of the figures in which this regulation differs from its preset."""
        return [name for name in FIGURES if self[name] != self.preset_id[name]]

    def _norms(self):
        """The norms as a set of comparable tuples."""
        return {tuple(rule[name] for name in NORM) for rule in self.rule_ids}

    @api.depends("preset_id", "rule_ids", *FIGURES)
    @api.depends_context("lang")
    def _compute_preset_difference(self):
        """A table: figure, here, in the preset; then the norms only one of them has."""
        for policy in self:
            # sudo: presets are archived records that everybody may compare with.
            preset = policy.sudo().preset_id
            if not preset:
                policy.preset_difference = False
                continue
            rows = [
                (
                    policy._figure_label(name),
                    policy._figure_in_words(name),
                    preset._figure_in_words(name),
                )
                for name in policy._figures_changed()
            ]
            ours, theirs = policy._norms(), preset._norms()
            for rule in policy.rule_ids:
                if tuple(rule[name] for name in NORM) not in theirs:
                    rows.append((self.env._("Norm"), rule.sentence, "–"))
            for rule in preset.rule_ids:
                if tuple(rule[name] for name in NORM) not in ours:
                    rows.append((self.env._("Norm"), "–", rule.sentence))
            if not rows:
                policy.preset_difference = Markup("<p>%s</p>") % self.env._(
                    "Nothing was changed."
                )
                continue
            head = ("", self.env._("Here"), self.env._("In the preset"))
            policy.preset_difference = self._html_table(head, rows)

    @api.depends("rule_ids", "practice_fields", *FIGURES)
    @api.depends_context("lang")
    def _compute_preset_summary(self):
        """A table of every figure and norm, and whether practice or we suggest it."""
        for policy in self:
            practice = (policy.practice_fields or "").split(",")
            rows = [
                (
                    policy._figure_label(name),
                    policy._figure_in_words(name),
                    self._origin_in_words(name in practice),
                )
                for name in FIGURES
                if policy[name]
            ]
            rows += [
                (
                    self.env._("Norm"),
                    rule.sentence,
                    self._origin_in_words(rule.from_practice),
                )
                for rule in policy.rule_ids
            ]
            policy.preset_summary = self._html_table(("", "", ""), rows)

    @api.depends("practice_fields", "preset_id")
    @api.depends_context("lang")
    def _compute_practice_note(self):
        """ "Found in practice: Former after, Typical cycle. The other figures are our
        suggestion." """
        for policy in self:
            if not policy.trade:
                policy.practice_note = False
                continue
            names = [n for n in (policy.practice_fields or "").split(",") if n]
            ours = self.env._("our suggestion; your own experience goes before them.")
            if not names:
                policy.practice_note = self.env._("The figures are %s", ours)
                continue
            policy.practice_note = self.env._(
                "Found in the practice of the trade: %(names)s. The others are %(ours)s",
                names=", ".join(policy._figure_label(name) for name in names),
                ours=ours,
            )

    def _origin_in_words(self, practice):
        return self.env._("from practice") if practice else self.env._("our suggestion")

    def _figure_label(self, name):
        labels = {
            "abc_period_months": self.env._("Months of turnover"),
            "vip_share": self.env._("VIP bring the first, % of turnover"),
            "a_share": self.env._("VIP and A bring, % of turnover"),
            "b_share": self.env._("VIP, A and B bring, % of turnover"),
            "former_after_months": self.env._("Former after months"),
            "former_cycle_factor": self.env._("but not before own cycles"),
            "late_factor": self.env._("Late after cycles, and 3 days"),
            "risk_factor": self.env._("At risk after cycles"),
            "typical_cycle_days": self.env._("Typical cycle, days"),
            "newcomer_days": self.env._("Newcomer for days"),
            "warning_days": self.env._("Contacts announced, days before"),
            "former_norm_months": self.env._("Norms for former clients, months"),
            "prospect_norm_months": self.env._("Norms for prospects, months"),
            "required_fields": self.env._("A full card has"),
        }
        return labels.get(name) or self._fields[name]._description_string(self.env)

    def _figure_in_words(self, name):
        """The value of a figure as people read it."""
        value, field = self[name], self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if name == "required_fields":
            return ", ".join(self._required_labels())
        if not value:
            return "–"
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _required_labels(self):
        """Labels of the contact's fields that a full card has."""
        partner = self.env["res.partner"]
        names = (self.required_fields or "").split(",")
        return [
            partner._fields[name]._description_string(self.env)
            for name in names
            if name in partner._fields
        ]

    @api.model
    def _html_table(self, head, rows):
        cell = Markup("<td>%s</td>")
        lines = [
            Markup("<tr>%s</tr>") % Markup("").join(cell % escape(x) for x in row)
            for row in rows
        ]
        title = Markup("").join(Markup("<th>%s</th>") % x for x in head)
        return Markup(
            '<table class="table table-sm o_client_table"><thead><tr>%s</tr></thead>'
            "<tbody>%s</tbody></table>"
        ) % (title, Markup("").join(lines))

    # ------------------------------------------------------------------------ actions

    def action_compare_preset(self):
        """Show in what this regulation differs from the preset it began as."""
        self.ensure_one()
        return self._action_dialog(
            "client_base_retention.client_policy_view_form_compare",
            self.env._("Compared with the preset"),
        )

    def _action_dialog(self, view, name):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
            "name": name,
        }
