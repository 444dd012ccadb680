"""What people set without knowing of each other: the versions side by side, and how somebody settles it.

One of the values stands by the rule of ``records.change.fold``; all of them are in the log, and are read from there.
A settlement is a change like any other: it travels, and ends the matter wherever it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.folding import fold as fold_text
from ..base.ids import Id, show_device
from ..base.problems import NotFound, Problem
from ..base.words import _
from ..records.base import Field, Record, defaults, fields, from_wire, kinds, strands
from ..records.change import Change, Place, fold, from_payload, seen_by
from ..records.local import Conflict, Device, Peer
from ..records.participant import Participant
from ..records.people import Person, Site
from ..records.same_woman import SameWoman
from ..records.standing import standing
from ..records.transfer import ANYWHERE, Transfer, custody, may_write, moves_of
from ..store import Unit
from ..store.log import partings
from .record_words import RecordWords
from .registrations import ids_of

OURS, THEIRS, BOTH = "ours", "theirs", "both"
# What the program writes beside a field that a person is asked about: it goes with the value that is kept.
_FOLLOWS = {"words": "written_for", "done_on": "parts_written", "said": "found_by"}
# What each site says for itself: nothing to settle.
_OF_EACH = {"transfer": ("refused_on", "refused_why")}
# Kept as marks of the program: a person chooses between them, and writes none.
_MARKS = ("position", "room_mark")


@dataclass(frozen=True)
class Told:
    """What somebody gave a field: its label, the value as a record holds it, and in words (a day as ISO date)."""

    label: str
    value: Any
    words: str


@dataclass(frozen=True)
class Version:
    """One of the values: who gave it, at which site, and when (UTC). ``changed`` is what a removal is against."""

    value: Any
    words: str
    who: str
    full_name: str
    site: str
    at: str
    stands: bool
    place: Place
    changed: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """One field of one record, and its versions: first what stands. ``participant`` is empty where there is no woman.

    ``about`` tells the record from others of its type.
    ``long`` says that the texts of all can be kept one after another, ``writable`` that another value can be written.
    """

    kind: str
    record: Id
    field: str
    participant: Id
    number: str
    name: str
    about: str
    versions: tuple[Version, ...]

    @property
    def id(self) -> str:
        """What it is called on the command line."""
        return f"{self.record}/{self.field}"

    @property
    def spec(self) -> Field:
        """The field's declaration."""
        return fields(kinds()[self.kind])[self.field]

    @property
    def title(self) -> str:
        """The type of the record, in words."""
        return _(kinds()[self.kind].title)

    @property
    def label(self) -> str:
        """The field, in words."""
        return _(self.spec.label)

    @property
    def long(self) -> bool:
        return self.spec.editor == "note"

    @property
    def writable(self) -> bool:
        return self.spec.editor not in ("flag", "link") and self.field not in _MARKS

    @property
    def others(self) -> list[Version]:
        """What does not stand, in the order of the log."""
        return [version for version in self.versions if not version.stands]


@dataclass(frozen=True)
class Settlement:
    """What was settled, and what stood before."""

    kind: str
    record: Id
    before: dict[str, Any]


# Reading


def inbox(unit: Unit, woman: Id = Id("")) -> list[Disagreement]:
    """Everything a person here has to settle, or what is about one woman: by her name, then by record."""
    asked = _read(unit, _about(ids_of(unit, woman)) if woman else sa.true())
    gone = _settled_elsewhere(unit)
    found = [one for one in asked if one.kind in ANYWHERE or one.participant not in gone]
    order = {kind: place for place, kind in enumerate(kinds())}
    return sorted(found, key=lambda d: (not d.participant, fold_text(d.name), d.participant, order[d.kind], d.record))


def _settled_elsewhere(unit: Unit) -> set[Id]:
    """Women with a record at another site, or on its way there: what stands in two versions goes along with it."""
    own, found = unit.store.site, set()
    asked = sa.exists().where(Conflict.participant == Transfer.participant)
    for (her,) in unit.rows(sa.select(Transfer.participant).where(Transfer.released_on.is_not(None), asked).distinct()):
        known = moves_of(unit.connection, her, own)
        coming = custody(known).coming
        if known and not may_write(known, own) and (coming is None or coming.to_site != own):
            found.add(her)
    return found


def _about(hers: Sequence[Id]) -> sa.ColumnElement[bool]:
    """That a conflict is about her: also about whether another registration, which it stands under, is hers."""
    said = sa.select(SameWoman.id).where(SameWoman.other.in_(hers))
    return Conflict.participant.in_(hers) | Conflict.record.in_(said)


def show_conflicts(unit: Unit, woman: Id = Id("")) -> list[Disagreement]:
    """The same, for somebody to read: that is an entry of the log. Use within ``store.work``."""
    found = inbox(unit, woman)
    unit.tell(participant=woman, shown=len(found))
    return found


def count(unit: Unit, woman: Id = Id("")) -> int:
    """How many fields wait for a person; of one woman, or of all."""
    return len(inbox(unit, woman))


