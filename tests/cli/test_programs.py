"""The two programs: which of them opens the window, on what, and when not."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from reentry_desktop.__main__ import command, window


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, str]]:
    """Stands where the window would be made, and notes what it was asked for."""
    asked: list[tuple[Path | None, str]] = []
    app = ModuleType("reentry_desktop.app")

    def main(store: Path | None = None, user: str = "") -> int:
        asked.append((store, user))
        return 0

    app.main = main  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "reentry_desktop.app", app)
    return asked


def test_the_window_opens_when_it_is_asked_for(opened: list[tuple[Path | None, str]]) -> None:
    assert command([]) == 0
    assert command(["open", "--store", "here", "--user", "ana"]) == 0
    assert window([]) == 0
    assert window(["here"]) == 0
    assert window(["--user", "ana", "--store", "here"]) == 0
    here = Path("here")
    assert opened == [(None, ""), (here, "ana"), (None, ""), (here, ""), (here, "ana")]


def test_commands_open_no_window(opened: list[tuple[Path | None, str]]) -> None:
    assert command(["records", "types", "--json"]) == 0
    assert command(["nothing"]) == 2
    assert window(["--store"]) == 2
    assert opened == []


def test_the_demo_opens_the_facility(opened: list[tuple[Path | None, str]], tmp_path: Path) -> None:
    assert command(["demo", str(tmp_path / "demo"), "--people", "3"]) == 0
    assert opened == [(tmp_path / "demo" / "facility", "rosalind")]
