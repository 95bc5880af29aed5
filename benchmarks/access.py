"""What masks and counting cost a read of contacts."""

import statistics
from unittest.mock import patch

from clock import timed

from odoo.models import BaseModel

SIZES = (80, 1000)
NAMES = ["name", "phone", "email"]
# Each is measured so often, in turns.
TURNS = 25
ROLE = "client_base_retention.group_client_all"


def masking(env, table):
    """Contacts read by a user of whom nothing is counted, beside one who is counted,
    for the first time and again, and one from whom they are hidden: the limit is the
    same read by the same user without the addon's hook."""
    cr = env.cr
    roles = env["client.role"].sudo()
    role = roles.search([("role", "=", "all")])
    user = new_user(env)
    own = env(user=user)
    ways = {
        "nothing hidden, nothing counted": {"mask": "none", "daily_limit": 0},
        "counted, seen before": {"mask": "none", "daily_limit": 2_000_000},
        "counted, new to him": {"mask": "none", "daily_limit": 2_000_000},
        "hidden, of others": {"mask": "others", "daily_limit": 2_000_000},
        "hidden, of all": {"mask": "all", "daily_limit": 2_000_000},
    }
    for size in SIZES:
        cr.execute(
            "SELECT id FROM res_partner WHERE client_base AND active "
            "AND phone IS NOT NULL ORDER BY id LIMIT %s",
            [size],
        )
        ids = [row[0] for row in cr.fetchall()]
        for what, values in ways.items():
            role.write({"daily_stop": False, **values})
            env.flush_all()
            read(own, ids)
            found, bare = [], []
            for _ in range(TURNS):
                if what == "counted, new to him":
                    forget(own)
                found.append(read(own, ids))
                with patch.object(
                    type(env["res.partner"]), "_read_format", BaseModel._read_format
                ):
                    bare.append(read(own, ids))
            more = found[-1][1] - bare[-1][1]
            table.add(
                f"{len(ids):,} contacts read, {what}: {more:+} queries",
                *(statistics.median(row[0] for row in side) for side in (found, bare)),
                "the same without the hook",
            )
    cr.rollback()
    env.registry.clear_cache()
    env["client.reading"]._forget()


def new_user(env):
    """A user with the role *All clients*."""
    sales = env.ref("sales_team.group_sale_salesman_all_leads")
    user = env["res.users"].with_context(no_reset_password=True)
    return user.create(
        {
            "name": "masking",
            "login": "masking",
            "group_ids": [(6, 0, [sales.id, env.ref(ROLE).id])],
        }
    )


def forget(env):
    """As if the process had just started and the user had read nothing."""
    env["client.reading"]._forget()
    env.cr.execute("DELETE FROM client_reading WHERE user_id = %s", [env.uid])


def read(env, ids):
    """Seconds and queries of a read with nothing in the cache."""
    env.invalidate_all()
    contacts = env["res.partner"].browse(ids)
    before = env.cr.sql_log_count
    seconds = timed(lambda: contacts.read(NAMES))
    return seconds, env.cr.sql_log_count - before
