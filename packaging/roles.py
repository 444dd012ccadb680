"""Writes ``docs/roles.md`` from the declarations in ``records/access.py``: ``python packaging/roles.py``."""

from __future__ import annotations

from pathlib import Path

from reentry_desktop.actions.roles import as_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "roles.md"

if __name__ == "__main__":
    PAGE.write_text(as_page(), "utf-8")
