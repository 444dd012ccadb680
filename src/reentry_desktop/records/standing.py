"""Which entries of a record stand: those this program can read and believe, built on none but such.

One that says of a field what no record here can hold (a newer program may have made room for it), or that claims to
know more than it names, stays in the log as it came and travels on. The record is then made of the others: it shows
what stood before, and nothing of that entry nor of any that its author wrote knowing of it. Which those are is worked
out from the record's entries alone, so it depends neither on the order of arrival nor on any clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from .base import fields, kinds, wire_type
from .change import Change, Place
from .parting import Partings

UNREADABLE, UNTRUE = "unreadable", "untrue"
"""Why an entry waits: a value that is not of its field, or a depth that is not that of what its author had seen."""

_NO_LETTER = rb"\u0000"  # as JSON writes it, or a text that says so
_DEEPEST = 1 << 30  # no record ever has so many changes: whoever writes next must still find a depth
_WIDEST = 1 << 63  # devices and numbers from here on fit nowhere
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@cache
def reader(kind: str) -> Callable[[msgspec.Raw], dict[str, Any]]:
    """Reads the values that an entry of *kind* gives the fields known here; raises ``ValueError`` for wrong ones.

    Raises ``KeyError`` for a kind of a newer program.
    """
    cls = kinds()[kind]
    check, known = msgspec.json.Decoder(wire_type(cls)).decode, frozenset(fields(cls))

    def read(values: msgspec.Raw) -> dict[str, Any]:
        check(values)
        found = _decode(values)
        if not known.issuperset(found):
            found = {name: value for name, value in found.items() if name in known}
        if _NO_LETTER in bytes(values) and any("\0" in value for value in found.values() if isinstance(value, str)):
            raise ValueError("U+0000 is no letter, and PostgreSQL keeps none")
        return found

    return read


class Standing(NamedTuple):
    """The entries of one record that change it, parted."""

    entries: list[tuple[Place, Change]]  # those that stand
    waits: dict[Place, str]  # the others: why, or "" where one is built on another that waits

    @property
    def why(self) -> str:
        """Why some wait, ``""`` where all stand. What a newer program may cure comes first."""
        return min(filter(None, self.waits.values()), default="")


def standing(history: Iterable[tuple[Place, Change]], known: Partings | None = None) -> Standing:
    """Part the entries that are here of a record. Those of a kind that is not known here all stand.

    With the partings that are *known*, places are read as they are meant.
    """
    known = known or Partings()
    entries = {place: known.read(place, change) for place, change in history}
    waits = {p: why for p, change in entries.items() if change.depth and (why := _fault(change, entries, known))}
    built: dict[Place, str] = dict(waits)
    while built:
        built = {p: "" for p, c in entries.items() if p not in waits and not built.keys().isdisjoint(c.seen)}
        waits |= built
    return Standing([(p, c) for p, c in entries.items() if c.depth and p not in waits], waits)


def _fault(change: Change, entries: dict[Place, Change], known: Partings) -> str:
    if not _is_true(change, entries, known):
        return UNTRUE
    if change.kind in kinds():
        try:
            reader(change.kind)(change.values)
        except ValueError:
            return UNREADABLE
    return ""


def _is_true(change: Change, entries: dict[Place, Change], known: Partings) -> bool:
    """Whoever could state any depth would win every disagreement. What was seen and is not here is not judged."""
    if any(not 0 <= number < _WIDEST for place in (*change.seen, *change.lacking) for number in place):
        return False
    if all(place in entries and not known.is_doubtful(place) for place in change.seen):
        return change.depth == 1 + max((entries[place].depth for place in change.seen), default=0)
    return change.depth < _DEEPEST
