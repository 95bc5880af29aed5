from odoo import models

from .client_roles import SALESMAN


class ResGroups(models.Model):
    """Who begins to sell by a change of groups gets a role, too."""

    _inherit = "res.groups"

    def write(self, vals):
        sellers = self.env.ref(SALESMAN, raise_if_not_found=False)
        if not sellers or not {"user_ids", "implied_ids"} & vals.keys():
            return super().write(vals)
        # sudo: as in res.users.
        sold_before = set(sellers.sudo().all_user_ids.ids)
        result = super().write(vals)
        sell_now = set(sellers.sudo().all_user_ids.ids)
        if sell_now - sold_before:
            users = self.env["res.users"].browse(sell_now - sold_before)
            users._client_sellers()._give_client_role()
        return result

    def _client_add_users(self, users):
        """Put these colleagues into the group, without a change of their contacts."""
        self.ensure_one()
        self.user_ids |= users
        # Odoo would ask anew who is a colleague, and write the contacts of all.
        partners = users.partner_id
        self.env.remove_to_compute(partners._fields["partner_share"], partners)
