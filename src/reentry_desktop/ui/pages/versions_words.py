"""Her words as they are shown for reading: never cut, and what changed in them marked by more than color."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ...actions.plan_versions import Difference, word_changes
from ...base.words import N_, _, in_language
from ...records.base import Field, Record, fields
from ...records.plan import HowWritten, PlanAnswer, Supporter
from ...records.plan_item import ITEM_COLUMNS, PlanItem
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, SplitLayout, Stack
from ..style import column_width, em
from ..widgets import Button, Pill, Sentence

Runs = Sequence[tuple[str, str]]
Say = Callable[[str], str]
KINDS: dict[str, type[Record]] = {cls.__tablename__: cls for cls in (PlanAnswer, PlanItem, Supporter)}
LOOKS = {
    "changed": (N_("Different"), "info", "pencil"),
    "added": (N_("Added"), "ok", "plus"),
    "removed": (N_("Taken out"), "warn", "x"),
}
"""how -> (word, tone, icon)"""
_SPOKEN = {"removed": N_("taken out: {words}"), "added": N_("new: {words}")}


class HerWords(QLabel):
    """Words that wrap anywhere, so that none is lost; runs that were "added" or "removed" are marked.

    What is new is underlined and bold, what was taken out is struck through; a screen reader hears it said.
    """

    def __init__(self, words: str | Runs, *, small: bool = False) -> None:
        self.runs: Runs = [("same", words)] if isinstance(words, str) else words
        super().__init__("".join(text for _how, text in self.runs))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "small" if small else "")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        spoken = (_(_SPOKEN[how]).format(words=text.strip()) if how in _SPOKEN else text for how, text in self.runs)
        if any(how in _SPOKEN for how, _text in self.runs):
            self.setAccessibleName("; ".join(words.strip() for words in spoken if words.strip()))
        self._paper = QTextDocument(self)
        self._paper.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._paper.setDefaultTextOption(option)
        cursor = QTextCursor(self._paper)
        for how, text in self.runs:
            cursor.insertText(text, _look(how))
        self._dress()

    def _dress(self) -> None:
        self._paper.setDefaultFont(self.font())
        self.updateGeometry()

    def _lay(self, width: int) -> int:
        wide = max(1, min(width, column_width(self)))
        if self._paper.textWidth() != wide:
            self._paper.setTextWidth(wide)
        return math.ceil(self._paper.size().height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(width)

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        wide = min(em(24), round(self._paper.idealWidth()) + 1) if self._paper.textWidth() < 0 else em(24)
        return QSize(wide, self._lay(wide))

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(em(8), self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay(self.width())
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self.palette().color(QPalette.ColorRole.WindowText))
        self._paper.documentLayout().draw(QPainter(self), context)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_paper"):
            self._dress()


def _look(how: str) -> QTextCharFormat:
    """Words and ground are both given, so that they stand together on any theme."""
    look = QTextCharFormat()
    if how in _SPOKEN:
        words, ground = t.TONES["ok" if how == "added" else "warn"]
        look.setForeground(QColor(words))
        look.setBackground(QColor(ground))
    if how == "added":
        look.setFontUnderline(True)
        look.setFontWeight(QFont.Weight.DemiBold)
    elif how == "removed":
        look.setFontStrikeOut(True)
    return look


def value_words(spec: Field, value: Any, say: Say, language: str) -> str:
    """A value as a person reads it, in the plan's language."""
    if value in ("", None, False):
        return ""
    if isinstance(value, dt.date):
        return show_day(value, language)
    if value is True:
        return say(N_("Yes"))
    labels = {member.value: member.label for member in spec.choices} if spec.choices else {}
    return say(labels[str(value)]) if str(value) in labels else str(value)


def field_words(kind: str, name: str, value: Any, say: Say, language: str) -> tuple[str, str]:
    """(label, value) of a field besides her words; others are told in ``Difference``."""
    if name == "tools":
        return say(N_("Tools")), ", ".join(value)
    if name == "wording":
        return say(N_("In the other language")), str(value)
    if name == "place":
        return say(N_("Its place in the list")), str(value)
    spec = fields(KINDS[kind])[name]
    return say(spec.label), value_words(spec, value, say, language)


def details(record: Any, say: Say, language: str) -> str:
    """What is known of an answer, an entry or a supporter besides its words, on one line."""
    if isinstance(record, Supporter):
        names: Sequence[str] = ("relation", "phone", "role", "asked_on", "agreed", "agreed_to_copy")
    else:
        names = ITEM_COLUMNS.get(record.kind, ()) if isinstance(record, PlanItem) else ()
    found = []
    for name in names:
        label, words = field_words(record.__tablename__, name, getattr(record, name), say, language)
        if words and not (name == "person" and not record.words):
            found.append(f"{label}: {words}")
    how = str(getattr(record, "how_written", ""))
    labels = {member.value: member.label for member in HowWritten}
    if how in labels:
        found.append(say(labels[how]))
    return " · ".join(found)


def headline(record: Any) -> str:
    """The words a record is known by."""
    return str(record.name if isinstance(record, Supporter) else record.words or getattr(record, "person", ""))


def name_of(number: int) -> str:
    """What a version is called; 0 is as it stands now."""
    return _("Version {n}").format(n=number) if number else _("As it stands now")


class ChangeRow(Stack):
    """One difference: what kind, her words before and after side by side, or one under the other on a small screen."""

    def __init__(self, found: Difference, earlier: int, later: int, language: str, restore: Button | None) -> None:
        super().__init__(space=t.S2)
        word, tone, icon = LOOKS[found.how]
        head = Flow(Pill(_(word), tone, icon_name=icon), space=t.S3)
        if restore is not None:
            head.add(restore)
        self.add(head)
        runs = word_changes(found.before, found.after)
        old = [run for run in runs if run[0] != "added"]
        new = [run for run in runs if run[0] != "removed"]
        whole = QWidget()
        split = SplitLayout(whole, ratio=(1, 1), narrow=34)
        say = in_language(language).gettext
        split.addWidget(_side(name_of(earlier), old, found, 1, say, language))
        split.addWidget(_side(name_of(later), new, found, 2, say, language))
        self.add(whole)


def _side(title: str, runs: list[tuple[str, str]], found: Difference, at: int, say: Any, language: str) -> Stack:
    """One of the two: its words, then the fields that are not the same; 1 is before, 2 after."""
    side = Stack(Sentence(title, tone="muted", role="small"), space=t.S1)
    absent = {(1, "added"): _("Not there yet."), (2, "removed"): _("No longer there.")}.get((at, found.how))
    if absent:
        side.add(Sentence(absent, tone="muted"))
        return side
    side.add(HerWords(runs))
    for name, *values in found.fields:
        label, words = field_words(found.kind, name, values[at - 1], say, language)
        how = "removed" if at == 1 else "added"
        side.add(HerWords([("same", f"{label}: "), (how, words) if words else ("same", _("nothing"))], small=True))
    return side
