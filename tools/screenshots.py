"""Take the pictures of the documentation. Run by `./dev screenshots docs/images`.

    python screenshots.py BASE_URL OUT_DIR

Shows a fresh demo database as its administrator sees it.
"""

import sys
from pathlib import Path

from browser import odoo_page, visit

WIDTH, HEIGHT = 1300, 800
BOARD = "/odoo/clients"
LIST = "/odoo/clients?view_type=list"
MOVEMENT = "/odoo/action-client_base_retention.client_transition_action"
REGULATION = "/odoo/action-client_base_retention.client_policy_action/1"


def save(page, folder, name):
    """Save what the page shows now."""
    page.screenshot(path=str(folder / f"{name}.png"))
    print(folder / f"{name}.png")


def ungroup(page):
    """Take the grouping out of the search, so that the list shows its rows."""
    page.click(".o_searchview_facet:has(.oi-group) .o_facet_remove")
    page.wait_for_selector(".o_data_row")
    page.wait_for_timeout(800)


def clients(page, folder):
    """The board, the list and one client's contact form."""
    visit(page, BOARD)
    save(page, folder, "clients-board")
    visit(page, LIST)
    ungroup(page)
    save(page, folder, "clients-list")
    page.click(".o_data_row >> nth=1 >> td[name=partner_id]")
    page.wait_for_selector(".o_form_view")
    page.click("a[name=client_base]")
    page.wait_for_timeout(800)
    save(page, folder, "client-form")
    page.click("button[name=action_client_why]")
    page.wait_for_selector(".modal .o_form_view")
    page.wait_for_timeout(800)
    save(page, folder, "client-why")


def reports(page, folder):
    """The movement of the base and a regulation."""
    for name, path in (("movement", MOVEMENT), ("regulation", REGULATION)):
        visit(page, path)
        save(page, folder, name)


def main(base, folder):
    """Take all pictures of the Odoo at ``base`` into ``folder``."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with odoo_page(base, login="admin", width=WIDTH, height=HEIGHT) as page:
        clients(page, folder)
        reports(page, folder)
    with odoo_page(base, login="admin", width=390, height=800) as page:
        visit(page, BOARD)
        save(page, folder, "clients-phone")


if __name__ == "__main__":
    main(*sys.argv[1:3])
