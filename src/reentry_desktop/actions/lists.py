"""A department's lists: read, previewed, merged into the women of this store; asked about, and undone.

A woman who only stands on a list is a ``Listed`` row, outside the log. ``Listed`` keeps what the lists say also after
she became a participant: where her record then says something else, a person has corrected it, and is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from .. import rosters
from ..base.folding import plain_number
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem
from ..base.progress import Progress, untold
from ..base.words import _
from ..records.base import clean
from ..records.local import Listed, RosterLine, RosterReading, Setting
from ..records.participant import Participant
from ..records.people import Site
from ..rosters import Difference, Line, Mapping, Reading, Unrecognized
from ..store import Store, Unit
from .registrations import gave_way, settled
from .women import FROM_LIST, index_listed, site_named

_SAID = (*FROM_LIST, "site")  # what a list says of a woman and ``Listed`` keeps


@dataclass(frozen=True)
class FileRead:
    """One file of a reading: counts of its lines, what was rejected, and what changed since the last."""

    name: str
    reading: Reading
    counts: dict[str, int]
    changes: Difference
    first_time: bool


@dataclass(frozen=True)
class Question:
    """The list says something else than what a person wrote: which stands is asked, never assumed."""

    woman: Id
    department_number: str
    field: str
    ours: Any
    theirs: Any


@dataclass
class Outcome:
    """What a reading did, or as a trial would do."""

    files: list[FileRead] = field(default_factory=list)
    left_list: list[str] = field(default_factory=list)
    possible_duplicates: list[rosters.Likely] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def total(self, name: str) -> int:
        """The sum of one count over the files: read, added, updated, unchanged, rejected."""
        return sum(file.counts[name] for file in self.files)


class _Undo(Exception):
    """Rolls a trial back."""


def read_lists(
    store: Store,
    paths: Sequence[Path],
    *,
    as_of: dt.date | None = None,
    mapping: Mapping | None = None,
    mappings: dict[Path, Mapping] | None = None,
    trial: bool = False,
    progress: Progress = untold,
) -> Outcome:
    """Read lists into this store, all of them or none; as a *trial* only say what that would do.

    *mapping* says what the columns are, *mappings* of which file; either is remembered for files of those headings.

    Raises ``Problem`` for a file that is no list, ``rosters.Unrecognized`` where a person has to say what
    the columns are, or what *progress* raises to stop it; then nothing was changed.
    """
    outcome = Outcome()
    with suppress(_Undo), store.work("read_list") as unit:
        day = as_of or unit.today()
        for number, path in enumerate(paths):
            progress(number / len(paths))
            told = (mappings or {}).get(path, mapping)
            try:
                outcome.files.append(_read_one(unit, clean(path.name), rosters.load(path), day, told))
            except Unrecognized as problem:
                problem.path = str(path)
                raise
        outcome.left_list = sorted({line.department_number for file in outcome.files for line in file.changes.left})
        progress(1)
        outcome.possible_duplicates = possible_duplicates(unit)
        outcome.questions = questions(unit)
        _forget(unit, day)
        progress(1)
        if trial:
            raise _Undo
    return outcome


def _read_one(unit: Unit, name: str, data: bytes, day: dt.date, mapping: Mapping | None) -> FileRead:
    try:
        reading = rosters.read(name, data, today=day, mapping=mapping)
    except Unrecognized:
        if mapping is not None or (known := _by_remembered(unit, name, data, day)) is None:
            raise
        reading = known
    if mapping is not None:
        unit.set_setting(f"mapping/{reading.source}", rosters.save_mapping(mapping).decode())
    elif remembered := unit.setting(f"mapping/{reading.source}"):
        reading = rosters.read(name, data, today=day, mapping=rosters.load_mapping(remembered.encode()))
    if reading.rejected and not reading.lines:  # taken as it is, it would say that every woman has left the list
        first = reading.rejected[0]
        raise Problem(
            _("No line of {name} can be taken in; nothing was changed. Line {line}: {reason}").format(
                name=name, line=first.line, reason=first.reason
            ),
            code="nothing-read",
        )
    last = _newest(unit, reading.source)
    before = _lines(unit, last.id) if last else []
    changes = rosters.changes(before, reading.lines) if last else Difference([], [], [], [])
    numbers = {line.department_number for line in (*before, *reading.lines)}
    if last is None or last.sha256 != reading.sha256:
        _keep(unit, reading, day)
        done = _merge(unit, numbers, day)
    else:
        done = {}
    counts = {"read": len(reading.lines) + len(reading.rejected), "added": 0, "updated": 0, "unchanged": 0}
    for line in reading.lines:
        counts["unchanged" if line.repeated else done.get(line.department_number, "unchanged")] += 1
    counts["rejected"] = len(reading.rejected)
    unit.tell(sha256=reading.sha256, counts=counts)
    return FileRead(name, reading, counts, changes, last is None)


def _by_remembered(unit: Unit, name: str, data: bytes, day: dt.date) -> Reading | None:
    """A list without headings the program knows, read as a person once said for exactly these headings."""
    for key, text in unit.rows(sa.select(Setting.key, Setting.value).where(Setting.key.like("mapping/%"))):
        with suppress(Problem):
            reading = rosters.read(name, data, today=day, mapping=rosters.load_mapping(text.encode()))
            if key == f"mapping/{reading.source}":
                return reading
    return None


def _newest(unit: Unit, source: str) -> RosterReading | None:
    return unit.first(  # type: ignore[no-any-return]
        sa.select(RosterReading).where(RosterReading.source == source).order_by(RosterReading.number.desc())
    )


def _lines(unit: Unit, reading: Id) -> list[Line]:
    texts = unit.session.scalars(sa.select(RosterLine.line).where(RosterLine.reading == reading))
    return [msgspec.json.decode(text, type=Line) for text in texts]


def _keep(unit: Unit, reading: Reading, day: dt.date) -> None:
    """Keep the reading. Of each source the two newest keep their lines: the last one, and what an undo goes back to."""
    older = unit.session.scalars(
        sa.select(RosterReading.id)
        .where(RosterReading.source == reading.source)
        .order_by(RosterReading.number.desc())
        .offset(1)
    ).all()
    unit.local(sa.delete(RosterLine).where(RosterLine.reading.in_(older)))
    number = (unit.first(sa.select(sa.func.max(RosterReading.number))) or 0) + 1
    made = new_id()
    unit.local(
        sa.insert(RosterReading).values(
            id=made, file_name=reading.name[:255], sha256=reading.sha256, source=reading.source, read_on=day,
            dated=reading.dated or day, number=number, counts=str(len(reading.lines)),
        )
    )  # fmt: skip
    rows = [
        {"reading": made, "department_number": line.department_number, "line": msgspec.json.encode(line).decode()}
        for line in reading.lines
        if not line.repeated
    ]
    if rows:
        unit.connection.execute(sa.insert(RosterLine), rows)


def _standing(unit: Unit) -> dict[str, list[tuple[dt.date, Line]]]:
    """What the newest reading of each source says of every woman."""
    newest = sa.select(sa.func.max(RosterReading.number)).group_by(RosterReading.source)
    rows = unit.rows(
        sa.select(RosterReading.dated, RosterLine.line)
        .join(RosterReading, RosterReading.id == RosterLine.reading)
        .where(RosterReading.number.in_(newest))
    )
    found: dict[str, list[tuple[dt.date, Line]]] = {}
    for dated, text in rows:
        line = msgspec.json.decode(text, type=Line)
        found.setdefault(line.department_number, []).append((dated, line))
    return found


def _merge(unit: Unit, numbers: set[str], day: dt.date) -> dict[str, str]:
    """Bring the women of *numbers* to what the lists say now. Returns number -> added, updated or unchanged."""
    standing = _standing(unit)
    listed = {w.department_number: w for w in unit.session.scalars(sa.select(Listed))}
    away = gave_way(unit)
    participants = unit.session.scalars(sa.select(Participant).where(Participant.removed.is_(False)))
    standing_last = sorted(participants, key=lambda p: p.id not in away)  # of two with one number the one that stands
    women = {p.department_number: p for p in standing_last if p.department_number}
    done: dict[str, str] = {}
    indexed: list[Id] = []
    fresh: list[dict[str, Any]] = []
    for number in sorted(numbers):
        seen = standing.get(number)
        here = listed.get(number)
        if not seen:
            if here and not here.left_on:
                unit.local(sa.update(Listed).where(Listed.id == here.id).values(left_on=day))
            continue
        line = rosters.merge(seen)
        said = {name: getattr(line, name) for name in _SAID}
        woman = women.get(number)
        if here is None:
            made = woman.id if woman else new_id()
            fresh.append({"id": made, "left_on": None, "participant": woman is not None, "kept": "{}", **said})
            done[number] = "added" if woman is None else _update(unit, woman, {}, said)
            indexed.append(made)
            continue
        before = {name: getattr(here, name) for name in _SAID}
        done[number] = "unchanged"
        if before != said or here.left_on:
            unit.local(sa.update(Listed).where(Listed.id == here.id).values(left_on=None, **said))
            indexed.append(here.id)
            changed = before != said
            done[number] = _update(unit, woman, before, said) if woman else ("updated" if changed else "unchanged")
    if fresh:
        unit.connection.execute(sa.insert(Listed), fresh)
    if indexed:
        index_listed(unit, [i for i in indexed if i not in {w.id for w in women.values()}])
    return done


def _update(unit: Unit, woman: Participant, before: dict[str, Any], said: dict[str, Any]) -> str:
    """Give a participant what the list newly says, but for what a person corrected."""
    new = {}
    for name in FROM_LIST:
        ours = getattr(woman, name)
        if said[name] and said[name] != ours and ours in ("", None, before.get(name)):
            new[name] = said[name]
    if said["site"] and said["site"] != before.get("site", ""):
        moved = site_named(unit, said["site"])
        if moved != woman.site:
            new["site"] = moved
    return "updated" if new and unit.revise(Participant, woman.id, **new) else "unchanged"


def _forget(unit: Unit, day: dt.date) -> None:
    """Women who left every list long ago and were never offered the program are removed, as the site set it."""
    days = unit.get(Site, unit.store.site).listed_days or 365
    gone = unit.session.scalars(
        sa.select(Listed.id).where(Listed.participant.is_(False), Listed.left_on < day - dt.timedelta(days=days))
    ).all()
    _drop(unit, list(gone))


def _drop(unit: Unit, women: list[Id]) -> None:
    if women:
        numbers = unit.session.scalars(sa.select(Listed.department_number).where(Listed.id.in_(women))).all()
        unit.local(sa.delete(RosterLine).where(RosterLine.department_number.in_(numbers)))
        unit.local(sa.delete(Listed).where(Listed.id.in_(women)))
        index_listed(unit, women)


def questions(unit: Unit) -> list[Question]:
    """Where the list and a participant's record differ and nobody has said yet which stands."""
    rows = unit.rows(
        sa.select(Participant, Listed).join(Listed, Listed.id == Participant.id).where(Participant.removed.is_(False))
    )
    found = []
    for woman, listed in rows:
        kept = msgspec.json.decode(listed.kept, type=dict[str, Any])
        for name in FROM_LIST:
            ours, theirs = getattr(woman, name), getattr(listed, name)
            plain = theirs.isoformat() if isinstance(theirs, dt.date) else theirs
            if theirs and ours != theirs and kept.get(name) != plain:
                found.append(Question(woman.id, woman.department_number, name, ours, theirs))
    return found


