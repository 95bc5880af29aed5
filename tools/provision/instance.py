"""Odoo, its Python and its PostgreSQL together: the environment all commands run in."""

import contextlib
import hashlib
import os

from . import common, odoo, postgres, python
from .common import ROOT, capture, run

CONFIGURATION = """[options]
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
list_db = False
max_cron_threads = 0
without_demo = True
"""
# Variables of a developer's shell that would lead Odoo's Python astray.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PGDATABASE", "ODOO_RC")


class Instance:
    """What `./dev` provisions, started and ready to run Odoo."""

    def __init__(self):
        common.make_state()
        python.check_version()
        self.tree = odoo.ensure()
        self.venv = python.ensure("odoo", "odoo", "test")
        self.server = postgres.connect()
        self.data = common.STATE / "data"
        self.data.mkdir(exist_ok=True)
        self.configuration = self._configure()

    def _configure(self):
        """Odoo's configuration file, one for each checkout that shares the cache."""
        key = hashlib.sha256(f"{ROOT}\n{self.tree.python_path}".encode()).hexdigest()
        path = common.STATE / f"odoo-{key[:8]}.conf"
        addons = ",".join(map(str, [ROOT, *self.tree.addons_paths]))
        text = CONFIGURATION.format(addons=addons, data=self.data)
        if not path.exists() or path.read_text() != text:
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_text(text)
            partial.rename(path)
        return path

    @property
    def python(self):
        """The interpreter with everything Odoo needs."""
        return self.venv / "bin/python"

    def env(self, **extra):
        """The environment in which Odoo, its tests and scripts run."""
        environment = dict(self.server.client_env(), **extra)
        for name in UNWANTED:
            environment.pop(name, None)
        programs = [common.STATE / "bin", self.venv / "bin"]
        if self.server.programs:
            programs.append(self.server.programs)
        environment["PYTHONPATH"] = str(self.tree.python_path)
        environment["ODOO_RC"] = str(self.configuration)
        environment["PATH"] = ":".join([*map(str, programs), environment["PATH"]])
        return environment

    def odoo(self, *arguments):
        """The command line that runs Odoo with some arguments."""
        return [self.python, "-m", "odoo", *arguments]

    def call(self, *arguments, **options):
        """Run Odoo and return the result, its output captured."""
        return capture(self.odoo(*arguments), env=self.env(), cwd=ROOT, **options)

    def show(self, command, env=None, **options):
        """Run a command in the foreground, on the developer's terminal."""
        options.setdefault("check", False)
        with contextlib.suppress(KeyboardInterrupt):
            return run(command, env=env or self.env(), cwd=ROOT, **options).returncode
        return 130

    @contextlib.contextmanager
    def in_use(self):
        """Keeps `./dev stop` from stopping the server under a running command."""
        with common.lock("server-in-use", shared=True):
            yield
