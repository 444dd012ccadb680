"""Every woman of this store, on a list or a participant: search as she types, by name or number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from ...actions import use
from ...actions.women import STATES, Found, Woman, search
from ...base.words import N_, _, ngettext
from ...records.base import Right
from ...records.people import Scope
from ..days import show_day
from ..layouts import Flow, SplitLayout
from ..page import Page
from ..table import Column, Search, Table
from ..widgets import Button, Chip, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow

STATE_LOOKS = {
    "listed": ("circle", "plain"),
    "registered": ("user", "plain"),
    "offered": ("send", "info"),
    "declined": ("circle-pause", "plain"),
    "not_eligible": ("circle-pause", "plain"),
    "waiting": ("clock", "warn"),
    "enrolled": ("circle-check", "ok"),
    "released": ("house", "info"),
    "follow_up": ("heart-handshake", "info"),
    "closed": ("archive", "plain"),
}


def _name(row: Woman) -> str:
    born = _("born {year}").format(year=row.birth_year) if row.twin and row.birth_year else ""
    return f"{row.name} ({born})" if born else row.name


class ParticipantsPage(Page):
    """Rows of one name also show the birth year and are marked."""

    key = "participants"
    title = N_("Participants")
    needs = Right.SEE
    of_several = True
    icon = "users"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.words = ""
        self.state = ""
        self.set_head(
            _("Participants"),
            "",
            *self._verbs(),
        )
        columns: list[Column[Woman]] = [
            Column(
                N_("Name"),
                _name,
                12,
                stretch=True,
                state=lambda r: ("triangle-alert", "warn") if r.twin else ("", "plain"),
            ),
            Column(N_("Number"), lambda r: r.department_number, 6.5),
            Column(N_("Unit"), lambda r: r.unit, 7.5, spare=2),
            Column(N_("Hearing"), lambda r: show_day(r.hearing), 7.5, spare=1),
            Column(N_("Release"), lambda r: show_day(r.release), 7.5, spare=3),
            Column(N_("State"), lambda r: _(STATES[r.status]), 9, state=lambda r: STATE_LOOKS[r.status]),
        ]
        self.table = Table(columns, _("Women found"), least_rows=5)
        self.table.opened.connect(self._open)
        self.table.jump = self._jump
        self.search = Search(_("Name or number"), self.table)
        self.search.asked.connect(self._ask)
        self.search.finished.connect(self._searched)
        bar = QWidget()
        split = SplitLayout(bar, ratio=(3, 4), narrow=44)
        split.addWidget(self.search)
        chips = Flow()
        group = QButtonGroup(self)
        for value, label in (("", N_("Everybody")), ("participant", N_("Participants")), ("listed", N_("On the list"))):
            chip = Chip(_(label), checkable=True)
            chip.setChecked(not value)
            chip.clicked.connect(lambda _on=False, value=value: self._filter(value))
            group.addButton(chip)
            chips.add(chip)
        split.addWidget(chips)
        self.count = Sentence(tone="muted")
        self.none = Button("", self._register, icon_name="user-plus")
        self.add(bar)
        self.add(self.count)
        self.add(self.none)
        self.add(self.table, 1)

    def _verbs(self) -> list[QPushButton]:
        desk, show = self.shell.desk, self.shell.show_page
        verbs: list[tuple[str, QPushButton]] = [
            ("register", PrimaryButton(_("Register"), self._register, icon_name="user-plus")),
            ("read_list", Button(_("Read a list"), lambda: show("roster"), icon_name="upload")),
            ("print_call_out", Button(_("Call-out sheet"), lambda: show("callout"), icon_name="printer")),
            ("add_request", Button(_("Requests"), lambda: show("requests"), icon_name="message-circle")),
        ]
        if desk.store.who.sees != Scope.ALL:
            beyond = Button(_("Open with a reason"), lambda: show("beyond"), icon_name="key-round")
            verbs.append(("break_glass", beyond))
        return [button for act, button in verbs if desk.may(act)]

    def refresh(self) -> None:
        self._ask(self.words)

    def leave(self) -> None:
        self.search.finish()

    def _searched(self, words: str) -> None:
        self.shell.desk.do(self, use.find, words, self.table.rows.rowCount())

    def begin(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _filter(self, state: str) -> None:
        self.state = state
        self._ask(self.words)

    def _ask(self, words: str) -> None:
        self.words = words
        first = self._find(0, 100)
        pages = {0: first.rows}
        self.table.show(lambda offset, limit: self._rows(pages, offset, limit), first.count)
        found = ngettext("{n} found", "{n} found", first.count).format(n=first.count)
        self.count.setText(
            _("More than {n} found: type more of the name").format(n=first.count) if first.more else found
        )
        self.none.setText(_("Register “{name}”").format(name=words[:40]))
        self.none.setVisible(bool(words) and not first.count and self.shell.desk.may("register"))

    def _find(self, offset: int, limit: int) -> Found:
        return self.shell.desk.read(search, self.words, state=self.state, offset=offset, limit=limit)

    def _rows(self, pages: dict[int, list[Woman]], offset: int, limit: int) -> Sequence[Woman]:
        return pages.pop(offset, None) or self._find(offset, limit).rows

    def _jump(self, letters: str) -> int | None:
        self.search.setFocus()
        self.search.setText(letters)
        return None

    def _register(self) -> None:
        self.shell.show_page("register", name=self.words)

    def _open(self, row: Woman) -> None:
        self.shell.show_page("enrol" if row.status == "listed" else "participant", participant=row.id)
