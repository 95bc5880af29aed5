"""`./dev look` and `./dev screenshots`: pictures of pages, taken with Playwright."""

from provision import chromium, python
from provision.common import ROOT, Failure

from . import demo

LOOK = ROOT / "tools/look.py"
SCREENSHOTS = ROOT / "tools/screenshots.py"
SCREENSHOTS_DATABASE = "demo_screenshots"
BUILD = ROOT / "build"


def show(instance, *words):
    """Run a script with Playwright's Python and the browser to use."""
    venv = python.ensure("look", "look")
    env = instance.env(CBR_CHROMIUM=str(chromium.ensure()))
    # Playwright's environment is not Odoo's.
    env.pop("PYTHONPATH", None)
    return instance.show([venv / "bin/python", *words], env)


def look(databases, data, arguments):
    """Save pictures of paths of the demo, which is started if it does not run."""
    if not any(word.startswith("/") for word in arguments):
        raise Failure("Name the pages to look at: ./dev look /odoo/contacts")
    state = demo.Demo(demo.DATABASES[data]).running()
    if state:
        port = state["port"]
    else:
        port = demo.run(databases, data, background=True)
    base = f"http://127.0.0.1:{port}"
    return show(databases.instance, LOOK, base, BUILD / "look", *arguments)


def screenshots(databases, arguments):
    """Renew the pictures of the documentation from a fresh demo database."""
    if not SCREENSHOTS.exists():
        raise Failure(f"{SCREENSHOTS} is missing: it takes the pictures.")
    folder, *rest = arguments or [str(BUILD / "screenshots")]
    served = demo.Demo(SCREENSHOTS_DATABASE)
    served.stop()
    demo.prepare(databases, served.name, "demo", reset=True)
    _process, port = demo.serve(served, databases.instance, None)
    try:
        base = f"http://127.0.0.1:{port}"
        return show(databases.instance, SCREENSHOTS, base, folder, *rest)
    finally:
        served.stop()
        databases.drop(served.name)
