"""The table of roles and rights in the documentation, from the rights of a database.

`./dev roles` writes it, `./dev roles --check` and the tests compare it. ``table`` needs
nothing but the environment of a database that has the addon.
"""

MODULE = "client_base_retention"
ROLES = ("own", "team", "all", "steward", "head")
LETTERS = (("read", "r"), ("create", "c"), ("write", "w"), ("unlink", "d"))
INTRODUCTION = """\
# Roles and rights

This table is made from the access rights and record rules of the addon by
`./dev roles`; a test compares them. What each role means stands in
[administrators.md](administrators.md), what Odoo shows all the same in
[access.md](access.md).

**r** read, **c** create, **w** change, **d** delete; **-** nothing. A letter says that
the role may with some rows; the last column says with which: all of the rules that hold
for everybody, and one of those for a role where there are any.
"""
OF_ODOO = """\
## Records of Odoo

Rights and rules that the addon adds to models of Odoo. Users without a restricting role
see as much as before.
"""


def table(env):
    """The whole page as Markdown."""
    env = env(su=True, context={"lang": "en_US"})
    parts = [INTRODUCTION, *_rights(env), "", OF_ODOO, *_rules_of_odoo(env)]
    return "\n".join(parts) + "\n"


def _of_addon(env, model):
    """The records of ``model`` that the addon brings."""
    found = env["ir.model.data"].search(
        [("module", "=", MODULE), ("model", "=", model)]
    )
    return env[model].browse(found.mapped("res_id")).exists()


def _columns(env):
    """[(title, groups of who has only this role)]"""
    user = env.ref("base.group_user").all_implied_ids
    columns = [("no role", user)]
    for key in ROLES:
        group = env.ref(f"{MODULE}.group_client_{key}")
        columns.append((group.name, user | group.all_implied_ids))
    admin = env.ref("base.group_system").all_implied_ids
    return [*columns, ("administrator without a role", user | admin)]


def _rights(env):
    """Lines of the table of the addon's own models."""
    columns = _columns(env)
    rules = _of_addon(env, "ir.rule")
    yield f"| {' | '.join(['what', *(title for title, _ in columns), 'which rows'])} |"
    yield f"|{'---|' * (len(columns) + 2)}"
    models = env["ir.model"].search([("model", "=like", "client.%")], order="model")
    for model in models:
        if model.model not in env or env[model.model]._abstract:
            continue
        cells = [_letters(model, groups) for _title, groups in columns]
        about = _which(rules.filtered_domain([("model_id", "=", model.id)]))
        words = [f"{model.name} (`{model.model}`)", *cells, about]
        yield f"| {' | '.join(words)} |"


def _letters(model, groups):
    """What who has these groups may do with a model."""
    lines = model.access_ids.filtered(
        lambda line: line.active and (not line.group_id or line.group_id in groups)
    )
    return _letters_of(lines) or "-"


def _letters_of(lines):
    return "".join(
        letter for name, letter in LETTERS if any(lines.mapped(f"perm_{name}"))
    )


def _which(rules):
    """What the record rules of a model say, by their names."""
    return "; ".join(sorted(map(_words, rules))) or "all"


def _words(rule):
    """The name of a rule without its model, and for what and for whom it holds."""
    words = rule.name.split(": ", 1)[-1]
    operations = [name for name, _letter in LETTERS if rule[f"perm_{name}"]]
    if len(operations) < len(LETTERS):
        words += f" ({', '.join(operations)})"
    if rule.groups:
        names = ", ".join(sorted(rule.groups.mapped("name")))
        words += f" [{names}]"
    return words


def _rules_of_odoo(env):
    """Lines of the table of rules on models of Odoo."""
    rules, lines = _of_addon(env, "ir.rule"), _of_addon(env, "ir.model.access")
    yield "| what | rights added | which rows |"
    yield "|---|---|---|"
    models = rules.model_id | lines.model_id
    for model in models.sorted("model"):
        if model.model.startswith("client."):
            continue
        which = _which(rules.filtered_domain([("model_id", "=", model.id)]))
        added = [
            f"{line.group_id.name}: {_letters_of(line)}"
            for line in lines.filtered_domain([("model_id", "=", model.id)])
        ]
        words = [f"{model.name} (`{model.model}`)", ", ".join(added) or "-", which]
        yield f"| {' | '.join(words)} |"
