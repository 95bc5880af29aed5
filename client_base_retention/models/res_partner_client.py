from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .client_roles import ROLE


class ResPartner(models.Model):
    """Buttons of a contact that are about its client card."""

    _inherit = "res.partner"

    def _client_cards_checked(self):
        """The cards of these contacts in the current company.

        :raise AccessError: a card is hidden from the user: a contact that is his in
            another company may be a colleague's client here
        """
        domain = [
            ("company_id", "=", self.env.company.id),
            ("partner_id", "in", self.sudo().commercial_partner_id.ids),
        ]
        # sudo: what is hidden is refused, not left out.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        found = cards.search(domain).with_env(self.env)
        found.check_access("read")
        return found

    def action_add_to_client_base(self):
        """Make prospects of these contacts in the current company (N17).

        A person adds the company it belongs to. A contact that was marked *Not a
        client* is taken back. Contacts that can be no clients are left out.

        :return: action that opens the client, or the list of the clients added
        :raise AccessError: no role, or the user does not see the client here
        """
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(ROLE):
            raise AccessError(
                self.env._("You need a role in the client base to add clients to it.")
            )
        company = self.env.company
        self._client_keep_seen()
        # sudo: cards are made by the system; the list of exclusions is the company's.
        partners = self.sudo().commercial_partner_id
        self._client_cards_checked()
        cards = self.env["client.card"].sudo()
        company.sudo().client_excluded_partner_ids -= partners
        cards._execute_flush()
        cards._insert_cards(
            company,
            company._client_today(),
            SQL("SELECT unnest(%s::integer[])", partners.ids),
        ).with_context(client_background=True)._derive()
        cards._execute_done()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {
            "domain": [("partner_id", "in", partners.ids)],
            "context": {"active_test": False},
        }

    def action_open_client_purchases(self):
        self.ensure_one()
        return self._client_cards_checked().action_open_purchases()

    def action_client_why(self):
        self.ensure_one()
        return self._client_cards_checked().action_why()

    def action_not_a_client(self):
        return self._client_cards_checked().action_not_a_client()
