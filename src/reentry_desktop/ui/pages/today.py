"""Today: who is due, who leaves soon, whose plan is on which day, and what was left unfinished.

First name and last initial only, and no health word: whoever sits down next reads it too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QWidget

from ...actions import accounts, assigning, backup_register, checking, health, slips, told_without, use, use_faults
from ...actions.today import SyncState, Today, today
from ...actions.women import is_anybody_here
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import choice_label
from ...records.request import Asker
from ..day_editor import Day
from ..days import show_day
from ..form import FieldRow
from ..layouts import Columns, Flow
from ..page import Page
from ..widgets import Button, Card, EmptyState, LinkButton, Notice, PrimaryButton, Sentence
from .requests import state_pill
from .today_rows import WorkRow, days_pill, goes_on, one_each, plan_pill, step_pill

if TYPE_CHECKING:
    from ...actions.drafts import Unfinished
    from ...base.ids import Id
    from ..window import MainWindow

T = TypeVar("T")
_BACKUPS = {
    "make": N_("Make a backup"),
    "place": N_("Choose a second place"),
    "stick": N_("See the backups"),
    "destroy": N_("See which ones"),
    "drill": N_("Try one"),
}
"""What the button of each thing to do is called."""
SHOWN = 5
"""Rows of a card before "See all"."""


class TodayPage(Page):
    """The first page after unlocking."""

    key = "today"
    title = N_("Today")
    icon = "calendar-days"
    of_several = True
    sidebar = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.whole: set[str] = set()
        """The cards that show every row."""

    def refresh(self) -> None:
        desk = self.shell.desk
        found = desk.read(today)
        day = desk.read(lambda unit: unit.today())
        self.clear()
        self.set_head(
            _("Today, {day}").format(day=show_day(day)),
            "",
            self._first(),
            *self._call_out(),
        )
        self._tell()
        self._health()
        cards = self._cards(found, day)
        if cards and desk.may("read_list") and not desk.read(is_anybody_here):
            cards.insert(0, (2, self._begin()))
        if not cards:
            words = _("Nothing is waiting today.")
            if not desk.may("read_list"):
                self.add(Card("", EmptyState("sprout", words)))
                return
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

    def _first(self) -> PrimaryButton:
        """Where whoever is at the desk begins: not everybody sees women."""
        desk, show = self.shell.desk, self.shell.show_page
        if desk.may("open_page"):
            return PrimaryButton(_("Find a participant"), lambda: show("participants"), icon_name="search")
        if desk.may("list_use"):
            return PrimaryButton(_("Open the record of use"), lambda: show("use"), icon_name="history")
        if desk.may("measures"):
            return PrimaryButton(_("See the numbers"), lambda: show("goals"), icon_name="target")
        return PrimaryButton(_("Health of the records"), lambda: show("health"), icon_name="shield-check")

    def _begin(self) -> Card:
        """No woman is here yet."""
        ways = Flow(
            Button(_("Read a list"), lambda: self.shell.show_page("roster"), icon_name="upload"),
            Button(_("Register a woman"), lambda: self.shell.show_page("register"), icon_name="user-plus"),
        )
        words = _("No woman is in the records yet. Read the department's list, or register one by hand.")
        return Card(_("Begin here"), Sentence(words), ways)

    def _call_out(self) -> list[Button]:
        sheet = Button(_("Call-out sheet"), lambda: self.shell.show_page("callout"), icon_name="printer")
        return [sheet] if self.shell.desk.may("print_call_out") and self.shell.desk.may("register") else []

    def _tell(self) -> None:
        """What has to be told to whoever unlocked: the recovery kit was used, the clock looks wrong."""
        desk = self.shell.desk
        clock = desk.read(checking.clock_sentence)
        if clock and desk.store.stated_day is None:
            self.add(self._ask_day(clock))
        told = " ".join(words for words in desk.read(checking.notices) if words != clock)
        if told:
            notice = Notice(told, "warn")
            notice.say(told, "warn", acts=[LinkButton(_("I have read this"), self._read, icon_name="check")])
            self.add(notice)
        if desk.may("review_accounts") and desk.read(accounts.last_review).due:
            look = LinkButton(
                _("Look at them"), lambda: self.shell.show_page("settings", tab="staff"), icon_name="users"
            )
            year = Notice("", "info")
            year.say(_("A year has passed since the accounts were reviewed."), "info", acts=[look])
            self.add(year)
        open_ = desk.read(assigning.beyond, open_only=True) if desk.may("look_at_break_glass") else []
        if count := sum(not one.own for one in open_):
            words = ngettext(
                "{n} record was opened with a reason. Nobody has looked at it yet.",
                "{n} records were opened with a reason. Nobody has looked at them yet.", count,
            )  # fmt: skip
            see = LinkButton(_("See them"), lambda: self.shell.show_page("opened"), icon_name="arrow-right")
            opened = Notice("", "info")
            opened.say(words.format(n=count), "info", acts=[see])
            self.add(opened)

        if desk.may("look_at_telling") and (count := len(desk.read(told_without.told_without, open_only=True))):
            words = ngettext(
                "Something was told without a consent. Nobody has looked at it yet.",
                "{n} things were told without a consent. Nobody has looked at them yet.", count,
            )  # fmt: skip
            see = LinkButton(_("See them"), lambda: self.shell.show_page("told-without"), icon_name="arrow-right")
            told_so = Notice("", "info")
            told_so.say(words.format(n=count), "info", acts=[see])
            self.add(told_so)

    def _health(self) -> None:
        """One line, where something about the records needs a person. A backup has a card of its own."""
        worst = health.needs_somebody(self.shell.desk.store)
        if worst is None or worst.key in ("backup", "clock", "kit") or self.shell.desk.store.practice:
            return
        if worst.key == "log" and self.shell.desk.read(use_faults.notices):  # it is told above until she has read it
            return
        notice = Notice("", "warn")
        see = LinkButton(_("See what to do"), lambda: self.shell.show_page("health"), icon_name="shield-check")
        notice.say(worst.sentence, "warn", acts=[see])
        self.add(notice)

    def _ask_day(self, why: str) -> Card:
        """Days are counted from the day somebody says, where the PC's calendar cannot be right."""
        self.day = day = Day()
        row = FieldRow(_("What day is it?"), day)

        def say() -> None:
            try:
                said = day.get()
                if said is None:
                    raise Problem(_("Please fill this in."))
            except Problem as problem:
                row.show_problem(problem.sentence)
                day.edit.setFocus()
                return
            use.state_day(self.shell.desk.store, said)
            self.refresh()

        note = _("Days are counted from it until the program is locked.")
        return Card(
            "", Notice(why, "warn"), row, PrimaryButton(_("This is the day"), say, icon_name="check"), note=note
        )

    def _read(self) -> None:
        self.shell.desk.do(self, checking.notices_read)
        self.refresh()

    def _cards(self, found: Today, day: dt.date) -> list[tuple[int, Card]]:
        cards: list[tuple[int, Card]] = []
        desk = self.shell.desk

        def card(
            key: str,
            title: str,
            rows: Sequence[T],
            row: Callable[[T], QWidget],
            more: Callable[[], object] | None = None,
            count: int = 0,
        ) -> None:
            if not rows:
                return
            count = count or len(rows)
            shown = rows if key in self.whole else rows[:SHOWN]
            made = Card(f"{title} ({count})", *map(row, shown))
            if len(rows) > len(shown):
                all_of_it = LinkButton(_("See all"), more or (lambda: self._unfold(key)), icon_name="arrow-right")
                all_of_it.setAccessibleName(f"{all_of_it.text()}: {title}")
                made.add(all_of_it)
            elif count > len(shown):
                words = _("The first {n} are shown. Find the others under Participants.")
                made.add(Sentence(words.format(n=len(shown)), tone="muted"))
            cards.append((len(shown) + 1, made))

        card(
            "due",
            _("Due for an offer"),
            found.due.due,
            lambda d: WorkRow(d.short_name, f"{_(d.why)}, {show_day(d.on)}", days_pill(d.on, day), self._offer(d.id)),
            lambda: self.shell.show_page("due"),
        )
        card(
            "leaving",
            _("Leaving soon"),
            found.leaving.rows,
            lambda r: WorkRow(r.short_name, show_day(r.on), days_pill(r.on, day), self._open(r.id)),
            count=found.leaving.count,
        )
        card(
            "plans",
            _("Plans under way"),
            found.plan_days.rows,
            lambda r: WorkRow(r.short_name, "", plan_pill(r.day), self._plan(r.id)),
            count=found.plan_days.count,
        )
        card(
            "steps",
            _("Next steps"),
            found.next_steps.rows,
            lambda r: WorkRow(r.short_name, show_day(r.on), None, self._open(r.id)),
            count=found.next_steps.count,
        )
        card(
            "goals",
            _("Steps to a goal"),
            found.goal_steps.rows,
            lambda r: WorkRow(
                r.short_name,
                show_day(r.on),
                step_pill(r.on, day),
                self._go(_("See the goals"), r.id, "recovery"),
            ),
            count=found.goal_steps.count,
        )
        card(
            "review",
            _("Plans to look at again"),
            found.to_review.rows,
            lambda r: WorkRow(
                r.short_name,
                _("by {day}").format(day=show_day(r.on)),
                None,
                self._go(_("See the plan"), r.id, "participant", tab="plan"),
            ),
            count=found.to_review.count,
        )
        card(
            "reports",
            _("A report to hand over"),
            found.reports.rows,
            lambda r: WorkRow(r.short_name, show_day(r.on), None, self._go(_("Hand over"), r.id, "safety")),
            count=found.reports.count,
        )
        card(
            "consents",
            _("Consents that end soon"),
            found.consents.rows,
            lambda r: WorkRow(r.short_name, show_day(r.on), None, self._go(_("See the consents"), r.id, "consents")),
            count=found.consents.count,
        )
        card(
            "delete",
            _("Words called back"),
            found.to_delete.rows,
            lambda r: WorkRow(r.short_name, show_day(r.on), None, self._open(r.id)),
            count=found.to_delete.count,
        )
        card(
            "requests",
            _("Requests to answer"),
            found.requests,
            lambda one: WorkRow(
                choice_label(Asker, one.record.asker), "", state_pill(one.record, day), self._request(one.record.id)
            ),
            lambda: self.shell.show_page("requests"),
        )
        card("unfinished", _("Unfinished words"), one_each(found.unfinished), self._unfinished)
        dates = [*found.due.check_date, *found.due.no_date]
        if dates:
            words = ngettext(
                "{n} woman has no date, or one that is past.",
                "{n} women have no date, or one that is past.",
                len(dates),
            )
            see = Button(_("Check the dates"), lambda: self.shell.show_page("due"), icon_name="calendar")
            cards.append((2, Card(_("Dates to check"), Sentence(words.format(n=len(dates))), see)))
        if found.conflicts:
            words = ngettext(
                "{n} thing was changed by two people.", "{n} things were changed by two people.", found.conflicts
            )
            see = Button(_("See both versions"), lambda: self.shell.show_page("conflicts"), icon_name="copy")
            cards.append((2, Card(_("Two versions"), Sentence(words.format(n=found.conflicts)), see)))
        if found.use_due:
            see = Button(_("Review it"), lambda: self.shell.show_page("use"), icon_name="history")
            words = _("Record of use to look through: {sites}.").format(sites=", ".join(d.name for d in found.use_due))
            cards.append((2, Card(_("Weekly review"), Sentence(words), see)))
        if found.sync and desk.may("export_bundle"):
            cards.append((1 + 2 * len(found.sync), self._sync(found.sync)))
        if desk.may("backup") and (backup := self._backup()) is not None:
            cards.append((3, backup))
        if desk.may("make_slip") and (second := self._second_way()) is not None:
            cards.append((3, second))
        return cards

    def _unfold(self, key: str) -> None:
        self.whole.add(key)
        self.refresh()

    def _unfinished(self, draft: Unfinished) -> QWidget:
        words, key, more = goes_on(draft)
        go = Button(words, lambda: self.shell.show_page(key, **more))
        return WorkRow(draft.name or _("A registration"), _("Kept, nothing was lost."), None, go)

    def _backup(self) -> Card | None:
        """The one thing to do about backups; nothing where all is well, or where a line tells of damaged records."""
        health = self.shell.desk.read(backup_register.health)
        if health.act in ("", "repair"):
            return None
        words = _BACKUPS[health.act]
        go = Button(_(words), lambda: self.shell.show_page("backups"), icon_name="archive")
        return Card(_("Backup"), Sentence(health.sentence), go)

    def _second_way(self) -> Card | None:
        """Nobody else could get in."""
        if self.shell.desk.store.practice or self.shell.desk.read(slips.has_second):
            return None
        go = Button(_("Make a second way in"), lambda: self.shell.show_page("second_way"), icon_name="users")
        return Card(_("Only you can get in"), Sentence(_("If you are ill, nobody opens these records.")), go)

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
        return Button(_("Open"), lambda: self.shell.show_page("participant", participant=woman))

    def _go(self, words: str, woman: Id, key: str, **more: str) -> Button:
        return Button(words, lambda: self.shell.show_page(key, participant=woman, **more))

    def _request(self, request: Id) -> Button:
        return Button(_("Open"), lambda: self.shell.show_page("requests", request=request))

    def _offer(self, woman: Id) -> Button:
        return Button(_("Offer"), lambda: self.shell.show_page("enrol", participant=woman))

    def _plan(self, woman: Id) -> Button:
        return Button(_("Go on"), lambda: self.shell.show_page("plan", participant=woman))
