#!/usr/bin/env python3
"""Load the CDNOW purchases into an Odoo database as orders of real contacts.

    tools/cdnow.py -d DATABASE --file CDNOW_master.txt

One contact, one order and its line are made by Odoo itself and rolled back; their rows
are the pattern of all others, which PostgreSQL writes in batches. So every column that
an installed module adds is there, and an order opens, is invoiced and cancelled like
one that was typed in. Amounts are taken in the company's currency.

Stopped half-way, the same command goes on where it was; once done it does nothing.
"""

import argparse
import datetime
import itertools
import os
import sys
import time
from pathlib import Path

import cdnow_rows
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

MODULE = "client_base_retention"
BATCH = 10000
NOON = datetime.time(12)
# Days that this load moves the purchases by; kept, so that a load that goes on
# tomorrow moves the rest by as much. "done" stands behind it at the end.
STATE = "cdnow.load"
# What a thing of one's own has to be, whatever the pattern holds.
NOTHING = SQL("NULL")


class Failure(Exception):
    """Something the user has to know and can mend."""


class Progress:
    """Prints how far a part of the load is."""

    def __init__(self, what, total):
        self.what, self.total, self.done = what, total, 0
        self.started = time.monotonic()

    def add(self, count):
        self.done += count
        percent = 100 * self.done // max(self.total, 1)
        seconds = time.monotonic() - self.started
        part = f"{self.done:,} of {self.total:,} {self.what}"
        say(f"{part} ({percent} %), {seconds:.1f} s")


def say(text):
    """Tell the user something."""
    print(f"cdnow: {text}", flush=True)


def parse_arguments(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0],
        epilog="The server is found by PGHOST and the like, Odoo's options by ODOO_RC.",
    )
    parser.add_argument("-d", "--database", required=True, metavar="NAME")
    parser.add_argument(
        "--file",
        type=Path,
        default=os.environ.get("CBR_CDNOW_FILE"),
        required="CBR_CDNOW_FILE" not in os.environ,
        help="CDNOW_master.txt: customer, yyyymmdd, CDs, dollars (CBR_CDNOW_FILE)",
    )
    parser.add_argument(
        "--shift",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="move all dates by the same days, so that the last purchase is of today",
    )
    parser.add_argument(
        "--derive",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="derive the client cards as the nightly scheduled action does",
    )
    parser.add_argument(
        "--start",
        action="store_true",
        help="press Start: the client base may note, plan and remind",
    )
    parser.add_argument(
        "--batch", type=int, default=BATCH, help="rows in one transaction"
    )
    return parser.parse_args(arguments)


def read_purchases(path):
    """(customer, day, CDs, cents) of each line of the file, by day, then customer."""
    purchases = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split()
        if not words or words[0] == "customer_id":
            continue
        try:
            customer, day, quantity, dollars = words
            units, _point, cents = dollars.partition(".")
            purchases.append(
                (
                    customer,
                    datetime.date(int(day[:4]), int(day[4:6]), int(day[6:])),
                    int(quantity),
                    100 * int(units) + int(cents.ljust(2, "0")),
                )
            )
        except ValueError as error:
            raise Failure(
                f"{path}, line {number} is no purchase (customer, yyyymmdd, CDs, "
                f"dollars): {line!r}"
            ) from error
    if not purchases:
        raise Failure(f"{path} holds no purchases.")
    return sorted(purchases, key=lambda row: (row[1], row[0]))


