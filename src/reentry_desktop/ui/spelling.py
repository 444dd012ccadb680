"""Spell check, offline and only where somebody asked for it: words that no dictionary knows are underlined.

A dictionary is read beside the window when it is first needed, and let go when the check is switched off. What she
writes is compared in memory alone. Nothing is learned, and no word of hers reaches a file.
"""

from __future__ import annotations

import io
import re
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from shiboken6 import isValid

from ..base.paths import resource
from ..base.problems import Problem
from ..base.words import _
from . import tokens as t

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu, QPlainTextEdit

    from .page import Page

FILES = {"en": "en_US", "es": "es_ES"}
LONGEST = 25_000
"""Characters of a text that is still looked through: longer ones are no answer of hers."""
SLICE = 0.004
"""Seconds of looking words up at a time, so that a key is never waited for."""
OFFERED = 6
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_dictionaries: dict[str, Any] = {}  # language -> dictionary: one of each for the whole program


def _load(language: str) -> Any:
    """Read a dictionary. Takes a second: never on the window's own thread."""
    from spylls.hunspell import Dictionary
    from spylls.hunspell.readers import read_aff, read_dic
    from spylls.hunspell.readers.file_reader import BaseReader

    class Held(BaseReader):  # type: ignore[misc]
        """A file read whole: the library's own reader leaves it open."""

        def __init__(self, name: str) -> None:
            self._text = resource("dictionaries", name).read_bytes().decode()
            super().__init__(io.StringIO(self._text))

        def reset_encoding(self, encoding: str) -> None:
            """Ours are all in UTF-8."""

    try:
        rules, context = read_aff(Held(f"{FILES[language]}.aff"))
        return Dictionary(rules, read_dic(Held(f"{FILES[language]}.dic"), aff=rules, context=context))
    except OSError as error:
        raise Problem(
            _(
                "The dictionary cannot be read, so spelling is not checked. Every word is safe. "
                "Install the program again."
            )
        ) from error


class Unchecked:
    """Where spelling is not checked at all, as when she writes herself."""

    def watch(self, edit: QPlainTextEdit) -> None:
        """Nothing is marked."""


