"""Today: who is due, who leaves soon, whose plan is on which day, and what was left unfinished.

First name and last initial only, and no health word: whoever sits down next reads it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ...actions import checking
from ...actions.today import DAYS, SyncState, Today, today
from ...base.words import N_, _, ngettext
from .. import tokens as t
from ..days import show_day
from ..layouts import Columns, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, Pill, PrimaryButton, Sentence

if TYPE_CHECKING:
    from ...base.ids import Id
    from ..window import MainWindow

SHOWN = 5
"""Rows of a card before "See all"."""


class WorkRow(QWidget):
    """One woman, what there is to say, a pill, and one button."""

    def __init__(self, name: str, words: str, pill: Pill | None, button: Button) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S3)
        said = Stack(Sentence(name, role="strong", wide=True), space=0)
        if words:
            said.add(Sentence(words, tone="muted", role="small", wide=True))
        row.addWidget(said, 1)
        if pill is not None:
            row.addWidget(pill)
        button.setAccessibleName(f"{button.text()}: {name}")
        row.addWidget(button)


class TodayPage(Page):
    """The first page after unlocking."""

    key = "today"
    title = N_("Today")
    icon = "calendar-days"
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.notice = Notice("", "warn")

    def refresh(self) -> None:
        desk = self.shell.desk
        found = desk.read(today)
        day = desk.read(lambda unit: unit.today())
        self.clear()
        self.set_head(
            _("Today, {day}").format(day=show_day(day)),
            "",
            PrimaryButton(_("Find a participant"), lambda: self.shell.show_page("participants"), icon_name="search"),
            Button(_("Cover the screen"), self.shell.cover, icon_name="eye-off"),
        )
        self._tell()
        cards = self._cards(found, day)
        if not cards:
            words = _("Nothing is waiting today.")
            read = Button(_("Read a list"), lambda: self.shell.show_page("roster"), icon_name="upload")
            self.add(
                Card("", EmptyState("sprout", words, read, more=_("Read the department's list to see who is due.")))
            )
            return
        columns = Columns()
        heights = [0, 0]
        for weight, card in cards:  # each card to the shorter side
            side = 0 if heights[0] <= heights[1] else 1
            heights[side] += weight
            (columns.left, columns.right)[side].add(card)
        self.add(columns)

    def _tell(self) -> None:
        """What has to be told to whoever unlocked: the recovery kit was used, the clock looks wrong."""
        sentences = self.shell.desk.read(checking.notices)
        if sentences:
            notice = Notice(" ".join(sentences), "warn")
            notice.say(" ".join(sentences), "warn", acts=[LinkButton(_("I have read this"), self._read)])
            self.add(notice)

    def _read(self) -> None:
        self.shell.desk.do(self, checking.notices_read)
        self.refresh()

    def _cards(self, found: Today, day: dt.date) -> list[tuple[int, Card]]:
        cards: list[tuple[int, Card]] = []

        def card(title: str, rows: Sequence[QWidget], more: Callable[[], object] | None = None) -> None:
            if rows:
                made = Card(f"{title} ({len(rows)})", *rows[:SHOWN])
                if len(rows) > SHOWN and more is not None:
                    made.add(LinkButton(_("See all"), more, icon_name="arrow-right"))
                cards.append((min(len(rows), SHOWN) + 1, made))

        due = [
            WorkRow(d.short_name, f"{_(d.why)}, {show_day(d.on)}", _days_pill(d.on, day), self._offer(d.id))
            for d in found.due.due
        ]
        card(_("Due for an offer"), due, lambda: self.shell.show_page("due"))
        card(
            _("Leaving soon"),
            [WorkRow(r.short_name, show_day(r.on), _days_pill(r.on, day), self._open(r.id)) for r in found.leaving],
            lambda: self.shell.show_page("participants"),
        )
        card(
            _("Plans under way"),
            [WorkRow(r.short_name, "", _plan_pill(r.day), self._plan(r.id)) for r in found.plan_days],
            lambda: self.shell.show_page("participants"),
        )
        card(
            _("Next steps"),
            [WorkRow(r.short_name, show_day(r.on), None, self._open(r.id)) for r in found.next_steps],
            lambda: self.shell.show_page("participants"),
        )
        card(
            _("Unfinished words"),
            [
                WorkRow(u.name or _("A new entry"), _("Kept, nothing was lost."), None, self._pick_up(u.participant))
                for u in found.unfinished
            ],
        )
        dates = [*found.due.check_date, *found.due.no_date]
        if dates:
            words = ngettext(
                "{n} woman has no date, or one that is past.",
                "{n} women have no date, or one that is past.",
                len(dates),
            )
            see = Button(_("Check the dates"), lambda: self.shell.show_page("due"), icon_name="calendar")
            cards.append((2, Card(_("Dates to check"), Sentence(words.format(n=len(dates))), see)))
        if found.sync:
            cards.append((1 + 2 * len(found.sync), self._sync(found.sync)))
        return cards

    def _sync(self, states: Sequence[SyncState]) -> Card:
        made = Card(_("Sync with the office"))
        for state in states:
            last = (
                show_day(dt.datetime.fromisoformat(state.last_made).astimezone().date())
                if state.last_made
                else _("never")
            )
            made.add(Sentence(_("{site}: last copied {day}.").format(site=state.site, day=last)))
            waiting = ngettext("{n} change is waiting.", "{n} changes are waiting.", state.waiting)
            made.add(Sentence(waiting.format(n=state.waiting), tone="muted"))
        made.add(Button(_("Copy to USB"), lambda: self.shell.show_page("sync"), icon_name="usb"))
        return made

    def _open(self, woman: Id) -> Button:
        return Button(_("Open"), lambda: self.shell.show_page("participant", woman=woman))

    def _offer(self, woman: Id) -> Button:
        return Button(_("Offer"), lambda: self.shell.show_page("enrol", woman=woman))

    def _plan(self, woman: Id) -> Button:
        return Button(_("Go on with the plan"), lambda: self.shell.show_page("plan", woman=woman))

    def _pick_up(self, woman: Id) -> Button:
        return Button(_("Pick up"), lambda: self.shell.show_page("plan", woman=woman))


def _days_pill(on: dt.date | None, day: dt.date) -> Pill | None:
    if on is None:
        return None
    days = (on - day).days
    return Pill(
        ngettext("in {n} day", "in {n} days", days).format(n=days), "warn" if days <= 60 else "plain", icon_name="clock"
    )


def _plan_pill(day: int) -> Pill:
    if day <= DAYS:
        return Pill(_("Day {n} of {all}").format(n=day, all=DAYS), "info", icon_name="clock")
    return Pill(_("Past day {all}").format(all=DAYS), "warn", icon_name="clock")
