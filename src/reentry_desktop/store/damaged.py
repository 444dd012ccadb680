"""The file of damaged records and the one that is made of it: which takes whose place, also after a cut.

A repair changes two files, records and key slots, and writes the new records several times. So the damaged file counts
until all of that is done: it lies aside, with the key slots of before, and the new file says of itself that it is not
finished. Whoever unlocks meanwhile is told so, and the next repair puts the damaged file back and begins anew.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver

from ..base.files import move, replace_file, sync_folder
from ..base.problems import Problem, StoreDamaged
from ..base.slots import FILE
from ..base.words import _
from .engines import DATABASE, connect

ASIDE = "damaged-{}.db"
SAVED = f"{DATABASE}.saved"
"""What is made of the damaged file, before it takes its place."""
UNFINISHED = "repairing"
"""The setting of a new file that does not count yet."""
_SLOTS = "damaged.keys"
_TAILS = ("-wal", "-shm")


def put_aside(folder: Path, at: str) -> Path:
    """Put the new file in the place of the damaged one, which is kept under the moment *at*. Raises ``OSError``."""
    aside = folder / ASIDE.format("".join(c for c in at[:19] if c.isalnum()))
    replace_file(folder / _SLOTS, (folder / FILE).read_bytes())
    for end in ("", *_TAILS):  # the file first: without it the folder is plainly not whole
        if (folder / (DATABASE + end)).exists():
            move(folder / (DATABASE + end), aside.with_name(aside.name + end))
    sync_folder(folder)
    move(folder / SAVED, folder / DATABASE)
    sync_folder(folder)
    return aside


def finished(folder: Path) -> None:
    """The new file counts: the key slots of before go."""
    with contextlib.suppress(OSError):
        (folder / _SLOTS).unlink(missing_ok=True)


def put_back(folder: Path, key: bytes) -> None:
    """Before a repair: where an earlier one was cut off, the damaged file and its key slots are where they were.

    Raises ``OSError``.
    """
    aside, here = max(folder.glob(ASIDE.format("*")), default=None), folder / DATABASE
    if aside is not None and (folder / _SLOTS).exists() and (not here.exists() or is_unfinished(here, key)):
        replace_file(folder / FILE, (folder / _SLOTS).read_bytes())
        here.unlink(missing_ok=True)
        for end in (*_TAILS, ""):  # the file last, as above
            if aside.with_name(aside.name + end).exists():
                (folder / (DATABASE + end)).unlink(missing_ok=True)
                move(aside.with_name(aside.name + end), folder / (DATABASE + end))
        sync_folder(folder)
    for end in ("", *_TAILS):
        (folder / (SAVED + end)).unlink(missing_ok=True)


def is_unfinished(file: Path, key: bytes) -> bool:
    """Whether a repair that made *file* was cut off before it counted."""
    try:
        with contextlib.closing(connect(file, key)) as opened:
            return opened.execute("SELECT 1 FROM setting WHERE key = ?", (UNFINISHED,)).fetchone() is not None
    except (Problem, driver.DatabaseError):  # the damaged one: it is where it was
        return False


def refuse_unfinished(connection: sa.Connection) -> None:
    """Raise ``Problem`` where the file does not count yet."""
    if connection.exec_driver_sql("SELECT 1 FROM setting WHERE key = ?", (UNFINISHED,)).first():
        raise cut_off()


def is_aside(folder: Path) -> bool:
    """Whether the file is not there because a repair was cut off."""
    return (folder / _SLOTS).exists()


def cut_off() -> Problem:
    """What to tell whoever unlocks then."""
    return StoreDamaged(
        _(
            "Saving these damaged records was cut off before it was done. The damaged file is kept, and nothing more "
            "was lost. Save what can be saved once more."
        )
    )
