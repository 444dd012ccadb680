"""The record of use: whether it is complete, who did what, and the weekly review."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ...actions import use, use_export, use_faults, use_keeping
from ...actions.acts import act_words
from ...actions.use import Line, Lines
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.acts import ACTS
from ...records.base import Right
from ..choosing import choose_new_file
from ..day_editor import Day
from ..days import show_day, show_moment
from ..editors import ChoiceBox
from ..editors import Line as LineEditor
from ..fold import Fold
from ..form import FieldRow
from ..layouts import Columns, Flow
from ..page import Page
from ..table import Column, Table
from ..widgets import Button, LinkButton, Notice, PrimaryButton, Sentence
from .use_review import ReviewCard

if TYPE_CHECKING:
    from ..window import MainWindow


class UsePage(Page):
    """``show_page("use")``. The newest entries first; older ones on asking."""

    key = "use"
    title = N_("Record of use")
    icon = "history"
    under = "settings"
    needs = Right.USE

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.rows: list[Line] = []
        self.asked, self.before = use.EVERYTHING, 0
        self.titles = {kind.key: _(kind.title) for kind in window.session.pages} if window.session else {}
        self.check = PrimaryButton(_("Check all of it"), self._check, icon_name="shield-check")
        self.set_head(
            _("Record of use"),
            _("Who did what with the records, when, and on which PC. Nothing in it can be changed."),
            self.check,
            Button(_("Copy out for an auditor"), self._export, icon_name="download"),
            back=_("Settings"),
        )
        self.badge = Notice("", "info")
        self.add(self.badge)
        self.add(self._filters())
        columns: list[Column[Line]] = [
            Column(N_("When"), _when, 12),
            Column(N_("Who"), lambda r: r.who, 8),
            Column(N_("What"), self._what, 18, stretch=True, state=_state),
            Column(N_("About"), lambda r: r.about, 9, spare=1),
            Column(N_("PC"), lambda r: r.device, 7, spare=2),
        ]
        self.table = Table(columns, _("Record of use"), least_rows=8)
        self.table.opened.connect(self._open)
        self.found = Sentence("", tone="muted")
        self.older = Button(_("Look further back"), self._older, icon_name="chevron-down")
        self.add(self.found)
        self.add(self.table, 1)
        self.add(self.older)
        self.review = ReviewCard(self)
        self.add(self.review)
        self.kept = Sentence("", tone="muted", role="small")
        self.let_go = LinkButton(_("Let go of what is older"), self._let_go, icon_name="trash-2")
        self.add(Flow(self.kept, self.let_go))

    def _filters(self) -> Fold:
        everybody = [("", _("Everybody")), *((name, name) for name in self.shell.desk.read(use.people))]
        acts = sorted(((act, _(one.words)) for act, one in ACTS.items()), key=lambda found: found[1])
        self.person = ChoiceBox(everybody, required=True)
        self.act = ChoiceBox([("", _("Everything")), *acts], required=True)
        self.number = LineEditor(most=20)
        self.first, self.last = Day(today=self.today), Day(today=self.today)
        for box in (self.person, self.act):
            box.set("")
        columns = Columns(ratio=(1, 1))
        columns.left.add(FieldRow(_("Who"), self.person))
        columns.left.add(FieldRow(_("About the woman with this number"), self.number))
        columns.left.add(FieldRow(_("What"), self.act))
        columns.right.add(FieldRow(_("From this day"), self.first))
        columns.right.add(FieldRow(_("To this day"), self.last))
        columns.right.add(Button(_("Find"), self._find, icon_name="search"))
        self.fold = Fold(_("What is shown"))
        self.fold.add(columns)
        return self.fold

    def today(self) -> dt.date:
        """The day it is."""
        return self.shell.desk.read(lambda unit: unit.today())

    def open(self, number: str = "", **_args: object) -> None:
        """With *number*, what was done about the woman who has it."""
        if number:
            self.number.set(number)
            self.fold.unfold()
        self._say_whole()
        self.refresh()

    def refresh(self) -> None:
        self.review.refresh()
        self.kept.setText(self.shell.desk.read(use_keeping.years_words))
        self.let_go.setVisible(self.shell.desk.may("let_use_go"))
        self._find()

    def _say_whole(self) -> None:
        """What the last unlock found: the marks, and what was written since."""
        found = self.shell.desk.read(use_faults.found)
        if found:
            self.badge.say(" ".join(found), "danger")
        else:
            self.badge.say(_("At the last unlock the end of the record of use was in order."), "ok")

    def _find(self) -> None:
        """The newest entries that fit."""
        self.asked = use.Asked(
            self.person.get() or "", self.number.get(), self.act.get() or "", self.first.get(), self.last.get()
        )
        try:
            found = self.shell.desk.count(use.list_use, self.asked)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.problem.clear()
        self.fold.say(self._in_words())
        self.rows = []
        self._show(found)

    def _in_words(self) -> str:
        """What was asked for, in one line."""
        asked = self.asked
        said = [asked.person or _("Everybody"), act_words(asked.act) if asked.act else _("Everything"), asked.number]
        if asked.first or asked.last:
            said.append(f"{show_day(asked.first)} – {show_day(asked.last)}")
        return " · ".join(filter(None, said))

    def _older(self) -> None:
        at = len(self.rows)
        self._show(self.shell.desk.count(use.list_use, self.asked, self.before))
        if len(self.rows) > at:
            self.table.setCurrentIndex(self.table.rows.index(at, 0))
            self.table.setFocus()

    def _show(self, found: Lines) -> None:
        self.rows = [*self.rows, *found.rows]
        self.before = found.before
        self.table.show_rows(self.rows)
        n = len(self.rows)
        words = ngettext("{n} entry", "{n} entries", n).format(n=f"{n:,}")
        if found.before and found.looked_to:
            words = _("{entries}, back to {day}").format(entries=words, day=show_moment(found.looked_to))
        self.found.setText(words)
        self.older.setVisible(bool(found.before))

    def _what(self, line: Line) -> str:
        page = str(line.values.get("page", ""))
        return line.what.replace(page, self.titles.get(page, page)) if page else line.what

    def _open(self, line: Line) -> None:
        """Filter by whoever did it."""
        self.person.set(line.who)
        self._find()

    def _check(self) -> None:
        self.badge.say(_("Reading everything…"), "info")

        def done(checked: use_faults.Checked) -> None:
            if checked.faults:
                said = [*checked.sentences, _(use_faults.WHAT_TO_DO)]
                self.badge.say(" ".join(said), "danger")
                return
            now = show_moment(self.shell.desk.store.clock().isoformat())
            words = _("The record of use is complete up to {moment}: {n} entries, each follows the one before it.")
            self.badge.say(words.format(moment=now, n=f"{checked.entries:,}"), "ok", more=checked.unsigned_words)

        store = self.shell.desk.store
        self.later(lambda job: use_faults.check_use(store, progress=job.reach), done, waits=self.check)

    def _export(self) -> None:
        name = f"record-of-use-{self.today().isoformat()}.jsonl"
        out = choose_new_file(self, _("Where does the copy go?"), _("Record of use (*.jsonl)"), Path.home() / name)
        if out is None:
            return
        self.badge.say(_("Copying and signing…"), "info")

        def done(made: use_export.Exported) -> None:
            n = made.entries
            words = ngettext(
                "{n} entry was copied and signed with this site's key.",
                "{n} entries were copied and signed with this site's key.",
                n,
            ).format(n=f"{n:,}")
            files = ", ".join(path.name for path in (made.file, made.signature, made.key) if path is not None)
            self.badge.say(words, "ok", more=_("Give the auditor: {files}. {words}").format(
                files=files, words=" ".join(made.fingerprint)))  # fmt: skip
            self._find()

        store, asked = self.shell.desk.store, self.asked
        self.later(lambda _job: use_export.export_log(store, out, asked, signed=True), done)

    def _let_go(self) -> None:
        try:
            n = use_keeping.let_use_go(self.shell.desk.store)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.shell.toast(
            ngettext(
                "{n} entry lost its words. Its place in the record of use stays.",
                "{n} entries lost their words. Their places in the record of use stay.",
                n,
            ).format(n=f"{n:,}")
        )
        self._find()


def _when(line: Line) -> str:
    moment = show_moment(line.at)
    if not line.off:
        return moment
    true = show_day((dt.datetime.fromisoformat(line.at) + dt.timedelta(days=line.off)).astimezone().date())
    return _("{moment} (really {day})").format(moment=moment, day=true)


def _state(line: Line) -> tuple[str, str]:
    return ("circle-alert", "warn") if line.refused or line.act in ("unlock_failed", "log_found") else ("", "plain")
