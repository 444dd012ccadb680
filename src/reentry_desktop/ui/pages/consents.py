"""Her consents, each with what it is worth today; what the program's office has; and who is never to be told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import consents, moves, recalling, withholding, women
from ...actions.consent_papers import names_of
from ...actions.consents import Paper
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Right, choice_label
from ...records.consent import Consent, Form, Status, ToWhom
from ...records.disclosure import Withheld
from ...records.participant import Enrolment, Participant, WhatOfficeHas
from .. import tokens as t
from ..days import show_day
from ..editors import Line
from ..form import FieldRow
from ..kept import Kept, keep_typed
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence
from .participant_recall import called_back

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

LOOKS: dict[str, tuple[str, str]] = {
    Status.DRAFT: ("pencil", "plain"),
    Status.ACTIVE: ("circle-check", "ok"),
    Status.EXPIRING: ("clock", "warn"),
    Status.EXPIRED: ("circle-pause", "plain"),
    Status.REVOKED: ("undo-2", "plain"),
    Status.SUPERSEDED: ("copy", "plain"),
}
"""status -> (icon, tone)"""


def status_pill(status: str) -> Pill:
    """What a consent is worth, in words."""
    icon, tone = LOOKS.get(status, ("circle-dashed", "plain"))
    return Pill(choice_label(Status, status), tone, icon_name=icon)


class ConsentsPage(Page):
    """``show_page("consents", participant=ID)``."""

    key = "consents"
    title = N_("Consents")
    icon = "shield-check"
    under = "participants"
    needs = Right.CONSENT

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        self.problem.clear()
        self.refresh()

    def refresh(self) -> None:
        """Read again. What is typed for her list stays."""
        keep_typed(self)
        self.clear()
        desk = self.shell.desk
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        self.writable = desk.read(moves.held, self.woman).writable and desk.may("draft_consent")
        told = Button(
            _("What was told"), lambda: self.shell.show_page("disclosures", participant=self.woman),
            icon_name="list-checks",
        )  # fmt: skip
        new = PrimaryButton(_("New consent"), self._new, icon_name="plus")
        self.set_head(_("Consents"), her.name, *([new] if self.writable else []), told, way_back=_("Back to her page"))
        columns = Columns(ratio=(3, 2), narrow=56)
        columns.left.add(self._papers(desk.read(consents.consents_of, self.woman)))
        if (episode := desk.read(women.current_episode, self.woman)) is not None and episode.agreed_on:
            columns.right.add(self._office(episode))
        columns.right.add(self._never())
        if self.writable:
            columns.right.add(self._apart())
        self.add(columns)

    def go_back(self) -> None:
        self.shell.show_page("participant", participant=self.woman)

    # Her papers

    def _papers(self, found: list[Paper]) -> QWidget:
        if not found:
            more = _("A consent says what may be told about her, to whom, and until when. She can take it back.")
            return Card("", EmptyState("shield-check", _("She has no consent yet."), more=more))
        card = Card(_("Her papers"))
        for at, paper in enumerate(found):
            if at:
                card.add(Rule())
            card.add(self._row(paper))
        return card

    def _row(self, paper: Paper) -> QWidget:
        consent = paper.consent
        who = consent.recipient or choice_label(ToWhom, consent.to_whom) or _("Nobody named yet")
        see = Button(_("Go on") if paper.status == Status.DRAFT else _("Open"), lambda: self._show(Id(consent.id)))
        see.setAccessibleName(f"{see.text()}: {who}")
        said = Stack(Sentence(who, role="strong", wide=True), space=t.S1)
        for words in (names_of(consent.told()), _until(consent), _alone(consent)):
            if words:
                said.add(Sentence(words, tone="muted", role="small"))
        whole = QWidget()
        split = SplitLayout(whole, least=12)
        split.addWidget(said)
        split.addWidget(Flow(status_pill(paper.status), see, space=t.S3, right=True))
        return whole

    def _show(self, consent: Id) -> None:
        self.shell.show_page("consent", participant=self.woman, consent=consent)

    def _new(self, **values: str) -> None:
        self.problem.clear()
        try:
            made = self.shell.desk.do(self, consents.draft_consent, self.woman, **values)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._show(made)

    def _apart(self) -> Card:
        """The papers that are never part of another one."""
        card = Card(_("Papers of their own"), note=_("These are never part of another consent."))
        for form, words in (
            (Form.LEGAL, _("For a court or board")),
            (Form.COUNSELING, _("For counseling notes")),
        ):
            card.add(LinkButton(words, partial(self._new, form=str(form)), icon_name="plus"))
        return card

    # The office of the program

    def _office(self, episode: Enrolment) -> Card:
        shares = episode.office_has == WhatOfficeHas.WORDS
        words = (
            _("It has her name, her dates and her words. Nobody else of the program has them.")
            if shares
            else _("It has her name and her dates. Her words stay here.")
        )
        card = Card(_("The office of this program"), Sentence(words))
        if self.writable and shares:
            card.add(Button(_("Take her words back"), lambda: self._share(Id(episode.id)), icon_name="undo-2"))
        elif self.writable:
            paper = partial(self._new, to_whom=str(ToWhom.SITE))
            card.add(LinkButton(_("Consent for the office"), paper, icon_name="plus"))
        if (called := self.shell.desk.read(recalling.called_back, self.woman)) is not None:
            card.add(called_back(called))
        return card

    def _share(self, episode: Id) -> None:
        self.shell.desk.do(self, recalling.share, episode, str(WhatOfficeHas.DATES))
        self.refresh()

    # Whom she wants never to be told

    def _never(self) -> Card:
        note = _("They get nothing about her. The list is on no paper. The office sees the names, to obey them.")
        card = Card(_("Never to be told"), note=note)
        for entry in self.shell.desk.read(withholding.withheld_from, self.woman):
            card.add(self._entry(entry))
        self.name, self.phone = Line(most=120), Line(most=40)
        self.name_row = FieldRow(_("Name of the person or place"), self.name)
        if self.shell.desk.may("withhold") and self.writable:
            card.add(self.name_row)
            card.add(FieldRow(_("Phone, if it is known"), self.phone))
            self._kept = Kept(self, {"name": self.name, "phone": self.phone}).show(
                f"{self.key}/{self.woman}", self.woman
            )
            card.add(Button(_("Put on the list"), self._withhold, icon_name="plus"))
        return card

    def _entry(self, entry: Withheld) -> QWidget:
        off = LinkButton(_("Take off"), lambda: self._take_off(Id(entry.id)), icon_name="x")
        off.setAccessibleName(f"{off.text()}: {entry.name}")
        whole = QWidget()
        split = SplitLayout(whole)
        said = Stack(Sentence(entry.name, role="strong"), space=0)
        if entry.phone:
            said.add(Sentence(entry.phone, tone="muted", role="small"))
        split.addWidget(said)
        if self.writable:
            split.addWidget(off)
        return whole

    def _withhold(self) -> None:
        try:
            self.shell.desk.do(self, withholding.withhold, self.woman, self.name.get(), self.phone.get())
        except Refused as refused:
            self.name_row.show_problem(refused.fields.get("name", refused.sentence))
            return
        except Problem as problem:
            self.name_row.show_problem(problem.sentence)
            return
        self._kept.done()
        self.refresh()
        self.name.setFocus()

    def _take_off(self, entry: Id) -> None:
        def take_off_withheld(unit: Unit) -> None:
            withholding.take_off_withheld(unit, entry)

        self.shell.desk.do(self, take_off_withheld)
        self.refresh()


def _until(consent: Consent) -> str:
    """When it ends, or ended, and who may say so."""
    if consent.revoked_on:
        return _("Taken back on {day}.").format(day=show_day(consent.revoked_on))
    if consent.expires_on:
        return _("Good until {day}.").format(day=show_day(consent.expires_on))
    return _("Until: {what}").format(what=consent.expires_event) if consent.expires_event else ""


def _alone(consent: Consent) -> str:
    return "" if consent.form == Form.ORDINARY else choice_label(Form, consent.form)


class ConsentsCard(Card):
    """On her own page: how many papers are in force, and the ways to them. A name on her list is not said here."""

    def __init__(self, page: Page, woman: Id) -> None:
        super().__init__(_("What may be told"))
        found = page.shell.desk.read(consents.consents_of, woman)
        ends = [paper for paper in found if paper.status == Status.EXPIRING]
        drafts = [paper for paper in found if paper.status == Status.DRAFT]
        good = [paper for paper in found if paper.status in (Status.ACTIVE, Status.EXPIRING)]
        who = ", ".join(paper.consent.recipient for paper in good)
        self.add(Sentence(_("In force for: {names}").format(names=who) if who else _("No consent is in force.")))
        if ends:
            self.add(Flow(status_pill(Status.EXPIRING)))
        if drafts:
            self.add(Notice(_("A consent is not signed yet."), "info"))
        show = page.shell.show_page
        see = Button(_("Consents"), lambda: show("consents", participant=woman), icon_name="shield-check")
        told = Button(_("What was told"), lambda: show("disclosures", participant=woman), icon_name="list-checks")
        self.add(Flow(see, told, space=t.S3))
