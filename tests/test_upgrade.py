"""Updating a database from the version before: nothing that people decided is lost.

The old addon comes from the repository's history. A clone without it (CI's may be
shallow) skips these tests.
"""

import pytest

from .old_version import live_in
from .outside import columns, differences, photograph
from .test_lifecycle import alarms, install

# 19.0.0.1.0: cards, classes and entries; no presets yet.
OLD = "2fb4469"
LIVE = """
cards = env["client.card"]
cards._derive_all()
policy = env.ref("client_base_retention.client_policy_standard")
policy.write({"name": "Ours", "former_after_months": 18, "a_share": 70})
card, second = cards.search([("status", "=", "active")], limit=2, order="id")
card.write({"abc_class_manual": "vip", "abc_lock_reason": "Friend"})
second.potential_amount = 5000
env["client.purchase.entry"].create({"partner_id": card.partner_id.id, "amount": 70})
env.company.action_client_start()
cards._derive_all()
assert env["client.transition"].search_count([]) > 3
env.cr.commit()
"""
DERIVE = """
env["client.card"]._derive_all()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, tmp_path_factory):
    """Reader of a database lived in with the old addon and then updated.

    :return: rows, photographs of the old columns before and after, log of the update
    """
    name = scratch_database(base_database)
    folder = tmp_path_factory.mktemp("old")
    rows, version, known = live_in(odoo_run, name, folder, OLD, LIVE)
    assert version == "19.0.0.1.0"
    before = photograph(rows, known)
    log = install(odoo_run, name, "-u")
    return name, rows, known, before, log


def test_update_without_warning(story):
    """The log of the update has no warning and no error."""
    assert not alarms(story[-1])


def test_update_keeps_everything(story):
    """No card, movement, regulation, entry or contact is changed or gone."""
    _name, rows, known, before, _log = story
    changed, added = differences(before, photograph(rows, known))
    peoples = ("client_", "res_", "sale_", "crm_", "mail_", "calendar_", "account_")
    changed = {table for table in changed if table.startswith(peoples)}
    # The names and comments of the roles are the addon's.
    assert changed <= {"res_groups", "res_groups_privilege"}
    derived = {"client_card", "client_transition", "client_purchase_entry"}
    assert not derived & added.keys()


def test_update_brings_what_is_new(story):
    """The regulation has the new columns, and there are presets beside it."""
    _name, rows, known, _before, _log = story
    now = columns(rows)
    assert set(now["client_policy"]) > set(known["client_policy"])
    assert rows("SELECT 1 FROM client_policy WHERE is_preset")
    kept = "SELECT former_after_months, a_share FROM client_policy WHERE active"
    assert rows(kept) == [(18, 70)]


def test_update_derives_the_same(story, odoo_shell):
    """The new code fills in the new columns of the cards and leaves what stood in the
    old ones; a second derivation has nothing to write."""
    name, rows, known, _before, _log = story
    tables = {t: known[t] for t in ("client_card", "client_transition", "res_partner")}
    written = {"write_date", "write_uid"}
    tables["client_card"] = [c for c in known["client_card"] if c not in written]
    updated = photograph(rows, tables)
    assigned = "SELECT id, COALESCE(is_assigned, FALSE) FROM client_card ORDER BY id"
    known_at_once = rows(assigned)
    odoo_shell(name, DERIVE)
    assert differences(updated, photograph(rows, tables)) == ({}, {})
    assert known_at_once == rows(assigned)
    tables = {table: columns(rows)[table] for table in tables}
    derived = photograph(rows, tables)
    odoo_shell(name, DERIVE)
    assert differences(derived, photograph(rows, tables)) == ({}, {})
