"""Finding women by what somebody types, at every key: names and numbers, accents and case ignored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.folding import fold, terms
from ..base.ids import Id
from ..records.participant import STATE_DATES, Enrolment, state_of
from ..store import Unit
from .registrations import gave_way

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

    ``state`` keeps only "listed" or "participant"s. An empty search is the whole list. Who was registered twice is one
    row, found by the words of either.
    """
    asked = terms(words)
    listed = (state == "listed") if state else None
    away = gave_way(unit)
    if not asked:
        ids, count, more = *_whole(unit, listed, away, offset, limit), False
    else:
        ids, count, more = _matching(unit, asked, listed, away, offset, limit)
    return Found(rows_of(unit, ids), count, more)


Away = dict[Id, Id]  # a registration that does not stand -> the one that stands for it


def _kept(listed: bool | None, away: Away) -> tuple[list[str], list[Any]]:
    """What rows of the roll are kept to: conditions, and the values for them."""
    where, given = ([], []) if listed is None else (["listed = ?"], [listed])
    return (where, given) if not away else ([*where, f"id NOT IN {_GIVEN}"], [*given, _json(away)])


def _whole(unit: Unit, listed: bool | None, away: Away, offset: int, limit: int) -> tuple[list[Id], int]:
    run = unit.connection.exec_driver_sql
    kept, only = ("", ()) if listed is None else ("WHERE listed = ?", (listed,))
    count = run(f"SELECT count(*) FROM roll {kept}", only).scalar_one()
    if away and not listed:  # a few are looked up; to ask it of each of the others takes longer
        count -= run(f"SELECT count(*) FROM roll WHERE id IN {_GIVEN}", (_json(away),)).scalar_one()
    where, given = _kept(listed, away)
    kept = f"WHERE {' AND '.join(where)}" if where else ""
    last = min(offset + limit, count)
    order, start = ("", offset) if offset <= count // 2 else ("DESC", count - last)  # from the nearer end
    rows = run(
        f"SELECT id FROM roll {kept} ORDER BY sort_key {order}, id {order} LIMIT ? OFFSET ?",
        (*given, max(0, last - offset), start),
    )
    ids = list(rows.scalars())
    return (ids[::-1] if order else ids), count


def _matching(
    unit: Unit, terms: list[str], listed: bool | None, away: Away, offset: int, limit: int
) -> tuple[list[Id], int, bool]:
    """The ids of a page, how many match, and whether there are more. The rarest terms are gathered and sorted."""
    gathered = [_gather(unit, term, away) for term in terms]
    few = sorted((found for found in gathered if found is not None), key=len)
    if not few:
        return _walk(unit, terms, listed, away, offset, limit)
    found = {woman: key for woman, key in few[0].items() if all(woman in other for other in few[1:])}
    run = unit.connection.exec_driver_sql
    for term in [term for term, many in zip(terms, gathered, strict=True) if many is None and found]:
        also = [woman for woman, stands in away.items() if stands in found]
        met = _among(unit, term, [*found, *also], away)
        found = {woman: key for woman, key in found.items() if woman in met}
    if listed is not None and found:
        rows = run(f"SELECT id FROM roll WHERE id IN {_GIVEN} AND listed = ?", (_json(found), listed))
        found = {woman: found[woman] for woman in rows.scalars()}
    first = nsmallest(offset + limit, zip(found.values(), found, strict=True))
    more = len(found) > MOST_COUNTED
    return [woman for _key, woman in first[offset:]], MOST_COUNTED if more else len(found), more


def _among(unit: Unit, term: str, women: Sequence[Id], away: Away) -> set[Id]:
    """Who of *women* has a word that begins so, as the registration that stands for her."""
    rows = unit.connection.exec_driver_sql(
        f"SELECT participant FROM participant_word WHERE participant IN {_GIVEN} AND {_BEGINS}",
        (_json(women), *_bounds(term)),
    )
    return {away.get(woman, woman) for woman in rows.scalars()}


