"""Bring in from USB: which bundles, what they would do, bring in, done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QWidget

from ...actions import moves, recalling, sync, waiting
from ...actions.sites import clock_ahead
from ...actions.sync import ALREADY, APPLIED, SET_ASIDE, WAITING, Taken
from ...base.ids import Id
from ...base.media import show_size
from ...base.pieces import size_of
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right
from .. import tokens as t
from ..choosing import choose_files
from ..days import show_day_of
from ..layouts import Flow, Stack
from ..page import Page, Stepper, Underway
from ..sticks import sticks
from ..table import Column, FewRows
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Sentence, reveal
from ..worker import Cancelled
from .cards import stick_place
from .sync_copied import CopiedCard

if TYPE_CHECKING:
    from ..window import MainWindow

LOOK = 2000
SHOWN = 12
"""Bundles in sight before all are asked for: those that are not here yet, then the newest."""
_LOOKED = {
    APPLIED: (N_("Can be brought in"), "circle-check", "ok"),
    ALREADY: (N_("Is here already"), "circle-dashed", "plain"),
    WAITING: (N_("An earlier one is missing"), "clock", "warn"),
    SET_ASIDE: (N_("Set aside"), "triangle-alert", "danger"),
}
_NOT_TAKEN = (N_("Cannot be brought in"), "triangle-alert", "danger")
_WRITTEN = {**_LOOKED, APPLIED: (N_("Brought in"), "circle-check", "ok")}


class SyncInPage(Page):
    """Nothing is written before "Bring in"; the same bundle twice does no harm."""

    key = "sync-in"
    title = N_("Bring in from USB")
    needs = Right.SYNC
    icon = "download"
    under = "sync"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.steps = Stepper([_("Files"), _("Check"), _("Bring in"), _("Done")])
        self.body = Stack()
        self.boxes: dict[Path, QCheckBox] = {}
        self.paths: list[Path] = []
        self._offered: list[Path] = []
        self._again = QTimer(self, interval=LOOK)
        self._again.timeout.connect(self._look)
        self.add(self.steps)
        self.add(self.body)

    def open(self, **_args: object) -> None:
        if self.steps.now != 2:
            self.ask_files()

    def refresh(self) -> None:
        """Nothing by itself: what is shown stays until she goes on."""

    def put_away(self) -> None:
        self._again.stop()

    def go_back(self) -> None:
        if self.steps.now != 2:
            self.shell.show_page("sync")

    def _step(self, number: int, *widgets: QWidget, told: str = "") -> None:
        self._again.stop()
        self.problem.clear()
        self.steps.show_step(number)
        self.set_head(_("Bring in from USB"), told or _("Nothing is written before you say so."), back=_("USB sync"))
        self.body.hide()
        self.body.deleteLater()
        self.body = Stack(*widgets)
        self.add(self.body)

    def ask_files(self) -> None:
        """Step 1: the bundles on the sticks, or chosen ones."""
        self.boxes, self._offered = {}, []
        self.none = Notice(_("No bundle is on a stick that is in. Put the stick in, or choose the files."), "info")
        self.found = Stack(space=0)
        self.all_here = Sentence(_("All of these are here already. Mark one to look at it again."), tone="muted")
        self.more = LinkButton("", self._show_all, icon_name="chevron-down")
        self.several = Sentence(_("Earlier bundles of a site are brought in first."), tone="muted")
        self.others = Sentence(_("Other files are on the stick too. They are left alone."), tone="muted")
        self.choose_button = Button(_("Choose files"), self._choose, icon_name="file-text")
        self.next = PrimaryButton(_("Look at them"), self._chosen, icon_name="arrow-right")
        acts = Flow(self.next, self.choose_button, space=t.S3)
        told = (self.all_here, self.several, self.others)
        self._step(0, Card(_("Which bundles?"), self.none, self.found, Flow(self.more), *told, acts))
        self._look()
        self._again.start()
        QTimer.singleShot(0, self.begin)

    def _look(self) -> None:
        folders = [stick.folder for stick in sticks()]
        found = [path for folder in folders for path in sync.bundles_in(folder)]
        reveal(self.others, any(map(sync.other_files_in, folders)))
        if found != self._offered or not found:
            self.offer(found)

    def offer(self, found: Sequence[Path], most: int | None = SHOWN) -> None:
        """Show *found*, at first *most* of them: what is not here yet, chosen until she takes its mark away.

        What is here already comes after that, and is not chosen.
        """
        for box in self.boxes.values():
            box.hide()
            box.deleteLater()
        self._offered, self.boxes = list(found), {}
        here = self.shell.desk.read(sync.here_already, found)
        order = sorted(found, key=lambda path: path in here)
        for path in order[:most]:
            try:
                size = size_of(path)
            except OSError:
                continue
            name = path.name.replace("&", "&&")
            box = QCheckBox(_("{file} (here already)").format(file=name) if path in here else name)
            box.setToolTip(show_size(size))
            box.setChecked(path not in here)
            self.boxes[path] = box
            self.found.add(box)
        rest = len(order) - len(order[:most])
        self.more.setText(ngettext("Show {n} more", "Show {n} more", rest).format(n=rest))
        reveal(self.more, rest > 0)
        reveal(self.none, not self.boxes)
        reveal(self.all_here, bool(self.boxes) and all(path in here for path in found))
        reveal(self.several, len(self.boxes) > 1)
        self.next.setEnabled(bool(self.boxes))
        for first, second in pairwise([*self.boxes.values(), self.more, self.next]):
            QWidget.setTabOrder(first, second)

    def _show_all(self) -> None:
        marked = {path: box.isChecked() for path, box in self.boxes.items()}
        self.offer(self._offered, most=None)
        for path, box in self.boxes.items():
            box.setChecked(marked.get(path, box.isChecked()))
        list(self.boxes.values())[len(marked)].setFocus()

    def begin(self) -> None:
        if self.steps.now == 0:
            (self.next if self.boxes else self.choose_button).setFocus()
        else:
            super().begin()

    def _choose(self) -> None:
        kinds = _("Bundles (*.bundle);;All files (*)")
        if files := choose_files(self, _("Choose the bundles"), kinds, stick_place()):
            self.look_into(files)

    def _chosen(self) -> None:
        files = [path for path, box in self.boxes.items() if box.isChecked()]
        if not files:
            self.problem.show_problem(_("Choose at least one bundle."))
            return
        self.look_into(files)

    def look_into(self, paths: Sequence[Path]) -> None:
        """Step 2: what each would do. Nothing is written."""
        self.paths = list(paths)
        words = _("Opening and checking each bundle…")
        self._step(1, Card(_("Check what comes"), Sentence(words), self._take_in(trial=True, then=self._show_look)))

    def _take_in(self, *, trial: bool, then: Callable[[list[Taken]], object]) -> Underway:
        """Begin, beside the window. Returns what shows it."""
        desk, files = self.shell.desk, self.paths
        self.underway = Underway(_("Checking") if trial else _("Bringing in"))
        self.underway.watch(
            self.later(lambda job: sync.take_in(desk.store, files, trial=trial, progress=job.reach), then, self._failed)
        )
        return self.underway

    def _show_look(self, taken: list[Taken]) -> None:
        follow = sum(one.status == WAITING for one in taken) if len(taken) > 1 else 0
        able, keep = [one for one in taken if one.status == APPLIED], len(_kept(taken))
        card = Card(_("Check what comes"), self._table(taken, _LOOKED), *_reasons(taken), *self._clocks(taken))
        if follow and able:
            words = _("A bundle that waits for an earlier one is tried again after it.")
            card.add(Sentence(words, tone="muted"))
        if conflicts := sum(one.conflicts for one in able):
            words = ngettext(
                "In {n} record two people wrote different things. Both are kept; you choose under “Two versions”.",
                "In {n} records two people wrote different things. Both are kept; you choose under “Two versions”.",
                conflicts,
            )
            card.add(Notice(words.format(n=conflicts), "info"))
        if wait := max((one.waiting for one in able), default=0):
            card.add(Notice(waiting.count_words(wait), "info"))
        back = Button(_("Choose other files"), self.ask_files, icon_name="arrow-left")
        if able:
            words = ngettext("Bring in {n} bundle", "Bring in {n} bundles", len(able) + follow)
            self.go = PrimaryButton(words.format(n=len(able) + follow), self.write, icon_name="download")
            card.add(Flow(self.go, back, space=t.S3))
        elif keep:
            words = ngettext("Keep {n} file here", "Keep {n} files here", keep)
            self.go = PrimaryButton(words.format(n=keep), self.write, icon_name="archive")
            words = _("None of it can be brought in now. What is kept here can be tried again, also without the stick.")
            card.add(Notice(words, "info"))
            card.add(Flow(self.go, back, space=t.S3))
        else:
            card.add(Notice(_("There is nothing to bring in. The records here are as they were."), "info"))
            card.add(back)
        first = self.go if able or keep else back
        if any(one.code == "parted" for one in taken):
            self.copied = CopiedCard(self, self.ask_files)
            self.copied.refresh()
            first = next(iter(self.copied.buttons), first)
            self._step(1, card, self.copied)
        else:
            self._step(1, card)
        QTimer.singleShot(0, first.setFocus)

    def _table(self, taken: list[Taken], states: dict[str, tuple[str, str, str]]) -> FewRows:
        table = FewRows(_columns(states), _("The bundles"))
        table.show_rows(taken)
        self.table = table
        return table

    def _clocks(self, taken: Sequence[Taken]) -> list[QWidget]:
        """Of each site, once, that its clock or this PC's is wrong."""
        found = [self.shell.desk.read(clock_ahead, one.sender, one.made) for one in taken]
        words = dict.fromkeys(ahead.words() for ahead in found if ahead is not None)
        return [Notice(said, "warn") for said in words]

    def write(self) -> None:
        """Step 3: each bundle whole or not at all."""
        words = _("Each bundle is written whole or not at all.")
        underway = self._take_in(trial=False, then=self._show_done)
        self._step(2, Card(_("Bringing in…"), Sentence(words), underway), told=_("Leave the stick in."))

    def _show_done(self, taken: list[Taken]) -> None:
        self.shell.desk.tell(self)
        done = [one for one in taken if one.status == APPLIED]
        changes = sum(one.changes for one in done)
        women = len(frozenset[Id]().union(*(one.about for one in done)))  # several bundles may be about the same one
        about = ngettext("{n} woman", "{n} women", women).format(n=women)
        words = ngettext(
            "{n} change is brought in, about {women}.", "{n} changes are brought in, about {women}.", changes
        )
        said = words.format(n=changes, women=about) if done else _("Nothing was brought in.")
        self.result = Notice(said, "ok" if done else "info")
        self.finished = PrimaryButton(_("Done"), lambda: self.shell.show_page("sync"), icon_name="check")
        more = LinkButton(_("Bring in more"), self.ask_files, icon_name="usb")
        here = [one for one in self.shell.desk.read(moves.moves).coming if one.state == "here"]
        asked = [one for one in self.shell.desk.read(moves.moves).asked_here if one.state == "open"]
        card = Card(_("What came in"), self.result, self._table(taken, _WRITTEN), *_reasons(taken))
        if keep := len(_kept(taken)):
            words = ngettext(
                "{n} file is kept here: USB sync, Set aside. It can be tried again there.",
                "{n} files are kept here: USB sync, Set aside. They can be tried again there.", keep,
            )  # fmt: skip
            card.add(Notice(words.format(n=keep), "info"))
        if own := sum(one.own for one in done):
            words = ngettext(
                "{n} of them came back: another PC of this site had written it.",
                "{n} of them came back: other PCs of this site had written them.", own,
            )  # fmt: skip
            card.add(Notice(words.format(n=own), "info"))
        for one in done:
            if one.new_keys:
                words = _("{site} has new keys. They are believed from now on, and its twelve words are others.")
                card.add(Notice(words.format(site=one.sender), "info"))
        if wait := self.shell.desk.read(waiting.count) if done else 0:
            card.add(Notice(waiting.count_words(wait), "info"))
        if late := sum(one.late for one in done):
            card.add(Notice(recalling.late_words(late), "info"))
        if any(one.backup for one in done):
            card.add(
                Notice(_("The site's sealed backup came along. It is kept here, and nobody here can open it."), "info")
            )
        if here or asked:
            words = _("A record has come, or is asked for. Somebody has to look at it.")
            look = Button(_("Moves between facilities"), lambda: self.shell.show_page("transfers"), icon_name="send")
            card.add(Notice(words, "warn"))
            card.add(look)
        card.add(Flow(self.finished, more, space=t.S3))
        self._step(4, card, told=_("You can take the stick out now."))
        QTimer.singleShot(0, self.finished.setFocus)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Problem | Cancelled):
            raise error
        some_may_be_in = self.steps.now == 2 and len(self.paths) > 1
        self.ask_files()
        if isinstance(error, Problem):
            self.problem.show_problem(error)
        elif some_may_be_in:
            self.shell.desk.tell(self)
            words = _("Stopped. The bundle under way was not brought in. Any that were finished before it stay.")
            self.problem.say(words, "info")
        else:
            self.problem.say(_("Nothing was brought in. The records here are safe."), "info")


