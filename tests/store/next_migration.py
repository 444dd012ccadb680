"""Writes the next migration: what the record types have and the tables of the newest migration have not.

``PYTHONPATH=src python tests/store/next_migration.py "What changes."``; then read it, and set ``schema.HEAD`` to its
number. A migration that is committed never changes again: stores like ``tests/golden`` were made with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from reentry_desktop.store import schema
from reentry_desktop.store.engines import engine_for


def write_next(about: str) -> Path:
    """The new file, of the number after the newest one."""
    config = schema._config()
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_for(Path(folder) / "empty.db", os.urandom(32))
        with engine.execution_options(writing=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, about, autogenerate=True, rev_id=f"{int(schema.HEAD) + 1:04}")
        engine.dispose()
    made = max((Path(schema.__file__).parent / "migrations" / "versions").glob("*.py"))
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix", str(made)], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(made)], check=True)
    return made


if __name__ == "__main__":
    sys.stdout.write(f"{write_next(sys.argv[1])}\n")
