"""Roster import: the department's lists, looked at before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ...actions import lists
from ...actions.lists import Outcome
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right
from ...rosters import Mapping, Unrecognized
from ..choosing import choose_files
from ..layouts import Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Notice, PrimaryButton, Sentence, announce
from .roster_history import HistoryCard, QuestionsCard
from .roster_mapping import MappingCard
from .roster_preview import OutcomeView

if TYPE_CHECKING:
    from ..window import MainWindow
    from ..worker import Job


class DropCard(Card):
    """Takes files that are dragged onto it; its button opens the same way with the keyboard."""

    dropped = Signal(object)
    """list[Path]"""

    def __init__(self, choose: PrimaryButton) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        words = _("Drag the department's lists here, or choose them.")
        more = _("CSV or Excel, one or several. You see what they would change before anything is written.")
        self.add(EmptyState("upload", words, choose, more=more))

    @staticmethod
    def _files(mime: QMimeData) -> list[Path]:
        return [path for url in mime.urls() if url.isLocalFile() and (path := Path(url.toLocalFile())).is_file()]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if files := self._files(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(files)


class RemovalCard(Card):
    """The plain lists still lie where they were read from. They go only if she says so, one by one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(
            _("Remove the plain file from the stick"),
            note=_(
                "The records here are locked; the list is not. Deleting a file on a stick, or writing over it, proves "
                "nothing: its traces can often be read again. Keep that stick as safe as the records, or destroy it."
            ),
        )
        for path in paths:
            state = Notice("", "warn")
            button = Button(_("Remove {file}").format(file=path.name), icon_name="trash-2")
            button.clicked.connect(lambda _on=False, p=path, s=state, b=button: self._ask(p, s, b))
            self.add(Stack(button, state))

    def _ask(self, path: Path, state: Notice, button: Button) -> None:
        words = _("The file {file} is deleted from {folder}. It cannot be brought back from here.")
        keep = Button(_("Keep the file"), lambda: state.say(""))
        remove = Button(_("Remove it"), lambda: self._remove(path, state, button), icon_name="trash-2")
        state.say(words.format(file=path.name, folder=str(path.parent)), "warn", acts=[keep, remove])
        keep.setFocus()

    def _remove(self, path: Path, state: Notice, button: Button) -> None:
        try:
            lists.remove_file(path)
        except Problem as problem:
            state.say(problem.sentence, "danger")
            return
        button.setEnabled(False)
        state.say(_("The file is deleted. Treat the stick as if it still held the list."), "ok")


