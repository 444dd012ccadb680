"""She signs: on the screen, or on paper that is kept somewhere and that somebody saw her sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import consents
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import _
from .. import tokens as t
from ..checks import Check
from ..day_editor import Day
from ..editors import Line
from ..form import FieldRow
from ..kept import Kept
from ..layouts import Flow, Stack
from ..signature import SignaturePad
from ..widgets import Button, Card, Notice, PrimaryButton, Sentence, reveal
from .preview_options import Choice, labelled

if TYPE_CHECKING:
    from ...records.consent import Consent
    from .consent import ConsentPage

SCREEN, PAPER = "screen", "paper"


class Signing(Card):
    """Nothing is signed before each element is there: what is missing is said."""

    def __init__(self, page: ConsentPage, consent: Consent) -> None:
        super().__init__(_("Her signature"))
        self._page, self._consent = page, Id(consent.id)
        self.missing = Notice("", "info")
        heard = Check(_("It was read to her, and she knows what it says"))
        self.heard = heard.box
        self.way = Choice(_("How she signs"), [(SCREEN, _("On the screen")), (PAPER, _("On paper"))])
        self.way.set(SCREEN)
        self.way.chosen.connect(self._show)
        self.pad = SignaturePad()
        again = Button(_("Empty the field"), self.pad.clear, icon_name="undo-2")
        self.on_screen = Stack(Sentence(_("She signs with the mouse or a finger."), role="strong"), self.pad, again,
                               space=t.S2)  # fmt: skip
        self.kept, self.seen = Line(most=200), Line(most=120)
        self.kept_row = FieldRow(_("Where the signed paper is kept"), self.kept, help=_("Like: red binder, shelf 2"))
        self.seen_row = FieldRow(_("Who saw her sign"), self.seen)
        self.seen.set(page.shell.desk.read(consents.name_here))
        self.day = Day(today=lambda: page.shell.desk.read(lambda unit: unit.today()))
        self.day.set(self.day.today())
        self.day_row = FieldRow(_("Signed on"), self.day)
        self.on_paper = Stack(
            Sentence(_("Print the paper, and let her sign it. A scan is not needed.")), self.kept_row, self.seen_row,
            self.day_row, space=t.S3,
        )  # fmt: skip
        self._kept = Kept(page, {"kept": self.kept, "seen": self.seen}).show(
            f"consents/{consent.id}", Id(consent.participant)
        )
        self.go = PrimaryButton(_("She signed"), self._sign, icon_name="check")
        for widget in (self.missing, heard, labelled(_("How she signs"), self.way), self.on_screen, self.on_paper):
            self.add(widget)
        self.add(Flow(self.go))
        self.show_consent(consent)
        self._show()

    def show_consent(self, consent: Consent) -> None:
        """Say what is missing before she can sign."""
        found = consents.missing(consent)
        words = _("Before she signs: {what}").format(what=" ".join(found.values())) if found else ""
        if words != self.missing.text():
            self.missing.say(words, "info")
        self.go.setEnabled(not found)
        self.go.setToolTip(words)

    def _show(self) -> None:
        on_paper = self.way.get() == PAPER
        reveal(self.on_screen, not on_paper)
        reveal(self.on_paper, on_paper)

    def _sign(self) -> None:
        page, on_paper = self._page, self.way.get() == PAPER
        rows = {"paper_kept": self.kept_row, "seen_by": self.seen_row, "signed_on": self.day_row}
        for row in rows.values():
            row.show_problem("")
        page.problem.clear()
        try:
            if on_paper:
                said = {"paper_kept": self.kept.get(), "seen_by": self.seen.get(), "on": self.day.get()}
            else:
                said = {"strokes": self.pad.text()}
            page.shell.desk.do(page, consents.sign_consent, self._consent, read_to_her=self.heard.isChecked(), **said)
        except Refused as refused:
            for name, sentence in refused.fields.items():
                if name in rows and on_paper:
                    rows[name].show_problem(sentence)
                else:
                    page.problem.show_problem(sentence)
            return
        except Problem as problem:
            page.problem.show_problem(problem)
            return
        self._kept.done()
        page.signed()
