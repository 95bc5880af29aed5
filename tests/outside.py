"""Tools of the tests from outside: sessions in threads and processes, fingerprints."""

import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timezone

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config

# Longer than an event may wait for others, shorter than a test waits for a deadlock.
SOON = 0.7
PATIENCE = 20


class Database:
    """A database opened in this process, worked on by several sessions at once."""

    def __init__(self, name):
        self.name = name
        # With it Odoo would open a read-only pool and run tests while loading.
        config["test_enable"] = False
        self.registry = Registry(name)
        self.pool = ThreadPoolExecutor(max_workers=12)
        # What demo data there is stays out of the comparisons.
        ((self.first,),) = self.rows("SELECT max(id) FROM res_partner")

    def close(self):
        """Leave the database, so that it can be dropped."""
        self.pool.shutdown()
        Registry.delete(self.name)
        sql_db.close_db(self.name)

    @contextmanager
    def session(self, user="base.user_root"):
        """An environment with a transaction of its own, committed at the end."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env(user=env.ref(user))

    def start(self, function, *arguments):
        """Run function(env, *arguments) in a thread and a session of its own."""

        def work():
            threading.current_thread().dbname = self.name
            with self.session() as env:
                return function(env, *arguments)

        return self.pool.submit(work)

    def request(self, function, *arguments):
        """Like a request of the web client: tried again as Odoo does on conflicts."""

        def work():
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                return retrying(lambda: function(env, *arguments), env)

        return self.pool.submit(work)

    def rows(self, query, *parameters):
        """Rows of a query, as another program sees them."""
        with sql_db.db_connect(self.name).cursor() as cr:
            cr.execute(query, parameters)
            return cr.fetchall()

    def run_queue(self, rounds=5):
        """Let the queue's scheduled action run until nothing is left in the queue."""
        for _ in range(rounds):
            with self.session() as env:
                env["client.card"]._cron_derive_queue()
            if not self.rows("SELECT 1 FROM client_card_dirty LIMIT 1"):
                return
        raise AssertionError(f"still in the queue after {rounds} rounds")

    def run_night(self):
        """Let the nightly scheduled action derive everything."""
        with self.session() as env:
            env["client.card"]._cron_derive()

    def check_card(self, partner_id, count, turnover):
        """After the queue's action the card has these figures of all time."""
        self.run_queue()
        names = ("purchase_count", "turnover", "turnover_total")
        assert self.card(partner_id, *names) == (count, turnover, turnover)

    def card(self, partner_id, *names):
        """Values of the one card of a partner."""
        columns = ", ".join(names)
        found = self.rows(
            f"SELECT {columns} FROM client_card WHERE partner_id = %s", partner_id
        )
        assert len(found) == 1, f"{len(found)} cards of partner {partner_id}"
        return found[0]


class Night:
    """A nightly run of the company in a session of its own, commit by commit."""

    def __init__(self, env):
        self.env = env
        self.run = self.open()

    def open(self):
        """A new run, or the one that was left; those of other companies are done."""
        runs = self.env["client.derive.run"]._open_runs()
        run = runs.filtered(lambda r: r.company_id == self.env.company)
        (runs - run).write({"state": "done"})
        self.env.cr.commit()
        return run

    def until(self, state):
        """Do and commit batches until the run is in this state."""
        while self.run.state != state:
            self.run._step()
            self.env.cr.commit()
        return self.run

    def finish(self):
        """Do what is left of the run."""
        self.until("done")


class Clock:
    """Measures how long a block took: with Clock() as took: ...; took.seconds."""

    def __enter__(self):
        self.started = time.monotonic()
        return self

    def __exit__(self, *_error):
        self.seconds = time.monotonic() - self.started


def new_client(env, name, orders=(), **values):
    """A contact with confirmed orders of these untaxed amounts."""
    partner = env["res.partner"].create({"name": name, "is_company": True, **values})
    for amount in orders:
        confirmed_order(env, partner.id, amount)
    return partner


def new_order(env, partner_id, amount, **values):
    """A quotation with one line of this untaxed amount."""
    product = env["product.product"].search([("default_code", "=", "OUTSIDE")])
    if not product:
        product = env["product.product"].create(
            {
                "name": "Thing",
                "default_code": "OUTSIDE",
                "type": "service",
                "taxes_id": False,
            }
        )
    line = {"product_id": product.id, "price_unit": amount, "tax_ids": False}
    return env["sale.order"].create(
        {
            "partner_id": partner_id,
            "order_line": [fields.Command.create(line)],
            **values,
        }
    )


