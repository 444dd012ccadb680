"""The power goes, at any moment: whatever the program had said was done is there, and nothing is half there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import drafts, plans
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.records import Participant, PlanItem, Program
from reentry_desktop.records.local import SentBundle
from reentry_desktop.store import Store, open_store

from ..stores import PASSPHRASE, USER, Template, assert_whole, done_for_now, enrolled, exchange_cards, tables

AT_WORK = Path(__file__).with_name("at_work.py")
SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def base(facility_template: Template, office_template: Template, tmp_path: Path) -> Path:
    """A facility and an office that know each other, one woman with a plan, and a stick."""
    facility = facility_template.open(tmp_path / "facility")
    office = office_template.open(tmp_path / "office")
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    with facility.work("plan") as unit:
        (tmp_path / "plan").write_text(plans.start_plan(unit, woman))
    (tmp_path / "woman").write_text(woman)
    (tmp_path / "stick").mkdir()
    facility.close()
    office.close()
    return tmp_path


@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.long)])
def test_what_was_said_to_be_done_is_there_after_the_power_went(base: Path, rounds: int) -> None:
    dice = random.Random(rounds)
    told: list[str] = []
    for round_ in range(rounds):
        command = [sys.executable, str(AT_WORK), str(base), str(round_), USER, PASSPHRASE]
        environment = os.environ | {"PYTHONPATH": str(SRC)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as working:
            assert working.stdout is not None
            assert working.stdout.readline().strip() == "ready"
            told += [working.stdout.readline().rstrip("\n") for _promise in range(dice.randrange(14))]
            time.sleep(dice.uniform(0, 0.03))  # into whatever comes next
            working.send_signal(signal.SIGKILL)
            told += working.stdout.read().splitlines()
        _look(base, told)
    kinds = {line.split()[0] for line in told}
    assert {"draft", "woman", "items", "sent", "taken"} <= kinds


def _look(base: Path, told: list[str]) -> None:
    with (
        open_store(base / "facility", USER, PASSPHRASE) as facility,
        open_store(base / "office", USER, PASSPHRASE) as office,
    ):
        for store in (facility, office):
            assert_whole(store)
        _assert_kept(base, facility, office, told)
        _assert_sticks(base, facility, office)


def _assert_kept(base: Path, facility: Store, office: Store, told: list[str]) -> None:
    said: dict[str, list[str]] = {}
    for line in told:
        said.setdefault(line.split()[0], []).append(line.split(" ", 1)[1])
    with facility.read() as unit:
        numbers = set(unit.session.scalars(sa.select(Participant.department_number)))
        assert set(said.get("woman", ())) <= numbers
        items = set(unit.session.scalars(sa.select(PlanItem.words)))
        programs = set(unit.session.scalars(sa.select(Program.name)))
        for name in {i.rsplit(" ", 1)[0].split()[1] for i in items} | set(said.get("items", ())):
            assert {f"item {name} {line}" for line in range(10)} <= items  # all of a save, or nothing
            assert f"program {name}" in programs
        if "draft" in said:
            plan = (base / "plan").read_text()
            kept = drafts.draft_of(unit, f"{plan}/tools", "words").strip()
            last = said["draft"][-1]
            assert kept == last or _count(kept) == _count(last) + 1, "typed words, or the next ones"
        sent = {row.file_name for row in unit.session.scalars(sa.select(SentBundle))}
        assert set(said.get("sent", ())) <= sent
    with office.read() as unit:
        applied = [line.split()[1] for line in said.get("taken", ()) if line.startswith(incoming.APPLIED)]
        assert len(applied) == len(said.get("taken", ()))
        assert set(unit.session.scalars(sa.select(Program.name))) <= programs
        count = unit.connection.exec_driver_sql("SELECT count(*) FROM received_bundle").scalar_one()
        assert count >= len(set(applied))


def _count(draft: str) -> int:
    return int(draft.split()[1].split("-")[1])


def _assert_sticks(base: Path, facility: Store, office: Store) -> None:
    """Under a bundle's final name there is a whole bundle; what was cut off is named as unfinished."""
    with facility.read() as unit:
        sent = {row.file_name for row in unit.session.scalars(sa.select(SentBundle))}
    for file in (base / "stick").iterdir():
        if file.suffix == ".part":
            file.unlink()
            continue
        assert file.suffix == ".bundle"
        taken = incoming.take_in(office, file, trial=True)
        assert taken.status in (incoming.APPLIED, incoming.ALREADY), taken.reason
        if file.name not in sent:  # whole, and cut off before that was noted: the next one has its number
            file.unlink()


