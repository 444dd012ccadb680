"""Taking words back. Until "done for now" she can have any of her words erased for good, history and drafts too.

The log keeps that it was done, by whom and when, and not what it was. What a version holds stays: it was hers to
give, and may have left. Backups made before still hold the words until they are replaced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id, named_id
from ..base.problems import NotFound, Problem
from ..base.words import LANGUAGES, _
from ..exchange.identity import own_other
from ..records.change import from_payload
from ..records.entry import digest
from ..records.local import Device, SentBundle
from ..records.people import Site
from ..records.plan import OtherWording, PlanAnswer, PlanSignature, PlanVersion, Supporter
from ..records.plan_item import PlanItem, ToolUse
from ..records.recovery import Goal, GoalStep
from ..records.retention import why_held
from ..records.transfer import why_not_ours
from ..store import Store, Unit
from ..store.erasing import empty_write_ahead_log, erase_entries, forget_drafts, note_erasing
from ..store.folder import BEFORE_PARTING, BEFORE_UPDATE
from .backup_register import AUTO, last_backup, scheme, standing
from .plan_versions import limits_of
from .registrations import ids_of

_ALL = 1 << 62
_OBEYED = "taken_back_through"
"""The setting of the last entry that was looked at for what other PCs of this site took back."""
_HERS = (PlanItem, PlanAnswer, Supporter, PlanSignature, Goal, GoalStep)
BACKUP_DAYS = 35  # how long a backup is kept where the site has not said


@dataclass(frozen=True)
class Taken:
    """What was erased, and until when a backup may still hold it; None where there is no backup."""

    entries: int
    in_backups_until: dt.date | None


def can_take_back(unit: Unit, woman: Id, record: Id) -> bool:
    """Whether anything of a record was written since her plan was last done for now."""
    through = _released(unit, woman)
    rows = unit.connection.exec_driver_sql(
        "SELECT device, number FROM entry WHERE record = ? AND payload IS NOT NULL", (record,)
    )
    return any(number > through.get(device, 0) for device, number in rows)


def why_not(unit: Unit, woman: Id, record: Id) -> str:
    """Why words cannot be taken back any more; ``""`` where they can."""
    return "" if can_take_back(unit, woman, record) else _left(unit).sentence


def _left(unit: Unit) -> Problem:
    if unit.store.slots.kind == "office":
        return Problem(
            _(
                "These words have gone to her facility, or are part of the plan as it was done for now. They were not "
                "erased. Remove them: the next bundle says so there too."
            ),
            code="released",
        )
    return Problem(
        _(
            "These words are part of the plan as it was done for now. They were not erased. "
            "Remove them, then say “done for now” again: the next version is without them."
        ),
        code="released",
    )


def take_back(unit: Unit, woman: Id, record: Id) -> Taken:
    """Erase words of hers with all that belongs to them, as far as no version holds them. They cannot be brought back.

    *record* is one of the kinds in ``_HERS``. Raises ``NotFound`` for one that is none of hers, ``Problem`` where
    every word of it is in a version, or where another site holds her record: then they are there too.
    """
    found = next((one for cls in _HERS if (one := unit.find(cls, record)) is not None), None)
    hers = ids_of(unit, woman)
    if found is None or getattr(found, "participant", None) not in hers:
        raise NotFound(_("These words are not here (any more). Nothing was changed."))
    kind, woman = found.__tablename__, Id(getattr(found, "participant", ""))
    if why := why_not_ours(unit.connection, woman, unit.store.site):
        raise Problem(why, code="moved")
    if why := why_held(unit.connection, woman):
        raise Problem(why, code="held")
    through = _released(unit, woman)
    entries = erase_entries(unit.connection, kind, record, through)
    unit.erased(kind, record)
    if not entries:
        raise _left(unit)
    forget_drafts(unit.connection, [record, f"recovery/{record}"])
    erased = [record]
    if unit.find(type(found), record) is None:  # where a version still holds it, what belongs to it stays too
        for other, also in _belonging(unit, record):
            entries += erase_entries(unit.connection, other, also, through)
            forget_drafts(unit.connection, [also, f"recovery/{also}"])
            erased.append(also)
    unit.tell(kind, Id(""), woman, erased=entries, **_for_other_pcs(unit, erased))
    return Taken(entries, in_backups_until(unit))


def _for_other_pcs(unit: Unit, records: list[Id]) -> dict[str, Any]:
    """Which entries were erased, for the other PCs of this site: their place, and the digest that stands for them."""
    if not own_other(unit):
        return {}
    rows = unit.connection.exec_driver_sql(
        "SELECT device, number, digest FROM entry WHERE payload IS NULL "
        "AND record IN (SELECT value FROM json_each(?)) ORDER BY device, number",
        (msgspec.json.encode(records).decode(),),
    )
    return {"places": [(device, number, bytes(sum_of).hex()) for device, number, sum_of in rows]}


def obey_taken_back(unit: Unit) -> int:
    """Erase here what was taken back at another PC of this site, as far as no version here holds it; how many entries.

    The digest tells them: a place alone may mean another entry where a folder was copied.
    """
    through = int(unit.setting(_OBEYED, "0"))
    rows = unit.connection.exec_driver_sql(
        "SELECT seq, participant, payload FROM entry WHERE seq > ? AND share = 'site' AND participant IS NOT NULL "
        "AND payload IS NOT NULL AND device IN (SELECT device FROM device WHERE site = ?) ORDER BY seq",
        (through, unit.store.site),
    ).all()
    count = 0
    for _seq, woman, payload in rows:
        change = from_payload(bytes(payload))
        places = () if change.depth else change.read_values().get("places", ())
        if places and not why_held(unit.connection, woman):
            count += _erase_as_there(unit, Id(woman), places)
    if rows:
        unit.set_setting(_OBEYED, str(rows[-1][0]))
    return count


def _erase_as_there(unit: Unit, woman: Id, places: Sequence[tuple[int, int, str]]) -> int:
    released, count = _released(unit, woman), 0
    for device, number, sum_of in places:
        row = unit.connection.exec_driver_sql(
            "SELECT record, salt, payload FROM entry WHERE device = ? AND number = ? AND participant = ? "
            "AND payload IS NOT NULL",
            (device, number, woman),
        ).first()
        if row is None or digest(bytes(row[1]), bytes(row[2])).hex() != sum_of:
            continue
        kind, record = from_payload(bytes(row[2])).kind, Id(row[0])
        erased = erase_entries(unit.connection, kind, record, released, only={(device, number)})
        if erased:
            unit.erased(kind, record)
            forget_drafts(unit.connection, [record, f"recovery/{record}"])
            unit.tell(kind, Id(""), woman, erased=erased)
        count += erased
    return count


def take_name_off(unit: Unit, signature: Id) -> bool:
    """Take a name off the plan. One that no version holds is erased with it; returns whether it was."""
    woman = unit.get(PlanSignature, signature).participant
    if not can_take_back(unit, woman, signature):
        unit.remove(PlanSignature, signature)
        return False
    take_back(unit, woman, signature)
    return True


def finish_taking_back(store: Store) -> bool:
    """After the erasing was written: nothing of it stays in the write-ahead log, nor in what an update kept.

    False where a read under way held the log for longer than a moment, or a file could not be deleted: the next unlock
    does it then. Emptied the log is at lock, at the latest.
    """
    try:
        for name in (BEFORE_UPDATE, BEFORE_PARTING):
            for kept in store.folder.glob(name.format("*")):  # the store has been opened since: it served its turn
                kept.unlink(missing_ok=True)
    except OSError:
        return False
    if not empty_write_ahead_log(store.engine):
        return False
    with store.told(), store.writing.begin() as connection:
        note_erasing(connection, "")
    return True


def _belonging(unit: Unit, record: Id) -> list[tuple[str, Id]]:
    """What goes with a record: its links to tools or steps, its wordings, the steps to a goal."""
    links = unit.rows(sa.select(ToolUse.item, ToolUse.tool).where((ToolUse.item == record) | (ToolUse.tool == record)))
    steps = unit.rows(sa.select(GoalStep.id).where(GoalStep.goal == record))
    return [
        *((ToolUse.__tablename__, named_id(item, tool)) for item, tool in links),
        *((OtherWording.__tablename__, named_id(record, language)) for language in LANGUAGES),
        *((GoalStep.__tablename__, step) for (step,) in steps),
    ]


def _released(unit: Unit, woman: Id) -> dict[int, int]:
    """Device -> the last entry that some version of this site holds, or held when a bundle left with it.

    What an office writes in her plan goes home with the next bundle. What another site wrote is its own to erase; what
    another site said "done for now" of, it may never have seen.
    """
    theirs = unit.rows(sa.select(Device.device).where(Device.site != unit.store.site))
    through = dict.fromkeys((device for (device,) in theirs), _ALL)
    for version in unit.all(sa.select(PlanVersion).where(PlanVersion.participant == woman)):
        device, number = begun_at(unit, version.id)
        if device in through and through[device] == _ALL:
            continue
        if not version.removed or _sent_since(unit, device, number):
            for of, last in limits_of(unit, version).items():
                through[of] = max(last, through.get(of, 0))
    if unit.store.slots.kind == "office":
        for text in unit.session.scalars(sa.select(SentBundle.heads)):
            for of, (last, _hash) in msgspec.json.decode(text, type=dict[int, tuple[int, str]]).items():
                through[of] = max(last, through.get(of, 0))
    return through


def begun_at(unit: Unit, record: Id) -> tuple[int, int]:
    """The entry that began a record: device and number."""
    row = unit.connection.exec_driver_sql(
        "SELECT device, number FROM entry WHERE record = ? ORDER BY seq LIMIT 1", (record,)
    ).first()
    return (row[0], row[1]) if row else (0, 0)


def _sent_since(unit: Unit, device: int, number: int) -> bool:
    """Whether any bundle was made after an entry of this site."""
    heads = unit.session.scalars(sa.select(SentBundle.heads))
    return any(msgspec.json.decode(text).get(str(device), [0])[0] >= number for text in heads)


def in_backups_until(unit: Unit) -> dt.date | None:
    """Until when a backup may hold words that are erased today; None where there is no backup."""
    made = last_backup(unit)
    return None if made is None else made + dt.timedelta(days=backups_kept(unit))


def backups_kept(unit: Unit) -> int:
    """For how many days a backup is kept at most: what the site says, or as long as the program keeps its own."""
    site = unit.get(Site, unit.store.site)
    days = site.backup_days or BACKUP_DAYS
    if not any(one.how == AUTO for one in standing(unit)):
        return days
    daily, weekly, monthly = scheme(site)
    return max(days, daily, weekly * 7, monthly * 31)
