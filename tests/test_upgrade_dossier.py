"""Updating a database with roles and rules of data, to the version with dossiers.

What people typed stays theirs, nobody sees less or more, screens that an administrator
changed still open, and nothing is planned, mailed or noted by the update and the nights
after it.
"""

import pytest

from .old_version import live_in
from .outside import differences, photograph
from .test_lifecycle import alarms, install

# 19.0.0.5.0: five roles, what must be known of clients; no dossier yet.
OLD = "26940d2"
ROLES = ("own", "team", "all", "steward", "head")
LIVE = """
from datetime import timedelta
from odoo import fields
from odoo.addons.client_base_retention.models import res_company_task
res_company_task.MORNING = 0
ref = lambda name: env.ref(f"client_base_retention.{name}")
for role in ("own", "team", "all", "steward", "head"):
    env["res.users"].create({
        "name": role.title(), "login": role, "email": f"{role}@example.com",
        "group_ids": [(4, ref(f"group_client_{role}").id),
                      (4, env.ref("sales_team.group_sale_salesman").id)],
    })
company, cards, policies = env.company, env["client.card"], env["client.policy"]
company.resource_calendar_id = False
# Regulations of two trades, one that asks for what somebody chose, one for nothing.
policy = policies._choose_trade(company, "wholesale")
policy.required_fields = "phone,source:active,person_birthday:vip"
policies._preset_of("children")._copy_for(company, before=policy).required_fields = ""
policy.rule_ids.unlink()
env["client.contact.rule"].create({
    "policy_id": policy.id, "kind": "call",
    "interval_count": 1, "interval_unit": "week",
})
# A segment of the addon under another name, and one of the company's own.
travel = ref("client_segment_travel")
travel.write({"active": True, "name": "Tours", "description": "Who travels"})
own = env["client.segment"].create({"name": "Neighbours", "description": "Near us"})
source = env["utm.source"].create({"name": "Fair"})
partners = env["res.partner"].search([("name", "=like", "Client %")], order="id")
for number, partner in enumerate(partners):
    partner.write({
        "segment_id": (travel, own, own.browse())[number % 3].id,
        "source_id": source.id if number % 2 else False,
        "phone": f"+1 650 555 01{number:02}", "comment": "<p>Likes tea</p>",
    })
    partner.child_ids.write({
        "birthdate_date": "2019-03-05", "messenger": f"@person{number}",
        "function": "Director",
    })
env["res.partner"].create({
    "name": "Anna Ivanova", "birthdate_date": "1980-05-17",
    "child_ids": [(0, 0, {"name": "Misha", "birthdate_date": "2021-02-03"})],
})
cards._derive_all()
company.action_client_start()
company.client_start_date -= timedelta(days=90)
for number, card in enumerate(cards.search([], order="id", limit=9)):
    card.potential_amount = 1000 * number
    card.potential_level = (False, "low", "medium", "high")[number % 4]
    env["client.touchpoint"].create([
        {"partner_id": card.partner_id.id, "kind": kind, "note": f"{kind} {number}",
         "date": fields.Datetime.now() - timedelta(days=number + 1)}
        for kind in ("material", "call")
    ])
month = fields.Date.today().replace(day=1)
env["client.compliance.month"].create([
    {"company_id": company.id, "state": "closed", "measured_on": day,
     "month": fields.Date.subtract(month, months=ago)}
    for ago, day in ((1, month), (2, fields.Date.subtract(month, months=1)))
])
# What an administrator made of the screens, as developer mode does (order 16) and as
# tools for screens do (99): something is taken off, marked, added beside ours.
ours = ref("view_partner_form")
for name, parent, order, arch in (
    ("taken off", ours, 16,
     '<field name="segment_id" position="replace"/>'
     '<page name="client_touchpoints" position="replace"/>'),
    ("marked", ours, 16,
     '<field name="wallet_share" position="attributes">'
     '<attribute name="class">x_marked</attribute></field>'),
    ("added", env.ref("base.view_partner_form"), 99,
     '<page name="client_base" position="inside">'
     '<group name="client_who"><field name="ref" class="x_added"/></group></page>'),
    ("page", env.ref("base.view_partner_form"), 99,
     '<notebook name="client_history" position="inside">'
     '<page name="x_page"><field name="barcode"/></page></notebook>'),
    ("data", ref("view_partner_form_data"), 16,
     '<group name="client_data" position="replace"/>'),
    ("list", ref("client_card_view_list"), 16,
     '<field name="segment_id" position="replace"/>'),
    ("search", ref("client_card_view_search"), 16,
     '<filter name="growth" position="replace"/>'),
    ("contacts", ref("view_res_partner_filter"), 16,
     '<filter name="client_none" position="replace"/>'),
):
    env["ir.ui.view"].create({
        "name": f"custom {name}", "model": parent.model, "inherit_id": parent.id,
        "priority": order, "arch": f"<data>{arch}</data>",
    })
env["ir.filters"].create({
    "name": "Much to win", "model_id": "client.card",
    "domain": "[('potential_level', '=', 'high'), ('potential_amount', '>', 2000),"
              " ('segment_id.name', 'ilike', 'neigh')]",
    "context": "{'group_by': ['segment_id', 'potential_level']}",
})
cards._derive_all()
env["res.company"].search([]).client_planned_on = False
env.cr.commit()
crons = env["ir.cron"].search([("model_id.model", "=like", "client.%")])
for cron in [*crons, *crons]:
    cron.method_direct_trigger()
    env.cr.commit()
"""
# What each user sees and may, by login; the clerk has no role.
SIGHT = """
found = {}
logins = ("seller", "clerk", "own", "team", "all", "steward", "head")
for user in env["res.users"].search([("login", "in", logins)], order="login"):
    mine = env(user=user.id)
    found[user.login] = [
        (model, mine[model].has_access("read") and mine[model].search_count([]))
        for model in ("res.partner", "client.card", "client.touchpoint", "crm.lead",
                      "client.policy", "sale.order", "client.transition")
    ] + [
        name for name in ("own", "team", "all", "steward", "head", "export")
        if user.has_group(f"client_base_retention.group_client_{name}")
    ]
print("SIGHT", sorted(found.items()))
"""
NIGHT = """
env["res.company"].search([]).client_planned_on = False
for cron in env["ir.cron"].search([("model_id.model", "=like", "client.%")]):
    cron.method_direct_trigger()
    env.cr.commit()
"""
# Every screen of the addon as the web client asks for it.
SCREENS = """
data = env["ir.model.data"].search([
    ("module", "=", "client_base_retention"), ("model", "=", "ir.actions.act_window")])
actions = env["ir.actions.act_window"].browse(data.mapped("res_id")).exists()
asked = [
    (action.res_model, [(view, kind) for view, kind in action.views] + (
        [(action.search_view_id.id, "search")] if action.search_view_id else []))
    for action in actions if action.res_model in env
] + [("res.partner", [(False, kind) for kind in ("form", "list", "kanban", "search")])]
logins = ("clerk", "own", "team", "all", "steward", "head")
for user in env["res.users"].search([("login", "in", logins)]):
    opened = 0
    for model, views in asked:
        mine = env(user=user.id)[model]
        if mine.has_access("read"):
            mine.get_views(views, {"toolbar": True, "load_filters": True})
            opened += 1
    print("SCREENS", user.login, opened)
head = env(user=env["res.users"].search([("login", "=", "head")]).id)
form = head["res.partner"].get_view(view_type="form")["arch"]
for mark in ("x_marked", "x_added", "x_page", "salutation"):
    assert mark in form, mark
[saved] = head["ir.filters"].search([("name", "=", "Much to win")])
found = head["client.card"].search(saved._get_eval_domain())
print("FOUND", len(found))
"""
SEEN = {
    "mail_activity",
    "mail_mail",
    "mail_notification",
    "calendar_event",
    "client_review",
    "client_touchpoint",
    "client_transition",
}
# Odoo notes on a scheduled action that it was made.
NOTES = """
SELECT count(*) FROM mail_message
 WHERE model IS NULL OR model NOT IN ('ir.cron', 'ir.actions.server')"""
