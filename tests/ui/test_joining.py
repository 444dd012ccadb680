"""A second PC in the window: the file and its words at the first, the store at the second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.exchange import joining
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.trust import TrustPage

from ..stores import Clock
from .desks import SCREENS, check_page, open_window, resize
from .programs import begin, press, said, settle


def test_the_first_pc_makes_the_file_and_shows_its_words_once(
    qapp: QApplication, qtbot: Any, facility: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(qapp, qtbot, facility, [TrustPage])
    window.show_page("trust")
    page: Any = window.page
    monkeypatch.setattr("reentry_desktop.ui.pages.trust_keys.choose_new_file", lambda *_args: tmp_path / "two.joining")
    press(page, "Add a second PC…")
    assert "not shown again" in said(page)
    assert (tmp_path / "two.joining").exists()
    for screen in SCREENS:
        resize(qapp, window, screen)
        check_page(page)
    page.refresh()
    assert "not shown again" not in said(page)
    window.lock()


def test_the_second_pc_is_set_up_from_it(
    qapp: QApplication, qtbot: Any, facility: Store, clock: Clock, tmp_path: Path
) -> None:
    words = joining.write_file(facility, tmp_path / "two.joining")
    program = begin(qapp, qtbot, tmp_path / "new", clock)
    welcome: Any = program.window.stack.currentWidget()
    welcome.show_join(tmp_path / "two.joining")
    settle()
    press(welcome, "Set up this PC")
    assert "Fill in the words" in said(welcome)
    welcome.words.show_values({"words": " ".join(words)})
    welcome.person.show_values({"user": "second"})
    welcome.new.first.edit.setText("another long passphrase")
    welcome.new.again.edit.setText("another long passphrase")
    press(welcome, "Set up this PC")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    settle()
