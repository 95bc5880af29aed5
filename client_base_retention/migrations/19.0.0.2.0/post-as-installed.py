from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Show teams where there is more than a pair of users, and derive the clients,
    as after an installation."""
    # At once, not with the derivation: nobody who has a salesperson gets a proposal.
    cr.execute(
        """UPDATE client_card c SET is_assigned = TRUE
             FROM res_partner p
            WHERE p.id = c.partner_id AND (c.user_is_manual OR p.user_id = c.user_id)"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.users"]._fold_for_few_users()
    env.ref("client_base_retention.ir_cron_client_derive")._trigger()
