"""Before a plan becomes paper: who it is for, how it shall look, the pages themselves; then the printer, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from ...actions import copies, plan_versions, plans
from ...actions import printing as prints
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.access import part_of_hers
from ...records.base import Right
from ...records.paper import Became, Layout
from ...records.participant import Participant
from ...records.people import Site
from .. import tokens as t
from ..days import show_day
from ..layouts import Stack
from ..page import Page
from ..widgets import Button, PrimaryButton, reveal
from .preview_asked import LeftOut, Signature
from .preview_columns import Beside
from .preview_consent import Covering
from .preview_options import NO_PRINTER, Look, OnPaper
from .preview_pages import Pages
from .preview_press import Order, Press
from .preview_readers import BLANK, KEEP, OFFICIAL, READERS, Reader, Who, only_reader
from .preview_room import RoomReview, all_left_out
from .preview_saving import SaveCard
from .preview_terms import Terms
from .preview_wait import Wait, has_no_words
from .preview_whom import Whom

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow


WAYS_BACK = {
    "leaving": N_("Back to the first 72 hours"),
    "participant": N_("Back to her page"),
    "copies": N_("Back to her copies"),
    "recovery": N_("Back to the recovery support plan"),
    "versions": N_("Back to the versions"),
}
"""The page it was opened from, where that is not the plan."""


class PreviewPage(Page):
    """``show_page("preview", participant=ID)``; *layout* names what is wanted, *version* an earlier wording.

    *back* is the key of the page it is opened from, so that the way back names it.
    """

    key = "preview"
    title = N_("Preview and print")
    needs = Right.PRINT
    icon = "printer"
    under = "participants"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = self.plan = Id("")
        self.reader: Reader | None = None
        self.version = 0
        self.made: prints.Print | None = None
        self.copy = Id("")
        self._asked = 0
        self._began_at: QWidget | None = None
        """Where the focus was put when the reader was chosen."""
        self.who = Who()
        if part_of_hers(window.desk.store.who):
            self.who.offer_alone(prints.OF_A_PART)
        self.who.chosen.connect(self.choose)
        self.who.elsewhere.connect(lambda: self.shell.show_page("callout", participant=self.woman))
        self.whom = Whom(self._choose_again, self._to_plan)
        self.whom.changed.connect(self.make)
        self.room = RoomReview(self._to_plan)
        self.room.marked.connect(self._mark)
        self.left_out = LeftOut()
        self.look = Look()
        self.look.changed.connect(self.make)
        self.on_paper = OnPaper()
        self.on_paper.changed.connect(self._tell)
        self.signature = Signature(lambda: self.shell.desk.read(lambda unit: unit.today()))
        self.signature.changed.connect(self._tell)
        self.signature.closed.connect(self.go_back)
        self.covering = Covering(self, lambda: self.shell.show_page("consents", participant=self.woman))
        self.covering.changed.connect(self.make)
        self.covering.typed.connect(self._tell)
        self.terms = Terms(self, self.covering, self.signature)
        self.pages = Pages()
        self.saving = SaveCard(self.shell.desk)
        self.saving.asked.connect(self.save)
        self.saving.closed.connect(self._saving_over)
        self.press = Press()
        self.press.spoke.connect(lambda: self.ensureWidgetVisible(self.press))
        self.press.busy.connect(self._busy)
        self.press.printed.connect(self._printed)
        self.press.spoiled.connect(self._spoiled)
        self.press.well.connect(self._printed_well)
        self.as_text = Button(_("Read as text"), self._read_as_text, icon_name="file-text")
        self.as_text.setCheckable(True)
        self.save_button = Button(_("Save as PDF…"), self._ask_save, icon_name="download")
        self.go = PrimaryButton(_("Print"), self.print_page, icon_name="printer")
        self.wait = Wait()
        self.wait.to_part.connect(self._to_plan)
        self.wait.to_goals.connect(lambda: self.shell.show_page("recovery", participant=self.woman))
        self.wait.blank.connect(lambda: self.choose(BLANK))
        self.wait.began.connect(lambda: QTimer.singleShot(0, self.wait, lambda: self.ensureWidgetVisible(self.wait)))
        side = (self.whom, self.covering, self.signature, self.room, self.left_out, self.look, self.on_paper)
        self.side = Stack(*side, space=t.S3)
        self.body = Beside(self.side, self.press, self.pages, self.wait, self.saving)
        self.add(self.who, 1)
        self.add(self.body, 1)

    def open(self, **args: Any) -> None:
        """Begin with the question who it is for, unless the layout says it."""
        self.press.stop()
        self.woman = Id(args["participant"])
        self.version = int(args.get("version", 0))
        self._forget()
        reveal(self.body, False)
        reveal(self.who, False)
        desk = self.shell.desk

        def look(unit: Unit) -> tuple[Participant, bool]:
            return unit.get(Participant, self.woman), unit.get(Site, unit.store.site).virtual_printers

        woman, virtual = desk.read(look)
        acts = (self.as_text, self.save_button, self.go)
        self._head = (woman.name, *acts)
        self._way_back = _(WAYS_BACK.get(str(args.get("back", "")), N_("Back to the plan")))
        self.set_head(_(self.title), *self._head, way_back=self._way_back)
        self.plan = desk.read(prints.plan_of, self.woman)
        whole = desk.read(plans.contents, self.plan)
        self.whom.begin(whole, self._version_words())
        self.room.begin()
        self.look.begin(str(whole.plan.language), large=bool(woman.large_print))
        self.on_paper.begin(virtual=bool(virtual))
        reader = only_reader(str(args.get("layout", "")))
        if reader is not None:
            self.choose(reader.key)
        else:
            self._choose_again()

    def set_head(self, title: str, subtitle: str = "", *acts: Any, back: str = "", way_back: str = "") -> None:
        """As of every page; the acts stay the same buttons."""
        for act in (self.as_text, self.save_button, self.go):
            act.setParent(None)
        super().set_head(title, subtitle, *acts, back=back, way_back=way_back)

    def refresh(self) -> None:
        """Her words may have changed: make the pages anew."""
        if self.reader is not None and not self.press.under_way() and self.saving.isHidden():
            self.whom.renew(self.shell.desk.read(plans.contents, self.plan))
            self.make()

    def leave(self) -> None:
        self.saving.forget()

    def put_away(self) -> None:
        self.press.stop()

    def begin(self) -> None:
        if self.reader is None:
            if self.who.isVisibleTo(self):
                self.who.begin_here()
        elif self.reader is READERS[KEEP] and self.room.checks:
            self.room.begin_here()
        elif (self.wait.isVisibleTo(self) and self.wait.begin_here()) or self.whom.begin_here():
            return
        elif self.reader is READERS[OFFICIAL] and self.terms.missing():
            self.signature.begin_here()
        else:
            ready = (act for act in (self.go, self.save_button) if act.isVisibleTo(self) and act.isEnabled())
            (next(ready, None) or self).setFocus()

    def _version_words(self) -> str:
        if not self.version:
            return ""
        version = self.shell.desk.read(plan_versions.version_numbered, self.plan, self.version)
        day = show_day(version.done_on) if version.done_on else ""
        return _("This is version {n}, as it was on {day}.").format(n=self.version, day=day)

    def _to_plan(self, part: str = "", record: str = "") -> None:
        more = {key: value for key, value in (("part", part), ("focus", record)) if value}
        self.shell.show_page("plan", participant=self.woman, **more)

    # Who it is for

    def _choose_again(self) -> None:
        self.press.stop()
        self._forget()
        self.reader = None
        self.set_head(_("Who is this for?"), *self._head, way_back=self._way_back)
        reveal(self.body, False)
        reveal(self.who, True)
        self.who.begin_here()

    def choose(self, key: str) -> None:
        """This reader it is for."""
        self._forget()
        reader = self.reader = READERS[key]
        self.set_head(_(self.title), *self._head, way_back=self._way_back)
        self.whom.show_reader(reader)
        named = reader.layout not in (Layout.KEEP, Layout.WALLET, Layout.WORKSHEET)
        self.look.begin_for(may_be_named=named)
        self.on_paper.begin_for(may_fold=reader.layout not in (Layout.WALLET, Layout.CHECK_IN))
        self.terms.begin(reader, self.woman)
        reveal(self.room, key == KEEP)
        reveal(self.who, False)
        reveal(self.body, True)
        self._show(self.wait)
        if not self.whom.begin_here():
            self.setFocus()  # until there are pages
        self._began_at = QApplication.focusWidget()
        self.make()
        self.verticalScrollBar().setValue(0)

    def _forget(self) -> None:
        self._asked += 1
        self.made = None
        self.copy = Id("")
        self.pages.clear()
        self.press.say("")
        self.saving.forget()
        self.left_out.show_lines(())
        self.problem.clear()
        self._show(self.wait)

    def _show(self, which: QWidget) -> None:
        for widget in (self.pages, self.wait, self.saving):
            reveal(widget, widget is which)
        self.body.show_side(which is not self.saving)
        for act in (self.as_text, self.save_button, self.go):
            reveal(act, which is self.pages)

    # The pages

    def make(self) -> None:
        """Make the pages beside the window; what was asked last is what is shown."""
        if self.reader is None:
            return
        self._asked += 1
        asked = self._asked
        self.problem.clear()
        self.press.say("")
        missing = self.whom.missing()
        self.terms.ask(self.whom.values().get("supporter", Id("")), ready=not missing)
        if missing:
            self._wait_for(missing)
            return
        if self.reader.layout == Layout.FULL and not self.version:
            whole = self.shell.desk.read(plans.contents, self.plan)
            if has_no_words(whole):
                self._wait_for("")
                self.wait.show_nothing(whole, self.reader)
                self._begin_unless_moved()
                return
        if self.made is None:
            self._wait_for(_("The pages are being made…"))
        wanted: dict[str, Any] = {
            "layout": self.reader.layout, "version": self.version, "size": self.look.letters(),
            "language": self.look.language(), "with_name": self.look.with_name(),
            "pictures": self.look.with_pictures(), **self.whom.values(), **self.terms.on_pages(),
        }  # fmt: skip

        def shown(made: prints.Print) -> None:
            if asked == self._asked:
                self._show_print(made)

        def failed(error: BaseException) -> None:
            if asked != self._asked:
                return
            if not isinstance(error, Problem):
                raise error
            self._wait_for(error.sentence)
            if self.reader is not None:
                self.wait.explain(error, self.shell.desk.read(plans.contents, self.plan), self.reader)
            self._show_room()
            self._begin_unless_moved()

        self.later(lambda _job: self.shell.desk.read(prints.plan_print, self.plan, **wanted), shown, failed)

    def _wait_for(self, words: str) -> None:
        """There are no pages: say why."""
        self.made = None
        self.pages.clear()
        self.left_out.show_lines(())
        self.wait.say(words)
        self._show(self.wait)
        self._tell()

    def _begin_unless_moved(self) -> None:
        """Once it stands what there is, put the focus on it, unless somebody went on meanwhile."""
        if self._began_at is not None and QApplication.focusWidget() is self._began_at:
            self.begin()

    def _show_print(self, made: prints.Print) -> None:
        self.made = made
        self.pages.show_paper(made.pdf.data)
        self._show(self.pages)
        self._show_room()
        self.signature.show_print(made.number, made.sha256)
        self._tell()
        self._begin_unless_moved()

    def _show_room(self) -> None:
        """What is on the print for her room, line by line, and what is not and why; also where it is nothing at all."""
        if self.reader is READERS[KEEP]:
            made = self.made
            self.room.show_lines(made.lines if made is not None else ())
            left = made.left_out if made is not None else all_left_out(self.shell.desk.read(plans.contents, self.plan))
            self.left_out.show_lines(left)

    def _mark(self, record: str, on: bool) -> None:
        """She says yes or no to a line: at once, and the pages follow."""
        self.shell.desk.do(self, plans.fine_in_my_room, Id(record), on=on)
        self.make()

    def _tell(self) -> None:
        pages = self.made.pdf.pages if self.made is not None else 0
        if pages != self.on_paper.count:
            self.on_paper.show_pages(pages)
        n = pages * self.on_paper.copies()
        self.go.setText(ngettext("Print {n} page", "Print {n} pages", n).format(n=n) if n else _("Print"))
        first = self.terms.missing()
        may = bool(pages) and not first and not self.press.under_way()
        self.go.setEnabled(may and bool(self.on_paper.printer()))
        why = "" if self.on_paper.printer() else _(NO_PRINTER)
        self.go.setToolTip(why or first)
        self.go.setAccessibleDescription(self.go.toolTip())
        self.save_button.setEnabled(may)

    def _read_as_text(self) -> None:
        self.pages.read_as_text(self.as_text.isChecked())
        if self.as_text.isChecked():
            self.pages.text.setFocus()

    # Paper

    def print_page(self) -> None:
        """Print what is shown. A job that is stopped, or left, is thrown away by the printer."""
        if self.made is None or self.press.under_way():
            return
        if first := self.terms.missing():
            self.problem.show_problem(first)
            return
        printer = self.on_paper.printer()
        if not printer:
            self.problem.show_problem(_(NO_PRINTER))
            return
        self.problem.clear()
        try:
            self.terms.check(self.made)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        way, number = self.on_paper.way(), self.on_paper.copies()
        self.press.start(Order(self.made.pdf.data, self.made.pdf.pages, printer, way, number))

    def _busy(self, on: bool) -> None:
        self.side.setEnabled(not on)
        self._tell()

    def _printed(self) -> None:
        self._record(how="printed", copies=self.on_paper.copies(), printer=self.on_paper.printer())

    def _record(self, **how: Any) -> None:
        assert self.made is not None
        self.copy = self.terms.record(self.made, **how)

    def _printed_well(self) -> None:
        self.signature.begin()  # the next print for an official is another one
        self._tell()
        more = Button(_("Her copies"), lambda: self.shell.show_page("copies", participant=self.woman, back=self.key))
        self.press.say(_("Noted under her copies. There you say what becomes of it."), "ok", more)
        self.begin()

    def _spoiled(self) -> None:
        """Pages that did not print well are paper with her words all the same: they go into the shredder."""
        if self.copy:
            self.shell.desk.do(self, copies.copy_became, self.copy, str(Became.DESTROYED))
            self.shell.toast(_("Destroy the pages that did not print well. They are noted as destroyed."))

    # A file

    def _ask_save(self) -> None:
        if self.made is not None and not self.terms.missing():
            self.press.say("")
            self._show(self.saving)
            self.saving.begin()

    def _saving_over(self) -> None:
        self._show(self.pages)
        self.begin()

    def save(self, file: Path, passphrase: str) -> None:
        """Note the print, then write it to *file*, locked unless *passphrase* is empty."""
        assert self.made is not None

        def unwritten() -> str:
            self.shell.desk.do(self, copies.copy_became, self.copy, str(Became.DESTROYED))
            return _(
                "The file could not be written, and is noted as destroyed. Her words are safe. Choose another place."
            )

        data, note = self.made.pdf.data, lambda _name: self._record(how="saved")
        if told := self.saving.save(data, file, passphrase, note, unwritten):
            self.press.say(*told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.body.fit(self.viewport().width())
