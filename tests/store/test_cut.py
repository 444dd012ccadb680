"""The power goes at one exact call to the disk, at any of them: what was promised is kept, nothing is half there,
and the same work can be done again.

``test_kill`` cuts at random moments; the moments that matter last microseconds and are met here one by one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import drafts, plans, sync
from reentry_desktop.base.clock import system_clock
from reentry_desktop.base.ids import Id, show_device
from reentry_desktop.exchange import incoming
from reentry_desktop.records import PlanItem
from reentry_desktop.records.local import SentBundle
from reentry_desktop.store import Store

from ..sealed import read_sealed
from ..stores import PASSPHRASE, USER, Template, assert_well, assert_whole, enrolled, exchange_cards

ONE_STICK = Path(__file__).with_name("one_stick.py")
SRC = Path(__file__).parents[2] / "src"
LINES = 50
ALL = ["draft", "saved", "sent", f"looked {incoming.SET_ASIDE}", f"taken {incoming.APPLIED}"]  # that is promised
# pwrite64 is the database's; write that of files: the bundle, sealed files that go along, what is set aside.
CALLS = ("pwrite64", "write", "fsync", "fdatasync", "rename", "ftruncate")
TORN = b" " * 300 + b"\n" + bytes(range(256)) * 8
"""A bundle whose writer was stopped: an office keeps it as it came."""


@cache
def strace() -> str:
    found = shutil.which("strace")
    if found and not subprocess.run([found, "-qq", "true"], capture_output=True, check=False, timeout=60).returncode:
        return found
    return ""


pytestmark = [
    pytest.mark.embedded,
    pytest.mark.skipif(not strace(), reason="strace is not here, or may not watch"),
]


@dataclass(frozen=True)
class Desk:
    """A facility and an office, closed, and the way to open them; the plan that is written."""

    base: Path
    facility: Template
    office: Template
    plan: Id

    def copy(self, to: Path) -> Desk:
        shutil.copytree(self.base, to)
        return Desk(to, self.facility, self.office, self.plan)

    def run(self, stick: Path, name: str, *watcher: str) -> tuple[int, list[str], str]:
        """The work once: its exit code, and what it promised after it was ready."""
        stick.mkdir(exist_ok=True)
        done = subprocess.run(
            [*watcher, sys.executable, str(ONE_STICK), str(self.base), str(stick), name, USER, PASSPHRASE],
            env=os.environ | {"PYTHONPATH": str(SRC), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        ready, *promised = done.stdout.splitlines()
        assert ready == "ready"
        return done.returncode, promised, done.stderr

    def open(self) -> tuple[Store, Store]:
        """By the PC's own clock, which the work went by."""
        north, office = self.base / "facility", self.base / "office"
        return self.facility.open(north, system_clock), self.office.open(office, system_clock)


@pytest.fixture(scope="module")
def desk(
    facility_template: Template, office_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Desk:  # fmt: skip
    base = tmp_path_factory.mktemp("desk") / "base"
    facility, office = facility_template.open(base / "facility"), office_template.open(base / "office")
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        plan = plans.start_plan(unit, woman)
    (base / "plan").write_text(plan)
    (base / "woman").write_text(woman)
    (base / "torn.bundle").write_bytes(TORN)
    facility.close()
    office.close()
    return Desk(base, facility_template, office_template, plan)


@pytest.fixture(scope="module")
def points(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int]]:
    """Every call to the disk between ready and the last promise: its name, and the how-manieth of that name it is."""
    folder = tmp_path_factory.mktemp("points")
    calls = folder / "calls"
    whole = desk.copy(folder / "base")
    code, promised, said = whole.run(
        folder / "stick", "whole", strace(), "-o", str(calls), "-e", f"trace=writev,{','.join(CALLS)}"
    )
    assert (code, promised) == (0, ALL), said
    counts: Counter[str] = Counter()
    found = []
    lines = calls.read_text().splitlines()
    ready = next(n for n, line in enumerate(lines) if line.startswith('writev(1, [{iov_base="ready'))
    last = next(n for n, line in enumerate(lines) if line.startswith('writev(1, [{iov_base="taken'))
    for n, line in enumerate(lines[:last]):
        name = line.split("(")[0]
        counts[name] += 1
        if n > ready and name in CALLS:
            found.append((name, counts[name]))
    return found


def test_every_kind_of_call_is_met(points: list[tuple[str, int]]) -> None:
    names = Counter(name for name, _number in points)
    # The answers by phone, the backup for the office, where it waits, the bundle, the torn file, where the office keeps
    # the backup; a mark.
    assert names["rename"] == 7
    assert names["pwrite64"] > 20
    assert names["write"] >= 8  # bundle, backup and its copies, the torn file
    assert names["fsync"] + names["fdatasync"] >= 6  # draft, save, count, bundle, note, taking in


def _naming(points: list[tuple[str, int]]) -> tuple[str, int]:
    """Where the bundle gets its final name: after the answers by phone, and the backup that goes along."""
    return [point for point in points if point[0] == "rename"][3]


def _writing(points: list[tuple[str, int]]) -> tuple[str, int]:
    """The last write to the bundle's file before it gets its name."""
    before = points[: points.index(_naming(points))]
    return [point for point in before if point[0] == "write"][-1]


def test_cut_at_the_worst_calls(desk: Desk, points: list[tuple[str, int]], tmp_path: Path) -> None:
    """Behind the rename, where a bundle is whole but not noted; and late in the taking in."""
    at = points.index(_naming(points))
    _cut(desk, [points[at + 1], points[-2]], tmp_path)


