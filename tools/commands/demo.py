"""`./dev demo`: Odoo with the addon in a database that stays, on a free port."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from provision import addon, common, python
from provision.common import MODULE, ROOT, Failure, say
from provision.database import complaints

DEFAULT_PORT = 8069
PORTS_TRIED = 50
START_SECONDS = 180
# The state of a listening socket in the kernel's table.
LISTEN = "0A"
TRIES = 3
DATABASES = {"demo": "demo", "cdnow": "demo_cdnow"}


def port_is_free(port):
    """Whether Odoo could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wanted):
    """The port that was asked for, else the first free one from the usual one on."""
    if wanted:
        if not port_is_free(wanted):
            raise Failure(
                f"Port {wanted} is taken (or not ours to use). Name another one with "
                "--port,\nor none: then the next free port is found."
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if port_is_free(port):
            if port != DEFAULT_PORT:
                say(f"demo: port {DEFAULT_PORT} is taken, using {port}")
            return port
    raise Failure("No free port found: name one with --port.")


def listens(pid, port):
    """Whether a process itself listens on a port: somebody else may answer there."""
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    sockets = {
        f"socket:[{row[9]}]"
        for row in rows
        if row[3] == LISTEN and int(row[1].rpartition(":")[2], 16) == port
    }
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if os.readlink(path) in sockets:
                return True
    return False


class Demo:
    """One demo database and the Odoo that serves it."""

    def __init__(self, name):
        self.name = name
        common.make_state()
        self.state_file = common.STATE / f"{name}.json"
        self.log = common.STATE / "log" / f"{name}.log"

    @contextlib.contextmanager
    def claim(self):
        """Hold the demo's lock, or yield None while an Odoo serves it.

        Odoo inherits the lock, so the kernel gives it back when that process ends.
        """
        with open(common.STATE / "locks" / f"running-{self.name}", "a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield None
                return
            yield handle

    def running(self):
        """{pid, port, key} of the Odoo that serves the demo, None if none does."""
        with self.claim() as handle:
            if handle is not None:
                return None
        for _ in range(50):
            with contextlib.suppress(OSError, ValueError):
                return json.loads(self.state_file.read_text())
            time.sleep(0.1)
        return {}

    def stop(self):
        """Stop the Odoo that serves the demo; whether there was one."""
        state = self.running()
        if not state or "pid" not in state:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(state["pid"], signal.SIGTERM)
        for attempt in range(150):
            if self.running() is None:
                return True
            time.sleep(0.1)
            if attempt == 100:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(state["pid"], signal.SIGKILL)
        return True


def prepare(databases, name, data, reset=False):
    """Make the demo database if there is none, update it if the addon changed."""
    instance = databases.instance
    if databases.exists(name):
        if not databases.server.private and databases.key_of(name) is None:
            raise Failure(
                f"The server of PGHOST has a database {name} that ./dev did not make.\n"
                "Rename it, or unset PGHOST to use a private cluster."
            )
        if not reset:
            update(databases, name)
            return
        databases.drop(name)
    cdnow = data == "cdnow"
    temporary = f"{name}_new"
    databases.drop(temporary)
    # Before: what changes meanwhile is brought in by the next update.
    key = addon.key()
    with databases.template(demo=not cdnow) as template:
        databases.copy(template, temporary)
    if cdnow:
        load_cdnow(instance, temporary)
    databases.rename(temporary, name)
    databases.mark(name, key)


def load_cdnow(instance, database):
    """Turn the CDNOW purchases into orders of a database."""
    file = python.cdnow_file(instance.venv)
    script = ROOT / "tools/cdnow.py"
    if not script.exists():
        raise Failure(f"{script} is missing: it loads the purchases.")
    say("demo: loading the CDNOW purchases as orders")
    command = [instance.python, script, "-d", database, "--file", file]
    if instance.show(command):
        raise Failure("tools/cdnow.py failed, see above. Run the same command again.")


def update(databases, name, force=False):
    """Update the addon in a database if its files changed since; nothing is lost."""
    key = addon.key()
    if databases.key_of(name) == key and not force:
        return
    say(f"demo: the addon changed, updating it in database {name}")
    options = ("--stop-after-init", "--no-http", "--log-level=warn")
    result = databases.instance.call("-d", name, "-u", MODULE, *options)
    if result.returncode or complaints(result.stdout, "ERROR|CRITICAL"):
        raise Failure(
            f"The update of {name} failed:\n{common.tail(result.stdout, 40)}\n\n"
            "Mend the addon and run the same command again, or make the database anew\n"
            "with './dev demo --reset'."
        )
    for line in complaints(result.stdout):
        say(f"demo: {line}")
    databases.mark(name, key)


def command_line(instance, name, port, extra):
    """Odoo's command line for a demo."""
    return instance.odoo(
        *("-d", name, "--db-filter", f"^{name}$", "--http-port", str(port)),
        *("--max-cron-threads", "1", *extra),
    )


def wait_until_ready(process, port, log):
    """Wait until the web client answers."""
    address = f"http://127.0.0.1:{port}/web/login"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = (
                f" Its log {log} ends with:\n{common.tail(log.read_text())}"
                if log
                else ""
            )
            raise Failure(f"Odoo ended with exit code {process.returncode}.{said}")
        with contextlib.suppress(OSError):
            if not listens(process.pid, port):
                time.sleep(0.1)
                continue
            with urllib.request.urlopen(address, timeout=60) as response:
                if response.status == 200:
                    return
        time.sleep(0.2)
    process.terminate()
    raise Failure(f"Odoo does not answer at {address} after {START_SECONDS} seconds.")


def announce(name, port, background):
    """Tell the developer where to go."""
    end = "./dev stop" if background else "Ctrl+C"
    lines = [
        f"Address   http://127.0.0.1:{port}/odoo",
        "Login     admin",
        "Password  admin",
        f"Database  {name}",
        f"To stop   {end}",
    ]
    rule = "-" * 60
    print("\n".join(["", rule, *("  " + line for line in lines), rule, ""]), flush=True)


def start(demo, instance, port, extra, background):
    """Start Odoo on a claimed demo; returns the process once the web client answers."""
    with demo.claim() as handle:
        if handle is None:
            raise Failure(
                f"{demo.name} was started meanwhile: run the same command again."
            )
        demo.state_file.unlink(missing_ok=True)
        with open(demo.log, "w") as log:
            process = subprocess.Popen(
                command_line(instance, demo.name, port, extra),
                cwd=ROOT,
                env=instance.env(),
                stdin=subprocess.DEVNULL,
                stdout=log if background else None,
                stderr=subprocess.STDOUT if background else None,
                pass_fds=[handle.fileno()],
                start_new_session=background,
            )
        state = {"pid": process.pid, "port": port, "key": addon.key()}
        partial = demo.state_file.with_suffix(".new")
        partial.write_text(json.dumps(state))
        partial.rename(demo.state_file)
        try:
            wait_until_ready(process, port, demo.log if background else None)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    return process


def serve(demo, instance, wanted, extra=(), background=True):
    """Start Odoo on the wanted or a free port: (process, port)."""
    for attempt in range(TRIES):
        port = choose_port(wanted)
        address = f"http://127.0.0.1:{port}/odoo"
        say(f"demo: starting Odoo at {address} (login admin, password admin)")
        try:
            return start(demo, instance, port, extra, background), port
        except Failure:
            # Another program may have taken the port in the meantime.
            if wanted or port_is_free(port) or attempt == TRIES - 1:
                raise


def run(databases, data="demo", port=None, reset=False, background=False, extra=()):
    """The whole command: prepare the database, start Odoo, say where it is."""
    demo = Demo(DATABASES[data])
    state = demo.running()
    if state and (reset or state.get("key") != addon.key()):
        say("demo: stopping the running Odoo, the addon changed or a reset was asked")
        demo.stop()
        state = None
    if state:
        say("demo: is running already")
        announce(demo.name, state["port"], True)
        return state["port"]
    if port:
        choose_port(port)
    prepare(databases, demo.name, data, reset)
    process, port = serve(demo, databases.instance, port, extra, background)
    announce(demo.name, port, background)
    if not background:
        attend(process)
    return port


def attend(process):
    """Stay with Odoo in the foreground; Ctrl+C or a signal stops it."""
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            raise SystemExit(process.wait())
        except KeyboardInterrupt:
            # The terminal sent it to Odoo as well, which ends by itself.
            continue
