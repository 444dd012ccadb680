"""What is typed on a page and not acted on yet stays hers: a lock, a cut of power or another page loses none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ..actions import drafts
from ..base.ids import Id
from ..base.problems import Problem
from .editors import Editor, Line, Note
from .form import Autosave

if TYPE_CHECKING:
    from ..store import Unit
    from .page import Page


class Kept(QObject):
    """Keeps the text of *editors* (name -> editor) as drafts, at most 800 ms behind the keys, and shows it again.

    Lines and notes alone: days and choices are made again in a moment. It goes with the first of the editors.
    """

    def __init__(self, page: Page, editors: Mapping[str, Editor]) -> None:
        texts = {name: editor for name, editor in editors.items() if isinstance(editor, Line | Note)}
        super().__init__(next(iter(texts.values())))
        self._page, self._editors = page, texts
        self._record, self._woman = "", Id("")
        self._waiting: set[str] = set()
        self._autosave = Autosave(self, self._pause)
        for name, editor in texts.items():
            editor.changed.connect(lambda name=name: self._typed(name))

    def show(self, record: str, woman: Id = Id("")) -> Kept:
        """From now on these are the words of *record*; what was kept of it stands in the editors.

        It begins with the key of the page. Words about a *woman* stand among the unfinished ones of the day.
        """
        self.keep()
        self._record, self._woman = record, woman
        for name, words in self._page.shell.desk.read(self._read).items():
            self._editors[name].set(words)
        return self

    def _read(self, unit: Unit) -> dict[str, str]:
        found = {name: drafts.draft_of(unit, self._record, name) for name in self._editors}
        return {name: words for name, words in found.items() if words}

    def _typed(self, name: str) -> None:
        self._waiting.add(name)
        self._autosave.touch()

    def _pause(self) -> None:
        try:
            self.keep()
        except Problem as problem:
            self._page.problem.show_problem(problem)

    def keep(self) -> None:
        """Keep what was typed since, now. Raises ``Problem`` where it cannot be written; then it waits on."""
        self._autosave.stop()
        for name in sorted(self._waiting):
            text = self._editors[name].typed()
            self._page.shell.desk.do(self._page, drafts.save_draft, self._record, name, self._woman, text)
            self._waiting.discard(name)

    def done(self) -> None:
        """The words became something, or are not wanted: they are no draft any more."""
        self._autosave.stop()
        self._waiting.clear()
        forget(self._page, self._record, self._editors)


def keep_typed(page: QObject) -> None:
    """Keep now what is typed anywhere on *page*: it is left, locked, or laid out anew.

    Raises the first ``Problem``, once all was tried.
    """
    problems = []
    for kept in page.findChildren(Kept):
        try:
            kept.keep()
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def forget(page: Page, record: str, names: Iterable[str]) -> None:
    """As ``Kept.done``, where the editors are gone already."""

    def _drop_draft(unit: Unit) -> None:
        for name in names:
            drafts.drop_draft(unit, record, name)

    page.shell.desk.do(page, _drop_draft)