def confirmed_order(env, partner_id, amount, **values):
    """A confirmed order of one line."""
    order = new_order(env, partner_id, amount, **values)
    order.action_confirm()
    return order


def sales(base):
    """{client: [(day, amount)]} of the confirmed orders, read from the orders alone."""
    found = {}
    for partner_id, amount, day in base.rows(
        """SELECT p.commercial_partner_id, o.amount_untaxed, o.date_order::date
             FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
            WHERE o.state = 'sale' AND o.partner_id > %s""",
        base.first,
    ):
        found.setdefault(partner_id, []).append((day, round(float(amount), 2)))
    return found


def check_all(base):
    """Every card equals what the orders say, and every client has just one."""
    bought = sales(base)
    today = datetime.now(timezone.utc).date()
    since = fields.Date.subtract(today, months=12)
    cards = base.rows(
        """SELECT partner_id, status, purchase_count, turnover, turnover_total,
                  first_purchase_date, last_purchase_date, abc_class IS NOT NULL
             FROM client_card WHERE partner_id > %s""",
        base.first,
    )
    assert all(n == 1 for n in Counter(card[0] for card in cards).values())
    assert bought.keys() <= {card[0] for card in cards}
    for partner_id, *figures in cards:
        orders = bought.get(partner_id, [])
        days = [day for day, _amount in orders]
        lately = sum(a for day, a in orders if since < day <= today)
        active = days and fields.Date.add(max(days), months=12) >= today
        status = "active" if active else "former" if orders else "prospect"
        expected = [
            status,
            len(orders),
            round(lately, 2),
            round(sum(amount for _day, amount in orders), 2),
            min(days, default=None),
            max(days, default=None),
        ]
        assert figures[:-1] == expected, f"card of partner {partner_id}"
        assert figures[-1] or status != "active", f"partner {partner_id} has no class"


def odoo_process(database, code):
    """Start `odoo shell` on a database with code on its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo", "shell", "-d", database]
        + ["--no-http", "--log-level=warn"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    process.stdin.write(textwrap.dedent(code))
    process.stdin.close()
    return process


def wait_for_line(process, word):
    """Read a process's output until a line with this word."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if word in line:
            return "".join(seen)
    raise AssertionError(f"{word} did not come:\n{''.join(seen)}")


def columns(rows, without=()):
    """{table: columns in the order of their names} of a database.

    :param without: columns to leave out, as "table.column"
    """
    found = {}
    for table, column in rows(
        """SELECT table_name, column_name FROM information_schema.columns
            JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
         ORDER BY 1, 2"""
    ):
        if f"{table}.{column}" not in without:
            found.setdefault(table, []).append(column)
    return found


def _whole_row(names):
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"md5(ROW({quoted})::text)"


def fingerprints(rows, tables=None, without=(), known=None):
    """{table: (number of rows, hash)} of a database, to see what a step changed.

    :param rows: function that runs a query and returns its rows
    :param tables: these only, default every table of the schema
    :param without: columns to leave out, as "table.column"
    :param known: {table: columns} to look at instead
    """
    found = {}
    for table, names in (known or columns(rows, without)).items():
        if tables is None or table in tables:
            ((count, digest),) = rows(
                f"""SELECT count(*), sum(('x' || substr(
                        {_whole_row(names)}, 1, 15))::bit(60)::bigint)
                      FROM "{table}" """
            )
            found[table] = (count, digest)
    return found


def photograph(rows, known):
    """{table: Counter of (id, hash of the row)}, to see which rows a step changed.

    :param known: {table: columns} to look at; a table without ids has None for them
    """
    return {
        table: Counter(
            rows(
                f"""SELECT {"id" if "id" in names else "NULL::integer"},
                           {_whole_row(names)} FROM "{table}" """
            )
        )
        for table, names in known.items()
    }


def differences(before, after):
    """({table: ids changed or gone}, {table: ids added}) between two photographs."""
    changed, added = {}, {}
    for table in before:
        lost = {key for key, _row in before[table] - after[table]}
        new = {key for key, _row in after[table] - before[table]}
        # A row without id can only be gone or added.
        anonymous = {None} & new
        if lost:
            changed[table] = lost
        if new - lost | anonymous:
            added[table] = new - lost | anonymous
    return changed, added


@contextmanager
def odoo_server(database):
    """A real server of this database with a cron worker, ready when the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo", "-d", database, "--no-http"]
        + ["--max-cron-threads=1", "--log-handler=odoo.service.server:DEBUG"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for_line(process, "cron0 started!")
        time.sleep(SOON)
        # Nobody reads what it writes from now on.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)
