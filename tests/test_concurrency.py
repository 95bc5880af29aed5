"""Several sessions at work on the same clients at once, with real transactions.

Nobody's transaction waits for another's or fails because of the client base, and after
the queue's scheduled action every figure is right (design 2 *An event never waits*).
"""

import threading
import time

import pytest
from psycopg2 import errors

from odoo.addons.client_base_retention.models import client_derive_run

from .outside import (
    PATIENCE,
    SOON,
    Clock,
    Database,
    Night,
    confirmed_order,
    new_client,
    new_order,
)


@pytest.fixture(scope="module")
def base(scratch_database, enable_odoo_test_flag):
    """A database with a few clients that have cards, in full swing (started)."""
    database = Database(scratch_database())
    with database.session() as env:
        env.company.action_client_start()
        for number in range(6):
            new_client(env, f"Old client {number}", [100, 200])
    yield database
    database.close()


@pytest.fixture
def client(base):
    """Id of a client that has bought twice, for 300 in all, with his card."""
    with base.session() as env:
        partner = new_client(env, "Client", [100, 200])
    assert base.card(partner.id, "purchase_count", "turnover") == (2, 300)
    return partner.id


@pytest.fixture
def stranger(base):
    """Id of a contact without purchases and without card."""
    with base.session() as env:
        partner = new_client(env, "Stranger")
    return partner.id


def confirm_between(env, partner_id, amount, confirmed, leave):
    """Confirm an order, tell it, and keep the transaction open until told."""
    order = new_order(env, partner_id, amount)
    env.flush_all()
    with Clock() as took:
        order.action_confirm()
        env.flush_all()
    confirmed.wait(PATIENCE)
    leave.wait(PATIENCE)
    return took.seconds


# ---------------------------------------------------------------- two users at once


@pytest.mark.parametrize("kind", ["stranger", "client"])
def test_two_confirmations_of_one_client(base, kind, request):
    """Both orders are confirmed before either commits; neither waits nor fails."""
    partner_id = request.getfixturevalue(kind)
    both = threading.Barrier(2)
    leave = threading.Event()
    sessions = [
        base.start(confirm_between, partner_id, amount, both, leave)
        for amount in (1000, 2000)
    ]
    leave.set()
    for session in sessions:
        # A session that waited for the other's commit would break the barrier.
        assert session.result(PATIENCE) < SOON
    old = {"stranger": (0, 0), "client": (2, 300)}[kind]
    base.check_card(partner_id, old[0] + 2, old[1] + 3000)


@pytest.mark.parametrize("kind", ["stranger", "client"])
def test_confirmation_while_another_is_open(base, kind, request):
    """The second confirms and commits while the first is still open, then the first."""
    partner_id = request.getfixturevalue(kind)
    with base.session() as env:
        confirmed_order(env, partner_id, 1000)
        env.flush_all()
        with Clock() as took:
            base.start(confirmed_order, partner_id, 2000).result(PATIENCE)
        assert took.seconds < PATIENCE / 4
    old = {"stranger": (0, 0), "client": (2, 300)}[kind]
    base.check_card(partner_id, old[0] + 2, old[1] + 3000)


def test_confirmation_with_an_old_snapshot(base, client):
    """Another session bought, derived and committed after ours took its snapshot."""
    with base.session() as env:
        order = new_order(env, client, 1000)
        env.flush_all()
        base.start(confirmed_order, client, 2000).result(PATIENCE)
        order.action_confirm()
    base.check_card(client, 4, 3300)


def test_cancel_edit_and_confirm_cross(base, client):
    """An order is cancelled, another edited and a third confirmed at the same time."""
    with base.session() as env:
        orders = env["sale.order"].search([("partner_id", "=", client)], order="id")
    cancelled, edited = orders.ids
    together = threading.Barrier(3)

    def cancel(env):
        together.wait(PATIENCE)
        env["sale.order"].browse(cancelled)._action_cancel()

    def edit(env):
        together.wait(PATIENCE)
        env["sale.order"].browse(edited).order_line.price_unit = 5000

    def confirm(env):
        together.wait(PATIENCE)
        confirmed_order(env, client, 30)

    for session in [base.start(work) for work in (cancel, edit, confirm)]:
        session.result(PATIENCE)
    base.check_card(client, 2, 5030)