TYPED = "SELECT id, potential_amount, potential_level FROM client_card ORDER BY id"
CLOSED = """
SELECT id, company_id, month, measured_on, counted_from FROM client_compliance_month
 WHERE state = 'closed' ORDER BY id"""
SEGMENTS = """
SELECT s.id, d.res_id IS NOT NULL, COALESCE(s.profile_definition::text, '') <> ''
  FROM client_segment s
  LEFT JOIN ir_model_data d ON d.model = 'client.segment' AND d.res_id = s.id
   AND d.module = 'client_base_retention'"""
OURS = ("client_", "res_", "sale_", "crm_", "calendar_", "mail_", "account_", "ir_ui_")


def said(output, word):
    """The lines that a script printed with this word before them."""
    return [
        line.partition(word)[2] for line in output.splitlines() if f"{word} " in line
    ]


# Notes of the nights themselves: of the runs, of the open month and of the plan.
WRITTEN_NIGHTLY = {"client_derive_run", "client_compliance_month", "res_company"}
# What an update makes anew because it is the addon's own.
ADDONS = {
    "ir_ui_view": "ir.ui.view",
    "ir_ui_menu": "ir.ui.menu",
    "res_groups": "res.groups",
    "res_groups_privilege": "res.groups.privilege",
    "client_segment": "client.segment",
    "client_policy": "client.policy",
    "client_contact_rule": "client.contact.rule",
    "mail_template": "mail.template",
}
OF_ADDON = """
SELECT res_id FROM ir_model_data
 WHERE module = 'client_base_retention' AND model = %s"""
