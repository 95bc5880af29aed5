"""Two companies that use the whole dossier, and then remove the addon.

Rows of every model, files, saved filters and an administrator's own view are there when
it goes: nothing of it stays behind, and it can be installed again.
"""

import pytest

from .test_lifecycle import MAKE_DATA, REMOVE, alarms, catalog, install, reader

SECOND = """
env["res.company"].create({"name": "Second"})
env.cr.commit()
"""
# A company that is made while the addon is there has all it needs for its clients.
NEW_COMPANY = """
policies = env["client.policy"]
new = env["res.company"].create({"name": "New"})
for company in env["res.company"].search([]):
    policy = policies._default_policy(company)
    assert policy.active and policy.loyalty_parameter_ids, company.name
    assert policy.data_requirement_ids, company.name
    assert not (company.client_children_on or company.client_lead_prospects)
    assert company in env["res.company"]._client_companies()
own = env(context={"allowed_company_ids": new.ids})
client = own["res.partner"].create({"name": "Newly made", "is_company": True})
own["client.purchase.entry"].create({"partner_id": client.id, "amount": 70})
card = own["client.card"].search([("partner_id", "=", client.id)])
assert card.company_id == new
form = own["client.subscribe.form"].create(
    {"name": "Door", "source_id": env["utm.source"].create({"name": "Door"}).id})
assert form.company_id == new
env.cr.commit()
"""
USE = """
from odoo import fields
today = fields.Date.today()
ref = lambda name: env.ref(f"client_base_retention.{name}")
company = env.company
env["client.card"]._derive_all()
clients = env["res.partner"].search(
    [("name", "=like", "Client %")], order="id", limit=3)
client, second, third = clients
person = client.child_ids[:1]
kid = env["res.partner"].create({
    "name": "Misha", "parent_id": second.id, "is_child": True,
    "birthdate_date": "2020-02-03"})
company.client_children_on = True
# segments with answers, a question and a formula of one's own
shop = ref("client_segment_wholesale")
shop.active = True
clients.segment_id = shop
env["client.portrait.question"].create(
    {"segment_id": shop.id, "label": "Parking places", "kind": "integer"})
shop.potential_formula = "sales_area * 100"
client.profile_properties = {"sales_area": 50}
client.write({"salutation": "Anna", "important_to_him": "Quiet"})
card = client.client_card_id
card.write({"mood": "3", "growth_plan": "Tea"})
second.client_card_id.potential_amount = 700
env["client.offer.line"].create([
    {"name": "Delivery", "action": "raise", "segment_id": shop.id},
    {"name": "Queue", "action": "reduce", "card_id": card.id}])
# family, posts, courses, particulars
kind = env["client.relation.type"].search([], limit=1)
env["client.relation"].create(
    {"person_id": person.id, "other_id": third.id, "type_id": kind.id})
env["client.employment"].create({
    "person_id": person.id, "company_partner_id": second.id, "function": "Buyer",
    "email": "old@example.com", "date_from": "2020-01-01", "date_to": "2021-01-01"})
branch = env["client.branch"].create({"name": "North"})
kid.branch_ids = branch
env["client.enrolment"].create({
    "person_id": kid.id, "branch_id": branch.id, "enrolled_on": today,
    "course_id": env["product.category"].search([], limit=1).id})
env["client.consent"].create(
    {"partner_id": second.id, "state": "given", "date": today, "how": "person"})
# what they said, what they were sent, the old list
tag = env["client.remark.tag"].create({"name": "Sharpening"})
env["client.remark"].create([
    {"partner_id": client.id, "text": "It was blunt", "kind": said, "tag_ids": tag.ids}
    for said in ("problem", "wish")])
booklet = env["client.material"].create(
    {"name": "Booklet", "file": "cGRm", "file_name": "booklet.pdf"})
env["client.touchpoint"].create({
    "partner_id": client.id, "kind": "material", "material_id": booklet.id})
env["client.old.purchase"].create({"partner_id": client.id, "text": "Detox 2400"})
form = env["client.subscribe.form"].create({"name": "Fair", "company_id": company.id,
    "source_id": env["utm.source"].create({"name": "Fair"}).id})
# what people keep for themselves
for model in ("client.card", "client.remark", "client.enrolment"):
    env["ir.filters"].create({"name": "Mine", "model_id": model, "domain": "[]"})
    env["ir.exports"].create({
        "name": "Mine", "resource": model,
        "export_fields": [(0, 0, {"name": "display_name"})]})
    env["base_import.mapping"].create({
        "res_model": model, "column_name": "Who", "field_name": "partner_id"})
    env["ir.default"].set(model, "company_id", company.id)
    env["ir.attachment"].create({
        "name": "note.txt", "res_model": model, "res_id": 1, "raw": b"note"})
env["ir.filters"].create({
    "name": "Ours", "model_id": "res.partner",
    "domain": "[('segment_id', '!=', False)]"})
env["ir.ui.view"].create({
    "name": "custom", "model": "res.partner",
    "inherit_id": ref("view_partner_form").id,
    "arch": "<field name='segment_id' position='replace'/>"})
env["client.card"]._derive_all()
env.cr.commit()
for cron in env["ir.cron"].search([("model_id.model", "=like", "client.%")]):
    cron.method_direct_trigger()
    env.cr.commit()
empty = [m for m in ("client.relation", "client.employment", "client.enrolment",
    "client.remark", "client.material", "client.offer.line", "client.old.purchase",
    "client.subscribe.form", "client.portrait.question", "client.loyalty.parameter",
    "client.consent", "client.branch") if not env[m].search_count([])]
assert not empty, empty
assert client.client_card_id.potential_amount == 5000
env.cr.commit()
"""
OF_ADDON = "WHERE res_model LIKE 'client.%'"
# The company that is made on the way gets its own of Odoo.
STAYS = """WHERE company_id IS NULL
   OR company_id NOT IN (SELECT id FROM res_company WHERE name = 'New')"""
