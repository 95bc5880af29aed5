"""A database lived in with an older version of the addon, before it is updated."""

import subprocess
from pathlib import Path

import pytest

from .outside import columns
from .test_lifecycle import BY_ROLES, MAKE_DATA, MODULE, reader

ROOT = Path(__file__).resolve().parent.parent


def unpack(commit, folder):
    """Put the addon as it was at ``commit`` into ``folder``, or skip the test."""
    archive = subprocess.run(
        ["git", "archive", commit, MODULE], cwd=ROOT, capture_output=True
    )
    if archive.returncode:
        pytest.skip(f"commit {commit} is not in this clone: {archive.stderr.decode()}")
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def live_in(odoo_run, name, folder, commit, live):
    """Install the addon as it was at ``commit`` and work with it.

    :param name: database without the addon
    :param live: Python for the shell, beside the data that are always made
    :return: reader of the database, the version installed, its columns
    """
    old = f"--addons-path={unpack(commit, folder)}"
    done = odoo_run(name, old, "-i", MODULE, "--stop-after-init")
    assert done.returncode == 0, done.stdout
    for code in (MAKE_DATA, live):
        done = odoo_run(name, "shell", old, input=code)
        assert done.returncode == 0, done.stdout
    rows = reader(name)
    [(version,)] = rows(
        "SELECT latest_version FROM ir_module_module WHERE name = %s", MODULE
    )
    return rows, version, columns(rows, without=BY_ROLES)