# What the companies' own regulations ask for, not the presets.
ASKED = """
SELECT p.id, r.what, r.status, r.abc_class
  FROM client_data_requirement r JOIN client_policy p ON p.id = r.policy_id
 WHERE p.is_preset IS NOT TRUE ORDER BY r.id"""


def news(rows, before, known):
    """What changed and came since a photograph, without what is the addon's own.

    :return: ({table: ids changed or gone}, {table: ids added}), none of them empty
    """
    found = differences(before, photograph(rows, known))
    for ids in found:
        for table, model in ADDONS.items():
            ids[table] = ids.get(table, set()) - {k for (k,) in rows(OF_ADDON, model)}
    return tuple({table: keys for table, keys in ids.items() if keys} for ids in found)


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, tmp_path_factory):
    """Database lived in with the old addon and then updated.

    :return: name, rows, photograph of what was there, its columns, what was counted
        and typed before, what users saw, log of the update
    """
    name = scratch_database(base_database)
    folder = tmp_path_factory.mktemp("old")
    rows, version, known = live_in(odoo_run, name, folder, OLD, LIVE)
    assert version == "19.0.0.5.0"
    saw = odoo_run(name, "shell", f"--addons-path={folder}", input=SIGHT).stdout
    # The figures of a card are written again with what is new beside them.
    known["client_card"] = [c for c in known["client_card"] if "write_" not in c]
    before = photograph(rows, known)
    counted = rows(NOTES), rows(TYPED), rows(CLOSED), rows(ASKED)
    log = install(odoo_run, name, "-u")
    return name, rows, before, known, counted, said(saw, "SIGHT"), log


def test_update_without_warning(story):
    """No warning and no error, also of the screens that somebody changed."""
    assert not alarms(story[-1])


def test_what_people_typed_stays(story):
    """Cards, persons, segments, regulations, contacts, months and screens are as they
    were; what must be known is asked for as before."""
    _name, rows, before, known, counted, _saw, _log = story
    changed, added = news(rows, before, known)
    changed.pop("client_data_requirement", None)
    assert not {table: ids for table, ids in changed.items() if table.startswith(OURS)}
    assert not SEEN & added.keys()
    assert rows(ASKED) == counted[3] != []


