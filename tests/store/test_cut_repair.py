"""The power goes while damaged records are saved: at each step the folder either opens, or says that it was cut off and
is repaired once more, with as much as an uncut repair saves. Nobody is locked out.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import repairing
from reentry_desktop.base.problems import Problem
from reentry_desktop.records.people import Person
from reentry_desktop.store import Store, damaged, open_store
from reentry_desktop.store.engines import DATABASE

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled

pytestmark = [pytest.mark.embedded, pytest.mark.controls("CP-10", "164.308(a)(7)(ii)(B)")]


class _PowerIsGone(BaseException):
    """Nothing that handles errors may handle it."""


@pytest.fixture
def harmed(facility_template: Template, tmp_path: Path) -> Path:
    """A closed store whose first page is lost: who works here may be among what is read page by page."""
    with facility_template.open(tmp_path / "harmed") as store:
        enrolled(store, share="words")
        with store.work("change") as unit:  # her entry lies in a page of its own, which is lost
            unit.revise(Person, store.who.id, full_name="Lead")
    with (tmp_path / "harmed" / DATABASE).open("rb+") as file:
        file.write(bytes(64))
    return tmp_path / "harmed"


def test_a_cut_at_any_step_of_a_repair_is_told_and_repaired(harmed: Path, tmp_path: Path) -> None:
    whole = _repaired(shutil.copytree(harmed, tmp_path / "whole"))
    cuts = 0
    for step in range(100):
        folder = shutil.copytree(harmed, tmp_path / f"cut-{step}")
        with pytest.MonkeyPatch.context() as patched:
            calls = _cut_at(patched, step)
            try:
                repairing.repair(folder, USER, PASSPHRASE, clock=Clock())
            except _PowerIsGone:
                cuts += 1
        if len(calls) <= step:
            break
        if said := _why_not_open(folder):
            assert said == "damaged", calls[step]  # the way to a repair is offered
            assert _repaired(folder) == whole, calls[step]
        else:
            assert damaged._SLOTS not in {file.name for file in folder.iterdir()}
        assert not list(folder.glob("*.saved*"))
        shutil.rmtree(folder)
    assert cuts >= 8


def _cut_at(patched: pytest.MonkeyPatch, step: int) -> list[str]:
    """The power goes at the call of that number, from when the new file is whole: the files, the transactions."""
    calls: list[str] = []

    def cutting(name: str, real: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            calls.append(name)
            if len(calls) == step + 1:
                raise _PowerIsGone
            return real(*args, **more)

        return call

    patched.setattr(damaged, "move", cutting("move", damaged.move))
    patched.setattr(damaged, "replace_file", cutting("slots", damaged.replace_file))
    patched.setattr(repairing, "become_new", cutting("become", repairing.become_new))
    patched.setattr(repairing, "_begin_anew", cutting("anew", repairing._begin_anew))
    patched.setattr(repairing, "finished", cutting("finished", repairing.finished))
    patched.setattr(Store, "work", cutting("work", Store.work))
    return calls


def _why_not_open(folder: Path) -> str:
    try:
        open_store(folder, USER, PASSPHRASE, Clock()).close()
    except Problem as problem:
        return problem.code
    return ""


def _repaired(folder: Path) -> int:
    """Repair it; how many entries about women there are then."""
    repairing.repair(folder, USER, PASSPHRASE, clock=Clock())
    with open_store(folder, USER, PASSPHRASE, Clock()) as store:
        assert_whole(store)
        with store.read() as unit:
            of_women = "SELECT count(*) FROM entry WHERE participant IS NOT NULL"
            return int(unit.connection.exec_driver_sql(of_women).scalar_one())