def disagreement(unit: Unit, record: Id, field: str) -> Disagreement:
    """The versions of one field. Raises ``NotFound`` where nobody disagrees on it."""
    for found in _read(unit, Conflict.record == record):
        if found.field == field:
            return found
    raise NotFound(_("This does not stand in two versions (any more). Nothing was changed."))


def _read(unit: Unit, where: sa.ColumnElement[bool]) -> Iterator[Disagreement]:
    """A handful of reads, however many there are: the records through the session, which shows what may be seen."""
    open_fields: dict[str, dict[Id, list[str]]] = {}
    for row in unit.session.scalars(sa.select(Conflict).where(where)):
        open_fields.setdefault(row.kind, {}).setdefault(row.record, []).append(row.field)
    if not open_fields:
        return
    asked: list[tuple[Record, list[str]]] = []
    for kind in [kind for kind in kinds() if kind in open_fields]:
        cls = kinds()[kind]
        here = sa.select(Conflict.record).where(Conflict.kind == kind, where)
        records = unit.all(sa.select(cls).where(cls.id.in_(here)))
        asked += [(record, _asked(record, open_fields[kind][record.id])) for record in records]
    tell = _Telling(unit)
    histories = _histories(unit, [record.id for record, names in asked if names])
    for record, names in asked:
        history = histories.get(record.id, {})
        folded = fold(history.items())
        for name in names:
            made = tell.versions(record, name, folded.conflicts.get(name, []), history)
            if len({version.value for version in made}) > 1:  # two who removed it do not disagree
                yield tell.disagreement(record, name, made)


def _asked(record: Record, names: list[str]) -> list[str]:
    """What to ask a person. Whether a record is to stay at all comes first: any other answer would settle that too."""
    if "removed" in names:
        return ["removed"]
    if record.removed:
        return []
    apart = (*_FOLLOWS.values(), *_OF_EACH.get(record.__tablename__, ()))
    return [name for name in fields(type(record)) if name in names and name not in apart]


def _histories(unit: Unit, records: list[Id]) -> dict[Id, dict[Place, Change]]:
    """Every entry about *records* that is here and stands, in the order of arrival."""
    rows = unit.connection.exec_driver_sql(
        "SELECT record, device, number, payload FROM entry WHERE record IN (SELECT value FROM json_each(?)) "
        "AND payload IS NOT NULL ORDER BY seq",
        (msgspec.json.encode(records).decode(),),
    )
    found: dict[Id, dict[Place, Change]] = {record: {} for record in records}
    known = partings(unit.connection)
    for record, device, number, payload in rows:
        found[record][device, number] = from_payload(payload)
    return {record: dict(standing(entries.items(), known).entries) for record, entries in found.items()}


def _strand(cls: type[Record], name: str, history: dict[Place, Change]) -> dict[Place, Change]:
    """The entries of the strand that *name* belongs to."""
    share = strands(cls)[name]
    return {place: change for place, change in history.items() if change.depth and change.share == share}


class _Telling:
    """Says entries of the log in words: names of people and sites are read once."""

    def __init__(self, unit: Unit) -> None:
        self.unit, self.say = unit, RecordWords(unit)
        about = sa.select(Conflict.participant)
        self.women = {her.id: her for her in unit.all(sa.select(Participant).where(Participant.id.in_(about)))}
        self.people = {person.id: person for person in unit.all(sa.select(Person))}
        self.devices: dict[int, Id] = dict(unit.rows(sa.select(Device.device, Device.site)))
        self.sites: dict[Id, str] = dict(unit.rows(sa.select(Peer.site, Peer.name)))
        self.sites |= dict(unit.rows(sa.select(Site.id, Site.name)))

    def disagreement(self, record: Record, name: str, versions: list[Version]) -> Disagreement:
        about = record.id if isinstance(record, Participant) else Id(getattr(record, "participant", "") or "")
        woman = self.women.get(about)
        number, called = (woman.department_number, woman.name) if woman else ("", "")
        first = tuple(sorted(versions, key=lambda version: not version.stands))
        which = self.say.about(record, name)
        return Disagreement(record.__tablename__, record.id, name, about, number, called, which, first)

    def versions(self, record: Record, name: str, places: list[Place], history: dict[Place, Change]) -> list[Version]:
        """What each of *places* says of the field, in the order of the log."""
        return list((self.removal if name == "removed" else self.values)(record, name, places, history))

    def values(self, record: Record, name: str, places: list[Place], history: dict[Place, Change]) -> Iterator[Version]:
        """Each value that somebody gave the field; of the same value the last to give it."""
        last: dict[Any, Place] = {}
        for place in places:
            value = from_wire(type(record), history[place].read_values())[name]
            last.pop(value, None)
            last[value] = place
        for value, place in last.items():
            words = self.say.value(record, name, value)
            yield self.version(place, history[place], value, words, value == getattr(record, name))

    def removal(
        self, record: Record, name: str, places: list[Place], history: dict[Place, Change]
    ) -> Iterator[Version]:
        """The removal, and each line of changes that were made without knowing of it."""
        entries = _strand(type(record), name, history)
        past = seen_by(entries)
        removals = [place for place in places if entries[place].read_values().get(name)]
        if removals:
            last = removals[-1]
            yield self.version(last, entries[last], True, _("removed"), record.removed)
        for end in (place for place in places if place not in removals):
            changed: dict[str, Any] = {}
            for place in sorted({end, *past[end]} & entries.keys(), key=lambda p: entries[p].depth):
                if any(place not in past[removal] and removal not in past[place] for removal in removals):
                    changed |= from_wire(type(record), entries[place].read_values())
            told = tuple(self.told(record, changed))
            words = "; ".join(f"{one.label}: {one.words}" for one in told)
            words = _("changed: {what}").format(what=words) if words else _("changed")
            yield self.version(end, entries[end], False, words, not record.removed, told)

    def told(self, record: Record, values: dict[str, Any]) -> Iterator[Told]:
        for name, spec in fields(type(record)).items():
            if name in values and name != "removed" and name not in _FOLLOWS.values():
                yield Told(_(spec.label), values[name], self.say.value(record, name, values[name]))

    def version(
        self, place: Place, change: Change, value: Any, words: str, stands: bool, changed: tuple[Told, ...] = ()
    ) -> Version:
        person = self.people.get(change.by)
        name, full_name = (person.name, person.full_name) if person else ("", "")
        site = self.devices.get(place[0], self.unit.store.site)  # what no other site sends is this one's own
        where = self.sites.get(site) or show_device(place[0])
        return Version(value, words, name, full_name, where, change.at, stands, place, changed)


