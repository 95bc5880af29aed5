from odoo import api, fields, models

from .client_roles import ROLE


class ClientBranch(models.Model):
    """A branch of the business: where clients come to (N20)."""

    _name = "client.branch"
    _description = "Branch of the business"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: a branch of every company."
    )
    address = fields.Char(help="Street and house, as clients are told the way.")
    partner_count = fields.Integer(string="Persons", compute="_compute_partner_count")

    @api.depends_context("uid")
    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("branch_ids", "in", self.ids)], ["branch_ids"], ["__count"]
            )
        )
        for branch in self:
            branch.partner_count = counts.get(branch, 0)

    def action_open_partners(self):
        """The clients and persons of this branch."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("branch_ids", "in", self.ids)],
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    branch_ids = fields.Many2many(
        "client.branch",
        "res_partner_client_branch_rel",
        "partner_id",
        "branch_id",
        string="Branches",
        groups=ROLE,
        help="Branches of ours to which the person comes.",
    )
    client_branches_on = fields.Boolean(
        string="There are branches",
        compute="_compute_client_branches_on",
        groups=ROLE,
        exportable=False,
    )

    @api.depends_context("company")
    def _compute_client_branches_on(self):
        # sudo: whether there are any, for whoever sees the contact.
        branches = self.env["client.branch"].sudo()
        company = [("company_id", "in", [self.env.company.id, False])]
        self.client_branches_on = bool(branches.search(company, limit=1))
