"""Invented women for practice and the demo. The same seed and day give the same women; none of them exists."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from typing import Any

import msgspec

from ..base.paths import resource
from .due import add_months

_HEADINGS = (
    "DOC Number", "Name (Last, First Middle)", "Date of Birth", "Facility", "Housing Unit", "Date Admitted",
    "Parole Hearing Date", "Tentative Release", "County of Return",
)  # fmt: skip
TWINS_FROM = 40
"""From so many women on, the list holds one woman under two numbers, as real lists do."""


@dataclass(frozen=True)
class Invented:
    """One line of the invented list."""

    number: str
    first: str
    middle: str
    last: str
    born: dt.date
    unit: str
    admitted: dt.date
    hearing: dt.date | None
    release: dt.date | None
    county: str


def words_of(name: str) -> Any:
    """One of the files of ``resources/demo``, as it stands."""
    return msgspec.json.decode(resource("demo", f"{name}.json").read_bytes())


def invent(people: int, seed: int, today: dt.date) -> list[Invented]:
    """*people* women under *people* numbers, with dates around *today*."""
    chance = random.Random(seed)  # noqa: S311  (nothing here is a secret)
    known = words_of("women")
    names = [(first, last) for first in known["first"] for last in known["last"]]
    names = chance.sample(names, min(people, len(names)))
    numbers = chance.sample(range(100_000, 1_000_000), people)
    women = [_woman(chance, known, str(n), names[i % len(names)], i, today) for i, n in enumerate(numbers)]
    if people >= TWINS_FROM:
        twin, other = women[-1], women[-2]
        women[-1] = Invented(
            twin.number, other.first, other.middle, other.last, other.born, twin.unit, twin.admitted, twin.hearing,
            twin.release, twin.county,
        )  # fmt: skip
    return women


def _woman(
    chance: random.Random, known: Any, number: str, name: tuple[str, str], place: int, today: dt.date
) -> Invented:
    born = today - dt.timedelta(days=chance.randrange(20 * 365, 61 * 365))
    admitted = today - dt.timedelta(days=chance.randrange(200, 2400))
    ahead = chance.randrange(35, 640)
    release = today + dt.timedelta(days=ahead)
    hearing = today + dt.timedelta(days=max(7, ahead - chance.randrange(20, 200)))
    kind = place % 11
    return Invented(
        number, name[0], chance.choice(known["middle"]), name[1], born, chance.choice(known["unit"]), admitted,
        None if kind in (4, 8) else (today - dt.timedelta(days=40) if kind == 10 else hearing),
        None if kind in (8, 10) else add_months(release, 0), chance.choice(known["county"]),
    )  # fmt: skip


def as_list(women: list[Invented], site: str, run: dt.date) -> bytes:
    """The women as a department would list them: CSV with a banner, American dates, and a total."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f"Practice list. Run date {run:%m/%d/%Y}"])
    writer.writerow([])
    writer.writerow(_HEADINGS)
    for woman in sorted(women, key=lambda w: (w.last, w.first, w.number)):
        given = " ".join(filter(None, (woman.first, woman.middle)))
        dates = (woman.born, woman.admitted, woman.hearing, woman.release)
        born, admitted, hearing, release = (f"{day:%m/%d/%Y}" if day else "" for day in dates)
        writer.writerow(
            [woman.number, f"{woman.last}, {given}", born, site, woman.unit, admitted, hearing, release, woman.county]
        )
    writer.writerow([f"Total: {len(women)}"])
    return out.getvalue().encode("utf-8-sig")
