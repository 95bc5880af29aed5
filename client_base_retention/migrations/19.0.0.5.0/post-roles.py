from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Restrict nobody: who has a role keeps it, who may export keeps that.

    The fold for few users moves to the new lowest role.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    several = env.ref("client_base_retention.group_client_several")
    env.ref("client_base_retention.group_client_all").implied_ids -= several
    env["res.users"]._fold_for_few_users()
    exporters = env.ref("base.group_allow_export").all_user_ids
    env.ref("client_base_retention.group_client_export")._client_add_users(
        exporters.filtered(lambda user: not user.share)
    )
    cr.execute(
        """UPDATE client_card c SET owner_differs = TRUE
             FROM res_partner p
            WHERE p.id = c.partner_id AND c.user_id IS DISTINCT FROM p.client_user_id"""
    )