# A large import


CHANGES = 5_000
ONE_IMPORT = Path(__file__).with_name("one_import.py")


@dataclass(frozen=True)
class Import:
    """A bundle of some thousand changes, the office it is for, and what that office holds afterwards."""

    office: Template
    folder: Path
    bundle: Path
    empty: dict[str, Any]
    whole: dict[str, Any]
    seconds: float

    def run(self, folder: Path, killed_after: float | None = None) -> tuple[list[str], float]:
        """What was said of taking it in within the store in *folder*, and the seconds from ready on."""
        command = [sys.executable, str(ONE_IMPORT), str(folder), str(self.bundle), USER, PASSPHRASE]
        environment = os.environ | {"PYTHONPATH": str(SRC)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as working:
            assert working.stdout is not None
            assert working.stdout.readline() == "ready\n"
            began = time.monotonic()
            if killed_after is not None:
                time.sleep(killed_after)
                working.send_signal(signal.SIGKILL)
            return working.stdout.read().split(), time.monotonic() - began


@pytest.fixture(scope="module")
def large(facility_template: Template, office_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Import:
    base = tmp_path_factory.mktemp("large")
    with facility_template.open(base / "facility") as facility, office_template.open(base / "office") as office:
        exchange_cards(facility, office)
        woman, _episode = enrolled(facility, share="words")
        with facility.work("write") as unit:
            plan = plans.start_plan(unit, woman)
            line = {"participant": woman, "plan": plan, "part": "tools", "kind": "tool"}
            for number in range(CHANGES // 5):
                item = unit.create(PlanItem, position=f"{number:08}", words="x", **line)
                unit.revise(PlanItem, item, words=f"item {number}")
            for number in range(3 * CHANGES // 5):
                unit.create(Program, name=f"program {number}")
            done_for_now(unit, plan)
        bundle = outgoing.send(facility, "OFFICE", base).file
        empty = _held(office)
    whole = Import(office_template, base / "office", bundle, empty, {}, 0)
    shutil.copytree(base / "office", base / "unkilled")
    said, seconds = whole.run(base / "unkilled")
    assert said == [incoming.APPLIED]
    with office_template.open(base / "unkilled") as office:
        assert_whole(office)
        return replace(whole, whole=_held(office), seconds=seconds)


def _held(store: Store) -> dict[str, Any]:
    with store.read() as unit:
        return tables(unit.connection)


@pytest.mark.embedded
@pytest.mark.parametrize("moments", [2, pytest.param(200, marks=pytest.mark.long)])
def test_a_large_import_that_is_killed_has_happened_or_not_and_happens_then(
    large: Import, moments: int, tmp_path: Path
) -> None:
    dice = random.Random(moments)
    for moment in range(moments):
        folder = tmp_path / str(moment)
        shutil.copytree(large.folder, folder)
        said, _seconds = large.run(folder, killed_after=dice.uniform(0, large.seconds))
        with large.office.open(folder) as office:
            assert_whole(office)
            held = _held(office)
            assert held == large.whole or (held == large.empty and not said)
            again = incoming.take_in(office, large.bundle).status
            assert again == (incoming.ALREADY if held == large.whole else incoming.APPLIED)
            assert _held(office) == large.whole
            assert_whole(office)
        shutil.rmtree(folder)
