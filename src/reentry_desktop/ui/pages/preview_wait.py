"""What stands where the pages would be while there are none: why, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from ...actions.fine_on_paper import is_crisis
from ...actions.odd_letters import Place, where_letters
from ...base.problems import Problem
from ...base.words import N_, _, language
from ...records.paper import Layout
from ..widgets import Button, Card, EmptyState, LinkButton, Sentence, announce, reveal
from .preview_readers import DAILY, KEEP, RECOVERY, RELEASE, SUPPORTER, WALLET, Reader

if TYPE_CHECKING:
    from ...actions.plans import Contents
    from ...records.pack import Part


@dataclass(frozen=True)
class Empty:
    """A print with nothing on it: what is missing, and of which kind the part is where it is written."""

    words: str
    kind: str = ""


EMPTY = {
    KEEP: Empty(N_("No line is marked as fine for her room yet.")),
    WALLET: Empty(N_("No tool and nobody to call is written in her plan yet."), "tool"),
    RELEASE: Empty(N_("Nothing is written for the first 72 hours yet.")),
    DAILY: Empty(N_("No habit is written in her plan yet."), "habit"),
    RECOVERY: Empty(N_("No goal is written in the recovery support plan yet.")),
    SUPPORTER: Empty(N_("Nothing is written in the crisis parts yet.")),
}
NO_WORDS = Empty(N_("Nothing is written in her plan yet."))


def empty_of(reader: Reader) -> Empty:
    """What to say where *reader* would get nothing."""
    return EMPTY.get(reader.key, NO_WORDS)


def has_no_words(whole: Contents) -> bool:
    """Whether nobody wrote anything in the plan."""
    answered = any(answer.words.strip() for answer in whole.answers.values())
    return not (answered or any(whole.items.values()) or whole.supporters)


def part_to_write(whole: Contents, reader: Reader) -> Part:
    """The part where what *reader* would get is written first."""
    pack = whole.pack
    if reader.layout == Layout.FIRST_72:
        sections = [section for section in pack.pages if section.key == "first_72"]
    elif reader.key == SUPPORTER:
        sections = [section for section in pack.sections if is_crisis(section)]
    else:
        kind = empty_of(reader).kind
        found = [part for part in pack.parts().values() if part.kind == kind]
        return found[0] if found else pack.everything[0].parts[0]
    return sections[0].parts[0] if sections else pack.everything[0].parts[0]


class Wait(Card):
    """One sentence while pages are made; an icon, what is missing and buttons where there can be none.

    ``to_part(part, record)`` leads into her plan, ``to_goals`` into the recovery support plan.
    """

    to_part = Signal(str, str)
    to_goals = Signal()
    blank = Signal()
    began = Signal()
    """The focus was put on the way on: it should be in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Sentence(tone="muted")
        self.add(self.words)
        self.box.addStretch(1)
        self._state: EmptyState | None = None
        self._acts: tuple[QPushButton, ...] = ()

    def say(self, words: str) -> None:
        """A sentence alone."""
        self._drop()
        self.words.setText(words)
        reveal(self.words, True)

    def explain(self, problem: Problem, whole: Contents, reader: Reader) -> None:
        """Why no pages can be made, with the way to what must be written first."""
        if problem.code in ("nothing", "nothing-marked"):
            self.show_nothing(whole, reader)
        elif problem.code == "letters" and (places := where_letters(whole)):
            acts = [self._place(whole, place) for place in places]
            self._show("circle-alert", problem.sentence, *acts)

    def show_nothing(self, whole: Contents, reader: Reader) -> None:
        """There is nothing to print for *reader* yet."""
        part, more = part_to_write(whole, reader), ""
        write = Button(_("Write it first"), icon_name="pencil")
        if reader.key == KEEP:
            write = Button(_("Open her plan"), lambda: self.to_part.emit("", ""), icon_name="arrow-right")
            more = _("Ask her which lines are fine on paper in her room, and mark those lines in the plan.")
        elif reader.key == RECOVERY:
            write.clicked.connect(lambda _on=False: self.to_goals.emit())
        else:
            write.clicked.connect(lambda _on=False: self.to_part.emit(part.key, ""))
        blank = Button(_("Blank pages to write on"), self.blank.emit, icon_name="file-text")
        self._show(reader.icon, _(empty_of(reader).words), write, blank, more=more)

    def _place(self, whole: Contents, place: Place) -> LinkButton:
        part = whole.pack.parts().get(place.part)
        title = part.title.get(language()) or part.title.get("en", place.part) if part is not None else place.part
        words = f"{title}: {' '.join(place.letters)}".replace("&", "&&")
        return LinkButton(words, lambda: self.to_part.emit(place.part, place.record), icon_name="arrow-right")

    def _show(self, icon_name: str, words: str, *acts: QPushButton, more: str = "") -> None:
        self._drop()
        self.words.setText("")
        reveal(self.words, False)
        self._acts = acts
        self._state = EmptyState(icon_name, words, *acts, more=more)
        self.box.insertWidget(1, self._state)
        self._state.show()
        announce(self, words)

    def begin_here(self) -> bool:
        """Put the focus on the way on, where there is one."""
        if self._acts:
            self._acts[0].setFocus()
            self.began.emit()
        return bool(self._acts)

    def _drop(self) -> None:
        self._acts = ()
        if self._state is not None:
            self._state.hide()
            self._state.deleteLater()
            self._state = None
