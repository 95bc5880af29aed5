"""Pictures of pages of a running Odoo: `./dev look /odoo/contacts` runs this."""

import argparse
import re
import sys
from pathlib import Path

from browser import odoo_page, visit


def main(arguments=None):
    """Save a picture of each path."""
    parser = argparse.ArgumentParser(prog="./dev look")
    parser.add_argument("base")
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password")
    parser.add_argument("--width", type=int, default=1400)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--full", action="store_true", help="the whole page")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    size = {"width": options.width, "height": options.height}
    with odoo_page(options.base, options.login, options.password, **size) as page:
        for path in options.paths:
            visit(page, path)
            name = re.sub(r"\W+", "_", path).strip("_") or "home"
            picture = options.folder / f"{name}-{options.width}.png"
            page.screenshot(path=picture, full_page=options.full)
            print(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
