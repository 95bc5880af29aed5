from odoo import api, fields, models

from .client_roles import ROLE

GROUP = "client_base_retention.group_client_children"


class ResCompany(models.Model):
    """Whether a company works with families: children stand beside their parents."""

    _inherit = "res.company"

    client_children_on = fields.Boolean(
        string="Families with children",
        help="Children, their ages and courses are shown with the clients. The trade "
        "Children's centre switches it on.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(companies.mapped("client_children_on")):
            self._client_show_children()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "client_children_on" in vals:
            self._client_show_children()
        return result

    @api.model
    def _client_show_children(self):
        """Menus and filters about children are there while a company wants them."""
        group = self.env.ref(GROUP, raise_if_not_found=False)
        if not group:
            return
        # sudo: whoever sets up a company need not manage groups; only ours is touched.
        role = self.env.ref(ROLE).sudo()
        wanted = bool(self.sudo().search_count([("client_children_on", "=", True)], 1))
        if wanted and group not in role.implied_ids:
            role.implied_ids += group
        elif not wanted and group in role.implied_ids:
            role.implied_ids -= group


class ClientPolicy(models.Model):
    _inherit = "client.policy"

    @api.model
    def _choose_trade(self, company, trade):
        policy = super()._choose_trade(company, trade)
        if trade == "children" and not company.client_children_on:
            # sudo: the head who chooses the trade need not administrate the company.
            company.sudo().client_children_on = True
        return policy


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    client_children_on = fields.Boolean(
        related="company_id.client_children_on", readonly=False
    )
