"""Updating a database that works with norms, to the version that remembers them.

Nobody is taken over by the update, and nothing is planned, mailed or noted by it.
"""

import pytest

from .old_version import live_in
from .outside import differences, photograph
from .test_lifecycle import alarms, install

# 19.0.0.3.0: norms, contacts and tasks; no compliance yet.
OLD = "4f36b7b"
LIVE = """
from datetime import timedelta
from odoo import fields
from odoo.addons.client_base_retention.models import res_company_task
res_company_task.MORNING = 0
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
company.client_start_date -= timedelta(days=60)
now = fields.Datetime.now()
for number, card in enumerate(cards.search([("user_id", "!=", False)], order="id")):
    env["client.touchpoint"].create({
        "partner_id": card.partner_id.id, "kind": "call", "outcome": "reached",
        "date": now - timedelta(days=3 * number),
    })
cards._derive_all()
env["res.company"].search([]).client_planned_on = False
env.cr.commit()
env.ref("client_base_retention.ir_cron_client_tasks").method_direct_trigger()
env.cr.commit()
"""
CRONS = """
for name in ("derive", "queue", "tasks", "mails"):
    cron = env.ref(f"client_base_retention.ir_cron_client_{name}")
    cron.method_direct_trigger()
env.cr.commit()
"""
# What people see: the update and the first night write none of it.
SEEN = ("mail_activity", "mail_mail", "client_touchpoint", "calendar_event")
STATES = """
    SELECT count(*), count(since), count(taken_on), count(taken_from_id),
           count(grace_until) FROM client_obligation"""
PRESETS = {
    "client_policy": "SELECT id FROM client_policy WHERE is_preset",
    "client_contact_rule": """
        SELECT r.id FROM client_contact_rule r
          JOIN client_policy p ON p.id = r.policy_id WHERE p.is_preset""",
    # Those that came with the addon get the questions of their portrait.
    "client_segment": """
        SELECT res_id FROM ir_model_data
         WHERE module = 'client_base_retention' AND model = 'client.segment'""",
}
NOTES = """
    SELECT count(*) FROM mail_message
     WHERE model IN ('res.partner', 'client.card', 'sale.order')"""


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, tmp_path_factory):
    """Reader of a database lived in with the old addon and then updated.

    :return: name, rows, photographs of what was there and its columns, number of
        notes, log of the update
    """
    name = scratch_database(base_database)
    folder = tmp_path_factory.mktemp("old")
    rows, version, known = live_in(odoo_run, name, folder, OLD, LIVE)
    assert version == "19.0.0.3.0"
    before, notes = photograph(rows, known), rows(NOTES)
    return name, rows, before, known, notes, install(odoo_run, name, "-u")


def test_update_without_warning(story):
    """The log of the update has no warning and no error."""
    assert not alarms(story[-1])


def test_update_keeps_everything(story):
    """Nothing of people and of the client base is changed, made or gone."""
    _name, rows, before, known, notes, _log = story
    assert rows("SELECT count(*) FROM client_obligation WHERE due_date < now()") > [
        (0,)
    ]
    tasks = "SELECT count(*) FROM mail_activity WHERE is_client_norm AND active"
    assert rows(tasks) > [(0,)]
    changed, added = differences(before, photograph(rows, known))
    own = ("client_", "res_partner", "sale_", "crm_", "calendar_", "mail_activity")
    # The presets are the addon's, nobody works by them.
    for table, ids in PRESETS.items():
        changed[table] = changed.get(table, set()) - {row[0] for row in rows(ids)}
    assert not {
        table for table, ids in changed.items() if ids and table.startswith(own)
    }
    assert not {*SEEN, "client_card", "client_obligation"} & added.keys()
    assert rows(NOTES) == notes


def test_first_nights(story, odoo_shell):
    """The first derivation remembers how all norms stand, takes nobody over, opens
    the present month, and brings no second task; the second one writes nothing."""
    name, rows, before, known, notes, _log = story
    for _night in range(2):
        odoo_shell(name, CRONS)
        [(norms, since, *taken)] = rows(STATES)
        assert norms == since > 0
        assert taken == [0, 0, 0]
        changed, added = differences(before, photograph(rows, known))
        assert not set(SEEN) & (changed.keys() | added.keys())
        assert rows(NOTES) == notes
        months = "SELECT DISTINCT state FROM client_compliance_month"
        assert rows(months) == [("open",)]
        assert rows("SELECT count(*) FROM client_compliance_month") == [(1,)]
