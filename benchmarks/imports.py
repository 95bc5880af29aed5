"""A sheet of clients and purchases through Odoo's import screen."""

import io

from clock import timed
from openpyxl import Workbook

ROWS = 20_000
# As the screen of purchases from elsewhere takes them.
BATCH = 4000
HEAD = ("Client", "Telephone", "E-mail", "Date", "Sum", "Number", "What was bought")
FIELDS = ("partner_id", "phone", "email", "date", "amount", "number", "what")
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": "",
    "encoding": "",
    "date_format": "%Y-%m-%d",
    "datetime_format": "",
    "float_thousand_separator": "",
    "float_decimal_separator": ".",
    "advanced": True,
    "keep_matches": False,
    "sheet": "Sheet",
    "sheets": ["Sheet"],
}


def sheet(clients):
    """An xlsx file of ``ROWS`` purchases of so many new clients."""
    book = Workbook()
    page = book.active
    page.title = "Sheet"
    page.append(HEAD)
    for number in range(ROWS):
        client = number % clients
        page.append(
            (
                f"Client {client} of {clients}",
                f"+1 555 {client:07}",
                f"client{client}.{clients}@sheet.example.com",
                f"2026-{1 + number % 9:02}-{1 + number % 28:02}",
                100 + number % 900,
                f"{clients}-{number}",
                "Course",
            )
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def imported(env, content):
    """Import the file batch by batch, as the screen does; the rows it added."""
    wizard = env["base_import.import"].create(
        {
            "res_model": "client.purchase.entry",
            "file": content,
            "file_name": "purchases.xlsx",
            "file_type": (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            ),
        }
    )
    for skip in range(0, ROWS, BATCH):
        options = OPTIONS | {"skip": skip, "limit": BATCH}
        result = wizard.execute_import(list(FIELDS), list(HEAD), options)
        errors = [m for m in result["messages"] if m["type"] == "error"]
        assert not errors, errors[:3]
        env.flush_all()


def imports(env, table):
    """20,000 rows: all new clients, the same again, and old clients with many rows.

    The limit is what Odoo takes to make such contacts without the addon's columns.
    """
    contacts = [
        {"name": f"Contact {n}", "email": f"c{n}@plain.example.com", "phone": f"+1{n}"}
        for n in range(ROWS)
    ]

    def plain():
        for start in range(0, ROWS, BATCH):
            env["res.partner"].create(contacts[start : start + BATCH])
            env.flush_all()

    with env.cr.savepoint() as point:
        limit = timed(plain)
        point.rollback()
    env.invalidate_all(flush=False)
    what = f"{ROWS:,} contacts made by Odoo"
    for name, clients in (("all new clients", ROWS), ("2,000 new clients", 2000)):
        content = sheet(clients)
        seconds = timed(lambda content=content: imported(env, content))
        table.add(f"import of {ROWS:,} rows: {name}", seconds, limit, what)
        seconds = timed(lambda content=content: imported(env, content))
        table.add(f"import of {ROWS:,} rows: the same again", seconds, limit, what)
    env.cr.rollback()
    env.invalidate_all(flush=False)
