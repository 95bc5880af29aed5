"""The provisioning's own rules, on stubs: nothing is downloaded here."""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from provision import addon, apt, common, odoo, postgres, python  # noqa: E402
from provision.common import Failure  # noqa: E402


@pytest.fixture
def state(tmp_path, monkeypatch):
    """An empty cache of its own."""
    monkeypatch.setattr(common, "STATE", tmp_path / "state")
    common.make_state()
    return tmp_path / "state"


def make_odoo(home, series=19):
    (home / "odoo/addons/base").mkdir(parents=True)
    (home / "addons/web/static").mkdir(parents=True)
    release = f"version_info = ({series}, 0, 0, 'final', 0, '')\n"
    (home / "odoo/release.py").write_text(release)
    return home


# -- Odoo


def test_odoo_home_takes_a_checkout(tmp_path):
    home = make_odoo(tmp_path)
    tree = odoo.from_home(home)
    assert tree.python_path == home
    assert tree.addons_paths == [home / "addons", home / "odoo/addons"]


def test_odoo_home_takes_an_unpacked_package_without_its_dead_addons(tmp_path):
    place = tmp_path / "usr/lib/python3/dist-packages"
    make_odoo(place)
    (place / "odoo/addons/web/static").mkdir(parents=True)
    (place / "addons/web/static").rmdir()
    tree = odoo.from_home(tmp_path)
    assert tree.python_path == place
    assert tree.addons_paths == [place / "odoo/addons"]


def test_odoo_home_without_odoo_says_what_to_name(tmp_path):
    with pytest.raises(Failure, match="holds no Odoo.*\n.*checkout of Odoo 19"):
        odoo.from_home(tmp_path)


def test_odoo_home_of_another_series_is_refused(tmp_path):
    home = make_odoo(tmp_path, 18)
    with pytest.raises(Failure, match="is Odoo 18; this addon is for Odoo 19"):
        odoo.from_home(home)


def test_series_of_the_development_version(tmp_path):
    make_odoo(tmp_path)
    release = tmp_path / "odoo/release.py"
    release.write_text("version_info = ('saas~19', 2, 0, ALPHA, 1, '')\n")
    assert odoo.series(tmp_path) == 19


def test_another_odoo_makes_other_databases(tmp_path):
    tree = odoo.find_tree(make_odoo(tmp_path))
    before = tree.identity
    (tmp_path / ".git/refs/heads").mkdir(parents=True)
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/19.0\n")
    (tmp_path / ".git/refs/heads/19.0").write_text("1234\n")
    assert tree.identity != before


class FakeApt:
    """An archive that holds some packages."""

    folder = Path("/nonexistent")

    def __init__(self, packages):
        self.packages = packages

    def candidates(self, *names):
        return {name: self.packages.get(name, []) for name in names}

    def call(self, *words):
        found = "".join(f"{name} - ERP\n" for name in self.packages)
        return subprocess.CompletedProcess(words, 0, found)


def test_an_archive_with_another_odoo_only_is_named():
    archive = FakeApt({"odoo-20": [("20.0", "sid")]})
    with pytest.raises(
        apt.AptError, match=r"no package odoo-19 \(it carries odoo-20\)"
    ):
        odoo.choose(archive)
    assert "ODOO_HOME" in odoo.unavailable("...")


def test_fonts_come_from_the_suite_whose_files_odoo_links_to():
    packages = {name: [("2", "sid"), ("1", "trixie")] for name in odoo.WANTED}
    chosen = odoo.choose(FakeApt(packages))
    assert "odoo-19=2" in chosen
    assert "fonts-font-awesome=1" in chosen


def test_an_interrupted_unpacking_is_done_again(state, monkeypatch):
    """A killed run leaves a folder without its final name; the next one starts anew."""
    target = state / odoo.PACKAGE
    broken = state / f"{odoo.PACKAGE}.new"
    (broken / "half").mkdir(parents=True)
    isolated = FakeApt({name: [("1", "sid")] for name in odoo.WANTED})
    isolated.download = lambda chosen, folder: [folder / "odoo.deb"]
    monkeypatch.setattr(odoo, "archive", lambda: isolated)
    interrupted = [True]

    def unpack(deb, folder, exclude):
        make_odoo(folder / "usr/lib/python3/dist-packages")
        (folder / "usr/lib/python3/dist-packages/odoo/addons/web/static").mkdir(
            parents=True
        )
        if interrupted.pop():
            interrupted.append(False)
            raise KeyboardInterrupt

    monkeypatch.setattr(apt, "unpack", unpack)
    monkeypatch.delenv("ODOO_HOME", raising=False)
    with pytest.raises(KeyboardInterrupt):
        odoo.ensure()
    assert not target.exists()
    tree = odoo.ensure()
    assert tree.python_path == target / "usr/lib/python3/dist-packages"
    assert not (target / "half").exists()


