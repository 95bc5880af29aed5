from collections import Counter

from odoo import Command, api, models
from odoo.exceptions import AccessError

from .client_policy_data import DEFAULT

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
    "data_review_months",
)


class ClientPolicy(models.Model):
    """Presets by trade (N31): regulations that come with the addon and never hold.

    A trade that is chosen is copied into the company's own regulation. Presets are
    records of the same model, archived, so that an own regulation can be compared
    with its preset figure by figure (``client_policy_compare.py``).
    """

    _inherit = "client.policy"

    @api.model
    def _preset_of(self, trade):
        """The preset of a trade, an empty recordset for an unknown one."""
        # sudo: whoever sets up a company may see what the addon suggests.
        presets = self.sudo()
        found = presets.with_context(active_test=False).search(
            [("is_preset", "=", True), ("trade", "=", trade)], limit=1
        )
        return found.with_env(presets.env)

    @api.model
    def _choose_trade(self, company, trade):
        """Make the preset of ``trade`` the regulation of ``company``.

        A regulation that nobody changed takes the preset's figures and norms. One that
        somebody changed, or that holds in other companies too, stays as it is: the
        preset's copy is put before it. The clients are derived anew.

        :param company: ``res.company`` record
        :param trade: key of ``trade``; nothing changes for one that has no preset
        :return: the regulation that holds in ``company`` from now on
        :raise AccessError: the user is no head, or may not enter the company
        """
        self._check_may_choose(company)
        # sudo: the role was checked; a regulation may hold in other companies too.
        holding = self.sudo()._default_policy(company)
        preset = self._preset_of(trade)
        if not preset or holding.trade == trade:
            return holding.sudo(self.env.su)
        if self._only_in(holding, company) and holding._is_unchanged():
            former_segment = holding.segment_of_trade_id
            holding._take_preset(preset)
            former_segment._archive_unused()
        else:
            holding = preset._copy_for(company, before=holding)
        return holding.sudo(self.env.su)

    def _check_may_choose(self, company):
        user = self.env.user
        if self.env.su:
            return
        if not user.has_group("client_base_retention.group_client_head"):
            raise AccessError(self.env._("Only the head may choose the trade."))
        if company not in user.company_ids:
            raise AccessError(
                self.env._("You may choose the trade of your own companies only.")
            )

    @api.model
    def _only_in(self, policy, company):
        """Whether ``policy`` can hold in no other company than ``company``."""
        return bool(policy.company_id or company._client_only_company())

    # ------------------------------------------------------------------- unchanged?

    def _is_unchanged(self):
        """Whether this regulation is still what it began as: its preset, or the
        standard one with the defaults and no norms."""
        self.ensure_one()
        if self._is_renamed():
            return False
        if self.preset_id:
            return not self._figures_changed() and (
                self._norms() == self.preset_id._norms()
            )
        defaults = self.default_get(list(FIGURES)) | {"required_fields": DEFAULT}
        same = all((self[name] or 0) == (defaults.get(name) or 0) for name in FIGURES)
        return same and not self.rule_ids and not self.segment_ids

    def _is_renamed(self):
        """Whether it bears a name, in any language, that the addon did not give it."""
        if self.preset_id:
            given = self.preset_id._names()
        else:
            given = {
                self.with_context(lang=code).env._("Standard regulation")
                for code in self._languages()
            }
        return not self._names() <= given

    def _names(self):
        """The names that are kept, without the language in which they are shown."""
        return set((self._fields["name"]._get_stored_translations(self) or {}).values())

    def _figures_changed(self):
        """Names of the figures in which this regulation differs from its preset."""
        return [name for name in FIGURES if self[name] != self.preset_id[name]]

    def _norms(self):
        """What the norms say and how often each of them stands there."""
        return Counter(rule._as_norm() for rule in self.rule_ids)

    # ----------------------------------------------------------------------- taking

    def _take_preset(self, preset):
        """Set the figures, norms and names of ``preset`` on this regulation."""
        norms = [Command.create(rule.copy_data()[0]) for rule in preset.rule_ids]
        for values in norms:
            values[2].pop("policy_id")
        self.write(
            {name: preset[name] for name in FIGURES}
            | {
                "trade": preset.trade,
                "preset_id": preset.id,
                "segment_of_trade_id": preset.segment_of_trade_id._in_use().id,
                "practice_fields": preset.practice_fields,
                "rule_ids": [Command.clear(), *norms],
            }
        )
        self._take_name(preset)

    def _copy_for(self, company, before):
        """A copy of this preset for one company, holding before another regulation."""
        policy = self.copy(
            {
                "active": True,
                "preset_id": self.id,
                "company_id": company.id,
                "sequence": before.sequence - 1,
                "segment_of_trade_id": self.segment_of_trade_id._in_use().id,
            }
        )
        policy._take_name(self)
        return policy

    def _take_name(self, preset):
        """The preset's name in every language."""
        for code in self._languages():
            self.with_context(lang=code).name = preset.with_context(lang=code).name

    @api.model
    def _languages(self):
        """Codes of the languages that names are kept in; English is their source."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return ["en_US", *(code for code in installed if code != "en_US")]
