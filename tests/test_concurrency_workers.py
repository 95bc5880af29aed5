"""Scheduled actions side by side with users: several workers, killed ones, a long soak.

Whatever was interrupted, the next run of the action completes it: no figure is wrong,
no card double, nothing that was committed is lost (design 2 and 6).
"""

import random
import signal
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from psycopg2 import errors

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.client_base_retention.models import client_derive_run, res_company

from .outside import (
    PATIENCE,
    Database,
    Night,
    check_all,
    confirmed_order,
    new_client,
    new_order,
    odoo_process,
    odoo_server,
    sales,
    wait_for_line,
)

CRONS = ("ir_cron_client_derive", "ir_cron_client_queue")


@pytest.fixture(scope="module")
def base(scratch_database, enable_odoo_test_flag):
    """A database with a few clients that have cards, in full swing (started)."""
    database = Database(scratch_database())
    with database.session() as env:
        env.company.action_client_start()
        # Only the actions of the addon are to be run here.
        ours = [env.ref(f"client_base_retention.{name}").id for name in CRONS]
        env["ir.cron"].search([("id", "not in", ours)]).active = False
        for number in range(8):
            new_client(env, f"Old client {number}", [100 + number, 200])
    yield database
    database.close()


def spoil(base):
    """Make every figure wrong, so that a run has something to put right."""
    with base.session() as env:
        env.cr.execute(
            "UPDATE client_card"
            " SET turnover = 0, turnover_total = 1, purchase_count = 9"
        )


def queue(base, *partner_ids):
    """Put clients into the queue, as an event does that met a busy card."""
    with base.session() as env:
        company_id = env.company.id
        env["client.card"]._enqueue({(p, company_id) for p in partner_ids})


# ------------------------------------------------------------------ several workers


def test_two_queue_workers(base):
    """A second worker leaves alone what the first has taken; they share the rest."""
    spoil(base)
    clients = sorted(sales(base))
    queue(base, *clients[:3])
    with base.session() as env:
        assert len(env["client.card"]._dequeue()) == 3
        queue(base, *clients[3:])
        base.start(lambda other: other["client.card"]._cron_derive_queue()).result(
            PATIENCE
        )
        assert len(base.rows("SELECT 1 FROM client_card_dirty")) == 3
        env.cr.rollback()
    both = [
        base.request(lambda env: env["client.card"]._cron_derive_queue())
        for _ in range(2)
    ]
    for worker in both:
        worker.result(PATIENCE)
    base.run_queue()
    check_all(base)


def test_two_cron_workers(base):
    """Two processes' worth of cron workers run each ready job once."""
    spoil(base)
    queue(base, *sales(base))
    with base.session() as env:
        env.ref("client_base_retention.ir_cron_client_derive")._trigger()
        before = env["client.derive.run"].search_count([])
    jobs = base.registry["ir.cron"]
    workers = [base.pool.submit(jobs._process_jobs, base.name) for _ in range(2)]
    for worker in workers:
        worker.result(PATIENCE)
    runs = base.rows(
        "SELECT state FROM client_derive_run ORDER BY id OFFSET %s", before
    )
    companies = base.rows("SELECT id FROM res_company")
    assert runs == [("done",)] * len(companies)
    check_all(base)


def test_two_nights_at_once(base, monkeypatch):
    """Even without the scheduler's lock two runs leave right figures."""
    monkeypatch.setattr(client_derive_run, "BATCH", 3)
    spoil(base)
    with mute_logger("odoo.sql_db"):
        nights = [
            base.start(lambda env: env["client.card"]._cron_derive()) for _ in range(2)
        ]
        errors_met = [night.exception(PATIENCE) for night in nights]
    unexpected = [
        error
        for error in errors_met
        if error and not isinstance(error, errors.SerializationFailure)
    ]
    assert not unexpected
    assert None in errors_met, "both runs were given up"
    base.run_night()
    base.run_queue()
    check_all(base)


