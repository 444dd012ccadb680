"""Files that could not be taken in: kept byte for byte, with the reason, to be tried again.

They lie in the store's folder as they came: a bundle for this site is encrypted already.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import sqlalchemy as sa

from ..base.clock import stamp
from ..base.files import sync_folder
from ..base.pieces import open_whole
from ..records.local import SetAside
from ..store import Store, Unit
from .incoming import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken, take_in

FOLDER = "set-aside"
# Nothing an update or another file could change.
_NOT_OURS = {"not-a-bundle", "wrong-receiver", "no-file", "keys-before", "own-bundle"}


def keep(store: Store, path: Path, taken: Taken) -> None:
    """Keep a file that waits or was set aside; one that is in order now is kept no longer. Raises ``OSError``."""
    if taken.status in (APPLIED, ALREADY):
        forget(store, _sha256(path))
        return
    if taken.code in _NOT_OURS:
        return
    sha256 = _sha256(path)
    target = place(store, sha256)
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        part = target.with_suffix(".part")
        with open_whole(path) as source, part.open("wb") as kept_here:
            shutil.copyfileobj(source, kept_here, 1 << 20)
        part.replace(target)
        sync_folder(target.parent)
    with store.work("set_aside") as unit:
        unit.local(sa.delete(SetAside).where(SetAside.sha256 == sha256))
        unit.local(
            sa.insert(SetAside).values(
                sha256=sha256, file_name=path.name if path != target else taken.name or path.name,
                size=target.stat().st_size, site=taken.site, number=taken.number, status=taken.status,
                code=taken.code, missing_from=taken.missing_from, at=stamp(store.clock()),
            )
        )  # fmt: skip
        unit.tell(file=sha256, code=taken.code)


def kept(unit: Unit) -> list[SetAside]:
    """What was set aside, the oldest first."""
    return list(unit.session.scalars(sa.select(SetAside).order_by(SetAside.at, SetAside.sha256)))


def place(store: Store, sha256: str) -> Path:
    """Where a file that was set aside lies."""
    return store.folder / FOLDER / f"{sha256}.bundle"


def try_again(store: Store, *, only_waiting: bool = False) -> list[Taken]:
    """Try again what was set aside. What is in order now is taken in, and kept here no longer."""
    with store.read() as unit:
        rows = [(row.sha256, row.file_name) for row in kept(unit) if row.status == WAITING or not only_waiting]
    found = []
    for sha256, name in rows:
        path = place(store, sha256)
        taken = take_in(store, path).named(name)
        keep(store, path, taken) if path.exists() else forget(store, sha256)
        found.append(taken)
    return found


def forget(store: Store, sha256: str) -> None:
    """Let go of a file that was set aside, if it was."""
    path = place(store, sha256)
    with store.read() as unit:
        known = unit.session.get(SetAside, sha256)
    if known is None and not path.exists():
        return
    with store.work("let_go") as unit:
        unit.local(sa.delete(SetAside).where(SetAside.sha256 == sha256))
        unit.tell(file=sha256)
    path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with open_whole(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


__all__ = ["SET_ASIDE", "forget", "keep", "kept", "place", "try_again"]
