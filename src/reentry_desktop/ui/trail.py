"""The pages somebody goes through while the records are open, the last one in sight, and what is typed on them.

Where she was is keys and ids, never words of hers. Pages are built when first shown, and go with the trail at lock.
"""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from ..base.problems import Problem
from ..base.words import _
from .kept import keep_typed
from .pages.shortcuts import ShortcutsPage

if TYPE_CHECKING:
    from .frame import Frame
    from .opened import Session
    from .page import Page
    from .undoing import Undoing
    from .window import MainWindow

Step = tuple[str, dict[str, Any]]
LONGEST = 30


class Trail:
    """Steps are (key, arguments) as ``show_page`` takes them; ``kinds`` are the pages there are for this person."""

    def __init__(self, window: MainWindow, session: Session, frame: Frame, undoing: Undoing) -> None:
        self._shell, self._session, self._frame, self._undoing = window, session, frame, undoing
        kinds: list[type[Page]] = [*session.pages, ShortcutsPage]
        self.kinds = {kind.key: kind for kind in kinds}
        self._steps: list[Step] = []
        self._pages: dict[str, Page] = {}

    @property
    def last(self) -> Step:
        """Where she is; nowhere before the first step."""
        return self._steps[-1] if self._steps else ("", {})

    @property
    def page(self) -> Page | None:
        """The page in sight."""
        return self._pages.get(self.last[0])

    def stands_alone(self) -> bool:
        """Whether the page in sight has the screen to itself."""
        key, args = self.last
        return bool(key) and self.kinds[key].stands_alone(args)

    # The way

    def ask(self, key: str, args: dict[str, Any]) -> None:
        """To a page, if it is one for her now; what is typed on the one in sight is kept first."""
        if self._session.must and key not in self.kinds:
            key, args = "settings", {}  # there is nothing else before that is done
        if self.last == (key, args) and self.page is not None:
            self.page.refresh()
            return
        if not self._session.has(self.kinds[key]):
            self._shell.toast(_("Your role here does not include this. Ask your supervisor or an administrator."))
            return
        self.keep()
        self.put_away()
        if self.kinds[key].writes_her and self._session.desk.is_held_elsewhere(args.get("participant", "")):
            key, args = "participant", {"participant": args["participant"]}  # it says who holds her record
        self.go(key, args)

    def go(self, key: str, args: dict[str, Any]) -> None:
        """One step on, whatever stands on the page in sight: it stays behind the next one as it is."""
        self._step(key, args)
        self.show_last()

    def back(self) -> None:
        """To the page before this one; a page that stands alone ends at the cover."""
        if self.stands_alone():
            self._shell.cover()
        elif len(self._steps) > 1:
            self.keep()
            self.put_away()
            self._steps.pop()
            self.show_last()

    def sit_together(self) -> None:
        """From her page or her plan: the plan, full screen, one question at a time."""
        key, args = self.last
        if self.stands_alone():
            return
        if key not in ("participant", "plan") or not args.get("participant"):
            self._shell.toast(_("Open her page or her plan first. Then press F11."))
            return
        part = str(getattr(getattr(self.page, "body", None), "here", ""))
        self.ask("sit", {"participant": args["participant"], "part": part})

    def to_desk(self) -> None:
        """Behind the cover and after a lock comes the worker's own page, not one that stood alone.

        Where one of them could not keep something, it is that one, with what stands there.
        """
        place: Step | None = None
        while self.stands_alone():
            own = self._pages[self.last[0]].desk_place()
            if own == self.last:
                return
            place = place or own
            self._steps.pop()
        if place is not None:
            if self.last[0] == place[0]:
                self._steps.pop()
            self._step(*place)

    def _step(self, key: str, args: dict[str, Any]) -> None:
        """Raises ``KeyError`` for a page there is not; then she stays where she is."""
        self.kinds[key]
        self._steps.append((key, args))
        del self._steps[:-LONGEST]

    # The page in sight

    def show_last(self) -> None:
        """Show the page she is at, read anew."""
        self._give_screen()
        key, args = self.last
        frame = self._frame
        by_list = frame.sidebar.hasFocus()  # a page that is hidden hands its focus on, so it is asked before
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self.kinds[key](self._shell)
            frame.pages.addWidget(page)
        page.problem.clear()
        try:
            if self._session.looked is not None:
                self._session.looked(key, str(args.get("participant", "")))  # without an entry nothing is shown
            page.open(**args)
        except Problem as problem:
            page.problem.show_problem(problem)
        frame.pages.setCurrentWidget(page)
        self._undoing.follow(page)
        page.verticalScrollBar().setValue(0)
        frame.sidebar.mark(page.under or page.key)
        if not by_list:
            page.begin()

    def _give_screen(self) -> None:
        """Give the screen to a page that stands alone, or take it back."""
        alone = self._shell.alone
        assert alone is not None
        if self.stands_alone():
            self._frame.toast.hide()  # it may name somebody
            alone.begin(self.last[0])
        elif alone.on:
            for gone in {*alone.end(), self.last[0]} & self._pages.keys():  # the next one reads anew
                page = self._pages.pop(gone)
                self._frame.pages.removeWidget(page)
                page.deleteLater()

    # What is typed

    def keep(self) -> None:
        """Keep every typed word in hand: on the page in sight, and on those that stood alone right before it.

        Those hold what could not be kept. Raises the first ``Problem`` met, once every page has kept what it could.
        """
        problems = []
        for page in self._in_hand():
            for keep in (page.leave, partial(keep_typed, page)):
                try:
                    keep()
                except Problem as problem:
                    problems.append(problem)
        if problems:
            raise problems[0]

    def put_away(self) -> None:
        """Once all is kept: she goes to another page, or the records are locked."""
        for page in self._in_hand():
            page.put_away()

    def _in_hand(self) -> list[Page]:
        alone = takewhile(lambda step: self.kinds[step[0]].stands_alone(step[1]), reversed(self._steps))
        keys = [key for key, _args in alone] or [self.last[0]]
        return [self._pages[key] for key in keys if key in self._pages]
