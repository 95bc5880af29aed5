"""Debian packages without installing them: an isolated apt, dpkg-deb to unpack.

The machine's sources, proxy, certificates and credentials stay in force; its lists,
cache, hooks and status are never written: nothing of the system changes, also as root.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from . import common
from .common import Failure, capture, fresh_dir, say

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LISTS_STAY_FRESH = 3600
CONFIGURATION = """\
// Hooks of the machine (PackageKit, appstream, docker's clean-up) stay out.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::State "{folder}";
Dir::State::lists "{folder}/lists/";
Dir::State::status "{status}";
Dir::Cache "{folder}/cache/";
Dir::Cache::archives "{folder}/cache/archives/";
Dir::Log "{folder}/log";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "60";
Acquire::https::Timeout "60";
// No drop to the user _apt: it may not enter this folder.
APT::Sandbox::User "root";
Debug::NoLocking "true";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
"""
OWN_SOURCES = """\
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Default-Release "";
"""
UNUSED_INDEXES = (
    "DEP-11",
    "DEP-11-icons-small",
    "DEP-11-icons",
    "DEP-11-icons-hidpi",
    "CNF",
    "Contents-deb",
    "Contents-deb-legacy",
    "AppStream",
)


class AptError(Exception):
    """apt could not do it; the message holds what apt said."""


def codename():
    """This Debian's code name, or None where the machine does not say."""
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return None
    match = re.search(r"^VERSION_CODENAME=(\S+)", text, re.MULTILINE)
    return match and match.group(1)


def rank_mirrors(text, suites):
    """Archives named by `apt-get update --print-uris`, those of known suites first."""
    pattern = r"^'([^'\s]+)/dists/([^'\s]+?)/(?:[^'/\s]+/binary-[^'\s]+|InRelease)'"
    ranks = {}
    for uri, suite in re.findall(pattern, text, re.MULTILINE):
        if uri.startswith(("cdrom:", "file:", "copy:")) or "security" in uri + suite:
            continue
        ranks[uri + "/"] = min(int(suite not in suites), ranks.get(uri + "/", 1))
    return sorted(ranks, key=ranks.get)


def mirrors():
    """The Debian archives this machine already uses, best first."""
    if os.environ.get("CBR_DEB_MIRROR"):
        return [os.environ["CBR_DEB_MIRROR"].rstrip("/") + "/"]
    # `apt-get indextargets` would be silent until the machine's first update.
    listing = capture(
        ["apt-get", "update", "--print-uris"], env=quiet(), stderr=subprocess.DEVNULL
    )
    known = ("stable", "testing", "unstable", "sid", codename())
    return rank_mirrors(listing.stdout, known)


def quiet():
    """The environment for apt: English and never a question."""
    return dict(os.environ, LC_ALL="C", DEBIAN_FRONTEND="noninteractive")


