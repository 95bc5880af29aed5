"""Dialogs of Odoo that name a contact by his number: whoever reads them back would
learn the names of hidden clients, one number after the other."""

from odoo import models


class MailComposeMessage(models.TransientModel):
    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "client.sight.guard"]

    _client_names = ("author_id",)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _name = "base.partner.merge.automatic.wizard"
    _inherit = ["base.partner.merge.automatic.wizard", "client.sight.guard"]

    _client_names = ("dst_partner_id",)


class CrmLead2opportunityPartnerMass(models.TransientModel):
    _name = "crm.lead2opportunity.partner.mass"
    _inherit = ["crm.lead2opportunity.partner.mass", "client.sight.guard"]

    _client_names = ("partner_id",)


class PaymentLinkWizard(models.TransientModel):
    _name = "payment.link.wizard"
    _inherit = ["payment.link.wizard", "client.sight.guard"]

    _client_names = ("partner_id",)

    def _check_names(self, vals_list):
        """The client of the document itself may be hidden by now: it goes on."""
        others = [vals for vals in vals_list if not self._is_payer(vals)]
        return super()._check_names(others)

    def _is_payer(self, vals):
        """Whether the document that the values name is one that the user reads, and
        its client is the one they name."""
        model, id_ = (
            vals.get(name, self.env.context.get(f"default_{name}"))
            for name in ("res_model", "res_id")
        )
        if model not in ("sale.order", "account.move") or not isinstance(id_, int):
            return False
        document = self.env[model].browse(id_).exists()
        # sudo: the client may be hidden, the document is not.
        payer = document.sudo().partner_id
        return document.has_access("read") and payer.id == vals.get("partner_id")


class PortalWizardUser(models.TransientModel):
    _name = "portal.wizard.user"
    _inherit = ["portal.wizard.user", "client.sight.guard"]

    _client_names = ("partner_id",)
