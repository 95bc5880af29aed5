from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Find the clients of the open activities, and derive what is arranged."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mail.activity"]._fill_clients()
    env.ref("client_base_retention.ir_cron_client_derive")._trigger()
