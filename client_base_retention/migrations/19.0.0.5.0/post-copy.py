def migrate(cr, version):
    """The first to-do for a copy of the base comes a month after the update, as it does
    a month after *Start*: not the next morning."""
    cr.execute(
        """UPDATE res_company SET client_copy_reminded_on = CURRENT_DATE
            WHERE client_start_date IS NOT NULL AND client_copy_reminded_on IS NULL"""
    )
