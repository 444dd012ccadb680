"""What a newer program writes: kinds of records and fields that this one does not know."""

from __future__ import annotations

from typing import Any

import msgspec

from reentry_desktop.base.ids import Id
from reentry_desktop.records import kinds
from reentry_desktop.records.change import Change, Heads
from reentry_desktop.store import Unit, log
from reentry_desktop.store.projection import Intake, read_row


def write_as_newer(unit: Unit, kind: str, record: Id, woman: Id, share: str, said: dict[str, Any]) -> None:
    """One entry, as the writer makes it, of what this program's writer would not take."""
    row = read_row(unit.connection, kind, record) if kind in kinds() else None
    before = row[1].get(share, Heads()) if row else Heads()
    change = Change(
        at="2031-01-01T00:00:00.000Z", act="write", kind=kind, record=record, participant=woman, share=share,
        depth=before.depth + 1, seen=before.places, lacking=before.lacking, new=row is None,
        values=msgspec.Raw(msgspec.json.encode(said)),
    )  # fmt: skip
    device = unit.store.device
    end = log.append(unit.connection, device, log.head(unit.connection, device), change)
    intake = Intake(unit.connection)
    intake.apply([((device, end.number), change)])
    intake.finish()
