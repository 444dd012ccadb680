"""What every screen of Sit together has: one question in large words, the way on, and a strip for the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ...base.words import LANGUAGES, N_, _, in_language
from ...records.plan import HowWritten
from .. import tokens as t
from ..editors import ChoiceBox
from ..layouts import Flow, Reading, SplitLayout
from ..style import em
from ..widgets import Button, Chip, Heading, Icon, LinkButton, Sentence, announce, restyle

if TYPE_CHECKING:
    from ...records.base import Choice

LEAST = 56
"""Pixels of height of whatever leads on: hands shake."""
COLUMN = 38
"""em of the widest line of words."""
TIGHT = (30, 24)
"""em of width and height under which the question scrolls; one slim row and the way on stay in their places."""


class Big(Button):
    """A button that is hit without aiming."""

    def sizeHint(self) -> QSize:
        low = self.property("role") == "foot"
        return super().sizeHint().expandedTo(QSize(em(2.5 if low else 5), LEAST if low else max(LEAST, em(2.5))))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())


def in_desk_words(choices: type[Choice], say: Callable[[str], str], *, but: str = "") -> ChoiceBox:
    """A list for the worker among her words: in the worker's language. The choice *but* is left out."""
    made = ChoiceBox([(way.value, way.label) for way in choices if way.value != but], required=True)
    for place, label in enumerate(way.label for way in choices if way.value != but):
        made.box.setItemText(place, say(label))
    return made