def test_potential_by_hand_holds(story, odoo_shell):
    """What somebody estimated is his estimate from now on, also after the night."""
    name, rows, _before, _known, counted, _saw, _log = story
    by_hand = {key: values for key, *values in counted[1] if any(values)}
    assert len(by_hand) == 8
    odoo_shell(name, NIGHT)
    now = {key: values for key, *values in rows(TYPED)}
    assert {key: now[key] for key in by_hand} == by_hand
    kept = rows("SELECT id, potential_manual, potential_level_manual FROM client_card")
    kept = {key: [amount, level] for key, amount, level in kept if amount or level}
    assert kept == {
        key: [amount or None, level] for key, (amount, level) in by_hand.items()
    }


def test_segments_get_portraits(story):
    """Those that came with the addon ask something, whatever they are called now; the
    company's own segment asks for what it decides on, nothing."""
    rows = story[1]
    found = {(ours, asks) for _key, ours, asks in rows(SEGMENTS)}
    assert (False, False) in found
    assert (True, True) in found
    assert (False, True) not in found
    named = "SELECT active FROM client_segment WHERE name->>'en_US' = %s"
    assert rows(named, "Tours") == [(True,)]


def test_segments_get_goals(story):
    """Those that came with the addon say what is wanted and offered; the company's own
    ones are left to it."""
    rows = story[1]
    found = rows(
        """SELECT DISTINCT d.res_id IS NOT NULL,
                  s.goal IS NOT NULL, s.offer IS NOT NULL, s.bait IS NOT NULL
             FROM client_segment s
             LEFT JOIN ir_model_data d ON d.model = 'client.segment'
                  AND d.res_id = s.id AND d.module = 'client_base_retention'"""
    )
    assert set(found) == {(False, False, False, False), (True, True, True, True)}


def test_nothing_is_switched_on(story):
    """What is new and changes other people's days is off, and the new job is there."""
    rows = story[1]
    assert not rows(
        "SELECT 1 FROM res_company WHERE client_children_on OR client_lead_prospects"
    )
    jobs = "SELECT active FROM ir_cron WHERE cron_name LIKE %s"
    assert rows(jobs, "Client base: take in%") == [(True,)]
    assert rows("SELECT count(*) FROM client_subscribe_form") == [(0,)]
    given = """SELECT 1 FROM res_groups_users_rel r
                 JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = r.gid
                 JOIN res_users u ON u.id = r.uid
                WHERE d.name IN ('group_client_sensitive') AND u.login <> 'admin'
                  AND u.login <> '__system__'"""
    assert not rows(given)


def test_nobody_sees_less_or_more(story, odoo_shell):
    """Roles mean what they meant, and the clerk without one keeps Odoo's contacts."""
    name, *_rest, saw, _log = story
    assert saw
    assert "'own'" in saw[0]
    assert said(odoo_shell(name, SIGHT), "SIGHT") == saw


def test_screens_open(story, odoo_shell):
    """Every screen opens for every role, also those that somebody changed, and a saved
    filter finds what it found."""
    output = odoo_shell(story[0], SCREENS)
    opened = dict(line.split() for line in said(output, "SCREENS"))
    assert opened.keys() == {"clerk", *ROLES}
    assert int(opened["head"]) >= int(opened["own"]) > 10
    assert [int(line) for line in said(output, "FOUND")] == [1]


def test_nights_are_quiet(story, odoo_shell):
    """No task, mail, note, meeting or review comes of the update and of the nights
    after it; the second night finds nothing to write."""
    name, rows, before, known, counted, _saw, _log = story
    notes, _typed, closed, asked = counted
    tables = {t for t in known if t.startswith(OURS) and not t.startswith("ir_ui_")}
    tables = tables - WRITTEN_NIGHTLY | {"client_card"}
    nights = []
    for _night in range(2):
        odoo_shell(name, NIGHT)
        changed, added = news(rows, before, known)
        assert not SEEN & (changed.keys() | added.keys())
        assert (rows(NOTES), rows(CLOSED), rows(ASKED)) == (notes, closed, asked)
        versions = {
            table: rows(f'SELECT xmin::text, ctid::text FROM "{table}" ORDER BY ctid')
            for table in tables
        }
        nights.append(versions)
    first, second = nights
    assert not [table for table in first if first[table] != second[table]]
