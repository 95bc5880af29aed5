"""Until somebody presses Start nothing happens to anybody but new menus.

A database that 300 users of three companies work in gets the addon and has two nights
of all scheduled actions. Every table is compared with the one before, in the columns it
had before, and users of every kind see and may do what they saw and might do.
"""

import time
from datetime import timedelta

import pytest

from odoo import fields
from odoo.tests import freeze_time

from .office import KINDS, fill
from .outside import (
    PATIENCE,
    Database,
    columns,
    confirmed_order,
    differences,
    odoo_server,
    photograph,
)
from .sights import contacts, sight
from .test_lifecycle import MODULE, alarms, install, reader

# What an installation changes in rows that were there. Nothing else may change.
CHANGED_BY_INSTALLING = {
    "ir_model": "Odoo writes down anew what it knows of models that are inherited",
    "ir_module_module": "Odoo reads the list of modules again",
    "res_partner": "the contacts of the two users of the system, given the head's role",
}
# What it adds without a name of its own. All else that is new is named by the addon.
ADDED_BY_INSTALLING = {
    "ir_actions_server_history": "Odoo keeps the code of the scheduled actions",
    "ir_attachment": "the picture of the new menu",
    "ir_cron_trigger": "the first computation is asked for",
    "ir_model_data": "the names themselves",
    "ir_model_constraint": "keys and indexes of the addon's tables",
    "ir_model_relation": "many2many tables of the addon",
    "mail_message": "Odoo notes on a scheduled action that it was made",
    "orm_signaling_registry": "a counter: other processes load the new module",
}
# {table without ids: (column, table)} whose new rows belong to records of the addon.
CONNECTED_BY_INSTALLING = {
    "ir_act_server_group_rel": ("act_id", "ir_actions"),
    "ir_act_window_group_rel": ("act_id", "ir_actions"),
    "ir_ui_menu_group_rel": ("menu_id", "ir_ui_menu"),
    "res_groups_implied_rel": ("gid", "res_groups"),
    # The column of the report is called so.
    "res_groups_report_rel": ("uid", "ir_actions"),
    "res_groups_users_rel": ("gid", "res_groups"),
    "rule_group_rel": ("rule_group_id", "ir_rule"),
}
# What any night changes: the scheduler's own books.
CHANGED_BY_NIGHTS = {
    "bus_bus": "Odoo deletes notifications that the browsers have fetched long ago",
    "ir_cron": "when an action ran, when it runs again",
    "ir_cron_trigger": "done triggers are deleted",
    "ir_config_parameter": "the moment up to which ended meetings were noticed",
}
ADDED_BY_NIGHTS = {
    "ir_config_parameter": "that moment, after the first night",
    "ir_cron_progress": "each action notes how far it came",
}
# A user of one company and one of two companies, by the number of his login.
LOGINS = [f"{kind}{number}" for kind in KINDS for number in (1, 9)]
WITHOUT_ROLE = [
    name for name in LOGINS if name.startswith(("clerk", "keeper", "portal"))
]


class Office:
    """The filled database: what it holds, what its users see, before the addon."""

    def __init__(self, name):
        self.name, self.rows = name, reader(name)
        self.now = fields.Datetime.now()
        self.database = Database(name)
        with self.database.session() as env:
            fill(env)
        # Odoo's own first night is over: from now on its nights change nothing.
        self.run_actions()
        self.columns = columns(self.rows)
        self.photo = self.photograph()
        self.before = self.sights()

    def photograph(self):
        """Every table that was there before, in the columns it had."""
        return photograph(self.rows, self.columns)

    def sights(self):
        """{login: what the user sees and may do}, always at the same moment."""
        with freeze_time(self.now), self.database.session() as env:
            found = {login: self.sight(env, login) for login in LOGINS}
            env.cr.rollback()
        return found

    def sight(self, env, login):
        """What one user sees and may do."""
        user = env["res.users"].search([("login", "=", login)])
        companies = {"allowed_company_ids": user.company_ids.ids}
        return sight(env(user=user, su=False, context=companies))

    def run_actions(self):
        """Run every active scheduled action in this process."""
        with self.database.session() as env:
            for action in env["ir.cron"].search([]):
                done = action.method_direct_trigger()
                assert done is True, (action.cron_name, done)
                env.cr.commit()

    def run_server(self):
        """Let a real server with a cron worker run every active scheduled action."""
        with odoo_server(self.name), self.database.session() as env:
            env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
            (started,) = env.cr.fetchone()
            for action in env["ir.cron"].search([]):
                action._trigger()
            env.cr.commit()
            waiting = (
                "SELECT cron_name FROM ir_cron WHERE active"
                " AND (lastcall IS NULL OR lastcall < %s)"
            )
            deadline = time.monotonic() + 3 * PATIENCE
            while left := self.rows(waiting, started.replace(microsecond=0)):
                assert time.monotonic() < deadline, f"did not run: {left}"
                time.sleep(0.2)

    def reopen(self):
        """Open the database again after another process changed its modules."""
        self.database = Database(self.name)

    def close(self):
        """Leave the database, so that another process can change its modules."""
        self.database.close()


