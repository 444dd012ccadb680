"""Opening the record of a woman beyond one's own list, with a reason; and looking at what others opened so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import assigning
from ...base.ids import Id
from ...base.problems import NotFound, Problem, Refused
from ...base.words import N_, _
from ...records.base import Right
from ..days import show_day
from ..editors import Line, Note
from ..form import FieldRow
from ..kept import Kept, keep_typed
from ..layouts import Flow, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Notice, Pill, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow


class BeyondPage(Page):
    """``show_page("beyond")``: her number and a reason; then her page, until the end of the day."""

    key = "beyond"
    title = N_("Open with a reason")
    icon = "key-round"
    under = "participants"
    needs = Right.BEYOND

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("For a woman you do not work with, when you need her record now.")
        self.set_head(_("Open with a reason"), about, back=_("Participants"))
        self.number, self.reason = Line(most=20), Note(most=400)
        self._kept = Kept(self, {"number": self.number, "reason": self.reason})
        self.number_row = FieldRow(_("Her department number"), self.number, required=True)
        self.reason_row = FieldRow(_("Why you need it now"), self.reason, required=True)
        words = _("Your name, the time and the reason are kept. A supervisor looks at each. It ends with the day.")
        self.go = PrimaryButton(_("Open her record"), self._open, icon_name="key-round")
        self.add(Card("", Notice(words, "info"), self.number_row, self.reason_row, self.go))

    def open(self, **_args: object) -> None:
        for editor in (self.number, self.reason):
            editor.set("")
        self._clear()
        self._kept.show(self.key)

    def go_back(self) -> None:
        self.shell.show_page("participants")

    def _clear(self) -> None:
        self.problem.clear()
        for row in (self.number_row, self.reason_row):
            row.show_problem("")

    def _open(self) -> None:
        self._clear()
        try:
            woman = assigning.break_glass(self.shell.desk.store, str(self.number.get()), str(self.reason.get()))
        except Refused as refused:
            self.reason_row.show_problem(refused.fields.get("reason", ""))
            return
        except NotFound as missing:
            self.number_row.show_problem(missing.sentence)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._kept.done()
        self.shell.show_page("participant", participant=woman)


class OpenedPage(Page):
    """``show_page("opened")``: each record somebody opened with a reason, for whoever looks at them."""

    key = "opened"
    title = N_("Opened with a reason")
    icon = "key-round"
    under = "settings"
    needs = Right.REVIEW
    of_several = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("Records that somebody opened beyond the own list. Look at each, and say what you found.")
        self.set_head(_("Opened with a reason"), about, back=_("Settings"))
        self.none = EmptyState("circle-check", _("Nobody opened a record beyond the own list."))
        self.cards = Stack()
        self.findings: dict[Id, Line] = {}
        self._kept: dict[Id, Kept] = {}
        self.add(self.none)
        self.add(self.cards)

    def open(self, **_args: object) -> None:
        self.refresh()

    def go_back(self) -> None:
        self.shell.show_page("settings")

    def refresh(self) -> None:
        """Read again. What was typed and not kept yet stays."""
        keep_typed(self)
        self.cards.clear()
        self.findings.clear()
        found = self.shell.desk.read(assigning.beyond)
        self.none.setVisible(not found)
        for one in sorted(found, key=lambda one: bool(one.looked_at_by)):
            self.cards.add(self._card(one))

    def _card(self, one: assigning.Beyond) -> Card:
        heading = _("{who} opened the record of {name} ({number})").format(
            who=one.who, name=one.name, number=one.department_number
        )
        card = Card(heading, Sentence(_("Why: {reason}").format(reason=one.reason)))
        if one.through:
            card.add(Sentence(show_day(one.through), tone="muted", role="small"))
        if one.looked_at_by:
            card.add(Flow(Pill(_("Looked at by {name}").format(name=one.looked_at_by), "ok", icon_name="check")))
            if one.finding:
                card.add(Sentence(one.finding, tone="muted"))
            return card
        if one.own:
            words = _("This was you: somebody else looks at it, or the office, from your bundle for it.")
            card.add(Sentence(words, tone="muted"))
            return card
        finding = self.findings[one.id] = Line(most=400)
        self._kept[one.id] = Kept(self, {"finding": finding}).show(f"{self.key}/{one.id}", one.participant)
        card.add(FieldRow(_("What you found"), finding))
        button = Button(_("I looked at it"), lambda: self._looked(one.id), icon_name="check")
        button.setAccessibleName(f"{button.text()}: {heading}")
        card.add(button)
        return card

    def _looked(self, one: Id) -> None:
        words = str(self.findings[one].get())
        try:
            self.shell.desk.do(self, assigning.look_at_break_glass, one, words)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._kept[one].done()
        self.refresh()
