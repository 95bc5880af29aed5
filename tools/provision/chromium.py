"""Chromium for the browser tests: the machine's, else Debian's unpacked."""

import shutil
import subprocess
from pathlib import Path

from . import common
from .apt import AptError, library_path, unpack_missing
from .common import Failure, say

# The names Odoo looks for on PATH, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-dejavu-core", "fontconfig-config")
HEADLESS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<dir>{prefix}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>
<cachedir>{cache}</cachedir>
</fontconfig>
"""
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="{prefix}/fonts.conf"
export XDG_DATA_DIRS="{prefix}/usr/share:/usr/share"
exec "{prefix}/usr/lib/chromium/chromium" "$@"
"""


def probe(program):
    """None if the browser starts and shows a page, else what it said."""
    profile = common.fresh_dir(common.STATE / "chromium-probe")
    command = [program, *HEADLESS, f"--user-data-dir={profile}", "--dump-dom"]
    try:
        result = subprocess.run(
            [*command, "about:blank"], capture_output=True, text=True, timeout=90
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    return None if "<html>" in result.stdout else common.tail(result.stderr, 10)


def works(program):
    """Whether a browser starts; asked once for each program as it is."""
    stamp = common.STATE / "chromium-works"
    identity = f"{program} {Path(program).resolve().stat().st_mtime_ns}"
    if stamp.exists() and stamp.read_text() == identity:
        return True
    if probe(program) is not None:
        return False
    stamp.write_text(identity)
    return True


def ensure():
    """The path of a Chromium that starts."""
    unpacked = common.STATE / "bin" / "chromium"
    with common.lock("chromium"):
        for name in NAMES:
            program = shutil.which(name)
            if program and works(program):
                return Path(program)
        if not (unpacked.exists() and works(unpacked)):
            provision(unpacked)
    return unpacked


def provision(wrapper):
    """Unpack Debian's Chromium with what the machine lacks; check that it starts."""
    common.need_space(1500, "Chromium")
    prefix = common.STATE / "chromium"
    try:
        unpack_missing("chromium", PACKAGES, prefix)
    except AptError as error:
        raise Failure(
            f"Debian's Chromium could not be had:\n{error}\n\n"
            "Check the network and run the same command again, or install a Chromium."
        ) from error
    libraries = f"{library_path(prefix)}:{prefix}/usr/lib/chromium"
    cache = common.STATE / "fontcache"
    (prefix / "fonts.conf").write_text(FONTS.format(prefix=prefix, cache=cache))
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(prefix=prefix, libraries=libraries))
    wrapper.chmod(0o755)
    problem = probe(wrapper)
    if problem is not None:
        wrapper.unlink()
        raise Failure(
            f"The unpacked Chromium does not start:\n{problem}\n\n"
            "Install one instead: apt-get install chromium"
        )
    say("chromium: ready")
