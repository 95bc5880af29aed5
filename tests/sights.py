"""What a user sees and may do in the database, to be compared before and after."""

import re

from odoo import fields
from odoo.exceptions import AccessError, UserError

MODELS = (
    "res.partner",
    "sale.order",
    "crm.lead",
    "account.move",
    "calendar.event",
    "mail.activity",
    "res.users",
)
PAGE = 30


def sight(env):
    """{topic: what the user of ``env`` sees or may do}, to be compared."""
    found = {"menus": set()}
    if env.user._is_internal():
        found["menus"] |= env["ir.ui.menu"].load_menus(False).keys()
    for model in MODELS:
        records = env[model]
        operations = ("create", "read", "write", "unlink")
        found[f"{model}: rights"] = [records.has_access(name) for name in operations]
        if records.has_access("read"):
            found[f"{model}: number"] = records.search_count([])
            found[f"{model}: page"] = page(records)
            if env.user._is_internal():
                found[f"{model}: views"] = views(records)
    for name, deed in DEEDS.items():
        found[name] = attempt(env, deed)
    return found


def page(records):
    """The first records with every column that the user may read.

    When they were written last is left to the photographs of the tables.
    """
    without = ("binary", "one2many", "many2many")
    names = [
        name
        for name, field in records.fields_get(attributes=["type", "store"]).items()
        if field["store"] and field["type"] not in without and name != "write_date"
    ]
    return records.search_read([], names, limit=PAGE)


def views(model):
    """What the web client gets to draw a model, with the menus of its actions.

    Without Odoo's notes of what needs a field that is not drawn: they name the parts of
    other users too.
    """
    kinds = ("form", "list", "kanban", "search")
    found = model.get_views([(False, kind) for kind in kinds], {"toolbar": True})
    return {
        kind: (
            re.sub(r' data-used-by="[^"]*"|(?<=>)\s+(?=<)', "", view["arch"]),
            view.get("toolbar"),
        )
        for kind, view in found["views"].items()
    }


def attempt(env, deed):
    """The result of a deed that is undone, or the name of its error."""
    try:
        with env.cr.savepoint() as savepoint:
            result = deed(env)
            env.flush_all()
            savepoint.rollback()
    except (AccessError, UserError) as error:
        result = type(error).__name__
    env.invalidate_all(flush=False)
    return result


def contacts(env, person=False):
    """The first of the contacts, or of the persons of firms, that the user sees."""
    domain = [("user_ids", "=", False)]
    if person:
        domain += [("parent_id", "!=", False)]
    return env["res.partner"].search(domain, limit=PAGE)


def new_contact(env):
    """Create a contact with a person."""
    person = fields.Command.create({"name": "New person"})
    values = {"name": "New firm", "is_company": True, "child_ids": [person]}
    partner = env["res.partner"].create(values)
    return partner.read(["name", "user_id", "company_id", "active"])[0] | {"id": 0}


def new_quotation(env):
    """Make a quotation of the product that everybody sells, and confirm it."""
    product = env["product.product"].search([("name", "=", "Tool")])
    line = fields.Command.create({"product_id": product.id, "price_unit": 5})
    order = env["sale.order"].create(
        {"partner_id": contacts(env)[0].id, "order_line": [line]}
    )
    order.action_confirm()
    return order.state, order.amount_untaxed


DEEDS = {
    "new contact": new_contact,
    "new quotation": new_quotation,
    "edit": lambda env: contacts(env)[:5].write({"comment": "Ring twice"}),
    "archive": lambda env: contacts(env)[:1].write({"active": False}),
    "hand over": lambda env: contacts(env)[:5].write({"user_id": env.uid}),
    "delete": lambda env: contacts(env, person=True)[:1].unlink(),
    "export": lambda env: contacts(env).export_data(["name", "user_id/name", "phone"]),
}