def _gather(unit: Unit, term: str, away: Away) -> dict[Id, str] | None:
    """The women with a word that begins so, with their place in the alphabet; None where they are too many."""
    run, bounds = unit.connection.exec_driver_sql, _bounds(term)
    begun = f"SELECT 1 FROM participant_word WHERE {_BEGINS} LIMIT {_FEW + 1}"
    words = run(f"SELECT count(*) FROM ({begun}) AS few", bounds)
    if words.scalar_one() > _FEW:
        return None
    found: dict[Id, str] = dict(
        run(f"SELECT participant, sort_key FROM participant_word WHERE {_BEGINS}", bounds).all()
    )
    if moved := away.keys() & found.keys():
        stand = _json({away[woman] for woman in moved})
        found = {woman: key for woman, key in found.items() if woman not in moved}
        found |= dict(run(f"SELECT id, sort_key FROM roll WHERE id IN {_GIVEN}", (stand,)).all())
    return found


def _walk(
    unit: Unit, terms: list[str], listed: bool | None, away: Away, offset: int, limit: int
) -> tuple[list[Id], int, bool]:
    """Every term is common: walk the alphabet and look each woman's words up, until the page is full."""
    where, given = _kept(listed, away)
    for term in terms:
        where.append(f"(EXISTS (SELECT 1 FROM participant_word WHERE participant = roll.id AND {_BEGINS})"
                     + (f" OR id IN {_GIVEN})" if away else ")"))  # fmt: skip
        given += [*_bounds(term), *([_json(_among(unit, term, list(away), away))] if away else [])]
    alone = len(terms) == 1 and listed is None  # a common term alone is met often enough
    most = limit if alone else max(limit, MOST_COUNTED + 1 - offset)
    ids = list(
        unit.connection.exec_driver_sql(
            f"SELECT id FROM roll WHERE {' AND '.join(where)} ORDER BY sort_key, id LIMIT ? OFFSET ?",
            (*given, most, offset),
        ).scalars()
    )
    count = offset + len(ids)
    more = alone or count > MOST_COUNTED
    return ids[:limit], MOST_COUNTED if more else count, more


def _bounds(term: str) -> tuple[str, str]:
    return term[:60], term[:60] + "\U0010ffff"


def _json(ids: Iterable[Id]) -> str:
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
    """The state of each participant: that of her latest episode; "released" once she is out and no follow-up began.

    Who was registered twice has one state, that of the episode ``women.current_episode`` finds.
    """
    away = gave_way(unit)
    asked = {away.get(one, one) for one in ids}
    given = _json([*asked, *(one for one, stands in away.items() if stands in asked)])
    here = sa.select(sa.func.json_each(given).table_valued("value").c.value)
    episodes = unit.rows(
        sa.select(Enrolment.participant, Enrolment.offered_on, Enrolment.id, Enrolment.is_open().label("runs"), *_DATES)
        .where(Enrolment.participant.in_(here), Enrolment.removed.is_(False))
        .order_by(Enrolment.offered_on, Enrolment.id)
    )
    merged = set(away.values())
    latest: dict[Id, Any] = {}
    for episode in episodes:
        her = away.get(episode.participant, episode.participant)
        if her not in merged or her not in latest or foremost(episode, her) > foremost(latest[her], her):
            latest[her] = episode
    found = {woman: state_of(episode) for woman, episode in latest.items()}
    out = unit.connection.exec_driver_sql(
        f"SELECT id FROM participant WHERE actual_release IS NOT NULL AND id IN {_GIVEN}", (_json(asked),)
    )
    found |= {woman: "released" for woman in out.scalars() if found.get(woman) == "enrolled"}
    return {one: found[away.get(one, one)] for one in ids if away.get(one, one) in found}


def foremost(episode: Any, stands: Id) -> tuple[Any, ...]:
    """Of a woman's episodes under several registrations the greatest is the one she is in.

    One that ``runs`` before one that is over; of several that run, that of the registration that stands; the latest.
    """
    ours = bool(episode.runs) and episode.participant == stands
    return bool(episode.runs), ours, episode.offered_on or dt.date.min, episode.id


__all__ = ["Found", "Woman", "foremost", "rows_of", "search", "states"]
