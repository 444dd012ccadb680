"""What was told without a consent that is kept here, for whoever looks at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import consent_papers, told_without
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, language
from ...records.base import Right, choice_label
from ...records.disclosure import Ground, How
from ..days import show_day, show_moment
from ..editors import Line
from ..form import FieldRow
from ..kept import Kept, keep_typed
from ..layouts import Flow, Reading, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Pill, Sentence

if TYPE_CHECKING:
    from ...actions.told_without import Telling
    from ..window import MainWindow

SHOWN = 40
"""Cards that are shown at once; those that wait come first."""


class ToldWithoutPage(Page):
    """``show_page("told-without")``."""

    key = "told-without"
    title = N_("Told without a consent")
    icon = "message-circle"
    under = "settings"
    needs = Right.REVIEW
    of_several = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("What was told about a woman and has no consent here. Look at each, and say what you found.")
        self.set_head(_(self.title), about, back=_("Settings"))
        self.none = EmptyState("circle-check", _("Nothing was told without a consent."))
        self.cards = Stack()
        self.more = Sentence("", tone="muted")
        self.findings: dict[Id, Line] = {}
        self._kept: dict[Id, Kept] = {}
        for widget in (self.none, Reading(self.cards), self.more):
            self.add(widget)

    def open(self, **_args: object) -> None:
        self.problem.clear()
        self.refresh()

    def go_back(self) -> None:
        self.shell.show_page("settings")

    def refresh(self) -> None:
        """Read again. What was typed and not kept yet stays."""
        keep_typed(self)
        self.cards.clear()
        self.findings.clear()
        found = self.shell.desk.read(told_without.told_without)
        found.sort(key=lambda one: bool(one.looked_at_by))
        self.none.setVisible(not found)
        for one in found[:SHOWN]:
            self.cards.add(self._card(one))
        left = len(found) - SHOWN
        self.more.setVisible(left > 0)
        self.more.setText(_("{n} older ones are not shown. They stand on the page of each woman.").format(n=left))

    def _card(self, one: Telling) -> Card:
        line = one.disclosure
        day = show_day(line.told_on)
        heading = _("{name} ({number}): told to {who}").format(
            name=one.short_name, number=one.department_number, who=line.recipient
        )
        allowed = self.shell.desk.read(consent_papers.ground_words, line, language())
        if line.ground == Ground.CONSENT:
            allowed = _("Her consent, but no paper of it is kept here")
        card = Card(heading, Sentence(line.what), Sentence(f"{allowed}. {line.why}".strip(), role="strong"))
        told = (day, choice_label(How, line.how), _("by {name}").format(name=line.told_by), line.purpose)
        card.add(Sentence(" \u00b7 ".join(filter(None, told)), tone="muted", role="small"))
        see = LinkButton(_("See all that was told"), lambda: self._see(line.participant), icon_name="arrow-right")
        see.setAccessibleName(f"{see.text()}: {one.short_name}")
        if one.looked_at_by:
            words = _("Looked at by {name}, {moment}").format(name=one.looked_at_by, moment=show_moment(one.looked_at))
            card.add(Flow(Pill(words, "ok", icon_name="check")))
            if one.finding:
                card.add(Sentence(one.finding, tone="muted"))
        elif one.own:
            card.add(Sentence(_("You wrote this down, so somebody else looks at it."), tone="muted"))
        elif not one.here:
            card.add(Sentence(_("Another facility wrote this down."), tone="muted"))
        else:
            finding = self.findings[Id(line.id)] = Line(most=400)
            self._kept[Id(line.id)] = Kept(self, {"finding": finding}).show(
                f"{self.key}/{line.id}", Id(line.participant)
            )
            card.add(FieldRow(_("What you found"), finding))
            button = Button(_("I looked at it"), lambda: self._looked(Id(line.id)), icon_name="check")
            button.setAccessibleName(f"{button.text()}: {heading}, {day}")
            card.add(Flow(button, see))
            return card
        card.add(Flow(see))
        return card

    def _see(self, woman: Id) -> None:
        self.shell.show_page("disclosures", participant=woman)

    def _looked(self, one: Id) -> None:
        words = str(self.findings[one].get())
        try:
            self.shell.desk.do(self, told_without.look_at_telling, one, words)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._kept[one].done()
        self.refresh()
