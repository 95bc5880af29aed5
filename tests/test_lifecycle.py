"""Installing, updating and removing the addon on a database that people work in.

Compared are the whole tables before and after, so that nothing else can have changed:
installing and the scheduled actions are quiet until somebody presses Start, an update
keeps what people decided, and removing leaves the database as it was.
"""

import re
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import psycopg2
import pytest

from odoo.modules import Manifest

from .outside import Database, columns, fingerprints

MODULE = "client_base_retention"
# To be given a role is a write on the user, which Odoo notes on his contact.
BY_ROLES = {"res_partner.write_date", "res_partner.write_uid"}
# What people see: none of it may be written before Start.
SEEN = [
    "mail_mail",
    "mail_notification",
    "mail_activity",
    "mail_followers",
    "mail_tracking_value",
    "res_partner",
    "res_users",
    "sale_order",
    "sale_order_line",
    "crm_lead",
    "crm_team_member",
    "calendar_event",
]
MAKE_DATA = """
users = env["res.users"]
seller = users.create({
    "name": "Seller", "login": "seller", "email": "seller@example.com",
    "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
})
users.create({
    "name": "Clerk", "login": "clerk",
    "group_ids": [(4, env.ref("base.group_user").id)],
})
product = env["product.product"].create({"name": "Thing", "type": "service"})
for number in range(12):
    partner = env["res.partner"].create({
        "name": f"Client {number}", "is_company": True, "user_id": seller.id,
        "email": f"client{number}@example.com",
    })
    person = env["res.partner"].create({"name": "Person", "parent_id": partner.id})
    for amount in range(100, 100 * (number % 4 + 1), 100):
        line = {"product_id": product.id, "price_unit": amount, "tax_ids": False}
        order = env["sale.order"].create({
            "partner_id": person.id if amount == 200 else partner.id,
            "user_id": seller.id, "order_line": [(0, 0, line)],
        })
        order.action_confirm()
        if number > 8:
            order.date_order = "2020-02-29 10:00:00"
    env["sale.order"].create({"partner_id": partner.id, "user_id": seller.id})
bulk = env["res.partner"].create({"name": "Bulk", "is_company": True})
env.flush_all()
env.cr.execute(
    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
    " WHERE table_name = 'res_partner' AND column_name <> 'id'")
names = env.cr.fetchone()[0]
env.cr.execute(
    f"INSERT INTO res_partner ({names}) SELECT {names} FROM res_partner,"
    " generate_series(1, 5000) WHERE id = %s", [bulk.id])
env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE name = 'Bulk'")
env.cr.commit()
"""
REMOVE = """
env["ir.module.module"].search(
    [("name", "=", "client_base_retention")]).button_immediate_uninstall()
"""


def reader(database):
    """Function that runs a query on a database and returns its rows."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True

    def rows(query, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall()

    return rows


def versions(rows):
    """Row versions of all contacts but users': if equal, no row was written."""
    return rows(
        "SELECT id, xmin::text, ctid::text FROM res_partner WHERE id NOT IN"
        " (SELECT partner_id FROM res_users) ORDER BY id"
    )


def install(odoo_run, database, flag="-i"):
    """Install or update the addon; returns the log."""
    done = odoo_run(database, flag, MODULE, "--stop-after-init")
    assert done.returncode == 0, done.stdout
    return done.stdout


def alarms(log):
    """Warnings and errors of a log, less what does not come from the addon."""
    return [
        line
        for line in log.splitlines()
        if re.search(r" (WARNING|ERROR|CRITICAL) ", line)
    ]


class Story:
    """A database before and after the addon was installed, and what was logged."""

    def __init__(self, name, odoo_run, odoo_shell):
        self.name, self.rows = name, reader(name)
        odoo_shell(name, MAKE_DATA)
        # Only what was there before is compared, not the addon's columns.
        self.columns = columns(self.rows, without=BY_ROLES)
        self.before = fingerprints(self.rows, known=self.columns)
        ((self.last_message,),) = self.rows("SELECT max(id) FROM mail_message")
        self.catalog = catalog(self.rows)
        self.members = set(self.rows("SELECT gid, uid FROM res_groups_users_rel"))
        self.partners = versions(self.rows)
        self.log = install(odoo_run, name)
        self.database = None

    def close(self):
        """Leave the database: another process is going to change its modules."""
        if self.database:
            self.database.close()
        self.database = None