def answer_question(unit: Unit, woman: Id, name: str, *, keep_ours: bool) -> None:
    """Settle a question: keep what a person wrote, or take what the list says."""
    listed = unit.session.get(Listed, woman)
    if listed is None:
        raise NotFound(_("This woman is not on the list (any more). Nothing was changed."))
    theirs = getattr(listed, name)
    if keep_ours:
        kept = msgspec.json.decode(listed.kept, type=dict[str, Any]) | {
            name: theirs.isoformat() if isinstance(theirs, dt.date) else theirs
        }
        unit.local(sa.update(Listed).where(Listed.id == woman).values(kept=msgspec.json.encode(kept).decode()))
        unit.tell("participant", woman, woman, kept=name)
    else:
        unit.revise(Participant, woman, **{name: theirs})


def possible_duplicates(unit: Unit) -> list[rosters.Likely]:
    """Women under different numbers who may be one: for a person to look at, never merged.

    Not those of whom a person said that they are one woman, or two.
    """
    women = {
        w.department_number: Line(
            department_number=w.department_number,
            first_name=w.first_name,
            last_name=w.last_name,
            date_of_birth=w.date_of_birth,
        )
        for table in (Listed, Participant)
        for w in unit.rows(sa.select(table.department_number, table.first_name, table.last_name, table.date_of_birth))
        if w.department_number
    }
    found = rosters.likely_duplicates(women.values())
    ids: dict[str, Id] = dict(unit.rows(sa.select(Participant.department_number, Participant.id)))
    said = settled(unit)
    return [one for one in found if not said(ids.get(one.a.department_number), ids.get(one.b.department_number))]