class Loader:
    """One load into one database, over a connection of its own."""

    def __init__(self, env, batch=BATCH):
        self.env = env
        self.cr = env.cr
        self.batch = batch
        self.company = env.ref("base.main_company")
        self.days = 0

    # ------------------------------------------------------------ what is to be done

    def begin(self, last_day):
        """Whether there is anything to load; settles by how many days dates move.

        :param last_day: this one becomes today; None: no day is moved
        """
        if not self.env["ir.module.module"]._get(MODULE).state == "installed":
            raise Failure(f"The addon {MODULE} is not installed in this database.")
        parameters = self.env["ir.config_parameter"]
        days, _space, done = (parameters.get_param(STATE) or "").partition(" ")
        if done:
            return False
        if days:
            say(f"going on with a load that was stopped (dates moved by {days} days)")
        else:
            days = (self.company._client_today() - last_day).days if last_day else 0
            parameters.set_param(STATE, str(days))
        self.days = int(days)
        return True

    def finish(self):
        """Remember that everything is loaded."""
        self.env["ir.config_parameter"].set_param(STATE, f"{self.days} done")
        self.cr.commit()

    def stage(self, purchases):
        """Put what is not loaded yet into a temporary table, with numbers and ids."""
        self.cr.execute(
            """CREATE TEMPORARY TABLE cdnow (
                   number integer PRIMARY KEY, name varchar, ref varchar,
                   date_order timestamp, quantity integer, amount numeric,
                   order_id integer, partner_id integer)"""
        )
        moved = datetime.timedelta(days=self.days)
        self.cr.execute_values(
            "INSERT INTO cdnow (number, name, ref, date_order, quantity, amount)"
            " VALUES %s",
            [
                (
                    number,
                    f"CDNOW-{number:05}",
                    f"CDNOW-{customer}",
                    datetime.datetime.combine(day + moved, NOON),
                    quantity,
                    f"{cents / 100:.2f}",
                )
                for number, (customer, day, quantity, cents) in enumerate(purchases, 1)
            ],
            page_size=5000,
        )
        self.cr.execute(
            """ALTER TABLE cdnow ALTER amount TYPE numeric USING amount::numeric;
               DELETE FROM cdnow s USING sale_order o
                WHERE o.name = s.name AND o.company_id = %s;
               UPDATE cdnow SET order_id = nextval('sale_order_id_seq')
                 FROM (SELECT number FROM cdnow ORDER BY number) AS row
                WHERE row.number = cdnow.number;
               ANALYZE cdnow""",
            [self.company.id],
        )

    # -------------------------------------------------------------------------- load

    def load(self, purchases):
        """Load what is missing: contacts first, then orders with their lines."""
        product_id = cdnow_rows.product(self.env).id
        self.cr.commit()
        rows = cdnow_rows.pattern(self.env, self.company, product_id)
        self.stage(purchases)
        self.load_partners(rows["res_partner"])
        self.load_orders(rows["sale_order"], rows["sale_order_line"])
        self.cr.execute("DROP TABLE cdnow")
        self.cr.execute("ANALYZE res_partner, sale_order, sale_order_line")

    def load_partners(self, row):
        """The contacts that are missing, by number; then tell the orders of them."""
        missing = """SELECT s.ref, min(s.date_order) AS first FROM cdnow s
                      WHERE NOT EXISTS (SELECT FROM res_partner p WHERE p.ref = s.ref)
                   GROUP BY s.ref"""
        self.cr.execute(f"SELECT count(*) FROM ({missing}) AS s")
        progress = Progress("contacts", self.cr.fetchone()[0])
        name = SQL("replace(s.ref, '-', ' ')")
        values = {
            "id": SQL("s.id"),
            "commercial_partner_id": SQL("s.id"),
            "name": name,
            "complete_name": name,
            "ref": SQL("s.ref"),
            "create_date": SQL("s.first"),
        }
        while progress.done < progress.total:
            source = SQL(
                f"""SELECT *, nextval('res_partner_id_seq') AS id
                      FROM ({missing} ORDER BY s.ref LIMIT %s) AS s""",
                self.batch,
            )
            progress.add(
                cdnow_rows.copy_row(self.cr, "res_partner", row, values, source)
            )
            self.cr.commit()
        self.cr.execute(
            """ANALYZE res_partner;
               UPDATE cdnow s SET partner_id = p.id FROM res_partner p
                WHERE p.ref = s.ref;
               ANALYZE cdnow"""
        )

    def load_orders(self, order, line):
        """The orders that are missing, by day, each batch with its lines."""
        self.cr.execute("SELECT array_agg(number ORDER BY number) FROM cdnow")
        numbers = self.cr.fetchone()[0] or []
        progress = Progress("orders", len(numbers))
        for start in range(0, len(numbers), self.batch):
            batch = numbers[start : start + self.batch]
            source = SQL(
                "SELECT * FROM cdnow WHERE number BETWEEN %s AND %s ORDER BY number",
                batch[0],
                batch[-1],
            )
            count = cdnow_rows.copy_row(
                self.cr, "sale_order", order, self.order_values(), source
            )
            cdnow_rows.copy_row(
                self.cr, "sale_order_line", line, self.line_values(), source
            )
            self.cr.commit()
            progress.add(count)

    def order_values(self):
        """What makes an order of a pattern."""
        partner = SQL("s.partner_id")
        return {
            "id": SQL("s.order_id"),
            "name": SQL("s.name"),
            "partner_id": partner,
            "partner_invoice_id": partner,
            "partner_shipping_id": partner,
            "date_order": SQL("s.date_order"),
            "create_date": SQL("s.date_order"),
            "amount_untaxed": SQL("s.amount"),
            "amount_tax": SQL("0"),
            "amount_total": SQL("s.amount"),
            "access_token": NOTHING,
        }

    def line_values(self):
        """What makes an order line of a pattern.

        The price has as many decimals as the amount needs to come out to the cent.
        """
        price = SQL("round(s.amount / s.quantity, 6)")
        each = SQL("s.amount / s.quantity")
        quantity, amount = SQL("s.quantity"), SQL("s.amount")
        return {
            "order_id": SQL("s.order_id"),
            "order_partner_id": SQL("s.partner_id"),
            "create_date": SQL("s.date_order"),
            "product_uom_qty": quantity,
            "qty_to_invoice": quantity,
            "price_unit": price,
            "technical_price_unit": price,
            "price_subtotal": amount,
            "price_tax": SQL("0"),
            "price_total": amount,
            "price_reduce_taxexcl": each,
            "price_reduce_taxinc": each,
            "untaxed_amount_to_invoice": amount,
        }

    # ------------------------------------------------------------------------ derive

    def derive(self):
        """Derive the cards as if the nights had been run since the first purchase.

        Month by month, because a client who left long ago keeps the class he had; the
        last one is today's, by what the nightly scheduled action calls.
        """
        self.cr.commit()
        started = time.monotonic()
        self.cr.execute("ANALYZE sale_order, res_partner")
        # In the background: no note on a contact before the client base is started.
        cards = self.env["client.card"].with_context(client_background=True)
        days = self.months()
        for number, day in enumerate(days, 1):
            cards._derive_all(today=day)
            self.cr.commit()
            took = time.monotonic() - started
            say(f"derived for {day}, {number} of {len(days)} months, {took:.1f} s")
        cards._cron_derive()
        self.cr.commit()
        self.cr.execute("ANALYZE client_card, res_partner, client_transition")
        count = cards.search_count([("company_id", "=", self.company.id)])
        say(f"{count:,} client cards derived, {time.monotonic() - started:.1f} s")

    def months(self):
        """A day of each month from the first purchase to the day before today."""
        self.cr.execute("SELECT min(date_order)::date FROM sale_order")
        (first,) = self.cr.fetchone()
        today = self.company._client_today()
        days = (first + relativedelta(months=n) for n in itertools.count(1))
        return list(itertools.takewhile(lambda day: day < today, days))


def open_registry(database):
    """Odoo's registry of a database, with the options of ODOO_RC."""
    config.parse_config(
        ["-d", database, "--no-http", "--log-level=warn"], setup_logging=True
    )
    config["max_cron_threads"] = 0
    return Registry(database)


def run(options):
    """Load, derive, and say what stands in the database then."""
    started = time.monotonic()
    if not options.file.exists():
        raise Failure(f"There is no file {options.file}.")
    purchases = read_purchases(options.file)
    with open_registry(options.database).cursor() as cr:
        loader = Loader(api.Environment(cr, SUPERUSER_ID, {}), options.batch)
        if not loader.begin(purchases[-1][1] if options.shift else None):
            say(f"the purchases are already loaded in {options.database}")
            return
        customers = len({row[0] for row in purchases})
        say(f"{len(purchases):,} purchases of {customers:,} clients")
        loader.load(purchases)
        if options.start:
            loader.company.action_client_start()
        if options.derive:
            loader.derive()
        loader.finish()
    say(f"done, {time.monotonic() - started:.1f} s")


def main():
    """Run, and put failures into words."""
    try:
        run(parse_arguments())
    except Failure as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted: run the same command again", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
