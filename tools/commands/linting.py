"""`./dev lint`: every linter and formatter, pinned, over the whole project."""

import os
import re
import shutil

from provision import addon, python
from provision.common import ADDON, MODULE, ROOT, capture, say

from . import roles, translations

# Spelt in pieces, so that this file does not match itself.
HOSTS = r"//[a-z0-9.-]*(" + "|".join(("py" + "pi", "deb" + "ian", "n" + "pm")) + ")"
FORBIDDEN = {
    "the address of a package registry": HOSTS + r"[a-z0-9.-]*\.(org|com|net|io)",
    "a path of one machine": "/" + "work/",
}
# A model is spread over files of at most 400 lines, and the OCA is not the author.
NOT_OURS = "--disable=consider-merging-classes-inherited,manifest-required-author"
# It empties translations that equal the text; ours are complete. Their form is checked
# by the comparison with what `./dev i18n` writes.
NOT_PO = "--disable=po-pretty-format"
TEXT_LIMIT = 2_000_000


class Linter:
    """Runs steps one by one and remembers which failed."""

    def __init__(self):
        self.failed = []

    def step(self, name, *commands, **options):
        """Run commands of one step; their output is shown only if one fails."""
        for command in commands:
            result = capture(command, cwd=ROOT, **options)
            if result.returncode:
                self.fail(name, result.stdout)
                return
        say(f"lint: {name}: ok")

    def fail(self, name, output):
        """Note a failed step and show why."""
        self.failed.append(name)
        say(f"lint: {name}: FAILED")
        print(output.rstrip(), flush=True)


def tracked_files():
    """The project's files: those git knows or would add; all where git cannot say."""
    if shutil.which("git"):
        words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = capture(words, cwd=ROOT)
        if not listing.returncode:
            return [ROOT / name for name in listing.stdout.split("\0") if name]
    hidden = re.compile(r"^(\.(?!ci$|git[a-z]+$|pre-commit).*|build|__pycache__)$")
    return [
        path
        for path in ROOT.rglob("*")
        if not any(hidden.match(part) for part in path.relative_to(ROOT).parts)
    ]


def forbidden_texts():
    """Lines that must not be in the repository."""
    for path in tracked_files():
        if not path.is_file() or path.stat().st_size > TEXT_LIMIT:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        for what, pattern in FORBIDDEN.items():
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(ROOT)}:{line}: {what}"


def check_files(linter, programs, fix=False):
    """Linters that read files only; they need neither Odoo nor a database."""
    ruff = programs / "ruff"
    if fix:
        linter.step("ruff --fix", [ruff, "check", "-q", "--fix", "."])
        linter.step("ruff format", [ruff, "format", "-q", "."])
    else:
        linter.step("ruff", [ruff, "check", "-q", "."])
        linter.step("ruff format", [ruff, "format", "--diff", "-q", "."])
    texts = "\n".join(forbidden_texts())
    if texts:
        linter.fail("forbidden texts", texts)
    else:
        say("lint: forbidden texts: ok")
    if not (ADDON / "__manifest__.py").exists():
        say(f"lint: no {MODULE}/__manifest__.py yet, the rest is left out")
        return
    addon.manifest()
    linter.step("pylint-odoo", [programs / "pylint", NOT_OURS, MODULE])
    linter.step("oca-checks-odoo-module", [programs / "oca-checks-odoo-module", MODULE])
    translated = sorted((ADDON / "i18n").glob("*.po*"))
    if translated:
        checks = [programs / "oca-checks-po", NOT_PO]
        linter.step("oca-checks-po", [*checks, *translated])


def check_with_odoo(linter, programs, databases):
    """Linters that ask Odoo: its addons, its upgrade scripts, its export of texts."""
    instance = databases.instance
    addons = ",".join(map(str, [ROOT, *instance.tree.addons_paths]))
    manifestoo = [programs / "manifestoo", "--no-addons-path-from-import-odoo"]
    manifestoo += ["--addons-path", addons, "--odoo-series", "19.0"]
    manifestoo += ["--select-include", MODULE]
    linter.step("manifestoo check-licenses", [*manifestoo, "check-licenses"])
    upgrade = ["upgrade_code", "--from", "17.0", "--dry-run"]
    result = instance.call(*upgrade, "--glob", f"{MODULE}/**/*")
    if result.returncode or MODULE in result.stdout:
        linter.fail("odoo upgrade_code", result.stdout)
    else:
        say("lint: odoo upgrade_code: ok")
    if translations.run(databases, check=True):
        linter.fail("i18n", "the translations are not complete, see above")
    else:
        say("lint: i18n: ok")
    if roles.run(databases, check=True):
        linter.fail("roles", "docs/access-rights.md is stale, see above")
    else:
        say("lint: roles: ok")


def run(open_databases, fast=False, fix=False):
    """Run all linters, or with `fast` those that need no Odoo. The exit code."""
    linter = Linter()
    programs = python.ensure("lint", "lint") / "bin"
    os.environ["PYTHONWARNINGS"] = "ignore"
    check_files(linter, programs, fix)
    if not fast and (ADDON / "__manifest__.py").exists():
        check_with_odoo(linter, programs, open_databases())
    if linter.failed:
        say(f"lint: failed: {', '.join(linter.failed)}")
    return int(bool(linter.failed))
