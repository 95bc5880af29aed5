"""Take the pictures of the documentation. Run by `./dev screenshots docs/images`.

    python screenshots.py BASE_URL OUT_DIR

Shows a demo database as its administrator and a salesperson see it, and changes it: the
base becomes quiet again, a trade is chosen, Russian is installed. So it takes a fresh
one.
"""

import datetime
import sys
from pathlib import Path

from browser import odoo_page, visit

WIDTH, HEIGHT, TALL, LONG = 1300, 800, 1150, 1450
PHONE = 390
BOARD = "/odoo/clients"
LIST = "/odoo/clients?view_type=list"
OVERVIEW = "/odoo/client-overview"
MY_DAY = "/odoo/my-day"
LAUNCH = "/odoo/client-launch"
MOVEMENT = "/odoo/action-client_base_retention.client_transition_action"
REGULATIONS = "/odoo/action-client_base_retention.client_policy_action"
TRADE = "wholesale"
SALESPERSON = "olga"
RUSSIAN = "ru_RU"
# A sheet as people have it: clients who are there, and new ones. {0} is a month back.
SHEET = """\
Client;Telephone;Date;Amount;Number;What
Alpha Toys;;{1};1480;A-114;Wooden trains
Petrova Olga;+32 2 555 34 90;{0};640;A-117;Weekend in Rome
Petrova Olga;+32 2 555 34 90;{1};2350;A-131;Two weeks in Madeira
Nordic Trade;+32 2 555 77 12;;;;
"""


def save(page, folder, name):
    """Save what the page shows now; the bot's chat would cover a telephone."""
    page.add_style_tag(content=".o-mail-ChatHub { display: none !important }")
    page.screenshot(path=str(folder / f"{name}.png"))
    print(folder / f"{name}.png")


def call(page, model, method, *args):
    """Call a method of the server as the user who is logged in."""
    answer = page.request.post(
        f"/web/dataset/call_kw/{model}/{method}",
        data={
            "jsonrpc": "2.0",
            "params": {"model": model, "method": method, "args": args, "kwargs": {}},
        },
    ).json()
    if "error" in answer:
        raise RuntimeError(answer["error"]["data"]["message"])
    return answer["result"]


def settle(page, selector):
    """Wait until something is shown and drawn."""
    page.wait_for_selector(selector)
    page.wait_for_timeout(800)


def discard(page, button):
    """Take back what was typed: Odoo would save it when the page is left."""
    page.click(button)
    page.wait_for_timeout(800)


def ungroup(page):
    """Take the grouping out of the search, so that the list shows its rows."""
    page.click(".o_searchview_facet:has(.oi-group) .o_facet_remove")
    settle(page, ".o_data_row")


def my_day(page, folder, name):
    """A salesperson's day."""
    visit(page, MY_DAY)
    settle(page, ".o_my_day_row")
    save(page, folder, name)


def clients(page, folder):
    """The board, the list, and one client's contact."""
    visit(page, BOARD)
    save(page, folder, "clients-board")
    visit(page, LIST)
    ungroup(page)
    save(page, folder, "clients-list")
    contact(page, folder)


def contact(page, folder):
    """The second client of the list: the contact form and its dialogs."""
    page.click(".o_data_row >> nth=1 >> td[name=partner_id]")
    page.wait_for_selector(".o_form_view")
    page.click("a[name=client_base]")
    page.set_viewport_size({"width": WIDTH, "height": LONG})
    page.wait_for_timeout(800)
    save(page, folder, "client-form")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.click("button[name=action_log_contact]:has-text('Log a contact')")
    page.mouse.move(0, 0)
    settle(page, ".modal .o_form_view")
    save(page, folder, "log-contact")
    discard(page, ".modal-footer .btn-link")
    page.click("button[name=action_client_why]")
    settle(page, ".modal .o_form_view")
    save(page, folder, "client-why")
    page.keyboard.press("Escape")
    page.wait_for_selector(".modal", state="detached")
    page.click("button[name=action_bought] >> visible=true")
    page.wait_for_selector(".modal .o_form_view")
    for name, value in (
        ("what", "Weekend course"),
        ("amount", "640"),
        ("lasts_days", "90"),
    ):
        page.fill(f".modal div[name={name}] input", value)
    page.keyboard.press("Tab")
    page.wait_for_timeout(1000)
    save(page, folder, "bought")
    discard(page, ".modal-footer .btn-secondary")


def reports(page, folder):
    """What the head sees: the overview and the movement of the base."""
    for name, path in (("overview", OVERVIEW), ("movement", MOVEMENT)):
        visit(page, path)
        save(page, folder, name)


def purchases(page, folder):
    """The import screen after the test of a sheet; nothing is imported."""
    today = datetime.date.today()
    days = [today - datetime.timedelta(days=days) for days in (30, 9)]
    visit(page, LAUNCH)
    page.click("a[name=import]")
    page.wait_for_selector(".o_import_action")
    page.set_input_files(
        "input[type=file]",
        {
            "name": "purchases.csv",
            "mimeType": "text/csv",
            "buffer": SHEET.format(*days).encode(),
        },
    )
    page.click("button:text-is('Test')")
    settle(page, ".o_import_data_content .alert, .o_import_action .alert")
    save(page, folder, "import")


def launch(page, folder):
    """The launch page before the start, a preset, and a regulation being changed."""
    call(page, "client.launch", "stop")
    state = call(page, "client.launch", "choose_trade", TRADE)
    visit(page, LAUNCH)
    page.wait_for_selector("button[name=propose], button[name=preview]")
    if page.is_visible("button[name=propose]"):
        page.click("button[name=propose]")
    settle(page, "button[name=preview]")
    save(page, folder, "launch")
    page.click("a[name=preset]")
    settle(page, ".modal table")
    save(page, folder, "preset")
    page.set_viewport_size({"width": WIDTH, "height": TALL})
    visit(page, f"{REGULATIONS}/{state['trade']['policy_id']}")
    page.fill("div[name=former_after_months] input", "6")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1500)
    save(page, folder, "regulation")
    discard(page, ".o_form_button_cancel")
    page.evaluate("document.querySelector('.o_notebook').scrollIntoView()")
    page.wait_for_timeout(800)
    save(page, folder, "norms")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def russian(page, folder):
    """The launch page and the overview in Russian."""
    russian = [["code", "=", RUSSIAN], ["active", "in", [True, False]]]
    (lang,) = call(page, "res.lang", "search", russian)
    wizard = call(page, "base.language.install", "create", {"lang_ids": [lang]})
    call(page, "base.language.install", "lang_install", [wizard])
    admin = call(page, "res.users", "search", [["login", "=", "admin"]])
    call(page, "res.users", "write", admin, {"lang": RUSSIAN})
    for name, path in (("launch-ru", LAUNCH), ("overview-ru", OVERVIEW)):
        visit(page, path)
        save(page, folder, name)


def main(base, folder):
    """Take all pictures of the Odoo at ``base`` into ``folder``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height in (
        ("my-day", WIDTH, TALL),
        ("my-day-phone", PHONE, HEIGHT),
    ):
        with odoo_page(base, login=SALESPERSON, width=width, height=height) as page:
            my_day(page, folder, name)
    with odoo_page(base, login="admin", width=PHONE, height=HEIGHT) as page:
        for name, path in (("clients-phone", BOARD), ("overview-phone", OVERVIEW)):
            visit(page, path)
            save(page, folder, name)
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        clients(page, folder)
        reports(page, folder)
        purchases(page, folder)
        launch(page, folder)
        russian(page, folder)


if __name__ == "__main__":
    main(*sys.argv[1:3])
