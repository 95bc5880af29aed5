"""A logged-in Chromium page for pictures of Odoo. Needs requirements/look.txt.

    with odoo_page("http://127.0.0.1:8069", login="admin", width=390) as page:
        visit(page, "/odoo/contacts")
        page.screenshot(path="contacts.png")

`./dev look` and `./dev screenshots` set CBR_CHROMIUM to the browser to use.
"""

import contextlib
import os

from playwright.sync_api import sync_playwright

# Never wait for 'networkidle' on Odoo: its bus keeps a connection open.
READY = ", ".join(
    (
        ".o_list_renderer",
        ".o_kanban_renderer",
        ".o_form_view",
        ".o_pivot",
        ".o_graph_view",
        ".o_calendar_view",
        ".o_activity_view",
        ".o_action_manager > *",
        "#wrap",
        "main",
    )
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
SETTLE = 1000
TIMEOUT = 120_000


def report(page):
    """Print what goes wrong on a page: console errors, exceptions, HTTP >= 400."""
    page.on(
        "console",
        lambda message: message.type == "error"
        and print("console:", message.text[:300]),
    )
    page.on("pageerror", lambda error: print("page error:", str(error)[:300]))
    page.on(
        "response",
        lambda answer: answer.status >= 400 and print(f"{answer.status}: {answer.url}"),
    )


def sign_in(page, login, password):
    """Fill in Odoo's login form and wait for the web client."""
    page.goto("/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]:visible")
    page.wait_for_selector(".o_main_navbar, .o_portal", timeout=TIMEOUT)


def visit(page, path):
    """Open a path and wait until Odoo shows its view and stops drawing."""
    page.goto(path)
    page.wait_for_selector(READY, timeout=TIMEOUT)
    page.wait_for_function("!document.querySelector('.o_loading, .o_blockUI')")
    page.wait_for_timeout(SETTLE)


@contextlib.contextmanager
def odoo_page(base, login="admin", password=None, width=1400, height=900, scale=1):
    """A page of a fresh browser, logged in; `login` None stays a visitor.

    The password is the login's own name unless it is given.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CBR_CHROMIUM"], args=ARGUMENTS
        )
        page = browser.new_page(
            base_url=base,
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
        )
        page.set_default_timeout(TIMEOUT)
        report(page)
        if login:
            sign_in(page, login, password or login)
        try:
            yield page
        finally:
            browser.close()


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
