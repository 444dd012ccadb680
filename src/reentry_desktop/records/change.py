"""One entry of the log, read: who did what, when, to which record.

A line of the log, of a bundle and of the history are the same bytes.

A record's history is kept in *strands*, one for each sharing class: an entry names the latest entries of its own
strand that its author had seen. What is withheld is always the end of a strand, so nobody ever has to guess what
an entry that is not here had seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

import msgspec

from ..base.ids import Id

Place = tuple[int, int]  # device, number
EMPTY = msgspec.Raw(b"{}")


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an entry says. ``values`` are a record's new values, or what an act without change has to tell.

    ``depth`` is 0 for an act that changes nothing; otherwise 1 + the greatest depth of ``seen``. Of what stands behind
    ``seen``, ``lacking`` had not come to its author: another site's stick may be late. ``off`` is by how many days the
    PC's calendar was known to be wrong: the true day was so much later than ``at`` says.
    """

    at: str
    act: str
    by: Id = Id("")
    kind: str = ""
    record: Id = Id("")
    participant: Id = Id("")
    share: str = "site"
    depth: Annotated[int, msgspec.Meta(ge=0, le=1 << 31)] = 0
    seen: tuple[Place, ...] = ()
    lacking: tuple[Place, ...] = ()
    new: bool = False
    off: int = 0
    values: msgspec.Raw = EMPTY

    def read_values(self) -> dict[str, Any]:
        """The values as plain JSON values. What is no object, or holds a number beyond all bounds, tells nothing."""
        try:
            told = msgspec.json.decode(self.values)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Change)


def to_payload(change: Change) -> bytes:
    """The bytes that are hashed, kept, sent and shown: one JSON object on one line."""
    return _encoder.encode(change)


def from_payload(payload: bytes) -> Change:
    """The entry those bytes state. Raises ``msgspec.DecodeError`` where they are none."""
    return _decoder.decode(payload)


class Heads(NamedTuple):
    """The end of one strand: the greatest depth, the entries nobody has built on, and what others built on unseen."""

    depth: int = 0
    places: tuple[Place, ...] = ()
    lacking: tuple[Place, ...] = ()


_heads_decoder = msgspec.json.Decoder(dict[str, Heads])


def read_heads(text: str) -> dict[str, Heads]:
    """The heads of each strand, as a row keeps them."""
    return _heads_decoder.decode(text)


def write_heads(heads: Mapping[str, Heads]) -> str:
    """The heads of each strand, as a row keeps them."""
    return _encoder.encode({share: ends if ends.lacking else ends[:2] for share, ends in heads.items()}).decode()


class Folded(NamedTuple):
    """A record made from all its entries here."""

    values: dict[str, Any]
    heads: dict[str, Heads]
    conflicts: dict[str, list[Place]]  # field -> the entries that set it without knowing of each other
    born: bool  # whether the entry that began it is here


def fold(history: Iterable[tuple[Place, Change]]) -> Folded:
    """The record, independent of the order of arrival and of every clock.

    Order within a strand is (depth, device, number). A field is in conflict where its latest setters, none of which
    had seen another, gave it different values: the last of them in that order stands, all are kept.
    """
    by_strand: dict[str, dict[Place, Change]] = {}
    for place, change in history:
        if change.depth:
            by_strand.setdefault(change.share, {})[place] = change
    values: dict[str, Any] = {}
    heads: dict[str, Heads] = {}
    conflicts: dict[str, list[Place]] = {}
    born = False
    for share, entries in sorted(by_strand.items()):
        past = seen_by(entries)
        setters: dict[str, list[tuple[Place, Any]]] = {}
        for place in sorted(entries, key=lambda p: (entries[p].depth, p)):
            change = entries[place]
            born = born or change.new
            for name, value in change.read_values().items():
                values[name] = value
                latest = [(p, v) for p, v in setters.get(name, []) if p not in past[place]]
                setters[name] = [*latest, (place, value)]
        for name, latest in setters.items():
            if len({msgspec.json.encode(value) for _place, value in latest}) > 1:
                conflicts[name] = [place for place, _value in latest]
        if removals := [place for place, removed in setters.get("removed", []) if removed]:
            conflicts |= _removed_and_changed(removals, past)
        named = {p for c in entries.values() for p in c.seen}
        depth = max(c.depth for c in entries.values())
        heads[share] = Heads(depth, tuple(sorted(entries.keys() - named)), tuple(sorted(named - entries.keys())))
    return Folded(values, heads, conflicts, born)


def seen_by(entries: Mapping[Place, Change]) -> dict[Place, frozenset[Place]]:
    """Of each entry of one strand all that its author had seen, however far back."""
    past: dict[Place, frozenset[Place]] = {}
    for place in sorted(entries, key=lambda p: entries[p].depth):
        seen = frozenset(entries[place].seen)
        past[place] = seen.union(*(past.get(p, frozenset()) for p in seen))
    return past | {place: _had(entries, change) for place, change in entries.items() if change.lacking}


def _had(entries: Mapping[Place, Change], change: Change) -> frozenset[Place]:
    """The same where a part of it had not come to the author: the way back ends there."""
    had: set[Place] = set()
    behind = [*change.seen]
    while behind:
        place = behind.pop()
        if place not in had and place not in change.lacking:
            had.add(place)
            behind += entries[place].seen if place in entries else ()
    return frozenset(had)


def _removed_and_changed(removals: list[Place], past: dict[Place, frozenset[Place]]) -> dict[str, list[Place]]:
    """A removal conflicts with any change made without knowing of it, until somebody who saw both has written."""
    apart = {
        place
        for removal in removals
        for place in past
        if place not in past[removal] and removal not in past[place] and place != removal
        and not any(place in seen and removal in seen for seen in past.values())
    }  # fmt: skip
    beside = apart.difference(*(past[place] for place in apart))
    return {"removed": sorted(beside.union(removals))} if beside else {}
