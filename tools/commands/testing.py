"""`./dev test` and `./dev bench`: scratch databases for tests and measurements."""

import os

from provision import chromium, python
from provision.common import ROOT, Failure, say

BENCHMARK = ROOT / "benchmarks/run.py"


def environment(databases, base, template):
    """What tests and benchmarks find in their environment."""
    instance = databases.instance
    return instance.env(
        CBR_BASE_DB=base,
        CBR_ADDON_DB=template,
        CBR_CDNOW_FILE=str(python.cdnow_file(instance.venv)),
    )


def run_tests(databases, arguments, demo=False):
    """Run pytest on a fresh database; pytest's closing line is the last one printed."""
    instance = databases.instance
    chromium.ensure()
    base = databases.base(demo)
    with databases.template(demo) as template, databases.template(True) as shown:
        env = environment(databases, base, template) | {"CBR_DEMO_DB": shown}
        with databases.scratch(f"test_{os.getpid()}", template) as name:
            say(f"test: pytest in database {name}")
            command = [instance.python, "-m", "pytest", f"--odoo-database={name}"]
            # With '=': as a word of its own pytest takes the file for a test's path.
            command += [f"--odoo-config={instance.configuration}", *arguments]
            return instance.show(command, env)


def run_benchmarks(databases, arguments, name=None):
    """Run the benchmarks in a scratch database, or in a named one that stays."""
    if not BENCHMARK.exists():
        raise Failure(f"{BENCHMARK} is missing: there is nothing to measure.")
    instance = databases.instance
    base = databases.base()
    with databases.template() as template:
        env = environment(databases, base, template)
        if name:
            if not databases.exists(name):
                databases.copy(template, name)
            env["CBR_BENCH_DB"] = name
            return instance.show([instance.python, BENCHMARK, *arguments], env)
        with databases.scratch(f"bench_{os.getpid()}", template) as scratch:
            env["CBR_BENCH_DB"] = scratch
            return instance.show([instance.python, BENCHMARK, *arguments], env)