@pytest.fixture(scope="module")
def office(scratch_database, base_database, enable_odoo_test_flag):
    """The filled database, open in this process, with what was before the addon."""
    office = Office(scratch_database(base_database))
    yield office
    office.close()


@pytest.fixture(scope="module")
def installed(office, odoo_run):
    """The photograph after the installation of the addon."""
    office.close()
    assert not alarms(install(odoo_run, office.name))
    office.reopen()
    return office.photograph()


@pytest.fixture(scope="module")
def own(office, installed):
    """{table: ids of the records that have a name given by the addon}"""
    found = {}
    with office.database.session() as env:
        names = env["ir.model.data"].search([("module", "=", MODULE)])
        for model, records in names.grouped("model").items():
            found.setdefault(env[model]._table, set()).update(records.mapped("res_id"))
        # What its models inherit of activities is named by the modules it comes from.
        models = env["ir.model"].search([]).filtered(lambda m: m.modules == MODULE)
        selections = env["ir.model.fields.selection"].search(
            [("field_id.model_id", "in", models.ids)]
        )
        found["ir_model_fields_selection"].update(selections.ids)
    actions = [ids for table, ids in found.items() if table.startswith("ir_act")]
    return found | {"ir_actions": set().union(*actions)}


@pytest.fixture(scope="module")
def morning(office, installed):
    """The photograph after a night of a real server."""
    office.run_server()
    return office.photograph()


@pytest.fixture(scope="module")
def next_morning(office, morning):
    """The photograph after the night of another day."""
    with freeze_time(office.now + timedelta(days=1)):
        office.run_actions()
    return office.photograph()


@pytest.fixture(scope="module")
def sights(office, next_morning):
    """What the users see and may do after two nights."""
    return office.sights()


# ---------------------------------------------------- in the order of a database's life


def test_a_change_would_be_noticed(office):
    """One contact written, one activity more: the photographs differ in these."""
    with office.database.session() as env:

        def rows(query):
            env.flush_all()
            env.cr.execute(query)
            return env.cr.fetchall()

        partner = contacts(env, person=True)[0]
        before = photograph(rows, office.columns)
        partner.comment = "Changed"
        activity = partner.activity_schedule("mail.mail_activity_data_todo")
        changed, added = differences(before, photograph(rows, office.columns))
        env.cr.rollback()
    assert changed == {"res_partner": {partner.id}}
    assert added["mail_activity"] == {activity.id}


def test_a_restriction_would_be_noticed(office):
    """A rule on contacts changes what a salesperson sees, a clerk's too."""
    with office.database.session() as env:
        env["ir.rule"].create(
            {
                "name": "Firms only",
                "model_id": env.ref("base.model_res_partner").id,
                "domain_force": "[('is_company', '=', True)]",
            }
        )
        for login in ("seller1", "clerk1"):
            now = office.sight(env, login)
            assert (
                now["res.partner: number"] < office.before[login]["res.partner: number"]
            )
        env.cr.rollback()


def test_installing_changes_no_row(office, installed):
    """Nothing that was there is changed or gone, but in Odoo's own books."""
    changed, _added = differences(office.photo, installed)
    assert changed.keys() <= CHANGED_BY_INSTALLING.keys()
    with office.database.session() as env:
        system = env.ref("base.user_root") | env.ref("base.user_admin")
        assert changed.get("res_partner", set()) <= set(system.partner_id.ids)


def test_installing_adds_only_its_own(office, installed, own):
    """Every new record has a name given by the addon."""
    _changed, added = differences(office.photo, installed)
    strange = {
        table: ids - own.get(table, set())
        for table, ids in added.items()
        if table not in ADDED_BY_INSTALLING.keys() | CONNECTED_BY_INSTALLING.keys()
    }
    assert not {table: ids for table, ids in strange.items() if ids}
    assert added["ir_ui_menu"] and added["res_groups"]
    assert not office.rows(
        "SELECT model, res_id FROM mail_message WHERE id = ANY(%s)"
        " AND model NOT IN ('ir.cron', 'ir.actions.server')",
        sorted(added["mail_message"]),
    )


