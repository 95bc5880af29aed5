"""Fixtures for tests that look at the addon from outside, each in its own database."""

import itertools
import os
import shutil
import subprocess
import sys

import pytest

from odoo.tests import BaseCase
from odoo.tools import config

# Odoo sets these two only on test classes that live in odoo.addons.*.
if not hasattr(BaseCase, "test_tags"):
    BaseCase.test_tags = {"standard", "post_install"}
    BaseCase.test_module = "client_base_retention"

NUMBERS = itertools.count(1)
BROWSER_WORDS = ("chrome", "websocket-client")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Odoo skips its browser tests where no Chromium starts; here that is a failure."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and call.excinfo is not None:
        reason = str(call.excinfo.value)
        if any(word in reason.lower() for word in BROWSER_WORDS):
            report.outcome = "failed"
            report.longrepr = f"the browser test did not run: {reason}"


def _client(*command):
    result = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert result.returncode == 0, f"{command}: {result.stdout}"


@pytest.fixture(scope="session")
def base_database():
    """The name of the template with the addon's dependencies, without the addon."""
    return os.environ["CBR_BASE_DB"]


@pytest.fixture(scope="session")
def addon_database():
    """The name of the template with the addon installed."""
    return os.environ["CBR_ADDON_DB"]


@pytest.fixture(scope="session")
def demo_database():
    """The name of the template with the addon and demo data."""
    return os.environ["CBR_DEMO_DB"]


@pytest.fixture(scope="module")
def scratch_database(pytestconfig, addon_database):
    """Makes copies of a template (default: with the addon), dropped after the module.

    scratch_database() or scratch_database(base_database) returns the copy's name.
    """
    # Below the name of the run's own database: a killed run's copies are found by it.
    prefix = pytestconfig.getoption("--odoo-database") or f"scratch_{os.getpid()}"
    made = []

    def make(template=None):
        name = f"{prefix}_{next(NUMBERS)}"
        made.append(name)
        _client("createdb", "-T", template or addon_database, name)
        return name

    yield make
    for name in made:
        _client("dropdb", "--if-exists", "--force", name)
        shutil.rmtree(config.filestore(name), ignore_errors=True)


@pytest.fixture(scope="session")
def odoo_run():
    """Runs `odoo` on a database: odoo_run(name, "-u", "sale", "--stop-after-init").

    A first argument without a dash is a subcommand. Returns the CompletedProcess with
    stdout and stderr together in `stdout`; the caller checks `returncode`.
    """

    def call(database, *arguments, input=None, timeout=600):
        words = list(arguments)
        subcommand = [words.pop(0)] if words and words[0][0] != "-" else []
        command = [sys.executable, "-m", "odoo", *subcommand, "-d", database, *words]
        stdin = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
        return subprocess.run(
            [*command, "--no-http", "--log-level=warn"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            **stdin,
        )

    return call


@pytest.fixture(scope="session")
def odoo_shell(odoo_run):
    """Runs Python in `odoo shell`: odoo_shell(name, "print(1)") returns the output.

    The code sees `env` and must commit what is to stay. An exception fails the test.
    """

    def call(database, code, timeout=600):
        result = odoo_run(database, "shell", input=code, timeout=timeout)
        assert result.returncode == 0, result.stdout
        return result.stdout

    return call
