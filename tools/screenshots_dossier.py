"""Pictures of the dossier: who a client is, what he could buy, what is missing."""

from browser import call, odoo_page, save, settle, visit

WIDTH, HEIGHT, LONG = 1300, 620, 1350
PHONE, PHONE_HEIGHT = 390, 800
HEAD = "maria"
ACTION = "/odoo/action-client_base_retention.{}"
CONTACT = "/odoo/contacts/{}"
SEGMENT = ACTION.format("client_segment_action") + "/{}"
PAGE = "/client/subscribe/{}"
# Lists and boards, with what has to be there before the picture is taken.
LISTS = (
    ("growth-points", ACTION.format("client_card_action_growth"), ".o_data_row"),
    ("class-potential", ACTION.format("client_card_action_potential"), ".o_pivot"),
    ("class-regularity", ACTION.format("client_card_action_xyz"), ".o_pivot"),
    ("loyalty", "/odoo/client-loyalty", ".o_data_row"),
    ("best-clients", "/odoo/best-clients", ".o_data_row, .o_group_header"),
    ("remarks", "/odoo/client-remarks", ".o_data_row"),
    ("children", "/odoo/client-children", ".o_data_row"),
    ("old-purchases", "/odoo/client-old-purchases", ".o_data_row"),
)
# Of the demo's clients: whose page of the tab *Client* is shown.
TABS = (
    ("portrait", "Alpha Toys", "client_portrait"),
    ("history", "Cornerstone Stationers", "client_history_lines"),
    ("family", "Anna Ivanova", "client_family"),
)
FORMULA_OF = "Shops"


def lists(base, folder):
    """Lists and boards as the head sees them."""
    with odoo_page(base, login=HEAD, width=WIDTH, height=HEIGHT) as page:
        for name, path, selector in LISTS:
            visit(page, path)
            settle(page, selector)
            save(page, folder, name)


def tabs(base, folder):
    """Pages of the tab *Client* of three clients."""
    with odoo_page(base, login=HEAD, width=WIDTH, height=LONG) as page:
        for name, client, tab in TABS:
            found = call(page, "res.partner", "search", [["name", "=", client]])
            visit(page, CONTACT.format(found[0]))
            page.click("a[name=client_base]")
            page.click(f"a[name={tab}]")
            page.wait_for_timeout(1500)
            save(page, folder, name)


def segment(base, folder):
    """A segment: what is asked of its clients, and the formula of their potential."""
    with odoo_page(base, login=HEAD, width=WIDTH, height=LONG) as page:
        found = call(page, "client.segment", "search", [["name", "=", FORMULA_OF]])
        visit(page, SEGMENT.format(found[0]))
        settle(page, ".o_form_view")
        save(page, folder, "segment")


def visitor(base, folder):
    """The page *Be the first to know*, on the telephone of a visitor."""
    with odoo_page(base, login=HEAD) as page:
        (form,) = call(page, "client.subscribe.form", "search_read", [], ["token"])[:1]
    with odoo_page(base, login=None, width=PHONE, height=PHONE_HEIGHT) as page:
        visit(page, PAGE.format(form["token"]))
        save(page, folder, "subscribe-phone")


def take(base, folder):
    """Take all of them."""
    for part in (lists, tabs, segment, visitor):
        part(base, folder)
