"""`./dev roles`: the table of roles and rights in the documentation."""

import tempfile
from pathlib import Path

from provision.common import ROOT

PAGE = ROOT / "docs/access-rights.md"
CODE = """
import sys
sys.path.insert(0, {tools!r})
import pathlib, roles
pathlib.Path({target!r}).write_text(roles.table(env))
"""


def run(databases, check=False):
    """Write the table, or with `check` only say whether it is stale. The exit code."""
    with tempfile.TemporaryDirectory() as folder, databases.template() as name:
        target = Path(folder, PAGE.name)
        code = CODE.format(tools=str(ROOT / "tools"), target=str(target))
        databases.script(name, code)
        text = target.read_text()
    if PAGE.exists() and PAGE.read_text() == text:
        return 0
    if check:
        print(f"{PAGE.relative_to(ROOT)} is not what the rights are: ./dev roles")
        return 1
    PAGE.write_text(text)
    return 0
