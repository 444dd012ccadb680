"""USB sync: what goes to another site on a stick, what comes back, and whose keys are trusted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ...actions.closing import closed_here
from ...actions.sites import (
    SiteState,
    Waits,
    Went,
    how_old,
    pc_words,
    silent_words,
    site_states,
    stays_because,
)
from ...base.words import N_, _, ngettext
from ...records.base import Right
from .. import tokens as t
from ..days import show_day_of
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Heading, Icon, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence
from .cards import OtherCard, OwnCard
from .closed import closed_words
from .sync_aside import AsideCard
from .sync_copied import CopiedCard
from .sync_kept import KeptCard
from .sync_phone import PhoneCard
from .sync_waiting import WaitingCard

if TYPE_CHECKING:
    from ..window import MainWindow


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
    needs = Right.SYNC
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
        self.copied = CopiedCard(self, self.refresh)
        self.copied.hide()
        self.add(self.copied)
        self.add(ways)
        self.closed = Notice("", "warn")
        self.add(self.closed)
        self.sites = Card(_("Other sites"))
        self.add(self.sites)
        self.trust = LinkButton(_("Who is trusted"), lambda: self.shell.show_page("trust"), icon_name="shield-check")
        self.two = LinkButton(_("Two versions"), lambda: self.shell.show_page("conflicts"), icon_name="copy")
        self.moves = LinkButton(_("Moves between facilities"), lambda: self.shell.show_page("transfers"),
                                icon_name="send")  # fmt: skip
        self.twice = LinkButton(
            _("Registered twice"), lambda: self.shell.show_page("same-woman"), icon_name="users"
        )  # fmt: skip
        self.gone = LinkButton(_("Closed facilities"), lambda: self.shell.show_page("closed"), icon_name="house")
        office = (self.gone,) if self.own.card.kind == "office" else ()
        self.add(Flow(self.trust, self.two, self.twice, self.moves, *office, space=t.S4))
        self.phone = PhoneCard(self.shell.desk, self._confirmed)
        self.phone.hide()
        self.add(self.phone)
        self.aside = AsideCard(self)
        self.aside.hide()
        self.add(self.aside)
        self.waiting = WaitingCard(self)
        self.waiting.hide()
        self.add(self.waiting)
        self.kept = KeptCard(self)
        self.kept.hide()
        self.add(self.kept)
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
        self.closed.say(closed_words(self.shell.desk.read(closed_here)), "warn")
        self.sites.clear()
        if not found:
            words = _("No other site is trusted yet.")
            more = _("Exchange cards first: save yours to a stick, read theirs, and compare the words by phone.")
            self.sites.add(EmptyState("key-round", words, more=more))
        rows: list[QWidget] = []
        for place, state in enumerate(found):
            if place:
                self.sites.add(Rule())
            row = SiteRow(state, self.by_phone)
            self.sites.add(row)
            rows += row.stops
        self.copied.refresh()
        self.aside.refresh()
        self.waiting.refresh()
        self.kept.refresh()
        self.own.refresh()
        for first, second in pairwise([*self.copied.buttons, self.copy, self.bring, *rows, self.own.save]):
            QWidget.setTabOrder(first, second)

    def by_phone(self, state: SiteState) -> None:
        """Open the card for the phone, about this site."""
        self.phone.show_site(state)
        self.ensureWidgetVisible(self.phone)

    def _confirmed(self, number: int) -> None:
        self.refresh()
        self.shell.toast(_("Bundle {n} and all before it are confirmed.").format(n=number))

    def _trusted(self, site: str) -> None:
        self.refresh()
        self.shell.toast(_("{site} is trusted now.").format(site=site))
        self.begin()

    def put_away(self) -> None:
        self.other.forget()


class SiteRow(Stack):
    """How it stands with one site."""

    def __init__(self, state: SiteState, by_phone: Callable[[SiteState], object]) -> None:
        super().__init__(space=t.S1)
        top = QWidget()
        split = SplitLayout(top, space=t.S3)
        split.addWidget(Sentence(state.site, role="strong", wide=True))
        pills = Flow(space=t.S2)
        if state.silent and not state.refused:
            pills.add(Pill(silent_words(state), "warn", icon_name="clock"))
        pills.add(_waiting(state))
        split.addWidget(pills)
        self.add(top)
        if state.refused:
            self.add(Notice(state.refused, "warn"))
        self.add(Sentence(_went(state), wide=True))
        if len(state.pcs) > 1:
            for pc in state.pcs:
                self.add(Sentence(pc_words(pc), wide=True))
        self.print = Sentence(" ".join(state.fingerprint), tone="muted", wide=True)
        if state.clock:
            self.add(Notice(state.clock.words(), "warn"))
        for file in state.waits:
            self.add(Sentence(_waits(file), wide=True))
        if state.gaps and len(state.pcs) < 2:
            numbers = ", ".join(str(number) for number in state.gaps)
            words = _("These numbers never came: {numbers}. A later bundle brings what they held.")
            self.add(Sentence(words.format(numbers=numbers), wide=True))
        if state.withheld:
            words = ngettext("{n} of its changes stays there.", "{n} of its changes stay there.", state.withheld)
            told = [words.format(n=state.withheld), *stays_because(state)]
            self.add(Sentence(" ".join(told), tone="muted", wide=True))
        self.print.hide()
        acts = Flow(space=t.S4)
        self.more = LinkButton(_("Its twelve words"), self._toggle, icon_name="key-round")
        self.more.setAccessibleName(_("The twelve words of {site}").format(site=state.site))
        acts.add(self.more)
        self.read_out = LinkButton(_("Confirm by phone"), partial(by_phone, state), icon_name="phone")
        self.read_out.setAccessibleName(_("Confirm by phone: {site}").format(site=state.site))
        self.stops: list[QWidget] = [self.more]
        """What Tab comes to in it."""
        if state.last_received or state.unconfirmed:
            acts.add(self.read_out)
            self.stops.append(self.read_out)
        self.add(acts)
        self.add(self.print)

    def _toggle(self) -> None:
        self.print.setVisible(not self.print.isVisibleTo(self))


def _waiting(state: SiteState) -> Pill:
    if state.refused:
        return Pill(_("Not trusted"), "warn", icon_name="triangle-alert")
    if not state.waiting:
        return Pill(_("Nothing waits"), "ok")
    words = ngettext("{n} change waits", "{n} changes wait", state.waiting).format(n=state.waiting)
    return Pill(words, "warn", icon_name="clock")


def _went(state: SiteState) -> str:
    sent = _("Last copied for it: {day}, number {n}, {changes}.")
    age = how_old(state)
    came = _("Last brought in: {day}, {age}, number {n}, {changes}.")
    if not age:
        came = _("Last brought in: {day}, number {n}, {changes}.")
    lines = [
        _line(state.last_sent, sent, _("Nothing was copied for it yet.")),
        _line(state.last_received, came, _("Nothing came from it yet."), age),
    ]
    if state.acknowledged:
        day = show_day_of(state.acknowledged_at)
        lines.append(_("It confirmed our number {n}; we know since {day}.").format(n=state.acknowledged, day=day))
    if state.unconfirmed:
        words = ngettext(
            "{n} change was copied and is not confirmed yet.", "{n} changes were copied and are not confirmed yet.",
            state.unconfirmed,
        )  # fmt: skip
        lines.append(words.format(n=state.unconfirmed))
    return "\n".join(lines)


def _waits(file: Waits) -> str:
    """Which of its bundles lies here and waits, and for which."""
    if not file.missing_from:
        return _("Its number {n} lies here and waits for entries that are not here.").format(n=file.number)
    words = ngettext(
        "Its number {first} is missing; number {n} waits here for it.",
        "Its numbers {first} to {last} are missing; number {n} waits here for them.",
        file.number - file.missing_from,
    )
    return words.format(first=file.missing_from, last=file.number - 1, n=file.number)


def _line(went: Went | None, words: str, none: str, age: str = "") -> str:
    if went is None:
        return none
    changes = ngettext("{n} change", "{n} changes", went.changes).format(n=went.changes)
    return words.format(day=show_day_of(went.at), n=went.number, changes=changes, age=age)