def test_a_busy_client_does_not_hold_up_the_queue(base):
    """One client's contact is being edited: the others in the queue are derived."""
    with base.session() as env:
        busy = new_client(env, "Busy")
    spoil(base)
    clients = sorted(sales(base))
    with base.session() as env:
        env["res.partner"].browse(busy.id).write({"phone": "+1 555 0103"})
        env.flush_all()
        base.start(confirmed_order, busy.id, 70).result(PATIENCE)
        queue(base, *clients)
        base.start(lambda env: env["client.card"]._cron_derive_queue()).result(PATIENCE)
        wrong = base.rows(
            "SELECT partner_id FROM client_card"
            " WHERE purchase_count = 9 AND partner_id = ANY(%s)",
            clients,
        )
    base.run_queue()
    check_all(base)
    assert not wrong, "an edit of one contact kept the queue from all clients"


def test_queue_rows_of_what_is_gone(base):
    """A deleted contact or company in the queue does not stop the queue."""
    with base.session() as env:
        gone = new_client(env, "Gone")
        company = env["res.company"].create({"name": "Gone company"})
        pairs = {(gone.id, env.company.id), (gone.id, company.id)}
        gone.unlink()
        partner = company.partner_id
        company.unlink()
        partner.unlink()
        env["client.card"]._enqueue(pairs)
    client = min(sales(base))
    spoil(base)
    queue(base, client)
    try:
        base.run_queue()
        assert base.card(client, "purchase_count") != (9,)
    finally:
        with base.session() as env:
            env.cr.execute("DELETE FROM client_card_dirty")
        base.run_night()
    check_all(base)


def test_regulation_changed_in_the_middle_of_a_run(base, monkeypatch):
    """A change that a large base leaves to the night holds for the whole base."""
    monkeypatch.setattr(client_derive_run, "BATCH", 3)
    monkeypatch.setattr(res_company, "AT_ONCE", 0)
    with base.session() as env:
        old = new_client(env, "Bought in spring")
        day = fields.Datetime.now() - timedelta(days=100)
        confirmed_order(env, old.id, 500).date_order = day
        policy = env["client.policy"]._default_policy(env.company)
        env.cr.execute("UPDATE client_card SET turnover = 0")
    with base.session() as env:
        night = Night(env)
        night.until("cut")
        with base.session() as other:
            other["client.policy"].browse(policy.id).abc_period_months = 1
    try:
        # The scheduler runs the action for the trigger that the change has set.
        base.registry["ir.cron"]._process_jobs(base.name)
        assert base.card(old.id, "turnover", "turnover_total") == (0, 500)
    finally:
        with base.session() as env:
            env["client.policy"].browse(policy.id).abc_period_months = 12
        base.run_night()
        base.run_night()
    check_all(base)


# -------------------------------------------------------------------- killed workers


def kill(process):
    """Kill a process as the kernel does when memory runs out."""
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
    process.stdout.close()


def test_killed_in_the_middle_of_the_night(base):
    """The next run goes on from the last batch that was committed."""
    spoil(base)
    process = odoo_process(
        base.name,
        """
        import time
        from odoo.addons.client_base_retention.models import client_derive_run
        client_derive_run.BATCH = 2
        runs = env["client.derive.run"]._open_runs()
        run = runs.filtered(lambda r: r.company_id == env.company)
        while run.cards < 4:
            run._step()
            env.cr.commit()
        run._step()
        env.flush_all()
        print("IN THE MIDDLE", flush=True)
        time.sleep(100)
        """,
    )
    wait_for_line(process, "IN THE MIDDLE")
    kill(process)
    ((run_id, done),) = base.rows(
        "SELECT id, cards FROM client_derive_run WHERE state = 'standing'"
    )
    assert done == 4
    base.run_night()
    assert base.rows("SELECT state FROM client_derive_run WHERE id = %s", run_id) == [
        ("done",)
    ]
    check_all(base)


