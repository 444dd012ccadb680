"""On what a print goes to somebody outside: the consent of hers that covers it, or another ground with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from ...actions.consents import covering
from ...actions.disclosures import TOLD_BY, Allowed, goes_outside, may_override
from ...actions.printing import OFFICIALS
from ...actions.withholding import Match, matches
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _
from ...records.consent import Consent
from ...records.disclosure import Ground
from ...records.plan import Supporter
from ...store import Unit
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox, Line
from ..form import FieldRow
from ..kept import Kept
from ..layouts import Stack
from ..widgets import Card, LinkButton, Notice, Sentence, reveal
from .preview_readers import OFFICIAL, OUTSIDE, Reader

if TYPE_CHECKING:
    from ..page import Page


@dataclass(frozen=True)
class Grounds:
    """What a print for one reader may go on: the consents that cover it, whether it may go without, and a warning."""

    consents: Sequence[Consent]
    override: bool
    warned: Sequence[Match]


def grounds(unit: Unit, woman: Id, reader: Reader, supporter: Id, name: str) -> Grounds | None:
    """The same for *reader*, a *supporter* or somebody of that *name*; None for a print of her own or the office's."""
    if not goes_outside(reader.layout, reader.for_whom):
        return None
    told = TOLD_BY[reader.layout]
    if reader.key == OFFICIAL:
        found = [one for kind in OFFICIALS for one in covering(unit, woman, told, to_whom=kind)]
    elif reader.key == OUTSIDE:
        found = covering(unit, woman, told)
    else:
        found = covering(unit, woman, told, supporter=supporter) if supporter else []
    who = unit.find(Supporter, supporter) if supporter else None
    asked = [(who.name, who.phone)] if who else [(name, "")] if name else []
    warned = [match for named, phone in asked for match in matches(unit, woman, named, phone)]
    return Grounds(found, may_override(unit), warned)


def grounds_for_paper(unit: Unit, woman: Id, name: str) -> Grounds:
    """The same for a scanned paper of hers: any consent in force, for only a person can read what it shows."""
    return Grounds(covering(unit, woman, ""), may_override(unit), matches(unit, woman, name) if name else [])


class Covering(Card):
    """``changed`` when it goes on something else: the pages say so, and are made anew. ``typed`` when more is said."""

    changed = Signal()
    typed = Signal()

    def __init__(self, page: Page, to_consents: Callable[[], object]) -> None:
        super().__init__(_("Her consent"))
        self.warning = Notice("", "warn")
        self.none = Sentence(_("No consent of hers covers this yet."))
        self.make = LinkButton(_("Make a consent with her"), to_consents, icon_name="arrow-right")
        self.rows = Stack(space=t.S2)
        self.buttons: dict[Id, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.without = QRadioButton(_("Without her consent"))
        self.without.clicked.connect(lambda _on=False: self._chosen())
        self._group.addButton(self.without)
        self.ground = ChoiceBox([(one.value, one.label) for one in Ground if one != Ground.CONSENT])
        self.why, self.recipient = Line(most=1000), Line(most=120)
        self.kept = Kept(page, {"why": self.why, "recipient": self.recipient})
        self.recipient_row = FieldRow(_("Who gets it"), self.recipient)
        help = _("It stays on a list that your supervisor reads.")
        self.more = Stack(
            FieldRow(_("What allows it"), self.ground), FieldRow(_("Why"), self.why, help=help), self.recipient_row
        )
        for editor in (self.ground, self.why, self.recipient):
            editor.changed.connect(self.typed)
        self.ground.changed.connect(self.changed)
        self._asks_who = False
        for widget in (self.warning, self.none, self.rows, self.without, self.more, self.make):
            self.add(widget)

    def begin(self, reader: Reader, record: str, woman: Id) -> None:
        """Nothing is chosen yet. What was typed of why, and not used, stands there again."""
        self.kept.keep()
        self._asks_who = reader.key == OUTSIDE
        for editor in (self.ground, self.why, self.recipient):
            editor.set("")
        self.kept.show(record, woman)
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)

    def show_grounds(self, found: Grounds) -> None:
        """Show what it may go on. What was chosen stays; where one consent alone covers it, that one is chosen."""
        chosen = self.allowed().consent
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self.rows = self._replaced()
        self.buttons = {}
        for consent in found.consents:
            button = QRadioButton(consent.recipient)
            button.clicked.connect(lambda _on=False: self._chosen())
            until = _("Good until {day}.").format(day=show_day(consent.expires_on)) if consent.expires_on else ""
            words = " · ".join(filter(None, (until.rstrip("."), consent.expires_event, consent.purpose)))
            button.setAccessibleDescription(words)
            self._group.addButton(button)
            self.rows.add(Stack(button, Sentence(words, tone="muted", role="small"), space=0))
            self.buttons[Id(consent.id)] = button
        only = next(iter(self.buttons)) if len(self.buttons) == 1 and not self.without.isChecked() else Id("")
        if (wanted := chosen if chosen in self.buttons else only) and wanted in self.buttons:
            self.buttons[wanted].setChecked(True)
        self.warning.say(" ".join(match.sentence for match in found.warned), "warn")
        reveal(self.none, not self.buttons)
        reveal(self.without, found.override)
        self._show()

    def _replaced(self) -> Stack:
        """A new place for the consents, where the old one stood."""
        made = Stack(space=t.S2)
        self.box.replaceWidget(self.rows, made)
        self.rows.hide()
        self.rows.deleteLater()
        return made

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        reveal(self.more, self.without.isChecked())
        reveal(self.recipient_row, self._asks_who)

    def allowed(self) -> Allowed:
        """What was said."""
        if self.without.isChecked():
            return Allowed(ground=self.ground.get() or Ground.CONSENT, why=_typed(self.why), recipient=self.name())
        return Allowed(next((key for key, button in self.buttons.items() if button.isChecked()), Id("")))

    def name(self) -> str:
        """Who gets it, where that was typed."""
        return _typed(self.recipient) if self._asks_who and self.without.isChecked() else ""

    def missing(self) -> str:
        """What must be said before the print may leave."""
        allowed = self.allowed()
        if not allowed:
            return _("First choose the consent that covers this. Nothing was printed, and her words are safe.")
        if self.without.isChecked() and not (allowed.why and (allowed.recipient or not self._asks_who)):
            return _("First say why, and who gets it. Nothing was printed, and her words are safe.")
        return ""


def _typed(line: Line) -> str:
    try:
        return str(line.get())
    except Problem:
        return ""
