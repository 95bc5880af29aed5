"""Names of copies, where a name stands once."""


def copied_names(records):
    """ "Shops (copy)", "Shops (copy 2)": a name nobody has for a copy of each record.

    :param records: of a model with ``name``; archived ones count, too
    """
    env = records.env
    # sudo: a name is taken, whoever may see what has it.
    everybody = records.sudo().with_context(active_test=False)
    taken = set(everybody.search([]).mapped("name"))  # pylint: disable=no-search-all
    names = []
    for record in records:
        name, number = env._("%(name)s (copy)", name=record.name), 2
        while name in taken:
            name = env._("%(name)s (copy %(number)s)", name=record.name, number=number)
            number += 1
        taken.add(name)
        names.append(name)
    return names
