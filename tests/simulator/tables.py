"""The tables that the program's rules read, in memory, asked in both the ways that the rules ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import sqlalchemy as sa
import sqlcipher3.dbapi2 as driver
from sqlalchemy.schema import CreateIndex, CreateTable

from reentry_desktop.records.base import Record
from reentry_desktop.records.local import Device, Local
from reentry_desktop.store import log

ASKED = (
    "participant", "enrolment", "plan_version", "person", "recall", "recall_answer", "site", "transfer", "same_woman",
    "erasure", "erasure_answer",
)  # fmt: skip
"""The records that the rules read."""
_NOTED = ("device", "gap")


class Answer:
    """Rows of a statement that went straight to the driver."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def scalars(self) -> list[Any]:
        return [row[0] for row in self._cursor]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._cursor.close()

    def all(self) -> list[Any]:
        return list(self._cursor)

    def first(self) -> Any:
        return self._cursor.fetchone()


class Selects:
    """What the rules ask a session: columns, and whose a device is."""

    def __init__(self, connection: sa.Connection) -> None:
        self.execute = connection.execute
        self._run = connection.connection.driver_connection.execute  # type: ignore[union-attr]

    def scalars(self, statement: sa.Select[Any]) -> sa.ScalarResult[Any]:
        return self.execute(statement).scalars()

    def get(self, cls: type[Device], device: int) -> Device | None:
        row = self._run("SELECT site FROM device WHERE device = ?", (device,)).fetchone()
        return cls(device=device, site=row[0]) if row else None


class Tables:
    """To the rules it is a connection: statements in words go straight to the driver, selects by SQLAlchemy."""

    def __init__(self) -> None:
        self.driver_connection = driver.connect(":memory:", isolation_level=None, cached_statements=256)
        engine = sa.create_engine(
            "sqlite://", module=driver, creator=lambda: self.driver_connection, poolclass=sa.StaticPool
        )
        self._selects = engine.connect()  # for good: its transaction is the one begun here
        self.session = Selects(self._selects)
        self.dialect = engine.dialect
        self.connection = self
        tables = [log.entry, *(Record.metadata.tables[kind] for kind in ASKED)]
        for table in (*tables, *(Local.metadata.tables[name] for name in _NOTED)):
            self.execute(str(CreateTable(table).compile(dialect=engine.dialect)))
            for index in table.indexes:
                self.execute(str(CreateIndex(index).compile(dialect=engine.dialect)))
        self.execute("BEGIN")

    def execute(self, statement: Any, values: Any = ()) -> Any:
        if isinstance(statement, str):
            return self.driver_connection.execute(statement, values)
        return self._selects.execute(statement)

    def exec_driver_sql(self, statement: str, values: Any = (), execution_options: Any = None) -> Answer:
        del execution_options  # all of it is in memory
        if isinstance(values, list):
            return Answer(self.driver_connection.executemany(statement, values))
        return Answer(self.driver_connection.execute(statement, values))

    def empty(self) -> None:
        self.execute("ROLLBACK")
        self.execute("BEGIN")
