"""The record of use as people read it: who did what, when, where, about whom, and what came of it.

A page of it is cut: it is found from the newest entry backwards, so that what is asked most costs the same at a
million entries as at a thousand. Whoever asks for what is rare looks further back step by step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.clock import stamp
from ..base.ids import Id, show_device
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..records.access import may_see
from ..records.acts import ACTS
from ..records.change import Change, from_payload
from ..records.local import Listed
from ..records.participant import Participant
from ..records.people import Person
from ..store import Store, Unit
from ..store.erasing import SEARCH
from ..store.folder import REFUSED
from .acts import act_words
from .registrations import ids_of
from .women import find_woman

PAGE = 100  # entries of a page
LOOK = 30_000
"""Entries that are looked through for one page: less than a tenth of a second."""
LOOKS = frozenset({"open_page", "open_request", "show_page", "show_history", "show_conflicts", "show_registered_twice"})
"""What somebody looked at."""
SEARCHES = frozenset({SEARCH, "command"})
"""What somebody asked for."""


@dataclass(frozen=True)
class Asked:
    """Which entries somebody asks for, as they are typed: a sign-in name, a woman's number, an act. Empty: all."""

    person: str = ""
    number: str = ""
    act: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


EVERYTHING = Asked()


@dataclass(frozen=True)
class Wanted:
    """Which entries: of one person, about one woman (all her registrations), of one act, of some days. Empty: all."""

    person: Id = Id("")
    women: tuple[Id, ...] = ()
    act: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    @cached_property
    def range(self) -> tuple[str, str]:
        """The moments of the first and after the last day, as entries have them."""
        day = dt.timedelta(days=1)
        begin, end = self.first or dt.date(1970, 1, 2), (self.last or dt.date(9000, 1, 1)) + day
        return _midnight(begin), _midnight(end)


def _midnight(day: dt.date) -> str:
    return stamp(dt.datetime.combine(day, dt.time()).astimezone())


@dataclass(frozen=True)
class Line:
    """One entry. ``at`` is UTC; ``off`` by how many days this PC's calendar was known to be wrong then."""

    seq: int
    device: str
    number: int
    at: str
    off: int
    by: Id
    who: str
    act: str
    kind: str
    record: Id
    woman: Id
    about: str
    refused: bool
    values: dict[str, Any]

    @property
    def what(self) -> str:
        """The act in words, with what there is to say of it."""
        words = act_words(self.act, self.kind)
        if self.refused:
            words = _("Was refused: {act}").format(act=words)
        more = self.more
        return f"{words}: {more}" if more else words

    @property
    def more(self) -> str:
        """What the entry tells besides: the page, the words of a search, the reason."""
        for name in ("words", "command", "page", "note", "code", "clock_set_back"):
            if self.values.get(name):
                return str(self.values[name])
        return ""


@dataclass(frozen=True)
class Lines:
    """The newest entries that were asked for. ``before`` is where to go on; 0 where there is nothing older.

    ``looked_to`` is the moment of the oldest entry that was looked at.
    """

    rows: list[Line]
    before: int
    looked_to: str


def list_use(unit: Unit, asked: Asked = EVERYTHING, before: int = 0, most: int = PAGE) -> Lines:
    """A page of the record of use, the newest first; of what is older than the entry *before*, where one is given.

    Raises ``NotFound`` for who or what is not known here.
    """
    wanted, run = wanted_by(unit, asked), unit.connection.exec_driver_sql
    newest = before or (run("SELECT coalesce(max(seq), 0) FROM entry").scalar_one() + 1)
    begin, end = wanted.range
    found: list[Line] = []
    looked_to = ""
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    for seq, device, number, payload in _rows(unit, wanted, newest, begin, end):
        change = from_payload(payload)
        looked_to = change.at
        if not fits(wanted, change) or not may_see(unit.store.who, change.kind, change.by):
            continue
        found.append(_line(names, seq, device, number, change))
        if len(found) == most:
            return Lines(_told(unit, found), seq, looked_to)
    left = 0 if wanted.women else max(0, newest - LOOK)
    if left > 1 and not looked_to:
        row = run(
            "SELECT payload FROM entry WHERE seq >= ? AND payload IS NOT NULL ORDER BY seq LIMIT 1", (left,)
        ).first()
        looked_to = from_payload(row[0]).at if row else ""
    return Lines(_told(unit, found), left if left > 1 else 0, looked_to)


def _rows(unit: Unit, wanted: Wanted, before: int, begin: str, end: str) -> Iterator[Any]:
    """Entries that may fit, the newest first: as far as the database can tell without reading JSON."""
    columns = "SELECT seq, device, number, payload FROM entry WHERE payload IS NOT NULL AND seq < ?"
    given: list[object] = [before]
    in_file = unit.connection.dialect.name == "sqlite"
    if wanted.women:
        columns += " AND participant IN (SELECT value FROM json_each(?))"
        given.append(msgspec.json.encode(list(wanted.women)).decode())
    else:
        columns += " AND seq >= ?"
        given.append(before - LOOK)
    for text in filter(None, (wanted.person, wanted.act)):
        columns += " AND instr(payload, ?) > 0" if in_file else " AND position(? IN payload) > 0"
        given.append(text.encode())
    if wanted.first or wanted.last:  # our programs write the moment first; of another's entries it is read below
        columns += " AND (substr(payload, 1, 7) <> ? OR (substr(payload, 8, 24) >= ? AND substr(payload, 8, 24) < ?))"
        given += [b'{"at":"', begin.encode(), end.encode()]
    with unit.connection.exec_driver_sql(
        columns + " ORDER BY seq DESC", tuple(given), execution_options={"stream_results": True}
    ) as rows:
        yield from rows


