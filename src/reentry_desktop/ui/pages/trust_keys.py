"""This site's own keys: when they were renewed, making new ones, and letting the ones before go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...actions import joining, keys
from ...base.problems import Problem
from ...base.words import _
from .. import tokens as t
from ..choosing import choose_new_file
from ..days import show_day
from ..layouts import Flow
from ..widgets import Button, Card, LinkButton, Notice, Sentence
from .cards import TwelveWords, stick_place

if TYPE_CHECKING:
    from .trust import TrustPage


class KeysCard(Card):
    """An administrator's alone. It asks once more before anything is done."""

    def __init__(self, page: TrustPage, *, asked: bool, new: bool) -> None:
        super().__init__(_("The keys of this site"))
        self._page = page
        state = page.shell.desk.read(keys.state)
        if state.renewed_on:
            day = show_day(dt.date.fromisoformat(state.renewed_on))
            self.add(Sentence(_("They are new since {day}.").format(day=day)))
        if new:
            self.add(
                Notice(_("Done. The other sites are told with the next bundles. These are the twelve words now:"), "ok")
            )
            self.add(TwelveWords(keys.own_words(page.shell.desk.store)))
        if state.old_until:
            words = _("What was sealed to the keys before can be opened until {day}.")
            self.add(Sentence(words.format(day=show_day(dt.date.fromisoformat(state.old_until))), tone="muted"))
        if state.told_words:
            self.add(Notice(state.told_words, "info"))
        if not asked:
            acts = Flow(
                LinkButton(_("Make new keys…"), page.ask_keys, icon_name="key-round"),
                LinkButton(_("Add a second PC…"), self._second_pc, icon_name="plus"), space=t.S4,
            )  # fmt: skip
            if state.old_until:
                acts.add(LinkButton(_("Let the keys before go now"), self._drop, icon_name="x"))
            self.add(acts)
            return
        self.add(
            Notice(
                _(
                    "Do this when somebody else may have seen the keys, for example on a stolen PC. Every site that "
                    "trusts this one takes the new keys by itself, and the twelve words are others then."
                ),
                "warn",
            )
        )
        self.go = Button(_("Make new keys"), self._renew, kind="danger")
        self.add(Flow(self.go, LinkButton(_("Close"), page.close_keys, icon_name="x"), space=t.S3))

    def _second_pc(self) -> None:
        title, kinds = _("Where does the file for the second PC go?"), _("Files for a second PC (*.joining)")
        start = (stick_place() or Path.home()) / f"second-pc{joining.ENDING}"
        path = choose_new_file(self, title, kinds, start)
        if path is not None:
            self.write_file(path)

    def write_file(self, path: Path) -> None:
        """Write it, and show its words."""
        try:
            words = joining.write_file(self._page.shell.desk.store, path)
        except Problem as problem:
            self._page.problem.show_problem(problem)
            return
        done = _("The file for the second PC is written. Write down these twelve words: they are not shown again.")
        keep = _(
            "Who has the file and the words is this site. Keep them apart, and delete the file when the second PC is "
            "set up."
        )
        self.add(Notice(done, "ok"))
        self.add(Sentence(keep, wide=True))
        self.add(TwelveWords(words))
        self._page.show_soon(self)

    def _renew(self) -> None:
        self._do(lambda: keys.renew(self._page.shell.desk.store), new=True)

    def _drop(self) -> None:
        self._do(lambda: keys.drop_old(self._page.shell.desk.store), new=False)

    def _do(self, act: Callable[[], object], *, new: bool) -> None:
        try:
            act()
        except Problem as problem:
            self._page.problem.show_problem(problem)
            return
        self._page.close_keys(new=new)