def catalog(rows):
    """Everything that can stay behind: tables, columns, indexes, records by model."""
    found = {
        "tables": "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = current_schema",
        "columns": "SELECT table_name || '.' || column_name"
        " FROM information_schema.columns WHERE table_schema = current_schema",
        "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema",
        "constraints": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint"
        " WHERE connamespace = current_schema::regnamespace",
        "functions": "SELECT proname FROM pg_proc"
        " WHERE pronamespace = current_schema::regnamespace",
        "models": "SELECT model FROM ir_model",
        "fields": "SELECT model || '.' || name FROM ir_model_fields",
        "names": "SELECT module || '.' || name FROM ir_model_data",
        "groups": "SELECT id::text FROM res_groups",
        "privileges": "SELECT id::text FROM res_groups_privilege",
        "rules": "SELECT id::text FROM ir_rule",
        "access": "SELECT id::text FROM ir_model_access",
        "crons": "SELECT cron_name FROM ir_cron",
        "triggers": "SELECT cron_id::text FROM ir_cron_trigger",
        "actions": "SELECT id::text FROM ir_actions",
        "menus": "SELECT id::text FROM ir_ui_menu",
        "views": "SELECT id::text FROM ir_ui_view",
        "relations": "SELECT name FROM ir_model_relation",
        "defaults": "SELECT id::text FROM ir_default",
        "parameters": "SELECT key FROM ir_config_parameter",
    }
    return {what: {value for (value,) in rows(query)} for what, query in found.items()}


@pytest.fixture(scope="module")
def story(scratch_database, base_database, odoo_run, odoo_shell):
    return Story(scratch_database(base_database), odoo_run, odoo_shell)


# ---------------------------------------------------- in the order of a database's life


def test_install_without_warning(story):
    """The log of the installation has no warning and no error."""
    assert not alarms(story.log)


def test_install_writes_no_contact(story):
    """Not one row of the contacts is written, so a million takes no longer."""
    assert versions(story.rows) == story.partners


def test_install_leaves_the_cards_to_the_background(story):
    """However many orders there are, no card is computed while installing."""
    assert story.rows("SELECT count(*) FROM client_card") == [(0,)]
    assert story.rows(
        "SELECT count(*) FROM ir_cron_trigger JOIN ir_cron c ON c.id = cron_id"
        " WHERE c.cron_name LIKE 'Client base: derive all%%'"
    ) == [(1,)]


def test_install_is_quiet(story):
    """No message, activity, mail or follower; nothing people work with changes."""
    after = fingerprints(story.rows, SEEN, known=story.columns)
    assert after == {table: story.before[table] for table in SEEN}
    # Odoo itself notes on a server action that it was made.
    assert not story.rows(
        "SELECT model, res_id, body FROM mail_message"
        " WHERE id > %s AND model NOT LIKE 'ir.%%'",
        story.last_message,
    )


def test_install_gives_roles_only(story):
    """Sales people get the roles explicitly; no other membership changes."""
    after = set(story.rows("SELECT gid, uid FROM res_groups_users_rel"))
    assert not story.members - after
    roles = dict(
        story.rows(
            "SELECT res_id, name FROM ir_model_data WHERE model = 'res.groups'"
            " AND module = 'client_base_retention'"
        )
    )
    added = {(roles.get(gid), uid) for gid, uid in after - story.members}
    assert None not in {name for name, _uid in added}
    logins = dict(story.rows("SELECT id, login FROM res_users"))
    given = {(name, logins[uid]) for name, uid in added}
    assert ("group_client_all", "seller") in given
    assert not [name for name, login in given if login == "clerk"]
    implied = story.rows(
        "SELECT g.gid FROM res_groups_implied_rel g WHERE g.hid = ANY(%s)"
        " AND NOT g.gid = ANY(%s)",
        list(roles),
        list(roles),
    )
    assert not implied, "a group of Odoo implies a role of the addon"


CARDS = {"active": (6, 12), "former": (3, 6), "prospect": (3, 0)}


def cards(rows):
    """{status: (clients, purchases)}"""
    found = rows(
        "SELECT status, count(*), sum(purchase_count) FROM client_card c"
        " JOIN res_partner p ON p.id = c.partner_id"
        " WHERE p.name LIKE 'Client %%' GROUP BY status"
    )
    return {status: (clients, purchases) for status, clients, purchases in found}


def night(database):
    """Run the addon's scheduled actions as the scheduler does."""
    for name in ("ir_cron_client_derive", "ir_cron_client_queue"):
        with database.session() as env:
            done = env.ref(f"client_base_retention.{name}").method_direct_trigger()
            assert done is True, done


@pytest.fixture(scope="module")
def opened(story, enable_odoo_test_flag):
    """The database with the addon, opened in this process."""
    story.database = Database(story.name)
    yield story.database
    story.close()


