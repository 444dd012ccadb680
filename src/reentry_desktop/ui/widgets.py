"""The pieces pages are built of: words, buttons, cards, pills, messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..base.problems import Problem
from ..base.words import _
from . import tokens as t
from .icons import icon, pixmap
from .layouts import Flow
from .style import column_width, em

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet looks at, and draw the widget anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def reveal(widget: QWidget, on: bool) -> None:
    """Show or hide *widget*. One without a parent yet is shown with its parent, never as a window of its own."""
    if not on:
        widget.hide()
    elif widget.parentWidget() is not None:
        widget.show()
    else:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say *words*. Without one it does nothing."""
    if not words:
        return
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class Sentence(QLabel):
    """Words that wrap, never wider than about 70 characters. Always plain text: names may hold any sign."""

    def __init__(self, words: str = "", *, tone: str = "", role: str = "", wide: bool = False) -> None:
        super().__init__(words)
        self._wide = wide
        self._measured: dict[int, QRect] = {}
        self._widest = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setProperty("tone", tone)
        self.setProperty("role", role)

    def setText(self, words: str) -> None:
        self._measured.clear()
        super().setText(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measured.clear()
            self._widest = 0
        super().changeEvent(event)

    def _limit(self) -> int:
        if not self._widest:
            self._widest = 16_777_215 if self._wide else column_width(self)
        return self._widest

    def hasHeightForWidth(self) -> bool:
        return True

    def _bounds(self, width: int) -> QRect:
        # Asked some hundred times while a page is laid out, for few widths.
        if width not in self._measured:
            whole = QRect(0, 0, max(1, width), 16_777)
            self._measured[width] = self.fontMetrics().boundingRect(whole, _WRAPPED, self.text())
        return self._measured[width]

    def heightForWidth(self, width: int) -> int:
        return self._bounds(min(width, self._limit())).height()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        bounds = self._bounds(min(em(40), self._limit()))
        return QSize(bounds.width() + 2, bounds.height())

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        longest = max(self.text().split(), key=len, default="")
        wide = min(self.fontMetrics().horizontalAdvance(longest) + 2, em(16))
        return QSize(wide, self.fontMetrics().height() if self.text() else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setContentsMargins(0, 0, max(0, self.width() - self._limit()), 0)
        super().resizeEvent(event)


class Heading(Sentence):
    """The title of a page (1) or of a card (2)."""

    def __init__(self, words: str = "", level: int = 2) -> None:
        super().__init__(words, role=f"h{level}", wide=level == 1)


class Icon(QLabel):
    """A drawing beside words. Screen readers skip it; the words say the same."""

    def __init__(self, name: str, colour: str = t.TEXT, *, size: float = 1.25) -> None:
        super().__init__()
        self._name, self._colour, self._size = name, colour, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._draw()

    def show_icon(self, name: str, colour: str) -> None:
        """Draw another one."""
        self._name, self._colour = name, colour
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(pixmap(self._name, self._colour, em(self._size), self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw()


_ICON_COLOURS = {"primary": t.ON_PRIMARY, "danger": t.ON_PRIMARY, "link": t.PRIMARY, "on-dark": t.SIDEBAR_TEXT}


class Button(QPushButton):
    """A button whose words are a verb. ``kind`` is "", primary, danger, link, quiet, chip or on-dark."""

    kind = ""

    def __init__(
        self, words: str = "", press: Callable[[], object] | None = None, *, icon_name: str = "", kind: str = ""
    ) -> None:
        super().__init__(words)
        kind = kind or self.kind
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._icon_name = icon_name
        self._icon_gap = bool(words or kind)
        self._draw()
        if press is not None:
            self.clicked.connect(lambda _on=False: press())

    def set_icon(self, name: str) -> None:
        """Draw another one beside the words."""
        self._icon_name = name
        self._draw()

    def _draw(self) -> None:
        if self._icon_name:
            kind = self.property("kind")
            colour = _ICON_COLOURS.get(kind, t.TEXT) if self.isEnabled() else t.MUTED
            self.setIcon(icon(self._icon_name, colour, em(1.25), self.devicePixelRatioF(), gap=self._icon_gap))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.EnabledChange):
            self._draw()


class PrimaryButton(Button):
    """The one thing this page is for. One a page."""

    kind = "primary"


class LinkButton(Button):
    """A way to somewhere else, or a small act beside words."""

    kind = "link"


class Chip(Button):
    """An idea to take, or one of a few to choose from (``checkable``)."""

    kind = "chip"

    def __init__(
        self,
        words: str = "",
        press: Callable[[], object] | None = None,
        *,
        icon_name: str = "",
        checkable: bool = False,
    ) -> None:
        super().__init__(words, press, icon_name=icon_name)
        self.setCheckable(checkable)

    def sizeHint(self) -> QSize:
        """With room for the bolder letters of the chosen one."""
        hint = super().sizeHint()
        if self.isCheckable():
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.Bold)
            extra = QFontMetrics(bold).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(
                self.text()
            )
            hint.setWidth(hint.width() + max(0, extra))
        return hint


class Pill(QFrame):
    """A state: an icon and a word. It keeps its own size, and its colour never speaks alone."""

    def __init__(self, words: str, tone: str = "plain", *, icon_name: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.S2 + 2, t.S1 - 1, t.S3, t.S1 - 1)
        row.setSpacing(t.S1 + 2)
        self._icon = Icon("circle", size=1)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setProperty("role", "small")
        row.addWidget(self._icon)
        row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(words, tone, icon_name=icon_name)

    def show_state(self, words: str, tone: str = "plain", *, icon_name: str = "") -> None:
        """Show another state."""
        restyle(self, "pill", tone)
        self._words.style().unpolish(self._words)  # its colour follows the frame's tone
        self._words.style().polish(self._words)
        self._icon.show_icon(icon_name or t.TONE_ICONS[tone], t.TONES[tone][0])
        self._words.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def text(self) -> str:
        """The word it shows."""
        return self._words.text()


class Rule(QFrame):
    """A hairline between two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "line")
        self.setFixedHeight(1)


class Card(QFrame):
    """A white sheet with an optional heading; put things into it with ``add``."""

    def __init__(self, title: str = "", *widgets: QWidget, note: str = "") -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(t.S5 - 4, t.S4, t.S5 - 4, t.S5 - 4)
        self.box.setSpacing(t.S3)
        if title:
            self.heading = Heading(title)
            self.box.addWidget(self.heading)
        if note:
            self.box.addWidget(Sentence(note, tone="muted"))
        for widget in widgets:
            self.add(widget)

    def clear(self) -> None:
        """Take away everything under the heading."""
        for place in reversed(range(self.box.count())):
            item = self.box.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is getattr(self, "heading", None):
                continue
            self.box.takeAt(place)
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put *widget* under what is there. A button keeps its own width."""
        side = Qt.AlignmentFlag.AlignLeft if isinstance(widget, QPushButton) else Qt.AlignmentFlag(0)
        self.box.addWidget(widget, stretch, side)


class Notice(QFrame):
    """A message inside the page: an icon, one or two sentences, and what to do. It takes no focus away."""

    def __init__(self, words: str = "", tone: str = "info") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(t.S3, t.S3, t.S3, t.S3)
        row.setSpacing(t.S3)
        self._icon = Icon("info")
        self._words = Sentence()
        self._more = Sentence(tone="muted", role="small")
        self._more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._acts = Flow()
        column = QVBoxLayout()
        column.setSpacing(t.S1)
        for widget in (self._words, self._more, self._acts):
            column.addWidget(widget)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self._more.hide()
        self._acts.hide()
        self.say(words, tone)

    def say(self, words: str, tone: str = "info", *, more: str = "", acts: Sequence[QPushButton] = ()) -> None:
        """Show *words*; nothing to say hides it. *acts* are buttons under the words."""
        restyle(self, "notice", tone)
        self._icon.show_icon(t.TONE_ICONS[tone], t.TONES[tone][0])
        self._words.setText(words)
        self._more.setText(more)
        reveal(self._more, bool(more))
        self._acts.clear()
        for act in acts:
            self._acts.add(act)
        reveal(self._acts, bool(acts))
        self.setAccessibleName(words)
        reveal(self, bool(words))
        announce(self, words)

    def text(self) -> str:
        """The words shown, or nothing."""
        return self._words.text()


class InlineProblem(Notice):
    """Where a page says what went wrong: hidden until there is something."""

    def __init__(self) -> None:
        super().__init__("", "danger")

    def show_problem(self, problem: Problem | str, *, support: bool = True) -> None:
        """Show a ``Problem``'s sentence, with its code to copy for whoever helps. The code names nobody."""
        if isinstance(problem, str):
            self.say(problem, "danger")
            return
        more, acts = "", []
        if support and problem.code and problem.code != "refused":
            more = _("Code: {code}").format(code=problem.code)
            acts = [LinkButton(_("Copy the code for support (no names)"), lambda: _copy(more), icon_name="copy")]
        self.say(problem.sentence, "danger", more=more, acts=acts)

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.say("", "danger")


def _copy(words: str) -> None:
    from PySide6.QtGui import QGuiApplication

    QGuiApplication.clipboard().setText(words)


class EmptyState(QWidget):
    """What stands where there is nothing yet: an icon, a sentence, and the way on."""

    def __init__(self, icon_name: str, words: str, *acts: QPushButton, more: str = "") -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(t.S4, t.S5, t.S4, t.S5)
        box.setSpacing(t.S3)
        middle = Qt.AlignmentFlag.AlignHCenter
        box.addWidget(Icon(icon_name, t.PRIMARY, size=2.25), 0, middle)
        for line, role, tone in ((words, "strong", ""), (more, "", "muted")):
            sentence = Sentence(line, tone=tone, role=role, wide=True)
            sentence.setAlignment(middle)
            reveal(sentence, bool(line))
            box.addWidget(sentence)
        for act in acts:
            box.addWidget(act, 0, middle)