def fits(wanted: Wanted, change: Change) -> bool:
    """Whether an entry is one of those."""
    begin, end = wanted.range
    return (
        (not wanted.person or change.by == wanted.person)
        and (not wanted.women or change.participant in wanted.women)
        and (not wanted.act or change.act == wanted.act)
        and (not (wanted.first or wanted.last) or begin <= change.at < end)
    )


def _line(names: dict[str, str], seq: int, device: int, number: int, change: Change) -> Line:
    values = {} if change.depth else change.read_values()
    return Line(
        seq, show_device(device), number, change.at, change.off, change.by, names.get(change.by, change.by),
        change.act, change.kind, change.record, change.participant, "", values.get("outcome") == REFUSED, values,
    )  # fmt: skip


def _told(unit: Unit, lines: list[Line]) -> list[Line]:
    """The same lines, with whom they are about: first name, initial and number."""
    about = women_named(unit, {line.woman for line in lines if line.woman})
    return [replace(line, about=about.get(line.woman, "")) if line.woman else line for line in lines]


def women_named(unit: Unit, women: Collection[Id]) -> dict[Id, str]:
    """Participants and listed women by id: short name and number."""
    named: dict[Id, str] = {}
    ids = list(women)
    for her in unit.all(sa.select(Participant).where(Participant.id.in_(ids))) if ids else ():
        named[her.id] = " ".join(filter(None, (her.short_name, her.department_number)))
    left = [woman for woman in ids if woman not in named]
    for one in unit.session.scalars(sa.select(Listed).where(Listed.id.in_(left))) if left else ():
        named[one.id] = f"{one.first_name} {one.last_name[:1]}. {one.department_number}"
    return named


# What was asked for, by name


def wanted_by(unit: Unit, asked: Asked) -> Wanted:
    """The same by their ids. Raises ``NotFound`` for who or what is not known here."""
    person: Id | None = Id("")
    if asked.person:
        person = unit.first(sa.select(Person.id).where(sa.func.lower(Person.name) == asked.person.lower()))
        if person is None:
            raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    if asked.act and asked.act not in ACTS:
        raise NotFound(_("There is no act called {name}. Nothing was changed.").format(name=asked.act))
    women = tuple(ids_of(unit, find_woman(unit, asked.number).id)) if asked.number else ()
    return Wanted(Id(person or ""), women, asked.act, asked.first, asked.last)


def people(unit: Unit) -> list[str]:
    """The sign-in names of everybody who has or had an account, and whose entries may be here."""
    return [row[0] for row in unit.rows(sa.select(Person.name).distinct().order_by(Person.name))]


# Writing what is not a change


def show_page(unit: Unit, page: str, woman: Id = Id("")) -> None:
    """A page that may name women was opened; about whom, where it is of one woman."""
    for one in _registrations(unit, woman):
        unit.tell("participant" if one else "", one, one, page=page)


def open_page(unit: Unit, woman: Id, page: str) -> None:
    """Her page was opened: an entry for each of her registrations."""
    for one in _registrations(unit, woman):
        unit.tell("participant", one, one, page=page)


def _registrations(unit: Unit, woman: Id) -> Sequence[Id]:
    return ids_of(unit, woman) if woman else [Id("")]


def find(unit: Unit, words: str, found: int) -> None:
    """A search that came to its end: what was typed, and how many were found."""
    unit.tell(words=words[:60], found=found)


def print_words(unit: Unit, sheet: str, printer: str = "") -> None:
    """Words that open or prove something became paper: a part of the kit, a slip, one-time words, the card."""
    unit.tell(sheet=sheet, printer=printer)


def command(unit: Unit, name: str, numbers: Sequence[str] = ()) -> None:
    """A command of the command line, and whom it asks for, where it names women by their numbers."""
    asked: list[Id] = []
    for number in numbers:
        with suppress(Problem):  # the command itself will say so
            asked += ids_of(unit, find_woman(unit, number).id)
    for one in asked or [Id("")]:
        unit.tell("participant" if one else "", one, one, command=name)


def state_day(store: Store, day: dt.date) -> None:
    """Somebody says what day it is, where this PC's calendar cannot be right: known to every entry from now on."""
    with store.work("state_day") as unit:
        unit.tell(day=day.isoformat(), clock=stamp(store.clock()))
    store.stated_day = day


# Who has looked


@dataclass(frozen=True)
class Looked:
    """How often somebody opened or printed a woman's record, and when last."""

    who: str
    times: int
    last: str


def who_looked(unit: Unit, woman: Id) -> list[Looked]:
    """Everybody who has looked at her record without changing it, the latest first."""
    names: dict[str, str] = dict(unit.rows(sa.select(Person.id, Person.name)))
    rows = unit.connection.exec_driver_sql(
        "SELECT payload FROM entry WHERE participant IN (SELECT value FROM json_each(?)) AND payload IS NOT NULL "
        "ORDER BY seq DESC LIMIT 20000",
        (msgspec.json.encode(ids_of(unit, woman)).decode(),),
    )
    times: dict[str, int] = {}
    last: dict[str, str] = {}
    for (payload,) in rows:
        change = from_payload(payload)
        if (
            change.depth
            or not change.by
            or change.share != "site"
            or not may_see(unit.store.who, change.kind, change.by)
        ):
            continue
        times[change.by] = times.get(change.by, 0) + 1
        last[change.by] = max(last.get(change.by, ""), change.at)
    return sorted(
        (Looked(names.get(by, by), n, last[by]) for by, n in times.items()), key=lambda x: x.last, reverse=True
    )
