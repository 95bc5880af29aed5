"""Point-of-sale orders as purchases, in a database where that app came after the addon.

The addon does not depend on the point of sale; its hook is put in when the registry is
complete. Every sale is counted once, whatever way it is paid, invoiced or settled.
"""

import uuid
from types import SimpleNamespace

import pytest

from odoo import fields
from odoo.tests import new_test_user

from .outside import Database, new_client, new_order
from .test_lifecycle import alarms


@pytest.fixture(scope="module")
def shop(scratch_database, odoo_run, enable_odoo_test_flag):
    """A database with the point of sale, an open session in it and a product."""
    name = scratch_database()
    done = odoo_run(name, "-i", "pos_sale,base_automation", "--stop-after-init")
    assert done.returncode == 0, done.stdout
    assert not [line for line in alarms(done.stdout) if "client" in line]
    database = Database(name)
    with database.session("base.user_admin") as env:
        receivable = env["account.account"].search(
            [("account_type", "=", "asset_receivable")], limit=1
        )
        method = env["pos.payment.method"].create(
            {
                "name": "Card",
                "receivable_account_id": receivable.id,
                "journal_id": env["account.journal"]
                .search([("type", "=", "bank")], limit=1)
                .id,
            }
        )
        config = env["pos.config"].create(
            {"name": "Shop", "payment_method_ids": [(6, 0, method.ids)]}
        )
        config.open_ui()
        session = config.current_session_id
        new_order(env, new_client(env, "Nobody").id, 1)
        product = env["product.product"].search([("default_code", "=", "OUTSIDE")])
        product.available_in_pos = True
    ids = {
        "config": config.id,
        "session": session.id,
        "method": method.id,
        "product": product.id,
    }
    yield SimpleNamespace(database=database, **ids)
    database.close()


@pytest.fixture
def env(shop):
    """An environment whose transaction is rolled back after the test."""
    with shop.database.session("base.user_admin") as env:
        yield env
        env.cr.rollback()


@pytest.fixture
def client(env):
    return new_client(env, "Client")


def sell(env, shop, partner, amount, line=None, **values):
    """Pay an order of one line in the shop, as its browser sends it; the order."""
    sent = {
        "amount_paid": amount,
        "amount_return": 0,
        "amount_tax": 0,
        "amount_total": amount,
        "company_id": env.company.id,
        "date_order": fields.Datetime.to_string(fields.Datetime.now()),
        "fiscal_position_id": False,
        "partner_id": partner.id if partner else False,
        "pricelist_id": False,
        "lines": [
            (
                0,
                0,
                {
                    "qty": 1 if amount >= 0 else -1,
                    "price_unit": abs(amount),
                    "price_subtotal": amount,
                    "price_subtotal_incl": amount,
                    "discount": 0,
                    "product_id": shop.product,
                    "tax_ids": [],
                    "pack_lot_ids": [],
                    "uuid": str(uuid.uuid4()),
                    **(line or {}),
                },
            )
        ],
        "name": "Order",
        "session_id": shop.session,
        "sequence_number": 1,
        "payment_ids": [
            (
                0,
                0,
                {
                    "amount": amount,
                    "name": fields.Datetime.to_string(fields.Datetime.now()),
                    "payment_method_id": shop.method,
                },
            )
        ],
        "to_invoice": False,
        "uuid": str(uuid.uuid4()),
        "user_id": env.uid,
        **values,
    }
    # The PDF of an invoice needs a program that has nothing to do with this.
    orders = env["pos.order"].with_context(generate_pdf=False)
    done = orders.sync_from_ui([sent])["pos.order"]
    order = orders.search([("uuid", "=", sent["uuid"])])
    assert order.state in ("paid", "done"), (order.state, done)
    return order


def pay_back(env, shop, order):
    """Give all goods of an order back in the back office; the refund."""
    refund = env["pos.order"].browse(order.refund()["res_id"])
    context = {"active_ids": refund.ids, "active_id": refund.id}
    payment = env["pos.make.payment"].with_context(**context)
    payment.create(
        {"amount": refund.amount_total, "payment_method_id": shop.method}
    ).check()
    assert refund.state in ("paid", "done")
    return refund


def figures(env, partner):
    """(number of purchases, turnover) as the card says; None without card."""
    card = env["client.card"].search([("partner_id", "=", partner.id)])
    return (card.purchase_count, card.turnover) if card else None


def test_a_sale_counts_at_once(env, shop, client):
    """Also for the company of the person who bought."""
    person = env["res.partner"].create({"name": "Person", "parent_id": client.id})
    sell(env, shop, client, 100)
    assert figures(env, client) == (1, 100)
    sell(env, shop, person, 50)
    assert figures(env, client) == (2, 150)
    assert (
        env["client.card"].search([("partner_id", "=", client.id)]).status == "active"
    )
    assert not env["client.card"].search([("partner_id", "=", person.id)])


