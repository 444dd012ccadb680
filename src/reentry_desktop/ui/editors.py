"""One editor for each kind of field: it shows a value, gives it back, and says when it changed. Days have their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent, QKeySequence, QTextOption, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from ..base.problems import Problem
from ..base.words import _
from . import tokens as t
from .layouts import Flow
from .style import em
from .widgets import restyle

if TYPE_CHECKING:
    from ..records.base import Choice

# Windows keeps what is typed for its own predictions unless a field says that it must not.
PRIVATE = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText


class Editor(QWidget):
    """``get`` and ``set`` a value; ``changed`` when a person changed it; ``left`` when she moves on."""

    changed = Signal()
    left = Signal()

    def get(self) -> Any:
        """The value. Raises ``Problem`` where what is typed has no meaning."""
        raise NotImplementedError

    def set(self, value: Any) -> None:
        """Show *value* without telling ``changed``."""
        raise NotImplementedError

    def typed(self) -> str:
        """What stands there as text, right or wrong: this is what a draft keeps."""
        return str(self.get() or "")

    def set_wrong(self, wrong: bool) -> None:
        """Mark the editor, beside the sentence that says what is wrong."""
        restyle(self.target(), "wrong", wrong)

    def target(self) -> QWidget:
        """What takes the focus and carries the name for a screen reader."""
        return self

    def name(self, words: str) -> None:
        """Tell a screen reader what this is."""
        self.target().setAccessibleName(words)

    def describe(self, words: str) -> None:
        """Tell a screen reader the help or the error beside it."""
        self.target().setAccessibleDescription(words)

    def _chosen(self) -> None:
        self.changed.emit()
        self.left.emit()

    def _hold(self, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S2)
        for widget in widgets:
            row.addWidget(widget)
        self.setFocusProxy(widgets[0])
        return row


def _for_the_window(event: QEvent, *, undo: bool, redo: bool) -> bool:
    """Whether a key that Qt would keep for a text's own undo is free: the text has nothing to undo."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    standard = QKeySequence.StandardKey
    return (event.matches(standard.Undo) and not undo) or (event.matches(standard.Redo) and not redo)


