"""`./dev i18n`: the template of the addon's texts, and its translations."""

import tempfile
from pathlib import Path

from provision.common import ADDON, MODULE, ROOT, Failure, capture, tail

FOLDER = ADDON / "i18n"
TEMPLATE = FOLDER / f"{MODULE}.pot"
LANGUAGES = ("ru",)
MERGE = ROOT / "tools/i18n_merge.py"
# These lines of the header tell when the export was made, not what it holds.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")


def export(databases, target):
    """Write what Odoo exports as the addon's template."""
    # With demo data: what a visitor of the demo reads is translated, too.
    with databases.template(demo=True) as name:
        result = databases.instance.call(
            "i18n", "export", "-d", name, "-o", target, MODULE
        )
    if result.returncode or not target.exists():
        raise Failure(f"Odoo could not export the texts:\n{tail(result.stdout)}")


def content(path):
    """The lines of a template that matter."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if not any(word in line for word in VOLATILE)]


def run(databases, check=False):
    """Export and merge; with `check` only say what is stale. The exit code."""
    instance = databases.instance
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder, TEMPLATE.name)
        export(databases, exported)
        stale = content(exported) != content(TEMPLATE)
        if check and stale:
            print(
                f"{TEMPLATE.relative_to(ROOT)} is not what the code exports: ./dev i18n"
            )
        if not check and stale:
            FOLDER.mkdir(exist_ok=True)
            TEMPLATE.write_bytes(exported.read_bytes())
        failed = check and stale
        for language in LANGUAGES:
            words = ["--check"] if check else []
            words += [exported, FOLDER / f"{language}.po"]
            result = capture([instance.python, MERGE, *words])
            print(result.stdout, end="")
            failed |= result.returncode != 0
    return int(failed)
