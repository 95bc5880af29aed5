from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Show teams where there is more than a pair of users, and derive the clients,
    as after an installation."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.users"]._fold_for_few_users()
    env.ref("client_base_retention.ir_cron_client_derive")._trigger()
