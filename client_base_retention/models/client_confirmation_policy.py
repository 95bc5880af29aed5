from odoo import api, fields, models, tools

CONFIRMATION = {"data_confirmation", "data_confirmation_from"}


class ClientPolicy(models.Model):
    """Whether the client's data are confirmed before a sale counts for commission."""

    _inherit = "client.policy"

    data_confirmation = fields.Selection(
        [
            ("no", "Not asked for"),
            ("manual", "The steward confirms"),
            ("automatic", "Confirmed automatically once nothing lacks"),
        ],
        string="Client data of an order",
        default="no",
        required=True,
        help="Whether the data of the client must be good before a sale counts for "
        "commission. The sale itself is never blocked. The steward may confirm by hand "
        "in either case.",
    )
    data_confirmation_from = fields.Date(
        string="For orders from",
        copy=False,
        help="Orders of earlier days are not asked. Set to the day on which the "
        "function is switched on.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._begin_confirmation()
        return policies

    def write(self, vals):
        result = super().write(vals)
        if CONFIRMATION & vals.keys():
            self._begin_confirmation()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _begin_confirmation(self):
        """Date the function from the day on which it is switched on, and forget the
        date where it is off: switched on again it begins anew."""
        # sudo: presets are written at installation, by nobody who may.
        for policy in self.sudo():
            asks = policy.data_confirmation != "no"
            if asks and not policy.data_confirmation_from:
                company = policy.company_id or self.env.company
                policy.data_confirmation_from = company._client_today()
            elif not asks and policy.data_confirmation_from:
                policy.data_confirmation_from = False
        self.env.registry.clear_cache()

    @api.model
    @tools.ormcache()
    def _data_confirmations(self):
        """Which regulations ask for confirmed data.

        Kept in memory: confirming an order asks, and where no regulation does it must
        cost nothing.

        :return: {id of the regulation: (``manual`` or ``automatic``, first day)}
        """
        # sudo: whoever confirms an order need not see the regulations.
        policies = self.sudo().with_context(active_test=False)
        return {
            policy.id: (policy.data_confirmation, policy.data_confirmation_from)
            for policy in policies.search([("data_confirmation", "!=", "no")])
        }

    @api.model
    def _data_confirms_itself(self):
        """Whether any regulation releases orders by itself."""
        modes = self._data_confirmations().values()
        return any(mode == "automatic" for mode, _first in modes)
