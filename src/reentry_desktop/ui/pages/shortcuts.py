"""The keys, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from ...base.words import N_, _
from .. import tokens as t
from ..menus import keys
from ..page import Page
from ..widgets import Button, Card, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow


class ShortcutsPage(Page):
    """Ctrl+/ shows it."""

    key = "shortcuts"
    title = N_("Keyboard shortcuts")

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        topics = Button(_("Help"), lambda: self.shell.show_page("help"), icon_name="circle-question-mark")
        self.set_head(_(self.title), _("Everything can be done without a mouse. Alt opens the menus."), topics)
        grid = QWidget()
        rows = QGridLayout(grid)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(t.S6)
        rows.setVerticalSpacing(t.S3)
        rows.setColumnStretch(1, 1)
        for number, (key, does) in enumerate(keys()):
            rows.addWidget(Sentence(key, role="strong"), number, 0)
            rows.addWidget(Sentence(does), number, 1)
        self.add(Card("", grid))