@pytest.mark.long
def test_cut_at_every_call(desk: Desk, points: list[tuple[str, int]], tmp_path: Path) -> None:
    _cut(desk, points, tmp_path)


def test_a_disk_that_is_full_from_the_first_call_on(desk: Desk, points: list[tuple[str, int]], tmp_path: Path) -> None:
    """From within the bundle's file, from where it gets its name; and from the last write of the taking in."""
    writes = [point for point in points if point[0] == "pwrite64"]
    assert _fill(desk, [writes[0], _writing(points), _naming(points)], tmp_path) == 3
    _fill(desk, [writes[-1]], tmp_path)


@pytest.mark.long
def test_a_disk_that_is_full_from_any_call_on(desk: Desk, points: list[tuple[str, int]], tmp_path: Path) -> None:
    assert _fill(desk, points, tmp_path) > len(points) // 2


def test_a_stick_that_takes_no_file_so_big_is_told(desk: Desk, tmp_path: Path) -> None:
    """As FAT32 does not above 4 GiB."""
    big = desk.copy(tmp_path / "base")
    facility, office = big.open()
    with facility, office:
        part = tmp_path / "stick" / f"{show_device(facility.device)}-OFFICE-0001.bundle.part"
    watched = ("-e", "trace=write", "-P", str(part), "-e", "inject=write:error=EFBIG")
    code, promised, said = big.run(tmp_path / "stick", "first", strace(), "-o", os.devnull, *watched)
    assert (code, promised) == (1, ["draft", "saved"])
    assert "The USB stick takes no file of this size. Nothing was copied." in said.splitlines()[-1]
    assert not list((tmp_path / "stick").iterdir())


def _fill(desk: Desk, points: Sequence[tuple[str, int]], tmp_path: Path) -> int:
    """From one call on, every call of its kind is told that the disk is full; later there is room again.

    Returns how often it was told in words; the rest were calls that nothing depended on.
    """
    told = 0
    for name, number in points:
        folder = tmp_path / f"full-{name}-{number}"
        folder.mkdir()
        full = desk.copy(folder / "base")
        inject = f"inject={name}:error=ENOSPC:when={number}+"
        code, promised, said = full.run(
            folder / "stick", "first", strace(), "-o", os.devnull, "-e", f"trace={name}", "-e", inject
        )
        done = promised == ALL
        assert (code == 0) == done, said
        if not done:
            told += 1
            assert said.splitlines()[-1].startswith("reentry_desktop.base.problems."), said  # a sentence
        _look_and_go_on(full, folder / "stick", promised)
        shutil.rmtree(folder)
    return told


def _cut(desk: Desk, points: Sequence[tuple[str, int]], tmp_path: Path) -> None:
    for name, number in points:
        folder = tmp_path / f"{name}-{number}"
        folder.mkdir()
        cut = desk.copy(folder / "base")
        inject = f"inject={name}:signal=KILL:when={number}"
        code, promised, said = cut.run(
            folder / "stick", "first", strace(), "-o", os.devnull, "-e", f"trace={name}", "-e", inject
        )
        assert re.fullmatch(r"(-9|137)", str(code)), said  # strace dies the death of what it watches
        _look_and_go_on(cut, folder / "stick", promised)
        shutil.rmtree(folder)


def _look_and_go_on(desk: Desk, stick: Path, promised: list[str]) -> None:
    """What was promised is there, and nothing stands in the way of the same work again."""
    again = _look(desk, stick, promised)
    code, promised, said = desk.run(again, "second")
    assert (code, promised) == (0, ALL), said
    facility, office = desk.open()
    with facility, office:
        for store in (facility, office):
            assert_whole(store)
            assert_well(store)
        assert _items(facility) == _items(office) >= {f"item second {line}" for line in range(LINES)}
        with office.read() as unit:
            (kept,) = sync.set_aside(unit)
        assert read_sealed(office, kept.sha256) == TORN


def _look(cut: Desk, stick: Path, promised: list[str]) -> Path:
    """What was promised is there, and nothing is half there. Returns the stick for the next try."""
    first = {f"item first {line}" for line in range(LINES)}
    facility, office = cut.open()
    with facility, office:
        for store in (facility, office):
            assert_whole(store)
        with facility.read() as unit:
            draft = drafts.draft_of(unit, f"{cut.plan}/tools", "words")
            noted = set(unit.session.scalars(sa.select(SentBundle.file_name)))
        here = _items(facility)
        assert here in (set(), first)
        if "draft" in promised and not here:  # the entry ends the draft of it, and the next is not typed yet
            assert draft == "typing first"
        if "saved" in promised:
            assert here == first
        with office.read() as unit:
            torn = [read_sealed(office, kept.sha256) for kept in sync.set_aside(unit)]
        assert torn in ([], [TORN])  # where the disk was full, the stick has it still
        bundles = list(stick.glob("*.bundle"))
        assert len(bundles) <= 1
        assert noted <= {file.name for file in bundles}
        assert len(noted) == 1 or "sent" not in promised
        assert _items(office) in (set(), first)
        for file in bundles:  # whole, whether it was noted or not; taken in or not
            assert incoming.take_in(office, file).status in (incoming.APPLIED, incoming.ALREADY)
            assert incoming.take_in(office, file).status == incoming.ALREADY
            assert _items(office) == first
        return stick if {file.name for file in bundles} == noted else stick.with_name("another stick")


def _items(store: Store) -> set[str]:
    with store.read() as unit:
        return set(unit.session.scalars(sa.select(PlanItem.words)))
