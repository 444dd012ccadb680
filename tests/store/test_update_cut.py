"""An update of a store that fails at any call to the disk leaves the store as it was, and ends well at the next try."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reentry_desktop.base.problems import Problem, StoreDamaged
from reentry_desktop.store import backup, open_store, schema
from reentry_desktop.store.engines import DATABASE, engine_for

from ..stores import PASSPHRASE, USER, Clock, Template, assert_whole, flip, unread_page

pytestmark = pytest.mark.embedded
LATER = """from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "{head}"
def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO later VALUES (1)")
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with one migration more."""
    migrations = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).parent / "migrations", migrations)
    (migrations / "versions" / "9999_later.py").write_text(LATER.format(head=schema.HEAD))
    config = schema._config()
    config.set_main_option("script_location", str(migrations))
    monkeypatch.setattr(schema, "_config", lambda: config)
    monkeypatch.setattr(schema, "HEAD", "9999")


@pytest.mark.usefixtures("later")
def test_an_update_that_fails_at_any_call_leaves_the_store_as_it_was(
    facility_template: Template, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    facility_template.copy(made)
    before = _version(made, facility_template)
    step = fails = 0
    while step < 400:
        folder = tmp_path / f"store-{step}"
        shutil.copytree(made, folder)
        with pytest.MonkeyPatch.context() as patched:
            calls = _fail_at(patched, step)
            try:
                open_store(folder, USER, PASSPHRASE, Clock()).close()
            except (OSError, Problem, sa.exc.SQLAlchemyError):
                fails += 1
            else:
                if calls[0] <= step:  # none was left to fail; some fail and nothing depends on them
                    break
        assert _version(folder, facility_template) in (before, "9999")
        with open_store(folder, USER, PASSPHRASE, Clock()) as store:  # the next try
            assert_whole(store)
            with store.read() as unit:
                assert unit.connection.exec_driver_sql("SELECT count(*) FROM later").scalar() == 1
        shutil.rmtree(folder)
        step += 1
    assert fails > 10


@pytest.mark.usefixtures("later")
def test_no_update_begins_without_a_backup_that_opens(facility_template: Template, tmp_path: Path) -> None:
    """A page that nobody reads meanwhile is damaged: only who opens the backup can tell."""
    folder = tmp_path / "store"
    facility_template.copy(folder)
    before = _version(folder, facility_template)
    page = unread_page(folder, facility_template.keys.records)
    flip(folder / DATABASE, page)
    with pytest.raises(StoreDamaged):
        open_store(folder, USER, PASSPHRASE, Clock())
    assert _version(folder, facility_template) == before
    assert not list(folder.glob("*.backup*"))
    flip(folder / DATABASE, page)
    open_store(folder, USER, PASSPHRASE, Clock()).close()
    assert _version(folder, facility_template) == "9999"


def _version(folder: Path, template: Template) -> str:
    engine = engine_for(folder / DATABASE, template.keys.records)
    try:
        with engine.connect() as connection:
            return schema.version(connection)
    finally:
        engine.dispose()


def _fail_at(patched: pytest.MonkeyPatch, step: int) -> list[int]:
    """Let the call of that number fail as on a full disk: each statement that writes, each call to a file."""
    calls = [0]

    def count() -> None:
        calls[0] += 1
        if calls[0] == step + 1:
            raise OSError(28, "No space left on device")

    def failing(real: Any) -> Any:
        def call(*args: Any, **more: Any) -> Any:
            count()
            return real(*args, **more)

        return call

    patched.setattr(os, "fsync", failing(os.fsync))
    patched.setattr(backup, "move", failing(backup.move))
    patched.setattr(zipfile.ZipFile, "write", failing(zipfile.ZipFile.write))
    patched.setattr(zipfile.ZipFile, "writestr", failing(zipfile.ZipFile.writestr))
    real = sa.Connection.exec_driver_sql

    def statement(self: sa.Connection, said: str, *args: Any, **more: Any) -> Any:
        if said.lstrip().split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT"):
            count()
        return real(self, said, *args, **more)

    patched.setattr(sa.Connection, "exec_driver_sql", statement)
    return calls
