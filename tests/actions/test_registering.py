"""Registering a woman by hand, and finding women again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions import finding, women
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Refused
from reentry_desktop.records.participant import Participant
from reentry_desktop.store import Store

from ..stores import DAY, payloads
from .listing import ANA, BEA, CAL, read, row

BORN = dt.date(1990, 1, 2)


def register(store: Store, number: str = "R2001", first: str = "Ana", last: str = "Núñez", **more: Any) -> Id:
    with store.work("register") as unit:
        return women.register(unit, department_number=number, first_name=first, last_name=last, **more)


def names(store: Store, words: str = "", **more: Any) -> list[str]:
    with store.read() as unit:
        return [woman.name for woman in women.search(unit, words, **more).rows]


# Registering


@pytest.mark.parametrize("number", ["R2001", "r2001", " R-2001 "])
def test_a_number_is_taken_once(facility: Store, number: str) -> None:
    register(facility)
    with pytest.raises(Refused) as told:
        register(facility, number, "Eva", "Other")
    assert list(told.value.fields) == ["department_number"]
    assert names(facility) == ["Núñez, Ana"]


def test_nobody_is_born_tomorrow(facility: Store) -> None:
    with pytest.raises(Refused) as told:
        register(facility, date_of_birth=DAY + dt.timedelta(1))
    assert list(told.value.fields) == ["date_of_birth"]
    register(facility, date_of_birth=DAY)


def test_something_must_tell_her_from_others(facility: Store) -> None:
    with pytest.raises(Refused) as told:
        register(facility, "")
    assert list(told.value.fields) == ["department_number"]
    register(facility, "", date_of_birth=BORN)
    register(facility, "", "Eva", "Other", date_of_birth=BORN)  # no number is not the same number
    assert names(facility) == ["Núñez, Ana", "Other, Eva"]


def test_she_needs_a_name(facility: Store) -> None:
    with pytest.raises(Refused) as told:
        register(facility, first="", last="  ")
    assert list(told.value.fields) == ["last_name"]


def test_a_listed_woman_registered_by_hand_keeps_her_id(facility: Store, tmp_path: Path) -> None:
    read(facility, tmp_path / "list.csv", ANA)
    with facility.read() as unit:
        listed = women.find_woman(unit, "R1001").id
    assert register(facility, "R1001") == listed
    with facility.read() as unit:
        assert women.count_women(unit) == {"listed": 0, "participants": 1}


# Who may be the same


@pytest.mark.parametrize(
    ("first", "last", "born", "number", "expected"),
    [
        ("Ana", "Nuñez", BORN, "", ["R1001"]),
        ("Ana", "NUNEZ", None, "", ["R1001"]),
        ("An", "Nun", None, "", ["R1001"]),
        ("", "", BORN, "", ["R1001", "R2001"]),
        ("Anita", "Nuñes", BORN, "", ["R1001"]),  # the day and how the name begins
        ("Eva", "Smith", BORN, "", []),
        ("Eva", "Else", None, "R1002", ["R1002"]),
        ("Eva", "Else", BORN, "R1002", ["R1002"]),
        ("Eva", "Else", None, "r-1002", ["R1002"]),
        ("Eva", "Else", BORN, "r-1002", ["R1002"]),
        ("", "", None, "", []),
    ],
)
def test_likely_same(
    facility: Store, tmp_path: Path, first: str, last: str, born: dt.date | None, number: str, expected: list[str]
) -> None:
    read(facility, tmp_path / "list.csv", ANA, BEA, CAL)
    register(facility, "R2001", "Rosa", "Vega", date_of_birth=BORN)
    with facility.read() as unit:
        found = women.likely_same(unit, first=first, last=last, born=born, number=number)
    assert sorted(woman.department_number for woman in found) == expected


def test_the_page_is_an_entry_and_her_correction_too(facility: Store) -> None:
    woman = register(facility, date_of_birth=BORN)
    with facility.work("open_page") as unit:
        page = women.open_page(unit, woman)
    assert (page.woman.id, page.state, page.episode, page.plan, page.needs) == (woman, "registered", None, None, [])
    assert page.facility == "North Facility"
    with facility.work("correct") as unit:
        assert women.correct(unit, woman, unit="B")
        assert not women.correct(unit, woman, unit="B")
    with facility.read() as unit:
        acts = [entry["act"] for entry in payloads(unit.connection) if entry.get("participant") == woman]
    assert acts == ["register", "open_page", "correct"]


# Search


@pytest.fixture
def many(facility: Store, tmp_path: Path) -> Store:
    read(
        facility, tmp_path / "list.csv", ANA, BEA, CAL, row("K1234", "Jean-Baptiste", "Marie-Ève"),
        row("204417", "St. Clair", "Núria"), row("A12345", "O’Neal", "Dee"), row("R1010", "Nuñez", "Ana"),
    )  # fmt: skip
    register(facility, "R3001", "Luz", "Peña", preferred_name="Lucy", aliases="Lulu Marsh")
    return facility


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nunez", ["Núñez, Ana", "Nuñez, Ana"]),
        ("NÚÑEZ", ["Núñez, Ana", "Nuñez, Ana"]),
        ("an nu", ["Núñez, Ana", "Nuñez, Ana"]),
        ("Núñez, Ana", ["Núñez, Ana", "Nuñez, Ana"]),
        ("pena", ["Peña, Lucy"]),
        ("lucy", ["Peña, Lucy"]),
        ("luz peña", ["Peña, Lucy"]),
        ("marsh", ["Peña, Lucy"]),
        ("jean-bap", ["Jean-Baptiste, Marie-Ève"]),
        ("baptiste eve", ["Jean-Baptiste, Marie-Ève"]),
        ("st clair", ["St. Clair, Núria"]),
        ("r1002", ["Okoro, Bea"]),
        ("R-1002", ["Okoro, Bea"]),
        ("2044", ["St. Clair, Núria"]),
        ("okoro smith", []),
        ("koro", []),
        ("%", []),
        ("'; --", []),
    ],
)
def test_words(many: Store, words: str, expected: list[str]) -> None:
    assert sorted(names(many, words)) == sorted(expected)


def test_an_empty_search_is_everybody_in_order_and_in_pages(many: Store) -> None:
    whole = names(many)
    assert [name.split(",")[0].replace("ú", "u") for name in whole] == [
        "Jean-Baptiste", "Nuñez", "Nuñez", "Okoro", "O'Neal", "Peña", "Smith", "St. Clair",
    ]  # fmt: skip
    assert names(many, limit=3) + names(many, offset=3, limit=3) + names(many, offset=6, limit=3) == whole


def test_listed_and_participants(many: Store) -> None:
    assert names(many, state="participant") == ["Peña, Lucy"]
    assert len(names(many, state="listed")) == 7
    assert names(many, "nunez", state="participant") == []


def test_two_of_one_name_are_marked(many: Store) -> None:
    with many.read() as unit:
        rows = women.search(unit, "").rows
    assert {row.department_number for row in rows if row.twin} == {"R1001", "R1010"}


def test_who_was_removed_is_not_found(many: Store) -> None:
    with many.work("remove") as unit:
        unit.remove(Participant, women.by_number(unit, "R3001").id)
    assert names(many, "pena") == []
    with many.read() as unit, pytest.raises(NotFound):
        women.find_woman(unit, "R3001")


def test_a_new_name_is_found_and_the_old_one_not(many: Store) -> None:
    with many.work("correct") as unit:
        women.correct(unit, women.by_number(unit, "R3001").id, last_name="Zúñiga")
    assert names(many, "zuni") == ["Zúñiga, Lucy"]
    assert names(many, "pena") == []


@pytest.mark.parametrize("few", [0, 10_000])  # the alphabet is walked, or what was found is sorted
def test_more_than_are_counted(many: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    with many.read() as unit:
        whole = women.search(unit, "n")
        assert (whole.count, whole.more) == (3, False)
        monkeypatch.setattr(finding, "MOST_COUNTED", 2)
        monkeypatch.setattr(finding, "_FEW", few)
        found = women.search(unit, "n")
        assert (found.count, found.more) == (2, True)
        assert found.rows == whole.rows
        assert women.search(unit, "n", offset=1, limit=2).count == 2
        rows = women.search(unit, "n", offset=1, limit=2).rows
        assert [row.id for row in rows] == [row.id for row in whole.rows[1:3]]
        assert women.search(unit, "n", state="participant").rows == []