def test_first_nights_are_quiet(story, opened):
    """Before Start the scheduled actions make cards and change nothing else."""
    before = fingerprints(story.rows, known=story.columns)
    others = {table for table in before if not table.startswith(("client_", "ir_cron"))}
    night(opened)
    assert cards(story.rows) == CARDS
    # In two years all are former and lose their class: still nobody is told.
    with opened.session() as env:
        env["client.card"]._derive_all(date.today() + timedelta(days=800))
    assert cards(story.rows).keys() == {"former", "prospect"}
    night(opened)
    assert cards(story.rows) == CARDS
    after = fingerprints(story.rows, known=story.columns)
    changed = {table for table in others if after[table] != before[table]}
    assert not changed


def test_a_night_without_news_writes_nothing(story, opened):
    """A second night on the same day leaves every row of the cards untouched."""
    query = "SELECT id, xmin::text FROM client_card ORDER BY id"
    before = story.rows(query), story.rows("SELECT count(*) FROM client_transition")
    night(opened)
    after = story.rows(query), story.rows("SELECT count(*) FROM client_transition")
    assert before == after


def test_update_keeps_decisions(story, opened, odoo_run):
    """After an update the cards, the rules and what people set are as before."""
    with opened.session() as env:
        card, second, third = env["client.card"].search([], limit=3, order="id")
        card.write({"abc_class_manual": "vip", "abc_lock_reason": "Friend"})
        second.potential_amount = 5000
        third.abc_excluded = True
        policy = env.ref("client_base_retention.client_policy_standard")
        policy.write({"name": "Ours", "former_after_months": 18})
        env.ref("client_base_retention.ir_cron_client_derive").interval_number = 2
        role = env.ref("client_base_retention.group_client_all")
        users = env["res.users"]
        users.search([("login", "=", "seller")]).group_ids -= role
        users.search([("login", "=", "clerk")]).group_ids += role
        env.company.action_client_start()
        env["client.purchase.entry"].create(
            {"partner_id": card.partner_id.id, "amount": 70}
        )
    story.close()
    kept = [
        table
        for table in fingerprints(story.rows)
        if table.startswith(("client_", "res_partner", "sale_order"))
    ] + ["ir_cron", "res_groups_users_rel", "res_company"]
    kept += ["mail_message", "mail_activity"]
    without = {"ir_cron.write_date", "res_partner.write_date"}
    # The presets are the addon's: an update writes them again.
    without |= {"client_policy.write_date", "client_contact_rule.write_date"}
    before = fingerprints(story.rows, kept, without)
    log = install(odoo_run, story.name, "-u")
    assert not alarms(log)
    after = fingerprints(story.rows, kept, without)
    assert {t: after[t] for t in kept if after[t] != before[t]} == {}


def test_uninstall_leaves_nothing(story, odoo_shell):
    """No table, column, index, record or right of the addon is left."""
    output = odoo_shell(story.name, REMOVE)
    assert not alarms(output)
    after = catalog(story.rows)
    left = {what: after[what] - story.catalog[what] for what in after}
    # The registry remembers that it was changed; modules are only listed.
    left["parameters"] -= {"base.partially_updated_database"}
    assert not {what: names for what, names in left.items() if names}
    lost = {what: story.catalog[what] - after[what] for what in after}
    lost.pop("triggers")
    assert not {what: names for what, names in lost.items() if names}


def test_uninstall_restores_the_data(story, odoo_shell):
    """Contacts, orders and memberships are the ones of before; orders still work."""
    after = fingerprints(story.rows, SEEN, known=story.columns)
    same = set(SEEN) - {"mail_tracking_value", "res_users"}
    differ = {table for table in same if after[table] != story.before[table]}
    assert not differ
    assert set(story.rows("SELECT gid, uid FROM res_groups_users_rel")) == story.members
    odoo_shell(
        story.name,
        "order = env['sale.order'].search([('state', '=', 'draft')], limit=1)\n"
        "order.action_confirm()\nassert order.state == 'sale'\nenv.cr.rollback()",
    )


def test_install_again(story, opened, odoo_run):
    """What was removed can be installed again and computes the same."""
    assert not alarms(install(odoo_run, story.name))
    story.database = Database(story.name)
    night(story.database)
    assert cards(story.rows) == CARDS


# ------------------------------------------------------------------------- packaging


def test_wheel(tmp_path):
    """`pip install` of the addon brings every file that Odoo needs."""
    addon = Path(Manifest.for_addon(MODULE).path)
    if not (addon / "pyproject.toml").exists():
        pytest.skip("the addon has no pyproject.toml yet")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", tmp_path, addon],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert built.returncode == 0, built.stdout[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    prefix = f"odoo/addons/{MODULE}/"
    # The builder takes what git knows.
    known = subprocess.run(
        ["git", "ls-files"], cwd=addon, text=True, stdout=subprocess.PIPE
    )
    if known.returncode:
        pytest.skip("the addon is not in a git repository")
    tracked = known.stdout.split()
    missing = {name for name in tracked if prefix + name not in names}
    assert missing <= {"pyproject.toml"}