def _kept(taken: Sequence[Taken]) -> list[Taken]:
    """What is kept here, once it is more than looked at, because it cannot be brought in now."""
    # For a copied folder there is a button of its own; afterwards that site copies anew.
    return [one for one in taken if one.reason and not one.is_dropped and one.code != "parted"]


def _reasons(taken: Sequence[Taken]) -> list[QWidget]:
    """Why a bundle was not taken, in the words of the fault itself."""
    return [
        Notice(_("{file}: {reason}").format(file=one.name or Path(one.file).name, reason=one.reason), "warn")
        for one in taken
        if one.reason
    ]


def _columns(states: dict[str, tuple[str, str, str]]) -> list[Column[Taken]]:
    def of(one: Taken) -> tuple[str, str, str]:
        return _NOT_TAKEN if one.is_dropped else states[one.status]

    return [
        Column(N_("Sent by"), lambda r: r.sender or r.name or Path(r.file).name, 8, stretch=True),
        Column(N_("Number"), lambda r: str(r.number or ""), 5.5, spare=1),
        Column(N_("Made"), lambda r: show_day_of(r.made) if r.made else "", 8, spare=3),
        Column(N_("Women"), lambda r: str(r.women), 5, spare=4),
        Column(N_("Changes"), lambda r: str(r.changes), 6, spare=2),
        Column(N_("Two versions"), lambda r: str(r.conflicts), 8, spare=5),
        Column(N_("What happens"), lambda r: _(of(r)[0]), 11, lambda r: of(r)[1:], stretch=True),
    ]
