"""What is true of a simulated state, by the rules as they are stated and by none of the program's code.

An author had seen what was on her desk: the world wrote that down as she wrote. ``seen`` in an entry is not asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from reentry_desktop.base.ids import Id
from reentry_desktop.records.change import Change, Place

Seen = Mapping[Place, Collection[Place]]


def told(entries: Mapping[Place, Change]) -> dict[Place, dict[str, Any]]:
    """What each entry says, in the order of its strand."""
    order = sorted((change.depth, place) for place, change in entries.items() if change.depth)
    return {place: read(entries[place]) for _depth, place in order}


def read(change: Change) -> dict[str, Any]:
    """What one entry says."""
    return _read(bytes(change.values))


@lru_cache(maxsize=10_000)
def _read(said: bytes) -> dict[str, Any]:
    return json.loads(said)  # type: ignore[no-any-return]


def values(entries: Mapping[Place, Change]) -> dict[str, Any]:
    """The record: of each field the last that was said."""
    found: dict[str, Any] = {}
    for said in told(entries).values():
        found |= said
    return found


def disagreements(entries: Mapping[Place, Change], seen: Seen) -> set[str]:
    """The fields that two gave different values, neither having seen the other nor anybody since having seen one.

    A removal stands against each change beside it until somebody who had seen both has written.
    """
    if len({place[0] for place in entries}) < 2:
        return set()
    says = told(entries)
    found = set()
    for name in {name for said in says.values() for name in said}:
        setters = [place for place in says if name in says[place]]
        latest = [place for place in setters if not any(place in seen[other] for other in setters)]
        if len({json.dumps(says[place][name]) for place in latest}) > 1:
            found.add(name)
    for removal in (place for place in says if says[place].get("removed")):
        if any("removed" in says[other] and removal in seen[other] for other in says):
            continue
        for other in says:
            beside = entries[other].share == entries[removal].share and other != removal
            apart = beside and removal not in seen[other] and other not in seen[removal]
            if apart and not any(removal in seen[later] and other in seen[later] for later in says):
                found.add("removed")
    return found


class Here(NamedTuple):
    """What is at one site: the history of each record, when each entry came, and whose the devices of others are."""

    site: Id
    kind: str
    history: Mapping[Id, Mapping[Place, Change]]
    order: Mapping[Place, int]
    others: Mapping[int, Id]
    beside: Collection[int] = ()
    """The devices of this site's other PCs."""

    @property
    def held(self) -> set[Place]:
        """The entries whose values are there."""
        return {place for entries in self.history.values() for place in entries}

    def wrote(self, device: int) -> Id:
        """The site that wrote on *device*."""
        return self.others.get(device, self.site)

    def records(self, kind: str) -> list[tuple[Id, dict[str, Any], Mapping[Place, Change]]]:
        """The records of one kind that can be shown, removed or not."""
        return [
            (record, values(entries), entries)
            for record, entries in self.history.items()
            if entries and next(iter(entries.values())).kind == kind and any(change.new for change in entries.values())
        ]
