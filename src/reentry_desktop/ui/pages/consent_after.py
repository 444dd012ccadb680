"""A consent that was signed: taken back, ended, made anew; who was told under it, and the letters that ask back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...actions import attachments, consent_papers, consents, disclosures
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import _, language
from ...records.consent import IN_FORCE, Revoked, Status
from ...records.disclosure import Disclosure, How
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, Stack
from ..signature import SignaturePad
from ..widgets import Button, Card, LinkButton, Notice, Pill, Sentence
from .gate import print_sheet
from .preview_options import Choice, labelled

if TYPE_CHECKING:
    from ...actions.consents import Paper
    from ...store import Unit
    from .consent import ConsentPage


class After(Stack):
    """What can be done with it now."""

    def __init__(self, page: ConsentPage, paper: Paper) -> None:
        super().__init__()
        self._page, self._paper = page, paper
        self._consent = Id(paper.consent.id)
        self.add(self._signature())
        if page.writable and paper.status in IN_FORCE:
            self.add(self._ending())
        elif page.writable:
            renew = Button(_("Make a new one with these words"), self._renew, icon_name="copy")
            self.add(Card("", Sentence(_("Nothing is told under it any more.")), renew))
        told = page.shell.desk.read(disclosures.told_under, self._consent)
        self.add(self._told(list(told)))

    def _signature(self) -> Card:
        consent = self._paper.consent
        card = Card(_("Her signature"))
        if consent.signed_on is None:
            card.add(Sentence(_("Not signed yet.")))
            return card
        if not consent.signed:
            card.add(Notice(_("These are not the words she signed. It allows nothing. Make a new one."), "warn"))
        card.add(Sentence(_("Signed on {day}.").format(day=show_day(consent.signed_on)), role="strong"))
        if consent.strokes:
            pad = SignaturePad()
            pad.setEnabled(False)
            pad.setAccessibleName(_("Her signature, drawn on the screen"))
            pad.show_text(consent.strokes)
            card.add(pad)
        if consent.paper_kept:
            card.add(Sentence(_("The signed paper is kept here: {place}.").format(place=consent.paper_kept)))
        if consent.seen_by:
            card.add(Sentence(_("Seen by {name}.").format(name=consent.seen_by), tone="muted"))
        if consent.revoked_on:
            card.add(Sentence(_("Taken back on {day}.").format(day=show_day(consent.revoked_on)), role="strong"))
        self._scans(card)
        return card

    def _scans(self, card: Card) -> None:
        """The scans of the signed paper, and the way to add one."""
        page = self._page
        for one in page.shell.desk.read(attachments.papers, page.woman):
            if one.record.of_record == self._consent:
                look = LinkButton(
                    one.record.name, partial(page.shell.show_page, "paper", paper=one.record.id), icon_name="eye"
                )
                look.setAccessibleName(_("Look at the scan: {name}").format(name=one.record.name))
                card.add(look)
        if page.writable:
            add = LinkButton(_("Add a scan of the paper"), self._add_scan, icon_name="upload")
            card.add(add)

    def _add_scan(self) -> None:
        page = self._page
        page.shell.show_page("papers", participant=page.woman, consent=self._consent)

    def _ending(self) -> Card:
        consent = self._paper.consent
        card = Card(_("She can take it back on any day"))
        self.how = Choice(_("How she takes it back"), [(one.value, _(one.label)) for one in Revoked])
        self.how.set(Revoked.SAID)
        card.add(labelled(_("How she takes it back"), self.how))
        card.add(Button(_("She takes it back"), self._revoke, icon_name="undo-2", kind="danger"))
        if consent.expires_event:
            words = _("It ends with: {what}").format(what=consent.expires_event)
            ended = Button(_("This happened today"), self._event, icon_name="check")
            card.add(Stack(Sentence(words), ended, space=t.S2))
        if self._paper.status == Status.EXPIRING:
            card.add(Button(_("Make a new one with these words"), self._renew, icon_name="copy"))
        return card

    def _told(self, told: list[Disclosure]) -> Card:
        card = Card(_("Told under this consent"))
        if not told:
            card.add(Sentence(_("Nothing yet."), tone="muted"))
            return card
        back = self._paper.consent.revoked_on is not None
        for one in told:
            card.add(self._row(one, back=back))
        if back and any(one.back_on is None for one in told):
            card.add(Button(_("Print letters that ask for it back"), self._letters, icon_name="printer"))
        return card

    def _row(self, one: Disclosure, *, back: bool) -> Stack:
        when = show_day(one.told_on)
        row = Stack(Sentence(f"{one.recipient}: {one.what}, {when}", role="strong"), space=t.S1)
        if not back:
            return row
        if one.back_on is not None:
            words = _("Back or destroyed on {day}").format(day=show_day(one.back_on))
            row.add(Flow(Pill(words, "ok", icon_name="circle-check")))
            return row
        if one.letter_on is not None:
            words = _("Asked for back on {day}").format(day=show_day(one.letter_on))
            row.add(Flow(Pill(words, "info", icon_name="clock")))
        if why := disclosures.cannot_come_back(one):
            row.add(Sentence(why, tone="muted"))
        if one.how in (How.SPOKEN, How.SHOWN):
            return row
        came = Button(_("It came back or was destroyed"), partial(self._came, Id(one.id)), icon_name="check")
        came.setAccessibleName(f"{came.text()}: {one.recipient}, {one.what}, {when}")
        if self._page.writable:
            row.add(Flow(came))
        return row

    # Doing

    def _do(self, command: object, *args: object) -> None:
        page = self._page
        try:
            page.shell.desk.do(page, command, *args)  # type: ignore[arg-type]
        except Problem as problem:
            page.problem.show_problem(problem)
            return
        page.open(participant=page.woman, consent=page.consent)

    def _revoke(self) -> None:
        self._do(consents.revoke_consent, self._consent, self.how.get())

    def _event(self) -> None:
        self._do(consents.note_ending_event, self._consent)

    def _came(self, one: Id) -> None:
        self._do(disclosures.came_back, one)

    def _renew(self) -> None:
        page = self._page
        try:
            made = page.shell.desk.do(page, consents.renew_consent, self._consent)
        except Problem as problem:
            page.problem.show_problem(problem)
            return
        page.shell.show_page("consent", participant=page.woman, consent=made)

    def _letters(self) -> None:
        page = self._page
        try:
            made = page.shell.desk.read(consent_papers.letters_print, self._consent, language())

            def print_letters(unit: Unit, printer: str) -> None:
                consent_papers.note_sheet(unit, made, how="printed", printer=printer)

            if print_sheet(page, made.pdf, print_letters):
                page.refresh()
        except Problem as problem:
            page.problem.show_problem(problem)