# Settling


def settle_conflict(
    unit: Unit, record: Id, field: str, keep: str = "", *, pick: int = 0, value: Any = None,
    shown: Disagreement | None = None,
) -> Settlement:  # fmt: skip
    """Say which value is to stand. Raises ``NotFound``, ``Refused`` or ``Problem``.

    *keep* is what stands now (``OURS``), another one (``THEIRS``; the *pick*-th of several), or all texts one after
    another (``BOTH``); without it *value* is written. It is an entry even where nothing changes: the other sites hear
    of it. *shown* is what whoever chose had in sight: nothing is settled where it is not that any more.
    """
    found = disagreement(unit, record, field)
    if shown is not None and shown.versions != found.versions:
        raise Problem(
            _("A bundle or somebody else changed this meanwhile. Nothing was settled. Look at it once more."),
            code="changed",
        )
    cls = kinds()[found.kind]
    along: dict[str, Any] = {}
    if keep == THEIRS:
        chosen = _picked(found.others, pick)
        value, along = chosen.value, _along(unit, cls, record, field, chosen.place)
    elif keep == OURS:
        value = found.versions[0].value
    elif keep == BOTH:
        if not found.long:
            raise Problem(_("Only long texts can both be kept. Nothing was changed. Choose one."), code="refused")
        texts = (version.value for version in (*found.others, found.versions[0]))  # the same at each site
        value = "\n\n".join(filter(None, texts))
    elif not found.writable:
        raise Problem(_("No other value can be written here. Nothing was changed. Choose one."), code="refused")
    values = {field: value, **along}
    standing = unit.get(cls, record)
    before = {name: getattr(standing, name) for name in values}
    _set(unit, cls, record, values)
    return Settlement(found.kind, record, before)


def undo_settlement(unit: Unit, settled: Settlement) -> None:
    """Bring back what stood before. It is a new change; the field stays settled."""
    _set(unit, kinds()[settled.kind], settled.record, settled.before)


def _along(unit: Unit, cls: type[Record], record: Id, field: str, place: Place) -> dict[str, Any]:
    """What the program had written beside the field when the entry at *place* was made."""
    name = _FOLLOWS.get(field)
    if name is None or name not in fields(cls):
        return {}
    history = _strand(cls, name, _histories(unit, [record])[record])
    seen = {place, *seen_by(history).get(place, ())} & history.keys()
    return {name: fold((at, history[at]) for at in seen).values.get(name, defaults(cls)[name])}


def _set(unit: Unit, cls: type[Record], record: Id, values: dict[str, Any]) -> None:
    if values.get("removed"):
        unit.remove(cls, record)
    else:
        unit.revise(cls, record, settle=True, **values)


def _picked(others: list[Version], pick: int) -> Version:
    """The other value, or the *pick*-th of several. Raises ``Problem``."""
    if not pick and len({version.value for version in others}) == 1:
        return others[0]
    if 1 <= pick <= len(others):
        return others[pick - 1]
    words = _("There are {n} other versions. Nothing was changed. Say which one, from 1 to {n}.")
    if len(others) == 1:
        words = _("There is only one other version. Nothing was changed.")
    raise Problem(words.format(n=len(others)), code="pick")


__all__ = [
    "BOTH", "OURS", "THEIRS", "Disagreement", "Settlement", "Told", "Version", "count", "disagreement", "inbox",
    "settle_conflict", "show_conflicts", "undo_settlement",
]  # fmt: skip
