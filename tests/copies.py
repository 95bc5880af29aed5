"""Copies of rows: Odoo makes a record, PostgreSQL copies it as often as wanted."""

import sys
from contextlib import contextmanager
from pathlib import Path

from odoo.tools import SQL

sys.path.append(str(Path(__file__).parents[1] / "tools"))

from cdnow_rows import copy_row, row_of  # noqa: E402


def copy(record, count, **values):
    """Copy a record's row; the ids of the copies.

    :param values: {column: SQL or value} of what is different in the copies; SQL sees
        the number of the copy, from 0 on, as ``s.g``
    """
    env = record.env
    env.flush_all()
    env.cr.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [record._table, count],
    )
    ids = [row[0] for row in env.cr.fetchall()]
    source = SQL(
        "SELECT g, %s + g AS id FROM generate_series(0, %s) g", ids[0], count - 1
    )
    values = {
        name: value if isinstance(value, SQL) else SQL("%s", value)
        for name, value in values.items()
    }
    row = row_of(env.cr, record)
    with unchecked(env.cr):
        copy_row(env.cr, record._table, row, {"id": SQL("s.id"), **values}, source)
    env.invalidate_all()
    return ids


@contextmanager
def unchecked(cr):
    """Let PostgreSQL not look up references, where it may: they are right, and it takes
    most of the time."""
    cr.execute("SELECT current_setting('is_superuser')")
    allowed = cr.fetchone() == ("on",)
    if allowed:
        cr.execute("SET LOCAL session_replication_role = replica")
    yield
    if allowed:
        cr.execute("SET LOCAL session_replication_role = DEFAULT")


def numbered(word):
    """A text with the copy's number."""
    return SQL("%s || ' ' || s.g", word)


def dealt(ids, step=1):
    """One of these ids in turn; a step spreads neighbours over the list."""
    return SQL(
        "(%s::integer[])[1 + (s.g::bigint * %s) %% %s]", list(ids), step, len(ids)
    )


def ago(days):
    """A moment between now and so many days ago."""
    return SQL(
        "date_trunc('second', now() AT TIME ZONE 'UTC')"
        " - (abs(hashint4(s.g)) %% %s + 1) * interval '1 day'",
        days,
    )
