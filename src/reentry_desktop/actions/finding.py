"""Finding women by what somebody types, at every key: names and numbers, accents and case ignored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.folding import fold, plain_number
from ..base.ids import Id
from ..records.participant import STATE_DATES, Enrolment, state_of
from ..store import Unit

MOST_COUNTED = 2000  # beyond this a search may say "more than"
_FEW = 10_000  # so many matches are gathered and sorted faster than the alphabet is walked
_GIVEN = "(SELECT value FROM json_each(?))"  # a list of ids as one bound value
_BEGINS = "word >= ? AND word < ?"


@dataclass(frozen=True, slots=True)
class Woman:
    """One row of the list of women. No health word, no tag: whoever sits down next reads it too."""

    id: Id
    department_number: str
    first_name: str
    last_name: str
    birth_year: int | None
    unit: str
    hearing: dt.date | None
    release: dt.date | None
    status: str
    twin: bool = False  # another row of the same name: the page marks both

    @property
    def name(self) -> str:
        return f"{self.last_name}, {self.first_name}"


@dataclass(frozen=True)
class Found:
    """A page of a search: its rows, how many there are, and whether there are more than were counted."""

    rows: list[Woman]
    count: int
    more: bool


def search(unit: Unit, words: str = "", *, state: str = "", offset: int = 0, limit: int = 200) -> Found:
    """Women whose names or number begin with each of *words*, accents and case ignored, in the order of their names.

    ``state`` keeps only "listed" or "participant"s. An empty search is the whole list.
    """
    terms: list[str] = []
    for word in fold(words).replace(",", " ").split():  # a number may be typed with hyphens, a name has them
        terms += [plain_number(word).lower()] if any(c.isdigit() for c in word) else word.replace("-", " ").split()
    listed = (state == "listed") if state else None
    if not terms:
        ids, count, more = *_whole(unit, listed, offset, limit), False
    else:
        ids, count, more = _matching(unit, list(dict.fromkeys(terms)), listed, offset, limit)
    return Found(rows_of(unit, ids), count, more)


def _whole(unit: Unit, listed: bool | None, offset: int, limit: int) -> tuple[list[Id], int]:
    run = unit.connection.exec_driver_sql
    kept, given = ("", ()) if listed is None else ("WHERE listed = ?", (listed,))
    count = run(f"SELECT count(*) FROM roll {kept}", given).scalar_one()
    last = min(offset + limit, count)
    order, start = ("", offset) if offset <= count // 2 else ("DESC", count - last)  # from the nearer end
    rows = run(
        f"SELECT id FROM roll {kept} ORDER BY sort_key {order}, id {order} LIMIT ? OFFSET ?",
        (*given, max(0, last - offset), start),
    )
    ids = list(rows.scalars())
    return (ids[::-1] if order else ids), count


def _matching(unit: Unit, terms: list[str], listed: bool | None, offset: int, limit: int) -> tuple[list[Id], int, bool]:
    """The ids of a page, how many match, and whether there are more. The rarest terms are gathered and sorted."""
    gathered = [_gather(unit, term) for term in terms]
    few = sorted((found for found in gathered if found is not None), key=len)
    if not few:
        return _walk(unit, terms, listed, offset, limit)
    found = {woman: key for woman, key in few[0].items() if all(woman in other for other in few[1:])}
    run = unit.connection.exec_driver_sql
    for term in [term for term, many in zip(terms, gathered, strict=True) if many is None and found]:
        given = (_json(found), *_bounds(term))
        rows = run(f"SELECT participant FROM participant_word WHERE participant IN {_GIVEN} AND {_BEGINS}", given)
        found = {woman: found[woman] for woman in rows.scalars()}
    if listed is not None and found:
        rows = run(f"SELECT id FROM roll WHERE id IN {_GIVEN} AND listed = ?", (_json(found), listed))
        found = {woman: found[woman] for woman in rows.scalars()}
    first = nsmallest(offset + limit, zip(found.values(), found, strict=True))
    more = len(found) > MOST_COUNTED
    return [woman for _key, woman in first[offset:]], MOST_COUNTED if more else len(found), more


def _gather(unit: Unit, term: str) -> dict[Id, str] | None:
    """The women with a word that begins so, with their place in the alphabet; None where they are too many."""
    run, bounds = unit.connection.exec_driver_sql, _bounds(term)
    begun = f"SELECT 1 FROM participant_word WHERE {_BEGINS} LIMIT {_FEW + 1}"
    words = run(f"SELECT count(*) FROM ({begun}) AS few", bounds)
    if words.scalar_one() > _FEW:
        return None
    return dict(run(f"SELECT participant, sort_key FROM participant_word WHERE {_BEGINS}", bounds).all())


def _walk(unit: Unit, terms: list[str], listed: bool | None, offset: int, limit: int) -> tuple[list[Id], int, bool]:
    """Every term is common: walk the alphabet and look each woman's words up, until the page is full."""
    met = f"EXISTS (SELECT 1 FROM participant_word WHERE participant = roll.id AND {_BEGINS})"
    where = " AND ".join(["listed = ?"] * (listed is not None) + [met] * len(terms))
    given = ([] if listed is None else [listed]) + [bound for term in terms for bound in _bounds(term)]
    alone = len(terms) == 1 and listed is None  # a common term alone is met often enough
    most = limit if alone else max(limit, MOST_COUNTED + 1 - offset)
    ids = list(
        unit.connection.exec_driver_sql(
            f"SELECT id FROM roll WHERE {where} ORDER BY sort_key, id LIMIT ? OFFSET ?", (*given, most, offset)
        ).scalars()
    )
    count = offset + len(ids)
    more = alone or count > MOST_COUNTED
    return ids[:limit], MOST_COUNTED if more else count, more


