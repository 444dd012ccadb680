"""Her scanned papers: what is kept, adding one from a file or stick, taking one out, and looking at one."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import attachments, moves, taking_back
from ...actions.attachments import Paper
from ...actions.disclosures import HERS, Allowed
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.attachment import Attachment, PaperKind
from ...records.base import Right, choice_label, fields
from ...records.participant import Participant
from .. import tokens as t
from ..choosing import choose_file
from ..days import show_day
from ..editors import Line
from ..form import FieldRow, RecordForm
from ..kept import Kept, keep_typed
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence, reveal
from .preview_consent import Covering, grounds_for_paper
from .preview_options import Choice, labelled
from .preview_readers import OUTSIDE, READERS
from .shown_paper import ShownPaper

if TYPE_CHECKING:
    from ...reports.scans import Scan
    from ...store import Store, Unit
    from ..window import MainWindow
    from ..worker import Job

ASKED = ("name", "what", "taken_on")


def show_size(size: int) -> str:
    """Bytes as people read them."""
    if size < 1 << 20:
        return _("{n} KB").format(n=f"{(size + 1023) >> 10:,}")
    return _("{n} MB").format(n=f"{size / (1 << 20):.1f}")


class PapersPage(Page):
    """``show_page("papers", participant=ID, consent=ID)``: with a consent, what is added belongs to it."""

    key = "papers"
    title = N_("Scanned papers")
    icon = "archive"
    under = "participants"
    of_one = True
    needs = Right.SEE

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = self.consent = Id("")
        self.scan: Scan | None = None
        self.form: RecordForm | None = None
        self._file = ""

    def open(self, **args: Any) -> None:
        self.woman, self.consent = Id(args["participant"]), Id(args.get("consent", ""))
        self.scan = None
        self.refresh()

    def put_away(self) -> None:
        self.scan = None

    def refresh(self) -> None:
        """Read again. What was typed about a file that is being added stays."""
        keep_typed(self)
        typed = self.form.values() if self.form is not None and self.scan is not None else {}
        self.form = None
        self.clear()
        desk = self.shell.desk
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        self.held = desk.read(moves.held, self.woman)
        found = desk.read(attachments.papers, self.woman)
        out = desk.read(attachments.papers, self.woman, removed=True)
        kind = Button if self.scan is not None else PrimaryButton  # then keeping that one is what comes next
        add = kind(_("Add from a file"), self._choose, icon_name="upload")
        add.setEnabled(self.held.writable)
        acts = [add] if desk.may("attach") else []
        self.set_head(_(self.title), her.name, *acts, way_back=_("Back to her page"))
        if not self.held.writable:
            self.add(Notice(_("Another facility holds her record. Here it can be read, not changed."), "warn"))
        columns = Columns(ratio=(3, 2))
        if self.scan is not None:
            columns.right.add(self._adding(typed))
        columns.left.add(self._kept(found, out))
        if out:
            columns.left.add(self._taken_out(out))
        columns.right.add(Card(_("How they are kept"), *map(Sentence, self._how())))
        self.add(columns)

    def _how(self) -> tuple[str, ...]:
        most = self.shell.desk.read(attachments.most_bytes) >> 20
        return (
            _("Encrypted, in the store with the records. There is never a loose file."),
            _("PDF, JPEG and PNG, up to {n} MB each.").format(n=most),
            _("What hides in a file, like the place where a photo was taken, is taken out."),
            _("They go along when her record moves to another facility, and not to the office."),
            _("Delete the file on the stick or PC once it is added."),
        )

    # What is kept

    def _kept(self, found: list[Paper], out: list[Paper]) -> Card:
        if not found:
            return Card("", EmptyState("archive", _("No paper was scanned for her yet.")))
        total = show_size(attachments.total_bytes([*found, *out]))
        card = Card(ngettext("{n} paper, {size} in all", "{n} papers, {size} in all", len(found)).format(
            n=len(found), size=total))  # fmt: skip
        for place, paper in enumerate(found):
            if place:
                card.add(Rule())
            card.add(self._row(paper))
        return card

    def _row(self, paper: Paper) -> QWidget:
        record = paper.record
        n = record.pages or 1
        about = " · ".join(
            (
                choice_label(PaperKind, record.what), show_day(record.taken_on),
                ngettext("{n} page", "{n} pages", n).format(n=n), show_size(record.size or 0),
            )
        )  # fmt: skip
        said = Stack(Sentence(record.name, role="strong", wide=True), Sentence(about, tone="muted", wide=True), space=0)
        acts = Flow(space=t.S3, right=True)
        if paper.here:
            look = Button(_("Look"), partial(self._look, record.id), icon_name="eye")
            look.setAccessibleName(f"{look.text()}: {record.name}")
            acts.add(look)
        else:
            acts.add(Pill(_("Not here"), "plain", icon_name="circle-dashed"))
        if self.held.writable:
            gone = LinkButton(_("Take out"), partial(self._ask_out, record.id), icon_name="x")
            gone.setAccessibleName(f"{gone.text()}: {record.name}")
            acts.add(gone)
        return _beside(said, acts)

    def _look(self, paper: Id) -> None:
        self.shell.show_page("paper", paper=paper)

    def _ask_out(self, paper: Id) -> None:
        """Why it is taken out is asked where the page says what went wrong: it is one line."""
        name = self.shell.desk.read(lambda unit: unit.get(Attachment, paper).name)
        self.clear()
        self.problem.clear()
        self.set_head(_(self.title), self.head.subtitle.text(), way_back=_("Back to her page"))
        self.why = why = Line(most=200)
        kept = Kept(self, {"why": why}).show(f"{self.key}/out/{paper}", self.woman)
        row = FieldRow(_("Why is it taken out?"), why, required=True)

        def take_out() -> None:
            try:
                self.shell.desk.do(self, attachments.remove_paper, paper, why.get())
            except Refused as refused:
                row.show_problem(refused.fields.get("removed_why", refused.sentence))
                why.setFocus()
                return
            except Problem as problem:
                self.problem.show_problem(problem)
                return
            kept.done()
            self.refresh()
            self.shell.toast(_("Taken out. It can be brought back until it is erased."))

        note = _("“{name}” is not shown any more. It can be brought back until it is erased.").format(name=name)
        go = PrimaryButton(_("Take it out"), take_out, icon_name="x")
        self.add(Card(_("Take a paper out"), row, Flow(go, Button(_("Leave it"), self.refresh), space=t.S3), note=note))
        why.setFocus()

    def _taken_out(self, out: list[Paper]) -> Card:
        card = Card(_("Taken out"))
        for place, paper in enumerate(out):
            if place:
                card.add(Rule())
            record = paper.record
            words = Stack(
                Sentence(record.name, role="strong", wide=True),
                Sentence(_("Why: {why}").format(why=record.removed_why), tone="muted", wide=True),
                space=0,
            )
            acts = Flow(space=t.S3, right=True)
            if self.held.writable:
                back = LinkButton(_("Bring it back"), partial(self._bring_back, record.id), icon_name="undo-2")
                erase = LinkButton(_("Erase for good"), partial(self._ask_erase, record), icon_name="trash-2")
                for act in (back, erase):
                    act.setAccessibleName(f"{act.text()}: {record.name}")
                    acts.add(act)
            card.add(_beside(words, acts))
        return card

    def _bring_back(self, paper: Id) -> None:
        self._do(attachments.bring_paper_back, paper)

    def _ask_erase(self, record: Attachment) -> None:
        words = _(
            "Erase “{name}” for good? Nobody can bring it back. The record of use keeps that it was done. Backups made "
            "before still hold it until they are replaced."
        ).format(name=record.name)
        self.erase = Button(_("Erase it"), partial(self._erase, record.id), kind="danger")
        keep = Button(_("Keep it"), self.problem.clear)
        self.problem.say(words, "warn", acts=[self.erase, keep])
        self.ensureWidgetVisible(self.problem)
        keep.setFocus()

    def _erase(self, paper: Id) -> None:
        if self._do(attachments.erase_paper, paper):
            store = self.shell.desk.store
            self.later(lambda _job: taking_back.finish_taking_back(store), lambda _done: None)
            self.shell.toast(_("Erased."))

    def _do(self, command: Any, paper: Id) -> bool:
        self.problem.clear()
        try:
            self.shell.desk.do(self, command, paper)
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        self.refresh()
        return True

    # Adding

    def _choose(self) -> None:
        kinds = _("Papers") + " (*.pdf *.jpg *.jpeg *.png)"
        if (file := choose_file(self, _("Which scanned paper?"), kinds)) is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Read and check a file beside the window; then ask what it is."""
        store = self.shell.desk.store
        self._file = file.name
        self.problem.say(_("The paper is being checked…"), "info")

        def done(scan: Scan) -> None:
            self.problem.clear()
            self.scan = scan
            self.refresh()
            if self.form is not None:
                self.form.editors["name"].setFocus()

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.problem.show_problem(error)

        self.later(lambda job: _read(store, file, job), done, failed)

    def _adding(self, typed: dict[str, Any]) -> Card:
        assert self.scan is not None
        today = self._today()
        self.form = RecordForm(fields(Attachment), only=ASKED, today=self._today)
        usual = PaperKind.CONSENT if self.consent else PaperKind.OTHER
        self.form.show_values(typed or {"what": usual, "taken_on": today})
        file = hashlib.sha256(self.scan.data).hexdigest()
        self._typed = Kept(self, self.form.editors).show(f"{self.key}/{file}", self.woman)
        n = self.scan.pages
        told = ngettext("{file}: {n} page, {size}", "{file}: {n} pages, {size}", n).format(
            file=self._file, n=n, size=show_size(len(self.scan.data))
        )
        self.keep = PrimaryButton(_("Keep this paper"), self._keep, icon_name="check")
        return Card(
            _("Add this paper"),
            Sentence(told),
            self.form,
            Flow(self.keep, Button(_("Do not add"), self._drop), space=t.S3),
        )

    def _today(self) -> Any:
        return self.shell.desk.read(lambda unit: unit.today())

    def _drop(self) -> None:
        self._typed.done()
        self.scan = None
        self.refresh()

    def _keep(self) -> None:
        form, scan = self.form, self.scan
        assert form is not None
        assert scan is not None
        try:
            values = form.values()
            belongs: dict[str, Any] = {"of_kind": "consent", "of_record": self.consent} if self.consent else {}
            self.shell.desk.do(self, attachments.attach, self.woman, scan, **values, **belongs)
        except Refused as refused:
            form.show_problems(refused.fields)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self._drop()
        self.shell.toast(_("Kept, encrypted. Now delete the file {file}.").format(file=self._file))