def test_a_sale_to_nobody(env, shop):
    """An order without client makes no card."""
    before = env["client.card"].search_count([])
    sell(env, shop, None, 100)
    assert env["client.card"].search_count([]) == before


def test_client_named_afterwards(env, shop, client):
    """The client is put on a paid order, and changed to another one."""
    other = new_client(env, "Other")
    order = sell(env, shop, None, 100)
    order.partner_id = client
    assert figures(env, client) == (1, 100)
    order.partner_id = other
    assert figures(env, client) == (0, 0)
    assert figures(env, other) == (1, 100)


@pytest.mark.parametrize("place", ["browser", "office"])
def test_refund(env, shop, client, place):
    """Goods given back subtract and are no purchase."""
    order = sell(env, shop, client, 100)
    sell(env, shop, client, 30)
    if place == "browser":
        line = {"refunded_orderline_id": order.lines.id}
        sell(env, shop, client, -100, line, is_refund=True)
    else:
        pay_back(env, shop, order)
    assert figures(env, client) == (2, 30)


@pytest.mark.parametrize("source", ["order", "invoice"])
@pytest.mark.parametrize("state", ["draft", "sale"])
def test_settling_a_sale_order(env, shop, client, source, state):
    """A quotation or order that is paid in the shop counts once; so do extras."""
    env.company.client_purchase_source = source
    order = new_order(env, client.id, 100)
    if state == "sale":
        order.action_confirm()
    line = {
        "sale_order_origin_id": order.id,
        "sale_order_line_id": order.order_line.id,
    }
    sell(env, shop, client, 100, line)
    assert order.state == "sale"
    assert figures(env, client) == (1, 100)
    sell(env, shop, client, 20)
    assert figures(env, client) == (2, 120)


@pytest.mark.parametrize("place", ["browser", "office"])
def test_refund_of_a_settled_order(env, shop, client, place):
    """The sale order stays confirmed, the goods given back subtract from it."""
    order = new_order(env, client.id, 100)
    order.action_confirm()
    line = {
        "sale_order_origin_id": order.id,
        "sale_order_line_id": order.order_line.id,
    }
    paid = sell(env, shop, client, 100, line)
    if place == "browser":
        line = {"refunded_orderline_id": paid.lines.id}
        sell(env, shop, client, -100, line, is_refund=True)
    else:
        pay_back(env, shop, paid)
    assert figures(env, client) == (1, 0)


@pytest.mark.parametrize("source", ["order", "invoice"])
def test_invoiced_sale(env, shop, client, source):
    """An order with an invoice counts once, and so does its refund."""
    env.company.client_purchase_source = source
    order = sell(env, shop, client, 100, to_invoice=True)
    assert order.account_move.state == "posted"
    assert figures(env, client) == (1, 100)
    later = sell(env, shop, client, 40)
    assert figures(env, client) == (2, 140)
    later.action_pos_order_invoice()
    assert later.account_move.state == "posted"
    assert figures(env, client) == (2, 140)


@pytest.mark.parametrize("source", ["order", "invoice"])
def test_settled_and_invoiced(env, shop, client, source):
    """A sale order that is settled in the shop with an invoice counts once."""
    env.company.client_purchase_source = source
    order = new_order(env, client.id, 100)
    order.action_confirm()
    line = {
        "sale_order_origin_id": order.id,
        "sale_order_line_id": order.order_line.id,
    }
    sell(env, shop, client, 100, line, to_invoice=True)
    assert figures(env, client) == (1, 100)


def test_closing_the_session(env, shop, client):
    """When the day is closed nothing changes."""
    sell(env, shop, client, 100)
    session = env["pos.session"].browse(shop.session)
    session.action_pos_session_closing_control()
    assert session.state == "closed"
    env["client.card"]._derive_all()
    assert figures(env, client) == (1, 100)


def test_purchases_are_listed_once(env, shop, client):
    """The list of purchases of a client has the order with its amount."""
    sell(env, shop, client, 100)
    purchases = env["client.purchase"].search([("partner_id", "=", client.id)])
    assert [(p.source, p.amount) for p in purchases] == [("pos", 100)]
    action = purchases.action_open_document()
    assert action["res_model"] == "pos.order"


# ------------------------------------------------------------ the client's history


def history(env, client, user=None):
    """What the history of a client tells of sales in the shop, the latest first."""
    env.flush_all()
    env.invalidate_all()
    lines = env["client.history.line"].with_user(user or env.user)
    return lines.search(
        [("partner_id", "=", client.id), ("res_model", "=", "pos.order")]
    )