class LineEdit(QLineEdit):
    """The line of an editor. ``key`` may take a key before the line does."""

    left = Signal()
    key: Callable[[QKeyEvent], bool] | None = None

    def event(self, event: QEvent) -> bool:
        if _for_the_window(event, undo=self.isUndoAvailable(), redo=self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.key is None or not self.key(event):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def too_long(text: str, most: int) -> str:
    """What is said beside a text of more than *most* characters."""
    over = len(text.strip()) - most
    return _("This is {count} characters too long. Nothing is lost: make it shorter.").format(count=f"{over:,}")


def _fits(text: str, most: int | None) -> str:
    """*text* without blanks around it. Raises ``Problem`` where it is too long."""
    found = text.strip()
    if most is not None and len(found) > most:
        raise Problem(too_long(found, most), code="long")
    return found


class Line(Editor):
    """One line of text. What is pasted into it is never cut without a word: too much is said beside it."""

    def __init__(self, *, most: int | None = None) -> None:
        super().__init__()
        self.most = most
        self.edit = LineEdit()
        self.edit.setInputMethodHints(PRIVATE)
        self.edit.textEdited.connect(lambda _text: self.changed.emit())
        self.edit.left.connect(self.left)
        self.row = self._hold(self.edit)

    def get(self) -> Any:
        return _fits(self.edit.text(), self.most)

    def set(self, value: Any) -> None:
        self.edit.setText(str(value or ""))

    def typed(self) -> str:
        return self.edit.text()

    def target(self) -> QWidget:
        return self.edit


class Number(Line):
    """A whole number, or nothing."""

    def __init__(self, *, least: int | None = None, most: int | None = None) -> None:
        super().__init__()
        self.edit.setMaxLength(12)
        self.least, self.greatest = least, most
        self.edit.setValidator(QIntValidator(self.edit))
        self.edit.setInputMethodHints(PRIVATE | Qt.InputMethodHint.ImhDigitsOnly)
        self.edit.setMaximumWidth(em(9))
        self.row.addStretch()
        self.row.setStretch(0, 1)

    def get(self) -> int | None:
        text = self.edit.text().strip()
        if not text:
            return None
        try:
            value = int(text)
        except ValueError as error:
            raise Problem(_("Type a whole number."), code="number") from error
        if self.least is not None and value < self.least:
            raise Problem(_("The least is {number}.").format(number=self.least), code="number")
        if self.greatest is not None and value > self.greatest:
            raise Problem(_("The most is {number}.").format(number=self.greatest), code="number")
        return value

    def set(self, value: Any) -> None:
        self.edit.setText("" if value is None else str(value))


class _Text(QPlainTextEdit):
    left = Signal()

    def event(self, event: QEvent) -> bool:
        own = self.document()
        if _for_the_window(event, undo=own.isUndoAvailable(), redo=own.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Note(Editor):
    """Text of several lines, plain. Tab leaves it; the box grows with what is in it."""

    def __init__(self, *, most: int | None = None, lines: int = 4) -> None:
        super().__init__()
        self.most, self.lines = most, lines
        self._quiet = False
        self._revision = -1
        self.edit = _Text()
        self.edit.setTabChangesFocus(True)
        self.edit.setInputMethodHints(PRIVATE)
        self.edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.textChanged.connect(self._on_text)
        self.edit.left.connect(self.left)
        self._hold(self.edit)
        self._grow()

    def _on_text(self) -> None:
        now = self.edit.document().revision()
        if now == self._revision:
            return  # its look changed, not its words: a mark under a word came or went
        self._revision = now
        self._grow()
        if not self._quiet:
            self.changed.emit()

    def show_lines(self, lines: int) -> None:
        """Be so many lines high at least."""
        self.lines = lines
        self._grow()

    def _grow(self) -> None:
        lines = min(14, max(self.lines, int(self.edit.document().size().height()) + 1))
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * lines + 24)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._grow()

    def get(self) -> str:
        return _fits(self.edit.toPlainText(), self.most)

    def set(self, value: Any) -> None:
        self._quiet = True
        self.edit.setPlainText(str(value or ""))
        self._quiet = False

    def typed(self) -> str:
        return self.edit.toPlainText()

    def target(self) -> QWidget:
        return self.edit


class _Box(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change an answer


class ChoiceBox(Editor):
    """One of a list, or nothing. A word from a newer program is shown as it is and kept."""

    def __init__(self, choices: type[Choice] | list[tuple[str, str]], *, required: bool = False) -> None:
        super().__init__()
        self.box = _Box()
        pairs = choices if isinstance(choices, list) else [(member.value, member.label) for member in choices]
        if not required:
            self.box.addItem(_("Not chosen"), "")
        for value, label in pairs:
            self.box.addItem(_(label), value)
        if required:
            self.box.setPlaceholderText(_("Choose"))
            self.box.setCurrentIndex(-1)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.setMinimumContentsLength(8)
        self.box.setMaximumWidth(em(28))
        self.box.activated.connect(self._chosen)
        row = self._hold(self.box)
        row.addStretch()

    def get(self) -> Any:
        return self.box.currentData() or ""

    def set(self, value: Any) -> None:
        value = value or ""
        place = self.box.findData(value)
        if place < 0 and value:
            self.box.addItem(str(value), value)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)

    def target(self) -> QWidget:
        return self.box


class YesNo(Editor):
    """Yes or no, both in sight; nothing is chosen for her."""

    def __init__(self) -> None:
        super().__init__()
        self.yes, self.no = QRadioButton(_("Yes")), QRadioButton(_("No"))
        self._both = QButtonGroup(self)
        for button in (self.yes, self.no):
            self._both.addButton(button)
            button.clicked.connect(self._chosen)
        self._hold(Flow(self.yes, self.no, space=t.S4))
        self.setFocusProxy(self.yes)

    def get(self) -> bool | None:
        return True if self.yes.isChecked() else False if self.no.isChecked() else None

    def typed(self) -> str:
        return {True: "yes", False: "no", None: ""}[self.get()]

    def set(self, value: Any) -> None:
        self._both.setExclusive(False)
        self.yes.setChecked(value is True or value == "yes")
        self.no.setChecked(value is False or value == "no")
        self._both.setExclusive(True)

    def name(self, words: str) -> None:
        self.setAccessibleName(words)
        self.yes.setAccessibleName(_("{question}: yes").format(question=words))
        self.no.setAccessibleName(_("{question}: no").format(question=words))

    def describe(self, words: str) -> None:
        self.setAccessibleDescription(words)
