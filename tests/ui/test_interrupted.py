"""What happens to work under way when somebody locks, closes the window, or does something else meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import slips
from reentry_desktop.app import Program
from reentry_desktop.store import Store
from reentry_desktop.ui.worker import Job

from ..stores import Clock
from .programs import begin, page, press, said, settle, unlock


@pytest.fixture
def program(qapp: QApplication, qtbot: Any, clock: Clock, facility: Store, tmp_path: Path) -> Program:
    return begin(qapp, qtbot, facility.folder, clock, facility, tmp_path / "w.ini")


@pytest.fixture
def held(program: Program) -> Iterator[threading.Event]:
    """Something is under way; what is asked for waits behind it until the event is set."""
    end = threading.Event()

    def goes_on(job: Job) -> None:
        while not end.wait(0.01):
            job.say("…")

    program.window.desk.later(goes_on, lambda _done: None, lambda _error: None)
    yield end
    end.set()


def test_a_slip_that_was_interrupted_is_no_second_way(
    program: Program, qtbot: Any, facility: Store, held: threading.Event
) -> None:
    """Who locks meanwhile never saw the words, and the slip before opens nothing any more."""
    assert not held.is_set()
    program.window.show_page("second_way")
    settle()
    press(page(program), "Make the slip")
    program.window.lock()
    settle()
    unlock(program, qtbot)
    assert not program.window.desk.read(slips.has_second)
    program.window.show_page("second_way")
    assert "nobody said that it is in its envelope" in said(page(program))


def test_what_is_shown_once_stays_whatever_is_written_meanwhile(program: Program, qtbot: Any, facility: Store) -> None:
    window = program.window
    window.show_page("second_way")
    shown = page(program)
    press(shown, "Make the slip")
    qtbot.waitUntil(lambda: "to be used once:" in said(shown), timeout=20_000)
    window.desk.tell(None)  # a bundle came in, or another worker wrote something
    assert "to be used once:" in said(shown)
    press(shown, "It is in its envelope")
    assert "There is a second way in." in said(shown)
