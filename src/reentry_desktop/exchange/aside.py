"""Files that could not be taken in: kept byte for byte, with the reason, to be tried again.

They lie with the store's other sealed files as they came: a bundle for this site is encrypted already.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from ..base.clock import stamp
from ..base.pieces import open_whole
from ..base.problems import Problem
from ..bundle import begin_of
from ..records.local import ReceivedBundle, SetAside
from ..store import Store, Unit
from ..store.sealed import workplace
from .incoming import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken, take_in_sealed


def keep(store: Store, path: Path, taken: Taken) -> None:
    """Keep a file that waits or was set aside; one that is in order now is kept no longer. Raises ``OSError``."""
    with open_whole(path) as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    if _is_done(store, sha256, taken):
        return
    part = workplace(store.folder) / f"{sha256}.part"
    with open_whole(path) as source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    with store.work("set_aside") as unit:
        unit.sealed.keep(part, sha256)
        _note(unit, sha256, path.name, taken)


def keep_sealed(store: Store, sha256: str, taken: Taken) -> None:
    """The same, of a file that lies in this store already."""
    if not _is_done(store, sha256, taken):
        with store.work("set_aside") as unit:
            _note(unit, sha256, taken.name or f"{sha256}.bundle", taken)


def _is_done(store: Store, sha256: str, taken: Taken) -> bool:
    """Whether it has not to be kept: what was set aside and is in order now is let go."""
    if taken.status in (APPLIED, ALREADY) or taken.code == "parted-before":  # that comes again under other numbers
        forget(store, sha256)
        return True
    return taken.is_dropped


def _note(unit: Unit, sha256: str, name: str, taken: Taken) -> None:
    before = unit.session.get(SetAside, sha256)
    since = before.at if before is not None else stamp(unit.store.clock())
    unit.local(sa.delete(SetAside).where(SetAside.sha256 == sha256))
    unit.local(
        sa.insert(SetAside).values(
            sha256=sha256, file_name=name, size=unit.sealed.size(sha256), site=taken.site, number=taken.number,
            status=taken.status, code=taken.code, missing_from=taken.missing_from, at=since,
        )
    )  # fmt: skip
    unit.session.expire_all()
    unit.tell(file=sha256, code=taken.code)


def kept(unit: Unit) -> list[SetAside]:
    """What was set aside, the oldest first."""
    return list(unit.session.scalars(sa.select(SetAside).order_by(SetAside.at, SetAside.sha256)))


def try_again(store: Store, *, only_waiting: bool = False, code: str = "") -> list[Taken]:
    """Try again what was set aside: all of it, of it what others may have brought meanwhile, or what has that *code*.

    What is in order now is taken in, and kept here no longer.
    """
    with store.read() as unit:
        rows = [
            (row.sha256, row.file_name, unit.sealed.is_here(row.sha256))
            for row in kept(unit)
            if (not only_waiting or row.status == WAITING or row.code == "old-key" or _came_whole(unit, row))
            and code in ("", row.code)
        ]
    found = []
    for sha256, name, is_here in rows:
        taken = take_in_sealed(store, sha256).named(name)
        keep_sealed(store, sha256, taken) if is_here else forget(store, sha256)
        found.append(taken)
    return found


def _came_whole(unit: Unit, row: SetAside) -> bool:
    """Whether that bundle has come meanwhile, of which this is a copy that was cut short."""
    if row.code != "truncated":
        return False
    with suppress(OSError, Problem), unit.sealed.opened(row.sha256) as file:
        digest = begin_of(file).digest.hex()
        return unit.first(sa.select(ReceivedBundle.number).where(ReceivedBundle.header_digest == digest)) is not None
    return False


def forget(store: Store, sha256: str) -> None:
    """Let go of a file that was set aside, if it was."""
    with store.read() as unit:
        if unit.session.get(SetAside, sha256) is None:
            return
    with store.work("let_go") as unit:
        unit.local(sa.delete(SetAside).where(SetAside.sha256 == sha256))
        unit.tell(file=sha256)
    with store.work("sweep") as unit:
        unit.sealed.sweep()


__all__ = ["SET_ASIDE", "forget", "keep", "keep_sealed", "kept", "try_again"]
