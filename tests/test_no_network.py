"""The program speaks to no network: its commands and its window run under two watchers, and both see nothing.

Python's audit events tell of every use of a socket by Python code; ``strace`` of every call to the system, also by
the libraries beneath and by programs that were started. That each watcher can fail is tested first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from .stores import PASSPHRASE, USER, Template

pytestmark = pytest.mark.controls("AC-17", "CM-7")

ROOT = Path(__file__).parents[1]
WINDOW = Path(__file__).with_name("at_the_window.py")

# Runs a script or module with its arguments, and at its end writes down what Python told meanwhile.
WATCH = """
import atexit, json, runpy, sys
from pathlib import Path
out, kind, name, *words = sys.argv[1:]
told = []
watched = ("socket.", "http.", "urllib.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "nntplib.", "telnetlib.")
started = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "webbrowser.")
sys.addaudithook(lambda event, _args: told.append(event) if event.startswith((*watched, *started)) else None)
@atexit.register
def tell():
    Path(out).write_text(json.dumps({"told": told, "modules": sorted(sys.modules)}))
sys.argv = [name, *words]
runpy.run_path(name, run_name="__main__") if kind == "file" else runpy.run_module(name, run_name="__main__")
"""
# The second kind goes past Python: only the system's own watcher can see it.
USES = {
    "connect": "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    "look up": "import socket; socket.getaddrinfo('localhost', 9)",
    "open a page": "import contextlib, urllib.request as r\nwith contextlib.suppress(OSError): r.urlopen('http://[::1]:9/')",
    "start a program": "import subprocess; subprocess.run(['true'])",
}
PAST_PYTHON = "import ctypes; ctypes.CDLL(None).socket({family}, 1, 0)"


@dataclass(frozen=True)
class Seen:
    """What both watchers saw of one run. ``families`` is None where there is no strace."""

    code: int
    out: str
    err: str
    told: list[str]
    modules: set[str]
    families: set[str] | None


@cache
def strace() -> list[str]:
    """The command before the command, or nothing where this PC has none or does not allow it."""
    found = shutil.which("strace")
    if not found:
        return []
    command = [found, "-f", "-qq", "--seccomp-bpf", "-e", "trace=network"]
    tried = subprocess.run([*command, sys.executable, "-c", ""], capture_output=True, check=False, timeout=60)
    return command if not tried.returncode else []


def watch(folder: Path, kind: str, name: str, *words: object) -> Seen:
    """Run a module or a file under both watchers."""
    folder.mkdir(exist_ok=True)
    told, calls = folder / "told.json", folder / "calls.txt"
    watcher = [*strace(), "-o", str(calls)] if strace() else []
    done = subprocess.run(
        [*watcher, sys.executable, "-c", WATCH, str(told), kind, name, *map(str, words)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    found = json.loads(told.read_text())
    families = set(re.findall(r"\bAF_\w+", calls.read_text())) if watcher else None
    return Seen(done.returncode, done.stdout, done.stderr, found["told"], set(found["modules"]), families)


def assert_alone(seen: Seen, *, local: bool = False) -> None:
    """No network was spoken to and no program started. With *local*, sockets within this PC are allowed."""
    assert seen.code == 0, seen.err
    assert seen.told == []
    assert seen.families is None or seen.families <= ({"AF_UNIX"} if local else set())


# The watchers see what they are there for


@pytest.mark.parametrize("use", USES)
def test_python_tells_of_every_use_of_a_network(tmp_path: Path, use: str) -> None:
    (tmp_path / "uses.py").write_text(USES[use])
    seen = watch(tmp_path / "seen", "file", str(tmp_path / "uses.py"))
    assert seen.told
    with pytest.raises(AssertionError):
        assert_alone(seen)


@pytest.mark.parametrize(("family", "name"), [(2, "AF_INET"), (10, "AF_INET6")])
def test_the_system_tells_of_what_python_does_not_see(tmp_path: Path, family: int, name: str) -> None:
    if not strace():
        pytest.skip("strace is not here, or may not watch")
    (tmp_path / "uses.py").write_text(PAST_PYTHON.format(family=family))
    seen = watch(tmp_path / "seen", "file", str(tmp_path / "uses.py"))
    assert (seen.code, seen.told, seen.families) == (0, [], {name})
    with pytest.raises(AssertionError):
        assert_alone(seen, local=True)


# The program


def test_the_program_tests_itself_without_a_network(tmp_path: Path) -> None:
    seen = watch(tmp_path / "seen", "module", "reentry_desktop", "selftest")
    assert_alone(seen)
    assert "bundle: yes" in seen.out  # it did go the whole way
    assert_no_window(seen)


def test_the_demo_needs_no_network(tmp_path: Path) -> None:
    seen = watch(tmp_path / "seen", "module", "reentry_desktop", "demo", tmp_path / "demo", "--headless", "--people", 3)
    assert_alone(seen)
    assert list((tmp_path / "demo" / "usb").glob("*.bundle"))
    assert list((tmp_path / "demo" / "print").glob("*.pdf"))
    assert_no_window(seen)


def test_a_command_that_is_refused_needs_no_network(tmp_path: Path) -> None:
    """An error must not load what reports it."""
    seen = watch(tmp_path / "seen", "module", "reentry_desktop", "check", "--store", tmp_path, "--user", "nobody")
    assert (seen.code, seen.told) == (1, [])
    assert not seen.families
    assert_no_window(seen)


def assert_no_window(seen: Seen) -> None:
    assert "reentry_desktop.cli.main" in seen.modules
    assert {name.split(".")[0] for name in seen.modules} & {"PySide6", "shiboken6"} == set()
    assert "reentry_desktop.ui" not in seen.modules


def test_the_window_needs_no_network(facility_template: Template, tmp_path: Path) -> None:
    """From the unlock page through every place and back to it."""
    places = ["today", "participants", "roster", "sync", "goals", "settings", "due", "help"]
    store = facility_template.copy(tmp_path / "store")
    seen = watch(
        tmp_path / "seen", "file", str(WINDOW), store, USER, PASSPHRASE, json.dumps([(key, {}) for key in places])
    )
    assert_alone(seen, local=True)
    assert seen.out.split() == places
    assert "PySide6.QtWidgets" in seen.modules
    assert "PySide6.QtNetwork" not in seen.modules
