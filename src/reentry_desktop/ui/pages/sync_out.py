"""Copy to USB: which stick, what goes and what stays, copy and read back, done."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from ...actions import media, sync
from ...actions.sites import SiteState, site_states
from ...actions.sync import HeldBack, Preview, Sent
from ...base.media import show_size
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right
from .. import tokens as t
from ..choosing import choose_folder
from ..layouts import Flow, Stack
from ..page import Page, Stepper, Underway
from ..sticks import Stick, at, sticks
from ..style import em
from ..table import Column, FewRows
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Rule, Sentence, reveal
from ..worker import Cancelled
from .gate import GateSheetBox
from .sync import show_print

if TYPE_CHECKING:
    from ..window import MainWindow

LOOK = 2000
"""Milliseconds between two looks for a stick."""


class _Value(Sentence):
    """To be copied out; a long file name breaks at its hyphens where the text is large."""

    def __init__(self, words: str) -> None:
        super().__init__(words, role="strong", wide=True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), em(9)), hint.height())


class Counts(QWidget):
    """Words and the number that belongs to them, in two columns."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(t.S5)
        grid.setVerticalSpacing(t.S2)
        grid.setColumnStretch(1, 1)
        for place, (words, value) in enumerate(rows):
            grid.addWidget(Sentence(words, tone="muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_Value(value), place, 1)


class StickChoice(Stack):
    """The sticks that are in. One alone is chosen."""

    def __init__(self) -> None:
        super().__init__(space=t.S2)
        self.found: list[Stick] = []
        self.other: Stick | None = None
        self.group = QButtonGroup(self)
        self.none = Notice(_("No stick is in. Put one in; it appears here by itself."), "info")
        self.held = Stack(space=0)
        self.elsewhere = Button(_("Another folder"), self._choose)
        for widget in (self.none, self.held, self.elsewhere):
            self.add(widget)

    def look(self) -> None:
        """Show the sticks that are in; rows change only where the sticks did."""
        found = [*sticks(), *([self.other] if self.other is not None else [])]
        same = [(s.folder, s.writable) for s in found] == [(s.folder, s.writable) for s in self.found]
        if same and (found or self.none.isVisibleTo(self)):
            return
        before = self.chosen()
        self.found = found
        for button in self.group.buttons():
            self.group.removeButton(button)
            button.hide()
            button.deleteLater()
        for place, stick in enumerate(found):
            button = QRadioButton(stick.words.replace("&", "&&"))
            button.setEnabled(stick.writable)
            self.group.addButton(button, place)
            self.held.add(button)
        able = [place for place, stick in enumerate(found) if stick.writable]
        keep = next((n for n in able if before is not None and found[n].folder == before.folder), None)
        if keep is None and len(able) == 1:
            keep = able[0]
        if keep is not None:
            self.group.button(keep).setChecked(True)
        reveal(self.none, not found)
        for first, second in pairwise([*self.group.buttons(), self.elsewhere]):
            QWidget.setTabOrder(first, second)

    def begin(self) -> None:
        """Put the focus on the sticks, or on the way to a folder."""
        (
            self.group.checkedButton() or next((b for b in self.group.buttons() if b.isEnabled()), self.elsewhere)
        ).setFocus()

    def chosen(self) -> Stick | None:
        """The stick she chose, if it is still in."""
        place = self.group.checkedId()
        return self.found[place] if 0 <= place < len(self.found) else None

    def _choose(self) -> None:
        folder = choose_folder(self, _("Choose a folder"))
        if folder is not None:
            self.take(folder)

    def take(self, folder: Path) -> None:
        """Choose a folder in place of a stick."""
        self.other = at(folder)
        self.look()
        place = next(n for n, stick in enumerate(self.found) if stick.folder == folder)
        self.group.button(place).setChecked(True)
        self.group.button(place).setFocus()


class SyncOutPage(Page):
    """Four steps. Going back is safe until the copy is written."""

    key = "sync-out"
    title = N_("Copy to USB")
    needs = Right.SYNC
    icon = "usb"
    under = "sync"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.steps = Stepper([_("Stick"), _("Check"), _("Copy"), _("Done")])
        self.sites: list[SiteState] = []
        self.to = ""
        self.stick: Stick | None = None
        self.choice = StickChoice()
        self._again = QTimer(self, interval=LOOK)
        self._again.timeout.connect(self._look)
        self.body = Stack()
        self.add(self.steps)
        self.add(self.body)

    def open(self, site: str = "", **_args: object) -> None:
        if self.steps.now == 2:
            return  # a copy is under way
        self.sites = self.shell.desk.read(site_states)
        names = [state.site for state in self.sites]
        self.to = site if site in names else names[0] if len(names) == 1 else ""
        self.ask_stick()

    def refresh(self) -> None:
        """Nothing by itself: what is shown stays until she goes on."""

    def leave(self) -> None:
        if self.steps.now == 4:
            self.gate.keep()

    def put_away(self) -> None:
        self._again.stop()

    def _look(self) -> None:
        self.choice.look()  # another one each time the step is shown

    def _step(self, number: int, title: str, *widgets: QWidget, told: str = "") -> None:
        self._again.stop()
        self.problem.clear()
        self.steps.show_step(number)
        self.set_head(_("Copy to USB"), told or _("Nothing is written before you say so."), back=_("USB sync"))
        self.body.hide()
        self.body.deleteLater()
        self.body = Stack(Card(title, *widgets))
        self.add(self.body)

    def go_back(self) -> None:
        if self.steps.now != 2:
            self.shell.show_page("sync")

    def ask_stick(self) -> None:
        """Step 1: for whom, and where to."""
        if not self.sites:
            words = _("No other site is trusted yet. Exchange cards first.")
            go = PrimaryButton(_("Exchange cards"), lambda: self.shell.show_page("sync"), icon_name="key-round")
            self._step(0, _("For whom?"), Notice(words, "info"), go)
            return
        self.whom = QButtonGroup(self)
        for_whom: list[QWidget] = []
        if len(self.sites) > 1:
            for_whom.append(Sentence(_("For whom?"), role="strong"))
            for place, state in enumerate(self.sites):
                button = QRadioButton(state.site.replace("&", "&&"))
                button.setChecked(state.site == self.to)
                self.whom.addButton(button, place)
                for_whom.append(button)
            for_whom.append(Rule())
        other, self.choice = self.choice.other, StickChoice()
        self.choice.other = other
        self.next = PrimaryButton(_("Check what goes"), self._stick_chosen, icon_name="arrow-right")
        self._step(0, _("Put the stick in"), *for_whom, self.choice, self.next)
        self.choice.look()
        self._again.start()
        QWidget.setTabOrder(self.choice.elsewhere, self.next)
        QTimer.singleShot(0, self.begin)

    def begin(self) -> None:
        if self.steps.now == 0 and self.sites and (len(self.sites) == 1 or self.to):
            self.choice.begin()
        else:
            super().begin()

    def _stick_chosen(self) -> None:
        if len(self.sites) > 1:
            place = self.whom.checkedId()
            if place < 0:
                self.problem.show_problem(_("Choose for whom it is."))
                return
            self.to = self.sites[place].site
        self.stick = self.choice.chosen()
        if self.stick is None:
            self.problem.show_problem(_("Choose a stick, or another folder."))
            return
        try:
            self.shell.desk.read(media.check_folder, self.stick.folder)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.check()

    def check(self) -> None:
        """Step 2: what goes, what stays and why."""
        desk, to = self.shell.desk, self.to
        self._step(1, _("Check what will be copied"), Notice(_("Counting…"), "info"))

        def work(_job: object) -> Preview:
            with desk.store.read() as unit:
                return sync.preview(unit, to)

        self.later(work, self._show_check, self._failed)

    def _show_check(self, found: Preview) -> None:
        assert self.stick is not None
        changes = ngettext("{n} change of {records} records", "{n} changes of {records} records", found.changes)
        held = sum(item.changes for item in found.held_back)
        counts = Counts(
            (_("For"), found.site),
            (_("Goes along"), changes.format(n=found.changes, records=found.records)),
            (_("Number"), str(found.number)),
            (_("Where to"), self.stick.words),
        )
        lock = _("Only {site} (fingerprint {words}) has the key.").format(
            site=found.site, words=show_print(found.fingerprint)
        )
        told = [Notice(lock, "info")]
        if found.sealed_for:
            words = _("Sealed files go along that only these can open: {sites}.").format(
                sites=", ".join(found.sealed_for)
            )
            told.append(Notice(words, "info"))
        if found.sealed_stays:
            words = _("Sealed files for these stay here, because they are not trusted any more: {sites}.").format(
                sites=", ".join(found.sealed_stays)
            )
            told.append(Notice(words, "warn"))
        if found.backup:
            words = _("The sealed backup of this site goes along. The office keeps it and cannot open it.")
            told.append(Notice(words, "info"))
        if sync.other_files_in(self.stick.folder):
            words = _("Other files are on the stick too. They stay as they are, and they are not locked.")
            told.append(Notice(words, "info"))
        self.copy = PrimaryButton(_("Copy to USB now"), self.write, icon_name="usb")
        acts = Flow(self.copy, Button(_("Back"), self.ask_stick, icon_name="arrow-left"), space=t.S3)
        self._step(1, _("Check what will be copied"), counts, *self._held_back(found, held), *told, acts)
        QTimer.singleShot(0, self.copy.setFocus)

    def _held_back(self, found: Preview, held: int) -> list[QWidget]:
        if not held:
            return [Sentence(_("Nothing is held back."), tone="muted")]
        words = ngettext("Held back: {n} change", "Held back: {n} changes", held)
        table = FewRows(_HELD, _("Held back"))
        table.show_rows(list(found.held_back))
        table.hide()
        self.held = LinkButton(words.format(n=held), icon_name="chevron-right")
        self.held.clicked.connect(lambda: table.setVisible(not table.isVisibleTo(self)))
        self.held_table = table
        return [self.held, table]

    def write(self) -> None:
        """Step 3: pack, lock, write, read back, compare."""
        assert self.stick is not None
        words = _("Packing, locking and writing; then the copy is read back and compared.")
        leave = _("Leave the stick in.")
        self.underway = Underway(_("Copying"))
        self._step(2, _("Copying…"), Sentence(words), self.underway, told=leave)
        desk, to, folder = self.shell.desk, self.to, self.stick.folder
        job = self.later(
            lambda job: sync.send(desk.store, to, folder, progress=job.reach), self._show_done, self._failed
        )
        self.underway.watch(job)

    def _show_done(self, sent: Sent) -> None:
        self.shell.desk.saved.emit()
        words = ngettext(
            "{n} change copied. Take the stick out now.", "{n} changes copied. Take the stick out now.", sent.changes
        )
        counts = Counts(
            (_("For"), sent.to),
            (_("Number"), str(sent.number)),
            (_("File"), sent.file.name),
            (_("Size"), show_size(sent.bytes)),
            (_("Held back"), str(sent.held_back)),
            (_("SHA-256"), " ".join(sent.sha256[at : at + 8] for at in range(0, len(sent.sha256), 8))),
        )
        self.finished = PrimaryButton(_("Done"), lambda: self.shell.show_page("sync"), icon_name="check")
        self.result = Notice(words.format(n=sent.changes), "ok")
        again = Sentence(
            _("Until they confirm it, the next copy holds all of this again. So a lost stick loses nothing."),
            tone="muted",
        )
        same = _("The copy was read back and is the same.")
        self.gate = GateSheetBox(self, self.shell.desk.read(media.carriage_named, sent.sha256))
        more = [Notice(sent.no_backup, "warn")] if sent.no_backup else []
        self._step(4, _("Copied"), self.result, *more, counts, again, self.finished, told=same)
        self.body.add(Card(_("For the gate"), self.gate))
        QWidget.setTabOrder(self.finished, self.gate.carrier.target())
        QTimer.singleShot(0, self.finished.setFocus)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Problem | Cancelled):
            raise error
        self.ask_stick()
        if isinstance(error, Cancelled):
            self.problem.say(_("Nothing was copied. The records here are safe."), "info")
        else:
            self.problem.show_problem(error)


_HELD: list[Column[HeldBack]] = [
    Column(N_("Name"), lambda h: h.name, 10, stretch=True),
    Column(N_("Changes"), lambda h: str(h.changes), 6, spare=1),
    Column(N_("Why"), lambda h: _(h.reason), 18, stretch=True),
]