def test_missing_files_of_the_package_are_replaced(tmp_path):
    tree = tmp_path / "odoo"
    fonts = tree / "addons/web/static/fonts"
    fonts.mkdir(parents=True)
    (fonts / "Lost-Regular.ttf").symlink_to("/nowhere/Lost-Regular.ttf")
    (fonts / "gone.js").symlink_to("/nowhere/gone.js")
    real = tmp_path / "usr/share/fonts/truetype/Lost-Regular.ttf"
    real.parent.mkdir(parents=True)
    real.write_text("font")
    odoo.repair(tree, tmp_path)
    assert (fonts / "Lost-Regular.ttf").read_text() == "font"
    assert (fonts / "gone.js").read_text() == "/* stand-in */\n"
    assert (
        tree / "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    ).exists()


# -- apt


def test_apt_never_touches_the_machine(state):
    isolated = apt.Apt("some", ["sid"])
    said = (isolated.folder / "apt.conf").read_text()
    for key in ("Dir::State", "Dir::State::lists", "Dir::Cache", "Dir::Log"):
        assert re.search(rf'^{key} "{state}', said, re.MULTILINE), key
    assert f'Dir::Etc::sourcelist "{state}' in said
    assert "#clear APT::Update::Post-Invoke;" in said
    # The lists of packages are read over the network, so their signatures count.
    for switch in ("AllowUnauthenticated", "AllowInsecureRepositories", "trusted"):
        assert switch not in said


def test_the_private_source_is_signed(state, monkeypatch):
    monkeypatch.setattr(apt, "KEYRING", str(state))
    monkeypatch.setenv("CBR_DEB_MIRROR", "http://localhost/mirror")
    isolated = apt.Apt("some", ["sid"])
    done = subprocess.CompletedProcess([], 0, "")
    monkeypatch.setattr(isolated, "call", lambda *words: done)
    isolated.update()
    line = (isolated.folder / "sources.list").read_text()
    assert line.startswith(f"deb [signed-by={state} arch=")
    assert line.endswith("] http://localhost/mirror/ sid main\n")


def test_mirrors_come_from_the_machines_own_configuration():
    listing = """\
'http://other.localhost/x/dists/stable-fast/InRelease' other 0
'http://deb.localhost/mirror/dists/bookworm/InRelease' deb 0
'http://deb.localhost/mirror-security/dists/bookworm-security/InRelease' deb 0
'file:/media/dists/bookworm/InRelease' file 0
"""
    found = apt.rank_mirrors(listing, ("bookworm",))
    assert found == ["http://deb.localhost/mirror/", "http://other.localhost/x/"]


def test_a_cut_download_never_gets_its_final_name(state, tmp_path, monkeypatch):
    isolated = apt.Apt("some")
    folder = tmp_path / "debs"
    codes = [100, 0]

    def call(program, *words, cwd):
        assert not list(cwd.iterdir())
        (cwd / "a_1_all.deb").write_text("cut" if codes[0] else "whole")
        return subprocess.CompletedProcess(words, codes.pop(0), "Connection failed")

    monkeypatch.setattr(isolated, "call", call)
    with pytest.raises(apt.AptError, match="Connection failed"):
        isolated.download(["a=1"], folder)
    assert not list(folder.glob("*.deb"))
    (deb,) = isolated.download(["a=1"], folder)
    assert deb.read_text() == "whole"


def test_a_broken_package_says_what_to_do(tmp_path):
    deb = tmp_path / "a.deb"
    deb.write_text("cut")
    with pytest.raises(Failure, match="could not be unpacked[^$]*run the same command"):
        apt.unpack(deb, tmp_path)


def test_only_what_the_machine_lacks_is_unpacked(state, monkeypatch):
    isolated = apt.Apt("some")
    said = """\
Inst libpq5 [15.1-1] (15.2-1 Archive:12 [amd64])
Inst libllvm14 (1:14.0.6-12 Archive:12 [amd64])
Conf libpq5 (15.2-1 Archive:12 [amd64])
"""
    done = subprocess.CompletedProcess([], 0, said)
    monkeypatch.setattr(isolated, "call", lambda *words: done)
    assert isolated.missing(["postgresql"], ("libllvm",)) == ["libpq5=15.2-1"]


# -- Python


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 14, 0), (2, 7)])
def test_a_python_odoo_does_not_run_on_is_refused(version):
    with pytest.raises(Failure, match=r"runs on 3\.10 to 3\.13[^$]*PYTHON="):
        python.check_version(version)


