"""Reading back in Sit together: section by section what she said, and then how the sitting ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...base.words import N_, _, in_language
from ...records.access import PART_OF_HERS
from ...records.plan import HowConfirmed
from .. import tokens as t
from ..days import show_day
from ..form import FieldRow
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import Button, Card, Icon, LinkButton, Notice, Sentence
from .sit_frame import in_desk_words

if TYPE_CHECKING:
    from ...records.pack import Part, Section
    from .plan_writing import Writing


class ReadBack(QWidget):
    """What she said in one section, large. ``change(part)`` where it should be otherwise."""

    change = Signal(str)

    def __init__(self, writing: Writing, section: Section) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S4)
        for part in section.parts:
            if writing.whole.written(part.key):
                box.addWidget(self._part(writing, part))

    def _part(self, writing: Writing, part: Part) -> QWidget:
        title = writing.text(part.title)
        change = LinkButton(_("Change it"), lambda: self.change.emit(part.key), icon_name="pencil")
        change.setAccessibleName(_("Change it: {part}").format(part=title))
        head = QWidget()
        split = SplitLayout(head, space=t.S3)
        split.addWidget(Sentence(title, tone="muted", role="strong"))
        split.addWidget(Flow(change, right=True))
        card = Card("", head)
        if part.kind == "answer":
            card.add(Sentence(writing.whole.answers[part.key].words))
            return card
        for place, record in enumerate(writing.records(part)):
            said = str(record.name if part.kind == "supporter" else record.words or record.person)
            line = Stack(Sentence(f"{place + 1}. {said}" if part.kind == "step" else said), space=0)
            if more := writing.details(part, record):
                line.add(Sentence(more, tone="muted"))
            card.add(line)
        return card


class Finish(QWidget):
    """The end of a sitting. ``done(how)`` when the worker notes that it is done for now; ``part(key)`` to go to one."""

    done = Signal(str)
    part = Signal(str)

    def __init__(self, writing: Writing, desk_language: str, *, just_done: bool, in_part: bool) -> None:
        super().__init__()
        self.writing = writing
        self._say: Callable[[str], str] = in_language(desk_language).gettext
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S5)
        words = Stack(space=t.S3)
        words.add(Icon("heart-handshake", t.PRIMARY, size=2.25))
        if just_done:
            words.add(Sentence(_("The plan is done for now."), role="strong"))
        words.add(Sentence(_("Every word is kept. All of it can change on any other day.")))
        if in_part:
            words.add(Sentence(self._say(PART_OF_HERS), tone="muted"))
        box.addWidget(words)
        if not just_done:
            box.addWidget(self._confirm())

    def _confirm(self) -> QWidget:
        """Done for now is the worker's act; where parts are missing, each is a way to it."""
        writing = self.writing
        plan = writing.whole.plan
        card = Card(_("Is the plan done for now?"))
        if plan.done_on:
            card.add(Sentence(_("Done for now since {day}").format(day=show_day(plan.done_on)), tone="muted"))
        missing = writing.whole.missing()
        if missing:
            notice = Notice()
            self.links = []
            for key in missing:
                title = writing.text(writing.parts[key].title).replace("&", "&&")
                self.links.append(LinkButton(title, lambda key=key: self.part.emit(key), icon_name="arrow-right"))  # type: ignore[misc]
            notice.say(_("There is no hurry. These parts ask for a few words first:"), "info", acts=self.links)
            card.add(notice)
            return card
        card.add(Sentence(_("It only means: this is what you want to say today.")))
        self.how = in_desk_words(HowConfirmed, self._say)
        self.how.set(HowConfirmed.SAID.value)
        row = FieldRow(self._say(N_("How she said so")), self.how)
        self.button = Button(_("Done for now"), lambda: self.done.emit(str(self.how.get())), icon_name="circle-check")
        card.add(row)
        card.add(self.button)
        return card