class Apt:
    """One isolated apt: over `suites` of the machine's mirrors, or its own sources."""

    def __init__(self, name, suites=()):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise AptError("this machine has no apt-get and dpkg-deb")
        self.folder = common.STATE / "apt" / name
        self.suites = list(suites)
        for sub in ("lists/partial", "cache/archives/partial", "log"):
            (self.folder / sub).mkdir(parents=True, exist_ok=True)
        text = CONFIGURATION + (OWN_SOURCES if suites else "")
        text = text.format(folder=self.folder, status="/var/lib/dpkg/status")
        for index in UNUSED_INDEXES:
            text += f'Acquire::IndexTargets::deb::{index}::DefaultEnabled "false";\n'
        (self.folder / "apt.conf").write_text(text)

    def call(self, program, *arguments, **options):
        """Run apt-get or apt-cache with the isolated configuration."""
        command = [program, "-c", self.folder / "apt.conf", *arguments]
        return capture(command, env=quiet(), **options)

    def update(self):
        """Read the package lists, at most once an hour."""
        stamp = self.folder / "updated"
        if stamp.exists() and time.time() - stamp.stat().st_mtime < LISTS_STAY_FRESH:
            if stamp.read_text() == " ".join(self.suites):
                return
        if self.suites:
            self._update_from_mirrors()
        elif self.call("apt-get", "update", "-q").returncode:
            say("apt: some of this machine's package sources cannot be read, going on")
        stamp.write_text(" ".join(self.suites))

    def _update_from_mirrors(self):
        if not os.path.exists(KEYRING):
            raise AptError(f"{KEYRING} is missing (package debian-archive-keyring)")
        architecture = capture(["dpkg", "--print-architecture"]).stdout.strip()
        options = f"[signed-by={KEYRING} arch={architecture}]"
        errors = []
        for uri in mirrors():
            (self.folder / "sources.list").write_text(
                "".join(f"deb {options} {uri} {suite} main\n" for suite in self.suites)
            )
            # Without the error mode a failed update exits 0 on older versions of apt.
            update = ["update", "-q", "-o", "APT::Update::Error-Mode=any"]
            result = self.call("apt-get", *update)
            if result.returncode and "is expired" in result.stdout:
                say("apt: the mirror's index is old; its signature is still checked")
                update += ["-o", "Acquire::Check-Valid-Until=false"]
                result = self.call("apt-get", *update)
            if not result.returncode:
                return
            errors.append(common.tail(result.stdout, 6))
        raise AptError(
            f"no Debian archive of this machine answers for {'/'.join(self.suites)}:\n"
            + ("\n".join(errors) or "its apt configuration names none")
        )

    def candidates(self, *packages):
        """{package: [(version, suite)]}, newest first, from the isolated lists."""
        found = {package: [] for package in packages}
        for line in self.call("apt-cache", "madison", *packages).stdout.splitlines():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) == 3 and parts[0] in found and parts[2].endswith("Packages"):
                suite = re.search(r"(\S+)/main", parts[2])
                if suite:
                    found[parts[0]].append((parts[1], suite.group(1)))
        return found

    def download(self, wanted, folder):
        """Download `name=version` packages, checked against the signed lists.

        apt writes straight under the final name and does not resume, so a killed run
        leaves a cut file that looks complete: work in a folder of its own, then rename.
        """
        partial = fresh_dir(folder / "partial")
        result = self.call("apt-get", "download", "-q", *wanted, cwd=partial)
        if result.returncode:
            raise AptError(common.tail(result.stdout))
        for deb in partial.glob("*.deb"):
            deb.rename(folder / deb.name)
        return sorted(folder.glob("*.deb"))

    def missing(self, packages, leave_out=()):
        """`name=version` of packages and of the dependencies the machine lacks."""
        result = self.call(
            "apt-get", "install", "-s", "-q", "--reinstall", "-y", *packages
        )
        if result.returncode:
            raise AptError(common.tail(result.stdout))
        lines = re.findall(
            r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", result.stdout, re.MULTILINE
        )
        return [
            f"{name}={version}"
            for name, version in lines
            if not name.startswith(tuple(leave_out))
        ]


def unpack(deb, target, exclude=()):
    """Unpack a package, leaving out what matches the patterns."""
    reader = subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
    )
    command = ["tar", "-x", "-f", "-", "--no-same-owner", "-C", target]
    result = capture(
        command + [f"--exclude={pattern}" for pattern in exclude], stdin=reader.stdout
    )
    reader.stdout.close()
    if reader.wait() or result.returncode:
        raise Failure(
            f"{Path(deb).name} could not be unpacked:\n"
            f"{common.tail(result.stdout, 5)}\n"
            "Is the disk full? Free some space and run the same command again."
        )


def unpack_missing(name, packages, target, leave_out=()):
    """Unpack packages of the machine's own suite, and what they need, into `target`."""
    apt = Apt("machine")
    apt.update()
    wanted = apt.missing(packages, leave_out)
    say(f"{name}: downloading {len(wanted)} packages of this Debian (not installing)")
    folder = fresh_dir(common.STATE / "debs" / name)
    temporary = fresh_dir(target.with_name(target.name + ".new"))
    for deb in apt.download(wanted, folder):
        unpack(deb, temporary, ["./usr/share/doc", "./usr/share/man"])
    shutil.rmtree(folder, ignore_errors=True)
    (temporary / "packages.txt").write_text("\n".join(wanted) + "\n")
    common.move_into_place(temporary, target)


def library_path(prefix):
    """Folders with shared libraries below an unpacked prefix, for LD_LIBRARY_PATH."""
    patterns = ("usr/lib/*-linux-gnu", "lib/*-linux-gnu", "usr/lib/*-linux-gnu/*")
    folders = {
        folder
        for pattern in patterns
        for folder in prefix.glob(pattern)
        if folder.is_dir() and any(folder.glob("lib*.so*"))
    }
    return ":".join(
        str(folder) for folder in sorted(folders, key=lambda f: len(f.parts))
    )
