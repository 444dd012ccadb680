"""USB sync: what goes to another site on a stick, what comes back, and whose keys are trusted."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions.sites import SiteState, Went, site_states
from ...base.words import N_, _, ngettext
from .. import tokens as t
from ..days import show_day
from ..layouts import Columns, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Heading, Icon, LinkButton, Pill, PrimaryButton, Rule, Sentence
from .cards import OtherCard, OwnCard

if TYPE_CHECKING:
    from ..window import MainWindow


def show_moment(text: str) -> str:
    """The day of a moment that is kept as text, here and now."""
    return show_day(dt.datetime.fromisoformat(text).astimezone().date())


def show_print(words: tuple[str, ...], first: int = 3) -> str:
    """The first words of a fingerprint."""
    return " ".join(words[:first]) + " …"


class WayCard(Card):
    """One of the two ways over the stick."""

    def __init__(self, icon_name: str, title: str, words: str, act: Button) -> None:
        super().__init__()
        self.add(Icon(icon_name, t.PRIMARY, size=2))
        self.add(Heading(title))
        self.add(Sentence(words))
        self.add(act)


class SyncPage(Page):
    """Copy to USB, bring in from USB, how it stands with each site, and the cards."""

    key = "sync"
    title = N_("USB sync")
    icon = "usb"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.own = OwnCard(self.shell.desk)
        sticks = LinkButton(_("Sticks, and who carried them"), lambda: self.shell.show_page("sticks"), icon_name="usb")
        told = _("Records travel on a stick, locked for one site. Nothing goes over a network.")
        self.set_head(_("USB sync"), told, sticks)
        self.copy = PrimaryButton(_("Copy to USB"), lambda: self.shell.show_page("sync-out"), icon_name="usb")
        self.bring = Button(_("Bring in from USB"), lambda: self.shell.show_page("sync-in"), icon_name="download")
        ways = Columns()
        ways.left.add(
            WayCard(
                "upload",
                *self._outgoing(),
                self.copy,
            )
        )
        ways.right.add(
            WayCard(
                "download",
                _("Bring in from USB"),
                _("What another site copied for this one. You see what it brings before anything is written."),
                self.bring,
            )
        )
        self.add(ways)
        self.sites = Card(_("Other sites"))
        self.add(self.sites)
        self.cards = Columns()
        self.other = OtherCard(self.shell.desk, self._trusted)
        self.cards.left.add(self.own)
        self.cards.right.add(self.other)
        self.add(self.cards)

    def _outgoing(self) -> tuple[str, str]:
        if self.own.card.kind == "office":
            return _("Copy to USB for a facility"), _(
                "What changed here goes onto a stick, for the facility it is for."
            )
        return (
            _("Copy to USB for the office"),
            _("What changed here goes onto a stick. Each woman said what the office may have; the rest stays."),
        )

    def refresh(self) -> None:
        found = self.shell.desk.read(site_states)
        self.copy.setEnabled(bool(found))
        self.sites.clear()
        if not found:
            words = _("No other site is trusted yet.")
            more = _("Exchange cards first: save yours to a stick, read theirs, and compare the words by phone.")
            self.sites.add(EmptyState("key-round", words, more=more))
        rows: list[QWidget] = []
        for place, state in enumerate(found):
            if place:
                self.sites.add(Rule())
            row = SiteRow(state)
            self.sites.add(row)
            rows.append(row.more)
        for first, second in pairwise([self.bring, *rows, self.own.save]):
            QWidget.setTabOrder(first, second)

    def _trusted(self, site: str) -> None:
        self.refresh()
        self.shell.toast(_("{site} is trusted now.").format(site=site))
        self.begin()

    def leave(self) -> None:
        self.other.forget()


class SiteRow(Stack):
    """How it stands with one site."""

    def __init__(self, state: SiteState) -> None:
        super().__init__(space=t.S1)
        top = QWidget()
        split = SplitLayout(top, space=t.S3)
        split.addWidget(Sentence(state.site, role="strong", wide=True))
        waiting = ngettext("{n} change waits", "{n} changes wait", state.waiting).format(n=state.waiting)
        split.addWidget(Pill(waiting, "warn", icon_name="clock") if state.waiting else Pill(_("Nothing waits"), "ok"))
        self.add(top)
        self.add(Sentence(_went(state), wide=True))
        self.print = Sentence(" ".join(state.fingerprint), tone="muted", wide=True)
        if state.gaps:
            numbers = ", ".join(str(number) for number in state.gaps)
            words = _("These numbers never came: {numbers}. A later bundle brings what they held.")
            self.add(Sentence(words.format(numbers=numbers), wide=True))
        if state.withheld:
            words = ngettext("{n} of its changes stays there.", "{n} of its changes stay there.", state.withheld)
            self.add(Sentence(words.format(n=state.withheld), tone="muted", wide=True))
        self.print.hide()
        self.more = LinkButton(_("Its twelve words"), self._toggle, icon_name="key-round")
        self.more.setAccessibleName(_("The twelve words of {site}").format(site=state.site))
        self.add(self.more)
        self.add(self.print)

    def _toggle(self) -> None:
        self.print.setVisible(not self.print.isVisibleTo(self))


def _went(state: SiteState) -> str:
    sent = _("Last copied for it: {day}, number {n}, {changes}.")
    came = _("Last brought in: {day}, number {n}, {changes}.")
    lines = [
        _line(state.last_sent, sent, _("Nothing was copied for it yet.")),
        _line(state.last_received, came, _("Nothing came from it yet.")),
    ]
    if state.acknowledged:
        lines.append(_("It has confirmed our number {n}.").format(n=state.acknowledged))
    return "\n".join(lines)


def _line(went: Went | None, words: str, none: str) -> str:
    if went is None:
        return none
    changes = ngettext("{n} change", "{n} changes", went.changes).format(n=went.changes)
    return words.format(day=show_moment(went.at), n=went.number, changes=changes)
