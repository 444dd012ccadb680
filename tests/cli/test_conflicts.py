"""What stands in two versions on the command line: every value with who, where and when, and how it is settled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.base.ids import Id
from reentry_desktop.records import Participant
from reentry_desktop.store import Store

from ..disagreeing import all_know, next_steps, shared, units
from .conftest import Run, options
from .test_plan import refused, told


@pytest.fixture
def clash(facility: Store, office: Store, passphrase_file: Path) -> tuple[list[str], list[str], Id, Id]:
    """Two sites that disagree on her unit and on her next step: the options that open each; woman, episode."""
    woman, episode = shared(facility, office)
    units(facility, office, woman)
    next_steps(facility, office, episode, "Call her sister.", "Ask for the papers.")
    for store in (facility, office):
        store.close()
    return options(facility.folder, passphrase_file), options(office.folder, passphrase_file), woman, episode


def listed(run: Run, args: list[str]) -> dict[str, Any]:
    """id -> what is told of it."""
    return {one["id"]: one for one in told(run("conflicts", "list", *args, "--json"))["conflicts"]}


def test_each_is_told_with_who_where_and_when(run: Run, clash: tuple[list[str], list[str], Id, Id]) -> None:
    facility, _office, woman, episode = clash
    found = listed(run, facility)
    assert list(found) == [f"{woman}/unit", f"{episode}/next_step"]
    one = found[f"{woman}/unit"]
    assert (one["kind"], one["title"], one["field"], one["label"]) == ("participant", "Participant", "unit", "Unit")
    assert (one["number"], one["name"], one["record"]) == ("R1001", "Ana Núñez", woman)
    assert {(v["value"], v["site"]) for v in one["values"]} == {
        ("Ward 3", "North Facility"),
        ("Ward 7", "State Office"),
    }
    assert [(v["stands"], v["pick"], v["who"]) for v in one["values"]] == [(True, None, "lead"), (False, 1, "lead")]
    assert all(v["at"].startswith("2026-11-23T") and v["at"].endswith("Z") for v in one["values"])
    words = run("conflicts", "list", *facility)
    assert f"Ana Núñez  R1001  Participant: Unit  {woman}/unit" in words.out
    assert "Ward 7  lead  State Office" in words.out


@pytest.mark.parametrize("keep", ["ours", "theirs"])
def test_one_is_kept(run: Run, clash: tuple[list[str], list[str], Id, Id], keep: str) -> None:
    facility, _office, woman, _episode = clash
    values = [v["value"] for v in listed(run, facility)[f"{woman}/unit"]["values"]]
    done = told(run("conflicts", "settle", f"{woman}/unit", "--keep", keep, *facility, "--json"))
    assert done["value"] == values[keep == "theirs"]
    assert f"{woman}/unit" not in listed(run, facility)
    assert "does not stand in two versions" in refused(
        run("conflicts", "settle", f"{woman}/unit", "--keep", keep, *facility)
    )
    (row,) = told(run("records", "export", "participant", *facility, "--json"))["records"]
    assert row["unit"] == done["value"]


def test_both_texts_or_another_value(run: Run, clash: tuple[list[str], list[str], Id, Id]) -> None:
    facility, office, woman, episode = clash
    both = told(run("conflicts", "settle", f"{episode}/next_step", "--keep", "both", *facility, "--json"))
    assert sorted(both["value"].split("\n\n")) == ["Ask for the papers.", "Call her sister."]
    done = run("conflicts", "settle", f"{woman.upper()}/unit", "--keep", "ours", "--value", "Ward 9", *facility)
    assert (done.code, done.out) == (0, "Settled. The other version stays in the history.\n")
    assert run("conflicts", "list", *facility).out == "Nothing stands in two versions.\n"
    assert told(run("conflicts", "list", *facility, "--json")) == {"conflicts": []}
    assert len(listed(run, office)) == 2  # it has not heard of it yet


def test_what_cannot_be_changes_nothing(run: Run, clash: tuple[list[str], list[str], Id, Id]) -> None:
    facility, _office, woman, episode = clash
    before = listed(run, facility)
    unit, step = f"{woman}/unit", f"{episode}/next_step"
    for words in (
        [unit, "--keep", "both"], [unit, "--keep", "theirs", "--pick", "2"],
        [unit, "--keep", "ours", "--value", "x" * 200],
        [step, "--keep", "ours", "--value", "x" * 2000],
        [f"{woman}/first_name", "--keep", "ours"],
        [f"{woman}/nothing", "--keep", "ours", "--value", "x"],
        [f"{'0' * 32}/unit", "--keep", "ours"], [unit, "--keep", "ours", "--pick", "1"],
    ):  # fmt: skip
        refused(run("conflicts", "settle", *words, *facility))
    assert listed(run, facility) == before


def test_a_removal_against_a_change(facility: Store, office: Store, passphrase_file: Path, run: Run) -> None:
    woman, _episode = shared(facility, office)
    with facility.work("remove") as unit:
        unit.remove(Participant, woman)
    with office.work("correct") as unit:
        unit.revise(Participant, woman, unit="Ward 1")
    all_know(facility, office)
    for store in (facility, office):
        store.close()
    args = options(facility.folder, passphrase_file)
    (one,) = listed(run, args).values()
    assert (one["id"], [v["value"] for v in one["values"]]) == (
        f"{woman}/removed",
        ["removed", "changed: Unit: Ward 1"],
    )
    assert refused(run("conflicts", "settle", one["id"], "--keep", "ours", "--value", "no", *args))
    assert told(run("conflicts", "settle", one["id"], "--keep", "theirs", *args, "--json"))["value"] is False
    assert listed(run, args) == {}
