#!/usr/bin/env python3
"""How fast the client base is, beside what the same would take without it.

    ./dev bench --size 100000

Fills a scratch database (CBR_BENCH_DB) with clients of ten orders each and measures.
Times are those of one machine; the ratios are what counts.
"""

import argparse
import os
import platform
import sys
import time

from access import masking
from cases import boards, derive, events, lists, nightly, searches
from clock import Table
from contacts import contacts
from control import control
from dossier import dossier
from generate import generate
from imports import imports
from old_list import old_list
from pages import pages
from sight import sight

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

GIB = 2**30
# What is measured as a user at work, by name.
GROUPS = {
    "lists": lists,
    "boards": boards,
    "searches": searches,
    "pages": pages,
    "events": events,
    "imports": imports,
    "old_list": old_list,
    "contacts": contacts,
    "control": control,
    "sight": sight,
    "masking": masking,
    "dossier": dossier,
}


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--size", type=int, default=100_000, help="number of clients (100000)"
    )
    parser.add_argument(
        "--only",
        choices=GROUPS,
        nargs="+",
        help="measure only these, after one derivation",
    )
    parser.add_argument(
        "-d", "--database", default=os.environ.get("CBR_BENCH_DB"), metavar="NAME"
    )
    options = parser.parse_args()
    if not options.database:
        parser.error("name a scratch database with -d, or run ./dev bench")
    return options


def machine(cr):
    """The machine and the programs, for those who compare."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    cr.execute("SHOW server_version")
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"PostgreSQL {cr.fetchone()[0]}, Python {platform.python_version()}"
    )


def administrator(env):
    """The environment of a person at work: rules apply, all roles are his."""
    user = env.ref("base.user_admin")
    user.group_ids |= env.ref("client_base_retention.group_client_head")
    user.group_ids |= env.ref("sales_team.group_sale_manager")
    user.group_ids |= env.ref("account.group_account_invoice")
    env.cr.commit()
    return env(user=user, context={"allowed_company_ids": user.company_id.ids})


def run(options):
    """Generate, measure, and print the table."""
    config.parse_config(
        ["-d", options.database, "--no-http", "--log-level=warn"], setup_logging=True
    )
    table = Table()
    with Registry(options.database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute("SELECT count(*) FROM sale_order")
        if cr.fetchone()[0]:
            sys.exit(f"bench: {options.database} has orders: a fresh one is needed")
        generate(env, env.ref("base.main_company"), options.size)
        if options.only:
            derive(env)
        else:
            nightly(env, table, options.size)
        person = administrator(env)
        for name, measure in GROUPS.items():
            if not options.only or name in options.only:
                measure(person, table)
        print(
            f"\n{options.size:,} clients, {10 * options.size:,} orders; {machine(cr)}"
        )
    print(f"\n{table.markdown()}")


if __name__ == "__main__":
    run(parse_arguments())
