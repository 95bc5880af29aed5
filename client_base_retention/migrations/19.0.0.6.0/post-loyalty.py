from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Regulations weigh what new ones weigh; the night derives the loyalty."""
    env = api.Environment(cr, SUPERUSER_ID, {"install_mode": True})
    policies = env["client.policy"].with_context(active_test=False)
    values = [
        command[2] | {"policy_id": policy.id}
        for policy in policies.search([("loyalty_parameter_ids", "=", False)])
        for command in policies._loyalty_default()
    ]
    # Not through the regulations: nobody changed them.
    env["client.loyalty.parameter"].create(values)