def test_killed_in_the_middle_of_a_confirmation(base):
    """Its order never was; the one that another user confirmed meanwhile counts."""
    with base.session() as env:
        clients = [new_client(env, "New").id, new_client(env, "Known", [100]).id]
    process = odoo_process(
        base.name,
        f"""
        import time
        product = env["product.product"].search([("default_code", "=", "OUTSIDE")])
        for partner_id in {clients}:
            line = {{"product_id": product.id, "price_unit": 5000, "tax_ids": False}}
            env["sale.order"].create({{
                "partner_id": partner_id, "order_line": [(0, 0, line)],
            }}).action_confirm()

        env.flush_all()
        print("IN THE MIDDLE", flush=True)
        time.sleep(100)
        """,
    )
    wait_for_line(process, "IN THE MIDDLE")
    for partner_id in clients:
        base.start(confirmed_order, partner_id, 30).result(PATIENCE)
    kill(process)
    base.check_card(clients[0], 1, 30)
    base.check_card(clients[1], 2, 130)


def test_killed_in_the_middle_of_the_queue(base):
    """What it had taken from the queue is still there, and is done by the next one."""
    spoil(base)
    clients = sorted(sales(base))
    queue(base, *clients)
    process = odoo_process(
        base.name,
        """
        import time
        cards = env["client.card"]
        cards._touch_now(cards._dequeue())
        print("IN THE MIDDLE", flush=True)
        time.sleep(100)
        """,
    )
    wait_for_line(process, "IN THE MIDDLE")
    kill(process)
    assert len(base.rows("SELECT 1 FROM client_card_dirty")) == len(clients)
    base.run_queue()
    check_all(base)


def test_the_queue_is_emptied_within_seconds(base):
    """A running server derives what an event left, without anybody asking."""
    client = min(sales(base))
    count = base.card(client, "purchase_count")[0]
    with odoo_server(base.name):
        with base.registry.cursor() as busy:
            busy.execute(
                "SELECT 1 FROM client_card WHERE partner_id = %s FOR NO KEY UPDATE",
                [client],
            )
            with base.session() as env:
                confirmed_order(env, client, 60)
                busy.commit()
        for _ in range(100):
            if not base.rows("SELECT 1 FROM client_card_dirty"):
                break
            time.sleep(0.1)
        assert base.card(client, "purchase_count")[0] == count + 1


# ------------------------------------------------------------------------------ soak

SOAK_SECONDS = 15


def test_soak(base, monkeypatch):
    """Four users work on twenty clients at random while night and queue run and run.

    Each works on orders of his own, so no transaction has a reason to fail; clients
    they share.
    """
    monkeypatch.setattr(client_derive_run, "BATCH", 7)
    with base.session() as env:
        clients = [new_client(env, f"Soak {number}").id for number in range(20)]
    stop = threading.Event()

    def user(seed):
        chance = random.Random(seed)
        mine, done = [], Counter()
        while not stop.is_set():
            with base.session() as env:
                for _ in range(chance.randint(1, 3)):
                    done[step(env, chance, mine, clients)] += 1
        return done

    def keep(method):
        while not stop.is_set():
            with base.session() as env:
                getattr(env["client.card"], method)()

    working = [base.pool.submit(user, seed) for seed in range(4)]
    working += [
        base.pool.submit(keep, method)
        for method in ("_cron_derive", "_cron_derive_queue")
    ]
    try:
        for _ in range(SOAK_SECONDS * 10):
            if any(work.done() for work in working):
                break
            time.sleep(0.1)
    finally:
        stop.set()
    done = sum((work.result(PATIENCE) for work in working[:4]), Counter())
    for work in working[4:]:
        work.result(PATIENCE)
    assert min(done.values()) > 0 and len(done) == 4, done
    base.run_queue()
    check_all(base)


def step(env, chance, mine, clients):
    """One thing a user does with an order; returns its name."""
    what = chance.choice(("confirm", "confirm", "cancel", "edit", "date"))
    if what == "confirm" or not mine:
        order = new_order(env, chance.choice(clients), chance.randint(1, 9999))
        order.action_confirm()
        mine.append(order.id)
        return "confirm"
    order = env["sale.order"].browse(chance.choice(mine))
    if what == "cancel":
        if order.state == "cancel":
            order.action_draft()
        else:
            order._action_cancel()
    elif what == "edit":
        order.order_line.price_unit = chance.randint(1, 9999)
    else:
        order.date_order = fields.Datetime.now() - timedelta(
            days=chance.randint(0, 700)
        )
    return what