def readings(unit: Unit) -> list[RosterReading]:
    """Every reading, the newest first."""
    return list(unit.session.scalars(sa.select(RosterReading).order_by(RosterReading.number.desc())))


def undo_last_reading(unit: Unit) -> str:
    """Take the last reading back: women it brought and nobody offered the program go, dates stand as before.

    Returns the file's name. Raises ``Problem`` where there is none, or what stood before it is not kept any more.
    """
    last = next(iter(readings(unit)), None)
    if last is None:
        raise Problem(_("No list was read yet. Nothing was changed."), code="nothing")
    numbers = {line.department_number for line in _lines(unit, last.id)}
    name, sha256 = last.file_name, last.sha256  # read now: a write below lets go of what was read
    unit.local(sa.delete(RosterLine).where(RosterLine.reading == last.id))
    unit.local(sa.delete(RosterReading).where(RosterReading.id == last.id))
    earlier = _newest(unit, last.source)
    before = {line.department_number for line in _lines(unit, earlier.id)} if earlier else set()
    if earlier and not before and earlier.counts != "0":  # every woman would seem to have left
        raise Problem(
            _("What the list before {name} said is not kept any more. Nothing was changed.").format(name=name),
            code="too-old",
        )
    numbers |= before
    _merge(unit, numbers, unit.today())
    standing = _standing(unit)
    gone = unit.session.scalars(
        sa.select(Listed.id).where(
            Listed.participant.is_(False), Listed.department_number.in_(numbers - standing.keys())
        )
    ).all()
    _drop(unit, list(gone))
    unit.tell(sha256=sha256)
    return name


def on_list(unit: Unit, number: str) -> Listed | None:
    """The listed woman with this number."""
    return unit.first(sa.select(Listed).where(Listed.department_number == plain_number(number)))  # type: ignore[no-any-return]


def remove_file(path: Path) -> None:
    """Delete a plain list from where it was read. Raises ``Problem``. On a stick its traces may stay."""
    try:
        path.unlink()
    except OSError as error:
        raise Problem(
            _(
                "The file could not be removed; it may be open in another program. It is still there. "
                "Close it there, then try again."
            ),
            code="remove",
        ) from error
