def migrate(cr, version):
    """Archived segments may share a name, now that segments of trades come archived.

    The constraint is dropped before the data is loaded: a company may have a segment of
    its own with one of these names.
    """
    cr.execute(
        "ALTER TABLE client_segment DROP CONSTRAINT IF EXISTS client_segment_name_uniq"
    )