class _Area(QScrollArea):
    """Scrolls up and down; what is in it stays in the middle, also where there is a scroll bar at the right."""

    balanced = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        # what is in it must not make the page longer
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.verticalScrollBar().rangeChanged.connect(self._balance)

    def _balance(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if most else 0
        self.setViewportMargins(bar, 0, 0, 0)
        self.balanced.emit(bar)


class SitFrame(QWidget):
    """Section and languages above, the question large, the way on below; ``strip`` is for the worker.

    It folds by what there is of *room*, the widget that shows it.
    """

    language_asked = Signal(str)
    how_chosen = Signal(str)
    folded = Signal(bool)

    def __init__(self, room: QWidget, language: str, desk_language: str, *, keyboard_hers: bool) -> None:
        super().__init__()
        self._room = room
        self._desk = in_language(desk_language).gettext
        self.keyboard_hers = keyboard_hers
        self.tight: bool | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(t.S3)
        self.section = Sentence(tone="muted", wide=True)
        self.serious = LinkButton(_("If something serious comes up"), icon_name="shield-check")
        self.serious.setToolTip(_("For abuse, or a wish to die. It leaves the plan at once. Every word is kept."))
        self.serious.setAccessibleDescription(self.serious.toolTip())
        self.top = self._make_top(language)
        self.prompt = Heading("", 1)
        self.prompt.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._asked = QWidget()
        beside = QVBoxLayout(self._asked)
        words = QWidget()
        self._words = QVBoxLayout(words)
        self._words.setContentsMargins(0, 0, 0, 0)
        self._words.setSpacing(t.S1)
        self._words.addWidget(self.prompt)
        beside.addWidget(Reading(words, width=COLUMN, centred=True))
        self.area = _Area()
        self.area.balanced.connect(self._line_up)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(t.S1, 0, t.S1, t.S3)
        self._column.setSpacing(t.S4)
        self._shown: QWidget = QWidget()
        self._column.addWidget(self._shown)
        self._column.addStretch(1)
        self.area.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)
        self.stop, self.back = Big(_("Stop"), icon_name="circle-pause"), Big(_("Back"), icon_name="arrow-left")
        self.skip, self.next = Big(_("Skip")), Big(_("Next"), kind="primary", icon_name="arrow-right")
        self.stop.setToolTip(_("Covers the screen. Every word is kept."))
        self.stop.setAccessibleDescription(self.stop.toolTip())
        self.foot = QWidget()
        split = SplitLayout(self.foot, space=t.S3)
        split.addWidget(Flow(self.stop, self.back, space=t.S3))
        split.addWidget(Flow(self.skip, self.next, space=t.S3, right=True))
        self.strip = self._make_strip()
        self._fold(tight=False)  # Tab goes in this order, folded or not
        self._fit()
        room.installEventFilter(self)

    def _make_top(self, language: str) -> QWidget:
        top = QWidget()
        split = SplitLayout(top, space=t.S3)
        self.tongues: dict[str, Chip] = {}
        self.limits = Button(_("What I must pass on"), icon_name="info", kind="quiet")
        self.limits.setToolTip(_("Key: F1"))
        self.aids = Flow(self.limits, space=t.S2, right=True)
        group = QButtonGroup(self)
        for code, name in LANGUAGES.items():
            chip = Chip(name, checkable=True)
            chip.setChecked(code == language)
            chip.setAccessibleName(_("The program's words in {language}").format(language=name))
            chip.clicked.connect(lambda _on=False, code=code: self.language_asked.emit(code))
            group.addButton(chip)
            self.tongues[code] = chip
            self.aids.add(chip)
        split.addWidget(self.section)
        split.addWidget(self.aids)
        return top

    def _make_strip(self) -> Flow:
        """Who wrote it, in the worker's language; who types; and what she may need at once."""
        say = self._desk
        self.how = in_desk_words(HowWritten, say, but="" if self.keyboard_hers else HowWritten.HERSELF.value)
        self.how.box.setProperty("role", "aside")
        self.how.name(say(N_("Who wrote it")))
        self.how.changed.connect(self._chose)
        self.typing = Sentence("", tone="muted", wide=True)
        self.hers = Chip(_("You type"), checkable=True)
        self.hers.clicked.connect(self._switch)
        self.read = LinkButton(_("Read it back"), icon_name="book-open")
        self.soon = Icon("clock", t.MUTED, size=0.9)
        self.soon.setAccessibleName(say(N_("The screen is covered soon. Press any key to stay.")))
        self.soon.setToolTip(self.soon.accessibleName())
        self.soon.hide()
        return Flow(self.how, self.hers, self.typing, self.read, self.soon, space=t.S4)

    def show_strip(self, *, writing: bool, how: bool, read: bool) -> None:
        """What the strip offers here: who wrote it and who types at a question, reading back once there are words."""
        self.how.setVisible(how)
        self.typing.setVisible(writing)
        self.hers.setVisible(writing and self.keyboard_hers)
        self.read.setVisible(read)

    def say_how(self, how: str) -> None:
        """Show who writes."""
        self.how.set(how)
        hers = how == HowWritten.HERSELF
        if hers and not self.keyboard_hers:  # she typed it when the site let her: it is told, not offered
            self.how.box.setItemText(self.how.box.currentIndex(), self._desk(HowWritten.HERSELF.label))
        self.hers.setChecked(hers)
        self.typing.setText(_("You type and you read.") if hers else _("You read. I type."))

    def _chose(self) -> None:
        self.say_how(str(self.how.get()))
        self.how_chosen.emit(str(self.how.get()))

    def _switch(self, on: bool) -> None:
        self.say_how(HowWritten.HERSELF if on else HowWritten.TOGETHER)
        self.how_chosen.emit(str(self.how.get()))

    # What is asked

    def put(self, view: QWidget, prompt: str, section: str = "", *, strip: bool = True) -> None:
        """Show another screen, and have it said."""
        self.setFocus()  # else Qt would give the focus of what is taken away to anything at all
        place = self._column.indexOf(self._shown)
        self._column.removeWidget(self._shown)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = Reading(view, width=COLUMN, centred=True)
        self._column.insertWidget(place, self._shown)
        self._shown.show()  # only what is shown can take the focus
        self.section.setText(section)
        self.prompt.setText(prompt)
        self.area.verticalScrollBar().setValue(0)
        self.strip.setVisible(strip)
        announce(self, f"{section}. {prompt}" if section else prompt)

    def show_ways(self, *, back: bool, skip: str = "", onward: str = "", icon_name: str = "arrow-right") -> None:
        """Name the ways from here; one without words is not there."""
        self.back.setVisible(back)
        self.skip.setText(skip)
        self.skip.setVisible(bool(skip))
        self.next.setText(onward)
        self.next.set_icon(icon_name)
        self.next.setVisible(bool(onward))

    # Room

    def _line_up(self, bar: int) -> None:
        """The question stands above its words, whatever a scroll bar takes at their sides."""
        side = 0 if self.tight else t.S1 + bar
        layout = self._asked.layout()
        assert layout is not None
        layout.setContentsMargins(side, 0, side, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._fold(tight=self._room.width() < em(TIGHT[0]) or self._room.height() < em(TIGHT[1]))

    def _fold(self, *, tight: bool) -> None:
        """In a small window one slim row and the way on stay in their places; the rest scrolls with the question."""
        if tight == self.tight:
            return
        self.tight = tight
        for widget in (self.top, self._asked, self.area, self.foot, self.strip):
            self._box.removeWidget(widget)
            self._column.removeWidget(widget)
        self._slim(tight)
        self._box.addWidget(self.top)
        if tight:
            self._column.insertWidget(0, self._asked)
            self._column.insertWidget(2, self.strip)
            self._box.addWidget(self.area, 1)
            self._box.addWidget(self.foot)
        else:
            self._box.addWidget(self._asked)
            self._box.addWidget(self.area, 1)
            for widget in (self.foot, self.strip):
                self._box.addWidget(widget)
        self.area.setMinimumHeight(em(2 if tight else 5))
        self._line_up(0)
        self.folded.emit(tight)

    def _slim(self, on: bool) -> None:
        """What she may need at once stands above the question, as low as a finger allows where room is short."""
        split = self.top.layout()
        assert isinstance(split, SplitLayout)
        split.removeWidget(self.section)
        split.removeWidget(self.aids)
        if on:
            self._words.insertWidget(0, self.section)
            self.aids.flow.addWidget(self.serious)
        else:
            self._words.removeWidget(self.section)
            split.addWidget(self.section)
            self.strip.flow.addWidget(self.serious)
        split.addWidget(self.aids)
        restyle(self.prompt, "role", "h2" if on else "h1")
        for aid in (self.limits, self.serious):
            restyle(aid, "role", "slim" if on else "")
        for way in (self.stop, self.back, self.skip, self.next):
            restyle(way, "role", "foot" if on else "")
        for chip in self.tongues.values():
            restyle(chip, "role", "slim" if on else "")
            chip.setVisible(not (on and chip.isChecked()))  # the other language is one button
