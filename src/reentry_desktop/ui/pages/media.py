"""The sticks of this site: which are in now, the register, and the transport log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from ...actions import media
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Right
from ...records.people import Site
from .. import sticks as plugged
from .. import tokens as t
from ..choosing import choose_folder
from ..editors import Line
from ..form import FieldRow
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, Sentence, reveal
from .media_rows import CarriageRow, StickRow
from .sync_out import LOOK

if TYPE_CHECKING:
    from ..window import MainWindow

STEP = 10
"""So many bundles are shown at once; a year of them is long."""
NAMED = 6
"""So many files are named before they are deleted."""


class SticksPage(Page):
    """``show_page("sticks")``. An administrator registers; everybody notes who carried what."""

    key = "sticks"
    title = N_("Sticks")
    needs = Right.SYNC
    icon = "usb"
    under = "sync"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("Which sticks this site uses, and who carried each bundle.")
        self.set_head(_("Sticks"), about, back=_("USB sync"))
        self.policy = Notice("", "info")
        self.here: dict[Path, HereRow] = {}
        self.sticks: dict[Id, StickRow] = {}
        self.carriages: dict[Id, CarriageRow] = {}
        self.chosen: Path | None = None
        self._shown = STEP
        self._again = QTimer(self, interval=LOOK)
        self._again.timeout.connect(self.look)
        self.none_in = Notice(_("No stick is in. Put one in; it appears here by itself."), "info")
        self.ins = Stack(space=t.S4)
        elsewhere = LinkButton(_("Another folder"), self._choose, icon_name="usb")
        self.none_known = EmptyState("usb", _("No stick is registered yet."))
        self.known = Stack(space=t.S3)
        self.none_gone = EmptyState("clock", _("Nothing was copied to a stick yet."))
        self.log = Stack(space=t.S3)
        self.more = Button(_("Show earlier ones"), self._show_more, icon_name="chevron-down")
        columns = Columns()
        columns.left.add(Card(_("Sticks that are in"), self.none_in, self.ins, elsewhere))
        columns.left.add(Card(_("Register of sticks"), self.none_known, self.known))
        columns.right.add(Card(_("Transport log"), self.none_gone, self.log, self.more))
        self.add(self.policy)
        self.add(columns)

    def open(self, **_args: object) -> None:
        self._shown = STEP
        self.refresh()
        self._again.start()

    def leave(self) -> None:
        for row in self.carriages.values():
            row.keep()

    def put_away(self) -> None:
        self._again.stop()

    def go_back(self) -> None:
        self.shell.show_page("sync")

    def refresh(self) -> None:
        desk = self.shell.desk
        only = desk.read(lambda unit: unit.get(Site, unit.store.site).registered_sticks_only)
        self.policy.say(_("Only registered sticks are taken at this site.") if only else "", "info")
        found = desk.read(media.sticks)
        if list(self.sticks) != [stick.id for stick in found]:
            _empty(self.sticks)
            for stick in found:
                self.sticks[stick.id] = StickRow(self, stick)
                self.known.add(self.sticks[stick.id])
        for stick in found:
            self.sticks[stick.id].show_stick(stick)
            reveal(self.sticks[stick.id].rule, stick is not found[-1])
        reveal(self.none_known, not found)
        log = desk.read(media.transport_log)
        shown = log[: self._shown]
        if list(self.carriages) != [one.carriage.id for one in shown]:
            _empty(self.carriages)
            for one in shown:
                self.carriages[one.carriage.id] = CarriageRow(self, one)
                self.log.add(self.carriages[one.carriage.id])
        for one in shown:
            self.carriages[one.carriage.id].show_carried(one)
            reveal(self.carriages[one.carriage.id].rule, one is not shown[-1])
        reveal(self.none_gone, not log)
        reveal(self.more, len(log) > len(shown))
        self.look()

    def look(self) -> None:
        """Show the sticks that are in; a row is made anew only where its stick changed."""
        found = {stick.folder: stick for stick in plugged.sticks()}
        if self.chosen is not None:
            found.setdefault(self.chosen, plugged.at(self.chosen))
        desk = self.shell.desk
        seen = {folder: desk.read(media.on_stick, folder) for folder in found}
        seen = {folder: on for folder, on in seen.items() if on.medium.size}
        before = {folder: row.state for folder, row in self.here.items()}
        if before != {folder: _state(on) for folder, on in seen.items()}:
            _empty(self.here)
            for folder, on in seen.items():
                self.here[folder] = HereRow(self, found[folder], on)
                self.ins.add(self.here[folder])
        reveal(self.none_in, not seen)

    def take(self, folder: Path) -> None:
        """Show a folder in place of a stick that does not appear by itself."""
        self.chosen = folder
        self.look()

    def _choose(self) -> None:
        if (folder := choose_folder(self, _("Choose a folder"))) is not None:
            self.take(folder)

    def _show_more(self) -> None:
        at = len(self.carriages)
        self._shown += STEP
        self.refresh()
        list(self.carriages.values())[at].open.setFocus()


def _empty(rows: dict[Any, Any]) -> None:
    for row in rows.values():
        row.hide()
        row.deleteLater()
    rows.clear()


def _state(on: media.OnStick) -> tuple[object, ...]:
    return (on.medium.serial, on.stick.label if on.stick else "", on.bundles)


class HereRow(Stack):
    """A stick that is in: what it is, whether it is registered, and wiping it."""

    def __init__(self, page: SticksPage, stick: plugged.Stick, on: media.OnStick) -> None:
        super().__init__(space=t.S2)
        self.page, self.folder, self.state = page, stick.folder, _state(on)
        self.add(Sentence(stick.words, role="strong", wide=True))
        known = _("Registered as {label}.").format(label=on.stick.label) if on.stick else _("Not registered.")
        serial = on.medium.serial
        about = _("Its serial: {serial}").format(serial=serial) if serial else _(media.NO_SERIAL)
        self.add(Sentence(f"{known} {about}", tone="muted", wide=True))
        self.label = Line(most=20)
        self.row = FieldRow(_("Label to print on it"), self.label)
        self.wrong = Notice("", "danger")
        acts = Flow(space=t.S3)
        if on.stick is None:
            if page.shell.desk.store.who.administrator:
                self.label.set(page.shell.desk.read(media.next_label))
                self.add(self.row)
                self.register = Button(_("Register this stick"), self._register, icon_name="plus")
                acts.add(self.register)
            else:
                self.add(Sentence(_("An administrator can register it."), tone="muted"))
        if on.bundles:
            self.wipe = LinkButton(_("Delete the bundles on it"), lambda: self._ask(on.bundles), icon_name="trash-2")
            acts.add(self.wipe)
        self.asking = Notice("", "warn")
        for widget in (acts, self.asking, self.wrong):
            self.add(widget)

    def _register(self) -> None:
        try:
            self.page.shell.desk.do(self.page, media.register_stick, self.folder, self.label.get())
        except Refused as refused:
            self.row.show_problem(refused.fields.get("label", refused.sentence))
            self.label.setFocus()
        except Problem as problem:
            self.wrong.say(problem.sentence, "danger")
        else:
            self.page.refresh()
            self.page.shell.toast(_("The stick is registered. Print its label below."))
            self.page.begin()

    def _ask(self, names: tuple[str, ...]) -> None:
        n = len(names)
        words = ngettext("{n} bundle is deleted from this stick:", "{n} bundles are deleted from this stick:", n)
        listed = ", ".join(names[:NAMED]) + (" …" if n > NAMED else "")
        first = _("Other files stay.")
        if new := self.page.shell.desk.read(media.not_brought_in, self.folder):
            told = _("Not brought in here yet: {files}. Bring them in first, or to the site they are for.")
            first = f"{told.format(files=', '.join(new[:NAMED]))} {first}"
        self.go = Button(_("Delete them"), self._wipe, icon_name="trash-2")
        self.stay = Button(_("Leave them"), self._leave_them)
        said = f"{words.format(n=n)} {listed}. {first}"
        self.asking.say(said, "warn", more=_(media.FLASH), acts=[self.go, self.stay])
        self.stay.setFocus()

    def _leave_them(self) -> None:
        self.asking.say("", "warn")
        self.wipe.setFocus()

    def _wipe(self) -> None:
        desk, page = self.page.shell.desk, self.page
        try:
            done = desk.do(page, media.wiped, self.folder)
        except Problem as problem:
            self.asking.say("", "warn")
            self.wrong.say(problem.sentence, "danger")
            return
        n = len(done.files)
        page.refresh()
        page.problem.say(
            ngettext("{n} bundle was deleted.", "{n} bundles were deleted.", n).format(n=n), "ok", more=_(media.FLASH)
        )
        page.begin()
