"""Odoo itself: Debian's package unpacked, or the tree that ODOO_HOME names."""

import contextlib
import json
import os
import re
import shutil
from pathlib import Path

from . import apt, common
from .apt import Apt, AptError
from .common import SERIES, Failure, say

PACKAGE = f"odoo-{SERIES}"
TESTED_VERSION = "19.0.0+dfsg-1"
# Odoo's package links to these. The first suite that has one wins: sid's Font Awesome 7
# lacks the icons of 4.7 that Odoo uses, and sid has no Inconsolata.otf.
WANTED = {
    PACKAGE: ("sid",),
    "fonts-font-awesome": ("trixie", "bookworm"),
    "fonts-inconsolata": ("trixie", "bookworm"),
    "fonts-montserrat": ("trixie", "sid"),
    "fonts-roboto-unhinted": ("trixie", "sid"),
    "fonts-ocr-b": ("trixie", "sid"),
    "libjs-jquery": ("trixie", "sid"),
    "libjs-jquery-form": ("trixie", "sid"),
    "libjs-underscore": ("trixie", "sid"),
}
# A second, dead copy of the addons without static files; translations but Russian are
# two thirds of the tree and half of the time to unpack it.
LEAVE_OUT = (
    "./usr/lib/python3/dist-packages/addons",
    "./usr/lib/python3/dist-packages/doc",
    "./usr/lib/python3/dist-packages/setup",
    "./usr/share/doc",
    "./etc",
    "*/i18n/[!r]*.po",
    "*/i18n/r[!u]*.po",
)


class Tree:
    """Where an Odoo is: the folder for PYTHONPATH, its addons paths, and what it is."""

    def __init__(self, python_path, addons_paths):
        self.python_path = python_path
        self.addons_paths = addons_paths

    @property
    def identity(self):
        """Changes when another Odoo takes its place; part of the databases' keys."""
        release = self.python_path / "odoo/release.py"
        parts = [str(self.python_path), str(release.stat().st_mtime_ns)]
        with contextlib.suppress(OSError):
            head = (self.python_path / ".git/HEAD").read_text().strip()
            parts.append(head)
            parts.append((self.python_path / ".git" / head.split()[-1]).read_text())
        return "\n".join(parts)


def series(python_path):
    """The major version of the Odoo in a folder, or None where there is none."""
    with contextlib.suppress(OSError):
        text = (python_path / "odoo/release.py").read_text()
        match = re.search(r"^version_info = \(\D*(\d+)", text, re.MULTILINE)
        return match and int(match.group(1))


def find_tree(home):
    """The tree in a checkout, an unpacked package or an installed one; else None."""
    for python_path in (home, home / "usr/lib/python3/dist-packages", home.parent):
        if series(python_path) is None:
            continue
        # Debian also installs a dead `addons` beside `odoo`, without static files.
        paths = [python_path / "addons", python_path / "odoo/addons"]
        alive = [
            p for p in paths if (p / "web/static").is_dir() or (p / "base").is_dir()
        ]
        return Tree(python_path, alive)
    return None


def from_home(home):
    """The tree a developer named with ODOO_HOME, refused if it is another series."""
    tree = find_tree(Path(home).expanduser().resolve())
    if tree is None or not tree.addons_paths:
        raise Failure(
            f"ODOO_HOME={home} holds no Odoo (no odoo/release.py, or no addons).\n"
            f"Name the top folder of a checkout of Odoo {SERIES}.0, or unset ODOO_HOME."
        )
    found = series(tree.python_path)
    if found != SERIES:
        raise Failure(
            f"ODOO_HOME={home} is Odoo {found}; this addon is for Odoo {SERIES}.\n"
            f"Name a checkout of the branch {SERIES}.0, or unset ODOO_HOME."
        )
    return tree


def ensure():
    """The Odoo to run, downloaded and unpacked by the first call."""
    if os.environ.get("ODOO_HOME"):
        return from_home(os.environ["ODOO_HOME"])
    target = common.STATE / PACKAGE
    with common.lock("odoo"):
        if not (target / "provisioned.json").exists():
            try:
                provision(target)
            except AptError as error:
                raise Failure(unavailable(error)) from error
    return find_tree(target)


