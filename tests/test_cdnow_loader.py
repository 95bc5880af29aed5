"""The CDNOW loader: its orders are such as Odoo makes them, and it can be killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

LOADER = Path(__file__).parents[1] / "tools/cdnow.py"
FIRST_LINES = 600

INSPECT = """
import json

from odoo.tests import Form

company = env.ref("base.main_company")
env = env(context={"allowed_company_ids": company.ids})
orders = env["sale.order"].search([("name", "=like", "CDNOW-%")])
partners = orders.partner_id
bought = orders.filtered("amount_total").partner_id
said = {
    "orders": [len(orders), len(set(orders.mapped("name"))), len(orders.order_line)],
    "contacts": [len(partners), len(set(partners.mapped("ref")))],
    "cents": round(100 * sum(orders.mapped("amount_untaxed"))),
    "cards": [len(bought.client_card_ids), len(bought)],
    "last day": str(max(orders.mapped("date_order")).date()),
    "today": str(company._client_today()),
    "started": bool(company.client_start_date),
    "columns": {},
    "wrong": [],
}
# What Odoo computes by itself stands in every column.
for records in (orders, orders.order_line, partners):
    names = [
        name
        for name, field in records._fields.items()
        if field.store and field.column_type and field.compute and field.readonly
    ]
    said["columns"][records._name] = len(names)
    before = records.read(names, load=None)
    for name in names:
        env.add_to_compute(records._fields[name], records)
    env.flush_all()
    env.invalidate_all()
    for old, new in zip(before, records.read(names, load=None)):
        for name in names:
            same = old[name] == new[name]
            if isinstance(old[name], float):
                same = abs(old[name] - new[name]) < 1e-6
            if not same:
                said["wrong"].append(f"{records._name}.{name}: {old[name]} {new[name]}")

# An invoice comes to the same amount, also where the price is no whole cent.
uneven = orders.filtered(
    lambda o: round(o.order_line.price_unit, 2) != o.order_line.price_unit
)
said["uneven"] = bool(uneven)
for order in uneven[:20]:
    invoice = order._create_invoices()
    invoice.action_post()
    if (invoice.amount_total, order.invoice_status) != (order.amount_total, "invoiced"):
        said["wrong"].append(f"{order.name}: {invoice.amount_total}")

# An order is opened, changed and cancelled like any other; its card follows.
order = (orders - uneven).filtered("amount_total")[:1]
card = order.partner_id.client_card_id
total, amount = card.turnover_total, order.amount_untaxed
with Form(order) as form:
    with form.order_line.edit(0) as line:
        line.price_unit += 1
more = order.order_line.product_uom_qty
said["card follows"] = [round(card.turnover_total - total - more, 2)]
order._action_cancel()
said["card follows"] += [round(card.turnover_total - total + amount, 2)]

new = env["sale.order"].create({"partner_id": order.partner_id.id})
said["next number"] = new.name
with open(PATH, "w") as file:
    json.dump(said, file)
"""


def load(database, *arguments):
    """Run the loader; what it printed."""
    command = [sys.executable, LOADER, "-d", database, *arguments]
    result = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def start_and_kill(database, *arguments):
    """Run the loader until it has written a part of the orders, then kill it."""
    command = [sys.executable, LOADER, "-d", database, *arguments]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            if "orders" in line:
                process.kill()
                return line
    raise AssertionError("the loader wrote no orders")


def some_lines():
    """The heading, the first purchases, and all purchases of 0.00."""
    lines = Path(os.environ["CBR_CDNOW_FILE"]).read_text().splitlines(keepends=True)
    rest = [line for line in lines[FIRST_LINES:] if line.split()[3:] == ["0.00"]]
    return lines[:FIRST_LINES] + rest


def test_loader(scratch_database, odoo_shell, tmp_path):
    """Killed half-way, it goes on; its orders are such as Odoo makes them."""
    lines = some_lines()
    clients = {line.split()[0] for line in lines[1:]}
    file = tmp_path / "part.txt"
    file.write_text("".join(lines))
    database = scratch_database()
    arguments = ("--file", file, "--batch", "100")
    assert f"of {len(lines) - 1} orders" in start_and_kill(database, *arguments)
    assert "going on" in load(database, *arguments)
    assert "already loaded" in load(database, *arguments)
    path = tmp_path / "said.json"
    odoo_shell(database, f"PATH = {str(path)!r}\n" + INSPECT)
    said = json.loads(path.read_text())
    count = len(lines) - 1
    assert said["orders"] == [count, count, count]
    assert said["contacts"] == [len(clients), len(clients)]
    cents = [round(float(line.split()[3]) * 100) for line in lines[1:]]
    assert said["cents"] == sum(cents)
    assert said["cards"][0] == said["cards"][1] > 100
    assert said["last day"] == said["today"]
    assert not said["started"]
    assert min(said["columns"].values()) > 3
    assert not said["wrong"]
    assert said["uneven"]
    assert said["card follows"] == [0, 0]
    assert said["next number"].startswith("S")
