"""Files that were set aside: each with its reason, to be tried again, let go, or told to whoever helps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from ...actions import aside_words, sync
from ...actions.sync import APPLIED, Taken
from ...base.media import show_size
from ...base.words import _, ngettext
from .. import tokens as t
from ..days import show_day_of
from ..layouts import Flow, Stack
from ..widgets import Button, Card, LinkButton, Notice, Rule, Sentence

if TYPE_CHECKING:
    from ...records.local import SetAside
    from .sync import SyncPage


class AsideCard(Card):
    """In sight only where something is set aside."""

    def __init__(self, page: SyncPage) -> None:
        super().__init__(_("Set aside"))
        self._page = page
        self._list = Stack(space=t.S3)
        note = _("These files could not be brought in. They are kept as they came, and nothing of them was read in.")
        self.again = Button(_("Try them again"), self._try_again, icon_name="refresh-cw")
        self.report = LinkButton(_("Copy a report for support (no names)"), self._copy_report, icon_name="copy")
        self.add(Sentence(note, tone="muted"))
        self.asked = Notice("", "warn")
        self.asked.hide()
        self.add(self._list)
        self.add(self.asked)
        self.add(Flow(self.again, self.report, space=t.S4))

    def refresh(self) -> None:
        """Show what is set aside now."""
        files = self._page.shell.desk.read(sync.set_aside)
        self._list.clear()
        for place, file in enumerate(files):
            if place:
                self._list.add(Rule())
            self._list.add(self._row(file))
        self.setVisible(bool(files))

    def _row(self, file: SetAside) -> Stack:
        about = " · ".join((show_day_of(file.at), show_size(file.size)))
        go = LinkButton(_("Let it go"), partial(self._ask, file), icon_name="trash-2")
        go.setAccessibleName(_("Let it go: {file}").format(file=file.file_name))
        acts = Flow(go, space=t.S4)
        if file.code == "revoked" and self._page.shell.desk.store.who.administrator:
            look = LinkButton(_("Look inside"), partial(self._look, file.sha256), icon_name="eye")
            look.setAccessibleName(_("Look inside: {file}").format(file=file.file_name))
            acts.add(look)
        whose = self._page.shell.desk.read(aside_words.from_whom, file)
        told = [Sentence(file.file_name, role="strong", wide=True)]
        if whose:
            told.append(Sentence(whose, wide=True))
        told.append(Sentence(about, tone="muted", role="small"))
        return Stack(*told, Sentence(aside_words.why(file), wide=True), acts, space=t.S1)

    def _look(self, sha256: str) -> None:
        """What it would bring; nothing is read in."""
        page = self._page
        page.later(lambda _job: sync.look_inside(page.shell.desk.store, sha256), self._looked)

    def _looked(self, taken: Taken) -> None:
        if taken.status != APPLIED:
            self._page.problem.say(taken.reason, "info")
            return
        words = _("It holds {changes} changes in {records} records, about {women} women. Nothing was read in.")
        said = words.format(changes=taken.changes, records=taken.records, women=taken.women)
        self._page.problem.say(said, "info", more="\n".join(aside_words.inside(taken)))

    def _try_again(self) -> None:
        page = self._page
        page.later(lambda _job: sync.try_again(page.shell.desk.store), self._tried, waits=self.again)

    def _tried(self, tried: list[Taken]) -> None:
        done = sum(taken.status == APPLIED for taken in tried)
        words = ngettext("{n} file is brought in now.", "{n} files are brought in now.", done)
        self._page.refresh()
        self._page.shell.desk.tell(self._page)
        self._page.shell.toast(words.format(n=done) if done else _("None of them can be brought in yet."))

    def _ask(self, file: SetAside) -> None:
        """Once more, with what goes with it: it cannot be undone."""
        goes = self._page.shell.desk.read(aside_words.what_goes, file)
        question = _("Let {file} go?").format(file=file.file_name)
        self.asked.say(
            f"{question} {goes}",
            "warn",
            acts=[
                Button(_("Let it go"), partial(self._let_go, file.sha256), kind="danger"),
                Button(_("Keep the file"), lambda: self.asked.say("")),
            ],
        )
        self._page.ensureWidgetVisible(self.asked)

    def _let_go(self, sha256: str) -> None:
        self.asked.say("")
        sync.let_go(self._page.shell.desk.store, sha256)
        self._page.refresh()
        self._page.begin()
        self._page.shell.toast(_("The file is gone from this PC."))

    def _copy_report(self) -> None:
        QApplication.clipboard().setText(self._page.shell.desk.read(sync.support_report))
        self._page.shell.toast(_("Copied. It names no site and nobody."))