class RosterPage(Page):
    """Choose, look, read in. Until "Read in" nothing is written."""

    key = "roster"
    title = N_("Department lists")
    needs = Right.LISTS
    icon = "upload"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.stage = "start"
        """start, reading, columns, look or done"""
        self.paths: list[Path] = []
        self.mappings: dict[Path, Mapping] = {}
        self.read_in = PrimaryButton()

    def open(self, **_args: object) -> None:
        if self.stage in ("start", "done"):
            self.show_start()

    def refresh(self) -> None:
        if self.stage == "start":
            self.show_start()

    def show_start(self) -> None:
        """Nothing chosen: where files go, what is open, what was read."""
        self.stage, self.paths, self.mappings = "start", [], {}
        self.problem.clear()
        self.clear()
        self.set_head(_("Department lists"), _("The department's lists: who is here, where, and when she may leave."))
        self.choose_button = PrimaryButton(_("Choose files"), self.choose, icon_name="upload")
        drop = DropCard(self.choose_button)
        drop.dropped.connect(self.look)
        self.add(drop)
        self._add_questions()
        desk = self.shell.desk
        self.history = HistoryCard(desk, self._undone)
        self.add(self.history)

    def _add_questions(self) -> None:
        card = QuestionsCard(self.shell.desk, lambda woman: self.shell.show_page("participant", participant=woman))
        self.questions = card
        if card.count:
            self.add(card)

    def _undone(self, name: str) -> None:
        self.show_start()
        self.shell.toast(_("The reading of {file} is undone.").format(file=name))

    def choose(self) -> None:
        """Ask for files, then look at them."""
        kinds = _("Lists (*.csv *.txt *.xlsx);;All files (*)")
        if files := choose_files(self, _("Choose the lists"), kinds):
            self.look(files)

    def look(self, paths: Sequence[Path]) -> None:
        """Say what reading *paths* would do. Nothing is written."""
        self.paths = list(paths)
        self._run(trial=True)

    def _run(self, *, trial: bool) -> None:
        self.stage = "reading"
        self.problem.clear()
        self.clear()
        self.set_head(_("Department lists"), ", ".join(path.name for path in self.paths))
        words = _("Reading the lists…") if trial else _("Reading in…")
        self.add(Notice(words, "info"))
        desk = self.shell.desk
        paths, mappings = list(self.paths), dict(self.mappings)

        def done(outcome: Outcome) -> None:
            if trial:
                self._show_look(outcome)
            else:
                desk.tell(self)
                self._show_done(outcome)
            QTimer.singleShot(0, self.begin)

        def work(job: Job) -> Outcome:
            return lists.read_lists(desk.store, paths, mappings=mappings, trial=trial, progress=job.reach)

        self.later(work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Unrecognized):
            self._show_columns(MappingCard.of_unrecognized(Path(error.path), error, self._use, self.show_start))
            self.problem.show_problem(error, support=False)
            return
        if not isinstance(error, Problem):
            raise error
        self.show_start()
        self.problem.show_problem(error)
        self.choose_button.setFocus()

    def _use(self, path: Path, mapping: Mapping) -> None:
        self.mappings[path] = mapping
        self._run(trial=True)

    def _show_columns(self, card: MappingCard) -> None:
        self.stage = "columns"
        self.clear()
        self.set_head(_("Which column is what?"), _("Nothing is written yet."))
        self.columns = card
        self.add(card)
        QTimer.singleShot(0, self.begin)  # what was just added takes the focus once it is shown

    def _show_look(self, outcome: Outcome) -> None:
        self.stage = "look"
        self.clear()
        self.read_in = PrimaryButton(_("Read in"), lambda: self._run(trial=False), icon_name="check")
        again = Button(_("Choose other files"), self.show_start)
        self.set_head(_("Look before you read in"), _("Nothing is written yet."), again, self.read_in)
        self.add(Sentence(_summary(outcome), role="strong", wide=True))

        def columns(place: int) -> None:
            card = MappingCard.of_file(
                self.paths[place], outcome.files[place], self._use, lambda: self._show_look(outcome)
            )
            self._show_columns(card)

        self.view = OutcomeView(outcome, columns)
        self.add(self.view)

    def begin(self) -> None:
        if self.stage == "look":
            self.read_in.setFocus()
        else:
            super().begin()

    def _show_done(self, outcome: Outcome) -> None:
        self.stage = "done"
        self.clear()
        self.set_head(
            _("The lists are read in"),
            "",
            Button(_("Read another list"), self.show_start, icon_name="upload"),
            PrimaryButton(_("Who is due"), lambda: self.shell.show_page("due"), icon_name="calendar"),
        )
        self.result = Notice(_summary(outcome), "ok")
        self.add(self.result)
        announce(self, self.result.text())
        if same := len(outcome.possible_duplicates):
            words = ngettext("{n} pair may be one woman.", "{n} pairs may be one woman.", same)
            self.add(Notice(words.format(n=same), "info"))
        self._add_questions()
        self.removal = RemovalCard(self.paths)
        self.add(self.removal)


def _summary(outcome: Outcome) -> str:
    words = ngettext(
        "{n} line: {added} new, {updated} changed, {same} the same, {rejected} not taken.",
        "{n} lines: {added} new, {updated} changed, {same} the same, {rejected} not taken.",
        outcome.total("read"),
    )
    return words.format(
        n=outcome.total("read"),
        added=outcome.total("added"),
        updated=outcome.total("updated"),
        same=outcome.total("unchanged"),
        rejected=outcome.total("rejected"),
    )