def _read(store: Store, file: Path, _job: Job) -> Scan:
    with store.read() as unit:
        most = attachments.most_bytes(unit)
    return attachments.read_file(file, most)


def _beside(said: QWidget, acts: QWidget) -> QWidget:
    whole = QWidget()
    split = SplitLayout(whole, space=t.S3)
    split.addWidget(said)
    split.addWidget(acts)
    return whole


class PaperPage(ShownPaper):
    """``show_page("paper", paper=ID)``: looking at it is an entry."""

    key = "paper"
    title = N_("Scanned paper")
    icon = "archive"
    under = "participants"
    needs = Right.SEE

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.paper = self.woman = Id("")
        words = _("Who gets it")
        self.whom = Choice(words, [("her", _("She, or her file here")), ("outside", _("Somebody outside"))])
        self.whom.chosen.connect(self._whom_chosen)
        self.covering = Covering(self, lambda: self.shell.show_page("consents", participant=self.woman))
        self.covering.changed.connect(self._make)
        self.covering.typed.connect(self.refresh)
        self.fill(labelled(words, self.whom), self.covering)

    def open(self, **args: Any) -> None:
        self.paper = Id(args["paper"])
        self.whom.set("her")
        reveal(self.covering, False)
        record = self.shell.desk.read(lambda unit: unit.get(Attachment, self.paper))
        self.woman = record.participant
        about = " · ".join((choice_label(PaperKind, record.what), show_day(record.taken_on)))
        readable = record.kind == "pdf"  # in a picture there are no words
        self.show_head(record.name, about, _("Back to her scanned papers"), readable=readable)
        try:
            self.show_pdf(self.shell.desk.do(self, attachments.look_at_paper, self.paper))
        except Problem as problem:
            self.show_pdf(b"")
            self.problem.show_problem(problem)

    def refresh(self) -> None:
        """What is shown does not change; a consent may have been made or taken back."""
        if self.whom.get() == "outside":
            self.covering.show_grounds(self.shell.desk.read(grounds_for_paper, self.woman, self.covering.name()))

    def _whom_chosen(self) -> None:
        outside = self.whom.get() == "outside"
        if outside:
            self.covering.begin(READERS[OUTSIDE], f"papers/{self.paper}", self.woman)
            self.refresh()
        reveal(self.covering, outside)
        self._make()

    def _make(self) -> None:
        """The pages for whoever gets them: for somebody outside the notice lies before them."""
        self.problem.clear()
        self.show_pdf(self.shell.desk.read(attachments.paper_for, self.paper, self._allowed())[0])

    def _allowed(self) -> Allowed:
        return self.covering.allowed() if self.whom.get() == "outside" else HERS

    def _may_go(self) -> bool:
        """Whether it may become paper or a file now; else the page says what is missing."""
        if self.whom.get() != "outside":
            return True
        if missing := self.covering.missing():
            self.problem.show_problem(missing)
            return False
        try:
            self.shell.desk.read(attachments.check_paper_may_go, self.paper, self._allowed())
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        return True

    def print_page(self) -> None:
        if self._may_go():
            super().print_page()

    def _ask_save(self) -> None:
        if self._may_go():
            super()._ask_save()

    def go_back(self) -> None:
        self.shell.show_page("papers", participant=self.woman)

    def note(self, *, how: str, to: str = "", printer: str = "", copies: int = 1) -> None:
        paper, by, outside = self.paper, self._allowed(), self.whom.get() == "outside"

        def print_paper(unit: Unit) -> None:
            attachments.print_paper(unit, paper, how=how, to=to, printer=printer, by=by, outside=outside)

        self.shell.desk.do(self, print_paper)
        if outside:
            self.covering.kept.done()
