"""A PC was lost, in the window: the office saves the card, and the site starts again with its kit or without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from reentry_desktop.actions import setup, sync
from reentry_desktop.exchange import identity
from reentry_desktop.store import Store
from reentry_desktop.ui.pages.trust import TrustPage

from ..stores import Clock, Template, exchange_cards
from .desks import open_window
from .programs import begin, press, said, settle


@pytest.fixture
def card(qapp: QApplication, qtbot: Any, facility: Store, office: Store, tmp_path: Path,
         monkeypatch: pytest.MonkeyPatch) -> Path:  # fmt: skip
    """The lost facility's card, saved by its office from the page of who is trusted."""
    exchange_cards(facility, office)
    window = open_window(qapp, qtbot, office, [TrustPage])
    window.show_page("trust")
    path = tmp_path / "NORTH.card"
    monkeypatch.setattr("reentry_desktop.ui.pages.trust.choose_new_file", lambda *_args: path)
    press(window, "Save their card: North Facility")
    assert "NORTH.card is saved" in said(window)
    window.lock()
    return path


def _fill(welcome: Any, card: Path) -> None:
    welcome.lost.read_card(card)
    assert "North Facility (NORTH)" in said(welcome)
    welcome.person.show_values({"user": "rosalind"})
    for line in (welcome.new.first, welcome.new.again):
        line.edit.setText("another long passphrase")


def test_the_site_starts_again_with_two_parts_of_its_kit(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, facility_template: Template, clock: Clock,
    tmp_path: Path, card: Path,
) -> None:  # fmt: skip
    site = facility.site
    program = begin(qapp, qtbot, tmp_path / "new", clock)
    welcome: Any = program.window.stack.currentWidget()
    press(welcome, "Find the way back")
    assert "This is the better way" in said(welcome)
    press(welcome, "Start again without a backup")
    press(welcome, "Start again as this site")
    assert "Choose the card of your site first." in said(welcome)
    welcome.lost.read_card(tmp_path / "none.card")
    assert "This file cannot be read." in said(welcome)
    _fill(welcome, card)
    press(welcome, "Start again as this site")
    assert "Type both parts of the kit" in said(welcome)
    for part, words in zip("CB", welcome.lost.kit.parts, strict=True):
        words.setPlainText(facility_template.kit.text(part).decode())
    press(welcome, "Start again as this site")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    store, page = program.store, program.window.page
    assert store is not None
    assert page is not None
    assert (store.site, page.key) == (site, "kit")
    # The kit vouches: its new card is believed at the office without words.
    with store.read() as unit:
        assert unit.setting("succession")
    new, data = identity.own_card(store)
    with office.work("trust_card") as unit:
        assert sync.take_card(unit, new, data)


def test_without_the_kit_it_starts_by_words(
    qapp: QApplication, qtbot: Any, facility: Store, office: Store, clock: Clock, tmp_path: Path, card: Path
) -> None:
    program = begin(qapp, qtbot, tmp_path / "new", clock)
    welcome: Any = program.window.stack.currentWidget()
    welcome.lost.show_start()
    settle()
    welcome.lost.by_words.click()
    settle()
    assert not welcome.lost.kit.isVisible()
    assert "Each other site compares twelve words with you by phone" in said(welcome)
    _fill(welcome, card)
    press(welcome, "Start again as this site")
    qtbot.waitUntil(lambda: program.window.session is not None, timeout=10_000)
    store = program.store
    assert store is not None
    assert store.site == facility.site
    new, data = identity.own_card(store)
    with office.work("trust_card") as unit:
        assert not sync.take_card(unit, new, data)
        sync.trust_card(unit, new, data, " ".join(new.fingerprint), new_keys=True)


def test_every_screen_leads_back(qapp: QApplication, qtbot: Any, clock: Clock, tmp_path: Path) -> None:
    program = begin(qapp, qtbot, tmp_path / "new", clock)
    welcome: Any = program.window.stack.currentWidget()
    press(welcome, "Find the way back")
    press(welcome, "Start again without a backup")
    press(welcome, "Back to “Our PC was lost”")
    press(welcome, "Back to the beginning")
    assert "Set up this computer" in said(welcome)


def test_what_is_no_card_is_told(facility: Store, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="card"):
        setup.read_own_card(_letter(tmp_path))


def _letter(folder: Path) -> Path:
    path = folder / "letter.card"
    path.write_text("Dear all\n")
    return path