class Spelling(QObject, Unchecked):
    """Marks words in the texts it was given to ``watch``, while it is switched on."""

    def __init__(self, page: Page, *, on: bool) -> None:
        super().__init__(page)
        self._page, self.on = page, on
        self.language = "en"
        self._edits: list[QPlainTextEdit] = []
        self._marks: dict[QPlainTextEdit, _Marks] = {}
        self._known: dict[str, bool] = {}
        self._asked: deque[str] = deque()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._look_up)

    @property
    def ready(self) -> bool:
        """Whether it is on and the dictionary is here."""
        return self.on and self.language in _dictionaries

    def switch(self, on: bool) -> None:
        """Mark from now on, or no longer."""
        self.on = on
        if not on:
            _dictionaries.clear()
        self._begin()

    def speak(self, language: str) -> None:
        """Check in this language from now on."""
        if language != self.language:
            self.language = language
            self._known.clear()
            self._asked.clear()
            self._begin()

    def watch(self, edit: QPlainTextEdit) -> None:
        """Mark the words of *edit* too, as long as it lives."""
        self._edits = [known for known in self._edits if isValid(known)]
        self._marks = {known: marks for known, marks in self._marks.items() if isValid(known)}
        self._edits.append(edit)
        edit.installEventFilter(self)
        edit.viewport().installEventFilter(self)
        self._begin()

    def _begin(self) -> None:
        if self.on and self.language not in _dictionaries and self.language in FILES:
            language = self.language
            self._page.later(lambda _job: _load(language), lambda found: self._loaded(language, found))
        for edit in filter(isValid, self._edits):
            if self.ready and edit not in self._marks:
                self._marks[edit] = _Marks(edit, self)
            elif not self.ready and edit in self._marks:
                self._marks.pop(edit).end()
            elif self.ready:
                self._marks[edit].rehighlight()

    def _loaded(self, language: str, found: Any) -> None:
        if self.on and language not in _dictionaries:
            _dictionaries[language] = found
        if language == self.language:
            self._begin()

    def knows(self, word: str) -> bool | None:
        """Whether the dictionary knows *word*; None where it is not looked up yet, and will be."""
        found = self._known.get(word)
        if found is None:
            self._asked.append(word)
            self._turn.start()
        return found

    def _look_up(self) -> None:
        dictionary = _dictionaries.get(self.language)
        if dictionary is None:
            return
        end = time.perf_counter() + SLICE
        while self._asked and time.perf_counter() < end:
            word = self._asked.popleft()
            if word not in self._known:
                self._known[word] = bool(dictionary.lookup(word.replace("’", "'")))
        if self._asked:
            self._turn.start()
            return
        for edit, marks in self._marks.items():
            if isValid(edit):
                marks.mark_again()

    # Suggestions

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The menu of a text, with other words for one that is marked."""
        if event.type() != QEvent.Type.ContextMenu or not self.ready or not isinstance(event, QContextMenuEvent):
            return False
        edit = next((e for e in self._edits if isValid(e) and watched in (e, e.viewport())), None)
        if edit is None or edit.isReadOnly():
            return False
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = edit.textCursor() if by_key else edit.cursorForPosition(event.pos())
        menu = self.menu(edit, at)
        if menu is None:
            return False
        menu.aboutToHide.connect(menu.deleteLater)
        place = edit.cursorRect(at).bottomLeft() if by_key else QPoint(event.pos())
        menu.popup(edit.viewport().mapToGlobal(place))
        return True

    def menu(self, edit: QPlainTextEdit, at: QTextCursor) -> QMenu | None:
        """The menu for the word at *at*, or none where it is not marked. Its words come when they are found."""
        word = word_at(at)
        if word is None or self._known.get(word.selectedText()) is not False:
            return None
        menu = edit.createStandardContextMenu()
        first = menu.actions()[0] if menu.actions() else None
        waiting = menu.addAction(_("Looking for other words…"))
        waiting.setEnabled(False)
        menu.insertAction(first, waiting)  # type: ignore[arg-type]
        menu.insertSeparator(first)  # type: ignore[arg-type]
        dictionary, text = _dictionaries[self.language], word.selectedText()

        def suggest(_job: object) -> list[str]:
            found = []
            for suggestion in dictionary.suggest(text.replace("’", "'")):
                found.append(str(suggestion))
                if len(found) == OFFERED:
                    break
            return found

        self._page.later(suggest, lambda found: _offer(menu, waiting, word, found))
        return menu


def _offer(menu: QMenu, waiting: QAction, word: QTextCursor, found: list[str]) -> None:
    if not isValid(menu) or not isValid(waiting):
        return
    from PySide6.QtGui import QAction

    for suggestion in found:
        action = QAction(suggestion.replace("&", "&&"), menu)
        action.triggered.connect(lambda _on=False, suggestion=suggestion: word.insertText(suggestion))
        menu.insertAction(waiting, action)
    if found:
        menu.removeAction(waiting)
    else:
        waiting.setText(_("No other word was found."))


def word_at(cursor: QTextCursor) -> QTextCursor | None:
    """A cursor that selects the word *cursor* stands in or at the end of; none between words."""
    block = cursor.block()
    place = cursor.positionInBlock()
    for start, end, _word in words_in(block.text()):
        if start <= place <= end:
            found = QTextCursor(block)
            found.setPosition(block.position() + start)
            found.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
            return found
    return None


def words_in(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, word) of each word, counted as Qt counts: a sign beyond the first 65,536 is two."""
    wide = any(letter > "\uffff" for letter in text)
    for match in WORD.finditer(text):
        start, end = match.span()
        if wide:
            start, end = _units(text[:start]), _units(text[:end])
        yield start, end, match.group()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Marks(QSyntaxHighlighter):
    """The wavy lines in one text. The word that is being typed is left alone until it is finished."""

    def __init__(self, edit: QPlainTextEdit, spelling: Spelling) -> None:
        super().__init__(edit.document())
        self._edit, self._spelling = edit, spelling
        self._waits: set[int] = set()
        self._typed: QTextBlock | None = None
        self._look = QTextCharFormat()
        self._look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._look.setUnderlineColor(QColor(t.FOCUS))
        edit.cursorPositionChanged.connect(self._moved)

    def highlightBlock(self, text: str) -> None:
        """Underline what the dictionary does not know."""
        if not self._spelling.ready or self.document().characterCount() > LONGEST:
            return
        block = self.currentBlock()
        cursor = self._edit.textCursor()
        place = -1
        if self._edit.hasFocus() and cursor.block().position() == block.position():
            place = cursor.positionInBlock()
        for start, end, word in words_in(text):
            if end == place:
                self._typed = block
                continue
            known = self._spelling.knows(word)
            if known is None:
                self._waits.add(block.blockNumber())
            elif not known:
                self.setFormat(start, end - start, self._look)

    def mark_again(self) -> None:
        """Words it waited for were looked up."""
        waits, self._waits = self._waits, set()
        document: QTextDocument = self.document()
        for number in waits:
            block = document.findBlockByNumber(number)
            if block.isValid():
                self.rehighlightBlock(block)

    def _moved(self) -> None:
        """The word that was being typed is left: it is looked at now."""
        block, self._typed = self._typed, None
        if block is not None and block.isValid():
            self.rehighlightBlock(block)

    def end(self) -> None:
        """Take every mark away."""
        self._edit.cursorPositionChanged.disconnect(self._moved)
        self.setDocument(None)
        self.deleteLater()