def test_pythons_odoo_runs_on():
    for version in ((3, 10, 0), (3, 11, 2), (3, 13, 9)):
        python.check_version(version)


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")))
def test_pins_are_exact(path):
    lines = [
        line for line in path.read_text().splitlines() if line[:1] not in ("", "#")
    ]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ;| --hash=sha256:|$)", line), line


def test_an_interrupted_environment_is_built_again(state, monkeypatch):
    built = []

    def build(venv, purpose, pins):
        built.append(venv)
        venv.mkdir(exist_ok=True)
        if len(built) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(python, "build", build)
    with pytest.raises(KeyboardInterrupt):
        python.ensure("odoo", "odoo", "test")
    assert python.ensure("odoo", "odoo", "test") == built[0]
    assert python.ensure("odoo", "odoo", "test") == built[0]
    assert len(built) == 2
    assert python.ensure("look", "look") != built[0]


# -- PostgreSQL


def make_server(root, major, extensions=postgres.EXTENSIONS):
    (root / f"lib/postgresql/{major}/bin").mkdir(parents=True)
    (root / f"lib/postgresql/{major}/bin/postgres").touch()
    share = root / f"share/postgresql/{major}/extension"
    share.mkdir(parents=True)
    for name in extensions:
        (share / f"{name}.control").touch()


def test_the_newest_fit_server_of_the_machine_is_used(tmp_path):
    for major in (9, 12, 13, 17):
        make_server(tmp_path, major)
    make_server(tmp_path, 18, ["pg_trgm"])
    found = postgres.installed_servers(tmp_path / "lib/postgresql")
    assert [folder.parent.name for folder in found] == ["17", "13"]


def test_an_external_server_of_no_use_says_why(monkeypatch):
    monkeypatch.setenv("PGHOST", "localhost")
    server = object.__new__(postgres.ExternalServer)
    server.programs, server.environment = None, {}
    answers = {
        "12\nodoo\nt\n2": "13 is the oldest",
        "16\npostgres\nt\n2": "refuses the role 'postgres'",
        "16\nodoo\nf\n2": "may not create databases",
        "16\nodoo\nt\n1": "lacks pg_trgm or unaccent",
    }
    for answer, problem in answers.items():
        done = subprocess.CompletedProcess([], 0, answer)
        monkeypatch.setattr(server, "client", lambda *words, done=done: done)
        with pytest.raises(Failure, match=problem):
            server.start()
    done = subprocess.CompletedProcess([], 2, "could not connect")
    monkeypatch.setattr(server, "client", lambda *words: done)
    with pytest.raises(Failure, match="does not answer[^$]*PGPASSWORD"):
        server.start()


def test_the_private_server_listens_on_no_port():
    assert "listen_addresses = ''" in postgres.CONFIGURATION


# -- the cache


def test_a_cache_that_cannot_be_written_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(common, "STATE", tmp_path / "file/state")
    with pytest.raises(Failure, match="CBR_HOME"):
        common.make_state()


def test_a_full_disk_is_said_before_the_work(state):
    with pytest.raises(Failure, match="MB are free"):
        common.need_space(10**9, "It")


def test_a_lock_ends_with_its_process(state):
    path = state / "locks/some"
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with common.try_lock("some") as free:
            assert not free
    with common.try_lock("some") as free:
        assert free


def test_the_cache_of_a_user_and_of_root(monkeypatch):
    monkeypatch.delenv("CBR_HOME", raising=False)
    monkeypatch.setattr(common, "IS_ROOT", True)
    assert common.state_dir() == Path("/var/cache/client-base-retention")
    monkeypatch.setattr(common, "IS_ROOT", False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert common.state_dir() == Path("/somewhere/client-base-retention")
    monkeypatch.setenv("CBR_HOME", "/elsewhere")
    assert common.state_dir() == Path("/elsewhere")


def test_the_key_of_the_addon_follows_what_a_database_depends_on(tmp_path, monkeypatch):
    monkeypatch.setattr(addon, "ADDON", tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "models/a.py").write_text("A = 1\n")
    before = addon.key()
    (tmp_path / "tests/test_a.py").write_text("A = 1\n")
    (tmp_path / "README.rst").write_text("words\n")
    assert addon.key() == before
    (tmp_path / "models/a.py").write_text("A = 2\n")
    assert addon.key() != before
    (tmp_path / "static").mkdir()
    script = tmp_path / "static/a.js"
    script.write_text("1\n")
    before = addon.key()
    os.utime(script, (1, 1))
    assert addon.key() != before


def test_an_addon_without_a_manifest_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(addon, "ADDON", tmp_path)
    with pytest.raises(Failure, match="no client_base_retention/__manifest__.py"):
        addon.manifest()
    (tmp_path / "__manifest__.py").write_text("{")
    with pytest.raises(Failure, match="cannot be read"):
        addon.manifest()
