"""Updating a database with two roles, to the version with five.

Nobody sees less or more by the update, who may export keeps it, and nothing is planned,
mailed, noted or queued for anybody.
"""

import pytest

from .old_version import live_in
from .outside import differences, photograph
from .test_lifecycle import alarms, install

# 19.0.0.4.0: control; the roles All clients and Head.
OLD = "f6f19cf"
LIVE = """
from odoo.addons.client_base_retention.models import res_company_task
res_company_task.MORNING = 0
users = env["res.users"]
boss = users.create({
    "name": "Boss", "login": "boss",
    "group_ids": [(4, env.ref(name).id) for name in (
        "sales_team.group_sale_manager", "client_base_retention.group_client_head",
        "base.group_allow_export")],
})
company, cards = env.company, env["client.card"]
company.resource_calendar_id = False
policy = env["client.policy"]._default_policy(company)
policy.rule_ids.unlink()
env["client.contact.rule"].create({
    "policy_id": policy.id, "kind": "call",
    "interval_count": 1, "interval_unit": "week",
})
cards._derive_all()
company.action_client_start()
cards._derive_all()
env["res.company"].search([]).client_planned_on = False
env.cr.commit()
env.ref("client_base_retention.ir_cron_client_tasks").method_direct_trigger()
env.cr.commit()
"""
# What each user sees and may, by login; the clerk has no role.
SIGHT = """
found = {}
for user in env["res.users"].search([("login", "in", ("seller", "boss", "clerk"))]):
    own = env(user=user.id)
    cards = own["client.card"]
    found[user.login] = [
        own["res.partner"].search_count([]), own["crm.lead"].has_access("read"),
        cards.has_access("read") and cards.search_count([]),
        user.has_group("base.group_allow_export"),
        user.has_group("client_base_retention.group_client_all"),
        user.has_group("client_base_retention.group_client_head"),
    ]
print("SIGHT", sorted(found.items()))
"""
EXPORTERS = """
SELECT u.login FROM res_groups_users_rel g JOIN res_users u ON u.id = g.uid
  JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = g.gid
 WHERE d.name = 'group_client_export' AND u.active ORDER BY u.login"""
CRONS = """
for cron in env["ir.cron"].search([("model_id.model", "=like", "client.%")]):
    cron.method_direct_trigger()
env.cr.commit()
"""
SEEN = {"mail_activity", "mail_mail", "calendar_event"}
# Odoo notes on a scheduled action that it was made.
NOTES = """
SELECT count(*) FROM mail_message
 WHERE model IS NULL OR model NOT IN ('ir.cron', 'ir.actions.server')"""


def sight(output):
    """The line that ``SIGHT`` printed."""
    [line] = [line for line in output.splitlines() if "SIGHT" in line]
    return line.partition("SIGHT")[2]


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, tmp_path_factory):
    """Database lived in with the old addon and then updated.

    :return: name, rows, photograph of what was there, its columns, number of notes,
        what users saw, log of the update
    """
    name = scratch_database(base_database)
    folder = tmp_path_factory.mktemp("old")
    rows, version, known = live_in(odoo_run, name, folder, OLD, LIVE)
    assert version == "19.0.0.4.0"
    saw = odoo_run(name, "shell", f"--addons-path={folder}", input=SIGHT).stdout
    before, notes = photograph(rows, known), rows(NOTES)
    log = install(odoo_run, name, "-u")
    return name, rows, before, known, notes, sight(saw), log


def test_update_without_warning(story):
    """The log of the update has no warning and no error."""
    assert not alarms(story[-1])


def test_nobody_sees_less_or_more(story, odoo_shell):
    """Roles mean what they meant, and the clerk without one keeps Odoo's contacts."""
    name, _rows, _before, _known, _notes, saw, _log = story
    assert "'seller'" in saw
    assert sight(odoo_shell(name, SIGHT)) == saw


def test_who_may_export_keeps_it(story):
    """Nobody who could take clients out is stopped by the update, nobody is added."""
    rows = story[1]
    exporters = {login for (login,) in rows(EXPORTERS)}
    assert "boss" in exporters
    assert not {"seller", "clerk"} & exporters


def test_first_nights_are_quiet(story, odoo_shell):
    """No task, mail, note or meeting is made or changed by the update and by the
    scheduled actions after it."""
    name, rows, before, known, notes, _saw, _log = story
    for _night in range(2):
        odoo_shell(name, CRONS)
        changed, added = differences(before, photograph(rows, known))
        assert not SEEN & {table for table, ids in changed.items() if ids}
        assert not SEEN & {table for table, ids in added.items() if ids}
        assert rows(NOTES) == notes
