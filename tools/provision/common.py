"""What every step shares: paths, messages, processes and locks."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

NAME = "client-base-retention"
MODULE = "client_base_retention"
SERIES = 19
ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / MODULE
PYTHONS = ((3, 10), (3, 13))
IS_ROOT = os.geteuid() == 0
STARTED = time.monotonic()


class Failure(Exception):
    """Something a person has to act on: says what happened and what to do."""


def state_dir():
    """The project's cache: all that is downloaded, unpacked or built lives here."""
    if os.environ.get("CBR_HOME"):
        return Path(os.environ["CBR_HOME"]).expanduser().resolve()
    if IS_ROOT:
        # Not below root's home (0700): the database server runs as another user.
        return Path("/var/cache") / NAME
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / NAME


STATE = state_dir()


def say(message):
    """Report progress; on stderr, so that a command's own output stays clean."""
    seconds = time.monotonic() - STARTED
    print(f"[{seconds:6.1f}s] {message}", file=sys.stderr, flush=True)


def run(command, **options):
    """Run a command given as a list and fail with CalledProcessError if it does."""
    options.setdefault("check", True)
    options.setdefault("text", True)
    return subprocess.run([str(word) for word in command], **options)


def capture(command, **options):
    """Run a command and return it with stdout and stderr in one `stdout` text."""
    options.setdefault("check", False)
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stderr", subprocess.STDOUT)
    return run(command, stdout=subprocess.PIPE, **options)


def tail(text, lines=25):
    """The last lines of a log, for a message."""
    return "\n".join(text.strip().splitlines()[-lines:])


def make_state():
    """Create the cache folder, or say why it cannot be used."""
    try:
        STATE.mkdir(parents=True, exist_ok=True)
        (STATE / "locks").mkdir(exist_ok=True)
        (STATE / "log").mkdir(exist_ok=True)
        (STATE / "locks" / "write").touch()
    except OSError as error:
        raise Failure(
            f"The cache folder {STATE} cannot be written: {error.strerror}.\n"
            "Name another one with CBR_HOME=/path/to/folder."
        ) from error


def need_space(megabytes, what):
    """Refuse early where a full disk would break the work half-way."""
    free = shutil.disk_usage(STATE).free // 2**20
    if free < megabytes:
        raise Failure(
            f"{what} needs about {megabytes} MB below {STATE}; {free} MB are free.\n"
            "Free some space, or name a folder on another disk with CBR_HOME=..."
        )


@contextlib.contextmanager
def lock(name, shared=False):
    """Wait for a lock; the kernel gives it back however the process ends."""
    make_state()
    with open(STATE / "locks" / name, "w") as handle:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except OSError:
            say(f"waiting for another run ({name})")
            fcntl.flock(handle, mode)
        yield handle


@contextlib.contextmanager
def try_lock(name):
    """Take a lock if nobody holds it: yields whether it could be taken."""
    make_state()
    with open(STATE / "locks" / name, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def fresh_dir(path):
    """An empty folder, whatever a broken run left there."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def move_into_place(source, target):
    """Put a finished folder under its name; half-finished ones never get it."""
    shutil.rmtree(target, ignore_errors=True)
    source.rename(target)