def test_first_quotations_at_once(base, stranger):
    """Two quotations make one prospect card."""
    both = threading.Barrier(2)

    def quote(env):
        new_order(env, stranger, 10)
        env.flush_all()
        both.wait(PATIENCE)

    for session in [base.start(quote) for _ in range(2)]:
        session.result(PATIENCE)
    base.run_queue()
    assert base.card(stranger, "status", "purchase_count") == ("prospect", 0)


@pytest.mark.parametrize("kind", ["stranger", "client"])
def test_confirmation_while_the_contact_is_edited(base, kind, request):
    """Somebody edits the contact and has not saved yet: the order does not wait."""
    partner_id = request.getfixturevalue(kind)
    with base.session() as env:
        env["res.partner"].browse(partner_id).write({"phone": "+1 555 0100"})
        env.flush_all()
        with Clock() as took:
            base.start(confirmed_order, partner_id, 2000).result(PATIENCE)
        assert took.seconds < PATIENCE / 4
    base.run_queue()
    count = base.card(partner_id, "purchase_count")[0]
    assert count == {"stranger": 1, "client": 3}[kind]
    ((phone, in_base),) = base.rows(
        "SELECT phone, client_base FROM res_partner WHERE id = %s", partner_id
    )
    assert (phone, in_base) == ("+1 555 0100", True)


def test_contact_edited_while_an_order_is_open(base, stranger):
    """The first order of a contact marks him as a client when it is committed; who
    edits the contact at that moment goes through by Odoo's own second try."""

    def edit(env):
        env["res.partner"].browse(stranger).write({"phone": "+1 555 0101"})
        env.flush_all()

    with base.session() as env:
        confirmed_order(env, stranger, 1000)
        env.flush_all()
        editing = base.request(edit)
        time.sleep(0.2)
    editing.result(PATIENCE)
    base.check_card(stranger, 1, 1000)
    phone, marked = base.rows(
        "SELECT phone, client_base FROM res_partner WHERE id = %s", stranger
    )[0]
    assert (phone, marked) == ("+1 555 0101", True)


# ------------------------------------------------------- users and the nightly run


def purchase_without_card(env, partner_id):
    """A purchase for 5 of a client that the next night has to make a card for."""
    values = {
        "partner_id": partner_id,
        "amount": 5,
        "date": env.company._client_today(),
    }
    env["client.purchase.entry"].create(values)
    env["client.card"].search([("partner_id", "=", partner_id)]).unlink()


@pytest.fixture
def night(base, monkeypatch):
    """A run of the night in its own session: step() does a batch without commit."""
    monkeypatch.setattr(client_derive_run, "BATCH", 100000)

    base.run_queue()
    with base.session() as env:
        yield Night(env)
        for left in env["client.derive.run"].search([("state", "!=", "done")]):
            left.state = "done"


@pytest.mark.parametrize("state", ["standing", "classes"])
def test_confirmation_while_the_night_holds_its_batch(base, night, client, state):
    """The batch is open, its cards are locked; users confirm, cancel and edit."""
    with base.session() as env:
        old = env["sale.order"].search([("partner_id", "=", client)], order="id")
    if state == "classes":
        # A class that the run has to change, else its batch locks nothing.
        with base.session() as env:
            env.cr.execute(
                "UPDATE client_card SET abc_class_computed = NULL"
                " WHERE partner_id = %s",
                [client],
            )

    def work(env):
        env["sale.order"].browse(old.ids[0])._action_cancel()
        env["sale.order"].browse(old.ids[1]).order_line.price_unit = 400
        confirmed_order(env, client, 7)

    night.until(state)._step()
    with Clock() as took:
        base.start(work).result(PATIENCE)
    assert took.seconds < PATIENCE / 4
    night.env.cr.commit()
    night.finish()
    base.check_card(client, 2, 407)


def test_first_purchase_while_the_night_makes_the_card(base, night, stranger):
    """The night is making a card just now that the user's order would make too."""
    with base.session() as env:
        purchase_without_card(env, stranger)
    night.until("make")._step()
    with Clock() as took:
        base.start(confirmed_order, stranger, 2000).result(PATIENCE)
    assert took.seconds < PATIENCE / 4
    night.env.cr.commit()
    night.finish()
    base.check_card(stranger, 2, 2005)


@pytest.mark.parametrize("state", ["make", "standing", "cut", "classes"])
def test_purchase_between_snapshot_and_batch(base, night, client, state):
    """A user commits after the night looked and before it locks: it tries again."""
    night.until(state)
    night.env.cr.execute("SELECT count(*) FROM client_card")
    base.start(confirmed_order, client, 1000).result(PATIENCE)
    with base.session() as env:
        stranger = new_client(env, "Stranger", [50])
    night.run._step()
    night.env.cr.commit()
    night.finish()
    base.check_card(client, 3, 1300)
    base.check_card(stranger.id, 1, 50)


