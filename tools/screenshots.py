"""Take the pictures of the documentation. Run by `./dev screenshots docs/images`.

    python screenshots.py BASE_URL OUT_DIR [GROUP ...]

Shows a demo database as its administrator and a salesperson see it, and changes it: the
day is planned, the base becomes quiet again, a trade is chosen, Russian is installed.
So it takes a fresh one. A GROUP is a key of ``GROUPS``.
"""

import datetime
import sys
from pathlib import Path

import screenshots_access
import screenshots_dossier
from browser import call, discard, odoo_page, save, settle, visit

WIDTH, HEIGHT, LOWER, TALL, WHOLE, LONG = 1300, 800, 1020, 1150, 1260, 1450
SHEET_WIDTH, SHEET_HEIGHT = 860, 1180
PHONE = 390
BOARD = "/odoo/clients"
LIST = "/odoo/clients?view_type=list"
OVERVIEW = "/odoo/client-overview"
MY_DAY = "/odoo/my-day"
LAUNCH = "/odoo/client-launch"
COMPLIANCE = "/odoo/client-compliance"
PLAN = "/odoo/client-contact-plan"
HEALTH = "/odoo/client-health"
MEETING_SHEET = "/report/html/client_base_retention.report_client_meeting_sheet"
MOVEMENT = "/odoo/action-client_base_retention.client_transition_action"
REGULATIONS = "/odoo/action-client_base_retention.client_policy_action"
TRADE = "wholesale"
SALESPERSON = "olga"
STAND_IN = "Pavel"
TEAM = "Client managers"
DAYS_AWAY = 7
RUSSIAN = "ru_RU"
# A sheet as people have it: clients who are there, and new ones. {0} is a month back.
SHEET = """\
Client;Telephone;Date;Amount;Number;What
Alpha Toys;;{1};1480;A-114;Wooden trains
Pinwheel;;{0};640;A-117;Board games
Pinwheel;;{1};2350;A-131;Picture books
Nordic Toys;+1 617-555-0177;;;;
"""


def ungroup(page):
    """Take the grouping out of the search, so that the list shows its rows."""
    page.click(".o_searchview_facet:has(.oi-group) .o_facet_remove")
    settle(page, ".o_data_row")


def my_day(page, folder, name):
    """A salesperson's day."""
    visit(page, MY_DAY)
    settle(page, ".o_my_day_row")
    save(page, folder, name)


def plan_the_day(page):
    """Plan the contacts due, as each morning."""
    planning = [["code", "=", "model._cron_plan_tasks()"]]
    crons = call(page, "ir.cron", "search", planning)
    call(page, "ir.cron", "method_direct_trigger", crons)


def away(page, folder):
    """A salesperson is about to say that she is away; nothing is saved."""
    visit(page, MY_DAY)
    page.click("button[name=away]")
    page.wait_for_selector(".modal .o_form_view")
    last = datetime.date.today() + datetime.timedelta(days=DAYS_AWAY)
    page.click(".modal .o_daterange_end")
    page.fill(".modal input[data-field=date_to]", f"{last:%m/%d/%Y}")
    page.keyboard.press("Tab")
    choose(page, "stand_in_id", STAND_IN)
    save(page, folder, "away")
    discard(page, ".modal-footer button[data-hotkey=x]")


def choose(page, field, text):
    """Choose a record in a field of the dialog by what its name begins with."""
    page.click(f".modal div[name={field}] input")
    page.fill(f".modal div[name={field}] input", text)
    page.wait_for_timeout(800)  # it searches when one stops typing
    option = f".o-autocomplete--dropdown-item:has-text('{text}') >> nth=0"
    page.click(option)
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)


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
    """What the head sees: the overview, the plan of contacts, the health of the base
    and its movement."""
    for name, path, height in (
        ("overview", OVERVIEW, WHOLE),
        ("contact-plan", PLAN, TALL),
        ("movement", MOVEMENT, HEIGHT),
        ("health", HEALTH, LOWER),
    ):
        page.set_viewport_size({"width": WIDTH, "height": height})
        visit(page, path)
        if name == "health":
            page.wait_for_selector("button[name=run_now]:enabled")
            page.wait_for_selector("[role=status]", state="detached")
        save(page, folder, name)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def compliance(page, folder):
    """The report with the clients of one salesperson, his meeting sheet, and his
    clients about to be handed over; nothing is saved."""
    page.set_viewport_size({"width": WIDTH, "height": WHOLE})
    visit(page, COMPLIANCE)
    page.click("button[name=unfold] >> nth=0")
    page.mouse.move(0, 0)
    settle(page, ".o_compliance_client")
    save(page, folder, "compliance")
    page.click("input[name=all_cards]")
    page.click("button[name=hand_over]")
    page.wait_for_selector(".modal .o_form_view")
    page.click(".modal label:has-text('Evenly over a team')")
    choose(page, "team_id", TEAM)
    save(page, folder, "hand-over")
    discard(page, ".modal-footer button[data-hotkey=x]")
    lines = [["user_id.login", "=", SALESPERSON]]
    # The newest month first.
    line, *_older = call(page, "client.compliance.user", "search", lines)
    page.set_viewport_size({"width": SHEET_WIDTH, "height": SHEET_HEIGHT})
    visit(page, f"{MEETING_SHEET}/{line}")
    save(page, folder, "meeting-sheet")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


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
    """The launch page, the overview and the report in Russian."""
    russian = [["code", "=", RUSSIAN], ["active", "in", [True, False]]]
    (lang,) = call(page, "res.lang", "search", russian)
    wizard = call(page, "base.language.install", "create", {"lang_ids": [lang]})
    call(page, "base.language.install", "lang_install", [wizard])
    admin = call(page, "res.users", "search", [["login", "=", "admin"]])
    call(page, "res.users", "write", admin, {"lang": RUSSIAN})
    for name, path, height in (
        ("launch-ru", LAUNCH, HEIGHT),
        ("overview-ru", OVERVIEW, WHOLE),
        ("compliance-ru", COMPLIANCE, HEIGHT),
    ):
        page.set_viewport_size({"width": WIDTH, "height": height})
        visit(page, path)
        save(page, folder, name)


def days(base, folder):
    """My day on a screen and on a telephone."""
    for name, width, height in (
        ("my-day", WIDTH, TALL),
        ("my-day-phone", PHONE, HEIGHT),
    ):
        with odoo_page(base, login=SALESPERSON, width=width, height=height) as page:
            my_day(page, folder, name)
            if width == WIDTH:
                away(page, folder)


def phones(base, folder):
    """Pages of the head on a telephone."""
    with odoo_page(base, login="admin", width=PHONE, height=HEIGHT) as page:
        for name, path in (
            ("clients-phone", BOARD),
            ("overview-phone", OVERVIEW),
            ("compliance-phone", COMPLIANCE),
        ):
            visit(page, path)
            save(page, folder, name)


def pages(*parts):
    """A group of pictures that the administrator takes one part after another."""

    def take(base, folder):
        with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
            for part in parts:
                part(page, folder)

    return take


# In this order: the last ones make the base quiet, and the administrator a Russian.
GROUPS = {
    "days": days,
    "phones": phones,
    "clients": pages(clients),
    "reports": pages(reports, compliance),
    "import": pages(purchases),
    "access": screenshots_access.take,
    "dossier": screenshots_dossier.take,
    "launch": pages(launch, russian),
}


def main(base, folder, *only):
    """Take all pictures of the Odoo at ``base`` into ``folder``, or some groups."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        plan_the_day(page)
    for name in only or GROUPS:
        GROUPS[name](base, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
