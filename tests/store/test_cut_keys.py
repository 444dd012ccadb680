"""The power goes, or the disk is full or broken, at any one call to the disk while somebody unlocks and locks, a scan
is kept, a backup is made or brought back, and the records get a new key: nothing is lost, everybody's passphrase opens,
and the same can be done again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from reentry_desktop.actions import attachments, automatic_backups, checking, staff, women
from reentry_desktop.actions import backup_register as register
from reentry_desktop.actions.opening import unlock
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.slots import read_slots
from reentry_desktop.store import Store, open_store
from reentry_desktop.store.backup import read_note
from reentry_desktop.store.rekey import COPY
from reentry_desktop.store.scans import harmed_scans

from .. import papers
from ..stores import PASSPHRASE, USER, Template, assert_whole, enrolled, tables
from .test_cut import SRC, strace

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.skipif(not strace(), reason="strace is not here, or may not watch"),
    pytest.mark.controls("CP-9", "SC-12", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
]
ONE_JOB = Path(__file__).with_name("one_job.py")
CALLS = ("pwrite64", "write", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
READS = ("pread64",)
"""How SQLite reads its pages."""
HERS = "four quiet green rivers"
JOBS = ("unlock", "scan", "backup", "restore", "rekey")


@pytest.fixture(scope="module")
def base(facility_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a woman and a second user, its backup, and the second place for backups."""
    base = tmp_path_factory.mktemp("keys") / "base"
    with facility_template.open(base / "store") as store:
        enrolled(store, share="words")
        staff.add_user(store, name="reyes", passphrase=HERS)
        (base / "stick").mkdir()
        automatic_backups.choose_place(store, base / "stick")
        checking.backup(store, base / "one.backup")
    (base / "paper.png").write_bytes(papers.noise(300))
    open_store(base / "store", "reyes", HERS).close()
    return base