def test_installing_connects_only_its_own(office, installed, own):
    """Users get the addon's roles and no others, and its menus are for its roles."""
    for table, (column, owner) in CONNECTED_BY_INSTALLING.items():
        added = (installed[table] - office.photo[table]).total()
        query = f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s)"
        assert office.rows(query, sorted(own[owner])) == [(added,)], table


def test_a_night_changes_nothing(office, installed, morning):
    """All scheduled actions ran in a server, and only its own books differ."""
    changed, added = differences(installed, morning)
    assert changed.keys() <= CHANGED_BY_NIGHTS.keys()
    assert added.keys() <= ADDED_BY_NIGHTS.keys()


def test_another_night_changes_nothing(office, morning, next_morning):
    """So it is on the next day."""
    changed, added = differences(morning, next_morning)
    assert changed.keys() <= CHANGED_BY_NIGHTS.keys()
    assert added.keys() <= ADDED_BY_NIGHTS.keys()
    tomorrow = (office.now + timedelta(days=1)).date()
    derived = (
        "SELECT count(*) FROM client_derive_run WHERE date = %s AND state = 'done'"
    )
    assert office.rows(derived, tomorrow) == [(3,)]


def test_cards_were_made(office, next_morning):
    """The nights were no idle ones: each company has its clients, with classes."""
    found = office.rows(
        """SELECT count(*) FILTER (WHERE status = 'active'),
                  count(*) FILTER (WHERE status = 'former'),
                  count(*) FILTER (WHERE status = 'prospect'),
                  count(DISTINCT abc_class)
             FROM client_card GROUP BY company_id"""
    )
    assert len(found) == 3
    for active, former, prospects, classes in found:
        assert min(active, former, prospects) > 50
        assert classes == 4
    marked = "SELECT count(*) FROM res_partner WHERE client_base"
    assert office.rows(marked)[0][0] > 5000


@pytest.mark.parametrize("login", LOGINS)
def test_new_menus_only(office, sights, own, login):
    """Sales people see the addon's menus more, the others none; nobody loses one."""
    before, after = office.before[login]["menus"], sights[login]["menus"]
    assert before <= after
    assert after - before <= own["ir_ui_menu"]
    assert (after == before) == (login in WITHOUT_ROLE)


@pytest.mark.parametrize("login", LOGINS)
def test_users_see_and_may_do_the_same(office, sights, login):
    """Rights, numbers, pages with every field, and what comes of the usual deeds."""
    before, after = office.before[login], sights[login]
    assert before.keys() == after.keys()
    for topic, value in before.items():
        if topic == "menus" or topic.endswith("views") and login not in WITHOUT_ROLE:
            continue
        now = after[topic]
        if topic.endswith("page"):
            # Fields of the addon may be there too.
            now = [{name: row[name] for name in value[0]} for row in now]
        assert now == value, topic


# ------------------------------------------------------------------------------- Start


def grow(env, company):
    """Let a client of this company alone buy so much that his class changes."""
    env = env(context={"allowed_company_ids": company.ids})
    cards = env["client.card"].search(
        [("company_id", "=", company.id), ("abc_class", "=", "c")]
    )
    card = cards.filtered(lambda card: len(card.partner_id.client_card_ids) == 1)[0]
    confirmed_order(env, card.partner_id.id, 70_000_000)
    assert card.abc_class == "vip"
    return card.partner_id


def notes(env, partner, since):
    """Messages, activities and followers of a contact, younger than these ids."""
    found = 0
    for model, name in (
        ("mail.message", "model"),
        ("mail.activity", "res_model"),
        ("mail.followers", "res_model"),
    ):
        found += env[model].search_count(
            [
                ("id", ">", since[model]),
                (name, "=", "res.partner"),
                ("res_id", "=", partner.id),
            ]
        )
    return found


def test_start_in_one_company(office, sights):
    """A client's new class is noted in the company that started, not in the others."""
    with office.database.session() as env:
        since = {
            model: env[model].search([], order="id DESC", limit=1).id
            for model in ("mail.message", "mail.activity", "mail.followers")
        }
        first, second, third = env["res.company"].search([], order="id")
        before = grow(env, first)
        assert notes(env, before, since) == 0
        first.action_client_start()
        after, others = grow(env, first), [grow(env, second), grow(env, third)]
    office.run_actions()
    with office.database.session() as env:
        assert notes(env, after, since) > 0
        assert [notes(env, partner, since) for partner in others] == [0, 0]
