"""The blocks of docs/adding-a-record.md, run as they stand.

In a process of its own: a type once declared would be one of every other test's types too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "adding-a-record.md"


def blocks() -> list[str]:
    """Declaration, migration, actions, use."""
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_page_has_the_four_blocks() -> None:
    declaration, migration, actions, use = blocks()
    assert "class SessionNote(Record)" in declaration
    assert "def upgrade()" in migration
    assert "def note_session(" in actions
    assert "checking.check(store)" in use


def test_the_example_works(tmp_path: Path) -> None:
    for name, text in zip(("declaration", "migration", "actions", "use"), blocks(), strict=True):
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__).with_name("the_example.py")), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["declared", "used", "refused", "migrated", "sent"]


def test_the_example_leaks_into_nothing() -> None:
    from reentry_desktop.records import kinds

    assert "session_note" not in kinds()
