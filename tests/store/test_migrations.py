"""The tables' version: what the migrations make, and how an older store becomes one of this program."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from reentry_desktop.actions import restoring
from reentry_desktop.base.problems import Problem
from reentry_desktop.store import open_store, schema

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, enrolled

# The tables' version


def test_the_newest_migration_is_the_version_of_a_new_store() -> None:
    from alembic import script

    assert script.ScriptDirectory.from_config(schema._config()).get_heads() == [schema.HEAD]


def test_migrating_from_nothing_makes_the_tables_of_a_new_store(tmp_path: Path) -> None:
    from alembic import command

    from reentry_desktop.store.engines import engine_for

    made = []
    for name in ("created", "migrated"):
        engine = engine_for(tmp_path / f"{name}.db", os.urandom(32))
        with engine.execution_options(writing=True).begin() as connection:
            if name == "created":
                schema.create(connection)
            else:
                config = schema._config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            assert version == schema.HEAD
            found: dict[str, object] = {}
            tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
            for table, sql in tables:
                if table == "alembic_version":
                    continue
                found[table] = (
                    [tuple(c) for c in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')],
                    sorted(tuple(c)[2:] for c in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')),
                    "WITHOUT ROWID" in sql,
                    sql.count("DEFERRABLE INITIALLY DEFERRED"),
                )
            indexes = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
            )
            found |= {name: " ".join(sql.split()) for name, sql in indexes}
        engine.dispose()
        made.append(found)
    assert made[0] == made[1], (
        "a table differs from what the migrations make. Write the next one with "
        "PYTHONPATH=src python tests/store/next_migration.py, and set schema.HEAD to its number"
    )


@pytest.mark.embedded
def test_an_older_store_is_backed_up_and_brought_up_to_date(
    facility_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a later program made up: its migration adds one table."""
    migrations = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", migrations)
    (migrations / "versions" / "9999_later.py").write_text(
        'from alembic import op\nimport sqlalchemy as sa\nrevision = "9999"\n'
        f'down_revision = "{schema.HEAD}"\n'
        'def upgrade():\n    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))\n'
    )
    folder = tmp_path / "store"
    with facility_template.open(folder) as store:
        enrolled(store)
    (folder / f"before-update-{schema.HEAD}.backup").write_bytes(b"of an update that was cut off")
    config = schema._config()
    config.set_main_option("script_location", str(migrations))
    with monkeypatch.context() as later:
        later.setattr(schema, "_config", lambda: config)
        later.setattr(schema, "HEAD", "9999")
        with open_store(folder, USER, PASSPHRASE, Clock()) as store:
            assert_whole(store)
            with store.read() as unit:
                assert unit.connection.exec_driver_sql("SELECT count(*) FROM later").scalar() == 0
                assert schema.version(unit.connection) == "9999"
    with pytest.raises(Problem) as problem:  # the program of before now knows that it is older
        open_store(folder, USER, PASSPHRASE, Clock())
    assert problem.value.code == "newer"
    (backup,) = folder.glob("before-update-*.backup")
    with restoring.restore(backup, tmp_path / "back", USER, PASSPHRASE, Clock()) as store:
        assert_whole(store)
