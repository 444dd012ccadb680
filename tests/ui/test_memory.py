"""What a locked program still holds: in what Python can reach, and in a dump of all its memory."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from types import CellType
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions.opening import unlock as open_store
from reentry_desktop.store import Store, vault

from ..stores import PASSPHRASE, USER, Clock, Template, enrolled
from .programs import begin, page, said, settle

LAST = "Quixandermeer"
pytestmark = pytest.mark.controls("AC-11", "SC-4", "164.312(a)(2)(iii)")


def forms(secret: bytes | str) -> list[bytes]:
    """A secret as Python, Qt and SQLite keep it."""
    if isinstance(secret, str):
        return [secret.encode(), secret.encode("utf-16-le")]
    return [secret, secret.hex().encode(), secret.hex().upper().encode()]


def test_nothing_that_python_can_reach_holds_a_key_or_a_name(
    qapp: QApplication, qtbot: Any, facility_template: Template, tmp_path: Path, clock: Clock
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    store: Store | None = open_store(folder, USER, PASSPHRASE, clock)
    assert store is not None
    keys = [bytes(one) for one in (store.keys.records, store.keys.identity, store.keys.signing)]
    woman, _episode = enrolled(store, last=LAST)
    program = begin(qapp, qtbot, folder, clock, store)
    program.window.show_page("participants")
    program.window.show_page("participant", participant=woman)
    settle()
    assert LAST in said(page(program))
    store = None
    program.window.lock()
    settle()
    gc.collect()
    settle()
    gc.collect()
    found = [
        f"{type(one).__name__}: {value!r:.200}"
        for one in gc.get_objects()
        if one is not keys
        for value in held(one)
        if (isinstance(value, bytes) and value in keys)
        or (isinstance(value, str) and LAST in value and value is not LAST)
        or (isinstance(value, vault.Keys) and value.records)
    ]
    shown = [w for w in QApplication.allWidgets() if LAST in said(w)]
    assert not shown
    assert found == []


def held(one: object) -> list[object]:
    """What an object that Python knows holds directly: also what a function has taken along."""
    if type(one) is dict:
        return list(one.values())
    if type(one) in (list, tuple, set):
        return list(one)  # type: ignore[call-overload]
    return [one.cell_contents] if isinstance(one, CellType) and one != CellType() else [one]


@pytest.mark.skipif(sys.platform != "linux", reason="reads another process's memory as Linux shows it")
@pytest.mark.embedded
def test_a_dump_of_a_locked_program_holds_no_key_that_signs_and_little_else(
    facility_template: Template, tmp_path: Path
) -> None:
    folder = facility_template.copy(tmp_path / "store")
    with open_store(folder, USER, PASSPHRASE) as store:
        woman, _episode = enrolled(store, last=LAST)
        keys = {"records": store.keys.records, "identity": store.keys.identity, "signing": store.keys.signing}
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    running = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("locked_program.py")), str(folder), woman],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(PASSPHRASE[::-1] + "\n")
    running.stdin.flush()
    assert running.stdout.readline() == "locked\n"
    found = dump(running.pid, {"passphrase": PASSPHRASE, "name": LAST, **keys})
    running.stdin.write("\n")
    running.stdin.close()
    running.stdout.close()
    running.wait(30)
    assert not {"identity", "signing"} & found.keys()  # with which somebody could write as this site
    # What Python cannot promise: docs/threat-model.md says that these were found, and how often.
    assert found.get("records", 0) <= 4
    assert found.get("passphrase", 0) <= 2
    assert found.get("name", 0) <= 12


def dump(pid: int, secrets: dict[str, bytes | str]) -> dict[str, int]:
    """How often each secret stands in the memory that a process may write, which is what a core dump holds."""
    found: dict[str, int] = {}
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin_, end = (int(place, 16) for place in where.split("-"))
            memory.seek(begin_)
            try:
                data = memory.read(end - begin_)
            except OSError:
                continue
            for name, secret in secrets.items():
                for form in forms(secret):
                    if count := data.count(form):
                        found[name] = found.get(name, 0) + count
    return found
