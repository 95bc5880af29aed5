from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Derive on which day each client bought for the second, third and fourth time."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("client_base_retention.ir_cron_client_derive")._trigger()
