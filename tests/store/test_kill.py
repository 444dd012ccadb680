"""The power goes, at any moment: whatever the program had said was done is there, and nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import drafts, plans
from reentry_desktop.exchange import incoming
from reentry_desktop.records import Participant, PlanItem, Program
from reentry_desktop.records.local import SentBundle
from reentry_desktop.store import Store, open_store

from ..stores import PASSPHRASE, USER, Template, assert_whole, enrolled, exchange_cards

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
