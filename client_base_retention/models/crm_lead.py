from odoo import api, models


class CrmLead(models.Model):
    """An opportunity brings its contact into the base as a prospect (N17)."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "client.card.shown"]

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        self.env["client.card"]._touch_prospects(leads._client_pairs())
        return leads

    def write(self, vals):
        result = super().write(vals)
        if self.env.context.get("client_prospects"):
            # New leads of a file: what follows is done for all of them together.
            return result
        if {"partner_id", "company_id"} & vals.keys():
            self.env["mail.activity"]._find_clients_of(self)
        if {"partner_id", "type", "company_id", "team_id", "user_id"} & vals.keys():
            self.env["client.card"]._touch_prospects(self._client_pairs())
        return result

    def _client_pairs(self):
        """{(partner id, company id)} of the opportunities with a contact.

        One without company belongs to that of its team, else of its salesperson.
        """
        leads = self.filtered(lambda le: le.type == "opportunity" and le.partner_id)
        companies = {
            lead: lead.company_id
            or lead.team_id.company_id
            or lead.sudo().user_id.company_id
            for lead in leads
        }
        # Odoo hands out leads one by one: only those without company cost a query.
        only = not all(companies.values()) and self.env.company._client_only_company()
        return {
            (lead.partner_id.id, (company or only).id)
            for lead, company in companies.items()
        }
