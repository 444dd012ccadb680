"""What was told about her to somebody outside: the account, its paper for her, and a line written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import consent_papers, consents, disclosures, withholding
from ...actions.disclosures import Allowed
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, language
from ...records.base import Right, choice_label, fields
from ...records.disclosure import Disclosure, Ground, How
from ...records.participant import Participant
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow, RecordForm
from ..kept import Kept
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Notice, Pill, Rule, Sentence, reveal
from .gate import print_sheet
from .preview_options import Choice, labelled

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

NOTED = ("recipient", "place", "what", "purpose", "how", "told_on", "ground", "why")
"""What is written down by hand."""
DRAFT = "telling/"
"""How the drafts of a line begin; whom it is about follows."""
SHOWN = 30
"""Lines that are shown at once."""


class DisclosuresPage(Page):
    """``show_page("disclosures", participant=ID)``."""

    key = "disclosures"
    title = N_("What was told")
    icon = "list-checks"
    under = "participants"
    needs = Right.CONSENT

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        self.years = Choice(_("How far back"), [("3", _("3 years")), ("6", _("6 years"))])
        self.years.set("6")
        self.years.chosen.connect(self.refresh)
        self.list = Card(_("The account"), labelled(_("How far back"), self.years))
        self.rows = Stack(space=t.S3)
        self.list.add(self.rows)
        self.form = RecordForm(fields(Disclosure), only=NOTED, today=lambda: self.shell.desk.read(lambda u: u.today()))
        self.consent = ChoiceBox([])
        self.consent_row = FieldRow(_("Which consent allowed it"), self.consent)
        self.warning = Notice("", "warn")
        self.form.changed.connect(self._changed)
        self._kept = Kept(self, self.form.editors)
        for key in ("recipient", "place"):
            self.form.editors[key].left.connect(self._warn)
        self.note = Button(_("Write it down"), self._note, icon_name="plus")
        words = _("For what was told by phone, by mail, or in another way. Prints stand in the account by themselves.")
        self.by_hand = Card(_("Told in another way"), self.warning, self.form, self.consent_row, self.note, note=words)
        columns = Columns(ratio=(3, 2), narrow=56)
        columns.left.add(self.list)
        columns.right.add(self.by_hand)
        self.add(columns)

    def open(self, **args: Any) -> None:
        self.woman = Id(args["participant"])
        self.problem.clear()
        self._empty()
        self._kept.show(DRAFT + self.woman, self.woman)
        self.refresh()

    def go_back(self) -> None:
        self.shell.show_page("consents", participant=self.woman)

    def refresh(self) -> None:
        """Read again; what is typed stays."""
        desk = self.shell.desk
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        acts = (
            [Button(_("Print it for her"), self.print_page, icon_name="printer")] if desk.may("print_account") else []
        )
        self.set_head(_("What was told"), her.name, *acts, way_back=_("Back to her consents"))
        reveal(self.by_hand, desk.may("note_disclosure"))
        found = desk.read(disclosures.disclosures_of, self.woman, int(self.years.get()))
        while (item := self.rows.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for at, one in enumerate(found[:SHOWN]):
            if at:
                self.rows.add(Rule())
            self.rows.add(self._row(one))
        if not found:
            more = _("Her own copies and the office of the program do not stand here.")
            self.rows.add(EmptyState("list-checks", _("Nothing was told to anybody outside."), more=more))
        if len(found) > SHOWN:
            words = _("The newest {n} are shown. The printed account has all but what was told on a court order.")
            self.rows.add(Sentence(words.format(n=SHOWN), tone="muted"))
        self._offer_consents()

    def print_page(self) -> None:
        """The account on paper, for her."""
        years = int(self.years.get())
        try:
            made = self.shell.desk.read(consent_papers.account_print, self.woman, years=years)

            def print_account(unit: Unit, printer: str) -> None:
                consent_papers.note_sheet(unit, made, how="printed", printer=printer)

            if print_sheet(self, made.pdf, print_account):
                self.shell.toast(_("Printed. Take it from the printer now."))
        except Problem as problem:
            self.problem.show_problem(problem)

    def _row(self, one: Disclosure) -> QWidget:
        ground = self.shell.desk.read(consent_papers.ground_words, one, language())
        head = Sentence(f"{show_day(one.told_on)} · {one.recipient}", role="strong", wide=True)
        row = Stack(head, Sentence(one.what, wide=True), space=t.S1)
        said = [choice_label(How, one.how), _("by {name}").format(name=one.told_by), one.purpose, one.place]
        row.add(Sentence(" · ".join(filter(None, said)), tone="muted", role="small"))
        if one.ground == Ground.CONSENT:
            row.add(Sentence(ground, tone="muted", role="small"))
        else:
            row.add(Notice(f"{ground}. {one.why}", "warn"))
        if one.ground == Ground.COURT_ORDER:
            words = _("It is on no paper of hers: the order may forbid telling her.")
            row.add(Sentence(words, tone="muted", role="small"))
        if one.back_on:
            words = _("Back or destroyed on {day}").format(day=show_day(one.back_on))
            row.add(Flow(Pill(words, "ok", icon_name="circle-check")))
        return row

    # By hand

    def _empty(self) -> None:
        today = self.shell.desk.read(lambda unit: unit.today())
        self.form.show_values({"how": How.SPOKEN, "ground": Ground.CONSENT, "told_on": today})
        self.consent.set("")
        self.warning.say("")
        self._changed("ground")

    def _offer_consents(self) -> None:
        chosen = self.consent.get()
        self.consent.box.clear()
        self.consent.box.addItem(_("Not chosen"), "")
        for paper in self.shell.desk.read(consents.consents_of, self.woman):
            if paper.consent.signed:
                words = _("{who}, signed {day}")
                day = show_day(paper.consent.signed_on)
                self.consent.box.addItem(words.format(who=paper.consent.recipient, day=day), paper.consent.id)
        self.consent.set(chosen)

    def _changed(self, key: str) -> None:
        if key == "ground":
            by_consent = self.form.editors["ground"].get() == Ground.CONSENT
            reveal(self.consent_row, by_consent)
            reveal(self.form.rows["why"], not by_consent)

    def _warn(self) -> None:
        typed = self.form.typed()
        found = self.shell.desk.read(withholding.matches, self.woman, typed["recipient"], typed["place"])
        self.warning.say(" ".join(match.sentence for match in found), "warn")

    def _note(self) -> None:
        self.consent_row.show_problem("")
        try:
            values = self.form.values()
            ground, why = values.pop("ground"), values.pop("why")
            by = Allowed(Id(self.consent.get()) if ground == Ground.CONSENT else Id(""), ground, why)
            self.shell.desk.do(self, disclosures.note_disclosure, self.woman, by=by, **values)
        except Refused as refused:
            self.form.show_problems(refused.fields)
            self.consent_row.show_problem(_(refused.fields.get("consent", "")))
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._kept.done()
        self._empty()
        self.refresh()
