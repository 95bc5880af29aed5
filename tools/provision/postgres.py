"""PostgreSQL: a private cluster on a socket, or the server that PGHOST names."""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from . import common
from .apt import AptError, library_path, unpack_missing
from .common import IS_ROOT, Failure, capture, say

OLDEST = 13
EXTENSIONS = ("pg_trgm", "unaccent")
# A superuser may not run the server, so root hands it to this account of every Debian.
SERVER_USER = "nobody"
# A unix socket's path has at most 107 bytes; the file name takes 17 of them.
LONGEST_SOCKET_FOLDER = 90
# The compiler for expressions weighs 120 MB and is switched off below.
LEAVE_OUT = ("libllvm", "libclang", "libz3", "ssl-cert", "postgresql-17-jit")
CONFIGURATION = """
# A private cluster for development: speed before durability.
listen_addresses = ''
unix_socket_directories = '{socket}'
port = 5432
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
max_connections = 200
logging_collector = off
log_min_messages = warning
"""
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
exec "{program}" "$@"
"""


def installed_servers(root=Path("/usr/lib/postgresql")):
    """Folders with the server programs of a machine, newest first, fit for Odoo."""
    found = []
    for program in root.glob("*/bin/postgres"):
        major = program.parts[-3]
        # Debian keeps them side by side: lib/postgresql/15/bin, share/postgresql/15.
        share = root.parents[1] / "share/postgresql" / major / "extension"
        fit = all((share / f"{name}.control").exists() for name in EXTENSIONS)
        if major.isdigit() and int(major) >= OLDEST and fit:
            found.append((int(major), program.parent))
    return [folder for _, folder in sorted(found, reverse=True)]


class Server:
    """What both kinds share: the client programs and the questions asked with them."""

    def __init__(self, programs, environment):
        self.programs = programs
        self.environment = environment

    def client_env(self):
        """The environment in which the client programs run."""
        return dict(os.environ, **self.environment)

    def program(self, name):
        """The path of a client program."""
        return self.programs / name if self.programs else name

    def client(self, name, *arguments, **options):
        """Run a client program and return the result, its output captured."""
        return capture(
            [self.program(name), *arguments], env=self.client_env(), **options
        )

    def query(self, sql, database="postgres", **values):
        """The first column of a query; `values` are quoted into :'name' places."""
        settings = [f"--set={key}={value}" for key, value in values.items()]
        arguments = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, *settings]
        result = self.client("psql", *arguments, stdin=None, input=sql + "\n")
        if result.returncode:
            raise Failure(f"PostgreSQL: {result.stdout.strip()}")
        return result.stdout.split("\n")[:-1]


class ExternalServer(Server):
    """An existing server, named by the usual PG* variables."""

    def __init__(self):
        super().__init__(find_clients(), {})
        self.kind = f"{os.environ['PGHOST']}:{os.environ.get('PGPORT', 5432)}"

    private = False

    def start(self):
        """Nothing to start: check that the server is one Odoo can use."""
        result = self.client(
            "psql",
            "-XAtq",
            *("-d", os.environ.get("PGDATABASE", "postgres")),
            *("-c", "select current_setting('server_version_num')::int / 10000"),
            *("-c", "select current_user"),
            *("-c", "select rolcreatedb or rolsuper from pg_roles"
              " where rolname = current_user"),
            *("-c", "select count(*) from pg_available_extensions"
              f" where name in {EXTENSIONS}"),
        )  # fmt: skip
        if result.returncode:
            raise Failure(
                f"The PostgreSQL server named by PGHOST does not answer:\n"
                f"{result.stdout.strip()}\n\n"
                "Check PGHOST, PGPORT, PGUSER and PGPASSWORD, "
                "or unset PGHOST to use a private cluster."
            )
        major, user, may_create, extensions = result.stdout.split()[-4:]
        problems = {
            f"it is PostgreSQL {major}, {OLDEST} is the oldest": int(major) < OLDEST,
            "Odoo refuses the role 'postgres', use another": user == "postgres",
            f"the role {user} may not create databases": may_create != "t",
            "it lacks pg_trgm or unaccent (contrib)": int(extensions) < len(EXTENSIONS),
        }
        for problem, is_so in problems.items():
            if is_so:
                raise Failure(
                    f"The PostgreSQL server of PGHOST is of no use: {problem}."
                )

    def stop(self):
        """Somebody else's server is left alone."""


