from odoo import api, fields, models


class ClientPolicyLine(models.AbstractModel):
    """A line of a regulation that holds for clients: a norm, something to be known.

    Lines of a preset are not changed (``client.policy._check_own``). What changes the
    clients of a regulation is said to it by ``_policies_changed``.
    """

    _name = "client.policy.line"
    _description = "Line of a regulation"

    # Names of the fields on which something of the clients is derived.
    _derived_from = frozenset({"policy_id"})

    policy_id = fields.Many2one(
        "client.policy",
        string="Regulation",
        required=True,
        index=True,
        ondelete="cascade",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.policy_id._check_own()
        self._policies_changed(lines.policy_id)
        return lines

    def write(self, vals):
        policies = self.policy_id
        policies._check_own()
        result = super().write(vals)
        if "policy_id" in vals:
            # The rights were checked before: the new regulation may be another
            # company's.
            self.check_access("write")
            self.policy_id._check_own()
        if self._derived_from & vals.keys():
            self._policies_changed(policies | self.policy_id)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        self._policies_changed(policies.exists())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_preset(self):
        self.policy_id._check_own()

    @api.model
    def _policies_changed(self, policies):
        """Lines of these regulations changed: derive what depends on them."""
        raise NotImplementedError