def unavailable(error):
    """What to say where Debian's archive does not give Odoo."""
    return (
        f"Odoo {SERIES} could not be had from Debian's archive:\n{error}\n\n"
        "Check the network and run the same command again, or name another mirror\n"
        "that carries sid with CBR_DEB_MIRROR=..., or put any Odoo "
        f"{SERIES} Community tree on this\n"
        f"machine (a checkout of the branch {SERIES}.0) and name it with ODOO_HOME=..."
    )


def archive():
    """An isolated apt over sid, with the best suite there is for the fonts."""
    problems = []
    for suites in (("sid", "trixie"), ("sid", apt.codename()), ("sid",)):
        isolated = Apt("odoo", [suite for suite in suites if suite])
        try:
            isolated.update()
            return isolated
        except AptError as error:
            problems.append(error)
    raise problems[0]


def choose(isolated):
    """[name=version] of the packages to unpack."""
    available = isolated.candidates(*WANTED)
    if not available[PACKAGE]:
        found = isolated.call("apt-cache", "search", "--names-only", "^odoo-[0-9]+$")
        others = ", ".join(sorted(re.findall(r"^odoo-\d+", found.stdout, re.MULTILINE)))
        hint = f" (it carries {others})" if others else ""
        raise AptError(f"the archive has no package {PACKAGE}{hint}")
    chosen = []
    for name, suites in WANTED.items():
        versions = available[name]
        if not versions:
            say(f"odoo: the archive has no {name}, its files get stand-ins")
            continue
        best = [v for suite in suites for v, its in versions if its == suite]
        chosen.append(f"{name}={(best or [versions[0][0]])[0]}")
    return chosen


def provision(target):
    """Download, unpack and repair Debian's Odoo; the stamp is written last."""
    common.need_space(2000, "Odoo with its databases")
    say("odoo: reading Debian's package lists (own apt state, the system is untouched)")
    isolated = archive()
    chosen = choose(isolated)
    if f"{PACKAGE}={TESTED_VERSION}" not in chosen:
        say(f"odoo: {chosen[0]} is not the version tested here ({TESTED_VERSION})")
    say(f"odoo: downloading {chosen[0]} and {len(chosen) - 1} small packages")
    folder = common.fresh_dir(common.STATE / "debs" / "odoo")
    debs = isolated.download(chosen, folder)
    say("odoo: unpacking")
    temporary = common.fresh_dir(target.with_name(target.name + ".new"))
    for deb in debs:
        apt.unpack(deb, temporary, LEAVE_OUT)
    tree = find_tree(temporary)
    if tree is None or series(tree.python_path) != SERIES:
        raise AptError(f"{chosen[0]} does not hold Odoo {SERIES}")
    repair(tree.python_path / "odoo", temporary)
    stamp = {"packages": chosen}
    (temporary / "provisioned.json").write_text(json.dumps(stamp, indent=1))
    common.move_into_place(temporary, target)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(isolated.folder, ignore_errors=True)
    say("odoo: ready")


def repair(odoo, prefix):
    """Give the tree what Debian's package lacks, so that no link dangles."""
    # Cut out as not free; the assets still name it, and any missing file ends a tour.
    stub = odoo / "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("// not in Debian's package: no background blur in calls\n")
    # The package links each of these two formats to the other one.
    for suffix in ("woff", "woff2"):
        font = f"fontawesome-webfont.{suffix}"
        link = odoo / "addons/web/static/lib/fontawesome/fonts" / font
        real = prefix / "usr/share/fonts-font-awesome/fonts" / font
        if link.is_symlink() and real.exists():
            link.unlink()
            link.symlink_to(os.path.relpath(real, link.parent))
    fonts = [
        path
        for path in prefix.glob("usr/share/fonts/**/*")
        if path.suffix in (".ttf", ".otf")
    ]
    for folder, _, names in os.walk(odoo):
        for name in names:
            link = Path(folder, name)
            if link.is_symlink() and not link.exists():
                replace_dangling(link, fonts)


def replace_dangling(link, fonts):
    """Point a dangling link to the nearest font, or leave an empty stand-in."""
    stem = link.stem.split("-")[0].lower()
    near = [font for font in fonts if stem in font.name.lower()]
    link.unlink()
    if link.suffix.lower() in (".ttf", ".otf") and near:
        regular = (stem, f"{stem}-regular")
        best = min(near, key=lambda f: (f.stem.lower() not in regular, len(f.name)))
        link.symlink_to(os.path.relpath(best, link.parent))
    else:
        link.write_text("/* stand-in */\n" if link.suffix in (".js", ".css") else "")
