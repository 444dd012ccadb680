"""One device, two histories: where a folder was copied, one of them goes on under another number.

The two have their entries in common up to some number. What one of them wrote after it becomes the entries 1, 2, 3 … of
a new device, and every place in them that named one of the old numbers names the new one. What was written elsewhere on
top of them cannot be changed: there a parting says what those numbers mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from .change import Change, Place

ACT = "go_on_as_new_device"
SIGNED, SIGNED_BEFORE = "sign_off", "signed_before"


class Parting(msgspec.Struct, frozen=True):
    """The entries of *device* after *number* (its chain's *hash* there) go on as those of *into*, from 1.

    ``known``: device -> its last entry that means these where it names a number of *device* after *number*.
    """

    device: int
    number: int
    hash: str
    into: int
    known: dict[int, int] = msgspec.field(default_factory=dict)

    def place(self, place: Place) -> Place:
        """Where that entry stands now."""
        device, number = place
        return (self.into, number - self.number) if self.is_after(place) else (device, number)

    def is_after(self, place: Place) -> bool:
        """Whether *place* is one of the entries that go on."""
        return place[0] == self.device and place[1] > self.number

    def moved(self, payload: bytes) -> bytes:
        """What such an entry says under its new number; the same bytes where it names none of the others.

        A signature was over the old numbers: what stays of it is that there was one.
        """
        said: dict[str, Any] = msgspec.json.decode(payload)
        for name in ("seen", "lacking"):
            if name in said:
                said[name] = sorted(self.place((device, number)) for device, number in said[name])
        values = said.get("values", {})
        if said["act"] == SIGNED:
            said["act"] = SIGNED_BEFORE
            said["values"] = {name: value for name, value in values.items() if name != "signature"}
        if said.get("kind") == "plan_version" and values.get("entries"):
            said["values"] = values | {"entries": write_limits(self.limits(read_limits(values["entries"])))}
        return payload if said == msgspec.json.decode(payload) else msgspec.json.encode(said)

    def limits(self, limits: dict[int, int]) -> dict[int, int]:
        """The last entry of each device, by the new numbers."""
        last = limits.get(self.device, 0)
        if last <= self.number:
            return limits
        return limits | {self.device: self.number, self.into: last - self.number}


def read_limits(text: str) -> dict[int, int]:
    """Device -> its last entry, as ``PlanVersion.entries`` has it."""
    pairs = (pair.split(":") for pair in text.split())
    return {int(device): int(number) for device, number in pairs}


def write_limits(limits: dict[int, int]) -> str:
    """The same as text."""
    return " ".join(f"{device}:{number}" for device, number in sorted(limits.items()) if number)


class Partings:
    """Every parting that is known, and what the entries of others mean by it.

    *met*: of devices of which two histories were met and none has parted yet, the last number that is in both.
    """

    def __init__(self, partings: Iterable[Parting] = (), met: Mapping[int, int] | None = None) -> None:
        self.all = list(partings)
        self._shared = {one.device: one.number for one in self.all} | dict(met or {})
        self._by_author: dict[int, list[tuple[int, Parting]]] = {}
        for parting in self.all:
            for author, through in parting.known.items():
                self._by_author.setdefault(author, []).append((through, parting))
        for meant in self._by_author.values():
            meant.sort(key=lambda one: one[0])

    def is_doubtful(self, place: Place) -> bool:
        """Whether that number means one entry here, and may have meant another to who names it."""
        return place[1] > self._shared.get(place[0], place[1])

    def meant(self, at: Place, place: Place) -> Place:
        """Which entry the one *at* names by *place*. Whose history it was is told by the earliest parting after it."""
        for through, parting in self._by_author.get(at[0], ()):
            if at[1] <= through and parting.is_after(place):
                return self.meant(at, parting.place(place))
        return place

    def read(self, at: Place, change: Change) -> Change:
        """The entry *at*, with the places it names as they are meant."""
        if at[0] not in self._by_author or not (change.seen or change.lacking):
            return change
        seen, lacking = (tuple(sorted(self.meant(at, p) for p in places)) for places in (change.seen, change.lacking))
        if (seen, lacking) == (change.seen, change.lacking):
            return change
        return msgspec.structs.replace(change, seen=seen, lacking=lacking)

    def limits(self, at: Place, limits: dict[int, int]) -> dict[int, int]:
        """The last entries that a version of a plan names, written *at*, as they are meant."""
        for through, parting in self._by_author.get(at[0], ()):
            if at[1] <= through and parting.is_after((parting.device, limits.get(parting.device, 0))):
                return self.limits(at, parting.limits(limits))
        return limits
