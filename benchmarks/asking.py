"""What the web client asks for, and how it is compared with a limit."""

from cases import COUNTED, PAGE, fields_of
from clock import median
from lxml import etree


def fresh(env, call):
    """A call with nothing in the cache, as a request begins."""

    def run():
        env.invalidate_all()
        return call()

    return run


def beside(table, what, call, limit, note, times=5):
    """Add the median of a call and of what it is compared with; both warm."""
    call()
    limit()
    table.add(what, median(call, times), median(limit, times), note)


def page_of(env, model, domain=(), order=None, names=None, **context):
    """The first page of a list and its number of rows, as the web client asks."""
    records = env[model].with_context(**context)
    names = names or fields_of(env[model], "list")
    return fresh(
        env,
        lambda: records.web_search_read(
            list(domain), names, limit=PAGE, order=order, count_limit=COUNTED
        ),
    )


def sql(env, statement, **values):
    """A statement that is run and fetched."""

    def run():
        env.cr.execute(statement, {"company": env.company.id} | values)
        return env.cr.fetchall()

    return run


def names_of(view):
    """Names of a view's fields, as a read specification."""
    nodes = etree.fromstring(view.arch).iter("field")
    return dict.fromkeys((node.get("name") for node in nodes), {})


def specification(model, view_type="form", arch=None):
    """What the web client reads for a view, with the rows of the lists in it."""
    if arch is None:
        arch = etree.fromstring(model.get_view(view_type=view_type)["arch"])
    found, inner = {}, set(arch.xpath(".//field//field"))
    if arch.tag != "form":
        # The rows of a list stand in a field themselves.
        inner = set()
    for node in arch.iter("field"):
        field = model._fields.get(node.get("name"))
        if field is None or node in inner:
            continue
        comodel = model.env[field.comodel_name] if field.relational else None
        if field.type == "many2one":
            found[field.name] = {"fields": {"display_name": {}}}
        elif comodel is None:
            found[field.name] = {}
        else:
            rows = [child for child in node if child.tag in ("list", "kanban")]
            names = specification(comodel, arch=rows[0]) if rows else {}
            found[field.name] = {"fields": names, "limit": 40}
    return found
