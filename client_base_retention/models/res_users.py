from odoo import api, models

from .client_roles import ROLE
from .res_company import AT_ONCE

# With so many internal users, or fewer, teams and comparisons between salespeople are
# folded away (product.md 1c).
FEW_USERS = 2


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._fold_for_few_users()
        return users

    def write(self, vals):
        result = super().write(vals)
        if {"active", "group_ids"} & vals.keys():
            self._fold_for_few_users()
        if {"active", "company_ids"} & vals.keys():
            self._derive_owned_clients()
        return result

    def unlink(self):
        result = super().unlink()
        self.browse()._fold_for_few_users()
        return result

    @api.model
    def _fold_for_few_users(self):
        """Show teams and comparisons only where there is somebody to compare."""
        several = self.env.ref(
            "client_base_retention.group_client_several", raise_if_not_found=False
        )
        if not several:
            return
        # sudo: whoever manages users need not manage groups; only our own is touched.
        role = self.env.ref(ROLE).sudo()
        internal = [("share", "=", False)]
        many = self.sudo().search_count(internal, limit=FEW_USERS + 1) > FEW_USERS
        if many and several not in role.implied_ids:
            role.implied_ids += several
        elif not many and several in role.implied_ids:
            role.implied_ids -= several

    @api.model
    def _is_folded(self):
        """Whether few users work here and all of them have a role."""
        # sudo: asked for everybody, whatever the user may see.
        users = self.sudo().search([("share", "=", False)], limit=FEW_USERS + 1)
        return len(users) <= FEW_USERS and all(user.has_group(ROLE) for user in users)

    def _derive_own_contacts(self):
        """Derive the contact dates of the clients for whom these users are
        responsible."""
        # sudo: who enters that somebody is away need not see his clients.
        self.env["client.obligation"].sudo()._derive_contacts_of(
            [("user_id", "in", self.ids)]
        )

    def _derive_owned_clients(self):
        """Derive the clients of these users: at once a few, at night the rest."""
        # sudo: the head of the teams need not see every client.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        owned = cards.search_fetch(
            ["|", ("user_id", "in", self.ids), ("partner_id.user_id", "in", self.ids)],
            ["partner_id", "company_id"],
            limit=AT_ONCE + 1,
        )
        if len(owned) <= AT_ONCE:
            cards._touch({(c.partner_id.id, c.company_id.id) for c in owned})
        else:
            self.env["res.company"]._client_companies()._derive_in_background()