class PrivateServer(Server):
    """A cluster of the project's own, on a socket that only its owner may use."""

    private = True

    def __init__(self):
        self.account = {}
        if IS_ROOT:
            user = pwd.getpwnam(SERVER_USER)
            self.account = {
                "user": user.pw_uid,
                "group": user.pw_gid,
                "extra_groups": [],
            }
        else:
            check_account()
        super().__init__(find_servers(), {})
        self.major = self.find_major()
        self.kind = f"private {self.major}"
        self.folder = common.STATE / f"postgres-{self.major}"
        self.data = self.folder / "data"
        self.socket = self.folder / "run"
        if len(str(self.socket)) > LONGEST_SOCKET_FOLDER:
            key = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
            self.socket = Path(f"/tmp/.{common.NAME}-{key}")
        self.environment = {
            "PGHOST": str(self.socket),
            "PGPORT": "5432",
            "PGUSER": "odoo",
        }

    def find_major(self):
        """The server's major version; also shows that its account can run it."""
        result = self.server("postgres", "-V")
        match = re.search(r"\(PostgreSQL\) (\d+)", result.stdout)
        if not match:
            raise Failure(
                f"{self.programs}/postgres cannot be run by the user "
                f"{SERVER_USER if IS_ROOT else 'you are'}:\n{result.stdout.strip()}\n"
                "Set CBR_HOME to a folder that every user may enter."
            )
        return match.group(1)

    def server(self, name, *arguments, **options):
        """Run a server program as the account that owns the cluster."""
        return capture(
            [self.program(name), *arguments],
            cwd="/",
            env=self.client_env(),
            **self.account,
            **options,
        )

    def running(self):
        """Whether the cluster's server runs."""
        return self.server("pg_ctl", "-D", self.data, "status").returncode == 0

    def start(self):
        """Create the cluster if there is none, start it if it does not run."""
        with common.lock("postgres"):
            for folder in (self.folder, self.socket):
                folder.mkdir(parents=True, exist_ok=True)
                if IS_ROOT:
                    os.chown(folder, self.account["user"], self.account["group"])
            self.socket.chmod(0o700)
            if not (self.data / "PG_VERSION").exists():
                self.create()
            if not self.running():
                self.launch()

    def create(self):
        """initdb beside the final place, then rename."""
        say(f"postgres: creating a private cluster (PostgreSQL {self.major})")
        temporary = self.data.with_name("data.new")
        shutil.rmtree(temporary, ignore_errors=True)
        result = self.server(
            "initdb",
            *("-D", temporary, "-U", "odoo", "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
        )
        if result.returncode:
            raise Failure(f"PostgreSQL's initdb failed:\n{common.tail(result.stdout)}")
        with open(temporary / "postgresql.conf", "a") as file:
            file.write(CONFIGURATION.format(socket=self.socket))
        common.move_into_place(temporary, self.data)

    def launch(self):
        """Start the server; its output goes to its own log, never into our pipes."""
        log = self.data / "server.log"
        result = subprocess.run(
            [self.program("pg_ctl"), "-D", self.data, "-w", "-t", "60", "-s"]
            + ["-l", log, "start"],
            cwd="/",
            env=self.client_env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.account,
        )
        if result.returncode:
            said = common.tail(log.read_text(), 15) if log.exists() else ""
            raise Failure(
                f"PostgreSQL did not start. Its log {log} ends with:\n{said}\n\n"
                "If its files are broken, './dev clean --databases' makes new ones."
            )

    def stop(self):
        """Stop the server at once, rolling back what is open."""
        if self.running():
            self.server("pg_ctl", "-D", self.data, "-m", "fast", "-s", "-w", "stop")


def check_account():
    """initdb refuses a user id without a name."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Failure(
            f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL\n"
            "does not run for such a one: give it an entry in /etc/passwd, or name a\n"
            "server with PGHOST."
        ) from None


def find_servers():
    """The folder of the server programs: the machine's or unpacked ones."""
    installed = installed_servers()
    return installed[0] if installed else unpacked("postgres", "postgresql")


def find_clients():
    """The folder of the client programs, None where they are on PATH."""
    installed = installed_servers()
    if installed:
        return installed[0]
    if all(shutil.which(name) for name in ("psql", "createdb", "dropdb")):
        return None
    return unpacked("postgres-client", "postgresql-client")


def unpacked(name, package):
    """A folder of wrappers for the programs of an unpacked Debian package."""
    prefix = common.STATE / name
    with common.lock(name):
        if not (prefix / "packages.txt").exists():
            common.need_space(300, "PostgreSQL")
            try:
                unpack_missing(name, [package, "tzdata"], prefix, LEAVE_OUT)
            except AptError as error:
                raise Failure(
                    f"Debian's PostgreSQL could not be had:\n{error}\n\n"
                    "Check the network and run the same command again, or install the\n"
                    "package postgresql, or name a running server with PGHOST, PGUSER "
                    "and PGPASSWORD."
                ) from error
        if not (prefix / "bin").exists():
            write_wrappers(prefix)
    return prefix / "bin"


def write_wrappers(prefix):
    """Scripts that run unpacked programs with the libraries unpacked beside them."""
    folder = common.fresh_dir(prefix / "bin.new")
    libraries = library_path(prefix)
    for program in prefix.glob("usr/lib/postgresql/*/bin/*"):
        wrapper = folder / program.name
        wrapper.write_text(WRAPPER.format(libraries=libraries, program=program))
        wrapper.chmod(0o755)
    folder.rename(prefix / "bin")


def connect():
    """The server to use, started."""
    server = ExternalServer() if os.environ.get("PGHOST") else PrivateServer()
    server.start()
    return server