def _bounds(term: str) -> tuple[str, str]:
    return term[:60], term[:60] + "\U0010ffff"


def _json(ids: Sequence[Id] | dict[Id, str]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def rows_of(unit: Unit, ids: list[Id]) -> list[Woman]:
    """The rows of those women, in that order; whoever is not here is left out."""
    if not ids:
        return []
    run, given = unit.connection.exec_driver_sql, (_json(ids),)
    known = {
        row[0]: tuple(row)
        for row in run(
            "SELECT id, department_number, coalesce(nullif(preferred_name, ''), first_name), last_name, date_of_birth, "
            f"unit, parole_hearing, coalesce(actual_release, expected_release) FROM participant WHERE id IN {_GIVEN}",
            given,
        ).all()
    }
    status = {**dict.fromkeys(known, "registered"), **states(unit, list(known))}
    for row in run(
        "SELECT id, department_number, first_name, last_name, date_of_birth, unit, parole_hearing, expected_release "
        f"FROM listed WHERE id IN {_GIVEN}",
        (_json([woman for woman in ids if woman not in known]),),
    ).all():
        known[row[0]], status[row[0]] = tuple(row), "listed"
    rows = [known[woman] for woman in ids if woman in known]
    names = [fold(f"{row[3]}, {row[2]}") for row in rows]
    same = Counter(names)
    return [
        Woman(
            row[0], row[1], row[2], row[3], born.year if (born := _day(row[4])) else None, row[5],
            _day(row[6]), _day(row[7]), status[row[0]], same[name] > 1,
        )
        for row, name in zip(rows, names, strict=True)
    ]  # fmt: skip


def _day(kept: str | dt.date | None) -> dt.date | None:
    """A day as a statement of ours gives it: a text from a file, a date from PostgreSQL."""
    return dt.date.fromisoformat(str(kept)) if kept else None


_DATES = [getattr(Enrolment, name) for name in STATE_DATES]


def states(unit: Unit, ids: list[Id]) -> dict[Id, str]:
    """The state of each participant: that of her latest episode; "released" once she is out and no follow-up began."""
    here = sa.select(sa.func.json_each(_json(ids)).table_valued("value").c.value)
    episodes = unit.rows(
        sa.select(Enrolment.participant, *_DATES)
        .where(Enrolment.participant.in_(here), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on, Enrolment.id)
    )
    latest: dict[Id, Any] = {episode.participant: state_of(episode) for episode in episodes}
    out = unit.connection.exec_driver_sql(
        f"SELECT id FROM participant WHERE actual_release IS NOT NULL AND id IN {_GIVEN}", (_json(ids),)
    )
    return latest | {woman: "released" for woman in out.scalars() if latest.get(woman) == "enrolled"}


__all__ = ["Found", "Woman", "rows_of", "search", "states"]
