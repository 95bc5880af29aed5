"""A sheet of an old list of clients through Odoo's import screen: cards, persons,
portraits, potentials, purchases of one cell and notes."""

import io
import resource

from clock import timed
from imports import BATCH, OPTIONS, ROWS
from openpyxl import Workbook

HEAD = (
    *("Client", "Telephone", "E-mail", "Segment", "Sales area", "Price segment"),
    *("Contact person", "Person's telephone", "Potential", "Purchases", "Dossier"),
)
FIELDS = (
    *("name", "phone", "email", "segment", "portrait", "portrait"),
    *("person_name", "person_phone", "potential", "purchases", "old_notes"),
)


def sheet():
    """An xlsx file of ``ROWS`` clients, each with a person."""
    book = Workbook()
    page = book.active
    page.title = "Sheet"
    page.append(HEAD)
    for number in range(ROWS):
        page.append(
            (
                f"Old client {number}",
                f"+1 444 {number:07}",
                f"old{number}@list.example.com",
                "Shops and resellers",
                20 + number % 300,
                ("Low", "Middle", "Premium")[number % 3],
                f"Old person {number}",
                f"+1 443 {number:07}",
                1000 * (1 + number % 50),
                f"12.03.24 Tea {100 + number % 900}; Tea",
                f"likes tea {number}",
            )
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def imported(env, content, batches):
    """Import the file batch by batch, as the screen does; (seconds, queries) of each
    are added to ``batches``.

    :return: numbers of what was made, added up
    """
    wizard = env["base_import.import"].create(
        {
            "res_model": "client.dossier",
            "file": content,
            "file_name": "clients.xlsx",
            "file_type": (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            ),
        }
    )
    made = dict.fromkeys(("clients", "persons", "purchases", "asked"), 0)
    made["known"] = 0
    for skip in range(0, ROWS, BATCH):
        options = OPTIONS | {"skip": skip, "limit": BATCH}
        found = []

        def one(options=options, found=found):
            found.append(wizard.execute_import(list(FIELDS), list(HEAD), options))
            env.flush_all()

        before = env.cr.sql_log_count
        seconds = timed(one)
        batches.append((seconds, env.cr.sql_log_count - before))
        errors = [m for m in found[0]["messages"] if m["type"] == "error"]
        assert not errors, errors[:3]
        told = found[0]["client_import"]
        for name in made:
            number = told[name]
            made[name] += number if isinstance(number, int) else len(number)
    return made


def old_list(env, table):
    """20,000 clients of an old list, and the same sheet again, which brings nothing.

    The limit is what Odoo takes to make the contacts and their persons.
    """
    env.ref("client_base_retention.client_segment_wholesale").sudo().active = True
    values = [
        {
            "name": f"Plain {n}",
            "email": f"o{n}@plain.example.com",
            "phone": f"+1{n}",
            "is_company": True,
            "child_ids": [(0, 0, {"name": f"Plain person {n}", "phone": f"+2{n}"})],
        }
        for n in range(ROWS)
    ]

    def plain():
        for start in range(0, ROWS, BATCH):
            env["res.partner"].create(values[start : start + BATCH])
            env.flush_all()

    with env.cr.savepoint() as point:
        limit = timed(plain)
        point.rollback()
    env.invalidate_all(flush=False)
    content = sheet()
    for what in ("of an old list", "the same again"):
        batches = []
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        made = imported(env, content, batches)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before
        told = ", ".join(f"{number:,} {name}" for name, number in made.items())
        seconds = sum(s for s, _q in batches)
        queries = sum(q for _s, q in batches) / ROWS
        table.add(
            f"import of {ROWS:,} rows {what}: {told}",
            seconds,
            limit,
            f"the contacts made by Odoo ({ROWS / seconds:.0f} rows a second, "
            f"{queries:.2f} queries a row, last batch {batches[-1][0]:.1f} s, "
            f"{grown} MiB more)",
        )
        assert what == "of an old list" or made["known"] == ROWS
    env.cr.rollback()
    env.invalidate_all(flush=False)