def test_a_busy_card_is_left_to_the_queue(base, night, client):
    """A user is changing a card: the night goes on without it, the queue does it."""
    with base.session() as env:
        confirmed_order(env, client, 1000)
        env.flush_all()
        with Clock() as took:
            night.finish()
        assert took.seconds < PATIENCE / 4
        assert night.run.skipped == 1
    assert base.rows(
        "SELECT partner_id FROM client_card_dirty WHERE partner_id = %s", client
    )
    base.check_card(client, 3, 1300)


def test_the_night_and_an_open_edit_of_a_new_client(base, night, stranger):
    """The contact of a card to be made is being edited: both come through."""
    with base.session() as env:
        purchase_without_card(env, stranger)
    with base.session() as env:
        env["res.partner"].browse(stranger).write({"phone": "+1 555 0102"})
        env.flush_all()
        running = base.pool.submit(night.finish)
        time.sleep(SOON)
    running.result(PATIENCE)
    base.check_card(stranger, 1, 5)
    assert base.rows(
        "SELECT phone, client_base FROM res_partner WHERE id = %s", stranger
    ) == [("+1 555 0102", True)]


def test_owner_and_parent_change_during_the_night(base, night, client):
    """Salesperson and parent company are changed while the batch is open."""
    with base.session() as env:
        head = new_client(env, "Parent", [1000])
        user = env["res.users"].create({"name": "Seller", "login": "night-seller"})

    def hand_over(env):
        env["res.partner"].browse(client).user_id = user.id

    def move(env):
        env["res.partner"].browse(client).write(
            {"is_company": False, "parent_id": head.id}
        )

    night.until("standing")._step()
    with Clock() as took:
        base.request(hand_over).result(PATIENCE)
    assert took.seconds < PATIENCE / 4
    night.env.cr.commit()
    base.run_queue()
    assert base.card(client, "user_id") == (user.id,)
    night.finish()

    night.run = night.open()
    night.until("standing")._step()
    with Clock() as took:
        base.request(move).result(PATIENCE)
    assert took.seconds < PATIENCE / 4
    night.env.cr.commit()
    night.finish()
    base.check_card(head.id, 3, 1300)
    assert not base.rows("SELECT id FROM client_card WHERE partner_id = %s", client)


def test_archiving_and_merge_during_the_night(base, night, client):
    """A client is archived and two are merged while the batch is open.

    Both write cards themselves; what the web client would try again may be needed.
    """
    with base.session() as env:
        other = new_client(env, "Double", [1000])
        gone = new_client(env, "Gone", [10])

    def merge(env):
        contacts = env["res.partner"].browse([other.id, client])
        env["base.partner.merge.automatic.wizard"]._merge(contacts.ids, contacts[1])

    def archive(env):
        env["res.partner"].browse(gone.id).active = False

    night.until("standing")._step()
    working = [base.request(merge), base.request(archive)]
    time.sleep(SOON)
    night.env.cr.commit()
    for work in working:
        work.result(PATIENCE)
    night.finish()
    base.check_card(client, 3, 1300)
    assert base.card(gone.id, "active") == (False,)
    assert not base.rows("SELECT id FROM client_card WHERE partner_id = %s", other.id)


def test_a_conflict_that_does_not_end(base, night, client, monkeypatch):
    """However often users change a card of a batch, the other cards are derived."""
    monkeypatch.setattr(client_derive_run, "BATCH", 2)
    model = night.env.registry["client.card"]
    locking = model._lock_free

    def lock_too_late(cards):
        if cards.env.cr is night.env.cr and client in cards.partner_id.ids:
            # As if a user had committed after the snapshot, every time.
            base.start(confirmed_order, client, 1).result(PATIENCE)
        return locking(cards)

    night.until("standing")
    with base.session() as env:
        after = new_client(env, "After", [10])
        env.cr.execute(
            "UPDATE client_card SET turnover = 0 WHERE partner_id = %s", [after.id]
        )
    with monkeypatch.context() as patch:
        patch.setattr(model, "_lock_free", lock_too_late)
        try:
            night.until("cut")
        except errors.SerializationFailure:
            pytest.fail("the batch was given up and with it the whole night")
    night.finish()
    base.check_card(after.id, 1, 10)
