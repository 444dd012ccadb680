"""Who may be registered twice, on the command line: listed, said to be one woman or two, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from reentry_desktop.base.ids import Id
from reentry_desktop.store import Store

from ..stores import DAY
from ..twice import BEGAN, enrol, registered
from .conftest import Run, options
from .test_plan import refused, told


@pytest.fixture
def twice(facility: Store, passphrase_file: Path) -> tuple[list[str], Id, Id]:
    """A store with one woman under two numbers: the options that open it, first, second."""
    first, second = registered(facility, "R1001"), registered(facility, "R2002", "Anna", "Nunez")
    enrol(facility, second)
    facility.close()
    return options(facility.folder, passphrase_file), first, second


def test_both_are_listed_with_what_tells_them_apart(run: Run, twice: tuple[list[str], Id, Id]) -> None:
    args, first, second = twice
    (pair,) = told(run("same", "list", *args, "--json"))["pairs"]
    assert pair["found_by"] == "sound_and_birth"
    assert pair["registrations"][0] == {
        "id": second, "number": "R2002", "name": "Anna Nunez", "born": "1990-01-02", "site": "North Facility",
        "state": "enrolled", "enrolled_on": BEGAN.isoformat(), "plan": "", "others": 0,
    }  # fmt: skip
    assert pair["registrations"][1]["id"] == first
    out = run("same", "list", *args).out
    assert "Names that sound alike and the same birth date" in out
    assert f"{first}  R1001  Ana Núñez  1990-01-02  North Facility  registered" in out


def test_merged_by_number_or_id_and_taken_apart(run: Run, twice: tuple[list[str], Id, Id]) -> None:
    args, first, second = twice
    before = told(run("records", "export", "participant", *args, "--json"))
    done = told(run("same", "merge", "r-2002", first.upper(), *args, "--json"))
    assert done["said"] == "second"
    found = told(run("same", "list", *args, "--json"))
    assert found["pairs"] == []
    (one,) = found["said"]
    assert (one["id"], one["registrations"], one["who"]) == (
        done["id"], ["Anna Nunez, R2002", "Ana Núñez, R1001"], "lead",
    )  # fmt: skip
    assert told(run("due", *args, "--as-of", DAY.isoformat(), "--json"))["no_date"] == []
    history = told(run("records", "history", "participant", "R1001", *args, "--json"))
    assert history["id"] == second
    assert {change["registration"] for change in history["changes"]} == {
        "R1001, North Facility", "R2002, North Facility",
    }  # fmt: skip
    assert run("same", "part", done["id"], *args).out == "Each stands for itself again.\n"
    assert told(run("records", "export", "participant", *args, "--json")) == before
    assert refused(run("same", "part", done["id"], *args))
    assert len(told(run("same", "list", *args, "--json"))["pairs"]) == 1


def test_two_women_are_not_listed_again(run: Run, twice: tuple[list[str], Id, Id]) -> None:
    args, first, second = twice
    assert run("same", "two", "R1001", "R2002", *args).out == "Noted: two women.\n"
    out = run("same", "list", *args).out
    assert "Nobody seems to be registered twice." in out
    assert "Two women  Ana Núñez, R1001  Anna Nunez, R2002  lead" in out
    done = told(run("same", "merge", first, second, *args, "--json"))  # it was wrong: they are one
    assert done["said"] == "first"
    assert len(told(run("same", "list", *args, "--json"))["said"]) == 1


def test_what_cannot_be_changes_nothing(run: Run, twice: tuple[list[str], Id, Id]) -> None:
    args, first, _second = twice
    for words in (["merge", "R1001", "R7777"], ["merge", first, first], ["two", first, "0" * 32], ["part", first]):
        assert "Nothing was changed." in refused(run("same", *words, *args))
    assert told(run("same", "list", *args, "--json"))["said"] == []


def test_one_of_two_with_the_same_number_is_named_by_her_id(run: Run, facility: Store, passphrase_file: Path) -> None:
    first, second = registered(facility, "R1001"), registered(facility, "R1001", "Anna", "Nunez")
    facility.close()
    args = options(facility.folder, passphrase_file)
    why = refused(run("transfer", "holder", *args, "--participant", "R1001"))
    assert first in why
    assert second in why
    assert "same list" in why
    assert told(run("transfer", "holder", *args, "--participant", second.upper(), "--json"))
