from itertools import zip_longest

from markupsafe import Markup

from odoo import api, fields, models

from .client_card_why import number_in_words
from .client_policy_preset import FIGURES

NOTHING = "–"


class ClientPolicy(models.Model):
    """What a preset sets, and how an own regulation differs from it, in words."""

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

    @api.depends("preset_id", "rule_ids", *FIGURES)
    @api.depends_context("lang")
    def _compute_preset_difference(self):
        """A table: figure, here, in the preset; then the norms only one of them has."""
        for policy in self:
            # sudo: a norm may name a user whom the reader does not see.
            own = policy.sudo()
            if not own.preset_id:
                policy.preset_difference = False
                continue
            rows = own._figure_differences() + own._norm_differences()
            if not rows:
                policy.preset_difference = Markup("<p>%s</p>") % self.env._(
                    "Nothing was changed: every figure and norm is the preset's."
                )
                continue
            head = ("", self.env._("Here"), self.env._("In the preset"))
            policy.preset_difference = self._html_table(head, rows)

    @api.depends("rule_ids", "practice_fields", "segment_of_trade_id", *FIGURES)
    @api.depends_context("lang")
    def _compute_preset_summary(self):
        """A table of every figure and norm, and whether practice or we suggest it."""
        for policy in self:
            practice = policy._practice_names()
            rows = [
                (
                    policy._figure_label(name),
                    policy._figure_in_words(name),
                    self._origin_in_words(name in practice),
                )
                for name in FIGURES
                if policy[name]
            ]
            if policy.segment_of_trade_id:
                segment = policy.segment_of_trade_id.name
                rows.append(
                    (self.env._("Segment"), segment, self._origin_in_words(False))
                )
            rows += [
                (
                    self.env._("Norm"),
                    rule._details_in_words(),
                    self._origin_in_words(rule.from_practice),
                )
                for rule in policy.rule_ids
            ]
            policy.preset_summary = self._html_table((), rows)

    @api.depends("trade", "practice_fields", "rule_ids.from_practice", *FIGURES)
    @api.depends_context("lang")
    def _compute_practice_note(self):
        """ "From practice: Former after, 3 norms. The others are our suggestion." """
        for policy in self:
            if not policy.trade:
                policy.practice_note = False
                continue
            changed = policy._figures_changed() if policy.preset_id else []
            found = [
                policy._figure_label(name)
                for name in policy._practice_names()
                if name not in changed
            ]
            norms = len(policy.rule_ids.filtered("from_practice"))
            if norms:
                found.append(self.env._("norms marked so (%s)", norms))
            if not found:
                policy.practice_note = self.env._("All figures are our suggestion.")
                continue
            policy.practice_note = self.env._(
                "From the practice of the trade: %(names)s. "
                "The other figures and norms are our suggestion.",
                names="; ".join(found),
            )

    # --------------------------------------------------------------------- comparing

    def _figure_differences(self):
        """Rows (label, here, in the preset) of the figures that differ."""
        return [
            (
                self._figure_label(name),
                self._figure_in_words(name),
                self.preset_id._figure_in_words(name),
            )
            for name in self._figures_changed()
        ]

    def _norm_differences(self):
        """Rows (label, here, in the preset) of the norms that differ.

        A norm that was edited stands beside what it was in the preset.
        """
        ours, theirs = self._norms(), self.preset_id._norms()
        rows = []
        here = self._norms_by_client(ours - theirs)
        there = self.preset_id._norms_by_client(theirs - ours)
        for client in {**here, **there}:
            pairs = zip_longest(
                here.get(client, []), there.get(client, []), fillvalue=NOTHING
            )
            rows += [(self.env._("Norm"), *pair) for pair in pairs]
        return rows

    def _norms_by_client(self, norms):
        """{whom and what kind of contact: [norm in words]} of some of the norms.

        :param norms: Counter as ``_norms`` returns it
        """
        found, left = {}, norms.copy()
        for rule in self.rule_ids:
            norm = rule._as_norm()
            if left[norm]:
                left[norm] -= 1
                # Status, class, potential, newcomer and kind come first in a norm.
                found.setdefault(norm[:5], []).append(rule._details_in_words())
        return found

    # ------------------------------------------------------------------------- words

    def _practice_names(self):
        return [name for name in (self.practice_fields or "").split(",") if name]

    def _origin_in_words(self, practice):
        return self.env._("from practice") if practice else self.env._("our suggestion")

    def _figure_label(self, name):
        labels = {
            "abc_period_months": self.env._("Months of turnover"),
            "vip_share": self.env._("VIP bring the first, % of turnover"),
            "a_share": self.env._("VIP and A bring, % of turnover"),
            "b_share": self.env._("VIP, A and B bring, % of turnover"),
            "former_after_months": self.env._("Former after months"),
            "former_cycle_factor": self.env._("Former not before own cycles"),
            "late_factor": self.env._("Late after cycles (and 3 days)"),
            "risk_factor": self.env._("At risk after cycles"),
            "typical_cycle_days": self.env._("Typical cycle, days"),
            "newcomer_days": self.env._("Newcomer for days"),
            "warning_days": self.env._("Contacts announced, days before"),
            "former_norm_months": self.env._("Norms for former clients, months"),
            "prospect_norm_months": self.env._("Norms for prospects, months"),
            "required_fields": self.env._("What a full card has"),
        }
        return labels.get(name) or self._fields[name]._description_string(self.env)

    def _figure_in_words(self, name):
        """The value of a figure as people read it."""
        value, field = self[name], self._fields[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if name == "required_fields":
            return ", ".join(self._required_words()) or NOTHING
        if name in ("pause_from", "pause_to"):
            return self.rule_ids._month(value) or NOTHING
        if field.type == "float":
            return number_in_words(self.env, value, 2)
        return str(value) if value else NOTHING

    @api.model
    def _html_table(self, head, rows):
        """A table; whatever is no markup is escaped.

        :param head: titles of the columns, none for a table without them
        :param rows: tuples of cells, the first of each is its title
        """
        lines = [
            Markup('<tr><th class="fw-normal text-muted">%s</th>%s</tr>')
            % (row[0], Markup("").join(Markup("<td>%s</td>") % x for x in row[1:]))
            for row in rows
        ]
        titles = Markup("").join(Markup("<th>%s</th>") % title for title in head)
        titles = titles and Markup("<thead><tr>%s</tr></thead>") % titles
        return Markup('<table class="table table-sm">%s<tbody>%s</tbody></table>') % (
            titles,
            Markup("").join(lines),
        )

    # ----------------------------------------------------------------------- actions

    def action_what_this_sets(self):
        """Show every figure and norm of this preset."""
        self.ensure_one()
        return self._action_dialog(
            "client_base_retention.client_policy_view_form_preset",
            self.env._("What this sets: %s", self.name),
        )

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
