"""The encrypted database: SQLCipher through SQLAlchemy.

The key is handed over inside the connection's creator: it never stands in a URL, a ``repr`` or a log.
Source of the settings: SQLCipher's API documentation (PRAGMA key with a raw key), SQLite's documentation of WAL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver
from sqlalchemy import event

from ..base.problems import Problem, StoreDamaged
from ..base.slots import RECORDS
from ..base.words import _

DATABASE = RECORDS
# 8 MiB of pages: a 4 GB PC has them to spare, and a large import touches few pages twice.
_SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # words taken back are overwritten where they stood
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA wal_autocheckpoint = 4096",  # pages: who takes in a week's bundle does not wait for them to be moved
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
)


def connect(path: Path, key: bytes) -> Any:
    """One keyed connection. Raises ``Problem`` where the file is damaged or belongs to another key."""
    connection = driver.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.OperationalError as error:
        connection.close()
        raise Problem(disk_sentence(error), code="disk") from error
    except driver.DatabaseError as error:
        connection.close()
        raise StoreDamaged(damaged_sentence()) from error
    return connection


ALL_OF_THE_LOG = "log_entry"
"""In PostgreSQL the table of the log; ``entry`` shows it without the words that whoever reads may not see."""
_TO_THE_LOG = {f"{verb} entry ": f"{verb} {ALL_OF_THE_LOG} " for verb in ("INSERT INTO", "UPDATE", "DELETE FROM")}
_TOLD_AN_INDEX = re.compile(r" INDEXED BY \w+")  # PostgreSQL finds it by itself


@cache
def translated(statement: str) -> str:
    """A statement of ours as PostgreSQL's driver takes it."""
    for ours, theirs in _TO_THE_LOG.items():
        statement = statement.replace(ours, theirs)
    return _TOLD_AN_INDEX.sub("", statement).replace("%", "%%").replace("?", "%s")


def run(connection: sa.Connection, statement: str, values: Sequence[object] = ()) -> Any:
    """Run one of the statements of a save. On a file on the driver itself: SQLAlchemy would double what they cost.

    The connection must be in a transaction. Gives a cursor, raises the driver's errors or SQLAlchemy's.
    """
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(statement, tuple(values))
    return connection.connection.driver_connection.execute(statement, values)  # type: ignore[union-attr]


def stream(connection: sa.Connection, statement: str) -> Iterator[Any]:
    """The rows of a long statement, some at a time."""
    with connection.exec_driver_sql(statement, execution_options={"stream_results": True}) as found:
        yield from found


def damaged_sentence() -> str:
    """What to tell a person wherever damage is met: one thing to do, and what helps with it."""
    return _(
        "The file with the records is damaged. Nothing was changed. Save what can be saved: what is missing then can "
        "come from your latest backup, and from the office."
    )


def disk_sentence(error: Exception) -> str:
    """What to tell a person when the disk does not take or give the records."""
    if "full" in str(error):
        return _(
            "The disk of this PC is full. This change was not saved; everything saved before is safe. "
            "Free some space, then try again."
        )
    if "readonly" in str(error):
        return _("This PC does not let the program write its records. Nothing was changed. Ask your IT officer.")
    if "locked" in str(error):
        return _("The program is busy with another task. This change was not saved yet. Wait a moment and try again.")
    return _(
        "The disk of this PC did not answer. This change was not saved; everything saved before is safe. Try again."
    )


def engine_for(path: Path, key: bytes, first: Sequence[str] = ()) -> sa.Engine:
    """The store's engine: one connection to write with, one to read with meanwhile; none before it is used.

    Each connection runs the *first* statements before any other.
    """

    def opened() -> Any:
        connection = connect(path, key)
        for statement in first:
            connection.execute(statement)
        return connection

    engine = sa.create_engine(
        f"sqlite:///{path.as_posix()}",
        module=driver,
        creator=opened,
        poolclass=sa.QueuePool,
        pool_size=3,
        max_overflow=0,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
