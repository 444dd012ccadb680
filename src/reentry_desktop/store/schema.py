"""The tables of a store, and how an older store becomes one of this program (Alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..base.problems import Problem
from ..base.words import _
from ..records import local  # noqa: F401  (its tables belong to the schema)
from ..records.base import Record

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0013"  # the newest file of migrations/versions; a test holds it


def create(connection: sa.Connection) -> None:
    """All tables of a new store, marked as being of this version."""
    served = connection.dialect.name == "postgresql"
    if served:
        from . import policies, postgres  # their driver costs a start forty milliseconds: only who needs it pays

        postgres.prepare(connection)
    Record.metadata.create_all(connection)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    if served:
        policies.share(connection)


def version(connection: sa.Connection) -> str:
    """The version the store's tables have."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def refuse_newer(here: str) -> None:
    """Raise ``Problem`` where *here* is a version this program does not know: that of a newer one."""
    from alembic import script

    if here not in {found.revision for found in script.ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise Problem(
            _("This store was made by a newer program. Nothing was changed. Update this program first."), code="newer"
        )


def upgrade(connection: sa.Connection) -> None:
    """Bring an older store's tables to this version, within the caller's transaction. Make a backup first.

    The tables are then made anew from the log, which may hold what only this version can show.
    """
    from alembic import command

    from .rebuild import rebuild

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    rebuild(connection)
    if connection.dialect.name == "postgresql":
        from . import policies

        connection.exec_driver_sql(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # a table that waits for its checks cannot be altered
        policies.guard(connection)


def _config() -> Config:
    # Alembic takes half a second to import: only a store that needs it pays.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
