from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Potentials that people wrote stay theirs; when and by whom is not known.

    From now on amount and level are derived from what is kept by hand and by formula:
    without this the next derivation would take them away.
    """
    cr.execute(
        """UPDATE client_card
              SET potential_manual = NULLIF(GREATEST(potential_amount, 0), 0),
                  potential_level_manual = NULLIF(potential_level, '')
            WHERE (potential_amount > 0 OR potential_level <> '')
              AND potential_manual IS NULL AND potential_level_manual IS NULL"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    # Levels, what is missing and regularity are columns that nobody has filled yet.
    env["res.company"]._client_companies()._derive_in_background()
