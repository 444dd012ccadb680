"""What an office gives back to a facility: what other devices of that facility wrote, as far as the office holds it.

A facility whose PC was lost goes on as a new device, from a backup or from nothing; what the old one sent after that
backup lies at the office. Each bundle of a facility says how far the other devices of its own site are known to the
device that made it; the office's next bundle begins there. Nobody else ever gets these entries from the office.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id
from ..bundle import Card
from ..records.local import Device, Gap
from ..store import Unit
from ..store.log import Head, entry, hash_known
from .forks import is_met
from .knowledge import End, Known, sure_end
from .moving import Course, Moving, course
from .pcs import newest
from .sharing import own_devices


def told(unit: Unit, to: Card) -> list[dict[str, Any]]:
    """For a bundle to an office: how far each other device of this site is known here, gaps included."""
    if unit.store.slots.kind != "facility" or to.kind != "office":
        return []
    others = [device for device in own_devices(unit) if device != unit.store.device]
    ends = [(device, sure_end(unit, device)) for device in others]
    return [msgspec.to_builtins(End(device, end.number, end.hash.hex())) for device, end in ends]


def leaving(unit: Unit, to: Card) -> Moving:
    """What the PC of *to* that was heard last lacks of its site's other devices."""
    if unit.store.slots.kind != "office" or to.kind != "facility":
        return Moving([])
    came = newest(unit, Id(to.site))
    if not came:
        return Moving([])
    last = came[-1]
    ends = {end.device: end for end in msgspec.json.decode(last.own, type=list[End])}
    devices = unit.session.scalars(sa.select(Device.device).where(Device.site == to.site, Device.device != last.device))
    wanted = [device for device in sorted(devices) if not _has_another(unit, ends.get(device))]
    return Moving([_course(unit, device, ends.get(device)) for device in wanted])


def _has_another(unit: Unit, end: End | None) -> bool:
    """Whether another history of that device is there than here: this one would be refused."""
    if end is None:
        return False
    here = hash_known(unit.connection, end.device, end.number).hex()
    return here != end.hash and (bool(here) or is_met(unit, end.device))


def _gap_over(unit: Unit, device: int, number: int) -> Gap | None:
    """The gap here that *number* lies in."""
    over = sa.select(Gap).where(Gap.device == device, Gap.first <= number, Gap.last >= number)
    found: Gap | None = unit.first(over)
    return found


def _course(unit: Unit, device: int, end: End | None) -> Course:
    base = Head(0, b"")
    if end is not None and hash_known(unit.connection, device, end.number).hex() == end.hash:
        base = Head(end.number, bytes.fromhex(end.hash))
    elif end is not None and (gap := _gap_over(unit, device, end.number)) is not None:
        base = Head(gap.first - 1, gap.hash_before)  # what it has beyond stayed at its site
    known, begin = Known(heads={device: base} if base.number else {}), base.number
    found = sa.select(entry.c.number).where(
        entry.c.device == device, entry.c.number > begin, entry.c.payload.is_not(None)
    )
    return course(unit, device, set(unit.connection.execute(found).scalars()), known, own=False)