# What is kept for a model beside its table, and what a database keeps beside tables.
BESIDE = {
    "files": f"SELECT res_model FROM ir_attachment {OF_ADDON}",
    "activities": f"SELECT res_model FROM mail_activity {OF_ADDON}",
    "followers": f"SELECT res_model FROM mail_followers {OF_ADDON}",
    "messages": "SELECT model FROM mail_message WHERE model LIKE 'client.%'",
    "filters": "SELECT id::text FROM ir_filters",
    "exports": "SELECT id::text FROM ir_exports",
    "imports": "SELECT id::text FROM base_import_mapping",
    "activity types": "SELECT id::text FROM mail_activity_type",
    "mail templates": "SELECT id::text FROM mail_template",
    "properties": "SELECT id::text FROM properties_base_definition",
    # Payments of the company made on the way are numbered by Odoo.
    "numbers": "SELECT id::text FROM ir_sequence WHERE name NOT LIKE 'Group Payments%'",
    "defaults": f"SELECT id::text FROM ir_default {STAYS}",
    "counters": "SELECT sequencename::text FROM pg_sequences",
    "extensions": "SELECT extname::text FROM pg_extension",
    "row triggers": "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal",
    "materialized": "SELECT matviewname::text FROM pg_matviews",
    "types": """SELECT typname::text FROM pg_type
                 WHERE typnamespace = current_schema::regnamespace""",
}


def everything(rows):
    """Like ``catalog``, and what is kept beside the tables."""
    beside = {what: {key for (key,) in rows(query)} for what, query in BESIDE.items()}
    return catalog(rows) | beside


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, odoo_shell):
    """Database of two companies with the addon: name, rows, catalogue before it."""
    name = scratch_database(base_database)
    odoo_shell(name, MAKE_DATA)
    odoo_shell(name, SECOND)
    rows = reader(name)
    before = everything(rows)
    assert not alarms(install(odoo_run, name))
    return name, rows, before


# ---------------------------------------------------- in the order of a database's life


def test_new_company(story, odoo_shell):
    """A regulation, requirements and weights hold in every company, also in one that is
    made later, and nothing is switched on."""
    odoo_shell(story[0], NEW_COMPANY)


def test_everything_is_used(story, odoo_shell):
    """Rows of every kind are made and derived without a warning."""
    assert not alarms(odoo_shell(story[0], USE))


def test_uninstall_leaves_nothing(story, odoo_shell):
    """No table, column, record, file or saved filter is left, nothing of Odoo is lost,
    and the log has no warning and no error."""
    name, rows, before = story
    assert not alarms(odoo_shell(name, REMOVE))
    after = everything(rows)
    left = {what: after[what] - before[what] for what in after}
    # The registry remembers that it was changed.
    left["parameters"] -= {"base.partially_updated_database"}
    assert not {what: names for what, names in left.items() if names}
    lost = {what: before[what] - after[what] for what in after}
    lost.pop("triggers")
    assert not {what: names for what, names in lost.items() if names}


def test_install_again(story, odoo_run, odoo_shell):
    """What was removed can be installed and used again."""
    name, rows, _before = story
    assert not alarms(install(odoo_run, name))
    odoo_shell(name, "env['client.card']._derive_all()\nenv.cr.commit()")
    made = "SELECT count(*) FROM client_card WHERE purchase_count > 0"
    assert rows(made)[0][0] > 5
    asks = "SELECT count(*) FROM client_segment WHERE profile_definition IS NOT NULL"
    assert rows(asks)[0][0] > 5