def _run(base: Path, job: str, *watcher: str) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [*watcher, sys.executable, str(ONE_JOB), str(base), job, USER, PASSPHRASE],
        env=os.environ | {"PYTHONPATH": str(SRC), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    ready, *promised = done.stdout.splitlines()
    assert ready == "ready"
    return done.returncode, promised, done.stderr


def _watched(out: str, *what: str) -> list[str]:
    """The command before the command: only the calls that are watched stop it."""
    return [strace(), "-f", "--seccomp-bpf", "-o", out, *(word for one in what for word in ("-e", one))]


def _moved(base: Path, to: Path) -> Path:
    """A copy of it, with the second place where it stands now."""
    shutil.copytree(base, to, ignore=shutil.ignore_patterns("store.place"))
    with open_store(to / "store", USER, PASSPHRASE) as store:
        automatic_backups.choose_place(store, to / "stick")
    return to


@cache
def _points(base: Path, job: str, kinds: tuple[str, ...] = CALLS) -> list[tuple[str, int]]:
    """Every call to the disk between ready and done: its name, and the how-manieth of that name it is."""
    tmp_path = base.parent
    calls = tmp_path / f"calls-{job}-{kinds[0]}"
    code, promised, said = _run(
        _moved(base, tmp_path / f"whole-{job}-{kinds[0]}"),
        job,
        *_watched(str(calls), f"trace=writev,{','.join(kinds)}"),
    )
    assert (code, promised) == (0, ["done"]), said
    counts: Counter[str] = Counter()
    found, on = [], False
    for line in calls.read_text().splitlines():
        name = line.split(maxsplit=1)[1].split("(")[0]
        counts[name] += 1
        if name == "writev":
            on = not on
        elif on and name in kinds:
            found.append((name, counts[name]))
    return found


@pytest.mark.parametrize("job", [job for job in JOBS if job != "scan"])
def test_cut_at_the_worst_calls(base: Path, job: str, tmp_path: Path) -> None:
    """When a file gets its final name, and right after; a scan has no file: before it is forced to disk."""
    points = _points(base, job)
    names = [at for at, (name, _number) in enumerate(points) if name == "rename"]
    assert len(names) >= {"unlock": 4, "scan": 0, "backup": 2, "restore": 3, "rekey": 3}[job]
    # The key file, then the records; of what comes back, once it is laid out and is the old device still.
    last = names[:2] if job == "rekey" else names[1:2] if job == "restore" else names[-1:]
    worst = {points[min(at + more, len(points) - 1)] for at in last for more in ((1,) if job == "rekey" else (0, 1))}
    _cut(base, job, sorted(worst)[: 1 if job == "unlock" else None] or points[-1:], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("job", JOBS)
def test_cut_at_every_call(base: Path, job: str, tmp_path: Path) -> None:
    _cut(base, job, _points(base, job), tmp_path)


@pytest.mark.parametrize("job", ["restore", "rekey"])
def test_a_disk_that_is_full_from_a_call_on(base: Path, job: str, tmp_path: Path) -> None:
    points = _points(base, job)
    writes = [point for point in points if point[0] in ("pwrite64", "write")]
    _fill(base, job, [writes[len(writes) // 2], *(writes[:1] if job == "rekey" else [])], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("job", JOBS)
def test_a_disk_that_is_full_from_any_call_on(base: Path, job: str, tmp_path: Path) -> None:
    _fill(base, job, _points(base, job), tmp_path)


def test_a_disk_that_does_not_answer_is_told_and_nothing_is_lost(base: Path, tmp_path: Path) -> None:
    reads = _points(base, "unlock", READS)
    _fill(base, "unlock", [reads[len(reads) // 3]], tmp_path, "EIO")


@pytest.mark.long
@pytest.mark.parametrize("job", JOBS)
def test_a_disk_that_does_not_answer_at_any_call(base: Path, job: str, tmp_path: Path) -> None:
    _fill(base, job, [*_points(base, job, READS), *_points(base, job)], tmp_path, "EIO")


def _cut(base: Path, job: str, points: Sequence[tuple[str, int]], tmp_path: Path) -> None:
    for name, number in points:
        folder = _moved(base, tmp_path / f"{job}-{name}-{number}")
        inject = f"inject={name}:signal=KILL:when={number}"
        code, promised, said = _run(folder, job, *_watched(os.devnull, f"trace={name}", inject))
        if code:
            assert re.fullmatch(r"(-9|137)", str(code)), said
        _look_and_go_on(folder, job, promised)
        shutil.rmtree(folder)


def _fill(base: Path, job: str, points: Sequence[tuple[str, int]], tmp_path: Path, error: str = "ENOSPC") -> None:
    """From one call on every call of its kind fails; a read that fails may be one of the program's own files."""
    for name, number in points:
        folder = _moved(base, tmp_path / f"full-{job}-{name}-{number}")
        inject = f"inject={name}:error={error}:when={number}+"
        code, promised, said = _run(folder, job, *_watched(os.devnull, f"trace={name}", inject))
        if not promised:
            assert code == 1
            assert said.rstrip().splitlines()[-1].startswith("reentry_desktop.base.problems."), said  # a sentence
        _look_and_go_on(folder, job, promised)
        shutil.rmtree(folder)


def _look_and_go_on(folder: Path, job: str, promised: list[str]) -> None:
    """All is there for everybody, what was promised is done, and the same can be done again."""
    _assert_all_there(folder / "store")
    if job == "backup":
        for place in (folder / "stick", folder / "store" / "backups"):
            for file in place.glob("*.backup"):
                read_note(file)  # under its final name it is whole
            assert len(list(place.glob("*.backup"))) == 1 or not promised
    elif job == "scan":
        assert _scans(folder) == 1 or not promised
    elif job == "unlock":
        pass  # all that is to be there was looked at
    elif job == "restore":
        if promised:
            _assert_all_there(folder / "back")
        else:
            _assert_other_device_or_none(folder / "back", folder / "store")
            shutil.rmtree(folder / "back", ignore_errors=True)
        read_note(folder / "one.backup")
    else:
        assert not (folder / "store" / COPY).exists()
        assert _generation(folder) == 2 or not promised
    if job == "restore" and promised:
        return
    code, promised, said = _run(folder, job)
    assert (code, promised) == (0, ["done"]), said
    _assert_all_there(folder / ("back" if job == "restore" else "store"))


def _assert_other_device_or_none(back: Path, store: Path) -> None:
    """What a restore that was cut off left opens not at all, or goes on as a new device: never as the one it was."""
    try:
        with unlock(back, USER, PASSPHRASE) as opened:
            assert opened.device != read_slots(store).device
            assert_whole(opened)
    except Problem as problem:
        assert problem.code in ("no-store", "damaged", "missing"), problem.sentence  # noqa: PT017


def _scans(folder: Path) -> int:
    """How many scanned papers there are, each whole."""
    with open_store(folder / "store", USER, PASSPHRASE) as store, store.read() as unit:
        found = [paper for (woman,) in [women.search(unit).rows] for paper in attachments.papers(unit, woman.id)]
        pieces = unit.connection.exec_driver_sql("SELECT count(DISTINCT attachment) FROM attachment_piece").scalar()
        assert pieces == len(found)
        assert list(harmed_scans(unit.connection)) == []
        return len(found)


def _generation(folder: Path) -> int:
    with open_store(folder / "store", USER, PASSPHRASE) as store, store.read() as unit:
        return register.generation(unit)


def _assert_all_there(folder: Path) -> None:
    for name, passphrase in ((USER, PASSPHRASE), ("reyes", HERS)):
        with _opened(folder, name, passphrase) as store:
            assert_whole(store)
            with store.read() as unit:
                assert len(tables(unit.connection)["participant"]) == 1


def _opened(folder: Path, name: str, passphrase: str) -> Store:
    try:
        return open_store(folder, name, passphrase)
    except Problem as problem:
        raise AssertionError(f"{name}: {problem.code}") from problem
