from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Read the history, as after an installation, and spread the first round."""
    # A company at work must not find everybody overdue the next morning. By SQL: the
    # regulation was not changed by anybody.
    cr.execute(
        """UPDATE client_policy p SET start_date = CURRENT_DATE
            WHERE p.start_date IS NULL AND p.is_preset IS NOT TRUE
              AND EXISTS (SELECT FROM res_company c
                           WHERE c.client_start_date IS NOT NULL
                             AND c.id = COALESCE(p.company_id, c.id))"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["client.history.run"]._begin()