def test_history_of_a_sale(env, shop, client):
    """An order stands there with its lines, sum, day and person, and opens."""
    person = env["res.partner"].create({"name": "Person", "parent_id": client.id})
    order = sell(env, shop, person, 100)
    (line,) = history(env, client)
    product = env["product.product"].browse(shop.product)
    assert (line.kind, line.amount, line.result) == ("purchase", 100, False)
    assert (line.name, line.person_id) == (order.name, person)
    assert product.name in line.detail
    assert line.date == fields.Date.today()
    assert line.action_open()["res_id"] == order.id
    assert line.action_open()["res_model"] == "pos.order"


def test_history_of_several_lines(env, shop, client):
    """Of three pieces of a product three are told."""
    line = {"qty": 3, "price_unit": 10, "price_subtotal": 30, "price_subtotal_incl": 30}
    sell(env, shop, client, 30, line)
    assert "× 3" in history(env, client).detail


@pytest.mark.parametrize("place", ["browser", "office"])
def test_history_of_a_refund(env, shop, client, place):
    """What was given back is a line of its own, negative; the sale stays."""
    order = sell(env, shop, client, 100)
    if place == "browser":
        line = {"refunded_orderline_id": order.lines.id}
        sell(env, shop, client, -100, line, is_refund=True)
    else:
        pay_back(env, shop, order)
    found = sorted((line.amount, line.result) for line in history(env, client))
    assert found == [(-100, "refund"), (100, False)]


def test_history_of_an_unpaid_order(env, shop, client):
    """An order that was taken back or is not paid yet is no purchase."""
    order = sell(env, shop, client, 100)
    for state in ("draft", "cancel"):
        env.flush_all()
        env.cr.execute("UPDATE pos_order SET state = %s", [state])
        env.invalidate_all()
        assert not history(env, client), (state, order)


def test_history_by_rights(env, shop, client):
    """Who may not read sales of the shop finds none, not by id either."""
    sell(env, shop, client, 100)
    lines = history(env, client)
    own = "client_base_retention.group_client_own"
    cashier = new_test_user(env, "cashier", f"{own},point_of_sale.group_pos_user")
    seller = new_test_user(env, "seller", f"{own},base.group_user")
    stranger = new_test_user(env, "stranger", f"{own},point_of_sale.group_pos_user")
    for user, owner, sees in (
        (cashier, cashier, True),
        (seller, seller, False),
        (stranger, cashier, False),
    ):
        client.user_id = owner
        client.client_card_id.user_id = owner
        assert bool(history(env, client, user)) == sees, user.login
        again = lines.with_user(user)
        assert again.has_access("read") == sees, user.login
        total = again._read_group([("partner_id", "=", client.id)], [], ["amount:sum"])
        assert bool(total[0][0]) == sees, user.login


# ------------------------------------------------- the hook and the registry's changes


def sale_counts(shop):
    """Whether a sale is noticed now, in a transaction of its own."""
    with shop.database.session("base.user_admin") as env:
        client = new_client(env, "Client")
        sell(env, shop, client, 100)
        counted = figures(env, client)
        env.cr.rollback()
    return counted == (1, 100)


def test_hook_after_a_new_field(env, shop):
    """A field made in the settings sets the models up anew."""
    env["ir.model.fields"].create(
        {
            "name": "x_colour",
            "field_description": "Colour",
            "model_id": env["ir.model"]._get_id("pos.order"),
            "ttype": "char",
        }
    )
    assert sale_counts_in(env, shop)


def sale_counts_in(env, shop):
    client = new_client(env, "Client")
    sell(env, shop, client, 100)
    return figures(env, client) == (1, 100)


def test_hook_after_a_new_setup_of_the_models(env, shop):
    """However often the models are set up, one order counts once."""
    env.registry._setup_models__(env.cr)
    env.registry._setup_models__(env.cr)
    assert sale_counts_in(env, shop)


def test_hook_after_an_automation_rule(env, shop):
    """Automation rules put in and take out hooks of their own."""
    rule = env["base.automation"].create(
        {
            "name": "Rule",
            "model_id": env["ir.model"]._get_id("pos.order"),
            "trigger": "on_create_or_write",
        }
    )
    with_rule = sale_counts_in(env, shop)
    rule.unlink()
    without_rule = sale_counts_in(env, shop)
    env.registry._setup_models__(env.cr)
    assert sale_counts_in(env, shop)
    assert (with_rule, without_rule) == (True, True)


def test_hook_after_a_reload(shop):
    """Another process changed the modules: the registry is loaded anew."""
    assert sale_counts(shop)
    name = shop.database.name
    shop.database.close()
    shop.database = Database(name)
    assert sale_counts(shop)
