"""What is said at the foot of the window, over the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ..base.words import _
from . import tokens as t
from .layouts import Flow, SplitLayout
from .page import Page
from .widgets import Icon, LinkButton, Sentence, announce


class Toast(QFrame):
    """A short word at the foot of the window that something was done, with Undo. It waits while it is used."""

    SECONDS = 10

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("part", "toast")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(t.S4, t.S1, t.S2, t.S1)
        self._icon = Icon("check", t.AMBER)
        self._words = Sentence(wide=True)
        self.undo = LinkButton(_("Undo"))
        self.undo.clicked.connect(self._undo)
        self.close_button = LinkButton(_("Close"))
        self.close_button.clicked.connect(self.hide)
        said = QWidget()
        row = QHBoxLayout(said)
        row.setContentsMargins(0, t.S2, 0, t.S2)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        both = QWidget()
        split = SplitLayout(both, space=t.S3)
        split.addWidget(said)
        split.addWidget(Flow(self.undo, self.close_button))
        whole.addWidget(both)
        self._act: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True, interval=self.SECONDS * 1000)
        self._timer.timeout.connect(self._over)
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str, undo: Callable[[], object] | None = None) -> None:
        """Show *words* for ten seconds; *undo* is done where she asks for it."""
        self._words.setText(words)
        self._act = undo
        self.undo.setVisible(undo is not None)
        self.setAccessibleName(words)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()
        announce(self, words)

    def set_words(self, words: str) -> None:
        """Other words at the same place, without saying them again."""
        self._words.setText(words)

    def _undo(self) -> None:
        self.hide()
        if self._act is not None:
            act, self._act = self._act, None
            act()

    def _over(self) -> None:
        focus = self.window().focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
        else:
            self.hide()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        page = parent.currentWidget() if isinstance(parent, QStackedWidget) else None
        room = page.toast_room() if isinstance(page, Page) else None
        room = room or parent.rect().adjusted(t.S4, 0, -t.S4, -t.S5)
        width = min(self.sizeHint().width(), room.width())
        height = self.heightForWidth(width)
        self.setGeometry(room.center().x() - width // 2, room.bottom() - height, width, height)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()  # how high it is shows once its words have found their lines
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
