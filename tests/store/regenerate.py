"""Writes the first migration anew from the record types: ``PYTHONPATH=src python tests/store/regenerate.py``.

Only until the first release. After it every change of a table is a new file, and this one never changes again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from reentry_desktop.store import schema
from reentry_desktop.store.engines import engine_for

MIGRATIONS = Path(schema.__file__).parent / "migrations"
FIRST = MIGRATIONS / "versions" / "0001_first.py"


def regenerate() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "migrations"
        shutil.copytree(MIGRATIONS, work, ignore=shutil.ignore_patterns("versions", "__pycache__"))
        (work / "versions").mkdir()
        config = Config()
        config.set_main_option("script_location", str(work))
        engine = engine_for(Path(folder) / "empty.db", os.urandom(32))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, "The tables of the first release.", autogenerate=True, rev_id="0001")
        engine.dispose()
        (made,) = (work / "versions").glob("0001_*.py")
        FIRST.write_text(made.read_text("utf-8"), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix", str(FIRST)], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(FIRST)], check=True)


if __name__ == "__main__":
    regenerate()
