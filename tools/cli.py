#!/usr/bin/env python3
"""The command line of `./dev`."""

import argparse
import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from commands import demo, linting, pictures, roles, testing, translations  # noqa: E402
from provision import common  # noqa: E402
from provision.common import Failure, say  # noqa: E402
from provision.database import Databases  # noqa: E402
from provision.instance import Instance  # noqa: E402
from provision.postgres import PrivateServer  # noqa: E402

INTERRUPTED = 130


def open_databases():
    """Provision everything and open the databases."""
    return Databases(Instance())


def demo_name(options):
    """The database a command works on."""
    return options.database or demo.DATABASES[options.data]


def open_demo(options):
    """The databases and the name of one to work on, made if it is a demo."""
    databases = open_databases()
    name = demo_name(options)
    if not databases.exists(name):
        if options.database:
            raise Failure(f"There is no database {name}: './dev psql -l' lists them.")
        demo.prepare(databases, name, options.data)
    return databases, name


def cmd_demo(options, rest):
    """create the demo database, start Odoo, print address and login"""
    demo.run(
        open_databases(),
        options.data,
        options.port,
        options.reset,
        options.background,
        [word for word in rest if word != "--"],
    )
    return 0


def cmd_test(options, rest):
    """run the suite (or the paths and pytest options given) on a fresh database"""
    arguments = [word for word in rest if word != "--"]
    return testing.run_tests(open_databases(), arguments, options.with_demo)


def cmd_shell(options, rest):
    """odoo shell on the demo database"""
    databases, name = open_demo(options)
    instance = databases.instance
    words = ["shell", "-d", name, "--no-http", "--log-level=warn", *rest]
    return instance.show(instance.odoo(*words))


def cmd_psql(options, rest):
    """psql on the demo database"""
    if "-l" in rest or "--list" in rest:
        databases, name = open_databases(), "postgres"
    else:
        databases, name = open_demo(options)
    server = databases.server
    return databases.instance.show([server.program("psql"), "-d", name, *rest])


def cmd_update(options, rest):
    """update the addon in the demo database, restarting an Odoo in the background"""
    databases, name = open_demo(options)
    running = demo.Demo(name)
    state = running.running()
    if state:
        running.stop()
    demo.update(databases, name, force=True)
    if state and not options.database:
        demo.run(databases, options.data, state["port"], background=True, extra=rest)
    return 0


def cmd_odoo(options, rest):
    """run Odoo itself with any arguments, e.g. ./dev odoo help"""
    instance = Instance()
    return instance.show(instance.odoo(*rest))


def cmd_python(options, rest):
    """run the Python that has Odoo, e.g. ./dev python script.py"""
    instance = Instance()
    return instance.show([instance.python, *rest])


def cmd_lint(options, rest):
    """run every linter (--fast: those that need no Odoo; --fix: mend what can be)"""
    return linting.run(open_databases, options.fast, options.fix)


def cmd_i18n(options, rest):
    """export the addon's texts, merge them into the translations (--check: compare)"""
    return translations.run(open_databases(), options.check)


def cmd_roles(options, rest):
    """write the table of roles and rights in docs (--check: compare)"""
    return roles.run(open_databases(), options.check)


def cmd_look(options, rest):
    """save pictures of pages of the demo: ./dev look [--width 390] /odoo/contacts"""
    return pictures.look(open_databases(), options.data, rest)


def cmd_screenshots(options, rest):
    """renew the pictures of the documentation from a fresh demo"""
    return pictures.screenshots(open_databases(), rest)


def cmd_bench(options, rest):
    """run benchmarks/run.py in a scratch database (--database NAME keeps it)"""
    return testing.run_benchmarks(open_databases(), rest, options.database)


def stop_all():
    """Stop the demos and PostgreSQL; whether nothing of ours runs any more."""
    common.make_state()
    for name in demo.DATABASES.values():
        if demo.Demo(name).stop():
            say(f"stop: {name} stopped")
    for _ in range(20):
        with common.try_lock("server-in-use") as free:
            if free:
                if any(common.STATE.glob("postgres-[0-9]*")):
                    PrivateServer().stop()
                    say("stop: PostgreSQL stopped")
                return True
        time.sleep(0.2)
    return False


def cmd_stop(options, rest):
    """stop the demo and PostgreSQL"""
    if not stop_all():
        say("stop: another ./dev command uses PostgreSQL, it is left running")
    return 0


def cmd_clean(options, rest):
    """remove the cache, or with --databases only the private databases"""
    if not stop_all():
        raise Failure("Another ./dev command is running: end it, then clean.")
    targets = [common.STATE]
    if options.databases:
        targets = [
            *common.STATE.glob("postgres-[0-9]*"),
            common.STATE / "data/filestore",
        ]
    for target in targets:
        say(f"clean: removing {target}")
        shutil.rmtree(target, ignore_errors=True)
    return 0


def parser():
    """The argument parser; unknown arguments belong to the program that is run."""
    top = argparse.ArgumentParser(prog="./dev", allow_abbrev=False)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    made = {}
    for name, function in sorted(COMMANDS.items()):
        description = function.__doc__
        # pytest, psql and Odoo have a -h of their own.
        made[name] = commands.add_parser(
            name, help=description, description=description, allow_abbrev=False
        )
    for name in ("demo", "look", "shell", "psql", "update"):
        made[name].add_argument(
            "--data", choices=sorted(demo.DATABASES), default="demo"
        )
    for name in ("shell", "psql", "update", "bench"):
        made[name].add_argument("-d", "--database", metavar="NAME")
    made["demo"].add_argument("--port", type=int, default=os.environ.get("PORT"))
    made["demo"].add_argument("--reset", action="store_true", help="make it anew")
    made["demo"].add_argument(
        "--background", action="store_true", help="leave it running"
    )
    made["test"].add_argument("--with-demo", action="store_true", help="with demo data")
    made["lint"].add_argument("--fast", action="store_true")
    made["lint"].add_argument("--fix", action="store_true")
    for name in ("i18n", "roles"):
        made[name].add_argument("--check", action="store_true")
    made["clean"].add_argument("--databases", action="store_true")
    return top


COMMANDS = {
    name.removeprefix("cmd_"): function
    for name, function in list(globals().items())
    if name.startswith("cmd_")
}


def explain(error):
    """A failure in the words of the one who has to act."""
    if isinstance(error, Failure):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"The disk is full (the cache is {common.STATE}).\n"
            "Free some space, or name a folder on another disk with CBR_HOME=..., and "
            "run the same command again."
        )
    if isinstance(error, subprocess.CalledProcessError):
        return f"{error}\n{common.tail(error.stdout or '')}"
    return None


def main(arguments=None):
    """Run a command and return its exit code."""
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options, rest = parser().parse_known_args(arguments)
    try:
        if options.command in ("stop", "clean"):
            return COMMANDS[options.command](options, rest)
        with common.lock("server-in-use", shared=True):
            return COMMANDS[options.command](options, rest)
    except KeyboardInterrupt:
        print("\ninterrupted: run the same command again", file=sys.stderr)
        return INTERRUPTED
    except (Failure, OSError, subprocess.CalledProcessError) as error:
        message = explain(error)
        if message is None:
            raise
        print(f"\n{message.strip()}\n", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
