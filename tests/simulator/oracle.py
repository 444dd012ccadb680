"""What is true of a simulated state, by the rules as they are stated and by none of the program's code.

An author had seen what was on her desk: the world wrote that down as she wrote. ``seen`` in an entry is not asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from reentry_desktop.base.ids import Id
from reentry_desktop.records.change import Change, Place

Seen = Mapping[Place, Collection[Place]]


def told(entries: Mapping[Place, Change]) -> dict[Place, dict[str, Any]]:
    """What each entry says, in the order of its strand."""
    order = sorted((change.depth, place) for place, change in entries.items() if change.depth)
    return {place: _read(bytes(entries[place].values)) for _depth, place in order}


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


def may_leave(
    history: Mapping[Id, Mapping[Place, Change]],
    order: Mapping[Place, int],
    ours: Collection[int],
    to: Id,
    to_kind: str,
) -> set[Place]:
    """What a site that has *history* may give the site *to*, by ``docs/sharing.md``."""
    by_kind: dict[str, list[tuple[Id, dict[str, Any], Mapping[Place, Change]]]] = {}
    for record, entries in history.items():
        if entries and any(change.new for change in entries.values()):
            kind = next(iter(entries.values())).kind
            if kind in ("enrolment", "plan_version", "participant"):
                by_kind.setdefault(kind, []).append((record, values(entries), entries))
    agreed, latest, done = set(), dict[Id, tuple[str, Id, str]](), dict[Id, int]()
    for episode, said, _entries in by_kind.get("enrolment", []):
        if not said.get("removed"):
            woman = said["participant"]
            agreed.update([woman] if said.get("agreed_on") else [])
            place = (said.get("offered_on") or "", episode, said.get("office_has", "dates"))
            latest[woman] = max(latest.get(woman, place), place)
    for _record, said, entries in by_kind.get("plan_version", []):
        if not said.get("removed"):
            last = max((order[place] for place in entries if place[0] in ours), default=0)
            done[said["participant"]] = max(done.get(said["participant"], 0), last)
    hers = {record for record, said, _entries in by_kind.get("participant", []) if said.get("site") == to}
    sharing = {woman for woman, (_day, _episode, what) in latest.items() if what == "words" and woman in agreed}
    found = set()
    for entries in history.values():
        for place, change in entries.items():
            woman = change.participant
            if place[0] not in ours or (woman and to_kind == "facility" and woman not in hers):
                continue
            if to_kind == "facility":  # an office's words about her go home
                goes = change.share in ("dates", "words", "plan")
            elif change.share == "dates":
                goes = not woman or woman in agreed
            elif change.share == "words":
                goes = woman in sharing
            else:
                goes = change.share == "plan" and woman in sharing and order[place] <= done.get(woman, 0)
            if goes:
                found.add(place)
    return found
