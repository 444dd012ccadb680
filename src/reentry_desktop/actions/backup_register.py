"""Which backups of this store there are, how they stand, and which of them still open with a key of before."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ..base.clock import stamp
from ..base.days import show_day
from ..base.problems import NotFound, Refused
from ..base.words import _, ngettext
from ..records.change import from_payload
from ..records.local import Backup
from ..records.people import Site
from ..records.retention import ErasureAnswer, SaidOfErasure
from ..store import Unit
from ..store.backup import BACKUPS as FOLDER
from ..store.folder import GENERATION, KIT_NUMBER
from ..store.log import entry

NOT_OPENED = "-not-opened"
OLD = 7
"""Days after which a backup is old."""
DRILL = 90
"""Days after which somebody should bring a backup back again, to try."""
PLACE, LAST, DRILLED = "backup_place", "backup_on", "drilled_on"
"""The settings of the second place, and of the days of the last good backup and the last drill."""
FAILED, NOT_COPIED = "backup_not_made", "backup_not_copied"
"""What went wrong with the last one, and with bringing it to the second place: what to do, a space, a sentence."""
AUTO, HAND = "auto", "hand"
DAILY, WEEKLY, MONTHLY = 7, 5, 12
"""How many of the last days, weeks and months are kept where the site has not said."""


@dataclass(frozen=True)
class Health:
    """One thing to say of the backups, and what to do about it.

    ``act`` is ``make``, ``place``, ``stick``, ``destroy``, ``drill`` or ``repair``; "" where all is well.
    """

    sentence: str
    act: str = ""


def not_opened(file: Path) -> Path:
    """What a backup is called until somebody with the key has opened it."""
    return file.with_name(f"{file.stem}{NOT_OPENED}{file.suffix}")


def name_day(name: str) -> dt.date | None:
    """The day in the name of a backup that the program made; None in any other."""
    found = re.search(rf"-(\d{{4}}-\d\d-\d\d)(?:{NOT_OPENED})?\.backup$", name)
    with contextlib.suppress(ValueError):  # no day of any calendar
        return dt.date.fromisoformat(found[1]) if found else None
    return None


def generation(unit: Unit) -> int:
    """Which key the records have: 1 for the first."""
    return int(unit.setting(GENERATION, "1"))


def kit_number(unit: Unit) -> int:
    """Which recovery kit opens the store: 1 for the first."""
    return int(unit.setting(KIT_NUMBER, "1"))


def note(unit: Unit, file: Path, sha256: str, entries: int, how: str, *, on: dt.date | None = None) -> None:
    """Write down a backup that was made *on* a day, was opened and is sound. One of the same name is gone."""
    _note(unit, file, sha256, how, entries=entries, generation=generation(unit), verified_at=stamp(unit.store.clock()))
    day, last = on or unit.today(), last_backup(unit)
    if last is None or not day < last <= unit.today():
        unit.set_setting(LAST, day.isoformat())


def note_older(unit: Unit, file: Path, sha256: str, how: str) -> None:
    """The same of one that opens with the key the records had before, so that nobody looked into it."""
    _note(unit, file, sha256, how, entries=0, generation=generation(unit) - 1, verified_at="")


def _note(unit: Unit, file: Path, sha256: str, how: str, **values: object) -> None:
    place = str(file.parent.resolve())
    same = sa.and_(Backup.place == place, Backup.file_name == file.name, Backup.destroyed_on.is_(None))
    unit.local(sa.delete(Backup).where(same))
    unit.local(sa.delete(Backup).where(Backup.sha256 == sha256, Backup.place == place))
    unit.local(
        sa.insert(Backup).values(
            sha256=sha256, place=place, file_name=file.name, how=how, made_at=stamp(unit.store.clock()),
            size=file.stat().st_size, kit=kit_number(unit), **values,
        )
    )  # fmt: skip


def note_opened(unit: Unit, sha256: str, entries: int) -> None:
    """That backup was opened, and is sound."""
    now = stamp(unit.store.clock())
    unit.local(sa.update(Backup).where(Backup.sha256 == sha256).values(verified_at=now, entries=entries))


def note_changed(unit: Unit, file: Path) -> None:
    """That file is not any more what was opened."""
    same = sa.and_(Backup.place == str(file.parent.resolve()), Backup.file_name == file.name)
    unit.local(sa.update(Backup).where(same).values(verified_at=""))


def note_trouble(unit: Unit, key: str, sentence: str, act: str = "make") -> None:
    """What went wrong, under ``FAILED`` or ``NOT_COPIED``, and what to do; no *sentence* where all went well."""
    unit.set_setting(key, f"{act} {sentence}" if sentence else "")


def trouble(unit: Unit) -> Health | None:
    """What went wrong when the last backup was made or brought to the second place."""
    act, _space, sentence = (unit.setting(FAILED) or unit.setting(NOT_COPIED)).partition(" ")
    return Health(sentence, act) if sentence else None


def backups(unit: Unit) -> Sequence[Backup]:
    """Every backup that is known, the newest first; those that are destroyed stay in the register."""
    return unit.session.scalars(sa.select(Backup).order_by(Backup.made_at.desc(), Backup.place)).all()


def standing(unit: Unit) -> list[Backup]:
    """Those that nobody has destroyed."""
    return [one for one in backups(unit) if one.destroyed_on is None]


def good(unit: Unit) -> list[Backup]:
    """Of those the ones that were opened, with the key of now."""
    return [one for one in standing(unit) if one.verified_at and one.generation == generation(unit)]


def good_in(unit: Unit, place: Path) -> list[tuple[dt.date, Backup]]:
    """Those that the program made itself for *place*, with the day of each, the newest last.

    Where that folder is there, those whose files are; else what it is known to hold.
    """
    known = [one for one in good(unit) if one.how == AUTO and one.place == str(place.resolve())]
    if place.is_dir():
        known = [one for one in known if (place / one.file_name).exists()]
    dated = [(day, one) for one in known if (day := name_day(one.file_name))]
    return sorted(dated, key=lambda pair: (pair[0], pair[1].entries))


def to_destroy(unit: Unit) -> list[Backup]:
    """Those that open with a key the records had before."""
    now = generation(unit)
    return [one for one in standing(unit) if one.generation < now]


def holding_erased(unit: Unit) -> list[Backup]:
    """Those that were made before a whole record was erased here last: it may be in them still."""
    done = sa.select(ErasureAnswer.id).where(
        ErasureAnswer.site == unit.store.site, ErasureAnswer.said == str(SaidOfErasure.DONE), ErasureAnswer.entries > 0
    )
    seq, payload = unit.connection.execute(
        sa.select(entry.c.seq, entry.c.payload).where(entry.c.record.in_(done)).order_by(entry.c.seq.desc()).limit(1)
    ).one_or_none() or (0, b"")
    if not seq:
        return []
    erased_at = from_payload(bytes(payload)).at
    before = unit.connection.exec_driver_sql("SELECT count(*) FROM entry WHERE seq < ?", (seq,)).scalar_one()
    # By its entries where it was opened: one that was made while locked is noted later, by another clock.
    return [one for one in standing(unit) if (one.entries <= before if one.entries else one.made_at < erased_at)]


def old_kit(unit: Unit) -> int:
    """How many backups still open with a recovery kit of before."""
    now = kit_number(unit)
    return sum(one.kit < now for one in standing(unit))


def destroyed(unit: Unit, sha256: str, by: str, on: dt.date | None = None) -> int:
    """Somebody says that a backup is destroyed: every file of that SHA-256, which may be shortened. How many those are.

    Raises ``Refused`` without her name or for a day to come, ``NotFound`` where none or several backups begin so.
    """
    on = on or unit.today()
    if not by.strip():
        raise Refused({"by": _("Please fill this in.")})
    if on > unit.today():
        raise Refused({"on": _("This day has not come yet.")})
    found = {one.sha256 for one in standing(unit) if sha256 and one.sha256.startswith(sha256.lower())}
    if len(found) != 1:
        raise NotFound(_("No backup of that name is in the register. Nothing was changed."))
    (whole,) = found
    count = unit.local(
        sa.update(Backup)
        .where(Backup.sha256 == whole, Backup.destroyed_on.is_(None))
        .values(destroyed_on=on, destroyed_by=by.strip()[:80])
    )
    unit.tell("site", unit.store.site, sha256=whole, by=by.strip(), on=on.isoformat())
    return count


def deleted(unit: Unit, one: Backup) -> None:
    """The program deleted that file itself."""
    unit.local(
        sa.update(Backup)
        .where(Backup.sha256 == one.sha256, Backup.place == one.place)
        .values(destroyed_on=unit.today(), destroyed_by="")
    )


def last_backup(unit: Unit) -> dt.date | None:
    """The day of the last backup, or None where none was made."""
    return _day(unit, LAST)


def _day(unit: Unit, key: str) -> dt.date | None:
    said = unit.setting(key)
    return dt.date.fromisoformat(said) if said else None


def drilled_on(unit: Unit) -> dt.date | None:
    """The day somebody last brought a backup back to try."""
    return _day(unit, DRILLED)


def scheme(site: Site) -> tuple[int, int, int]:
    """How many backups that the program makes itself are kept: of the last days, weeks and months."""
    given = (site.backup_daily, site.backup_weekly, site.backup_monthly)
    daily, weekly, monthly = (
        usual if said is None else said for said, usual in zip(given, (DAILY, WEEKLY, MONTHLY), strict=True)
    )
    return daily, weekly, monthly


def health(unit: Unit) -> Health:
    """How the backups stand: the one thing that matters most."""
    if n := len(to_destroy(unit)):
        words = ngettext(
            "{n} backup still opens with the key of before.", "{n} backups still open with the key of before.", n
        )
        return Health(words.format(n=n), "destroy")
    if n := len(holding_erased(unit)):
        words = ngettext(
            "{n} backup may still hold a record that was erased.",
            "{n} backups may still hold a record that was erased.",
            n,
        )
        return Health(words.format(n=n), "destroy")
    if failed := trouble(unit):
        return failed
    made, today = last_backup(unit), unit.today()
    if made is None:
        return Health(_("No backup was made yet."), "make")
    if (today - made).days > OLD:
        return Health(_("The last backup is of {day}.").format(day=show_day(made)), "make")
    at_home, lacking = _two_places(unit)
    if lacking:
        return Health(*lacking)
    tried = drilled_on(unit) or min(map(day_of, backups(unit)))
    if (today - tried).days > DRILL:
        return Health(_("Nobody has tried to bring back a backup for {n} days.").format(n=DRILL), "drill")
    if not at_home:
        return Health(_("Backups are made, and lie at the second place. This PC has no room for one."))
    return Health(_("Backups are made, and lie in two places."))


def _two_places(unit: Unit) -> tuple[bool, tuple[str, str] | None]:
    """Whether a good one lies on this PC; and what to say and do where no new one lies elsewhere."""
    home, place, found = unit.store.folder.resolve(), unit.setting(PLACE), good(unit)
    at_home = [one for one in found if Path(one.place).is_relative_to(home)]
    away = [day_of(one) for one in found if (one.place == place if place else one not in at_home)]
    lacking = None
    if not away or (unit.today() - max(away)).days > OLD:
        if not place:
            lacking = _("All backups lie on this PC. If it is lost, they are too."), "place"
        elif not away:
            lacking = _("No good backup lies at the second place yet."), "stick"
        else:
            lacking = _("No new backup has come to the second place for a week or more."), "stick"
    return bool(at_home), lacking


def day_of(one: Backup) -> dt.date:
    """The day a backup was made."""
    return dt.datetime.fromisoformat(one.made_at).date()


__all__ = [
    "AUTO", "DRILL", "FAILED", "FOLDER", "HAND", "NOT_COPIED", "NOT_OPENED", "OLD", "Health", "backups", "day_of",
    "deleted", "destroyed", "drilled_on", "generation", "good", "good_in", "health", "holding_erased", "kit_number",
    "last_backup", "name_day", "not_opened", "note", "note_changed", "note_older", "note_opened", "note_trouble",
    "old_kit", "scheme", "standing", "to_destroy", "trouble",
]  # fmt: skip
