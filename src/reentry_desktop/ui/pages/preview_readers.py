"""Who a print is for. Each reader gets a layout of its own, so this is asked before anything else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...base.words import N_, _
from ...records.paper import Layout
from .. import tokens as t
from ..layouts import Columns, Stack
from ..style import em
from ..widgets import Card, LinkButton, Sentence, reveal


@dataclass(frozen=True)
class Reader:
    """Somebody a print is for, and what she gets. ``for_whom`` is what the log calls it."""

    key: str
    layout: str
    title: str
    note: str
    icon: str
    for_whom: str = "her"


KEEP, PROPERTY, WALLET, RELEASE = "keep", "property", "wallet", "release"
DAILY, RECOVERY, BLANK = "daily", "recovery", "blank"
SUPPORTER, OFFICE, OFFICIAL, OUTSIDE = "supporter", "office", "official", "outside"

READERS = {
    reader.key: reader
    for reader in (
        Reader(
            KEEP, Layout.KEEP, N_("Her, to keep in her room"),
            N_("Only the lines she says are fine on paper there."), "heart-handshake",
        ),
        Reader(
            WALLET, Layout.WALLET, N_("A wallet card for her"),
            N_("Small, to fold, with the few lines she wants close."), "key-round",
        ),
        Reader(
            PROPERTY, Layout.FULL, N_("Her, the whole plan"),
            N_("For her property, or for the day she leaves. Not for her room."), "file-text",
        ),
        Reader(
            RELEASE, Layout.FIRST_72, N_("Her, for the day of release"),
            N_("The first 72 hours, on one page. In large print it takes both sides."), "sprout",
        ),
        Reader(
            DAILY, Layout.CHECK_IN, N_("Her daily check-in sheet"),
            N_("For a week or a month."), "list-checks",
        ),
        Reader(
            RECOVERY, Layout.RECOVERY, N_("Recovery support plan"),
            N_("Her goals, with their steps and dates."), "target",
        ),
        Reader(
            BLANK, Layout.WORKSHEET, N_("Blank pages to write on"),
            N_("The questions with room for her own hand."), "pencil",
        ),
        Reader(
            SUPPORTER, Layout.SUPPORTER, N_("One supporter"),
            N_("The crisis parts. She gets it, and gives it to them herself."), "users", "supporter",
        ),
        Reader(
            OFFICE, Layout.FULL, N_("The office file"),
            N_("The whole plan, for the file in the office."), "archive", "office",
        ),
        Reader(
            OFFICIAL, Layout.FULL, N_("An official"),
            N_("Parole board, warden or court: only if she signs for this very print."), "flag", "official",
        ),
        Reader(
            OUTSIDE, Layout.FULL, N_("Somebody else outside"),
            N_("A clinic, an agency, a landlord: with her consent."), "send", "other",
        ),
    )
}  # fmt: skip

_HERS, _WORK, _OTHERS = (
    (KEEP, WALLET, PROPERTY, RELEASE),
    (DAILY, RECOVERY, BLANK),
    (SUPPORTER, OUTSIDE, OFFICE, OFFICIAL),
)


def only_reader(layout: str) -> Reader | None:
    """Who a layout is for where that can be one reader only."""
    found = [reader for reader in READERS.values() if reader.layout == layout]
    return found[0] if len(found) == 1 else None


class Who(Columns):
    """The question, with every answer in sight. ``chosen`` carries the reader's key."""

    chosen = Signal(str)
    elsewhere = Signal()

    def __init__(self) -> None:
        super().__init__(ratio=(1, 1), narrow=46)
        self.buttons: dict[str, LinkButton] = {}
        self._answers: dict[str, QWidget] = {}
        self._cards: list[Card] = []
        words = _("Your role shows you a part of her record. Somebody who sees all of it prints her plan.")
        self.part = Sentence(words)
        reveal(self.part, False)
        note = _("Custody staff get no plan. They get the call-out sheet: names and times only.")
        sheet = LinkButton(_("Call-out sheet"), self.elsewhere.emit, icon_name="calendar-days")
        staff = Card("", Stack(Sentence(note, tone="muted"), sheet, space=t.S1))
        self.left.add(self.part)
        self.left.add(self._card(_("For her to keep"), _HERS))
        self.left.add(staff)
        self.right.add(self._card(_("To work with"), _WORK))
        self.right.add(self._card(_("For somebody else"), _OTHERS))

    def offer_alone(self, layouts: Collection[str]) -> None:
        """For whoever sees a part of her record: these *layouts* alone, and why."""
        reveal(self.part, True)
        for key, answer in self._answers.items():
            reveal(answer, READERS[key].layout in layouts)
        for card in self._cards:
            reveal(card, any(button.isVisibleTo(card) for button in card.findChildren(LinkButton)))

    def begin_here(self) -> None:
        """Put the focus on the first answer."""
        next(button for button in self.buttons.values() if button.isVisibleTo(self)).setFocus()

    def _card(self, title: str, keys: tuple[str, ...]) -> Card:
        card = Card(title)
        self._cards.append(card)
        card.box.setSpacing(t.S1)
        for key in keys:
            card.add(self._answer(READERS[key]))
        return card

    def _answer(self, reader: Reader) -> QWidget:
        button = LinkButton(_(reader.title), lambda: self.chosen.emit(reader.key), icon_name=reader.icon)
        button.setAccessibleDescription(_(reader.note))
        self.buttons[reader.key] = button
        note = Sentence(_(reader.note), tone="muted", role="small")
        under = QWidget()
        row = QHBoxLayout(under)
        row.setContentsMargins(em(2), 0, 0, 0)  # under the words, not under the icon
        row.addWidget(note)
        answer = self._answers[reader.key] = Stack(button, under, space=0)
        return answer
