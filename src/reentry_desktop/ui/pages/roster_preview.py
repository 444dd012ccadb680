"""What a reading of lists does or did: what changed first, then the lines of each file, then what was not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...actions.lists import FileRead, Outcome
from ...base.words import N_, _, ngettext
from ...rosters import FIELDS, Likely, Line
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, Stack
from ..table import Column, FewRows
from ..widgets import Card, Chip, LinkButton, Notice

KINDS = {
    "new": N_("New women"),
    "left": N_("Left the list"),
    "unit": N_("Moved units"),
    "dates": N_("Moved dates"),
}
MOST = 8
"""Rows of a table before it scrolls by itself."""


@dataclass(frozen=True)
class Changed:
    """One difference from the last reading of the same list."""

    kind: str
    name: str
    number: str
    what: str = ""
    before: str = ""
    now: str = ""


def show_value(value: Any) -> str:
    """A day as people read it, a text as it is."""
    return show_day(value) if isinstance(value, dt.date) else str(value or "")


def full_name(line: Line) -> str:
    """``Núñez, Ana``."""
    return ", ".join(part for part in (line.last_name, line.first_name) if part)


def changed_rows(outcome: Outcome) -> Iterator[Changed]:
    """Every difference of every file, in the order of ``KINDS``."""
    for file in outcome.files:
        for kind, lines in (("new", file.changes.new), ("left", file.changes.left)):
            for line in lines:
                yield Changed(kind, full_name(line), line.department_number)
        for kind, moves in (("unit", file.changes.moved_unit), ("dates", file.changes.moved_dates)):
            for move in moves:
                before, now = getattr(move.before, move.field), getattr(move.after, move.field)
                yield Changed(
                    kind,
                    full_name(move.after),
                    move.after.department_number,
                    _(FIELDS.get(move.field, "")),
                    show_value(before),
                    show_value(now),
                )


class ChangesCard(Card):
    """What is not as the last reading had it; a chip for each kind of change."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(_("What changed since the last reading"))
        self.rows = list(changed_rows(outcome))
        compared = [file for file in outcome.files if not file.first_time]
        if not compared:
            self.add(Notice(_("This list was not read before, so there is nothing to compare it with."), "info"))
            return
        if not self.rows:
            self.add(Notice(_("Nothing changed."), "ok"))
            return
        counts = {kind: sum(row.kind == kind for row in self.rows) for kind in KINDS}
        flow = Flow()
        self.chips: dict[str, Chip] = {}
        for kind, title in KINDS.items():
            words = _("{what} ({n})").format(what=_(title), n=counts[kind])
            chip = Chip(words, checkable=True)
            chip.clicked.connect(lambda _on=False, kind=kind: self.show_kind(kind))
            chip.setAutoExclusive(True)
            chip.setEnabled(counts[kind] > 0)
            self.chips[kind] = chip
            flow.add(chip)
        self.table = FewRows(_CHANGED, self.heading.text(), most=MOST)
        self.add(flow)
        self.add(self.table)
        self.show_kind(next(kind for kind in KINDS if counts[kind]))

    def show_kind(self, kind: str) -> None:
        """List the changes of one kind."""
        self.chips[kind].setChecked(True)
        self.table.show_rows([row for row in self.rows if row.kind == kind])


class FilesCard(Card):
    """The counts of each file, and how its columns were understood."""

    def __init__(self, files: Sequence[FileRead], columns: Callable[[int], object] | None) -> None:
        super().__init__(_("The files"))
        table = FewRows(_FILES, _("The files"), most=MOST)
        table.show_rows(list(files))
        self.add(table)
        if columns is None:
            return
        flow = Flow(space=t.S4)
        self.add(flow)
        for place, file in enumerate(files):
            words = _("Columns of {file}").format(file=file.name)
            look = LinkButton(words, icon_name="pencil")
            look.clicked.connect(lambda _on=False, place=place: columns(place))
            flow.add(look)


class OutcomeView(Stack):
    """The whole of a reading. *columns* opens the columns of the file of that number."""

    def __init__(self, outcome: Outcome, columns: Callable[[int], object] | None = None) -> None:
        super().__init__()
        self.changes = ChangesCard(outcome)
        self.add(self.changes)
        self.add(FilesCard(outcome.files, columns))
        rejected = [(file.name, line.line, line.reason, line.text) for file in outcome.files
                    for line in file.reading.rejected]  # fmt: skip
        self._list(
            _REJECTED,
            ngettext("{n} line is not taken", "{n} lines are not taken", len(rejected)),
            rejected,
            _("Correct them in the list and read it again, or register these women by hand."),
        )
        warnings = [(file.name, notice.line, notice.sentence, "") for file in outcome.files
                    for notice in file.reading.warnings]  # fmt: skip
        self._list(
            _WARNINGS,
            ngettext("{n} line to look at", "{n} lines to look at", len(warnings)),
            warnings,
            _("These lines are taken; something in them was left empty."),
        )
        same = outcome.possible_duplicates
        self._list(
            _LIKELY,
            ngettext("{n} pair may be one woman", "{n} pairs may be one woman", len(same)),
            same,
            _("Nobody is put together by the program. Ask the department which number stands."),
        )

    def _list(self, columns: Sequence[Column[Any]], title: str, rows: Sequence[Any], note: str) -> None:
        if rows:
            title = title.format(n=len(rows))
            table = FewRows(columns, title, most=MOST)
            table.show_rows(rows)
            self.add(Card(title, table, note=note))


_TROUBLE = {True: ("triangle-alert", "warn"), False: ("", "plain")}
_CHANGED: list[Column[Changed]] = [
    Column(N_("Name"), lambda r: r.name, 10, stretch=True),
    Column(N_("Number"), lambda r: r.number, 7, spare=3),
    Column(N_("What"), lambda r: r.what, 10, spare=1),
    Column(N_("Before"), lambda r: r.before, 9, spare=2),
    Column(N_("Now"), lambda r: r.now, 9),
]
_FILES: list[Column[FileRead]] = [
    Column(N_("File"), lambda f: f.name, 10, stretch=True),
    Column(N_("Lines"), lambda f: str(f.counts["read"]), 5.5, spare=3),
    Column(N_("New"), lambda f: str(f.counts["added"]), 5, spare=1),
    Column(N_("Changed"), lambda f: str(f.counts["updated"]), 6.5, spare=2),
    Column(N_("The same"), lambda f: str(f.counts["unchanged"]), 6.5, spare=4),
    Column(N_("Not taken"), lambda f: str(f.counts["rejected"]), 7, lambda f: _TROUBLE[f.counts["rejected"] > 0]),
]
_REJECTED: list[Column[tuple[str, int, str, str]]] = [
    Column(N_("Line"), lambda r: str(r[1]), 4),
    Column(N_("Why"), lambda r: r[2], 15, stretch=True),
    Column(N_("It begins"), lambda r: r[3], 22, spare=2),
    Column(N_("File"), lambda r: r[0], 12, spare=1),
]
_WARNINGS: list[Column[tuple[str, int, str, str]]] = [
    Column(N_("Line"), lambda r: str(r[1]) if r[1] else "", 4),
    Column(N_("What"), lambda r: r[2], 15, stretch=True),
    Column(N_("File"), lambda r: r[0], 13, spare=1),
]
_LIKELY: list[Column[Likely]] = [
    Column(N_("One"), lambda p: f"{full_name(p.a)} ({p.a.department_number})", 9, stretch=True),
    Column(N_("The other"), lambda p: f"{full_name(p.b)} ({p.b.department_number})", 9, stretch=True),
    Column(N_("Why"), lambda p: p.sentence, 28, spare=1),
]
