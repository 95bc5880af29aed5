"""`./dev` and `.ci/run` as a developer meets them; nothing is downloaded here."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import cli  # noqa: E402
import i18n_merge  # noqa: E402
import polib  # noqa: E402
from commands import demo, linting  # noqa: E402
from provision import common  # noqa: E402
from provision.common import Failure  # noqa: E402
from provision.database import SCRATCH, complaints  # noqa: E402


def run(*command, **environment):
    return subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def state(tmp_path, monkeypatch):
    """An empty cache of its own."""
    monkeypatch.setattr(common, "STATE", tmp_path / "state")
    common.make_state()
    return tmp_path / "state"


# -- dev


def test_dev_lists_its_commands(tmp_path):
    result = run(ROOT / "dev", "--help", CBR_HOME=str(tmp_path))
    assert result.returncode == 0
    for name in ("demo", "test", "shell", "psql", "update", "stop", "clean", "lint"):
        assert f"    {name} " in result.stdout


def test_dev_refuses_a_python_that_was_named_but_does_not_fit(tmp_path):
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = run(ROOT / "dev", "demo", CBR_HOME=str(tmp_path), PYTHON=str(old))
    assert result.returncode == 1
    assert f"PYTHON={old} is no Python 3.10 to 3.13" in result.stdout


def test_dev_without_python_and_apt_says_what_to_do(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "id", "dirname", "mkdir", "flock", "cat"):
        path = subprocess.check_output(["sh", "-c", f"command -v {name}"], text=True)
        (programs / name).symlink_to(path.strip())
    result = run(
        ROOT / "dev", "demo", PATH=str(programs), CBR_HOME=str(tmp_path / "cache")
    )
    assert result.returncode == 1
    assert "no Python 3.10 to 3.13 here, and no apt-get" in result.stdout
    assert "PYTHON=" in result.stdout


def test_ci_runs_the_linters_and_then_the_tests(tmp_path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/run").write_text((ROOT / ".ci/run").read_text())
    dev = tmp_path / "dev"
    dev.write_text('#!/bin/sh\necho "dev $*"\n[ "$1" != "$FAIL" ]\n')
    dev.chmod(0o755)
    passed = run("bash", tmp_path / ".ci/run")
    assert (passed.returncode, passed.stdout) == (0, "dev lint\ndev test\n")
    failed = run("bash", tmp_path / ".ci/run", FAIL="lint")
    assert (failed.returncode, failed.stdout) == (1, "dev lint\n")
    assert run("bash", tmp_path / ".ci/run", FAIL="test").returncode == 1
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_errors_are_explained():
    full = OSError(errno.ENOSPC, "No space left on device")
    assert "disk is full" in cli.explain(full)
    assert cli.explain(Failure("do this")) == "do this"
    assert cli.explain(OSError(errno.EIO, "broken")) is None


def test_an_interrupted_command_says_to_run_it_again(state, monkeypatch, capsys):
    def interrupted(options, rest):
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "odoo", interrupted)
    assert cli.main(["odoo", "help"]) == cli.INTERRUPTED
    assert "run the same command again" in capsys.readouterr().err


def test_words_after_the_command_reach_the_program(state, monkeypatch):
    seen = []
    monkeypatch.setitem(cli.COMMANDS, "test", lambda options, rest: seen.extend(rest))
    cli.main(["test", "tests/test_a.py", "-k", "one or two", "--cov=x", "-x"])
    assert seen == ["tests/test_a.py", "-k", "one or two", "--cov=x", "-x"]


# -- demo


def test_a_taken_port_gives_way_to_the_next_one(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(demo, "DEFAULT_PORT", port)
        assert port < demo.choose_port(None) <= port + demo.PORTS_TRIED
        with pytest.raises(Failure, match=f"Port {port} is taken[^$]*--port"):
            demo.choose_port(port)


def test_somebody_elses_answer_on_the_port_does_not_count():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        own.listen()
        port = own.getsockname()[1]
        assert demo.listens(os.getpid(), port)
        child = subprocess.Popen(["sleep", "60"])
        assert not demo.listens(child.pid, port)
        child.kill()
        child.wait()


def test_a_demo_runs_as_long_as_its_process_holds_the_lock(state):
    served = demo.Demo("demo")
    assert served.running() is None
    with served.claim() as handle:
        served.state_file.write_text('{"pid": 1, "port": 8069, "key": "k"}')
        child = subprocess.Popen(["sleep", "60"], pass_fds=[handle.fileno()])
    assert demo.Demo("demo").running()["port"] == 8069
    child.kill()
    child.wait()
    assert served.running() is None
    assert not served.stop()


class FakeDatabases:
    """One demo database with the addon at some key."""

    def __init__(self, key, said="", code=0):
        self.key = key
        self.updates = []
        self.instance = self
        self.result = subprocess.CompletedProcess([], code, said)

    def key_of(self, name):
        return self.key

    def mark(self, name, key):
        self.key = key

    def call(self, *words):
        self.updates.append(words)
        return self.result


def test_a_changed_addon_is_updated_once(monkeypatch):
    monkeypatch.setattr(demo.addon, "key", lambda: "new")
    databases = FakeDatabases("old")
    demo.update(databases, "demo")
    demo.update(databases, "demo")
    (words,) = databases.updates
    assert words[:4] == ("-d", "demo", "-u", "client_base_retention")


def test_a_failed_update_is_tried_again(monkeypatch):
    monkeypatch.setattr(demo.addon, "key", lambda: "new")
    databases = FakeDatabases("old", "2026-01-01 1 ERROR demo odoo: no such field")
    with pytest.raises(Failure, match="no such field[^$]*--reset"):
        demo.update(databases, "demo")
    assert databases.key == "old"


# -- databases


def test_only_scratch_databases_are_cleared_away():
    owners = {
        "test_12": "test_12",
        "test_12_3": "test_12",
        "bench_7": "bench_7",
        "demo": None,
        "test_mine": None,
        "cbr_base_plain_12": None,
    }
    for name, owner in owners.items():
        match = SCRATCH.match(name)
        assert (match and match.group(1)) == owner


def test_only_odoos_own_log_lines_complain():
    log = "2026 1 WARNING db odoo: a\n<string>:38: (ERROR/3) docutils\n2026 1 ERROR x\n"
    assert complaints(log) == ["2026 1 WARNING db odoo: a", "2026 1 ERROR x"]
    assert complaints(log, "ERROR|CRITICAL") == ["2026 1 ERROR x"]


# -- lint and translations


def test_addresses_of_registries_and_paths_of_machines_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(linting, "ROOT", tmp_path)
    address = "https:" + "//files.py" + "pi.org/x"
    (tmp_path / "a.txt").write_text(f"good\n{address}\n/" + "work/x\n")
    found = list(linting.forbidden_texts())
    assert found == [
        "a.txt:2: the address of a package registry",
        "a.txt:3: a path of one machine",
    ]


def write_po(path, entries):
    text = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    for msgid, msgstr in entries.items():
        text += f'\nmsgid "{msgid}"\nmsgstr "{msgstr}"\n'
    path.write_text(text)
    return str(path)


def test_a_translation_follows_its_template(tmp_path, capsys):
    template = write_po(tmp_path / "x.pot", {"Client": "", "Card": ""})
    russian = write_po(tmp_path / "ru.po", {"Client": "Клиент", "Gone": "Нет"})
    assert i18n_merge.main(["--check", template, russian]) == 1
    assert "not what the template asks for" in capsys.readouterr().out
    i18n_merge.main([template, russian])
    merged = {entry.msgid: entry.msgstr for entry in polib.pofile(russian)}
    assert merged == {"Client": "Клиент", "Card": ""}
    assert i18n_merge.main(["--check", template, russian]) == 1
    assert "is not translated: 'Card'" in capsys.readouterr().out
    write_po(tmp_path / "ru.po", {"Client": "Клиент", "Card": "Карточка"})
    i18n_merge.main([template, russian])
    assert i18n_merge.main(["--check", template, russian]) == 0
