"""Small lists as a department would send them, written by the tests."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from reentry_desktop.actions import lists, record_files
from reentry_desktop.actions.lists import Outcome
from reentry_desktop.store import Store

HEAD = ("MDOC #", "Last Name", "First Name", "MI", "DOB", "Housing", "Parole Hearing", "Tent. Release Dt")
DATA = Path(__file__).parent.parent / "data" / "rosters"


def row(number: str, last: str, first: str, **more: str) -> tuple[str, ...]:
    """One line: born 1990-01-02 in unit A unless said otherwise, no hearing and no release."""
    kept = {"middle": "", "born": "01/02/1990", "unit": "A", "hearing": "", "release": ""} | more
    return (number, last, first, *(kept[k] for k in ("middle", "born", "unit", "hearing", "release")))


ANA = row("R1001", "Núñez", "Ana", hearing="05/01/2027")
BEA = row("R1002", "Okoro", "Bea", born="03/04/1985", release="06/30/2027")
CAL = row("R1003", "Smith", "Callie", born="07/08/1979")


def write_list(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def read(store: Store, path: Path, *rows: tuple[str, ...], **more: Any) -> Outcome:
    """Write *rows* as the list of that name and read it into the store."""
    return lists.read_lists(store, [write_list(path, *rows)], **more)


def women_of(store: Store) -> dict[str, dict[str, Any]]:
    """Every woman of a store as its export has her, by number, without her id."""
    with store.work("records_export") as unit:
        rows = list(record_files.export(unit, "participant"))
    assert len({row["department_number"] for row in rows}) == len(rows)
    return {row["department_number"]: {k: v for k, v in row.items() if k != "id"} for row in rows}
