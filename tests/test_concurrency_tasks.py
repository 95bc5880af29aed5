"""Contacts are planned, made and finished in several sessions at once.

Never two tasks for one norm, whoever plans, and nobody's work fails because somebody
else is at work on the same client (design 4.3 *Task*).
"""

import threading
from datetime import timedelta
from unittest.mock import patch

import pytest
from psycopg2 import errors

from odoo import fields
from odoo.tools import mute_logger

from .outside import PATIENCE, SOON, Clock, Database, new_client

CLIENTS = 6


@pytest.fixture(scope="module")
def base(scratch_database, enable_odoo_test_flag):
    """A database that has started, with a weekly call and a user who does it."""
    database = Database(scratch_database())
    with database.session() as env:
        # Late by as many days on whatever day this runs: no day is off.
        env.company.resource_calendar_id = False
        env.company.client_start_date = fields.Date.today() - timedelta(days=1)
        policy = env["client.policy"]._default_policy(env.company)
        policy.fallback_user_id = env.ref("base.user_admin")
        policy.daily_task_limit = 1000
        env["client.contact.rule"].create(
            {
                "policy_id": policy.id,
                "kind": "call",
                "interval_count": 1,
                "interval_unit": "week",
            }
        )
    yield database
    database.close()


@pytest.fixture
def cards(base):
    """Ids of clients who are late; nothing is planned."""
    with base.session() as env:
        partners = [new_client(env, f"Late {n}", [100]) for n in range(CLIENTS)]
        cards = env["client.card"].search(
            [("partner_id", "in", [partner.id for partner in partners])]
        )
        cards._agree(fields.Date.today() - timedelta(days=3))
        env["mail.activity"].search([("is_client_norm", "=", True)]).unlink()
        env.company.client_planned_on = False
        found = cards.ids
    with patch("odoo.addons.client_base_retention.models.res_company_task.MORNING", 0):
        yield found


def tasks(base, card_ids):
    """[(card, open?, how many)] of the tasks of clients."""
    return base.rows(
        """SELECT o.card_id, a.active, count(*)
             FROM mail_activity a
             JOIN client_obligation o ON o.id = a.client_obligation_id
            WHERE o.card_id = ANY(%s) GROUP BY 1, 2 ORDER BY 1, 2""",
        card_ids,
    )


def once_each(card_ids):
    return [(card_id, True, 1) for card_id in sorted(card_ids)]


def plan(env, ready=None):
    if ready:
        # The snapshot is taken before the other has committed anything.
        env.cr.execute("SELECT 1")
        ready.wait(PATIENCE)
    env["client.card"]._cron_plan_tasks()


def log(env, card_id):
    card = env["client.card"].browse(card_id)
    env["client.touchpoint"].create(
        {"partner_id": card.partner_id.id, "company_id": card.company_id.id}
    )
    env.flush_all()


def test_two_scheduled_actions_at_once(base, cards):
    both = threading.Barrier(2)
    with mute_logger("odoo.sql_db"):
        sessions = [base.start(plan, both) for _n in range(2)]
        for session in sessions:
            session.result(PATIENCE)
    assert tasks(base, cards) == once_each(cards)


def test_planned_by_another_after_the_snapshot(base, cards):
    """The second plans the same; its unique index holds it off, its next try sees."""
    with base.session() as env:
        env.cr.execute("SELECT 1")
        base.start(plan).result(PATIENCE)
        with mute_logger("odoo.sql_db"):
            plan(env)
    assert tasks(base, cards) == once_each(cards)


def test_a_direct_call_never_plans_twice(base, cards):
    with base.session() as env:
        env.cr.execute("SELECT 1")
        base.start(plan).result(PATIENCE)
        with mute_logger("odoo.sql_db"), pytest.raises(errors.UniqueViolation):
            env["client.card"]._plan_tasks()
        env.cr.rollback()
    assert tasks(base, cards) == once_each(cards)


def test_killed_after_the_first_batch(base, cards):
    """What was committed stays, the next run makes the rest."""

    class KilledError(Exception):
        pass

    batches = []

    def made(self, rows, make=None):
        if batches:
            raise KilledError
        batches.append(len(rows))
        return make(self, rows)

    with base.session() as env:
        model = type(env["client.card"])
        make = model._make_tasks
        module = "odoo.addons.client_base_retention.models.client_card_task"
        with patch(f"{module}.BATCH", 2), pytest.raises(KilledError):
            with patch.object(model, "_make_tasks", lambda s, r: made(s, r, make)):
                plan(env)
        env.cr.rollback()
    ((number,),) = base.rows("SELECT count(*) FROM mail_activity WHERE is_client_norm")
    assert number == 2
    base.start(plan).result(PATIENCE)
    assert tasks(base, cards) == once_each(cards)


def test_contacted_while_it_is_planned(base, cards):
    """A contact logged while the planning is open does not wait; in the end nothing
    is planned for who was contacted."""
    with base.session() as env:
        env["client.card"]._plan_tasks()
        env.flush_all()
        with Clock() as took:
            base.start(log, cards[0]).result(PATIENCE)
        assert took.seconds < SOON
    base.run_queue()
    with base.session() as env:
        env["client.card"].browse(cards)._derive()
    still = dict.fromkeys(cards[1:], True) | {cards[0]: False}
    assert {card: active for card, active, _n in tasks(base, cards)} == still


def test_two_contacts_of_one_planned_client(base, cards):
    """Both are logged, the task is finished once."""
    base.start(plan).result(PATIENCE)
    with base.session() as env:
        log(env, cards[0])
        with Clock() as took:
            base.start(log, cards[0]).result(PATIENCE)
        assert took.seconds < SOON
    base.run_queue()
    assert (cards[0], False, 1) in tasks(base, cards)
    assert (cards[0], True, 1) not in tasks(base, cards)
    ((notes,),) = base.rows(
        """SELECT count(*) FROM mail_message m JOIN client_card c
                  ON c.partner_id = m.res_id AND m.model = 'res.partner'
            WHERE c.id = %s AND m.mail_activity_type_id IS NOT NULL""",
        cards[0],
    )
    assert notes == 1
