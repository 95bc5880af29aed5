from odoo import Command, api, fields, models

from .client_roles import HEAD, NEW_OWN, OWN, ROLE_NAMES, ROLES, SALES_ROLES, SALESMAN


class ResUsers(models.Model):
    """Which role of the client base a user has, and who gets one by himself."""

    _inherit = "res.users"

    # Fields that users may read of themselves lose their groups in the preferences,
    # therefore these forms ask for the role by name.
    client_role = fields.Selection(
        ROLE_NAMES,
        string="Role in the client base",
        compute="_compute_client_role",
        compute_sudo=True,
    )
    client_role_text = fields.Text(
        string="What the role may",
        compute="_compute_client_role",
        compute_sudo=True,
    )

    @api.depends("group_ids")
    @api.depends_context("lang")
    def _compute_client_role(self):
        groups = {
            key: self.env.ref(xmlid, raise_if_not_found=False)
            for key, xmlid in ROLES.items()
        }
        nothing_to_choose = self._is_folded()
        for user in self:
            # Also of a form that is not saved yet, where has_group asks the database.
            has_ids = user.all_group_ids.ids
            has = [key for key, group in groups.items() if group.id in has_ids]
            user.client_role = has[-1] if has else False
            if user.share or nothing_to_choose:
                user.client_role_text = False
            elif has:
                user.client_role_text = groups[has[-1]].comment
            else:
                user.client_role_text = self._client_no_role_text()

    @api.model
    def _client_no_role_text(self):
        """What a user without a role sees, in a sentence."""
        return self.env._(
            "Does not use the client base: sees contacts as Odoo shows them, without "
            "class, status, turnover and touchpoints."
        )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "client_role", "client_role_text"]

    # ------------------------------------------------------------- who begins to sell

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._client_sellers()._give_client_role()
        return users

    def write(self, vals):
        if "group_ids" not in vals:
            return super().write(vals)
        sold_before = self._client_sellers()
        result = super().write(vals)
        (self._client_sellers() - sold_before)._give_client_role()
        return result

    def _client_sellers(self):
        """Those of these users who are colleagues with a right to sell."""
        # sudo: whoever creates users asks for them, and need not sell himself.
        users = self.sudo().filtered(lambda u: not u.share and u.has_group(SALESMAN))
        return users.sudo(self.env.su)

    def _give_client_role(self):
        """Give those who have no role the one of their right to sell (design 5).

        Salespeople get *All clients*, or *Own clients* where the setting says so;
        heads of sales are heads of the client base. Whoever got a role together with
        the right to sell keeps that one.
        """
        if not self or not self.env.ref(OWN, raise_if_not_found=False):
            return
        # sudo: whoever manages users need not be head of the client base.
        settings = self.env["ir.config_parameter"].sudo()
        only_own = bool(settings.get_param(NEW_OWN))
        # The groups of the highest right come last, and win.
        chosen = {}
        for sales_group, role in SALES_ROLES.items():
            for user in self.sudo():
                if user.has_group(sales_group) and not user.has_group(OWN):
                    chosen[user] = OWN if only_own and role != HEAD else role
        for role in set(chosen.values()):
            users = self.browse(user.id for user in chosen if chosen[user] == role)
            users.sudo().write({"group_ids": [Command.link(self.env.ref(role).id)]})
